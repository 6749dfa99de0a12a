#include "service/accounts.h"

#include "base/json_out.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "project/limits.h"
#include "service/account_document.h"
#include "service/account_rules.h"
#include "service/assigned.h"
#include "service/service_int.h"
#include "service/serving.h"

#define PROVIDER "/providers/Microsoft.CognitiveServices/accounts/"
enum { GROUP_MAX = 90 };

/* Every row of the store, read once for a call. */
typedef struct accounts {
  store_tx *tx;
  store_resource *rows;
  size_t n;
} accounts;

static err_code fail(account_fault *why, const char *word, err_code code, err *e) {
  *why = word;
  e->code = code;
  return code;
}

/* ---- finding ------------------------------------------------------------------------------------ */

static str group_id(str subscription, str group, arena *a) {
  return arena_printf(a, "/subscriptions/" STR_FMT "/resourceGroups/" STR_FMT, STR_ARG(subscription), STR_ARG(group));
}

static str id_text(const account_id *id, arena *a) {
  str group = group_id(id->subscription, id->group, a);
  return arena_printf(a, STR_FMT PROVIDER STR_FMT, STR_ARG(group), STR_ARG(id->name));
}

static bool starts_nocase(str s, str prefix) {
  return s.n >= prefix.n && str_eq_nocase(str_make(s.p, prefix.n), prefix);
}

static err_code read_all(accounts *all, arena *a, err *e) {
  return store_resource_all(all->tx, a, &all->rows, &all->n, e);
}

static store_resource *by_id(const accounts *all, str id) {
  for (size_t i = 0; i < all->n; i++)
    if (!all->rows[i].purged && str_eq_nocase(all->rows[i].azure_resource_id, id)) return &all->rows[i];
  return NULL;
}

static store_resource *by_name(const accounts *all, str name) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq_nocase(all->rows[i].name, name)) return &all->rows[i];
  return NULL;
}

static str lower(str s, arena *a) {
  char *p = arena_copy(a, s.p, s.n);
  for (size_t i = 0; i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] - 'A' + 'a');
  return str_make(p, s.n);
}

/* A group is there when it was made, or when something is or was in it. */
static err_code want_group(const accounts *all, const account_id *id, arena *a, account_fault *why, err *e) {
  str group = group_id(id->subscription, id->group, a), inside = arena_printf(a, STR_FMT "/", STR_ARG(group));
  for (size_t i = 0; i < all->n; i++)
    if (starts_nocase(all->rows[i].azure_resource_id, inside)) return ERR_OK;
  bool exists;
  err_code rc = store_group_exists(all->tx, lower(group, a), &exists, e);
  if (rc != ERR_OK || exists) return rc;
  err_set(e, ERR_NOT_FOUND, "Resource group '" STR_FMT "' could not be found.", STR_ARG(id->group));
  return fail(why, "ResourceGroupNotFound", ERR_NOT_FOUND, e);
}

/* The account of that id, in that state. */
static err_code want_account(const accounts *all, const account_id *id, bool deleted, arena *a, store_resource **out,
                             account_fault *why, err *e) {
  *out = by_id(all, id_text(id, a));
  if (*out && ((*out)->deleted_us != 0) == deleted) return ERR_OK;
  err_code rc = want_group(all, id, a, why, e);
  if (rc != ERR_OK) return rc;
  err_set(e, ERR_NOT_FOUND,
          "The Resource 'Microsoft.CognitiveServices/%s/" STR_FMT "' under resource group '" STR_FMT "' was not found.",
          deleted ? "deletedAccounts" : "accounts", STR_ARG(id->name), STR_ARG(id->group));
  return fail(why, "ResourceNotFound", ERR_NOT_FOUND, e);
}

/* Ends a write transaction: rc of what was done in it. What is committed holds here at once, and on every node that
 * predicts when this returns. */
static err_code end(service *s, store_tx *tx, err_code rc, err *e) {
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  rc = store_commit(tx, e);
  return rc == ERR_OK ? serving__publish(s, e) : rc;
}

/* ---- putting ------------------------------------------------------------------------------------- */

static err_code check_group(str subscription, str group, account_fault *why, err *e) {
  if (group.n <= GROUP_MAX && subscription.n <= GROUP_MAX) return ERR_OK;
  err_set(e, ERR_INVALID_ARGUMENT, "The names of a subscription and a resource group have at most %d bytes.",
          GROUP_MAX);
  return fail(why, "InvalidResourceName", ERR_INVALID_ARGUMENT, e);
}

