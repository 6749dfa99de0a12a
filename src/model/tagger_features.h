/* tagger_features.h -- what the sequence model sees of each token.
 *
 *   tokens, clusters, gazetteer hits, intent --tagger_keys_of--> feature keys of each token,
 *   and once for the sentence those that all its tokens share
 *
 * Template FULL of reference learning §8.8. Training and prediction both come through here. */
#ifndef DRAGOMAN_MODEL_TAGGER_FEATURES_H
#define DRAGOMAN_MODEL_TAGGER_FEATURES_H

#include "base/arena.h"
#include "model/vocab.h"
#include "text/tokens.h"

enum { CLUSTER_SIZES = 3 }; /* 32, 128 and 512 clusters */
#define CLUSTER_UNKNOWN UINT16_MAX

/* Borrowed view: clusters of the words of the training text. */
typedef struct word_clusters {
  vocab vocab;                          /* word keys; slot_count 0: no clusters */
  const uint16_t (*ids)[CLUSTER_SIZES]; /* [words] */
  size_t words;
} word_clusters;

uint64_t tagger_word_key(str norm);

/* A known value of an entity at these tokens. */
typedef struct gazetteer_hit {
  uint32_t entity, first_token, token_count;
} gazetteer_hit;

typedef struct tagger_sentence {
  const tokens *t;
  const word_clusters *clusters;
  const gazetteer_hit *hits; /* [hit_count] by first_token */
  size_t hit_count;
  uint32_t intent; /* of the utterance: gold in training, predicted later */
  bool ignore_casing;
} tagger_sentence;

/* Token i has keys[end[i - 1] .. end[i]) (0 for i = 0); the shared ones are those of i = n. */
typedef struct tagger_keys {
  const uint64_t *keys;
  const size_t *end; /* [n + 1] */
} tagger_keys;

/* The arrays of out live in a. Keys of one token are distinct. */
void tagger_keys_of(const tagger_sentence *s, arena *a, tagger_keys *out);

#endif
