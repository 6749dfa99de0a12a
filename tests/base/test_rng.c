#include "base/rng.h"
#include "tests/test.h"

static void test_same_seed_same_sequence(void **state) {
  (void)state;
  rng a, b, c;
  rng_seed(&a, 42);
  rng_seed(&b, 42);
  rng_seed(&c, 43);
  bool differs = false;
  for (int i = 0; i < 100; i++) {
    uint64_t x = rng_u64(&a);
    assert_true(x == rng_u64(&b));
    differs |= x != rng_u64(&c);
  }
  assert_true(differs);
}

static void test_below_is_uniform(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 1);
  uint32_t counts[10] = {0};
  for (int i = 0; i < 100000; i++) counts[rng_below(&r, 10)]++;
  for (int i = 0; i < 10; i++) assert_in_range(counts[i], 9600, 10400);
  for (int i = 0; i < 100; i++) assert_int_equal(rng_below(&r, 1), 0);
}

static void test_unit(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 1);
  double sum = 0;
  for (int i = 0; i < 100000; i++) {
    double u = rng_unit(&r);
    assert_true(u >= 0 && u < 1);
    sum += u;
  }
  assert_true(sum > 49500 && sum < 50500);
}

static void test_shuffle_permutes(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 1);
  uint32_t v[50], sum = 0, moved = 0;
  for (uint32_t i = 0; i < 50; i++) v[i] = i;
  rng_shuffle(&r, v, 50);
  for (uint32_t i = 0; i < 50; i++) {
    sum += v[i];
    moved += v[i] != i;
  }
  assert_int_equal(sum, 1225);
  assert_true(moved > 25);
  rng_shuffle(&r, v, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_seed_same_sequence),
                                     cmocka_unit_test(test_below_is_uniform), cmocka_unit_test(test_unit),
                                     cmocka_unit_test(test_shuffle_permutes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
