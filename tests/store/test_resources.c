/* Resources that come and go, resource groups, bearer tokens: of SQLite or of PostgreSQL (backend.h). */
#include "fixture.h"


static store_resource resource_named(str name) {
  store_resource r = sample_resource();
  r.name = name;
  return r;
}

static void test_all_columns(void **state) {
  fixture *f = *state;
  const store_resource want = {.name = STR("west"),
                               .region = STR("westus2"),
                               .azure_resource_id = STR("/subscriptions/s/x"),
                               .custom_domain = STR("w"),
                               .key1_generation = 3,
                               .key2_generation = 4,
                               .created_us = 5,
                               .kind = STR("LUIS"),
                               .document = STR("{\"tags\":{}}"),
                               .keys_off = true,
                               .modified_us = 6};
  store_resource got;
  store_tx *tx = writing(f);
  assert_ok(store_resource_put(tx, &want, e));
  assert_ok(store_resource_get(tx, STR("west"), &f->a, &got, e));
  assert_ok(store_commit(tx, e));
  assert_str(got.region, "westus2");
  assert_str(got.azure_resource_id, "/subscriptions/s/x");
  assert_str(got.custom_domain, "w");
  assert_str(got.kind, "LUIS");
  assert_str(got.document, "{\"tags\":{}}");
  assert_true(got.keys_off && !got.purged);
  assert_int_equal(got.key1_generation, 3);
  assert_int_equal(got.key2_generation, 4);
  assert_int_equal(got.modified_us, 6);
  assert_int_equal(got.deleted_us, 0);
}

static void test_deleted_ones_are_no_more_listed(void **state) {
  fixture *f = *state;
  store_resource gone = resource_named(STR("gone")), here = resource_named(STR("here")), got, *rows;
  size_t n;
  gone.deleted_us = 7;
  store_tx *tx = writing(f);
  assert_ok(store_resource_put(tx, &gone, e));
  assert_ok(store_resource_put(tx, &here, e));
  assert_err(ERR_NOT_FOUND, store_resource_get(tx, STR("gone"), &f->a, &got, e));
  assert_ok(store_resource_list(tx, &f->a, &rows, &n, e));
  assert_int_equal(n, 1);
  assert_str(rows[0].name, "here");
  assert_ok(store_resource_all(tx, &f->a, &rows, &n, e));
  assert_int_equal(n, 2);
  assert_int_equal(rows[0].deleted_us, 7);
  store_rollback(tx);
}

/* A row in every table that is of a resource. */
static void furnish(fixture *f, str resource) {
  store_tx *tx = writing(f);
  store_resource r = resource_named(resource);
  store_project p = sample_project(STR("p"), STR(""));
  store_model m = sample_model(STR("p"), STR("m"), STR("file"));
  store_deployment d = sample_deployment(STR("p"), STR("d"), STR("file"));
  store_job j = sample_job(arena_printf(&f->a, STR_FMT "-job", STR_ARG(resource)), STR("p"), STR("train"));
  p.resource = m.resource = d.resource = j.resource = resource;
  assert_ok(store_resource_put(tx, &r, e));
  assert_ok(store_project_put(tx, &p, e));
  assert_ok(store_model_put(tx, &m, e));
  assert_ok(store_deployment_put(tx, &d, e));
  assert_ok(store_job_put(tx, &j, e));
  assert_ok(store_history_add(tx,
                              &(store_history){.resource = resource,
                                               .project = STR("p"),
                                               .name = STR("d"),
                                               .cause = STR("deploy"),
                                               .job_id = j.id,
                                               .old_file = STR(""),
                                               .new_file = STR("file"),
                                               .assigned = STR("[]")},
                              e));
  assert_ok(store_base_put(tx, &(store_base){.resource = resource, .name = STR("b"), .metadata = STR("{}")}, e));
  assert_ok(store_base_deployment_put(
      tx,
      &(store_base_deployment){
          .resource = resource, .project = STR("b"), .name = STR("test"), .hash = STR("h"), .document = STR("{}")},
      e));
  assert_ok(store_token_put(tx,
                            &(store_token){.id = j.id,
                                           .hash = j.id,
                                           .role = STR("Reader"),
                                           .resource = resource,
                                           .description = STR(""),
                                           .expires_us = 9},
                            e));
  assert_ok(store_commit(tx, e));
  store_query q = {resource, STR("p"), STR("d"), STR("text"), STR("en"), STR("None"), STR("{}"), 1};
  assert_ok(store_query_add(f->s, &q, 1, e));
}

static const char *const tables[] = {"projects", "models",  "deployments",     "deployment_history",
                                     "jobs",     "queries", "knowledge_bases", "knowledge_deployments",
                                     "tokens"};

