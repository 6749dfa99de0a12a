/* luis_training.h -- trainings of LUIS versions. A version is trained by a job as a project is (training.h), on all
 * of its utterances. Reference: luis-authoring §9.
 *
 * Errors as in luis_versions.h. */
#ifndef DRAGOMAN_SERVICE_LUIS_TRAINING_H
#define DRAGOMAN_SERVICE_LUIS_TRAINING_H

#include "model/train.h"
#include "service/luis_versions.h"

/* The wire's numbers. */
typedef enum luis_model_status {
  LUIS_SUCCESS = 0,
  LUIS_FAIL = 1,
  LUIS_UP_TO_DATE = 2,
  LUIS_RUNNING = 3,
  LUIS_QUEUED = 9
} luis_model_status;
const char *luis_model_status_name(luis_model_status s); /* "Success" */

/* *out: LUIS_QUEUED, or LUIS_UP_TO_DATE when nothing has changed since the newest training. An intent other than
 * None without utterance and pattern is not trained, nor is anything then: the status says so. */
must_check err_code luis_training_start(service *s, str resource, str app_id, str version_id, training_mode mode,
                                        luis_model_status *out, err *e);

typedef struct luis_model_training {
  str model_id;
  size_t example_count;
  luis_model_status status;
  str failure_reason; /* .n 0: none */
  int64_t trained_us; /* 0: not */
} luis_model_training;
/* One row for each intent and trainable entity of the newest training; none when there was no training. */
must_check err_code luis_training_rows(service *s, str resource, str app_id, str version_id, arena *a,
                                       luis_model_training **out, size_t *n, err *e);

#endif
