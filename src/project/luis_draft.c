/* DESIGN. The stored form is the app as luis_write gives it and, beside it, the ids in the order in which the
 * parts stand in the app: {…, "ids": {"last": 17, "guids": […], "numbers": […]}}. So one reader and one writer
 * know the shape of an app, and whoever wants the app alone can read the stored form as any other file.
 * add_app and write_ids walk the parts in the same order. */
#include "project/luis_draft_form.h"

#include "project/clu_fields.h"
#include "project/luis_check.h"
#include "project/luis_json.h"

/* ---- Lists and ids ---- */

void *luis__list_reserve(arena *a, void *v, size_t n, size_t *cap, size_t size) {
  if (n == *cap) {
    *cap = n ? 2 * n : 4;
    void *grown = arena_alloc(a, *cap * size);
    if (n) memcpy(grown, v, n * size);
    v = grown;
  }
  memset((char *)v + n * size, 0, size);
  return v;
}

str luis__guid(luis_draft *d) {
  char id[ID_UUID_LEN + 1];
  id_uuid(id);
  return arena_str(d->a, str_make(id, ID_UUID_LEN));
}

int64_t luis__number(luis_draft *d) {
  return ++d->last_number;
}

/* ---- From an app ---- */

/* Where the ids of a stored draft come from, one after another; without arrays: fresh ones. */
typedef struct id_source {
  luis_draft *d;
  const jnode *guids, *numbers;
  size_t guid_at, number_at;
  bool broken; /* too few, or of the wrong type */
} id_source;

static str next_guid(id_source *s) {
  if (!s->guids) return luis__guid(s->d);
  jnode n = s->guid_at < jn_len(s->guids) ? jn_at(s->guids, s->guid_at++) : (jnode){0};
  if (jn_typeof(&n) == JN_STR) return arena_str(s->d->a, jn_str(&n));
  s->broken = true;
  return STR("");
}

static int64_t next_number(id_source *s) {
  if (!s->numbers) return luis__number(s->d);
  jnode n = s->number_at < jn_len(s->numbers) ? jn_at(s->numbers, s->number_at++) : (jnode){0};
  if (jn_typeof(&n) == JN_INT) return jn_int(&n);
  s->broken = true;
  return 0;
}

static void add_names(id_source *s, luis_names names, bool with_ids, draft_names *out) {
  for (size_t i = 0; i < names.n; i++)
    *DRAFT_ADD(s->d, out) = (draft_name){with_ids ? next_guid(s) : STR_NONE, names.v[i]};
}

static void add_children(id_source *s, luis_children children, draft_children *out) {
  for (size_t i = 0; i < children.n; i++) {
    draft_child *c = DRAFT_ADD(s->d, out);
    *c = (draft_child){.id = next_guid(s), .name = children.v[i].name, .features = children.v[i].features};
    add_children(s, children.v[i].children, &c->children);
  }
}

static draft_entity *add_entity(id_source *s, luis_kind kind, const luis_entity *en) {
  luis_draft *d = s->d;
  draft_entity *out = DRAFT_ADD(d, &d->entities[kind]);
  *out = (draft_entity){.id = next_guid(s),
                        .name = en->name,
                        .features = en->features,
                        .inherits = en->inherits,
                        .regex_pattern = en->regex_pattern};
  add_names(s, en->roles, true, &out->roles);
  add_children(s, en->children, &out->children);
  add_names(s, en->parts, kind == LUIS_HIERARCHICAL, &out->parts);
  for (size_t i = 0; i < en->sublists.n; i++)
    *DRAFT_ADD(d, &out->sublists) = (draft_sublist){next_number(s), en->sublists.v[i]};
  for (size_t i = 0; i < en->explicit_list.n; i++)
    *DRAFT_ADD(d, &out->explicit_list) = (draft_item){next_number(s), en->explicit_list.v[i]};
  return out;
}

draft_entity *luis__draft_add_entity(luis_draft *d, luis_kind kind, const luis_entity *en) {
  return add_entity(&(id_source){.d = d}, kind, en);
}