static int64_t rows_of(fixture *f, const char *table, const char *resource) {
  return backend_sql(f->dir, arena_printf(&f->a, "SELECT count(*) FROM %s WHERE resource = '%s'", table, resource).p);
}

static void test_purge_leaves_the_row_alone(void **state) {
  fixture *f = *state;
  furnish(f, STR("gone"));
  furnish(f, STR("here"));
  store_tx *tx = writing(f);
  assert_ok(store_assignment_put(tx,
                                 &(store_assignment){.resource = STR("here"),
                                                     .project = STR("p"),
                                                     .azure_resource_id = STR("/gone"),
                                                     .assigned = STR("gone"),
                                                     .custom_domain = STR(""),
                                                     .region = STR("eastus2")},
                                 e));
  store_resource r;
  assert_ok(store_resource_get(tx, STR("gone"), &f->a, &r, e));
  r.deleted_us = 7;
  r.document = STR("{}");
  assert_ok(store_resource_put(tx, &r, e));
  assert_ok(store_resource_purge(tx, STR("gone"), e));
  assert_ok(store_commit(tx, e));
  for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
    if (rows_of(f, tables[i], "gone")) fail_msg("rows are left in %s", tables[i]);
    if (rows_of(f, tables[i], "here") != 1) fail_msg("another's rows are gone from %s", tables[i]);
  }
  assert_int_equal(rows_of(f, "project_resources", "here"), 0);
  store_resource *rows;
  size_t n;
  tx = reading(f);
  assert_ok(store_resource_all(tx, &f->a, &rows, &n, e));
  store_rollback(tx);
  assert_int_equal(n, 2);
  assert_true(rows[0].purged);
  assert_str(rows[0].document, "");
  assert_int_equal(rows[0].key1_generation, r.key1_generation);
  assert_false(rows[1].purged);
}

static void test_groups(void **state) {
  fixture *f = *state;
  bool exists = true;
  store_group g = {.id = STR("/subscriptions/s/resourcegroups/g"), .name = STR("G"), .location = STR("eastus")};
  store_tx *tx = writing(f);
  assert_ok(store_group_exists(tx, g.id, &exists, e));
  assert_false(exists);
  assert_ok(store_group_put(tx, &g, e));
  g.location = STR("westus");
  assert_ok(store_group_put(tx, &g, e));
  assert_ok(store_group_exists(tx, g.id, &exists, e));
  assert_true(exists);
  assert_ok(store_commit(tx, e));
  assert_int_equal(backend_sql(f->dir, "SELECT count(*) FROM resource_groups WHERE location = 'westus'"), 1);
}

static store_token token_until(const char *id, int64_t expires_us) {
  return (store_token){.id = str_of(id),
                       .hash = str_of(id),
                       .role = STR("Reader"),
                       .resource = STR("local"),
                       .description = STR("of a test"),
                       .created_us = expires_us,
                       .expires_us = expires_us};
}

static void test_tokens(void **state) {
  fixture *f = *state;
  store_token *rows, second = token_until("b", 20), first = token_until("a", 10);
  size_t n;
  store_tx *tx = writing(f);
  assert_ok(store_token_put(tx, &second, e));
  assert_ok(store_token_put(tx, &first, e));
  assert_ok(store_token_list(tx, &f->a, &rows, &n, e));
  assert_int_equal(n, 2);
  assert_str(rows[0].id, "a");
  assert_str(rows[1].role, "Reader");
  assert_str(rows[1].resource, "local");
  assert_str(rows[1].description, "of a test");
  assert_int_equal(rows[1].expires_us, 20);
  assert_ok(store_token_expire(tx, 9, e));
  assert_ok(store_token_delete(tx, STR("b"), e));
  assert_err(ERR_NOT_FOUND, store_token_delete(tx, STR("b"), e));
  assert_ok(store_token_list(tx, &f->a, &rows, &n, e));
  assert_int_equal(n, 1);
  assert_ok(store_token_expire(tx, 10, e));
  assert_ok(store_token_list(tx, &f->a, &rows, &n, e));
  assert_int_equal(n, 0);
  store_rollback(tx);
}

static void test_admin_generation(void **state) {
  fixture *f = *state;
  int64_t generation;
  store_tx *tx = writing(f);
  assert_ok(store_admin_generation(tx, &generation, e));
  assert_int_equal(generation, 1);
  assert_ok(store_admin_generation_raise(tx, e));
  assert_ok(store_commit(tx, e));
  tx = reading(f);
  assert_ok(store_admin_generation(tx, &generation, e));
  assert_int_equal(generation, 2);
  store_rollback(tx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_all_columns),
      T(test_deleted_ones_are_no_more_listed),
      T(test_purge_leaves_the_row_alone),
      T(test_groups),
      T(test_tokens),
      T(test_admin_generation),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
