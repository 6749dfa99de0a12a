/* training_set.h -- the utterances that a training learns from, as tokens. */
#ifndef DRAGOMAN_MODEL_TRAINING_SET_H
#define DRAGOMAN_MODEL_TRAINING_SET_H

#include "base/arena.h"
#include "model/intent_features.h"
#include "model/tagger_features.h"
#include "model/train.h"
#include "text/tokens.h"

/* One example. Copies without accents (augmentDiacritics) follow the originals. */
typedef struct training_row {
  uint32_t utterance; /* in the project */
  uint32_t original;  /* row that this one is a copy of; its own number otherwise */
  tokens t;
  intent_extras extras;      /* features of the intents beyond the words */
  const gazetteer_hit *hits; /* [hit_count] of the tagger, as they would be had the row not been in the training */
  size_t hit_count;
} training_row;

/* Immutable once the hits are in. Owns its memory: training_set_free. */
typedef struct training_set {
  const project *p;
  arena a;
  training_row *rows; /* [n] */
  size_t n;
  size_t originals; /* rows [0, originals) are the utterances themselves */
} training_set;

/* Takes the utterances with ROLE_TRAIN. */
void training_set_init(training_set *s, const project *p, const utterance_role *roles);
void training_set_free(training_set *s);

/* Tokens [*first, *last) that a label covers, snapped outward to token borders; false when it
 * covers none. */
must_check bool label_tokens(const tokens *t, const label *l, size_t *first, size_t *last);

#endif
