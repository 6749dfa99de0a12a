#include "base/err.h"
#include "tests/test.h"

#include <errno.h>

static void test_table(void **state) {
  (void)state;
  assert_int_equal(ERR_OK, 0);
  assert_string_equal(err_name(ERR_NOT_FOUND), "NOT_FOUND");
  assert_string_equal(err_api_code(ERR_PROJECT_NOT_FOUND), "ProjectNotFound");
  assert_int_equal(err_of_api_code(STR("ProjectNotFound")), ERR_PROJECT_NOT_FOUND);
  assert_int_equal(err_of_api_code(STR("Conflict")), ERR_CONFLICT);
  assert_int_equal(err_of_api_code(STR("")), ERR_INTERNAL);
  assert_int_equal(err_of_api_code(STR("Nothing")), ERR_INTERNAL);
  assert_int_equal(err_http_status(ERR_CONFLICT), 409);
  assert_int_equal(err_http_status(ERR_QUOTA_EXCEEDED), 403);
  assert_true(strlen(err_default_message(ERR_INTERNAL)) > 0);
#define X(name, status, api, message) assert_true(err_http_status(ERR_##name) >= 200);
  ERR_MAP(X)
#undef X
}

static void test_set_and_prefix(void **state) {
  (void)state;
  err e;
  assert_int_equal(err_at(&e, ERR_INVALID_ARGUMENT, "a.b[3]", "value %d", 7), ERR_INVALID_ARGUMENT);
  assert_string_equal(e.target, "a.b[3]");
  assert_string_equal(e.message, "value 7");
  assert_int_equal(err_prefix(&e, "model %s: ", "m1"), ERR_INVALID_ARGUMENT);
  assert_string_equal(e.message, "model m1: value 7");
  assert_string_equal(e.target, "a.b[3]");
  assert_int_equal(err_set(&e, ERR_CONFLICT, "busy"), ERR_CONFLICT);
  assert_string_equal(e.target, "");
  assert_int_equal(err_set(NULL, ERR_CONFLICT, "nobody listens"), ERR_CONFLICT);
  assert_int_equal(err_at(NULL, ERR_CONFLICT, "x", "nobody listens"), ERR_CONFLICT);
}

static void test_errno(void **state) {
  (void)state;
  err e;
  assert_int_equal(err_errno(&e, ENOSPC, "cannot write %s", "f"), ERR_NO_SPACE);
  assert_int_equal(err_errno(&e, EIO, "cannot write %s", "f"), ERR_IO);
  assert_non_null(strstr(e.message, "cannot write f"));
  assert_non_null(strstr(e.message, strerror(EIO)));
}

/* Long messages are cut between characters, whatever their width and place. */
static void test_cut_at_characters(void **state) {
  (void)state;
  static const char *const characters[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x91\x8d"};
  for (size_t k = 0; k < ARRAY_LEN(characters); k++)
    for (int shift = 0; shift < 4; shift++) {
      char text[800] = {0};
      size_t width = strlen(characters[k]), n = (size_t)shift;
      memset(text, 'x', n);
      for (; n + width < sizeof text; n += width) memcpy(text + n, characters[k], width);
      err e;
      err_at(&e, ERR_INTERNAL, text, "%s", text);
      assert_int_equal((strlen(e.message) - (size_t)shift) % width, 0);
      assert_int_equal((strlen(e.target) - (size_t)shift) % width, 0);
      assert_true(strlen(e.message) > sizeof e.message - 6);
      assert_memory_equal(e.message, text, strlen(e.message));
      err_prefix(&e, "y");
      assert_int_equal((strlen(e.message) - (size_t)shift - 1) % width, 0);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_set_and_prefix),
                                     cmocka_unit_test(test_errno), cmocka_unit_test(test_cut_at_characters)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
