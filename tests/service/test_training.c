/* Trainings: the real one end to end, and every way a child process can end. */
#include "fixture.h"

#include <dirent.h>
#include <unistd.h>

static char *start(fixture *f, const char *project_name, const char *model_label, char id[ID_JOB_LEN + 1]) {
  training_request r = request_of(model_label);
  assert_ok(training_start(f->s, LOCAL, str_of(project_name), &r, id, e));
  return id;
}

static size_t files_in(fixture *f, const char *dir) {
  char path[600];
  snprintf(path, sizeof path, "%s/%s", f->dir, dir);
  DIR *d = opendir(path);
  assert_non_null(d);
  size_t n = 0;
  for (struct dirent *x; (x = readdir(d));) n += x->d_name[0] != '.';
  closedir(d);
  return n;
}

/* ---- the real child ---------------------------------------------------------------------------- */

static void test_train(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  job_view v, *jobs;
  model_view m;
  project_view p;
  size_t n, total;
  import_small(f, "p");
  start(f, "p", "m1", id);
  v = wait_job(f, JOB_TRAIN, id, "succeeded");
  assert_has(v.result, "\"modelLabel\":\"m1\"");
  assert_has(v.result, "\"trainingMode\":\"standard\"");
  assert_has(v.result, "\"trainingStatus\":{\"percentComplete\":100,\"startDateTime\":\"20");
  assert_has(v.result, "\"evaluationStatus\":{\"percentComplete\":100,\"startDateTime\":\"20");
  assert_null(memmem(v.result.p, v.result.n, "latest", 6));
  assert_has(v.warnings, "Intent 'Book' is tagged in only 9 training examples; 10 are recommended.");
  assert_has(v.warnings, "\"code\":\"Warning\"");
  assert_null(memmem(v.warnings.p, v.warnings.n, "City", 4)); /* 27 examples */

  assert_ok(models_get(f->s, LOCAL, STR("p"), STR("m1"), &f->a, &m, e));
  assert_true(str_starts(m.model_id, STR("m1-20")));
  assert_true(m.has_snapshot && m.has_evaluation);
  assert_int_equal(m.expiration_date.n, 10);
  assert_ok(authoring_get(f->s, LOCAL, STR("p"), &f->a, &p, e));
  assert_int_equal(p.trained_us, m.trained_us);
  assert_ok(job_list(f->s, LOCAL, JOB_TRAIN, STR("p"), (page){0, 10}, &f->a, &jobs, &n, &total, e));
  assert_int_equal(total, 1);
  assert_str_equal(jobs[0].id, str_of(id));
  fixture_close(f); /* after which every thread has cleaned up behind itself */
  assert_int_equal(files_in(f, "tmp"), 0);
  assert_int_equal(files_in(f, "models"), 1);
  fixture_open(f);
}

static void test_evaluation(void **state) {
  fixture *f = *state;
  str summary, *items, *bytes;
  size_t n, total;
  import_small(f, "p");
  train(f, "p", "m");
  assert_ok(models_evaluation_summary(f->s, LOCAL, STR("p"), STR("m"), &f->a, &summary, e));
  assert_has(summary, "\"intentsEvaluation\"");
  assert_has(summary, "\"evaluationOptions\":{\"kind\":\"manual\"}");
  assert_ok(models_evaluation_items(f->s, LOCAL, STR("p"), STR("m"), OFFSET_UTF16, (page){1, 3}, &f->a, &items, &n,
                                    &total, e));
  assert_int_equal(total, 9); /* every 4th of 12, three intents */
  assert_int_equal(n, 3);
  assert_has(items[0], "\"entitiesResult\":{\"expectedEntities\":[");
  /* In ASCII the units agree; the texts with an umlaut differ in bytes. */
  assert_ok(models_evaluation_items(f->s, LOCAL, STR("p"), STR("m"), OFFSET_UTF16, (page){0, 100}, &f->a, &items, &n,
                                    &total, e));
  assert_ok(models_evaluation_items(f->s, LOCAL, STR("p"), STR("m"), OFFSET_UTF8, (page){0, 100}, &f->a, &bytes, &n,
                                    &total, e));
  for (size_t i = 0; i < n; i++) {
    bool umlaut = memmem(items[i].p, items[i].n, "k\xc3\xb6ln", 5) != NULL;
    if (!umlaut) {
      assert_str_equal(bytes[i], items[i]);
    } else {
      assert_has(items[i], "\"length\":4");
      assert_has(bytes[i], "\"length\":5");
    }
  }
  assert_ok(models_evaluation_items(f->s, LOCAL, STR("p"), STR("m"), OFFSET_UTF16, (page){SIZE_MAX, SIZE_MAX}, &f->a,
                                    &items, &n, &total, e));
  assert_int_equal(n, 0);
}

