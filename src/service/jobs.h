/* jobs.h -- the durable job queue. A job row is committed before the client hears of it; a runner
 * executes it; after a restart unfinished jobs are run again (each kind is idempotent) or failed
 * with a reason after three attempts. One job at a time for each project; training runs beside
 * (in a child process). Rows live 7 days. Reference: clu-authoring §1.4. */
#ifndef DRAGOMAN_SERVICE_JOBS_H
#define DRAGOMAN_SERVICE_JOBS_H

#include "service/handle.h"
#include "service/job_kind.h"

typedef struct job_view {
  str id, project, subject;
  job_kind kind;
  str status;           /* wire word */
  str result;           /* JSON object, "" when none (train: reference T3; evaluate: M9) */
  str errors, warnings; /* JSON arrays, "" when none */
  int64_t created_us, updated_us, expires_us;
} job_view;

/* ERR_OPERATION_NOT_FOUND when unknown, expired, of another resource, project, kind or subject.
 * project or subject with .p NULL: any. */
must_check err_code job_get(service *s, str resource, job_kind kind, str project_name, str subject, str id, arena *a,
                            job_view *out, err *e);
/* Waits until the job has ended. ERR_OK: it has succeeded, and *out is its state; else its error, or ERR_TIMEOUT
 * after a minute (it goes on). Blocks the thread. */
must_check err_code job_await(service *s, str resource, job_kind kind, str project_name, str id, arena *a,
                              job_view *out, err *e);
must_check err_code job_list(service *s, str resource, job_kind kind, str project_name, page pg, arena *a,
                             job_view **out, size_t *n, size_t *total, err *e);

#endif
