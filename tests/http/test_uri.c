#include "http/uri.h"

#include "base/vec.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The target parsed and printed again as "seg|seg?name=value&…", or the name of the error. */
static str show(const char *target, arena *a) {
  uri u;
  err e = {0};
  err_code rc = uri_parse(str_of(target), a, &u, &e);
  if (rc) return str_of(err_name(rc));
  buf b = {0};
  for (size_t i = 0; i < u.segment_count; i++) {
    if (i) buf_add_byte(&b, '|');
    buf_add_str(&b, u.segments[i]);
  }
  for (size_t i = 0; i < u.query_count; i++)
    buf_printf(&b, "%c" STR_FMT "=" STR_FMT, i ? '&' : '?', STR_ARG(u.query[i].name), STR_ARG(u.query[i].value));
  str s = arena_str(a, buf_str(&b));
  buf_free(&b);
  return s;
}

static void targets(void **state) {
  (void)state;
  static const struct {
    const char *target, *want;
  } cases[] = {
      {"/", ""},
      {"/a/b", "a|b"},
      {"/a/b/", "a|b"},
      {"//a/b", "a|b"},
      {"///a", "a"},
      {"/a//b", "a||b"},
      {"/language/%3Aanalyze-conversations?api-version=2023-04-01",
       "language|:analyze-conversations?api-version=2023-04-01"},
      {"/p/%c3%a9t%C3%A9", "p|été"},
      {"/p/a+b?q=a+b&r=%2B", "p|a+b?q=a b&r=+"},
      {"/p?", "p"},
      {"/p?a&b=&&=c&d=e=f", "p?a=&b=&=c&d=e=f"},
      {"/p?a=/b/c", "p?a=/b/c"},
      {"/p/a%2Fb", "INVALID_REQUEST"},
      {"/p/a%00b", "INVALID_REQUEST"},
      {"/p/%", "INVALID_REQUEST"},
      {"/p/%4", "INVALID_REQUEST"},
      {"/p/%zz", "INVALID_REQUEST"},
      {"/p/%c3", "INVALID_REQUEST"},
      {"/p/%c0%80", "INVALID_REQUEST"},
      {"/p/%ed%a0%80", "INVALID_REQUEST"},
      {"/p?x=%ff", "INVALID_REQUEST"},
      {"p", "INVALID_REQUEST"},
      {"*", "INVALID_REQUEST"},
      {"", "INVALID_REQUEST"},
      {"http://host/p", "INVALID_REQUEST"},
      {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "NOT_FOUND"},
  };
  arena a;
  arena_init(&a, 0);
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    str got = show(cases[i].target, &a);
    if (!str_eq(got, str_of(cases[i].want))) fail_msg("%s: " STR_FMT, cases[i].target, STR_ARG(got));
  }
  arena_fini(&a);
}

static void too_many_parameters(void **state) {
  (void)state;
  buf b = {0};
  buf_add_byte(&b, '/');
  for (int i = 0; i <= HTTP_MAX_QUERY; i++) buf_printf(&b, "%ca=%d", i ? '&' : '?', i);
  arena a;
  arena_init(&a, 0);
  uri u;
  err e = {0};
  assert_int_equal(uri_parse(buf_str(&b), &a, &u, &e), ERR_INVALID_REQUEST);
  arena_fini(&a);
  buf_free(&b);
}

static void encode_is_inverse_of_decode(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  const str names[] = {STR("plain-Name_1.2~"), STR("a b&c=d?e#f"), STR("été 日本 👍"), STR("100%"), STR(":swap")};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    buf b = {0};
    buf_add_byte(&b, '/');
    uri_encode(&b, names[i]);
    uri u;
    err e = {0};
    assert_int_equal(uri_parse(buf_str(&b), &a, &u, &e), ERR_OK);
    assert_int_equal(u.segment_count, 1);
    assert_true(str_eq(u.segments[0], names[i]));
    buf_free(&b);
  }
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(targets), cmocka_unit_test(too_many_parameters),
                                     cmocka_unit_test(encode_is_inverse_of_decode)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
