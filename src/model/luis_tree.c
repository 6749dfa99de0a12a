/* Entities as they are answered: the parts of machine-learned entities tagged within their spans, what lies inside
 * of a composite moved into it. */
#include "model/luis_internal.h"

static str string_of(const luis_answer *p, uint32_t string) {
  return luis_string(&p->lexicon.strings, string);
}

static luis_found found_of(const luis_answer *p, const luis_span *s) {
  const luis_node *n = &p->lexicon.nodes[s->node];
  luis_found f = {.kind = (luis_kind)n->kind,
                  .name = string_of(p, n->name),
                  .has_role_slot = s->by_pattern || n->flags & LUIS_NODE_HAS_ROLES,
                  .begin_bytes = s->begin_bytes,
                  .end_bytes = s->end_bytes,
                  .has_score = s->has_score,
                  .score = s->score,
                  .sources = s->sources,
                  .canonical_forms = s->canonical_forms,
                  .canonical_count = s->canonical_count,
                  .prebuilt = s->prebuilt,
                  .subtype = s->subtype ? str_of(s->subtype) : STR_NONE,
                  .resolution = s->resolution};
  if (s->role != LUIS_NONE) f.role = string_of(p, p->m->luis->roles[s->role].name);
  return f;
}

/* ---- Children of machine-learned entities ---- */

/* The longest span of the node inside of `within` that touches child; NULL when there is none. */
static const luis_span *value_of(const luis_answer *p, uint32_t node, const luis_span *within, const luis_span *child) {
  const luis_span *best = NULL;
  size_t from = luis_spans_from(&p->spans, child->begin_bytes);
  for (size_t i = from; i < p->spans.n && p->spans.v[i].begin_bytes < child->end_bytes; i++) {
    const luis_span *s = &p->spans.v[i];
    bool inside = s->begin_bytes >= within->begin_bytes && s->end_bytes <= within->end_bytes;
    if (s->node != node || s->end_bytes <= child->begin_bytes || !inside) continue;
    if (!best || s->end_bytes - s->begin_bytes > best->end_bytes - best->begin_bytes) best = s;
  }
  return best;
}

/* A child that requires features is there where they are: it takes place and value of the first that is an entity. */
static bool require_features(const luis_answer *p, const luis_span *parent, luis_span *s, luis_found *f) {
  luis_range required = p->lexicon.nodes[s->node].required;
  if (!luis__has_signals(p, required, s->first_token, s->token_count)) return false;
  for (uint32_t i = 0; i < required.count; i++) {
    uint32_t signal = p->m->luis->signals[required.first + i];
    if (signal >= p->lexicon.entities) continue;
    const luis_span *v = value_of(p, signal, parent, s);
    if (!v) return false; /* only one that reaches out of the parent */
    if (f->feature.p) continue;
    s->begin_bytes = f->begin_bytes = v->begin_bytes;
    s->end_bytes = f->end_bytes = v->end_bytes;
    s->first_token = v->first_token;
    s->token_count = v->token_count;
    f->feature = string_of(p, p->lexicon.nodes[signal].name);
    f->canonical_forms = v->canonical_forms;
    f->canonical_count = v->canonical_count;
    f->prebuilt = v->prebuilt;
    f->subtype = v->subtype ? str_of(v->subtype) : STR_NONE;
    f->resolution = v->resolution;
  }
  return true;
}

static void add_children(const luis_answer *p, const luis_span *parent, luis_found *out) {
  uint32_t layer = p->lexicon.nodes[parent->node].layer;
  if (layer == LUIS_NONE || !parent->token_count) return;
  const luis_class *classes = p->m->luis->classes + p->m->luis->layers[layer].classes.first;
  crf_span *tagged;
  size_t n = luis__tag(p, layer, parent->first_token, parent->token_count, &tagged);
  luis_found *children = ARENA_ARRAY(p->a, luis_found, n + 1);
  for (size_t i = 0; i < n; i++) {
    const token *t = p->words.learned.v + parent->first_token;
    luis_span s = {.node = classes[tagged[i].type].node,
                   .role = LUIS_NONE,
                   .begin_bytes = t[tagged[i].begin].begin_bytes,
                   .end_bytes = t[tagged[i].end - 1].end_bytes,
                   .first_token = parent->first_token + tagged[i].begin,
                   .token_count = tagged[i].end - tagged[i].begin,
                   .has_score = true,
                   .score = tagged[i].confidence,
                   .sources = LUIS_FROM_MODEL};
    luis_found f = found_of(p, &s);
    if (!require_features(p, parent, &s, &f)) continue;
    add_children(p, &s, &f);
    children[out->child_count++] = f;
  }
  out->children = children;
}

/* ---- Composites ---- */

