#include "model/luis_training.h"

#include <stdlib.h>

enum { EXAMPLES = 3 }; /* texts of one pattern */

luis_lexicon luis_training_lexicon(const luis_training *t) {
  const component_tables *c = &t->tables.components;
  return (luis_lexicon){.strings = {t->strings.ends.p, t->strings.bytes.p, t->strings.ends.n, t->strings.bytes.n},
                        .culture = t->culture,
                        .settings = t->settings,
                        .nodes = t->schema.nodes.p,
                        .entities = t->schema.entities,
                        .node_count = (uint32_t)t->schema.nodes.n,
                        .phraselists = (uint32_t)t->app->phraselist_count,
                        .phrases = c->matcher,
                        .values = c->values.p,
                        .value_count = c->values.n,
                        .regexes = t->tables.regexes,
                        .regex_records = c->regexes.p,
                        .regex_count = c->regexes.n};
}

/* ---- Gold ---- */

static size_t count_labels(luis_labels labels) {
  size_t n = labels.n;
  for (size_t i = 0; i < labels.n; i++) n += count_labels(labels.v[i].children);
  return n;
}

static void add_gold(luis_row *r, luis_gold g) {
  luis_span s = {.begin_bytes = g.begin_bytes, .end_bytes = g.end_bytes};
  luis_span_tokens(&s, &r->words.exact);
  g.first_token = s.first_token;
  g.token_count = s.token_count;
  if (g.token_count) r->gold[r->gold_count++] = g;
}

static int by_offset(const void *pa, const void *pb) {
  const luis_label *a = *(const luis_label *const *)pa, *b = *(const luis_label *const *)pb;
  if (a->offset_bytes != b->offset_bytes) return a->offset_bytes < b->offset_bytes ? -1 : 1;
  return (a > b) - (a < b);
}

/* A label inside of another is of a child, or inside of a composite of an entity. LUIS_NONE: of none; the readers of
 * apps refuse that. */
static uint32_t node_of(const luis_schema *s, const luis_label *l, uint32_t parent) {
  uint32_t child = parent == LUIS_NONE ? LUIS_NONE : luis_schema_child(s, parent, l->entity);
  return child != LUIS_NONE ? child : luis_schema_entity(s, l->entity);
}

/* parent: LUIS_NONE at the top. */
static void read_labels(luis_training *t, luis_row *r, luis_labels labels, uint32_t parent) {
  const luis_label **order = arena_alloc(&t->a, (labels.n + 1) * sizeof *order);
  for (size_t i = 0; i < labels.n; i++) order[i] = &labels.v[i];
  qsort(order, labels.n, sizeof *order, by_offset);
  for (size_t i = 0; i < labels.n; i++) {
    const luis_label *l = order[i];
    uint32_t node = node_of(&t->schema, l, parent);
    if (node == LUIS_NONE) continue;
    add_gold(r, (luis_gold){.node = node,
                            .role = l->role.n ? luis_schema_role(&t->schema, node, l->role) : LUIS_NONE,
                            .begin_bytes = l->offset_bytes,
                            .end_bytes = l->offset_bytes + l->length_bytes});
    read_labels(t, r, l->children, node);
  }
}

void luis_rows_read(luis_training *t, const bool *take) {
  t->rows = ARENA_ARRAY(&t->a, luis_row, t->app->utterance_count + EXAMPLES * t->app->pattern_count + 1);
  for (size_t i = 0; i < t->app->utterance_count; i++) {
    if (take && !take[i]) continue;
    const luis_utterance *u = &t->app->utterances[i];
    luis_row *r = &t->rows[t->n++];
    *r = (luis_row){.text = u->text, .intent = u->intent};
    luis_words_of(u->text, t->settings, t->culture, &t->a, &r->words);
    r->gold = ARENA_ARRAY(&t->a, luis_gold, count_labels(u->labels) + 1);
    read_labels(t, r, u->labels, LUIS_NONE);
  }
  t->utterances = t->n;
}

/* ---- Texts of patterns, marks ---- */

static void add_examples(luis_training *t, const luis_pattern *p) {
  str made[EXAMPLES];
  size_t n = 0;
  for (uint32_t v = 0; v < EXAMPLES; v++) {
    str text = luis_pattern_example(t, p->pattern, v, &t->a);
    bool known = false;
    for (size_t i = 0; i < n && !known; i++) known = str_eq(made[i], text);
    if (known) continue;
    made[n++] = text;
    luis_row r = {.text = text, .intent = p->intent};
    luis_words_of(text, t->settings, t->culture, &t->a, &r.words);
    if (r.words.exact.n) t->rows[t->n++] = r;
  }
}

/* A fixed time: dates are found alike at any. */
static void mark(luis_training *t, const luis_lexicon *x, luis_row *r) {
  luis_spans spans = {.a = &t->a};
  r->marks.a = &t->a;
  luis_request q = {.text = r->text, .words = &r->words, .reference = {.year = 2024, .month = 1, .day = 1, .hour = 12}};
  luis_find(x, &q, &spans, &r->marks);
}

void luis_rows_mark(luis_training *t) {
  for (size_t i = 0; i < t->app->pattern_count; i++) add_examples(t, &t->app->patterns[i]);
  luis_lexicon x = luis_training_lexicon(t);
  for (size_t i = 0; i < t->n && !luis_cancelled(t); i++) mark(t, &x, &t->rows[i]);
}

bool luis_own_value(const void *own, uint32_t value) {
  const luis_own *o = own;
  const component_tables *c = o->tables;
  if (value >= c->labelled.n || o->row >= c->own_end.n) return false;
  uint32_t mine = 0;
  for (size_t k = o->row ? c->own_end.p[o->row - 1] : 0; k < c->own_end.p[o->row]; k++) mine |= c->own.p[k] == value;
  return c->labelled.p[value] <= mine;
}
