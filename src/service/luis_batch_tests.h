/* luis_batch_tests.h -- tests of what a LUIS slot answers, against labelled utterances of the client. Each is a job;
 * its result is kept as long as the job. Reference: luis-runtime §8.
 *
 * Errors: ERR_NOT_FOUND, the resource has no such slot; ERR_OPERATION_NOT_FOUND. */
#ifndef DRAGOMAN_SERVICE_LUIS_BATCH_TESTS_H
#define DRAGOMAN_SERVICE_LUIS_BATCH_TESTS_H

#include "base/ids.h"
#include "service/jobs.h"
#include "service/resources.h"

/* slot: the deployment. body: JSON, checked before the job is made (ERR_INVALID_ARGUMENT). The model is the one that
 * the slot has now. */
must_check err_code luis_test_start(service *s, const resource_ref *resource, str app_id, str slot, bool verbose,
                                    str body, char job_id[ID_JOB_LEN + 1], err *e);
must_check err_code luis_test_status(service *s, const resource_ref *resource, str app_id, str slot, str job_id,
                                     arena *a, job_view *out, err *e);
/* The statistics (model/luis_batch_test.h). ERR_CONFLICT: the job has not succeeded. */
must_check err_code luis_test_result(service *s, const resource_ref *resource, str app_id, str slot, str job_id,
                                     arena *a, str *json, err *e);

#endif
