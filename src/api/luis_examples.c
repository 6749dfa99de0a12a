/* luis_examples.c -- examples, and logged queries that may become examples. Source: reference luis-authoring §5, §7. */
#include "api/luis_editing.h"
#include "service/luis_review.h"
#include "text/tokens.h"

enum { BATCH_MAX = 100 };

/* ---- labels and predictions by tokens ------------------------------------------------------------ */

typedef struct utterance_view {
  const luis_draft *d;
  str text;
  tokens t;
  bool nested; /* children inside of their parents; else one after another */
} utterance_view;

static void write_tokens(jw *w, const utterance_view *u) {
  jw_key(w, "tokenizedText");
  jw_arr(w);
  for (size_t i = 0; i < u->t.n; i++) {
    const token *t = &u->t.v[i];
    jw_str(w, str_make(u->text.p + t->begin_bytes, t->end_bytes - t->begin_bytes));
  }
  jw_end(w);
}

/* The first and the last token of a span. */
static void write_span(jw *w, const utterance_view *u, size_t begin_bytes, size_t end_bytes) {
  size_t first = 0, last;
  while (first + 1 < u->t.n && u->t.v[first].end_bytes <= begin_bytes) first++;
  last = first;
  while (last + 1 < u->t.n && u->t.v[last + 1].begin_bytes < end_bytes) last++;
  jw_kint(w, "startTokenIndex", (int64_t)first);
  jw_kint(w, "endTokenIndex", (int64_t)last);
}

static void write_role(jw *w, const luis_draft *d, const luis_label *l) {
  if (!l->role.p) return;
  jw_kstr(w, "role", l->role);
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < d->entities[k].n; i++) {
      const draft_entity *en = &d->entities[k].v[i];
      if (!str_eq(en->name, l->entity)) continue;
      for (size_t j = 0; j < en->roles.n; j++)
        if (str_eq(en->roles.v[j].name, l->role)) jw_kstr(w, "roleId", en->roles.v[j].id);
    }
}

static void write_labels(jw *w, const utterance_view *u, luis_labels labels) {
  for (size_t i = 0; i < labels.n; i++) {
    const luis_label *l = &labels.v[i];
    jw_obj(w);
    jw_kstr(w, "entityName", l->entity);
    write_span(w, u, l->offset_bytes, (size_t)l->offset_bytes + l->length_bytes);
    write_role(w, u->d, l);
    if (u->nested) {
      jw_key(w, "children");
      jw_arr(w);
      write_labels(w, u, l->children);
      jw_end(w);
    }
    jw_end(w);
    if (!u->nested) write_labels(w, u, l->children);
  }
}

static void write_found(jw *w, const utterance_view *u, const luis_found *v, size_t n) {
  for (size_t i = 0; i < n; i++) {
    jw_obj(w);
    jw_kstr(w, "entityName", v[i].name);
    write_span(w, u, v[i].begin_bytes, v[i].end_bytes);
    jw_kstr(w, "phrase", str_make(u->text.p + v[i].begin_bytes, v[i].end_bytes - v[i].begin_bytes));
    jw_kstr_opt(w, "role", v[i].role);
    if (u->nested) {
      jw_key(w, "children");
      jw_arr(w);
      write_found(w, u, v[i].children, v[i].child_count);
      jw_end(w);
    }
    jw_end(w);
    if (!u->nested) write_found(w, u, v[i].children, v[i].child_count);
  }
}

/* p NULL: the version was never trained. */
static void write_predictions(jw *w, const utterance_view *u, const model *m, const luis_prediction *p) {
  jw_key(w, "intentPredictions");
  jw_arr(w);
  for (size_t i = 0; p && i < p->intent_count; i++) {
    jw_obj(w);
    jw_kstr(w, "name", model_intent_name(m, p->intents[i].intent));
    jw_key(w, "score");
    jw_score(w, (double)p->intents[i].score);
    jw_end(w);
  }
  jw_end(w);
  jw_key(w, "entityPredictions");
  jw_arr(w);
  if (p) write_found(w, u, p->entities, p->entity_count);
  jw_end(w);
}

/* ---- add ------------------------------------------------------------------------------------------ */

static void write_added(jw *w, str text, int64_t id) {
  jw_obj(w);
  jw_kstr(w, "UtteranceText", text);
  jw_kint(w, "ExampleId", id);
  jw_end(w);
}

