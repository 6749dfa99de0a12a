#include "project/luis_convert.h"

#include "base/vec.h"
#include "project/clu_fields.h"
#include "project/limits.h"
#include "recognize/prebuilt.h"
#include "recognize/regex.h"
#include "text/languages.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>

/* schema -> entities, each remembered under what labels call it -> utterances.
 *
 * A label is looked up by a key: "Entity", "Entity\nrole" or, for a child, the names from its entity down, each after
 * a newline and a dot. Keys without an entity are those whose labels go: parents, composites, pattern.any. */

typedef struct converter {
  const luis_app *app;
  arena *a;
  notes *l;
  arena scratch; /* one utterance */
  luis_index index;
  strmap names;  /* of the new entities, as written */
  strmap labels; /* key -> new entity */
  VEC(entity) entities;
  size_t synonyms, regexes; /* of the project */
  project p;
} converter;

/* ---- Names ---- */

static str project_name(str s, arena *a) {
  char *out = arena_cstr(a, s);
  size_t n = 0;
  for (size_t i = 0; i < s.n && n < 50; i++) {
    char c = s.p[i];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.')
      out[n++] = c;
  }
  str name = {out, n};
  return project_name_check(name, "project name", "", NULL) == ERR_OK ? name : STR("untitled");
}

#define CLU_FORBIDDEN ":$&%*()+~#"

/* A name for an entity that is legal and new; a change of it becomes a note. */
static str entity_name(converter *c, str wanted, const char *place) {
  str clean = luis_clean_name(wanted, CLU_FORBIDDEN, c->a), name = clean;
  if (!clean.n) clean = name = STR("entity");
  for (unsigned i = 1; strmap_get(&c->names, name); i++) name = arena_printf(c->a, STR_FMT "_%u", STR_ARG(clean), i);
  if (!str_eq(name, wanted))
    note_add(c->l, place, "\"" STR_FMT "\" is called \"" STR_FMT "\"", STR_ARG(wanted), STR_ARG(name));
  strmap_put(&c->names, name, 0, NULL);
  return name;
}

/* ---- Components ---- */

/* LUIS finds the canonical form in a text, CLU only synonyms. */
static const list_synonyms *with_canonical_form(converter *c, const luis_sublist *s) {
  bool has_key = luis_names_have(s->list, s->canonical_form);
  str *values = ARENA_ARRAY(c->a, str, s->list.n + 1);
  if (s->list.n) memcpy(values, s->list.v, s->list.n * sizeof *values);
  values[s->list.n] = s->canonical_form;
  list_synonyms *y = ARENA_NEW(c->a, list_synonyms);
  *y = (list_synonyms){c->p.metadata.language, values, s->list.n + !has_key};
  return y;
}

static void use_list(converter *c, entity *en, const luis_entity *from, const char *place) {
  size_t count = 0, left_out = 0;
  sublist *v = ARENA_ARRAY(c->a, sublist, en->sublist_count + from->sublists.n);
  if (en->sublist_count) memcpy(v, en->sublists, en->sublist_count * sizeof *v);
  for (size_t i = 0; i < en->sublist_count; i++) count += v[i].synonyms[0].value_count;
  for (size_t i = 0; i < from->sublists.n; i++) {
    const luis_sublist *s = &from->sublists.v[i];
    const list_synonyms *y = with_canonical_form(c, s);
    if (count + y->value_count > LIMIT_SYNONYMS_PER_ENTITY ||
        c->synonyms + y->value_count > LIMIT_SYNONYMS_PER_PROJECT) {
      left_out++;
      continue;
    }
    v[en->sublist_count++] = (sublist){.list_key = s->canonical_form, .synonyms = y, .synonyms_count = 1};
    count += y->value_count;
    c->synonyms += y->value_count;
  }
  if (left_out)
    note_add(c->l, place, "%zu sublists of the list \"" STR_FMT "\" are left out here: too many synonyms", left_out,
             STR_ARG(from->name));
  en->sublists = v;
  en->has_list = true;
}

