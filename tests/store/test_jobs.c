/* Jobs: their rows, and the claims of the nodes that work on them. */
#include "fixture.h"

#include <unistd.h>

static void test_jobs(void **state) {
  fixture *f = *state;
  store_job j = sample_job(STR("j2"), STR("p"), STR("train")), got, *list;
  size_t n, total, deleted;
  store_tx *tx = writing(f);
  assert_ok(store_job_put(tx, &j, e));
  j.id = STR("j1");
  j.document = STR("doc");
  assert_ok(store_job_put(tx, &j, e));
  j.id = STR("j2");
  j.status = STR("running");
  j.attempts = 2;
  j.applied = true;
  assert_ok(store_job_put(tx, &j, e)); /* an update keeps its place in the queue */
  assert_ok(store_job_unfinished(tx, &f->a, &list, &n, e));
  assert_int_equal(n, 2);
  assert_str(list[0].id, "j2");
  assert_str(list[1].document, "doc");
  j.status = STR("succeeded");
  j.result = STR("{}");
  assert_ok(store_job_put(tx, &j, e));
  assert_ok(store_job_unfinished(tx, &f->a, &list, &n, e));
  assert_int_equal(n, 1);
  assert_ok(store_job_get(tx, STR("j2"), &f->a, &got, e));
  assert_true(got.applied);
  assert_int_equal(got.attempts, 2);
  assert_err(ERR_OPERATION_NOT_FOUND, store_job_get(tx, STR("j3"), &f->a, &got, e));
  assert_ok(store_job_list(tx, STR("local"), STR("p"), STR("train"), 500, 0, 10, &f->a, &list, &n, &total, e));
  assert_int_equal(total, 2);
  assert_ok(store_job_list(tx, STR("local"), STR("p"), STR("train"), 1000, 0, 10, &f->a, &list, &n, &total, e));
  assert_int_equal(total, 0); /* expired */
  assert_ok(store_job_expire(tx, 1000, &deleted, e));
  assert_int_equal(deleted, 1); /* the unfinished one stays */
  assert_ok(store_job_get(tx, STR("j1"), &f->a, &got, e));
  assert_ok(store_commit(tx, e));
}

/* ---- claims ---------------------------------------------------------------------------------- */

static const int64_t LONG_US = (int64_t)3600 * 1000000;

static bool claim(fixture *f, const char *node, bool training, int64_t lease_us, store_job *job) {
  bool found = false;
  assert_ok(store_job_claim(f->s, str_of(node), training, lease_us, &f->a, job, &found, e));
  return found;
}

static err_code put_claimed(fixture *f, store_job *job, const char *status) {
  err why;
  store_tx *tx = writing(f);
  job->status = str_of(status);
  return store_end(tx, store_job_put_claimed(tx, job, &why), NULL);
}

static void put_job(fixture *f, const char *id, const char *project, const char *kind) {
  store_job j = sample_job(str_of(id), str_of(project), str_of(kind));
  store_tx *tx = writing(f);
  assert_ok(store_job_put(tx, &j, e));
  assert_ok(store_commit(tx, e));
}

static void test_claims(void **state) {
  fixture *f = *state;
  store_job a, b, t, none;
  put_job(f, "a1", "a", "import");
  put_job(f, "a2", "a", "deploy");
  put_job(f, "b1", "b", "import");
  put_job(f, "t1", "a", "train");
  put_job(f, "t2", "a", "train");
  assert_true(claim(f, "n", false, LONG_US, &a));
  assert_str(a.id, "a1");
  assert_str(a.status, "running");
  assert_int_equal(a.attempts, 1);
  assert_int_equal(a.fence, 1);
  assert_true(claim(f, "n", false, LONG_US, &b)); /* a2 waits for a1 */
  assert_str(b.id, "b1");
  assert_false(claim(f, "n", false, LONG_US, &none));
  assert_true(claim(f, "n", true, INT64_MAX, &t)); /* trainings are a class of their own */
  assert_str(t.id, "t1");
  assert_false(claim(f, "n", true, LONG_US, &none));
  assert_int_equal(put_claimed(f, &a, "succeeded"), ERR_OK);
  assert_true(claim(f, "n", false, LONG_US, &a));
  assert_str(a.id, "a2");
  store_tx *tx = reading(f);
  size_t n;
  assert_ok(store_job_waiting(tx, &n, e));
  assert_int_equal(n, 1); /* t2 */
  store_rollback(tx);
}

static void test_claims_run_out(void **state) {
  fixture *f = *state;
  store_job old, now, *rows;
  size_t n;
  put_job(f, "j", "p", "import");
  assert_true(claim(f, "dead", false, 1, &old));
  usleep(1000);
  assert_true(claim(f, "next", false, LONG_US, &now)); /* its lease has run out */
  assert_int_equal(now.fence, 2);
  assert_int_equal(put_claimed(f, &old, "succeeded"), ERR_CONFLICT); /* whoever was thought dead writes nothing */
  assert_ok(store_job_show(f->s, STR("j"), old.fence, STR("{}"), e));
  assert_ok(store_job_renew(f->s, STR("dead"), LONG_US, &f->a, &rows, &n, e));
  assert_int_equal(n, 0);
  assert_ok(store_job_show(f->s, STR("j"), now.fence, STR("{\"at\":1}"), e));
  assert_ok(store_job_renew(f->s, STR("next"), LONG_US, &f->a, &rows, &n, e));
  assert_int_equal(n, 1);
  assert_str(rows[0].result, "{\"at\":1}");
  assert_false(claim(f, "third", false, LONG_US, &old));
  assert_ok(store_job_release(f->s, STR("next"), e)); /* the node starts again */
  assert_true(claim(f, "third", false, LONG_US, &old));
  assert_int_equal(old.attempts, 3);
  assert_int_equal(put_claimed(f, &old, "notStarted"), ERR_OK); /* given back */
  assert_true(claim(f, "fourth", false, LONG_US, &old));
  store_tx *tx = writing(f);
  old.status = STR("cancelling"); /* whoever cancels does not hold the claim */
  assert_ok(store_job_put(tx, &old, e));
  assert_ok(store_commit(tx, e));
  assert_ok(store_job_release(f->s, STR("fourth"), e));
  assert_true(claim(f, "fifth", false, LONG_US, &old));
  assert_str(old.status, "cancelling");
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_jobs),
      T(test_claims),
      T(test_claims_run_out),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
