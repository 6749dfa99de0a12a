/* luis_batch_tests.c -- batch tests of LUIS slots ("evaluations"). Source: reference luis-runtime §8; the names that
 * it leaves open: doc/luis-authoring.md. */
#include "service/luis_batch_tests.h"

#include "api/luis_common.h"
#include "api/luis_query.h"
#include "service/luis_slots.h"

/* "…/slots/Production/…" or "…/versions/0.1/…"; *app in lower case. */
static err_code find_place(const http_request *rq, bool is_version, str *app, str *slot, err *e) {
  char *p = arena_alloc(rq->arena, rq->params[0].n + 1);
  for (size_t i = 0; i < rq->params[0].n; i++) {
    char c = rq->params[0].p[i];
    p[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  *app = str_make(p, rq->params[0].n);
  if (!is_version) return luis_slot(rq->params[1], slot, e);
  *slot = luis_deployment_of_version(rq->params[1], rq->arena);
  return ERR_OK;
}

static err_code start(const http_request *rq, http_response *rs, bool is_version, err *e) {
  str app, slot;
  char job_id[ID_JOB_LEN + 1];
  err_code rc = find_place(rq, is_version, &app, &slot, e);
  if (!rc)
    rc = luis_test_start(api_service(rq), &rq->resource, app, slot, luis_flag(rq, "verbose"), rq->body, job_id, e);
  if (rc) return rc;
  rs->status = 202;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kcstr(&w, "operationId", job_id);
  jw_end(&w);
  return ERR_OK;
}

/* {"status": "notstarted" | "running" | "succeeded" | "failed"}, with the reason of a failure. */
static err_code get_status(const http_request *rq, http_response *rs, bool is_version, err *e) {
  str app, slot;
  job_view v;
  err_code rc = find_place(rq, is_version, &app, &slot, e);
  if (!rc) rc = luis_test_status(api_service(rq), &rq->resource, app, slot, rq->params[2], rq->arena, &v, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kstr(&w, "operationId", v.id);
  jw_kstr(&w, "status", str_eq(v.status, STR("notStarted")) ? STR("notstarted") : v.status);
  if (v.errors.n) {
    jw_key(&w, "errors");
    jw_raw(&w, v.errors);
  }
  jw_end(&w);
  return ERR_OK;
}

static err_code get_result(const http_request *rq, http_response *rs, bool is_version, err *e) {
  str app, slot, json;
  err_code rc = find_place(rq, is_version, &app, &slot, e);
  if (!rc) rc = luis_test_result(api_service(rq), &rq->resource, app, slot, rq->params[2], rq->arena, &json, e);
  if (!rc) buf_add_str(&rs->body, json);
  return rc;
}

#define HANDLERS(place, is_version)                                                                                    \
  static err_code start_##place(const http_request *rq, http_response *rs, err *e) {                                   \
    return start(rq, rs, is_version, e);                                                                               \
  }                                                                                                                    \
  static err_code get_status_##place(const http_request *rq, http_response *rs, err *e) {                              \
    return get_status(rq, rs, is_version, e);                                                                          \
  }                                                                                                                    \
  static err_code get_result_##place(const http_request *rq, http_response *rs, err *e) {                              \
    return get_result(rq, rs, is_version, e);                                                                          \
  }
HANDLERS(slot, false)
HANDLERS(version, true)

enum { BODY = 4 * 1024 * 1024 };
#define READ HTTP_CLASS_READ, HTTP_BLOCKING
#define ROUTES(place, path)                                                                                            \
  {"LE1", HTTP_POST, path "/evaluations", start_##place, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_READER, BODY},     \
      {"LE2", HTTP_GET, path "/evaluations/{o}/status", get_status_##place, READ, 0}, {                                \
    "LE3", HTTP_GET, path "/evaluations/{o}/result", get_result_##place, READ, 0                                       \
  }
#define BASE "/luis/v3.0-preview/apps/{app}"
static const http_route routes[] = {ROUTES(slot, BASE "/slots/{slot}"), ROUTES(version, BASE "/versions/{v}")};

const http_family api_luis_batch_tests = {.name = "luis-batch-tests",
                                          .prefix = "/luis/v3.0-preview",
                                          .key_anywhere = true,
                                          .routes = routes,
                                          .route_count = ARRAY_LEN(routes),
                                          .write_error = luis_write_error,
                                          .headers = luis_headers,
                                          .header_count = LUIS_HEADERS,
                                          .request_id_headers = luis_id_headers};
