/* with_arena.h -- the arena a for a file's tests: cmocka calls setup and teardown around each, or around all. */
#ifndef DRAGOMAN_TESTS_WITH_ARENA_H
#define DRAGOMAN_TESTS_WITH_ARENA_H

#include "base/arena.h"

static arena a;

static int setup(void **state) {
  (void)state;
  arena_init(&a, 0);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  arena_fini(&a);
  return 0;
}

#endif