static err_code check_id(const account_id *id, account_fault *why, err *e) {
  if (account_name_ok(id->name)) return check_group(id->subscription, id->group, why, e);
  err_set(e, ERR_INVALID_ARGUMENT,
          "The account name must begin with a letter or digit and have 2 to 64 letters, digits, '_', '.' or '-'.");
  return fail(why, "InvalidResourceName", ERR_INVALID_ARGUMENT, e);
}

/* Regions of the original, and those that this server has or serves. */
static bool region_offered(const service *s, const accounts *all, str region) {
  if (region_is_known(region) || str_eq(region, str_of(s->config.region)) ||
      (*s->config.serve_region && str_eq(region, str_of(s->config.serve_region))))
    return true;
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->rows[i].region, region)) return true;
  return false;
}

static err_code take_location(const service *s, const accounts *all, const account_wish *w, bool is_new, arena *a,
                              store_resource *r, account_fault *why, err *e) {
  char region[REGION_MAX + 1];
  if (!w->location.n) {
    if (!is_new) return ERR_OK;
    err_at(e, ERR_INVALID_ARGUMENT, "location", "The location property is required for this definition.");
    return fail(why, "LocationRequired", ERR_INVALID_ARGUMENT, e);
  }
  if (!region_parse(w->location, region) || !region_offered(s, all, str_of(region))) {
    err_at(e, ERR_INVALID_ARGUMENT, "location",
           "The provided location '" STR_FMT "' is not available for resource type "
           "'Microsoft.CognitiveServices/accounts'. The regions of this server are eastus, westus2, westeurope and the "
           "others of the Language service.",
           STR_ARG(w->location));
    return fail(why, "LocationNotAvailableForResourceType", ERR_INVALID_ARGUMENT, e);
  }
  if (!is_new && !str_eq(r->region, str_of(region))) {
    err_at(e, ERR_CONFLICT, "location", "The resource is in location '" STR_FMT "'; it cannot move.",
           STR_ARG(r->region));
    return fail(why, "InvalidResourceLocation", ERR_CONFLICT, e);
  }
  r->region = arena_str(a, str_of(region));
  return ERR_OK;
}

static err_code take_kind(const account_wish *w, bool is_new, store_resource *r, account_fault *why, err *e) {
  if (!w->kind.n) {
    if (!is_new) return ERR_OK;
    err_at(e, ERR_INVALID_ARGUMENT, "kind", "The kind of the account is required.");
    return fail(why, "InvalidApiSetId", ERR_INVALID_ARGUMENT, e);
  }
  const account_kind *k = account_kind_find(w->kind);
  if (!k) {
    err_at(e, ERR_INVALID_ARGUMENT, "kind", "The account type '" STR_FMT "' is either invalid or unavailable.",
           STR_ARG(w->kind));
    return fail(why, "InvalidApiSetId", ERR_INVALID_ARGUMENT, e);
  }
  if (!is_new && account_kind_find(r->kind) != k) {
    err_at(e, ERR_CONFLICT, "kind", "The kind of an account cannot be changed.");
    return fail(why, "InvalidApiSetId", ERR_CONFLICT, e);
  }
  r->kind = str_of(k->name);
  return ERR_OK;
}

static err_code check_sku(const account_wish *w, bool is_new, const store_resource *r, account_fault *why, err *e) {
  if (!w->sku_name.n && !is_new) return ERR_OK;
  const account_kind *k = account_kind_find(r->kind);
  if (w->sku_name.n && k && account_sku_find(k, w->sku_name)) return ERR_OK;
  err_at(e, ERR_INVALID_ARGUMENT, "sku.name", "The SKU '" STR_FMT "' is not offered for the account type '%s'.",
         STR_ARG(w->sku_name), k ? k->name : "");
  return fail(why, "InvalidSkuId", ERR_INVALID_ARGUMENT, e);
}

static bool domain_taken(const accounts *all, str domain, const store_resource *except) {
  for (size_t i = 0; i < all->n; i++) {
    const store_resource *r = &all->rows[i];
    if (!r->purged && !(except && str_eq(r->name, except->name)) && str_eq_nocase(r->custom_domain, domain))
      return true;
  }
  return false;
}

