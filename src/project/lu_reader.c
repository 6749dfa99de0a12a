#include "project/lu_reader.h"

#include "project/clu_fields.h"
#include "text/utf8.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- Places ---- */

static size_t column_of(str whole, size_t bytes) {
  return utf8_codepoints(str_make(whole.p, MIN_OF(bytes, whole.n))) + 1;
}

err_code lu__fail(const lu_piece *p, size_t at, err *e, const char *fmt, ...) {
  char place[sizeof((err *)0)->target], text[sizeof((err *)0)->message];
  snprintf(place, sizeof place, "line %u, column %zu", p->line, column_of(p->whole, p->column + at));
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  return err_at(e, ERR_INVALID_ARGUMENT, place, "%s: %s", place, text);
}

void lu__note(lu_reader *r, const lu_piece *p, const char *fmt, ...) {
  char place[64];
  snprintf(place, sizeof place, "line %u, column %zu", p->line, column_of(p->whole, p->column));
  va_list ap;
  va_start(ap, fmt);
  note_addv(r->l, place, fmt, ap);
  va_end(ap);
}

lu_piece lu__part(const lu_piece *p, str s) {
  return (lu_piece){s, p->line, (uint32_t)(s.p - p->whole.p), p->whole};
}

lu_piece lu__trim(const lu_piece *p) {
  return lu__part(p, str_trim(p->s));
}

/* ---- Things by name ---- */

static err_code check_name(const lu_piece *p, const char *what, err *e) {
  err why;
  return luis_name_check(p->s, what, &why) == ERR_OK ? ERR_OK : lu__fail(p, 0, e, "%s", why.message);
}

err_code lu__intent(lu_reader *r, const lu_piece *p, uint32_t *index, err *e) {
  const uint32_t *known = strmap_get(&r->intent_ids, p->s);
  if (known) {
    *index = *known;
    return ERR_OK;
  }
  TRY(check_name(p, "name of an intent", e));
  luis_intent in = {.name = arena_str(r->a, p->s)};
  *index = (uint32_t)r->intents.n;
  VEC_PUSH(&r->intents, in);
  VEC_PUSH(&r->intent_lines, p->line);
  strmap_put(&r->intent_ids, in.name, *index, NULL);
  return ERR_OK;
}

enum { KIND_SHIFT = 28 };

static bool get_ref(const strmap *m, str name, luis_ref *ref) {
  const uint32_t *id = strmap_get(m, name);
  if (id) *ref = (luis_ref){(luis_kind)(*id >> KIND_SHIFT), *id & ((1u << KIND_SHIFT) - 1)};
  return id;
}

bool lu__find(const lu_reader *r, str name, luis_ref *ref) {
  return get_ref(&r->entity_ids, name, ref);
}

bool lu__owner(const lu_reader *r, str role, luis_ref *ref) {
  return get_ref(&r->role_owners, role, ref);
}

lu_entity *lu__at(lu_reader *r, luis_ref ref) {
  return &r->entities[ref.kind].p[ref.index];
}

err_code lu__entity(lu_reader *r, luis_kind kind, const lu_piece *p, luis_ref *ref, err *e) {
  if (lu__find(r, p->s, ref)) {
    if (ref->kind == kind) return ERR_OK;
    return lu__fail(p, 0, e, "the entity \"" STR_FMT "\" is of another type on line %u", STR_ARG(clu__clip(p->s)),
                    lu__at(r, *ref)->line);
  }
  TRY(check_name(p, "name of an entity", e));
  lu_entity en = {.en = {.name = arena_str(r->a, p->s)}, .line = p->line};
  *ref = (luis_ref){kind, (uint32_t)r->entities[kind].n};
  VEC_PUSH(&r->entities[kind], en);
  strmap_put(&r->entity_ids, en.en.name, (uint32_t)kind << KIND_SHIFT | ref->index, NULL);
  return ERR_OK;
}

err_code lu__phraselist(lu_reader *r, const lu_piece *p, uint32_t *index, err *e) {
  const uint32_t *known = strmap_get(&r->phraselist_ids, p->s);
  if (known) {
    *index = *known;
    return ERR_OK;
  }
  TRY(check_name(p, "name of a phrase list", e));
  luis_phraselist l = {.name = arena_str(r->a, p->s), .activated = true};
  *index = (uint32_t)r->phraselists.n;
  VEC_PUSH(&r->phraselists, l);
  VEC_PUSH(&r->phraselist_lines, p->line);
  VEC_PUSH(&r->phraselist_flagged, false);
  VEC_PUSH(&r->phraselist_words, (buf){0});
  strmap_put(&r->phraselist_ids, l.name, *index, NULL);
  return ERR_OK;
}

err_code lu__role(lu_reader *r, luis_ref ref, const lu_piece *p, err *e) {
  luis_entity *en = &lu__at(r, ref)->en;
  if (luis_names_have(en->roles, p->s)) return ERR_OK;
  TRY(check_name(p, "name of a role", e));
  if (en->roles.n == LUIS_LIMIT_ROLES_PER_ENTITY)
    return lu__fail(p, 0, e, "the entity \"" STR_FMT "\" has more than %d roles", STR_ARG(en->name),
                    LUIS_LIMIT_ROLES_PER_ENTITY);
  str name = arena_str(r->a, p->s);
  LU_PUSH(r->a, &en->roles, str, name);
  strmap_put(&r->role_owners, name, (uint32_t)ref.kind << KIND_SHIFT | ref.index, NULL);
  return ERR_OK;
}

/* ---- The state ---- */

void lu__reader_init(lu_reader *r, arena *a, notes *l) {
  *r = (lu_reader){.a = a, .l = l};
  strmap_init(&r->intent_ids);
  strmap_init(&r->entity_ids);
  strmap_init(&r->phraselist_ids);
  strmap_init(&r->child_names);
  strmap_init(&r->role_owners);
  strmap_init(&r->seen);
  strmap_init(&r->setting_ids);
}

void lu__reader_fini(lu_reader *r) {
  strmap_fini(&r->intent_ids);
  strmap_fini(&r->entity_ids);
  strmap_fini(&r->phraselist_ids);
  strmap_fini(&r->child_names);
  strmap_fini(&r->role_owners);
  strmap_fini(&r->seen);
  strmap_fini(&r->setting_ids);
  for (int k = 0; k < LUIS_KIND_COUNT; k++) VEC_FREE(&r->entities[k]);
  VEC_FREE(&r->intents);
  VEC_FREE(&r->intent_lines);
  VEC_FREE(&r->phraselists);
  VEC_FREE(&r->phraselist_lines);
  VEC_FREE(&r->phraselist_flagged);
  for (size_t i = 0; i < r->phraselist_words.n; i++) buf_free(&r->phraselist_words.p[i]);
  VEC_FREE(&r->phraselist_words);
  VEC_FREE(&r->settings);
  VEC_FREE(&r->uses);
  VEC_FREE(&r->bodies);
  VEC_FREE(&r->utterances);
  VEC_FREE(&r->utterance_lines);
  VEC_FREE(&r->patterns);
  VEC_FREE(&r->pattern_lines);
}
