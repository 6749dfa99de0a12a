/* crf.h -- linear-chain conditional random field: train (crf_decode.h decodes).
 * Symbols follow Lafferty et al. 2001: L labels, T positions, F binary features.
 *
 *   p(y | x) = exp( sum_t U[t][y_t] + sum_t A[y_{t-1}][y_t] ) / Z,   U[t] = sum of W[f] over features f of token t
 *
 * Exact forward-backward in the linear domain with scaling, mini-batches of 8, AdaGrad, L2 spread
 * over a feature's occurrences. BIO order is not enforced in training, only in decoding.
 * Labels for E entity types: O = 0, B-x = 1 + x, I-x = 1 + E + x, so L = 1 + 2E.
 * Same input and seed: the same bytes on every machine. Re-entrant, single-threaded. */
#ifndef DRAGOMAN_LEARN_CRF_H
#define DRAGOMAN_LEARN_CRF_H

#include "base/vec.h"
#include "learn/watch.h"

static inline uint32_t crf_label_begin(uint32_t type) {
  return 1 + type;
}
static inline uint32_t crf_label_inside(uint32_t type, uint32_t types) {
  return 1 + types + type;
}
static inline uint32_t crf_label_count(uint32_t types) {
  return 1 + 2 * types;
}

/* Training sequences; grow it token by token: crf_data_feature*, crf_data_end_token, …,
 * crf_data_end_sequence. Zero-initialise; crf_data_free. */
typedef struct crf_data {
  VEC(size_t) sequence_end; /* [sequences] token index after the last token of each */
  VEC(size_t) token_end;    /* [tokens] feature index after the last feature of each token */
  u32_vec features;         /* feature ids, distinct within a token */
  u32_vec labels;           /* [tokens] */
  uint32_t feature_count;   /* F: largest id + 1; may be raised by the caller */
} crf_data;

static inline void crf_data_feature(crf_data *d, uint32_t feature) {
  VEC_PUSH(&d->features, feature);
  if (feature >= d->feature_count) d->feature_count = feature + 1;
}
static inline void crf_data_end_token(crf_data *d, uint32_t y) {
  VEC_PUSH(&d->token_end, d->features.n);
  VEC_PUSH(&d->labels, y);
}
static inline void crf_data_end_sequence(crf_data *d) {
  VEC_PUSH(&d->sequence_end, d->token_end.n);
}
void crf_data_free(crf_data *d);

typedef struct crf_options {
  int epochs;             /* recipe: 12; advanced 20 */
  double rate;            /* recipe: 0.05 */
  double l2;              /* recipe: 0.03: l2 |W|^2 / 2 in total, spread over occurrences */
  double feature_dropout; /* share of features dropped, a token at a time (recipe: 0.1; advanced 0.2) */
  uint64_t seed;
  const learn_watch *watch; /* may be NULL */
} crf_options;

crf_options crf_recipe(bool advanced, uint64_t seed);

typedef struct crf_model {
  uint32_t features;  /* F */
  uint32_t types;     /* E */
  uint32_t labels;    /* L = 1 + 2E */
  uint32_t stride;    /* L rounded up to 16; padding is 0 */
  float *w;           /* [F][stride] unary weights, 64-byte aligned, owned */
  float *transitions; /* A [L][stride], A[from][to], 64-byte aligned, owned */
} crf_model;

/* Trains on the sequences of d for E = types entity types (>= 1). ERR_OK or ERR_CANCELLED (then
 * *out is empty). */
must_check err_code crf_train(const crf_data *d, uint32_t types, const crf_options *o, crf_model *out);
void crf_model_free(crf_model *m); /* empty is fine */

/* U [stride] = sum of the rows of features [n] (ids at or above F ignored), 64-byte aligned. */
void crf_unary(const crf_model *m, const uint32_t *features, size_t n, float *u);

#endif
