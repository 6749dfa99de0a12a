#include "model/luis_schema.h"

#include "model/luis_prebuilts.h"

#include <stdlib.h>

/* ---- Nodes ---- */

static uint32_t add_node(luis_schema *s, luis_node node, luis_features features, luis_children below) {
  node.found_by = node.layer = LUIS_NONE;
  VEC_PUSH(&s->nodes, node);
  VEC_PUSH(&s->features, features);
  VEC_PUSH(&s->below, below);
  return (uint32_t)s->nodes.n - 1;
}

static void add_roles(luis_schema *s, uint32_t node, luis_names roles) {
  if (roles.n) s->nodes.p[node].flags |= LUIS_NODE_HAS_ROLES;
  for (size_t i = 0; i < roles.n; i++)
    VEC_PUSH(&s->roles, ((luis_role){.node = node, .name = string_table_add(s->strings, roles.v[i])}));
}

static void add_entity(luis_schema *s, luis_kind kind, const luis_entity *en) {
  luis_node node = {.kind = (uint32_t)kind, .parent = LUIS_NONE};
  if (kind == LUIS_PREBUILT) node.prebuilt = (uint32_t)luis_prebuilt_of(en->name);
  size_t n = kind == LUIS_HIERARCHICAL ? en->parts.n : 1;
  for (size_t i = 0; i < n; i++) {
    str name = en->name;
    if (kind == LUIS_HIERARCHICAL)
      name = arena_printf(&s->a, STR_FMT "::" STR_FMT, STR_ARG(en->name), STR_ARG(en->parts.v[i]));
    node.name = string_table_add(s->strings, name);
    add_roles(s, add_node(s, node, en->features, en->children), en->roles);
  }
}

static void add_entities(luis_schema *s) {
  for (int k = 0; k < LUIS_KIND_COUNT; k++) {
    const luis_entities *v = &s->app->entities[k];
    s->first[k] = ARENA_ARRAY(&s->a, uint32_t, v->n + 1);
    for (size_t i = 0; i < v->n; i++) {
      s->first[k][i] = (uint32_t)s->nodes.n;
      add_entity(s, (luis_kind)k, &v->v[i]);
    }
    s->first[k][v->n] = (uint32_t)s->nodes.n;
  }
  s->entities = (uint32_t)s->nodes.n;
}

/* Level by level: the children of a node lie together. */
static void add_children(luis_schema *s) {
  for (uint32_t parent = 0; parent < s->nodes.n; parent++) {
    luis_children below = s->below.p[parent];
    for (size_t i = 0; i < below.n; i++) {
      luis_node node = {.name = string_table_add(s->strings, below.v[i].name), .kind = LUIS_ENTITY, .parent = parent};
      add_node(s, node, below.v[i].features, below.v[i].children);
    }
  }
}

/* ---- Look-up ---- */

luis_range luis_schema_nodes(const luis_schema *s, str name) {
  luis_ref ref;
  size_t part;
  if (luis_index_entity(&s->index, name, &ref)) {
    const uint32_t *first = &s->first[ref.kind][ref.index];
    return (luis_range){first[0], first[1] - first[0]};
  }
  if (luis_index_part(&s->index, s->app, name, &ref, &part))
    return (luis_range){s->first[ref.kind][ref.index] + (uint32_t)part, 1};
  return (luis_range){LUIS_NONE, 0};
}

uint32_t luis_schema_entity(const luis_schema *s, str name) {
  luis_range r = luis_schema_nodes(s, name);
  return r.count == 1 ? r.first : LUIS_NONE;
}

static str name_of(const luis_schema *s, uint32_t string) {
  uint32_t begin = string ? s->strings->ends.p[string - 1] : 0;
  return str_make(s->strings->bytes.p + begin, s->strings->ends.p[string] - begin);
}

uint32_t luis_schema_child(const luis_schema *s, uint32_t node, str name) {
  for (uint32_t i = MAX_OF(s->entities, node + 1); i < s->nodes.n; i++)
    if (s->nodes.p[i].parent == node && str_eq(name_of(s, s->nodes.p[i].name), name)) return i;
  return LUIS_NONE;
}

uint32_t luis_schema_role(const luis_schema *s, uint32_t node, str name) {
  for (uint32_t i = 0; i < s->roles.n; i++)
    if (s->roles.p[i].node == node && str_eq(name_of(s, s->roles.p[i].name), name)) return i;
  return LUIS_NONE;
}