static void use_regex(converter *c, entity *en, const luis_entity *from, const char *place) {
  err why;
  bool room = c->regexes < LIMIT_REGEXES_PER_PROJECT;
  if (!room || regex_check(from->regex_pattern, &why) != ERR_OK) {
    note_add(c->l, place, "the regular expression \"" STR_FMT "\" is left out here: %s", STR_ARG(from->name),
             room ? why.message : "a project may have 20");
    return;
  }
  regex_expression *v = ARENA_ARRAY(c->a, regex_expression, en->regex_count + 1);
  if (en->regex_count) memcpy(v, en->regexes, en->regex_count * sizeof *v);
  v[en->regex_count++] = (regex_expression){from->name, c->p.metadata.language, from->regex_pattern};
  en->regexes = v;
  en->has_regex = true;
  c->regexes++;
}

static void use_prebuilt(converter *c, entity *en, const luis_entity *from, const char *place) {
  str category = luis_prebuilt_to_clu(from->name);
  if (!category.p || en->prebuilt_count == LIMIT_PREBUILTS_PER_ENTITY) {
    note_add(c->l, place, "the prebuilt \"" STR_FMT "\" is left out here: %s", STR_ARG(from->name),
             category.p ? "an entity may have 7" : "CLU has nothing like it");
    return;
  }
  if (luis_names_have((luis_names){en->prebuilts, en->prebuilt_count}, category)) return;
  str *v = ARENA_ARRAY(c->a, str, en->prebuilt_count + 1);
  if (en->prebuilt_count) memcpy(v, en->prebuilts, en->prebuilt_count * sizeof *v);
  v[en->prebuilt_count++] = category;
  en->prebuilts = v;
  en->has_prebuilts = true;
}

/* The component that an entity of that kind is found by; 0: it has to be learned. */
static unsigned use_component(converter *c, entity *en, luis_kind kind, const luis_entity *from, const char *place) {
  switch (kind) {
  case LUIS_CLOSED_LIST: use_list(c, en, from, place); return en->has_list ? COMPONENT_LIST : 0;
  case LUIS_REGEX: use_regex(c, en, from, place); return en->has_regex ? COMPONENT_REGEX : 0;
  case LUIS_PREBUILT: use_prebuilt(c, en, from, place); return en->has_prebuilts ? COMPONENT_PREBUILT : 0;
  default: return 0;
  }
}

static void use_features(converter *c, entity *en, luis_features features, const char *place) {
  for (size_t i = 0; i < features.n; i++) {
    const luis_feature *f = &features.v[i];
    luis_ref ref;
    bool known = !f->is_phraselist && luis_index_entity(&c->index, f->name, &ref);
    if (known && (ref.kind == LUIS_CLOSED_LIST || ref.kind == LUIS_REGEX || ref.kind == LUIS_PREBUILT)) {
      unsigned component = use_component(c, en, ref.kind, luis_entity_at(c->app, ref), place);
      if (f->is_required) en->required_components |= component;
      en->has_required |= f->is_required && component;
    } else {
      note_add(c->l, place, "its feature \"" STR_FMT "\" is left out", STR_ARG(f->name));
    }
  }
}

/* ---- Entities ---- */

/* New, under the name wanted; labels with the key go to it. */
static entity *add_entity(converter *c, str wanted, str key, const char *place) {
  entity en = {.category = entity_name(c, wanted, place), .composition = COMPOSE_COMBINE};
  strmap_put(&c->labels, key, (uint32_t)c->entities.n, NULL);
  VEC_PUSH(&c->entities, en);
  return &c->entities.p[c->entities.n - 1];
}

static str role_key(converter *c, str entity_, str role) {
  return arena_printf(c->a, STR_FMT "\n" STR_FMT, STR_ARG(entity_), STR_ARG(role));
}

static str child_key(arena *a, str parent, str child) {
  return arena_printf(a, STR_FMT "\n." STR_FMT, STR_ARG(parent), STR_ARG(child));
}

