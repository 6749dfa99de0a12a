#include "project/luis.h"

#include "text/utf8.h"

const char *luis_kind_member(luis_kind k) {
  static const char *const members[LUIS_KIND_COUNT] = {
      [LUIS_ENTITY] = "entities",           [LUIS_HIERARCHICAL] = "hierarchicals",
      [LUIS_COMPOSITE] = "composites",      [LUIS_CLOSED_LIST] = "closedLists",
      [LUIS_PREBUILT] = "prebuiltEntities", [LUIS_PATTERN_ANY] = "patternAnyEntities",
      [LUIS_REGEX] = "regex_entities"};
  return members[k];
}

err_code luis_name_check(str name, const char *what, err *e) {
  size_t chars = utf8_codepoints(name);
  if (chars < 1 || chars > LUIS_LIMIT_NAME_CHARS)
    return err_set(e, ERR_INVALID_ARGUMENT, "the %s must have 1 to %d characters", what, LUIS_LIMIT_NAME_CHARS);
  for (size_t i = 0; i < name.n; i++) {
    unsigned char c = (unsigned char)name.p[i];
    if (c < 0x20 || c == 0x7f) return err_set(e, ERR_INVALID_ARGUMENT, "the %s contains a control character", what);
    if (strchr(":$&%*()+?~", c)) return err_set(e, ERR_INVALID_ARGUMENT, "the %s may not contain '%c'", what, c);
  }
  return ERR_OK;
}

str luis_clean_name(str name, const char *forbidden, arena *a) {
  char *out = arena_cstr(a, name);
  size_t n = 0, chars = 0;
  for (size_t i = 0; i < name.n; i++) {
    unsigned char c = (unsigned char)name.p[i];
    if (c < 0x20 || c == 0x7f || strchr(forbidden, c)) continue;
    if ((c & 0xc0) != 0x80 && chars++ == LUIS_LIMIT_NAME_CHARS) break;
    out[n++] = name.p[i];
  }
  return str_make(out, n);
}

/* ---- Look-up ---- */

enum { INDEX_BITS = 28 }; /* of a map value; the kind stands above */

void luis_index_init(luis_index *x, const luis_app *app) {
  strmap_init(&x->intents);
  strmap_init(&x->entities);
  strmap_init(&x->phraselists);
  for (size_t i = 0; i < app->intent_count; i++) strmap_put(&x->intents, app->intents[i].name, (uint32_t)i, NULL);
  for (uint32_t k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < app->entities[k].n; i++)
      strmap_put(&x->entities, app->entities[k].v[i].name, k << INDEX_BITS | (uint32_t)i, NULL);
  for (size_t i = 0; i < app->phraselist_count; i++)
    strmap_put(&x->phraselists, app->phraselists[i].name, (uint32_t)i, NULL);
  for (size_t i = 0; i < app->regex_feature_count; i++)
    strmap_put(&x->phraselists, app->regex_features[i].name, (uint32_t)i, NULL);
}

void luis_index_fini(luis_index *x) {
  strmap_fini(&x->intents);
  strmap_fini(&x->entities);
  strmap_fini(&x->phraselists);
}

bool luis_index_intent(const luis_index *x, str name, uint32_t *index) {
  const uint32_t *found = strmap_get(&x->intents, name);
  if (found) *index = *found;
  return found;
}

bool luis_index_entity(const luis_index *x, str name, luis_ref *ref) {
  const uint32_t *found = strmap_get(&x->entities, name);
  if (found) *ref = (luis_ref){(luis_kind)(*found >> INDEX_BITS), *found & ((1u << INDEX_BITS) - 1)};
  return found;
}

const luis_entity *luis_entity_at(const luis_app *app, luis_ref ref) {
  return &app->entities[ref.kind].v[ref.index];
}

bool luis_index_part(const luis_index *x, const luis_app *app, str name, luis_ref *ref, size_t *part) {
  size_t colon = str_find_byte(name, ':');
  str rest = str_skip(name, colon);
  if (!str_starts(rest, STR("::"))) return false;
  if (!luis_index_entity(x, str_make(name.p, colon), ref) || ref->kind != LUIS_HIERARCHICAL) return false;
  luis_names parts = luis_entity_at(app, *ref)->parts;
  for (size_t i = 0; i < parts.n; i++)
    if (str_eq(parts.v[i], str_skip(rest, 2))) {
      *part = i;
      return true;
    }
  return false;
}

const luis_child *luis_child_find(luis_children children, str name) {
  for (size_t i = 0; i < children.n; i++)
    if (str_eq(children.v[i].name, name)) return &children.v[i];
  return NULL;
}

bool luis_names_have(luis_names names, str name) {
  for (size_t i = 0; i < names.n; i++)
    if (str_eq(names.v[i], name)) return true;
  return false;
}

str luis_prebuilt_name(str name) {
  static const char *const names[] = {"age",         "number",      "percentage", "ordinal",     "ordinalV2",
                                      "dimension",   "temperature", "currency",   "money",       "datetime",
                                      "datetimeV2",  "personName",  "email",      "phonenumber", "url",
                                      "geographyV2", "geography",   "keyPhrase",  "encyclopedia"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_eq_nocase(name, str_of(names[i]))) return str_of(names[i]);
  return STR_NONE;
}
