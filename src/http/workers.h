/* workers.h -- threads for work that may block. A job waits in a bounded queue, in order; one that
 * has waited past its deadline is handed back unrun, so a parked client always gets an answer. */
#ifndef DRAGOMAN_HTTP_WORKERS_H
#define DRAGOMAN_HTTP_WORKERS_H

#include "base/base.h"
#include "base/err.h"

typedef struct workers workers;

typedef enum worker_turn {
  WORKER_RUN,     /* do the work */
  WORKER_TOO_LATE /* the deadline passed in the queue, or the pool stops: give up */
} worker_turn;

typedef void worker_fn(void *job, worker_turn turn);

/* fn runs on a pool thread, once for each job accepted. */
must_check err_code workers_new(int threads, size_t queue_limit, int64_t max_wait_us, worker_fn *fn, workers **out,
                                err *e);
/* False when the queue is full or the pool stops; fn is then not called. */
must_check bool workers_push(workers *w, void *job);
/* Jobs that run are finished, jobs that wait come back WORKER_TOO_LATE; then the threads end. */
void workers_free(workers *w);

#endif
