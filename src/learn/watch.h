/* watch.h -- how a trainer tells its caller how far it is, and asks whether to go on. */
#ifndef DRAGOMAN_LEARN_WATCH_H
#define DRAGOMAN_LEARN_WATCH_H

#include "base/base.h"
#include "base/err.h"

#include <stdatomic.h>

typedef struct learn_watch {
  /* Called from the training thread with done in [0, 1], monotone; may be NULL. */
  void (*progress)(void *ctx, double done);
  void *ctx;
  const atomic_bool *cancel; /* set from any thread; polled every few milliseconds; may be NULL */
} learn_watch;

/* Reports done; ERR_CANCELLED when the caller no longer wants the result. w may be NULL. */
static inline must_check err_code learn_watch_step(const learn_watch *w, double done) {
  if (!w) return ERR_OK;
  if (w->cancel && atomic_load_explicit(w->cancel, memory_order_relaxed)) return ERR_CANCELLED;
  if (w->progress) w->progress(w->ctx, done);
  return ERR_OK;
}

#endif
