/* cluster.h -- word clusters from the training text, for the CRF's features.
 *
 * PPMI of words against words at relative positions -2, -1, +1, +2 (each position its own
 * context), truncated SVD to 50 dimensions by randomised subspace iteration (Halko et al. 2011),
 * rows scaled by the root of the singular values and to unit length, k-means from seeded k-means++.
 * Same input and seed: the same clusters on every machine. */
#ifndef DRAGOMAN_LEARN_CLUSTER_H
#define DRAGOMAN_LEARN_CLUSTER_H

#include "base/vec.h"
#include "learn/watch.h"

/* Sentences of word ids; word id 0..words-1. Positions outside a sentence count as one boundary
 * word. */
typedef struct cluster_text {
  const uint32_t *ids; /* all tokens, sentence after sentence */
  const size_t *end;   /* [sentences] token index after each sentence */
  size_t sentences;
  uint32_t words; /* vocabulary size */
} cluster_text;

/* For each k of ks[0..n_ks): assignment out[j][word] in [0, ks[j]), or CLUSTER_NONE for words seen
 * fewer than min_count times. out[j] [words], caller's memory. k larger than the number of
 * clustered words is lowered to it. ERR_OK or ERR_CANCELLED. */
#define CLUSTER_NONE UINT32_MAX
must_check err_code cluster_words(const cluster_text *text, uint32_t min_count, const uint32_t *ks, size_t n_ks,
                                  uint64_t seed, const learn_watch *watch, uint32_t *const *out);

#endif