static void test_without_test_data(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  str json;
  model_view m;
  assert_ok(authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", 12, false), id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
  job_view v = wait_job(f, JOB_TRAIN, start(f, "p", "m", id), "succeeded");
  assert_has(v.result, "\"evaluationStatus\":{\"percentComplete\":0,\"status\":\"notStarted\"}");
  assert_int_equal(v.warnings.n, 0); /* 12 of each: enough */
  assert_ok(models_get(f->s, LOCAL, STR("p"), STR("m"), &f->a, &m, e));
  assert_false(m.has_evaluation);
  assert_err(ERR_NOT_FOUND, models_evaluation_summary(f->s, LOCAL, STR("p"), STR("m"), &f->a, &json, e));

  /* M8 with a split that has test data fills the evaluation in. */
  evaluation_options o = {.kind = SPLIT_PERCENTAGE, .training_percent = 70, .testing_percent = 30};
  assert_ok(models_evaluate(f->s, LOCAL, STR("p"), STR("m"), &o, id, e));
  v = wait_job(f, JOB_EVALUATE, id, "succeeded");
  assert_has(v.result, "\"percentComplete\":100");
  assert_has(v.result, "\"trainingSplitPercentage\":70");
  assert_ok(models_evaluation_summary(f->s, LOCAL, STR("p"), STR("m"), &f->a, &json, e));
  o.training_percent = 100, o.testing_percent = 0;
  assert_ok(models_evaluate(f->s, LOCAL, STR("p"), STR("m"), &o, id, e));
  wait_job(f, JOB_EVALUATE, id, "failed");
  o.testing_percent = 1;
  assert_err(ERR_INVALID_ARGUMENT, models_evaluate(f->s, LOCAL, STR("p"), STR("m"), &o, id, e));
}

static void test_same_snapshot_same_model(void **state) {
  fixture *f = *state;
  import_small(f, "p");
  train(f, "p", "a");
  train(f, "p", "b");
  assert_int_equal(files_in(f, "models"), 1); /* content-addressed: one file */
}

static void test_load_snapshot(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  str json;
  import_small(f, "p");
  train(f, "p", "m");
  assert_ok(authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", 1, false), id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
  assert_ok(authoring_export(f->s, LOCAL, STR("p"), OFFSET_UTF16, STR("m"), id, e)); /* the snapshot */
  wait_job(f, JOB_EXPORT, id, "succeeded");
  assert_ok(authoring_export_result(f->s, LOCAL, STR("p"), str_of(id), &f->a, &json, e));
  assert_has(json, "number 11");
  assert_ok(models_load_snapshot(f->s, LOCAL, STR("p"), STR("m"), id, e));
  wait_job(f, JOB_LOAD_SNAPSHOT, id, "succeeded");
  str now;
  assert_ok(authoring_export(f->s, LOCAL, STR("p"), OFFSET_UTF16, STR_NONE, id, e));
  wait_job(f, JOB_EXPORT, id, "succeeded");
  assert_ok(authoring_export_result(f->s, LOCAL, STR("p"), str_of(id), &f->a, &now, e));
  assert_str_equal(now, json);
  assert_err(ERR_NOT_FOUND, models_load_snapshot(f->s, LOCAL, STR("p"), STR("x"), id, e));
}

static void test_nothing_to_train_on(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  assert_ok(authoring_import(f->s, LOCAL, STR("p"), small_document(&f->a, "p", 0, false), id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
  job_view v = wait_job(f, JOB_TRAIN, start(f, "p", "m", id), "failed");
  assert_has(v.errors, "\"code\":\"InvalidArgument\"");
  assert_has(v.result, "\"status\":\"failed\"");
}

/* ---- rules -------------------------------------------------------------------------------------- */

static void test_refused(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  training_request r = request_of("m");
  assert_err(ERR_PROJECT_NOT_FOUND, training_start(f->s, LOCAL, STR("p"), &r, id, e));
  import_small(f, "p");
  r.config_version = STR("1999-01-01");
  assert_err(ERR_INVALID_ARGUMENT, training_start(f->s, LOCAL, STR("p"), &r, id, e));
  r = request_of("../m");
  assert_err(ERR_INVALID_ARGUMENT, training_start(f->s, LOCAL, STR("p"), &r, id, e));
  r = request_of("m");
  r.evaluation = (evaluation_options){.kind = SPLIT_PERCENTAGE, .training_percent = 80, .testing_percent = 30};
  assert_err(ERR_INVALID_ARGUMENT, training_start(f->s, LOCAL, STR("p"), &r, id, e));
  assert_err(ERR_OPERATION_NOT_FOUND, training_cancel(f->s, LOCAL, STR("p"), STR("x"), e));
}

static void test_eleventh_model(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  train(f, "p", "m0");
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  store_model m;
  assert_ok(store_begin_write(st, &tx, e));
  assert_ok(store_model_get(tx, LOCAL, STR("p"), STR("m0"), &f->a, &m, e));
  for (int i = 1; i < 10; i++) {
    m.label = arena_printf(&f->a, "m%d", i);
    assert_ok(store_model_put(tx, &m, e));
  }
  assert_ok(store_commit(tx, e));
  store_close(st);
  fixture_open(f);
  training_request r = request_of("m10");
  assert_err(ERR_QUOTA_EXCEEDED, training_start(f->s, LOCAL, STR("p"), &r, id, e));
  train(f, "p", "m9"); /* an existing label is trained again */
  assert_ok(models_delete(f->s, LOCAL, STR("p"), STR("m3"), e));
  assert_err(ERR_NOT_FOUND, models_delete(f->s, LOCAL, STR("p"), STR("m3"), e));
  train(f, "p", "m10");
}

static void test_two_at_once(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1], other[ID_JOB_LEN + 1];
  import_small(f, "p");
  import_small(f, "q");
  child_plays("wait");
  start(f, "p", "m", id);
  training_request r = request_of("n");
  assert_err(ERR_CONFLICT, training_start(f->s, LOCAL, STR("p"), &r, other, e));
  start(f, "q", "m", other); /* another project's waits for the slot */
  assert_ok(training_cancel(f->s, LOCAL, STR("q"), str_of(other), e));
  job_view v = wait_job(f, JOB_TRAIN, other, "cancelled"); /* at once, though the slot is taken */
  assert_has(v.result, "\"status\":\"cancelled\"");
  assert_ok(training_cancel(f->s, LOCAL, STR("p"), str_of(id), e));
  wait_job(f, JOB_TRAIN, id, "cancelled");
}

/* ---- ends of a child ----------------------------------------------------------------------------- */

static job_view wait_half(fixture *f, const char *id) {
  job_view v;
  do {
    usleep(1000);
    assert_ok(job_get(f->s, LOCAL, JOB_TRAIN, STR("p"), STR_NONE, str_of(id), &f->a, &v, e));
  } while (!memmem(v.result.p, v.result.n, "\"percentComplete\":50", 20));
  return v;
}

static void test_cancel(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  model_view m;
  import_small(f, "p");
  child_plays("wait");
  start(f, "p", "m", id);
  job_view v = wait_half(f, id); /* progress is seen though nothing but the start was committed */
  assert_has(v.result, "estimatedEndDateTime");
  assert_ok(training_cancel(f->s, LOCAL, STR("p"), str_of(id), e));
  v = wait_job(f, JOB_TRAIN, id, "cancelled");
  assert_has(v.result, "\"status\":\"cancelled\"");
  assert_int_equal(v.errors.n, 0);
  assert_err(ERR_NOT_FOUND, models_get(f->s, LOCAL, STR("p"), STR("m"), &f->a, &m, e));
  assert_err(ERR_CONFLICT, training_cancel(f->s, LOCAL, STR("p"), str_of(id), e));
  child_plays(NULL);
  train(f, "p", "m"); /* and the project can be trained again */
}

static void test_cancel_of_a_deaf_child(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  child_plays("hang");
  start(f, "p", "m", id);
  wait_half(f, id); /* it ignores SIGTERM by now */
  assert_ok(training_cancel(f->s, LOCAL, STR("p"), str_of(id), e));
  wait_job(f, JOB_TRAIN, id, "cancelled");
}

static void test_crash(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  child_plays("crash");
  job_view v = wait_job(f, JOB_TRAIN, start(f, "p", "m", id), "failed");
  assert_has(v.errors, "signal 11");
  child_plays("mute");
  v = wait_job(f, JOB_TRAIN, start(f, "p", "m", id), "failed");
  assert_has(v.errors, "status 1");
  child_plays("crash-once");
  wait_job(f, JOB_TRAIN, start(f, "p", "m", id), "succeeded");
  child_plays(NULL);
  service_counters c;
  service_counters_read(f->s, &c);
  assert_int_equal(c.jobs_failed, 2);
}

static void test_time_limit(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  fixture_close(f);
  f->training_time_s = 1;
  fixture_open(f);
  child_plays("hang");
  job_view v = wait_job(f, JOB_TRAIN, start(f, "p", "m", id), "failed");
  assert_has(v.errors, "longer than 1 s");
}

static void test_stop_and_start_again(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  child_plays("hang");
  start(f, "p", "m", id);
  for (int i = 0; i < 5; i++) { /* more often than a job may crash */
    wait_running(f, JOB_TRAIN, id);
    fixture_close(f);
    fixture_open(f);
  }
  fixture_close(f);
  child_plays(NULL);
  fixture_open(f);
  wait_job(f, JOB_TRAIN, id, "succeeded");
}

static void test_stop_while_cancelling(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  child_plays("hang");
  start(f, "p", "m", id);
  wait_half(f, id);
  assert_ok(training_cancel(f->s, LOCAL, STR("p"), str_of(id), e));
  fixture_close(f);
  child_plays(NULL);
  fixture_open(f);
  wait_job(f, JOB_TRAIN, id, "cancelled");
}

static void test_delete_project_in_training(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1], deletion[ID_JOB_LEN + 1];
  project_view p;
  import_small(f, "p");
  child_plays("wait");
  start(f, "p", "m", id);
  wait_running(f, JOB_TRAIN, id);
  assert_ok(authoring_delete(f->s, LOCAL, STR("p"), deletion, e));
  wait_job(f, JOB_DELETE_PROJECT, deletion, "succeeded");
  wait_job(f, JOB_TRAIN, id, "cancelled");
  assert_err(ERR_PROJECT_NOT_FOUND, authoring_get(f->s, LOCAL, STR("p"), &f->a, &p, e));
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_train),
      T(test_evaluation),
      T(test_without_test_data),
      T(test_same_snapshot_same_model),
      T(test_load_snapshot),
      T(test_nothing_to_train_on),
      T(test_refused),
      T(test_eleventh_model),
      T(test_two_at_once),
      T(test_cancel),
      T(test_cancel_of_a_deaf_child),
      T(test_crash),
      T(test_time_limit),
      T(test_stop_and_start_again),
      T(test_stop_while_cancelling),
      T(test_delete_project_in_training),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
