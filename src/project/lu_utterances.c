#include "project/lu_utterances.h"

#include "project/luis_check.h"
#include "project/luis_pattern.h"

/* Utterances and patterns. Three steps, so that the order of lines does not matter: roles that lines give to entities;
 * utterances, whose unknown labels become machine-learned entities; patterns, whose unknown slots become
 * pattern.any. */

/* ---- Roles ---- */

static lu_piece span_piece(const lu_body *b, const lu_span *s) {
  return lu__part(&b->p, str_skip(b->p.s, s->at_bytes));
}

static lu_piece named(const lu_body *b, const lu_span *s, str name) {
  lu_piece p = span_piece(b, s);
  p.s = name;
  return p;
}

static err_code add_roles(lu_reader *r, const lu_body *b, err *e) {
  for (size_t i = 0; b->parsed.kind == LU_UTTERANCE && i < b->parsed.span_count; i++) {
    const lu_span *s = &b->parsed.spans[i];
    luis_ref ref;
    if (!s->role.p) continue;
    lu_piece name = named(b, s, s->name), role = named(b, s, s->role);
    if (!lu__find(r, s->name, &ref)) TRY(lu__entity(r, LUIS_ENTITY, &name, &ref, e));
    TRY(lu__role(r, ref, &role, e));
  }
  return ERR_OK;
}

/* ---- Labels ---- */

/* What a span labels, and whether it goes into the label around it. */
typedef struct resolved {
  luis_label l;
  luis_children children;
  bool inside;
  bool dropped; /* the text stays, the label goes */
} resolved;

static err_code find_entity(lu_reader *r, const lu_body *b, const lu_span *s, resolved *out, err *e) {
  luis_ref ref;
  lu_piece name = named(b, s, s->name);
  out->l.role = s->role;
  if (!lu__find(r, s->name, &ref)) {
    if (!s->role.p && lu__owner(r, s->name, &ref)) {
      out->l.role = s->name;
    } else if (strmap_get(&r->child_names, s->name)) {
      return lu__fail(&name, 0, e, "the label of the child \"" STR_FMT "\" is not within a label of its parent",
                      STR_ARG(s->name));
    } else {
      TRY(lu__entity(r, LUIS_ENTITY, &name, &ref, e));
    }
  }
  const luis_entity *en = &lu__at(r, ref)->en;
  if (ref.kind == LUIS_CLOSED_LIST && !out->l.role.p)
    return lu__fail(&name, 0, e, "the list \"" STR_FMT "\" can only be labelled with a role", STR_ARG(s->name));
  out->dropped = (ref.kind == LUIS_PREBUILT || ref.kind == LUIS_REGEX) && !out->l.role.p;
  if (out->dropped)
    lu__note(r, &name, "the label of \"" STR_FMT "\", which is found by itself, is passed over", STR_ARG(s->name));
  out->l.entity = en->name;
  if (out->l.role.p) out->l.role = arena_str(r->a, out->l.role);
  out->children = en->children;
  return ERR_OK;
}

static err_code resolve(lu_reader *r, const lu_body *b, resolved *v, size_t i, err *e) {
  const lu_span *s = &b->parsed.spans[i];
  resolved *out = &v[i];
  out->l.offset_bytes = s->begin_bytes;
  out->l.length_bytes = s->end_bytes - s->begin_bytes;
  const luis_child *child = s->parent >= 0 && !s->role.p ? luis_child_find(v[s->parent].children, s->name) : NULL;
  if (!child) return find_entity(r, b, s, out, e);
  out->inside = true;
  out->l.entity = child->name;
  out->children = child->children;
  return ERR_OK;
}

static luis_labels labels_of(lu_reader *r, const lu_body *b, const resolved *v, int parent, bool inside);

/* Span i, and before it the labels within that are labels of their own: children first, the outer one last. */
static void add_label(lu_reader *r, const lu_body *b, const resolved *v, size_t i, luis_labels *out) {
  luis_labels within = labels_of(r, b, v, (int)i, false);
  for (size_t k = 0; k < within.n; k++) LU_PUSH(r->a, out, luis_label, within.v[k]);
  if (v[i].dropped) return;
  luis_label l = v[i].l;
  l.children = labels_of(r, b, v, (int)i, true);
  LU_PUSH(r->a, out, luis_label, l);
}

/* Labels whose span stands directly within span parent. Depth: of the spans, which lu_line.c bounds. */
static luis_labels labels_of(lu_reader *r, const lu_body *b, const resolved *v, int parent, bool inside) {
  luis_labels out = {0};
  for (size_t i = 0; i < b->parsed.span_count; i++)
    if (b->parsed.spans[i].parent == parent && v[i].inside == inside) add_label(r, b, v, i, &out);
  return out;
}