static err_code add_example_edit(luis_draft *d, luis_op *op, err *e) {
  luis_examples x;
  int64_t id = 0;
  str text;
  luis_examples_open(&x, d);
  err_code rc = luis_example_put(&x, &op->body, &id, &text, e);
  luis_examples_close(&x);
  if (rc != ERR_OK) return rc;
  jw w;
  jw_init(&w, &op->rs->body);
  write_added(&w, text, id);
  op->rs->status = 201;
  return ERR_OK;
}
LUIS_EDIT(add_example, LUIS_ANSWER_BODY)

static void write_failed(jw *w, str text, const err *why, arena *a) {
  jw_obj(w);
  jw_kbool(w, "hasError", true);
  jw_key(w, "error");
  jw_obj(w);
  jw_kcstr(w, "code", "FAILED");
  jw_kstr(w, "message", arena_printf(a, STR_FMT ". Error: %s", STR_ARG(text), why->message));
  jw_end(w);
  jw_end(w);
}

/* A row that fails leaves the others alone. */
static err_code add_examples_edit(luis_draft *d, luis_op *op, err *e) {
  TRY(jn_want_arr(&op->body, e));
  if (jn_len(&op->body) > BATCH_MAX)
    return jn_fail(&op->body, e, "there may be at most %d examples in one request", BATCH_MAX);
  luis_examples x;
  jw w;
  luis_examples_open(&x, d);
  jw_init(&w, &op->rs->body);
  jw_arr(&w);
  op->rs->status = 201;
  for (size_t i = 0; i < jn_len(&op->body); i++) {
    jnode item = jn_at(&op->body, i);
    int64_t id = 0;
    str text;
    err why = {0};
    if (luis_example_put(&x, &item, &id, &text, &why) != ERR_OK) {
      write_failed(&w, text, &why, op->rq->arena);
      op->rs->status = 207;
      continue;
    }
    jw_obj(&w);
    jw_key(&w, "value");
    write_added(&w, text, id);
    jw_kbool(&w, "hasError", false);
    jw_end(&w);
  }
  jw_end(&w);
  luis_examples_close(&x);
  return ERR_OK;
}
LUIS_EDIT(add_examples, LUIS_ANSWER_BODY)

static err_code delete_example_edit(luis_draft *d, luis_op *op, err *e) {
  int64_t id;
  TRY(luis_number_param(op->rq, 2, &id, e));
  return luis_example_delete(d, id, e);
}
LUIS_EDIT(delete_example, LUIS_ANSWER_STATUS)

/* ---- list ----------------------------------------------------------------------------------------- */

static void write_example(jw *w, const http_request *rq, const luis_draft *d, const draft_utterance *x,
                          const model *m) {
  utterance_view u = {.d = d, .text = x->v.text, .nested = luis_flag(rq, "enableNestedChildren")};
  luis_prediction p;
  tokenize(u.text, rq->arena, &u.t);
  if (m) luis_predict(m, u.text, &(luis_predict_options){0}, rq->arena, &p);
  jw_obj(w);
  jw_kint(w, "id", x->id);
  jw_kstr(w, "text", u.text);
  write_tokens(w, &u);
  jw_kstr(w, "intentLabel", d->intents.v[x->v.intent].v.name);
  jw_key(w, "entityLabels");
  jw_arr(w);
  write_labels(w, &u, x->v.labels);
  jw_end(w);
  write_predictions(w, &u, m, m ? &p : NULL);
  jw_end(w);
}

static err_code list_examples(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  model *m;
  size_t begin, end;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_slice(rq, d->utterances.n, &begin, &end, e));
  TRY(luis_review_model(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &m, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = begin; i < end; i++) write_example(&w, rq, d, &d->utterances.v[i], m);
  jw_end(&w);
  model_close(m);
  return ERR_OK;
}

static bool has_label(luis_labels labels, str name) {
  for (size_t i = 0; i < labels.n; i++) {
    str en = labels.v[i].entity;
    if (str_eq(str_make(en.p, str_find_byte(en, ':')), name) || has_label(labels.v[i].children, name)) return true;
  }
  return false;
}

