/* qna_runtime.c -- POST /language/:query-knowledgebases and /language/:query-text.
 * Source: reference question-answering §2. */
#include "api/clu_common.h"
#include "api/qna_answers.h"
#include "model/qna_span.h"
#include "project/limits.h"
#include "project/qna_json.h"
#include "service/deployments.h"
#include "service/knowledge.h"
#include "text/utf8.h"

static err_code blank_question(http_response *rs, err *e) {
  rs->with_details = true;
  return err_at(e, ERR_INVALID_ARGUMENT, "question", "The question must not be empty.");
}

static err_code required_query(const http_request *rq, const char *name, str *out, err *e) {
  *out = http_query(rq, name);
  return out->n ? ERR_OK : err_at(e, ERR_INVALID_ARGUMENT, name, "Parameter \"%s\" is required.", name);
}

static err_code read_query(const jnode *root, arena *a, qna_request *r, http_response *rs, err *e) {
  rs->inner_code = "InvalidParameterValue";
  *r = qna_request_default(STR(""));
  err_code rc = qna_request_read(root, a, r, e);
  if (rc) return rc;
  rs->inner_code = NULL;
  if (r->id) return ERR_OK;
  if (!str_trim(r->query.question).n) return blank_question(rs, e);
  if (utf8_codepoints(r->query.question) > LIMIT_QNA_QUESTION_CHARS)
    return err_at(e, ERR_INVALID_ARGUMENT, "question", "the question is longer than %d characters",
                  LIMIT_QNA_QUESTION_CHARS);
  return ERR_OK;
}

static err_code answer(const http_request *rq, const qna_request *r, http_response *rs, err *e) {
  str base, deployment;
  err_code rc = required_query(rq, "projectName", &base, e);
  if (!rc) rc = required_query(rq, "deploymentName", &deployment, e);
  if (rc) return rc;
  live_enter();
  const qna_index *x = knowledge_find(api_service(rq), rq->resource.index, base, deployment);
  if (x) {
    jw w;
    jw_init(&w, &rs->body);
    qna_answers_write(&w, x, r, rq->arena);
  } else {
    rc = err_set(e, ERR_NOT_FOUND,
                 "The deployment \"" STR_FMT "\" of the question answering project \"" STR_FMT "\" cannot be found.",
                 STR_ARG(deployment), STR_ARG(base));
  }
  live_leave();
  return rc;
}

static err_code query_base(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  qna_request r;
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = read_query(&root, rq->arena, &r, rs, e);
  if (!rc) rc = answer(rq, &r, rs, e);
  jn_free(doc);
  return rc;
}

/* ---- answers from texts -------------------------------------------------------------------------- */

enum { RECORDS_MAX = 5, RECORD_CHARS = 5120, ANSWERS_EACH = 3 };

typedef struct text_query {
  str question, language;
  str ids[RECORDS_MAX], texts[RECORDS_MAX];
  size_t n;
  offset_unit unit;
} text_query;

static err_code read_records(const jnode *root, text_query *q, err *e) {
  jnode list;
  err_code rc = jn_req_arr(root, "records", &list, e);
  if (rc) return rc;
  q->n = jn_len(&list);
  if (!q->n || q->n > RECORDS_MAX) return jn_fail(&list, e, "there must be 1 to %d records", RECORDS_MAX);
  for (size_t i = 0; !rc && i < q->n; i++) {
    jnode item = jn_at(&list, i);
    rc = jn_want_obj(&item, e);
    if (!rc) rc = jn_req_str(&item, "id", &q->ids[i], e);
    if (!rc) rc = jn_req_str(&item, "text", &q->texts[i], e);
    jnode at = jn_get(&item, "text");
    if (!rc && utf8_codepoints(q->texts[i]) > RECORD_CHARS)
      rc = jn_fail(&at, e, "the text is longer than %d characters", RECORD_CHARS);
  }
  return rc;
}

