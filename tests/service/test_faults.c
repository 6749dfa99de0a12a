/* Full disks under a running service: a refused call changes nothing, an accepted job ends, with a
 * reason or with its work, and what serves goes on serving. */
#include "../store/faulty_vfs.h"
#include "fixture.h"

#include <unistd.h>

static void test_calls_on_a_full_disk(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  project_view before, now;
  training_request r = request_of("m2");
  jdoc *doc;
  bool created;
  import_small(f, "p");
  train(f, "p", "m");
  deploy(f, "p", "a", "m");
  assert_ok(authoring_get(f->s, LOCAL, STR("p"), &f->a, &before, e));
  assert_ok(jn_parse(STR("{\"description\":\"changed\"}"), &doc, e));
  jnode patch = jn_root(doc);

  faulty_vfs_fail_after(0, SQLITE_FULL);
  str big = small_document(&f->a, "p", 40, true);
  assert_err(ERR_NO_SPACE, authoring_import(f->s, LOCAL, STR("p"), big, id, e));
  assert_err(ERR_NO_SPACE, authoring_patch(f->s, LOCAL, STR("p"), &patch, &f->a, &created, &now, e));
  assert_err(ERR_NO_SPACE, authoring_delete(f->s, LOCAL, STR("p"), id, e));
  assert_err(ERR_NO_SPACE, training_start(f->s, LOCAL, STR("p"), &r, id, e));
  assert_err(ERR_NO_SPACE, deployments_put(f->s, LOCAL, STR("p"), STR("b"), STR("m"), id, e));
  assert_ok(authoring_get(f->s, LOCAL, STR("p"), &f->a, &now, e)); /* reading goes on */
  assert_int_equal(now.modified_us, before.modified_us);
  assert_null(now.metadata.description.p);
  live_enter();
  assert_non_null(live_find(f->s, 0, STR("p"), STR("a")));
  live_leave();

  faulty_vfs_heal();
  assert_ok(authoring_patch(f->s, LOCAL, STR("p"), &patch, &f->a, &created, &now, e));
  jn_free(doc);
  deploy(f, "p", "b", "m");
}

/* The disk fills up after so many more writes, somewhere in the life of an accepted job; when there
 * is room again every job ends, and a failed one has changed nothing. */
static void test_jobs_on_a_full_disk(void **state) {
  fixture *f = *state;
  import_small(f, "p");
  train(f, "p", "m");
  for (long budget = 1; budget <= 17; budget += 2) {
    char id[ID_JOB_LEN + 1];
    err why = {0};
    const char *name = arena_printf(&f->a, "d%ld", budget).p;
    faulty_vfs_fail_after(budget, SQLITE_FULL);
    err_code rc = deployments_put(f->s, LOCAL, STR("p"), str_of(name), STR("m"), id, &why);
    if (rc == ERR_OK) usleep(20000); /* into the trouble; how far does not matter */
    faulty_vfs_heal();
    if (rc != ERR_OK) {
      assert_true(rc == ERR_NO_SPACE || rc == ERR_IO);
      continue;
    }
    job_view v;
    do {
      usleep(2000);
      assert_ok(job_get(f->s, LOCAL, JOB_DEPLOY, STR_NONE, STR_NONE, str_of(id), &f->a, &v, e));
    } while (!str_eq(v.status, STR("succeeded")) && !str_eq(v.status, STR("failed")));
    live_enter();
    bool serves = live_find(f->s, 0, STR("p"), str_of(name)) != NULL;
    live_leave();
    assert_int_equal(serves, str_eq(v.status, STR("succeeded")));
    assert_int_equal(serves, v.errors.n == 0);
  }
}

/* The child cannot write its model: the job says so, there is no model, nothing is left behind. */
static void test_training_on_a_full_disk(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  model_view m;
  training_request r = request_of("m");
  import_small(f, "p");
  child_plays("no-room");
  assert_ok(training_start(f->s, LOCAL, STR("p"), &r, id, e));
  job_view v = wait_job(f, JOB_TRAIN, id, "failed");
  assert_true(v.errors.n > 2);
  assert_err(ERR_NOT_FOUND, models_get(f->s, LOCAL, STR("p"), STR("m"), &f->a, &m, e));
  child_plays(NULL);
  train(f, "p", "m");
}

static int tests_main(void) {
  faulty_vfs_install();
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_calls_on_a_full_disk),
      T(test_jobs_on_a_full_disk),
      T(test_training_on_a_full_disk),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
