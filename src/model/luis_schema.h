/* luis_schema.h -- a LUIS app as numbers: nodes, roles, signals, and the layers that find them. For training.
 *
 *   app --entities, children--> nodes --features, parts--> signals --levels--> layers, not trained yet */
#ifndef DRAGOMAN_MODEL_LUIS_SCHEMA_H
#define DRAGOMAN_MODEL_LUIS_SCHEMA_H

#include "model/luis_format.h"
#include "model/train_components.h"

/* A layer before it is trained. */
typedef struct luis_plan {
  luis_layer_kind kind;
  uint32_t level;          /* entities that rest on others come on a later level */
  uint32_t parent;         /* LUIS_LAYER_CHILDREN: whose */
  u32_vec signals;         /* ascending, distinct */
  VEC(luis_class) classes; /* all that it might find */
} luis_plan;

typedef struct luis_schema {
  const luis_app *app;
  luis_index index;
  string_table *strings;
  arena a;
  VEC(luis_node) nodes;
  uint32_t entities;                /* the first nodes */
  VEC(luis_features) features;      /* [nodes] */
  VEC(luis_children) below;         /* [nodes] children */
  uint32_t *first[LUIS_KIND_COUNT]; /* [kind][index] first node of the entity */
  VEC(luis_role) roles;
  u32_vec signals; /* where the ranges of the nodes lie */
  luis_range intent_signals;
  VEC(luis_plan) plans; /* in the order of prediction */
} luis_schema;

/* app and strings, which grows, are borrowed until luis_schema_free. */
void luis_schema_init(luis_schema *s, const luis_app *app, string_table *strings);
void luis_schema_free(luis_schema *s);

/* Node of a label of the utterance, or of a slot: "City", "Location::From"; LUIS_NONE when there is none. */
uint32_t luis_schema_entity(const luis_schema *s, str name);
/* Nodes of the entity: several of a hierarchical one, whose name alone may stand in patterns. */
luis_range luis_schema_nodes(const luis_schema *s, str name);
/* Child of a node. */
uint32_t luis_schema_child(const luis_schema *s, uint32_t node, str name);
/* Role of an entity. */
uint32_t luis_schema_role(const luis_schema *s, uint32_t node, str name);
/* Signal of a phrase list of the app. */
uint32_t luis_schema_list(const luis_schema *s, uint32_t phraselist);

#endif
