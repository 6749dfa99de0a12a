/* clu_runtime.c -- POST /language/:analyze-conversations. Source: reference clu-runtime.md.
 *
 * The hot path: runs on the event thread, takes no lock, touches no disk, writes the answer
 * straight into the response's buffer. */
#include "api/clu_answer.h"
#include "api/clu_common.h"
#include "api/clu_routed.h"
#include "project/limits.h"
#include "text/utf8.h"

typedef struct analyze_request {
  clu_query query;
  jnode parameters;    /* routing looks into it */
  clu_routing routing; /* of an orchestration */
} analyze_request;

static err_code read_kind(const jnode *root, http_response *rs, err *e) {
  str kind;
  err_code rc = jn_req_str(root, "kind", &kind, e);
  if (rc) return rc;
  if (str_eq(kind, STR("Conversation"))) return ERR_OK;
  rs->with_details = true;
  jnode n = jn_get(root, "kind");
  if (str_eq(kind, STR("ConversationalAI")))
    return jn_fail(&n, e, "the kind ConversationalAI is not served here; use Conversation");
  return jn_fail(&n, e, "the kind is unknown; it must be Conversation");
}

static err_code read_text(const jnode *item, clu_query *out, http_response *rs, err *e) {
  err_code rc = jn_req_str(item, "text", &out->text, e);
  if (rc) return rc;
  jnode n = jn_get(item, "text");
  if (!out->text.n) return jn_fail(&n, e, "the text is empty");
  if (out->text.n <= LIMIT_QUERY_CHARS || utf8_codepoints(out->text) <= LIMIT_QUERY_CHARS) return ERR_OK;
  rs->inner_code = "InvalidDocument";
  return jn_fail(&n, e, "the text is longer than %d characters", LIMIT_QUERY_CHARS);
}

static err_code read_item(const jnode *root, clu_query *out, http_response *rs, err *e) {
  jnode input, item;
  str ignored;
  err_code rc = jn_req_obj(root, "analysisInput", &input, e);
  if (!rc) rc = jn_req_obj(&input, "conversationItem", &item, e);
  if (!rc) rc = jn_req_str(&item, "id", &out->id, e);
  if (!rc) rc = jn_req_str(&item, "participantId", &out->participant, e);
  if (!rc) rc = read_text(&item, out, rs, e);
  if (!rc) rc = jn_opt_str(&item, "language", &out->language, NULL, e);
  if (!rc) rc = jn_opt_str(&item, "modality", &ignored, NULL, e);
  if (!rc) rc = jn_opt_str(&item, "role", &ignored, NULL, e);
  if (!rc && !out->language.n) out->language = STR_NONE;
  return rc;
}

static err_code read_parameters(const jnode *p, clu_query *out, err *e) {
  bool verbose;
  str unit = STR_NONE;
  err_code rc = jn_req_str(p, "projectName", &out->project, e);
  if (!rc) rc = jn_req_str(p, "deploymentName", &out->deployment, e);
  if (!rc) rc = jn_opt_bool(p, "verbose", &verbose, NULL, e); /* the answer is the same with and without */
  if (!rc) rc = jn_opt_bool(p, "isLoggingEnabled", &out->log, NULL, e);
  if (!rc) rc = jn_opt_str(p, "stringIndexType", &unit, NULL, e);
  if (rc || !unit.p || offset_unit_parse(unit, &out->unit)) return rc;
  jnode n = jn_get(p, "stringIndexType");
  return jn_fail(&n, e,
                 "the string index type is unknown; it must be TextElements_v8, UnicodeCodePoint or Utf16CodeUnit");
}

static err_code read_request(const jnode *root, analyze_request *out, http_response *rs, err *e) {
  *out = (analyze_request){.query.unit = OFFSET_GRAPHEME};
  rs->inner_code = "InvalidParameterValue";
  err_code rc = read_kind(root, rs, e);
  if (!rc) rc = read_item(root, &out->query, rs, e);
  if (!rc) rc = jn_req_obj(root, "parameters", &out->parameters, e);
  if (!rc) rc = read_parameters(&out->parameters, &out->query, e);
  if (!rc) rc = clu_routing_read(&out->parameters, &out->routing, e);
  if (!rc) rs->inner_code = NULL;
  return rc;
}

/* Between live_enter and live_leave. */
static err_code answer(const http_request *rq, const analyze_request *r, http_response *rs, err *e) {
  const live_model *lm;
  clu_answer x;
  err_code rc = clu_find(rq, &r->query, &lm, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kcstr(&w, "kind", "ConversationResult");
  jw_key(&w, "result");
  if (model_describe(live_model_of(lm))->kind == PROJECT_ORCHESTRATION) {
    rc = clu_routed_write(&w, rq, &r->query, lm, &r->routing, rs, e);
  } else {
    rc = clu_predict(rq, &r->query, lm, &x, rs, e);
    if (!rc) clu_answer_write(&w, &r->query, &x, rq->arena);
  }
  if (!rc) jw_end(&w);
  return rc;
}

static err_code analyze(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  analyze_request q;
  rc = read_request(&root, &q, rs, e);
  if (!rc) {
    live_enter();
    rc = answer(rq, &q, rs, e);
    live_leave();
  }
  jn_free(doc);
  return rc;
}

static const http_route routes[] = {
    {"analyze-conversations", HTTP_POST, "/language/:analyze-conversations", analyze, HTTP_CLASS_PREDICT, 0,
     CLU_SMALL_BODY},
};

/* As the vendor's container: no key. */
static const http_route keyless_routes[] = {
    {"analyze-conversations", HTTP_POST, "/language/:analyze-conversations", analyze, HTTP_CLASS_PREDICT, HTTP_KEYLESS,
     CLU_SMALL_BODY},
};

static const char *const id_headers[] = {"apim-request-id", NULL};
static const http_pair headers[] = {
    {STR("Strict-Transport-Security"), STR("max-age=31536000; includeSubDomains; preload")},
    {STR("X-Content-Type-Options"), STR("nosniff")},
    {STR("Cache-Control"), STR("no-store, proxy-revalidate, no-cache, max-age=0, private")},
    {STR("Pragma"), STR("no-cache")},
    {STR("csp-billing-usage"),
     STR("CognitiveServices.TextAnalytics.Language.ConversationalLanguageUnderstanding.Prediction=1")},
};

#define RUNTIME_FAMILY(routes_)                                                                                        \
  {                                                                                                                    \
    .name = "clu-runtime", .prefix = "/language", .routes = (routes_), .route_count = ARRAY_LEN(routes_),              \
    .api_versions = clu_runtime_versions, .write_error = clu_write_error, .headers = headers,                          \
    .header_count = ARRAY_LEN(headers), .request_id_headers = id_headers, .region_header = "x-ms-region"               \
  }

const http_family api_clu_runtime = RUNTIME_FAMILY(routes);
const http_family api_clu_runtime_keyless = RUNTIME_FAMILY(keyless_routes);
