/* learn_test.h -- what every test of this floor includes. */
#ifndef DRAGOMAN_TESTS_LEARN_TEST_H
#define DRAGOMAN_TESTS_LEARN_TEST_H

#include "tests/test.h"

#include "base/hash.h"
#include "base/rng.h"
#include "learn/simd.h"
#include "learn/sparse.h"

#include <math.h>

static inline float random_float(rng *r, double low, double high) {
  return (float)(low + (high - low) * rng_unit(r));
}

static inline void fill_random(rng *r, float *v, size_t n, double low, double high) {
  for (size_t i = 0; i < n; i++) v[i] = random_float(r, low, high);
}

/* |a - b| <= absolute + relative |b| */
#define assert_near(a, b, absolute, relative)                                                                          \
  do {                                                                                                                 \
    double a_ = (double)(a), b_ = (double)(b);                                                                         \
    if (!(fabs(a_ - b_) <= (absolute) + (relative)*fabs(b_))) fail_msg("%s = %.9g, want %.9g", #a, a_, b_);            \
  } while (0)

/* n examples of k classes: a few features typical of the class, a few of any, a bias (feature 0),
 * unit length. Classes overlap, so no model is perfect. */
static inline void random_examples(rng *r, size_t n, uint32_t k, uint32_t features, sparse_matrix *x, uint32_t *y) {
  for (size_t i = 0; i < n; i++) {
    y[i] = rng_below(r, k);
    float value[8];
    uint32_t id[8];
    size_t m = 0;
    id[m] = 0, value[m++] = 0.3f;
    while (m < 8) {
      uint32_t f =
          rng_unit(r) < 0.6 ? 1 + (y[i] * 5 + rng_below(r, 7)) % (features - 1) : 1 + rng_below(r, features - 1);
      bool have = false;
      for (size_t j = 0; j < m; j++) have |= id[j] == f;
      if (!have) id[m] = f, value[m++] = random_float(r, 0.5, 1.5);
    }
    sparse_normalize(value + 1, m - 1, 1.0);
    for (size_t j = 0; j < m; j++) sparse_add(x, id[j], value[j]);
    sparse_end_row(x);
  }
  if (x->cols < features) x->cols = features;
}

#endif
