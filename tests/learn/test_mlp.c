/* The perceptron's gradients against finite differences, and what training must do. */
#include "learn/mlp.c"

#include "tests/learn/learn_test.h"

enum { F = 12, H = 16, K = 3 };

static mlp_model random_model(rng *r) {
  mlp_model m = {.features = F, .hidden = H, .classes = K, .stride = 16};
  m.w1 = learn_floats(F * H);
  m.w2 = learn_floats(H * 16);
  m.b2 = learn_floats(16);
  fill_random(r, m.w1, F * H, -1, 1);
  for (size_t j = 0; j < H; j++) fill_random(r, m.w2 + j * 16, K, -1, 1);
  fill_random(r, m.b2, K, -1, 1);
  return m;
}

/* Cross-entropy against the smoothed label, all in double. */
static double loss(const mlp_model *m, sparse_row x, uint32_t y, double smoothing) {
  double h[H] = {0}, z[K], top = -1e9, sum = 0, result = 0;
  for (size_t i = 0; i < x.n; i++) {
    for (size_t j = 0; j < H; j++) h[j] += (double)x.values[i] * (double)m->w1[x.ids[i] * H + j];
  }
  for (size_t k = 0; k < K; k++) {
    z[k] = (double)m->b2[k];
    for (size_t j = 0; j < H; j++) z[k] += h[j] > 0 ? h[j] * (double)m->w2[j * 16 + k] : 0;
    top = fmax(top, z[k]);
  }
  for (size_t k = 0; k < K; k++) sum += exp(z[k] - top);
  for (size_t k = 0; k < K; k++) result -= ((k == y ? 1 - smoothing : 0) + smoothing / K) * (z[k] - top - log(sum));
  return result;
}

static double slope(const mlp_model *m, float *parameter, sparse_row x, uint32_t y, double smoothing) {
  float old = *parameter;
  const float step = 1e-3f;
  *parameter = old + step;
  double up = loss(m, x, y, smoothing);
  *parameter = old - step;
  double down = loss(m, x, y, smoothing);
  *parameter = old;
  return (up - down) / (2 * (double)step);
}

/* With the rate at 0 a training step computes every gradient and moves nothing. */
static void gradients_match_finite_differences(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 1);
  mlp_model m = random_model(&r);
  uint32_t ids[] = {0, 3, 7, 11}, active[H + 1];
  float values[] = {0.3f, 0.9f, -0.4f, 0.5f};
  sparse_row x = {ids, values, 4};
  mlp_work w = {.m = &m, .g2 = learn_floats(H * 16), .gb = learn_floats(16), .h = learn_floats(H), .active = active};
  w.dh = learn_floats(H);
  w.z = learn_floats(16);
  hidden_into(&m, x, w.h);
  size_t n = keep_hidden(&w, 0);
  assert_in_range(n, 2, H - 2); /* some units on, some off */
  output_into(&m, w.h, active, n, w.z);
  output_gradient(w.z, K, 1, 1, 0.1f, 1.0f);
  output_update(&w, n, 1.0f);
  for (size_t j = 0; j < H; j++) {
    for (size_t k = 0; k < K; k++) assert_near(w.h[j] * w.z[k], slope(&m, &m.w2[j * 16 + k], x, 1, 0.1), 1e-5, 1e-3);
    for (size_t i = 0; i < x.n; i++)
      assert_near(values[i] * w.dh[j], slope(&m, &m.w1[ids[i] * H + j], x, 1, 0.1), 1e-4, 1e-3);
  }
  for (size_t k = 0; k < K; k++) assert_near(w.z[k], slope(&m, &m.b2[k], x, 1, 0.1), 1e-5, 1e-3);
  for (size_t k = K; k < 16; k++) assert_true(w.z[k] == 0);
  free(w.g2), free(w.gb), free(w.h), free(w.dh), free(w.z);
  mlp_model_free(&m);
}

