/* Every function of store.h on a fresh store, of SQLite or of PostgreSQL (backend.h). */
#include "fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/copy.h"

static int64_t sql_int(fixture *f, const char *sql) {
  return backend_sql(f->dir, sql);
}

static void reopen(fixture *f) {
  store_close(f->s);
  f->s = open_store(f->dir);
}

/* ---- opening --------------------------------------------------------------------------------- */

static void test_schema_and_reopen(void **state) {
  fixture *f = *state;
  assert_true(store_schema_version(f->s) >= 1);
  add_project(f->s, STR("p"));
  reopen(f);
  store_tx *tx = reading(f);
  store_project p;
  assert_ok(store_project_get(tx, STR("local"), STR("p"), &f->a, &p, e));
  store_rollback(tx);
}

/* Whoever adds a table says in copy.c whether back-ups and the nodes' copies have it. */
static void test_every_table_is_copied_or_left(void **state) {
  fixture *f = *state;
  if (backend_is_postgres()) return;
  char path[600];
  sqlite3 *db;
  sqlite3_stmt *st;
  snprintf(path, sizeof path, "%s/dragoman.db", f->dir);
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  const char *sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
  size_t n = 0;
  for (; sqlite3_step(st) == SQLITE_ROW; n++) {
    const char *name = (const char *)sqlite3_column_text(st, 0);
    if (!store__copy_knows(name)) fail_msg("copy.c does not know table %s", name);
  }
  assert_true(n > 10);
  sqlite3_finalize(st);
  sqlite3_close(db);
}

static void test_second_owner_refused(void **state) {
  fixture *f = *state;
  store *other = NULL;
  assert_err(ERR_CONFLICT, backend_open(f->dir, &other, e));
}

static void test_newer_schema_refused(void **state) {
  fixture *f = *state;
  store_close(f->s);
  f->s = NULL;
  sql_int(f, backend_is_postgres() ? "UPDATE schema_version SET version = 9999" : "PRAGMA user_version = 9999");
  store *s = NULL;
  assert_err(ERR_CONFLICT, backend_open(f->dir, &s, e));
  assert_err(ERR_CONFLICT, backend_open_reader(f->dir, &s, e));
}

static void test_older_schema_migrates(void **state) {
  fixture *f = *state;
  store_close(f->s);
  char path[600];
  snprintf(path, sizeof path, "%s/dragoman.db", f->dir);
  if (backend_is_postgres()) {
    backend_drop(f->dir);
    backend_make(f->dir);
  } else {
    unlink(path);
    sql_int(f, "PRAGMA user_version = 0"); /* an empty file: what a crash before the first step leaves */
  }
  f->s = open_store(f->dir);
  add_project(f->s, STR("p"));
}

static void test_reader_beside_owner(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("p"));
  store *r = NULL;
  store_tx *tx = NULL;
  store_project p;
  assert_ok(backend_open_reader(f->dir, &r, e));
  assert_memory_equal(store_secret(r), store_secret(f->s), SHA256_BYTES);
  assert_ok(store_begin_read(r, &tx, e));
  assert_ok(store_project_get(tx, STR("local"), STR("p"), &f->a, &p, e));
  store_rollback(tx);
  store_close(r);

  char *empty = dir_make();
  assert_err(ERR_NOT_FOUND, backend_open_reader(empty, &r, e));
  dir_remove(empty);
}

static void test_secret(void **state) {
  fixture *f = *state;
  uint8_t before[SHA256_BYTES];
  memcpy(before, store_secret(f->s), sizeof before);
  char path[600];
  struct stat st;
  snprintf(path, sizeof path, "%s/secret", f->dir);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(st.st_size, SHA256_BYTES);
  reopen(f);
  assert_memory_equal(before, store_secret(f->s), SHA256_BYTES);

  store_close(f->s);
  f->s = NULL;
  store *s = NULL;
  assert_int_equal(truncate(path, 31), 0);
  assert_err(ERR_CORRUPT, backend_open(f->dir, &s, e));
  assert_int_equal(unlink(path), 0);
  assert_err(backend_is_postgres() ? ERR_CONFLICT : ERR_CORRUPT, backend_open(f->dir, &s, e));
  assert_int_not_equal(access(path, F_OK), 0); /* no other secret was made instead */
}

