#include "project/clu_fields.h"
#include "project/clu_json.h"

#include "base/map.h"
#include "project/limits.h"
#include "recognize/prebuilt.h"
#include "recognize/regex.h"
#include "text/utf8.h"

#include <stdlib.h>

/* document -> metadata -> entities -> intents (may name entities) -> utterances (name both).
 * Every check happens here, so that what leaves this file is a sound project. */

typedef struct reader {
  arena *a;
  arena scratch; /* one utterance */
  offset_unit unit;
  bool joined; /* clu_read_options */
  project p;
  strmap entity_ids, intent_ids;
  size_t synonym_count, regex_count; /* of the project so far */
} reader;

/* ---- Entities ---- */

static err_code read_synonyms(reader *r, const jnode *n, list_synonyms *out, err *e) {
  jnode values = {0};
  TRY(jn_want_obj(n, e));
  TRY(clu__language(n, "language", r->a, &out->language, e));
  TRY(jn_opt_arr(n, "values", &values, NULL, e));
  size_t count = jn_len(&values);
  str *v = ARENA_ARRAY(r->a, str, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&values, i);
    TRY(jn_want_str(&item, &v[i], e));
    v[i] = arena_str(r->a, v[i]);
  }
  out->values = v;
  out->value_count = count;
  return ERR_OK;
}

static err_code read_sublist(reader *r, const jnode *n, sublist *out, size_t *synonyms, err *e) {
  jnode arr = {0};
  TRY(jn_want_obj(n, e));
  TRY(clu__str(n, "listKey", r->a, &out->list_key, e));
  TRY(jn_opt_arr(n, "synonyms", &arr, NULL, e));
  size_t count = jn_len(&arr);
  list_synonyms *v = ARENA_ARRAY(r->a, list_synonyms, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_synonyms(r, &item, &v[i], e));
    *synonyms += v[i].value_count;
  }
  out->synonyms = v;
  out->synonyms_count = count;
  return ERR_OK;
}

/* The component is called "list", and "entities" in the API definitions of 2024-11 and later. */
static err_code read_list(reader *r, const jnode *n, entity *en, err *e) {
  jnode list = {0}, alias = {0}, arr = {0};
  bool has_alias;
  TRY(jn_opt_obj(n, "list", &list, &en->has_list, e));
  TRY(jn_opt_obj(n, "entities", &alias, &has_alias, e));
  if (en->has_list && has_alias) return jn_fail(&alias, e, "names the list component a second time");
  if (has_alias) list = alias;
  en->has_list |= has_alias;
  if (!en->has_list) return ERR_OK;

  TRY(jn_opt_arr(&list, "sublists", &arr, NULL, e));
  size_t count = jn_len(&arr), synonyms = 0;
  sublist *v = ARENA_ARRAY(r->a, sublist, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_sublist(r, &item, &v[i], &synonyms, e));
  }
  en->sublists = v;
  en->sublist_count = count;
  r->synonym_count += synonyms;
  TRY(clu__limit(&arr, synonyms, LIMIT_SYNONYMS_PER_ENTITY, "synonyms of one entity", e));
  return clu__limit(&arr, r->synonym_count, LIMIT_SYNONYMS_PER_PROJECT, "synonyms in the project", e);
}

static err_code read_prebuilts(reader *r, const jnode *n, entity *en, err *e) {
  jnode arr = {0};
  TRY(jn_opt_arr(n, "prebuilts", &arr, &en->has_prebuilts, e));
  size_t count = jn_len(&arr);
  TRY(clu__limit(&arr, count, LIMIT_PREBUILTS_PER_ENTITY, "prebuilts of one entity", e));
  str *v = ARENA_ARRAY(r->a, str, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    str name;
    TRY(jn_want_obj(&item, e));
    TRY(jn_req_str(&item, "category", &name, e));
    const prebuilt_category *category = prebuilt_find(name);
    jnode at = jn_get(&item, "category");
    if (!category) return jn_fail(&at, e, "\"" STR_FMT "\" is not a prebuilt category", STR_ARG(clu__clip(name)));
    v[i] = str_of(category->category);
  }
  en->prebuilts = v;
  en->prebuilt_count = count;
  return ERR_OK;
}

static err_code read_expression(reader *r, const jnode *n, regex_expression *out, err *e) {
  TRY(jn_want_obj(n, e));
  TRY(clu__str(n, "regexKey", r->a, &out->key, e));
  TRY(clu__language(n, "language", r->a, &out->language, e));
  TRY(clu__str(n, "regexPattern", r->a, &out->pattern, e));
  err why;
  jnode at = jn_get(n, "regexPattern");
  if (out->pattern.p && regex_check(out->pattern, &why) != ERR_OK) return jn_fail(&at, e, "%s", why.message);
  return ERR_OK;
}

