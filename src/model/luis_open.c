#include "model/luis_internal.h"
#include "model/luis_match.h"

#include <stdlib.h>

/* Everything that is small is checked here, once; features and weights are bounded where they are used. */

enum { DEEPEST = 16, MOST_NODES = 1 << 20 };

typedef struct opener {
  const model *m;
  const model_file *f;
  luis_part *p;
  size_t nodes, signals, classes, vocabs, q, scales, transitions, steps;
  const vocab_slot *vocab;
  const int8_t *weights;
  const float *scale, *transition;
} opener;

static err_code corrupt(err *e, const char *what) {
  return err_set(e, ERR_CORRUPT, "the model's %s is damaged", what);
}

#define FIND(o, id, field, n) model_file_find((o)->f, (id), sizeof *(field), (const void **)&(field), (n), e)

static bool is_within(luis_range r, size_t n) {
  return r.first <= n && r.count <= n - r.first;
}

static err_code open_nodes(opener *o, err *e) {
  luis_lexicon *x = &o->p->lexicon;
  err_code rc = FIND(o, SECTION_LUIS_NODES, x->nodes, &o->nodes);
  if (rc) return rc;
  if (o->nodes < x->entities || o->nodes > MOST_NODES) return corrupt(e, "entity table");
  x->node_count = (uint32_t)o->nodes;
  uint8_t *depth = mem_zalloc(o->nodes + 1, sizeof *depth);
  bool legal = true;
  for (uint32_t i = 0; i < o->nodes && legal; i++) {
    const luis_node *n = &x->nodes[i];
    bool top = i < x->entities;
    legal = n->kind < LUIS_KIND_COUNT && (top ? n->parent == LUIS_NONE : n->parent < i) &&
            (n->layer == LUIS_NONE || n->layer < o->p->layer_count) && is_within(n->required, o->signals) &&
            is_within(n->parts, o->signals);
    if (legal && !top) legal = (depth[i] = (uint8_t)(depth[n->parent] + 1)) <= DEEPEST;
  }
  free(depth);
  return legal ? ERR_OK : corrupt(e, "entity table");
}

/* Layers of children hold children, the others entities. */
static bool has_legal_classes(const opener *o, const luis_layer *l) {
  const luis_lexicon *x = &o->p->lexicon;
  if (!l->classes.count || l->classes.count > UINT16_MAX || !is_within(l->classes, o->classes)) return false;
  for (uint32_t i = 0; i < l->classes.count; i++) {
    const luis_class *c = &o->p->classes[l->classes.first + i];
    bool child = c->node >= x->entities;
    if (c->node >= o->nodes || child != (l->kind == LUIS_LAYER_CHILDREN)) return false;
    if (c->role != LUIS_NONE && c->role >= o->p->role_count) return false;
  }
  return true;
}

/* n elements from at on lie within have. */
static bool holds(size_t have, uint64_t at, uint64_t n) {
  return at <= have && n <= have - at;
}

static err_code open_layer(opener *o, size_t i, err *e) {
  const luis_layer *l = &o->p->layers[i];
  uint32_t slots = l->vocab.count;
  if (l->kind > LUIS_LAYER_CHILDREN || !has_legal_classes(o, l) || !is_within(l->signals, o->signals) ||
      !is_within(l->vocab, o->vocabs) || !slots || slots & (slots - 1))
    return corrupt(e, "tagger");
  uint32_t labels = 1 + 2 * l->classes.count, stride = learn_pad16(labels);
  if (l->q % MODEL_FILE_ALIGN || !holds(o->q, l->q, (uint64_t)l->features * stride) ||
      !holds(o->scales, l->scales, l->features) || l->transitions % 16 ||
      !holds(o->transitions, l->transitions, (uint64_t)labels * stride))
    return corrupt(e, "tagger");
  o->p->taggers[i] = (tagger){.vocab = {o->vocab + l->vocab.first, slots},
                              .weights = {l->features, stride, o->weights + l->q, o->scale + l->scales},
                              .chain = {l->classes.count, stride, o->transition + l->transitions}};
  return ERR_OK;
}

/* A node's layer finds children of that node: so no descent goes in circles. */
static bool leads_down(const opener *o) {
  for (uint32_t i = 0; i < o->nodes; i++) {
    const luis_node *n = &o->p->lexicon.nodes[i];
    if (n->layer == LUIS_NONE) continue;
    const luis_layer *l = &o->p->layers[n->layer];
    for (uint32_t k = 0; k < l->classes.count; k++)
      if (o->p->lexicon.nodes[o->p->classes[l->classes.first + k].node].parent != i) return false;
  }
  return true;
}

