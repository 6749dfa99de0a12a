/* deployments.h -- deployments: which model answers under which name, on which resources. What they answer with:
 * live.h. Reference: clu-authoring §6; design "The way of a deployment". */
#ifndef DRAGOMAN_SERVICE_DEPLOYMENTS_H
#define DRAGOMAN_SERVICE_DEPLOYMENTS_H

#include "base/ids.h"
#include "service/handle.h"
#include "service/live.h"

typedef struct assigned_resource {
  str resource_id, region; /* Azure resource id; "westus2" */
} assigned_resource;

typedef struct deployment_view {
  str name, model_id, config_version, expiration_date;
  int64_t trained_us, deployed_us;
  const assigned_resource *assigned; /* [assigned_count] beside the owner's */
  size_t assigned_count;
} deployment_view;

must_check err_code deployments_list(service *s, str resource, str project_name, page pg, arena *a,
                                     deployment_view **out, size_t *n, size_t *total, err *e);
must_check err_code deployments_get(service *s, str resource, str project_name, str name, arena *a,
                                    deployment_view *out, err *e);

/* Each answers the id of a committed job.
 *
 * put: on the owner's resource alone; put_on: also on the assigned resources ids[0..n), and on no other.
 * ERR_NOT_FOUND without that model, ERR_QUOTA_EXCEEDED at the 11th deployment, ERR_INVALID_ARGUMENT for
 * a resource that is not assigned. */
must_check err_code deployments_put(service *s, str resource, str project_name, str name, str model_label,
                                    char job_id[ID_JOB_LEN + 1], err *e);
must_check err_code deployments_put_on(service *s, str resource, str project_name, str name, str model_label,
                                       const str *ids, size_t n, char job_id[ID_JOB_LEN + 1], err *e);
/* Everywhere. */
must_check err_code deployments_delete(service *s, str resource, str project_name, str name,
                                       char job_id[ID_JOB_LEN + 1], err *e);
/* On those assigned resources only (n 0: on all of them); the owner keeps it. ERR_NOT_FOUND when the
 * deployment is not on one of them. */
must_check err_code deployments_delete_from_resources(service *s, str resource, str project_name, str name,
                                                      const str *ids, size_t n, char job_id[ID_JOB_LEN + 1], err *e);
/* The job fails with ERR_INVALID_ARGUMENT when the two are not on the same resources. */
must_check err_code deployments_swap(service *s, str resource, str project_name, str first, str second,
                                     char job_id[ID_JOB_LEN + 1], err *e);

#endif
