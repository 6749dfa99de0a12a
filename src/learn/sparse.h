/* sparse.h -- sparse feature vectors: a matrix in compressed sparse rows, and its builder.
 * One row is one example; within a row the ids are distinct, in any order. */
#ifndef DRAGOMAN_LEARN_SPARSE_H
#define DRAGOMAN_LEARN_SPARSE_H

#include "base/vec.h"

/* Borrowed view of one vector. */
typedef struct sparse_row {
  const uint32_t *ids; /* [n] feature ids */
  const float *values; /* [n] */
  size_t n;
} sparse_row;

/* Grows row by row: sparse_add any number of times, then sparse_end_row. Zero-initialise; owned by
 * the caller: sparse_free. Immutable and free to share once built. */
typedef struct sparse_matrix {
  VEC(size_t) row_ptr; /* row i is entries row_ptr[i-1] (0 for i = 0) to row_ptr[i] */
  u32_vec ids;         /* [entries] */
  f32_vec values;      /* [entries] */
  uint32_t cols;       /* largest id + 1; may be raised by the caller, never lowered */
} sparse_matrix;

void sparse_add(sparse_matrix *m, uint32_t id, float value);
void sparse_end_row(sparse_matrix *m);
void sparse_free(sparse_matrix *m);

static inline size_t sparse_rows(const sparse_matrix *m) {
  return m->row_ptr.n;
}
static inline sparse_row sparse_get(const sparse_matrix *m, size_t i) {
  size_t begin = i ? m->row_ptr.p[i - 1] : 0;
  return (sparse_row){m->ids.p + begin, m->values.p + begin, m->row_ptr.p[i] - begin};
}

/* Euclidean length of v[0..n), summed in order in double. */
double sparse_norm(const float *v, size_t n);
/* v *= scale / norm(v), in place; a zero vector stays zero. Returns the norm it had. */
double sparse_normalize(float *v, size_t n, double scale);

#endif
