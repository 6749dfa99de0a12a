/* tasks.h -- independent pieces of one training, run by a few threads.
 *
 * Results never depend on the number of threads: each task works on its own output. Progress is
 * reported by the calling thread, which only waits. */
#ifndef DRAGOMAN_MODEL_TASKS_H
#define DRAGOMAN_MODEL_TASKS_H

#include "learn/watch.h"
#include "model/train.h"

typedef struct task {
  err_code (*run)(void *ctx, const learn_watch *w, err *e); /* on a worker thread */
  void *ctx;
  double cost; /* relative, > 0: its share of the progress, and longer tasks should come first */
} task;

/* Runs them all on o->threads workers while progress moves from `from` to `to`. The first error
 * stops the rest and is returned; ERR_CANCELLED when o->cancel is set. */
must_check err_code tasks_run(const task *tasks, size_t n, const train_options *o, double from, double to,
                              const char *phase, err *e);

#endif
