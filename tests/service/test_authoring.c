/* Projects: create, change, list, import, export, delete, and the rules between them. */
#include "fixture.h"

#include <unistd.h>

static err_code patch(fixture *f, const char *name, const char *body, bool *created, project_view *v, err *e) {
  jdoc *doc;
  err_code rc = jn_parse(str_of(body), &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = authoring_patch(f->s, LOCAL, str_of(name), &root, &f->a, created, v, e);
  jn_free(doc);
  return rc;
}

#define CREATE "{\"projectKind\":\"Conversation\",\"projectName\":\"p\",\"language\":\"en-us\"}"

static void test_patch(void **state) {
  fixture *f = *state;
  project_view v;
  bool created;
  assert_ok(patch(f, "p", CREATE, &created, &v, e));
  assert_true(created);
  assert_str_equal(v.metadata.name, STR("p"));
  assert_false(v.metadata.settings.present);
  assert_int_equal(v.trained_us, 0);
  int64_t modified = v.modified_us;
  usleep(10);
  assert_ok(patch(f, "p", "{\"description\":\"d\",\"multilingual\":true}", &created, &v, e));
  assert_false(created);
  assert_str_equal(v.metadata.description, STR("d"));
  assert_int_equal(v.metadata.multilingual, OPT_TRUE);
  assert_true(v.modified_us > modified);
  assert_ok(patch(f, "p", "{\"description\":null}", &created, &v, e));
  assert_null(v.metadata.description.p);
  project_view again;
  assert_ok(authoring_get(f->s, LOCAL, STR("p"), &f->a, &again, e));
  assert_int_equal(again.modified_us, v.modified_us);
  assert_str_equal(again.metadata.language, STR("en-us"));
}

static void test_patch_refused(void **state) {
  fixture *f = *state;
  project_view v;
  bool created;
  assert_err(ERR_INVALID_ARGUMENT, patch(f, "p", "{\"language\":\"en-us\"}", &created, &v, e));
  assert_err(ERR_INVALID_ARGUMENT, patch(f, "p", "{\"projectKind\":\"Conversation\"}", &created, &v, e));
  assert_err(ERR_INVALID_ARGUMENT, patch(f, "q", CREATE, &created, &v, e)); /* another name */
  assert_err(ERR_INVALID_ARGUMENT, patch(f, "global", "{}", &created, &v, e));
  assert_err(ERR_INVALID_ARGUMENT, patch(f, "a/b", CREATE, &created, &v, e));
  assert_err(ERR_PROJECT_NOT_FOUND, authoring_get(f->s, LOCAL, STR("p"), &f->a, &v, e));
  assert_ok(patch(f, "p", CREATE, &created, &v, e));
  assert_err(ERR_INVALID_ARGUMENT, patch(f, "p", "{\"projectKind\":\"Orchestration\"}", &created, &v, e));
  assert_err(ERR_INVALID_ARGUMENT, patch(f, "p", "{\"projectName\":\"z\"}", &created, &v, e));
}

static str export_of(fixture *f, const char *name, offset_unit unit) {
  char id[ID_JOB_LEN + 1];
  str json;
  assert_ok(authoring_export(f->s, LOCAL, str_of(name), unit, STR_NONE, id, e));
  wait_job(f, JOB_EXPORT, id, "succeeded");
  assert_ok(authoring_export_result(f->s, LOCAL, str_of(name), str_of(id), &f->a, &json, e));
  return json;
}

static void test_import_and_export(void **state) {
  fixture *f = *state;
  project_view v, *list;
  size_t n, total;
  import_small(f, "p");
  assert_ok(authoring_get(f->s, LOCAL, STR("p"), &f->a, &v, e));
  assert_true(v.metadata.settings.has_threshold);
  assert_ok(authoring_list(f->s, LOCAL, (page){0, 10}, &f->a, &list, &n, &total, e));
  assert_int_equal(total, 1);

  str first = export_of(f, "p", OFFSET_UTF16);
  assert_has(first, "k\xc3\xb6ln");
  char id[ID_JOB_LEN + 1];
  assert_ok(authoring_import(f->s, LOCAL, STR("p"), first, id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
  assert_str_equal(export_of(f, "p", OFFSET_UTF16), first);

  /* Out in another unit and in again is the same project. */
  str bytes = export_of(f, "p", OFFSET_UTF8);
  assert_has(bytes, "Utf8CodeUnit");
  assert_ok(authoring_import(f->s, LOCAL, STR("p"), bytes, id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
  assert_str_equal(export_of(f, "p", OFFSET_UTF16), first);
}

static void test_metadata_patch_keeps_assets(void **state) {
  fixture *f = *state;
  project_view v;
  bool created;
  import_small(f, "p");
  assert_ok(patch(f, "p", "{\"settings\":{\"confidenceThreshold\":0.7}}", &created, &v, e));
  str json = export_of(f, "p", OFFSET_UTF16);
  assert_has(json, "0.7");
  assert_has(json, "book a table number 3");
}

static void test_import_refused(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  project_view v;
  err why = {0};
  import_small(f, "p");
  str before = export_of(f, "p", OFFSET_UTF16);
  assert_err(ERR_INVALID_ARGUMENT,
             authoring_import(f->s, LOCAL, STR("q"), small_document(&f->a, "p", 1, false), id, e));
  assert_int_not_equal(authoring_import(f->s, LOCAL, STR("p"), STR("{"), id, &why), ERR_OK);
  str broken =
      STR("{\"projectFileVersion\":\"2023-04-01\",\"stringIndexType\":\"Utf16CodeUnit\",\"metadata\":{"
          "\"projectKind\":\"Conversation\",\"language\":\"en\"},\"assets\":{\"projectKind\":\"Conversation\","
          "\"intents\":[{\"category\":\"A\"}],\"entities\":[{\"category\":\"E\"}],\"utterances\":["
          "{\"text\":\"abc\",\"intent\":\"A\",\"entities\":[{\"category\":\"E\",\"offset\":2,\"length\":9}]}]}}");
  assert_int_not_equal(authoring_import(f->s, LOCAL, STR("p"), broken, id, &why), ERR_OK);
  assert_non_null(strstr(why.target, "assets.utterances[0].entities[0]"));
  str other_kind = STR("{\"projectFileVersion\":\"2023-04-01\",\"stringIndexType\":\"Utf16CodeUnit\",\"metadata\":{"
                       "\"projectKind\":\"Orchestration\",\"language\":\"en\"}}");
  assert_err(ERR_INVALID_ARGUMENT, authoring_import(f->s, LOCAL, STR("p"), other_kind, id, e));
  assert_str_equal(export_of(f, "p", OFFSET_UTF16), before);
  assert_err(ERR_PROJECT_NOT_FOUND, authoring_get(f->s, LOCAL, STR("q"), &f->a, &v, e));
}

static void test_unknown_things(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  job_view v;
  str json;
  import_small(f, "p");
  assert_err(ERR_PROJECT_NOT_FOUND, authoring_delete(f->s, LOCAL, STR("q"), id, e));
  assert_err(ERR_PROJECT_NOT_FOUND, authoring_export(f->s, LOCAL, STR("q"), OFFSET_UTF16, STR_NONE, id, e));
  assert_err(ERR_NOT_FOUND, authoring_export(f->s, LOCAL, STR("p"), OFFSET_UTF16, STR("m"), id, e));
  assert_err(ERR_PROJECT_NOT_FOUND, authoring_export(f->s, STR("other"), STR("p"), OFFSET_UTF16, STR_NONE, id, e));
  assert_ok(authoring_export(f->s, LOCAL, STR("p"), OFFSET_UTF16, STR_NONE, id, e));
  wait_job(f, JOB_EXPORT, id, "succeeded");
  /* A job answers only under its own resource, kind and project. */
  assert_err(ERR_OPERATION_NOT_FOUND,
             job_get(f->s, STR("other"), JOB_EXPORT, STR_NONE, STR_NONE, str_of(id), &f->a, &v, e));
  assert_err(ERR_OPERATION_NOT_FOUND, job_get(f->s, LOCAL, JOB_IMPORT, STR_NONE, STR_NONE, str_of(id), &f->a, &v, e));
  assert_err(ERR_OPERATION_NOT_FOUND, job_get(f->s, LOCAL, JOB_EXPORT, STR("q"), STR_NONE, str_of(id), &f->a, &v, e));
  assert_err(ERR_OPERATION_NOT_FOUND, authoring_export_result(f->s, LOCAL, STR("p"), STR("x"), &f->a, &json, e));
  assert_true(id_is_job(str_of(id)));
  assert_ok(job_get(f->s, LOCAL, JOB_EXPORT, STR("p"), STR_NONE, str_of(id), &f->a, &v, e));
  assert_int_equal(v.expires_us - v.created_us, (int64_t)7 * 24 * 3600 * 1000000);
}

static void test_delete(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  project_view v;
  import_small(f, "p");
  import_small(f, "q");
  assert_ok(authoring_delete(f->s, LOCAL, STR("p"), id, e));
  wait_job(f, JOB_DELETE_PROJECT, id, "succeeded");
  assert_err(ERR_PROJECT_NOT_FOUND, authoring_get(f->s, LOCAL, STR("p"), &f->a, &v, e));
  assert_ok(authoring_get(f->s, LOCAL, STR("q"), &f->a, &v, e));
  import_small(f, "p"); /* the name is free again */
}

static void test_project_limit(void **state) {
  fixture *f = *state;
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  assert_ok(store_begin_write(st, &tx, e));
  for (int i = 0; i < 500; i++) {
    store_project p = {.resource = LOCAL,
                       .name = arena_printf(&f->a, "p%d", i),
                       .kind = STR("Conversation"),
                       .metadata = STR("{\"projectKind\":\"Conversation\",\"language\":\"en\"}")};
    assert_ok(store_project_put(tx, &p, e));
  }
  assert_ok(store_commit(tx, e));
  store_close(st);
  fixture_open(f);
  project_view v;
  bool created;
  char id[ID_JOB_LEN + 1];
  assert_err(ERR_QUOTA_EXCEEDED, patch(f, "p", CREATE, &created, &v, e));
  assert_err(ERR_QUOTA_EXCEEDED, authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", 1, false), id, e));
  assert_ok(authoring_import(f->s, LOCAL, STR("p7"), small_document(&f->a, "p7", 1, false), id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_patch),
      T(test_patch_refused),
      T(test_import_and_export),
      T(test_metadata_patch_keeps_assets),
      T(test_import_refused),
      T(test_unknown_things),
      T(test_delete),
      T(test_project_limit),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
