/* tokens.h -- bearer tokens: who may do what without a resource's key.
 *
 * An issued token is "dragoman_" and 64 hex digits of chance; only its SHA-256 is kept. It has a role,
 * an end, and, but for the role admin, the one resource that it opens. The admin token is derived from
 * the store's secret (so whoever reads the secret has it) and a generation, which regenerating raises. */
#ifndef DRAGOMAN_SERVICE_TOKENS_H
#define DRAGOMAN_SERVICE_TOKENS_H

#include "service/resources.h"
#include "service/service_config.h"

/* Each of the first three may do what the one before it may (reference: regions-and-recovery §5). */
typedef enum token_role {
  TOKEN_READER, /* GETs, export, predictions */
  TOKEN_WRITER, /* also edits and trains */
  TOKEN_OWNER,  /* also deploys and deletes: what a key may */
  TOKEN_ADMIN   /* manages resources and tokens; opens no resource */
} token_role;
const char *token_role_name(token_role role); /* "Reader", …, "Admin" */
/* In any letter case. */
must_check bool token_role_parse(str name, token_role *out);

#define TOKEN_PREFIX "dragoman_"
enum {
  TOKEN_LEN = sizeof TOKEN_PREFIX - 1 + 64,
  TOKEN_DESCRIPTION_MAX = 256,
  TOKEN_MAX = 1000,                       /* tokens at a time: every one is compared */
  TOKEN_LIFETIME_MAX_S = 10 * 366 * 86400 /* ten years */
};

typedef struct token_view {
  str id, role, resource, description; /* resource "": none */
  int64_t created_us, expires_us;
} token_view;

typedef struct token_request {
  token_role role;
  str resource; /* .n 0 with TOKEN_ADMIN */
  str description;
  int64_t lifetime_s; /* from 1 to TOKEN_LIFETIME_MAX_S */
} token_request;

/* text gets the token, which cannot be had again. ERR_INVALID_ARGUMENT, ERR_NOT_FOUND: no such resource,
 * ERR_QUOTA_EXCEEDED. When it returns, every node that predicts opens to the token (service/node.h). */
must_check err_code token_create(service *s, const token_request *r, char text[TOKEN_LEN + 1], arena *a,
                                 token_view *out, err *e);
/* Those that have not expired, oldest first. */
must_check err_code token_list(service *s, arena *a, token_view **out, size_t *n, err *e);
/* When it returns, no node that predicts opens to the token. ERR_NOT_FOUND. */
must_check err_code token_revoke(service *s, str id, err *e);

/* The admin token of a store, read as resource_keys_offline reads keys; *endpoint likewise. */
must_check err_code token_admin_offline(const service_config *c, char text[TOKEN_LEN + 1], arena *a, str *endpoint,
                                        err *e);
/* Makes another admin token; the one before opens nothing any more. */
must_check err_code token_admin_regenerate(service *s, char text[TOKEN_LEN + 1], err *e);

typedef struct token_grant {
  token_role role;
  resource_ref resource; /* empty with TOKEN_ADMIN */
} token_grant;
/* What a token opens now; false: nothing. Compared with every token in constant time, in memory; wait-free. */
must_check bool token_opens(service *s, str text, token_grant *out);

#endif
