/* luis_features.c -- phrase lists, and features of models. Source: reference luis-authoring §6. */
#include "api/luis_editing.h"

/* ---- phrase lists -------------------------------------------------------------------------------- */

static err_code read_flag(const jnode *obj, const char *key, opt_bool *out, err *e) {
  bool value = false, present;
  TRY(jn_opt_bool(obj, key, &value, &present, e));
  *out = !present ? OPT_ABSENT : value ? OPT_TRUE : OPT_FALSE;
  return ERR_OK;
}

static err_code read_phraselist(const jnode *body, luis_phraselist_patch *out, err *e) {
  TRY(jn_want_obj(body, e));
  TRY(jn_opt_str(body, "name", &out->name, NULL, e));
  TRY(jn_opt_str(body, "phrases", &out->words, NULL, e));
  TRY(read_flag(body, "isExchangeable", &out->interchangeable, e));
  TRY(read_flag(body, "isActive", &out->activated, e));
  return read_flag(body, "enabledForAllModels", &out->enabled_for_all_models, e);
}

static err_code add_phraselist_edit(luis_draft *d, luis_op *op, err *e) {
  luis_phraselist_patch p = {0};
  TRY(luis_read_name_member(&op->body, &p.name, e));
  TRY(read_phraselist(&op->body, &p, e));
  const luis_phraselist v = {.name = p.name,
                             .words = p.words.p ? p.words : STR(""),
                             .interchangeable = p.interchangeable != OPT_FALSE,
                             .activated = p.activated != OPT_FALSE,
                             .enabled_for_all_models = p.enabled_for_all_models != OPT_FALSE};
  return luis_phraselist_add(d, &v, &op->number, e);
}
LUIS_EDIT(add_phraselist, LUIS_ANSWER_NUMBER)

static err_code update_phraselist_edit(luis_draft *d, luis_op *op, err *e) {
  luis_phraselist_patch p = {0};
  int64_t id;
  TRY(luis_number_param(op->rq, 2, &id, e));
  TRY(read_phraselist(&op->body, &p, e));
  return luis_phraselist_update(d, id, &p, e);
}
LUIS_EDIT(update_phraselist, LUIS_ANSWER_STATUS)

static err_code delete_phraselist_edit(luis_draft *d, luis_op *op, err *e) {
  int64_t id;
  TRY(luis_number_param(op->rq, 2, &id, e));
  return luis_phraselist_delete(d, id, e);
}
LUIS_EDIT(delete_phraselist, LUIS_ANSWER_STATUS)

static void write_phraselist(jw *w, const draft_phraselist *p) {
  jw_obj(w);
  jw_kint(w, "id", p->id);
  jw_kstr(w, "name", p->v.name);
  jw_kstr(w, "phrases", p->v.words);
  jw_kbool(w, "isExchangeable", p->v.interchangeable);
  jw_kbool(w, "isActive", p->v.activated);
  jw_kbool(w, "enabledForAllModels", p->v.enabled_for_all_models);
  jw_end(w);
}

static void write_regex_feature(jw *w, const draft_regex_feature *f) {
  jw_obj(w);
  jw_kint(w, "id", f->id);
  jw_kstr(w, "name", f->v.name);
  jw_kstr(w, "pattern", f->v.pattern);
  jw_kbool(w, "isActive", f->v.activated);
  jw_end(w);
}

static void write_phraselists(jw *w, const luis_draft *d, size_t begin, size_t end) {
  jw_arr(w);
  for (size_t i = begin; i < end; i++) write_phraselist(w, &d->phraselists.v[i]);
  jw_end(w);
}

static void write_regex_features(jw *w, const luis_draft *d, size_t begin, size_t end) {
  jw_arr(w);
  for (size_t i = begin; i < end; i++) write_regex_feature(w, &d->regex_features.v[i]);
  jw_end(w);
}

static err_code list_phraselists(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  size_t begin, end;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_slice(rq, d->phraselists.n, &begin, &end, e));
  jw w;
  jw_init(&w, &rs->body);
  write_phraselists(&w, d, begin, end);
  return ERR_OK;
}

static err_code get_phraselist(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  int64_t id;
  TRY(luis_number_param(rq, 2, &id, e));
  TRY(luis_draft_of(rq, &d, e));
  for (size_t i = 0; i < d->phraselists.n; i++) {
    if (d->phraselists.v[i].id != id) continue;
    jw w;
    jw_init(&w, &rs->body);
    write_phraselist(&w, &d->phraselists.v[i]);
    return ERR_OK;
  }
  return err_set(e, ERR_NOT_FOUND, "Cannot find a phrase list with the specified ID.");
}

static err_code list_regex_features(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  size_t begin, end;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_slice(rq, d->regex_features.n, &begin, &end, e));
  jw w;
  jw_init(&w, &rs->body);
  write_regex_features(&w, d, begin, end);
  return ERR_OK;
}

