#include "tests/test.h"

static void test_compare(void **state) {
  (void)state;
  assert_true(str_eq(STR("ab"), STR("ab")));
  assert_true(str_eq(STR_NONE, STR("")));
  assert_false(str_eq(STR("ab"), STR("abc")));
  assert_true(str_eq_nocase(STR("aB-1"), STR("Ab-1")));
  assert_false(str_eq_nocase(STR("\xc3\xa9"), STR("\xc3\x89"))); /* ASCII only */
  assert_true(str_cmp(STR("a"), STR("ab")) < 0);
  assert_true(str_cmp(STR("b"), STR("ab")) > 0);
  assert_true(str_cmp(STR("\x80"), STR("a")) > 0); /* bytes are unsigned */
  assert_int_equal(str_cmp(STR(""), STR_NONE), 0);
  str v[] = {STR("b"), STR(""), STR("a")};
  qsort(v, 3, sizeof *v, str_cmp_qsort);
  assert_str_equal(v[0], STR(""));
  assert_str_equal(v[2], STR("b"));
}

static void test_parts(void **state) {
  (void)state;
  assert_true(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")) && str_starts(STR("a"), STR("")));
  assert_true(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
  assert_str_equal(str_skip(STR("abc"), 1), STR("bc"));
  assert_str_equal(str_skip(STR("abc"), 9), STR(""));
  assert_int_equal(str_find_byte(STR("a.b"), '.'), 1);
  assert_int_equal(str_find_byte(STR("ab"), '.'), 2);
  assert_int_equal(str_find_byte(STR_NONE, '.'), 0);
  assert_str_equal(str_trim(STR(" \t a b \r\n")), STR("a b"));
  assert_str_equal(str_trim(STR("  ")), STR(""));
}

static void test_to_i64(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool ok;
    int64_t value;
  } cases[] = {{"0", true, 0},
               {"-7", true, -7},
               {"9223372036854775807", true, INT64_MAX},
               {"-9223372036854775808", true, INT64_MIN},
               {"9223372036854775808", false, 0},
               {"-9223372036854775809", false, 0},
               {"", false, 0},
               {"-", false, 0},
               {"+1", false, 0},
               {" 1", false, 0},
               {"1x", false, 0}};
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    int64_t v = 99;
    assert_int_equal(str_to_i64(str_of(cases[i].text), INT64_MIN, INT64_MAX, &v), cases[i].ok);
    assert_true(v == (cases[i].ok ? cases[i].value : 99));
  }
  int64_t v;
  assert_false(str_to_i64(STR("11"), 0, 10, &v));
  assert_true(str_to_i64(STR("10"), 0, 10, &v));
}

static void test_copy_to(void **state) {
  (void)state;
  char out[4];
  assert_true(str_copy_to(STR("abc"), out, sizeof out));
  assert_string_equal(out, "abc");
  assert_false(str_copy_to(STR("abcd"), out, sizeof out));
  assert_string_equal(out, "abc");
  assert_true(str_copy_to(STR_NONE, out, sizeof out));
  assert_string_equal(out, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_compare), cmocka_unit_test(test_parts),
                                     cmocka_unit_test(test_to_i64), cmocka_unit_test(test_copy_to)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
