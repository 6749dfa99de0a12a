/* Back-ups: everything comes back, with the same secret, whatever database is behind the store; while a
 * server writes; and what must be refused. On PostgreSQL, restores go to PostgreSQL as well. */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/backup.h"

static const char *file_of(fixture *f) {
  return arena_printf(&f->a, "%s/backup", f->dir).p;
}

static err_code backup(fixture *f, err *e) {
  char *url = backend_database(f->dir);
  err_code rc = store_backup(&(store_place){.data_dir = f->dir, .database = url}, file_of(f), e);
  free(url);
  return rc;
}

static err_code restore(const char *file, const char *dir, bool to_sqlite, err *e) {
  char *url = to_sqlite ? NULL : backend_database(dir);
  err_code rc = store_restore(file, &(store_place){.data_dir = dir, .database = url}, e);
  free(url);
  return rc;
}

static void adopt(fixture *f, str bytes, char hash[SHA256_HEX + 1]) {
  const char *tmp = store_temp_path(f->s, &f->a, ".model");
  assert_ok(file_write_atomic(tmp, bytes, 0600, e));
  assert_ok(store_model_file_adopt(f->s, tmp, hash, e));
}

/* A row or more in every table that has any, and names that are easily damaged. */
static void fill(fixture *f, char file[SHA256_HEX + 1]) {
  char doc[SHA256_HEX + 1];
  store_tx *tx = NULL;
  add_project(f->s, STR("k\xc3\xb6ln 'quoted'"));
  adopt(f, STR("the bytes of a model"), file);
  store_model m = sample_model(STR("k\xc3\xb6ln 'quoted'"), STR("m"), str_of(file));
  store_deployment d = sample_deployment(m.project, STR("d"), str_of(file));
  store_job j = sample_job(STR("j1"), m.project, STR("import"));
  store_history h = {.resource = STR("local"),
                     .project = m.project,
                     .name = STR("d"),
                     .cause = STR("deploy"),
                     .new_file = str_of(file),
                     .assigned = STR("[]"),
                     .at_us = 5};
  assert_ok(store_begin_write(f->s, &tx, e));
  assert_ok(store_blob_put(tx, str_make("bytes\0with\0zeros", 16), doc, e));
  m.snapshot = str_of(doc);
  assert_ok(store_model_put(tx, &m, e));
  assert_ok(store_deployment_put(tx, &d, e));
  assert_ok(store_history_add(tx, &h, e));
  assert_ok(store_job_put(tx, &j, e));
  assert_ok(store_commit(tx, e));
  store_query q = {.resource = STR("local"), .project = m.project, .text = STR("hi"), .prediction = STR("{}")};
  assert_ok(store_query_add(f->s, &q, 1, e));
  bool found;
  assert_ok(store_job_claim(f->s, STR("a node"), false, INT64_MAX, &f->a, &j, &found, e));
  assert_true(found);
}

static void check_all(fixture *f, store *s, const char *file) {
  store_tx *tx = NULL;
  store_model m;
  store_deployment d;
  store_job j;
  store_history *h;
  size_t n, total;
  str doc;
  const char *path;
  char *bytes;
  bool found;
  str project = STR("k\xc3\xb6ln 'quoted'");
  assert_ok(store_begin_read(s, &tx, e));
  assert_ok(store_model_get(tx, STR("local"), project, STR("m"), &f->a, &m, e));
  assert_str(m.file, file);
  assert_ok(store_blob_get(tx, m.snapshot, &f->a, &doc, e));
  assert_true(str_eq(doc, str_make("bytes\0with\0zeros", 16)));
  assert_ok(store_deployment_get(tx, STR("local"), project, STR("d"), &f->a, &d, e));
  assert_int_equal(d.deployed_us, 9);
  assert_ok(store_history_list(tx, STR("local"), project, STR("d"), 0, 10, &f->a, &h, &n, &total, e));
  assert_int_equal(n, 1);
  store_rollback(tx);
  assert_ok(store_model_file_path(s, m.file, &f->a, &path, e));
  assert_ok(file_read(path, 100, &bytes, &n, e));
  assert_string_equal(bytes, "the bytes of a model");
  free(bytes);
  /* The claim of the node that ran it is not restored; new rows are numbered after the old ones. */
  assert_ok(store_job_claim(s, STR("another"), false, INT64_MAX, &f->a, &j, &found, e));
  assert_true(found);
  assert_str(j.id, "j1");
  assert_int_equal(j.fence, 2);
  store_job later = sample_job(STR("j2"), project, STR("export"));
  assert_ok(store_begin_write(s, &tx, e));
  assert_ok(store_job_put(tx, &later, e));
  assert_ok(store_commit(tx, e));
}

