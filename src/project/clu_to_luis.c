#include "project/luis_convert.h"

#include "base/vec.h"
#include "project/clu_fields.h"
#include "project/luis_check.h"
#include "project/limits.h"
#include "text/utf8.h"

#include <stdio.h>

/* An entity that is found by one component only becomes the LUIS entity of that kind; any other becomes a
 * machine-learned one whose components are features of it. */

typedef struct converter {
  const project *p;
  arena *a;
  notes *l;
  strmap names;     /* of LUIS entities */
  strmap prebuilts; /* LUIS prebuilt -> index */
  VEC(luis_entity) kinds[LUIS_KIND_COUNT];
  uint8_t *labelled; /* [entities] */
  str *entity_names; /* [entities] what labels say; .p NULL: the entity is a role */
  luis_app app;
} converter;

/* ---- Names ---- */

static str clean_name(str s, arena *a) {
  str name = luis_clean_name(s, ":$&%*()+?~", a);
  return name.n ? name : STR("unnamed");
}

/* Legal and not in seen, which gets it. A suffix takes the place of the last characters. */
static str new_name(converter *c, strmap *seen, str wanted, const char *place) {
  str clean = clean_name(wanted, c->a), name = clean;
  for (unsigned i = 1; strmap_get(seen, name); i++) {
    str head = clean;
    while (utf8_codepoints(head) > LUIS_LIMIT_NAME_CHARS - 4) {
      head.n--;
      while (head.n && ((unsigned char)head.p[head.n] & 0xc0) == 0x80) head.n--;
    }
    name = arena_printf(c->a, STR_FMT "_%u", STR_ARG(head), i);
  }
  if (place && !str_eq(name, wanted))
    note_add(c->l, place, "\"" STR_FMT "\" is called \"" STR_FMT "\"", STR_ARG(wanted), STR_ARG(name));
  strmap_put(seen, name, 0, NULL);
  return name;
}

/* ---- Components as LUIS entities ---- */

static luis_entity list_entity(converter *c, str name, const entity *en, const char *place) {
  luis_sublist *v = ARENA_ARRAY(c->a, luis_sublist, en->sublist_count);
  size_t n = 0, foreign = 0;
  for (size_t i = 0; i < en->sublist_count; i++) {
    const sublist *s = &en->sublists[i];
    size_t most = 0, count = 0;
    for (size_t k = 0; k < s->synonyms_count; k++) most += s->synonyms[k].value_count;
    str *values = ARENA_ARRAY(c->a, str, most);
    for (size_t k = 0; k < s->synonyms_count; k++) {
      const list_synonyms *y = &s->synonyms[k];
      bool own = !y->language.p || str_eq(y->language, c->p->metadata.language);
      foreign += own ? 0 : y->value_count;
      for (size_t j = 0; own && j < y->value_count; j++) values[count++] = y->values[j];
    }
    str key = s->list_key.n ? s->list_key : count ? values[0] : STR_NONE;
    if (!key.n) continue;
    size_t kept = 0; /* LUIS finds the canonical form without its being a synonym */
    for (size_t j = 0; j < count; j++)
      if (!str_eq(values[j], key)) values[kept++] = values[j];
    v[n++] = (luis_sublist){key, {values, kept}};
  }
  if (foreign) note_add(c->l, place, "%zu synonyms in other languages are left out", foreign);
  return (luis_entity){.name = name, .sublists = {v, n}};
}

/* One expression for all: "(?:a)|(?:b)". */
static luis_entity regex_entity(converter *c, str name, const entity *en, const char *place) {
  buf b = {0};
  for (size_t i = 0; i < en->regex_count; i++)
    buf_printf(&b, en->regex_count > 1 ? "%s(?:" STR_FMT ")" : "%s" STR_FMT, i ? "|" : "",
               STR_ARG(en->regexes[i].pattern));
  if (en->regex_count > 1) note_add(c->l, place, "its %zu regular expressions become one", en->regex_count);
  luis_entity out = {.name = name, .regex_pattern = arena_str(c->a, buf_str(&b))};
  buf_free(&b);
  return out;
}

