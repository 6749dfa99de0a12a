/* luis_patterns.c -- patterns. Source: reference luis-authoring §8. */
#include "api/luis_editing.h"

static void write_pattern(jw *w, const luis_draft *d, const draft_pattern *p) {
  jw_obj(w);
  jw_kstr(w, "id", p->id);
  jw_kstr(w, "pattern", p->v.pattern);
  jw_kstr(w, "intent", d->intents.v[p->v.intent].v.name);
  jw_end(w);
}

static const draft_pattern *pattern_of(const luis_draft *d, str id) {
  for (size_t i = 0; i < d->patterns.n; i++)
    if (str_eq_nocase(d->patterns.v[i].id, id)) return &d->patterns.v[i];
  return NULL;
}

typedef struct pattern_body {
  str id, pattern, intent_name; /* id: .p NULL when it has none */
} pattern_body;

static err_code read_pattern(const jnode *n, pattern_body *out, err *e) {
  *out = (pattern_body){0};
  TRY(jn_want_obj(n, e));
  TRY(jn_opt_str(n, "id", &out->id, NULL, e));
  TRY(jn_req_str(n, "pattern", &out->pattern, e));
  return jn_req_str(n, "intent", &out->intent_name, e);
}

static err_code add_one(luis_draft *d, const jnode *n, str *id, err *e) {
  pattern_body p;
  TRY(read_pattern(n, &p, e));
  return luis_pattern_add(d, p.pattern, p.intent_name, id, e);
}

static err_code add_pattern_edit(luis_draft *d, luis_op *op, err *e) {
  str id;
  TRY(add_one(d, &op->body, &id, e));
  jw w;
  jw_init(&w, &op->rs->body);
  write_pattern(&w, d, pattern_of(d, id));
  op->rs->status = 201;
  return ERR_OK;
}
LUIS_EDIT(add_pattern, LUIS_ANSWER_BODY)

static err_code add_patterns_edit(luis_draft *d, luis_op *op, err *e) {
  jw w;
  jw_init(&w, &op->rs->body);
  jw_arr(&w);
  TRY(jn_want_arr(&op->body, e));
  for (size_t i = 0; i < jn_len(&op->body); i++) {
    jnode item = jn_at(&op->body, i);
    str id;
    TRY(add_one(d, &item, &id, e));
    write_pattern(&w, d, pattern_of(d, id));
  }
  jw_end(&w);
  op->rs->status = 201;
  return ERR_OK;
}
LUIS_EDIT(add_patterns, LUIS_ANSWER_BODY)

/* id.p NULL: the body names the pattern. */
static err_code update_one(luis_draft *d, const jnode *n, str id, jw *w, err *e) {
  pattern_body p;
  TRY(read_pattern(n, &p, e));
  if (!id.p && !p.id.p) return jn_fail(n, e, "needs an id");
  if (!id.p) id = p.id;
  TRY(luis_pattern_replace(d, id, p.pattern, p.intent_name, e));
  write_pattern(w, d, pattern_of(d, id));
  return ERR_OK;
}

static err_code update_pattern_edit(luis_draft *d, luis_op *op, err *e) {
  jw w;
  jw_init(&w, &op->rs->body);
  return update_one(d, &op->body, op->rq->params[2], &w, e);
}
LUIS_EDIT(update_pattern, LUIS_ANSWER_BODY)

static err_code update_patterns_edit(luis_draft *d, luis_op *op, err *e) {
  jw w;
  jw_init(&w, &op->rs->body);
  jw_arr(&w);
  TRY(jn_want_arr(&op->body, e));
  for (size_t i = 0; i < jn_len(&op->body); i++) {
    jnode item = jn_at(&op->body, i);
    TRY(update_one(d, &item, STR_NONE, &w, e));
  }
  jw_end(&w);
  return ERR_OK;
}
LUIS_EDIT(update_patterns, LUIS_ANSWER_BODY)

static err_code delete_pattern_edit(luis_draft *d, luis_op *op, err *e) {
  return luis_pattern_delete(d, op->rq->params[2], e);
}
LUIS_EDIT(delete_pattern, LUIS_ANSWER_STATUS)

static err_code delete_patterns_edit(luis_draft *d, luis_op *op, err *e) {
  TRY(jn_want_arr(&op->body, e));
  for (size_t i = 0; i < jn_len(&op->body); i++) {
    jnode item = jn_at(&op->body, i);
    str id;
    TRY(jn_want_str(&item, &id, e));
    TRY(luis_pattern_delete(d, id, e));
  }
  return ERR_OK;
}
LUIS_EDIT(delete_patterns, LUIS_ANSWER_STATUS)

/* Those of one intent; UINT32_MAX: all. */
static err_code answer_patterns(const http_request *rq, http_response *rs, const luis_draft *d, uint32_t only, err *e) {
  size_t begin, end, at = 0, n = 0;
  for (size_t i = 0; i < d->patterns.n; i++) n += only == UINT32_MAX || d->patterns.v[i].v.intent == only;
  TRY(luis_slice(rq, n, &begin, &end, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < d->patterns.n; i++) {
    if (only != UINT32_MAX && d->patterns.v[i].v.intent != only) continue;
    if (at >= begin && at < end) write_pattern(&w, d, &d->patterns.v[i]);
    at++;
  }
  jw_end(&w);
  return ERR_OK;
}

static err_code list_patterns(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  TRY(luis_draft_of(rq, &d, e));
  return answer_patterns(rq, rs, d, UINT32_MAX, e);
}

static err_code list_intent_patterns(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  size_t index;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_draft_intent(d, rq->params[2], &index, e));
  return answer_patterns(rq, rs, d, (uint32_t)index, e);
}

/* ---- routes -------------------------------------------------------------------------------------- */

enum { PATTERNS_BODY = 2 * 1024 * 1024 };

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING, 0
#define DROP  HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER, 0
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING, PATTERNS_BODY

#define DROP_SOME HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER, PATTERNS_BODY

#define ROUTES(V)                                                                                                      \
  {                                                                                                                    \
    {"LG1", HTTP_POST, V "/patternrule", add_pattern, WRITE},                                                          \
        {"LG2", HTTP_POST, V "/patternrules", add_patterns, WRITE},                                                    \
        {"LG3", HTTP_GET, V "/patternrules", list_patterns, READ},                                                     \
        {"LG4", HTTP_PUT, V "/patternrules", update_patterns, WRITE},                                                  \
        {"LG5", HTTP_DELETE, V "/patternrules", delete_patterns, DROP_SOME},                                           \
        {"LG6", HTTP_PUT, V "/patternrules/{id}", update_pattern, WRITE},                                              \
        {"LG7", HTTP_DELETE, V "/patternrules/{id}", delete_pattern, DROP},                                            \
        {"LG8", HTTP_GET, V "/intents/{id}/patternrules", list_intent_patterns, READ},                                 \
  }

static const http_route v3[] = ROUTES(LUIS_V3 "/apps/{app}/versions/{v}");
static const http_route v2[] = ROUTES(LUIS_V2 "/apps/{app}/versions/{v}");
const http_family api_luis_patterns = LUIS_AUTHORING_FAMILY("luis-patterns", LUIS_V3, v3);
const http_family api_luis_patterns_v2 = LUIS_AUTHORING_FAMILY("luis-patterns-v2", LUIS_V2, v2);
