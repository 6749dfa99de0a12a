/* deployments_int.h -- deployment rows and their history, for the files that change what is served. */
#ifndef DRAGOMAN_SERVICE_DEPLOYMENTS_INT_H
#define DRAGOMAN_SERVICE_DEPLOYMENTS_INT_H

#include "service/handle.h"
#include "store/store.h"

/* Of a project that exists: its absence is told apart from the deployment's. */
must_check err_code deployment__row(store_tx *tx, str resource, str project_name, str name, arena *a,
                                    store_deployment *out, err *e);
/* The row, or *found false. */
must_check err_code deployment__find(store_tx *tx, str resource, str project_name, str name, arena *a,
                                     store_deployment *out, bool *found, err *e);
/* The 11th deployment is refused (ERR_QUOTA_EXCEEDED); an existing name may always be deployed again. */
must_check err_code deployment__check_room(store_tx *tx, str resource, str project_name, str name, arena *a, err *e);

/* The deployment becomes `after` (NULL: it goes) and its history says so; with another model its trials
 * are over. before: NULL when there was none of that name. */
must_check err_code deployment__change(store_tx *tx, const store_job *job, const char *cause,
                                       const store_deployment *before, const store_deployment *after, err *e);
/* The project was deployed now. */
must_check err_code deployment__touch_project(store_tx *tx, const store_job *job, int64_t now_us, arena *a, err *e);

/* Takes the resources ids out of every set of the project's deployments, or (name.n) of that one; n 0:
 * all resources. */
must_check err_code deployment__take_off(store_tx *tx, const store_job *job, const char *cause, str name,
                                         const str *ids, size_t n, arena *a, err *e);

/* Member of a job's parameters as text (a string) or as JSON (an array); .p NULL when absent. */
must_check err_code job_param__text(const store_job *job, const char *key, arena *a, str *out, err *e);
must_check err_code job_param__json(const store_job *job, const char *key, arena *a, str *out, err *e);

#endif
