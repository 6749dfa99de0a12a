/* deployment_history.h -- what each deployment served and when, and the way back to it.
 *
 * Every change of a deployment adds an entry that says all that the deployment is from then on; an
 * entry without a model says that it went. A project's history goes with the project. The newest
 * STORE_HISTORY_KEPT entries of a deployment keep their model files. */
#ifndef DRAGOMAN_SERVICE_DEPLOYMENT_HISTORY_H
#define DRAGOMAN_SERVICE_DEPLOYMENT_HISTORY_H

#include "base/ids.h"
#include "service/deployments.h"

typedef struct history_view {
  int64_t id; /* ascends with time */
  str deployment;
  str cause; /* deploy, swap, delete, delete-from-resources, unassign, rollback */
  str job_id;
  int64_t at_us;
  str model_id, model_label;         /* .n 0: the deployment went */
  const assigned_resource *assigned; /* [assigned_count] */
  size_t assigned_count;
} history_view;

/* Newest first. deployment.n 0: of all deployments of the project. */
must_check err_code history_list(service *s, str resource, str project_name, str deployment, page pg, arena *a,
                                 history_view **out, size_t *n, size_t *total, err *e);

typedef struct rollback_request {
  str deployment; /* .n 0: every deployment that the project has or had; needs at_us */
  int64_t to;     /* the state that this entry says; 0: not given */
  int64_t at_us;  /* the state at that time; 0: not given. Neither: the state before the newest change */
} rollback_request;

/* Answers the id of a committed job: all deployments change in one transaction and one publish, and each
 * change is an entry itself. A state without a model is gone back to by deleting. Resources that are no
 * longer assigned are left out, with a warning in the job. ERR_NOT_FOUND when there is no such state. */
must_check err_code rollback_start(service *s, str resource, str project_name, const rollback_request *r,
                                   char job_id[ID_JOB_LEN + 1], err *e);

#endif