void luis__draft_add_children(luis_draft *d, luis_children children, draft_children *out) {
  add_children(&(id_source){.d = d}, children, out);
}

static void add_app(id_source *s, const luis_app *app) {
  luis_draft *d = s->d;
  d->head = (luis_app){.schema_version = app->schema_version,
                       .version_id = app->version_id,
                       .name = app->name,
                       .description = app->description,
                       .culture = app->culture,
                       .tokenizer_version = app->tokenizer_version};
  for (size_t i = 0; i < app->intent_count; i++)
    *DRAFT_ADD(d, &d->intents) = (draft_intent){next_guid(s), app->intents[i]};
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < app->entities[k].n; i++) add_entity(s, (luis_kind)k, &app->entities[k].v[i]);
  for (size_t i = 0; i < app->phraselist_count; i++)
    *DRAFT_ADD(d, &d->phraselists) = (draft_phraselist){next_number(s), app->phraselists[i]};
  for (size_t i = 0; i < app->regex_feature_count; i++)
    *DRAFT_ADD(d, &d->regex_features) = (draft_regex_feature){next_number(s), app->regex_features[i]};
  for (size_t i = 0; i < app->pattern_count; i++)
    *DRAFT_ADD(d, &d->patterns) = (draft_pattern){next_guid(s), app->patterns[i]};
  for (size_t i = 0; i < app->utterance_count; i++)
    *DRAFT_ADD(d, &d->utterances) = (draft_utterance){next_number(s), app->utterances[i]};
  for (size_t i = 0; i < app->setting_count; i++) *DRAFT_ADD(d, &d->settings) = app->settings[i];
}

static void add_none(luis_draft *d) {
  for (size_t i = 0; i < d->intents.n; i++)
    if (str_eq(d->intents.v[i].v.name, STR("None"))) return;
  *DRAFT_ADD(d, &d->intents) = (draft_intent){luis__guid(d), {.name = STR("None")}};
}

err_code luis_draft_new(const luis_app *app, arena *a, luis_draft **out, err *e) {
  luis_draft *d = ARENA_NEW(a, luis_draft);
  d->a = a;
  add_app(&(id_source){.d = d}, app);
  add_none(d);
  luis_app whole;
  TRY(luis_draft_app(d, a, &whole, e));
  *out = d;
  return ERR_OK;
}

/* ---- From the stored form ---- */

static err_code read_draft(const jnode *root, arena *a, luis_draft **out, err *e) {
  luis_app app;
  jnode ids, guids, numbers;
  luis_draft *d = ARENA_NEW(a, luis_draft);
  d->a = a;
  TRY(luis_read_node(root, a, &app, e));
  TRY(jn_req_obj(root, "ids", &ids, e));
  TRY(jn_req_arr(&ids, "guids", &guids, e));
  TRY(jn_req_arr(&ids, "numbers", &numbers, e));
  TRY(jn_req_int(&ids, "last", 0, INT64_MAX - 1, &d->last_number, e));
  id_source s = {.d = d, .guids = &guids, .numbers = &numbers};
  add_app(&s, &app);
  if (s.broken || s.guid_at != jn_len(&guids) || s.number_at != jn_len(&numbers))
    return jn_fail(&ids, e, "are not those of the app");
  *out = d;
  return ERR_OK;
}

err_code luis_draft_read(str json, arena *a, luis_draft **out, err *e) {
  jdoc *doc;
  err why = {0};
  err_code rc = jn_parse(json, &doc, &why);
  if (rc == ERR_OK) {
    jnode root = jn_root(doc);
    rc = read_draft(&root, a, out, &why);
    jn_free(doc);
  }
  if (rc == ERR_OK || rc == ERR_NO_MEMORY) return rc == ERR_OK ? rc : err_set(e, rc, "%s", why.message);
  return err_set(e, ERR_CORRUPT, "a stored version cannot be read: %s", why.message);
}

/* ---- To an app ---- */

static luis_names view_names(const draft_names *names, arena *a) {
  str *v = ARENA_ARRAY(a, str, names->n);
  for (size_t i = 0; i < names->n; i++) v[i] = names->v[i].name;
  return (luis_names){v, names->n};
}