/* What a model id stands for in examples: an intent, or the name of an entity or a child. */
static err_code find_model(const luis_draft *d, str id, bool *is_intent, str *name, size_t *index, err *e) {
  const draft_entity *en;
  *is_intent = luis_draft_intent(d, id, index, NULL) == ERR_OK;
  *name = *is_intent ? d->intents.v[*index].v.name : STR_NONE;
  for (int k = 0; k < LUIS_KIND_COUNT && !name->p; k++)
    if (luis_draft_entity(d, (luis_kind)k, id, &en, NULL) == ERR_OK) *name = en->name;
  const draft_child *child = name->p ? NULL : luis_draft_child(d, id);
  if (child) *name = child->name;
  if (name->p) return ERR_OK;
  return err_set(e, ERR_NOT_FOUND, "Cannot find a model with the specified ID \"" STR_FMT "\".", STR_ARG(id));
}

static err_code list_model_examples(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  bool is_intent;
  str name;
  page pg;
  size_t index = 0, at = 0;
  TRY(luis_page(rq, &pg, e));
  TRY(luis_draft_of(rq, &d, e));
  TRY(find_model(d, rq->params[2], &is_intent, &name, &index, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < d->utterances.n; i++) {
    const draft_utterance *u = &d->utterances.v[i];
    if (is_intent ? u->v.intent != index : !has_label(u->v.labels, name)) continue;
    if (at >= pg.skip && at - pg.skip < pg.top) {
      jw_obj(&w);
      jw_kint(&w, "id", u->id);
      jw_kstr(&w, "text", u->v.text);
      jw_end(&w);
    }
    at++;
  }
  jw_end(&w);
  return ERR_OK;
}

/* ---- suggest -------------------------------------------------------------------------------------- */

static void write_suggestion(jw *w, const http_request *rq, const luis_draft *d, const model *m,
                             const luis_suggestion *s) {
  utterance_view u = {.d = d, .text = s->text, .nested = luis_flag(rq, "enableNestedChildren")};
  tokenize(u.text, rq->arena, &u.t);
  jw_obj(w);
  jw_kstr(w, "text", u.text);
  write_tokens(w, &u);
  write_predictions(w, &u, m, &s->prediction);
  jw_end(w);
}

static err_code suggest(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  model *m;
  luis_suggestion *v;
  bool is_intent;
  str name;
  page pg;
  size_t index, n = 0;
  TRY(luis_page(rq, &pg, e));
  TRY(luis_draft_of(rq, &d, e));
  TRY(find_model(d, rq->params[2], &is_intent, &name, &index, e));
  TRY(luis_review_model(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &m, e));
  err_code rc = ERR_OK;
  if (m)
    rc = luis_review_suggest(api_service(rq), rq->resource.name, rq->params[0], m, d, is_intent, name, pg.top,
                             rq->arena, &v, &n, e);
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) write_suggestion(&w, rq, d, m, &v[i]);
  jw_end(&w);
  model_close(m);
  return rc;
}

/* ---- routes -------------------------------------------------------------------------------------- */

enum { EXAMPLES_BODY = 4 * 1024 * 1024 };

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING, 0
#define DROP  HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER, 0
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING, EXAMPLES_BODY

#define ROUTES(V)                                                                                                      \
  {                                                                                                                    \
    {"LX1", HTTP_POST, V "/example", add_example, WRITE}, {"LE2", HTTP_POST, V "/examples", add_examples, WRITE},      \
        {"LX3", HTTP_GET, V "/examples", list_examples, READ},                                                         \
        {"LX4", HTTP_DELETE, V "/examples/{id}", delete_example, DROP},                                                \
        {"LX5", HTTP_GET, V "/models/{id}/examples", list_model_examples, READ},                                       \
        {"LX6", HTTP_GET, V "/intents/{id}/suggest", suggest, READ},                                                   \
        {"LX6", HTTP_GET, V "/entities/{id}/suggest", suggest, READ},                                                  \
  }

static const http_route v3[] = ROUTES(LUIS_V3 "/apps/{app}/versions/{v}");
static const http_route v2[] = ROUTES(LUIS_V2 "/apps/{app}/versions/{v}");
const http_family api_luis_examples = LUIS_AUTHORING_FAMILY("luis-examples", LUIS_V3, v3);
const http_family api_luis_examples_v2 = LUIS_AUTHORING_FAMILY("luis-examples-v2", LUIS_V2, v2);
