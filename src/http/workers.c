#include "http/workers.h"

#include "base/timeutil.h"
#include "base/vec.h"
#include <pthread.h>

/* DESIGN. A ring of waiting jobs under one mutex. The workers take from its head; one more thread,
 * the sweeper, looks every quarter second for heads past their deadline (the ring is in order of
 * arrival, so the head is the oldest) and hands them back while all workers are busy. */
typedef struct waiting {
  void *job;
  int64_t since_us; /* monotonic */
} waiting;

struct workers {
  worker_fn *fn;
  int64_t max_wait_us;
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t wake;
  bool stopping;
  waiting *ring; /* [cap] */
  size_t cap, head, count;
  pthread_t *threads; /* [thread_count]: the workers, then the sweeper */
  int thread_count;
};

enum { SWEEP_MS = 250 };

static waiting take_head(workers *w) {
  waiting x = w->ring[w->head];
  w->head = (w->head + 1) % w->cap;
  w->count--;
  return x;
}

static void *worker_main(void *arg) {
  workers *w = arg;
  pthread_mutex_lock(&w->lock);
  for (;;) {
    while (!w->count && !w->stopping) pthread_cond_wait(&w->wake, &w->lock);
    if (!w->count) break;
    waiting x = take_head(w);
    bool late = w->stopping || time_mono_us() - x.since_us > w->max_wait_us;
    pthread_mutex_unlock(&w->lock);
    w->fn(x.job, late ? WORKER_TOO_LATE : WORKER_RUN);
    pthread_mutex_lock(&w->lock);
  }
  pthread_mutex_unlock(&w->lock);
  return NULL;
}

static void *sweeper_main(void *arg) {
  workers *w = arg;
  pthread_mutex_lock(&w->lock);
  while (!w->stopping) {
    while (w->count && time_mono_us() - w->ring[w->head].since_us > w->max_wait_us) {
      waiting x = take_head(w);
      pthread_mutex_unlock(&w->lock);
      w->fn(x.job, WORKER_TOO_LATE);
      pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    nanosleep(&(struct timespec){.tv_nsec = SWEEP_MS * 1000000L}, NULL);
    pthread_mutex_lock(&w->lock);
  }
  pthread_mutex_unlock(&w->lock);
  return NULL;
}

err_code workers_new(int threads, size_t queue_limit, int64_t max_wait_us, worker_fn *fn, workers **out, err *e) {
  workers *w = mem_zalloc(1, sizeof *w);
  w->fn = fn;
  w->max_wait_us = max_wait_us;
  w->cap = queue_limit;
  w->ring = mem_zalloc(queue_limit, sizeof *w->ring);
  w->threads = mem_zalloc((size_t)threads + 1, sizeof *w->threads);
  pthread_mutex_init(&w->lock, NULL);
  pthread_cond_init(&w->wake, NULL);
  for (int i = 0; i <= threads; i++) {
    int rc = pthread_create(&w->threads[i], NULL, i < threads ? worker_main : sweeper_main, w);
    if (rc) {
      workers_free(w);
      return err_errno(e, rc, "starting a worker thread");
    }
    w->thread_count++;
  }
  *out = w;
  return ERR_OK;
}

bool workers_push(workers *w, void *job) {
  pthread_mutex_lock(&w->lock);
  bool ok = !w->stopping && w->count < w->cap;
  if (ok) {
    w->ring[(w->head + w->count++) % w->cap] = (waiting){job, time_mono_us()};
    pthread_cond_signal(&w->wake);
  }
  pthread_mutex_unlock(&w->lock);
  return ok;
}

void workers_free(workers *w) {
  if (!w) return;
  pthread_mutex_lock(&w->lock);
  w->stopping = true;
  pthread_cond_broadcast(&w->wake);
  pthread_mutex_unlock(&w->lock);
  for (int i = 0; i < w->thread_count; i++) pthread_join(w->threads[i], NULL);
  pthread_cond_destroy(&w->wake);
  pthread_mutex_destroy(&w->lock);
  free(w->threads);
  free(w->ring);
  free(w);
}
