/* accounts.h -- resources as their management sees them: Cognitive Services accounts in resource groups
 * of subscriptions. Source: reference resource-management.md.
 *
 * The name of an account is the name of its resource: one on the whole server, in any letter case. A
 * deleted account keeps its data for ACCOUNT_KEPT_US, in which it can be restored; then it is purged. */
#ifndef DRAGOMAN_SERVICE_ACCOUNTS_H
#define DRAGOMAN_SERVICE_ACCOUNTS_H

#include "base/json_in.h"
#include "service/resources.h"

#define ACCOUNT_KEPT_US ((int64_t)48 * 3600 * 1000000)

typedef struct account_id {
  str subscription, group, name; /* .n 0: any; letter case does not count */
} account_id;

typedef struct account_view {
  str id; /* "/subscriptions/…" */
  str name, region;
  str kind;                              /* as account_kinds spells it */
  str location, sku_name, custom_domain; /* location: as it was sent; custom_domain "": none */
  str sku, tags, identity;               /* JSON objects; "" none */
  str properties;                        /* JSON object: what was sent and may be echoed */
  bool keys_off;
  int64_t created_us, modified_us;
  int64_t deleted_us; /* 0: it lives */
} account_view;

/* Why a call failed, as a word of the contract ("InvalidSkuId"); static, NULL: the error says enough. */
typedef const char *account_fault;

/* Makes the account, or replaces what it was told (body: the request of a PUT); its keys, kind and place
 * stay. With properties.restore a deleted one comes back. */
must_check err_code account_put(service *s, const account_id *id, const jnode *body, arena *a, account_view *out,
                                bool *created, account_fault *why, err *e);
/* Replaces tags and sku where given, and merges properties. */
must_check err_code account_patch(service *s, const account_id *id, const jnode *body, arena *a, account_view *out,
                                  account_fault *why, err *e);
must_check err_code account_get(service *s, const account_id *id, arena *a, account_view *out, account_fault *why,
                                err *e);
/* Those that live, or else those that are deleted and not purged, oldest first. group of id .n 0: of every
 * one; else it must exist. */
must_check err_code account_list(service *s, const account_id *id, bool deleted, arena *a, account_view **out,
                                 size_t *n, account_fault *why, err *e);
/* *existed false: there is none, and nothing was to do. */
must_check err_code account_delete(service *s, const account_id *id, bool *existed, account_fault *why, err *e);
must_check err_code account_get_deleted(service *s, const account_id *id, arena *a, account_view *out,
                                        account_fault *why, err *e);
/* Deletes a deleted account and all its data for good. */
must_check err_code account_purge(service *s, const account_id *id, account_fault *why, err *e);

/* For housekeeping: purges those that were deleted long enough ago. */
void accounts__expire(service *s);

/* key1 and key2 of out are those that open the account. which: 0 none; 1 or 2 is replaced first; the other goes on to
 * work. When it returns, the old key opens no node that predicts, and the new one opens all. */
must_check err_code account_keys(service *s, const account_id *id, int which, arena *a, resource_view *out,
                                 account_fault *why, err *e);

/* No account, deleted or not, has that sub-domain. */
must_check err_code account_domain_is_free(service *s, str domain, bool *is_free, err *e);
/* Number of projects of an account, and the limit. */
must_check err_code account_projects(service *s, str resource, size_t *n, size_t *limit, err *e);

/* Makes a resource group, or gives it another location. */
must_check err_code account_group_put(service *s, str subscription, str group, str location, arena *a, bool *created,
                                      account_fault *why, err *e);

#endif
