#include "project/clu_fields.h"
#include "project/luis_check.h"
#include "project/luis_json.h"
#include "project/luis_read_labels.h"

#include <stdlib.h>

/* document -> schema (intents, entities, phrase lists, patterns) -> utterances, whose labels need the schema.
 * Older schemas are lifted on the way (reference §2); where the file has another name for a thing both are read. */

typedef struct reader {
  arena *a;
  arena scratch; /* one utterance */
  luis_app app;
  strmap intent_ids;
} reader;

/* ---- Arrays of anything ---- */

typedef err_code item_fn(reader *r, const jnode *n, void *out, err *e);

/* Reads member key of obj, an array, element by element behind those of *v [*n]. */
static err_code read_items(reader *r, const jnode *obj, const char *key, size_t size, item_fn *read, const void **v,
                           size_t *n, err *e) {
  jnode arr = {0};
  TRY(jn_opt_arr(obj, key, &arr, NULL, e));
  size_t count = jn_len(&arr), had = *n;
  if (!count) return ERR_OK;
  char *items = arena_zalloc(r->a, had + count, size);
  if (had) memcpy(items, *v, had * size);
  for (size_t i = 0; i < count; i++) {
    jnode item = jn_at(&arr, i);
    TRY(read(r, &item, items + (had + i) * size, e));
  }
  *v = items;
  *n = had + count;
  return ERR_OK;
}

/* Into the pair (pointer, count) of type T, which may hold what the file has under an older name. */
#define READ_ITEMS(r, obj, key, T, read, v_out, n_out, e)                                                              \
  do {                                                                                                                 \
    const void *items_ = (v_out);                                                                                      \
    TRY(read_items((r), (obj), (key), sizeof(T), (read), &items_, &(n_out), (e)));                                     \
    (v_out) = (const T *)items_;                                                                                       \
  } while (0)

static err_code read_req(const reader *r, const jnode *obj, const char *key, str *out, err *e) {
  str s;
  TRY(jn_want_obj(obj, e));
  TRY(jn_req_str(obj, key, &s, e));
  *out = arena_str(r->a, s);
  return ERR_OK;
}

static err_code read_flag(const jnode *obj, const char *key, bool absent, bool *out, err *e) {
  *out = absent;
  return jn_opt_bool(obj, key, out, NULL, e);
}

static err_code read_string(reader *r, const jnode *n, void *out, err *e) {
  str s;
  TRY(jn_want_str(n, &s, e));
  *(str *)out = arena_str(r->a, s);
  return ERR_OK;
}

/* "number" or {"name": "number"}. */
static err_code read_name_or_object(reader *r, const jnode *n, void *out, err *e) {
  return jn_typeof(n) == JN_STR ? read_string(r, n, out, e) : read_req(r, n, "name", out, e);
}

static err_code read_names(reader *r, const jnode *obj, const char *key, item_fn *read, luis_names *out, err *e) {
  READ_ITEMS(r, obj, key, str, read, out->v, out->n, e);
  return ERR_OK;
}

/* ---- Features ---- */

static err_code read_feature(reader *r, const jnode *n, void *item, err *e) {
  luis_feature *out = item;
  str model = STR_NONE, list = STR_NONE;
  TRY(jn_want_obj(n, e));
  TRY(clu__str(n, "modelName", r->a, &model, e));
  TRY(clu__str(n, "featureName", r->a, &list, e));
  if ((model.p != NULL) == (list.p != NULL)) return jn_fail(n, e, "needs one of modelName and featureName");
  out->is_phraselist = list.p != NULL;
  out->name = out->is_phraselist ? list : model;
  return read_flag(n, "isRequired", false, &out->is_required, e);
}

static err_code read_features(reader *r, const jnode *n, luis_features *out, err *e) {
  READ_ITEMS(r, n, "features", luis_feature, read_feature, out->v, out->n, e);
  return ERR_OK;
}

/* Schema 5 and 6: an instance of a model is what needs it as a feature. */
static err_code read_instance_of(reader *r, const jnode *n, luis_features *inout, err *e) {
  str model = STR_NONE;
  TRY(clu__str(n, "instanceOf", r->a, &model, e));
  if (!model.n) return ERR_OK;
  luis_feature *v = ARENA_ARRAY(r->a, luis_feature, inout->n + 1);
  size_t at = inout->n;
  for (size_t i = 0; i < inout->n; i++) {
    v[i] = inout->v[i];
    if (!v[i].is_phraselist && str_eq(v[i].name, model)) at = i;
  }
  v[at] = (luis_feature){.name = model, .is_required = true};
  *inout = (luis_features){v, MAX_OF(inout->n, at + 1)};
  return ERR_OK;
}

