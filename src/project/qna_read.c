#include "project/clu_fields.h"
#include "project/limits.h"
#include "project/qna_int.h"
#include "project/qna_json.h"

#include "base/timeutil.h"
#include "text/utf8.h"

#include <stdlib.h>

jnode qna_member(const jnode *obj, const char *key) {
  jnode exact = jn_get(obj, key), m;
  if (jn_typeof(&exact) != JN_ABSENT) return exact;
  void *iter = NULL;
  while (jn_next(obj, &iter, &m))
    if (str_eq_nocase(str_of(m.key), str_of(key))) return m;
  return exact;
}

/* ---- single members --------------------------------------------------------------------------- */

/* Absent and null leave *inout. */
static err_code text_of(const jnode *n, size_t least, size_t most, arena *a, str *inout, err *e) {
  if (jn_is_none(n)) return ERR_OK;
  str s;
  TRY(jn_want_str(n, &s, e));
  size_t chars = utf8_codepoints(s);
  if (chars < least || chars > most) return jn_fail(n, e, "must have %zu to %zu characters", least, most);
  *inout = arena_str(a, s);
  return ERR_OK;
}

static err_code opt_text(const jnode *obj, const char *key, size_t least, size_t most, arena *a, str *inout, err *e) {
  jnode n = qna_member(obj, key);
  return text_of(&n, least, most, a, inout, e);
}

static err_code req_text(const jnode *obj, const char *key, size_t least, size_t most, arena *a, str *out, err *e) {
  jnode n = qna_member(obj, key);
  str s = STR_NONE;
  TRY(text_of(&n, least, most, a, &s, e));
  if (!s.p) return jn_fail(&n, e, "is required");
  *out = s;
  return ERR_OK;
}

/* Clients send some numbers as strings. Absent and null leave *inout. */
static err_code opt_int(const jnode *obj, const char *key, int64_t lo, int32_t *inout, err *e) {
  jnode n = qna_member(obj, key);
  int64_t v;
  switch (jn_typeof(&n)) {
  case JN_ABSENT:
  case JN_NULL: return ERR_OK;
  case JN_INT: v = jn_int(&n); break;
  case JN_STR:
    if (str_to_i64(jn_str(&n), lo, INT32_MAX, &v)) break; /* else: falls through to the message */
    return jn_fail(&n, e, "must be a whole number from %lld to %d", (long long)lo, INT32_MAX);
  default: return jn_fail(&n, e, "must be a whole number");
  }
  if (v < lo || v > INT32_MAX)
    return jn_fail(&n, e, "must be a whole number from %lld to %d", (long long)lo, INT32_MAX);
  *inout = (int32_t)v;
  return ERR_OK;
}

static err_code opt_flag(const jnode *obj, const char *key, bool *inout, err *e) {
  jnode n = qna_member(obj, key);
  switch (jn_typeof(&n)) {
  case JN_ABSENT:
  case JN_NULL: return ERR_OK;
  case JN_BOOL: *inout = jn_bool(&n); return ERR_OK;
  case JN_STR:
    *inout = str_eq_nocase(jn_str(&n), STR("true"));
    if (*inout || str_eq_nocase(jn_str(&n), STR("false"))) return ERR_OK;
    return jn_fail(&n, e, "must be true or false");
  default: return jn_fail(&n, e, "must be true or false");
  }
}

/* Null counts as an empty array. */
static err_code array_of(const jnode *obj, const char *key, size_t most, const char *what, jnode *out, size_t *n,
                         err *e) {
  *out = qna_member(obj, key);
  *n = 0;
  if (jn_is_none(out)) return ERR_OK;
  TRY(jn_want_arr(out, e));
  *n = jn_len(out);
  return clu__limit(out, *n, most, what, e);
}

/* Dates are only remembered: whoever wrote them may have used any form. */
static int64_t date_of(const jnode *obj, const char *key) {
  jnode n = qna_member(obj, key);
  int64_t t = 0;
  return jn_typeof(&n) == JN_STR && time_parse_rfc3339(jn_str(&n), &t) ? t : 0;
}

/* ---- pairs --------------------------------------------------------------------------------------- */

static err_code read_questions(const jnode *n, arena *a, qna_pair *p, err *e) {
  jnode arr;
  size_t count;
  TRY(array_of(n, "questions", LIMIT_QNA_QUESTIONS, "questions of one pair", &arr, &count, e));
  if (!count) return jn_fail(&arr, e, "must name at least one question");
  str *v = ARENA_ARRAY(a, str, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(text_of(&item, 1, LIMIT_QNA_QUESTION_CHARS, a, &v[i], e));
    if (!v[i].p) return jn_fail(&item, e, "must be a string");
  }
  p->questions = v;
  p->question_count = count;
  return ERR_OK;
}