static err_code read_regex(reader *r, const jnode *n, entity *en, err *e) {
  jnode regex = {0}, arr = {0};
  TRY(jn_opt_obj(n, "regex", &regex, &en->has_regex, e));
  TRY(jn_opt_arr(&regex, "expressions", &arr, NULL, e));
  size_t count = jn_len(&arr);
  r->regex_count += count;
  TRY(clu__limit(&arr, r->regex_count, LIMIT_REGEXES_PER_PROJECT, "regular expressions in the project", e));
  regex_expression *v = ARENA_ARRAY(r->a, regex_expression, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_expression(r, &item, &v[i], e));
  }
  en->regexes = v;
  en->regex_count = count;
  return ERR_OK;
}

static err_code read_composition(const jnode *n, composition *out, err *e) {
  static const clu_enum names[] = {{"combineComponents", COMPOSE_COMBINE},
                                   {"separateComponents", COMPOSE_SEPARATE},
                                   {"returnLongestOverlap", COMPOSE_LONGEST},
                                   {"requireExactOverlap", COMPOSE_EXACT}};
  jnode node = jn_get(n, "compositionSetting");
  if (jn_is_none(&node)) return ERR_OK;
  int value;
  TRY(clu__enum(&node, names, ARRAY_LEN(names), &value, e));
  *out = (composition)value;
  return ERR_OK;
}

static err_code read_required(const jnode *n, entity *en, err *e) {
  static const clu_enum names[] = {{"learned", COMPONENT_LEARNED},
                                   {"list", COMPONENT_LIST},
                                   {"prebuilts", COMPONENT_PREBUILT},
                                   {"prebuilt", COMPONENT_PREBUILT}, /* in one example of the docs */
                                   {"regex", COMPONENT_REGEX}};
  jnode arr = {0};
  TRY(jn_opt_arr(n, "requiredComponents", &arr, &en->has_required, e));
  for (size_t i = 0; i < jn_len(&arr); i++) {
    jnode item = jn_at(&arr, i);
    int value;
    TRY(clu__enum(&item, names, ARRAY_LEN(names), &value, e));
    en->required_components |= (unsigned)value;
  }
  return ERR_OK;
}

/* Required member "category", a legal name that ids has not seen, which gets id. */
static err_code read_category(reader *r, const jnode *n, const char *what, strmap *ids, size_t id, str *out, err *e) {
  str name;
  TRY(jn_want_obj(n, e));
  TRY(jn_req_str(n, "category", &name, e));
  jnode at = jn_get(n, "category");
  err why;
  if (project_category_check(name, what, "", &why) != ERR_OK) return jn_fail(&at, e, "%s", why.message);
  *out = arena_str(r->a, name);
  bool is_new;
  uint32_t first = *strmap_put(ids, *out, (uint32_t)id, &is_new);
  if (!is_new)
    return jn_fail(&at, e, "\"" STR_FMT "\" is already the %s at index %u", STR_ARG(clu__clip(name)), what, first);
  return ERR_OK;
}

static err_code read_entity(reader *r, const jnode *n, size_t index, entity *en, err *e) {
  TRY(read_category(r, n, "entity name", &r->entity_ids, index, &en->category, e));
  TRY(clu__str(n, "description", r->a, &en->description, e));
  TRY(read_composition(n, &en->composition, e));
  TRY(read_list(r, n, en, e));
  TRY(read_prebuilts(r, n, en, e));
  TRY(read_regex(r, n, en, e));
  return read_required(n, en, e);
}

static err_code read_entities(reader *r, const jnode *assets, err *e) {
  if (r->p.metadata.kind != PROJECT_CONVERSATION) return ERR_OK;
  jnode arr = {0};
  TRY(jn_opt_arr(assets, "entities", &arr, NULL, e));
  size_t count = jn_len(&arr);
  TRY(clu__limit(&arr, count, LIMIT_ENTITIES, "entities", e));
  entity *v = ARENA_ARRAY(r->a, entity, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_entity(r, &item, i, &v[i], e));
  }
  r->p.entities = v;
  r->p.entity_count = count;
  return ERR_OK;
}

/* ---- Intents ---- */

