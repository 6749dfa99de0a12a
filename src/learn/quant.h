/* quant.h -- weight matrices as int8 with one scale a row, and the kernels that predict from them.
 *
 *   W[r][c] ~ scale[r] * q[r][c],   q in [-127, 127],   scale[r] = max_c |W[r][c]| / 127
 *
 * The arrays are laid out to be stored in a file and mapped: q row-major, rows of stride bytes
 * (a multiple of 16), starting at a 64-byte boundary; scale [rows] float, little-endian. Within a
 * row, every whole group of 64 columns is interleaved (q8_place), so that a kernel takes it apart
 * with shifts of 32-bit lanes instead of shuffles. The
 * kernels need only alignment of 16 for q and 64 for their float outputs, and give the same bits
 * on every machine (doc/learning.md). */
#ifndef DRAGOMAN_LEARN_QUANT_H
#define DRAGOMAN_LEARN_QUANT_H

#include "learn/sparse.h"

/* Borrowed view, e.g. into a mapped model file. */
typedef struct q8_matrix {
  uint32_t rows;
  uint32_t stride;    /* columns, multiple of 16 */
  const int8_t *q;    /* [rows][stride] */
  const float *scale; /* [rows] */
} q8_matrix;

static inline uint32_t learn_pad16(uint32_t n) {
  return (n + 15u) & ~15u;
}

enum { Q8_GROUP = 64 };
/* Place in a row of stride bytes of column c: in a whole group of 64, column 16 j + i is byte j of
 * 32-bit lane i; the columns after the last whole group lie in order. */
static inline size_t q8_place(size_t stride, size_t c) {
  size_t group = c / Q8_GROUP * Q8_GROUP;
  return group + Q8_GROUP > stride ? c : group + c % 16 * 4 + c % Q8_GROUP / 16;
}

/* Quantise w [rows][stride] into q and scale (caller's memory); ties to even. */
void q8_quantize(const float *w, uint32_t rows, uint32_t stride, int8_t *q, float *scale);

/* z [stride] += x W. Rows at or above m->rows are ignored. The linear model's scores (start from
 * zeros) and the first layer of the MLP. z 64-byte aligned. */
void q8_accumulate(const q8_matrix *m, sparse_row x, float *z);

/* The same for several matrices over the same rows (linear model and MLP hidden layers) in one
 * pass, so that their cache misses overlap: z[j] [m[j].stride] for j < count <= Q8_MANY. */
enum { Q8_MANY = 8 };
void q8_accumulate_many(const q8_matrix *m, size_t count, sparse_row x, float *const *z);

/* u [stride] = sum of the rows ids[0..n) (binary features): CRF unary scores of one token. */
void q8_sum_rows(const q8_matrix *m, const uint32_t *ids, size_t n, float *u);

/* Unary scores of a whole sentence: token t has ids[end[t-1] .. end[t]); u [tokens][stride]. */
void q8_sum_tokens(const q8_matrix *m, const uint32_t *ids, const size_t *end, size_t tokens, float *u);

/* z [w2->stride] = relu(h) W2 + b2, h [w2->rows] pre-activations (made by q8_accumulate), left as
 * they are. b2 [stride]. */
void q8_hidden_to_output(const float *h, const q8_matrix *w2, const float *b2, float *z);

#endif
