/* arm_catalog.c -- A8 to A12 and A14: what accounts may be, what they use, which names are free. */
#include "api/arm_common.h"
#include "service/account_rules.h"

static void begin_list(jw *w, http_response *rs) {
  jw_init(w, &rs->body);
  jw_obj(w);
  jw_key(w, "value");
  jw_arr(w);
}

static void end_list(jw *w) {
  jw_end(w);
  jw_end(w);
}

static err_code read_account(const http_request *rq, http_response *rs, account_view *v, err *e) {
  account_id id = {.subscription = rq->params[0], .group = rq->params[1], .name = rq->params[2]};
  account_fault why = NULL;
  err_code rc = account_get(api_service(rq), &id, rq->arena, v, &why, e);
  return arm_result(rs, rc, why);
}

/* ---- of one account ------------------------------------------------------------------------------- */

static err_code list_account_skus(const http_request *rq, http_response *rs, err *e) {
  account_view v;
  err_code rc = read_account(rq, rs, &v, e);
  if (rc) return rc;
  const account_kind *k = account_kind_find(v.kind);
  jw w;
  begin_list(&w, rs);
  for (const char *const *sku = k ? k->skus : NULL; sku && *sku; sku++) {
    jw_obj(&w);
    jw_kcstr(&w, "resourceType", ARM_NAMESPACE "/accounts");
    jw_key(&w, "sku");
    jw_obj(&w);
    jw_kcstr(&w, "name", *sku);
    jw_kcstr(&w, "tier", account_sku_tier(*sku));
    jw_end(&w);
    jw_end(&w);
  }
  end_list(&w);
  return ERR_OK;
}

/* Calls have no quota here; projects do. */
static err_code list_account_usages(const http_request *rq, http_response *rs, err *e) {
  account_view v;
  size_t n = 0, limit = 0;
  err_code rc = read_account(rq, rs, &v, e);
  if (!rc) rc = account_projects(api_service(rq), v.name, &n, &limit, e);
  if (rc) return rc;
  jw w;
  begin_list(&w, rs);
  jw_obj(&w);
  jw_key(&w, "name");
  jw_obj(&w);
  jw_kstr(&w, "value", arena_printf(rq->arena, STR_FMT ".Projects", STR_ARG(v.kind)));
  jw_kcstr(&w, "localizedValue", "Projects");
  jw_end(&w);
  jw_kcstr(&w, "status", n < limit ? "Included" : "Blocked");
  jw_kint(&w, "currentValue", (int64_t)n);
  jw_kint(&w, "limit", (int64_t)limit);
  jw_kcstr(&w, "unit", "Count");
  jw_end(&w);
  end_list(&w);
  return ERR_OK;
}

/* The models that could be deployed through this API: there are none, projects train their own. */
static err_code list_account_models(const http_request *rq, http_response *rs, err *e) {
  account_view v;
  err_code rc = read_account(rq, rs, &v, e);
  if (rc) return rc;
  jw w;
  begin_list(&w, rs);
  end_list(&w);
  return ERR_OK;
}

/* ---- of the server -------------------------------------------------------------------------------- */

static void write_sku(jw *w, const account_kind *k, const char *sku) {
  jw_obj(w);
  jw_kcstr(w, "resourceType", "accounts");
  jw_kcstr(w, "name", sku);
  jw_kcstr(w, "tier", account_sku_tier(sku));
  jw_kcstr(w, "kind", k->name);
  jw_key(w, "locations");
  jw_arr(w);
  for (size_t i = 0; region_at(i); i++) jw_cstr(w, region_at(i));
  jw_end(w);
  jw_key(w, "restrictions");
  jw_raw(w, STR("[]"));
  jw_end(w);
}

static err_code list_skus(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)e;
  size_t n;
  const account_kind *k = account_kinds(&n);
  jw w;
  begin_list(&w, rs);
  for (size_t i = 0; i < n; i++)
    for (const char *const *sku = k[i].skus; *sku; sku++) write_sku(&w, &k[i], *sku);
  end_list(&w);
  return ERR_OK;
}

static void write_availability(jw *w, str kind, str sku) {
  const account_kind *k = account_kind_find(kind);
  bool available = kind.n && k && account_sku_find(k, sku);
  jw_obj(w);
  jw_kstr(w, "kind", kind);
  jw_kcstr(w, "type", ARM_NAMESPACE "/accounts");
  jw_kstr(w, "skuName", sku);
  jw_kbool(w, "skuAvailable", available);
  if (!available) jw_kcstr(w, "reason", "NotAvailableForSubscription");
  if (!available) jw_kcstr(w, "message", "This server does not offer the SKU for that kind.");
  jw_end(w);
}

