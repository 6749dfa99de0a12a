/* job_work.h -- what the job queue of a service is for: the table of all kinds (job_kinds.h), and cleaning up. */
#ifndef DRAGOMAN_SERVICE_JOB_WORK_H
#define DRAGOMAN_SERVICE_JOB_WORK_H

#include "service/job_queue.h"

extern const job_work service_work;

#endif
