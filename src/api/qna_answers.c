#include "api/qna_answers.h"

#include "model/qna_span.h"
#include "project/qna_json.h"
#include "text/offsets.h"

#include <stdlib.h>

enum { TOP_MAX = 1000, SPANS_MAX = 10 };

qna_request qna_request_default(str question) {
  return (qna_request){.query = {.question = question, .top = 1}, .span_count = 1};
}

/* ---- reading ----------------------------------------------------------------------------------- */

static bool is_absent(const jnode *n) {
  return jn_typeof(n) == JN_ABSENT || jn_typeof(n) == JN_NULL;
}

/* Numbers may come as strings. Absent and null leave *inout. */
static err_code read_number(const jnode *obj, const char *key, double lo, double hi, double *inout, err *e) {
  jnode n = qna_member(obj, key);
  double v = 0;
  if (is_absent(&n)) return ERR_OK;
  char text[64], *end = text;
  if (jn_typeof(&n) == JN_INT || jn_typeof(&n) == JN_REAL)
    v = jn_num(&n);
  else if (jn_typeof(&n) == JN_STR && jn_str(&n).n && str_copy_to(jn_str(&n), text, sizeof text))
    v = strtod(text, &end);
  else
    return jn_fail(&n, e, "must be a number");
  if (*end && end != text) return jn_fail(&n, e, "must be a number");
  if (!(v >= lo && v <= hi)) return jn_fail(&n, e, "must be from %g to %g", lo, hi);
  *inout = v;
  return ERR_OK;
}

static err_code read_id(const jnode *obj, const char *key, int32_t *inout, err *e) {
  double v = *inout;
  err_code rc = read_number(obj, key, 0, INT32_MAX, &v, e);
  if (!rc) *inout = (int32_t)v;
  return rc;
}

static err_code read_count(const jnode *obj, const char *key, size_t most, size_t *inout, err *e) {
  double v = (double)*inout;
  err_code rc = read_number(obj, key, 1, (double)most, &v, e);
  if (!rc) *inout = (size_t)v;
  return rc;
}

/* "AND" or "OR"; *any is whether one is enough. */
static err_code read_operation(const jnode *obj, bool *any, err *e) {
  jnode n = qna_member(obj, "logicalOperation");
  str s;
  if (is_absent(&n)) return ERR_OK;
  err_code rc = jn_want_str(&n, &s, e);
  if (rc) return rc;
  *any = str_eq_nocase(s, STR("OR"));
  return *any || str_eq_nocase(s, STR("AND")) ? ERR_OK : jn_fail(&n, e, "must be AND or OR");
}

