#include "project/clu_json.h"
#include "tests/test.h"

typedef struct fixture {
  arena a;
  project_metadata m;
} fixture;

static int setup(void **state) {
  fixture *f = calloc(1, sizeof *f);
  arena_init(&f->a, 0);
  *state = f;
  return 0;
}

static int teardown(void **state) {
  fixture *f = *state;
  arena_fini(&f->a);
  free(f);
  return 0;
}

static err_code apply(fixture *f, const char *json, bool patch, err *e) {
  jdoc *doc;
  *e = (err){0};
  if (jn_parse(str_of(json), &doc, e) != ERR_OK) fail_msg("%s", e->message);
  jnode root = jn_root(doc);
  err_code rc = patch ? clu_metadata_patch(&root, &f->a, &f->m, e) : clu_metadata_read(&root, &f->a, &f->m, e);
  jn_free(doc); /* the metadata must not point into it */
  return rc;
}

static const char *const FULL =
    "{\"projectKind\":\"Conversation\",\"projectName\":\"Bot\",\"language\":\"EN-us\",\"multilingual\":true,"
    "\"description\":\"d\",\"storageInputContainerName\":\"s\","
    "\"settings\":{\"confidenceThreshold\":0.7,\"normalizeCasing\":true}}";

static void test_read(void **state) {
  fixture *f = *state;
  err e;
  assert_int_equal(apply(f, FULL, false, &e), ERR_OK);
  assert_str_equal(f->m.name, STR("Bot"));
  assert_str_equal(f->m.language, STR("en-us"));
  assert_int_equal(f->m.multilingual, OPT_TRUE);
  assert_str_equal(f->m.description, STR("d"));
  assert_str_equal(f->m.storage_container, STR("s"));
  assert_true(f->m.settings.present && f->m.settings.has_threshold);
  assert_true(f->m.settings.confidence_threshold == 0.7);
  assert_int_equal(f->m.settings.normalize_casing, OPT_TRUE);
  assert_int_equal(f->m.settings.augment_diacritics, OPT_ABSENT);
}

static void test_default_threshold(void **state) {
  fixture *f = *state;
  err e;
  assert_int_equal(apply(f, "{\"projectKind\":\"Orchestration\",\"language\":\"de\"}", false, &e), ERR_OK);
  assert_true(f->m.settings.confidence_threshold == 0.5);
  assert_false(f->m.settings.present);
  assert_null(f->m.name.p);
  assert_int_equal(apply(f, "{\"projectKind\":\"Conversation\",\"language\":\"de\",\"settings\":{}}", false, &e),
                   ERR_OK);
  assert_true(f->m.settings.confidence_threshold == 0);
  assert_true(f->m.settings.present);
}

static void test_patch_changes_only_what_it_names(void **state) {
  fixture *f = *state;
  err e;
  assert_int_equal(apply(f, FULL, false, &e), ERR_OK);
  assert_int_equal(apply(f, "{\"description\":\"new\",\"settings\":{\"augmentDiacritics\":true}}", true, &e), ERR_OK);
  assert_str_equal(f->m.description, STR("new"));
  assert_str_equal(f->m.storage_container, STR("s"));
  assert_true(f->m.settings.confidence_threshold == 0.7);
  assert_int_equal(f->m.settings.normalize_casing, OPT_TRUE);
  assert_int_equal(f->m.settings.augment_diacritics, OPT_TRUE);
  assert_int_equal(apply(f, "{}", true, &e), ERR_OK);
  assert_str_equal(f->m.description, STR("new"));
}

static void test_patch_null_removes(void **state) {
  fixture *f = *state;
  err e;
  assert_int_equal(apply(f, FULL, false, &e), ERR_OK);
  assert_int_equal(
      apply(f, "{\"description\":null,\"multilingual\":null,\"settings\":{\"confidenceThreshold\":null}}", true, &e),
      ERR_OK);
  assert_null(f->m.description.p);
  assert_int_equal(f->m.multilingual, OPT_ABSENT);
  assert_false(f->m.settings.has_threshold);
  assert_true(f->m.settings.confidence_threshold == 0);
  assert_int_equal(apply(f, "{\"settings\":null}", true, &e), ERR_OK);
  assert_false(f->m.settings.present);
}

static void test_patch_refusals_change_nothing(void **state) {
  static const struct {
    const char *patch, *target;
  } cases[] = {
      {"{\"description\":\"x\",\"projectKind\":\"Orchestration\"}", "projectKind"},
      {"{\"description\":\"x\",\"projectName\":\"Other\"}", "projectName"},
      {"{\"description\":\"x\",\"language\":null}", "language"},
      {"{\"description\":\"x\",\"settings\":{\"confidenceThreshold\":2}}", "settings.confidenceThreshold"},
      {"[]", ""},
  };
  fixture *f = *state;
  err e;
  assert_int_equal(apply(f, FULL, false, &e), ERR_OK);
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    assert_int_equal(apply(f, cases[i].patch, true, &e), ERR_INVALID_ARGUMENT);
    assert_string_equal(e.target, cases[i].target);
    assert_str_equal(f->m.description, STR("d"));
  }
  assert_int_equal(apply(f, "{\"projectKind\":\"Conversation\",\"projectName\":\"Bot\"}", true, &e), ERR_OK);
}

static void test_kind_names(void **state) {
  (void)state;
  project_kind k;
  assert_true(project_kind_parse(STR("orchestration"), &k) && k == PROJECT_ORCHESTRATION);
  assert_true(project_kind_parse(STR("Conversation"), &k) && k == PROJECT_CONVERSATION);
  assert_false(project_kind_parse(STR("Convers"), &k));
  assert_string_equal(project_kind_name(PROJECT_ORCHESTRATION), "Orchestration");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(test_read),
                                     TEST(test_default_threshold),
                                     TEST(test_patch_changes_only_what_it_names),
                                     TEST(test_patch_null_removes),
                                     TEST(test_patch_refusals_change_nothing),
                                     TEST(test_kind_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
