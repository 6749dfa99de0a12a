/* Projects on several resources: assigning, deploying to a choice of them, and every rule that ties
 * names, swaps and unassigning to it. */
#include "fixture.h"

#include "base/timeutil.h"
#include "service/project_resources.h"
#include "service/resources.h"

#define WEST_ID  "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/west"
#define NORTH_ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/north"

enum { AT_LOCAL, AT_WEST, AT_NORTH, PLACES };
static const char *const place_names[PLACES] = {"local", "west", "north"};

static void add_resources(fixture *f) {
  const store_resource more[] = {{.name = STR("west"),
                                  .region = STR("westus2"),
                                  .azure_resource_id = STR(WEST_ID),
                                  .custom_domain = STR("west"),
                                  .key1_generation = 1,
                                  .key2_generation = 1,
                                  .created_us = time_now_us()},
                                 {.name = STR("north"),
                                  .region = STR("northeurope"),
                                  .azure_resource_id = STR(NORTH_ID),
                                  .custom_domain = STR("north"),
                                  .key1_generation = 1,
                                  .key2_generation = 1,
                                  .created_us = time_now_us()}};
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  assert_ok(store_begin_write(st, &tx, e));
  for (size_t i = 0; i < ARRAY_LEN(more); i++) assert_ok(store_resource_put(tx, &more[i], e));
  assert_ok(store_commit(tx, e));
  store_close(st);
  fixture_open(f);
}

static uint32_t index_of(fixture *f, int place) {
  resource_view v;
  resource_ref ref;
  assert_ok(resource_get(f->s, str_of(place_names[place]), &f->a, &v, e));
  assert_true(resource_of_key(f->s, str_of(v.key1), &ref));
  return ref.index;
}

/* Is the deployment of project p answered on that resource? */
static bool answers(fixture *f, int place, const char *deployment) {
  uint32_t index = index_of(f, place);
  live_enter();
  bool found = live_find(f->s, index, STR("p"), str_of(deployment)) != NULL;
  live_leave();
  return found;
}

static void assert_on(fixture *f, const char *deployment, bool west, bool north) {
  assert_true(answers(f, AT_LOCAL, deployment));
  assert_int_equal(answers(f, AT_WEST, deployment), west);
  assert_int_equal(answers(f, AT_NORTH, deployment), north);
}

static void assign_as(fixture *f, str owner, const char *id, const char *region, const char *status) {
  char job[ID_JOB_LEN + 1];
  resource_claim c = {str_of(id), STR("west.cognitiveservices.azure.com"), str_of(region)};
  assert_ok(project_resources_assign(f->s, owner, STR("p"), &c, 1, job, e));
  for (;;) {
    job_view v;
    assert_ok(job_get(f->s, owner, JOB_ASSIGN, STR("p"), STR_NONE, str_of(job), &f->a, &v, e));
    if (str_eq(v.status, STR("notStarted")) || str_eq(v.status, STR("running"))) continue;
    assert_str_equal(v.status, str_of(status));
    if (str_eq(v.status, STR("failed"))) assert_has(v.errors, "\"Conflict\"");
    return;
  }
}

static void assign_both(fixture *f) {
  assign_as(f, LOCAL, WEST_ID, "westus2", "succeeded");
  assign_as(f, LOCAL, NORTH_ID, "North Europe", "succeeded");
}

static void deploy_on(fixture *f, const char *deployment, const char *const *ids, size_t n) {
  char job[ID_JOB_LEN + 1];
  str list[4];
  for (size_t i = 0; i < n; i++) list[i] = str_of(ids[i]);
  assert_ok(deployments_put_on(f->s, LOCAL, STR("p"), str_of(deployment), STR("m1"), list, n, job, e));
  wait_job(f, JOB_DEPLOY, job, "succeeded");
}

static void one_model(fixture *f) {
  add_resources(f);
  import_small(f, "p");
  train(f, "p", "m1");
}

