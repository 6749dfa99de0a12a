/* luis_prebuilts.c -- prebuilt entities, and models of prebuilt domains. Source: reference luis-authoring §5.
 *
 * No data of prebuilt domains is at hand: none can be added. Models that came from one with an import are listed,
 * and deleted, as such. */
#include "api/luis_editing.h"

/* ---- prebuilts ----------------------------------------------------------------------------------- */

/* Answers the entities that were made. */
static err_code add_prebuilts_edit(luis_draft *d, luis_op *op, err *e) {
  size_t had = d->entities[LUIS_PREBUILT].n;
  TRY(jn_want_arr(&op->body, e));
  for (size_t i = 0; i < jn_len(&op->body); i++) {
    jnode item = jn_at(&op->body, i);
    luis_entity en = {0};
    str id;
    TRY(jn_want_str(&item, &en.name, e));
    TRY(luis_entity_add(d, LUIS_PREBUILT, &en, &id, e));
  }
  jw w;
  jw_init(&w, &op->rs->body);
  jw_arr(&w);
  for (size_t i = had; i < d->entities[LUIS_PREBUILT].n; i++)
    luis_entity_object(&w, d, LUIS_PREBUILT, &d->entities[LUIS_PREBUILT].v[i], false);
  jw_end(&w);
  op->rs->status = 201;
  return ERR_OK;
}
LUIS_EDIT(add_prebuilts, LUIS_ANSWER_BODY)

static err_code list_available_prebuilts(const http_request *rq, http_response *rs, err *e) {
  luis_draft *d;
  const luis_prebuilt *v[LUIS_PREBUILTS];
  TRY(luis_draft_of(rq, &d, e));
  size_t n = luis_prebuilts_of(d->head.culture, v);
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) {
    jw_obj(&w);
    jw_kcstr(&w, "name", v[i]->name);
    jw_kcstr(&w, "description", v[i]->description);
    jw_kcstr(&w, "examples", v[i]->examples);
    jw_end(&w);
  }
  jw_end(&w);
  return ERR_OK;
}

/* ---- prebuilt domains ----------------------------------------------------------------------------- */

static err_code refuse_domain_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  (void)rq, (void)rs;
  str domain;
  TRY(jn_want_obj(body, e));
  TRY(jn_req_str(body, "domainName", &domain, e));
  return err_set(e, ERR_INVALID_ARGUMENT, "This server has no models of the prebuilt domain \"" STR_FMT "\".",
                 STR_ARG(domain));
}
LUIS_BODY(refuse_domain)

static err_code delete_domain_edit(luis_draft *d, luis_op *op, err *e) {
  return luis_domain_delete(d, op->rq->params[2], e);
}
LUIS_EDIT(delete_domain, LUIS_ANSWER_STATUS)

static err_code list_of_domains(const http_request *rq, http_response *rs, bool intents, bool entities, err *e) {
  luis_draft *d;
  TRY(luis_draft_of(rq, &d, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; intents && i < d->intents.n; i++)
    if (d->intents.v[i].v.inherits.domain_name.p) luis_intent_object(&w, &d->intents.v[i], luis_is_v2(rq));
  for (size_t i = 0; entities && i < d->entities[LUIS_ENTITY].n; i++)
    if (d->entities[LUIS_ENTITY].v[i].inherits.domain_name.p)
      luis_entity_object(&w, d, LUIS_ENTITY, &d->entities[LUIS_ENTITY].v[i], luis_is_v2(rq));
  jw_end(&w);
  return ERR_OK;
}

static err_code list_domain_intents(const http_request *rq, http_response *rs, err *e) {
  return list_of_domains(rq, rs, true, false, e);
}

static err_code list_domain_entities(const http_request *rq, http_response *rs, err *e) {
  return list_of_domains(rq, rs, false, true, e);
}

static err_code list_domain_models(const http_request *rq, http_response *rs, err *e) {
  return list_of_domains(rq, rs, true, true, e);
}

/* ---- routes -------------------------------------------------------------------------------------- */

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING, 0
#define DROP  HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER, 0
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING, LUIS_SMALL_BODY

#define ROUTES(V)                                                                                                      \
  {                                                                                                                    \
    {"LB1", HTTP_POST, V "/prebuilts", add_prebuilts, WRITE},                                                          \
        {"LB2", HTTP_GET, V "/listprebuilts", list_available_prebuilts, READ},                                         \
        {"LB3", HTTP_POST, V "/customprebuiltdomains", refuse_domain, WRITE},                                          \
        {"LB4", HTTP_DELETE, V "/customprebuiltdomains/{d}", delete_domain, DROP},                                     \
        {"LB5", HTTP_POST, V "/customprebuiltintents", refuse_domain, WRITE},                                          \
        {"LB6", HTTP_GET, V "/customprebuiltintents", list_domain_intents, READ},                                      \
        {"LB7", HTTP_POST, V "/customprebuiltentities", refuse_domain, WRITE},                                         \
        {"LB8", HTTP_GET, V "/customprebuiltentities", list_domain_entities, READ},                                    \
        {"LB9", HTTP_GET, V "/customprebuiltmodels", list_domain_models, READ},                                        \
  }

static const http_route v3[] = ROUTES(LUIS_V3 "/apps/{app}/versions/{v}");
static const http_route v2[] = ROUTES(LUIS_V2 "/apps/{app}/versions/{v}");
const http_family api_luis_prebuilts = LUIS_AUTHORING_FAMILY("luis-prebuilts", LUIS_V3, v3);
const http_family api_luis_prebuilts_v2 = LUIS_AUTHORING_FAMILY("luis-prebuilts-v2", LUIS_V2, v2);
