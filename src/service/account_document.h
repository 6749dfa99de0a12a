/* account_document.h -- what an account was told, as one JSON object in its row:
 * {"location":"West US 2","sku":{…},"tags":{…},"identity":{…},"properties":{…}}, each member but the first
 * only when it was given. Read-only members of properties are dropped. Private to service/. */
#ifndef DRAGOMAN_SERVICE_ACCOUNT_DOCUMENT_H
#define DRAGOMAN_SERVICE_ACCOUNT_DOCUMENT_H

#include "service/accounts.h"
#include "store/store.h"

/* What a request says; texts and nodes live in its document. */
typedef struct account_wish {
  str location, kind, sku_name, custom_domain; /* .n 0: not said */
  bool keys_off, says_keys_off, restore;
  jnode sku, tags, identity, properties; /* absent: not said */
} account_wish;

/* Checks the types. ERR_INVALID_ARGUMENT. The nodes point to body, which must stay. */
must_check err_code account_document__wish(const jnode *body, account_wish *out, err *e);
/* r->document becomes what the wish says. patch: on top of what it was. */
must_check err_code account_document__write(store_resource *r, const account_wish *w, bool patch, arena *a, err *e);
must_check err_code account_document__view(const store_resource *r, arena *a, account_view *out, err *e);

#endif
