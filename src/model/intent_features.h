/* intent_features.h -- an utterance as a sparse vector for the intent learners.
 *
 *   tokens --intent_keys--> distinct feature keys of two blocks --intent_vectorize--> unit vector
 *
 * Block W: words, and word pairs over <s> … </s>. Block C: character 2-, 3- and 4-grams of every
 * word written ^word$, without accents. Presence only. Each block is scaled to unit length by its
 * own, then both together; a constant bias feature follows. Source: reference learning §8.1-8.3. */
#ifndef DRAGOMAN_MODEL_INTENT_FEATURES_H
#define DRAGOMAN_MODEL_INTENT_FEATURES_H

#include "base/arena.h"
#include "learn/sparse.h"
#include "model/vocab.h"
#include "text/tokens.h"

#define INTENT_BIAS_VALUE 0.3f

/* Distinct keys of one utterance: block W is keys[0..words), the last ones of it extras; block C keys[words..n). */
typedef struct intent_keys {
  const uint64_t *keys;
  size_t words, extras, n;
} intent_keys;

/* Features beyond the words: keys that join block W; one that comes twice counts once. One that training has not seen
 * is no unknown text: it does not lower the coverage. */
typedef struct intent_extras {
  const uint64_t *keys;
  size_t n;
} intent_extras;

/* Key of "there is something of this kind in the utterance". */
uint64_t intent_extra_key(uint32_t kind, uint32_t which);

/* x may be NULL. */
void intent_keys_of(const tokens *t, const intent_extras *x, arena *a, intent_keys *out);

/* What the vocabulary weighs. Feature ids are [0, vocabulary), the bias has the id `features - 1`. */
typedef struct intent_space {
  vocab vocab;
  const float *weights; /* [features] g(f); 0: treated as never seen */
  uint32_t features;    /* vocabulary + 1 */
  float unseen_weight;  /* g of a feature in no training utterance */
} intent_space;

/* g(f) = sqrt( ln((1 + n) / (1 + df)) + 1 ) for a feature in df of n training utterances. */
float intent_weight(uint32_t n, uint32_t df);

typedef struct intent_vector {
  sparse_row x;
  float coverage; /* [0, 1] norm of the seen features / norm of all */
} intent_vector;

/* The arrays of out live in a. */
void intent_vectorize(const intent_space *s, const intent_keys *k, arena *a, intent_vector *out);

#endif
