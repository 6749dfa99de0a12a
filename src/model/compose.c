#include "model/compose.h"

#include "text/utf8.h"

#include <stdlib.h>

/* spans --sort by entity, begin--> runs of one entity --chain overlaps--> groups --rule--> instances
 *
 * A group is a maximal chain of spans of one entity in which each overlaps an earlier one; spans of
 * different groups never touch each other, so every rule works on one group at a time. */

typedef struct composer {
  str text;
  arena *a;
  predicted_entity *out; /* at most one per span */
  size_t n;
} composer;

static int by_entity_and_place(const void *pa, const void *pb) {
  const component_span *a = pa, *b = pb;
  if (a->entity != b->entity) return a->entity < b->entity ? -1 : 1;
  if (a->begin_bytes != b->begin_bytes) return a->begin_bytes < b->begin_bytes ? -1 : 1;
  if (a->end_bytes != b->end_bytes) return a->end_bytes > b->end_bytes ? -1 : 1;
  if (a->component != b->component) return a->component < b->component ? -1 : 1;
  if (a->has_extra && b->has_extra) return str_cmp(a->extra.key, b->extra.key);
  return 0;
}

static int by_place(const void *pa, const void *pb) {
  const predicted_entity *a = pa, *b = pb;
  if (a->begin_bytes != b->begin_bytes) return a->begin_bytes < b->begin_bytes ? -1 : 1;
  if (a->end_bytes != b->end_bytes) return a->end_bytes > b->end_bytes ? -1 : 1;
  if (a->entity != b->entity) return a->entity < b->entity ? -1 : 1;
  return a->components < b->components ? -1 : a->components > b->components;
}

static bool overlap(const component_span *a, const component_span *b) {
  return a->begin_bytes < b->end_bytes && b->begin_bytes < a->end_bytes;
}

static bool same_place(const component_span *a, const component_span *b) {
  return a->begin_bytes == b->begin_bytes && a->end_bytes == b->end_bytes;
}

static bool same_extra(const entity_extra *a, const entity_extra *b) {
  return a->kind == b->kind && str_eq(a->key, b->key) && str_eq(a->pattern, b->pattern);
}

/* Extras of the chosen spans, in the order of their kinds, without repetition. */
static void collect_extras(const component_span *const *parts, size_t n, arena *a, predicted_entity *e) {
  entity_extra *extras = arena_alloc(a, (n + 1) * sizeof *extras);
  size_t count = 0;
  for (int kind = EXTRA_LIST_KEY; kind <= EXTRA_ENTITY_SUBTYPE; kind++)
    for (size_t i = 0; i < n; i++) {
      if (!parts[i]->has_extra || (int)parts[i]->extra.kind != kind) continue;
      size_t k = 0;
      while (k < count && !same_extra(&extras[k], &parts[i]->extra)) k++;
      if (k == count) extras[count++] = parts[i]->extra;
    }
  e->extras = extras;
  e->extra_count = count;
}

/* The resolutions of all parts, in the order of the parts. */
static void collect_resolutions(const component_span *const *parts, size_t n, arena *a, predicted_entity *e) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += parts[i]->resolution_count;
  if (!count) return;
  attr_list *all = arena_alloc(a, count * sizeof *all);
  for (size_t i = 0; i < n; i++) {
    const component_span *s = parts[i];
    if (s->resolution_count) memcpy(all + e->resolution_count, s->resolutions, s->resolution_count * sizeof *all);
    e->resolution_count += s->resolution_count;
  }
  e->resolutions = all;
}

/* One instance over the union of the parts, n > 0. */
static void emit(composer *c, const component_span *const *parts, size_t n) {
  predicted_entity *e = &c->out[c->n++];
  *e = (predicted_entity){
      .entity = parts[0]->entity, .begin_bytes = parts[0]->begin_bytes, .end_bytes = parts[0]->end_bytes};
  for (size_t i = 0; i < n; i++) {
    e->begin_bytes = MIN_OF(e->begin_bytes, parts[i]->begin_bytes);
    e->end_bytes = MAX_OF(e->end_bytes, parts[i]->end_bytes);
    e->score = MAX_OF(e->score, parts[i]->score);
    e->components |= parts[i]->component;
  }
  collect_extras(parts, n, c->a, e);
  collect_resolutions(parts, n, c->a, e);
}

