/* none.h -- the None score: how likely an utterance belongs to none of the project's intents.
 *
 *   n(x) = sigmoid( bias + doubt * H(q) + unknown * (1 - coverage) + rival * log(p_None / p_best) )
 *
 * q: probabilities over the real intents, H its entropy (nats), coverage: share of the utterance
 * that training has seen, the last term only where None has training utterances of its own. The
 * answer gives None the score n and every other intent (1 - n) q. Sources of the terms: reference
 * learning §5 and §8.7; how the weights come about: doc/evaluation.md, "None". */
#ifndef DRAGOMAN_MODEL_NONE_H
#define DRAGOMAN_MODEL_NONE_H

#include "base/base.h"

#define NO_CLASS UINT32_MAX

/* Stored as it is in the model file. */
typedef struct none_model {
  float bias, doubt, unknown, rival;
} none_model;

/* What the score looks at, of one utterance. */
typedef struct none_signs {
  float doubt;   /* H(q) */
  float unknown; /* 1 - coverage */
  float rival;   /* log(p_None / p_best), 0 without a None class */
} none_signs;

/* p [classes] class probabilities; none_class may be NO_CLASS. */
none_signs none_signs_of(const float *p, uint32_t classes, uint32_t none_class, float coverage);
float none_score(const none_model *m, const none_signs *s);

/* Fit on held-out utterances of which is_none[i] tells the truth; weights of signs that the data
 * cannot tell stay at the recipe's. hit[i]: the best real intent was right. best[i]: its q. */
none_model none_fit(const none_signs *signs, const bool *is_none, const bool *hit, const float *best, size_t n);

#endif
