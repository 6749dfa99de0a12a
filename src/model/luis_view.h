/* luis_view.h -- which of the marks of an utterance a learner looks at: the taggers as hits, the intents as features.
 */
#ifndef DRAGOMAN_MODEL_LUIS_VIEW_H
#define DRAGOMAN_MODEL_LUIS_VIEW_H

#include "model/intent_features.h"
#include "model/luis_find.h"

/* Is the signal in the range (ascending)? */
bool luis_signals_have(const uint32_t *signals, luis_range r, uint32_t signal);

typedef struct luis_view {
  const luis_lexicon *x;
  const uint32_t *signals;
  luis_range range;                                  /* what the learner looks at beside lists and known values */
  uint32_t layer;                                    /* its number; taggers only */
  bool (*left_out)(const void *ctx, uint32_t value); /* known values that do not count; NULL: all do */
  const void *ctx;
} luis_view;

/* Hits of a tagger, in a: of lists, of known values of what the layer finds, and of its signals; within tokens
 * [first, first + count), counted from first. */
void luis_hits(const luis_view *w, const luis_marks *m, uint32_t first, uint32_t count, arena *a, gazetteer_hit **hits,
               size_t *n);

/* Features of the intents; they live in a. */
void luis_extras(const luis_view *w, const luis_marks *m, arena *a, intent_extras *out);

#endif
