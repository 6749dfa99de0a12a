/* case_file.h -- text cases: blocks of lines, separated by blank lines. Lines that begin with '#'
 * are comments. The path is relative to the source root, where the tests run. */
#ifndef DRAGOMAN_TESTS_CASE_FILE_H
#define DRAGOMAN_TESTS_CASE_FILE_H

#include "base/file.h"
#include "tests/test.h"

enum { CASE_MAX_LINES = 8 };

typedef struct case_block {
  str lines[CASE_MAX_LINES];
  size_t n;
  size_t line_number; /* of lines[0], from 1 */
} case_block;

/* Calls run for every block and returns how many there were. */
static inline size_t case_file_run(const char *path, void (*run)(const case_block *, void *), void *user) {
  char *data;
  size_t n, cases = 0;
  err e = {0};
  if (file_read(path, 1 << 24, &data, &n, &e) != ERR_OK) fail_msg("%s", e.message);
  case_block b = {0};
  size_t number = 0;
  for (str rest = {data, n}; rest.n || b.n;) {
    size_t len = str_find_byte(rest, '\n');
    str line = {rest.p, len};
    rest = str_skip(rest, len + 1);
    number++;
    if (line.n && line.p[0] == '#') continue;
    if (line.n) {
      assert_true(b.n < CASE_MAX_LINES);
      if (b.n == 0) b.line_number = number;
      b.lines[b.n++] = line;
      if (rest.n) continue;
    }
    if (!b.n) continue;
    run(&b, user);
    cases++;
    b.n = 0;
  }
  free(data);
  return cases;
}

#endif