static err_code open_layers(opener *o, err *e) {
  luis_part *p = o->p;
  err_code rc;
  if ((rc = FIND(o, SECTION_LUIS_CLASSES, p->classes, &o->classes))) return rc;
  if ((rc = FIND(o, SECTION_LUIS_LAYER_VOCABS, o->vocab, &o->vocabs))) return rc;
  if ((rc = FIND(o, SECTION_LUIS_LAYER_Q, o->weights, &o->q))) return rc;
  if ((rc = FIND(o, SECTION_LUIS_LAYER_SCALES, o->scale, &o->scales))) return rc;
  if ((rc = FIND(o, SECTION_LUIS_LAYER_TRANSITIONS, o->transition, &o->transitions))) return rc;
  p->taggers = mem_zalloc(p->layer_count + 1, sizeof *p->taggers);
  for (size_t i = 0; i < p->layer_count && !rc; i++) rc = open_layer(o, i, e);
  if (rc) return rc;
  return leads_down(o) ? ERR_OK : corrupt(e, "tagger");
}

static err_code open_patterns(opener *o, err *e) {
  luis_part *p = o->p;
  err_code rc = FIND(o, SECTION_LUIS_PATTERNS, p->patterns, &p->pattern_count);
  if (!rc) rc = FIND(o, SECTION_LUIS_STEPS, p->steps, &o->steps);
  for (size_t i = 0; i < p->pattern_count && !rc; i++) {
    const luis_pattern_record *r = &p->patterns[i];
    if (r->intent >= o->m->info.intent_count || !is_within(r->steps, o->steps) ||
        !luis_steps_check(p->steps + r->steps.first, r->steps.count, p->lexicon.entities, (uint32_t)p->role_count))
      rc = corrupt(e, "pattern part");
    p->most_steps = MAX_OF(p->most_steps, r->steps.count);
  }
  return rc;
}

static err_code open_tables(opener *o, const luis_meta *meta, err *e) {
  luis_part *p = o->p;
  const model *m = o->m;
  err_code rc;
  p->lexicon = (luis_lexicon){.strings = {m->string_ends, m->string_bytes, m->string_count, m->string_bytes_count},
                              .culture = model__string(m, meta->culture),
                              .entities = (uint32_t)m->info.entity_count,
                              .phraselists = meta->phraselists,
                              .phrases = m->phrases,
                              .values = m->phrase_values,
                              .value_count = m->phrase_value_count,
                              .regex_records = m->regex_records,
                              .regex_count = m->regex_count};
  p->intent_signals = meta->signals;
  if ((rc = FIND(o, SECTION_LUIS_SETTINGS, p->settings, &p->setting_count))) return rc;
  for (size_t i = 0; i < p->setting_count; i++)
    p->lexicon.settings |= luis_setting_bit(model__string(m, p->settings[i]));
  if ((rc = FIND(o, SECTION_LUIS_SIGNALS, p->signals, &o->signals))) return rc;
  if ((rc = FIND(o, SECTION_LUIS_LAYERS, p->layers, &p->layer_count))) return rc;
  if (!is_within(p->intent_signals, o->signals) || p->layer_count > MOST_NODES) return corrupt(e, "feature table");
  if ((rc = open_nodes(o, e))) return rc;
  if ((rc = FIND(o, SECTION_LUIS_ROLES, p->roles, &p->role_count))) return rc;
  for (size_t i = 0; i < p->role_count; i++)
    if (p->roles[i].node >= p->lexicon.entities) return corrupt(e, "role table");
  return ERR_OK;
}

err_code luis__open(const model *m, const model_file *f, luis_part **out, err *e) {
  const luis_meta *meta;
  size_t n;
  opener o = {.m = m, .f = f};
  *out = NULL;
  err_code rc = FIND(&o, SECTION_LUIS, meta, &n);
  if (rc || !n) return rc;
  if (n != 1) return corrupt(e, "LUIS part");
  o.p = mem_zalloc(1, sizeof *o.p);
  luis_part *p = o.p;
  if ((rc = FIND(&o, SECTION_LUIS_WORDS, p->vocabulary, &p->word_count)) || (rc = open_tables(&o, meta, e)) ||
      (rc = open_layers(&o, e)) || (rc = open_patterns(&o, e))) {
    luis__close(o.p);
    return rc;
  }
  *out = o.p;
  return ERR_OK;
}

void luis__close(luis_part *p) {
  if (!p) return;
  free(p->taggers);
  free(p);
}

str luis_model_culture(const model *m) {
  return m->luis ? m->luis->lexicon.culture : STR("");
}

bool luis_model_setting(const model *m, str name) {
  for (size_t i = 0; m->luis && i < m->luis->setting_count; i++)
    if (str_eq_nocase(model__string(m, m->luis->settings[i]), name)) return true;
  return false;
}
