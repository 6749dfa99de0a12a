#include "model/luis_training.h"

#include "learn/quant.h"

#include <stdlib.h>

static void add_settings(luis_sections *w) {
  for (size_t i = 0; i < w->t->app->setting_count; i++) {
    const luis_setting *s = &w->t->app->settings[i];
    if (str_eq_nocase(s->value, STR("true"))) VEC_PUSH(&w->settings, string_table_add(&w->t->strings, s->name));
  }
}

static err_code add_patterns(luis_sections *w, err *e) {
  for (size_t i = 0; i < w->t->app->pattern_count; i++) {
    const luis_pattern *p = &w->t->app->patterns[i];
    luis_pattern_record r = {.intent = p->intent, .steps = {.first = (uint32_t)w->steps.n}};
    err why;
    if (luis_pattern_compile(&w->t->schema, p->pattern, w->t->settings, &w->steps, &r.anchors, &why) != ERR_OK)
      return err_at(e, why.code, "patterns", "pattern \"" STR_FMT "\": %s", STR_ARG(p->pattern), why.message);
    r.steps.count = (uint32_t)w->steps.n - r.steps.first;
    VEC_PUSH(&w->patterns, r);
  }
  return ERR_OK;
}

/* ---- Layers ---- */

static void add_weights(luis_sections *w, luis_layer *l, const entity_trainer *t) {
  size_t stride = t->crf.stride, rows = t->features;
  while (w->q.n % MODEL_FILE_ALIGN) VEC_PUSH(&w->q, (int8_t)0);
  l->q = w->q.n;
  l->scales = w->scales.n;
  l->transitions = w->transitions.n;
  VEC_RESERVE(&w->q, w->q.n + rows * stride);
  VEC_RESERVE(&w->scales, w->scales.n + rows);
  q8_quantize(t->crf.w, (uint32_t)rows, (uint32_t)stride, w->q.p + w->q.n, w->scales.p + w->scales.n);
  w->q.n += rows * stride;
  w->scales.n += rows;
  for (size_t i = 0; i < t->crf.labels * stride; i++) VEC_PUSH(&w->transitions, t->crf.transitions[i]);
}

static void add_layer(luis_sections *w, const luis_layer_trainer *from) {
  const entity_trainer *t = &from->tagger;
  luis_layer l = {.kind = (uint32_t)from->plan->kind,
                  .features = t->features,
                  .classes = {(uint32_t)w->classes.n, (uint32_t)t->types.n},
                  .signals = {(uint32_t)w->signals.n, (uint32_t)from->plan->signals.n},
                  .vocab = {(uint32_t)w->vocabs.n, (uint32_t)t->slot_count}};
  for (size_t i = 0; i < t->types.n; i++) VEC_PUSH(&w->classes, from->plan->classes.p[t->types.p[i]]);
  for (size_t i = 0; i < from->plan->signals.n; i++) VEC_PUSH(&w->signals, from->plan->signals.p[i]);
  for (size_t i = 0; i < t->slot_count; i++) VEC_PUSH(&w->vocabs, t->slots[i]);
  add_weights(w, &l, t);
  VEC_PUSH(&w->layers, l);
}

/* ---- Sections ---- */

err_code luis_sections_prepare(luis_training *t, luis_sections *w, err *e) {
  *w = (luis_sections){.t = t};
  w->meta = (luis_meta){.culture = string_table_add(&t->strings, t->culture),
                        .phraselists = (uint32_t)t->app->phraselist_count,
                        .signals = t->schema.intent_signals};
  add_settings(w);
  luis_vocabulary_collect(t->app, &t->strings, &w->words);
  return add_patterns(w, e);
}

#define ADD(file, id, v) model_writer_add((file), (id), sizeof *(v)->p, (v)->p, (v)->n)

void luis_sections_write(luis_sections *w, const luis_layers *l, model_writer *file) {
  const luis_schema *s = &w->t->schema;
  for (size_t i = 0; i < s->signals.n; i++) VEC_PUSH(&w->signals, s->signals.p[i]);
  for (size_t i = 0; i < l->n; i++) add_layer(w, &l->v[i]);
  model_writer_add(file, SECTION_LUIS, sizeof w->meta, &w->meta, 1);
  ADD(file, SECTION_LUIS_SETTINGS, &w->settings);
  ADD(file, SECTION_LUIS_NODES, &s->nodes);
  ADD(file, SECTION_LUIS_ROLES, &s->roles);
  ADD(file, SECTION_LUIS_SIGNALS, &w->signals);
  ADD(file, SECTION_LUIS_LAYERS, &w->layers);
  ADD(file, SECTION_LUIS_CLASSES, &w->classes);
  ADD(file, SECTION_LUIS_LAYER_VOCABS, &w->vocabs);
  ADD(file, SECTION_LUIS_LAYER_Q, &w->q);
  ADD(file, SECTION_LUIS_LAYER_SCALES, &w->scales);
  ADD(file, SECTION_LUIS_LAYER_TRANSITIONS, &w->transitions);
  ADD(file, SECTION_LUIS_PATTERNS, &w->patterns);
  ADD(file, SECTION_LUIS_STEPS, &w->steps);
  ADD(file, SECTION_LUIS_WORDS, &w->words);
}

void luis_sections_free(luis_sections *w) {
  VEC_FREE(&w->settings);
  VEC_FREE(&w->signals);
  VEC_FREE(&w->layers);
  VEC_FREE(&w->classes);
  VEC_FREE(&w->vocabs);
  VEC_FREE(&w->q);
  VEC_FREE(&w->scales);
  VEC_FREE(&w->transitions);
  VEC_FREE(&w->patterns);
  VEC_FREE(&w->steps);
  VEC_FREE(&w->words);
}
