/* metrics.h -- numbers that say how good scores are. */
#ifndef DRAGOMAN_LEARN_METRICS_H
#define DRAGOMAN_LEARN_METRICS_H

#include "base/base.h"

/* Area under the ROC curve: chance that a positive scores above a negative, ties one half
 * (Mann-Whitney U). 0.5 when one side is empty. O(n log n). */
double metric_auroc(const double *score, const bool *positive, size_t n);

/* Expected calibration error over equal-width bins of confidence in [0, 1] (Guo et al. 2017;
 * 15 bins by custom). 0 when n = 0. */
double metric_ece(const double *confidence, const bool *correct, size_t n, uint32_t bins);

/* Share of i with predicted[i] == actual[i]; 0 when n = 0. */
double metric_accuracy(const uint32_t *predicted, const uint32_t *actual, size_t n);

/* Harmonic mean and its parts from counts; 0 where a denominator is 0. */
typedef struct prf {
  double precision, recall, f1;
} prf;
prf metric_prf(size_t true_positives, size_t false_positives, size_t false_negatives);

#endif
