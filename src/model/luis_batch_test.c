#include "model/luis_batch_test.h"

#include "base/vec.h"
#include "text/offsets.h"

/* ---- reading ----------------------------------------------------------------------------------- */

typedef VEC(luis_test_label) label_vec;

typedef struct reader {
  offset_map map;
  label_vec *labels;
} reader;

static err_code read_position(const reader *r, const jnode *n, const char *key, int64_t add, uint32_t *out, err *e) {
  int64_t position;
  size_t byte;
  err_code rc = jn_req_int(n, key, 0, (int64_t)r->map.units - 1, &position, e);
  if (rc != ERR_OK) return rc;
  jnode at = jn_get(n, key);
  if (!offset_to_byte(&r->map, (size_t)(position + add), &byte))
    return jn_fail(&at, e, "the label begins or ends inside of a character");
  *out = (uint32_t)byte;
  return ERR_OK;
}

static err_code read_labels(reader *r, const jnode *list, int level, err *e);

static err_code read_label(reader *r, const jnode *n, int level, err *e) {
  luis_test_label l;
  jnode children;
  bool has_children;
  err_code rc = jn_want_obj(n, e);
  if (rc == ERR_OK) rc = jn_req_str(n, "entity", &l.entity, e);
  if (rc == ERR_OK) rc = read_position(r, n, "startPos", 0, &l.begin_bytes, e);
  if (rc == ERR_OK) rc = read_position(r, n, "endPos", 1, &l.end_bytes, e);
  if (rc == ERR_OK && l.end_bytes <= l.begin_bytes) rc = jn_fail(n, e, "the label ends before it begins");
  if (rc != ERR_OK) return rc;
  VEC_PUSH(r->labels, l);
  rc = jn_opt_arr(n, "children", &children, &has_children, e);
  return rc == ERR_OK && has_children ? read_labels(r, &children, level + 1, e) : rc;
}

static err_code read_labels(reader *r, const jnode *list, int level, err *e) {
  err_code rc = ERR_OK;
  size_t n = jn_len(list);
  if (level > LUIS_LIMIT_LEVELS) return jn_fail(list, e, "labels nest at most %d levels deep", LUIS_LIMIT_LEVELS);
  if (n > r->map.units) return jn_fail(list, e, "has more labels than the text has characters");
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    jnode item = jn_at(list, i);
    rc = read_label(r, &item, level, e);
  }
  return rc;
}

static err_code read_row(const jnode *n, label_vec *labels, arena *a, luis_test_row *out, err *e) {
  jnode list;
  reader r = {.labels = labels};
  labels->n = 0;
  err_code rc = jn_want_obj(n, e);
  if (rc == ERR_OK) rc = jn_req_str(n, "text", &out->text, e);
  if (rc == ERR_OK) rc = jn_req_str(n, "intent", &out->intent, e);
  if (rc == ERR_OK) rc = jn_req_arr(n, "entities", &list, e);
  if (rc != ERR_OK) return rc;
  offset_map_init(&r.map, out->text, OFFSET_UTF16, a);
  jnode text = jn_get(n, "text");
  if (r.map.units == 0 || r.map.units > LUIS_LIMIT_UTTERANCE_CHARS)
    return jn_fail(&text, e, "must have 1 to %d characters", LUIS_LIMIT_UTTERANCE_CHARS);
  rc = read_labels(&r, &list, 1, e);
  out->labels = labels->n ? arena_copy(a, labels->p, labels->n * sizeof *labels->p) : NULL;
  out->label_count = labels->n;
  return rc;
}

err_code luis_test_read(const jnode *root, arena *a, luis_test_row **out, size_t *n, err *e) {
  jnode list;
  label_vec labels = {0};
  err_code rc = jn_want_obj(root, e);
  if (rc == ERR_OK) rc = jn_req_arr(root, "LabeledTestSetUtterances", &list, e);
  if (rc != ERR_OK) return rc;
  *n = jn_len(&list);
  if (*n == 0 || *n > LUIS_TEST_ROWS_MAX) return jn_fail(&list, e, "must have 1 to %d utterances", LUIS_TEST_ROWS_MAX);
  *out = ARENA_ARRAY(a, luis_test_row, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) {
    jnode item = jn_at(&list, i);
    rc = read_row(&item, &labels, a, &(*out)[i], e);
  }
  VEC_FREE(&labels);
  return rc;
}

/* ---- counting ---------------------------------------------------------------------------------- */

