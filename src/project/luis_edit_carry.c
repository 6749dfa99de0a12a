/* DESIGN. A draft refers by name, so a new name, or none, is carried to all that has the old one: labels at every
 * depth, slots of patterns, features, parts of composites. A feature names an entity, else an intent, else a child
 * (the order of luis_check.c): it follows only a change of the model that it really means. */
#include "project/luis_edit_int.h"
#include "project/luis_pattern.h"

/* ---- Labels ---- */

/* What is changed: a child; or an entity, one of its parts or one of its roles. */
typedef struct label_change {
  const draft_child *child;
  const draft_entity *en;
  str part, role;      /* .p NULL: the whole entity */
  bool role_is_needed; /* a label without one goes away */
  str to;              /* .p NULL: it goes away */
} label_change;

static str part_of(str name) {
  str rest = str_skip(name, str_find_byte(name, ':'));
  return str_starts(rest, STR("::")) ? str_skip(rest, 2) : STR_NONE;
}

static str with_part(luis_draft *d, str name, str part) {
  return part.p ? arena_printf(d->a, STR_FMT "::" STR_FMT, STR_ARG(name), STR_ARG(part)) : name;
}

/* Changes a label of the entity; false: it goes away. */
static bool change_label(luis_draft *d, const label_change *x, luis_label *l) {
  if (x->role.p) {
    if (!l->role.p || !str_eq(l->role, x->role)) return true;
    l->role = x->to;
    return x->to.p || !x->role_is_needed;
  }
  str part = part_of(l->entity);
  if (x->part.p && !(part.p && str_eq(part, x->part))) return true;
  if (!x->to.p) return false;
  l->entity = x->part.p ? with_part(d, x->en->name, x->to) : with_part(d, x->to, part);
  return true;
}

static const draft_child *child_named(const draft_children *children, str name) {
  for (size_t i = 0; children && i < children->n; i++)
    if (str_eq(children->v[i].name, name)) return &children->v[i];
  return NULL;
}

static const draft_entity *entity_of_label(luis_draft *d, str name) {
  entity_at at;
  return luis__entity_by_name(d, str_make(name.p, str_find_byte(name, ':')), &at) ? at.v : NULL;
}

/* within: the children that a label may name, NULL at the top. */
static luis_labels change_labels(luis_draft *d, const label_change *x, luis_labels labels,
                                 const draft_children *within) {
  luis_label *v = ARENA_ARRAY(d->a, luis_label, labels.n);
  size_t n = 0;
  for (size_t i = 0; i < labels.n; i++) {
    luis_label l = labels.v[i];
    const draft_child *child = child_named(within, l.entity);
    const draft_entity *en = child ? NULL : entity_of_label(d, l.entity);
    bool keep = true;
    if (child && child == x->child) {
      keep = x->to.p != NULL;
      l.entity = x->to;
    } else if (en && en == x->en) {
      keep = change_label(d, x, &l);
    }
    if (!keep) continue;
    l.children = change_labels(d, x, l.children, child ? &child->children : en ? &en->children : NULL);
    v[n++] = l;
  }
  return (luis_labels){v, n};
}

static void change_all_labels(luis_draft *d, const label_change *x) {
  for (size_t i = 0; i < d->utterances.n; i++) {
    luis_utterance *u = &d->utterances.v[i].v;
    if (u->labels.n) u->labels = change_labels(d, x, u->labels, NULL);
  }
}

/* ---- Patterns ---- */

/* The slots of one entity, or those with one role. */
typedef struct slot_change {
  str entity, role; /* role .p NULL: any */
  str to;           /* name of the entity or, with role, of the role; .p NULL: it goes away */
} slot_change;

static bool is_slot(const slot_change *x, const luis_slot *s) {
  return str_eq(s->entity, x->entity) && (!x->role.p || (s->role.p && str_eq(s->role, x->role)));
}

static void write_slot(buf *out, const slot_change *x, const luis_slot *s) {
  str en = x->role.p ? s->entity : x->to, role = x->role.p ? x->to : s->role;
  buf_add_byte(out, '{');
  buf_add_str(out, en);
  if (role.p) buf_printf(out, ":" STR_FMT, STR_ARG(role));
  buf_add_byte(out, '}');
}

/* The pattern with its slots changed; .p NULL: it goes away. */
static str change_pattern(luis_draft *d, const slot_change *x, str pattern) {
  luis_slot *slots;
  size_t n, done = 0, changed = 0;
  buf out = {0};
  if (luis_pattern_check(pattern, d->a, &slots, &n, NULL, NULL) != ERR_OK) return pattern;
  for (size_t i = 0; i < n; i++) {
    if (!is_slot(x, &slots[i])) continue;
    changed++;
    size_t begin = slots[i].offset_bytes, end = begin + str_find_byte(str_skip(pattern, begin), '}') + 1;
    buf_add(&out, pattern.p + done, begin - done);
    write_slot(&out, x, &slots[i]);
    done = end;
  }
  str result = pattern;
  if (changed && !x->to.p && !x->role.p) {
    result = STR_NONE;
  } else if (changed) {
    buf_add_str(&out, str_skip(pattern, done));
    result = arena_str(d->a, buf_str(&out));
  }
  buf_free(&out);
  return result;
}

static void change_patterns(luis_draft *d, const slot_change *x) {
  size_t n = 0;
  for (size_t i = 0; i < d->patterns.n; i++) {
    draft_pattern p = d->patterns.v[i];
    p.v.pattern = change_pattern(d, x, p.v.pattern);
    if (p.v.pattern.p) d->patterns.v[n++] = p;
  }
  d->patterns.n = n;
}

/* ---- Features ---- */

typedef struct feature_change {
  bool is_phraselist;
  str name, to; /* to .p NULL: it goes away */
} feature_change;