/* Only the leaves become entities. */
static void add_children(converter *c, luis_children v, str name, str key, const char *place) {
  for (size_t i = 0; i < v.n; i++) {
    const luis_child *child = &v.v[i];
    str child_name = arena_printf(c->a, STR_FMT "." STR_FMT, STR_ARG(name), STR_ARG(child->name));
    str its_key = child_key(c->a, key, child->name);
    if (!child->children.n) {
      use_features(c, add_entity(c, child_name, its_key, place), child->features, place);
      continue;
    }
    if (child->features.n)
      note_add(c->l, place, "the features of the child \"" STR_FMT "\" are left out: only its own children stay",
               STR_ARG(child->name));
    add_children(c, child->children, child_name, its_key, place);
  }
}

static void note_inherits(converter *c, str name, const luis_inherits *in, const char *place) {
  if (in->domain_name.p || in->model_name.p)
    note_add(c->l, place, "what \"" STR_FMT "\" inherits is left out", STR_ARG(name));
}

static void add_learned(converter *c, const luis_entity *en, const char *place) {
  note_inherits(c, en->name, &en->inherits, place);
  if (!en->children.n) {
    use_features(c, add_entity(c, en->name, en->name, place), en->features, place);
    return;
  }
  note_add(c->l, place, "of \"" STR_FMT "\" only the innermost children stay, each an entity of its own",
           STR_ARG(en->name));
  if (en->features.n) note_add(c->l, place, "the features of \"" STR_FMT "\" are left out", STR_ARG(en->name));
  add_children(c, en->children, en->name, en->name, place);
}

static void add_hierarchical(converter *c, const luis_entity *en, const char *place) {
  note_add(c->l, place, "of \"" STR_FMT "\" only the children stay, each an entity of its own", STR_ARG(en->name));
  for (size_t i = 0; i < en->parts.n; i++) {
    str key = arena_printf(c->a, STR_FMT "::" STR_FMT, STR_ARG(en->name), STR_ARG(en->parts.v[i]));
    str name = arena_printf(c->a, STR_FMT "." STR_FMT, STR_ARG(en->name), STR_ARG(en->parts.v[i]));
    use_features(c, add_entity(c, name, key, place), en->features, place);
  }
}

static void add_of_kind(converter *c, luis_kind kind, const luis_entity *en, const char *place) {
  switch (kind) {
  case LUIS_ENTITY: add_learned(c, en, place); break;
  case LUIS_HIERARCHICAL: add_hierarchical(c, en, place); break;
  case LUIS_COMPOSITE:
    note_add(c->l, place, "the composite \"" STR_FMT "\" is left out; its children stay", STR_ARG(en->name));
    break;
  case LUIS_PATTERN_ANY: note_add(c->l, place, "the pattern.any \"" STR_FMT "\" is left out", STR_ARG(en->name)); break;
  case LUIS_PREBUILT:
    if (!luis_prebuilt_to_clu(en->name).p) {
      note_add(c->l, place, "the prebuilt \"" STR_FMT "\" is left out: CLU has nothing like it", STR_ARG(en->name));
      break;
    }
    /* fall through */
  default: (void)use_component(c, add_entity(c, en->name, en->name, place), kind, en, place); break;
  }
}

/* Labels of an entity that does not stay would take the place of those inside of them. */
static bool stays(luis_kind kind, const luis_entity *en) {
  return kind == LUIS_ENTITY ? !en->children.n
                             : kind == LUIS_CLOSED_LIST || kind == LUIS_PREBUILT || kind == LUIS_REGEX;
}

static void add_roles(converter *c, luis_kind kind, const luis_entity *en, const char *place) {
  for (size_t i = 0; i < en->roles.n; i++) {
    if (!stays(kind, en)) {
      note_add(c->l, place, "the role \"" STR_FMT "\" is left out with its entity", STR_ARG(en->roles.v[i]));
      continue;
    }
    entity *role = add_entity(c, en->roles.v[i], role_key(c, en->name, en->roles.v[i]), place);
    if (kind == LUIS_ENTITY)
      use_features(c, role, en->features, place);
    else
      (void)use_component(c, role, kind, en, place);
  }
}

