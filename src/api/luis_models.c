/* luis_models.c -- intents and entities of every kind. Source: reference luis-authoring §5. */
#include "api/luis_editing.h"

/* ---- bodies -------------------------------------------------------------------------------------- */

static err_code read_children(const jnode *obj, int level, arena *a, luis_children *out, err *e);

/* instanceOf is the old spelling of a required feature. */
static err_code read_child(const jnode *n, int level, arena *a, luis_child *out, err *e) {
  str instance_of = STR_NONE;
  TRY(jn_want_obj(n, e));
  TRY(jn_req_str(n, "name", &out->name, e));
  TRY(jn_opt_str(n, "instanceOf", &instance_of, NULL, e));
  if (instance_of.n) {
    luis_feature *f = ARENA_NEW(a, luis_feature);
    *f = (luis_feature){.name = instance_of, .is_required = true};
    out->features = (luis_features){f, 1};
  }
  return read_children(n, level + 1, a, &out->children, e);
}

static err_code read_children(const jnode *obj, int level, arena *a, luis_children *out, err *e) {
  jnode arr;
  bool present;
  TRY(jn_opt_arr(obj, "children", &arr, &present, e));
  if (!present || !jn_len(&arr)) return ERR_OK;
  if (level > LUIS_LIMIT_LEVELS) return jn_fail(&arr, e, "children are nested more than %d levels", LUIS_LIMIT_LEVELS);
  luis_child *v = ARENA_ARRAY(a, luis_child, jn_len(&arr));
  for (size_t i = 0; i < jn_len(&arr); i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_child(&item, level, a, &v[i], e));
  }
  *out = (luis_children){v, jn_len(&arr)};
  return ERR_OK;
}

/* What a body says of an entity of that kind; what it leaves out stays NULL. */
static err_code read_entity(const jnode *body, luis_kind kind, arena *a, luis_entity *out, err *e) {
  TRY(jn_want_obj(body, e));
  TRY(jn_opt_str(body, "name", &out->name, NULL, e));
  switch (kind) {
  case LUIS_ENTITY: return read_children(body, 1, a, &out->children, e);
  case LUIS_HIERARCHICAL:
  case LUIS_COMPOSITE: return luis_read_names(body, "children", a, &out->parts, e);
  case LUIS_CLOSED_LIST: return luis_read_sublists(body, a, &out->sublists, e);
  case LUIS_PATTERN_ANY: return luis_read_names(body, "explicitList", a, &out->explicit_list, e);
  case LUIS_REGEX: return jn_opt_str(body, "regexPattern", &out->regex_pattern, NULL, e);
  case LUIS_PREBUILT:
  case LUIS_KIND_COUNT: break;
  }
  return ERR_OK;
}

/* ---- intents ------------------------------------------------------------------------------------- */

static err_code add_intent_edit(luis_draft *d, luis_op *op, err *e) {
  str name;
  TRY(luis_read_name_member(&op->body, &name, e));
  return luis_intent_add(d, name, &op->id, e);
}
LUIS_EDIT(add_intent, LUIS_ANSWER_ID)

static err_code rename_intent_edit(luis_draft *d, luis_op *op, err *e) {
  str name;
  TRY(luis_read_name_member(&op->body, &name, e));
  return luis_intent_rename(d, op->rq->params[2], name, e);
}
LUIS_EDIT(rename_intent, LUIS_ANSWER_STATUS)

static err_code delete_intent_edit(luis_draft *d, luis_op *op, err *e) {
  return luis_intent_delete(d, op->rq->params[2], luis_flag(op->rq, "deleteUtterances"), e);
}
LUIS_EDIT(delete_intent, LUIS_ANSWER_STATUS)

static err_code list_intents(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  size_t begin, end;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_slice(rq, d->intents.n, &begin, &end, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = begin; i < end; i++) luis_intent_object(&w, &d->intents.v[i], luis_is_v2(rq));
  jw_end(&w);
  return ERR_OK;
}

static err_code get_intent(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  size_t i;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_draft_intent(d, rq->params[2], &i, e));
  jw w;
  jw_init(&w, &rs->body);
  luis_intent_object(&w, &d->intents.v[i], luis_is_v2(rq));
  return ERR_OK;
}

/* ---- entities of every kind ---------------------------------------------------------------------- */

