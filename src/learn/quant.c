/* DESIGN. Prediction is bound by cache misses on scattered weight rows, so the kernels read int8
 * rows (a row of 64 classes is one cache line), ask for the rows a few features ahead, and keep
 * the sums in L1. Lanes are independent: each column adds its products in the order of the
 * features, whatever the machine. */
#include "learn/quant.h"

#include "learn/simd.h"

#include <math.h>

enum { AHEAD = 6, CACHE_LINE = 64 }; /* rows to prefetch ahead */

static float row_scale(const float *w, uint32_t stride) {
  float top = 0;
  for (uint32_t c = 0; c < stride; c++) top = fabsf(w[c]) > top ? fabsf(w[c]) : top;
  return top / 127.0f;
}

void q8_quantize(const float *w, uint32_t rows, uint32_t stride, int8_t *q, float *scale) {
  for (size_t r = 0; r < rows; r++) {
    const float *row = w + r * stride;
    scale[r] = row_scale(row, stride);
    for (uint32_t c = 0; c < stride; c++) {
      float v = scale[r] > 0 ? rintf(row[c] / scale[r]) : 0;
      q[r * stride + c] = (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
    }
  }
}

/* Plain loops: gcc widens bytes well only where it finds the vectors itself. */
learn_inline void add_row(float *restrict z, const int8_t *restrict q, float a, size_t stride) {
  for (size_t c = 0; c < stride; c++) z[c] += (float)q[c] * a;
}

learn_inline void prefetch_row(const q8_matrix *m, uint32_t id) {
  if (id >= m->rows) return;
  const int8_t *q = m->q + (size_t)id * m->stride;
  __builtin_prefetch(&m->scale[id]);
  for (uint32_t c = 0; c < m->stride; c += CACHE_LINE) __builtin_prefetch(q + c);
}

learn_kernel void q8_accumulate_many(const q8_matrix *m, size_t count, sparse_row x, float *const *z) {
  for (size_t i = 0; i < x.n; i++) {
    for (size_t j = 0; j < count; j++) {
      if (i + AHEAD < x.n) prefetch_row(&m[j], x.ids[i + AHEAD]);
      uint32_t id = x.ids[i];
      if (id < m[j].rows)
        add_row(z[j], m[j].q + (size_t)id * m[j].stride, m[j].scale[id] * x.values[i], m[j].stride & ~15u);
    }
  }
}

void q8_accumulate(const q8_matrix *m, sparse_row x, float *z) {
  q8_accumulate_many(m, 1, x, &z);
}

learn_inline void sum_rows(const q8_matrix *m, const uint32_t *ids, size_t n, size_t ahead, float *u) {
  memset(u, 0, m->stride * sizeof *u);
  for (size_t i = 0; i < n; i++) {
    if (i + AHEAD < ahead) prefetch_row(m, ids[i + AHEAD]);
    if (ids[i] < m->rows) add_row(u, m->q + (size_t)ids[i] * m->stride, m->scale[ids[i]], m->stride & ~15u);
  }
}

learn_kernel void q8_sum_rows(const q8_matrix *m, const uint32_t *ids, size_t n, float *u) {
  sum_rows(m, ids, n, n, u);
}

learn_kernel void q8_sum_tokens(const q8_matrix *m, const uint32_t *ids, const size_t *end, size_t tokens, float *u) {
  for (size_t t = 0, begin = 0; t < tokens; begin = end[t++])
    sum_rows(m, ids + begin, end[t] - begin, end[tokens - 1] - begin, u + t * m->stride);
}

learn_kernel void q8_hidden_to_output(const float *h, const q8_matrix *w2, const float *b2, float *z) {
  memcpy(z, b2, w2->stride * sizeof *z);
  for (size_t j = 0; j < w2->rows; j++) {
    if (h[j] > 0) add_row(z, w2->q + j * w2->stride, h[j] * w2->scale[j], w2->stride & ~15u);
  }
}