static bool tag_key_valid(str s) {
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return s.n >= 1 && s.n <= LIMIT_QNA_TAG_KEY_CHARS;
}

static str lower(str s, arena *a) {
  char *p = arena_cstr(a, s);
  for (size_t i = 0; i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
  return str_make(p, s.n);
}

static err_code add_tag(const jnode *at, str key, str value, arena *a, qna_tag *v, size_t *n, err *e) {
  if (!tag_key_valid(key))
    return jn_fail(at, e, "a metadata key has 1 to %d letters, digits and _", LIMIT_QNA_TAG_KEY_CHARS);
  if (utf8_codepoints(value) > LIMIT_QNA_TAG_VALUE_CHARS || str_find_byte(value, ':') < value.n ||
      str_find_byte(value, '|') < value.n)
    return jn_fail(at, e, "a metadata value has at most %d characters and no : or |", LIMIT_QNA_TAG_VALUE_CHARS);
  qna_tag t = {lower(key, a), lower(value, a)};
  for (size_t i = 0; i < *n; i++)
    if (str_eq(v[i].key, t.key)) return jn_fail(at, e, "the metadata key " STR_FMT " stands twice", STR_ARG(t.key));
  v[(*n)++] = t;
  return ERR_OK;
}

/* [{"name"|"key","value"}], the form of QnA Maker. */
static err_code read_tag_list(const jnode *arr, arena *a, qna_tag *v, size_t *n, err *e) {
  for (size_t i = 0; i < jn_len(arr); i++) {
    jnode item = jn_at(arr, i);
    TRY(jn_want_obj(&item, e));
    str key = STR_NONE, value = STR_NONE;
    TRY(opt_text(&item, "name", 0, SIZE_MAX, a, &key, e));
    TRY(opt_text(&item, "key", 0, SIZE_MAX, a, &key, e));
    TRY(opt_text(&item, "value", 0, SIZE_MAX, a, &value, e));
    TRY(add_tag(&item, key, value, a, v, n, e));
  }
  return ERR_OK;
}

err_code qna__tags_read(const jnode *n, arena *a, const qna_tag **out, size_t *count, err *e) {
  if (jn_is_none(n)) return ERR_OK;
  qna_tag *v = ARENA_ARRAY(a, qna_tag, jn_len(n));
  size_t used = 0;
  if (jn_typeof(n) == JN_ARR) {
    TRY(read_tag_list(n, a, v, &used, e));
  } else {
    TRY(jn_want_obj(n, e));
    void *iter = NULL;
    jnode m;
    while (jn_next(n, &iter, &m)) {
      str value;
      TRY(jn_want_str(&m, &value, e));
      TRY(add_tag(&m, str_of(m.key), value, a, v, &used, e));
    }
  }
  *out = v;
  *count = used;
  return ERR_OK;
}

static err_code read_prompt(const jnode *n, arena *a, qna_prompt *out, err *e) {
  TRY(jn_want_obj(n, e));
  TRY(opt_int(n, "displayOrder", INT32_MIN, &out->display_order, e));
  TRY(opt_int(n, "qnaId", 0, &out->qna_id, e));
  return opt_text(n, "displayText", 0, LIMIT_QNA_DISPLAY_CHARS, a, &out->display_text, e);
}

err_code qna__prompts_read(const jnode *arr, arena *a, const qna_prompt **out, size_t *count, err *e) {
  size_t n = jn_len(arr);
  TRY(clu__limit(arr, n, LIMIT_QNA_PROMPTS, "prompts of one pair", e));
  qna_prompt *v = ARENA_ARRAY(a, qna_prompt, n);
  for (size_t i = 0; i < n; i++) {
    jnode item = jn_at(arr, i);
    TRY(read_prompt(&item, a, &v[i], e));
  }
  *out = v;
  *count = n;
  return ERR_OK;
}

static err_code read_dialog(const jnode *n, arena *a, qna_pair *p, err *e) {
  jnode dialog = qna_member(n, "dialog"), arr;
  if (jn_is_none(&dialog)) return ERR_OK;
  TRY(jn_want_obj(&dialog, e));
  TRY(opt_flag(&dialog, "isContextOnly", &p->context_only, e));
  size_t count;
  TRY(array_of(&dialog, "prompts", LIMIT_QNA_PROMPTS, "prompts of one pair", &arr, &count, e));
  return qna__prompts_read(&arr, a, &p->prompts, &p->prompt_count, e);
}

static err_code read_suggestion(const jnode *n, arena *a, qna_suggestion *out, err *e) {
  TRY(jn_want_obj(n, e));
  TRY(req_text(n, "question", 1, LIMIT_QNA_QUESTION_CHARS, a, &out->question, e));
  TRY(opt_int(n, "userSuggestedCount", 0, &out->by_users, e));
  return opt_int(n, "autoSuggestedCount", 0, &out->by_service, e);
}

/* The list is called suggestedQuestions in the API and AlternateQuestionList in table files. */
static err_code read_cluster(const jnode *n, arena *a, qna_cluster *out, err *e) {
  jnode arr;
  size_t count;
  TRY(jn_want_obj(n, e));
  TRY(opt_text(n, "clusterHead", 0, LIMIT_QNA_QUESTION_CHARS, a, &out->head, e));
  TRY(array_of(n, "suggestedQuestions", LIMIT_QNA_UPDATES, "suggestions of one cluster", &arr, &count, e));
  if (!count)
    TRY(array_of(n, "alternateQuestionList", LIMIT_QNA_UPDATES, "suggestions of one cluster", &arr, &count, e));
  qna_suggestion *v = ARENA_ARRAY(a, qna_suggestion, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_suggestion(&item, a, &v[i], e));
  }
  out->v = v;
  out->n = count;
  return ERR_OK;
}

