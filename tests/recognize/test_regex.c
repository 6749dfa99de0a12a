#include "base/json_in.h"
#include "base/vec.h"
#include "recognize/regex.h"
#include "tests/case_file.h"

static jdoc *parse(str text, size_t line) {
  jdoc *doc;
  err e = {0};
  if (jn_parse(text, &doc, &e) != ERR_OK) fail_msg("line %zu: %s", line, e.message);
  return doc;
}

static void check_matches(const case_block *b) {
  err e = {0};
  regex_set *set;
  if (regex_set_new(&b->lines[0], 1, &set, &e) != ERR_OK) fail_msg("line %zu: %s", b->line_number, e.message);
  jdoc *text_doc = parse(b->lines[1], b->line_number), *want_doc = parse(b->lines[2], b->line_number);
  jnode text_node = jn_root(text_doc), want_node = jn_root(want_doc);
  str text = jn_str(&text_node);
  arena a;
  arena_init(&a, 0);
  regex_match *v;
  size_t n, limited;
  regex_find(set, NULL, text, &a, &v, &n, &limited);
  if (n != jn_len(&want_node)) fail_msg("line %zu: %zu matches", b->line_number, n);
  for (size_t i = 0; i < n; i++) {
    jnode want = jn_at(&want_node, i);
    assert_str_equal(str_make(text.p + v[i].begin_bytes, v[i].end_bytes - v[i].begin_bytes), jn_str(&want));
  }
  assert_int_equal(limited, 0);
  arena_fini(&a);
  jn_free(text_doc);
  jn_free(want_doc);
  regex_set_free(set);
}

static void check_refused(const case_block *b) {
  err e = {0};
  unsigned at, got;
  int skip = 0;
  assert_int_equal(sscanf(b->lines[1].p, "refused %u: %n", &at, &skip), 1);
  str reason = str_skip(b->lines[1], (size_t)skip);
  if (regex_check(b->lines[0], &e) != ERR_INVALID_ARGUMENT) fail_msg("line %zu: accepted", b->line_number);
  assert_int_equal(sscanf(e.message, "the regular expression is not valid at character %u:", &got), 1);
  if (got != at || !memmem(e.message, strlen(e.message), reason.p, reason.n))
    fail_msg("line %zu: %s", b->line_number, e.message);
}

static void run_case(const case_block *b, void *user) {
  (void)user;
  if (b->n == 3)
    check_matches(b);
  else
    check_refused(b);
}

static void test_cases(void **state) {
  (void)state;
  assert_true(case_file_run("tests/cases/recognize/regex.txt", run_case, NULL) > 70);
}

static void test_several_patterns(void **state) {
  (void)state;
  const str patterns[] = {STR("b+"), STR("abb"), STR_NONE, STR("[ab]")};
  regex_set *set;
  assert_int_equal(regex_set_new(patterns, ARRAY_LEN(patterns), &set, NULL), ERR_OK);
  arena a;
  arena_init(&a, 0);
  regex_match *v;
  size_t n;
  regex_find(set, NULL, STR("abb"), &a, &v, &n, NULL);
  static const regex_match want[] = {{3, 0, 1}, {1, 0, 3}, {3, 1, 2}, {0, 1, 3}, {3, 2, 3}};
  assert_int_equal(n, ARRAY_LEN(want));
  assert_memory_equal(v, want, sizeof want);
  const uint64_t enabled = 1u << 1 | 1u << 2;
  regex_find(set, &enabled, STR("abb"), &a, &v, &n, NULL);
  assert_int_equal(n, 1);
  assert_int_equal(v[0].pattern, 1);
  regex_find(set, NULL, STR(""), &a, &v, &n, NULL);
  assert_int_equal(n, 0);
  arena_fini(&a);
  regex_set_free(set);
  regex_set_free(NULL);
}

/* Exponential backtracking stops at the limit and leaves the other patterns alone. */
static void test_catastrophe_is_limited(void **state) {
  (void)state;
  const str patterns[] = {STR("(a+)+$"), STR("(?:(?:x|xx)+)+y"), STR("b")};
  regex_set *set;
  assert_int_equal(regex_set_new(patterns, ARRAY_LEN(patterns), &set, NULL), ERR_OK);
  arena a;
  arena_init(&a, 0);
  regex_match *v;
  size_t n, limited;
  regex_find(set, NULL, STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y"),
             &a, &v, &n, &limited);
  assert_int_equal(limited, 2);
  assert_int_equal(n, 1);
  assert_int_equal(v[0].pattern, 2);
  arena_fini(&a);
  regex_set_free(set);
}

static void test_too_big(void **state) {
  (void)state;
  err e = {0};
  assert_int_equal(regex_check(STR("((((a{1000}){1000}){1000}){1000})"), &e), ERR_INVALID_ARGUMENT);
  buf long_pattern = {0};
  for (int i = 0; i < 9000; i++) buf_add_byte(&long_pattern, 'a');
  assert_int_equal(regex_check(buf_str(&long_pattern), &e), ERR_INVALID_ARGUMENT);
  buf deep = {0};
  for (int i = 0; i < 4000; i++) buf_add_byte(&deep, '(');
  for (int i = 0; i < 4000; i++) buf_add_byte(&deep, ')');
  assert_int_equal(regex_check(buf_str(&deep), &e), ERR_INVALID_ARGUMENT);
  buf_free(&deep);
  buf_free(&long_pattern);
}

static void test_set_names_no_half_built_set(void **state) {
  (void)state;
  const str patterns[] = {STR("a"), STR("(")};
  regex_set *set = NULL;
  err e = {0};
  assert_int_equal(regex_set_new(patterns, 2, &set, &e), ERR_INVALID_ARGUMENT);
  assert_null(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_several_patterns),
                                     cmocka_unit_test(test_catastrophe_is_limited), cmocka_unit_test(test_too_big),
                                     cmocka_unit_test(test_set_names_no_half_built_set)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
