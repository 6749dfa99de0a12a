#include "project/luis_json.h"

#include "text/offsets.h"

/* What a client compares must come out as it went in (reference §1, export rules): no "role" on a label without one,
 * no "inherits": null, roles, features and words in their order. */

/* Schema 3.2 is what clients of the V2 API know: neither features nor children, parts as texts. */
typedef enum schema { SCHEMA_7, SCHEMA_3 } schema;

static void write_names(jw *w, const char *key, luis_names names) {
  jw_key(w, key);
  jw_strs(w, names.v, names.n);
}

static void write_features(jw *w, luis_features f) {
  jw_key(w, "features");
  jw_arr(w);
  for (size_t i = 0; i < f.n; i++) {
    jw_obj(w);
    jw_kstr(w, f.v[i].is_phraselist ? "featureName" : "modelName", f.v[i].name);
    jw_kbool(w, "isRequired", f.v[i].is_required);
    jw_end(w);
  }
  jw_end(w);
}

static void write_inherits(jw *w, const luis_inherits *in) {
  if (!in->domain_name.p && !in->model_name.p) return;
  jw_key(w, "inherits");
  jw_obj(w);
  jw_kstr_opt(w, "domain_name", in->domain_name);
  jw_kstr_opt(w, "model_name", in->model_name);
  jw_end(w);
}

static void write_children(jw *w, luis_children v) {
  jw_key(w, "children");
  jw_arr(w);
  for (size_t i = 0; i < v.n; i++) {
    jw_obj(w);
    jw_kstr(w, "name", v.v[i].name);
    write_children(w, v.v[i].children);
    write_features(w, v.v[i].features);
    jw_end(w);
  }
  jw_end(w);
}

static void write_parts(jw *w, luis_names parts, schema v) {
  if (v == SCHEMA_3) {
    write_names(w, "children", parts);
    return;
  }
  jw_key(w, "children");
  jw_arr(w);
  for (size_t i = 0; i < parts.n; i++) {
    jw_obj(w);
    jw_kstr(w, "name", parts.v[i]);
    jw_end(w);
  }
  jw_end(w);
}

static void write_sublists(jw *w, luis_sublists v) {
  jw_key(w, "subLists");
  jw_arr(w);
  for (size_t i = 0; i < v.n; i++) {
    jw_obj(w);
    jw_kstr(w, "canonicalForm", v.v[i].canonical_form);
    write_names(w, "list", v.v[i].list);
    jw_end(w);
  }
  jw_end(w);
}

static void write_entity(jw *w, luis_kind kind, const luis_entity *en, schema v) {
  jw_obj(w);
  jw_kstr(w, "name", en->name);
  switch (kind) {
  case LUIS_ENTITY:
    if (v == SCHEMA_7) write_children(w, en->children);
    if (v == SCHEMA_7) write_features(w, en->features);
    break;
  case LUIS_HIERARCHICAL:
  case LUIS_COMPOSITE:
    write_parts(w, en->parts, v);
    if (v == SCHEMA_7) write_features(w, en->features);
    break;
  case LUIS_CLOSED_LIST: write_sublists(w, en->sublists); break;
  case LUIS_PATTERN_ANY: write_names(w, "explicitList", en->explicit_list); break;
  case LUIS_REGEX: jw_kstr(w, "regexPattern", en->regex_pattern); break;
  case LUIS_PREBUILT:
  case LUIS_KIND_COUNT: break;
  }
  write_names(w, "roles", en->roles);
  write_inherits(w, &en->inherits);
  jw_end(w);
}

static void write_intents(jw *w, const luis_app *app, schema v) {
  jw_key(w, "intents");
  jw_arr(w);
  for (size_t i = 0; i < app->intent_count; i++) {
    jw_obj(w);
    jw_kstr(w, "name", app->intents[i].name);
    if (v == SCHEMA_7) write_features(w, app->intents[i].features);
    write_inherits(w, &app->intents[i].inherits);
    jw_end(w);
  }
  jw_end(w);
}

static void write_phraselists(jw *w, const luis_app *app, schema v) {
  jw_key(w, v == SCHEMA_7 ? "phraselists" : "model_features");
  jw_arr(w);
  for (size_t i = 0; i < app->phraselist_count; i++) {
    const luis_phraselist *p = &app->phraselists[i];
    jw_obj(w);
    jw_kstr(w, "name", p->name);
    jw_kbool(w, "mode", p->interchangeable);
    jw_kstr(w, "words", p->words);
    jw_kbool(w, "activated", p->activated);
    if (v == SCHEMA_7) jw_kbool(w, "enabledForAllModels", p->enabled_for_all_models);
    jw_end(w);
  }
  jw_end(w);
  jw_key(w, "regex_features");
  jw_arr(w);
  for (size_t i = 0; i < app->regex_feature_count; i++) {
    const luis_regex_feature *f = &app->regex_features[i];
    jw_obj(w);
    jw_kstr(w, "name", f->name);
    jw_kstr(w, "pattern", f->pattern);
    jw_kbool(w, "activated", f->activated);
    jw_end(w);
  }
  jw_end(w);
}