/* The index of the LUIS prebuilt, made when it is new. */
static uint32_t prebuilt_entity(converter *c, str name) {
  bool is_new;
  uint32_t *index = strmap_put(&c->prebuilts, name, (uint32_t)c->kinds[LUIS_PREBUILT].n, &is_new);
  if (is_new) {
    luis_entity en = {.name = name};
    VEC_PUSH(&c->kinds[LUIS_PREBUILT], en);
  }
  return *index;
}

static void add_role(converter *c, luis_entity *en, str role) {
  str *v = ARENA_ARRAY(c->a, str, en->roles.n + 1);
  if (en->roles.n) memcpy(v, en->roles.v, en->roles.n * sizeof *v);
  v[en->roles.n] = role;
  en->roles = (luis_names){v, en->roles.n + 1};
}

/* ---- Entities ---- */

typedef struct features {
  luis_feature *v;
  size_t n;
} features;

static void add_feature(features *f, str name, bool required) {
  f->v[f->n++] = (luis_feature){.name = name, .is_required = required};
}

/* The components as entities of their own, and as features of the learned one. */
static features component_features(converter *c, const entity *en, str name, const char *place) {
  features f = {.v = ARENA_ARRAY(c->a, luis_feature, en->prebuilt_count + 2)};
  if (en->has_list) {
    str list = new_name(c, &c->names, arena_printf(c->a, STR_FMT " list", STR_ARG(name)), NULL);
    luis_entity made = list_entity(c, list, en, place);
    VEC_PUSH(&c->kinds[LUIS_CLOSED_LIST], made);
    add_feature(&f, list, en->required_components & COMPONENT_LIST);
  }
  if (en->has_regex && en->regex_count) {
    str regex = new_name(c, &c->names, arena_printf(c->a, STR_FMT " regex", STR_ARG(name)), NULL);
    luis_entity made = regex_entity(c, regex, en, place);
    VEC_PUSH(&c->kinds[LUIS_REGEX], made);
    add_feature(&f, regex, en->required_components & COMPONENT_REGEX);
  }
  for (size_t i = 0; i < en->prebuilt_count; i++) {
    str prebuilt = luis_prebuilt_from_clu(en->prebuilts[i]);
    if (!prebuilt.p) {
      note_add(c->l, place, "the prebuilt \"" STR_FMT "\" is left out: LUIS has nothing like it",
               STR_ARG(en->prebuilts[i]));
      continue;
    }
    (void)prebuilt_entity(c, prebuilt);
    add_feature(&f, prebuilt, en->required_components & COMPONENT_PREBUILT);
  }
  return f;
}

static bool is_alone(const entity *en, bool labelled, bool component) {
  return !labelled && component && en->has_list + (en->regex_count > 0) + (en->prebuilt_count > 0) == 1;
}

/* Found by one prebuilt only: a role of it. */
static bool convert_to_role(converter *c, const entity *en, const char *place) {
  str prebuilt = luis_prebuilt_from_clu(en->prebuilts[0]);
  if (!prebuilt.p || en->prebuilt_count > 1) return false;
  uint32_t at = prebuilt_entity(c, prebuilt);
  luis_entity *to = &c->kinds[LUIS_PREBUILT].p[at];
  if (str_eq(en->category, prebuilt)) return true;
  if (to->roles.n == LUIS_LIMIT_ROLES_PER_ENTITY) return false;
  add_role(c, to, new_name(c, &c->names, en->category, place));
  note_add(c->l, place, "\"" STR_FMT "\" is a role of the prebuilt \"" STR_FMT "\"", STR_ARG(en->category),
           STR_ARG(prebuilt));
  return true;
}

