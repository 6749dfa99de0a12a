#include "learn/calibrate.h"

#include "learn/fmath.h"
#include "learn/quant.h"
#include "learn/simd.h"

#include <math.h>
#include <stdlib.h>

enum { GOLDEN_STEPS = 48 }; /* 0.618^48: far below the float that is kept */

/* Of scores of unit-length vectors (reference learning §8.6). */
static const combination usual = {.t_linear = 3.5f, .t_mlp = 1.5f, .t_final = 1.0f};
/* A few separable examples would drive a temperature to its bound, and every score to 1. */
static const double prior_weight = 3;

/* log sum_i exp(t z_i) */
learn_kernel static double log_sum(const float *z, uint32_t k, float t) {
  float top = max_of(z, k);
  v16 sum = {0};
  size_t whole = k / LANES;
  for (size_t b = 0; b < whole; b++) sum += v16_exp((((const v16 *)z)[b] - top) * t);
  if (k % LANES) {
    v16 last = v16_exp((((const v16 *)z)[whole] - top) * t);
    for (uint32_t i = k % LANES; i < LANES; i++) last[i] = 0;
    sum += last;
  }
  return (double)top * (double)t + fm_log((double)v16_sum(sum));
}

void log_softmax(const float *z, uint32_t k, float t, float *out) {
  float total = (float)log_sum(z, k, t);
  for (uint32_t i = 0; i < k; i++) out[i] = z[i] * t - total;
  for (uint32_t i = k; i < learn_pad16(k); i++) out[i] = -INFINITY;
}

double nll_at(const score_table *s, const uint32_t *y, double t) {
  double sum = 0;
  for (size_t i = 0; i < s->rows; i++) {
    const float *z = s->z + i * s->stride;
    sum += log_sum(z, s->k, (float)t) - (double)z[y[i]] * (double)(float)t;
  }
  return s->rows ? sum / (double)s->rows : 0;
}

/* Negative log posterior of all rows up to a constant: gamma prior with its mode at t_usual, which
 * keeps the loss convex in t. */
static double loss_at(const score_table *s, const uint32_t *y, double t, double t_usual) {
  return (double)s->rows * nll_at(s, y, t) + prior_weight * (t / t_usual - fm_log(t / t_usual));
}

double temperature_fit(const score_table *s, const uint32_t *y, double t_usual) {
  if (!s->rows) return t_usual;
  const double ratio = 0.61803398874989484820;
  double low = fm_log(0.05), high = fm_log(50.0);
  double a = high - ratio * (high - low), b = low + ratio * (high - low);
  double fa = loss_at(s, y, fm_exp(a), t_usual), fb = loss_at(s, y, fm_exp(b), t_usual);
  for (int i = 0; i < GOLDEN_STEPS; i++) {
    if (fa <= fb) {
      high = b, b = a, fb = fa;
      a = high - ratio * (high - low);
      fa = loss_at(s, y, fm_exp(a), t_usual);
    } else {
      low = a, a = b, fa = fb;
      b = low + ratio * (high - low);
      fb = loss_at(s, y, fm_exp(b), t_usual);
    }
  }
  return fm_exp((low + high) / 2);
}

/* Mean of the two log softmaxes, into out [stride]; scratch [stride]. */
static void mean_log(const combination *c, const float *z_linear, const float *z_mlp, uint32_t k, float *scratch,
                     float *out) {
  log_softmax(z_linear, k, c->t_linear, scratch);
  log_softmax(z_mlp, k, c->t_mlp, out);
  for (uint32_t i = 0; i < k; i++) out[i] = (out[i] + scratch[i]) * 0.5f;
}

combination combination_fit(const score_table *linear, const score_table *mlp, const uint32_t *y) {
  combination c = {.t_linear = (float)temperature_fit(linear, y, (double)usual.t_linear),
                   .t_mlp = (float)temperature_fit(mlp, y, (double)usual.t_mlp)};
  size_t stride = linear->stride;
  float *mean = learn_floats(linear->rows * stride), *scratch = learn_floats(stride);
  for (size_t i = 0; i < linear->rows; i++)
    mean_log(&c, linear->z + i * stride, mlp->z + i * stride, linear->k, scratch, mean + i * stride);
  score_table both = {.z = mean, .rows = linear->rows, .k = linear->k, .stride = linear->stride};
  c.t_final = (float)temperature_fit(&both, y, (double)usual.t_final);
  free(mean);
  free(scratch);
  return c;
}

learn_kernel static void softmax_scaled(const float *z, uint32_t k, float t, float *p) {
  size_t blocks = learn_pad16(k) / LANES;
  for (uint32_t i = 0; i < k; i++) p[i] = z[i] * t;
  float inv = 1.0f / exp_blocks(p, k, blocks, p);
  for (size_t b = 0; b < blocks; b++) ((v16 *)p)[b] *= inv;
}

void combination_apply(const combination *c, const float *z_linear, const float *z_mlp, uint32_t k, float *scratch,
                       float *p) {
  float *mean = scratch + learn_pad16(k);
  mean_log(c, z_linear, z_mlp, k, scratch, mean);
  softmax_scaled(mean, k, c->t_final, p);
}

double entropy_of(const float *p, uint32_t k, uint32_t skip) {
  double sum = 0, plogp = 0;
  for (uint32_t i = 0; i < k; i++) {
    if (i == skip || p[i] <= 0) continue;
    sum += (double)p[i];
    plogp += (double)p[i] * fm_log((double)p[i]);
  }
  return sum > 0 ? fm_log(sum) - plogp / sum : 0;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double quantile_of(double *v, size_t n, double q) {
  qsort(v, n, sizeof *v, by_value);
  double at = q * (double)(n - 1);
  size_t i = (size_t)at;
  if (i + 1 >= n) return v[n - 1];
  return v[i] + (at - (double)i) * (v[i + 1] - v[i]);
}
