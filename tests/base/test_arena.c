#include "base/arena.h"
#include "base/rng.h"
#include "tests/test.h"

static void test_allocations_are_aligned_and_disjoint(void **state) {
  (void)state;
  enum { COUNT = 2000 };
  static unsigned char *p[COUNT];
  static size_t n[COUNT];
  rng r;
  rng_seed(&r, 5);
  arena a;
  arena_init(&a, 128);
  for (size_t i = 0; i < COUNT; i++) {
    size_t align = (size_t)1 << rng_below(&r, 8);
    n[i] = rng_below(&r, i % 100 == 0 ? 100000 : 200);
    p[i] = arena_alloc_aligned(&a, n[i], align);
    assert_int_equal((uintptr_t)p[i] % align, 0);
    memset(p[i], (int)(i & 0xff), n[i]);
  }
  for (size_t i = 0; i < COUNT; i++)
    for (size_t k = 0; k < n[i]; k++)
      if (p[i][k] != (i & 0xff)) fail_msg("allocation %zu was overwritten", i);
  assert_int_equal((uintptr_t)arena_alloc(&a, 1) % 16, 0);
  arena_fini(&a);
  assert_int_equal(a.total_bytes, 0);
}

static void test_reset_keeps_the_first_block(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 1024);
  void *first = arena_alloc(&a, 10);
  for (int i = 0; i < 100; i++) arena_alloc(&a, 1000);
  arena_reset(&a);
  assert_true(a.total_bytes < 2048);
  assert_ptr_equal(arena_alloc(&a, 10), first);
  arena_fini(&a);
}

static void test_zero_sizes(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_non_null(arena_alloc(&a, 0));
  assert_non_null(ARENA_ARRAY(&a, int, 0));
  arena_reset(&a);
  arena_fini(&a);
  arena_init(&a, 0);
  arena_fini(&a); /* never used */
}

static void test_text(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  str s = arena_str(&a, STR("abc"));
  assert_str_equal(s, STR("abc"));
  assert_int_equal(s.p[3], '\0');
  assert_string_equal(arena_cstr(&a, STR("x")), "x");
  str empty = arena_str(&a, STR_NONE);
  assert_non_null(empty.p);
  assert_int_equal(empty.n, 0);
  assert_str_equal(arena_printf(&a, "%d-%s", 7, "seven"), STR("7-seven"));
  int v[] = {1, 2, 3};
  assert_memory_equal(arena_copy(&a, v, sizeof v), v, sizeof v);
  int *zero = ARENA_ARRAY(&a, int, 100);
  for (int i = 0; i < 100; i++) assert_int_equal(zero[i], 0);
  arena_fini(&a);
}

static void test_grow(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  int *v = NULL;
  size_t cap = 0;
  for (int i = 0; i < 1000; i++) {
    v = arena_grow(&a, v, (size_t)i, &cap, sizeof *v);
    assert_true(cap > (size_t)i);
    v[i] = i;
  }
  for (int i = 0; i < 1000; i++) assert_int_equal(v[i], i);
  assert_int_equal(cap, 1024);
  int *same = arena_grow(&a, v, 1000, &cap, sizeof *v);
  assert_ptr_equal(same, v);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_allocations_are_aligned_and_disjoint),
                                     cmocka_unit_test(test_reset_keeps_the_first_block),
                                     cmocka_unit_test(test_zero_sizes), cmocka_unit_test(test_text),
                                     cmocka_unit_test(test_grow)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