/* A key of everything that makes two utterances the same. */
static void key_labels(buf *b, luis_labels labels) {
  for (size_t i = 0; i < labels.n; i++) {
    const luis_label *l = &labels.v[i];
    buf_printf(b, "%u %u %s", l->offset_bytes, l->length_bytes, l->role.p ? "r" : "");
    buf_add_str(b, l->entity);
    buf_add_byte(b, ':');
    buf_add_str(b, l->role);
    buf_add_byte(b, '\n');
    key_labels(b, l->children);
    buf_add_byte(b, '\n');
  }
}

static bool is_new(lu_reader *r, uint32_t of_intent, char kind, str text, luis_labels labels) {
  buf b = {0};
  buf_printf(&b, "%u%c", of_intent, kind);
  buf_add_str(&b, text);
  buf_add_byte(&b, '\n');
  key_labels(&b, labels);
  bool inserted;
  strmap_put(&r->seen, arena_str(r->a, buf_str(&b)), 0, &inserted);
  buf_free(&b);
  return inserted;
}

static err_code add_utterance(lu_reader *r, const lu_body *b, err *e) {
  const lu_line *line = &b->parsed;
  enum { MAX_LABELS = 500 };
  if (line->span_count > MAX_LABELS) return lu__fail(&b->p, 0, e, "the line has more than %d labels", MAX_LABELS);
  resolved *v = ARENA_ARRAY(r->a, resolved, line->span_count);
  for (size_t i = 0; i < line->span_count; i++) TRY(resolve(r, b, v, i, e));
  luis_utterance u = {.text = line->text, .intent = b->intent, .labels = labels_of(r, b, v, -1, false)};
  if (!is_new(r, u.intent, 'u', u.text, u.labels)) return ERR_OK;
  VEC_PUSH(&r->utterances, u);
  VEC_PUSH(&r->utterance_lines, b->p.line);
  return ERR_OK;
}

/* ---- Patterns ---- */

/* Makes what a slot names. *full: the text of a slot that is a role, "{City:dest}"; .p NULL: as it is. */
static err_code resolve_slot(lu_reader *r, const lu_body *b, const luis_slot *s, str *full, err *e) {
  luis_ref ref;
  lu_piece name = b->p, role = b->p;
  name.s = s->entity;
  role.s = s->role;
  *full = STR_NONE;
  if (lu__find(r, s->entity, &ref)) return s->role.p ? lu__role(r, ref, &role, e) : ERR_OK;
  if (!s->role.p && lu__owner(r, s->entity, &ref)) {
    *full = arena_printf(r->a, "{" STR_FMT ":" STR_FMT "}", STR_ARG(lu__at(r, ref)->en.name), STR_ARG(s->entity));
    return ERR_OK;
  }
  TRY(lu__entity(r, LUIS_PATTERN_ANY, &name, &ref, e));
  return s->role.p ? lu__role(r, ref, &role, e) : ERR_OK;
}

static err_code add_pattern(lu_reader *r, const lu_body *b, err *e) {
  luis_slot *slots;
  size_t n, at, copied = 0;
  err why;
  str s = b->parsed.text;
  if (luis_pattern_check(s, r->a, &slots, &n, &at, &why) != ERR_OK)
    return lu__fail(&b->p, MIN_OF(at, b->p.s.n), e, "%s", why.message);
  buf out = {0};
  err_code rc = ERR_OK;
  for (size_t i = 0; i < n && rc == ERR_OK; i++) {
    str full;
    rc = resolve_slot(r, b, &slots[i], &full, e);
    if (rc != ERR_OK || !full.p) continue;
    size_t begin = slots[i].offset_bytes;
    buf_add(&out, s.p + copied, begin - copied);
    buf_add_str(&out, full);
    copied = begin + str_find_byte(str_skip(s, begin), '}') + 1;
  }
  buf_add_str(&out, str_skip(s, copied));
  luis_pattern p = {.pattern = arena_str(r->a, buf_str(&out)), .intent = b->intent};
  buf_free(&out);
  if (rc != ERR_OK || !is_new(r, p.intent, 'p', p.pattern, (luis_labels){0})) return rc;
  VEC_PUSH(&r->patterns, p);
  VEC_PUSH(&r->pattern_lines, b->p.line);
  return ERR_OK;
}

/* ---- All of them ---- */

err_code lu__finish_bodies(lu_reader *r, err *e) {
  for (size_t i = 0; i < r->bodies.n; i++) {
    lu_body *b = &r->bodies.p[i];
    size_t at;
    err why;
    if (lu__line_read(b->p.s, r->a, &b->parsed, &at, &why) != ERR_OK) return lu__fail(&b->p, at, e, "%s", why.message);
    if (b->parsed.kind == LU_REFERENCE) lu__note(r, &b->p, "the reference to another file is passed over");
    TRY(add_roles(r, b, e));
  }
  for (size_t i = 0; i < r->bodies.n; i++)
    if (r->bodies.p[i].parsed.kind == LU_UTTERANCE) TRY(add_utterance(r, &r->bodies.p[i], e));
  for (size_t i = 0; i < r->bodies.n; i++)
    if (r->bodies.p[i].parsed.kind == LU_PATTERN) TRY(add_pattern(r, &r->bodies.p[i], e));
  return ERR_OK;
}