static err_code add_entity_edit(luis_draft *d, luis_op *op, err *e) {
  luis_entity en = {0};
  luis_kind kind = luis_kind_of_path(op->rq);
  TRY(read_entity(&op->body, kind, op->rq->arena, &en, e));
  TRY(luis_read_name_member(&op->body, &en.name, e));
  if (kind == LUIS_REGEX) TRY(jn_req_str(&op->body, "regexPattern", &en.regex_pattern, e));
  return luis_entity_add(d, kind, &en, &op->id, e);
}
LUIS_EDIT(add_entity, LUIS_ANSWER_ID)

/* PATCH of a machine-learned entity or a child. */
static err_code update_learned_edit(luis_draft *d, luis_op *op, err *e) {
  str name = STR_NONE, instance_of = STR_NONE;
  TRY(jn_want_obj(&op->body, e));
  TRY(jn_opt_str(&op->body, "name", &name, NULL, e));
  TRY(jn_opt_str(&op->body, "instanceOf", &instance_of, NULL, e));
  return luis_learned_update(d, op->rq->params[2], name, instance_of, e);
}
LUIS_EDIT(update_learned, LUIS_ANSWER_STATUS)

static err_code update_entity_edit(luis_draft *d, luis_op *op, err *e) {
  luis_entity en = {0};
  luis_kind kind = luis_kind_of_path(op->rq);
  TRY(read_entity(&op->body, kind, op->rq->arena, &en, e));
  return luis_entity_update(d, kind, op->rq->params[2], &en, e);
}
LUIS_EDIT(update_entity, LUIS_ANSWER_STATUS)

static err_code delete_learned_edit(luis_draft *d, luis_op *op, err *e) {
  return luis_learned_delete(d, op->rq->params[2], e);
}
LUIS_EDIT(delete_learned, LUIS_ANSWER_STATUS)

static err_code delete_entity_edit(luis_draft *d, luis_op *op, err *e) {
  return luis_entity_delete(d, luis_kind_of_path(op->rq), op->rq->params[2], e);
}
LUIS_EDIT(delete_entity, LUIS_ANSWER_STATUS)

static err_code list_entities(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  size_t begin, end;
  luis_kind kind = luis_kind_of_path(rq);
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_slice(rq, d->entities[kind].n, &begin, &end, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = begin; i < end; i++) luis_entity_object(&w, d, kind, &d->entities[kind].v[i], luis_is_v2(rq));
  jw_end(&w);
  return ERR_OK;
}

/* Of a machine-learned entity also a child of it. */
static err_code get_entity(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  const draft_entity *en;
  luis_kind kind = luis_kind_of_path(rq);
  TRY(luis_draft_of(rq, &d, e));
  const draft_child *child = kind == LUIS_ENTITY ? luis_draft_child(d, rq->params[2]) : NULL;
  if (!child) TRY(luis_draft_entity(d, kind, rq->params[2], &en, e));
  jw w;
  jw_init(&w, &rs->body);
  if (child)
    luis_child_object(&w, child);
  else
    luis_entity_object(&w, d, kind, en, luis_is_v2(rq));
  return ERR_OK;
}

static err_code list_models(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  size_t begin, end, n, at = 0;
  TRY(luis_draft_of(rq, &d, e));
  n = d->intents.n;
  for (int k = 0; k < LUIS_KIND_COUNT; k++) n += d->entities[k].n;
  TRY(luis_slice(rq, n, &begin, &end, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < d->intents.n; i++, at++)
    if (at >= begin && at < end) luis_intent_object(&w, &d->intents.v[i], luis_is_v2(rq));
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < d->entities[k].n; i++, at++)
      if (at >= begin && at < end) luis_entity_object(&w, d, (luis_kind)k, &d->entities[k].v[i], luis_is_v2(rq));
  jw_end(&w);
  return ERR_OK;
}

/* ---- children ------------------------------------------------------------------------------------ */

static err_code add_child_edit(luis_draft *d, luis_op *op, err *e) {
  luis_child child = {0};
  TRY(read_child(&op->body, 1, op->rq->arena, &child, e));
  return luis_child_add(d, op->rq->params[2], &child, &op->id, e);
}
LUIS_EDIT(add_child, LUIS_ANSWER_ID)

/* ---- routes -------------------------------------------------------------------------------------- */

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING, 0
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING, LUIS_SMALL_BODY
#define BIG   HTTP_CLASS_WRITE, HTTP_BLOCKING, LUIS_MODEL_BODY
#define DROP  HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER, 0

