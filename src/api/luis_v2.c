/* luis_v2.c -- /luis/v2.0/apps/{app}: one utterance by GET or POST. Source: reference luis-runtime §2. */
#include "api/luis_answer.h"
#include "api/luis_common.h"
#include "service/luis_versions.h"
#include "text/utf8.h"

/* The body is a JSON text; one without quotes is taken as it is. */
static err_code read_body(const http_request *rq, jdoc **doc, str *text, err *e) {
  str body = str_trim(rq->body);
  *doc = NULL;
  *text = body;
  if (!body.n || body.p[0] != '"') {
    if (utf8_valid(body, NULL)) return ERR_OK;
    return err_set(e, ERR_INVALID_ARGUMENT, "The body is not UTF-8.");
  }
  jnode root;
  err_code rc = luis_body(rq, doc, &root, e);
  if (!rc) *text = jn_str(&root);
  return rc;
}

/* timezoneOffset: minutes; what is no number counts as absent. */
static int64_t reference_us(const http_request *rq) {
  enum { DAY_MINUTES = 24 * 60 };
  double minutes = 0;
  str v = http_query(rq, "timezoneOffset");
  if (!attr_number(v, &minutes) || minutes < -DAY_MINUTES || minutes > DAY_MINUTES) minutes = 0;
  return luis_now_us((int64_t)minutes);
}

static void write_answer(jw *w, const luis_answer *x, const void *verbose, arena *a) {
  luis_v2_write_answer(w, x, *(const bool *)verbose, a);
}

static bool wants_spelling(const http_request *rq) {
  return luis_query_flag(rq, "spellCheck", false);
}

/* What is not there is a bad request here. */
static err_code answer(const http_request *rq, str slot, str text, http_response *rs, err *e) {
  luis_predict_query q = {.app = rq->params[0],
                          .slot = slot,
                          .text = text,
                          .log = luis_query_flag(rq, "log", true),
                          .options = {.reference_us = reference_us(rq)}};
  bool verbose = luis_query_flag(rq, "verbose", false);
  err_code rc = luis_query_check(text, e);
  if (!rc) rc = luis_respond(rq, &q, wants_spelling(rq), write_answer, &verbose, rs, e);
  return rc == ERR_NOT_FOUND ? e->code = ERR_INVALID_ARGUMENT : rc;
}

static str slot_of(const http_request *rq) {
  return luis_query_flag(rq, "staging", false) ? STR("staging") : STR("production");
}

static str version_of(const http_request *rq) {
  return luis_deployment_of_version(rq->params[1], rq->arena);
}

static err_code get(const http_request *rq, http_response *rs, err *e) {
  return answer(rq, slot_of(rq), http_query(rq, "q"), rs, e);
}
static err_code get_version(const http_request *rq, http_response *rs, err *e) {
  return answer(rq, version_of(rq), http_query(rq, "q"), rs, e);
}

static err_code answer_body(const http_request *rq, str slot, http_response *rs, err *e) {
  jdoc *doc;
  str text;
  err_code rc = read_body(rq, &doc, &text, e);
  if (rc) return rc;
  rc = answer(rq, slot, text, rs, e);
  jn_free(doc);
  return rc;
}

static err_code post(const http_request *rq, http_response *rs, err *e) {
  return answer_body(rq, slot_of(rq), rs, e);
}
static err_code post_version(const http_request *rq, http_response *rs, err *e) {
  return answer_body(rq, version_of(rq), rs, e);
}

#define APP "/luis/v2.0/apps/{app}"
static const http_route routes[] = {
    {"luis-v2-get", HTTP_GET, APP, get, HTTP_CLASS_PREDICT, 0, 0},
    {"luis-v2-post", HTTP_POST, APP, post, HTTP_CLASS_PREDICT, HTTP_ANY_MEDIA, LUIS_SMALL_BODY},
    {"luis-v2-version-get", HTTP_GET, APP "/versions/{version}", get_version, HTTP_CLASS_PREDICT, 0, 0},
    {"luis-v2-version-post", HTTP_POST, APP "/versions/{version}", post_version, HTTP_CLASS_PREDICT, HTTP_ANY_MEDIA,
     LUIS_SMALL_BODY},
};

#define FAMILY(keyless_)                                                                                               \
  {                                                                                                                    \
    .name = "luis-v2", .prefix = "/luis/v2.0", .routes = routes, .route_count = ARRAY_LEN(routes),                     \
    .key_anywhere = true, .keyless = (keyless_), .blocks = wants_spelling, .write_error = luis_write_prediction_error, \
    .headers = luis_headers, .header_count = LUIS_HEADERS, .request_id_headers = luis_id_headers,                      \
    .region_header = "x-ms-region"                                                                                     \
  }
const http_family api_luis_v2 = FAMILY(false), api_luis_v2_keyless = FAMILY(true);
