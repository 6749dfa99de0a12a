#include "service/jobs.h"
#include "service/luis_slots.h"

#include "service/luis_int.h"
#include "service/project_resources.h"
#include "service/service_int.h"

/* The accounts of the wire are resources by the parts of their Azure ids. */

/* The segment after `name` in "/subscriptions/…/resourceGroups/…/providers/…/accounts/…", in any letter case. */
static str segment_after(str id, str name) {
  while (id.n) {
    id = str_skip(id, 1);
    str segment = str_make(id.p, str_find_byte(id, '/'));
    id = str_skip(id, segment.n);
    if (!str_eq_nocase(segment, name) || !id.n) continue;
    id = str_skip(id, 1);
    return str_make(id.p, str_find_byte(id, '/'));
  }
  return STR("");
}

static luis_account account_of(str azure_resource_id) {
  return (luis_account){segment_after(azure_resource_id, STR("subscriptions")),
                        segment_after(azure_resource_id, STR("resourceGroups")),
                        segment_after(azure_resource_id, STR("accounts"))};
}

static bool is_account(str azure_resource_id, const luis_account *want) {
  luis_account have = account_of(azure_resource_id);
  return str_eq_nocase(have.name, want->name) && str_eq_nocase(have.group, want->group) &&
         str_eq_nocase(have.subscription, want->subscription);
}

static err_code no_account(const luis_account *account, const char *what, err *e) {
  return err_set(e, ERR_INVALID_ARGUMENT, "The account '" STR_FMT "' %s.", STR_ARG(account->name), what);
}

/* ---- reading ----------------------------------------------------------------------------------- */

err_code luis_accounts_assigned(service *s, str resource, str app_id, arena *a, luis_account **out, size_t *n, err *e) {
  store_tx *tx;
  luis_record app;
  store_assignment *rows = NULL;
  size_t total;
  *n = 0;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__app(tx, resource, app_id, a, &app, e);
  if (rc == ERR_OK) rc = store_assignment_list(tx, resource, app.row.name, 0, SIZE_MAX, a, &rows, n, &total, e);
  store_rollback(tx);
  *out = ARENA_ARRAY(a, luis_account, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) (*out)[i] = account_of(rows[i].azure_resource_id);
  return rc;
}

err_code luis_accounts_list(service *s, str resource, arena *a, luis_account **out, size_t *n, err *e) {
  resource_view own, *rows = NULL;
  size_t count = 0;
  *n = 0;
  err_code rc = resource_get(s, resource, a, &own, e);
  if (rc == ERR_OK) rc = resource_list(s, a, &rows, &count, e);
  if (rc != ERR_OK) return rc;
  str subscription = account_of(own.azure_resource_id).subscription;
  *out = ARENA_ARRAY(a, luis_account, count);
  for (size_t i = 0; i < count; i++) {
    luis_account account = account_of(rows[i].azure_resource_id);
    if (!str_eq(rows[i].name, own.name) && str_eq_nocase(account.subscription, subscription)) (*out)[(*n)++] = account;
  }
  return ERR_OK;
}

/* ---- changing ---------------------------------------------------------------------------------- */

static err_code find_resource(service *s, const luis_account *account, arena *a, resource_view *out, err *e) {
  resource_view *rows = NULL;
  size_t n = 0;
  err_code rc = resource_list(s, a, &rows, &n, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    if (!is_account(rows[i].azure_resource_id, account)) continue;
    *out = rows[i];
    return ERR_OK;
  }
  return rc == ERR_OK ? no_account(account, "does not exist here", e) : rc;
}

static err_code app_name(service *s, str resource, str app_id, arena *a, str *name, err *e) {
  store_tx *tx;
  luis_record app;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__app(tx, resource, app_id, a, &app, e);
  store_rollback(tx);
  if (rc == ERR_OK) *name = app.row.name;
  return rc;
}

static err_code assign(service *s, str resource, str app_id, const luis_account *account, arena *a, err *e) {
  resource_view r;
  job_view done;
  str name;
  char job_id[ID_JOB_LEN + 1];
  err_code rc = app_name(s, resource, app_id, a, &name, e);
  if (rc == ERR_OK) rc = find_resource(s, account, a, &r, e);
  if (rc != ERR_OK) return rc;
  const resource_claim claim = {.azure_resource_id = r.azure_resource_id, .custom_domain = r.name, .region = r.region};
  rc = project_resources_assign(s, resource, name, &claim, 1, job_id, e);
  return rc == ERR_OK ? job_await(s, resource, JOB_ASSIGN, name, str_of(job_id), a, &done, e) : rc;
}

err_code luis_account_assign(service *s, str resource, str app_id, const luis_account *account, err *e) {
  arena a;
  arena_init(&a, 0);
  err_code rc = assign(s, resource, app_id, account, &a, e);
  arena_fini(&a);
  return rc;
}

static err_code assigned_id(service *s, str resource, str name, const luis_account *account, arena *a, str *id,
                            err *e) {
  assignment_view *rows = NULL;
  size_t n = 0, total;
  err_code rc = project_resources_list(s, resource, name, (page){.skip = 0, .top = SIZE_MAX}, a, &rows, &n, &total, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    if (!is_account(rows[i].azure_resource_id, account)) continue;
    *id = rows[i].azure_resource_id;
    return ERR_OK;
  }
  return rc == ERR_OK ? no_account(account, "is not assigned to the application", e) : rc;
}

static err_code unassign(service *s, str resource, str app_id, const luis_account *account, arena *a, err *e) {
  job_view done;
  str name, id;
  char job_id[ID_JOB_LEN + 1];
  err_code rc = app_name(s, resource, app_id, a, &name, e);
  if (rc == ERR_OK) rc = assigned_id(s, resource, name, account, a, &id, e);
  if (rc == ERR_OK) rc = project_resources_unassign(s, resource, name, &id, 1, job_id, e);
  return rc == ERR_OK ? job_await(s, resource, JOB_UNASSIGN, name, str_of(job_id), a, &done, e) : rc;
}

err_code luis_account_unassign(service *s, str resource, str app_id, const luis_account *account, err *e) {
  arena a;
  arena_init(&a, 0);
  err_code rc = unassign(s, resource, app_id, account, &a, e);
  arena_fini(&a);
  return rc;
}
