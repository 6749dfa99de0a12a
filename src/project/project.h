/* project.h -- the in-memory form of a project: schema and labelled utterances.
 *
 * Every reader (CLU JSON now, LUIS JSON and .lu later) builds this form, every writer and the
 * trainer read it. All memory lives in the arena given to the reader; the form is immutable once
 * read. Offsets are bytes of the utterance's UTF-8 text. Names are case-sensitive.
 * Source: reference clu-project-format.md. */
#ifndef DRAGOMAN_PROJECT_PROJECT_H
#define DRAGOMAN_PROJECT_PROJECT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum project_kind { PROJECT_CONVERSATION, PROJECT_ORCHESTRATION, PROJECT_LUIS } project_kind;

/* A boolean that may be absent in the file. */
typedef enum opt_bool { OPT_ABSENT, OPT_FALSE, OPT_TRUE } opt_bool;

typedef struct project_settings {
  bool present; /* the file had a settings object */
  bool has_threshold;
  double confidence_threshold; /* [0, 1]; 0 (Conversation) or 0.5 (Orchestration) when absent */
  opt_bool normalize_casing, augment_diacritics;
} project_settings;

typedef struct project_metadata {
  project_kind kind;
  str name;     /* .p NULL when the file had null or none */
  str language; /* primary language, lower case */
  opt_bool multilingual;
  str description;       /* .p NULL when absent */
  str storage_container; /* .p NULL when absent */
  project_settings settings;
} project_metadata;

/* Bits of required_components and of a predicted entity's components. */
enum { COMPONENT_LEARNED = 1, COMPONENT_LIST = 2, COMPONENT_PREBUILT = 4, COMPONENT_REGEX = 8 };

typedef enum composition {
  COMPOSE_ABSENT, /* treated as combine */
  COMPOSE_COMBINE,
  COMPOSE_SEPARATE,
  COMPOSE_LONGEST, /* returnLongestOverlap, deprecated */
  COMPOSE_EXACT    /* requireExactOverlap, deprecated */
} composition;

typedef struct list_synonyms {
  str language; /* lower case; .p NULL: the project's language */
  const str *values;
  size_t value_count;
} list_synonyms;

typedef struct sublist {
  str list_key; /* .p NULL when absent */
  const list_synonyms *synonyms;
  size_t synonyms_count;
} sublist;

typedef struct regex_expression {
  str key;      /* .p NULL when absent */
  str language; /* lower case; .p NULL: the project's language */
  str pattern;  /* as in the file, .NET syntax; .p NULL when absent */
} regex_expression;

typedef struct entity {
  str category;
  str description; /* .p NULL when absent */
  composition composition;
  bool has_list, has_regex, has_prebuilts;
  const sublist *sublists;
  size_t sublist_count;
  const str *prebuilts; /* categories, e.g. "Quantity.Number", aliases resolved */
  size_t prebuilt_count;
  const regex_expression *regexes;
  size_t regex_count;
  unsigned required_components; /* COMPONENT_* bits */
  bool has_required;            /* the file had the array */
} entity;

typedef enum target_kind { TARGET_NONE, TARGET_CONVERSATION, TARGET_QUESTION_ANSWERING, TARGET_LUIS } target_kind;

typedef struct intent {
  str category;
  str description; /* .p NULL when absent */
  const str *associated_entities;
  size_t associated_entity_count;
  bool has_associated_entities;
  target_kind target;                                 /* Orchestration only */
  str target_project, target_deployment;              /* Conversation; QuestionAnswering: project */
  str target_app_id, target_app_version, target_slot; /* Luis */
} intent;

typedef struct label {
  uint32_t entity; /* index into project.entities */
  uint32_t offset_bytes, length_bytes;
} label;

typedef struct utterance {
  str text;            /* validated UTF-8 */
  str language;        /* lower case; .p NULL when absent: the project's language */
  str dataset;         /* as in the file; .p NULL when absent: Train */
  uint32_t intent;     /* index into project.intents */
  const label *labels; /* by offset, never overlapping */
  uint32_t label_count;
} utterance;

typedef struct project {
  str file_version; /* projectFileVersion */
  project_metadata metadata;
  bool has_assets;
  const intent *intents; /* contains None (added when the file lacks it, then last) */
  size_t intent_count;
  const entity *entities;
  size_t entity_count;
  const utterance *utterances;
  size_t utterance_count;
} project;

typedef enum dataset { DATASET_TRAIN, DATASET_TEST, DATASET_OTHER } dataset;
/* Train and Test in any letter case; absent is Train. */
dataset utterance_dataset(const utterance *u);
str utterance_language(const project *p, const utterance *u);
/* Index of the intent or entity, or SIZE_MAX. */
size_t project_find_intent(const project *p, str category);
size_t project_find_entity(const project *p, str category);
/* Index of None. */
size_t project_none_intent(const project *p);

/* Projects, models, deployments: letters, digits, _ . - (1 to 100 characters), not "." or "..".
 * what: "project name" (may not be "global" either), "deployment name", ...; target: the parameter or
 * document path, may be "". */
must_check err_code project_name_check(str name, const char *what, const char *target, err *e);
/* Intents and entities: 1 to 100 code points, none of : $ & % * ( ) + ~ # and no control character. The
 * reference forbids / and ? too, but real project files carry them. */
must_check err_code project_category_check(str category, const char *what, const char *target, err *e);

#endif