static err_code read_inherits(reader *r, const jnode *n, luis_inherits *out, err *e) {
  jnode o = {0};
  TRY(jn_opt_obj(n, "inherits", &o, NULL, e));
  TRY(clu__str(&o, "domain_name", r->a, &out->domain_name, e));
  return clu__str(&o, "model_name", r->a, &out->model_name, e);
}

/* ---- Intents ---- */

static err_code read_intent(reader *r, const jnode *n, void *item, err *e) {
  luis_intent *out = item;
  TRY(read_req(r, n, "name", &out->name, e));
  TRY(read_features(r, n, &out->features, e));
  return read_inherits(r, n, &out->inherits, e);
}

static err_code read_intent_of(const reader *r, const jnode *n, uint32_t *out, err *e) {
  str name;
  TRY(jn_want_obj(n, e));
  TRY(jn_req_str(n, "intent", &name, e));
  const uint32_t *id = strmap_get(&r->intent_ids, name);
  jnode at = jn_get(n, "intent");
  if (!id) return jn_fail(&at, e, "the app has no intent \"" STR_FMT "\"", STR_ARG(clu__clip(name)));
  *out = *id;
  return ERR_OK;
}

/* ---- Entities ---- */

/* Called before the names are checked: deep nesting must end the recursion. */
static err_code check_level(const jnode *n, err *e) {
  int level = 0;
  for (const jnode *up = n; up; up = up->up) level += up->key && strcmp(up->key, "children") == 0;
  if (level <= LUIS_LIMIT_LEVELS) return ERR_OK;
  return clu__limit(n, (size_t)level, LUIS_LIMIT_LEVELS, "levels of children", e);
}

static err_code read_child(reader *r, const jnode *n, void *item, err *e) {
  luis_child *out = item;
  TRY(check_level(n, e));
  TRY(read_req(r, n, "name", &out->name, e));
  READ_ITEMS(r, n, "children", luis_child, read_child, out->children.v, out->children.n, e);
  TRY(read_features(r, n, &out->features, e));
  return read_instance_of(r, n, &out->features, e);
}

static err_code read_head(reader *r, const jnode *n, luis_entity *out, err *e) {
  TRY(read_req(r, n, "name", &out->name, e));
  TRY(read_names(r, n, "roles", read_string, &out->roles, e));
  TRY(read_features(r, n, &out->features, e));
  return read_inherits(r, n, &out->inherits, e);
}

static err_code read_group(reader *r, const jnode *n, void *item, err *e) {
  luis_entity *out = item;
  TRY(read_head(r, n, out, e));
  return read_names(r, n, "children", read_name_or_object, &out->parts, e);
}

/* Up to schema 4 a machine-learned entity whose children are names is a hierarchical one. */
static bool has_string_children(const jnode *n) {
  jnode children = jn_get(n, "children");
  if (jn_typeof(&children) != JN_ARR || !jn_len(&children)) return false;
  jnode first = jn_at(&children, 0);
  return jn_typeof(&first) == JN_STR;
}

static err_code read_entity(reader *r, const jnode *n, void *item, err *e) {
  luis_entity *out = item;
  if (has_string_children(n)) return read_group(r, n, out, e);
  TRY(read_head(r, n, out, e));
  READ_ITEMS(r, n, "children", luis_child, read_child, out->children.v, out->children.n, e);
  return ERR_OK;
}

static err_code read_sublist(reader *r, const jnode *n, void *item, err *e) {
  luis_sublist *out = item;
  TRY(read_req(r, n, "canonicalForm", &out->canonical_form, e));
  return read_names(r, n, "list", read_string, &out->list, e);
}

static err_code read_closed_list(reader *r, const jnode *n, void *item, err *e) {
  luis_entity *out = item;
  TRY(read_head(r, n, out, e));
  READ_ITEMS(r, n, "subLists", luis_sublist, read_sublist, out->sublists.v, out->sublists.n, e);
  return ERR_OK;
}

/* An object, or in schema 1 and 2 the name alone. */
static err_code read_prebuilt(reader *r, const jnode *n, void *item, err *e) {
  luis_entity *out = item;
  return jn_typeof(n) == JN_STR ? read_string(r, n, &out->name, e) : read_head(r, n, out, e);
}

static err_code read_pattern_any(reader *r, const jnode *n, void *item, err *e) {
  luis_entity *out = item;
  TRY(read_head(r, n, out, e));
  return read_names(r, n, "explicitList", read_string, &out->explicit_list, e);
}

