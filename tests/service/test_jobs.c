/* The durable queue: rows left by a server that is gone, attempts, expiry, and kill -9 at random
 * moments of import, train and deploy. */
#include "fixture.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/timeutil.h"

/* ---- rows of a server that is gone ---------------------------------------------------------------- */

static store_job row(const char *id, const char *kind, const char *status, int64_t attempts) {
  int64_t now = time_now_us();
  return (store_job){.id = str_of(id),
                     .resource = LOCAL,
                     .project = STR("p"),
                     .kind = str_of(kind),
                     .status = str_of(status),
                     .created_us = now,
                     .updated_us = now,
                     .expires_us = now + 1000000000,
                     .attempts = attempts};
}

static void put_rows(fixture *f, store_job *rows, size_t n) {
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  assert_ok(store_begin_write(st, &tx, e));
  for (size_t i = 0; i < n; i++) assert_ok(store_job_put(tx, &rows[i], e));
  assert_ok(store_commit(tx, e));
  store_close(st);
  fixture_open(f);
}

static void test_unfinished_import_is_taken_up(void **state) {
  fixture *f = *state;
  import_small(f, "p");
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  char hash[SHA256_HEX + 1];
  assert_ok(store_begin_write(st, &tx, e));
  assert_ok(store_blob_put(tx, small_document(&f->a, "p", 1, false), hash, e));
  assert_ok(store_commit(tx, e));
  store_close(st);
  store_job j = row("job-1", "import", "running", 1);
  j.document = str_of(hash);
  j.params = STR("{\"utteranceCount\":3,\"metadata\":{\"projectKind\":\"Conversation\",\"projectName\":\"p\","
                 "\"language\":\"de\"}}");
  fixture_open(f);
  put_rows(f, &j, 1);
  wait_job(f, JOB_IMPORT, "job-1", "succeeded");
  project_view v;
  assert_ok(authoring_get(f->s, LOCAL, STR("p"), &f->a, &v, e));
  assert_str_equal(v.metadata.language, STR("de"));
}

static void test_started_too_often(void **state) {
  fixture *f = *state;
  import_small(f, "p");
  store_job j = row("job-1", "export", "running", 3);
  put_rows(f, &j, 1);
  job_view v = wait_job(f, JOB_EXPORT, "job-1", "failed");
  assert_has(v.errors, "started 3 times");
}

static void test_cancelling_is_finished(void **state) {
  fixture *f = *state;
  import_small(f, "p");
  store_job j = row("job-1", "train", "cancelling", 1);
  put_rows(f, &j, 1);
  wait_job(f, JOB_TRAIN, "job-1", "cancelled");
}

/* The rows were swapped before the crash: the job must not swap them back. */
static void test_applied_swap_is_not_repeated(void **state) {
  fixture *f = *state;
  import_small(f, "p");
  train(f, "p", "m1");
  train(f, "p", "m2");
  deploy(f, "p", "a", "m1");
  deploy(f, "p", "b", "m2");
  store_job j[2] = {row("job-1", "swap", "running", 1), row("job-2", "swap", "running", 1)};
  j[0].applied = true;
  for (int i = 0; i < 2; i++) {
    j[i].subject = STR("a");
    j[i].params = STR("{\"second\":\"b\"}");
  }
  deployment_view d;
  put_rows(f, &j[0], 1);
  wait_job(f, JOB_SWAP, "job-1", "succeeded");
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
  assert_true(str_starts(d.model_id, STR("m1-")));
  put_rows(f, &j[1], 1); /* not applied before: now it is */
  wait_job(f, JOB_SWAP, "job-2", "succeeded");
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
  assert_true(str_starts(d.model_id, STR("m2-")));
}

static void test_expired_rows_go(void **state) {
  fixture *f = *state;
  job_view v;
  store_job j[2] = {row("job-1", "export", "succeeded", 1), row("job-2", "export", "succeeded", 1)};
  j[0].expires_us = time_now_us() - 1;
  put_rows(f, j, 2);
  assert_err(ERR_OPERATION_NOT_FOUND, job_get(f->s, LOCAL, JOB_EXPORT, STR_NONE, STR_NONE, STR("job-1"), &f->a, &v, e));
  assert_ok(job_get(f->s, LOCAL, JOB_EXPORT, STR_NONE, STR_NONE, STR("job-2"), &f->a, &v, e));
}

