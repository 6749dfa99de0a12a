#include "api/api.h"

static const http_family *const families[] = {
    &api_clu_runtime, &api_clu_projects,  &api_clu_training,    &api_clu_models, &api_own_history,
    &api_own_trials,  &api_clu_resources, &api_clu_deployments, &api_clu_global, &api_qna_runtime, &api_qna_authoring_2021, &api_qna_authoring_2023, &api_ops,
};

const http_family *const *api_families(size_t *n) {
  *n = ARRAY_LEN(families);
  return families;
}

bool api_open_key(void *app, str key, resource_ref *out) {
  return resource_of_key(((api_app *)app)->service, key, out);
}

void api_write_coverage(buf *out) {
  buf_printf(out, "| operation | method and path | family | class | key |\n|---|---|---|---|---|\n");
  for (size_t f = 0; f < ARRAY_LEN(families); f++)
    for (size_t i = 0; i < families[f]->route_count; i++) {
      const http_route *r = &families[f]->routes[i];
      buf_printf(out, "| %s | %s `%s` | %s | %s | %s |\n", r->id, http_method_name(r->method), r->pattern,
                 families[f]->name, http_class_name(r->class), r->flags & HTTP_KEYLESS ? "no" : "yes");
    }
}
