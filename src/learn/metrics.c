#include "learn/metrics.h"

#include "base/base.h"

#include <math.h>
#include <stdlib.h>

typedef struct scored {
  double score;
  bool positive;
} scored;

static int by_score(const void *a, const void *b) {
  double x = ((const scored *)a)->score, y = ((const scored *)b)->score;
  return (x > y) - (x < y);
}

/* U = sum of the mid-ranks of the positives - P (P + 1) / 2; AUROC = U / (P N). */
double metric_auroc(const double *score, const bool *positive, size_t n) {
  scored *s = mem_zalloc(n, sizeof *s);
  for (size_t i = 0; i < n; i++) s[i] = (scored){score[i], positive[i]};
  qsort(s, n, sizeof *s, by_score);
  double ranks = 0, p = 0;
  for (size_t i = 0, j; i < n; i = j) {
    size_t tied_positives = 0;
    for (j = i; j < n && s[j].score == s[i].score; j++) tied_positives += s[j].positive;
    ranks += (double)tied_positives * ((double)(i + 1) + (double)j) / 2;
    p += (double)tied_positives;
  }
  free(s);
  double negatives = (double)n - p;
  return p > 0 && negatives > 0 ? (ranks - p * (p + 1) / 2) / (p * negatives) : 0.5;
}

double metric_ece(const double *confidence, const bool *correct, size_t n, uint32_t bins) {
  if (!n) return 0;
  double *gap = mem_zalloc(bins, sizeof *gap); /* sum of confidence - correct in each bin */
  for (size_t i = 0; i < n; i++) {
    double c = confidence[i];
    uint32_t b = c >= 1 ? bins - 1 : c <= 0 ? 0 : (uint32_t)(c * bins);
    gap[b] += c - (correct[i] ? 1 : 0);
  }
  double sum = 0;
  for (uint32_t b = 0; b < bins; b++) sum += fabs(gap[b]);
  free(gap);
  return sum / (double)n;
}

double metric_accuracy(const uint32_t *predicted, const uint32_t *actual, size_t n) {
  size_t hits = 0;
  for (size_t i = 0; i < n; i++) hits += predicted[i] == actual[i];
  return n ? (double)hits / (double)n : 0;
}

prf metric_prf(size_t true_positives, size_t false_positives, size_t false_negatives) {
  double tp = (double)true_positives, found = tp + (double)false_positives, wanted = tp + (double)false_negatives;
  prf r = {.precision = found > 0 ? tp / found : 0, .recall = wanted > 0 ? tp / wanted : 0};
  if (r.precision + r.recall > 0) r.f1 = 2 * r.precision * r.recall / (r.precision + r.recall);
  return r;
}