static str lower(str s, arena *a) {
  char *p = arena_cstr(a, s);
  for (size_t i = 0; i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
  return str_make(p, s.n);
}

static err_code read_tag(const jnode *n, arena *a, qna_tag *out, err *e) {
  err_code rc = jn_want_obj(n, e);
  if (rc) return rc;
  jnode key = qna_member(n, "key"), value = qna_member(n, "value");
  str k, v;
  rc = jn_want_str(&key, &k, e);
  if (!rc) rc = jn_want_str(&value, &v, e);
  if (!rc) *out = (qna_tag){lower(k, a), lower(v, a)};
  return rc;
}

static err_code read_tags(const jnode *filters, arena *a, qna_filter *out, err *e) {
  jnode part = qna_member(filters, "metadataFilter");
  if (is_absent(&part)) return ERR_OK;
  err_code rc = jn_want_obj(&part, e);
  if (rc) return rc;
  jnode list = qna_member(&part, "metadata");
  if (!is_absent(&list)) rc = jn_want_arr(&list, e);
  out->tag_count = rc ? 0 : jn_len(&list);
  qna_tag *v = ARENA_ARRAY(a, qna_tag, out->tag_count);
  for (size_t i = 0; !rc && i < out->tag_count; i++) {
    jnode item = jn_at(&list, i);
    rc = read_tag(&item, a, &v[i], e);
  }
  out->tags = v;
  return rc ? rc : read_operation(&part, &out->any_tag, e);
}

static err_code read_filters(const jnode *obj, arena *a, qna_filter *inout, err *e) {
  jnode filters = qna_member(obj, "filters");
  if (is_absent(&filters)) return ERR_OK;
  qna_filter f = {0};
  err_code rc = jn_want_obj(&filters, e);
  if (!rc) rc = read_tags(&filters, a, &f, e);
  jnode list = qna_member(&filters, "sourceFilter");
  if (!rc && !is_absent(&list)) rc = jn_want_arr(&list, e);
  f.source_count = rc ? 0 : jn_len(&list);
  str *v = ARENA_ARRAY(a, str, f.source_count);
  for (size_t i = 0; !rc && i < f.source_count; i++) {
    jnode item = jn_at(&list, i);
    rc = jn_want_str(&item, &v[i], e);
  }
  f.sources = v;
  if (!rc) rc = read_operation(&filters, &f.any_part, e);
  if (!rc) *inout = f;
  return rc;
}

/* previousQnaId 0 stands for no context. */
static err_code read_context(const jnode *obj, qna_query *inout, err *e) {
  jnode context = qna_member(obj, "context");
  if (is_absent(&context)) return ERR_OK;
  err_code rc = jn_want_obj(&context, e);
  if (!rc) rc = read_id(&context, "previousQnaId", &inout->previous_id, e);
  if (!rc) inout->has_context = inout->previous_id != 0;
  return rc;
}

static err_code read_ranker(const jnode *obj, qna_query *inout, err *e) {
  jnode n = qna_member(obj, "rankerType");
  str s;
  if (is_absent(&n)) return ERR_OK;
  err_code rc = jn_want_str(&n, &s, e);
  if (rc) return rc;
  inout->questions_only = str_eq_nocase(s, STR("QuestionOnly"));
  return inout->questions_only || str_eq_nocase(s, STR("Default")) ? ERR_OK
                                                                   : jn_fail(&n, e, "must be Default or QuestionOnly");
}

static err_code read_spans(const jnode *obj, qna_request *inout, err *e) {
  jnode span = qna_member(obj, "answerSpanRequest");
  if (is_absent(&span)) return ERR_OK;
  err_code rc = jn_want_obj(&span, e);
  if (rc) return rc;
  jnode enable = qna_member(&span, "enable");
  if (!is_absent(&enable) && jn_typeof(&enable) != JN_BOOL) return jn_fail(&enable, e, "must be true or false");
  inout->spans = !is_absent(&enable) && jn_bool(&enable);
  rc = read_number(&span, "confidenceScoreThreshold", 0, 1, &inout->span_threshold, e);
  return rc ? rc : read_count(&span, "topAnswersWithSpan", SPANS_MAX, &inout->span_count, e);
}

err_code qna_request_read(const jnode *obj, arena *a, qna_request *inout, err *e) {
  jnode question = qna_member(obj, "question");
  err_code rc = jn_want_obj(obj, e);
  if (!rc && !is_absent(&question)) rc = jn_want_str(&question, &inout->query.question, e);
  if (!rc) rc = read_id(obj, "qnaId", &inout->id, e);
  if (!rc) rc = read_count(obj, "top", TOP_MAX, &inout->query.top, e);
  if (!rc) rc = read_number(obj, "confidenceScoreThreshold", 0, 1, &inout->query.threshold, e);
  if (!rc) rc = read_context(obj, &inout->query, e);
  if (!rc) rc = read_ranker(obj, &inout->query, e);
  if (!rc) rc = read_filters(obj, a, &inout->query.filter, e);
  return rc ? rc : read_spans(obj, inout, e);
}

/* ---- writing ----------------------------------------------------------------------------------- */

static void write_span(jw *w, const qna_index *x, const qna_request *r, const qna_pair *p, arena *a) {
  qna_span s;
  if (!qna_span_find(r->query.question, p->answer, qna_index_base(x)->language, a, &s)) return;
  if (s.score < r->span_threshold) return;
  offset_map units;
  offset_map_init(&units, p->answer, OFFSET_UTF16, a);
  size_t begin = offset_of_byte(&units, s.begin_bytes), end = offset_of_byte(&units, s.end_bytes);
  jw_key(w, "answerSpan");
  jw_obj(w);
  jw_kstr(w, "text", str_make(p->answer.p + s.begin_bytes, s.end_bytes - s.begin_bytes));
  jw_key(w, "confidenceScore");
  jw_score(w, s.score);
  jw_kint(w, "offset", (int64_t)begin);
  jw_kint(w, "length", (int64_t)(end - begin));
  jw_end(w);
}

static void write_answer(jw *w, const qna_index *x, const qna_request *r, const qna_answer *answer, bool span,
                         arena *a) {
  const qna_pair *p = answer->pair;
  jw_obj(w);
  jw_key(w, "questions");
  qna_questions_write(w, p);
  jw_kstr(w, "answer", p->answer);
  jw_key(w, "confidenceScore");
  jw_score(w, answer->score);
  jw_kint(w, "id", p->id);
  jw_kstr(w, "source", p->source);
  jw_key(w, "metadata");
  qna_tags_write(w, p);
  jw_key(w, "dialog");
  qna_dialog_write(w, p);
  if (span) write_span(w, x, r, p, a);
  jw_end(w);
}

static void write_default(jw *w, const qna_index *x) {
  jw_obj(w);
  jw_key(w, "questions");
  jw_arr(w);
  jw_end(w);
  jw_kstr(w, "answer", qna_default_answer(qna_index_base(x)));
  jw_knum(w, "confidenceScore", 0);
  jw_kint(w, "id", -1);
  jw_key(w, "metadata");
  jw_obj(w);
  jw_end(w);
  jw_end(w);
}

void qna_answers_write(jw *w, const qna_index *x, const qna_request *r, arena *a) {
  qna_answer *v, asked = {.score = 1};
  size_t n;
  if (r->id) {
    asked.pair = qna_find_pair(qna_index_base(x), r->id);
    v = &asked;
    n = asked.pair != NULL;
  } else {
    qna_search(x, &r->query, a, &v, &n);
  }
  jw_obj(w);
  jw_key(w, "answers");
  jw_arr(w);
  for (size_t i = 0; i < n; i++) write_answer(w, x, r, &v[i], r->spans && i < r->span_count, a);
  if (!n) write_default(w, x);
  jw_end(w);
  jw_end(w);
}
