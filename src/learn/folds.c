#include "learn/folds.h"

#include "base/rng.h"

#include <stdlib.h>

enum { HELD_OUT_WANTED = 3000 };

/* Examples are shuffled, then every class is dealt like cards. The first card of a class goes
 * where the last class stopped, so that fold sizes stay even too. */
void folds_assign(const uint32_t *y, size_t n, uint32_t classes, uint32_t folds, uint64_t seed, uint8_t *fold_of) {
  uint32_t *order = mem_zalloc(n, sizeof *order), *count = mem_zalloc(classes, sizeof *count);
  for (size_t i = 0; i < n; i++) {
    order[i] = (uint32_t)i;
    count[y[i]]++;
  }
  uint32_t *next = mem_zalloc(classes, sizeof *next), start = 0;
  for (uint32_t c = 0; c < classes; c++) {
    next[c] = start;
    start = (start + count[c]) % folds;
  }
  rng r;
  rng_seed(&r, seed);
  rng_shuffle(&r, order, n);
  for (size_t i = 0; i < n; i++) {
    uint32_t *f = &next[y[order[i]]];
    fold_of[order[i]] = (uint8_t)*f;
    *f = (*f + 1) % folds;
  }
  free(order);
  free(count);
  free(next);
}

uint32_t folds_to_run(size_t n) {
  size_t fold = n / FOLD_COUNT;
  if (fold == 0) return FOLD_COUNT;
  size_t run = (HELD_OUT_WANTED + fold - 1) / fold;
  return run > FOLD_COUNT ? FOLD_COUNT : (uint32_t)run;
}

size_t folds_select(const uint8_t *fold_of, size_t n, uint8_t fold, bool in_fold, uint32_t *out) {
  size_t m = 0;
  for (size_t i = 0; i < n; i++) {
    if ((fold_of[i] == fold) == in_fold) out[m++] = (uint32_t)i;
  }
  return m;
}
