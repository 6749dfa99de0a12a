/* One straight pass over an utterance:
 *
 *   text -> tokens -> sparse vector -> linear model and perceptrons -> probabilities -> None -> scores
 *                 \-> phrases, regexes, prebuilts \
 *                  \-> token features, top intent -> sequence labels -> learned spans -> composition
 *
 * Everything lives in the caller's arena; nothing is cached from one request to the next. */
#include "model/luis_internal.h"

#include "learn/calibrate.h"

#include <math.h>

/* ---- Intents ---- */

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

/* ---- Entities ---- */

/* Appends the learned spans to spans, which has room for t->n more. */
static size_t find_learned(const model *m, const tagger_sentence *s, arena *a, component_span *spans) {
  crf_span *found;
  size_t count = tagger_find(&m->tagger, s, m->meta->o_offset, a, &found);
  for (size_t i = 0; i < count; i++)
    spans[i] = (component_span){.entity = m->types[found[i].type],
                                .begin_bytes = s->t->v[found[i].begin].begin_bytes,
                                .end_bytes = s->t->v[found[i].end - 1].end_bytes,
                                .component = COMPONENT_LEARNED,
                                .score = found[i].confidence};
  return count;
}

static void predict_entities(const model *m, str text, const tokens *t, uint32_t top, const predict_options *o,
                             arena *a, prediction *out) {
  component_finds finds;
  model__find_components(m, text, t, o, a, &finds);
  component_span *spans = finds.spans;
  size_t n = finds.span_count;
  if (m->tagger.chain.types && t->n) {
    spans = arena_alloc(a, (n + t->n) * sizeof *spans);
    if (n) memcpy(spans, finds.spans, n * sizeof *spans);
    tagger_sentence s = {.t = t,
                         .clusters = &m->clusters,
                         .hits = finds.hits,
                         .hit_count = finds.hit_count,
                         .intent = top,
                         .ignore_casing = m->meta->flags & MODEL_FLAG_IGNORE_CASING};
    n += find_learned(m, &s, a, spans + n);
  }
  compose(text, m->rules, spans, n, a, &out->entities, &out->entity_count);
}

void model_predict(const model *m, str text, const predict_options *o, arena *a, prediction *out) {
  if (m->luis) {
    luis__predict_flat(m, text, o, a, out);
    return;
  }
  tokens t;
  tokenize(text, a, &t);
  double threshold = o && o->threshold >= 0 ? o->threshold : m->info.confidence_threshold;
  intent_score *scores;
  uint32_t best = model__predict_intents(m, &t, NULL, a, &scores);
  out->intents = scores;
  out->intent_count = m->info.intent_count;
  out->top_intent = (double)scores[0].score < threshold ? m->meta->none_intent : scores[0].intent;
  predict_entities(m, text, &t, best, o, a, out);
}