/* Entities take their names before roles do. */
static err_code convert_entities(converter *c, err *e) {
  for (int roles = 0; roles < 2; roles++)
    for (int k = 0; k < LUIS_KIND_COUNT; k++)
      for (size_t i = 0; i < c->app->entities[k].n; i++) {
        char place[64];
        snprintf(place, sizeof place, "%s[%zu]", luis_kind_member((luis_kind)k), i);
        if (roles)
          add_roles(c, (luis_kind)k, &c->app->entities[k].v[i], place);
        else
          add_of_kind(c, (luis_kind)k, &c->app->entities[k].v[i], place);
      }
  if (c->entities.n > LIMIT_ENTITIES)
    return err_at(e, ERR_QUOTA_EXCEEDED, "entities", "entities: the project would have %zu, over the limit of %d",
                  c->entities.n, LIMIT_ENTITIES);
  return ERR_OK;
}

/* ---- Utterances ---- */

typedef struct found {
  label l;
  size_t order; /* of the label in the file, outer ones first */
} found;

typedef struct founds {
  found *v;
  size_t n;
} founds;

static size_t count_labels(luis_labels labels) {
  size_t n = labels.n;
  for (size_t i = 0; i < labels.n; i++) n += count_labels(labels.v[i].children);
  return n;
}

/* within, key: the children that labels may name and the key of the label around. */
static void collect(converter *c, luis_labels labels, luis_children within, str key, founds *out) {
  for (size_t i = 0; i < labels.n; i++) {
    const luis_label *l = &labels.v[i];
    const luis_child *child = l->role.p ? NULL : luis_child_find(within, l->entity);
    luis_ref ref;
    str own = child       ? child_key(&c->scratch, key, child->name)
              : l->role.p ? arena_printf(&c->scratch, STR_FMT "\n" STR_FMT, STR_ARG(l->entity), STR_ARG(l->role))
                          : l->entity;
    const uint32_t *id = strmap_get(&c->labels, own);
    if (id) out->v[out->n++] = (found){{*id, l->offset_bytes, l->length_bytes}, out->n};
    luis_children inner = {0};
    if (child)
      inner = child->children;
    else if (luis_index_entity(&c->index, l->entity, &ref))
      inner = luis_entity_at(c->app, ref)->children;
    collect(c, l->children, inner, child ? own : l->entity, out);
  }
}

