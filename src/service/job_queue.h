/* job_queue.h -- jobs: claiming the next one, running it, and what its functions need.
 *
 * The job row is the truth; it waits in the store until a thread of some node claims it
 * (store_job_claim: for a time that the node's thread prolongs). A slot is this process's handle on a
 * job that it runs.
 *
 *   job threads       every kind but train; one job at a time for each project
 *   training threads  train
 *
 * A job: claim (status running, one attempt and one fence more; committed) -> run (the kind's function;
 * commits its effect and, with it, "succeeded") -> on error, fail (status failed or cancelled;
 * committed). Everything that is committed for a job bears its fence, so a node that was thought dead
 * and had its job taken over changes nothing any more: a job runs once to effect.
 * When the service stops in between, the row goes back to notStarted; after a crash it stays as it
 * was until the claim runs out or the same node starts again, and then is claimed anew. */
#ifndef DRAGOMAN_SERVICE_JOB_QUEUE_H
#define DRAGOMAN_SERVICE_JOB_QUEUE_H

#include "base/ids.h"
#include "service/handle.h"
#include "service/job_kind.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct job_slot {
  struct job_slot *next;
  char id[ID_JOB_LEN + 1];
  char *resource, *project; /* heap */
  job_kind kind;
  int64_t fence;           /* of its claim */
  uint64_t number;         /* counts the claims of this process */
  bool shown;              /* live_result is in the row; queue lock */
  atomic_bool cancelled;   /* set by anyone, also when the job is lost; polled by the running thread */
  char *live_result;       /* heap; newest result object of a running job, NULL when none; queue lock */
  int64_t live_updated_us; /* queue lock */
} job_slot;

/* The function of a kind. job is its row, already running; result, warnings, document may be
 * changed and are committed with the outcome, also on failure. ERR_OK only after job__succeed
 * or job__publish (serving.h).
 * ERR_CANCELLED when slot->cancelled ended it, ERR_UNAVAILABLE when q->stopping or a database that is
 * away did: then the job begins anew, later. */
typedef err_code (*job_fn)(service *s, job_slot *slot, store_job *job, arena *a, err *e);

/* What the queue is for; who opens it says. */
typedef struct job_work {
  job_fn run[JOB_KINDS];
  /* Deletes what nobody refers to and, when expire (every hour), what has expired. Called while no job runs here: a
   * job's files are not in any row until it ends (those of jobs on other nodes: store_collect). */
  void (*clean_up)(service *s, bool expire);
} job_work;

typedef struct job_queue {
  const job_work *work;
  pthread_mutex_t lock;
  pthread_cond_t changed; /* there is news; stopping */
  uint64_t news;          /* counts the times that there may be something to claim */
  job_slot *first;        /* what runs here */
  uint64_t claims;        /* that gave a job, so far */
  size_t claiming;        /* claims at work */
  atomic_bool stopping;
  bool collecting; /* a thread is in store_collect: nothing may start here */
  bool collect_wanted;
  int64_t next_expiry_us; /* monotonic */
  pthread_t *threads;
  size_t thread_count;
  uint64_t succeeded, failed, cancelled;
} job_queue;

void job_queue__init(job_queue *q);
void job_queue__fini(job_queue *q);

/* How long a claim holds that is not prolonged. */
#define JOB_LEASE_US ((int64_t)15 * 1000000)

/* Starts the threads. work must stay. */
must_check err_code job_queue__start(service *s, const job_work *work, err *e);
/* Running jobs are told to stop and waited for; their rows stay unfinished. */
void job_queue__stop(service *s);
/* Waits ms or until the queue changes; false when the service stops. */
must_check bool job_queue__pause(service *s, int ms);
/* There may be something to claim. */
void job_queue__look(service *s);
/* Prolongs the claims; tells jobs that were cancelled or lost to end; shows their progress to other
 * nodes. Called by the node's threads, often, and when other nodes changed jobs. */
void job_queue__renew(service *s);
typedef struct job_counts {
  uint64_t waiting;                                                  /* in the store; 0 while it is away */
  uint64_t running, trainings_running, succeeded, failed, cancelled; /* here */
} job_counts;
job_counts job_queue__count(service *s);

/* ---- making jobs ------------------------------------------------------------------------------- */
typedef struct new_job {
  job_kind kind;
  str resource, project, subject;
  str params;   /* JSON object; "" none */
  str document; /* blob; .n 0: none */
  str result;   /* "" none */
} new_job;
/* Adds the job to tx and commits tx, which is finished either way. */
must_check err_code job__submit(service *s, store_tx *tx, const new_job *n, char id[ID_JOB_LEN + 1], err *e);
/* The same under an id that the caller has from id_job. */
must_check err_code job__submit_as(service *s, store_tx *tx, const new_job *n, const char *id, err *e);

/* ---- running jobs ------------------------------------------------------------------------------ */
/* Marks job succeeded inside tx and commits tx (finished either way). Its document, which it has read, may be
 * collected then. */
must_check err_code job__succeed(store_tx *tx, store_job *job, err *e);
/* The same of a job that has made a document: the blob that is asked for from then on. */
must_check err_code job__succeed_with(store_tx *tx, store_job *job, str document, err *e);
/* Marks the effect of job as committed inside tx and commits tx: after a restart the job goes on
 * from there. */
must_check err_code job__applied(store_tx *tx, store_job *job, err *e);
/* Newest result for readers of a running job; not committed. */
void job__progress(service *s, job_slot *slot, str result);
/* The newest of a job that runs here; false: it has none. */
must_check bool job_queue__progress(service *s, str id, arena *a, str *result, int64_t *updated_us);
/* Commits the row as it is. ERR_CONFLICT: the job was lost to another node. */
must_check err_code job__save(service *s, store_job *job, err *e);

/* Tells a job that runs here to end; false when it does not. */
bool job__cancel(service *s, str id);
/* Cleaning up is due when the queue is next empty. */
void job__want_collect(service *s);

#endif