/* Both prefixes have the operations of both: clients of V2 change by PUT what those of V3 do by PATCH. */
#define ROUTES(V)                                                                                                      \
  {                                                                                                                    \
    {"LM1", HTTP_GET, V "/models", list_models, READ}, {"LM2", HTTP_POST, V "/intents", add_intent, WRITE},            \
        {"LM3", HTTP_GET, V "/intents", list_intents, READ}, {"LM4", HTTP_GET, V "/intents/{id}", get_intent, READ},   \
        {"LM5", HTTP_PUT, V "/intents/{id}", rename_intent, WRITE},                                                    \
        {"LM6", HTTP_DELETE, V "/intents/{id}", delete_intent, DROP},                                                  \
        {"LM7", HTTP_POST, V "/entities", add_entity, WRITE}, {"LM8", HTTP_GET, V "/entities", list_entities, READ},   \
        {"LM9", HTTP_GET, V "/entities/{id}", get_entity, READ},                                                       \
        {"LM10", HTTP_PATCH, V "/entities/{id}", update_learned, WRITE},                                               \
        {"LM10", HTTP_PUT, V "/entities/{id}", update_learned, WRITE},                                                 \
        {"LM11", HTTP_DELETE, V "/entities/{id}", delete_learned, DROP},                                               \
        {"LM12", HTTP_POST, V "/entities/{id}/children", add_child, WRITE},                                            \
        {"LM13", HTTP_POST, V "/hierarchicalentities", add_entity, WRITE},                                             \
        {"LM14", HTTP_GET, V "/hierarchicalentities", list_entities, READ},                                            \
        {"LM15", HTTP_GET, V "/hierarchicalentities/{id}", get_entity, READ},                                          \
        {"LM16", HTTP_PATCH, V "/hierarchicalentities/{id}", update_entity, WRITE},                                    \
        {"LM16", HTTP_PUT, V "/hierarchicalentities/{id}", update_entity, WRITE},                                      \
        {"LM17", HTTP_DELETE, V "/hierarchicalentities/{id}", delete_entity, DROP},                                    \
        {"LM18", HTTP_POST, V "/compositeentities", add_entity, WRITE},                                                \
        {"LM19", HTTP_GET, V "/compositeentities", list_entities, READ},                                               \
        {"LM20", HTTP_GET, V "/compositeentities/{id}", get_entity, READ},                                             \
        {"LM21", HTTP_PUT, V "/compositeentities/{id}", update_entity, WRITE},                                         \
        {"LM22", HTTP_DELETE, V "/compositeentities/{id}", delete_entity, DROP},                                       \
        {"LM23", HTTP_POST, V "/closedlists", add_entity, BIG},                                                        \
        {"LM24", HTTP_GET, V "/closedlists", list_entities, READ},                                                     \
        {"LM25", HTTP_GET, V "/closedlists/{id}", get_entity, READ},                                                   \
        {"LM26", HTTP_PUT, V "/closedlists/{id}", update_entity, BIG},                                                 \
        {"LM27", HTTP_DELETE, V "/closedlists/{id}", delete_entity, DROP},                                             \
        {"LM28", HTTP_POST, V "/regexentities", add_entity, WRITE},                                                    \
        {"LM29", HTTP_GET, V "/regexentities", list_entities, READ},                                                   \
        {"LM30", HTTP_GET, V "/regexentities/{id}", get_entity, READ},                                                 \
        {"LM31", HTTP_PUT, V "/regexentities/{id}", update_entity, WRITE},                                             \
        {"LM32", HTTP_DELETE, V "/regexentities/{id}", delete_entity, DROP},                                           \
        {"LM33", HTTP_POST, V "/patternanyentities", add_entity, WRITE},                                               \
        {"LM34", HTTP_GET, V "/patternanyentities", list_entities, READ},                                              \
        {"LM35", HTTP_GET, V "/patternanyentities/{id}", get_entity, READ},                                            \
        {"LM36", HTTP_PUT, V "/patternanyentities/{id}", update_entity, WRITE},                                        \
        {"LM37", HTTP_DELETE, V "/patternanyentities/{id}", delete_entity, DROP},                                      \
        {"LM38", HTTP_GET, V "/prebuilts", list_entities, READ},                                                       \
        {"LM39", HTTP_GET, V "/prebuilts/{id}", get_entity, READ},                                                     \
        {"LM40", HTTP_DELETE, V "/prebuilts/{id}", delete_entity, DROP},                                               \
  }

static const http_route v3[] = ROUTES(LUIS_V3 "/apps/{app}/versions/{v}");
static const http_route v2[] = ROUTES(LUIS_V2 "/apps/{app}/versions/{v}");
const http_family api_luis_models = LUIS_AUTHORING_FAMILY("luis-models", LUIS_V3, v3);
const http_family api_luis_models_v2 = LUIS_AUTHORING_FAMILY("luis-models-v2", LUIS_V2, v2);
