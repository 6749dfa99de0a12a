/* LUIS JSON: every schema version in, 7 out; what is refused and where; limits in linear time. */
#include "tests/case_file.h"
#include "tests/project/luis_files.h"

static void test_files(void **state) {
  (void)state;
  static const char *const names[] = {"full", "bare", "old1", "old3", "v4", "v5", "flat6"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    arena a;
    arena_init(&a, 0);
    str in = luis_case_file(&a, "json", names[i], ".json"),
        want = luis_case_file(&a, "json", names[i], ".expected.json");
    luis_app app, back;
    err e = {0};
    if (luis_read(in, &a, &app, &e) != ERR_OK) fail_msg("%s: %s", names[i], e.message);
    str out = luis_json(&a, &app);
    luis_expect_json(names[i], out, want.n ? want : in);
    if (luis_read(out, &a, &back, &e) != ERR_OK) fail_msg("%s: %s", names[i], e.message);
    assert_str_equal(luis_json(&a, &back), out);
    arena_fini(&a);
  }
}

/* "app: …" are the members of an app with the intents A and B; "doc: …" is a whole document. */
static void run_error(const case_block *b, void *user) {
  (void)user;
  assert_int_equal(b->n, 2);
  buf json = {0};
  if (str_starts(b->lines[0], STR("app: ")))
    buf_printf(&json, "{\"luis_schema_version\":\"7.0.0\",\"intents\":[{\"name\":\"A\"},{\"name\":\"B\"}]," STR_FMT "}",
               STR_ARG(str_skip(b->lines[0], 5)));
  else
    buf_add_str(&json, str_skip(b->lines[0], 5));
  arena a;
  arena_init(&a, 0);
  luis_app app, untouched;
  memset(&app, 0xa5, sizeof app);
  untouched = app;
  err e = {0};
  err_code rc = luis_read(buf_str(&json), &a, &app, &e);
  char got[sizeof e.message + 64];
  snprintf(got, sizeof got, "%s %s", err_name(rc), e.message);
  if (!str_eq(str_of(got), b->lines[1])) print_error("case of line %zu\n", b->line_number);
  assert_str_equal(str_of(got), b->lines[1]);
  assert_true(str_starts(str_of(e.message), str_of(e.target)));
  assert_memory_equal(&app, &untouched, sizeof app);
  arena_fini(&a);
  buf_free(&json);
}

static void test_errors(void **state) {
  (void)state;
  assert_true(case_file_run(LUIS_CASES "json_errors.txt", run_error, NULL) > 40);
}

/* ---- Sizes ---- */

static void expect(const buf *json, err_code want, const char *place) {
  arena a;
  arena_init(&a, 0);
  luis_app app;
  err e = {0};
  err_code rc = luis_read(buf_str(json), &a, &app, &e);
  if (rc != want) print_error("%s\n", e.message);
  assert_int_equal(rc, want);
  assert_string_equal(e.target, place);
  arena_fini(&a);
}

static void add_list(buf *b, int sublists, int synonyms) {
  buf_printf(b, "{\"intents\":[],\"closedLists\":[{\"name\":\"L\",\"subLists\":[");
  for (int i = 0; i < sublists; i++) {
    buf_printf(b, "%s{\"canonicalForm\":\"c%d\",\"list\":[", i ? "," : "", i);
    for (int k = 0; k < synonyms; k++) buf_printf(b, "%s\"s%d\"", k ? "," : "", k);
    buf_printf(b, "]}");
  }
  buf_printf(b, "]}]}");
}

/* At the limit it is read, over it refused; 20,000 x 500 would take for ever if anything here were quadratic. */
static void test_lists(void **state) {
  (void)state;
  static const struct {
    int sublists, synonyms;
    err_code want;
  } cases[] = {
      {20000, 1, ERR_OK}, {1, 20000, ERR_OK}, {1, 20001, ERR_QUOTA_EXCEEDED}, {20000, 500, ERR_QUOTA_EXCEEDED}};
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    buf b = {0};
    add_list(&b, cases[i].sublists, cases[i].synonyms);
    expect(&b, cases[i].want, cases[i].want == ERR_OK ? "" : "closedLists[0]");
    buf_free(&b);
  }
}

static void test_children_without_end(void **state) {
  (void)state;
  buf b = {0};
  enum { DEPTH = 600 };
  buf_printf(&b, "{\"intents\":[],\"entities\":[{\"name\":\"E\"");
  for (int i = 0; i < DEPTH; i++) buf_printf(&b, ",\"children\":[{\"name\":\"c%d\"", i);
  for (int i = 0; i < DEPTH; i++) buf_printf(&b, "}]");
  buf_printf(&b, "}]}");
  expect(&b, ERR_QUOTA_EXCEEDED, "entities[0].children[0].children[0].children[0].children[0].children[0].children[0]");
  buf_free(&b);
}

