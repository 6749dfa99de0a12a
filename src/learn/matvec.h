/* matvec.h -- dense row-vector times matrix on blocks of 16 columns (inside learn/ only). */
#ifndef DRAGOMAN_LEARN_MATVEC_H
#define DRAGOMAN_LEARN_MATVEC_H

#include "learn/simd.h"

/* g blocks of columns (a constant at every call) stay in registers over all rows. */
learn_inline void matvec_group(const float *a, size_t rows, const float *m, size_t stride, size_t g, float *out) {
  v16 acc[8];
  for (size_t b = 0; b < g; b++) acc[b] = v16_set(0);
  for (size_t r = 0; r < rows; r++) {
    const v16 *row = (const v16 *)(m + r * stride);
    for (size_t b = 0; b < g; b++) acc[b] += row[b] * a[r];
  }
  for (size_t b = 0; b < g; b++) ((v16 *)out)[b] = acc[b];
}

/* out [blocks * 16] = sum_r a[r] m[r][0 .. blocks * 16), rows summed in order; stride in floats. */
learn_inline void matvec(const float *a, size_t rows, const float *m, size_t stride, size_t blocks, float *out) {
  size_t b = 0;
  for (; b + 8 <= blocks; b += 8) matvec_group(a, rows, m + b * LANES, stride, 8, out + b * LANES);
  for (; b + 4 <= blocks; b += 4) matvec_group(a, rows, m + b * LANES, stride, 4, out + b * LANES);
  if (blocks - b == 3) matvec_group(a, rows, m + b * LANES, stride, 3, out + b * LANES);
  if (blocks - b == 2) matvec_group(a, rows, m + b * LANES, stride, 2, out + b * LANES);
  if (blocks - b == 1) matvec_group(a, rows, m + b * LANES, stride, 1, out + b * LANES);
}

#endif
