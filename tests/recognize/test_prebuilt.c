#include "recognize/prebuilt.h"
#include "tests/test.h"

static void test_all(void **state) {
  (void)state;
  size_t n, multilingual_only = 0;
  const prebuilt_category *all = prebuilt_all(&n);
  assert_int_equal(n, 19);
  for (size_t i = 0; i < n; i++) {
    assert_ptr_equal(prebuilt_find(str_of(all[i].category)), &all[i]);
    assert_true(all[i].description[0] && all[i].examples[0]);
    if (i) assert_true(strcmp(all[i - 1].category, all[i].category) < 0);
    multilingual_only += all[i].multilingual_only;
  }
  assert_int_equal(multilingual_only, 3);
}

static void test_find(void **state) {
  (void)state;
  assert_string_equal(prebuilt_find(STR("Datetime"))->category, "DateTime");
  assert_string_equal(prebuilt_find(STR("IP Address"))->category, "IPAddress");
  assert_string_equal(prebuilt_find(STR("quantity.number"))->category, "Quantity.Number");
  assert_null(prebuilt_find(STR("Quantity")));
  assert_null(prebuilt_find(STR("")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all), cmocka_unit_test(test_find)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