uint32_t luis_schema_list(const luis_schema *s, uint32_t phraselist) {
  return (uint32_t)s->nodes.n + phraselist;
}

/* ---- Signals ---- */

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void sort_distinct(u32_vec *v, size_t first) {
  if (v->n == first) return;
  qsort(v->p + first, v->n - first, sizeof *v->p, by_number);
  size_t n = first;
  for (size_t i = first; i < v->n; i++)
    if (n == first || v->p[i] != v->p[n - 1]) v->p[n++] = v->p[i];
  v->n = n;
}

/* The signals of features: only those required, or all. Intents and children as features say nothing that a learner
 * does not know anyway. */
static void add_features(const luis_schema *s, luis_features f, bool only_required, u32_vec *out) {
  for (size_t i = 0; i < f.n; i++) {
    if (only_required && !f.v[i].is_required) continue;
    const uint32_t *list = strmap_get(&s->index.phraselists, f.v[i].name);
    if (f.v[i].is_phraselist) {
      if (list && *list < s->app->phraselist_count) VEC_PUSH(out, luis_schema_list(s, *list));
      continue;
    }
    luis_range nodes = luis_schema_nodes(s, f.v[i].name);
    for (uint32_t k = 0; k < nodes.count; k++)
      if (!only_required || nodes.count == 1) VEC_PUSH(out, nodes.first + k);
  }
}

static void add_global_lists(const luis_schema *s, u32_vec *out) {
  for (uint32_t i = 0; i < s->app->phraselist_count; i++)
    if (s->app->phraselists[i].enabled_for_all_models) VEC_PUSH(out, luis_schema_list(s, i));
}

static void add_parts(const luis_schema *s, const luis_entity *composite, u32_vec *out) {
  for (size_t i = 0; i < composite->parts.n; i++) {
    luis_range nodes = luis_schema_nodes(s, composite->parts.v[i]);
    for (uint32_t k = 0; k < nodes.count; k++) VEC_PUSH(out, nodes.first + k);
  }
}

static luis_range range_since(const luis_schema *s, size_t first) {
  return (luis_range){(uint32_t)first, (uint32_t)(s->signals.n - first)};
}

static void link_nodes(luis_schema *s) {
  for (uint32_t i = 0; i < s->nodes.n; i++) {
    size_t first = s->signals.n;
    add_features(s, s->features.p[i], true, &s->signals);
    s->nodes.p[i].required = range_since(s, first);
  }
  for (size_t i = 0; i < s->app->entities[LUIS_COMPOSITE].n; i++) {
    size_t first = s->signals.n;
    add_parts(s, &s->app->entities[LUIS_COMPOSITE].v[i], &s->signals);
    sort_distinct(&s->signals, first);
    s->nodes.p[s->first[LUIS_COMPOSITE][i]].parts = range_since(s, first);
  }
  size_t first = s->signals.n;
  add_global_lists(s, &s->signals);
  for (size_t i = 0; i < s->app->intent_count; i++) add_features(s, s->app->intents[i].features, false, &s->signals);
  sort_distinct(&s->signals, first);
  s->intent_signals = range_since(s, first);
}

/* ---- Layers ---- */

static bool is_learned(const luis_node *n) {
  return n->kind == LUIS_ENTITY || n->kind == LUIS_HIERARCHICAL || n->kind == LUIS_COMPOSITE;
}

/* One more than those learned entities that it rests on; composites lie over others. The app has no cycles
 * (luis_check.h); known[] is the level + 1 of a node that was asked before. */
static uint32_t level_of(const luis_schema *s, uint32_t node, uint32_t *known) {
  if (known[node]) return known[node] - 1;
  const luis_node *n = &s->nodes.p[node];
  uint32_t level = n->kind == LUIS_COMPOSITE;
  known[node] = 1; /* in an app that was not checked a cycle ends here */
  u32_vec on = {0};
  add_features(s, s->features.p[node], false, &on);
  for (uint32_t i = 0; i < n->parts.count; i++) VEC_PUSH(&on, s->signals.p[n->parts.first + i]);
  for (size_t i = 0; i < on.n; i++)
    if (on.p[i] < s->entities && is_learned(&s->nodes.p[on.p[i]]))
      level = MAX_OF(level, level_of(s, on.p[i], known) + 1);
  VEC_FREE(&on);
  known[node] = level + 1;
  return level;
}

