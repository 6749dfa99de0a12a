/* none.h -- the None score: how likely an utterance belongs to none of the project's intents.
 *
 *   n(x) = sigmoid( bias + doubt * H(q) + unknown * (1 - coverage) + rival * log(p_None / p_best) )
 *
 * q: probabilities over the real intents, H its entropy (nats), coverage: share of the utterance
 * that training has seen, the last term only where None has training utterances of its own. The
 * answer gives None the score n and every other intent (1 - n) q, so the scores sum to 1 and None
 * wins when it is the likeliest. Terms: reference learning §5 and §8.7.
 *
 * A project without None utterances has nothing to fit this on. But every held-out utterance, its
 * own intent taken out of q, is an utterance that belongs to no intent: these stand in for
 * what is out of scope. The fewer there are and the more alike, the nearer the fit stays to a
 * prior that gives up hardly anything (doc/evaluation.md, "None", has the figures). */
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

/* p [classes] class probabilities; none_class and without (a class to leave out of q) may be
 * NO_CLASS. */
none_signs none_signs_of(const float *p, uint32_t classes, uint32_t none_class, uint32_t without, float coverage);
float none_score(const none_model *m, const none_signs *s);

/* One held-out utterance. */
typedef struct none_example {
  none_signs signs;  /* as it is */
  none_signs bereft; /* without its own intent; unused for None utterances */
  float best;        /* q of the best real intent */
  bool is_none;      /* labelled None */
  bool is_hit;       /* the best real intent is the labelled one */
} none_example;

/* real_classes: intents other than None that can be predicted. n may be 0. */
none_model none_fit(const none_example *v, size_t n, uint32_t real_classes);

#endif