static void change_features(luis_draft *d, const feature_change *x, luis_features *f) {
  luis_feature *v = ARENA_ARRAY(d->a, luis_feature, f->n);
  size_t n = 0;
  for (size_t i = 0; i < f->n; i++) {
    v[n] = f->v[i];
    bool hit = v[n].is_phraselist == x->is_phraselist && str_eq(v[n].name, x->name);
    if (hit) v[n].name = x->to;
    n += !hit || x->to.p;
  }
  *f = (luis_features){v, n};
}

static void change_child_features(luis_draft *d, const feature_change *x, draft_children *children) {
  for (size_t i = 0; i < children->n; i++) {
    change_features(d, x, &children->v[i].features);
    change_child_features(d, x, &children->v[i].children);
  }
}

static void change_all_features(luis_draft *d, const feature_change *x) {
  for (size_t i = 0; i < d->intents.n; i++) change_features(d, x, &d->intents.v[i].v.features);
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < d->entities[k].n; i++) {
      change_features(d, x, &d->entities[k].v[i].features);
      change_child_features(d, x, &d->entities[k].v[i].children);
    }
}

/* ---- Features of what has gone, also of the children that went with it ---- */

static void drop_dangling_of(const luis_draft *d, luis_features *f) {
  luis_feature *v = ARENA_ARRAY(d->a, luis_feature, f->n);
  size_t n = 0;
  for (size_t i = 0; i < f->n; i++)
    if (f->v[i].is_phraselist || luis__is_model(d, f->v[i].name)) v[n++] = f->v[i];
  *f = (luis_features){v, n};
}

static void drop_dangling_in(const luis_draft *d, draft_children *children) {
  for (size_t i = 0; i < children->n; i++) {
    drop_dangling_of(d, &children->v[i].features);
    drop_dangling_in(d, &children->v[i].children);
  }
}

void luis__drop_dangling_features(luis_draft *d) {
  for (size_t i = 0; i < d->intents.n; i++) drop_dangling_of(d, &d->intents.v[i].v.features);
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < d->entities[k].n; i++) {
      drop_dangling_of(d, &d->entities[k].v[i].features);
      drop_dangling_in(d, &d->entities[k].v[i].children);
    }
}

static size_t count_children(const draft_children *children, str name) {
  size_t n = 0;
  for (size_t i = 0; i < children->n; i++)
    n += str_eq(children->v[i].name, name) + count_children(&children->v[i].children, name);
  return n;
}

static size_t children_named(const luis_draft *d, str name) {
  size_t n = 0;
  for (size_t i = 0; i < d->entities[LUIS_ENTITY].n; i++)
    n += count_children(&d->entities[LUIS_ENTITY].v[i].children, name);
  return n;
}

bool luis__is_model(const luis_draft *d, str name) {
  entity_at at;
  size_t index;
  return luis__entity_by_name(d, name, &at) || luis__intent_by_name(d, name, &index) || children_named(d, name);
}

/* ---- Parts of composites ---- */

/* Entity en, or its part, where composites have it. */
static void change_parts(luis_draft *d, const draft_entity *en, str part, str to) {
  for (size_t i = 0; i < d->entities[LUIS_COMPOSITE].n; i++) {
    draft_names *names = &d->entities[LUIS_COMPOSITE].v[i].parts;
    size_t n = 0;
    for (size_t j = 0; j < names->n; j++) {
      str name = names->v[j].name, its_part = part_of(name);
      bool hit = str_eq(str_make(name.p, str_find_byte(name, ':')), en->name) &&
                 (!part.p || (its_part.p && str_eq(its_part, part)));
      if (hit && !to.p) continue;
      if (hit) name = part.p ? with_part(d, en->name, to) : with_part(d, to, its_part);
      names->v[n++] = (draft_name){names->v[j].id, name};
    }
    names->n = n;
  }
}

/* ---- The changes ---- */

void luis__carry_entity(luis_draft *d, const entity_at *at, str to) {
  change_all_labels(d, &(label_change){.en = at->v, .to = to});
  change_patterns(d, &(slot_change){.entity = at->v->name, .to = to});
  change_parts(d, at->v, STR_NONE, to);
  change_all_features(d, &(feature_change){false, at->v->name, to});
}

void luis__carry_child(luis_draft *d, const child_at *at, str to) {
  const draft_child *c = &at->siblings->v[at->index];
  entity_at en;
  size_t index;
  change_all_labels(d, &(label_change){.child = c, .to = to});
  if (luis__entity_by_name(d, c->name, &en) || luis__intent_by_name(d, c->name, &index)) return;
  if (children_named(d, c->name) == 1) change_all_features(d, &(feature_change){false, c->name, to});
}

void luis__carry_part(luis_draft *d, const draft_entity *en, str part, str to) {
  change_all_labels(d, &(label_change){.en = en, .part = part, .to = to});
  change_parts(d, en, part, to);
}

void luis__carry_role(luis_draft *d, const entity_at *at, str role, str to) {
  bool needed = at->kind == LUIS_CLOSED_LIST || at->kind == LUIS_PREBUILT || at->kind == LUIS_REGEX;
  change_all_labels(d, &(label_change){.en = at->v, .role = role, .role_is_needed = needed, .to = to});
  change_patterns(d, &(slot_change){.entity = at->v->name, .role = role, .to = to});
}

void luis__carry_intent(luis_draft *d, size_t index, str to) {
  entity_at en;
  str name = d->intents.v[index].v.name;
  if (!luis__entity_by_name(d, name, &en)) change_all_features(d, &(feature_change){false, name, to});
}

void luis__carry_phraselist(luis_draft *d, str name, str to) {
  change_all_features(d, &(feature_change){true, name, to});
}
