#include "tests/test.h"
#include "text/languages.h"

static void test_all_known_and_sorted(void **state) {
  (void)state;
  size_t n, orchestration = 0;
  const language *all = languages_all(&n);
  assert_int_equal(n, 96);
  for (size_t i = 0; i < n; i++) {
    assert_true(language_tag_valid(str_of(all[i].code)));
    assert_ptr_equal(language_find(str_of(all[i].code)), &all[i]);
    if (i) assert_true(strcmp(all[i - 1].name, all[i].name) < 0);
    orchestration += all[i].orchestration;
  }
  assert_int_equal(orchestration, 6);
}

static void test_find(void **state) {
  (void)state;
  assert_string_equal(language_find(STR("ZH-Hans"))->name, "Chinese (Simplified)");
  assert_string_equal(language_find(STR("en"))->code, "en");
  assert_null(language_find(STR("tlh")));
  assert_null(language_find(STR("")));
}

static void test_matches(void **state) {
  (void)state;
  assert_true(language_matches(STR("en"), STR("en-US")));
  assert_true(language_matches(STR("en-us"), STR("EN-US")));
  assert_true(language_matches(STR("zh-hans"), STR("zh")));
  assert_false(language_matches(STR("en-us"), STR("en-gb")));
  assert_false(language_matches(STR("zh-hans"), STR("zh-hant")));
  assert_false(language_matches(STR("e"), STR("en")));
}

static void test_tags(void **state) {
  (void)state;
  static const char *const good[] = {"de", "gsw", "de-st", "EN-us", "zh-hans-cn", "es-419"};
  static const char *const bad[] = {"",   "d",     "deut",     "de-", "-de", "de-s", "de--st", "de-123456789",
                                    "d1", "de_st", "d\xc3\xa9"};
  for (size_t i = 0; i < ARRAY_LEN(good); i++) assert_true(language_tag_valid(str_of(good[i])));
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) assert_false(language_tag_valid(str_of(bad[i])));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_known_and_sorted), cmocka_unit_test(test_find),
                                     cmocka_unit_test(test_matches), cmocka_unit_test(test_tags)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
