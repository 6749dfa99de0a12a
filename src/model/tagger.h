/* tagger.h -- one trained sequence model: from a sentence to the spans that it labels. */
#ifndef DRAGOMAN_MODEL_TAGGER_H
#define DRAGOMAN_MODEL_TAGGER_H

#include "learn/crf_decode.h"
#include "learn/quant.h"
#include "model/tagger_features.h"

/* Borrowed views, e.g. into a mapped model file. */
typedef struct tagger {
  vocab vocab;       /* .slot_count > 0 */
  q8_matrix weights; /* [features][chain.stride] */
  crf_chain chain;   /* .types 0: no tagger, the rest is unused */
} tagger;

/* Spans in order, confidences in [0, 1]; returns how many. *out lives in a. The sentence may be empty.
 * o_offset: crf_decode.h. */
size_t tagger_find(const tagger *g, const tagger_sentence *s, float o_offset, arena *a, crf_span **out);

#endif
