/* Rows of LUIS apps and versions, and the queries that are kept for review; on SQLite or PostgreSQL (backend.h). */
#include "fixture.h"

/* Commits an app of that id on "local". */
static void add_app(fixture *f, const char *id, int64_t created_us) {
  store_tx *tx = writing(f);
  store_project p = sample_project(str_of(id), STR(""));
  p.kind = STR(STORE_LUIS_KIND);
  p.created_us = created_us;
  assert_ok(store_project_put(tx, &p, e));
  assert_ok(store_commit(tx, e));
}

static store_luis_version sample_version(const char *app, const char *version, int64_t created_us) {
  return (store_luis_version){.resource = STR("local"),
                              .project = str_of(app),
                              .version = str_of(version),
                              .created_us = created_us,
                              .modified_us = 2,
                              .trained_us = 3,
                              .published_us = 4,
                              .edits = 5,
                              .trained_edits = 6,
                              .training_edits = 7,
                              .training_job = STR("job"),
                              .training = STR("[]"),
                              .intent_count = 8,
                              .entity_count = 9,
                              .document = STR("{\"a\":\"\xe2\x82\xac\"}")};
}

static void assert_same_state(const store_luis_version *a, const store_luis_version *b) {
  assert_true(str_eq(a->resource, b->resource) && str_eq(a->project, b->project) && str_eq(a->version, b->version));
  assert_int_equal(a->created_us, b->created_us);
  assert_int_equal(a->modified_us, b->modified_us);
  assert_int_equal(a->trained_us, b->trained_us);
  assert_int_equal(a->published_us, b->published_us);
  assert_int_equal(a->edits, b->edits);
  assert_int_equal(a->trained_edits, b->trained_edits);
  assert_int_equal(a->training_edits, b->training_edits);
  assert_true(str_eq(a->training_job, b->training_job) && str_eq(a->training, b->training));
  assert_int_equal(a->intent_count, b->intent_count);
  assert_int_equal(a->entity_count, b->entity_count);
}

static void test_apps_are_no_projects(void **state) {
  fixture *f = *state;
  store_project *rows;
  size_t n, total;
  add_project(f->s, STR("clu"));
  add_app(f, "app-2", 20);
  add_app(f, "app-1", 10);
  store_tx *tx = reading(f);
  assert_ok(store_project_list(tx, STR("local"), 0, 10, &f->a, &rows, &n, &total, e));
  assert_int_equal(n, 1);
  assert_int_equal(total, 1);
  assert_str(rows[0].name, "clu");
  assert_ok(store_luis_app_list(tx, STR("local"), &f->a, &rows, &n, e));
  assert_int_equal(n, 2);
  assert_str(rows[0].name, "app-1"); /* the older */
  assert_ok(store_luis_app_list(tx, STR(""), &f->a, &rows, &n, e));
  assert_int_equal(n, 2);
  assert_ok(store_luis_app_list(tx, STR("other"), &f->a, &rows, &n, e));
  assert_int_equal(n, 0);
  store_rollback(tx);
}

static void test_versions(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("clu"));
  add_app(f, "app", 1);
  store_luis_version v = sample_version("app", "0.1", 100), got, *rows;
  size_t n;
  store_tx *tx = writing(f);
  assert_ok(store_luis_version_put(tx, &v, e));
  assert_ok(store_commit(tx, e));
  tx = reading(f);
  assert_ok(store_luis_version_get(tx, STR("local"), STR("app"), STR("0.1"), &f->a, &got, e));
  assert_same_state(&got, &v);
  assert_true(str_eq(got.document, v.document));
  assert_ok(store_luis_version_state(tx, STR("local"), STR("app"), STR("0.1"), &f->a, &got, e));
  assert_same_state(&got, &v);
  assert_int_equal(got.document.n, 0);
  assert_err(ERR_NOT_FOUND, store_luis_version_get(tx, STR("local"), STR("app"), STR("0.2"), &f->a, &got, e));
  assert_err(ERR_NOT_FOUND, store_luis_version_state(tx, STR("local"), STR("other"), STR("0.1"), &f->a, &got, e));
  store_rollback(tx);

  /* The state alone changes, the document stays. */
  store_luis_version changed = sample_version("app", "0.1", 100);
  changed.trained_edits = changed.edits = 77;
  changed.training_job = STR("");
  changed.document = STR_NONE;
  tx = writing(f);
  assert_ok(store_luis_version_put_state(tx, &changed, e));
  v = sample_version("app", "0.2", 200);
  assert_ok(store_luis_version_put(tx, &v, e));
  assert_ok(store_commit(tx, e));
  tx = reading(f);
  assert_ok(store_luis_version_get(tx, STR("local"), STR("app"), STR("0.1"), &f->a, &got, e));
  assert_same_state(&got, &changed);
  assert_true(str_eq(got.document, v.document));
  assert_ok(store_luis_version_list(tx, STR("local"), STR("app"), &f->a, &rows, &n, e));
  assert_int_equal(n, 2);
  assert_str(rows[0].version, "0.2"); /* the newer */
  assert_int_equal(rows[0].document.n, 0);
  store_rollback(tx);

  tx = writing(f);
  changed.version = STR("0.9");
  assert_err(ERR_NOT_FOUND, store_luis_version_put_state(tx, &changed, e));
  store_rollback(tx);
  tx = writing(f);
  assert_ok(store_luis_version_delete(tx, STR("local"), STR("app"), STR("0.1"), e));
  assert_err(ERR_NOT_FOUND, store_luis_version_delete(tx, STR("local"), STR("app"), STR("0.1"), e));
  store_rollback(tx);
}

