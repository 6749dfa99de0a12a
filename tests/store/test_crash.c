/* kill -9 at random moments: a child writes and reports each acknowledged step through a pipe; the
 * parent kills it, opens the store, and checks that every acknowledged step is there, that at most
 * one unacknowledged one is, and that rows and what they refer to agree. */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"

enum { ROUNDS = 25, MAX_PAUSE_US = 60000 };

/* Step i: document i, a model file with number i, and the rows that name both. */
static bool write_step(store *s, int i) {
  arena a;
  arena_init(&a, 0);
  char doc_hash[SHA256_HEX + 1], file_hash[SHA256_HEX + 1];
  str doc = arena_printf(&a, "document %d", i);
  const char *tmp = store_temp_path(s, &a, ".model");
  store_tx *tx = NULL;
  bool ok = file_write_atomic(tmp, arena_printf(&a, "model %d", i), 0600, NULL) == ERR_OK &&
            store_model_file_adopt(s, tmp, file_hash, NULL) == ERR_OK && store_begin_write(s, &tx, NULL) == ERR_OK;
  if (ok) {
    store_project p = sample_project(STR("p"), STR_NONE);
    store_model m = sample_model(STR("p"), STR("m"), str_of(file_hash));
    ok = store_blob_put(tx, doc, doc_hash, NULL) == ERR_OK;
    p.document = m.snapshot = str_of(doc_hash);
    p.utterance_count = m.trained_us = i;
    ok = ok && store_project_put(tx, &p, NULL) == ERR_OK && store_model_put(tx, &m, NULL) == ERR_OK &&
         store_commit(tx, NULL) == ERR_OK;
  }
  arena_fini(&a);
  return ok;
}

static void writer(const char *dir, int first, int report) {
  store *s = NULL;
  if (backend_open(dir, &s, NULL) != ERR_OK) _exit(3);
  for (int i = first;; i++) {
    size_t removed;
    if (!write_step(s, i)) _exit(4);
    if (write(report, &i, sizeof i) != sizeof i) _exit(5);
    if (i % 5 == 0 && store_collect(s, &removed, NULL) != ERR_OK) _exit(6);
  }
}

static int check(const char *dir, int acknowledged) {
  arena a;
  arena_init(&a, 0);
  store *s = open_store(dir);
  store_tx *tx = NULL;
  store_project p;
  store_model m;
  str doc;
  const char *path;
  assert_ok(store_begin_read(s, &tx, e));
  assert_ok(store_project_get(tx, STR("local"), STR("p"), &a, &p, e));
  int at = (int)p.utterance_count;
  if (at != acknowledged && at != acknowledged + 1) fail_msg("%d is there, %d was acknowledged", at, acknowledged);
  if (at > 0) {
    assert_ok(store_model_get(tx, STR("local"), STR("p"), STR("m"), &a, &m, e));
    assert_int_equal(m.trained_us, at);
    assert_ok(store_blob_get(tx, p.document, &a, &doc, e));
    assert_true(str_eq(doc, arena_printf(&a, "document %d", at)));
    assert_ok(store_model_file_path(s, m.file, &a, &path, e));
  }
  store_rollback(tx);
  store_close(s);
  arena_fini(&a);
  return at;
}

static void test_kill_at_random_moments(void **state) {
  (void)state;
  char *dir = dir_make();
  store *s = open_store(dir);
  add_project(s, STR("p"));
  store_tx *tx = NULL;
  store_project p = sample_project(STR("p"), STR(""));
  p.utterance_count = 0;
  assert_ok(store_begin_write(s, &tx, e));
  assert_ok(store_project_put(tx, &p, e));
  assert_ok(store_commit(tx, e));
  store_close(s);

  rng r;
  rng_seed(&r, 20260331);
  int done = 0;
  for (int round = 0; round < ROUNDS; round++) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
      close(ends[0]);
      writer(dir, done + 1, ends[1]);
    }
    close(ends[1]);
    usleep(rng_below(&r, MAX_PAUSE_US));
    kill(pid, SIGKILL);
    int status, i;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFSIGNALED(status)) fail_msg("the writer ended by itself: %d", WEXITSTATUS(status));
    while (read(ends[0], &i, sizeof i) == sizeof i) done = i;
    close(ends[0]);
    done = check(dir, done);
  }
  assert_true(done > 0);
  dir_remove(dir);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_kill_at_random_moments)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