static unsigned components_of(const component_span *g, size_t n) {
  unsigned bits = 0;
  for (size_t i = 0; i < n; i++) bits |= g[i].component;
  return bits;
}

/* Components of span i and of those that overlap it. */
static unsigned components_around(const component_span *g, size_t n, size_t i) {
  unsigned bits = 0;
  for (size_t j = 0; j < n; j++)
    if (overlap(&g[i], &g[j])) bits |= g[j].component;
  return bits;
}

static bool has_all(unsigned bits, unsigned required) {
  return (bits & required) == required;
}

static void combine_group(composer *c, const compose_rule *r, const component_span *g, size_t n) {
  if (!has_all(components_of(g, n), r->required)) return;
  const component_span **parts = arena_alloc(c->a, n * sizeof *parts);
  for (size_t i = 0; i < n; i++) parts[i] = &g[i];
  emit(c, parts, n);
}

static void separate_group(composer *c, const compose_rule *r, const component_span *g, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (!has_all(components_around(g, n, i), r->required)) continue;
    const component_span *part = &g[i];
    emit(c, &part, 1);
  }
}

/* The spans with exactly the place of g[i], as one instance; taken[] marks them and what they
 * overlap. */
static void emit_place(composer *c, const component_span *g, size_t n, size_t i, bool *taken) {
  const component_span **parts = arena_alloc(c->a, n * sizeof *parts);
  size_t count = 0;
  for (size_t j = 0; j < n; j++) {
    if (!overlap(&g[i], &g[j])) continue;
    if (same_place(&g[i], &g[j])) parts[count++] = &g[j];
    taken[j] = true;
  }
  emit(c, parts, count);
}

/* Longest first (in characters; ties: the first), each removing what it overlaps. */
static void longest_group(composer *c, const compose_rule *r, const component_span *g, size_t n) {
  bool *taken = ARENA_ARRAY(c->a, bool, n);
  size_t *chars = ARENA_ARRAY(c->a, size_t, n);
  for (size_t i = 0; i < n; i++) {
    chars[i] = utf8_codepoints(str_make(c->text.p + g[i].begin_bytes, g[i].end_bytes - g[i].begin_bytes));
    taken[i] = !has_all(components_around(g, n, i), r->required);
  }
  for (;;) {
    size_t best = n;
    for (size_t i = 0; i < n; i++)
      if (!taken[i] && (best == n || chars[i] > chars[best])) best = i;
    if (best == n) return;
    emit_place(c, g, n, best, taken);
  }
}

/* Places where every component that the entity has agrees on the span. */
static void exact_group(composer *c, const compose_rule *r, const component_span *g, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (i && same_place(&g[i], &g[i - 1])) continue; /* sorted: equal places are neighbours */
    size_t end = i + 1;
    while (end < n && same_place(&g[i], &g[end])) end++;
    if (has_all(components_of(g + i, end - i), r->defined | r->required))
      combine_group(c, &(compose_rule){0}, g + i, end - i);
  }
}

static void compose_group(composer *c, const compose_rule *r, const component_span *g, size_t n) {
  switch (r->composition) {
  case COMPOSE_SEPARATE: separate_group(c, r, g, n); return;
  case COMPOSE_LONGEST: longest_group(c, r, g, n); return;
  case COMPOSE_EXACT: exact_group(c, r, g, n); return;
  default: combine_group(c, r, g, n); return;
  }
}

void compose(str text, const compose_rule *rules, component_span *spans, size_t n, arena *a,
             const predicted_entity **out, size_t *out_count) {
  composer c = {.text = text, .a = a, .out = NULL, .n = 0};
  *out = NULL;
  *out_count = 0;
  if (!n) return;
  c.out = ARENA_ARRAY(a, predicted_entity, n);
  if (n > 1) qsort(spans, n, sizeof *spans, by_entity_and_place);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    uint32_t reach = spans[i].end_bytes;
    while (end < n && spans[end].entity == spans[i].entity && spans[end].begin_bytes < reach) {
      reach = MAX_OF(reach, spans[end].end_bytes);
      end++;
    }
    compose_group(&c, &rules[spans[i].entity], spans + i, end - i);
    i = end;
  }
  if (c.n > 1) qsort(c.out, c.n, sizeof *c.out, by_place);
  *out = c.out;
  *out_count = c.n;
}
