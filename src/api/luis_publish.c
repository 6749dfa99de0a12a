/* luis_publish.c -- publishing LUIS apps, their settings, endpoints, packages and accounts. Source: reference
 * luis-authoring §3 (packages), §10, §11. */
#include "service/luis_slots.h"

#include "api/luis_app_json.h"
#include "api/luis_common.h"

/* ---- publish ----------------------------------------------------------------------------------- */

static err_code read_publish(const jnode *root, luis_publish_request *out, err *e) {
  *out = (luis_publish_request){0};
  err_code rc = jn_want_obj(root, e);
  if (!rc) rc = jn_req_str(root, "versionId", &out->version_id, e);
  if (!rc) rc = jn_opt_bool(root, "isStaging", &out->is_staging, NULL, e);
  return rc ? rc : jn_opt_bool(root, "directVersionPublish", &out->is_direct, NULL, e);
}

static err_code publish_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  luis_publish_request r;
  luis_endpoint p;
  luis_names failed;
  TRY(read_publish(body, &r, e));
  TRY(luis_publish(api_service(rq), rq->resource.name, rq->params[0], &r, rq->arena, &p, &failed, e));
  rs->status = failed.n ? 207 : 201;
  jw w;
  jw_init(&w, &rs->body);
  luis_endpoint_write(&w, rq, rq->params[0], &p, failed);
  return ERR_OK;
}
LUIS_BODY(publish)

static err_code get_endpoints(const http_request *rq, http_response *rs, err *e) {
  luis_names regions;
  err_code rc = luis_regions(api_service(rq), rq->resource.name, rq->params[0], rq->arena, &regions, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  for (size_t i = 0; i < regions.n; i++) {
    jw_key_str(&w, regions.v[i]);
    jw_str(&w, luis_app_url(rq, rq->params[0]));
  }
  jw_end(&w);
  return ERR_OK;
}

/* ---- settings ---------------------------------------------------------------------------------- */

static err_code get_publish_settings(const http_request *rq, http_response *rs, err *e) {
  luis_app_view v;
  TRY(luis_app_of(rq, &v, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kstr(&w, "id", v.id);
  jw_kbool(&w, "sentimentAnalysis", v.settings.sentiment_analysis);
  jw_kbool(&w, "speech", v.settings.speech);
  jw_kbool(&w, "spellChecker", v.settings.spell_checker);
  jw_end(&w);
  return ERR_OK;
}

static err_code put_publish_settings_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  bool sentiment, speech, spelling, has_sentiment, has_speech, has_spelling;
  TRY(jn_want_obj(body, e));
  TRY(jn_opt_bool(body, "sentimentAnalysis", &sentiment, &has_sentiment, e));
  TRY(jn_opt_bool(body, "speech", &speech, &has_speech, e));
  TRY(jn_opt_bool(body, "spellChecker", &spelling, &has_spelling, e));
  TRY(luis_apps_set_publishing(api_service(rq), rq->resource.name, rq->params[0], has_sentiment ? &sentiment : NULL,
                               has_speech ? &speech : NULL, has_spelling ? &spelling : NULL, e));
  luis_answer_status(rs, 200);
  return ERR_OK;
}
LUIS_BODY(put_publish_settings)

static err_code get_settings(const http_request *rq, http_response *rs, err *e) {
  luis_app_view v;
  TRY(luis_app_of(rq, &v, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kstr(&w, "id", v.id);
  jw_kbool(&w, "public", v.settings.is_public);
  jw_end(&w);
  return ERR_OK;
}

static err_code put_settings_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  bool is_public = false, given = false;
  TRY(jn_want_obj(body, e));
  TRY(jn_opt_bool(body, "public", &is_public, &given, e));
  if (!given) return err_at(e, ERR_INVALID_ARGUMENT, "public", "The member \"public\" is required.");
  TRY(luis_apps_set_public(api_service(rq), rq->resource.name, rq->params[0], is_public, e));
  luis_answer_status(rs, 200);
  return ERR_OK;
}
LUIS_BODY(put_settings)

/* ---- packages ---------------------------------------------------------------------------------- */

static err_code get_slot_package(const http_request *rq, http_response *rs, err *e) {
  str slot = rq->params[1];
  bool staging = str_eq_nocase(slot, STR(LUIS_STAGING));
  if (!staging && !str_eq_nocase(slot, STR(LUIS_PRODUCTION)))
    return err_set(e, ERR_INVALID_ARGUMENT, "The slot must be production or staging.");
  rs->content_type = "application/octet-stream";
  return luis_package_of_deployment(api_service(rq), rq->resource.name, rq->params[0],
                                    staging ? STR(LUIS_STAGING) : STR(LUIS_PRODUCTION), rq->arena, &rs->body, e);
}

static err_code get_version_package(const http_request *rq, http_response *rs, err *e) {
  rs->content_type = "application/octet-stream";
  return luis_package_of_version(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &rs->body,
                                 e);
}

/* ---- accounts ---------------------------------------------------------------------------------- */

static void write_accounts(http_response *rs, const luis_account *v, size_t n) {
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) {
    jw_obj(&w);
    jw_kstr(&w, "azureSubscriptionId", v[i].subscription);
    jw_kstr(&w, "resourceGroup", v[i].group);
    jw_kstr(&w, "accountName", v[i].name);
    jw_end(&w);
  }
  jw_end(&w);
}

static err_code list_accounts(const http_request *rq, http_response *rs, err *e) {
  luis_account *v;
  size_t n;
  err_code rc = luis_accounts_list(api_service(rq), rq->resource.name, rq->arena, &v, &n, e);
  if (!rc) write_accounts(rs, v, n);
  return rc;
}

static err_code list_assigned(const http_request *rq, http_response *rs, err *e) {
  luis_account *v;
  size_t n;
  err_code rc = luis_accounts_assigned(api_service(rq), rq->resource.name, rq->params[0], rq->arena, &v, &n, e);
  if (!rc) write_accounts(rs, v, n);
  return rc;
}

/* The documents of the original write the names of the members in both letter cases. */
static err_code text_of(const jnode *root, const char *key, str *out, err *e) {
  void *iter = NULL;
  jnode member;
  while (jn_next(root, &iter, &member))
    if (str_eq_nocase(str_of(member.key), str_of(key))) return jn_want_str(&member, out, e);
  return err_at(e, ERR_INVALID_ARGUMENT, key, "The member \"%s\" is required.", key);
}

static err_code read_account(const jnode *root, luis_account *out, err *e) {
  err_code rc = jn_want_obj(root, e);
  if (!rc) rc = text_of(root, "azureSubscriptionId", &out->subscription, e);
  if (!rc) rc = text_of(root, "resourceGroup", &out->group, e);
  return rc ? rc : text_of(root, "accountName", &out->name, e);
}

static err_code assign_account_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  luis_account account;
  TRY(read_account(body, &account, e));
  TRY(luis_account_assign(api_service(rq), rq->resource.name, rq->params[0], &account, e));
  luis_answer_status(rs, 201);
  return ERR_OK;
}
LUIS_BODY(assign_account)

static err_code unassign_account_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  luis_account account;
  TRY(read_account(body, &account, e));
  TRY(luis_account_unassign(api_service(rq), rq->resource.name, rq->params[0], &account, e));
  luis_answer_status(rs, 200);
  return ERR_OK;
}
LUIS_BODY(unassign_account)

