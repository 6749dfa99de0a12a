/* Deployments and the registry: rules, what predictions see while models change under them,
 * counters and the query log. */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* A model that knows 12 (m1) or 13 (m2) utterances an intent, told apart by their count. */
static void two_models(fixture *f) {
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  train(f, "p", "m1");
  assert_ok(authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", 14, true), id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
  train(f, "p", "m2");
}

static size_t utterances_of(const live_model *lm) {
  return model_describe(live_model_of(lm))->utterance_count;
}

/* 0: no such deployment. */
static size_t served(fixture *f, const char *deployment) {
  live_enter();
  const live_model *lm = live_find(f->s, 0, STR("p"), str_of(deployment));
  size_t n = lm ? utterances_of(lm) : 0;
  live_leave();
  return n;
}

static void swap(fixture *f, const char *first, const char *second) {
  char id[ID_JOB_LEN + 1];
  assert_ok(deployments_swap(f->s, LOCAL, STR("p"), str_of(first), str_of(second), id, e));
  wait_job(f, JOB_SWAP, id, "succeeded");
}

static void test_life(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  deployment_view d, *list;
  project_view p;
  size_t n, total;
  two_models(f);
  assert_int_equal(served(f, "a"), 0);
  deploy(f, "p", "a", "m1");
  deploy(f, "p", "b", "m2");
  size_t first = served(f, "a"), second = served(f, "b");
  assert_true(first > 0 && second > first);
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
  assert_true(str_starts(d.model_id, STR("m1-")));
  assert_int_equal(d.assigned_count, 0);
  assert_ok(authoring_get(f->s, LOCAL, STR("p"), &f->a, &p, e));
  assert_true(p.deployed_us >= d.deployed_us && d.deployed_us >= d.trained_us);
  assert_ok(deployments_list(f->s, LOCAL, STR("p"), (page){0, 10}, &f->a, &list, &n, &total, e));
  assert_int_equal(total, 2);

  swap(f, "a", "b");
  assert_int_equal(served(f, "a"), second);
  assert_int_equal(served(f, "b"), first);
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
  assert_true(str_starts(d.model_id, STR("m2-")));

  fixture_close(f); /* a start finds what was committed */
  fixture_open(f);
  assert_true(service_ready(f->s));
  assert_int_equal(served(f, "a"), second);

  assert_ok(deployments_delete(f->s, LOCAL, STR("p"), STR("a"), id, e));
  wait_job(f, JOB_DEPLOY, id, "succeeded");
  assert_int_equal(served(f, "a"), 0);
  assert_int_equal(served(f, "b"), first);
  assert_err(ERR_NOT_FOUND, deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
  job_view v; /* the job stays readable under the path of what is gone */
  assert_ok(job_get(f->s, LOCAL, JOB_DEPLOY, STR("p"), STR("a"), str_of(id), &f->a, &v, e));

  assert_ok(authoring_delete(f->s, LOCAL, STR("p"), id, e));
  wait_job(f, JOB_DELETE_PROJECT, id, "succeeded");
  assert_int_equal(served(f, "b"), 0);
}

static void test_rules(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  train(f, "p", "m1");
  assert_err(ERR_NOT_FOUND, deployments_put(f->s, LOCAL, STR("p"), STR("a"), STR("no"), id, e));
  assert_err(ERR_PROJECT_NOT_FOUND, deployments_put(f->s, LOCAL, STR("q"), STR("a"), STR("m1"), id, e));
  assert_err(ERR_INVALID_ARGUMENT, deployments_put(f->s, LOCAL, STR("p"), STR("a/b"), STR("m1"), id, e));
  assert_err(ERR_NOT_FOUND, deployments_delete(f->s, LOCAL, STR("p"), STR("a"), id, e));
  deploy(f, "p", "a", "m1");
  assert_err(ERR_INVALID_ARGUMENT, deployments_swap(f->s, LOCAL, STR("p"), STR("a"), STR("a"), id, e));
  assert_err(ERR_NOT_FOUND, deployments_swap(f->s, LOCAL, STR("p"), STR("a"), STR("b"), id, e));
  assert_err(ERR_NOT_FOUND, deployments_swap(f->s, LOCAL, STR("p"), STR("b"), STR("a"), id, e));
  assert_err(ERR_CONFLICT, models_delete(f->s, LOCAL, STR("p"), STR("m1"), e));
  for (int i = 1; i < 10; i++) deploy(f, "p", arena_printf(&f->a, "d%d", i).p, "m1");
  assert_err(ERR_QUOTA_EXCEEDED, deployments_put(f->s, LOCAL, STR("p"), STR("eleventh"), STR("m1"), id, e));
  deploy(f, "p", "d3", "m1");
}

/* The label is trained anew: its deployment goes on with the old model, whose file must stay. */
static void test_retrained_label(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  train(f, "p", "m");
  deploy(f, "p", "a", "m");
  size_t before = served(f, "a");
  assert_ok(authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", 20, true), id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
  train(f, "p", "m");
  assert_int_equal(served(f, "a"), before);
  fixture_close(f); /* the clean-up of a start keeps the file */
  fixture_open(f);
  fixture_close(f);
  fixture_open(f);
  assert_int_equal(served(f, "a"), before);
  assert_ok(models_delete(f->s, LOCAL, STR("p"), STR("m"), e)); /* the new one is used by nobody */
  assert_int_equal(served(f, "a"), before);
}

static void test_deploy_while_training(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  train(f, "p", "m");
  child_plays("wait");
  training_request r = request_of("m");
  assert_ok(training_start(f->s, LOCAL, STR("p"), &r, id, e));
  wait_running(f, JOB_TRAIN, id);
  deploy(f, "p", "a", "m");
  assert_true(served(f, "a") > 0);
  assert_ok(training_cancel(f->s, LOCAL, STR("p"), str_of(id), e));
  wait_job(f, JOB_TRAIN, id, "cancelled");
}

static const char *model_path(fixture *f, const char *model_label) {
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  store_model m;
  const char *path;
  assert_ok(store_begin_read(st, &tx, e));
  assert_ok(store_model_get(tx, LOCAL, STR("p"), str_of(model_label), &f->a, &m, e));
  store_rollback(tx);
  assert_ok(store_model_file_path(st, m.file, &f->a, &path, e));
  store_close(st);
  fixture_open(f);
  return path;
}

static void test_damaged_model_never_serves(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  two_models(f);
  deploy(f, "p", "a", "m1");
  size_t before = served(f, "a");
  const char *path = model_path(f, "m2");
  char *bytes;
  size_t n;
  assert_ok(file_read(path, SIZE_MAX / 2, &bytes, &n, e));
  bytes[n / 2] ^= 1;
  assert_ok(file_write_atomic(path, str_make(bytes, n), 0600, e));
  free(bytes);
  assert_ok(deployments_put(f->s, LOCAL, STR("p"), STR("a"), STR("m2"), id, e));
  wait_job(f, JOB_DEPLOY, id, backend_is_postgres() ? "succeeded" : "failed"); /* a shared database has it whole */
  assert_true((served(f, "a") == before) == !backend_is_postgres());
  if (backend_is_postgres()) deploy(f, "p", "a", "m1");
  unlink(path);
  assert_ok(deployments_put(f->s, LOCAL, STR("p"), STR("a"), STR("m2"), id, e));
  wait_job(f, JOB_DEPLOY, id, backend_is_postgres() ? "succeeded" : "failed");
  assert_true((served(f, "a") == before) == !backend_is_postgres());
}

static void test_missing_file_at_start(void **state) {
  fixture *f = *state;
  deployment_view d;
  two_models(f);
  deploy(f, "p", "a", "m1");
  deploy(f, "p", "b", "m2");
  const char *path = model_path(f, "m1");
  fixture_close(f);
  unlink(path);
  fixture_open(f); /* the server starts, with the others; a shared database has the file still */
  assert_true((served(f, "a") > 0) == backend_is_postgres());
  assert_true(served(f, "b") > 0);
  assert_ok(deployments_get(f->s, LOCAL, STR("p"), STR("a"), &f->a, &d, e));
}

/* ---- readers beside changes ---------------------------------------------------------------------- */

enum { READERS = 4, CHANGES = 30 };

typedef struct reader {
  service *s;
  atomic_bool *stop;
  size_t first, second; /* utterances of the two models */
  uint64_t predictions, wrong;
} reader;

/* Both names always answer, each with a whole model; in one look exactly one of the two models is
 * behind each name. */
static void *predict_on(void *arg) {
  reader *r = arg;
  arena a;
  arena_init(&a, 0);
  while (!atomic_load(r->stop)) {
    live_enter();
    const live_model *x = live_find(r->s, 0, STR("p"), STR("a"));
    if (x) {
      prediction p;
      size_t n = utterances_of(x);
      model_predict(live_model_of(x), STR("book a table for oslo"), &(predict_options){.threshold = -1}, &a, &p);
      if ((n != r->first && n != r->second) || p.intent_count != 3) r->wrong++;
      live_count(r->s, &(live_usage){.lm = x, .text = STR("book a table for oslo"), .prediction = &p});
      r->predictions++;
    } else {
      r->wrong++;
    }
    live_leave();
    arena_reset(&a);
  }
  arena_fini(&a);
  return NULL;
}

static void test_readers_never_see_a_gap(void **state) {
  fixture *f = *state;
  two_models(f);
  deploy(f, "p", "a", "m1");
  deploy(f, "p", "b", "m2");
  atomic_bool stop = false;
  pthread_t threads[READERS];
  reader readers[READERS];
  for (int i = 0; i < READERS; i++) {
    readers[i] = (reader){.s = f->s, .stop = &stop, .first = served(f, "a"), .second = served(f, "b")};
    assert_int_equal(pthread_create(&threads[i], NULL, predict_on, &readers[i]), 0);
  }
  for (int i = 0; i < CHANGES; i++) {
    size_t before = served(f, "a");
    if (i % 3 == 2) {
      deploy(f, "p", "a", before == readers[0].first ? "m2" : "m1");
    } else {
      deploy(f, "p", "b", before == readers[0].first ? "m2" : "m1");
      swap(f, "a", "b");
    }
    assert_true(served(f, "a") != before);
  }
  atomic_store(&stop, true);
  uint64_t predictions = 0;
  for (int i = 0; i < READERS; i++) {
    pthread_join(threads[i], NULL);
    assert_int_equal(readers[i].wrong, 0);
    predictions += readers[i].predictions;
  }
  service_counters c;
  service_counters_read(f->s, &c);
  assert_int_equal(c.predictions, predictions); /* the sums of ended threads stay */
  assert_true(predictions > 0);
  assert_int_equal(c.live_deployments, 2);
  assert_true(c.live_models >= 1 && c.live_models <= 2);
}

static void test_query_log(void **state) {
  fixture *f = *state;
  enum { QUERIES = 1000 };
  import_small(f, "p");
  train(f, "p", "m");
  deploy(f, "p", "a", "m");
  for (int i = 0; i < QUERIES; i++) {
    live_enter();
    const live_model *lm = live_find(f->s, 0, STR("p"), STR("a"));
    prediction p;
    str text = STR("book a table for k\xc3\xb6ln");
    model_predict(live_model_of(lm), text, &(predict_options){.threshold = -1}, &f->a, &p);
    live_count(f->s, &(live_usage){.lm = lm, .text = text, .language = STR("en"), .prediction = &p, .log_query = true});
    live_leave();
  }
  fixture_close(f); /* a regular stop writes what waits */
  const char *sql =
      "SELECT count(*) FROM queries WHERE top_intent = 'Book' AND prediction LIKE '%\"topIntent\":\"Book\"%'";
  assert_int_equal(backend_sql(f->dir, sql), QUERIES);
}

/* ---- many ------------------------------------------------------------------------------------------ */

static void test_a_thousand_deployments(void **state) {
  fixture *f = *state;
  enum { PROJECTS = 100, EACH = 10 };
  import_small(f, "p");
  train(f, "p", "m");
  deploy(f, "p", "d0", "m");
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  store_project p;
  store_deployment d;
  assert_ok(store_begin_write(st, &tx, e));
  assert_ok(store_project_get(tx, LOCAL, STR("p"), &f->a, &p, e));
  assert_ok(store_deployment_get(tx, LOCAL, STR("p"), STR("d0"), &f->a, &d, e));
  for (int i = 0; i < PROJECTS; i++) {
    p.name = d.project = arena_printf(&f->a, "p%d", i);
    assert_ok(store_project_put(tx, &p, e));
    for (int k = 0; k < EACH; k++) {
      d.name = arena_printf(&f->a, "d%d", k);
      assert_ok(store_deployment_put(tx, &d, e));
    }
  }
  assert_ok(store_commit(tx, e));
  store_close(st);
  fixture_open(f);
  service_counters c;
  service_counters_read(f->s, &c);
  assert_int_equal(c.live_deployments, PROJECTS * EACH + 1);
  assert_int_equal(c.live_models, 1); /* one file, mapped once */
  live_enter();
  for (int i = 0; i < PROJECTS; i++) {
    for (int k = 0; k < EACH; k++)
      assert_non_null(live_find(f->s, 0, arena_printf(&f->a, "p%d", i), arena_printf(&f->a, "d%d", k)));
  }
  assert_null(live_find(f->s, 0, STR("p1"), STR("d10")));
  assert_null(live_find(f->s, 1, STR("p1"), STR("d1")));
  live_leave();
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_life),
      T(test_rules),
      T(test_retrained_label),
      T(test_deploy_while_training),
      T(test_damaged_model_never_serves),
      T(test_missing_file_at_start),
      T(test_readers_never_see_a_gap),
      T(test_query_log),
      T(test_a_thousand_deployments),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
