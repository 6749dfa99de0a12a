/* training_process.h -- the child process of a training: the files and lines the two sides exchange,
 * and starting, watching and ending the child.
 *
 * In the work directory:  job.json       in: {"params": …, "parent", "memoryMib", "threads"}
 *                         project.json   in: the snapshot, of an orchestration with what its intents link to
 *                         model          out: the model file
 *                         evaluation.json out, when there was test data
 *                         warnings.json  out: [{code, message}]
 * Lines on the child's stdout:  train DONE     DONE in [0, 1]
 *                               evaluate
 *                               error {"code": err_name, "message", "target"}   before exit status 1 */
#ifndef DRAGOMAN_SERVICE_TRAINING_PROCESS_H
#define DRAGOMAN_SERVICE_TRAINING_PROCESS_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

#include <stdatomic.h>
#include <sys/types.h>

typedef struct training_process {
  pid_t pid;
  int out;  /* read end of the child's stdout */
  buf line; /* bytes of a line not yet whole */
} training_process;

/* How it ended. */
typedef enum process_end {
  PROCESS_EXITED,    /* by itself: code */
  PROCESS_SIGNALLED, /* by a signal that we did not send: code */
  PROCESS_CANCELLED,
  PROCESS_STOPPED, /* the service stops */
  PROCESS_TIMED_OUT
} process_end;

typedef struct process_watch {
  const atomic_bool *cancelled, *stopping; /* polled at least every 100 ms */
  int64_t limit_us;                        /* wall time */
  void (*on_line)(void *ctx, str line);
  void *ctx;
} process_watch;

must_check err_code process__start(const char *program, const char *work_dir, training_process *out, err *e);
/* Reads its lines until it has ended, and ends it when cancelled (SIGTERM, then SIGKILL after a few
 * seconds), stopping or late (SIGKILL). The process is gone when this returns. */
process_end process__watch(training_process *p, const process_watch *w, int *code);

#endif