static luis_children view_children(const draft_children *children, arena *a) {
  luis_child *v = ARENA_ARRAY(a, luis_child, children->n);
  for (size_t i = 0; i < children->n; i++) {
    const draft_child *c = &children->v[i];
    v[i] = (luis_child){c->name, view_children(&c->children, a), c->features};
  }
  return (luis_children){v, children->n};
}

static luis_entity view_entity(const draft_entity *en, arena *a) {
  luis_entity out = {.name = en->name,
                     .roles = view_names(&en->roles, a),
                     .features = en->features,
                     .children = view_children(&en->children, a),
                     .inherits = en->inherits,
                     .parts = view_names(&en->parts, a),
                     .regex_pattern = en->regex_pattern};
  luis_sublist *sublists = ARENA_ARRAY(a, luis_sublist, en->sublists.n);
  for (size_t i = 0; i < en->sublists.n; i++) sublists[i] = en->sublists.v[i].v;
  out.sublists = (luis_sublists){sublists, en->sublists.n};
  str *values = ARENA_ARRAY(a, str, en->explicit_list.n);
  for (size_t i = 0; i < en->explicit_list.n; i++) values[i] = en->explicit_list.v[i].value;
  out.explicit_list = (luis_names){values, en->explicit_list.n};
  return out;
}

/* The .v of each element of a list of the draft, in an array of the arena. */
#define VIEW(list, T, out, count)                                                                                      \
  do {                                                                                                                 \
    T *view_ = ARENA_ARRAY(a, T, (list)->n);                                                                           \
    for (size_t i = 0; i < (list)->n; i++) view_[i] = (list)->v[i].v;                                                  \
    (out) = view_;                                                                                                     \
    (count) = (list)->n;                                                                                               \
  } while (0)

void luis__draft_view(const luis_draft *d, arena *a, luis_app *out) {
  luis_app app = d->head;
  VIEW(&d->intents, luis_intent, app.intents, app.intent_count);
  for (int k = 0; k < LUIS_KIND_COUNT; k++) {
    luis_entity *v = ARENA_ARRAY(a, luis_entity, d->entities[k].n);
    for (size_t i = 0; i < d->entities[k].n; i++) v[i] = view_entity(&d->entities[k].v[i], a);
    app.entities[k] = (luis_entities){v, d->entities[k].n};
  }
  VIEW(&d->phraselists, luis_phraselist, app.phraselists, app.phraselist_count);
  VIEW(&d->regex_features, luis_regex_feature, app.regex_features, app.regex_feature_count);
  VIEW(&d->patterns, luis_pattern, app.patterns, app.pattern_count);
  VIEW(&d->utterances, luis_utterance, app.utterances, app.utterance_count);
  app.settings = d->settings.v;
  app.setting_count = d->settings.n;
  *out = app;
}

err_code luis_draft_app(const luis_draft *d, arena *a, luis_app *out, err *e) {
  luis__draft_view(d, a, out);
  return luis__check(out, &(luis_places){luis__json_place, NULL}, e);
}

/* ---- To the stored form ---- */

static void write_guids_of(jw *w, const draft_names *names) {
  for (size_t i = 0; i < names->n; i++)
    if (names->v[i].id.p) jw_str(w, names->v[i].id);
}

static void write_child_guids(jw *w, const draft_children *children) {
  for (size_t i = 0; i < children->n; i++) {
    jw_str(w, children->v[i].id);
    write_child_guids(w, &children->v[i].children);
  }
}

static void write_guids(jw *w, const luis_draft *d) {
  for (size_t i = 0; i < d->intents.n; i++) jw_str(w, d->intents.v[i].id);
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < d->entities[k].n; i++) {
      const draft_entity *en = &d->entities[k].v[i];
      jw_str(w, en->id);
      write_guids_of(w, &en->roles);
      write_child_guids(w, &en->children);
      write_guids_of(w, &en->parts);
    }
  for (size_t i = 0; i < d->patterns.n; i++) jw_str(w, d->patterns.v[i].id);
}

