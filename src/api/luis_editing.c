#include "api/luis_editing.h"

/* ---- changes ------------------------------------------------------------------------------------ */

/* A luis_edit_fn. */
static err_code apply(luis_draft *d, void *arg, arena *a, err *e) {
  (void)a; /* the request's */
  luis_op *op = arg;
  return op->edit(d, op, e);
}

static void answer_with(const luis_op *op, luis_answer answer) {
  switch (answer) {
  case LUIS_ANSWER_STATUS: luis_answer_status(op->rs, 200); break;
  case LUIS_ANSWER_ID: luis_answer_id(op->rs, op->id); break;
  case LUIS_ANSWER_NUMBER: luis_answer_number(op->rs, op->number); break;
  case LUIS_ANSWER_BODY: break;
  }
}

err_code luis_op_run(const http_request *rq, http_response *rs, luis_op_fn *edit, luis_answer answer, err *e) {
  luis_op op = {.rq = rq, .rs = rs, .edit = edit};
  jdoc *doc = NULL;
  if (rq->route->max_body) TRY(luis_body(rq, &doc, &op.body, e));
  err_code rc =
      luis_version_edit(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], apply, &op, rq->arena, e);
  jn_free(doc);
  if (rc == ERR_OK) answer_with(&op, answer);
  return rc;
}

err_code luis_draft_of(const http_request *rq, luis_draft **out, err *e) {
  return luis_version_read(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, out, e);
}

err_code luis_number_param(const http_request *rq, size_t index, int64_t *out, err *e) {
  if (str_to_i64(rq->params[index], INT64_MIN, INT64_MAX, out)) return ERR_OK;
  return err_set(e, ERR_NOT_FOUND, "Cannot find anything with the specified ID \"" STR_FMT "\".",
                 STR_ARG(rq->params[index]));
}

luis_kind luis_kind_of_path(const http_request *rq) {
  static const struct {
    str segment;
    luis_kind kind;
  } kinds[] = {{STR("hierarchicalentities"), LUIS_HIERARCHICAL}, {STR("compositeentities"), LUIS_COMPOSITE},
               {STR("closedlists"), LUIS_CLOSED_LIST},           {STR("prebuilts"), LUIS_PREBUILT},
               {STR("patternanyentities"), LUIS_PATTERN_ANY},    {STR("regexentities"), LUIS_REGEX}};
  const char *after = strstr(rq->route->pattern, "{v}/") + strlen("{v}/");
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
    if (str_starts(str_of(after), kinds[i].segment)) return kinds[i].kind;
  return LUIS_ENTITY; /* entities, customprebuiltentities */
}

/* ---- bodies ------------------------------------------------------------------------------------- */

/* "number" or {"name": "number"}. */
static err_code read_name(const jnode *n, str *out, err *e) {
  return jn_typeof(n) == JN_OBJ ? jn_req_str(n, "name", out, e) : jn_want_str(n, out, e);
}

err_code luis_read_names(const jnode *obj, const char *key, arena *a, luis_names *out, err *e) {
  jnode arr;
  bool present;
  TRY(jn_opt_arr(obj, key, &arr, &present, e));
  if (!present) return ERR_OK;
  str *v = ARENA_ARRAY(a, str, jn_len(&arr));
  for (size_t i = 0; i < jn_len(&arr); i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_name(&item, &v[i], e));
  }
  *out = (luis_names){v, jn_len(&arr)};
  return ERR_OK;
}

err_code luis_read_sublist(const jnode *n, arena *a, luis_sublist *out, err *e) {
  TRY(jn_want_obj(n, e));
  TRY(jn_req_str(n, "canonicalForm", &out->canonical_form, e));
  jnode at = jn_get(n, "canonicalForm");
  if (!str_trim(out->canonical_form).n) return jn_fail(&at, e, "must not be empty");
  return luis_read_names(n, "list", a, &out->list, e);
}

err_code luis_read_sublists(const jnode *obj, arena *a, luis_sublists *out, err *e) {
  jnode arr;
  bool present;
  TRY(jn_opt_arr(obj, "subLists", &arr, &present, e));
  if (!present) return ERR_OK;
  luis_sublist *v = ARENA_ARRAY(a, luis_sublist, jn_len(&arr));
  for (size_t i = 0; i < jn_len(&arr); i++) {
    jnode item = jn_at(&arr, i);
    TRY(luis_read_sublist(&item, a, &v[i], e));
  }
  *out = (luis_sublists){v, jn_len(&arr)};
  return ERR_OK;
}

err_code luis_read_name_member(const jnode *body, str *out, err *e) {
  TRY(jn_want_obj(body, e));
  return jn_req_str(body, "name", out, e);
}

/* ---- pages -------------------------------------------------------------------------------------- */

err_code luis_slice(const http_request *rq, size_t n, size_t *begin, size_t *end, err *e) {
  page pg;
  TRY(luis_page(rq, &pg, e));
  *begin = MIN_OF(pg.skip, n);
  *end = *begin + MIN_OF(pg.top, n - *begin);
  return ERR_OK;
}

/* ---- objects ------------------------------------------------------------------------------------- */

static const struct {
  int id;
  const char *readable;
} types[LUIS_KIND_COUNT] = {
    [LUIS_ENTITY] = {1, "Entity Extractor"},
    [LUIS_PREBUILT] = {2, "Prebuilt Entity Extractor"},
    [LUIS_HIERARCHICAL] = {3, "Hierarchical Entity Extractor"},
    [LUIS_COMPOSITE] = {4, "Composite Entity Extractor"},
    [LUIS_CLOSED_LIST] = {5, "Closed List Entity Extractor"},
    [LUIS_PATTERN_ANY] = {7, "Pattern.Any Entity Extractor"},
    [LUIS_REGEX] = {8, "Regex Entity Extractor"},
};
enum { TYPE_INTENT = 0, TYPE_PART = 6, TYPE_CHILD = 10 };