static err_code read_regex(reader *r, const jnode *n, void *item, err *e) {
  luis_entity *out = item;
  TRY(read_head(r, n, out, e));
  return read_req(r, n, "regexPattern", &out->regex_pattern, e);
}

static err_code read_kind(reader *r, const jnode *root, luis_kind kind, const char *key, item_fn *read, err *e) {
  luis_entities *out = &r->app.entities[kind];
  READ_ITEMS(r, root, key, luis_entity, read, out->v, out->n, e);
  return ERR_OK;
}

/* Moves what read_entity read as hierarchical behind the hierarchicals of the file. */
static void split_hierarchicals(reader *r) {
  luis_entities *learned = &r->app.entities[LUIS_ENTITY], *groups = &r->app.entities[LUIS_HIERARCHICAL];
  size_t moved = 0;
  for (size_t i = 0; i < learned->n; i++) moved += learned->v[i].parts.n > 0;
  if (!moved) return;
  luis_entity *rest = ARENA_ARRAY(r->a, luis_entity, learned->n - moved);
  luis_entity *all = ARENA_ARRAY(r->a, luis_entity, groups->n + moved);
  if (groups->n) memcpy(all, groups->v, groups->n * sizeof *all);
  size_t rest_count = 0, all_count = groups->n;
  for (size_t i = 0; i < learned->n; i++)
    if (learned->v[i].parts.n)
      all[all_count++] = learned->v[i];
    else
      rest[rest_count++] = learned->v[i];
  *learned = (luis_entities){rest, rest_count};
  *groups = (luis_entities){all, all_count};
}

static err_code read_entities(reader *r, const jnode *root, err *e) {
  TRY(read_kind(r, root, LUIS_ENTITY, "entities", read_entity, e));
  TRY(read_kind(r, root, LUIS_HIERARCHICAL, "hierarchicals", read_group, e));
  split_hierarchicals(r);
  TRY(read_kind(r, root, LUIS_COMPOSITE, "composites", read_group, e));
  TRY(read_kind(r, root, LUIS_CLOSED_LIST, "closedLists", read_closed_list, e));
  TRY(read_kind(r, root, LUIS_PREBUILT, "bing_entities", read_prebuilt, e)); /* schema 1 and 2 */
  TRY(read_kind(r, root, LUIS_PREBUILT, "prebuiltEntities", read_prebuilt, e));
  TRY(read_kind(r, root, LUIS_PATTERN_ANY, "patternAnyEntities", read_pattern_any, e));
  TRY(read_kind(r, root, LUIS_REGEX, "regexEntities", read_regex, e)); /* some tools */
  return read_kind(r, root, LUIS_REGEX, "regex_entities", read_regex, e);
}

/* ---- Phrase lists, patterns, settings ---- */

static err_code read_phraselist(reader *r, const jnode *n, void *item, err *e) {
  luis_phraselist *out = item;
  TRY(read_req(r, n, "name", &out->name, e));
  out->words = STR("");
  TRY(clu__str(n, "words", r->a, &out->words, e));
  TRY(read_flag(n, "mode", false, &out->interchangeable, e));
  TRY(read_flag(n, "activated", true, &out->activated, e));
  return read_flag(n, "enabledForAllModels", true, &out->enabled_for_all_models, e);
}

static err_code read_regex_feature(reader *r, const jnode *n, void *item, err *e) {
  luis_regex_feature *out = item;
  TRY(read_req(r, n, "name", &out->name, e));
  TRY(read_req(r, n, "pattern", &out->pattern, e));
  return read_flag(n, "activated", true, &out->activated, e);
}

/* Slots may be written {@Entity}, as in .lu; the app has them without. */
static str plain_pattern(str s, arena *a) {
  char *p = arena_cstr(a, s);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    bool escaped = i && s.p[i - 1] == '{' && i >= 2 && s.p[i - 2] == '\\';
    if (s.p[i] == '@' && i && s.p[i - 1] == '{' && !escaped) continue;
    p[n++] = s.p[i];
  }
  return str_make(p, n);
}

static err_code read_pattern(reader *r, const jnode *n, void *item, err *e) {
  luis_pattern *out = item;
  str s;
  TRY(read_intent_of(r, n, &out->intent, e));
  TRY(jn_req_str(n, "pattern", &s, e));
  out->pattern = plain_pattern(s, r->a);
  return ERR_OK;
}

/* Values are strings; some tools write booleans. */
static err_code read_setting(reader *r, const jnode *n, void *item, err *e) {
  luis_setting *out = item;
  TRY(read_req(r, n, "name", &out->name, e));
  jnode value = jn_get(n, "value");
  if (jn_typeof(&value) != JN_BOOL) return read_req(r, n, "value", &out->value, e);
  out->value = jn_bool(&value) ? STR("true") : STR("false");
  return ERR_OK;
}

