#include "project/qna_table.h"

#include "base/map.h"
#include "project/clu_fields.h"
#include "project/limits.h"
#include "project/qna_int.h"
#include "project/qna_json.h"
#include "text/utf8.h"

#include <stdio.h>

typedef enum column {
  COL_QUESTION,
  COL_ANSWER,
  COL_SOURCE,
  COL_METADATA,
  COL_SUGGESTED,
  COL_CONTEXT_ONLY,
  COL_PROMPTS,
  COL_ID,
  COL_SOURCE_NAME,
  COLUMNS
} column;

static const char *const names[COLUMNS] = {"Question",           "Answer",        "Source",  "Metadata",
                                           "SuggestedQuestions", "IsContextOnly", "Prompts", "QnaId",
                                           "SourceDisplayName"};

/* ---- rows --------------------------------------------------------------------------------------------- */

typedef struct table {
  str rest;
  size_t row;            /* number of the row in cells, the header is 1 */
  size_t place[COLUMNS]; /* of each column in a row; SIZE_MAX: absent */
  str cells[COLUMNS];    /* of the row, .p NULL when absent */
} table;

static err_code row_fail(const table *t, column c, err *e, const char *why) {
  char place[64];
  snprintf(place, sizeof place, "row %zu, %s", t->row, names[c]);
  return err_at(e, ERR_INVALID_ARGUMENT, place, "%s: %s", place, why);
}

static bool next_line(str *rest, str *line) {
  if (!rest->n) return false;
  size_t n = str_find_byte(*rest, '\n');
  *line = str_make(rest->p, n);
  *rest = str_skip(*rest, n + 1);
  if (line->n && line->p[line->n - 1] == '\r') line->n--;
  return true;
}

static bool next_cell(str *line, str *cell) {
  if (!line->p) return false;
  size_t n = str_find_byte(*line, '\t');
  *cell = str_make(line->p, n);
  *line = n < line->n ? str_skip(*line, n + 1) : STR_NONE;
  return true;
}

static err_code table_begin(table *t, str text, err *e) {
  size_t bad;
  if (!utf8_valid(text, &bad)) return err_set(e, ERR_INVALID_ARGUMENT, "the table is no UTF-8 at byte %zu", bad);
  if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_skip(text, 3);
  *t = (table){.rest = text, .row = 1};
  for (size_t c = 0; c < COLUMNS; c++) t->place[c] = SIZE_MAX;
  str line, cell;
  if (!next_line(&t->rest, &line)) return err_set(e, ERR_INVALID_ARGUMENT, "the table is empty");
  for (size_t at = 0; next_cell(&line, &cell); at++)
    for (size_t c = 0; c < COLUMNS; c++)
      if (str_eq_nocase(str_trim(cell), str_of(names[c]))) t->place[c] = at;
  if (t->place[COL_QUESTION] == SIZE_MAX) return row_fail(t, COL_QUESTION, e, "the table has no such column");
  if (t->place[COL_ANSWER] == SIZE_MAX) return row_fail(t, COL_ANSWER, e, "the table has no such column");
  return ERR_OK;
}

static bool table_next(table *t) {
  str line, cell;
  do {
    if (!next_line(&t->rest, &line)) return false;
    t->row++;
  } while (!str_trim(line).n);
  memset(t->cells, 0, sizeof t->cells);
  for (size_t at = 0; next_cell(&line, &cell); at++)
    for (size_t c = 0; c < COLUMNS; c++)
      if (t->place[c] == at) t->cells[c] = cell;
  return true;
}

/* ---- cells ---------------------------------------------------------------------------------------------- */

static str unescape(str s, arena *a) {
  char *p = arena_cstr(a, s);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == 'n') {
      p[n++] = '\n';
      i++;
    } else {
      p[n++] = s.p[i];
    }
  }
  return str_make(p, n);
}

static err_code text_cell(const table *t, column c, size_t most, arena *a, str *out, err *e) {
  str s = unescape(str_trim(t->cells[c]), a);
  size_t chars = utf8_codepoints(s);
  if (chars >= 1 && chars <= most) {
    *out = s;
    return ERR_OK;
  }
  char why[64];
  snprintf(why, sizeof why, "must have 1 to %zu characters", most);
  return row_fail(t, c, e, why);
}

