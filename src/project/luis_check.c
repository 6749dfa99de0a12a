#include "project/luis_check.h"

#include "project/clu_fields.h"
#include "project/luis_pattern.h"
#include "text/utf8.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct checker {
  const luis_app *app;
  const luis_places *places;
  luis_index index;
  strmap child_names; /* of children at any level: features may name them */
  arena scratch;
  /* where the check stands */
  const char *member;
  size_t at;
} checker;

void luis__json_place(const void *context, const char *member, size_t index, char *out, size_t cap) {
  (void)context;
  if (index == SIZE_MAX)
    snprintf(out, cap, "%s", member);
  else
    snprintf(out, cap, "%s[%zu]", member, index);
}

err_code luis__schema_check(str version, err *e) {
  bool known = version.n && version.p[0] >= '1' && version.p[0] <= '7' && (version.n == 1 || version.p[1] == '.');
  if (known) return ERR_OK;
  return err_set(e, ERR_INVALID_ARGUMENT, "\"" STR_FMT "\" is not a known version (1.x to 7.x)",
                 STR_ARG(clu__clip(version)));
}

static err_code fail(const checker *c, err_code code, err *e, const char *fmt, ...) printf_like(4, 5);
static err_code fail(const checker *c, err_code code, err *e, const char *fmt, ...) {
  char place[sizeof((err *)0)->target], text[sizeof((err *)0)->message];
  c->places->write(c->places->context, c->member, c->at, place, sizeof place);
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  return err_at(e, code, place, "%s: %s", place, text);
}

static err_code limit(const checker *c, size_t count, size_t most, const char *what, err *e) {
  if (count <= most) return ERR_OK;
  return fail(c, ERR_QUOTA_EXCEEDED, e, "%zu %s are over the limit of %zu", count, what, most);
}

/* The limit on the number of elements of the member at hand. */
static err_code whole_limit(checker *c, size_t count, size_t most, const char *what, err *e) {
  c->at = SIZE_MAX;
  return limit(c, count, most, what, e);
}

static err_code name_check(const checker *c, str name, const char *what, err *e) {
  err why;
  if (luis_name_check(name, what, &why) == ERR_OK) return ERR_OK;
  return fail(c, ERR_INVALID_ARGUMENT, e, "%s", why.message);
}

/* A legal name that seen has not. */
static err_code new_name(const checker *c, strmap *seen, str name, const char *what, err *e) {
  TRY(name_check(c, name, what, e));
  bool is_new;
  strmap_put(seen, name, 0, &is_new);
  if (is_new) return ERR_OK;
  return fail(c, ERR_INVALID_ARGUMENT, e, "the %s \"" STR_FMT "\" is there twice", what, STR_ARG(name));
}

/* ---- Features ---- */

static bool is_model(const checker *c, str name) {
  uint32_t index;
  luis_ref ref;
  return luis_index_entity(&c->index, name, &ref) || luis_index_intent(&c->index, name, &index) ||
         strmap_get(&c->child_names, name);
}

/* A phrase list that is for all models is not counted: files list it at each of them. */
static bool is_global(const checker *c, str name) {
  const uint32_t *i = strmap_get(&c->index.phraselists, name);
  return i && *i < c->app->phraselist_count && str_eq(c->app->phraselists[*i].name, name) &&
         c->app->phraselists[*i].enabled_for_all_models;
}

static err_code check_features(const checker *c, luis_features f, err *e) {
  size_t models = 0, lists = 0;
  for (size_t i = 0; i < f.n; i++) {
    const luis_feature *x = &f.v[i];
    bool known = x->is_phraselist ? strmap_get(&c->index.phraselists, x->name) != NULL : is_model(c, x->name);
    if (!known)
      return fail(c, ERR_INVALID_ARGUMENT, e, "the app has no %s \"" STR_FMT "\", which is used as a feature",
                  x->is_phraselist ? "phrase list" : "model", STR_ARG(clu__clip(x->name)));
    models += !x->is_phraselist;
    lists += x->is_phraselist && !is_global(c, x->name);
  }
  TRY(limit(c, models, LUIS_LIMIT_MODEL_FEATURES, "models as features of one model", e));
  return limit(c, lists, LUIS_LIMIT_PHRASELIST_FEATURES, "phrase lists as features of one model", e);
}

