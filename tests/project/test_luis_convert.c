/* LUIS to CLU and back: the result, and a note for each thing that did not come along. */
#include "project/clu_json.h"
#include "project/luis_convert.h"
#include "tests/project/luis_files.h"

static str clu_json(arena *a, const project *p) {
  buf b = {0};
  clu_write(p, OFFSET_UTF16, &b);
  str s = arena_str(a, buf_str(&b));
  buf_free(&b);
  return s;
}

/* NAME.luis.json becomes NAME.clu.json, which is a valid project file. */
static void test_to_clu(void **state) {
  (void)state;
  static const char *const names[] = {"all_kinds", "names", "overlaps", "plain"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    arena a;
    arena_init(&a, 0);
    luis_app app;
    project p, back;
    notes l = {.a = &a};
    err e = {0};
    if (luis_read(luis_case_file(&a, "to_clu", names[i], ".json"), &a, &app, &e) != ERR_OK) fail_msg("%s", e.message);
    if (luis_to_clu(&app, &a, &p, &l, &e) != ERR_OK) fail_msg("%s: %s", names[i], e.message);
    str got = clu_json(&a, &p);
    luis_expect_json(names[i], got, luis_case_file(&a, "to_clu", names[i], ".expected.json"));
    luis_expect_notes(names[i], &l, luis_case_file(&a, "to_clu", names[i], ".notes.txt"));
    if (clu_read(got, NULL, &a, &back, &e) != ERR_OK) fail_msg("%s: %s", names[i], e.message);
    arena_fini(&a);
  }
}

static void test_to_luis(void **state) {
  (void)state;
  static const char *const names[] = {"components", "plain"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    arena a;
    arena_init(&a, 0);
    project p;
    luis_app app, back;
    notes l = {.a = &a};
    err e = {0};
    if (clu_read(luis_case_file(&a, "to_luis", names[i], ".json"), NULL, &a, &p, &e) != ERR_OK)
      fail_msg("%s", e.message);
    if (clu_to_luis(&p, &a, &app, &l, &e) != ERR_OK) fail_msg("%s: %s", names[i], e.message);
    str got = luis_json(&a, &app);
    luis_expect_json(names[i], got, luis_case_file(&a, "to_luis", names[i], ".expected.json"));
    luis_expect_notes(names[i], &l, luis_case_file(&a, "to_luis", names[i], ".notes.txt"));
    if (luis_read(got, &a, &back, &e) != ERR_OK) fail_msg("%s: %s", names[i], e.message);
    arena_fini(&a);
  }
}

/* What both sides have comes back as it was. */
static void test_there_and_back(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  luis_app app, back;
  project p;
  notes l = {.a = &a};
  assert_int_equal(luis_read(luis_case_file(&a, "to_clu", "plain", ".json"), &a, &app, NULL), ERR_OK);
  assert_int_equal(luis_to_clu(&app, &a, &p, &l, NULL), ERR_OK);
  assert_int_equal(clu_to_luis(&p, &a, &back, &l, NULL), ERR_OK);
  assert_int_equal(l.n, 0);
  luis_expect_json("plain", luis_json(&a, &back), luis_case_file(&a, "to_clu", "plain", ".json"));
  arena_fini(&a);
}

static void test_orchestration(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  project p;
  luis_app app;
  err e = {0};
  assert_int_equal(clu_read(luis_file(&a, "tests/cases/project/orchestration.json"), NULL, &a, &p, &e), ERR_OK);
  assert_int_equal(clu_to_luis(&p, &a, &app, NULL, &e), ERR_INVALID_ARGUMENT);
  assert_string_equal(e.target, "metadata.projectKind");
  arena_fini(&a);
}

/* The limits of CLU are lower in places: the app is refused, not cut. */
static void test_too_many_entities(void **state) {
  (void)state;
  buf b = {0};
  buf_printf(&b, "{\"intents\":[],\"entities\":[");
  for (int i = 0; i < 100; i++) {
    buf_printf(&b, "%s{\"name\":\"e%d\",\"children\":[", i ? "," : "", i);
    for (int k = 0; k < 4; k++) buf_printf(&b, "%s{\"name\":\"c%d\"}", k ? "," : "", k);
    buf_printf(&b, "]}");
  }
  buf_printf(&b, "]}");
  arena a;
  arena_init(&a, 0);
  luis_app app;
  project p;
  err e = {0};
  assert_int_equal(luis_read(buf_str(&b), &a, &app, &e), ERR_OK);
  assert_int_equal(luis_to_clu(&app, &a, &p, NULL, &e), ERR_QUOTA_EXCEEDED);
  assert_string_equal(e.message, "entities: the project would have 400, over the limit of 350");
  arena_fini(&a);
  buf_free(&b);
}

/* A list of the largest size has its canonical forms as synonyms, too: what goes over the limit is left out. */
static void test_largest_list(void **state) {
  (void)state;
  buf b = {0};
  buf_printf(&b, "{\"intents\":[],\"closedLists\":[{\"name\":\"L\",\"subLists\":[");
  for (int i = 0; i < 20000; i++)
    buf_printf(&b, "%s{\"canonicalForm\":\"c%d\",\"list\":[\"s%d\"]}", i ? "," : "", i, i);
  buf_printf(&b, "]}]}");
  arena a;
  arena_init(&a, 0);
  luis_app app;
  project p;
  notes l = {.a = &a};
  assert_int_equal(luis_read(buf_str(&b), &a, &app, NULL), ERR_OK);
  assert_int_equal(luis_to_clu(&app, &a, &p, &l, NULL), ERR_OK);
  assert_int_equal(p.entities[0].sublist_count, 10000);
  luis_expect_notes("largest list", &l,
                    STR("culture: \"\" is no culture; the language is en-us\n"
                        "name: the project is called \"untitled\"\n"
                        "closedLists[0]: 10000 sublists of the list \"L\" are left out here: too many synonyms\n"));
  arena_fini(&a);
  buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_to_clu),
                                     cmocka_unit_test(test_to_luis),
                                     cmocka_unit_test(test_there_and_back),
                                     cmocka_unit_test(test_orchestration),
                                     cmocka_unit_test(test_too_many_entities),
                                     cmocka_unit_test(test_largest_list)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