/* Member "category" of n, an entity of the file. */
static err_code read_entity_name(const reader *r, const jnode *n, uint32_t *id, err *e) {
  str name;
  TRY(jn_want_obj(n, e));
  TRY(jn_req_str(n, "category", &name, e));
  const uint32_t *found = strmap_get(&r->entity_ids, name);
  jnode at = jn_get(n, "category");
  if (!found) return jn_fail(&at, e, "the file has no entity \"" STR_FMT "\"", STR_ARG(clu__clip(name)));
  *id = *found;
  return ERR_OK;
}

static err_code read_associated(reader *r, const jnode *n, intent *in, err *e) {
  jnode arr = {0};
  TRY(jn_opt_arr(n, "associatedEntities", &arr, &in->has_associated_entities, e));
  size_t count = jn_len(&arr);
  str *v = ARENA_ARRAY(r->a, str, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    uint32_t id;
    TRY(read_entity_name(r, &item, &id, e));
    v[i] = r->p.entities[id].category;
  }
  in->associated_entities = v;
  in->associated_entity_count = count;
  return ERR_OK;
}

static bool is_uuid(str s) {
  if (s.n != 36) return false;
  for (size_t i = 0; i < s.n; i++) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? s.p[i] != '-' : !strchr("0123456789abcdefABCDEF", s.p[i])) return false;
  }
  return true;
}

static err_code read_luis_target(reader *r, const jnode *o, intent *in, err *e) {
  jnode t;
  TRY(jn_req_obj(o, "luisOrchestration", &t, e));
  TRY(clu__req_name(&t, "appId", r->a, &in->target_app_id, e));
  jnode id = jn_get(&t, "appId");
  if (!is_uuid(in->target_app_id)) return jn_fail(&id, e, "must be a UUID");
  TRY(clu__str(&t, "appVersion", r->a, &in->target_app_version, e));
  return clu__str(&t, "slotName", r->a, &in->target_slot, e);
}

static err_code read_target(reader *r, const jnode *n, intent *in, err *e) {
  static const clu_enum kinds[] = {
      {"Conversation", TARGET_CONVERSATION}, {"QuestionAnswering", TARGET_QUESTION_ANSWERING}, {"Luis", TARGET_LUIS}};
  jnode o = {0}, t;
  bool linked;
  TRY(jn_opt_obj(n, "orchestration", &o, &linked, e));
  if (!linked) return ERR_OK;
  jnode kind_node = jn_get(&o, "targetProjectKind");
  int kind;
  TRY(clu__enum(&kind_node, kinds, ARRAY_LEN(kinds), &kind, e));
  in->target = (target_kind)kind;
  switch (in->target) {
  case TARGET_CONVERSATION:
    TRY(jn_req_obj(&o, "conversationOrchestration", &t, e));
    TRY(clu__req_name(&t, "projectName", r->a, &in->target_project, e));
    return clu__req_name(&t, "deploymentName", r->a, &in->target_deployment, e);
  case TARGET_QUESTION_ANSWERING:
    TRY(jn_req_obj(&o, "questionAnsweringOrchestration", &t, e));
    return clu__req_name(&t, "projectName", r->a, &in->target_project, e);
  default: return read_luis_target(r, &o, in, e);
  }
}

static err_code read_intent(reader *r, const jnode *n, size_t index, intent *in, err *e) {
  TRY(read_category(r, n, "intent name", &r->intent_ids, index, &in->category, e));
  TRY(clu__str(n, "description", r->a, &in->description, e));
  if (r->p.metadata.kind == PROJECT_ORCHESTRATION) return read_target(r, n, in, e);
  return read_associated(r, n, in, e);
}

static err_code read_intents(reader *r, const jnode *assets, err *e) {
  jnode arr = {0};
  TRY(jn_opt_arr(assets, "intents", &arr, NULL, e));
  size_t count = jn_len(&arr);
  TRY(clu__limit(&arr, count, LIMIT_INTENTS, "intents", e));
  intent *v = ARENA_ARRAY(r->a, intent, count + 1);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_intent(r, &item, i, &v[i], e));
  }
  bool added;
  strmap_put(&r->intent_ids, STR("None"), (uint32_t)count, &added);
  if (added) v[count++].category = STR("None");
  TRY(clu__limit(&arr, count, LIMIT_INTENTS, "intents (with None)", e));
  r->p.intents = v;
  r->p.intent_count = count;
  return ERR_OK;
}

/* ---- Utterances ---- */

typedef struct placed_label {
  label l;
  size_t index; /* in the file */
} placed_label;

