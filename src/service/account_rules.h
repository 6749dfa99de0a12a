/* account_rules.h -- what an account may be: kinds, their SKUs, names. Source: reference
 * resource-management §1, §3. */
#ifndef DRAGOMAN_SERVICE_ACCOUNT_RULES_H
#define DRAGOMAN_SERVICE_ACCOUNT_RULES_H

#include "base/base.h"
#include "base/str.h"

#define ACCOUNT_KIND_DEFAULT "TextAnalytics"

typedef struct account_kind {
  const char *name;
  const char *endpoint_title; /* of the API, in the map "endpoints" */
  const char *const *skus;    /* NULL-terminated */
} account_kind;

/* [*n] */
const account_kind *account_kinds(size_t *n);
/* In any letter case; NULL: there is none of that name. "" is the default. */
const account_kind *account_kind_find(str name);
/* The SKU as the kind spells it; NULL: not offered for it. */
const char *account_sku_find(const account_kind *k, str name);
const char *account_sku_tier(const char *sku); /* "Free", "Standard" */

/* A letter or digit, then letters, digits, _ . -; 2 to 64 in all. */
bool account_name_ok(str name);
/* A host label: letters, digits, -, neither first nor last; 2 to 64. */
bool account_domain_ok(str name);

#endif