static void test_versions_belong_to_an_app(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("clu"));
  store_luis_version v = sample_version("nobody", "0.1", 100), *rows;
  size_t n;
  store_tx *tx = writing(f);
  assert_err(ERR_CONFLICT, store_luis_version_put(tx, &v, e));
  store_rollback(tx);
  add_app(f, "app", 1);
  v = sample_version("app", "0.1", 100);
  tx = writing(f);
  assert_ok(store_luis_version_put(tx, &v, e));
  assert_ok(store_project_delete(tx, STR("local"), STR("app"), e));
  assert_ok(store_luis_version_list(tx, STR("local"), STR("app"), &f->a, &rows, &n, e));
  assert_int_equal(n, 0);
  assert_ok(store_commit(tx, e));
}

static void test_slot_options(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("clu"));
  add_app(f, "app", 1);
  store_deployment d = sample_deployment(STR("app"), STR("production"), STR("file")), got;
  store_tx *tx = writing(f);
  assert_ok(store_deployment_put(tx, &d, e));
  assert_ok(store_deployment_get(tx, STR("local"), STR("app"), STR("production"), &f->a, &got, e));
  assert_int_equal(got.options.n, 0);
  d.options = STR("{\"sentimentAnalysis\":true}");
  assert_ok(store_deployment_put(tx, &d, e));
  assert_ok(store_deployment_get(tx, STR("local"), STR("app"), STR("production"), &f->a, &got, e));
  assert_true(str_eq(got.options, d.options));
  assert_ok(store_commit(tx, e));
}

/* Served changes are counted for the nodes; a project's metadata only when it is said. */
static void test_live_changed(void **state) {
  fixture *f = *state;
  int64_t before, after;
  add_project(f->s, STR("clu"));
  store_tx *tx = reading(f);
  assert_ok(store_generation(tx, &before, e));
  store_rollback(tx);
  add_app(f, "app", 1);
  tx = reading(f);
  assert_ok(store_generation(tx, &after, e));
  store_rollback(tx);
  assert_int_equal(after, before);
  tx = writing(f);
  store_live_changed(tx);
  assert_ok(store_commit(tx, e));
  tx = reading(f);
  assert_ok(store_generation(tx, &after, e));
  store_rollback(tx);
  assert_true(after > before);
}

static void test_queries(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("clu"));
  add_app(f, "app", 1);
  static const char *const texts[] = {"One", "two", "ONE", "three"};
  store_query q[ARRAY_LEN(texts)], *rows;
  size_t n, total, removed;
  for (size_t i = 0; i < ARRAY_LEN(q); i++)
    q[i] = (store_query){.resource = STR("local"),
                         .project = STR("app"),
                         .deployment = STR("production"),
                         .text = str_of(texts[i]),
                         .language = STR("en"),
                         .top_intent = STR("None"),
                         .prediction = STR("{}"),
                         .at_us = (int64_t)i + 1};
  assert_ok(store_query_add(f->s, q, ARRAY_LEN(q), e));
  store_tx *tx = writing(f);
  assert_ok(store_query_list(tx, STR("local"), STR("app"), 2, &f->a, &rows, &n, &total, e));
  assert_int_equal(n, 2);
  assert_int_equal(total, 4);
  assert_str(rows[0].text, "three"); /* the newest */
  assert_ok(store_query_list(tx, STR("local"), STR("other"), 2, &f->a, &rows, &n, &total, e));
  assert_int_equal(total, 0);
  assert_ok(store_query_delete(tx, STR("local"), STR("app"), STR("oNe"), &removed, e));
  assert_int_equal(removed, 2);
  assert_ok(store_query_delete(tx, STR("local"), STR("app"), STR("oNe"), &removed, e));
  assert_int_equal(removed, 0);
  assert_ok(store_query_expire(tx, 2, &removed, e)); /* the first was deleted by its text */
  assert_int_equal(removed, 0);
  assert_ok(store_query_expire(tx, 3, &removed, e));
  assert_int_equal(removed, 1);
  assert_ok(store_project_delete(tx, STR("local"), STR("app"), e));
  assert_ok(store_query_list(tx, STR("local"), STR("app"), 2, &f->a, &rows, &n, &total, e));
  assert_int_equal(total, 0);
  assert_ok(store_commit(tx, e));
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_apps_are_no_projects), T(test_versions),     T(test_versions_belong_to_an_app),
      T(test_slot_options),         T(test_live_changed), T(test_queries),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
