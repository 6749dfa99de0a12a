/* The dual solver against the optimum of the primal, which is smooth: its gradient must vanish. */
#include "tests/learn/learn_test.h"

#include "learn/linear.h"

enum { N = 150, K = 5, F = 40 };

static double objective(const linear_model *m, const sparse_matrix *x, const uint32_t *y, double c, uint32_t k) {
  double sum = 0;
  for (uint32_t f = 0; f < m->features; f++) sum += pow((double)m->w[f * m->stride + k], 2) / 2;
  for (size_t i = 0; i < sparse_rows(x); i++) {
    sparse_row row = sparse_get(x, i);
    double z = 0, t = y[i] == k ? 1 : -1;
    for (size_t j = 0; j < row.n; j++) z += (double)row.values[j] * (double)m->w[row.ids[j] * m->stride + k];
    double slack = 1 - t * z;
    if (slack > 0) sum += c * slack * slack;
  }
  return sum;
}

/* gradient [F] of the objective of class k in w. */
static void gradient(const double *w, const sparse_matrix *x, const uint32_t *y, double c, uint32_t k, double *g) {
  memcpy(g, w, F * sizeof *g);
  for (size_t i = 0; i < sparse_rows(x); i++) {
    sparse_row row = sparse_get(x, i);
    double z = 0, t = y[i] == k ? 1 : -1;
    for (size_t j = 0; j < row.n; j++) z += (double)row.values[j] * w[row.ids[j]];
    double slack = 1 - t * z;
    for (size_t j = 0; slack > 0 && j < row.n; j++) g[row.ids[j]] -= 2 * c * slack * t * (double)row.values[j];
  }
}

static void reaches_the_optimum(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 3);
  sparse_matrix x = {0};
  uint32_t y[N];
  random_examples(&r, N, K, F, &x, y);
  linear_options o = {.c = 3, .epochs = 1500, .seed = 1};
  linear_model m;
  assert_int_equal(linear_train(&x, y, K, NULL, 0, &o, &m), ERR_OK);
  assert_int_equal(m.stride, 16);
  for (uint32_t k = 0; k < K; k++) {
    double w[F] = {0}, g[F];
    for (uint32_t f = 0; f < F; f++) w[f] = (double)m.w[f * m.stride + k];
    gradient(w, &x, y, o.c, k, g);
    for (uint32_t f = 0; f < F; f++) assert_near(g[f], 0, 2e-3, 0); /* terms of it are of size 10 */
    /* The slow reference: plain gradient descent on the primal from zero. */
    double v[F] = {0}, reference;
    for (int step = 0; step < 20000; step++) {
      gradient(v, &x, y, o.c, k, g);
      for (uint32_t f = 0; f < F; f++) v[f] -= 0.001 * g[f];
    }
    linear_model slow = {.features = F, .classes = K, .stride = 16, .w = learn_floats(F * 16)};
    for (uint32_t f = 0; f < F; f++) slow.w[f * 16 + k] = (float)v[f];
    reference = objective(&slow, &x, y, o.c, k);
    assert_near(objective(&m, &x, y, o.c, k), reference, 1e-4, 1e-4);
    linear_model_free(&slow);
  }
  for (uint32_t f = 0; f < F; f++) {
    for (uint32_t k = K; k < m.stride; k++) assert_true(m.w[f * m.stride + k] == 0);
  }
  linear_model_free(&m);
  sparse_free(&x);
}

/* An example of weight 2 pulls like two examples: equal optimum. */
static void weight_counts_as_copies(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 4);
  sparse_matrix x = {0};
  uint32_t y[60], twice[61];
  random_examples(&r, 60, 3, F, &x, y);
  float weights[60];
  for (size_t i = 0; i < 60; i++) {
    weights[i] = i == 11 ? 2.0f : 1.0f;
    twice[i] = (uint32_t)i;
  }
  twice[60] = 11;
  linear_options o = {.c = 1, .epochs = 1500, .seed = 1, .weights = weights},
                 plain = {.c = 1, .epochs = 1500, .seed = 2};
  linear_model a, b;
  assert_int_equal(linear_train(&x, y, 3, NULL, 0, &o, &a), ERR_OK);
  assert_int_equal(linear_train(&x, y, 3, twice, 61, &plain, &b), ERR_OK);
  for (size_t i = 0; i < (size_t)F * a.stride; i++) assert_near(a.w[i], b.w[i], 2e-4, 1e-3);
  linear_model_free(&a);
  linear_model_free(&b);
  sparse_free(&x);
}

static void same_seed_same_bytes(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 5);
  sparse_matrix x = {0};
  uint32_t y[N];
  random_examples(&r, N, 20, F, &x, y);
  linear_options o = {.c = 3, .epochs = 8, .seed = 6};
  linear_model a, b, c;
  assert_int_equal(linear_train(&x, y, 20, NULL, 0, &o, &a), ERR_OK);
  assert_int_equal(linear_train(&x, y, 20, NULL, 0, &o, &b), ERR_OK);
  o.seed = 7;
  assert_int_equal(linear_train(&x, y, 20, NULL, 0, &o, &c), ERR_OK);
  assert_memory_equal(a.w, b.w, (size_t)F * a.stride * sizeof(float));
  assert_memory_not_equal(a.w, c.w, (size_t)F * a.stride * sizeof(float));
  float *z = learn_floats(a.stride);
  linear_score(&a, (sparse_row){(const uint32_t[]){F + 5}, (const float[]){1.0f}, 1}, z);
  for (uint32_t k = 0; k < a.stride; k++) assert_true(z[k] == 0); /* unknown feature: ignored */
  free(z);
  linear_model_free(&a);
  linear_model_free(&b);
  linear_model_free(&c);
  sparse_free(&x);
}

static void count_calls(void *ctx, double done) {
  assert_true(done >= 0 && done <= 1);
  ++*(int *)ctx;
}

static void cancel_stops(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 5);
  sparse_matrix x = {0};
  uint32_t y[N];
  random_examples(&r, N, K, F, &x, y);
  atomic_bool cancel = false;
  int calls = 0;
  learn_watch watch = {.progress = count_calls, .ctx = &calls, .cancel = &cancel};
  linear_options o = {.c = 3, .epochs = 8, .seed = 6, .watch = &watch};
  linear_model m;
  assert_int_equal(linear_train(&x, y, K, NULL, 0, &o, &m), ERR_OK);
  assert_true(calls >= 8);
  linear_model_free(&m);
  atomic_store(&cancel, true);
  assert_int_equal(linear_train(&x, y, K, NULL, 0, &o, &m), ERR_CANCELLED);
  assert_null(m.w);
  sparse_free(&x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reaches_the_optimum),
      cmocka_unit_test(weight_counts_as_copies),
      cmocka_unit_test(same_seed_same_bytes),
      cmocka_unit_test(cancel_stops),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
