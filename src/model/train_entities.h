/* train_entities.h -- the learned components: word clusters, token features, sequence model.
 * Recipe: reference learning §8.8, doc/learning.md. */
#ifndef DRAGOMAN_MODEL_TRAIN_ENTITIES_H
#define DRAGOMAN_MODEL_TRAIN_ENTITIES_H

#include "learn/crf.h"
#include "model/model_format.h"
#include "model/tasks.h"
#include "model/training_set.h"

typedef struct entity_trainer entity_trainer;
struct entity_trainer {
  const training_set *set;
  const entity_trainer *clustered; /* whose clusters serve this one, too; NULL: it makes its own */
  train_options o;

  u32_vec types;     /* [types] entity of each: those labelled in the training set */
  uint32_t *type_of; /* [entities] or UINT32_MAX */
  vocab_slot *cluster_slots;
  size_t cluster_slot_count;
  uint16_t (*cluster_ids)[CLUSTER_SIZES]; /* [cluster_words] */
  uint32_t cluster_words;
  vocab_slot *slots;
  size_t slot_count;
  uint32_t features;
  crf_model crf;
};

/* set and clustered (may be NULL) are borrowed until the end; the clusters of clustered must be there before the
 * tasks run. */
void entity_trainer_init(entity_trainer *t, const training_set *set, const entity_trainer *clustered,
                         const train_options *o);
void entity_trainer_free(entity_trainer *t);
/* 0 or 1 task: nothing to do when no utterance is labelled. */
size_t entity_trainer_tasks(entity_trainer *t, task *tasks);

#endif
