/* model_write.h -- the parts of a training as the sections of a model file. */
#ifndef DRAGOMAN_MODEL_MODEL_WRITE_H
#define DRAGOMAN_MODEL_MODEL_WRITE_H

#include "model/model_file.h"
#include "model/train_components.h"
#include "model/train_entities.h"
#include "model/train_intents.h"

typedef struct model_parts {
  const training_set *set;
  size_t utterances; /* of the author, trained on */
  const train_options *o;
  const config_version *version;
  string_table *strings; /* grows by the names */
  const component_tables *components;
  const intent_result *intents;
  const entity_trainer *entities; /* NULL: the model has taggers of its own */
  const entity_trainer *clusters; /* whose clusters the taggers share; NULL: none */
} model_parts;

/* All sections in order into w. */
void model_write_sections(const model_parts *p, model_writer *w);

#endif
