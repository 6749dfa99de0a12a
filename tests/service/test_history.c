/* What deployments served and when, and the way back to it. */
#include "fixture.h"

#include <unistd.h>

#include "base/timeutil.h"
#include "service/deployment_history.h"
#include "service/project_resources.h"
#include "service/resources.h"

/* m1, m2, m3 know 12, 14, 16 utterances an intent. */
static void three_models(fixture *f) {
  char id[ID_JOB_LEN + 1];
  for (int k = 0; k < 3; k++) {
    assert_ok(authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", 12 + 2 * k, true), id, e));
    wait_job(f, JOB_IMPORT, id, "succeeded");
    train(f, "p", arena_printf(&f->a, "m%d", k + 1).p);
  }
}

/* The label of the model that answers; "-" when none does. What the list says must be the same. */
static const char *served(fixture *f, const char *deployment) {
  size_t utterances = 0;
  live_enter();
  const live_model *lm = live_find(f->s, 0, STR("p"), str_of(deployment));
  if (lm) utterances = model_describe(live_model_of(lm))->utterance_count;
  live_leave();
  deployment_view d;
  err why;
  err_code rc = deployments_get(f->s, LOCAL, STR("p"), str_of(deployment), &f->a, &d, &why);
  if (!utterances) {
    assert_int_equal(rc, ERR_NOT_FOUND);
    return "-";
  }
  assert_int_equal(rc, ERR_OK);
  model_view *models;
  size_t n, total;
  assert_ok(models_list(f->s, LOCAL, STR("p"), (page){0, 10}, &f->a, &models, &n, &total, e));
  for (size_t i = 0; i < n; i++)
    if (str_eq(models[i].model_id, d.model_id)) return arena_cstr(&f->a, models[i].label);
  return "deleted";
}

static history_view *history(fixture *f, const char *deployment, size_t *n) {
  history_view *v;
  size_t total;
  assert_ok(history_list(f->s, LOCAL, STR("p"), str_of(deployment), (page){0, 1000}, &f->a, &v, n, &total, e));
  assert_int_equal(*n, total);
  return v;
}

static job_view roll(fixture *f, rollback_request r, const char *status) {
  char id[ID_JOB_LEN + 1];
  assert_ok(rollback_start(f->s, LOCAL, STR("p"), &r, id, e));
  return wait_job(f, JOB_ROLLBACK, id, status);
}

static void swap(fixture *f, const char *first, const char *second) {
  char id[ID_JOB_LEN + 1];
  assert_ok(deployments_swap(f->s, LOCAL, STR("p"), str_of(first), str_of(second), id, e));
  wait_job(f, JOB_SWAP, id, "succeeded");
}

static void take_away(fixture *f, const char *deployment) {
  char id[ID_JOB_LEN + 1];
  assert_ok(deployments_delete(f->s, LOCAL, STR("p"), str_of(deployment), id, e));
  wait_job(f, JOB_DEPLOY, id, "succeeded");
}

static void assert_entry(const history_view *v, const char *cause, const char *model_label) {
  assert_str_equal(v->cause, str_of(cause));
  assert_str_equal(v->model_label, str_of(model_label));
  assert_int_equal(v->model_id.n > 0, *model_label != '\0');
  assert_true(v->at_us > 0 && v->job_id.n > 0);
}

static void test_history_says_it_all(void **state) {
  fixture *f = *state;
  size_t n, total;
  three_models(f);
  deploy(f, "p", "a", "m1");
  deploy(f, "p", "b", "m2");
  swap(f, "a", "b");
  take_away(f, "a");
  deploy(f, "p", "a", "m3");
  history_view *v = history(f, "a", &n);
  assert_int_equal(n, 4);
  assert_entry(&v[0], "deploy", "m3");
  assert_entry(&v[1], "delete", "");
  assert_entry(&v[2], "swap", "m2");
  assert_entry(&v[3], "deploy", "m1");
  for (size_t i = 1; i < n; i++) assert_true(v[i].id < v[i - 1].id && v[i].at_us <= v[i - 1].at_us);
  history_view *all = history(f, "", &n);
  assert_int_equal(n, 6);
  assert_str_equal(all[2].deployment, STR("b")); /* both sides of a swap */
  assert_str_equal(all[3].deployment, STR("a"));
  assert_err(ERR_NOT_FOUND, history_list(f->s, LOCAL, STR("p"), STR("never"), (page){0, 9}, &f->a, &v, &n, &total, e));
  assert_err(ERR_PROJECT_NOT_FOUND,
             history_list(f->s, LOCAL, STR("q"), STR(""), (page){0, 9}, &f->a, &v, &n, &total, e));
}

static void test_back_one_step(void **state) {
  fixture *f = *state;
  size_t n;
  three_models(f);
  deploy(f, "p", "a", "m1");
  rollback_request r = {.deployment = STR("a")};
  char id[ID_JOB_LEN + 1];
  assert_err(ERR_NOT_FOUND, rollback_start(f->s, LOCAL, STR("p"), &r, id, e)); /* there was nothing before */
  deploy(f, "p", "a", "m2");
  job_view v = roll(f, r, "succeeded");
  assert_has(v.result, "\"deploymentName\":\"a\",\"modelId\":\"m1-");
  assert_string_equal(served(f, "a"), "m1");
  roll(f, r, "succeeded"); /* undoes the undoing */
  assert_string_equal(served(f, "a"), "m2");
  take_away(f, "a");
  roll(f, r, "succeeded"); /* a deleted one comes back */
  assert_string_equal(served(f, "a"), "m2");
  fixture_close(f);
  fixture_open(f);
  assert_string_equal(served(f, "a"), "m2");
  assert_entry(&history(f, "a", &n)[0], "rollback", "m2");
}

static void test_to_an_entry_and_a_time(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  size_t n;
  three_models(f);
  int64_t before = time_now_us();
  deploy(f, "p", "a", "m1");
  int64_t with_m1 = time_now_us();
  deploy(f, "p", "a", "m2");
  take_away(f, "a");
  deploy(f, "p", "b", "m3");
  history_view *v = history(f, "a", &n);
  int64_t first = v[2].id, second = v[1].id, gone = v[0].id;
  roll(f, (rollback_request){.deployment = STR("a"), .to = second}, "succeeded");
  assert_string_equal(served(f, "a"), "m2");
  roll(f, (rollback_request){.deployment = STR("a"), .to = first}, "succeeded");
  assert_string_equal(served(f, "a"), "m1");
  roll(f, (rollback_request){.deployment = STR("a"), .to = gone}, "succeeded");
  assert_string_equal(served(f, "a"), "-");
  roll(f, (rollback_request){.deployment = STR("a"), .at_us = with_m1}, "succeeded");
  assert_string_equal(served(f, "a"), "m1");
  roll(f, (rollback_request){.deployment = STR("a"), .at_us = before}, "succeeded");
  assert_string_equal(served(f, "a"), "-");
  assert_string_equal(served(f, "b"), "m3");

  rollback_request bad[] = {{.deployment = STR("a"), .to = gone + 1}, /* b's */
                            {.deployment = STR("a"), .to = 99999},
                            {.deployment = STR("never")}};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    assert_err(ERR_NOT_FOUND, rollback_start(f->s, LOCAL, STR("p"), &bad[i], id, e));
  assert_err(ERR_PROJECT_NOT_FOUND, rollback_start(f->s, LOCAL, STR("q"), &bad[2], id, e));
  rollback_request both = {.deployment = STR("a"), .to = first, .at_us = before}, no_time = {0};
  assert_err(ERR_INVALID_ARGUMENT, rollback_start(f->s, LOCAL, STR("p"), &both, id, e));
  assert_err(ERR_INVALID_ARGUMENT, rollback_start(f->s, LOCAL, STR("p"), &no_time, id, e));
}

/* Every state of a project, one after the other, comes back in one call: also where the eleventh
 * deployment has to make room first. */
static void test_whole_project(void **state) {
  fixture *f = *state;
  int64_t times[8];
  const char *want[8][3];
  size_t k = 0, n;
  static const char *const names[] = {"a", "b", "c"};
  three_models(f);
#define MOMENT()                                                                                                       \
  do {                                                                                                                 \
    for (size_t i_ = 0; i_ < 3; i_++) want[k][i_] = served(f, names[i_]);                                              \
    times[k++] = time_now_us();                                                                                        \
    usleep(2);                                                                                                         \
  } while (0)
  deploy(f, "p", "a", "m1");
  MOMENT();
  deploy(f, "p", "b", "m2");
  MOMENT();
  swap(f, "a", "b");
  MOMENT();
  take_away(f, "b");
  deploy(f, "p", "c", "m3");
  MOMENT();
  swap(f, "a", "c");
  MOMENT();
#undef MOMENT
  for (size_t round = 0; round < 2 * k; round++) {
    size_t i = (round * 3) % k;
    roll(f, (rollback_request){.at_us = times[i]}, "succeeded");
    for (size_t d = 0; d < 3; d++) assert_string_equal(served(f, names[d]), want[i][d]);
  }
  for (int i = 0; i < 8; i++) deploy(f, "p", arena_printf(&f->a, "d%d", i).p, "m1");
  take_away(f, "a");
  deploy(f, "p", "tenth", "m1"); /* full, and "a" must come back */
  size_t before;
  history(f, "", &before);
  roll(f, (rollback_request){.at_us = times[0]}, "succeeded");
  assert_string_equal(served(f, "a"), "m1");
  assert_string_equal(served(f, "tenth"), "-");
  roll(f, (rollback_request){.at_us = times[0]}, "succeeded"); /* what is so already adds no entry */
  size_t once;
  history(f, "", &once);
  roll(f, (rollback_request){.at_us = times[0]}, "succeeded");
  history(f, "", &n);
  assert_int_equal(n, once);
}

static void test_damaged_model_never_comes_back(void **state) {
  fixture *f = *state;
  size_t n;
  three_models(f);
  deploy(f, "p", "a", "m1");
  deploy(f, "p", "b", "m2");
  int64_t then = time_now_us();
  deploy(f, "p", "a", "m3");
  deploy(f, "p", "b", "m3");
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  store_model m;
  const char *path;
  assert_ok(store_begin_read(st, &tx, e));
  assert_ok(store_model_get(tx, LOCAL, STR("p"), STR("m2"), &f->a, &m, e));
  store_rollback(tx);
  assert_ok(store_model_file_path(st, m.file, &f->a, &path, e));
  assert_int_equal(truncate(path, 1000), 0);
  store_close(st);
  if (backend_is_postgres()) /* which would have it whole */
    backend_sql(f->dir, arena_printf(&f->a, "DELETE FROM model_files WHERE hash = '" STR_FMT "'", STR_ARG(m.file)).p);
  fixture_open(f);
  roll(f, (rollback_request){.at_us = then}, "failed"); /* all or nothing */
  assert_string_equal(served(f, "a"), "m3");
  assert_string_equal(served(f, "b"), "m3");
  roll(f, (rollback_request){.deployment = STR("b")}, "failed");
  assert_string_equal(served(f, "b"), "m3");
  assert_entry(&history(f, "b", &n)[0], "deploy", "m3");
}

/* A model that is deleted, or trained anew under its label, can be gone back to all the same. */
static void test_models_outlive_their_labels(void **state) {
  fixture *f = *state;
  three_models(f);
  deploy(f, "p", "a", "m1");
  deploy(f, "p", "a", "m2");
  assert_ok(models_delete(f->s, LOCAL, STR("p"), STR("m1"), e));
  fixture_close(f); /* cleans up */
  fixture_open(f);
  deploy(f, "p", "b", "m3");
  roll(f, (rollback_request){.deployment = STR("a")}, "succeeded");
  assert_string_equal(served(f, "a"), "deleted");
}

static void test_resources_no_longer_assigned(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  assert_ok(store_begin_write(st, &tx, e));
  assert_ok(store_resource_put(
      tx, &(store_resource){.name = STR("west"), .region = STR("westus2"), .azure_resource_id = STR("/w")}, e));
  assert_ok(store_commit(tx, e));
  store_close(st);
  fixture_open(f);
  three_models(f);
  resource_claim c = {STR("/w"), STR("west"), STR("westus2")};
  assert_ok(project_resources_assign(f->s, LOCAL, STR("p"), &c, 1, id, e));
  wait_job(f, JOB_ASSIGN, id, "succeeded");
  assert_ok(deployments_put_on(f->s, LOCAL, STR("p"), STR("a"), STR("m1"), (str[]){STR("/w")}, 1, id, e));
  wait_job(f, JOB_DEPLOY, id, "succeeded");
  deploy(f, "p", "a", "m2");
  job_view v = roll(f, (rollback_request){.deployment = STR("a")}, "succeeded");
  assert_int_equal(v.warnings.n, 0);
  deployment_view d;
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
  assert_int_equal(d.assigned_count, 1);
  assert_ok(project_resources_unassign(f->s, LOCAL, STR("p"), (str[]){STR("/w")}, 1, id, e));
  wait_job(f, JOB_UNASSIGN, id, "succeeded");
  size_t n;
  assert_entry(&history(f, "a", &n)[0], "unassign", "m1");
  v = roll(f, (rollback_request){.deployment = STR("a")}, "succeeded");
  assert_has(v.warnings, "no longer assigned");
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
  assert_int_equal(d.assigned_count, 0);
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_history_says_it_all),
      T(test_back_one_step),
      T(test_to_an_entry_and_a_time),
      T(test_whole_project),
      T(test_damaged_model_never_comes_back),
      T(test_models_outlive_their_labels),
      T(test_resources_no_longer_assigned),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