/* ---- Entities ---- */

static void collect_children(checker *c, luis_children v) {
  for (size_t i = 0; i < v.n; i++) {
    strmap_put(&c->child_names, v.v[i].name, 0, NULL);
    collect_children(c, v.v[i].children);
  }
}

static err_code check_children(checker *c, luis_children v, int level, err *e) {
  if (!v.n) return ERR_OK;
  TRY(limit(c, (size_t)level, LUIS_LIMIT_LEVELS, "levels of children", e));
  TRY(limit(c, v.n, LUIS_LIMIT_CHILDREN, "children of one level", e));
  for (size_t i = 0; i < v.n; i++) {
    TRY(name_check(c, v.v[i].name, "name of a child", e));
    if (luis_child_find((luis_children){v.v, i}, v.v[i].name))
      return fail(c, ERR_INVALID_ARGUMENT, e, "the child \"" STR_FMT "\" is there twice", STR_ARG(v.v[i].name));
    TRY(check_features(c, v.v[i].features, e));
    TRY(check_children(c, v.v[i].children, level + 1, e));
  }
  return ERR_OK;
}

static err_code check_roles(const checker *c, luis_names roles, err *e) {
  TRY(limit(c, roles.n, LUIS_LIMIT_ROLES_PER_ENTITY, "roles of one entity", e));
  for (size_t i = 0; i < roles.n; i++) {
    TRY(name_check(c, roles.v[i], "name of a role", e));
    if (luis_names_have((luis_names){roles.v, i}, roles.v[i]))
      return fail(c, ERR_INVALID_ARGUMENT, e, "the role \"" STR_FMT "\" is there twice", STR_ARG(roles.v[i]));
  }
  return ERR_OK;
}

static err_code check_parts(const checker *c, luis_kind kind, luis_names parts, err *e) {
  TRY(limit(c, parts.n, LUIS_LIMIT_CHILDREN, "children of one entity", e));
  for (size_t i = 0; i < parts.n; i++) {
    luis_ref ref;
    size_t part;
    if (kind == LUIS_HIERARCHICAL)
      TRY(name_check(c, parts.v[i], "name of a child", e));
    else if (!luis_index_entity(&c->index, parts.v[i], &ref) &&
             !luis_index_part(&c->index, c->app, parts.v[i], &ref, &part))
      return fail(c, ERR_INVALID_ARGUMENT, e, "the app has no entity \"" STR_FMT "\", which is a child of a composite",
                  STR_ARG(clu__clip(parts.v[i])));
    if (luis_names_have((luis_names){parts.v, i}, parts.v[i]))
      return fail(c, ERR_INVALID_ARGUMENT, e, "the child \"" STR_FMT "\" is there twice",
                  STR_ARG(clu__clip(parts.v[i])));
  }
  return ERR_OK;
}

static err_code check_entity(checker *c, luis_kind kind, const luis_entity *en, err *e) {
  TRY(check_roles(c, en->roles, e));
  TRY(check_features(c, en->features, e));
  TRY(check_children(c, en->children, 1, e));
  TRY(check_parts(c, kind, en->parts, e));
  size_t synonyms = 0;
  for (size_t i = 0; i < en->sublists.n; i++) synonyms += en->sublists.v[i].list.n;
  TRY(limit(c, synonyms, LUIS_LIMIT_SYNONYMS, "synonyms of one list", e));
  if (kind != LUIS_REGEX) return ERR_OK;
  return limit(c, utf8_codepoints(en->regex_pattern), LUIS_LIMIT_REGEX_CHARS, "characters of a regular expression", e);
}