static err_code read_text_query(const jnode *root, text_query *q, http_response *rs, err *e) {
  *q = (text_query){.language = STR("en"), .unit = OFFSET_GRAPHEME};
  str unit = STR_NONE;
  rs->inner_code = "InvalidParameterValue";
  err_code rc = jn_req_str(root, "question", &q->question, e);
  if (!rc) rc = jn_opt_str(root, "language", &q->language, NULL, e);
  if (!rc) rc = jn_opt_str(root, "stringIndexType", &unit, NULL, e);
  if (!rc) rc = read_records(root, q, e);
  jnode at = jn_get(root, "stringIndexType");
  if (!rc && unit.p && !offset_unit_parse(unit, &q->unit)) rc = jn_fail(&at, e, "the string index type is unknown");
  if (rc) return rc;
  rs->inner_code = NULL;
  return str_trim(q->question).n ? ERR_OK : blank_question(rs, e);
}

static void write_passage(jw *w, const text_query *q, const qna_passage *p, arena *a) {
  str text = q->texts[p->text];
  str passage = str_make(text.p + p->passage.begin_bytes, p->passage.end_bytes - p->passage.begin_bytes);
  str sentence = str_make(text.p + p->answer.begin_bytes, p->answer.end_bytes - p->answer.begin_bytes);
  offset_map units;
  offset_map_init(&units, text, q->unit, a);
  size_t begin = offset_of_byte(&units, p->passage.begin_bytes), end = offset_of_byte(&units, p->passage.end_bytes);
  size_t from = offset_of_byte(&units, p->answer.begin_bytes), to = offset_of_byte(&units, p->answer.end_bytes);
  jw_obj(w);
  jw_kstr(w, "answer", passage);
  jw_key(w, "confidenceScore");
  jw_score(w, p->answer.score);
  jw_kstr(w, "id", q->ids[p->text]);
  jw_kint(w, "offset", (int64_t)begin);
  jw_kint(w, "length", (int64_t)(end - begin));
  jw_key(w, "answerSpan");
  jw_obj(w);
  jw_kstr(w, "text", sentence);
  jw_key(w, "confidenceScore");
  jw_score(w, p->answer.score);
  jw_kint(w, "offset", (int64_t)(from - begin));
  jw_kint(w, "length", (int64_t)(to - from));
  jw_end(w);
  jw_end(w);
}

static err_code query_text(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  text_query q;
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = read_text_query(&root, &q, rs, e);
  if (!rc) {
    qna_passage *v;
    size_t n;
    jw w;
    qna_passages(q.question, q.texts, q.n, q.language, ANSWERS_EACH, rq->arena, &v, &n);
    jw_init(&w, &rs->body);
    jw_obj(&w);
    jw_key(&w, "answers");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) write_passage(&w, &q, &v[i], rq->arena);
    jw_end(&w);
    jw_end(&w);
  }
  jn_free(doc);
  return rc;
}

static const http_route routes[] = {
    {"query-knowledgebases", HTTP_POST, "/language/:query-knowledgebases", query_base, HTTP_CLASS_PREDICT, 0,
     CLU_SMALL_BODY},
    {"query-text", HTTP_POST, "/language/:query-text", query_text, HTTP_CLASS_PREDICT, 0, CLU_SMALL_BODY},
};

const char *const qna_versions[] = {"2021-05-01-preview", "2021-07-15-preview", "2021-10-01", "2023-04-01",
                                    "2023-04-15-preview", "2025-05-15-preview", "2025-11-01", NULL};
static const char *const id_headers[] = {"apim-request-id", NULL};
static const http_pair headers[] = {
    {STR("Strict-Transport-Security"), STR("max-age=31536000; includeSubDomains; preload")},
    {STR("X-Content-Type-Options"), STR("nosniff")},
    {STR("csp-billing-usage"), STR("CognitiveServices.TextAnalytics.QuestionAnsweringTextRecords=1")},
};

const http_family api_qna_runtime = {.name = "qna-runtime",
                                     .prefix = "/language/:query",
                                     .routes = routes,
                                     .route_count = ARRAY_LEN(routes),
                                     .api_versions = qna_versions,
                                     .write_error = clu_write_error,
                                     .headers = headers,
                                     .header_count = ARRAY_LEN(headers),
                                     .request_id_headers = id_headers,
                                     .region_header = "x-ms-region"};
