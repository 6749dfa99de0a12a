#include "http/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const http_route deployment_routes[] = {
    {.id = "swap", .method = HTTP_POST, .pattern = "/language/x/{p}/deployments/:swap"},
    {.id = "swap-job", .method = HTTP_GET, .pattern = "/language/x/{p}/deployments/swap/jobs/{j}"},
    {.id = "job", .method = HTTP_GET, .pattern = "/language/x/{p}/deployments/{d}/jobs/{j}"},
    {.id = "get", .method = HTTP_GET, .pattern = "/language/x/{p}/deployments/{d}"},
    {.id = "put", .method = HTTP_PUT, .pattern = "/language/x/{p}/deployments/{d}"},
    {.id = "snapshot", .method = HTTP_POST, .pattern = "/language/x/{p}/models/{m}:load-snapshot"},
};
static const http_route root_routes[] = {{.id = "root", .method = HTTP_GET, .pattern = "/"}};
static const http_family root = {.name = "root", .prefix = "/", .routes = root_routes, .route_count = 1};
static const http_family deployments = {.name = "deployments",
                                        .prefix = "/language",
                                        .routes = deployment_routes,
                                        .route_count = ARRAY_LEN(deployment_routes)};

static void finds(void **state) {
  (void)state;
  static const struct {
    http_method method;
    const char *target, *id, *family, *params[2];
  } cases[] = {
      {HTTP_GET, "/", "root", "root", {0}},
      {HTTP_POST, "/", "405", "root", {0}},
      {HTTP_GET, "/language/x/p/deployments/swap/jobs/7", "swap-job", "deployments", {"p", "7"}},
      {HTTP_GET, "/language/x/p/deployments/d/jobs/7", "job", "deployments", {"p", "d"}},
      {HTTP_GET, "/language/x/p/deployments/swap", "get", "deployments", {"p", "swap"}},
      {HTTP_PUT, "/language/x/p/deployments/d/", "put", "deployments", {"p", "d"}},
      {HTTP_POST, "/language/x/p/deployments/%3Aswap", "swap", "deployments", {"p", NULL}},
      {HTTP_POST, "/language/x/p/models/m1:load-snapshot", "snapshot", "deployments", {"p", "m1"}},
      {HTTP_POST, "/language/x/p/models/:load-snapshot", "404", "deployments", {0}},
      {HTTP_DELETE, "/language/x/p/deployments/d", "405", "deployments", {0}},
      {HTTP_GET, "/language/x//deployments/d", "404", "deployments", {0}},
      {HTTP_GET, "/language/y", "404", "deployments", {0}},
      {HTTP_GET, "/languages", "404", "root", {0}},
  };
  const http_family *const families[] = {&root, &deployments};
  router *r = router_new(families, 2);
  arena a;
  arena_init(&a, 0);
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    uri u;
    err e = {0};
    assert_int_equal(uri_parse(str_of(cases[i].target), &a, &u, &e), ERR_OK);
    router_match m;
    router_find(r, cases[i].method, &u, &m);
    const char *id = m.index >= 0 ? router_route(r, (size_t)m.index)->id : m.index == ROUTER_NONE ? "404" : "405";
    if (strcmp(id, cases[i].id) != 0) fail_msg("%s: %s", cases[i].target, id);
    assert_string_equal(m.family->name, cases[i].family);
    for (size_t k = 0; k < 2 && cases[i].params[k]; k++) assert_true(str_eq(m.params[k], str_of(cases[i].params[k])));
  }
  arena_fini(&a);
  router_free(r);
}

static void other_methods_are_listed(void **state) {
  (void)state;
  const http_family *const families[] = {&deployments};
  router *r = router_new(families, 1);
  arena a;
  arena_init(&a, 0);
  uri u;
  err e = {0};
  assert_int_equal(uri_parse(STR("/language/x/p/deployments/d"), &a, &u, &e), ERR_OK);
  router_match m;
  router_find(r, HTTP_PATCH, &u, &m);
  assert_int_equal(m.index, ROUTER_OTHER_METHOD);
  assert_int_equal(m.allow, 1u << HTTP_GET | 1u << HTTP_PUT);
  arena_fini(&a);
  router_free(r);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(finds), cmocka_unit_test(other_methods_are_listed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
