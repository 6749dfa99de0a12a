/* serving.h -- what is committed is served: loading it on this node, and waiting until the others have. */
#ifndef DRAGOMAN_SERVICE_SERVING_H
#define DRAGOMAN_SERVICE_SERVING_H

#include "service/job_queue.h"

/* Loads the models and bases anew, unless this node predicts nothing; errors of registry__reload. */
must_check err_code serving__load_models(service *s, err *e);
/* Resources and tokens, too. */
must_check err_code serving__load(service *s, err *e);

/* After a commit that changed what answers: loads it here and returns when every node that lives follows. */
must_check err_code serving__publish_models(service *s, err *e);
must_check err_code serving__publish(service *s, err *e);

/* The second half of a job that changes what is served, once its rows are committed (applied): loads
 * the registry from them, waits until every live node has done so, then marks the job succeeded, so who reads
 * "succeeded" is answered by the new state. Tries until both work or the service stops (ERR_UNAVAILABLE) or loses the
 * job (ERR_CONFLICT); the next start's registry finds the rows, and its run of the job begins here. */
must_check err_code job__publish(service *s, store_job *job, err *e);

#endif
