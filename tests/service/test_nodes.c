/* Two services on one database, as two nodes would be: what one does, the other serves. Runs beside a
 * PostgreSQL (tests/postgres/with_postgres); the same with processes is tests/blackbox/nodes.test.mjs. */
#include "fixture.h"

#include <signal.h>
#include <unistd.h>

#include "base/timeutil.h"
#include "service/accounts.h"
#include "service/resources.h"
#include "service/tokens.h"

static service *open_second(fixture *f, service_role role, const char *region) {
  service *s = NULL;
  char *database = backend_database(f->dir);
  service_config c = {.data_dir = arena_printf(&f->a, "%s/second", f->dir).p,
                      .database = database,
                      .secret_file = arena_printf(&f->a, "%s/secret", f->dir).p,
                      .serve_region = region,
                      .role = role,
                      .program = "/proc/self/exe",
                      .training_memory_mib = -1};
  assert_ok(service_open(&c, &s, e));
  free(database);
  return s;
}

static bool serves(service *s, const char *deployment) {
  live_enter();
  bool found = live_find(s, 0, STR("p"), str_of(deployment)) != NULL;
  live_leave();
  return found;
}

static void test_read_after_deploy(void **state) {
  fixture *f = *state;
  service *b = open_second(f, SERVICE_PREDICTION, NULL);
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  train(f, "p", "m");
  for (int i = 0; i < 10; i++) {
    deploy(f, "p", "d", "m");
    assert_true(serves(b, "d"));
    assert_ok(deployments_delete(f->s, LOCAL, STR("p"), STR("d"), id, e));
    wait_job(f, JOB_DEPLOY, id, "succeeded");
    assert_false(serves(b, "d"));
  }
  service_close(b);
}

/* Nobody waits for a node that is dead, but for one that was seen just now, until it counts as dead. */
static void test_dead_nodes(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  train(f, "p", "m");
  backend_sql(f->dir,
              "INSERT INTO nodes(id, role, region, started_us, seen_us, generation) VALUES('x', 'all', '', 0, 0, 0)");
  deploy(f, "p", "d", "m");
  backend_sql(f->dir, "UPDATE nodes SET seen_us = extract(epoch FROM clock_timestamp()) * 1000000 WHERE id = 'x'");
  assert_ok(deployments_put(f->s, LOCAL, STR("p"), STR("d"), STR("m"), id, e));
  job_view v = wait_job(f, JOB_DEPLOY, id, "succeeded");
  assert_int_equal(v.warnings.n, 0);
}

static void test_cancel_on_another_node(void **state) {
  fixture *f = *state;
  service *b = open_second(f, SERVICE_PREDICTION, NULL);
  char id[ID_JOB_LEN + 1];
  training_request r = request_of("m");
  import_small(f, "p");
  child_plays("wait");
  assert_ok(training_start(f->s, LOCAL, STR("p"), &r, id, e));
  wait_running(f, JOB_TRAIN, id);
  assert_ok(training_cancel(b, LOCAL, STR("p"), str_of(id), e));
  wait_job(f, JOB_TRAIN, id, "cancelled");
  child_plays(NULL);
  service_close(b);
}

/* Progress of a running job is told by the node that runs it; others read it from the row. */
static void test_progress_on_another_node(void **state) {
  fixture *f = *state;
  service *b = open_second(f, SERVICE_PREDICTION, NULL);
  char id[ID_JOB_LEN + 1];
  training_request r = request_of("m");
  job_view v;
  import_small(f, "p");
  child_plays("wait"); /* reports half, then waits */
  assert_ok(training_start(f->s, LOCAL, STR("p"), &r, id, e));
  int64_t until = time_mono_us() + (int64_t)30 * 1000000;
  do {
    usleep(20000);
    assert_ok(job_get(b, LOCAL, JOB_TRAIN, STR("p"), STR_NONE, str_of(id), &f->a, &v, e));
    assert_true(time_mono_us() < until);
  } while (!memmem(v.result.p, v.result.n, "\"percentComplete\":50", 20));
  assert_ok(training_cancel(f->s, LOCAL, STR("p"), str_of(id), e));
  wait_job(f, JOB_TRAIN, id, "cancelled");
  child_plays(NULL);
  service_close(b);
}

