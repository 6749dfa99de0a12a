#include "model/tasks.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { REPORT_MS = 50, MAX_THREADS = 64 };

typedef struct task_pool {
  const task *tasks;
  size_t n;
  _Atomic(size_t) next;    /* first task nobody took */
  _Atomic(uint32_t) *done; /* [n] progress of each in 2^-20ths */
  atomic_bool stop;        /* cancelled or failed: tasks end soon */
  pthread_mutex_t lock;    /* guards the rest */
  pthread_cond_t changed;
  size_t running; /* worker threads */
  err first_error;
} task_pool;

typedef struct task_progress {
  _Atomic(uint32_t) *done;
} task_progress;

static void on_progress(void *ctx, double done) {
  task_progress *p = ctx;
  atomic_store_explicit(p->done, (uint32_t)(done * (1 << 20)), memory_order_relaxed);
}

static void run_one(task_pool *pool, size_t i) {
  task_progress progress = {.done = &pool->done[i]};
  learn_watch watch = {.progress = on_progress, .ctx = &progress, .cancel = &pool->stop};
  err e = {0};
  err_code rc = pool->tasks[i].run(pool->tasks[i].ctx, &watch, &e);
  atomic_store(&pool->done[i], 1u << 20);
  if (!rc) return;
  pthread_mutex_lock(&pool->lock);
  if (!pool->first_error.code) {
    pool->first_error = e;
    pool->first_error.code = rc;
  }
  atomic_store(&pool->stop, true);
  pthread_mutex_unlock(&pool->lock);
}

static void *worker(void *arg) {
  task_pool *pool = arg;
  for (size_t i; !atomic_load(&pool->stop) && (i = atomic_fetch_add(&pool->next, 1)) < pool->n;) run_one(pool, i);
  pthread_mutex_lock(&pool->lock);
  pool->running--;
  pthread_cond_signal(&pool->changed);
  pthread_mutex_unlock(&pool->lock);
  return NULL;
}

static double done_share(const task_pool *pool) {
  double done = 0, all = 0;
  for (size_t i = 0; i < pool->n; i++) {
    done += pool->tasks[i].cost * atomic_load_explicit(&pool->done[i], memory_order_relaxed) / (1 << 20);
    all += pool->tasks[i].cost;
  }
  return all > 0 ? done / all : 1;
}

/* Waits for the workers, reporting and looking for cancellation. */
static void watch_workers(task_pool *pool, const train_options *o, double from, double to, const char *phase) {
  pthread_mutex_lock(&pool->lock);
  while (pool->running) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += REPORT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&pool->changed, &pool->lock, &until);
    if (o->cancel && atomic_load(o->cancel)) atomic_store(&pool->stop, true);
    pthread_mutex_unlock(&pool->lock);
    if (o->progress) o->progress(o->progress_ctx, from + (to - from) * done_share(pool), phase);
    pthread_mutex_lock(&pool->lock);
  }
  pthread_mutex_unlock(&pool->lock);
}

err_code tasks_run(const task *tasks, size_t n, const train_options *o, double from, double to, const char *phase,
                   err *e) {
  if (!n) return ERR_OK;
  task_pool pool = {.tasks = tasks, .n = n, .done = mem_zalloc(n, sizeof *pool.done)};
  pthread_mutex_init(&pool.lock, NULL);
  pthread_cond_init(&pool.changed, NULL);
  size_t want = o->threads > 1 ? MIN_OF((size_t)o->threads, MIN_OF(n, MAX_THREADS)) : 1, started = 0;
  pthread_t threads[MAX_THREADS];
  pthread_mutex_lock(&pool.lock);
  while (started < want && pthread_create(&threads[started], NULL, worker, &pool) == 0) started++;
  pool.running = started;
  pthread_mutex_unlock(&pool.lock);

  watch_workers(&pool, o, from, to, phase);
  for (size_t i = 0; i < started; i++) pthread_join(threads[i], NULL);
  err_code rc = ERR_OK;
  if (!started)
    rc = err_set(e, ERR_UNAVAILABLE, "no thread could be started for the training");
  else if (o->cancel && atomic_load(o->cancel))
    rc = err_set(e, ERR_CANCELLED, "the training was cancelled");
  else if ((rc = pool.first_error.code) && e)
    *e = pool.first_error;
  pthread_mutex_destroy(&pool.lock);
  pthread_cond_destroy(&pool.changed);
  free(pool.done);
  return rc;
}