static void test_damaged_database(void **state) {
  fixture *f = *state;
  if (backend_is_postgres()) return; /* the server's own files are its own affair */
  store_close(f->s);
  f->s = NULL;
  char path[600];
  snprintf(path, sizeof path, "%s/dragoman.db", f->dir);
  assert_ok(file_write_atomic(path, STR("this is no database, it is a text of some length ............."), 0600, e));
  store *s = NULL;
  assert_err(ERR_CORRUPT, backend_open(f->dir, &s, e));
}

static void test_endpoint(void **state) {
  fixture *f = *state;
  str url;
  assert_ok(store_endpoint_get(f->s, &f->a, &url, e));
  assert_str(url, "");
  assert_ok(store_endpoint_set(f->s, STR("http://127.0.0.1:1"), e));
  assert_ok(store_endpoint_set(f->s, STR("http://127.0.0.1:2"), e));
  assert_ok(store_endpoint_get(f->s, &f->a, &url, e));
  assert_str(url, "http://127.0.0.1:2");
}

/* ---- rows ------------------------------------------------------------------------------------- */

static void test_resources(void **state) {
  fixture *f = *state;
  store_resource r = sample_resource(), got, *list;
  size_t n;
  store_tx *tx = writing(f);
  assert_err(ERR_NOT_FOUND, store_resource_get(tx, STR("local"), &f->a, &got, e));
  assert_ok(store_resource_put(tx, &r, e));
  r.key2_generation = 2;
  assert_ok(store_resource_put(tx, &r, e));
  store_resource older = {.name = STR("zebra"), .created_us = 1};
  assert_ok(store_resource_put(tx, &older, e));
  assert_ok(store_commit(tx, e));

  tx = reading(f);
  assert_ok(store_resource_get(tx, STR("local"), &f->a, &got, e));
  assert_str(got.region, "eastus2");
  assert_int_equal(got.key2_generation, 2);
  assert_ok(store_resource_list(tx, &f->a, &list, &n, e));
  assert_int_equal(n, 2);
  assert_str(list[0].name, "zebra");
  store_rollback(tx);
}

static void test_projects(void **state) {
  fixture *f = *state;
  static const char *const names[] = {"b", "a", "B", "c"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) add_project(f->s, str_of(names[i]));
  store_tx *tx = reading(f);
  store_project *list, p;
  size_t n, total;
  assert_ok(store_project_list(tx, STR("local"), 1, 2, &f->a, &list, &n, &total, e));
  assert_int_equal(total, 4);
  assert_int_equal(n, 2);
  assert_str(list[0].name, "a");
  assert_str(list[1].name, "b");
  assert_ok(store_project_list(tx, STR("local"), 0, 0, &f->a, &list, &n, &total, e));
  assert_int_equal(n, 0);
  assert_ok(store_project_list(tx, STR("local"), SIZE_MAX, SIZE_MAX, &f->a, &list, &n, &total, e));
  assert_int_equal(n, 0);
  assert_ok(store_project_get(tx, STR("local"), STR("b"), &f->a, &p, e));
  assert_int_equal(p.created_us, 1);
  assert_int_equal(p.utterance_count, 5);
  assert_err(ERR_PROJECT_NOT_FOUND, store_project_get(tx, STR("other"), STR("b"), &f->a, &p, e));
  store_rollback(tx);
}

static void test_foreign_rows_refused(void **state) {
  fixture *f = *state;
  store_project p = sample_project(STR("p"), STR(""));
  store_model m = sample_model(STR("p"), STR("m"), STR("x"));
  store_tx *tx = writing(f);
  assert_err(ERR_CONFLICT, store_project_put(tx, &p, e)); /* no such resource */
  assert_err(ERR_CONFLICT, store_commit(tx, e));
  tx = writing(f);
  assert_err(ERR_CONFLICT, store_model_put(tx, &m, e)); /* no such project */
  store_rollback(tx);
}