static void test_jobs_of_one_project_in_order(void **state) {
  fixture *f = *state;
  enum { N = 20 };
  char ids[N][ID_JOB_LEN + 1];
  for (int i = 0; i < N; i++)
    assert_ok(authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", i + 1, false), ids[i], e));
  for (int i = 0; i < N; i++) wait_job(f, JOB_IMPORT, ids[i], "succeeded");
  char id[ID_JOB_LEN + 1];
  str json;
  assert_ok(authoring_export(f->s, LOCAL, STR("p"), OFFSET_UTF16, STR_NONE, id, e));
  wait_job(f, JOB_EXPORT, id, "succeeded");
  assert_ok(authoring_export_result(f->s, LOCAL, STR("p"), str_of(id), &f->a, &json, e));
  assert_has(json, "number 19");
}

/* ---- kill -9 ------------------------------------------------------------------------------------- */

enum { ROUNDS = 12, MAX_PAUSE_US = 400000 };

/* What a server answered 202 to, told to the parent through a pipe. */
typedef struct told {
  job_kind kind;
  char id[ID_JOB_LEN + 1];
} told;

static void tell(int fd, job_kind kind, const char *id) {
  told t = {.kind = kind};
  memcpy(t.id, id, sizeof t.id);
  if (write(fd, &t, sizeof t) != sizeof t) _exit(9);
}

static void server(fixture *f, int fd) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  fixture_open(f);
  for (int i = 0;; i++) {
    char id[ID_JOB_LEN + 1];
    err e = {0};
    training_request r = request_of("m");
    if (authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", 10 + i % 5, true), id, &e) == ERR_OK)
      tell(fd, JOB_IMPORT, id);
    if (training_start(f->s, LOCAL, STR("p"), &r, id, &e) == ERR_OK) tell(fd, JOB_TRAIN, id);
    if (deployments_put(f->s, LOCAL, STR("p"), STR("a"), STR("m"), id, &e) == ERR_OK) tell(fd, JOB_DEPLOY, id);
    usleep(5000);
  }
}

static void test_kill_at_random_moments(void **state) {
  fixture *f = *state;
  rng r;
  rng_seed(&r, 31);
  VEC(told) acknowledged = {0};
  import_small(f, "p");
  train(f, "p", "m");
  deploy(f, "p", "a", "m");
  for (int round = 0; round < ROUNDS; round++) {
    fixture_close(f);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
      close(ends[0]);
      server(f, ends[1]);
    }
    close(ends[1]);
    usleep(rng_below(&r, MAX_PAUSE_US));
    kill(pid, SIGKILL);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    told t;
    while (read(ends[0], &t, sizeof t) == sizeof t) VEC_PUSH(&acknowledged, t);
    close(ends[0]);

    fixture_open(f); /* it starts, and answers with a whole model at once */
    live_enter();
    const live_model *lm = live_find(f->s, 0, STR("p"), STR("a"));
    assert_non_null(lm);
    prediction p;
    model_predict(live_model_of(lm), STR("book a table for oslo"), &(predict_options){.threshold = -1}, &f->a, &p);
    live_leave();
    assert_int_equal(p.intent_count, 3);
    arena_reset(&f->a);
  }
  /* Every acknowledged job is there and comes to its end. */
  for (size_t i = 0; i < acknowledged.n; i++) {
    job_view v;
    do {
      usleep(1000);
      assert_ok(
          job_get(f->s, LOCAL, acknowledged.p[i].kind, STR_NONE, STR_NONE, str_of(acknowledged.p[i].id), &f->a, &v, e));
    } while (!str_eq(v.status, STR("succeeded")) && !str_eq(v.status, STR("failed")));
    if (str_eq(v.status, STR("failed")) && !memmem(v.errors.p, v.errors.n, "started 3 times", 15))
      fail_msg("%s failed: %.*s", acknowledged.p[i].id, STR_ARG(v.errors));
    arena_reset(&f->a);
  }
  assert_true(acknowledged.n > 0);
  VEC_FREE(&acknowledged);
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_unfinished_import_is_taken_up), T(test_started_too_often), T(test_cancelling_is_finished),
      T(test_applied_swap_is_not_repeated),  T(test_expired_rows_go),   T(test_jobs_of_one_project_in_order),
      T(test_kill_at_random_moments),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
