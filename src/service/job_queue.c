#include "service/job_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/json_out.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "service/job_kinds.h"
#include "service/service_int.h"
#include "service/training.h"

enum { MAX_ATTEMPTS = 3, RETRY_COMMIT_MS = 500, IDLE_LOOK_S = 60 };
static const int64_t JOB_LIFE_US = (int64_t)7 * 24 * 3600 * 1000000;
static const int64_t EXPIRY_EVERY_US = (int64_t)3600 * 1000000;

static const job_fn run_kind[] = {
    [JOB_IMPORT] = import__run,
    [JOB_EXPORT] = export__run,
    [JOB_DELETE_PROJECT] = delete_project__run,
    [JOB_TRAIN] = training__run,
    [JOB_LOAD_SNAPSHOT] = load_snapshot__run,
    [JOB_EVALUATE] = evaluate__run,
    [JOB_DEPLOY] = deploy__run,
    [JOB_SWAP] = swap__run,
    [JOB_DELETE_FROM_RESOURCES] = delete_from_resources__run,
    [JOB_ASSIGN] = assign__run,
    [JOB_UNASSIGN] = unassign__run,
};

/* ---- slots --------------------------------------------------------------------------------------- */
    [JOB_ROLLBACK] = rollback__run,

static job_slot *slot_new(str id, str resource, str project_name, job_kind kind) {
  job_slot *slot = mem_zalloc(1, sizeof *slot);
  str_copy_to(id, slot->id, sizeof slot->id);
  slot->resource = mem_alloc(resource.n + 1);
  slot->project = mem_alloc(project_name.n + 1);
  str_copy_to(resource, slot->resource, resource.n + 1);
  str_copy_to(project_name, slot->project, project_name.n + 1);
  slot->kind = kind;
  return slot;
}

static void slot_free(job_slot *slot) {
  free(slot->resource);
  free(slot->project);
  free(slot->live_result);
  free(slot);
}

static void append(job_queue *q, job_slot *slot) {
  job_slot **at = &q->first;
  while (*at) at = &(*at)->next;
  *at = slot;
}

static void enqueue(service *s, job_slot *slot) {
  pthread_mutex_lock(&s->jobs.lock);
  append(&s->jobs, slot);
  pthread_cond_broadcast(&s->jobs.changed);
  pthread_mutex_unlock(&s->jobs.lock);
}

static void release(job_queue *q, job_slot *slot) {
  pthread_mutex_lock(&q->lock);
  for (job_slot **at = &q->first; *at; at = &(*at)->next) {
    if (*at != slot) continue;
    *at = slot->next;
    break;
  }
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
  slot_free(slot);
}

static bool same_project(const job_slot *slot, const char *resource, const char *project_name) {
  return strcmp(slot->resource, resource) == 0 && strcmp(slot->project, project_name) == 0;
}

/* ---- making jobs --------------------------------------------------------------------------------- */

err_code job__submit(service *s, store_tx *tx, const new_job *n, char id[ID_JOB_LEN + 1], err *e) {
  int64_t now = time_now_us();
  id_job(now, id);
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
  if (rc == ERR_OK) enqueue(s, slot_new(row.id, n->resource, n->project, n->kind));
  return rc;
}

/* ---- outcomes ------------------------------------------------------------------------------------ */

