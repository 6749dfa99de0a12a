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

#include "base/str.h"

/* Byte-wise equality with both texts shown when they differ. */
#define assert_str_equal(got, want) test_str_equal((got), (want), __FILE__, __LINE__)

static inline void test_str_equal(str got, str want, const char *file, int line) {
  if (str_eq(got, want)) return;
  print_error("%s:%d:\n  got  " STR_FMT "\n  want " STR_FMT "\n", file, line, STR_ARG(got), STR_ARG(want));
  _fail(file, line);
}

#endif