err_code qna__clusters_read(const jnode *arr, arena *a, const qna_cluster **out, size_t *count, err *e) {
  size_t n = jn_len(arr);
  qna_cluster *v = ARENA_ARRAY(a, qna_cluster, n);
  for (size_t i = 0; i < n; i++) {
    jnode item = jn_at(arr, i);
    TRY(read_cluster(&item, a, &v[i], e));
  }
  *out = v;
  *count = n;
  return ERR_OK;
}

err_code qna_pair_read(const jnode *n, arena *a, qna_pair *out, err *e) {
  qna_pair p = {.source = STR(QNA_EDITORIAL), .updated_us = date_of(n, "lastUpdatedDateTime")};
  jnode arr;
  size_t count;
  TRY(jn_want_obj(n, e));
  TRY(opt_int(n, "id", 0, &p.id, e));
  TRY(req_text(n, "answer", 1, LIMIT_QNA_ANSWER_CHARS, a, &p.answer, e));
  TRY(opt_text(n, "source", 0, LIMIT_QNA_SOURCE_CHARS, a, &p.source, e));
  if (!p.source.n) p.source = STR(QNA_EDITORIAL);
  TRY(opt_text(n, "sourceDisplayName", 0, LIMIT_QNA_DISPLAY_CHARS, a, &p.source_display_name, e));
  TRY(read_questions(n, a, &p, e));
  jnode tags = qna_member(n, "metadata");
  TRY(qna__tags_read(&tags, a, &p.tags, &p.tag_count, e));
  TRY(read_dialog(n, a, &p, e));
  TRY(array_of(n, "activeLearningSuggestions", LIMIT_QNA_UPDATES, "clusters of suggestions", &arr, &count, e));
  TRY(qna__clusters_read(&arr, a, &p.clusters, &p.cluster_count, e));
  *out = p;
  return ERR_OK;
}

/* ---- sources, synonyms ---------------------------------------------------------------------------- */

err_code qna__source_read(const jnode *n, arena *a, qna_source *out, err *e) {
  qna_source s = {.kind = STR("file"), .updated_us = date_of(n, "lastUpdatedDateTime")};
  TRY(jn_want_obj(n, e));
  TRY(opt_text(n, "sourceUri", 0, 4096, a, &s.uri, e));
  s.source = str_make(s.uri.p, MIN_OF(s.uri.n, (size_t)LIMIT_QNA_SOURCE_CHARS));
  TRY(opt_text(n, "source", 1, LIMIT_QNA_SOURCE_CHARS, a, &s.source, e));
  jnode source = qna_member(n, "source");
  if (!s.source.n) return jn_fail(&source, e, "is required");
  s.display_name = s.source;
  TRY(opt_text(n, "displayName", 1, LIMIT_QNA_DISPLAY_CHARS, a, &s.display_name, e));
  TRY(opt_text(n, "contentStructureKind", 0, 100, a, &s.structure, e));
  jnode kind = qna_member(n, "sourceKind");
  static const clu_enum kinds[] = {{"file", 0}, {"url", 1}};
  int k = 0;
  if (jn_typeof(&kind) != JN_ABSENT) TRY(clu__enum(&kind, kinds, ARRAY_LEN(kinds), &k, e));
  s.kind = k ? STR("url") : STR("file");
  *out = s;
  return ERR_OK;
}

/* A stop sign in a synonym would never be met in a question. */
static bool synonym_valid(str s) {
  static const char forbidden[] = ",?:;\"'(){}[]+./!*_@#";
  for (size_t i = 0; i < s.n; i++)
    if (strchr(forbidden, s.p[i])) return false;
  return true;
}