static err_code take_domain(const accounts *all, const account_wish *w, arena *a, store_resource *r, account_fault *why,
                            err *e) {
  if (!w->custom_domain.n) return ERR_OK;
  if (!account_domain_ok(w->custom_domain)) {
    err_at(e, ERR_INVALID_ARGUMENT, "properties.customSubDomainName",
           "A sub-domain has 2 to 64 letters, digits and '-'.");
    return fail(why, "InvalidRequestContent", ERR_INVALID_ARGUMENT, e);
  }
  if (domain_taken(all, w->custom_domain, r)) {
    err_at(e, ERR_CONFLICT, "properties.customSubDomainName", "The subdomain name '" STR_FMT "' is already used.",
           STR_ARG(w->custom_domain));
    return fail(why, "CustomDomainInUse", ERR_CONFLICT, e);
  }
  r->custom_domain = arena_str(a, w->custom_domain);
  return ERR_OK;
}

/* Checks the wish against the row and the others, and puts it into the row. patch: what is not said stays. */
static err_code apply(const service *s, const accounts *all, const account_wish *w, bool patch, bool is_new, arena *a,
                      store_resource *r, account_fault *why, err *e) {
  err_code rc = take_kind(w, is_new, r, why, e);
  if (rc == ERR_OK) rc = take_location(s, all, w, is_new, a, r, why, e);
  if (rc == ERR_OK) rc = check_sku(w, is_new, r, why, e);
  if (rc == ERR_OK) rc = take_domain(all, w, a, r, why, e);
  if (rc == ERR_OK) rc = account_document__write(r, w, patch, a, e);
  if (rc != ERR_OK) return rc;
  if (w->says_keys_off || !patch) r->keys_off = w->keys_off;
  r->modified_us = MAX_OF(time_now_us(), r->modified_us + 1);
  return store_resource_put(all->tx, r, e);
}

/* A namesake that was purged leaves its row, so that its keys are never made again. */
static err_code create(const service *s, const accounts *all, const account_id *id, const account_wish *w, arena *a,
                       store_resource *out, account_fault *why, err *e) {
  const store_resource *before = by_name(all, id->name);
  if (before && !before->purged) {
    err_set(e, ERR_CONFLICT, "The account name '" STR_FMT "' is taken by another account of this server.",
            STR_ARG(id->name));
    return fail(why, "Conflict", ERR_CONFLICT, e);
  }
  store_group group = {.id = lower(group_id(id->subscription, id->group, a), a),
                       .name = id->group,
                       .location = w->location,
                       .created_us = time_now_us()};
  *out = (store_resource){.name = before ? before->name : id->name,
                          .azure_resource_id = id_text(id, a),
                          .key1_generation = before ? before->key1_generation + 1 : 1,
                          .key2_generation = before ? before->key2_generation + 1 : 1,
                          .created_us = time_now_us()};
  bool exists;
  err_code rc = apply(s, all, w, false, true, a, out, why, e);
  if (rc == ERR_OK) rc = store_group_exists(all->tx, group.id, &exists, e);
  if (rc == ERR_OK && !exists) rc = store_group_put(all->tx, &group, e);
  return rc;
}

static err_code restore(const accounts *all, const account_wish *w, store_resource *r, account_fault *why, err *e) {
  if (!w->restore) {
    err_set(e, ERR_CONFLICT,
            "An existing resource with ID '" STR_FMT
            "' has been soft-deleted. To restore the resource, you must specify "
            "'restore' to be 'true' in the property. If you don't want to restore existing resource, please purge it "
            "first.",
            STR_ARG(r->azure_resource_id));
    return fail(why, "FlagMustBeSetForRestore", ERR_CONFLICT, e);
  }
  r->deleted_us = 0;
  r->modified_us = MAX_OF(time_now_us(), r->modified_us + 1);
  return store_resource_put(all->tx, r, e);
}

static err_code put(const service *s, const accounts *all, const account_id *id, const account_wish *w, arena *a,
                    store_resource *out, bool *created, account_fault *why, err *e) {
  store_resource *now = by_id(all, id_text(id, a));
  *created = !now || now->deleted_us;
  if (!now) return create(s, all, id, w, a, out, why, e);
  *out = *now;
  return now->deleted_us ? restore(all, w, out, why, e) : apply(s, all, w, false, false, a, out, why, e);
}

err_code account_put(service *s, const account_id *id, const jnode *body, arena *a, account_view *out, bool *created,
                     account_fault *why, err *e) {
  accounts all = {0};
  account_wish w;
  store_resource row;
  *why = NULL;
  err_code rc = check_id(id, why, e);
  if (rc == ERR_OK) rc = account_document__wish(body, &w, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &all.tx, e);
  if (rc != ERR_OK) return rc;
  rc = read_all(&all, a, e);
  if (rc == ERR_OK) rc = put(s, &all, id, &w, a, &row, created, why, e);
  rc = end(s, all.tx, rc, e);
  return rc == ERR_OK ? account_document__view(&row, a, out, e) : rc;
}