static err_code read_lists(reader *r, const jnode *root, err *e) {
  luis_app *app = &r->app;
  READ_ITEMS(r, root, "model_features", luis_phraselist, read_phraselist, app->phraselists, app->phraselist_count, e);
  READ_ITEMS(r, root, "phraselists", luis_phraselist, read_phraselist, app->phraselists, app->phraselist_count, e);
  READ_ITEMS(r, root, "regex_features", luis_regex_feature, read_regex_feature, app->regex_features,
             app->regex_feature_count, e);
  READ_ITEMS(r, root, "patterns", luis_pattern, read_pattern, app->patterns, app->pattern_count, e);
  READ_ITEMS(r, root, "settings", luis_setting, read_setting, app->settings, app->setting_count, e);
  return ERR_OK;
}

/* ---- Utterances ---- */

static err_code read_text(reader *r, const jnode *n, void *item, err *e) {
  luis_utterance *out = item;
  TRY(read_intent_of(r, n, &out->intent, e));
  return read_req(r, n, "text", &out->text, e);
}

static err_code read_labels(reader *r, const jnode *root, err *e) {
  luis_index x;
  luis_index_init(&x, &r->app);
  jnode arr = jn_get(root, "utterances");
  luis_utterance *v = ARENA_ARRAY(r->a, luis_utterance, r->app.utterance_count);
  err_code rc = ERR_OK;
  for (size_t i = 0; i < r->app.utterance_count && rc == ERR_OK; i++) {
    jnode item = jn_at(&arr, i);
    v[i] = r->app.utterances[i];
    rc = luis__labels_read(&r->app, &x, &item, r->a, &r->scratch, &v[i], e);
  }
  r->app.utterances = v;
  luis_index_fini(&x);
  return rc;
}

/* ---- Document ---- */

static err_code read_header(reader *r, const jnode *root, err *e) {
  luis_app *app = &r->app;
  TRY(clu__str(root, "luis_schema_version", r->a, &app->schema_version, e));
  TRY(clu__str(root, "versionId", r->a, &app->version_id, e));
  TRY(clu__str(root, "name", r->a, &app->name, e));
  TRY(clu__str(root, "desc", r->a, &app->description, e));
  TRY(clu__str(root, "culture", r->a, &app->culture, e));
  TRY(clu__str(root, "tokenizerVersion", r->a, &app->tokenizer_version, e));
  jnode at = jn_get(root, "luis_schema_version");
  err why;
  if (!app->schema_version.p || luis__schema_check(app->schema_version, &why) == ERR_OK) return ERR_OK;
  return jn_fail(&at, e, "%s", why.message);
}

static err_code read_document(reader *r, const jnode *root, err *e) {
  luis_app *app = &r->app;
  TRY(jn_want_obj(root, e));
  if (!luis_is_app(root))
    return jn_fail(root, e, "the document is no LUIS app: it has no luis_schema_version and no intents");
  TRY(read_header(r, root, e));
  READ_ITEMS(r, root, "intents", luis_intent, read_intent, app->intents, app->intent_count, e);
  for (size_t i = 0; i < app->intent_count; i++) strmap_put(&r->intent_ids, app->intents[i].name, (uint32_t)i, NULL);
  TRY(read_entities(r, root, e));
  TRY(read_lists(r, root, e));
  READ_ITEMS(r, root, "utterances", luis_utterance, read_text, app->utterances, app->utterance_count, e);
  TRY(luis__check(app, &(luis_places){luis__json_place, NULL}, e));
  return read_labels(r, root, e);
}

err_code luis_read_node(const jnode *root, arena *a, luis_app *out, err *e) {
  reader r = {.a = a};
  arena_init(&r.scratch, 0);
  strmap_init(&r.intent_ids);
  err_code rc = read_document(&r, root, e);
  if (rc == ERR_OK) *out = r.app;
  strmap_fini(&r.intent_ids);
  arena_fini(&r.scratch);
  return rc;
}

err_code luis_read(str json, arena *a, luis_app *out, err *e) {
  jdoc *doc;
  TRY(jn_parse(json, &doc, e));
  jnode root = jn_root(doc);
  err_code rc = luis_read_node(&root, a, out, e);
  jn_free(doc);
  return rc;
}

bool luis_is_app(const jnode *root) {
  jnode version = jn_get(root, "luis_schema_version"), intents = jn_get(root, "intents");
  return jn_typeof(&version) != JN_ABSENT || jn_typeof(&intents) != JN_ABSENT;
}
