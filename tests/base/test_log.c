#include "base/json_in.h"
#include "base/log.h"
#include "tests/test.h"

#include <pthread.h>
#include <unistd.h>

enum { THREADS = 8, LINES = 3000 };

typedef struct seen {
  uint32_t next[THREADS]; /* least line number that may still come from each thread */
  uint64_t lines;
} seen;

static void *log_many(void *arg) {
  int id = *(const int *)arg;
  for (int i = 0; i < LINES; i++) log_info("thread %d line %d \"quoted\"", id, i);
  return NULL;
}

/* Each line is whole JSON, and the lines of one thread keep their order. */
static void check_line(str line, seen *s) {
  jdoc *doc;
  err e = {0};
  if (jn_parse(line, &doc, &e) != ERR_OK) fail_msg("%s: " STR_FMT, e.message, STR_ARG(line));
  jnode root = jn_root(doc);
  str message, time, level;
  assert_int_equal(jn_req_str(&root, "message", &message, &e), ERR_OK);
  assert_int_equal(jn_req_str(&root, "time", &time, &e), ERR_OK);
  assert_int_equal(jn_req_str(&root, "level", &level, &e), ERR_OK);
  unsigned id, number;
  if (sscanf(message.p, "thread %u line %u \"quoted\"", &id, &number) == 2) {
    assert_true(id < THREADS && number >= s->next[id]);
    s->next[id] = number + 1;
    s->lines++;
  }
  jn_free(doc);
}

static void *read_all(void *arg) {
  static seen s;
  FILE *f = fdopen(*(int *)arg, "r");
  char *line = NULL;
  size_t cap = 0;
  for (ssize_t n; (n = getline(&line, &cap, f)) > 0;) check_line(str_make(line, (size_t)n - 1), &s);
  free(line);
  fclose(f);
  return &s;
}

static void test_many_threads(void **state) {
  (void)state;
  int fds[2], ids[THREADS];
  assert_int_equal(pipe(fds), 0);
  pthread_t reader, writers[THREADS];
  assert_int_equal(pthread_create(&reader, NULL, read_all, &fds[0]), 0);
  log_start(fds[1], LOG_INFO);
  for (int i = 0; i < THREADS; i++) {
    ids[i] = i;
    assert_int_equal(pthread_create(&writers[i], NULL, log_many, &ids[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(writers[i], NULL);
  log_debug("below the level: not written");
  log_stop();
  close(fds[1]);
  void *result;
  pthread_join(reader, &result);
  const seen *s = result;
  assert_true(s->lines > 0);
  assert_true(s->lines + log_dropped() >= (uint64_t)THREADS * LINES);
  assert_true(s->lines <= (uint64_t)THREADS * LINES);
}

static void test_long_lines_are_cut(void **state) {
  (void)state;
  int fds[2];
  assert_int_equal(pipe(fds), 0);
  static char text[2 * LOG_LINE_MAX], got[2 * LOG_LINE_MAX];
  memset(text, 'x', sizeof text);
  log_start(fds[1], LOG_INFO);
  log_line(str_make(text, sizeof text));
  log_stop();
  assert_int_equal(read(fds[0], got, sizeof got), LOG_LINE_MAX + 1);
  assert_int_equal(got[LOG_LINE_MAX], '\n');
  close(fds[0]);
  close(fds[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_many_threads), cmocka_unit_test(test_long_lines_are_cut)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
