/* luis_v3.c -- …/apps/{app}/slots/{slot}/predict and …/versions/{version}/predict, by GET or POST, under the path of
 * V3, of its container and of its preview. Source: reference luis-runtime §1, §3, §6. */
#include "api/luis_answer.h"
#include "api/luis_common.h"
#include "api/luis_v3_request.h"
#include "service/luis_versions.h"

static void write_answer(jw *w, const luis_answer *x, const void *shape, arena *a) {
  luis_v3_write_answer(w, x, shape, a);
}

static bool wants_spelling(const http_request *rq) {
  return rq->spelling_key.n > 0;
}

/* Long lists take milliseconds, which others on an event thread would wait. */
static bool blocks(const http_request *rq) {
  enum { QUICK_BODY = 64 * 1024 };
  return wants_spelling(rq) || rq->body.n > QUICK_BODY;
}

static bool is_preview(const http_request *rq) {
  return str_starts(str_of(rq->route->pattern), STR("/luis/v3.0-preview/"));
}

static err_code find_slot(const http_request *rq, str *slot, err *e) {
  bool by_version = str_ends(str_of(rq->route->pattern), STR("{version}/predict"));
  if (!by_version) return luis_slot(rq->params[1], slot, e);
  *slot = luis_deployment_of_version(rq->params[1], rq->arena);
  return ERR_OK;
}

static err_code answer(const http_request *rq, luis_predict_query *q, http_response *rs, err *e) {
  luis_v3_shape shape = {.verbose = luis_query_flag(rq, "verbose", false),
                         .all_intents = luis_query_flag(rq, "show-all-intents", false),
                         .normalized = is_preview(rq)};
  q->app = rq->params[0];
  q->log = luis_query_flag(rq, "log", false);
  err_code rc = find_slot(rq, &q->slot, e);
  if (!rc) rc = luis_query_check(q->text, e);
  return rc ? rc : luis_respond(rq, q, wants_spelling(rq), write_answer, &shape, rs, e);
}

static err_code get(const http_request *rq, http_response *rs, err *e) {
  luis_predict_query q = {.text = http_query(rq, "query")};
  q.options.reference_us = luis_v3_reference(http_query(rq, "datetimeReference"));
  return answer(rq, &q, rs, e);
}

static err_code post_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  luis_predict_query q = {.slot = STR_NONE};
  TRY(luis_v3_request_read(body, rq->arena, &q, e));
  return answer(rq, &q, rs, e);
}
LUIS_BODY(post)

/* Two dynamic lists of a thousand items with their synonyms. */
enum { BODY = 2 * 1024 * 1024 };
#define PREDICT(id, prefix, place)                                                                                     \
  {id "-get", HTTP_GET, prefix "/apps/{app}/" place "/predict", get, HTTP_CLASS_PREDICT, 0, 0}, {                      \
    id "-post", HTTP_POST, prefix "/apps/{app}/" place "/predict", post, HTTP_CLASS_PREDICT, HTTP_ANY_MEDIA, BODY      \
  }
static const http_route routes[] = {
    PREDICT("luis-v3-slot", "/luis/prediction/v3.0", "slots/{slot}"),
    PREDICT("luis-v3-version", "/luis/prediction/v3.0", "versions/{version}"),
    PREDICT("luis-container-slot", "/luis/v3.0", "slots/{slot}"),
    PREDICT("luis-container-version", "/luis/v3.0", "versions/{version}"),
    PREDICT("luis-preview-slot", "/luis/v3.0-preview", "slots/{slot}"),
    PREDICT("luis-preview-version", "/luis/v3.0-preview", "versions/{version}"),
};

#define FAMILY(keyless_)                                                                                               \
  {                                                                                                                    \
    .name = "luis-v3", .prefix = "/luis", .routes = routes, .route_count = ARRAY_LEN(routes), .key_anywhere = true,    \
    .keyless = (keyless_), .blocks = blocks, .write_error = luis_write_prediction_error, .headers = luis_headers,      \
    .header_count = LUIS_HEADERS, .request_id_headers = luis_id_headers, .region_header = "x-ms-region"                \
  }
const http_family api_luis_v3 = FAMILY(false), api_luis_v3_keyless = FAMILY(true);