static void test_models_and_deployments(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("p"));
  store_model m = sample_model(STR("p"), STR("m"), STR("file1")), *models, got;
  store_deployment d = sample_deployment(STR("p"), STR("prod"), STR("file1")), *deployments, got_d;
  size_t n, total;
  store_tx *tx = writing(f);
  assert_ok(store_model_put(tx, &m, e));
  m.file = STR("file2");
  assert_ok(store_model_put(tx, &m, e));
  assert_ok(store_deployment_put(tx, &d, e));
  d.name = STR("alpha");
  assert_ok(store_deployment_put(tx, &d, e));
  store_history h = {.resource = STR("local"),
                     .project = STR("p"),
                     .name = STR("prod"),
                     .cause = STR("deploy"),
                     .job_id = STR("j"),
                     .new_file = STR("file1"),
                     .at_us = 5};
  assert_ok(store_history_add(tx, &h, e));
  assert_ok(store_commit(tx, e));

  tx = writing(f);
  assert_ok(store_model_get(tx, STR("local"), STR("p"), STR("m"), &f->a, &got, e));
  assert_str(got.file, "file2");
  assert_str(got.evaluation, "");
  assert_ok(store_model_list(tx, STR("local"), STR("p"), 0, 10, &f->a, &models, &n, &total, e));
  assert_int_equal(total, 1);
  assert_ok(store_deployment_list(tx, STR("local"), STR("p"), 0, 10, &f->a, &deployments, &n, &total, e));
  assert_int_equal(n, 2);
  assert_str(deployments[0].name, "alpha");
  assert_ok(store_deployment_get(tx, STR("local"), STR("p"), STR("prod"), &f->a, &got_d, e));
  assert_str(got_d.model_id, "m-1");
  assert_ok(store_deployment_delete(tx, STR("local"), STR("p"), STR("prod"), e));
  assert_err(ERR_NOT_FOUND, store_deployment_delete(tx, STR("local"), STR("p"), STR("prod"), e));
  assert_err(ERR_NOT_FOUND, store_deployment_get(tx, STR("local"), STR("p"), STR("prod"), &f->a, &got_d, e));
  assert_ok(store_deployment_all(tx, &f->a, &deployments, &n, e));
  assert_int_equal(n, 1);
  assert_ok(store_model_delete(tx, STR("local"), STR("p"), STR("m"), e));
  assert_err(ERR_NOT_FOUND, store_model_delete(tx, STR("local"), STR("p"), STR("m"), e));
  assert_err(ERR_NOT_FOUND, store_model_get(tx, STR("local"), STR("p"), STR("m"), &f->a, &got, e));
  assert_ok(store_commit(tx, e));
  assert_int_equal(sql_int(f, "SELECT count(*) FROM deployment_history WHERE new_file = 'file1'"), 1);
}

static void test_history(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("p"));
  store_history *rows, one;
  size_t n, total;
  store_tx *tx = writing(f);
  for (int i = 0; i < 3 * STORE_HISTORY_KEPT; i++) {
    store_history h = {.resource = STR("local"),
                       .project = STR("p"),
                       .name = i % 3 ? STR("a") : STR("b"),
                       .cause = STR("deploy"),
                       .job_id = STR("j"),
                       .new_file = arena_printf(&f->a, "file%d", i),
                       .model_id = STR("m-1"),
                       .assigned = STR("[]"),
                       .at_us = 1000 + i};
    assert_ok(store_history_add(tx, &h, e));
  }
  assert_ok(store_commit(tx, e));
  tx = reading(f);
  assert_ok(store_history_list(tx, STR("local"), STR("p"), STR("a"), 1, 5, &f->a, &rows, &n, &total, e));
  assert_int_equal(total, 2 * STORE_HISTORY_KEPT);
  assert_int_equal(n, 5);
  assert_int_equal(rows[0].at_us, 1000 + 3 * STORE_HISTORY_KEPT - 2);
  assert_true(rows[0].id > rows[1].id);
  assert_str(rows[0].model_id, "m-1");
  assert_ok(store_history_list(tx, STR("local"), STR("p"), STR(""), 0, 1, &f->a, &rows, &n, &total, e));
  assert_int_equal(total, 3 * STORE_HISTORY_KEPT);
  assert_ok(store_history_latest(tx, STR("local"), STR("p"), STR("b"), INT64_MAX, 1005, &f->a, &one, e));
  assert_str(one.new_file, "file3");
  assert_ok(store_history_latest(tx, STR("local"), STR("p"), STR("b"), one.id - 1, INT64_MAX, &f->a, &one, e));
  assert_str(one.new_file, "file0");
  assert_err(ERR_NOT_FOUND,
             store_history_latest(tx, STR("local"), STR("p"), STR("b"), one.id - 1, INT64_MAX, &f->a, &one, e));
  store_rollback(tx);

  tx = writing(f);
  assert_ok(store_project_delete(tx, STR("local"), STR("p"), e));
  assert_ok(store_commit(tx, e));
  assert_int_equal(sql_int(f, "SELECT count(*) FROM deployment_history"), 0);
}