static void write_patterns(jw *w, const luis_app *app) {
  jw_key(w, "patterns");
  jw_arr(w);
  for (size_t i = 0; i < app->pattern_count; i++) {
    jw_obj(w);
    jw_kstr(w, "pattern", app->patterns[i].pattern);
    jw_kstr(w, "intent", app->intents[app->patterns[i].intent].name);
    jw_end(w);
  }
  jw_end(w);
}

static void write_labels(jw *w, const char *key, luis_labels labels, const offset_map *map) {
  jw_key(w, key);
  jw_arr(w);
  for (size_t i = 0; i < labels.n; i++) {
    const luis_label *l = &labels.v[i];
    size_t end = offset_of_byte(map, (size_t)l->offset_bytes + l->length_bytes);
    jw_obj(w);
    jw_kstr(w, "entity", l->entity);
    jw_kint(w, "startPos", (int64_t)offset_of_byte(map, l->offset_bytes));
    jw_kint(w, "endPos", (int64_t)end - 1);
    jw_kstr_opt(w, "role", l->role);
    if (l->children.n) write_labels(w, "children", l->children, map);
    jw_end(w);
  }
  jw_end(w);
}

void luis_utterance_write(jw *w, const luis_app *app, const luis_utterance *u, arena *scratch) {
  arena_reset(scratch);
  offset_map map;
  offset_map_init(&map, u->text, OFFSET_UTF16, scratch);
  jw_obj(w);
  jw_kstr(w, "text", u->text);
  jw_kstr(w, "intent", app->intents[u->intent].name);
  write_labels(w, "entities", u->labels, &map);
  jw_end(w);
}

static void write_utterances(jw *w, const luis_app *app) {
  arena scratch;
  arena_init(&scratch, 0);
  jw_key(w, "utterances");
  jw_arr(w);
  for (size_t i = 0; i < app->utterance_count; i++) luis_utterance_write(w, app, &app->utterances[i], &scratch);
  jw_end(w);
  arena_fini(&scratch);
}

static void write_settings(jw *w, const luis_app *app) {
  jw_key(w, "settings");
  jw_arr(w);
  for (size_t i = 0; i < app->setting_count; i++) {
    jw_obj(w);
    jw_kstr(w, "name", app->settings[i].name);
    jw_kstr(w, "value", app->settings[i].value);
    jw_end(w);
  }
  jw_end(w);
}

static void write_app(const luis_app *app, schema v, buf *out) {
  bool is_7 = str_starts(app->schema_version, STR("7"));
  str version = v == SCHEMA_3 ? STR("3.2.0") : is_7 ? app->schema_version : STR("7.0.0");
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_kstr(&w, "luis_schema_version", version);
  jw_kstr_opt(&w, "versionId", app->version_id);
  jw_kstr_opt(&w, "name", app->name);
  jw_kstr(&w, "desc", app->description.p ? app->description : STR(""));
  jw_kstr_opt(&w, "culture", app->culture);
  jw_kstr(&w, "tokenizerVersion", app->tokenizer_version.p ? app->tokenizer_version : STR("1.0.0"));
  write_intents(&w, app, v);
  for (int k = 0; k < LUIS_KIND_COUNT; k++) {
    jw_key(&w, luis_kind_member((luis_kind)k));
    jw_arr(&w);
    for (size_t i = 0; i < app->entities[k].n; i++) write_entity(&w, (luis_kind)k, &app->entities[k].v[i], v);
    jw_end(&w);
  }
  write_phraselists(&w, app, v);
  write_patterns(&w, app);
  write_utterances(&w, app);
  write_settings(&w, app);
  jw_end(&w);
}

void luis_write(const luis_app *app, buf *out) {
  write_app(app, SCHEMA_7, out);
}

err_code luis_write_v2(const luis_app *app, buf *out, err *e) {
  luis_entities v = app->entities[LUIS_ENTITY];
  for (size_t i = 0; i < v.n; i++)
    if (v.v[i].children.n)
      return err_set(e, ERR_INVALID_ARGUMENT,
                     "The entity '" STR_FMT
                     "' has children, which this version of the API cannot export; use v3.0-preview.",
                     STR_ARG(v.v[i].name));
  write_app(app, SCHEMA_3, out);
  return ERR_OK;
}
