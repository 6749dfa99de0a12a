/* api.h -- all contract families of the server, and what their handlers are given.
 *
 * A family turns HTTP shapes into calls of the service and back; it decides nothing and stores
 * nothing. A new contract is a new file with a family, listed in families.c. */
#ifndef DRAGOMAN_API_API_H
#define DRAGOMAN_API_API_H

#include "base/vec.h"
#include "http/http.h"
#include "service/service.h"

/* http_config.app. */
typedef struct api_app {
  service *service;
  const char *version; /* of the program */
  int64_t started_us;  /* wall clock */
  str bundle_key;      /* of a server on a bundle */
} api_app;

static inline service *api_service(const http_request *rq) {
  return ((const api_app *)rq->app)->service;
}

/* [*n], in the order of matching. */
const http_family *const *api_families(size_t *n);

/* The same of a server on a bundle: predictions and health. keyless: whoever asks is answered. */
const http_family *const *api_bundle_families(bool keyless, size_t *n);

/* http_config.open_key. */
bool api_open_key(void *app, str key, resource_ref *out);
/* The same of a server on a bundle: api_app.bundle_key opens it. */
bool api_open_bundle_key(void *app, str key, resource_ref *out);

/* http_config.open_token. */
bool api_open_token(void *app, str token, token_grant *out);

/* http_config.open_ticket: the access token of a copy. */
bool api_open_ticket(void *app, str token, resource_ref *out);

/* The table of doc/api-coverage.md: every route with its operation id, as Markdown. */
void api_write_coverage(buf *out);

extern const http_family api_clu_runtime, api_clu_runtime_keyless;
extern const http_family api_clu_projects, api_clu_training, api_clu_models, api_clu_deployments, api_clu_global;
extern const http_family api_clu_resources;
extern const http_family api_clu_copy, api_clu_exported_models;
extern const http_family api_own_history, api_own_trials, api_own_copies, api_own_bundles;
extern const http_family api_arm_accounts, api_arm_catalog, api_arm_provider, api_own_tokens, api_own_resources;
extern const http_family api_qna_runtime, api_qna_authoring_2021, api_qna_authoring_2023;
extern const char *const qna_versions[];
extern const http_family api_ops;

#endif