static int by_offset(const void *a, const void *b) {
  const placed_label *x = a, *y = b;
  if (x->l.offset_bytes != y->l.offset_bytes) return x->l.offset_bytes < y->l.offset_bytes ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* A position of the file as a byte of text; at: the field to blame. */
static err_code to_byte(const offset_map *m, str text, int64_t position, const jnode *at, uint32_t *out, err *e) {
  size_t byte;
  bool whole = offset_to_byte(m, (size_t)position, &byte);
  /* Units of Utf8CodeUnit can point inside of a character. */
  if (whole && byte < text.n) whole = ((unsigned char)text.p[byte] & 0xc0) != 0x80;
  if (!whole) return jn_fail(at, e, "the label begins or ends inside of a character");
  *out = (uint32_t)byte;
  return ERR_OK;
}

static err_code read_label(const reader *r, const jnode *n, const offset_map *m, str text, label *out, err *e) {
  int64_t units = (int64_t)m->units, offset, length;
  uint32_t end_bytes = 0;
  TRY(read_entity_name(r, n, &out->entity, e));
  TRY(jn_req_int(n, "offset", 0, units - 1, &offset, e));
  TRY(jn_req_int(n, "length", 1, units - offset, &length, e));
  jnode offset_node = jn_get(n, "offset"), length_node = jn_get(n, "length");
  TRY(to_byte(m, text, offset, &offset_node, &out->offset_bytes, e));
  TRY(to_byte(m, text, offset + length, &length_node, &end_bytes, e));
  out->length_bytes = end_bytes - out->offset_bytes;
  return ERR_OK;
}

static err_code read_labels(reader *r, const jnode *n, utterance *u, err *e) {
  jnode arr = {0};
  TRY(jn_opt_arr(n, "entities", &arr, NULL, e));
  size_t count = jn_len(&arr);
  if (!count) return ERR_OK;
  if (count > u->text.n) return jn_fail(&arr, e, "has more labels than the text has characters");

  arena_reset(&r->scratch);
  offset_map m;
  offset_map_init(&m, u->text, r->unit, &r->scratch);
  placed_label *placed = ARENA_ARRAY(&r->scratch, placed_label, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    placed[i].index = i;
    TRY(read_label(r, &item, &m, u->text, &placed[i].l, e));
  }
  qsort(placed, count, sizeof *placed, by_offset);

  label *v = ARENA_ARRAY(r->a, label, count);
  for (size_t i = 0; i < count; i++) {
    v[i] = placed[i].l;
    if (i == 0 || v[i - 1].offset_bytes + v[i - 1].length_bytes <= v[i].offset_bytes) continue;
    size_t one = placed[i - 1].index, other = placed[i].index;
    jnode at = jn_at(&arr, MAX_OF(one, other));
    return jn_fail(&at, e, "overlaps the label at index %zu", MIN_OF(one, other));
  }
  u->labels = v;
  u->label_count = (uint32_t)count;
  return ERR_OK;
}

static err_code read_text(reader *r, const jnode *n, str *out, err *e) {
  str text;
  TRY(jn_req_str(n, "text", &text, e));
  jnode at = jn_get(n, "text");
  size_t chars = utf8_codepoints(text);
  if (chars < 1 || (chars > LIMIT_UTTERANCE_CHARS && !r->joined))
    return jn_fail(&at, e, "must have 1 to %d characters, not %zu", LIMIT_UTTERANCE_CHARS, chars);
  *out = arena_str(r->a, text);
  return ERR_OK;
}

static err_code read_utterance(reader *r, const jnode *n, utterance *u, err *e) {
  str intent_name;
  TRY(jn_want_obj(n, e));
  TRY(read_text(r, n, &u->text, e));
  TRY(jn_req_str(n, "intent", &intent_name, e));
  const uint32_t *id = strmap_get(&r->intent_ids, intent_name);
  jnode at = jn_get(n, "intent");
  if (!id) return jn_fail(&at, e, "the file has no intent \"" STR_FMT "\"", STR_ARG(clu__clip(intent_name)));
  u->intent = *id;
  TRY(clu__language(n, "language", r->a, &u->language, e));
  TRY(clu__str(n, "dataset", r->a, &u->dataset, e));
  return r->p.metadata.kind == PROJECT_CONVERSATION ? read_labels(r, n, u, e) : ERR_OK;
}

static err_code read_utterances(reader *r, const jnode *assets, err *e) {
  jnode arr = {0};
  TRY(jn_opt_arr(assets, "utterances", &arr, NULL, e));
  size_t count = jn_len(&arr);
  bool conversation = r->p.metadata.kind == PROJECT_CONVERSATION;
  size_t limit = conversation ? LIMIT_UTTERANCES : LIMIT_UTTERANCES_ORCHESTRATION;
  TRY(clu__limit(&arr, count, r->joined ? SIZE_MAX : limit, "utterances", e));
  utterance *v = ARENA_ARRAY(r->a, utterance, count);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(read_utterance(r, &item, &v[i], e));
  }
  r->p.utterances = v;
  r->p.utterance_count = count;
  return ERR_OK;
}

