/* The routing tables of all families taken together: no route hides another. */
#include "api/api.h"
#include "http/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The pattern with "x" for every {parameter}. */
static str sample_path(const char *pattern, arena *a) {
  buf b = {0};
  for (const char *p = pattern; *p; p++) {
    if (*p == '{') {
      buf_add_byte(&b, 'x');
      while (*p != '}') p++;
    } else {
      buf_add_byte(&b, *p);
    }
  }
  str s = arena_str(a, buf_str(&b));
  buf_free(&b);
  return s;
}

static void every_route_is_reached(void **state) {
  (void)state;
  size_t n;
  const http_family *const *families = api_families(&n);
  router *r = router_new(families, n);
  arena a;
  arena_init(&a, 0);
  for (size_t f = 0; f < n; f++)
    for (size_t i = 0; i < families[f]->route_count; i++) {
      const http_route *want = &families[f]->routes[i];
      uri u;
      err e = {0};
      router_match m;
      assert_int_equal(uri_parse(sample_path(want->pattern, &a), &a, &u, &e), ERR_OK);
      router_find(r, want->method, &u, &m);
      assert_true(m.index >= 0);
      if (router_route(r, (size_t)m.index) != want) fail_msg("%s is hidden", want->id);
      assert_ptr_equal(m.family, families[f]);
    }
  arena_fini(&a);
  router_free(r);
}

static void every_route_is_well_formed(void **state) {
  (void)state;
  size_t n;
  const http_family *const *families = api_families(&n);
  for (size_t f = 0; f < n; f++) {
    assert_non_null(families[f]->write_error);
    for (size_t i = 0; i < families[f]->route_count; i++) {
      const http_route *r = &families[f]->routes[i];
      assert_non_null(r->handler);
      assert_true(str_starts(str_of(r->pattern), str_of(families[f]->prefix)));
      bool has_body = r->max_body > 0;
      if (r->method == HTTP_GET) assert_false(has_body); /* LUIS has deletions with one */
      /* Only what touches neither disk nor lock may run on an event thread. */
      if (r->class == HTTP_CLASS_WRITE) assert_true(r->flags & HTTP_BLOCKING);
      if (r->class == HTTP_CLASS_PREDICT) assert_false(r->flags & HTTP_BLOCKING);
      if (r->flags & HTTP_KEYLESS) assert_int_equal(r->class, HTTP_CLASS_OPS);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_route_is_reached),
                                     cmocka_unit_test(every_route_is_well_formed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
