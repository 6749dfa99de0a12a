/* A draft: what it was made of, its ids, its stored form. */
#include "project/luis_draft.h"
#include "project/luis_json.h"
#include "tests/test.h"
#include "tests/with_arena.h"

static const char shop[] =
    "{\"luis_schema_version\":\"7.0.0\",\"versionId\":\"0.1\",\"name\":\"Shop\",\"desc\":\"d\",\"culture\":\"en-us\","
    "\"intents\":[{\"name\":\"Order\",\"features\":[{\"modelName\":\"number\",\"isRequired\":false}]}],"
    "\"entities\":[{\"name\":\"Pizza\",\"roles\":[\"first\"],\"features\":[],\"children\":["
    "{\"name\":\"Size\",\"children\":[{\"name\":\"Unit\"}],\"features\":[{\"modelName\":\"Sizes\",\"isRequired\":true}]"
    "},"
    "{\"name\":\"Topping\",\"features\":[{\"featureName\":\"Toppings\"}]}]}],"
    "\"hierarchicals\":[{\"name\":\"Place\",\"children\":[{\"name\":\"From\"},{\"name\":\"To\"}]}],"
    "\"composites\":[{\"name\":\"Trip\",\"children\":[{\"name\":\"number\"},{\"name\":\"Place::To\"}]}],"
    "\"closedLists\":[{\"name\":\"Sizes\",\"roles\":[\"wanted\"],\"subLists\":[{\"canonicalForm\":\"Large\",\"list\":"
    "[\"big\",\"huge\"]},{\"canonicalForm\":\"Small\",\"list\":[]}]}],"
    "\"prebuiltEntities\":[{\"name\":\"number\",\"roles\":[\"guests\"]}],"
    "\"patternAnyEntities\":[{\"name\":\"Title\",\"explicitList\":[\"the man\",\"it\"]}],"
    "\"regex_entities\":[{\"name\":\"Code\",\"regexPattern\":\"[a-z]{4}\"}],"
    "\"phraselists\":[{\"name\":\"Toppings\",\"mode\":true,\"words\":\"ham,olives\",\"activated\":true,"
    "\"enabledForAllModels\":false}],"
    "\"regex_features\":[{\"name\":\"Old\",\"pattern\":\"x+\",\"activated\":true}],"
    "\"patterns\":[{\"pattern\":\"where is {Title}\",\"intent\":\"Order\"}],"
    "\"utterances\":[{\"text\":\"a huge one with ham \\ud83c\\udf55\",\"intent\":\"Order\",\"entities\":[{\"entity\":"
    "\"Pizza\",\"startPos\":2,\"endPos\":21,\"role\":\"first\",\"children\":[{\"entity\":\"Size\",\"startPos\":2,"
    "\"endPos\":5},{\"entity\":\"Topping\",\"startPos\":16,\"endPos\":18}]}]},"
    "{\"text\":\"to "
    "rome\",\"intent\":\"Order\",\"entities\":[{\"entity\":\"Place::To\",\"startPos\":3,\"endPos\":6}]}],"
    "\"settings\":[{\"name\":\"NormalizePunctuation\",\"value\":\"true\"}]}";

static str text_of(const luis_app *app) {
  buf b = {0};
  luis_write(app, &b);
  str s = arena_str(&a, buf_str(&b));
  buf_free(&b);
  return s;
}

static str app_text(const luis_draft *d) {
  luis_app app;
  err e = {0};
  if (luis_draft_app(d, &a, &app, &e) != ERR_OK) fail_msg("%s", e.message);
  return text_of(&app);
}

static str stored(const luis_draft *d) {
  buf b = {0};
  luis_draft_write(d, &b);
  str s = arena_str(&a, buf_str(&b));
  buf_free(&b);
  return s;
}

static luis_draft *draft_of(const char *json) {
  luis_app app;
  luis_draft *d;
  err e = {0};
  if (luis_read(str_of(json), &a, &app, &e) != ERR_OK) fail_msg("%s", e.message);
  if (luis_draft_new(&app, &a, &d, &e) != ERR_OK) fail_msg("%s", e.message);
  return d;
}

static luis_draft *read_again(str json) {
  luis_draft *d;
  err e = {0};
  if (luis_draft_read(json, &a, &d, &e) != ERR_OK) fail_msg("%s", e.message);
  return d;
}

static void test_keeps_the_app_and_its_ids(void **state) {
  (void)state;
  luis_draft *d = draft_of(shop);
  str json = stored(d);
  luis_draft *again = read_again(json);
  assert_str_equal(stored(again), json);
  assert_str_equal(app_text(again), app_text(d));
  assert_non_null(strstr(json.p, "\"ids\":{\"last\":8,"));
}

