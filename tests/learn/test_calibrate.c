/* Temperatures against a grid search; probabilities against the formula in double. */
#include "tests/learn/learn_test.h"

#include "learn/calibrate.h"
#include "learn/quant.h"

enum { ROWS = 400, K = 21 };
#define USUAL 2.0

/* Scores whose truth is drawn from softmax(true_t * z). */
static score_table random_scores(rng *r, double true_t, uint32_t *y) {
  score_table s = {.rows = ROWS, .k = K, .stride = learn_pad16(K)};
  float *z = learn_floats(ROWS * s.stride);
  for (size_t i = 0; i < ROWS; i++) {
    fill_random(r, z + i * s.stride, s.stride, -1, 1); /* padding holds rubbish: it must not count */
    double p[K], sum = 0, at;
    for (size_t k = 0; k < K; k++) sum += p[k] = exp(true_t * (double)z[i * s.stride + k]);
    at = rng_unit(r) * sum;
    for (y[i] = 0; y[i] + 1 < K && (at -= p[y[i]]) >= 0; y[i]++) {
    }
  }
  s.z = z;
  return s;
}

static double slow_nll(const score_table *s, const uint32_t *y, double t) {
  double total = 0;
  for (size_t i = 0; i < s->rows; i++) {
    const float *z = s->z + i * s->stride;
    double sum = 0;
    for (size_t k = 0; k < s->k; k++) sum += exp(t * (double)(z[k] - z[y[i]]));
    total += log(sum);
  }
  return total / (double)s->rows;
}

/* With the prior that calibrate.c states: gamma, of weight 3. */
static double slow_loss(const score_table *s, const uint32_t *y, double t) {
  return (double)s->rows * slow_nll(s, y, t) + 3 * (t / USUAL - log(t / USUAL));
}

static void temperature_beats_every_grid_point(void **state) {
  (void)state;
  const double truths[] = {0.2, 1, 3.5, 12};
  rng r;
  rng_seed(&r, 1);
  for (size_t i = 0; i < ARRAY_LEN(truths); i++) {
    uint32_t y[ROWS];
    score_table s = random_scores(&r, truths[i], y);
    double t = temperature_fit(&s, y, USUAL), best = slow_loss(&s, y, t);
    assert_near(nll_at(&s, y, t), slow_nll(&s, y, t), 1e-5, 1e-5);
    for (double grid = 0.06; grid < 45; grid *= 1.02) assert_true(slow_loss(&s, y, grid) >= best - 1e-3);
    if (truths[i] >= 1) assert_near(t, truths[i], 0, 0.2);
    free((void *)s.z);
  }
  score_table none = {.k = K, .stride = 32};
  assert_true(temperature_fit(&none, NULL, USUAL) == USUAL && nll_at(&none, NULL, 1) == 0);
}

/* Rows that any steepness gets right, the steeper the better: few of them move t little, many much. */
static void temperature_of_separable_rows_is_held_back(void **state) {
  (void)state;
  score_table s = {.k = 2, .stride = 16};
  float *z = learn_floats(ROWS * s.stride);
  uint32_t y[ROWS];
  for (uint32_t i = 0; i < ROWS; i++) {
    y[i] = i % 2;
    z[i * s.stride + y[i]] = 1;
    z[i * s.stride + !y[i]] = -1;
  }
  s.z = z;
  double last = USUAL;
  for (s.rows = 4; s.rows <= ROWS; s.rows *= 10) {
    double t = temperature_fit(&s, y, USUAL);
    assert_true(t > last && t < 2 * USUAL + 1);
    last = t;
  }
  free(z);
}

static void combination_follows_its_formula(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 2);
  uint32_t y[ROWS], stride = learn_pad16(K);
  score_table a = random_scores(&r, 4, y), b = {.rows = ROWS, .k = K, .stride = stride};
  float *z = learn_floats(ROWS * stride), *scratch = learn_floats(2 * stride), *p = learn_floats(stride);
  for (size_t i = 0; i < ROWS * stride; i++) z[i] = a.z[i] * 2 + random_float(&r, -1, 1);
  b.z = z;
  combination c = combination_fit(&a, &b, y);
  assert_true(c.t_linear > 0 && c.t_mlp > 0 && c.t_final > 0);
  for (size_t i = 0; i < ROWS; i++) {
    double want[K], la = 0, lb = 0, sum = 0;
    const float *za = a.z + i * stride, *zb = b.z + i * stride;
    for (size_t k = 0; k < K; k++) {
      la += exp((double)(c.t_linear * za[k]));
      lb += exp((double)(c.t_mlp * zb[k]));
    }
    for (size_t k = 0; k < K; k++) {
      double mean = ((double)(c.t_linear * za[k]) - log(la) + (double)(c.t_mlp * zb[k]) - log(lb)) / 2;
      sum += want[k] = exp((double)c.t_final * mean);
    }
    combination_apply(&c, za, zb, K, scratch, p);
    double total = 0;
    for (size_t k = 0; k < K; k++) {
      assert_near(p[k], want[k] / sum, 1e-6, 1e-4);
      total += (double)p[k];
    }
    assert_near(total, 1, 1e-5, 0);
    for (size_t k = K; k < stride; k++) assert_true(p[k] == 0);
  }
  free((void *)a.z);
  free(z), free(scratch), free(p);
}

static void entropy_and_quantile(void **state) {
  (void)state;
  const float p[] = {0.5f, 0.25f, 0.25f, 0.0f};
  assert_near(entropy_of(p, 4, UINT32_MAX), 1.5 * log(2), 1e-9, 0);
  assert_near(entropy_of(p, 4, 0), log(2), 1e-9, 0); /* half and half of what is left */
  assert_true(entropy_of((const float[]){1, 0}, 2, 0) == 0);
  double v[] = {5, 1, 3, 2, 4};
  assert_near(quantile_of(v, 5, 0), 1, 0, 0);
  assert_near(quantile_of(v, 5, 0.25), 2, 0, 0);
  assert_near(quantile_of(v, 5, 0.3), 2.2, 1e-12, 0);
  assert_near(quantile_of(v, 5, 1), 5, 0, 0);
  double one[] = {7};
  assert_near(quantile_of(one, 1, 0.5), 7, 0, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(temperature_beats_every_grid_point),
      cmocka_unit_test(temperature_of_separable_rows_is_held_back),
      cmocka_unit_test(combination_follows_its_formula),
      cmocka_unit_test(entropy_and_quantile),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