static err_code check_counts(checker *c, err *e) {
  const luis_entities *kinds = c->app->entities;
  size_t learned = 0, parents = 0, roles = 0, explicit_values = 0;
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < kinds[k].n; i++) {
      const luis_entity *en = &kinds[k].v[i];
      roles += en->roles.n;
      explicit_values += en->explicit_list.n;
      parents += en->children.n > 0;
      if (k == LUIS_ENTITY || k == LUIS_HIERARCHICAL || k == LUIS_COMPOSITE) learned += 1 + en->roles.n;
    }
  c->member = "entities";
  TRY(whole_limit(c, roles, LUIS_LIMIT_ROLES, "roles in the app", e));
  TRY(whole_limit(c, parents, LUIS_LIMIT_PARENTS, "entities with children", e));
  TRY(whole_limit(c, learned, LUIS_LIMIT_ENTITIES, "entities and roles", e));
  c->member = luis_kind_member(LUIS_CLOSED_LIST);
  TRY(whole_limit(c, kinds[LUIS_CLOSED_LIST].n, LUIS_LIMIT_LISTS, "list entities", e));
  c->member = luis_kind_member(LUIS_PATTERN_ANY);
  TRY(whole_limit(c, kinds[LUIS_PATTERN_ANY].n, LUIS_LIMIT_PATTERN_ANY, "pattern.any entities", e));
  TRY(whole_limit(c, explicit_values, LUIS_LIMIT_EXPLICIT, "explicit values in the app", e));
  c->member = luis_kind_member(LUIS_REGEX);
  return whole_limit(c, kinds[LUIS_REGEX].n, LUIS_LIMIT_REGEXES, "regular expressions", e);
}

static err_code check_entity_names(checker *c, strmap *seen, err *e) {
  for (int k = 0; k < LUIS_KIND_COUNT; k++) {
    c->member = luis_kind_member((luis_kind)k);
    for (c->at = 0; c->at < c->app->entities[k].n; c->at++)
      TRY(new_name(c, seen, c->app->entities[k].v[c->at].name, "name of an entity", e));
  }
  return ERR_OK;
}

static err_code check_entities(checker *c, err *e) {
  TRY(check_counts(c, e));
  strmap seen;
  strmap_init(&seen);
  err_code rc = check_entity_names(c, &seen, e);
  strmap_fini(&seen);
  TRY(rc);
  for (int k = 0; k < LUIS_KIND_COUNT; k++) {
    c->member = luis_kind_member((luis_kind)k);
    for (c->at = 0; c->at < c->app->entities[k].n; c->at++)
      TRY(check_entity(c, (luis_kind)k, &c->app->entities[k].v[c->at], e));
  }
  return ERR_OK;
}

/* ---- Cycles: a model may not rest on itself, by features or as a part of a composite ---- */

typedef enum visit { VISIT_NEW, VISIT_OPEN, VISIT_DONE } visit;

typedef struct visits {
  uint8_t *entities[LUIS_KIND_COUNT], *intents; /* a visit of each */
} visits;

static err_code visit_entity(checker *c, luis_ref ref, const visits *state, err *e);
static err_code visit_intent(checker *c, uint32_t index, const visits *state, err *e);

static err_code visit_name(checker *c, str name, const visits *state, err *e) {
  luis_ref ref;
  uint32_t index;
  if (luis_index_entity(&c->index, name, &ref)) return visit_entity(c, ref, state, e);
  return luis_index_intent(&c->index, name, &index) ? visit_intent(c, index, state, e) : ERR_OK;
}

static err_code visit_features(checker *c, luis_features f, const visits *state, err *e) {
  for (size_t i = 0; i < f.n; i++)
    if (!f.v[i].is_phraselist) TRY(visit_name(c, f.v[i].name, state, e));
  return ERR_OK;
}

static err_code visit_children(checker *c, luis_children v, const visits *state, err *e) {
  for (size_t i = 0; i < v.n; i++) {
    TRY(visit_features(c, v.v[i].features, state, e));
    TRY(visit_children(c, v.v[i].children, state, e));
  }
  return ERR_OK;
}

/* The depth is bounded by LUIS_LIMIT_ENTITIES and LUIS_LIMIT_INTENTS: only those rest on others. */
static err_code visit_entity(checker *c, luis_ref ref, const visits *state, err *e) {
  const luis_entity *en = luis_entity_at(c->app, ref);
  uint8_t *s = &state->entities[ref.kind][ref.index];
  if (*s == VISIT_DONE) return ERR_OK;
  c->member = luis_kind_member(ref.kind);
  c->at = ref.index;
  if (*s == VISIT_OPEN)
    return fail(c, ERR_INVALID_ARGUMENT, e, "the entity \"" STR_FMT "\" rests on itself", STR_ARG(en->name));
  *s = VISIT_OPEN;
  TRY(visit_features(c, en->features, state, e));
  TRY(visit_children(c, en->children, state, e));
  if (ref.kind == LUIS_COMPOSITE)
    for (size_t i = 0; i < en->parts.n; i++) TRY(visit_name(c, en->parts.v[i], state, e));
  *s = VISIT_DONE;
  return ERR_OK;
}