/* When two spans are the same thing. */
typedef enum match { MATCH_EXACT, MATCH_TEXT, MATCH_TYPE, MATCHES } match;

typedef struct count {
  size_t predicted, labelled;
  size_t right[MATCHES]; /* of the predicted */
  size_t found[MATCHES]; /* of the labelled */
} count;

typedef struct entity_count {
  str name;
  const char *type;
  count c;
} entity_count;

typedef struct run {
  const model *m;
  bool verbose;
  count *intents; /* [intents of m] */
  VEC(entity_count) entities;
  label_vec predicted; /* of one utterance */
  arena scratch;       /* of one utterance */
  arena names;         /* of entities */
  jw rows;             /* "utterancesStats" */
} run;

static bool matches(match how, const luis_test_label *a, const luis_test_label *b) {
  bool same_place = a->begin_bytes == b->begin_bytes && a->end_bytes == b->end_bytes;
  bool touches = a->begin_bytes < b->end_bytes && b->begin_bytes < a->end_bytes;
  bool same_name = str_eq(a->entity, b->entity);
  if (how == MATCH_TEXT) return same_place;
  return same_name && (how == MATCH_TYPE ? touches : same_place);
}

static bool any_matches(match how, const luis_test_label *l, const luis_test_label *v, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (matches(how, l, &v[i])) return true;
  return false;
}

static entity_count *entity_of(run *r, str name, const char *type) {
  for (size_t i = 0; i < r->entities.n; i++)
    if (str_eq(r->entities.p[i].name, name)) return &r->entities.p[i];
  VEC_PUSH(&r->entities, ((entity_count){.name = arena_str(&r->names, name), .type = type}));
  return &r->entities.p[r->entities.n - 1];
}

static const char *type_of(luis_kind kind, bool is_child) {
  if (kind == LUIS_HIERARCHICAL) return "Hierarchical Entity Extractor";
  if (kind == LUIS_COMPOSITE) return "Composite Entity Extractor";
  return is_child ? "Child Entity Extractor" : "Entity Extractor";
}

/* What is learned, and the children of machine-learned entities. */
static void collect(run *r, const luis_found *v, size_t n, bool children) {
  for (size_t i = 0; i < n; i++) {
    const luis_found *f = &v[i];
    if (f->kind != LUIS_ENTITY && f->kind != LUIS_HIERARCHICAL && f->kind != LUIS_COMPOSITE) continue;
    VEC_PUSH(&r->predicted, ((luis_test_label){f->name, f->begin_bytes, f->end_bytes}));
    entity_of(r, f->name, type_of(f->kind, children));
    collect(r, f->children, f->child_count, f->kind == LUIS_ENTITY);
  }
}

static void count_entities(run *r, const luis_test_row *row) {
  for (size_t i = 0; i < r->predicted.n; i++) {
    const luis_test_label *p = &r->predicted.p[i];
    count *c = &entity_of(r, p->entity, type_of(LUIS_ENTITY, false))->c;
    c->predicted++;
    for (match how = MATCH_EXACT; how < MATCHES; how++)
      c->right[how] += any_matches(how, p, row->labels, row->label_count);
  }
  for (size_t i = 0; i < row->label_count; i++) {
    const luis_test_label *l = &row->labels[i];
    count *c = &entity_of(r, l->entity, type_of(LUIS_ENTITY, false))->c;
    c->labelled++;
    for (match how = MATCH_EXACT; how < MATCHES; how++)
      c->found[how] += any_matches(how, l, r->predicted.p, r->predicted.n);
  }
}

static void count_intent(run *r, uint32_t top, str labelled) {
  size_t n = model_describe(r->m)->intent_count;
  bool right = str_eq(model_intent_name(r->m, top), labelled);
  r->intents[top].predicted++;
  r->intents[top].right[MATCH_EXACT] += right;
  for (uint32_t i = 0; i < n; i++) {
    if (!str_eq(model_intent_name(r->m, i), labelled)) continue;
    r->intents[i].labelled++;
    r->intents[i].found[MATCH_EXACT] += right;
  }
}

/* ---- writing ----------------------------------------------------------------------------------- */

