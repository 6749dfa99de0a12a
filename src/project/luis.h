/* luis.h -- the in-memory form of one version of a LUIS app.
 *
 * Every reader (JSON of schema 1.x to 7.x, .lu) builds this form, every writer, the trainer and the
 * authoring API read it. It has the shape of schema 7 and its words; older files are lifted to it.
 * All memory lives in the arena given to the reader; the form is immutable once read. Names are
 * case-sensitive. Offsets are bytes of the utterance's UTF-8 text, ends exclusive.
 * Source: reference luis-app-format §1, §2, §7. */
#ifndef DRAGOMAN_PROJECT_LUIS_H
#define DRAGOMAN_PROJECT_LUIS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

typedef struct luis_names {
  const str *v;
  size_t n;
} luis_names;

/* What a model learns from: another model's predictions, or a phrase list. */
typedef struct luis_feature {
  str name;           /* of an entity, a child or an intent; of a phrase list when is_phraselist */
  bool is_phraselist; /* or regex feature */
  bool is_required;   /* predict only where the feature is */
} luis_feature;

typedef struct luis_features {
  const luis_feature *v;
  size_t n;
} luis_features;

/* The model of a prebuilt domain that this one was copied from; both .p NULL: none. */
typedef struct luis_inherits {
  str domain_name, model_name;
} luis_inherits;

typedef struct luis_intent {
  str name;
  luis_features features;
  luis_inherits inherits;
} luis_intent;

/* A part of a machine-learned entity. */
typedef struct luis_child luis_child;
typedef struct luis_children {
  const luis_child *v;
  size_t n;
} luis_children;
struct luis_child {
  str name;
  luis_children children;
  luis_features features;
};

/* The kinds of entities. Names are unique over all kinds. */
typedef enum luis_kind {
  LUIS_ENTITY, /* machine-learned */
  LUIS_HIERARCHICAL,
  LUIS_COMPOSITE,
  LUIS_CLOSED_LIST,
  LUIS_PREBUILT,
  LUIS_PATTERN_ANY,
  LUIS_REGEX,
  LUIS_KIND_COUNT
} luis_kind;

typedef struct luis_sublist {
  str canonical_form;
  luis_names list; /* synonyms */
} luis_sublist;

typedef struct luis_sublists {
  const luis_sublist *v;
  size_t n;
} luis_sublists;

/* One entity of any kind. A kind uses the members named for it, the others are empty. */
typedef struct luis_entity {
  str name;
  luis_names roles;
  luis_features features;   /* machine-learned, hierarchical, composite */
  luis_children children;   /* machine-learned */
  luis_inherits inherits;   /* machine-learned */
  luis_names parts;         /* hierarchical: names of its children, labelled "Name::Child";
                               composite: names of entities */
  luis_sublists sublists;   /* closed list */
  luis_names explicit_list; /* pattern.any: values that it takes whole */
  str regex_pattern;        /* regex; .NET syntax */
} luis_entity;

typedef struct luis_entities {
  const luis_entity *v;
  size_t n;
} luis_entities;

typedef struct luis_phraselist {
  str name;
  str words;            /* as in the file: separated by commas */
  bool interchangeable; /* "mode" */
  bool activated;
  bool enabled_for_all_models;
} luis_phraselist;

typedef struct luis_regex_feature { /* deprecated */
  str name, pattern;
  bool activated;
} luis_regex_feature;

typedef struct luis_pattern {
  str pattern;     /* luis_pattern.h */
  uint32_t intent; /* index into luis_app.intents */
} luis_pattern;

typedef struct luis_label luis_label;
typedef struct luis_labels {
  const luis_label *v;
  size_t n;
} luis_labels;
struct luis_label {
  str entity; /* an entity, or "Hierarchical::Child"; among children of a machine-learned label: a child of it */
  str role;   /* .p NULL: none */
  uint32_t offset_bytes, length_bytes; /* within the span of the parent label */
  luis_labels children;
};

typedef struct luis_utterance {
  str text;        /* validated UTF-8 */
  uint32_t intent; /* index into luis_app.intents */
  luis_labels labels;
} luis_utterance;

typedef struct luis_setting {
  str name, value; /* value: "true", "false" */
} luis_setting;

