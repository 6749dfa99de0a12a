/* calibrate.h -- scores to probabilities: temperatures fitted on held-out scores, and the
 * combination of the linear model with the perceptrons.
 *
 *   log p = log softmax( T3 * mean( log softmax(T1 z_linear), log softmax(T2 z_mlp) ) )
 *
 * T multiplies (an inverse temperature); typical T1 3 to 4, T2 1 to 2 (reference learning §8.6).
 * Several perceptrons (advanced): z_mlp is the mean of their log softmax. All score rows have
 * stride floats, stride a multiple of 16, 64-byte aligned, of which the first k count. */
#ifndef DRAGOMAN_LEARN_CALIBRATE_H
#define DRAGOMAN_LEARN_CALIBRATE_H

#include "base/base.h"

typedef struct score_table {
  const float *z; /* [rows][stride] */
  size_t rows;
  uint32_t k;      /* classes */
  uint32_t stride; /* k rounded up to 16 */
} score_table;

typedef struct combination {
  float t_linear; /* T1 */
  float t_mlp;    /* T2 */
  float t_final;  /* T3 */
} combination;

/* log softmax(t * z) over the first k, into out [stride] (may be z); padding -INFINITY. */
void log_softmax(const float *z, uint32_t k, float t, float *out);

/* Mean negative log-likelihood of classes y under softmax(t * z); 0 rows: 0. */
double nll_at(const score_table *s, const uint32_t *y, double t);

/* The likeliest t in [0.05, 50] under a prior around t_usual that weighs like a few examples:
 * golden section on log t (the loss is convex in t). 0 rows: t_usual. */
double temperature_fit(const score_table *s, const uint32_t *y, double t_usual);

/* Fit all three on held-out scores of the same rows; 0 rows: the typical values. */
combination combination_fit(const score_table *linear, const score_table *mlp, const uint32_t *y);

/* p [stride] probabilities of one utterance, summing to 1 over k, padding 0; scratch [2 * stride],
 * 64-byte aligned. */
void combination_apply(const combination *c, const float *z_linear, const float *z_mlp, uint32_t k, float *scratch,
                       float *p);

/* Natural-log entropy of p[0..k) without class skip (UINT32_MAX: none), renormalised over the rest. */
double entropy_of(const float *p, uint32_t k, uint32_t skip);

/* Value below which a share q in [0, 1] of v lies, linear interpolation between order statistics;
 * sorts v. n > 0. */
double quantile_of(double *v, size_t n, double q);

#endif