/* ---- routes ------------------------------------------------------------------------------------ */

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING
#define OWNER HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_OWNER
#define ROUTES(B)                                                                                                      \
  {                                                                                                                    \
    {"LP1", HTTP_POST, B "/apps/{app}/publish", publish, OWNER, LUIS_SMALL_BODY},                                      \
        {"LP2", HTTP_GET, B "/apps/{app}/endpoints", get_endpoints, READ, 0},                                          \
        {"LP3", HTTP_GET, B "/apps/{app}/publishsettings", get_publish_settings, READ, 0},                             \
        {"LP4", HTTP_PUT, B "/apps/{app}/publishsettings", put_publish_settings, WRITE, LUIS_SMALL_BODY},              \
        {"LP5", HTTP_GET, B "/apps/{app}/settings", get_settings, READ, 0},                                            \
        {"LP6", HTTP_PUT, B "/apps/{app}/settings", put_settings, OWNER, LUIS_SMALL_BODY},                             \
        {"LP7", HTTP_GET, B "/package/{app}/slot/{slot}/gzip", get_slot_package, READ, 0},                             \
        {"LP8", HTTP_GET, B "/package/{app}/versions/{v}/gzip", get_version_package, READ, 0},                         \
        {"LC1", HTTP_POST, B "/apps/{app}/azureaccounts", assign_account, OWNER, LUIS_SMALL_BODY},                     \
        {"LC2", HTTP_GET, B "/apps/{app}/azureaccounts", list_assigned, READ, 0},                                      \
        {"LC3", HTTP_DELETE, B "/apps/{app}/azureaccounts", unassign_account, WRITE, LUIS_SMALL_BODY},                 \
        {"LC4", HTTP_GET, B "/azureaccounts", list_accounts, READ, 0},                                                 \
  }

static const http_route routes_v3[] = ROUTES(LUIS_V3);
static const http_route routes_v2[] = ROUTES(LUIS_V2);
const http_family api_luis_publish = LUIS_AUTHORING_FAMILY("luis-publish", LUIS_V3, routes_v3);
const http_family api_luis_publish_v2 = LUIS_AUTHORING_FAMILY("luis-publish-v2", LUIS_V2, routes_v2);