static void test_assign(void **state) {
  fixture *f = *state;
  char job[ID_JOB_LEN + 1];
  assignment_view *v;
  size_t n, total;
  add_resources(f);
  import_small(f, "p");
  assign_both(f);
  assign_as(f, LOCAL, WEST_ID, "westus2", "succeeded"); /* once more changes nothing */
  assert_ok(project_resources_list(f->s, LOCAL, STR("p"), (page){0, 10}, &f->a, &v, &n, &total, e));
  assert_int_equal(n, 2);
  assert_str_equal(v[0].azure_resource_id, STR(NORTH_ID));
  assert_str_equal(v[0].region, STR("northeurope"));
  assert_ok(project_resources_list(f->s, LOCAL, STR("p"), (page){1, 1}, &f->a, &v, &n, &total, e));
  assert_int_equal(n, 1);
  assert_int_equal(total, 2);

  resource_claim bad[] = {{STR(WEST_ID), STR("west"), STR("westus2")}, {STR("/none"), STR("x"), STR("westus2")}};
  assert_err(ERR_INVALID_ARGUMENT, project_resources_assign(f->s, LOCAL, STR("p"), bad, 2, job, e));
  bad[1] = (resource_claim){STR(NORTH_ID), STR("north"), STR("westus2")};
  assert_err(ERR_INVALID_ARGUMENT, project_resources_assign(f->s, LOCAL, STR("p"), bad, 2, job, e));
  assert_err(ERR_PROJECT_NOT_FOUND, project_resources_assign(f->s, LOCAL, STR("q"), bad, 1, job, e));
  assert_err(ERR_PROJECT_NOT_FOUND,
             project_resources_list(f->s, LOCAL, STR("q"), (page){0, 1}, &f->a, &v, &n, &total, e));

  resource_view own; /* the owner needs no assignment and gets none */
  assert_ok(resource_get(f->s, LOCAL, &f->a, &own, e));
  assign_as(f, LOCAL, arena_cstr(&f->a, own.azure_resource_id), "eastus2", "succeeded");
  assert_ok(project_resources_list(f->s, LOCAL, STR("p"), (page){0, 10}, &f->a, &v, &n, &total, e));
  assert_int_equal(n, 2);
}

/* On a resource that is assigned to a project its name is taken. */
static void test_names(void **state) {
  fixture *f = *state;
  char job[ID_JOB_LEN + 1];
  add_resources(f);
  import_small(f, "p");
  assert_ok(authoring_import(f->s, STR("north"), STR("p"), small_document(&f->a, "p", 4, false), job, e));
  job_view v;
  do assert_ok(job_get(f->s, STR("north"), JOB_IMPORT, STR("p"), STR_NONE, str_of(job), &f->a, &v, e));
  while (!str_eq(v.status, STR("succeeded")));

  assign_as(f, LOCAL, NORTH_ID, "northeurope", "failed"); /* north has a p of its own */
  assign_as(f, LOCAL, WEST_ID, "westus2", "succeeded");
  assign_as(f, STR("north"), WEST_ID, "westus2", "failed"); /* west is assigned to another p */
  assert_err(ERR_CONFLICT, authoring_import(f->s, STR("west"), STR("p"), small_document(&f->a, "p", 4, false), job, e));
  assert_ok(authoring_import(f->s, STR("west"), STR("other"), small_document(&f->a, "other", 4, false), job, e));
  import_small(f, "p"); /* the owner's own stays its own */
}

static void test_deploy_to_a_choice(void **state) {
  fixture *f = *state;
  char job[ID_JOB_LEN + 1];
  deployment_view d;
  foreign_project *foreign;
  size_t n, total;
  one_model(f);
  assert_err(ERR_INVALID_ARGUMENT, deployments_put_on(f->s, LOCAL, STR("p"), STR("a"), STR("m1"), (str[]){STR(WEST_ID)},
                                                      1, job, e)); /* not assigned yet */
  assign_both(f);
  deploy_on(f, "a", (const char *[]){WEST_ID}, 1);
  assert_on(f, "a", true, false);
  deploy_on(f, "b", (const char *[]){NORTH_ID, WEST_ID, NORTH_ID}, 3);
  assert_on(f, "b", true, true);
  deploy_on(f, "c", NULL, 0);
  assert_on(f, "c", false, false);
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("b"), &f->a, &d, e));
  assert_int_equal(d.assigned_count, 2);
  assert_str_equal(d.assigned[0].resource_id, STR(NORTH_ID));
  assert_str_equal(d.assigned[1].region, STR("westus2"));

  assert_ok(project_resources_foreign(f->s, STR("west"), (page){0, 10}, &f->a, &foreign, &n, &total, e));
  assert_int_equal(n, 1);
  assert_str_equal(foreign[0].name, STR("p"));
  assert_int_equal(foreign[0].deployment_count, 2);
  assert_true(foreign[0].deployments[0].deployed_us > 0);
  assert_ok(project_resources_foreign(f->s, LOCAL, (page){0, 10}, &f->a, &foreign, &n, &total, e));
  assert_int_equal(total, 0); /* its own are no foreign ones */
  project_view *projects;
  assert_ok(authoring_list(f->s, STR("west"), (page){0, 10}, &f->a, &projects, &n, &total, e));
  assert_int_equal(total, 0);

  fixture_close(f); /* a start places them again */
  fixture_open(f);
  assert_on(f, "a", true, false);
  assert_on(f, "b", true, true);

  deploy_on(f, "b", (const char *[]){NORTH_ID}, 1); /* a new deployment says anew where */
  assert_on(f, "b", false, true);
  assert_ok(deployments_delete(f->s, LOCAL, STR("p"), STR("b"), job, e)); /* everywhere */
  wait_job(f, JOB_DEPLOY, job, "succeeded");
  assert_false(answers(f, AT_NORTH, "b"));
  assert_ok(authoring_delete(f->s, LOCAL, STR("p"), job, e));
  wait_job(f, JOB_DELETE_PROJECT, job, "succeeded");
  assert_false(answers(f, AT_WEST, "a"));
}