static err_code check_skus(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root, skus;
  str kind;
  err_code rc = arm_body(rq, &doc, &root, e);
  if (rc) return rc;
  rc = jn_req_str(&root, "kind", &kind, e);
  if (!rc) rc = jn_req_arr(&root, "skus", &skus, e);
  jw w;
  if (!rc) begin_list(&w, rs);
  for (size_t i = 0; !rc && i < jn_len(&skus); i++) {
    jnode item = jn_at(&skus, i);
    str sku;
    rc = jn_want_str(&item, &sku, e);
    if (!rc) write_availability(&w, kind, sku);
  }
  if (!rc) end_list(&w);
  jn_free(doc);
  return rc;
}

static err_code check_domain(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  str domain;
  bool is_free = false;
  err_code rc = arm_body(rq, &doc, &root, e);
  if (rc) return rc;
  rc = jn_req_str(&root, "subdomainName", &domain, e);
  if (!rc) rc = account_domain_is_free(api_service(rq), domain, &is_free, e);
  if (!rc) {
    jw w;
    jw_init(&w, &rs->body);
    jw_obj(&w);
    jw_kbool(&w, "isSubdomainAvailable", is_free);
    jw_kstr(&w, "subdomainName", domain);
    jw_kcstr(&w, "type", ARM_NAMESPACE "/accounts");
    if (!is_free) jw_kcstr(&w, "reason", "The sub-domain is taken, or no host label of 2 to 64 characters.");
    jw_end(&w);
  }
  jn_free(doc);
  return rc;
}

/* ---- operations of the provider -------------------------------------------------------------------- */

static err_code list_operations(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)e;
  static const struct {
    const char *name, *operation, *description;
  } operations[] = {
      {"accounts/read", "Read API Account", "Reads API accounts."},
      {"accounts/write", "Write API Account", "Writes API accounts."},
      {"accounts/delete", "Delete API Account", "Deletes API accounts."},
      {"accounts/listKeys/action", "List Keys", "Lists keys."},
      {"accounts/regenerateKey/action", "Regenerate Key", "Regenerates a key."},
      {"accounts/skus/read", "List SKUs", "Reads the available SKUs of an account."},
      {"accounts/usages/read", "Get Account Usages", "Gets the usage of an account."},
      {"deletedAccounts/read", "List Deleted Accounts", "Lists deleted accounts."},
      {"locations/resourceGroups/deletedAccounts/delete", "Purge Account", "Purges a deleted account."},
  };
  jw w;
  begin_list(&w, rs);
  for (size_t i = 0; i < ARRAY_LEN(operations); i++) {
    jw_obj(&w);
    jw_kstr(&w, "name", arena_printf(rq->arena, ARM_NAMESPACE "/%s", operations[i].name));
    jw_kbool(&w, "isDataAction", false);
    jw_key(&w, "display");
    jw_obj(&w);
    jw_kcstr(&w, "provider", "Microsoft Cognitive Services");
    jw_kcstr(&w, "resource", "Accounts");
    jw_kcstr(&w, "operation", operations[i].operation);
    jw_kcstr(&w, "description", operations[i].description);
    jw_end(&w);
    jw_kcstr(&w, "origin", "user,system");
    jw_end(&w);
  }
  end_list(&w);
  return ERR_OK;
}

#define ADMIN    (HTTP_ADMIN | HTTP_BLOCKING)
#define ACCOUNT  ARM_GROUP ARM_PROVIDER "/accounts/{a}"
#define PROVIDER ARM_SUBSCRIPTION ARM_PROVIDER
static const http_route routes[] = {
    {"A8", HTTP_GET, ACCOUNT "/skus", list_account_skus, HTTP_CLASS_READ, ADMIN, 0},
    {"A9", HTTP_GET, ACCOUNT "/usages", list_account_usages, HTTP_CLASS_READ, ADMIN, 0},
    {"models", HTTP_GET, ACCOUNT "/models", list_account_models, HTTP_CLASS_READ, ADMIN, 0},
    {"A10", HTTP_POST, PROVIDER "/locations/{l}/checkSkuAvailability", check_skus, HTTP_CLASS_READ, ADMIN, ARM_BODY},
    {"A11", HTTP_POST, PROVIDER "/checkDomainAvailability", check_domain, HTTP_CLASS_READ, ADMIN, ARM_BODY},
    {"A12", HTTP_GET, PROVIDER "/skus", list_skus, HTTP_CLASS_READ, ADMIN, 0},
};
const http_family api_arm_catalog = ARM_FAMILY("arm-catalog", "/subscriptions", routes);

static const http_route provider_routes[] = {
    {"A14", HTTP_GET, ARM_PROVIDER "/operations", list_operations, HTTP_CLASS_READ, ADMIN, 0},
};
const http_family api_arm_provider = ARM_FAMILY("arm-provider", "/providers", provider_routes);
#undef PROVIDER
#undef ACCOUNT
#undef ADMIN
