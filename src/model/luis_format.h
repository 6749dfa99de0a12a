/* luis_format.h -- what the model of a LUIS app holds beside the sections of model_format.h, whose
 * intents, phrases, regexes and clusters it shares. Everything here is the format; doc/formats.md describes it.
 *
 * A node is an entity, or a child of one at any depth; the entities are the first nodes, by kind. A signal is a
 * node that may stand in a text, or a phrase list: list i is signal nodes + i. */
#ifndef DRAGOMAN_MODEL_LUIS_FORMAT_H
#define DRAGOMAN_MODEL_LUIS_FORMAT_H

#include "model/model_format.h"
#include "project/luis.h"

enum {
  SECTION_LUIS = SECTION_TARGETS + 1, /* luis_meta [1]: the model is of a LUIS app */
  SECTION_LUIS_SETTINGS,              /* uint32_t string: those that are "true" */
  SECTION_LUIS_NODES,                 /* luis_node; the entities first */
  SECTION_LUIS_ROLES,                 /* luis_role */
  SECTION_LUIS_SIGNALS,               /* uint32_t signal; the ranges of others lie in here */
  SECTION_LUIS_LAYERS,                /* luis_layer, in the order of prediction */
  SECTION_LUIS_CLASSES,               /* luis_class */
  SECTION_LUIS_LAYER_VOCABS,          /* vocab_slot, of the layers one after another */
  SECTION_LUIS_LAYER_Q,               /* int8_t, likewise, each from a multiple of 64 on */
  SECTION_LUIS_LAYER_SCALES,          /* float, likewise */
  SECTION_LUIS_LAYER_TRANSITIONS,     /* float, likewise */
  SECTION_LUIS_PATTERNS,              /* luis_pattern_record */
  SECTION_LUIS_STEPS,                 /* luis_step, of the patterns one after another */
  SECTION_LUIS_WORDS                  /* uint32_t string: the words of the app, ascending */
};

#define LUIS_NONE UINT32_MAX

typedef struct luis_range { /* elements [first, first + count) of another section */
  uint32_t first, count;
} luis_range;

typedef struct luis_meta {
  uint32_t culture;     /* string */
  uint32_t phraselists; /* how many */
  luis_range signals;   /* of the intents, ascending */
} luis_meta;

enum { LUIS_NODE_HAS_ROLES = 1 };

typedef struct luis_node {
  uint32_t name;       /* string: "Room", "Location::From"; of a child its own name */
  uint32_t kind;       /* luis_kind; children: LUIS_ENTITY */
  uint32_t parent;     /* node; LUIS_NONE: an entity */
  uint32_t flags;      /* LUIS_NODE_* */
  uint32_t prebuilt;   /* luis_prebuilt_id, LUIS_PREBUILT only */
  uint32_t found_by;   /* layer that has it among its classes; LUIS_NONE */
  uint32_t layer;      /* that finds its children; LUIS_NONE */
  luis_range required; /* of the signals: all must be where it is */
  luis_range parts;    /* composite: of the signals, the entities that may be its children, ascending */
} luis_node;
_Static_assert(sizeof(luis_node) == 44, "stored as it is");

typedef struct luis_role {
  uint32_t node, name; /* name: string */
} luis_role;

/* Labels never overlap within a layer. */
typedef enum luis_layer_kind {
  LUIS_LAYER_LEARNED,    /* machine-learned and hierarchical entities and their roles */
  LUIS_LAYER_ROLES,      /* roles of what lists, expressions and prebuilts find */
  LUIS_LAYER_COMPOSITES, /* over the entities found before */
  LUIS_LAYER_CHILDREN    /* of one node, within its span: the span is the sentence */
} luis_layer_kind;

typedef struct luis_layer {
  uint32_t kind;                   /* luis_layer_kind */
  uint32_t features;               /* rows of weights */
  luis_range classes;              /* labels are those of learn/crf.h with the classes as types */
  luis_range signals;              /* beside lists and known values, ascending */
  luis_range vocab;                /* count: a power of two */
  uint64_t q, scales, transitions; /* first element */
} luis_layer;
_Static_assert(sizeof(luis_layer) == 56, "stored as it is");

typedef struct luis_class {
  uint32_t node;
  uint32_t role; /* LUIS_NONE: none */
} luis_class;

enum { LUIS_ANCHOR_BEGIN = 1, LUIS_ANCHOR_END = 2 };

typedef struct luis_pattern_record {
  uint32_t intent;
  uint32_t anchors; /* LUIS_ANCHOR_* */
  luis_range steps;
} luis_pattern_record;

typedef enum luis_op {
  LUIS_OP_WORD, /* the token whose hash is word; target 1: each match has it */
  LUIS_OP_SLOT, /* something found for the node target; word: its role or LUIS_NONE */
  LUIS_OP_ANY,  /* one token or more, of the pattern.any target; word: its role or LUIS_NONE */
  LUIS_OP_FORK, /* go on behind it, or at the step target */
  LUIS_OP_JUMP, /* go on at the step target */
  LUIS_OP_END   /* the last step, and no other */
} luis_op;

/* Targets of forks and jumps count from the first step of the pattern and lead forward. */
typedef struct luis_step {
  uint32_t op, target;
  uint64_t word;
} luis_step;

#endif