static void test_is_readable_as_an_app(void **state) {
  (void)state;
  luis_draft *d = draft_of(shop);
  luis_app app;
  err e = {0};
  assert_int_equal(luis_read(stored(d), &a, &app, &e), ERR_OK);
  assert_str_equal(text_of(&app), app_text(d));
}

static void test_adds_none_once(void **state) {
  (void)state;
  luis_app app;
  err e = {0};
  luis_draft *d = read_again(stored(draft_of("{\"intents\":[]}")));
  assert_int_equal(luis_draft_app(d, &a, &app, &e), ERR_OK);
  assert_int_equal(app.intent_count, 1);
  assert_str_equal(app.intents[0].name, STR("None"));
  d = draft_of("{\"intents\":[{\"name\":\"A\"},{\"name\":\"None\"}]}");
  assert_int_equal(luis_draft_app(d, &a, &app, &e), ERR_OK);
  assert_int_equal(app.intent_count, 2);
}

static void test_what_belongs_to_the_version(void **state) {
  (void)state;
  luis_draft *d = draft_of(shop);
  luis_app app;
  err e = {0};
  luis_draft_set_version(d, STR("0.2"));
  luis_draft_set_name(d, STR("Store"), STR("all"));
  luis_draft_set_setting(d, STR("NormalizePunctuation"), STR("false"));
  luis_draft_set_setting(d, STR("UseAllTrainingData"), STR("true"));
  assert_int_equal(luis_draft_app(read_again(stored(d)), &a, &app, &e), ERR_OK);
  assert_str_equal(app.version_id, STR("0.2"));
  assert_str_equal(app.name, STR("Store"));
  assert_str_equal(app.description, STR("all"));
  assert_int_equal(app.setting_count, 2);
  assert_str_equal(app.settings[0].value, STR("false"));
  assert_str_equal(app.settings[1].name, STR("UseAllTrainingData"));
}

static void test_counts_examples_of_what_is_trained(void **state) {
  (void)state;
  luis_trained *v;
  size_t n;
  luis_draft_trained(draft_of(shop), &a, &v, &n);
  static const struct {
    str name;
    bool is_intent;
    size_t examples;
  } want[] = {{STR("Order"), true, 2},
              {STR("None"), true, 0},
              {STR("Pizza"), false, 1},
              {STR("Place"), false, 1},
              {STR("Trip"), false, 0}};
  assert_int_equal(n, ARRAY_LEN(want));
  for (size_t i = 0; i < n; i++) {
    assert_str_equal(v[i].name, want[i].name);
    assert_int_equal(v[i].is_intent, want[i].is_intent);
    assert_int_equal(v[i].example_count, want[i].examples);
    assert_int_equal(v[i].id.n, 36);
  }
}

/* What a disk or another program made of it is an error, never a crash. */
static void test_refuses_damaged_drafts(void **state) {
  (void)state;
  str json = stored(draft_of(shop));
  for (size_t cut = 0; cut < json.n; cut += 7) {
    luis_draft *d;
    err e = {0};
    assert_int_equal(luis_draft_read(str_make(json.p, cut), &a, &d, &e), ERR_CORRUPT);
  }
  static const char *const broken[] = {
      "{}",
      "[]",
      "{\"intents\":[]}",
      "{\"intents\":[],\"ids\":7}",
      "{\"intents\":[],\"ids\":{\"last\":0,\"guids\":[],\"numbers\":[7]}}",
      "{\"intents\":[{\"name\":\"A\"}],\"ids\":{\"last\":0,\"guids\":[],\"numbers\":[]}}",
      "{\"intents\":[{\"name\":\"A\"}],\"ids\":{\"last\":0,\"guids\":[7],\"numbers\":[]}}",
      "{\"intents\":[{\"name\":\"A\"}],\"ids\":{\"last\":-1,\"guids\":[\"x\"],\"numbers\":[]}}",
      "{\"intents\":[{\"name\":\"\"}],\"ids\":{\"last\":0,\"guids\":[\"x\"],\"numbers\":[]}}",
  };
  for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
    luis_draft *d;
    err e = {0};
    assert_int_equal(luis_draft_read(str_of(broken[i]), &a, &d, &e), ERR_CORRUPT);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_keeps_the_app_and_its_ids, setup, teardown),
      cmocka_unit_test_setup_teardown(test_is_readable_as_an_app, setup, teardown),
      cmocka_unit_test_setup_teardown(test_adds_none_once, setup, teardown),
      cmocka_unit_test_setup_teardown(test_what_belongs_to_the_version, setup, teardown),
      cmocka_unit_test_setup_teardown(test_counts_examples_of_what_is_trained, setup, teardown),
      cmocka_unit_test_setup_teardown(test_refuses_damaged_drafts, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