err_code qna_synonyms_read(const jnode *arr, arena *a, qna_synonyms **out, size_t *n, err *e) {
  TRY(jn_want_arr(arr, e));
  size_t count = jn_len(arr);
  TRY(clu__limit(arr, count, LIMIT_QNA_SYNONYM_GROUPS, "groups of synonyms", e));
  qna_synonyms *v = ARENA_ARRAY(a, qna_synonyms, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(arr, i), words;
    TRY(jn_want_obj(&item, e));
    size_t m;
    TRY(array_of(&item, "alterations", LIMIT_QNA_SYNONYM_WORDS, "synonyms in one group", &words, &m, e));
    str *list = ARENA_ARRAY(a, str, m);
    for (size_t k = 0; k < m; k++) {
      jnode word = jn_at(&words, k);
      TRY(text_of(&word, 1, LIMIT_QNA_DISPLAY_CHARS, a, &list[k], e));
      if (!list[k].p) return jn_fail(&word, e, "must be a string");
      if (!synonym_valid(list[k]))
        return jn_fail(&word, e, "a synonym has none of , ? : ; \" ' ( ) { } [ ] + . / ! * _ @ #");
    }
    v[i] = (qna_synonyms){list, m};
  }
  *out = v;
  *n = count;
  return ERR_OK;
}

/* ---- metadata --------------------------------------------------------------------------------------- */

static err_code patch_text(const jnode *obj, const char *key, size_t most, arena *a, str *inout, err *e) {
  jnode n = qna_member(obj, key);
  if (jn_typeof(&n) == JN_NULL) *inout = STR_NONE;
  return text_of(&n, 0, most, a, inout, e);
}

err_code qna_metadata_patch(const jnode *n, arena *a, knowledge_base *inout, err *e) {
  knowledge_base kb = *inout;
  TRY(jn_want_obj(n, e));
  jnode language = qna_member(n, "language"), settings = qna_member(n, "settings");
  if (jn_typeof(&language) == JN_STR && jn_str(&language).n) TRY(clu__language(n, language.key, a, &kb.language, e));
  TRY(patch_text(n, "description", 4096, a, &kb.description, e));
  jnode many = qna_member(n, "multilingualResource");
  bool multilingual = kb.multilingual_resource == OPT_TRUE;
  TRY(opt_flag(n, "multilingualResource", &multilingual, e));
  if (jn_typeof(&many) != JN_ABSENT) kb.multilingual_resource = multilingual ? OPT_TRUE : OPT_FALSE;
  TRY(patch_text(n, "defaultAnswer", LIMIT_QNA_ANSWER_CHARS, a, &kb.default_answer, e));
  if (jn_typeof(&settings) == JN_NULL) kb.default_answer = STR_NONE;
  if (jn_typeof(&settings) == JN_OBJ)
    TRY(patch_text(&settings, "defaultAnswer", LIMIT_QNA_ANSWER_CHARS, a, &kb.default_answer, e));
  *inout = kb;
  return ERR_OK;
}

/* ---- whole files ------------------------------------------------------------------------------------- */

static err_code read_pairs(const jnode *assets, arena *a, qna_pair **out, size_t *n, err *e) {
  jnode arr;
  TRY(array_of(assets, "qnas", LIMIT_QNA_PAIRS, "pairs in the project", &arr, n, e));
  qna_pair *v = ARENA_ARRAY(a, qna_pair, *n);
  for (size_t i = 0; i < *n; i++) {
    jnode item = jn_at(&arr, i);
    TRY(qna_pair_read(&item, a, &v[i], e));
  }
  *out = v;
  return ERR_OK;
}

err_code qna_read(const jnode *root, arena *a, knowledge_base *out, err *e) {
  TRY(jn_want_obj(root, e));
  knowledge_base kb = {.language = STR("en")};
  jnode metadata = qna_member(root, "metadata"), assets = qna_member(root, "assets");
  if (!jn_is_none(&metadata)) TRY(qna_metadata_patch(&metadata, a, &kb, e));
  qna_pair *pairs = NULL;
  size_t pair_count = 0;
  if (!jn_is_none(&assets)) {
    TRY(jn_want_obj(&assets, e));
    TRY(read_pairs(&assets, a, &pairs, &pair_count, e));
    jnode synonyms = qna_member(&assets, "synonyms"), sources = qna_member(&assets, "sources");
    qna_synonyms *groups = NULL;
    if (!jn_is_none(&synonyms)) TRY(qna_synonyms_read(&synonyms, a, &groups, &kb.synonyms_count, e));
    kb.synonyms = groups;
    qna_source *listed = ARENA_ARRAY(a, qna_source, jn_len(&sources));
    for (size_t i = 0; i < jn_len(&sources); i++) {
      jnode item = jn_at(&sources, i);
      TRY(qna__source_read(&item, a, &listed[i], e));
    }
    kb.sources = listed;
    kb.source_count = jn_len(&sources);
  }
  TRY(qna__assemble(&kb, pairs, pair_count, a, e));
  *out = kb;
  return ERR_OK;
}