/* Runs read on the JSON of a cell; the text of the JSON is freed afterwards, so read must copy. */
static err_code json_cell(const table *t, column c, err_code (*read)(const jnode *, arena *, qna_pair *, err *),
                          arena *a, qna_pair *p, err *e) {
  str s = str_trim(t->cells[c]);
  if (!s.n) return ERR_OK;
  jdoc *doc;
  err why = {0};
  err_code rc = jn_parse(s, &doc, &why);
  if (rc != ERR_OK) return rc == ERR_NO_MEMORY ? err_set(e, rc, "%s", why.message) : row_fail(t, c, e, why.message);
  jnode root = jn_root(doc);
  rc = read(&root, a, p, &why);
  jn_free(doc);
  return rc == ERR_OK ? rc : row_fail(t, c, e, why.message);
}

static err_code read_clusters(const jnode *n, arena *a, qna_pair *p, err *e) {
  TRY(jn_want_arr(n, e));
  return qna__clusters_read(n, a, &p->clusters, &p->cluster_count, e);
}

static err_code read_prompts(const jnode *n, arena *a, qna_pair *p, err *e) {
  TRY(jn_want_arr(n, e));
  return qna__prompts_read(n, a, &p->prompts, &p->prompt_count, e);
}

static err_code read_json_tags(const jnode *n, arena *a, qna_pair *p, err *e) {
  return qna__tags_read(n, a, &p->tags, &p->tag_count, e);
}

/* key:value | key:value */
static err_code read_tags(const table *t, arena *a, qna_pair *p, err *e) {
  str s = str_trim(t->cells[COL_METADATA]);
  if (s.n && (s.p[0] == '[' || s.p[0] == '{')) return json_cell(t, COL_METADATA, read_json_tags, a, p, e);
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_arr(&w);
  while (s.n) {
    size_t end = str_find_byte(s, '|');
    str item = str_trim(str_make(s.p, end));
    size_t colon = str_find_byte(item, ':');
    s = str_skip(s, end + 1);
    if (!item.n) continue;
    jw_obj(&w);
    jw_kstr(&w, "key", str_trim(str_make(item.p, colon)));
    jw_kstr(&w, "value", str_trim(str_skip(item, colon + 1)));
    jw_end(&w);
  }
  jw_end(&w);
  table as_json = *t;
  as_json.cells[COL_METADATA] = buf_str(&json);
  err_code rc = json_cell(&as_json, COL_METADATA, read_json_tags, a, p, e);
  buf_free(&json);
  return rc;
}

/* ---- pairs ------------------------------------------------------------------------------------------------ */

typedef struct growing_pair {
  qna_pair p;
  VEC(str) questions;
} growing_pair;

typedef VEC(growing_pair) growing_vec;

static err_code read_pair(const table *t, arena *a, qna_pair *p, err *e) {
  str id = str_trim(t->cells[COL_ID]);
  int64_t number = 0;
  if (id.n && !str_to_i64(id, 1, INT32_MAX, &number)) return row_fail(t, COL_ID, e, "must be a number from 1");
  *p = (qna_pair){.id = (int32_t)number, .source = STR(QNA_EDITORIAL)};
  TRY(text_cell(t, COL_ANSWER, LIMIT_QNA_ANSWER_CHARS, a, &p->answer, e));
  if (str_trim(t->cells[COL_SOURCE]).n) TRY(text_cell(t, COL_SOURCE, LIMIT_QNA_SOURCE_CHARS, a, &p->source, e));
  if (str_trim(t->cells[COL_SOURCE_NAME]).n)
    TRY(text_cell(t, COL_SOURCE_NAME, LIMIT_QNA_DISPLAY_CHARS, a, &p->source_display_name, e));
  p->context_only = str_eq_nocase(str_trim(t->cells[COL_CONTEXT_ONLY]), STR("true"));
  TRY(read_tags(t, a, p, e));
  TRY(json_cell(t, COL_SUGGESTED, read_clusters, a, p, e));
  return json_cell(t, COL_PROMPTS, read_prompts, a, p, e);
}