static err_code visit_intent(checker *c, uint32_t index, const visits *state, err *e) {
  const luis_intent *in = &c->app->intents[index];
  uint8_t *s = &state->intents[index];
  if (*s == VISIT_DONE) return ERR_OK;
  c->member = "intents";
  c->at = index;
  if (*s == VISIT_OPEN)
    return fail(c, ERR_INVALID_ARGUMENT, e, "the intent \"" STR_FMT "\" rests on itself", STR_ARG(in->name));
  *s = VISIT_OPEN;
  TRY(visit_features(c, in->features, state, e));
  *s = VISIT_DONE;
  return ERR_OK;
}

static err_code check_cycles(checker *c, err *e) {
  visits state = {.intents = ARENA_ARRAY(&c->scratch, uint8_t, c->app->intent_count)};
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    state.entities[k] = ARENA_ARRAY(&c->scratch, uint8_t, c->app->entities[k].n);
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < c->app->entities[k].n; i++)
      TRY(visit_entity(c, (luis_ref){(luis_kind)k, (uint32_t)i}, &state, e));
  for (size_t i = 0; i < c->app->intent_count; i++) TRY(visit_intent(c, (uint32_t)i, &state, e));
  return ERR_OK;
}

/* ---- Intents, phrase lists, patterns, utterances ---- */

static err_code check_intents(checker *c, err *e) {
  c->member = "intents";
  TRY(whole_limit(c, c->app->intent_count, LUIS_LIMIT_INTENTS, "intents", e));
  strmap seen;
  strmap_init(&seen);
  err_code rc = ERR_OK;
  for (c->at = 0; rc == ERR_OK && c->at < c->app->intent_count; c->at++)
    if ((rc = new_name(c, &seen, c->app->intents[c->at].name, "name of an intent", e)) == ERR_OK)
      rc = check_features(c, c->app->intents[c->at].features, e);
  strmap_fini(&seen);
  return rc;
}

static size_t count_phrases(str words) {
  if (!words.n) return 0;
  size_t n = 1;
  for (size_t i = 0; i < words.n; i++) n += words.p[i] == ',';
  return n;
}

static err_code check_phraselist(checker *c, const luis_phraselist *p, strmap *seen, size_t *total, err *e) {
  TRY(new_name(c, seen, p->name, "name of a phrase list", e));
  size_t phrases = count_phrases(p->words);
  *total += phrases;
  TRY(limit(c, phrases, p->interchangeable ? LUIS_LIMIT_PHRASES_INTERCHANGEABLE : LUIS_LIMIT_PHRASES,
            "phrases of one list", e));
  return limit(c, *total, LUIS_LIMIT_PHRASES_TOTAL, "phrases in the app", e);
}

static err_code check_phraselists(checker *c, err *e) {
  c->member = "phraselists";
  TRY(whole_limit(c, c->app->phraselist_count, LUIS_LIMIT_PHRASELISTS, "phrase lists", e));
  size_t global = 0, total = 0;
  for (size_t i = 0; i < c->app->phraselist_count; i++) global += c->app->phraselists[i].enabled_for_all_models;
  TRY(limit(c, global, LUIS_LIMIT_GLOBAL_PHRASELISTS, "phrase lists for all models", e));
  strmap seen;
  strmap_init(&seen);
  err_code rc = ERR_OK;
  for (c->at = 0; rc == ERR_OK && c->at < c->app->phraselist_count; c->at++)
    rc = check_phraselist(c, &c->app->phraselists[c->at], &seen, &total, e);
  strmap_fini(&seen);
  return rc;
}

