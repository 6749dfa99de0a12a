/* training_params.h -- what a training job is asked for and what it answers, as JSON: the job's
 * params, the work order of the child process, and the `result` object of reference T3. */
#ifndef DRAGOMAN_SERVICE_TRAINING_PARAMS_H
#define DRAGOMAN_SERVICE_TRAINING_PARAMS_H

#include "base/json_in.h"
#include "service/training.h"

typedef struct training_params {
  str label, config_version; /* resolved, never "latest" */
  training_mode mode;
  evaluation_options evaluation;
  str luis_app; /* id of the LUIS app that the snapshot is a version of; .n 0: it is a CLU project */
} training_params;

str training_params__text(const training_params *p, arena *a);
must_check err_code training_params__parse(str json, arena *a, training_params *out, err *e);
must_check err_code training_params__read(const jnode *n, arena *a, training_params *out, err *e);
/* Options for splitting and training, without callbacks. Trainings through the API use seed 0, so
 * the same snapshot and configuration give the same model. */
train_options training_params__options(const training_params *p);

const char *training_mode__name(training_mode mode);
void evaluation_options__write(jw *w, const evaluation_options *o);
must_check err_code evaluation_options__read(const jnode *n, evaluation_options *out, err *e);
/* ERR_INVALID_ARGUMENT when the percentages do not add up to 100. */
must_check err_code evaluation_options__check(const evaluation_options *o, err *e);

typedef struct sub_status {
  const char *status; /* wire word */
  int percent;
  int64_t started_us, ended_us; /* 0: not yet */
} sub_status;

typedef struct training_state {
  training_params params;
  sub_status training, evaluation;
  int64_t estimated_end_us; /* 0: unknown */
} training_state;

str training_state__text(const training_state *st, arena *a);

#endif
