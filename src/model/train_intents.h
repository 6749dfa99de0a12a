/* train_intents.h -- the intent part of a model: linear model, perceptrons, calibration, None.
 * Recipe: reference learning §8.1-8.7, doc/learning.md. */
#ifndef DRAGOMAN_MODEL_TRAIN_INTENTS_H
#define DRAGOMAN_MODEL_TRAIN_INTENTS_H

#include "learn/linear.h"
#include "learn/mlp.h"
#include "model/intent_features.h"
#include "model/model_format.h"
#include "model/tasks.h"
#include "model/training_set.h"

typedef struct intent_trainer intent_trainer; /* heap: intent_trainer_free */

/* Vocabulary, vectors, folds. set is borrowed until the end. ERR_INVALID_ARGUMENT when there are no
 * utterances. */
must_check err_code intent_trainer_new(const training_set *set, const train_options *o, intent_trainer **out, err *e);
void intent_trainer_free(intent_trainer *t);

/* The trainings, which may run in any order and in parallel: at most INTENT_MAX_TASKS into tasks;
 * returns how many. */
enum { INTENT_MAX_TASKS = 64 };
size_t intent_trainer_tasks(intent_trainer *t, task *tasks);

/* What came out; valid after the tasks and intent_trainer_calibrate. Owned by the trainer. */
typedef struct intent_result {
  uint32_t class_count, none_class;
  const uint32_t *classes; /* [class_count] intent of each class */
  const vocab_slot *slots;
  size_t slot_count;
  intent_space space;
  const linear_model *linear;
  const mlp_model *mlps; /* [mlp_count] */
  size_t mlp_count;
  combination combination;
  none_model none;
} intent_result;

/* Fits temperatures and None score on the held-out scores. */
void intent_trainer_calibrate(intent_trainer *t, intent_result *out);

#endif