/* A chain of features through every entity and intent ends where it began. */
static void test_long_cycle(void **state) {
  (void)state;
  enum { N = 300 };
  for (int closed = 0; closed < 2; closed++) {
    buf b = {0};
    buf_printf(&b, "{\"intents\":[{\"name\":\"I\",\"features\":[{\"modelName\":\"e0\"}]}],\"entities\":[");
    for (int i = 0; i < N; i++) {
      buf_printf(&b, "%s{\"name\":\"e%d\"", i ? "," : "", i);
      if (i + 1 < N)
        buf_printf(&b, ",\"features\":[{\"modelName\":\"e%d\"}]", i + 1);
      else if (closed)
        buf_printf(&b, ",\"features\":[{\"modelName\":\"I\"}]");
      buf_printf(&b, "}");
    }
    buf_printf(&b, "]}");
    expect(&b, closed ? ERR_INVALID_ARGUMENT : ERR_OK, closed ? "entities[0]" : "");
    buf_free(&b);
  }
}

/* Of many labels over one text each has to find its parent. */
static void test_many_flat_labels(void **state) {
  (void)state;
  buf b = {0};
  buf_printf(&b, "{\"intents\":[{\"name\":\"A\"}],\"entities\":[{\"name\":\"E\",\"children\":[{\"name\":\"c\"}]}],"
                 "\"utterances\":[{\"intent\":\"A\",\"text\":\"");
  for (int i = 0; i < 500; i++) buf_add_byte(&b, 'x');
  buf_printf(&b, "\",\"entities\":[{\"entity\":\"E\",\"startPos\":0,\"endPos\":499}");
  for (int i = 0; i < 499; i++) buf_printf(&b, ",{\"entity\":\"c\",\"startPos\":%d,\"endPos\":%d}", i, i);
  buf_printf(&b, "]}]}");
  arena a;
  arena_init(&a, 0);
  luis_app app;
  assert_int_equal(luis_read(buf_str(&b), &a, &app, NULL), ERR_OK);
  assert_int_equal(app.utterances[0].labels.n, 1);
  assert_int_equal(app.utterances[0].labels.v[0].children.n, 499);
  arena_fini(&a);
  buf_free(&b);
}

/* Schema 3.2 has neither features nor children, and the older words. */
static void test_schema_3(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  luis_app app, back;
  buf json = {0};
  static const char flat[] =
      "{\"luis_schema_version\":\"7.0.0\",\"name\":\"a\",\"culture\":\"en-us\",\"intents\":[{\"name\":\"I\","
      "\"features\":"
      "[{\"modelName\":\"E\"}]}],\"entities\":[{\"name\":\"E\",\"roles\":[\"r\"]}],\"composites\":[{\"name\":\"C\","
      "\"children\":[{\"name\":\"E\"}]}],\"phraselists\":[{\"name\":\"P\",\"words\":\"a,b\",\"mode\":true,"
      "\"activated\":true}],"
      "\"utterances\":[{\"text\":\"x "
      "y\",\"intent\":\"I\",\"entities\":[{\"entity\":\"E\",\"startPos\":0,\"endPos\":0}]}]}";
  assert_int_equal(luis_read(str_of(flat), &a, &app, NULL), ERR_OK);
  assert_int_equal(luis_write_v2(&app, &json, NULL), ERR_OK);
  buf_add_byte(&json, '\0');
  static const char *const has[] = {"\"luis_schema_version\":\"3.2.0\"", "\"children\":[\"E\"]",
                                    "\"model_features\":[{"};
  static const char *const has_not[] = {"\"features\"", "phraselists", "enabledForAllModels"};
  for (size_t i = 0; i < ARRAY_LEN(has); i++) assert_non_null(strstr(json.p, has[i]));
  for (size_t i = 0; i < ARRAY_LEN(has_not); i++) assert_null(strstr(json.p, has_not[i]));
  assert_int_equal(luis_read(str_make(json.p, json.n - 1), &a, &back, NULL), ERR_OK);
  assert_int_equal(back.utterances[0].labels.n, 1);
  assert_int_equal(back.phraselist_count, 1);
  json.n = 0;
  static const char nested[] = "{\"intents\":[],\"entities\":[{\"name\":\"E\",\"children\":[{\"name\":\"c\"}]}]}";
  err e = {0};
  assert_int_equal(luis_read(str_of(nested), &a, &app, NULL), ERR_OK);
  assert_int_equal(luis_write_v2(&app, &json, &e), ERR_INVALID_ARGUMENT);
  assert_non_null(strstr(e.message, "'E'"));
  assert_int_equal(json.n, 0);
  buf_free(&json);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_files),      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_lists),      cmocka_unit_test(test_children_without_end),
      cmocka_unit_test(test_long_cycle), cmocka_unit_test(test_many_flat_labels),
      cmocka_unit_test(test_schema_3),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
