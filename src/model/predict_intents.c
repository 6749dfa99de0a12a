/* tokens -> sparse vector -> linear model and perceptrons -> probabilities -> None -> scores of the intents */
#include "model/model_internal.h"

#include "learn/calibrate.h"

/* Scores of the linear model (first row) and of the perceptrons' outputs; one pass over the weight
 * rows serves them all. */
static void class_scores(const model *m, sparse_row x, arena *a, float **z_linear, float **z_mlp) {
  uint32_t stride = m->class_stride, hidden = m->meta->mlp_hidden;
  size_t mlps = m->meta->mlp_count;
  float *z[1 + MODEL_MAX_MLPS];
  for (size_t i = 0; i <= mlps; i++) {
    size_t bytes = sizeof(float) * (i ? hidden : stride);
    z[i] = memset(arena_alloc_aligned(a, bytes, 64), 0, bytes);
  }
  q8_accumulate_many(m->first, 1 + mlps, x, z);
  *z_linear = z[0];
  for (size_t i = 0; i < mlps; i++) {
    z_mlp[i] = arena_alloc_aligned(a, sizeof(float) * stride, 64);
    q8_hidden_to_output(z[1 + i], &m->second[i], m->second_bias[i], z_mlp[i]);
  }
}

/* The perceptrons as one: their mean log-probability. */
static float *mean_of_mlps(const model *m, float **z_mlp) {
  uint32_t k = m->meta->classes;
  size_t mlps = m->meta->mlp_count;
  if (mlps == 1) return z_mlp[0];
  for (size_t i = 0; i < mlps; i++) log_softmax(z_mlp[i], k, 1.0f, z_mlp[i]);
  for (uint32_t c = 0; c < k; c++) {
    for (size_t i = 1; i < mlps; i++) z_mlp[0][c] += z_mlp[i][c];
    z_mlp[0][c] /= (float)mlps;
  }
  return z_mlp[0];
}

/* Class probabilities [class_stride] of one utterance, and what the None score looks at. */
static float *class_probabilities(const model *m, const tokens *t, const intent_extras *x, arena *a,
                                  none_signs *signs) {
  intent_keys keys;
  intent_vector v;
  intent_keys_of(t, x, a, &keys);
  intent_vectorize(&m->space, &keys, a, &v);
  float *z_linear, *z_mlp[MODEL_MAX_MLPS];
  class_scores(m, v.x, a, &z_linear, z_mlp);
  size_t row = sizeof(float) * m->class_stride;
  float *p = arena_alloc_aligned(a, row, 64);
  combination_apply(&m->meta->combination, z_linear, mean_of_mlps(m, z_mlp), m->meta->classes,
                    arena_alloc_aligned(a, 2 * row, 64), p);
  *signs = none_signs_of(p, m->meta->classes, m->meta->none_class, NO_CLASS, v.coverage);
  return p;
}

/* Sort by score descending, ties by index: stable radix sort on the bits of the scores, which are
 * >= 0 and so order like integers. */
static intent_score *sort_scores(intent_score *v, size_t n, arena *a) {
  intent_score *other = arena_alloc(a, n * sizeof *other);
  for (int shift = 0; shift < 32; shift += 8) {
    uint32_t at[257] = {0};
    for (size_t i = 0; i < n; i++) {
      uint32_t bits;
      memcpy(&bits, &v[i].score, sizeof bits);
      at[1 + (255 - (bits >> shift & 255))]++;
    }
    for (int d = 0; d < 256; d++) at[d + 1] += at[d];
    for (size_t i = 0; i < n; i++) {
      uint32_t bits;
      memcpy(&bits, &v[i].score, sizeof bits);
      other[at[255 - (bits >> shift & 255)]++] = v[i];
    }
    intent_score *swap = v;
    v = other;
    other = swap;
  }
  return v;
}

static float in_unit(float v) {
  return v > 0 ? MIN_OF(v, 1.0f) : 0.0f;
}

/* Scores of all intents from the class probabilities and the None score. */
static intent_score *intent_scores(const model *m, const float *p, float none, arena *a) {
  size_t n = m->info.intent_count;
  intent_score *v = arena_alloc(a, n * sizeof *v);
  for (uint32_t i = 0; i < n; i++) v[i] = (intent_score){.intent = i, .score = 0};
  float real = 0;
  for (uint32_t c = 0; c < m->meta->classes; c++)
    if (c != m->meta->none_class) real += p[c];
  float share = real > 0 ? (1.0f - none) / real : 0.0f;
  for (uint32_t c = 0; c < m->meta->classes; c++)
    if (c != m->meta->none_class) v[m->classes[c]].score = in_unit(p[c] * share);
  v[m->meta->none_intent].score = in_unit(none);
  return sort_scores(v, n, a);
}

uint32_t model__predict_intents(const model *m, const tokens *t, const intent_extras *x, arena *a,
                                intent_score **scores) {
  none_signs signs;
  float *p = class_probabilities(m, t, x, a, &signs);
  bool only_none = m->meta->classes == 1 && m->meta->none_class == 0;
  float none = t->n == 0 || only_none ? 1.0f : none_score(&m->meta->none, &signs);
  *scores = intent_scores(m, p, none, a);
  uint32_t best = 0;
  for (uint32_t c = 1; c < m->meta->classes; c++)
    if (p[c] > p[best]) best = c;
  return m->classes[best];
}
