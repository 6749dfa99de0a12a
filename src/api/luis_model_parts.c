/* luis_model_parts.c -- what stands inside of entities: children of hierarchical and composite ones, sublists,
 * explicit lists, roles. Source: reference luis-authoring §5. */
#include "api/luis_editing.h"

/* ---- children ------------------------------------------------------------------------------------ */

static err_code add_part_edit(luis_draft *d, luis_op *op, err *e) {
  str name;
  TRY(luis_read_name_member(&op->body, &name, e));
  return luis_part_add(d, luis_kind_of_path(op->rq), op->rq->params[2], name, &op->id, e);
}
LUIS_EDIT(add_part, LUIS_ANSWER_ID)

static err_code rename_part_edit(luis_draft *d, luis_op *op, err *e) {
  str name;
  TRY(luis_read_name_member(&op->body, &name, e));
  return luis_part_rename(d, op->rq->params[2], op->rq->params[3], name, e);
}
LUIS_EDIT(rename_part, LUIS_ANSWER_STATUS)

static err_code delete_part_edit(luis_draft *d, luis_op *op, err *e) {
  return luis_part_delete(d, luis_kind_of_path(op->rq), op->rq->params[2], op->rq->params[3], e);
}
LUIS_EDIT(delete_part, LUIS_ANSWER_STATUS)

static err_code get_part(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  const draft_entity *en;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_draft_entity(d, LUIS_HIERARCHICAL, rq->params[2], &en, e));
  for (size_t i = 0; i < en->parts.n; i++) {
    if (!str_eq_nocase(en->parts.v[i].id, rq->params[3])) continue;
    jw w;
    jw_init(&w, &rs->body);
    luis_part_object(&w, d, LUIS_HIERARCHICAL, en, i);
    return ERR_OK;
  }
  return err_set(e, ERR_NOT_FOUND, "Cannot find a child with the specified ID.");
}

/* ---- sublists ------------------------------------------------------------------------------------ */

static err_code append_sublists_edit(luis_draft *d, luis_op *op, err *e) {
  luis_sublists v = {0};
  TRY(jn_want_obj(&op->body, e));
  TRY(luis_read_sublists(&op->body, op->rq->arena, &v, e));
  return luis_sublists_append(d, op->rq->params[2], v, e);
}
LUIS_EDIT(append_sublists, LUIS_ANSWER_STATUS)

static err_code add_sublist_edit(luis_draft *d, luis_op *op, err *e) {
  luis_sublist v = {0};
  TRY(luis_read_sublist(&op->body, op->rq->arena, &v, e));
  return luis_sublist_add(d, op->rq->params[2], &v, &op->number, e);
}
LUIS_EDIT(add_sublist, LUIS_ANSWER_NUMBER)

static err_code update_sublist_edit(luis_draft *d, luis_op *op, err *e) {
  luis_sublist v = {0};
  int64_t id;
  TRY(luis_number_param(op->rq, 3, &id, e));
  TRY(luis_read_sublist(&op->body, op->rq->arena, &v, e));
  return luis_sublist_replace(d, op->rq->params[2], id, &v, e);
}
LUIS_EDIT(update_sublist, LUIS_ANSWER_STATUS)

static err_code delete_sublist_edit(luis_draft *d, luis_op *op, err *e) {
  int64_t id;
  TRY(luis_number_param(op->rq, 3, &id, e));
  return luis_sublist_delete(d, op->rq->params[2], id, e);
}
LUIS_EDIT(delete_sublist, LUIS_ANSWER_STATUS)

/* ---- explicit lists ------------------------------------------------------------------------------ */

static err_code read_explicit(const luis_op *op, str *out, err *e) {
  TRY(jn_want_obj(&op->body, e));
  TRY(jn_req_str(&op->body, "explicitListItem", out, e));
  jnode at = jn_get(&op->body, "explicitListItem");
  return str_trim(*out).n ? ERR_OK : jn_fail(&at, e, "must not be empty");
}