/* ---- Document ---- */

static err_code read_assets(reader *r, const jnode *root, err *e) {
  jnode assets = {0};
  TRY(jn_opt_obj(root, "assets", &assets, &r->p.has_assets, e));
  jnode kind_node = jn_get(&assets, "projectKind");
  if (jn_typeof(&kind_node) != JN_ABSENT) {
    str name;
    project_kind kind;
    TRY(jn_want_str(&kind_node, &name, e));
    if (!project_kind_parse(name, &kind) || kind != r->p.metadata.kind)
      return jn_fail(&kind_node, e, "must be %s as in metadata.projectKind", project_kind_name(r->p.metadata.kind));
  }
  TRY(read_entities(r, &assets, e));
  TRY(read_intents(r, &assets, e));
  return read_utterances(r, &assets, e);
}

static err_code read_version(reader *r, const jnode *root, err *e) {
  static const char *const known[] = {
      "2022-05-01",         "2022-05-15-preview", "2022-07-01-preview", "2022-10-01-preview", "2023-04-01",
      "2023-04-15-preview", "2023-11-15-preview", "2024-05-01",         "2024-05-15-preview", "2024-11-15-preview",
      "2025-05-15-preview", "2025-11-01",         "2025-11-15-preview"};
  str version;
  TRY(jn_req_str(root, "projectFileVersion", &version, e));
  for (size_t i = 0; i < ARRAY_LEN(known); i++)
    if (str_eq(version, str_of(known[i]))) {
      r->p.file_version = str_of(known[i]);
      return ERR_OK;
    }
  jnode at = jn_get(root, "projectFileVersion");
  return jn_fail(&at, e, "\"" STR_FMT "\" is not a known version", STR_ARG(clu__clip(version)));
}

static err_code read_index_type(const jnode *root, offset_unit *unit, err *e) {
  static const clu_enum names[] = {
      {"Utf16CodeUnit", OFFSET_UTF16}, {"Utf8CodeUnit", OFFSET_UTF8}, {"Utf32CodeUnit", OFFSET_CODEPOINT}};
  jnode n = jn_get(root, "stringIndexType");
  int value;
  TRY(clu__enum(&n, names, ARRAY_LEN(names), &value, e));
  *unit = (offset_unit)value;
  return ERR_OK;
}

static err_code read_metadata(reader *r, const jnode *root, const clu_read_options *o, err *e) {
  jnode metadata;
  TRY(jn_req_obj(root, "metadata", &metadata, e));
  TRY(clu_metadata_read(&metadata, r->a, &r->p.metadata, e));
  str name = r->p.metadata.name;
  jnode at = jn_get(&metadata, "projectName");
  if (o && o->expect_name.p && name.p && !str_eq(name, o->expect_name))
    return jn_fail(&at, e, "the file is of project \"" STR_FMT "\", not of \"" STR_FMT "\"", STR_ARG(name),
                   STR_ARG(clu__clip(o->expect_name)));
  return ERR_OK;
}

static err_code read_document(reader *r, const jnode *root, const clu_read_options *o, err *e) {
  TRY(jn_want_obj(root, e));
  TRY(read_version(r, root, e));
  TRY(read_index_type(root, &r->unit, e));
  TRY(read_metadata(r, root, o, e));
  return read_assets(r, root, e);
}

err_code clu_read_node(const jnode *root, const clu_read_options *o, arena *a, project *out, err *e) {
  reader r = {.a = a, .joined = o && o->joined};
  arena_init(&r.scratch, 0);
  strmap_init(&r.entity_ids);
  strmap_init(&r.intent_ids);
  err_code rc = read_document(&r, root, o, e);
  if (rc == ERR_OK) *out = r.p;
  strmap_fini(&r.intent_ids);
  strmap_fini(&r.entity_ids);
  arena_fini(&r.scratch);
  return rc;
}

err_code clu_read(str json, const clu_read_options *o, arena *a, project *out, err *e) {
  jdoc *doc;
  TRY(jn_parse(json, &doc, e));
  jnode root = jn_root(doc);
  err_code rc = clu_read_node(&root, o, a, out, e);
  jn_free(doc);
  return rc;
}