static void convert_entity(converter *c, size_t index) {
  const entity *en = &c->p->entities[index];
  bool labelled = c->labelled[index];
  char place[64];
  snprintf(place, sizeof place, "assets.entities[%zu]", index);
  if (en->description.n) note_add(c->l, place, "the description is left out");
  if (en->composition != COMPOSE_ABSENT && en->composition != COMPOSE_COMBINE)
    note_add(c->l, place, "the composition setting is left out");
  if (is_alone(en, labelled, en->prebuilt_count > 0) && convert_to_role(c, en, place)) return;
  str name = new_name(c, &c->names, en->category, place);
  c->entity_names[index] = name;
  luis_kind kind = LUIS_ENTITY;
  luis_entity made = {.name = name};
  if (is_alone(en, labelled, en->has_list)) {
    kind = LUIS_CLOSED_LIST;
    made = list_entity(c, name, en, place);
  } else if (is_alone(en, labelled, en->regex_count > 0)) {
    kind = LUIS_REGEX;
    made = regex_entity(c, name, en, place);
  } else {
    features f = component_features(c, en, name, place);
    made.features = (luis_features){f.v, f.n};
  }
  VEC_PUSH(&c->kinds[kind], made);
}

static void convert_entities(converter *c) {
  for (size_t i = 0; i < c->p->utterance_count; i++)
    for (uint32_t k = 0; k < c->p->utterances[i].label_count; k++)
      c->labelled[c->p->utterances[i].labels[k].entity] = 1;
  /* The names of prebuilts are LUIS's own. */
  for (size_t i = 0; i < c->p->entity_count; i++)
    for (size_t k = 0; k < c->p->entities[i].prebuilt_count; k++) {
      str name = luis_prebuilt_from_clu(c->p->entities[i].prebuilts[k]);
      if (name.p) strmap_put(&c->names, name, 0, NULL);
    }
  for (size_t i = 0; i < c->p->entity_count; i++) convert_entity(c, i);
  for (int k = 0; k < LUIS_KIND_COUNT; k++) {
    size_t n = c->kinds[k].n;
    luis_entity *v = n ? arena_copy(c->a, c->kinds[k].p, n * sizeof *v) : NULL;
    c->app.entities[k] = (luis_entities){v, n};
  }
}

/* ---- Intents and utterances ---- */

static void convert_intents(converter *c) {
  luis_intent *v = ARENA_ARRAY(c->a, luis_intent, c->p->intent_count);
  strmap seen;
  strmap_init(&seen);
  for (size_t i = 0; i < c->p->intent_count; i++) {
    const intent *in = &c->p->intents[i];
    char place[64];
    snprintf(place, sizeof place, "assets.intents[%zu]", i);
    v[i].name = new_name(c, &seen, in->category, place);
    if (in->description.n) note_add(c->l, place, "the description is left out");
    if (in->associated_entity_count) note_add(c->l, place, "the associated entities are left out");
  }
  strmap_fini(&seen);
  c->app.intents = v;
  c->app.intent_count = c->p->intent_count;
}

static luis_labels convert_labels(converter *c, const utterance *u) {
  luis_label *v = ARENA_ARRAY(c->a, luis_label, u->label_count);
  for (uint32_t i = 0; i < u->label_count; i++) {
    const label *l = &u->labels[i];
    v[i] = (luis_label){
        .entity = c->entity_names[l->entity], .offset_bytes = l->offset_bytes, .length_bytes = l->length_bytes};
  }
  return (luis_labels){v, u->label_count};
}

static void convert_utterances(converter *c) {
  luis_utterance *v = ARENA_ARRAY(c->a, luis_utterance, c->p->utterance_count);
  size_t n = 0;
  for (size_t i = 0; i < c->p->utterance_count; i++) {
    const utterance *u = &c->p->utterances[i];
    char place[64];
    snprintf(place, sizeof place, "assets.utterances[%zu]", i);
    if (utterance_dataset(u) != DATASET_TRAIN)
      note_add(c->l, place, "the utterance is left out: it is not marked Train, and LUIS has no test data");
    else if (!str_eq(utterance_language(c->p, u), c->p->metadata.language))
      note_add(c->l, place, "the utterance is left out: it is in another language, and LUIS has one culture");
    else
      v[n++] = (luis_utterance){.text = u->text, .intent = u->intent, .labels = convert_labels(c, u)};
  }
  c->app.utterances = v;
  c->app.utterance_count = n;
}

