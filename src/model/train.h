/* train.h -- compile a project into a model file, and split it for that.
 * Same project, options and seed give byte-identical files. Recipe: doc/learning.md. */
#ifndef DRAGOMAN_MODEL_TRAIN_H
#define DRAGOMAN_MODEL_TRAIN_H

#include "base/err.h"
#include "project/project.h"

#include <stdatomic.h>

typedef enum training_mode { TRAINING_STANDARD, TRAINING_ADVANCED } training_mode;
typedef enum split_kind { SPLIT_PERCENTAGE, SPLIT_MANUAL } split_kind;

typedef struct train_options {
  training_mode mode;
  uint64_t seed;              /* 0 is a valid seed */
  str config_version;         /* resolved, stored in the model; .p NULL: the newest */
  split_kind split;
  int training_percent;       /* SPLIT_PERCENTAGE: 0..100, testing = 100 - training */
  int threads;                /* workers for independent sub-problems, 1..; results do not depend on it */
  /* Called from the training thread, done in [0, 1], monotone, at least at every 2 %; may be NULL. */
  void (*progress)(void *ctx, double done, const char *phase);
  void *progress_ctx;
  const atomic_bool *cancel;  /* polled at least every 100 ms of work; may be NULL */
} train_options;

typedef enum utterance_role { ROLE_TRAIN, ROLE_TEST, ROLE_UNUSED } utterance_role;
/* Role of each utterance, [utterance_count]: manual = the dataset marks; percentage = marked Test
 * stays test, the Train ones are split at random by the seed, kept proportional per intent. */
void train_split(const project *p, const train_options *o, utterance_role *roles);

/* Trains on the ROLE_TRAIN utterances and writes the model to path (atomically).
 * ERR_INVALID_ARGUMENT: nothing to train on; ERR_CANCELLED; ERR_IO/ERR_NO_SPACE. */
must_check err_code model_train(const project *p, const train_options *o, const utterance_role *roles,
                                const char *path, err *e);

/* Known configuration versions, newest GA first; "latest" resolves to it. */
typedef struct config_version {
  const char *version;
  const char *model_expiration_date;      /* yyyy-MM-dd */
  const char *deployment_expiration_date; /* yyyy-MM-dd */
} config_version;
const config_version *config_versions_all(size_t *n);
/* Empty or "latest": the newest. NULL when unknown. */
const config_version *config_version_find(str version);

#endif
