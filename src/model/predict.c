/* One straight pass over an utterance:
 *
 *   text -> tokens -> scores of the intents (predict_intents.c)
 *                 \-> phrases, regexes, prebuilts \
 *                  \-> token features, top intent -> sequence labels -> learned spans -> composition
 *
 * Everything lives in the caller's arena; nothing is cached from one request to the next. */
#include "model/luis_internal.h"

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
