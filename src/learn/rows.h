/* rows.h -- weighted sums of scattered rows of a float matrix (inside learn/ only): the first step
 * of every trainer. */
#ifndef DRAGOMAN_LEARN_ROWS_H
#define DRAGOMAN_LEARN_ROWS_H

#include "learn/simd.h"

/* Four rows at a time, so that z is loaded and stored once for four; each lane still adds them one
 * after the other. */
learn_inline void add_four(v16 *z, const float *const w[4], const float a[4], size_t blocks) {
  const v16 *w0 = (const v16 *)w[0], *w1 = (const v16 *)w[1], *w2 = (const v16 *)w[2], *w3 = (const v16 *)w[3];
  for (size_t b = 0; b < blocks; b++) z[b] = (((z[b] + w0[b] * a[0]) + w1[b] * a[1]) + w2[b] * a[2]) + w3[b] * a[3];
}

/* z [stride] = sum_i values[i] w[ids[i]], in order; values NULL: all 1; ids at or above rows are
 * left out. w [rows][stride]. */
learn_inline void rows_sum(const float *w, size_t stride, size_t rows, const uint32_t *ids, const float *values,
                           size_t n, float *z) {
  const float *row[4];
  float a[4];
  size_t blocks = stride / LANES, held = 0;
  memset(z, 0, stride * sizeof *z);
  for (size_t i = 0; i < n; i++) {
    if (ids[i] >= rows) continue;
    row[held] = w + ids[i] * stride;
    a[held++] = values ? values[i] : 1.0f;
    if (held < 4) continue;
    add_four((v16 *)z, row, a, blocks);
    held = 0;
  }
  for (size_t i = 0; i < held; i++) axpy_blocks((v16 *)z, (const v16 *)row[i], a[i], blocks);
}

#endif
