/* trial_watch.h -- what runs trials off the way of predictions: a bounded queue of answered queries, and
 * one thread of low priority that compares, counts, judges canaries and saves their counts.
 *
 * An event thread copies a query and its answer into the queue and goes on; when the queue is full the
 * query is dropped and counted. A canary beyond its bounds is taken off the way at once, in memory; the
 * row follows with the next saving. */
#ifndef DRAGOMAN_SERVICE_TRIAL_WATCH_H
#define DRAGOMAN_SERVICE_TRIAL_WATCH_H

#include "service/registry.h"
#include "service/trials.h"

typedef struct trial_sample trial_sample;

typedef struct trial_watch {
  pthread_t thread;
  bool started;
  pthread_mutex_t lock; /* guards all below; held for a few instructions */
  pthread_cond_t added;
  trial_sample *first, **last;
  size_t waiting;
  bool stopping;
  trial_totals totals;
} trial_watch;

must_check err_code trial_watch__start(service *s, err *e);
/* Saves the counts, drops what waits, ends the thread. */
void trial_watch__stop(service *s);
void trial_watch__count(trial_watch *w, trial_totals *out);

/* An answer by lm: queues it for its shadow, or, by_canary, for the canary. p NULL: it was an error.
 * Inside live_enter; copies everything. */
void trial_watch__answered(service *s, const live_model *lm, bool by_canary, str text, str language,
                           const prediction *p);

#endif
