#include "model/tagger.h"

/* Unary scores [t->n][stride]: the tokens' own features, plus those that all share. */
static float *tagger_scores(const tagger *g, const tagger_sentence *s, arena *a) {
  tagger_keys keys;
  tagger_keys_of(s, a, &keys);
  size_t n = s->t->n, used = 0, from = 0;
  uint32_t *ids = arena_alloc(a, (keys.end[n] + 1) * sizeof *ids);
  size_t *end = arena_alloc(a, (n + 1) * sizeof *end);
  for (size_t i = 0; i <= n; i++) {
    for (; from < keys.end[i]; from++) {
      if (from + 8 < keys.end[n]) vocab_prefetch(&g->vocab, keys.keys[from + 8]);
      ids[used] = vocab_find(&g->vocab, keys.keys[from]);
      used += ids[used] != VOCAB_NONE;
    }
    end[i] = used;
  }
  uint32_t stride = g->chain.stride;
  float *u = arena_alloc_aligned(a, (n + 1) * stride * sizeof *u, 64);
  q8_sum_tokens(&g->weights, ids, end, n + 1, u);
  const float *shared = u + n * stride;
  for (size_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < stride; k++) u[i * stride + k] += shared[k];
  return u;
}

size_t tagger_find(const tagger *g, const tagger_sentence *s, float o_offset, arena *a, crf_span **out) {
  size_t n = s->t->n;
  float *u = tagger_scores(g, s, a);
  uint32_t *labels = arena_alloc(a, (n + 1) * sizeof *labels);
  crf_viterbi(&g->chain, u, n, o_offset, a, labels);
  crf_span *found = arena_alloc(a, (n + 1) * sizeof *found);
  size_t count = crf_spans(labels, n, g->chain.types, found);
  if (count) crf_span_confidence(&g->chain, u, n, o_offset, a, found, count);
  for (size_t i = 0; i < count; i++)
    found[i].confidence = found[i].confidence > 0 ? MIN_OF(found[i].confidence, 1.0f) : 0.0f;
  *out = found;
  return count;
}
