#include "project/limits.h"
#include "project/project.h"
#include "tests/test.h"

static void test_datasets(void **state) {
  (void)state;
  static const struct {
    str text;
    dataset want;
  } cases[] = {{STR_NONE, DATASET_TRAIN},     {{"", 0}, DATASET_TRAIN},    {{"Train", 5}, DATASET_TRAIN},
               {{"TRAIN", 5}, DATASET_TRAIN}, {{"test", 4}, DATASET_TEST}, {{"test1", 5}, DATASET_OTHER}};
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    utterance u = {.dataset = cases[i].text};
    assert_int_equal(utterance_dataset(&u), cases[i].want);
  }
}

static void test_lookups(void **state) {
  (void)state;
  const intent intents[] = {{.category = STR("Order")}, {.category = STR("None")}};
  const entity entities[] = {{.category = STR("Drink")}};
  project p = {
      .metadata.language = STR("fr"), .intents = intents, .intent_count = 2, .entities = entities, .entity_count = 1};
  assert_int_equal(project_find_intent(&p, STR("Order")), 0);
  assert_int_equal(project_none_intent(&p), 1);
  assert_true(project_find_intent(&p, STR("order")) == SIZE_MAX);
  assert_int_equal(project_find_entity(&p, STR("Drink")), 0);
  assert_true(project_find_entity(&p, STR("")) == SIZE_MAX);
  utterance u = {0};
  assert_str_equal(utterance_language(&p, &u), STR("fr"));
  u.language = STR("de");
  assert_str_equal(utterance_language(&p, &u), STR("de"));
}

static void test_names(void **state) {
  (void)state;
  char longest[LIMIT_NAME_CHARS + 1];
  memset(longest, 'a', sizeof longest);
  err e;
  assert_int_equal(project_name_check(str_make(longest, LIMIT_NAME_CHARS), "project name", "", &e), ERR_OK);
  assert_int_equal(project_name_check(str_make(longest, LIMIT_NAME_CHARS + 1), "project name", "p", &e),
                   ERR_INVALID_ARGUMENT);
  assert_string_equal(e.target, "p");
  assert_int_equal(project_name_check(STR("A-b_c.9"), "model name", "", NULL), ERR_OK);
  assert_int_equal(project_name_check(STR("global"), "deployment name", "", NULL), ERR_OK);
  static const char *const bad[] = {"", ".", "..", "Global", "a/b", "a b", "a%2f", "caf\xc3\xa9", "a\\b", "a\nb"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    assert_int_equal(project_name_check(str_of(bad[i]), "project name", "", NULL), ERR_INVALID_ARGUMENT);
}

static void test_categories(void **state) {
  (void)state;
  static const char *const good[] = {"None", "weather/find", "a b", "caf\xc3\xa9", "x.y", "[z]", "it's", "why?"};
  static const char *const bad[] = {"", "a:b", "$", "&", "%", "*", "(", ")", "+", "~", "#", "\t", "\x7f"};
  for (size_t i = 0; i < ARRAY_LEN(good); i++)
    assert_int_equal(project_category_check(str_of(good[i]), "intent name", "", NULL), ERR_OK);
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    assert_int_equal(project_category_check(str_of(bad[i]), "intent name", "", NULL), ERR_INVALID_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_datasets), cmocka_unit_test(test_lookups),
                                     cmocka_unit_test(test_names), cmocka_unit_test(test_categories)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
