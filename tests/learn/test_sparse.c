/* Sparse rows, stratified folds, the small vector functions. */
#include "tests/learn/learn_test.h"

#include "learn/fmath.h"
#include "learn/folds.h"

static void rows_come_back(void **state) {
  (void)state;
  sparse_matrix m = {0};
  sparse_add(&m, 7, 1.5f);
  sparse_add(&m, 2, -1.0f);
  sparse_end_row(&m);
  sparse_end_row(&m);
  sparse_add(&m, 0, 2.0f);
  sparse_end_row(&m);
  assert_int_equal(sparse_rows(&m), 3);
  assert_int_equal(m.cols, 8);
  assert_int_equal(sparse_get(&m, 0).n, 2);
  assert_int_equal(sparse_get(&m, 0).ids[1], 2);
  assert_int_equal(sparse_get(&m, 1).n, 0);
  assert_true(sparse_get(&m, 2).values[0] == 2.0f);
  sparse_free(&m);
  assert_int_equal(sparse_rows(&m), 0);
}

static void normalize_scales(void **state) {
  (void)state;
  float v[] = {3, 4}, zero[] = {0, 0};
  assert_near(sparse_normalize(v, 2, 2.0), 5, 0, 1e-12);
  assert_near(v[0], 1.2, 0, 1e-6);
  assert_near(v[1], 1.6, 0, 1e-6);
  assert_true(sparse_normalize(zero, 2, 1.0) == 0 && zero[0] == 0);
  assert_true(sparse_norm(v, 0) == 0);
}

/* Every class is spread evenly and folds differ by at most one in size. */
static void folds_are_stratified(void **state) {
  (void)state;
  enum { N = 1003, K = 7, F = 5 };
  uint32_t y[N], per_class[K][F] = {{0}}, sizes[F] = {0};
  uint8_t fold[N], again[N], other[N];
  rng r;
  rng_seed(&r, 1);
  for (size_t i = 0; i < N; i++) y[i] = MIN_OF(rng_below(&r, K), rng_below(&r, K));
  folds_assign(y, N, K, F, 9, fold);
  folds_assign(y, N, K, F, 9, again);
  folds_assign(y, N, K, F, 10, other);
  assert_memory_equal(fold, again, N);
  assert_memory_not_equal(fold, other, N);
  for (size_t i = 0; i < N; i++) {
    per_class[y[i]][fold[i]]++;
    sizes[fold[i]]++;
  }
  for (size_t f = 0; f < F; f++) {
    assert_in_range(sizes[f], N / F, N / F + 1);
    for (size_t c = 0; c < K; c++)
      assert_true(per_class[c][f] <= per_class[c][0] + 1 && per_class[c][f] + 1 >= per_class[c][0]);
  }
  uint32_t in[N], out[N];
  size_t n_in = folds_select(fold, N, 2, true, in), n_out = folds_select(fold, N, 2, false, out);
  assert_int_equal(n_in + n_out, N);
  assert_int_equal(n_in, sizes[2]);
  for (size_t i = 0; i < n_in; i++) assert_int_equal(fold[in[i]], 2);
}

static void folds_to_run_bounds_work(void **state) {
  (void)state;
  assert_int_equal(folds_to_run(0), 5);
  assert_int_equal(folds_to_run(3), 5);
  assert_int_equal(folds_to_run(3000), 5);
  assert_int_equal(folds_to_run(10000), 2);
  assert_int_equal(folds_to_run(15000), 1);
  assert_int_equal(folds_to_run(1000000), 1);
}

static void exp_and_log_match_the_library(void **state) {
  (void)state;
  for (double x = -700; x < 700; x += 0.37) assert_near(fm_exp(x), exp(x), 0, 3e-15);
  for (double x = 1e-300; x < 1e300; x *= 1.7) assert_near(fm_log(x), log(x), 3e-16, 3e-15);
  for (double x = 0.5; x < 2; x += 0.001) assert_near(fm_log(x), log(x), 3e-16, 3e-15);
  assert_true(fm_exp(-1000) == 0 && isfinite(fm_exp(1e9)) && fm_exp(0) == 1 && fm_log(1) == 0);
  assert_true(isinf(fm_log(0)));
}

static void vector_functions(void **state) {
  (void)state;
  for (float x = -87; x < 88; x += 0.0371f) {
    assert_near(v16_exp(v16_set(x))[3], exp((double)x), 0, 2e-7);
    float s = expf(x);
    assert_near(v16_rsqrt(v16_set(s))[5], 1 / sqrt((double)s), 0, 5e-6);
  }
  assert_true(v16_exp(v16_set(-1e30f))[0] > 0 && isfinite(v16_exp(v16_set(1e30f))[0]));
  v16 v = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -16};
  assert_true(v16_sum(v) == 104);
  float z[16] __attribute__((aligned(64))) = {1, 2, 3}, p[16] __attribute__((aligned(64)));
  assert_near(exp_blocks(z, 3, 1, p), 1 + exp(-1) + exp(-2), 0, 1e-6);
  assert_true(p[2] == 1 && p[3] == 0 && p[15] == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_come_back),
      cmocka_unit_test(normalize_scales),
      cmocka_unit_test(folds_are_stratified),
      cmocka_unit_test(folds_to_run_bounds_work),
      cmocka_unit_test(exp_and_log_match_the_library),
      cmocka_unit_test(vector_functions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