/* Which pair a row belongs to: the same QnaId, or without one the same answer. */
static str row_key(const table *t, arena *a) {
  str id = str_trim(t->cells[COL_ID]);
  return id.n ? arena_printf(a, "#" STR_FMT, STR_ARG(id)) : arena_printf(a, "=" STR_FMT, STR_ARG(t->cells[COL_ANSWER]));
}

static err_code read_row(const table *t, strmap *known, growing_vec *v, arena *a, err *e) {
  bool added;
  uint32_t at = *strmap_put(known, row_key(t, a), (uint32_t)v->n, &added);
  if (added) {
    growing_pair g = {0};
    TRY(read_pair(t, a, &g.p, e));
    VEC_PUSH(v, g);
  }
  str question;
  TRY(text_cell(t, COL_QUESTION, LIMIT_QNA_QUESTION_CHARS, a, &question, e));
  if (v->p[at].questions.n == LIMIT_QNA_QUESTIONS)
    return row_fail(t, COL_QUESTION, e, "too many questions of one pair");
  VEC_PUSH(&v->p[at].questions, question);
  return ERR_OK;
}

err_code qna_table_read(str text, arena *a, knowledge_base *inout, err *e) {
  table t;
  TRY(table_begin(&t, text, e));
  strmap known;
  strmap_init(&known);
  growing_vec v = {0};
  err_code rc = ERR_OK;
  while (rc == ERR_OK && table_next(&t)) rc = read_row(&t, &known, &v, a, e);
  strmap_fini(&known);
  qna_pair *pairs = ARENA_ARRAY(a, qna_pair, v.n);
  for (size_t i = 0; i < v.n; i++) {
    pairs[i] = v.p[i].p;
    pairs[i].question_count = v.p[i].questions.n;
    if (v.p[i].questions.n) pairs[i].questions = arena_copy(a, v.p[i].questions.p, v.p[i].questions.n * sizeof(str));
    VEC_FREE(&v.p[i].questions);
  }
  knowledge_base kb = *inout;
  if (rc == ERR_OK) rc = qna__assemble(&kb, pairs, v.n, a, e);
  VEC_FREE(&v);
  if (rc == ERR_OK) *inout = kb;
  return rc;
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

static void write_cell(buf *out, str s) {
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '\n')
      buf_add_str(out, STR("\\n"));
    else if (s.p[i] == '\t')
      buf_add_byte(out, ' ');
    else if (s.p[i] != '\r')
      buf_add_byte(out, s.p[i]);
  }
}

static void write_tags(buf *out, const qna_pair *p) {
  for (size_t i = 0; i < p->tag_count; i++) {
    if (i) buf_add_byte(out, '|');
    write_cell(out, p->tags[i].key);
    buf_add_byte(out, ':');
    write_cell(out, p->tags[i].value);
  }
}