/* Those of v that none of the others is exactly. */
static void write_lonely(jw *w, const char *key, const luis_test_label *v, size_t n, const luis_test_label *others,
                         size_t other_count, const offset_map *map) {
  jw_key(w, key);
  jw_arr(w);
  for (size_t i = 0; i < n; i++) {
    if (any_matches(MATCH_EXACT, &v[i], others, other_count)) continue;
    jw_obj(w);
    jw_kstr(w, "entityName", v[i].entity);
    jw_kint(w, "startCharIndex", (int64_t)offset_of_byte(map, v[i].begin_bytes));
    jw_kint(w, "endCharIndex", (int64_t)offset_of_byte(map, v[i].end_bytes) - 1);
    jw_end(w);
  }
  jw_end(w);
}

static void write_row(run *r, const luis_test_row *row, uint32_t top) {
  offset_map map;
  offset_map_init(&map, row->text, OFFSET_UTF16, &r->scratch);
  jw *w = &r->rows;
  jw_obj(w);
  jw_kstr(w, "text", row->text);
  jw_kstr(w, "predictedIntentName", model_intent_name(r->m, top));
  jw_kstr(w, "labeledIntentName", row->intent);
  write_lonely(w, "falsePositiveEntities", r->predicted.p, r->predicted.n, row->labels, row->label_count, &map);
  write_lonely(w, "falseNegativeEntities", row->labels, row->label_count, r->predicted.p, r->predicted.n, &map);
  jw_end(w);
}

static double share(size_t part, size_t whole) {
  return whole ? (double)part / (double)whole : 0;
}

/* F = 2 P R / (P + R) */
static double f_score(const count *c, match how) {
  double p = share(c->right[how], c->predicted), r = share(c->found[how], c->labelled);
  return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

static void write_counts(jw *w, str name, const char *type, const count *c) {
  jw_kstr(w, "modelName", name);
  jw_kcstr(w, "modelType", type);
  jw_key(w, "precision");
  jw_score(w, share(c->right[MATCH_EXACT], c->predicted));
  jw_key(w, "recall");
  jw_score(w, share(c->found[MATCH_EXACT], c->labelled));
  jw_key(w, "fScore");
  jw_score(w, f_score(c, MATCH_EXACT));
}

static void write_intents(jw *w, const run *r) {
  size_t n = model_describe(r->m)->intent_count;
  jw_key(w, "intentModelsStats");
  jw_arr(w);
  for (uint32_t i = 0; i < n; i++) {
    jw_obj(w);
    write_counts(w, model_intent_name(r->m, i), "Intent Classifier", &r->intents[i]);
    jw_end(w);
  }
  jw_end(w);
}

static void write_entities(jw *w, const run *r) {
  jw_key(w, "entityModelsStats");
  jw_arr(w);
  for (size_t i = 0; i < r->entities.n; i++) {
    const entity_count *x = &r->entities.p[i];
    jw_obj(w);
    write_counts(w, x->name, x->type, &x->c);
    if (r->verbose) {
      jw_key(w, "entityTextFScore");
      jw_score(w, f_score(&x->c, MATCH_TEXT));
      jw_key(w, "entityTypeFScore");
      jw_score(w, f_score(&x->c, MATCH_TYPE));
    }
    jw_end(w);
  }
  jw_end(w);
}

void luis_test_run(const model *m, const luis_test_row *rows, size_t n, bool verbose, buf *json) {
  run r = {.m = m, .verbose = verbose};
  buf row_json = {0};
  r.intents = mem_zalloc(model_describe(m)->intent_count, sizeof *r.intents);
  arena_init(&r.scratch, 0);
  arena_init(&r.names, 0);
  jw_init(&r.rows, &row_json);
  jw_arr(&r.rows);
  for (size_t i = 0; i < n; i++) {
    luis_prediction p;
    arena_reset(&r.scratch);
    r.predicted.n = 0;
    luis_predict(m, rows[i].text, &(luis_predict_options){0}, &r.scratch, &p);
    collect(&r, p.entities, p.entity_count, false);
    count_entities(&r, &rows[i]);
    count_intent(&r, p.intents[0].intent, rows[i].intent);
    write_row(&r, &rows[i], p.intents[0].intent);
  }
  jw_end(&r.rows);
  jw w;
  jw_init(&w, json);
  jw_obj(&w);
  write_intents(&w, &r);
  write_entities(&w, &r);
  jw_key(&w, "utterancesStats");
  jw_raw(&w, buf_str(&row_json));
  jw_end(&w);
  buf_free(&row_json);
  VEC_FREE(&r.entities);
  VEC_FREE(&r.predicted);
  arena_fini(&r.scratch);
  arena_fini(&r.names);
  free(r.intents);
}
