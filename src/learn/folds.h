/* folds.h -- stratified folds for scores that were not trained on (calibration).
 *
 * Temperatures, the None threshold and the reliability of the report need held-out scores. With
 * F folds, fold j is scored by a model trained on the others. Beyond some thousand held-out
 * examples nothing is gained for a handful of parameters, so folds_to_run bounds the work:
 * all folds of a small project, one fold of five of a large one (doc/learning.md). */
#ifndef DRAGOMAN_LEARN_FOLDS_H
#define DRAGOMAN_LEARN_FOLDS_H

#include "base/base.h"

enum { FOLD_COUNT = 5 };

/* fold_of[i] in [0, folds) for example i of class y[i] < classes: every class is dealt out evenly
 * (sizes differ by at most one), in an order set by seed. A class with fewer examples than folds
 * is missing from some. folds >= 2. */
void folds_assign(const uint32_t *y, size_t n, uint32_t classes, uint32_t folds, uint64_t seed, uint8_t *fold_of);

/* How many of FOLD_COUNT folds to score, so that about 3000 examples (or all n) are held out.
 * 1..FOLD_COUNT. */
uint32_t folds_to_run(size_t n);

/* Indices i with fold_of[i] != fold (in_fold false) or == fold (true), ascending, into out [n];
 * returns how many. */
size_t folds_select(const uint8_t *fold_of, size_t n, uint8_t fold, bool in_fold, uint32_t *out);

#endif