/* The members of table files are in PascalCase, and totals stand beside each cluster. */
static void write_clusters(buf *out, const qna_pair *p) {
  jw w;
  jw_init(&w, out);
  jw_arr(&w);
  for (size_t i = 0; i < p->cluster_count; i++) {
    const qna_cluster *c = &p->clusters[i];
    int64_t by_service = 0, by_users = 0;
    for (size_t k = 0; k < c->n; k++) by_service += c->v[k].by_service, by_users += c->v[k].by_users;
    jw_obj(&w);
    jw_kstr(&w, "ClusterHead", c->head);
    jw_kint(&w, "TotalAutoSuggestedCount", by_service);
    jw_kint(&w, "TotalUserSuggestedCount", by_users);
    jw_key(&w, "AlternateQuestionList");
    jw_arr(&w);
    for (size_t k = 0; k < c->n; k++) {
      jw_obj(&w);
      jw_kstr(&w, "Question", c->v[k].question);
      jw_kint(&w, "AutoSuggestedCount", c->v[k].by_service);
      jw_kint(&w, "UserSuggestedCount", c->v[k].by_users);
      jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
  }
  jw_end(&w);
}

static void write_prompts(buf *out, const qna_pair *p) {
  jw w;
  jw_init(&w, out);
  jw_arr(&w);
  for (size_t i = 0; i < p->prompt_count; i++) {
    jw_obj(&w);
    jw_kint(&w, "DisplayOrder", p->prompts[i].display_order);
    jw_kint(&w, "QnaId", p->prompts[i].qna_id);
    jw_key(&w, "Qna");
    jw_null(&w);
    jw_kstr(&w, "DisplayText", p->prompts[i].display_text);
    jw_end(&w);
  }
  jw_end(&w);
}

static void write_row(buf *out, const qna_pair *p, str question) {
  write_cell(out, question);
  buf_add_byte(out, '\t');
  write_cell(out, p->answer);
  buf_add_byte(out, '\t');
  write_cell(out, p->source);
  buf_add_byte(out, '\t');
  write_tags(out, p);
  buf_add_byte(out, '\t');
  write_clusters(out, p);
  buf_printf(out, "\t%s\t", p->context_only ? "True" : "False");
  write_prompts(out, p);
  buf_printf(out, "\t%d\t", (int)p->id);
  write_cell(out, p->source_display_name.n ? p->source_display_name : p->source);
  buf_add_byte(out, '\n');
}

void qna_table_write(const knowledge_base *kb, buf *out) {
  for (size_t c = 0; c < COLUMNS; c++) buf_printf(out, "%s%s", c ? "\t" : "", names[c]);
  buf_add_byte(out, '\n');
  for (size_t i = 0; i < kb->pair_count; i++)
    for (size_t k = 0; k < kb->pairs[i].question_count; k++) write_row(out, &kb->pairs[i], kb->pairs[i].questions[k]);
}

/* ---- synonyms ---------------------------------------------------------------------------------------------------- */

/* A row as the JSON object {"alterations":[…]}, so that one reader checks both forms. */
static void group_to_json(jw *w, str line) {
  jw_obj(w);
  jw_key(w, "alterations");
  jw_arr(w);
  while (line.n) {
    size_t end = str_find_byte(line, ',');
    str word = str_trim(str_make(line.p, end));
    line = str_skip(line, end + 1);
    if (word.n >= 2 && word.p[0] == '"' && word.p[word.n - 1] == '"') word = str_trim(str_make(word.p + 1, word.n - 2));
    if (word.n) jw_str(w, word);
  }
  jw_end(w);
  jw_end(w);
}

err_code qna_synonyms_table_read(str text, arena *a, knowledge_base *inout, err *e) {
  size_t bad;
  if (!utf8_valid(text, &bad)) return err_set(e, ERR_INVALID_ARGUMENT, "the table is no UTF-8 at byte %zu", bad);
  if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_skip(text, 3);
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_arr(&w);
  str line;
  for (bool first = true; next_line(&text, &line); first = false) {
    line = str_trim(line);
    if (!line.n || (first && str_eq_nocase(line, STR("Synonyms")))) continue;
    group_to_json(&w, line);
  }
  jw_end(&w);
  jdoc *doc;
  err_code rc = jn_parse(buf_str(&json), &doc, e);
  buf_free(&json);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  qna_synonyms *groups;
  size_t n;
  rc = qna_synonyms_read(&root, a, &groups, &n, e);
  jn_free(doc);
  if (rc != ERR_OK) return rc;
  inout->synonyms = groups;
  inout->synonyms_count = n;
  return ERR_OK;
}

void qna_synonyms_table_write(const knowledge_base *kb, buf *out) {
  buf_add_str(out, STR("Synonyms\n"));
  for (size_t i = 0; i < kb->synonyms_count; i++) {
    for (size_t k = 0; k < kb->synonyms[i].n; k++) {
      buf_add_str(out, k ? STR(",\"") : STR("\""));
      write_cell(out, kb->synonyms[i].v[k]);
      buf_add_byte(out, '"');
    }
    buf_add_byte(out, '\n');
  }
}