typedef struct tree {
  const luis_answer *p;
  bool *taken; /* [spans] inside of a composite */
} tree;

static luis_found found_tree(const tree *t, size_t span);

static bool is_part(const luis_answer *p, const luis_span *whole, const luis_span *s) {
  const luis_node *n = &p->lexicon.nodes[whole->node];
  return s != whole && s->end_bytes <= whole->end_bytes && luis_signals_have(p->m->luis->signals, n->parts, s->node);
}

static void add_parts(const tree *t, size_t span, luis_found *out) {
  const luis_spans *s = &t->p->spans;
  const luis_span *whole = &s->v[span];
  size_t from = luis_spans_at(s, whole->begin_bytes), to = luis_spans_at(s, whole->end_bytes), n = 0;
  size_t *parts = arena_alloc(t->p->a, (to - from + 1) * sizeof *parts);
  for (size_t i = from; i < to; i++) {
    if (t->taken[i] || !is_part(t->p, whole, &s->v[i])) continue;
    t->taken[i] = true;
    parts[n++] = i;
  }
  luis_found *children = ARENA_ARRAY(t->p->a, luis_found, n + 1);
  for (size_t i = 0; i < n; i++) children[i] = found_tree(t, parts[i]);
  out->children = children;
  out->child_count = n;
}

static luis_found found_tree(const tree *t, size_t span) {
  const luis_span *s = &t->p->spans.v[span];
  luis_found f = found_of(t->p, s);
  if (s->resolution) return f; /* the caller says what it is */
  if (f.kind == LUIS_COMPOSITE)
    add_parts(t, span, &f);
  else
    add_children(t->p, s, &f);
  return f;
}

/* Composites first, longer ones before those inside of them: what they take is not answered beside them. */
static const luis_found *entities_of(const luis_answer *p, size_t *n) {
  tree t = {.p = p, .taken = ARENA_ARRAY(p->a, bool, p->spans.n + 1)};
  luis_found *all = ARENA_ARRAY(p->a, luis_found, p->spans.n + 1);
  for (int composites = 1; composites >= 0; composites--)
    for (size_t i = 0; i < p->spans.n; i++) {
      bool is_composite = p->lexicon.nodes[p->spans.v[i].node].kind == LUIS_COMPOSITE;
      if (!t.taken[i] && is_composite == composites) all[i] = found_tree(&t, i);
    }
  *n = 0;
  for (size_t i = 0; i < p->spans.n; i++)
    if (!t.taken[i]) all[(*n)++] = all[i];
  return all;
}

void luis_predict(const model *m, str text, const luis_predict_options *o, arena *a, luis_prediction *out) {
  luis_answer p;
  luis__ask(m, text, o, a, &p);
  *out = (luis_prediction){.intents = p.scores, .intent_count = m->info.intent_count};
  out->entities = entities_of(&p, &out->entity_count);
}

/* ---- Flat ---- */

static unsigned component_of(uint32_t kind) {
  switch (kind) {
  case LUIS_CLOSED_LIST: return COMPONENT_LIST;
  case LUIS_REGEX: return COMPONENT_REGEX;
  case LUIS_PREBUILT: return COMPONENT_PREBUILT;
  default: return COMPONENT_LEARNED;
  }
}

void luis__predict_flat(const model *m, str text, const predict_options *o, arena *a, prediction *out) {
  luis_answer p;
  luis_predict_options lo = {.reference_us = o ? o->reference_us : 0};
  luis__ask(m, text, &lo, a, &p);
  double threshold = o && o->threshold >= 0 ? o->threshold : m->info.confidence_threshold;
  uint32_t top = (double)p.scores[0].score < threshold ? m->meta->none_intent : p.scores[0].intent;
  *out = (prediction){.top_intent = top, .intents = p.scores, .intent_count = m->info.intent_count};
  predicted_entity *v = ARENA_ARRAY(a, predicted_entity, p.spans.n + 1);
  for (size_t i = 0; i < p.spans.n; i++) {
    const luis_span *s = &p.spans.v[i];
    entity_extra *extras = ARENA_ARRAY(a, entity_extra, s->canonical_count + 1);
    for (size_t k = 0; k < s->canonical_count; k++)
      extras[k] = (entity_extra){.kind = EXTRA_LIST_KEY, .key = s->canonical_forms[k]};
    v[i] = (predicted_entity){.entity = s->node,
                              .begin_bytes = s->begin_bytes,
                              .end_bytes = s->end_bytes,
                              .score = s->has_score ? s->score : 1.0f,
                              .components = component_of(p.lexicon.nodes[s->node].kind),
                              .extras = extras,
                              .extra_count = s->canonical_count};
  }
  out->entities = v;
  out->entity_count = p.spans.n;
}