/* Exclusive or: no linear model can. */
static void learns_what_is_not_linear(void **state) {
  (void)state;
  sparse_matrix x = {0};
  uint32_t y[80];
  for (uint32_t i = 0; i < 80; i++) {
    uint32_t a = i & 1, b = (i >> 1) & 1;
    sparse_add(&x, 0, 0.3f);
    sparse_add(&x, 1 + a, 0.7f);
    sparse_add(&x, 3 + b, 0.7f);
    sparse_end_row(&x);
    y[i] = a ^ b;
  }
  x.cols = 10; /* features 5 to 9 never seen */
  mlp_options o = mlp_recipe(80, false, 2);
  o.hidden = 32, o.feature_dropout = 0, o.epochs = 60;
  mlp_model m;
  assert_int_equal(mlp_train(&x, y, 2, NULL, 0, &o, &m), ERR_OK);
  float *h = learn_floats(m.hidden), *z = learn_floats(m.stride);
  for (uint32_t i = 0; i < 4; i++) {
    mlp_score(&m, sparse_get(&x, i), h, z);
    assert_true((z[1] > z[0]) == (y[i] == 1));
  }
  for (size_t i = 5 * m.hidden; i < 10 * m.hidden; i++) assert_true(m.w1[i] == 0);
  for (size_t j = 0; j < m.hidden; j++) assert_true(m.w2[j * m.stride + 2] == 0); /* padding */
  free(h), free(z);
  mlp_model_free(&m);
  sparse_free(&x);
}

static void same_seed_same_bytes(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 5);
  sparse_matrix x = {0};
  uint32_t y[100];
  random_examples(&r, 100, 20, 60, &x, y);
  mlp_options o = mlp_recipe(100, false, 3);
  o.epochs = 3, o.hidden = 48;
  mlp_model a, b;
  assert_int_equal(mlp_train(&x, y, 20, NULL, 0, &o, &a), ERR_OK);
  assert_int_equal(mlp_train(&x, y, 20, NULL, 0, &o, &b), ERR_OK);
  assert_memory_equal(a.w1, b.w1, 60 * 48 * sizeof(float));
  assert_memory_equal(a.w2, b.w2, 48 * a.stride * sizeof(float));
  assert_memory_equal(a.b2, b.b2, a.stride * sizeof(float));
  mlp_model_free(&b);
  o.seed = 4;
  assert_int_equal(mlp_train(&x, y, 20, NULL, 0, &o, &b), ERR_OK);
  assert_memory_not_equal(a.w1, b.w1, 60 * 48 * sizeof(float));
  mlp_model_free(&a);
  mlp_model_free(&b);
  atomic_bool cancel = true;
  learn_watch watch = {.cancel = &cancel};
  o.watch = &watch;
  assert_int_equal(mlp_train(&x, y, 20, NULL, 0, &o, &b), ERR_CANCELLED);
  assert_null(b.w1);
  sparse_free(&x);
}

static void dropout_keeps_the_expected_share(void **state) {
  (void)state;
  uint32_t ids[1000], kept_ids[1000];
  float values[1000], kept_values[1000];
  for (uint32_t i = 0; i < 1000; i++) ids[i] = i, values[i] = 1;
  mlp_work w = {.ids = kept_ids, .values = kept_values};
  rng_seed(&w.r, 8);
  size_t total = 0;
  for (int i = 0; i < 50; i++) {
    sparse_row kept = keep_features(&w, (sparse_row){ids, values, 1000}, 0.2);
    total += kept.n;
    assert_near(kept.values[0], 1.25, 0, 1e-6);
  }
  assert_near((double)total / 50000, 0.8, 0.01, 0); /* 5 standard errors */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradients_match_finite_differences),
      cmocka_unit_test(learns_what_is_not_linear),
      cmocka_unit_test(same_seed_same_bytes),
      cmocka_unit_test(dropout_keeps_the_expected_share),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