static void write_numbers(jw *w, const luis_draft *d) {
  for (int k = 0; k < LUIS_KIND_COUNT; k++)
    for (size_t i = 0; i < d->entities[k].n; i++) {
      const draft_entity *en = &d->entities[k].v[i];
      for (size_t j = 0; j < en->sublists.n; j++) jw_int(w, en->sublists.v[j].id);
      for (size_t j = 0; j < en->explicit_list.n; j++) jw_int(w, en->explicit_list.v[j].id);
    }
  for (size_t i = 0; i < d->phraselists.n; i++) jw_int(w, d->phraselists.v[i].id);
  for (size_t i = 0; i < d->regex_features.n; i++) jw_int(w, d->regex_features.v[i].id);
  for (size_t i = 0; i < d->utterances.n; i++) jw_int(w, d->utterances.v[i].id);
}

static void write_ids(jw *w, const luis_draft *d) {
  jw_obj(w);
  jw_kint(w, "last", d->last_number);
  jw_key(w, "guids");
  jw_arr(w);
  write_guids(w, d);
  jw_end(w);
  jw_key(w, "numbers");
  jw_arr(w);
  write_numbers(w, d);
  jw_end(w);
  jw_end(w);
}

void luis_draft_write(const luis_draft *d, buf *json) {
  arena scratch;
  arena_init(&scratch, 0);
  luis_app app;
  luis__draft_view(d, &scratch, &app);
  luis_write(&app, json);
  json->n--; /* the app's closing brace: "ids" is its last member */
  buf_add_str(json, STR(",\"ids\":"));
  jw w;
  jw_init(&w, json);
  write_ids(&w, d);
  buf_add_byte(json, '}');
  arena_fini(&scratch);
}

/* ---- The version as a whole ---- */

void luis_draft_set_version(luis_draft *d, str version_id) {
  d->head.version_id = arena_str(d->a, version_id);
}

void luis_draft_set_name(luis_draft *d, str name, str description) {
  d->head.name = arena_str(d->a, name);
  d->head.description = arena_str(d->a, description);
}

void luis_draft_set_setting(luis_draft *d, str name, str value) {
  luis_setting *s = NULL;
  for (size_t i = 0; i < d->settings.n && !s; i++)
    if (str_eq(d->settings.v[i].name, name)) s = &d->settings.v[i];
  if (!s) {
    s = DRAFT_ADD(d, &d->settings);
    s->name = arena_str(d->a, name);
  }
  s->value = arena_str(d->a, value);
}

/* ---- What is trained ---- */

void luis_draft_trained(const luis_draft *d, arena *a, luis_trained **out, size_t *n) {
  static const luis_kind kinds[] = {LUIS_ENTITY, LUIS_HIERARCHICAL, LUIS_COMPOSITE};
  size_t count = d->intents.n;
  for (size_t k = 0; k < ARRAY_LEN(kinds); k++) count += d->entities[kinds[k]].n;
  luis_trained *v = ARENA_ARRAY(a, luis_trained, count);
  strmap by_name; /* entities; "Location::From" counts for Location */
  strmap_init(&by_name);
  size_t at = 0;
  for (; at < d->intents.n; at++) v[at] = (luis_trained){d->intents.v[at].id, d->intents.v[at].v.name, true, 0};
  for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
    for (size_t i = 0; i < d->entities[kinds[k]].n; i++, at++) {
      const draft_entity *en = &d->entities[kinds[k]].v[i];
      v[at] = (luis_trained){en->id, en->name, false, 0};
      strmap_put(&by_name, en->name, (uint32_t)at, NULL);
    }
  for (size_t i = 0; i < d->utterances.n; i++) {
    const luis_utterance *u = &d->utterances.v[i].v;
    v[u->intent].example_count++;
    for (size_t j = 0; j < u->labels.n; j++) {
      str name = u->labels.v[j].entity;
      const uint32_t *found = strmap_get(&by_name, str_make(name.p, str_find_byte(name, ':')));
      if (found) v[*found].example_count++;
    }
  }
  strmap_fini(&by_name);
  *out = v;
  *n = count;
}