static err_code put_and_commit(store_tx *tx, store_job *job, err *e) {
  job->updated_us = time_now_us();
  err_code rc = store_job_put(tx, job, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

err_code job__succeed(store_tx *tx, store_job *job, err *e) {
  job->status = STR("succeeded");
  job->applied = true;
  /* Of a job that is done only an export's document is asked for; others may be collected. */
  if (!str_eq(job->kind, str_of(job_kind__name(JOB_EXPORT)))) job->document = STR("");
  return put_and_commit(tx, job, e);
}

err_code job__applied(store_tx *tx, store_job *job, err *e) {
  job->applied = true;
  err_code rc = put_and_commit(tx, job, e);
  if (rc != ERR_OK) job->applied = false;
  return rc;
}

static err_code save(service *s, store_job *job, err *e) {
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
  slot->live_updated_us = time_now_us();
  pthread_mutex_unlock(&s->jobs.lock);
  free(old);
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

/* Waits ms or until the queue changes; false when the service stops. */
static bool pause_ms(job_queue *q, int ms) {
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

/* An outcome must reach the store even when the disk is full just now: tries until it does or the
 * service stops (then the row is taken up again at the next start). */
static void save_outcome(service *s, store_job *job) {
  bool said = false;
  for (;;) {
    err e = {0};
    if (save(s, job, &e) == ERR_OK) return;
    if (!said) log_error("job %.*s: its state cannot be saved, trying on: %s", STR_ARG(job->id), e.message);
    said = true;
    if (!pause_ms(&s->jobs, RETRY_COMMIT_MS)) return;
  }
}

err_code job__publish(service *s, store_job *job, err *e) {
  bool said = false;
  for (;;) {
    err_code rc = registry__reload(s, e);
    if (rc == ERR_OK) {
      job->status = STR("succeeded");
      rc = save(s, job, e);
    }
    if (rc == ERR_OK) return rc;
    if (!said) log_error("job %.*s: its effect cannot be published, trying on: %s", STR_ARG(job->id), e->message);
    said = true;
    if (!pause_ms(&s->jobs, RETRY_COMMIT_MS)) return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
}

/* ---- running one job ----------------------------------------------------------------------------- */

typedef enum begun { BEGUN_RUN, BEGUN_NOTHING, BEGUN_TOO_OFTEN, BEGUN_CANCELLED } begun;

/* Marks the row running. A row that is finished already (cancelled while it waited) is left alone. */
static err_code begin_job(service *s, const job_slot *slot, arena *a, store_job *job, begun *what, err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  *what = BEGUN_NOTHING;
  rc = store_job_get(tx, str_of(slot->id), a, job, e);
  if (rc == ERR_OPERATION_NOT_FOUND) {
    store_rollback(tx);
    return ERR_OK;
  }
  if (rc == ERR_OK) {
    if (str_eq(job->status, STR("cancelling")))
      *what = BEGUN_CANCELLED;
    else if (str_eq(job->status, STR("notStarted")) || str_eq(job->status, STR("running")))
      *what = job->attempts >= MAX_ATTEMPTS ? BEGUN_TOO_OFTEN : BEGUN_RUN;
  }
  if (rc != ERR_OK || *what != BEGUN_RUN) {
    store_rollback(tx);
    return rc;
  }
  job->status = STR("running");
  job->attempts++;
  return put_and_commit(tx, job, e);
}

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

/* Interrupted, not tried: the next start begins it anew. A cancel that was accepted meanwhile stays. */
static void put_back(service *s, store_job *job, arena *a) {
  store_tx *tx = NULL;
  store_job now;
  err e = {0};
  err_code rc = store_begin_write(s->st, &tx, &e);
  if (rc == ERR_OK) rc = store_job_get(tx, job->id, a, &now, &e);
  if (rc == ERR_OK && str_eq(now.status, STR("running"))) {
    job->status = STR("notStarted");
    job->attempts--;
    rc = put_and_commit(tx, job, &e);
  } else {
    store_rollback(tx);
  }
  if (rc != ERR_OK) log_error("job %.*s is left as it is: %s", STR_ARG(job->id), e.message);
}

static void finish(service *s, store_job *job, err_code rc, const err *e, arena *a) {
  if (rc == ERR_UNAVAILABLE && atomic_load(&s->jobs.stopping)) {
    put_back(s, job, a);
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

static void run_slot(service *s, job_slot *slot) {
  arena a;
  arena_init(&a, 0);
  store_job job;
  begun what;
  err e = {0};
  err_code rc;
  bool said = false;
  while ((rc = begin_job(s, slot, &a, &job, &what, &e)) != ERR_OK) {
    if (!said) log_error("job %s cannot be started, trying on: %s", slot->id, e.message);
    said = true;
    if (!pause_ms(&s->jobs, RETRY_COMMIT_MS)) break;
  }
  if (rc == ERR_OK && what != BEGUN_NOTHING) {
    if (what == BEGUN_RUN)
      rc = run_kind[slot->kind](s, slot, &job, &a, &e);
    else if (what == BEGUN_CANCELLED)
      rc = err_set(&e, ERR_CANCELLED, "cancelled");
    else
      rc = err_set(&e, ERR_INTERNAL, "the job was started %d times and the server ended each time before it was done",
                   MAX_ATTEMPTS);
    finish(s, &job, rc, &e, &a);
  }
  arena_fini(&a);
}

/* ---- threads --------------------------------------------------------------------------------------- */

static bool may_run(const job_queue *q, const job_slot *slot) {
  for (const job_slot *o = q->first; o; o = o->next) {
    if (!same_project(o, slot->resource, slot->project)) continue;
    if ((o->kind == JOB_TRAIN) != (slot->kind == JOB_TRAIN)) continue;
    return o == slot; /* the first of its project and class, running or not */
  }
  return false;
}

static job_slot *first_runnable(const job_queue *q, bool training) {
  for (job_slot *slot = q->first; slot; slot = slot->next)
    if (!slot->running && (slot->kind == JOB_TRAIN) == training && may_run(q, slot)) return slot;
  return NULL;
}

/* Deletes what has expired and what nobody refers to. Only while no slot exists: a job's files are
 * not in any row until it ends. */
static void clean_up(service *s, bool expire) {
  err e = {0};
  size_t gone = 0, removed = 0;
  if (expire) {
    store_tx *tx;
    err_code rc = store_begin_write(s->st, &tx, &e);
    if (rc == ERR_OK) {
      rc = store_job_expire(tx, time_now_us(), &gone, &e);
      if (rc == ERR_OK)
        rc = store_commit(tx, &e);
      else
        store_rollback(tx);
    }
    if (rc != ERR_OK) log_error("expired jobs cannot be deleted: %s", e.message);
  }
  if (store_collect(s->st, &removed, &e) != ERR_OK) log_error("unused files cannot be removed: %s", e.message);
  if (gone || removed) log_info("cleaned up: %zu expired jobs, %zu unused blobs and files", gone, removed);
}

/* Called and returns with the lock held; true when it was given up meanwhile, so that everything may
 * have changed. */
static bool clean_up_if_idle(service *s) {
  job_queue *q = &s->jobs;
  bool expire = time_mono_us() >= q->next_expiry_us;
  if (q->first || q->collecting || !(q->collect_wanted || expire)) return false;
  q->collecting = true;
  q->collect_wanted = false;
  if (expire) q->next_expiry_us = time_mono_us() + EXPIRY_EVERY_US;
  pthread_mutex_unlock(&q->lock);
  clean_up(s, expire);
  pthread_mutex_lock(&q->lock);
  q->collecting = false;
  pthread_cond_broadcast(&q->changed);
  return true;
}

static job_slot *next_slot(service *s, bool training) {
  job_queue *q = &s->jobs;
  job_slot *slot = NULL;
  pthread_mutex_lock(&q->lock);
  while (!atomic_load(&q->stopping)) {
    if (!training && clean_up_if_idle(s)) continue;
    if (!q->collecting && (slot = first_runnable(q, training))) break;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += IDLE_LOOK_S; /* has something expired? */
    pthread_cond_timedwait(&q->changed, &q->lock, &until);
  }
  if (slot) slot->running = true;
  pthread_mutex_unlock(&q->lock);
  return slot;
}

static void *job_thread(void *arg) {
  service *s = arg;
  for (job_slot *slot; (slot = next_slot(s, false));) {
    run_slot(s, slot);
    release(&s->jobs, slot);
  }
  return NULL;
}

static void *training_thread(void *arg) {
  service *s = arg;
  for (job_slot *slot; (slot = next_slot(s, true));) {
    run_slot(s, slot);
    release(&s->jobs, slot);
  }
  return NULL;
}

/* ---- start and stop -------------------------------------------------------------------------------- */

static bool kind_of(str name, job_kind *kind) {
  for (size_t i = 0; i < ARRAY_LEN(run_kind); i++) {
    if (!str_eq(name, str_of(job_kind__name((job_kind)i)))) continue;
    *kind = (job_kind)i;
    return true;
  }
  return false;
}

static err_code take_up_unfinished(service *s, err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx = NULL;
  store_job *rows = NULL;
  size_t n = 0;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc == ERR_OK) {
    rc = store_job_unfinished(tx, &a, &rows, &n, e);
    store_rollback(tx);
  }
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    job_kind kind;
    if (kind_of(rows[i].kind, &kind))
      append(&s->jobs, slot_new(rows[i].id, rows[i].resource, rows[i].project, kind));
    else
      rc = err_set(e, ERR_CORRUPT, "job %.*s has the unknown kind '%.*s'", STR_ARG(rows[i].id), STR_ARG(rows[i].kind));
  }
  if (rc == ERR_OK && n) log_info("%zu unfinished jobs taken up", n);
  arena_fini(&a);
  return rc;
}

err_code job_queue__start(service *s, err *e) {
  job_queue *q = &s->jobs;
  pthread_mutex_init(&q->lock, NULL);
  pthread_cond_init(&q->changed, NULL);
  q->collect_wanted = true;
  size_t jobs = (size_t)s->config.job_threads, trainings = (size_t)s->config.training_slots;
  q->threads = mem_zalloc(jobs + trainings, sizeof *q->threads);
  err_code rc = take_up_unfinished(s, e);
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
  while (q->first) {
    job_slot *next = q->first->next;
    slot_free(q->first);
    q->first = next;
  }
  free(q->threads);
  pthread_cond_destroy(&q->changed);
  pthread_mutex_destroy(&q->lock);
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

static bool next_training(job_queue *q, const char *resource, const char *project_name, char id[ID_JOB_LEN + 1]) {
  for (const job_slot *slot = q->first; slot; slot = slot->next) {
    if (slot->kind != JOB_TRAIN || !same_project(slot, resource, project_name)) continue;
    memcpy(id, slot->id, ID_JOB_LEN + 1);
    return true;
  }
  return false;
}

err_code job__cancel_trainings(service *s, const job_slot *slot, err *e) {
  char id[ID_JOB_LEN + 1];
  job_queue *q = &s->jobs;
  for (;;) {
    pthread_mutex_lock(&q->lock);
    bool any = next_training(q, slot->resource, slot->project, id);
    pthread_mutex_unlock(&q->lock);
    if (!any) return ERR_OK;
    /* ERR_CONFLICT: it has just ended by itself, its slot goes in a moment. */
    err_code rc = training_cancel(s, str_of(slot->resource), str_of(slot->project), str_of(id), e);
    if (rc != ERR_OK && rc != ERR_CONFLICT) return rc;
    if (!pause_ms(q, RETRY_COMMIT_MS)) return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
}

void job__want_collect(service *s) {
  pthread_mutex_lock(&s->jobs.lock);
  s->jobs.collect_wanted = true;
  pthread_cond_broadcast(&s->jobs.changed);
  pthread_mutex_unlock(&s->jobs.lock);
}

void job_queue__count(job_queue *q, service_counters *out) {
  pthread_mutex_lock(&q->lock);
  for (const job_slot *slot = q->first; slot; slot = slot->next) {
    if (!slot->running)
      out->jobs_waiting++;
    else if (slot->kind == JOB_TRAIN)
      out->trainings_running++;
    else
      out->jobs_running++;
  }
  out->jobs_succeeded = q->succeeded;
  out->jobs_failed = q->failed;
  out->jobs_cancelled = q->cancelled;
  pthread_mutex_unlock(&q->lock);
}
