/* crf_decode.h -- best label sequence and span confidences from unary scores and transitions.
 *
 * Works on plain arrays, so it serves a crf_model and a quantised one alike. BIO order is enforced:
 * I-x only after B-x or I-x. Labels and L, E as in crf.h; stride = L rounded up to 16. */
#ifndef DRAGOMAN_LEARN_CRF_DECODE_H
#define DRAGOMAN_LEARN_CRF_DECODE_H

#include "base/arena.h"

typedef struct crf_chain {
  uint32_t types;           /* E */
  uint32_t stride;          /* L rounded up to 16 */
  const float *transitions; /* A [L][stride], 64-byte aligned */
} crf_chain;

typedef struct crf_span {
  uint32_t begin, end; /* tokens, end exclusive */
  uint32_t type;       /* in [0, E) */
  float confidence;    /* posterior probability of exactly this span and type, [0, 1] */
} crf_span;

/* Best BIO-valid path (Viterbi). u [T][stride] unary scores, 64-byte aligned; o_offset is taken
 * from the score of O (0: none; > 0 favours entities). labels [T] out. scratch: working memory,
 * reset by the caller. T may be 0. */
void crf_viterbi(const crf_chain *c, const float *u, size_t length, float o_offset, arena *scratch, uint32_t *labels);

/* Spans of a label sequence, in order, into out [T]; returns how many. Confidences are 0. */
size_t crf_spans(const uint32_t *labels, size_t length, uint32_t types, crf_span *out);

/* Fills the confidences of spans[0..n): probability, under the BIO-constrained model with the
 * offset on O, that the sequence holds exactly this span (begin, end and type). */
void crf_span_confidence(const crf_chain *c, const float *u, size_t length, float o_offset, arena *scratch,
                         crf_span *spans, size_t n);

/* p [T][stride] posterior of each label at each position, BIO-constrained; padding 0. */
void crf_marginals(const crf_chain *c, const float *u, size_t length, float o_offset, arena *scratch, float *p);

#endif