typedef struct luis_app {
  /* .p NULL: not in the file */
  str schema_version, version_id, name, description, culture, tokenizer_version;
  const luis_intent *intents;
  size_t intent_count;
  luis_entities entities[LUIS_KIND_COUNT];
  const luis_phraselist *phraselists;
  size_t phraselist_count;
  const luis_regex_feature *regex_features;
  size_t regex_feature_count;
  const luis_pattern *patterns;
  size_t pattern_count;
  const luis_utterance *utterances;
  size_t utterance_count;
  const luis_setting *settings;
  size_t setting_count;
} luis_app;

/* Limits of the service (reference §7). */
enum {
  LUIS_LIMIT_INTENTS = 500,
  LUIS_LIMIT_UTTERANCES = 15000,
  LUIS_LIMIT_UTTERANCE_CHARS = 500, /* code points, as all lengths here */
  LUIS_LIMIT_LISTS = 50,
  LUIS_LIMIT_SYNONYMS = 20000, /* of one list */
  LUIS_LIMIT_PARENTS = 100,
  LUIS_LIMIT_ENTITIES = 330, /* machine-learned, hierarchical and composite ones, their roles counted */
  LUIS_LIMIT_LEVELS = 5,     /* of children */
  LUIS_LIMIT_CHILDREN = 20,  /* of one level */
  LUIS_LIMIT_ROLES = 300,
  LUIS_LIMIT_ROLES_PER_ENTITY = 10,
  LUIS_LIMIT_PATTERN_ANY = 100,
  LUIS_LIMIT_EXPLICIT = 50, /* of the app */
  LUIS_LIMIT_PATTERNS = 500,
  LUIS_LIMIT_PATTERN_CHARS = 400,
  LUIS_LIMIT_REGEXES = 20,
  LUIS_LIMIT_REGEX_CHARS = 500,
  LUIS_LIMIT_PHRASELISTS = 500,
  LUIS_LIMIT_GLOBAL_PHRASELISTS = 10,
  LUIS_LIMIT_PHRASES = 5000,
  LUIS_LIMIT_PHRASES_INTERCHANGEABLE = 50000,
  LUIS_LIMIT_PHRASES_TOTAL = 500000,
  LUIS_LIMIT_MODEL_FEATURES = 10,
  LUIS_LIMIT_PHRASELIST_FEATURES = 10,
  LUIS_LIMIT_NAME_CHARS = 50
};

/* The member of the JSON form that holds the entities of a kind: "closedLists". */
const char *luis_kind_member(luis_kind k);

/* Intents, entities, children, roles: 1 to 50 characters, none of : $ & % * ( ) + ? ~ and no control
 * character. Fills e (ERR_INVALID_ARGUMENT) with a sentence without a place. */
must_check err_code luis_name_check(str name, const char *what, err *e);

/* name without control characters and those of forbidden, cut to 50 characters; may come out empty. */
str luis_clean_name(str name, const char *forbidden, arena *a);

/* ---- Look-up by name ---- */

typedef struct luis_ref {
  luis_kind kind;
  uint32_t index; /* into entities[kind].v */
} luis_ref;

/* Borrows the names of the app. The first of two equal names counts. */
typedef struct luis_index {
  strmap intents, entities, phraselists; /* phraselists: and regex features */
} luis_index;

void luis_index_init(luis_index *x, const luis_app *app);
void luis_index_fini(luis_index *x);
must_check bool luis_index_intent(const luis_index *x, str name, uint32_t *index);
must_check bool luis_index_entity(const luis_index *x, str name, luis_ref *ref);
const luis_entity *luis_entity_at(const luis_app *app, luis_ref ref);
/* "Location::From": the hierarchical entity and the child's place in its parts. */
must_check bool luis_index_part(const luis_index *x, const luis_app *app, str name, luis_ref *ref, size_t *part);

/* NULL when there is none. */
const luis_child *luis_child_find(luis_children children, str name);
must_check bool luis_names_have(luis_names names, str name);

/* The LUIS prebuilt of that name, any letter case, in its right spelling; .p NULL when there is none. */
str luis_prebuilt_name(str name);

#endif
