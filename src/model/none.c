#include "model/none.h"

#include "learn/calibrate.h"

#include <math.h>
#include <stdlib.h>

none_signs none_signs_of(const float *p, uint32_t classes, uint32_t none_class, float coverage) {
  none_signs s = {.doubt = (float)entropy_of(p, classes, none_class), .unknown = 1.0f - coverage};
  if (none_class == NO_CLASS || classes < 2) return s;
  float best = 0;
  for (uint32_t k = 0; k < classes; k++)
    if (k != none_class && p[k] > best) best = p[k];
  s.rival = logf(fmaxf(p[none_class], 1e-12f) / fmaxf(best, 1e-12f));
  return s;
}

float none_score(const none_model *m, const none_signs *s) {
  float z = m->bias + m->doubt * s->doubt + m->unknown * s->unknown + m->rival * s->rival;
  return 1.0f / (1.0f + expf(-z));
}

none_model none_fit(const none_signs *signs, const bool *is_none, const bool *hit, const float *best, size_t n) {
  none_model m = {.bias = -8, .doubt = 1, .unknown = 8, .rival = 1};
  (void)is_none;
  double *margin = mem_zalloc(n + 1, sizeof *margin);
  size_t hits = 0;
  for (size_t i = 0; i < n; i++) {
    if (!hit[i]) continue;
    margin[hits++] = log((double)best[i]) -
                     (double)(m.doubt * signs[i].doubt + m.unknown * signs[i].unknown + m.rival * signs[i].rival);
  }
  if (hits) m.bias = (float)quantile_of(margin, hits, 0.005);
  free(margin);
  return m;
}
