#include "service/job_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/json_out.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "service/priority.h"
#include "service/service_int.h"

enum { MAX_ATTEMPTS = 3, RETRY_COMMIT_MS = 500 };
/* How often a thread that has nothing to do looks for jobs without being told: alone, only for what has
 * expired; among nodes, for what a dead one has left. */
enum { LOOK_ALONE_MS = 60000, LOOK_SHARED_MS = 2000 };
static const int64_t JOB_LIFE_US = (int64_t)7 * 24 * 3600 * 1000000;
static const int64_t EXPIRY_EVERY_US = (int64_t)3600 * 1000000;

/* ---- slots --------------------------------------------------------------------------------------- */

static job_slot *slot_new(const store_job *job, job_kind kind) {
  job_slot *slot = mem_zalloc(1, sizeof *slot);
  str_copy_to(job->id, slot->id, sizeof slot->id);
  slot->resource = mem_alloc(job->resource.n + 1);
  slot->project = mem_alloc(job->project.n + 1);
  str_copy_to(job->resource, slot->resource, job->resource.n + 1);
  str_copy_to(job->project, slot->project, job->project.n + 1);
  slot->kind = kind;
  slot->fence = job->fence;
  return slot;
}

static void slot_free(job_slot *slot) {
  free(slot->resource);
  free(slot->project);
  free(slot->live_result);
  free(slot);
}

/* The lock is held. */
static void tell_threads(job_queue *q) {
  q->news++;
  pthread_cond_broadcast(&q->changed);
}

/* The next job of its project may run now. */
static void release(job_queue *q, job_slot *slot) {
  pthread_mutex_lock(&q->lock);
  for (job_slot **at = &q->first; *at; at = &(*at)->next) {
    if (*at != slot) continue;
    *at = slot->next;
    break;
  }
  tell_threads(q);
  pthread_mutex_unlock(&q->lock);
  slot_free(slot);
}

void job_queue__look(service *s) {
  pthread_mutex_lock(&s->jobs.lock);
  tell_threads(&s->jobs);
  pthread_mutex_unlock(&s->jobs.lock);
}

/* ---- making jobs --------------------------------------------------------------------------------- */

err_code job__submit(service *s, store_tx *tx, const new_job *n, char id[ID_JOB_LEN + 1], err *e) {
  id_job(time_now_us(), id);
  return job__submit_as(s, tx, n, id, e);
}