static err_code add_explicit_edit(luis_draft *d, luis_op *op, err *e) {
  str value;
  TRY(read_explicit(op, &value, e));
  return luis_explicit_add(d, op->rq->params[2], value, &op->number, e);
}
LUIS_EDIT(add_explicit, LUIS_ANSWER_NUMBER)

static err_code update_explicit_edit(luis_draft *d, luis_op *op, err *e) {
  int64_t id;
  str value;
  TRY(luis_number_param(op->rq, 3, &id, e));
  TRY(read_explicit(op, &value, e));
  return luis_explicit_replace(d, op->rq->params[2], id, value, e);
}
LUIS_EDIT(update_explicit, LUIS_ANSWER_STATUS)

static err_code delete_explicit_edit(luis_draft *d, luis_op *op, err *e) {
  int64_t id;
  TRY(luis_number_param(op->rq, 3, &id, e));
  return luis_explicit_delete(d, op->rq->params[2], id, e);
}
LUIS_EDIT(delete_explicit, LUIS_ANSWER_STATUS)

static err_code list_explicit(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  const draft_entity *en;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_draft_entity(d, LUIS_PATTERN_ANY, rq->params[2], &en, e));
  jw w;
  jw_init(&w, &rs->body);
  luis_explicit_array(&w, &en->explicit_list);
  return ERR_OK;
}

static err_code get_explicit(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  const draft_entity *en;
  int64_t id;
  TRY(luis_number_param(rq, 3, &id, e));
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_draft_entity(d, LUIS_PATTERN_ANY, rq->params[2], &en, e));
  for (size_t i = 0; i < en->explicit_list.n; i++) {
    if (en->explicit_list.v[i].id != id) continue;
    jw w;
    jw_init(&w, &rs->body);
    luis_explicit_object(&w, &en->explicit_list.v[i]);
    return ERR_OK;
  }
  return err_set(e, ERR_NOT_FOUND, "Cannot find an item of the explicit list with the specified ID.");
}

/* ---- roles --------------------------------------------------------------------------------------- */

static err_code add_role_edit(luis_draft *d, luis_op *op, err *e) {
  str name;
  TRY(luis_read_name_member(&op->body, &name, e));
  return luis_role_add(d, luis_kind_of_path(op->rq), op->rq->params[2], name, &op->id, e);
}
LUIS_EDIT(add_role, LUIS_ANSWER_ID)

static err_code rename_role_edit(luis_draft *d, luis_op *op, err *e) {
  str name;
  TRY(luis_read_name_member(&op->body, &name, e));
  return luis_role_rename(d, luis_kind_of_path(op->rq), op->rq->params[2], op->rq->params[3], name, e);
}
LUIS_EDIT(rename_role, LUIS_ANSWER_STATUS)

static err_code delete_role_edit(luis_draft *d, luis_op *op, err *e) {
  return luis_role_delete(d, luis_kind_of_path(op->rq), op->rq->params[2], op->rq->params[3], e);
}
LUIS_EDIT(delete_role, LUIS_ANSWER_STATUS)

static err_code list_roles(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  const draft_entity *en;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_draft_entity(d, luis_kind_of_path(rq), rq->params[2], &en, e));
  jw w;
  jw_init(&w, &rs->body);
  luis_roles_array(&w, &en->roles);
  return ERR_OK;
}

static err_code get_role(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  const draft_entity *en;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_draft_entity(d, luis_kind_of_path(rq), rq->params[2], &en, e));
  for (size_t i = 0; i < en->roles.n; i++) {
    if (!str_eq_nocase(en->roles.v[i].id, rq->params[3])) continue;
    jw w;
    jw_init(&w, &rs->body);
    luis_role_object(&w, &en->roles.v[i]);
    return ERR_OK;
  }
  return err_set(e, ERR_NOT_FOUND, "Cannot find a role with the specified ID.");
}