err_code account_patch(service *s, const account_id *id, const jnode *body, arena *a, account_view *out,
                       account_fault *why, err *e) {
  accounts all = {0};
  account_wish w;
  store_resource *row = NULL;
  *why = NULL;
  err_code rc = account_document__wish(body, &w, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &all.tx, e);
  if (rc != ERR_OK) return rc;
  rc = read_all(&all, a, e);
  if (rc == ERR_OK) rc = want_account(&all, id, false, a, &row, why, e);
  if (rc == ERR_OK) rc = apply(s, &all, &w, true, false, a, row, why, e);
  rc = end(s, all.tx, rc, e);
  return rc == ERR_OK ? account_document__view(row, a, out, e) : rc;
}

err_code account_group_put(service *s, str subscription, str group, str location, arena *a, bool *created,
                           account_fault *why, err *e) {
  store_tx *tx;
  bool exists = false;
  *why = NULL;
  err_code rc = check_group(subscription, group, why, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  store_group row = {.id = lower(group_id(subscription, group, a), a),
                     .name = group,
                     .location = location,
                     .created_us = time_now_us()};
  rc = store_group_exists(tx, row.id, &exists, e);
  if (rc == ERR_OK) rc = store_group_put(tx, &row, e);
  *created = !exists;
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

/* ---- reading ------------------------------------------------------------------------------------- */

static err_code begin_read(service *s, accounts *all, arena *a, account_fault *why, err *e) {
  *why = NULL;
  *all = (accounts){0};
  err_code rc = store_begin_read(s->st, &all->tx, e);
  return rc == ERR_OK ? read_all(all, a, e) : rc;
}

static err_code get(service *s, const account_id *id, bool deleted, arena *a, account_view *out, account_fault *why,
                    err *e) {
  accounts all;
  store_resource *row = NULL;
  err_code rc = begin_read(s, &all, a, why, e);
  if (rc == ERR_OK) rc = want_account(&all, id, deleted, a, &row, why, e);
  store_rollback(all.tx);
  return rc == ERR_OK ? account_document__view(row, a, out, e) : rc;
}

err_code account_get(service *s, const account_id *id, arena *a, account_view *out, account_fault *why, err *e) {
  return get(s, id, false, a, out, why, e);
}
err_code account_get_deleted(service *s, const account_id *id, arena *a, account_view *out, account_fault *why,
                             err *e) {
  return get(s, id, true, a, out, why, e);
}

err_code account_list(service *s, const account_id *id, bool deleted, arena *a, account_view **out, size_t *n,
                      account_fault *why, err *e) {
  accounts all;
  str prefix = STR("");
  if (id->subscription.n) prefix = arena_printf(a, "/subscriptions/" STR_FMT "/", STR_ARG(id->subscription));
  if (id->group.n) prefix = arena_printf(a, STR_FMT "/", STR_ARG(group_id(id->subscription, id->group, a)));
  err_code rc = begin_read(s, &all, a, why, e);
  if (rc == ERR_OK && id->group.n) rc = want_group(&all, id, a, why, e);
  store_rollback(all.tx);
  *out = ARENA_ARRAY(a, account_view, all.n);
  *n = 0;
  for (size_t i = 0; rc == ERR_OK && i < all.n; i++) {
    const store_resource *r = &all.rows[i];
    if (r->purged || (r->deleted_us != 0) != deleted || !starts_nocase(r->azure_resource_id, prefix)) continue;
    rc = account_document__view(r, a, &(*out)[(*n)++], e);
  }
  return rc;
}

err_code account_domain_is_free(service *s, str domain, bool *is_free, err *e) {
  arena a;
  accounts all;
  account_fault none;
  arena_init(&a, 0);
  err_code rc = begin_read(s, &all, &a, &none, e);
  *is_free = rc == ERR_OK && account_domain_ok(domain) && !domain_taken(&all, domain, NULL);
  store_rollback(all.tx);
  arena_fini(&a);
  return rc;
}

err_code account_projects(service *s, str resource, size_t *n, size_t *limit, err *e) {
  arena a;
  store_tx *tx;
  store_project *none;
  size_t zero;
  *limit = LIMIT_PROJECTS_PER_RESOURCE;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = store_project_list(tx, resource, 0, 0, &a, &none, &zero, n, e);
  store_rollback(tx);
  arena_fini(&a);
  return rc;
}

/* ---- deleting ------------------------------------------------------------------------------------ */

err_code account_delete(service *s, const account_id *id, bool *existed, account_fault *why, err *e) {
  arena a;
  accounts all = {0};
  store_resource *row;
  *why = NULL;
  *existed = false;
  err_code rc = store_begin_write(s->st, &all.tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = read_all(&all, &a, e);
  if (rc == ERR_OK) rc = want_group(&all, id, &a, why, e);
  row = rc == ERR_OK ? by_id(&all, id_text(id, &a)) : NULL;
  if (row && !row->deleted_us) {
    *existed = true;
    row->deleted_us = time_now_us();
    rc = store_resource_put(all.tx, row, e);
    rc = end(s, all.tx, rc, e);
  } else {
    store_rollback(all.tx);
  }
  arena_fini(&a);
  return rc;
}

/* Deployments of others are not on the resource any more, whoever has its id later. */
static err_code leave_deployments(store_tx *tx, str azure_resource_id, arena *a, err *e) {
  store_deployment *rows = NULL;
  size_t n = 0;
  err_code rc = store_deployment_all(tx, a, &rows, &n, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    assigned_set on;
    rc = assigned__parse(rows[i].assigned, a, &on, e);
    if (rc != ERR_OK || !assigned__has(&on, azure_resource_id)) continue;
    assigned__remove(&on, azure_resource_id);
    rows[i].assigned = assigned__text(&on, a);
    rc = store_deployment_put(tx, &rows[i], e);
  }
  return rc;
}

static err_code purge(store_tx *tx, const store_resource *r, arena *a, err *e) {
  err_code rc = leave_deployments(tx, r->azure_resource_id, a, e);
  return rc == ERR_OK ? store_resource_purge(tx, r->name, e) : rc;
}

err_code account_purge(service *s, const account_id *id, account_fault *why, err *e) {
  arena a;
  accounts all = {0};
  store_resource *row = NULL;
  *why = NULL;
  err_code rc = store_begin_write(s->st, &all.tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = read_all(&all, &a, e);
  if (rc == ERR_OK) rc = want_account(&all, id, true, &a, &row, why, e);
  if (rc == ERR_OK) rc = purge(all.tx, row, &a, e);
  rc = end(s, all.tx, rc, e);
  if (rc == ERR_OK) job_queue__renew(s); /* its jobs that run here end; other nodes hear of it */
  if (rc == ERR_OK) job__want_collect(s);
  arena_fini(&a);
  return rc;
}

static err_code purge_expired(store_tx *tx, int64_t before_us, size_t *gone, arena *a, err *e) {
  accounts all = {.tx = tx};
  err_code rc = read_all(&all, a, e);
  for (size_t i = 0; rc == ERR_OK && i < all.n; i++) {
    const store_resource *r = &all.rows[i];
    if (!r->deleted_us || r->purged || r->deleted_us > before_us) continue;
    rc = purge(tx, r, a, e);
    ++*gone;
  }
  return rc;
}

void accounts__expire(service *s) {
  arena a;
  store_tx *tx;
  err e = {0};
  size_t gone = 0;
  arena_init(&a, 0);
  err_code rc = store_begin_write(s->st, &tx, &e);
  if (rc == ERR_OK) {
    rc = purge_expired(tx, time_now_us() - ACCOUNT_KEPT_US, &gone, &a, &e);
    if (rc == ERR_OK && !gone)
      store_rollback(tx);
    else
      rc = end(s, tx, rc, &e);
  }
  if (rc != ERR_OK) log_error("deleted resources cannot be purged: %s", e.message);
  arena_fini(&a);
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static err_code replace_key(service *s, const account_id *id, int which, arena *a, account_fault *why, err *e) {
  accounts all = {0};
  store_resource *row = NULL;
  err_code rc = store_begin_write(s->st, &all.tx, e);
  if (rc != ERR_OK) return rc;
  rc = read_all(&all, a, e);
  if (rc == ERR_OK) rc = want_account(&all, id, false, a, &row, why, e);
  if (rc == ERR_OK) {
    int64_t *generation = which == 1 ? &row->key1_generation : &row->key2_generation;
    ++*generation;
    rc = store_resource_put(all.tx, row, e);
  }
  return end(s, all.tx, rc, e);
}

err_code account_keys(service *s, const account_id *id, int which, arena *a, resource_view *out, account_fault *why,
                      err *e) {
  account_view v;
  *why = NULL;
  err_code rc = which ? replace_key(s, id, which, a, why, e) : ERR_OK;
  if (rc == ERR_OK) rc = account_get(s, id, a, &v, why, e);
  return rc == ERR_OK ? resource_get(s, v.name, a, out, e) : rc;
}