err_code job__submit_as(service *s, store_tx *tx, const new_job *n, const char *id, err *e) {
  int64_t now = time_now_us();
  store_job row = {.id = str_of(id),
                   .resource = n->resource,
                   .project = n->project,
                   .kind = str_of(job_kind__name(n->kind)),
                   .subject = n->subject,
                   .params = n->params,
                   .document = n->document,
                   .status = STR("notStarted"),
                   .result = n->result,
                   .created_us = now,
                   .updated_us = now,
                   .expires_us = now + JOB_LIFE_US};
  err_code rc = store_job_put(tx, &row, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  rc = store_commit(tx, e);
  if (rc == ERR_OK) job_queue__look(s);
  return rc;
}

/* ---- outcomes ------------------------------------------------------------------------------------ */

/* By the thread that runs the job. ERR_CONFLICT: the job was lost to another node. */
static err_code put_and_commit(store_tx *tx, store_job *job, err *e) {
  job->updated_us = time_now_us();
  err_code rc = store_job_put_claimed(tx, job, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

err_code job__succeed_with(store_tx *tx, store_job *job, str document, err *e) {
  job->status = STR("succeeded");
  job->applied = true;
  job->document = document;
  return put_and_commit(tx, job, e);
}

err_code job__succeed(store_tx *tx, store_job *job, err *e) {
  return job__succeed_with(tx, job, STR(""), e);
}

err_code job__applied(store_tx *tx, store_job *job, err *e) {
  job->applied = true;
  err_code rc = put_and_commit(tx, job, e);
  if (rc != ERR_OK) job->applied = false;
  return rc;
}

err_code job__save(service *s, store_job *job, err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  return rc == ERR_OK ? put_and_commit(tx, job, e) : rc;
}

void job__progress(service *s, job_slot *slot, str result) {
  char *copy = mem_alloc(result.n + 1);
  str_copy_to(result, copy, result.n + 1);
  pthread_mutex_lock(&s->jobs.lock);
  char *old = slot->live_result;
  slot->live_result = copy;
  slot->shown = false;
  slot->live_updated_us = time_now_us();
  pthread_mutex_unlock(&s->jobs.lock);
  free(old);
}

bool job_queue__progress(service *s, str id, arena *a, str *result, int64_t *updated_us) {
  bool found = false;
  pthread_mutex_lock(&s->jobs.lock);
  for (const job_slot *slot = s->jobs.first; slot; slot = slot->next) {
    if (!str_eq(id, str_of(slot->id)) || !slot->live_result) continue;
    *result = arena_str(a, str_of(slot->live_result));
    *updated_us = slot->live_updated_us;
    found = true;
  }
  pthread_mutex_unlock(&s->jobs.lock);
  return found;
}

static str errors_json(const err *e, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_arr(&w);
  jw_obj(&w);
  jw_kcstr(&w, "code", err_api_code(e->code));
  jw_kcstr(&w, "message", e->message[0] ? e->message : err_default_message(e->code));
  if (e->target[0]) jw_kcstr(&w, "target", e->target);
  jw_end(&w);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

bool job_queue__pause(service *s, int ms) {
  job_queue *q = &s->jobs;
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += (long)ms * 1000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_mutex_lock(&q->lock);
  if (!atomic_load(&q->stopping)) pthread_cond_timedwait(&q->changed, &q->lock, &until);
  pthread_mutex_unlock(&q->lock);
  return !atomic_load(&q->stopping);
}

static bool is_lost(err_code saved) {
  return saved == ERR_CONFLICT;
}

/* An outcome must reach the store even when the disk is full or the database away just now: tries
 * until it does, the job is lost or the service stops (then the row is taken up again). */
static void save_outcome(service *s, store_job *job) {
  bool said = false;
  for (;;) {
    err e = {0};
    err_code rc = job__save(s, job, &e);
    if (rc == ERR_OK) return;
    if (!said)
      log_error("job %.*s: its state cannot be saved%s: %s", STR_ARG(job->id), is_lost(rc) ? "" : ", trying on",
                e.message);
    said = true;
    if (is_lost(rc) || !job_queue__pause(s, RETRY_COMMIT_MS)) return;
  }
}

/* ---- running one job ----------------------------------------------------------------------------- */

static void count_outcome(job_queue *q, err_code rc) {
  pthread_mutex_lock(&q->lock);
  if (rc == ERR_OK)
    q->succeeded++;
  else if (rc == ERR_CANCELLED)
    q->cancelled++;
  else
    q->failed++;
  pthread_mutex_unlock(&q->lock);
}

/* Interrupted, not tried: it begins anew, here or on another node. A cancel that was accepted meanwhile
 * stays. */
static err_code put_back(service *s, store_job *job, arena *a, err *e) {
  store_tx *tx = NULL;
  store_job now;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = store_job_get(tx, job->id, a, &now, e);
  if (rc == ERR_OK && now.fence == job->fence && str_eq(now.status, STR("running"))) {
    now.status = STR("notStarted");
    now.attempts--;
    return put_and_commit(tx, &now, e);
  }
  store_rollback(tx);
  return rc;
}

/* Without the database the row stays as it is, and its claim runs out. */
static void put_back_patiently(service *s, store_job *job, arena *a) {
  err e = {0};
  while (put_back(s, job, a, &e) != ERR_OK && !is_lost(e.code)) {
    if (job_queue__pause(s, RETRY_COMMIT_MS)) continue;
    log_error("job %.*s is left as it is: %s", STR_ARG(job->id), e.message);
    return;
  }
}

/* ERR_UNAVAILABLE is no outcome: the service stops, or the database is away. */
static void finish(service *s, store_job *job, err_code rc, const err *e, arena *a) {
  if (rc == ERR_UNAVAILABLE) {
    put_back_patiently(s, job, a);
    return;
  }
  if (rc == ERR_CANCELLED) {
    job->status = STR("cancelled");
  } else if (rc != ERR_OK) {
    job->status = STR("failed");
    job->errors = errors_json(e, a);
    log_warn("job %.*s (%.*s of project %.*s) failed: %s", STR_ARG(job->id), STR_ARG(job->kind), STR_ARG(job->project),
             e->message);
  }
  if (rc != ERR_OK) save_outcome(s, job);
  count_outcome(&s->jobs, rc);
}

/* The claim has counted this attempt. */
static void run_claimed(service *s, job_slot *slot, store_job *job, arena *a) {
  err e = {0};
  err_code rc;
  if (str_eq(job->status, STR("cancelling")))
    rc = err_set(&e, ERR_CANCELLED, "cancelled");
  else if (job->attempts > MAX_ATTEMPTS)
    rc = err_set(&e, ERR_INTERNAL, "the job was started %d times and the server ended each time before it was done",
                 MAX_ATTEMPTS);
  else
    rc = s->jobs.work->run[slot->kind](s, slot, job, a, &e);
  finish(s, job, rc, &e, a);
}

/* ---- threads --------------------------------------------------------------------------------------- */

/* Called and returns with the lock held; true when it was given up meanwhile, so that everything may
 * have changed. A claim at work may be a job in a moment: it is waited for. */
static bool clean_up_if_idle(service *s) {
  job_queue *q = &s->jobs;
  bool expire = time_mono_us() >= q->next_expiry_us;
  if (q->first || q->collecting || !(q->collect_wanted || expire)) return false;
  if (q->claiming) {
    pthread_cond_wait(&q->changed, &q->lock);
    return true;
  }
  q->collecting = true;
  q->collect_wanted = false;
  if (expire) q->next_expiry_us = time_mono_us() + EXPIRY_EVERY_US;
  pthread_mutex_unlock(&q->lock);
  q->work->clean_up(s, expire);
  pthread_mutex_lock(&q->lock);
  q->collecting = false;
  tell_threads(q);
  return true;
}

/* Waits until there is news since news, the service stops, or it is time to look again. Called and
 * returns with the lock held. */
static void wait_for_news(service *s, uint64_t news, int ms) {
  job_queue *q = &s->jobs;
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += (long)(ms % 1000) * 1000000;
  until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  while (q->news == news && !atomic_load(&q->stopping))
    if (pthread_cond_timedwait(&q->changed, &q->lock, &until) == ETIMEDOUT) return;
}

/* Claims the next job; its slot is there before the claim is over. NULL: there is none. */
static job_slot *claim_next(service *s, bool training, arena *a, store_job *job, bool *failed) {
  job_queue *q = &s->jobs;
  bool found = false;
  err e = {0};
  job_kind kind;
  job_slot *slot = NULL;
  int64_t lease_us = store_is_shared(s->st) ? JOB_LEASE_US : INT64_MAX;
  err_code rc = store_job_claim(s->st, str_of(s->node.id), training, lease_us, a, job, &found, &e);
  if (rc != ERR_OK && !*failed) log_error("jobs cannot be taken up, trying on: %s", e.message);
  *failed = rc != ERR_OK;
  if (rc == ERR_OK && found && job_kind__parse(job->kind, &kind)) {
    slot = slot_new(job, kind);
  } else if (rc == ERR_OK && found) {
    rc = err_set(&e, ERR_INTERNAL, "this program knows no job of kind '%.*s'", STR_ARG(job->kind));
    finish(s, job, rc, &e, a);
  }
  pthread_mutex_lock(&q->lock);
  if (slot) {
    slot->number = ++q->claims;
    slot->next = q->first;
    q->first = slot;
  }
  q->claiming--;
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
  return slot;
}

static bool run_one(service *s, bool training, bool *failed) {
  arena a;
  store_job job;
  arena_init(&a, 0);
  job_slot *slot = claim_next(s, training, &a, &job, failed);
  if (slot) {
    run_claimed(s, slot, &job, &a);
    release(&s->jobs, slot);
  }
  arena_fini(&a);
  return slot != NULL;
}

static void work(service *s, bool training) {
  job_queue *q = &s->jobs;
  int look_ms = store_is_shared(s->st) ? LOOK_SHARED_MS : LOOK_ALONE_MS;
  bool failed = false;
  pthread_mutex_lock(&q->lock);
  while (!atomic_load(&q->stopping)) {
    if (!training && clean_up_if_idle(s)) continue;
    uint64_t news = q->news;
    bool ran = false;
    if (!q->collecting) {
      q->claiming++;
      pthread_mutex_unlock(&q->lock);
      ran = run_one(s, training, &failed);
      pthread_mutex_lock(&q->lock);
    }
    if (!ran) wait_for_news(s, news, failed ? RETRY_COMMIT_MS : look_ms);
  }
  pthread_mutex_unlock(&q->lock);
}

static void *job_thread(void *arg) {
  priority__lower(PRIORITY_JOB);
  work(arg, false);
  return NULL;
}

static void *training_thread(void *arg) {
  work(arg, true);
  return NULL;
}

/* ---- start and stop -------------------------------------------------------------------------------- */

void job_queue__init(job_queue *q) {
  pthread_mutex_init(&q->lock, NULL);
  pthread_cond_init(&q->changed, NULL);
}

void job_queue__fini(job_queue *q) {
  pthread_cond_destroy(&q->changed);
  pthread_mutex_destroy(&q->lock);
}

err_code job_queue__start(service *s, const job_work *work, err *e) {
  job_queue *q = &s->jobs;
  q->work = work;
  q->collect_wanted = true;
  size_t jobs = (size_t)s->config.job_threads, trainings = (size_t)s->config.training_slots;
  q->threads = mem_zalloc(jobs + trainings, sizeof *q->threads);
  err_code rc = ERR_OK;
  for (size_t i = 0; rc == ERR_OK && i < jobs + trainings; i++) {
    int failed = pthread_create(&q->threads[i], NULL, i < jobs ? job_thread : training_thread, s);
    if (failed)
      rc = err_errno(e, failed, "cannot start a job thread");
    else
      q->thread_count++;
  }
  return rc;
}

void job_queue__stop(service *s) {
  job_queue *q = &s->jobs;
  if (!q->threads) return;
  pthread_mutex_lock(&q->lock);
  atomic_store(&q->stopping, true);
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
  for (size_t i = 0; i < q->thread_count; i++) pthread_join(q->threads[i], NULL);
  free(q->threads);
}

/* ---- keeping the claims -------------------------------------------------------------------------- */

/* The number of the newest claim; 0 when nothing runs here. */
static uint64_t newest_claim(job_queue *q) {
  pthread_mutex_lock(&q->lock);
  uint64_t n = q->first ? q->claims : 0;
  pthread_mutex_unlock(&q->lock);
  return n;
}

/* A row that is not among the renewed is not ours any more (or has just been finished by us). */
static bool must_end(const job_slot *slot, const store_job *rows, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(rows[i].id, str_of(slot->id)) && rows[i].fence == slot->fence)
      return str_eq(rows[i].status, STR("cancelling"));
  return true;
}

/* Only what was claimed before the renewal began can be missed by it. */
static void end_those(job_queue *q, uint64_t newest, const store_job *rows, size_t n) {
  pthread_mutex_lock(&q->lock);
  for (job_slot *slot = q->first; slot; slot = slot->next)
    if (slot->number <= newest && must_end(slot, rows, n)) atomic_store(&slot->cancelled, true);
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
}

/* The next progress to be shown, copied into a; false when there is none. */
static bool next_to_show(job_queue *q, arena *a, str *id, int64_t *fence, str *result) {
  bool found = false;
  pthread_mutex_lock(&q->lock);
  for (job_slot *slot = q->first; slot && !found; slot = slot->next) {
    if (slot->shown || !slot->live_result) continue;
    *id = arena_str(a, str_of(slot->id));
    *fence = slot->fence;
    *result = arena_str(a, str_of(slot->live_result));
    slot->shown = found = true;
  }
  pthread_mutex_unlock(&q->lock);
  return found;
}

void job_queue__renew(service *s) {
  arena a;
  store_job *rows = NULL;
  size_t n = 0;
  str id, result;
  int64_t fence;
  err e = {0};
  uint64_t newest = newest_claim(&s->jobs);
  if (!newest) return;
  arena_init(&a, 0);
  err_code rc = store_job_renew(s->st, str_of(s->node.id), JOB_LEASE_US, &a, &rows, &n, &e);
  if (rc == ERR_OK) end_those(&s->jobs, newest, rows, n);
  while (rc == ERR_OK && next_to_show(&s->jobs, &a, &id, &fence, &result))
    rc = store_job_show(s->st, id, fence, result, &e);
  if (rc != ERR_OK) log_warn("the claims of running jobs are not prolonged: %s", e.message);
  arena_fini(&a);
}

/* ---- from other threads ---------------------------------------------------------------------------- */

bool job__cancel(service *s, str id) {
  bool found = false;
  pthread_mutex_lock(&s->jobs.lock);
  for (job_slot *slot = s->jobs.first; slot; slot = slot->next) {
    if (!str_eq(id, str_of(slot->id))) continue;
    atomic_store(&slot->cancelled, true);
    found = true;
  }
  pthread_cond_broadcast(&s->jobs.changed);
  pthread_mutex_unlock(&s->jobs.lock);
  return found;
}

void job__want_collect(service *s) {
  pthread_mutex_lock(&s->jobs.lock);
  s->jobs.collect_wanted = true;
  tell_threads(&s->jobs);
  pthread_mutex_unlock(&s->jobs.lock);
}

static size_t count_waiting(service *s) {
  store_tx *tx;
  size_t n = 0;
  err ignored;
  if (atomic_load(&s->node.away) || store_begin_read(s->st, &tx, &ignored) != ERR_OK) return 0;
  if (store_job_waiting(tx, &n, &ignored) != ERR_OK) n = 0;
  store_rollback(tx);
  return n;
}

job_counts job_queue__count(service *s) {
  job_queue *q = &s->jobs;
  job_counts n = {.waiting = count_waiting(s)};
  pthread_mutex_lock(&q->lock);
  for (const job_slot *slot = q->first; slot; slot = slot->next) {
    if (slot->kind == JOB_TRAIN)
      n.trainings_running++;
    else
      n.running++;
  }
  n.succeeded = q->succeeded;
  n.failed = q->failed;
  n.cancelled = q->cancelled;
  pthread_mutex_unlock(&q->lock);
  return n;
}