static luis_plan *plan_of(luis_schema *s, luis_layer_kind kind, uint32_t level, uint32_t parent) {
  for (size_t i = 0; i < s->plans.n; i++) {
    luis_plan *p = &s->plans.p[i];
    if (p->kind == kind && p->level == level && p->parent == parent) return p;
  }
  VEC_PUSH(&s->plans, ((luis_plan){.kind = kind, .level = level, .parent = parent}));
  return &s->plans.p[s->plans.n - 1];
}

static void plan_entity(luis_schema *s, uint32_t node, uint32_t *known) {
  const luis_node *n = &s->nodes.p[node];
  bool has_roles = n->flags & LUIS_NODE_HAS_ROLES, learned = is_learned(n);
  if (n->kind == LUIS_PATTERN_ANY || (!learned && !has_roles)) return;
  luis_layer_kind kind = !learned                    ? LUIS_LAYER_ROLES
                         : n->kind == LUIS_COMPOSITE ? LUIS_LAYER_COMPOSITES
                                                     : LUIS_LAYER_LEARNED;
  luis_plan *p = plan_of(s, kind, learned ? level_of(s, node, known) : 0, LUIS_NONE);
  if (learned) VEC_PUSH(&p->classes, ((luis_class){node, LUIS_NONE}));
  for (uint32_t i = 0; i < s->roles.n; i++)
    if (s->roles.p[i].node == node) VEC_PUSH(&p->classes, ((luis_class){node, i}));
  add_features(s, s->features.p[node], false, &p->signals);
  for (uint32_t i = 0; i < n->parts.count; i++) VEC_PUSH(&p->signals, s->signals.p[n->parts.first + i]);
  if (!learned) VEC_PUSH(&p->signals, node);
}

static void plan_children(luis_schema *s) {
  for (uint32_t i = s->entities; i < s->nodes.n; i++) {
    uint32_t parent = s->nodes.p[i].parent;
    luis_plan *p = plan_of(s, LUIS_LAYER_CHILDREN, 0, parent);
    if (!p->classes.n) add_features(s, s->features.p[parent], false, &p->signals);
    VEC_PUSH(&p->classes, ((luis_class){i, LUIS_NONE}));
    add_features(s, s->features.p[i], false, &p->signals);
  }
}

/* Children last, then by level; learned entities before what lies over them. */
static int by_order(const void *pa, const void *pb) {
  const luis_plan *a = pa, *b = pb;
  bool below_a = a->kind == LUIS_LAYER_CHILDREN, below_b = b->kind == LUIS_LAYER_CHILDREN;
  if (below_a != below_b) return below_a ? 1 : -1;
  if (a->level != b->level) return a->level < b->level ? -1 : 1;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  return (a->parent > b->parent) - (a->parent < b->parent);
}

static void plan_layers(luis_schema *s) {
  uint32_t *known = mem_zalloc(s->nodes.n + 1, sizeof *known);
  for (uint32_t i = 0; i < s->entities; i++) plan_entity(s, i, known);
  free(known);
  plan_children(s);
  if (s->plans.n) qsort(s->plans.p, s->plans.n, sizeof *s->plans.p, by_order);
  for (size_t i = 0; i < s->plans.n; i++) {
    add_global_lists(s, &s->plans.p[i].signals);
    sort_distinct(&s->plans.p[i].signals, 0);
  }
}

void luis_schema_init(luis_schema *s, const luis_app *app, string_table *strings) {
  *s = (luis_schema){.app = app, .strings = strings};
  arena_init(&s->a, 0);
  luis_index_init(&s->index, app);
  add_entities(s);
  add_children(s);
  link_nodes(s);
  plan_layers(s);
}

void luis_schema_free(luis_schema *s) {
  for (size_t i = 0; i < s->plans.n; i++) {
    VEC_FREE(&s->plans.p[i].signals);
    VEC_FREE(&s->plans.p[i].classes);
  }
  VEC_FREE(&s->plans);
  VEC_FREE(&s->signals);
  VEC_FREE(&s->roles);
  VEC_FREE(&s->below);
  VEC_FREE(&s->features);
  VEC_FREE(&s->nodes);
  luis_index_fini(&s->index);
  arena_fini(&s->a);
}
