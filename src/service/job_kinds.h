/* job_kinds.h -- the function of each kind of job (contract: job_fn in job_queue.h), beside the
 * calls that make such jobs. */
#ifndef DRAGOMAN_SERVICE_JOB_KINDS_H
#define DRAGOMAN_SERVICE_JOB_KINDS_H

#include "service/job_queue.h"

/* authoring_jobs.c */
must_check err_code import__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code export__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code delete_project__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code load_snapshot__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* training_run.c */
must_check err_code training__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* models.c */
must_check err_code evaluate__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* deployment_jobs.c */
must_check err_code deploy__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code swap__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code delete_from_resources__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* deployment_history.c */
must_check err_code rollback__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* trials.c */
must_check err_code trial__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* copying.c */
must_check err_code copy__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* exported_models.c */
must_check err_code export_model__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* project_resources.c */
must_check err_code assign__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code unassign__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* luis_batch_tests.c */
must_check err_code luis_test__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
/* knowledge_jobs.c */
must_check err_code knowledge_change__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code knowledge_deploy__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code knowledge_delete__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);
must_check err_code knowledge_export__run(service *s, job_slot *slot, store_job *job, arena *a, err *e);

/* training.c, for other jobs: cancels every training of the slot's project and waits until none is left.
 * ERR_UNAVAILABLE when the service stops. */
must_check err_code training__cancel_all(service *s, const job_slot *slot, err *e);

#endif