/* ---- The app ---- */

/* LUIS cultures have a region. */
static str culture_of(converter *c, str language) {
  static const char *const cultures[] = {"en-us", "de-de", "es-es", "fr-fr", "it-it", "pt-br",
                                         "nl-nl", "ja-jp", "ko-kr", "zh-cn", "tr-tr", "hi-in",
                                         "ar-ar", "gu-in", "mr-in", "ta-in", "te-in"};
  static const char *const more[] = {"es-mx", "fr-ca"};
  for (size_t i = 0; i < ARRAY_LEN(more); i++)
    if (str_eq(language, str_of(more[i]))) return language;
  str primary = str_make(language.p, str_find_byte(language, '-'));
  for (size_t i = 0; i < ARRAY_LEN(cultures); i++)
    if (str_eq(primary, str_make(cultures[i], 2))) {
      if (!str_eq(language, str_of(cultures[i])) && language.n > 2)
        note_add(c->l, "metadata.language", "the culture is %s", cultures[i]);
      return str_of(cultures[i]);
    }
  note_add(c->l, "metadata.language", "LUIS had no culture for \"" STR_FMT "\"", STR_ARG(language));
  return language;
}

static void convert_metadata(converter *c) {
  const project_metadata *m = &c->p->metadata;
  c->app.schema_version = STR("7.0.0");
  c->app.version_id = STR("0.1");
  c->app.name = m->name;
  c->app.description = m->description;
  c->app.culture = culture_of(c, m->language);
  c->app.tokenizer_version = STR("1.0.0");
  if (m->multilingual == OPT_TRUE) note_add(c->l, "metadata.multilingual", "a LUIS app has one culture");
  if (m->settings.has_threshold && m->settings.confidence_threshold > 0)
    note_add(c->l, "metadata.settings.confidenceThreshold", "the threshold is left out");
  if (m->settings.normalize_casing == OPT_TRUE)
    note_add(c->l, "metadata.settings.normalizeCasing", "LUIS always ignores letter case");
  if (m->settings.augment_diacritics == OPT_TRUE) {
    luis_setting *s = ARENA_NEW(c->a, luis_setting);
    *s = (luis_setting){STR("NormalizeDiacritics"), STR("true")};
    c->app.settings = s;
    c->app.setting_count = 1;
    note_add(c->l, "metadata.settings.augmentDiacritics", "becomes NormalizeDiacritics, which is nearest");
  }
}

err_code clu_to_luis(const project *p, arena *a, luis_app *out, notes *l, err *e) {
  if (p->metadata.kind != PROJECT_CONVERSATION)
    return err_at(e, ERR_INVALID_ARGUMENT, "metadata.projectKind",
                  "metadata.projectKind: only Conversation projects can become LUIS apps");
  converter c = {.p = p, .a = a, .l = l};
  strmap_init(&c.names);
  strmap_init(&c.prebuilts);
  c.labelled = ARENA_ARRAY(a, uint8_t, p->entity_count);
  c.entity_names = ARENA_ARRAY(a, str, p->entity_count);
  convert_metadata(&c);
  convert_intents(&c);
  convert_entities(&c);
  convert_utterances(&c);
  for (int k = 0; k < LUIS_KIND_COUNT; k++) VEC_FREE(&c.kinds[k]);
  strmap_fini(&c.names);
  strmap_fini(&c.prebuilts);
  err_code rc = luis__check(&c.app, &(luis_places){luis__json_place, NULL}, e);
  if (rc == ERR_OK) *out = c.app;
  return rc;
}
