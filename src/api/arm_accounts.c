/* arm_accounts.c -- A1 to A7, A13 and A16: accounts, their keys, what of them is deleted. */
#include "api/arm_common.h"

static account_id id_of(const http_request *rq) {
  return (account_id){.subscription = rq->params[0], .group = rq->params[1], .name = rq->params[2]};
}

/* ".../locations/{l}/resourceGroups/{g}/deletedAccounts/{a}" */
static account_id deleted_id_of(const http_request *rq) {
  return (account_id){.subscription = rq->params[0], .group = rq->params[2], .name = rq->params[3]};
}

static void answer_account(const http_request *rq, http_response *rs, const account_view *v) {
  jw w;
  jw_init(&w, &rs->body);
  arm_write_account(&w, rq, v);
  http_add_header(rs, "ETag", arena_printf(rq->arena, "\"%llx\"", (unsigned long long)v->modified_us));
}

/* ---- accounts ----------------------------------------------------------------------------------- */

static err_code put_account(const http_request *rq, http_response *rs, err *e) {
  account_id id = id_of(rq);
  account_view v;
  account_fault why = NULL;
  jdoc *doc;
  jnode root;
  bool created = false;
  err_code rc = arm_body(rq, &doc, &root, e);
  if (rc) return rc;
  rc = account_put(api_service(rq), &id, &root, rq->arena, &v, &created, &why, e);
  if (!rc) answer_account(rq, rs, &v);
  if (!rc && created) rs->status = 201;
  jn_free(doc);
  return arm_result(rs, rc, why);
}

static err_code patch_account(const http_request *rq, http_response *rs, err *e) {
  account_id id = id_of(rq);
  account_view v;
  account_fault why = NULL;
  jdoc *doc;
  jnode root;
  err_code rc = arm_body(rq, &doc, &root, e);
  if (rc) return rc;
  rc = account_patch(api_service(rq), &id, &root, rq->arena, &v, &why, e);
  if (!rc) answer_account(rq, rs, &v);
  jn_free(doc);
  return arm_result(rs, rc, why);
}

static err_code get_account(const http_request *rq, http_response *rs, err *e) {
  account_id id = id_of(rq);
  account_view v;
  account_fault why = NULL;
  err_code rc = account_get(api_service(rq), &id, rq->arena, &v, &why, e);
  if (!rc) answer_account(rq, rs, &v);
  return arm_result(rs, rc, why);
}

static err_code delete_account(const http_request *rq, http_response *rs, err *e) {
  account_id id = id_of(rq);
  account_fault why = NULL;
  bool existed;
  err_code rc = account_delete(api_service(rq), &id, &existed, &why, e);
  if (!rc && !existed) rs->status = 204;
  return arm_result(rs, rc, why);
}

static err_code list(const http_request *rq, const account_id *id, bool deleted, http_response *rs, err *e) {
  account_view *v;
  account_fault why = NULL;
  size_t n;
  err_code rc = account_list(api_service(rq), id, deleted, rq->arena, &v, &n, &why, e);
  if (!rc) arm_write_accounts(rq, rs, v, n);
  return arm_result(rs, rc, why);
}

static err_code list_of_group(const http_request *rq, http_response *rs, err *e) {
  return list(rq, &(account_id){.subscription = rq->params[0], .group = rq->params[1]}, false, rs, e);
}
static err_code list_of_subscription(const http_request *rq, http_response *rs, err *e) {
  return list(rq, &(account_id){.subscription = rq->params[0]}, false, rs, e);
}
static err_code list_deleted(const http_request *rq, http_response *rs, err *e) {
  return list(rq, &(account_id){.subscription = rq->params[0]}, true, rs, e);
}
static err_code list_all(const http_request *rq, http_response *rs, err *e) {
  return list(rq, &(account_id){.name = STR_NONE}, false, rs, e);
}

/* ---- deleted ones -------------------------------------------------------------------------------- */

static err_code get_deleted(const http_request *rq, http_response *rs, err *e) {
  account_id id = deleted_id_of(rq);
  account_view v;
  account_fault why = NULL;
  err_code rc = account_get_deleted(api_service(rq), &id, rq->arena, &v, &why, e);
  if (!rc) answer_account(rq, rs, &v);
  return arm_result(rs, rc, why);
}

