/* Full disks and failing disks: a VFS between SQLite and the file system lets the first N writes
 * and syncs pass and fails the rest. Whatever N is, the error comes back as ERR_NO_SPACE or ERR_IO
 * and the store afterwards holds each transaction whole or not at all. Model files meet the same
 * through RLIMIT_FSIZE. */
#include "faulty_vfs.h"
#include "fixture.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/file.h"

/* ---- tests ------------------------------------------------------------------------------------- */

/* One import as the service commits it: the document and the row that names it. */
static err_code import_once(store *s, int i, err *e) {
  store_tx *tx = NULL;
  err_code rc = store_begin_write(s, &tx, e);
  if (rc != ERR_OK) return rc;
  buf doc = {0};
  uint32_t noise = (uint32_t)i * 2654435761u;
  for (int k = 0; k < 20000; k++) buf_printf(&doc, "%u ", noise = noise * 1664525u + 1013904223u);
  char hash[SHA256_HEX + 1];
  rc = store_blob_put(tx, buf_str(&doc), hash, e);
  store_project p = sample_project(STR("p"), str_of(hash));
  p.utterance_count = i;
  if (rc == ERR_OK) rc = store_project_put(tx, &p, e);
  if (rc == ERR_OK)
    rc = store_commit(tx, e);
  else
    store_rollback(tx);
  buf_free(&doc);
  return rc;
}

static void check_whole(store *s, int64_t acknowledged) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx = NULL;
  store_project p;
  str doc;
  assert_ok(store_begin_read(s, &tx, e));
  assert_ok(store_project_get(tx, STR("local"), STR("p"), &a, &p, e));
  assert_int_equal(p.utterance_count, acknowledged);
  if (p.document.n) assert_ok(store_blob_get(tx, p.document, &a, &doc, e));
  store_rollback(tx);
  arena_fini(&a);
}

static void run_with(int failure) {
  int failures = 0;
  for (long budget = 0; budget < 200; budget += 1 + budget / 8) {
    char *dir = dir_make();
    store *s = open_store(dir);
    add_project(s, STR("p"));
    faulty_vfs_fail_after(budget, failure);
    int64_t acknowledged = 5;
    for (int i = 10; i < 13; i++) {
      err e = {0};
      err_code rc = import_once(s, i, &e);
      if (rc == ERR_OK) {
        acknowledged = i;
        continue;
      }
      failures++;
      if (rc != ERR_IO && rc != ERR_NO_SPACE) fail_msg("%s: %s", err_name(rc), e.message);
      if (failure == SQLITE_FULL && budget == 0) assert_int_equal(rc, ERR_NO_SPACE);
    }
    check_whole(s, acknowledged); /* readers see the last acknowledged state while the disk is full */
    faulty_vfs_heal();
    check_whole(s, acknowledged);
    assert_ok(import_once(s, 99, e)); /* and the store goes on when there is room again */
    store_close(s);
    s = open_store(dir);
    check_whole(s, 99);
    store_close(s);
    dir_remove(dir);
  }
  assert_true(failures > 10);
}

static void test_disk_full(void **state) {
  (void)state;
  run_with(SQLITE_FULL);
}

static void test_disk_failing(void **state) {
  (void)state;
  run_with(SQLITE_IOERR_WRITE);
}

static void test_open_on_full_disk(void **state) {
  (void)state;
  for (long budget = 0; budget < 12; budget++) {
    char *dir = dir_make();
    store *s = NULL;
    err e = {0};
    faulty_vfs_fail_after(budget, SQLITE_FULL);
    err_code rc = store_open(dir, &s, &e);
    faulty_vfs_heal();
    if (rc == ERR_OK)
      store_close(s);
    else if (rc != ERR_NO_SPACE && rc != ERR_IO)
      fail_msg("%s: %s", err_name(rc), e.message);
    s = open_store(dir); /* the next start finds a store it can finish */
    add_project(s, STR("p"));
    store_close(s);
    dir_remove(dir);
  }
}

static void test_model_file_too_large_for_disk(void **state) {
  (void)state;
  char *dir = dir_make();
  store *s = open_store(dir);
  arena a;
  arena_init(&a, 0);
  buf big = {0};
  for (int i = 0; i < 100000; i++) buf_add(&big, "0123456789", 10);
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit old, low;
  getrlimit(RLIMIT_FSIZE, &old);
  low = old;
  low.rlim_cur = 300000;
  setrlimit(RLIMIT_FSIZE, &low);
  const char *tmp = store_temp_path(s, &a, ".model");
  err e = {0};
  err_code rc = file_write_atomic(tmp, buf_str(&big), 0600, &e);
  setrlimit(RLIMIT_FSIZE, &old);
  assert_true(rc == ERR_IO || rc == ERR_NO_SPACE);
  char hash[SHA256_HEX + 1];
  assert_true(store_model_file_adopt(s, tmp, hash, &e) != ERR_OK); /* nothing half-written was left */
  buf_free(&big);
  arena_fini(&a);
  store_close(s);
  dir_remove(dir);
}

int main(void) {
  faulty_vfs_install();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_disk_full),
      cmocka_unit_test(test_disk_failing),
      cmocka_unit_test(test_open_on_full_disk),
      cmocka_unit_test(test_model_file_too_large_for_disk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
