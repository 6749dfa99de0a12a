/* linear.h -- one-vs-rest linear support vector machine with squared hinge loss, by dual
 * coordinate descent (Hsieh et al. 2008, algorithm 1, L2 loss), all classes of an example at once.
 *
 *   min over w_k:  |w_k|^2 / 2 + sum_i C_i max(0, 1 - t_ik w_k.x_i)^2,   t_ik = +1 if y_i = k else -1
 *
 * K classes, F features, stride = K rounded up to 16. Same input and seed: the same bytes on every
 * machine. Re-entrant, single-threaded. */
#ifndef DRAGOMAN_LEARN_LINEAR_H
#define DRAGOMAN_LEARN_LINEAR_H

#include "learn/sparse.h"
#include "learn/watch.h"

typedef struct linear_options {
  double c;                 /* C per example, > 0 (recipe: 3) */
  int epochs;               /* passes over the examples (recipe: 8; 20 below 2000 examples) */
  uint64_t seed;            /* of the order of examples */
  const float *weights;     /* [rows of x] factor on C of each example, > 0; NULL: all 1 */
  const learn_watch *watch; /* may be NULL */
} linear_options;

typedef struct linear_model {
  uint32_t features; /* F */
  uint32_t classes;  /* K */
  uint32_t stride;   /* K rounded up to a multiple of 16; padding columns are 0 */
  float *w;          /* [F][stride], 64-byte aligned, owned */
} linear_model;

/* Trains on the rows examples[0..n) of x (NULL: all rows, n ignored) with classes y[row] < classes.
 * A bias is a constant feature that the caller put into x. The caller frees with
 * linear_model_free. ERR_OK or ERR_CANCELLED (then *out is empty). */
must_check err_code linear_train(const sparse_matrix *x, const uint32_t *y, uint32_t classes, const uint32_t *examples,
                                 size_t n, const linear_options *o, linear_model *out);
void linear_model_free(linear_model *m); /* empty is fine */

/* z [stride] = W x; ids at or above F are ignored. z 64-byte aligned. */
void linear_score(const linear_model *m, sparse_row x, float *z);

#endif