static int longest_first(const void *a, const void *b) {
  const found *x = a, *y = b;
  if (x->l.length_bytes != y->l.length_bytes) return x->l.length_bytes > y->l.length_bytes ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

static int by_offset(const void *a, const void *b) {
  const label *x = a, *y = b;
  return (x->offset_bytes > y->offset_bytes) - (x->offset_bytes < y->offset_bytes);
}

static bool overlap(const label *a, const label *b) {
  return a->offset_bytes < b->offset_bytes + b->length_bytes && b->offset_bytes < a->offset_bytes + a->length_bytes;
}

static void convert_utterance(converter *c, size_t index, utterance *out) {
  const luis_utterance *u = &c->app->utterances[index];
  arena_reset(&c->scratch);
  founds f = {.v = ARENA_ARRAY(&c->scratch, found, count_labels(u->labels))};
  collect(c, u->labels, (luis_children){0}, STR(""), &f);
  qsort(f.v, f.n, sizeof *f.v, longest_first);
  label *kept = ARENA_ARRAY(c->a, label, f.n);
  uint32_t n = 0;
  for (size_t i = 0; i < f.n; i++) {
    bool free_ = true;
    for (uint32_t k = 0; k < n && free_; k++) free_ = !overlap(&kept[k], &f.v[i].l);
    if (free_) {
      kept[n++] = f.v[i].l;
      continue;
    }
    char place[64];
    snprintf(place, sizeof place, "utterances[%zu]", index);
    note_add(c->l, place, "the label of \"" STR_FMT "\" is left out: it overlaps a longer one",
             STR_ARG(c->entities.p[f.v[i].l.entity].category));
  }
  qsort(kept, n, sizeof *kept, by_offset);
  *out = (utterance){.text = u->text,
                     .language = c->p.metadata.language,
                     .dataset = STR("Train"),
                     .intent = u->intent,
                     .labels = kept,
                     .label_count = n};
}

static void convert_utterances(converter *c) {
  utterance *v = ARENA_ARRAY(c->a, utterance, c->app->utterance_count);
  for (size_t i = 0; i < c->app->utterance_count; i++) convert_utterance(c, i, &v[i]);
  c->p.utterances = v;
  c->p.utterance_count = c->app->utterance_count;
}

/* A required component must be one of two: what the list finds, and what was learned, if anything was. */
static void require_learned(converter *c) {
  for (size_t i = 0; i < c->p.utterance_count; i++)
    for (uint32_t k = 0; k < c->p.utterances[i].label_count; k++) {
      entity *en = &c->entities.p[c->p.utterances[i].labels[k].entity];
      if (en->has_required) en->required_components |= COMPONENT_LEARNED;
    }
}

/* ---- The rest ---- */

static str lower_culture(converter *c) {
  str culture = c->app->culture;
  if (!culture.n || !language_tag_valid(culture)) {
    note_add(c->l, "culture", "\"" STR_FMT "\" is no culture; the language is en-us", STR_ARG(culture));
    return STR("en-us");
  }
  char *p = arena_cstr(c->a, culture);
  for (size_t i = 0; i < culture.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
  return str_make(p, culture.n);
}

static void convert_metadata(converter *c) {
  str wanted = c->app->name.p ? c->app->name : STR("");
  project_metadata *m = &c->p.metadata;
  m->kind = PROJECT_CONVERSATION;
  m->name = project_name(wanted, c->a);
  m->language = lower_culture(c);
  m->multilingual = OPT_FALSE;
  m->description = c->app->description;
  if (!str_eq(m->name, wanted)) note_add(c->l, "name", "the project is called \"" STR_FMT "\"", STR_ARG(m->name));
  c->p.file_version = STR("2023-04-01");
  c->p.has_assets = true;
}

/* None is always there; names that CLU does not take are changed. */
static err_code convert_intents(converter *c, err *e) {
  size_t n = c->app->intent_count;
  intent *v = ARENA_ARRAY(c->a, intent, n + 1);
  strmap seen;
  strmap_init(&seen);
  for (size_t i = 0; i < n; i++) {
    const luis_intent *from = &c->app->intents[i];
    char place[64];
    snprintf(place, sizeof place, "intents[%zu]", i);
    str clean = luis_clean_name(from->name, CLU_FORBIDDEN, c->a), name = clean.n ? clean : STR("intent");
    for (unsigned k = 1; strmap_get(&seen, name); k++) name = arena_printf(c->a, STR_FMT "_%u", STR_ARG(clean), k);
    strmap_put(&seen, name, 0, NULL);
    v[i].category = name;
    if (!str_eq(name, from->name))
      note_add(c->l, place, "\"" STR_FMT "\" is called \"" STR_FMT "\"", STR_ARG(from->name), STR_ARG(name));
    note_inherits(c, from->name, &from->inherits, place);
    if (from->features.n) note_add(c->l, place, "the features of \"" STR_FMT "\" are left out", STR_ARG(from->name));
  }
  if (!strmap_get(&seen, STR("None"))) v[n++].category = STR("None");
  strmap_fini(&seen);
  c->p.intents = v;
  c->p.intent_count = n;
  if (n <= LIMIT_INTENTS) return ERR_OK;
  return err_at(e, ERR_QUOTA_EXCEEDED, "intents", "intents: with None the project would have %zu, over the limit of %d",
                n, LIMIT_INTENTS);
}

static void note_rest(converter *c) {
  const luis_app *app = c->app;
  char place[64];
  for (size_t i = 0; i < app->phraselist_count; i++) {
    snprintf(place, sizeof place, "phraselists[%zu]", i);
    note_add(c->l, place, "the phrase list \"" STR_FMT "\" is left out", STR_ARG(app->phraselists[i].name));
  }
  for (size_t i = 0; i < app->regex_feature_count; i++) {
    snprintf(place, sizeof place, "regex_features[%zu]", i);
    note_add(c->l, place, "the regex feature \"" STR_FMT "\" is left out", STR_ARG(app->regex_features[i].name));
  }
  for (size_t i = 0; i < app->pattern_count; i++) {
    snprintf(place, sizeof place, "patterns[%zu]", i);
    note_add(c->l, place, "the pattern \"" STR_FMT "\" is left out", STR_ARG(app->patterns[i].pattern));
  }
  for (size_t i = 0; i < app->setting_count; i++) {
    snprintf(place, sizeof place, "settings[%zu]", i);
    note_add(c->l, place, "the setting \"" STR_FMT "\" is left out", STR_ARG(app->settings[i].name));
  }
}

static err_code convert(converter *c, err *e) {
  convert_metadata(c);
  TRY(convert_intents(c, e));
  TRY(convert_entities(c, e));
  convert_utterances(c);
  require_learned(c);
  note_rest(c);
  c->p.entities = c->entities.n ? arena_copy(c->a, c->entities.p, c->entities.n * sizeof *c->entities.p) : NULL;
  c->p.entity_count = c->entities.n;
  return ERR_OK;
}

err_code luis_to_clu(const luis_app *app, arena *a, project *out, notes *l, err *e) {
  converter c = {.app = app, .a = a, .l = l};
  arena_init(&c.scratch, 0);
  luis_index_init(&c.index, app);
  strmap_init(&c.names);
  strmap_init(&c.labels);
  err_code rc = convert(&c, e);
  if (rc == ERR_OK) *out = c.p;
  VEC_FREE(&c.entities);
  strmap_fini(&c.labels);
  strmap_fini(&c.names);
  luis_index_fini(&c.index);
  arena_fini(&c.scratch);
  return rc;
}

/* ---- Prebuilts ---- */

static const struct {
  const char *luis;
  prebuilt_id clu;
} PREBUILTS[] = {{"age", PREBUILT_AGE},
                 {"number", PREBUILT_NUMBER},
                 {"percentage", PREBUILT_PERCENTAGE},
                 {"ordinal", PREBUILT_ORDINAL},
                 {"ordinalV2", PREBUILT_ORDINAL},
                 {"dimension", PREBUILT_DIMENSION},
                 {"temperature", PREBUILT_TEMPERATURE},
                 {"currency", PREBUILT_CURRENCY},
                 {"money", PREBUILT_CURRENCY},
                 {"datetimeV2", PREBUILT_DATETIME},
                 {"datetime", PREBUILT_DATETIME},
                 {"personName", PREBUILT_PERSON},
                 {"email", PREBUILT_EMAIL},
                 {"phonenumber", PREBUILT_PHONE},
                 {"url", PREBUILT_URL},
                 {"geographyV2", PREBUILT_LOCATION},
                 {"geography", PREBUILT_LOCATION}};

str luis_prebuilt_to_clu(str name) {
  size_t n;
  const prebuilt_category *all = prebuilt_all(&n);
  for (size_t i = 0; i < ARRAY_LEN(PREBUILTS); i++)
    if (str_eq_nocase(name, str_of(PREBUILTS[i].luis))) return str_of(all[PREBUILTS[i].clu].category);
  return STR_NONE;
}

str luis_prebuilt_from_clu(str category) {
  const prebuilt_category *known = prebuilt_find(category);
  for (size_t i = 0; known && i < ARRAY_LEN(PREBUILTS); i++)
    if (PREBUILTS[i].clu == prebuilt_id_of(known)) return str_of(PREBUILTS[i].luis);
  return STR_NONE;
}