static void test_resources_follow(void **state) {
  fixture *f = *state;
  service *b = open_second(f, SERVICE_PREDICTION, NULL);
  resource_view v;
  resource_ref ref;
  assert_ok(resource_get(f->s, LOCAL, &f->a, &v, e));
  assert_true(resource_of_key(b, str_of(v.key1), &ref));
  char *url = backend_database(f->dir);
  store *third = NULL;
  store_tx *tx;
  store_resource local;
  store_place place = {arena_printf(&f->a, "%s/third", f->dir).p, url, arena_printf(&f->a, "%s/secret", f->dir).p};
  assert_ok(store_open_at(&place, &third, e));
  assert_ok(store_begin_write(third, &tx, e));
  assert_ok(store_resource_get(tx, LOCAL, &f->a, &local, e));
  local.key1_generation++;
  assert_ok(store_resource_put(tx, &local, e));
  local.name = STR("later");
  assert_ok(store_resource_put(tx, &local, e));
  assert_ok(store_commit(tx, e));
  store_close(third);
  free(url);
  int64_t until = time_mono_us() + (int64_t)30 * 1000000;
  while (resource_of_key(b, str_of(v.key1), &ref)) {
    usleep(5000);
    assert_true(time_mono_us() < until);
  }
  assert_true(resource_of_key(b, str_of(v.key2), &ref)); /* the other key goes on */
  assert_int_equal(ref.index, 0);
  assert_ok(resource_get(f->s, STR("later"), &f->a, &v, e));
  assert_true(resource_of_key(b, str_of(v.key1), &ref));
  assert_int_equal(ref.index, 1);
  service_close(b);
}

/* A token, or another key, is said to be there when every node knows it; an old one when none does. */
static void test_tokens_and_keys_at_once(void **state) {
  fixture *f = *state;
  service *b = open_second(f, SERVICE_PREDICTION, NULL);
  const account_id local = {STR("00000000-0000-0000-0000-000000000000"), STR("dragoman"), LOCAL};
  const token_request request = {.role = TOKEN_READER, .resource = LOCAL, .lifetime_s = 1000};
  for (int i = 0; i < 5; i++) {
    char text[TOKEN_LEN + 1];
    token_view v;
    token_grant g;
    resource_view before, after;
    resource_ref ref;
    account_fault why;
    assert_ok(token_create(f->s, &request, text, &f->a, &v, e));
    assert_true(token_opens(b, str_of(text), &g));
    assert_ok(token_revoke(f->s, v.id, e));
    assert_false(token_opens(b, str_of(text), &g));
    assert_ok(account_keys(f->s, &local, 0, &f->a, &before, &why, e));
    assert_ok(account_keys(f->s, &local, 1, &f->a, &after, &why, e));
    assert_false(resource_of_key(b, str_of(before.key1), &ref));
    assert_true(resource_of_key(b, str_of(after.key1), &ref));
    assert_true(resource_of_key(b, str_of(before.key2), &ref));
  }
  service_close(b);
}

static void test_region(void **state) {
  fixture *f = *state;
  resource_view v;
  resource_ref ref;
  assert_ok(resource_get(f->s, LOCAL, &f->a, &v, e));
  service *elsewhere = open_second(f, SERVICE_PREDICTION, "westus");
  assert_false(resource_of_key(elsewhere, str_of(v.key1), &ref));
  service_close(elsewhere);
  service *here = open_second(f, SERVICE_PREDICTION, "eastus2");
  assert_true(resource_of_key(here, str_of(v.key1), &ref));
  service_close(here);
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_read_after_deploy),
      T(test_dead_nodes),
      T(test_cancel_on_another_node),
      T(test_progress_on_another_node),
      T(test_resources_follow),
      T(test_tokens_and_keys_at_once),
      T(test_region),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