/* The page counts in each of the two lists. */
static err_code list_features(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  size_t begin, end, regex_begin, regex_end;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_slice(rq, d->phraselists.n, &begin, &end, e));
  TRY(luis_slice(rq, d->regex_features.n, &regex_begin, &regex_end, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_key(&w, "phraselistFeatures");
  write_phraselists(&w, d, begin, end);
  jw_key(&w, "patternFeatures");
  write_regex_features(&w, d, regex_begin, regex_end);
  jw_end(&w);
  return ERR_OK;
}

/* ---- features of models -------------------------------------------------------------------------- */

static err_code read_feature(const jnode *n, luis_feature *out, err *e) {
  str model = STR_NONE, list = STR_NONE;
  TRY(jn_want_obj(n, e));
  TRY(jn_opt_str(n, "modelName", &model, NULL, e));
  TRY(jn_opt_str(n, "featureName", &list, NULL, e));
  TRY(jn_opt_bool(n, "isRequired", &out->is_required, NULL, e));
  if ((model.p != NULL) == (list.p != NULL)) return jn_fail(n, e, "needs one of modelName and featureName");
  out->is_phraselist = list.p != NULL;
  out->name = list.p ? list : model;
  return ERR_OK;
}

static err_code add_feature_edit(luis_draft *d, luis_op *op, err *e) {
  luis_feature f = {0};
  TRY(read_feature(&op->body, &f, e));
  return luis_feature_add(d, op->rq->params[2], f, e);
}
LUIS_EDIT(add_feature, LUIS_ANSWER_STATUS)

static err_code replace_features_edit(luis_draft *d, luis_op *op, err *e) {
  TRY(jn_want_arr(&op->body, e));
  size_t n = jn_len(&op->body);
  luis_feature *v = ARENA_ARRAY(op->rq->arena, luis_feature, n);
  for (size_t i = 0; i < n; i++) {
    jnode item = jn_at(&op->body, i);
    TRY(read_feature(&item, &v[i], e));
  }
  return luis_features_replace(d, op->rq->params[2], (luis_features){v, n}, e);
}
LUIS_EDIT(replace_features, LUIS_ANSWER_STATUS)

static err_code delete_feature_edit(luis_draft *d, luis_op *op, err *e) {
  luis_feature f = {0};
  TRY(read_feature(&op->body, &f, e));
  return luis_feature_delete(d, op->rq->params[2], f, e);
}
LUIS_EDIT(delete_feature, LUIS_ANSWER_STATUS)

static err_code get_features(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  const luis_features *f;
  TRY(luis_draft_of(rq, &d, e));
  TRY(luis_draft_features(d, rq->params[2], &f, e));
  jw w;
  jw_init(&w, &rs->body);
  luis_features_array(&w, *f);
  return ERR_OK;
}

/* ---- routes -------------------------------------------------------------------------------------- */

enum { PHRASES_BODY = 8 * 1024 * 1024 }; /* 50,000 phrases */

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING, 0
#define DROP  HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER, 0
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING, LUIS_SMALL_BODY
#define BIG   HTTP_CLASS_WRITE, HTTP_BLOCKING, PHRASES_BODY

#define DROP_SOME HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER, LUIS_SMALL_BODY

#define ROUTES(V)                                                                                                      \
  {                                                                                                                    \
    {"LF1", HTTP_POST, V "/phraselists", add_phraselist, BIG},                                                         \
        {"LF2", HTTP_GET, V "/phraselists", list_phraselists, READ},                                                   \
        {"LF3", HTTP_GET, V "/phraselists/{id}", get_phraselist, READ},                                                \
        {"LF4", HTTP_PUT, V "/phraselists/{id}", update_phraselist, BIG},                                              \
        {"LF5", HTTP_DELETE, V "/phraselists/{id}", delete_phraselist, DROP},                                          \
        {"LF6", HTTP_GET, V "/features", list_features, READ},                                                         \
        {"LF7", HTTP_GET, V "/patterns", list_regex_features, READ},                                                   \
        {"LF8", HTTP_POST, V "/intents/{id}/features", add_feature, WRITE},                                            \
        {"LF8", HTTP_POST, V "/entities/{id}/features", add_feature, WRITE},                                           \
        {"LF9", HTTP_GET, V "/intents/{id}/features", get_features, READ},                                             \
        {"LF9", HTTP_GET, V "/entities/{id}/features", get_features, READ},                                            \
        {"LF10", HTTP_PUT, V "/intents/{id}/features", replace_features, WRITE},                                       \
        {"LF10", HTTP_PUT, V "/entities/{id}/features", replace_features, WRITE},                                      \
        {"LF11", HTTP_DELETE, V "/intents/{id}/features", delete_feature, DROP_SOME},                                  \
        {"LF11", HTTP_DELETE, V "/entities/{id}/features", delete_feature, DROP_SOME},                                 \
  }

static const http_route v3[] = ROUTES(LUIS_V3 "/apps/{app}/versions/{v}");
static const http_route v2[] = ROUTES(LUIS_V2 "/apps/{app}/versions/{v}");
const http_family api_luis_features = LUIS_AUTHORING_FAMILY("luis-features", LUIS_V3, v3);
const http_family api_luis_features_v2 = LUIS_AUTHORING_FAMILY("luis-features-v2", LUIS_V2, v2);
