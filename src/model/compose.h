/* compose.h -- from what the components of entities found to the entities that are answered.
 * Rules: reference clu-concepts §4.1 (overlap) and §4.2 (required components); the choices made
 * where the reference is silent are in doc/evaluation.md. Pure: no model, no state. */
#ifndef DRAGOMAN_MODEL_COMPOSE_H
#define DRAGOMAN_MODEL_COMPOSE_H

#include "base/arena.h"
#include "model/model.h"
#include "project/project.h"

/* One find of one component. Learned, list, regex and prebuilt finds all enter here. */
typedef struct component_span {
  uint32_t entity;
  uint32_t begin_bytes, end_bytes; /* begin < end */
  unsigned component;              /* one COMPONENT_* bit */
  float score;                     /* [0, 1] */
  bool has_extra;
  entity_extra extra;
  const attr_list *resolutions; /* [resolution_count] */
  size_t resolution_count;
} component_span;

/* How one entity is composed; stored as it is in the model file. */
typedef struct compose_rule {
  uint32_t composition; /* enum composition; unknown values combine */
  uint32_t required;    /* COMPONENT_* bits */
  uint32_t defined;     /* COMPONENT_* bits of the components that the entity has */
} compose_rule;

/* rules [entities], spans[i].entity < entities. spans are reordered. The instances live in a, by
 * begin, longer first, then by entity. */
void compose(str text, const compose_rule *rules, component_span *spans, size_t n, arena *a,
             const predicted_entity **out, size_t *out_count);

#endif
