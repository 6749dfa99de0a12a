/* DESIGN. Prediction is bound by cache misses on scattered weight rows, so the kernels read int8
 * rows (a row of 64 classes is one cache line), ask for the rows a few features ahead, and add
 * four rows to the sums at a time. Lanes are independent: each column adds its products in the order of the
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
      q[r * stride + q8_place(stride, c)] = (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
    }
  }
}

typedef int8_t b16 __attribute__((vector_size(16), may_alias));
typedef int16_t s16 __attribute__((vector_size(32)));
typedef int32_t v16i_row __attribute__((vector_size(64), aligned(16), may_alias));

/* Widened one step at a time: gcc 12 turns a direct conversion into scalar code. */
learn_inline v16 widen(b16 q) {
  return __builtin_convertvector(__builtin_convertvector(__builtin_convertvector(q, s16), v16i), v16);
}

/* Byte j of every 32-bit lane as floats: block j of an interleaved group. */
learn_inline v16 widen_byte(v16i x, int j) {
  return __builtin_convertvector((x << (24 - 8 * j)) >> 24, v16);
}

/* n rows (a constant at every call) with their factors, added to z in one pass: z is loaded and
 * stored once for them, and each lane still adds them one after the other. */
learn_inline void add_rows(float *z, const int8_t *const *q, const float *a, size_t n, size_t stride) {
  v16 *zv = (v16 *)z;
  size_t at = 0;
  for (; at + Q8_GROUP <= stride; at += Q8_GROUP, zv += 4) {
    v16 z0 = zv[0], z1 = zv[1], z2 = zv[2], z3 = zv[3];
    for (size_t i = 0; i < n; i++) {
      v16i x = *(const v16i_row *)(q[i] + at);
      z0 += widen_byte(x, 0) * a[i];
      z1 += widen_byte(x, 1) * a[i];
      z2 += widen_byte(x, 2) * a[i];
      z3 += widen_byte(x, 3) * a[i];
    }
    zv[0] = z0, zv[1] = z1, zv[2] = z2, zv[3] = z3;
  }
  for (; at < stride; at += LANES, zv++) {
    v16 sum = *zv;
    for (size_t i = 0; i < n; i++) sum += widen(*(const b16 *)(q[i] + at)) * a[i];
    *zv = sum;
  }
}

/* Rows waiting to be added four at a time. */
typedef struct row_group {
  const int8_t *q[4];
  float a[4];
  size_t n;
} row_group;

learn_inline void group_flush(row_group *g, float *z, size_t stride) {
  if (g->n == 4) {
    add_rows(z, g->q, g->a, 4, stride);
  } else {
    for (size_t i = 0; i < g->n; i++) add_rows(z, g->q + i, g->a + i, 1, stride);
  }
  g->n = 0;
}

/* z += a * row id of m, at the latest when the group is flushed. */
learn_inline void group_add(row_group *g, const q8_matrix *m, uint32_t id, float a, float *z) {
  g->q[g->n] = m->q + (size_t)id * m->stride;
  g->a[g->n++] = a * m->scale[id];
  if (g->n == 4) group_flush(g, z, m->stride);
}

learn_inline void prefetch_row(const q8_matrix *m, uint32_t id) {
  if (id >= m->rows) return;
  const int8_t *q = m->q + (size_t)id * m->stride;
  __builtin_prefetch(&m->scale[id]);
  for (uint32_t c = 0; c < m->stride; c += CACHE_LINE) __builtin_prefetch(q + c);
}

learn_kernel void q8_accumulate_many(const q8_matrix *m, size_t count, sparse_row x, float *const *z) {
  row_group g[Q8_MANY] = {0};
  for (size_t i = 0; i < x.n; i++) {
    for (size_t j = 0; j < count; j++) {
      if (i + AHEAD < x.n) prefetch_row(&m[j], x.ids[i + AHEAD]);
      if (x.ids[i] < m[j].rows) group_add(&g[j], &m[j], x.ids[i], x.values[i], z[j]);
    }
  }
  for (size_t j = 0; j < count; j++) group_flush(&g[j], z[j], m[j].stride);
}

void q8_accumulate(const q8_matrix *m, sparse_row x, float *z) {
  q8_accumulate_many(m, 1, x, &z);
}

/* known: how many ids lie in ids, n of them in this sum. */
learn_inline void sum_rows(const q8_matrix *m, const uint32_t *ids, size_t n, size_t known, float *u) {
  row_group g = {0};
  memset(u, 0, m->stride * sizeof *u);
  for (size_t i = 0; i < n; i++) {
    if (i + AHEAD < known) prefetch_row(m, ids[i + AHEAD]);
    if (ids[i] < m->rows) group_add(&g, m, ids[i], 1.0f, u);
  }
  group_flush(&g, u, m->stride);
}

learn_kernel void q8_sum_rows(const q8_matrix *m, const uint32_t *ids, size_t n, float *u) {
  sum_rows(m, ids, n, n, u);
}

learn_kernel void q8_sum_tokens(const q8_matrix *m, const uint32_t *ids, const size_t *end, size_t tokens, float *u) {
  for (size_t t = 0, begin = 0; t < tokens; begin = end[t++])
    sum_rows(m, ids + begin, end[t] - begin, end[tokens - 1] - begin, u + t * m->stride);
}

/* Which units are on is as good as random to the branch predictor, so they are listed first
 * without a branch. */
learn_kernel void q8_hidden_to_output(const float *h, const q8_matrix *w2, const float *b2, float *z) {
  uint32_t on[LANES * LANES];
  memcpy(z, b2, w2->stride * sizeof *z);
  row_group g = {0};
  for (uint32_t first = 0; first < w2->rows; first += ARRAY_LEN(on)) {
    size_t n = 0;
    for (uint32_t j = first; j < w2->rows && j < first + ARRAY_LEN(on); j++) {
      on[n] = j;
      n += h[j] > 0;
    }
    for (size_t i = 0; i < n; i++) group_add(&g, w2, on[i], h[on[i]], z);
  }
  group_flush(&g, z, w2->stride);
}