static void test_assignments(void **state) {
  fixture *f = *state;
  store_resource other = {.name = STR("west"), .region = STR("westus2"), .azure_resource_id = STR("/w")};
  store_assignment x = {.resource = STR("local"),
                        .project = STR("p"),
                        .azure_resource_id = STR("/w"),
                        .assigned = STR("west"),
                        .custom_domain = STR("west"),
                        .region = STR("westus2"),
                        .assigned_us = 7},
                   *rows;
  size_t n, total;
  add_project(f->s, STR("p"));
  store_tx *tx = writing(f);
  assert_err(ERR_CONFLICT, store_assignment_put(tx, &x, e)); /* no such resource */
  store_rollback(tx);
  tx = writing(f);
  assert_ok(store_resource_put(tx, &other, e));
  assert_ok(store_assignment_put(tx, &x, e));
  assert_ok(store_assignment_put(tx, &x, e));
  assert_ok(store_commit(tx, e));
  tx = writing(f);
  assert_ok(store_assignment_list(tx, STR("local"), STR("p"), 0, 10, &f->a, &rows, &n, &total, e));
  assert_int_equal(total, 1);
  assert_str(rows[0].region, "westus2");
  assert_ok(store_assignment_of_resource(tx, STR("west"), &f->a, &rows, &n, e));
  assert_int_equal(n, 1);
  assert_str(rows[0].project, "p");
  assert_ok(store_assignment_of_resource(tx, STR("local"), &f->a, &rows, &n, e));
  assert_int_equal(n, 0);
  assert_ok(store_assignment_delete(tx, STR("local"), STR("p"), STR("/w"), e));
  assert_err(ERR_NOT_FOUND, store_assignment_delete(tx, STR("local"), STR("p"), STR("/w"), e));
  assert_ok(store_assignment_put(tx, &x, e));
  assert_ok(store_project_delete(tx, STR("local"), STR("p"), e));
  assert_ok(store_commit(tx, e));
  assert_int_equal(sql_int(f, "SELECT count(*) FROM project_resources"), 0);
}

static void test_project_delete_takes_its_rows(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("p"));
  add_project(f->s, STR("q"));
  store_model m = sample_model(STR("p"), STR("m"), STR("f"));
  store_deployment d = sample_deployment(STR("p"), STR("d"), STR("f")), *all;
  store_job j = sample_job(STR("j1"), STR("p"), STR("train"));
  size_t n;
  store_tx *tx = writing(f);
  assert_ok(store_model_put(tx, &m, e));
  assert_ok(store_deployment_put(tx, &d, e));
  m.project = STR("q");
  assert_ok(store_model_put(tx, &m, e));
  assert_ok(store_job_put(tx, &j, e));
  assert_ok(store_project_delete(tx, STR("local"), STR("p"), e));
  assert_err(ERR_PROJECT_NOT_FOUND, store_project_delete(tx, STR("local"), STR("p"), e));
  assert_ok(store_deployment_all(tx, &f->a, &all, &n, e));
  assert_int_equal(n, 0);
  assert_ok(store_job_get(tx, STR("j1"), &f->a, &j, e));
  assert_ok(store_commit(tx, e));
  assert_int_equal(sql_int(f, "SELECT count(*) FROM models"), 1);
}

