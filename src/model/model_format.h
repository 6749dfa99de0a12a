/* model_format.h -- what a model file holds: section ids and the records stored as they are.
 * Everything here is the format; doc/formats.md describes it. Strings are indices into the string
 * table (SECTION_STRING_ENDS). */
#ifndef DRAGOMAN_MODEL_MODEL_FORMAT_H
#define DRAGOMAN_MODEL_MODEL_FORMAT_H

#include "learn/calibrate.h"
#include "model/compose.h"
#include "model/none.h"
#include "model/tagger_features.h"

enum model_section_id {
  SECTION_META = 1,       /* model_meta [1] */
  SECTION_STRING_ENDS,    /* uint32_t [strings], end of each in SECTION_STRING_BYTES */
  SECTION_STRING_BYTES,   /* char */
  SECTION_INTENT_NAMES,   /* uint32_t [intents] string */
  SECTION_ENTITY_NAMES,   /* uint32_t [entities] string */
  SECTION_RULES,          /* compose_rule [entities] */
  SECTION_LANGUAGES,      /* uint32_t [languages] string; language id i + 1 */
  SECTION_PHRASES,        /* char, block of recognize/list.h */
  SECTION_PHRASE_VALUES,  /* model_phrase, by value id of the block */
  SECTION_REGEXES,        /* model_regex */
  SECTION_CLASSES,        /* uint32_t [classes] intent of each class */
  SECTION_INTENT_VOCAB,   /* vocab_slot */
  SECTION_INTENT_WEIGHTS, /* float [features] */
  SECTION_LINEAR_Q,       /* int8_t [features][class_stride] */
  SECTION_LINEAR_SCALE,   /* float [features] */
  SECTION_CLUSTER_VOCAB,  /* vocab_slot */
  SECTION_CLUSTERS,       /* uint16_t [words][CLUSTER_SIZES] */
  SECTION_TAGGER_TYPES,   /* uint32_t [types] entity of each */
  SECTION_TAGGER_VOCAB,   /* vocab_slot */
  SECTION_TAGGER_Q,       /* int8_t [tagger_features][label_stride] */
  SECTION_TAGGER_SCALE,   /* float [tagger_features] */
  SECTION_TRANSITIONS,    /* float [labels][label_stride] */
  SECTION_MLP             /* and up: MLP_SECTIONS for each of MODEL_MAX_MLPS perceptrons */
};

enum mlp_section { MLP_W1_Q, MLP_W1_SCALE, MLP_W2_Q, MLP_W2_SCALE, MLP_B2, MLP_SECTIONS };
enum { MODEL_MAX_MLPS = 3 };

/* Either may be missing. */
enum {
  SECTION_PREBUILTS = SECTION_MLP + MODEL_MAX_MLPS * MLP_SECTIONS, /* model_prebuilt */
  SECTION_TARGETS                                                  /* model_link [intents]: an orchestration */
};

static inline uint32_t mlp_section_id(size_t mlp, enum mlp_section part) {
  return (uint32_t)(SECTION_MLP + mlp * MLP_SECTIONS + part);
}

enum { MODEL_FLAG_MULTILINGUAL = 1, MODEL_FLAG_IGNORE_CASING = 2 };

typedef struct model_meta {
  uint64_t seed;
  double confidence_threshold;
  uint32_t project_name, language, training_mode, config_version; /* strings */
  uint32_t flags;                                                 /* MODEL_FLAG_* */
  uint32_t utterance_count;                                       /* trained on */
  uint32_t none_intent;
  uint32_t classes;    /* intents with training utterances, > 0 */
  uint32_t none_class; /* class of None or NO_CLASS */
  uint32_t features;   /* intent features with the bias, > 0 */
  uint32_t mlp_count;
  uint32_t mlp_hidden; /* multiple of 16 */
  float unseen_weight;
  combination combination;
  none_model none;
  uint32_t tagger_features;
  uint32_t types; /* entities with a learned component; 0: no tagger */
  float o_offset;
  uint32_t reserved;
} model_meta;
_Static_assert(sizeof(model_meta) == 112, "stored as it is");

typedef enum phrase_kind {
  PHRASE_LIST = 1,  /* synonym of a list component: predicts, and is a feature of the tagger */
  PHRASE_VALUE = 2, /* labelled in training: only a feature of the tagger */
  PHRASE_FEATURE,   /* LUIS: of a phrase list; entity: its number, key: 1 when its phrases count one by one */
  PHRASE_EXPLICIT   /* LUIS: a value that a pattern.any takes whole */
} phrase_kind;

typedef struct model_phrase {
  uint32_t entity;
  uint32_t kind; /* phrase_kind */
  uint32_t key;  /* string: list key; PHRASE_LIST only (PHRASE_FEATURE: see there) */
} model_phrase;

typedef struct model_regex {
  uint32_t entity;
  uint32_t key, pattern; /* strings */
  uint32_t language;     /* 0: any */
} model_regex;

typedef struct model_link { /* what an intent is connected to; strings */
  uint32_t kind;            /* target_kind */
  uint32_t project, deployment;
  uint32_t app_id, app_version, slot;
} model_link;

typedef struct model_prebuilt { /* by entity, then category, each pair once */
  uint32_t entity;
  uint32_t category; /* prebuilt_id */
} model_prebuilt;

#endif