static void test_everything_comes_back(void **state) {
  fixture *f = *state;
  char file[SHA256_HEX + 1];
  struct stat st;
  fill(f, file);
  assert_ok(backup(f, e)); /* beside the owner */
  assert_int_equal(stat(file_of(f), &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  for (int to_sqlite = 0; to_sqlite < 2; to_sqlite++) {
    char *dir = dir_make();
    store *s = NULL;
    assert_ok(restore(file_of(f), dir, to_sqlite, e));
    if (to_sqlite)
      assert_ok(store_open(dir, &s, e));
    else
      s = open_store(dir);
    assert_memory_equal(store_secret(s), store_secret(f->s), SHA256_BYTES);
    check_all(f, s, file);
    store_close(s);
    assert_err(ERR_CONFLICT, restore(file_of(f), dir, to_sqlite, e)); /* not empty any more */
    dir_remove(dir);
  }
  assert_ok(backup(f, e)); /* over the one that is there */
}

static void test_refused(void **state) {
  fixture *f = *state;
  char file[SHA256_HEX + 1];
  char *dir = dir_make(), *bytes;
  size_t n;
  fill(f, file);
  assert_ok(backup(f, e));
  assert_err(ERR_CONFLICT, restore(file_of(f), f->dir, false, e)); /* a server runs there */
  assert_err(ERR_NOT_FOUND, restore("/nonexistent", dir, false, e));
  assert_err(ERR_NOT_FOUND, store_backup(&(store_place){.data_dir = "/nonexistent"}, file_of(f), e));
  /* An empty database has the tables after it is opened, but no secret. */
  const char *other = arena_printf(&f->a, "%s/other", f->dir).p;
  assert_ok(file_write_atomic(other, STR(""), 0600, e));
  assert_err(ERR_CORRUPT, restore(other, dir, false, e));
  assert_ok(file_write_atomic(other, STR("no database at all, but a longer text than its header"), 0600, e));
  assert_err(ERR_CORRUPT, restore(other, dir, false, e));
  /* A model file that was damaged in the back-up. */
  assert_ok(file_read(file_of(f), SIZE_MAX / 2, &bytes, &n, e));
  char *at = memmem(bytes, n, "the bytes of a model", 20);
  assert_non_null(at);
  at[0] ^= 1;
  assert_ok(file_write_atomic(other, str_make(bytes, n), 0600, e));
  free(bytes);
  assert_err(ERR_CORRUPT, restore(other, dir, false, e));
  assert_ok(restore(file_of(f), dir, false, e)); /* none of that was in the way */
  dir_remove(dir);
}

static void test_another_secret(void **state) {
  fixture *f = *state;
  char *dir = dir_make();
  char file[SHA256_HEX + 1], secret[SHA256_BYTES] = "another";
  fill(f, file);
  assert_ok(backup(f, e));
  assert_ok(file_write_atomic(arena_printf(&f->a, "%s/secret", dir).p, str_make(secret, sizeof secret), 0600, e));
  assert_err(ERR_CONFLICT, restore(file_of(f), dir, false, e));
  dir_remove(dir);
}

/* ---- beside a writer ----------------------------------------------------------------------------- */

typedef struct writer {
  fixture *f;
  atomic_bool stop;
  int failed, rounds;
} writer;

/* Each round is a model of a new file and the deployment of it: they always agree. Old files go. */
static void *write_rounds(void *arg) {
  writer *w = arg;
  arena a;
  arena_init(&a, 0);
  for (; !atomic_load(&w->stop) && !w->failed; w->rounds++) {
    char hash[SHA256_HEX + 1];
    store_tx *tx = NULL;
    size_t removed;
    const char *tmp = store_temp_path(w->f->s, &a, ".model");
    w->failed += file_write_atomic(tmp, arena_printf(&a, "model %d", w->rounds), 0600, NULL) != ERR_OK ||
                 store_model_file_adopt(w->f->s, tmp, hash, NULL) != ERR_OK ||
                 store_begin_write(w->f->s, &tx, NULL) != ERR_OK;
    if (w->failed) break;
    store_model m = sample_model(STR("p"), STR("m"), str_of(hash));
    store_deployment d = sample_deployment(STR("p"), STR("d"), str_of(hash));
    w->failed += store_model_put(tx, &m, NULL) != ERR_OK || store_deployment_put(tx, &d, NULL) != ERR_OK;
    w->failed += store_commit(tx, NULL) != ERR_OK || store_collect(w->f->s, &removed, NULL) != ERR_OK;
    arena_reset(&a);
  }
  arena_fini(&a);
  return NULL;
}

static void test_beside_a_writer(void **state) {
  fixture *f = *state;
  writer w = {.f = f};
  pthread_t thread;
  add_project(f->s, STR("p"));
  assert_int_equal(pthread_create(&thread, NULL, write_rounds, &w), 0);
  for (int i = 0; i < 5; i++) {
    char *dir = dir_make();
    store *s = NULL;
    store_tx *tx = NULL;
    store_model m;
    store_deployment d;
    const char *path;
    usleep(20000);
    assert_ok(backup(f, e));
    assert_ok(restore(file_of(f), dir, true, e));
    assert_ok(store_open(dir, &s, e));
    assert_ok(store_begin_read(s, &tx, e));
    if (store_model_get(tx, STR("local"), STR("p"), STR("m"), &f->a, &m, NULL) == ERR_OK) {
      assert_ok(store_deployment_get(tx, STR("local"), STR("p"), STR("d"), &f->a, &d, e));
      assert_true(str_eq(m.file, d.file));
      assert_ok(store_model_file_path(s, d.file, &f->a, &path, e));
    }
    store_rollback(tx);
    store_close(s);
    dir_remove(dir);
  }
  atomic_store(&w.stop, true);
  pthread_join(thread, NULL);
  assert_int_equal(w.failed, 0);
  assert_true(w.rounds > 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_everything_comes_back),
      T(test_refused),
      T(test_another_secret),
      T(test_beside_a_writer),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
