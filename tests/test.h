/* test.h -- what every unit test includes: cmocka and the few things our tests share. */
#ifndef DRAGOMAN_TESTS_TEST_H
#define DRAGOMAN_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

/* Byte-wise equality with both texts shown when they differ. */
#define assert_str_equal(got, want) test_str_equal((got), (want), __FILE__, __LINE__)

static inline void test_str_equal(str got, str want, const char *file, int line) {
  if (str_eq(got, want)) return;
  print_error("%s:%d:\n  got  " STR_FMT "\n  want " STR_FMT "\n", file, line, STR_ARG(got), STR_ARG(want));
  _fail(file, line);
}

/* call is written with a variable e, where it puts its error. */
#define assert_ok(call)                                                                                                \
  do {                                                                                                                 \
    err e_ = {0};                                                                                                      \
    err *e = &e_;                                                                                                      \
    err_code rc_ = (call);                                                                                             \
    if (rc_ != ERR_OK) fail_msg("%s: %s: %s %s", #call, err_name(rc_), e_.target, e_.message);                         \
  } while (0)
#define assert_err(want, call)                                                                                         \
  do {                                                                                                                 \
    err e_ = {0};                                                                                                      \
    err *e = &e_;                                                                                                      \
    err_code rc_ = (call);                                                                                             \
    if (rc_ != (want)) fail_msg("%s: %s, not %s: %s", #call, err_name(rc_), err_name(want), e_.message);               \
    assert_true((want) == ERR_OK || e_.message[0]);                                                                    \
  } while (0)

#endif
