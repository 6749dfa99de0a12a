#include "learn/sparse.h"

#include "learn/simd.h"

#include <math.h>
#include <stdio.h>

void sparse_add(sparse_matrix *m, uint32_t id, float value) {
  VEC_PUSH(&m->ids, id);
  VEC_PUSH(&m->values, value);
  if (id >= m->cols) m->cols = id + 1;
}

void sparse_end_row(sparse_matrix *m) {
  VEC_PUSH(&m->row_ptr, m->ids.n);
}

void sparse_free(sparse_matrix *m) {
  VEC_FREE(&m->row_ptr);
  VEC_FREE(&m->ids);
  VEC_FREE(&m->values);
  m->cols = 0;
}

double sparse_norm(const float *v, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)v[i] * (double)v[i];
  return sqrt(sum);
}

double sparse_normalize(float *v, size_t n, double scale) {
  double norm = sparse_norm(v, n);
  if (norm > 0) {
    for (size_t i = 0; i < n; i++) v[i] = (float)((double)v[i] * (scale / norm));
  }
  return norm;
}

float *learn_floats(size_t n) {
  void *p = NULL;
  size_t bytes = (n ? n : 1) * sizeof(float);
  if (n > SIZE_MAX / sizeof(float) || posix_memalign(&p, 64, bytes) != 0) {
    fprintf(stderr, "dragoman: out of memory (%zu floats)\n", n);
    abort();
  }
  return memset(p, 0, bytes);
}