/* Opens the object. */
static void write_head(jw *w, str id, str name, int type_id, const char *readable) {
  jw_obj(w);
  jw_kstr(w, "id", id);
  jw_kstr(w, "name", name);
  jw_kint(w, "typeId", type_id);
  jw_kcstr(w, "readableType", readable);
}

static void write_inherits(jw *w, const luis_inherits *in) {
  jw_kstr_opt(w, "customPrebuiltDomainName", in->domain_name);
  jw_kstr_opt(w, "customPrebuiltModelName", in->model_name);
}

void luis_features_array(jw *w, luis_features f) {
  jw_arr(w);
  for (size_t i = 0; i < f.n; i++) {
    jw_obj(w);
    jw_kstr(w, f.v[i].is_phraselist ? "featureName" : "modelName", f.v[i].name);
    jw_kbool(w, "isRequired", f.v[i].is_required);
    jw_end(w);
  }
  jw_end(w);
}

static void write_features(jw *w, luis_features f) {
  jw_key(w, "features");
  luis_features_array(w, f);
}

void luis_intent_object(jw *w, const draft_intent *in, bool v2) {
  write_head(w, in->id, in->v.name, TYPE_INTENT, "Intent Classifier");
  write_inherits(w, &in->v.inherits);
  if (!v2) write_features(w, in->v.features);
  jw_end(w);
}

void luis_role_object(jw *w, const draft_name *n) {
  jw_obj(w);
  jw_kstr(w, "id", n->id);
  jw_kstr(w, "name", n->name);
  jw_end(w);
}

void luis_roles_array(jw *w, const draft_names *roles) {
  jw_arr(w);
  for (size_t i = 0; i < roles->n; i++) luis_role_object(w, &roles->v[i]);
  jw_end(w);
}

/* The model that a child is an instance of: the first that it needs. */
static void write_instance_of(jw *w, luis_features f) {
  jw_key(w, "instanceOf");
  for (size_t i = 0; i < f.n; i++)
    if (f.v[i].is_required && !f.v[i].is_phraselist) {
      jw_str(w, f.v[i].name);
      return;
    }
  jw_null(w);
}

static void write_children(jw *w, const draft_children *children) {
  jw_key(w, "children");
  jw_arr(w);
  for (size_t i = 0; i < children->n; i++) luis_child_object(w, &children->v[i]);
  jw_end(w);
}

void luis_child_object(jw *w, const draft_child *c) {
  write_head(w, c->id, c->name, TYPE_CHILD, "Child Entity Extractor");
  write_instance_of(w, c->features);
  write_features(w, c->features);
  write_children(w, &c->children);
  jw_end(w);
}

void luis_part_object(jw *w, const luis_draft *d, luis_kind kind, const draft_entity *en, size_t i) {
  bool own = kind == LUIS_HIERARCHICAL;
  write_head(w, luis_part_id(d, en, i), en->parts.v[i].name, own ? TYPE_PART : TYPE_CHILD,
             own ? "Hierarchical Child Entity Extractor" : "Child Entity Extractor");
  jw_end(w);
}

static void write_parts(jw *w, const luis_draft *d, luis_kind kind, const draft_entity *en) {
  jw_key(w, "children");
  jw_arr(w);
  for (size_t i = 0; i < en->parts.n; i++) luis_part_object(w, d, kind, en, i);
  jw_end(w);
}

static void write_sublists(jw *w, const draft_sublists *v) {
  jw_key(w, "subLists");
  jw_arr(w);
  for (size_t i = 0; i < v->n; i++) {
    jw_obj(w);
    jw_kint(w, "id", v->v[i].id);
    jw_kstr(w, "canonicalForm", v->v[i].v.canonical_form);
    jw_key(w, "list");
    jw_strs(w, v->v[i].v.list.v, v->v[i].v.list.n);
    jw_end(w);
  }
  jw_end(w);
}

void luis_explicit_array(jw *w, const draft_items *v) {
  jw_arr(w);
  for (size_t i = 0; i < v->n; i++) luis_explicit_object(w, &v->v[i]);
  jw_end(w);
}

void luis_explicit_object(jw *w, const draft_item *v) {
  jw_obj(w);
  jw_kint(w, "id", v->id);
  jw_kstr(w, "explicitListItem", v->value);
  jw_end(w);
}

void luis_entity_object(jw *w, const luis_draft *d, luis_kind kind, const draft_entity *en, bool v2) {
  write_head(w, en->id, en->name, types[kind].id, types[kind].readable);
  jw_key(w, "roles");
  luis_roles_array(w, &en->roles);
  write_inherits(w, &en->inherits);
  switch (kind) {
  case LUIS_ENTITY:
    if (!v2) write_children(w, &en->children);
    if (!v2) write_features(w, en->features);
    break;
  case LUIS_HIERARCHICAL:
  case LUIS_COMPOSITE: write_parts(w, d, kind, en); break;
  case LUIS_CLOSED_LIST: write_sublists(w, &en->sublists); break;
  case LUIS_PATTERN_ANY:
    jw_key(w, "explicitList");
    luis_explicit_array(w, &en->explicit_list);
    break;
  case LUIS_REGEX: jw_kstr(w, "regexPattern", en->regex_pattern); break;
  case LUIS_PREBUILT:
  case LUIS_KIND_COUNT: break;
  }
  jw_end(w);
}
