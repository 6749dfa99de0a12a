/* job_queue.h -- the jobs of this process: which wait, which run, and the threads that run them.
 *
 * The job row is the truth. A slot is this process's handle on an unfinished row: made when the row
 * is committed (or found at start-up), gone when the row is finished. Slots are kept in the order of
 * their rows; a thread takes the first one that may run:
 *
 *   job threads       every kind but train; one job at a time for each project
 *   training threads  train
 *
 * A job: begin (status running, one attempt more; committed) -> run (the kind's function; commits
 * its effect and, with it, "succeeded") -> on error, fail (status failed or cancelled; committed).
 * When the service stops in between, the row goes back to notStarted; after a crash it stays as it
 * was, and either way the next start runs it again. */
#ifndef DRAGOMAN_SERVICE_JOB_QUEUE_H
#define DRAGOMAN_SERVICE_JOB_QUEUE_H

#include "base/ids.h"
#include "service/counters.h"
#include "service/jobs.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct job_slot {
  struct job_slot *next;
  char id[ID_JOB_LEN + 1];
  char *resource, *project; /* heap */
  job_kind kind;
  bool running;            /* queue lock */
  atomic_bool cancelled;   /* set by anyone, polled by the running thread */
  char *live_result;       /* heap; newest result object of a running job, NULL when none; queue lock */
  int64_t live_updated_us; /* queue lock */
} job_slot;

typedef struct job_queue {
  pthread_mutex_t lock;
  pthread_cond_t changed; /* a slot came, went or finished; stopping */
  job_slot *first;
  atomic_bool stopping;
  bool collecting; /* a thread is in store_collect: nothing may start */
  bool collect_wanted;
  int64_t next_expiry_us; /* monotonic */
  pthread_t *threads;
  size_t thread_count;
  uint64_t succeeded, failed, cancelled;
} job_queue;

/* Takes up the unfinished rows, then starts the threads. */
must_check err_code job_queue__start(service *s, err *e);
/* Running jobs are told to stop and waited for; their rows stay unfinished. */
void job_queue__stop(service *s);
void job_queue__count(job_queue *q, service_counters *out);

const char *job_kind__name(job_kind kind);

/* ---- making jobs ------------------------------------------------------------------------------- */
typedef struct new_job {
  job_kind kind;
  str resource, project, subject;
  str params;   /* JSON object; "" none */
  str document; /* blob; .n 0: none */
  str result;   /* "" none */
} new_job;
/* Adds the job to tx, commits tx, and queues it. tx is finished either way. */
must_check err_code job__submit(service *s, store_tx *tx, const new_job *n, char id[ID_JOB_LEN + 1], err *e);

/* ---- running jobs ------------------------------------------------------------------------------ */
/* The function of a kind. job is its row, already running; result, warnings, document may be
 * changed and are committed with the outcome, also on failure. ERR_OK only after job__succeed
 * or job__publish.
 * ERR_CANCELLED when slot->cancelled ended it, ERR_UNAVAILABLE when q->stopping did. */
typedef err_code (*job_fn)(service *s, job_slot *slot, store_job *job, arena *a, err *e);

/* Marks job succeeded inside tx and commits tx (finished either way). */
must_check err_code job__succeed(store_tx *tx, store_job *job, err *e);
/* Marks the effect of job as committed inside tx and commits tx: after a restart the job goes on
 * from there. */
must_check err_code job__applied(store_tx *tx, store_job *job, err *e);
/* The second half of a job that changes what is served, once its rows are committed (applied): loads
 * the registry from them, then marks the job succeeded, so who reads "succeeded" is answered by the
 * new state. Tries until both work or the service stops (ERR_UNAVAILABLE); the next start's registry
 * finds the rows, and its run of the job begins here. */
must_check err_code job__publish(service *s, store_job *job, err *e);
/* Newest result for readers of a running job; not committed. */
void job__progress(service *s, job_slot *slot, str result);

/* Tells a job of this process to end; false when it has no slot any more. */
bool job__cancel(service *s, str id);
/* Cancels every training of the slot's project and waits until none is left. ERR_UNAVAILABLE when
 * the service stops. */
must_check err_code job__cancel_trainings(service *s, const job_slot *slot, err *e);
/* Cleaning up is due when the queue is next empty. */
void job__want_collect(service *s);

#endif