/* ---- routes -------------------------------------------------------------------------------------- */

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING, 0
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING, LUIS_SMALL_BODY
#define BIG   HTTP_CLASS_WRITE, HTTP_BLOCKING, LUIS_MODEL_BODY
#define DROP  HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER, 0

#define ROLES(V, KIND)                                                                                                 \
  {"LR1", HTTP_POST, V KIND "/{id}/roles", add_role, WRITE},                                                           \
      {"LR2", HTTP_GET, V KIND "/{id}/roles", list_roles, READ},                                                       \
      {"LR3", HTTP_GET, V KIND "/{id}/roles/{r}", get_role, READ},                                                     \
      {"LR4", HTTP_PUT, V KIND "/{id}/roles/{r}", rename_role, WRITE}, {                                               \
    "LR5", HTTP_DELETE, V KIND "/{id}/roles/{r}", delete_role, DROP                                                    \
  }

#define ROUTES(V)                                                                                                      \
  {                                                                                                                    \
    {"LI1", HTTP_POST, V "/hierarchicalentities/{id}/children", add_part, WRITE},                                      \
        {"LI2", HTTP_GET, V "/hierarchicalentities/{id}/children/{c}", get_part, READ},                                \
        {"LI3", HTTP_PATCH, V "/hierarchicalentities/{id}/children/{c}", rename_part, WRITE},                          \
        {"LI3", HTTP_PUT, V "/hierarchicalentities/{id}/children/{c}", rename_part, WRITE},                            \
        {"LI4", HTTP_DELETE, V "/hierarchicalentities/{id}/children/{c}", delete_part, DROP},                          \
        {"LI5", HTTP_POST, V "/compositeentities/{id}/children", add_part, WRITE},                                     \
        {"LI6", HTTP_DELETE, V "/compositeentities/{id}/children/{c}", delete_part, DROP},                             \
        {"LI7", HTTP_PATCH, V "/closedlists/{id}", append_sublists, BIG},                                              \
        {"LI8", HTTP_POST, V "/closedlists/{id}/sublists", add_sublist, BIG},                                          \
        {"LI9", HTTP_PUT, V "/closedlists/{id}/sublists/{s}", update_sublist, BIG},                                    \
        {"LI10", HTTP_DELETE, V "/closedlists/{id}/sublists/{s}", delete_sublist, DROP},                               \
        {"LI11", HTTP_POST, V "/patternanyentities/{id}/explicitlist", add_explicit, WRITE},                           \
        {"LI12", HTTP_GET, V "/patternanyentities/{id}/explicitlist", list_explicit, READ},                            \
        {"LI13", HTTP_GET, V "/patternanyentities/{id}/explicitlist/{x}", get_explicit, READ},                         \
        {"LI14", HTTP_PUT, V "/patternanyentities/{id}/explicitlist/{x}", update_explicit, WRITE},                     \
        {"LI15", HTTP_DELETE, V "/patternanyentities/{id}/explicitlist/{x}", delete_explicit, DROP},                   \
        ROLES(V, "/entities"), ROLES(V, "/prebuilts"), ROLES(V, "/closedlists"), ROLES(V, "/regexentities"),           \
        ROLES(V, "/compositeentities"), ROLES(V, "/patternanyentities"), ROLES(V, "/hierarchicalentities"),            \
        ROLES(V, "/customprebuiltentities"),                                                                           \
  }

static const http_route v3[] = ROUTES(LUIS_V3 "/apps/{app}/versions/{v}");
static const http_route v2[] = ROUTES(LUIS_V2 "/apps/{app}/versions/{v}");
const http_family api_luis_model_parts = LUIS_AUTHORING_FAMILY("luis-model-parts", LUIS_V3, v3);
const http_family api_luis_model_parts_v2 = LUIS_AUTHORING_FAMILY("luis-model-parts-v2", LUIS_V2, v2);
