/* mlp.h -- perceptron with one hidden layer on sparse input: x -> H ReLU -> K softmax.
 *
 *   h = relu(x W1),  z = h W2 + b2,  loss = cross-entropy against labels smoothed by s
 *
 * Trained one example at a time by AdaGrad (Duchi et al. 2011), the rate falling linearly to a
 * tenth; a first-layer row has one accumulator (mean square of its gradient), a second-layer
 * weight its own. The hidden bias is the caller's constant feature. H, K padded to 16. Same input
 * and seed: the same bytes on every machine. Re-entrant, single-threaded. */
#ifndef DRAGOMAN_LEARN_MLP_H
#define DRAGOMAN_LEARN_MLP_H

#include "learn/sparse.h"
#include "learn/watch.h"

typedef struct mlp_options {
  uint32_t hidden;          /* H, a multiple of 16 (recipe: 256; advanced 512) */
  int epochs;               /* recipe: 12; 40 below 2000 examples */
  double rate;              /* recipe: 0.025 */
  double feature_dropout;   /* share of inputs dropped, the rest scaled up (recipe: 0.2) */
  double hidden_dropout;    /* recipe: 0.4; advanced 0.3 */
  double smoothing;         /* label smoothing s (recipe: 0.05) */
  uint64_t seed;            /* of weights, order and dropout */
  const float *weights;     /* [rows of x] factor on the loss of each example; NULL: all 1 */
  const learn_watch *watch; /* may be NULL */
} mlp_options;

/* The recipe's options for n training examples; advanced: the 512 version. */
mlp_options mlp_recipe(size_t n, bool advanced, uint64_t seed);

typedef struct mlp_model {
  uint32_t features; /* F */
  uint32_t hidden;   /* H, multiple of 16 */
  uint32_t classes;  /* K */
  uint32_t stride;   /* K rounded up to 16; padding columns of w2 and b2 are 0 */
  float *w1;         /* [F][H] 64-byte aligned, owned; rows of features never seen are 0 */
  float *w2;         /* [H][stride] 64-byte aligned, owned */
  float *b2;         /* [stride] 64-byte aligned, owned */
} mlp_model;

/* As linear_train. ERR_OK or ERR_CANCELLED (then *out is empty). */
must_check err_code mlp_train(const sparse_matrix *x, const uint32_t *y, uint32_t classes, const uint32_t *examples,
                              size_t n, const mlp_options *o, mlp_model *out);
void mlp_model_free(mlp_model *m); /* empty is fine */

/* z [stride] logits, without dropout; h [H] scratch; both 64-byte aligned. */
void mlp_score(const mlp_model *m, sparse_row x, float *h, float *z);

#endif