/* ---- transactions --------------------------------------------------------------------------- */

static void test_rollback_and_isolation(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("p"));
  store_project p = sample_project(STR("q"), STR("")), got;
  store_tx *r = reading(f);
  assert_ok(store_project_get(r, STR("local"), STR("p"), &f->a, &got, e));
  store_rollback(NULL);

  store *other = f->s; /* a write on another thread's behalf while r is open */
  store_tx *w = NULL;
  assert_ok(store_begin_write(other, &w, e));
  assert_ok(store_project_put(w, &p, e));
  assert_ok(store_commit(w, e));
  assert_err(ERR_PROJECT_NOT_FOUND, store_project_get(r, STR("local"), STR("q"), &f->a, &got, e));
  store_rollback(r);

  w = writing(f);
  assert_ok(store_project_delete(w, STR("local"), STR("q"), e));
  store_rollback(w);
  r = reading(f);
  assert_ok(store_project_get(r, STR("local"), STR("q"), &f->a, &got, e));
  store_rollback(r);
}

enum { WRITERS = 3, READERS = 20, ROUNDS = 40 };
typedef struct worker {
  store *s;
  int id;
  atomic_int *errors;
} worker;

/* Each writer moves one unit from modified_us to trained_us: the sum of the two never changes. */
static void *move_units(void *arg) {
  worker *w = arg;
  arena a;
  arena_init(&a, 0);
  for (int i = 0; i < ROUNDS; i++) {
    store_tx *tx = NULL;
    store_project p;
    if (store_begin_write(w->s, &tx, NULL) != ERR_OK) {
      atomic_fetch_add(w->errors, 1);
      continue;
    }
    err_code rc = store_project_get(tx, STR("local"), STR("p"), &a, &p, NULL);
    p.modified_us--;
    p.trained_us++;
    if (rc == ERR_OK) rc = store_project_put(tx, &p, NULL);
    if (rc == ERR_OK)
      rc = store_commit(tx, NULL);
    else
      store_rollback(tx);
    if (rc != ERR_OK) atomic_fetch_add(w->errors, 1);
    arena_reset(&a);
  }
  arena_fini(&a);
  return NULL;
}

static void *check_sum(void *arg) {
  worker *w = arg;
  arena a;
  arena_init(&a, 0);
  for (int i = 0; i < ROUNDS; i++) {
    store_tx *tx = NULL;
    store_project p, *list;
    size_t n, total;
    if (store_begin_read(w->s, &tx, NULL) != ERR_OK) {
      atomic_fetch_add(w->errors, 1);
      continue;
    }
    bool ok = store_project_get(tx, STR("local"), STR("p"), &a, &p, NULL) == ERR_OK &&
              store_project_list(tx, STR("local"), 0, 10, &a, &list, &n, &total, NULL) == ERR_OK && n == 1 &&
              p.modified_us + p.trained_us == 5 && list[0].trained_us == p.trained_us;
    store_rollback(tx);
    if (!ok) atomic_fetch_add(w->errors, 1);
    arena_reset(&a);
  }
  arena_fini(&a);
  return NULL;
}

static void test_many_threads(void **state) {
  fixture *f = *state;
  add_project(f->s, STR("p"));
  atomic_int errors = 0;
  pthread_t threads[WRITERS + READERS];
  worker workers[WRITERS + READERS];
  for (int i = 0; i < WRITERS + READERS; i++) {
    workers[i] = (worker){f->s, i, &errors};
    assert_int_equal(pthread_create(&threads[i], NULL, i < WRITERS ? move_units : check_sum, &workers[i]), 0);
  }
  for (int i = 0; i < WRITERS + READERS; i++) pthread_join(threads[i], NULL);
  assert_int_equal(atomic_load(&errors), 0);
  store_project p;
  store_tx *tx = reading(f);
  assert_ok(store_project_get(tx, STR("local"), STR("p"), &f->a, &p, e));
  store_rollback(tx);
  assert_int_equal(p.trained_us, 3 + WRITERS * ROUNDS);
}

