/* training.h -- training jobs and trained models. Reference: clu-authoring §4, §5. */
#ifndef DRAGOMAN_SERVICE_TRAINING_H
#define DRAGOMAN_SERVICE_TRAINING_H

#include "base/ids.h"
#include "base/json_out.h"
#include "model/train.h"
#include "service/handle.h"
#include "text/offsets.h"

typedef struct evaluation_options {
  split_kind kind;
  int training_percent, testing_percent; /* sum 100 */
} evaluation_options;

typedef struct training_request {
  str label;
  training_mode mode;
  str config_version; /* "" or "latest": newest */
  evaluation_options evaluation;
} training_request;

/* ERR_CONFLICT while a training of the project is unfinished; ERR_QUOTA_EXCEEDED at the 11th model. */
must_check err_code training_start(service *s, str resource, str project_name, const training_request *r,
                                   char job_id[ID_JOB_LEN + 1], err *e);
/* ERR_CONFLICT when it has ended. */
must_check err_code training_cancel(service *s, str resource, str project_name, str job_id, err *e);

typedef struct model_view {
  str label, model_id, config_version, expiration_date;
  int64_t trained_us, duration_s;
  bool has_snapshot, has_evaluation;
} model_view;
must_check err_code models_list(service *s, str resource, str project_name, page pg, arena *a, model_view **out,
                                size_t *n, size_t *total, err *e);
must_check err_code models_get(service *s, str resource, str project_name, str model_label, arena *a, model_view *out,
                               err *e);
/* ERR_CONFLICT while a deployment, a shadow or a canary uses it. */
must_check err_code models_delete(service *s, str resource, str project_name, str model_label, err *e);

/* JSON object of M5 as text. ERR_NOT_FOUND when the model has no evaluation. */
must_check err_code models_evaluation_summary(service *s, str resource, str project_name, str model_label, arena *a,
                                              str *json, err *e);
/* Items of M4: JSON texts, one each. */
must_check err_code models_evaluation_items(service *s, str resource, str project_name, str model_label,
                                            offset_unit unit, page pg, arena *a, str **items, size_t *n, size_t *total,
                                            err *e);
must_check err_code models_load_snapshot(service *s, str resource, str project_name, str model_label,
                                         char job_id[ID_JOB_LEN + 1], err *e);
/* M8: evaluate the model anew on the split of the current working copy. */
must_check err_code models_evaluate(service *s, str resource, str project_name, str model_label,
                                    const evaluation_options *o, char job_id[ID_JOB_LEN + 1], err *e);

/* Main of the child process `dragoman train-job`: reads its work from the directory given, leaves the
 * model and its evaluation there, reports on stdout (training_process.h). Exit status 0 or 1. */
int training_child_main(const char *work_dir);

#endif