static void test_delete_from_resources(void **state) {
  fixture *f = *state;
  char job[ID_JOB_LEN + 1];
  one_model(f);
  assign_both(f);
  deploy_on(f, "a", (const char *[]){WEST_ID, NORTH_ID}, 2);
  deploy_on(f, "b", (const char *[]){WEST_ID, NORTH_ID}, 2);
  assert_ok(deployments_delete_from_resources(f->s, LOCAL, STR("p"), STR("a"), (str[]){STR(WEST_ID)}, 1, job, e));
  wait_job(f, JOB_DELETE_FROM_RESOURCES, job, "succeeded");
  assert_on(f, "a", false, true);
  assert_on(f, "b", true, true);
  assert_err(ERR_NOT_FOUND,
             deployments_delete_from_resources(f->s, LOCAL, STR("p"), STR("a"), (str[]){STR(WEST_ID)}, 1, job, e));
  assert_err(ERR_NOT_FOUND, deployments_delete_from_resources(f->s, LOCAL, STR("p"), STR("no"), NULL, 0, job, e));
  assert_ok(deployments_delete_from_resources(f->s, LOCAL, STR("p"), STR("b"), NULL, 0, job, e));
  wait_job(f, JOB_DELETE_FROM_RESOURCES, job, "succeeded");
  assert_on(f, "b", false, false);
}

static void test_swap_needs_equal_resources(void **state) {
  fixture *f = *state;
  char job[ID_JOB_LEN + 1];
  one_model(f);
  assign_both(f);
  deploy_on(f, "a", (const char *[]){WEST_ID, NORTH_ID}, 2);
  deploy_on(f, "b", (const char *[]){WEST_ID}, 1);
  assert_ok(deployments_swap(f->s, LOCAL, STR("p"), STR("a"), STR("b"), job, e));
  job_view v = wait_job(f, JOB_SWAP, job, "failed");
  assert_has(v.errors, "\"InvalidArgument\"");
  assert_on(f, "a", true, true);
  deploy_on(f, "b", (const char *[]){NORTH_ID, WEST_ID}, 2); /* in any order */
  assert_ok(deployments_swap(f->s, LOCAL, STR("p"), STR("a"), STR("b"), job, e));
  wait_job(f, JOB_SWAP, job, "succeeded");
}

static void test_unassign(void **state) {
  fixture *f = *state;
  char job[ID_JOB_LEN + 1];
  assignment_view *left;
  deployment_view d;
  size_t n, total;
  one_model(f);
  assign_both(f);
  deploy_on(f, "a", (const char *[]){WEST_ID, NORTH_ID}, 2);
  deploy_on(f, "b", (const char *[]){WEST_ID}, 1);
  assert_err(ERR_NOT_FOUND, project_resources_unassign(f->s, LOCAL, STR("p"), (str[]){STR("/none")}, 1, job, e));
  assert_ok(project_resources_unassign(f->s, LOCAL, STR("p"), (str[]){STR(WEST_ID)}, 1, job, e));
  wait_job(f, JOB_UNASSIGN, job, "succeeded");
  assert_on(f, "a", false, true);
  assert_on(f, "b", false, false);
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
  assert_int_equal(d.assigned_count, 1);
  assert_ok(project_resources_list(f->s, LOCAL, STR("p"), (page){0, 10}, &f->a, &left, &n, &total, e));
  assert_int_equal(total, 1);
  assert_err(ERR_NOT_FOUND, project_resources_unassign(f->s, LOCAL, STR("p"), (str[]){STR(WEST_ID)}, 1, job, e));
  assert_err(ERR_INVALID_ARGUMENT,
             deployments_put_on(f->s, LOCAL, STR("p"), STR("a"), STR("m1"), (str[]){STR(WEST_ID)}, 1, job, e));
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_assign),
      T(test_names),
      T(test_deploy_to_a_choice),
      T(test_delete_from_resources),
      T(test_swap_needs_equal_resources),
      T(test_unassign),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
