#include "api/api.h"
#include "base/hash.h"
#include "service/copying.h"

static const http_family *const families[] = {
    &api_clu_runtime,        &api_clu_projects,  &api_clu_copy,        &api_clu_training,
    &api_clu_models,         &api_clu_resources, &api_clu_deployments, &api_clu_exported_models,
    &api_clu_global,         &api_own_history,   &api_own_trials,      &api_own_bundles,
    &api_own_copies,         &api_own_tokens,    &api_own_resources,   &api_arm_accounts,
    &api_arm_catalog,        &api_arm_provider,  &api_qna_runtime,     &api_qna_authoring_2021,
    &api_qna_authoring_2023, &api_ops,
};

const http_family *const *api_families(size_t *n) {
  *n = ARRAY_LEN(families);
  return families;
}

bool api_open_key(void *app, str key, resource_ref *out) {
  return resource_of_key(((api_app *)app)->service, key, out);
}

const http_family *const *api_bundle_families(bool keyless, size_t *n) {
  static const http_family *const open[] = {&api_clu_runtime_keyless, &api_ops};
  static const http_family *const keyed[] = {&api_clu_runtime, &api_ops};
  *n = ARRAY_LEN(open);
  return keyless ? open : keyed;
}

bool api_open_bundle_key(void *app, str key, resource_ref *out) {
  *out = (resource_ref){.name = STR("bundle"), .region_display = STR("")};
  return ct_equal(key, ((const api_app *)app)->bundle_key);
}

bool api_open_token(void *app, str token, token_grant *out) {
  return token_opens(((api_app *)app)->service, token, out);
}

bool api_open_ticket(void *app, str token, resource_ref *out) {
  return copy_token_opens(((api_app *)app)->service, token, out);
}

static const char *opened_by(const http_route *r) {
  if (r->flags & HTTP_KEYLESS) return "no";
  if (r->flags & HTTP_TICKET) return "ticket";
  return r->flags & HTTP_ADMIN ? "admin" : token_role_name(http_route_role(r));
}

void api_write_coverage(buf *out) {
  buf_printf(out, "| operation | method and path | family | class | opened by |\n|---|---|---|---|---|\n");
  for (size_t f = 0; f < ARRAY_LEN(families); f++)
    for (size_t i = 0; i < families[f]->route_count; i++) {
      const http_route *r = &families[f]->routes[i];
      buf_printf(out, "| %s | %s `%s` | %s | %s | %s |\n", r->id, http_method_name(r->method), r->pattern,
                 families[f]->name, http_class_name(r->class), opened_by(r));
    }
}