static err_code purge_deleted(const http_request *rq, http_response *rs, err *e) {
  account_id id = deleted_id_of(rq);
  account_fault why = NULL;
  err_code rc = account_purge(api_service(rq), &id, &why, e);
  return arm_result(rs, rc, why);
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static err_code answer_keys(const http_request *rq, int replace, http_response *rs, err *e) {
  account_id id = id_of(rq);
  resource_view v;
  account_fault why = NULL;
  err_code rc = account_keys(api_service(rq), &id, replace, rq->arena, &v, &why, e);
  if (rc) return arm_result(rs, rc, why);
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kcstr(&w, "key1", v.key1);
  jw_kcstr(&w, "key2", v.key2);
  jw_end(&w);
  return ERR_OK;
}

static err_code list_keys(const http_request *rq, http_response *rs, err *e) {
  return answer_keys(rq, 0, rs, e);
}

static err_code regenerate_key(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  str name;
  int which = 0;
  err_code rc = arm_body(rq, &doc, &root, e);
  if (rc) return rc;
  rc = jn_req_str(&root, "keyName", &name, e);
  if (!rc) which = str_eq_nocase(name, STR("Key1")) ? 1 : str_eq_nocase(name, STR("Key2")) ? 2 : 0;
  if (!rc && !which) rc = err_at(e, ERR_INVALID_ARGUMENT, "keyName", "keyName must be Key1 or Key2");
  jn_free(doc);
  return rc ? rc : answer_keys(rq, which, rs, e);
}

/* ---- resource groups ------------------------------------------------------------------------------ */

static void answer_group(const http_request *rq, http_response *rs, str location) {
  str subscription = rq->params[0], group = rq->params[1];
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kstr(&w, "id",
          arena_printf(rq->arena, "/subscriptions/" STR_FMT "/resourceGroups/" STR_FMT, STR_ARG(subscription),
                       STR_ARG(group)));
  jw_kstr(&w, "name", group);
  jw_kcstr(&w, "type", "Microsoft.Resources/resourceGroups");
  jw_kstr(&w, "location", location);
  jw_key(&w, "properties");
  jw_raw(&w, STR("{\"provisioningState\":\"Succeeded\"}"));
  jw_end(&w);
}

static err_code put_group(const http_request *rq, http_response *rs, err *e) {
  str subscription = rq->params[0], group = rq->params[1], location;
  account_fault why = NULL;
  jdoc *doc;
  jnode root;
  bool created = false;
  err_code rc = arm_body(rq, &doc, &root, e);
  if (rc) return rc;
  rc = jn_req_str(&root, "location", &location, e);
  if (!rc) rc = account_group_put(api_service(rq), subscription, group, location, rq->arena, &created, &why, e);
  if (!rc) answer_group(rq, rs, location);
  if (!rc && created) rs->status = 201;
  jn_free(doc);
  return arm_result(rs, rc, why);
}

#define ADMIN    (HTTP_ADMIN | HTTP_BLOCKING)
#define ACCOUNTS ARM_GROUP ARM_PROVIDER "/accounts"
#define DELETED  ARM_SUBSCRIPTION ARM_PROVIDER "/locations/{l}/resourceGroups/{g}/deletedAccounts/{a}"
static const http_route routes[] = {
    {"A1", HTTP_PUT, ACCOUNTS "/{a}", put_account, HTTP_CLASS_WRITE, ADMIN, ARM_BODY},
    {"A2", HTTP_PATCH, ACCOUNTS "/{a}", patch_account, HTTP_CLASS_WRITE, ADMIN, ARM_BODY},
    {"A3", HTTP_GET, ACCOUNTS "/{a}", get_account, HTTP_CLASS_READ, ADMIN, 0},
    {"A4", HTTP_DELETE, ACCOUNTS "/{a}", delete_account, HTTP_CLASS_WRITE, ADMIN, 0},
    {"A5", HTTP_GET, ACCOUNTS, list_of_group, HTTP_CLASS_READ, ADMIN, 0},
    {"A5", HTTP_GET, ARM_SUBSCRIPTION ARM_PROVIDER "/accounts", list_of_subscription, HTTP_CLASS_READ, ADMIN, 0},
    {"A6", HTTP_POST, ACCOUNTS "/{a}/listKeys", list_keys, HTTP_CLASS_READ, ADMIN, 0},
    {"A7", HTTP_POST, ACCOUNTS "/{a}/regenerateKey", regenerate_key, HTTP_CLASS_WRITE, ADMIN, ARM_BODY},
    {"A13", HTTP_GET, ARM_SUBSCRIPTION ARM_PROVIDER "/deletedAccounts", list_deleted, HTTP_CLASS_READ, ADMIN, 0},
    {"A13", HTTP_GET, DELETED, get_deleted, HTTP_CLASS_READ, ADMIN, 0},
    {"A13", HTTP_DELETE, DELETED, purge_deleted, HTTP_CLASS_WRITE, ADMIN, 0},
    {"A16", HTTP_PUT, ARM_GROUP, put_group, HTTP_CLASS_WRITE, ADMIN, ARM_BODY},
};
#undef DELETED
#undef ACCOUNTS

const http_family api_arm_accounts = ARM_FAMILY("arm-accounts", "/subscriptions", routes);

/* Not of the original, which has no list over subscriptions. */
static const http_route all_routes[] = {
    {"resources", HTTP_GET, "/dragoman/resources", list_all, HTTP_CLASS_READ, ADMIN, 0},
};
#undef ADMIN

const http_family api_own_resources = {.name = "dragoman-resources",
                                       .prefix = "/dragoman/resources",
                                       .routes = all_routes,
                                       .route_count = ARRAY_LEN(all_routes),
                                       .write_error = arm_write_error,
                                       .headers = arm_headers,
                                       .header_count = ARM_HEADERS,
                                       .request_id_headers = arm_id_headers};