static err_code check_pattern(checker *c, str pattern, err *e) {
  luis_slot *slots;
  size_t n, any = 0, at;
  err why;
  arena_reset(&c->scratch);
  if (luis_pattern_check(pattern, &c->scratch, &slots, &n, &at, &why) != ERR_OK)
    return fail(c, ERR_INVALID_ARGUMENT, e, "%s (character %zu of the pattern)", why.message,
                utf8_codepoints(str_make(pattern.p, at)) + 1);
  for (size_t i = 0; i < n; i++) {
    luis_ref ref;
    if (!luis_index_entity(&c->index, slots[i].entity, &ref))
      return fail(c, ERR_INVALID_ARGUMENT, e, "the app has no entity \"" STR_FMT "\", which the pattern uses",
                  STR_ARG(slots[i].entity));
    if (slots[i].role.p && !luis_names_have(luis_entity_at(c->app, ref)->roles, slots[i].role))
      return fail(c, ERR_INVALID_ARGUMENT, e, "the entity \"" STR_FMT "\" has no role \"" STR_FMT "\"",
                  STR_ARG(slots[i].entity), STR_ARG(slots[i].role));
    any += ref.kind == LUIS_PATTERN_ANY;
  }
  enum { MAX_ANY = 3 };
  if (any <= MAX_ANY) return ERR_OK;
  return fail(c, ERR_INVALID_ARGUMENT, e, "a pattern has more than %d pattern.any entities", MAX_ANY);
}

static err_code check_patterns(checker *c, err *e) {
  c->member = "patterns";
  TRY(whole_limit(c, c->app->pattern_count, LUIS_LIMIT_PATTERNS, "patterns", e));
  for (c->at = 0; c->at < c->app->pattern_count; c->at++) TRY(check_pattern(c, c->app->patterns[c->at].pattern, e));
  return ERR_OK;
}

static err_code check_utterances(checker *c, err *e) {
  c->member = "utterances";
  TRY(whole_limit(c, c->app->utterance_count, LUIS_LIMIT_UTTERANCES, "utterances", e));
  for (c->at = 0; c->at < c->app->utterance_count; c->at++) {
    size_t chars = utf8_codepoints(c->app->utterances[c->at].text);
    if (chars < 1 || chars > LUIS_LIMIT_UTTERANCE_CHARS)
      return fail(c, ERR_INVALID_ARGUMENT, e, "an utterance must have 1 to %d characters, not %zu",
                  LUIS_LIMIT_UTTERANCE_CHARS, chars);
  }
  return ERR_OK;
}

static err_code check_all(checker *c, err *e) {
  TRY(check_entities(c, e));
  TRY(check_intents(c, e));
  TRY(check_cycles(c, e));
  TRY(check_phraselists(c, e));
  TRY(check_patterns(c, e));
  return check_utterances(c, e);
}

err_code luis__check(const luis_app *app, const luis_places *places, err *e) {
  checker c = {.app = app, .places = places};
  luis_index_init(&c.index, app);
  strmap_init(&c.child_names);
  arena_init(&c.scratch, 0);
  for (size_t i = 0; i < app->entities[LUIS_ENTITY].n; i++)
    collect_children(&c, app->entities[LUIS_ENTITY].v[i].children);
  err_code rc = check_all(&c, e);
  arena_fini(&c.scratch);
  strmap_fini(&c.child_names);
  luis_index_fini(&c.index);
  return rc;
}

err_code luis__label_check(const luis_app *app, const luis_index *x, const luis_label *l, const luis_children *within,
                           luis_children *children, err *e) {
  luis_ref ref;
  size_t part;
  *children = (luis_children){0};
  const luis_child *child = within ? luis_child_find(*within, l->entity) : NULL;
  if (child) {
    *children = child->children;
    if (!l->role.p) return ERR_OK;
    return err_set(e, ERR_INVALID_ARGUMENT, "the child \"" STR_FMT "\" has no roles", STR_ARG(clu__clip(l->entity)));
  }
  if (!l->role.p && luis_index_part(x, app, l->entity, &ref, &part)) return ERR_OK;
  if (!luis_index_entity(x, l->entity, &ref))
    return err_set(e, ERR_INVALID_ARGUMENT, "the app has no entity \"" STR_FMT "\"", STR_ARG(clu__clip(l->entity)));
  const luis_entity *en = luis_entity_at(app, ref);
  *children = en->children;
  if (!l->role.p || luis_names_have(en->roles, l->role)) return ERR_OK;
  return err_set(e, ERR_INVALID_ARGUMENT, "the entity \"" STR_FMT "\" has no role \"" STR_FMT "\"",
                 STR_ARG(clu__clip(l->entity)), STR_ARG(clu__clip(l->role)));
}