/* ---- blobs and files ------------------------------------------------------------------------- */

static void test_blobs(void **state) {
  fixture *f = *state;
  char hash[SHA256_HEX + 1], again[SHA256_HEX + 1];
  buf big = {0};
  for (int i = 0; i < 200000; i++) buf_printf(&big, "utterance %d ", i % 977);
  store_tx *tx = writing(f);
  assert_ok(store_blob_put(tx, buf_str(&big), hash, e));
  assert_ok(store_blob_put(tx, buf_str(&big), again, e));
  assert_string_equal(hash, again);
  assert_ok(store_blob_put(tx, STR(""), again, e));
  assert_string_equal(again, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert_ok(store_commit(tx, e));
  assert_true(sql_int(f, "SELECT sum(length(data)) FROM blobs") < (int64_t)big.n / 5);

  str got;
  tx = reading(f);
  assert_ok(store_blob_get(tx, str_of(hash), &f->a, &got, e));
  assert_true(str_eq(got, buf_str(&big)));
  assert_ok(store_blob_get(tx, str_of(again), &f->a, &got, e));
  assert_int_equal(got.n, 0);
  assert_err(ERR_NOT_FOUND, store_blob_get(tx, STR("no"), &f->a, &got, e));
  store_rollback(tx);

  sql_int(f, backend_is_postgres() ? "UPDATE blobs SET data = decode(repeat('00', length(data)), 'hex') WHERE size > 0"
                                   : "UPDATE blobs SET data = zeroblob(length(data)) WHERE size > 0");
  tx = reading(f);
  assert_err(ERR_CORRUPT, store_blob_get(tx, str_of(hash), &f->a, &got, e));
  store_rollback(tx);
  buf_free(&big);
}

static void adopt(fixture *f, str data, char hash[SHA256_HEX + 1]) {
  const char *tmp = store_temp_path(f->s, &f->a, ".model");
  assert_ok(file_write_atomic(tmp, data, 0600, e));
  assert_ok(store_model_file_adopt(f->s, tmp, hash, e));
  assert_int_equal(access(tmp, F_OK), -1);
}

static void test_model_files(void **state) {
  fixture *f = *state;
  char hash[SHA256_HEX + 1];
  const char *path;
  adopt(f, STR("model bytes"), hash);
  assert_ok(store_model_file_path(f->s, str_of(hash), &f->a, &path, e));
  char *data;
  size_t n;
  assert_ok(file_read(path, 100, &data, &n, e));
  assert_string_equal(data, "model bytes");
  free(data);
  adopt(f, STR("model bytes"), hash); /* the same again */
  assert_err(ERR_NOT_FOUND, store_model_file_path(f->s, STR("../secret"), &f->a, &path, e));
  hash[0] = hash[0] == '0' ? '1' : '0';
  assert_err(ERR_NOT_FOUND, store_model_file_path(f->s, str_of(hash), &f->a, &path, e));
  err e1 = {0};
  assert_int_not_equal(store_model_file_adopt(f->s, "/nonexistent", hash, &e1), ERR_OK);
}

static void test_left_overs_removed(void **state) {
  fixture *f = *state;
  const char *work = store_temp_path(f->s, &f->a, ".train");
  const char *inner = arena_printf(&f->a, "%s/project.json", work).p;
  assert_ok(file_make_dirs(work, 0700, e));
  assert_ok(file_write_atomic(inner, STR("{}"), 0600, e));
  reopen(f);
  assert_int_equal(access(work, F_OK), -1);
}

/* As if the model files had not been used for hours. */
static void grow_old(fixture *f) {
  const struct timespec old[2] = {{1000, 0}, {1000, 0}};
  char path[600];
  snprintf(path, sizeof path, "%s/models", f->dir);
  DIR *dir = opendir(path);
  assert_non_null(dir);
  for (struct dirent *d; (d = readdir(dir));) utimensat(dirfd(dir), d->d_name, old, 0);
  closedir(dir);
  sql_int(f, "UPDATE model_files SET adopted_us = 0");
}

static void test_collect(void **state) {
  fixture *f = *state;
  char doc[SHA256_HEX + 1], job_doc[SHA256_HEX + 1], snap[SHA256_HEX + 1], eval[SHA256_HEX + 1], lost[SHA256_HEX + 1];
  char model_file[SHA256_HEX + 1], live_file[SHA256_HEX + 1], lost_file[SHA256_HEX + 1];
  add_project(f->s, STR("p"));
  adopt(f, STR("a"), model_file);
  adopt(f, STR("b"), live_file);
  adopt(f, STR("c"), lost_file);
  store_tx *tx = writing(f);
  assert_ok(store_blob_put(tx, STR("document"), doc, e));
  assert_ok(store_blob_put(tx, STR("job document"), job_doc, e));
  assert_ok(store_blob_put(tx, STR("snapshot"), snap, e));
  assert_ok(store_blob_put(tx, STR("evaluation"), eval, e));
  assert_ok(store_blob_put(tx, STR("lost"), lost, e));
  store_project p = sample_project(STR("p"), str_of(doc));
  store_model m = sample_model(STR("p"), STR("m"), str_of(model_file));
  store_deployment d = sample_deployment(STR("p"), STR("d"), str_of(live_file));
  store_job j = sample_job(STR("j"), STR("p"), STR("export"));
  m.snapshot = str_of(snap);
  m.evaluation = str_of(eval);
  j.document = str_of(job_doc);
  assert_ok(store_project_put(tx, &p, e));
  assert_ok(store_model_put(tx, &m, e));
  assert_ok(store_deployment_put(tx, &d, e));
  assert_ok(store_job_put(tx, &j, e));
  assert_ok(store_commit(tx, e));

  size_t removed = 0;
  if (backend_is_postgres()) {
    assert_ok(store_collect(f->s, &removed, e));
    assert_int_equal(removed, 1); /* a file that was just added may be named by a row in a moment */
    grow_old(f);
  }
  assert_ok(store_collect(f->s, &removed, e));
  assert_int_equal(removed, backend_is_postgres() ? 1 : 2);
  assert_int_equal(sql_int(f, "SELECT count(*) FROM blobs"), 4);
  const char *path;
  assert_ok(store_model_file_path(f->s, str_of(model_file), &f->a, &path, e));
  assert_ok(store_model_file_path(f->s, str_of(live_file), &f->a, &path, e));
  assert_err(ERR_NOT_FOUND, store_model_file_path(f->s, str_of(lost_file), &f->a, &path, e));
  assert_ok(store_collect(f->s, &removed, e));
  assert_int_equal(removed, 0);
}

static void test_query_log(void **state) {
  fixture *f = *state;
  store_query q[3];
  for (size_t i = 0; i < ARRAY_LEN(q); i++)
    q[i] = (store_query){.resource = STR("local"),
                         .project = STR("p"),
                         .deployment = STR("d"),
                         .text = STR("hi \xe2\x82\xac"),
                         .language = STR("en"),
                         .top_intent = STR("None"),
                         .prediction = STR("{}"),
                         .at_us = 5};
  assert_ok(store_query_add(f->s, q, ARRAY_LEN(q), e));
  assert_ok(store_query_add(f->s, q, 0, e));
  assert_int_equal(sql_int(f, "SELECT count(*) FROM queries WHERE text = 'hi \xe2\x82\xac'"), 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_schema_and_reopen),
      T(test_every_table_is_copied_or_left),
      T(test_second_owner_refused),
      T(test_newer_schema_refused),
      T(test_older_schema_migrates),
      T(test_reader_beside_owner),
      T(test_secret),
      T(test_damaged_database),
      T(test_endpoint),
      T(test_resources),
      T(test_projects),
      T(test_foreign_rows_refused),
      T(test_models_and_deployments),
      T(test_history),
      T(test_assignments),
      T(test_project_delete_takes_its_rows),
      T(test_rollback_and_isolation),
      T(test_many_threads),
      T(test_blobs),
      T(test_model_files),
      T(test_left_overs_removed),
      T(test_collect),
      T(test_query_log),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
