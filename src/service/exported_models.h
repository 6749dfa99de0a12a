/* exported_models.h -- trained models kept under a name of their own, to be taken away as a bundle.
 * Reference: clu-authoring §8. */
#ifndef DRAGOMAN_SERVICE_EXPORTED_MODELS_H
#define DRAGOMAN_SERVICE_EXPORTED_MODELS_H

#include "base/ids.h"
#include "base/vec.h"
#include "service/handle.h"

typedef struct exported_model_view {
  str name, model_id, config_version, expiration_date;
  int64_t trained_us, exported_us;
} exported_model_view;

must_check err_code exported_models_list(service *s, str resource, str project_name, page pg, arena *a,
                                         exported_model_view **out, size_t *n, size_t *total, err *e);
must_check err_code exported_models_get(service *s, str resource, str project_name, str name, arena *a,
                                        exported_model_view *out, err *e);
/* Each answers the id of a committed job. put keeps the model as it is now, whatever becomes of its label;
 * ERR_INVALID_ARGUMENT for an Orchestration project, which answers through others. */
must_check err_code exported_models_put(service *s, str resource, str project_name, str name, str model_label,
                                        char job_id[ID_JOB_LEN + 1], err *e);
must_check err_code exported_models_delete(service *s, str resource, str project_name, str name,
                                           char job_id[ID_JOB_LEN + 1], err *e);
/* The bundle (bundle.h), signed by this store. */
must_check err_code exported_models_bundle(service *s, str resource, str project_name, str name, arena *a, buf *out,
                                           err *e);

#endif
