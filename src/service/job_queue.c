#include "service/job_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/json_in.h"
#include "base/json_out.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "service/job_kinds.h"
#include "service/priority.h"
#include "service/service_int.h"
#include "service/training.h"

enum { MAX_ATTEMPTS = 3, RETRY_COMMIT_MS = 500, AWAIT_S = 60, AWAIT_POLL_MS = 20 };
/* How often a thread that has nothing to do looks for jobs without being told: alone, only for what has
 * expired; among nodes, for what a dead one has left. */
enum { LOOK_ALONE_MS = 60000, LOOK_SHARED_MS = 2000 };
static const int64_t JOB_LIFE_US = (int64_t)7 * 24 * 3600 * 1000000;
static const int64_t EXPIRY_EVERY_US = (int64_t)3600 * 1000000;
static const int64_t QUERY_LIFE_US = (int64_t)30 * 24 * 3600 * 1000000; /* as the original keeps them */

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
    [JOB_ROLLBACK] = rollback__run,
    [JOB_TRIAL] = trial__run,
    [JOB_COPY] = copy__run,
    [JOB_EXPORT_MODEL] = export_model__run,
    [JOB_KNOWLEDGE_CHANGE] = knowledge_change__run,
    [JOB_KNOWLEDGE_DEPLOY] = knowledge_deploy__run,
    [JOB_KNOWLEDGE_DELETE] = knowledge_delete__run,
    [JOB_KNOWLEDGE_EXPORT] = knowledge_export__run,
    [JOB_LUIS_TEST] = luis_test__run,
};

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

/* Of a job that is done only what it made is asked for; what others read may be collected. */
static bool keeps_document(const store_job *job) {
  static const job_kind makers[] = {JOB_EXPORT, JOB_KNOWLEDGE_EXPORT, JOB_LUIS_TEST};
  for (size_t i = 0; i < ARRAY_LEN(makers); i++)
    if (str_eq(job->kind, str_of(job_kind__name(makers[i])))) return true;
  return false;
}

err_code job__succeed(store_tx *tx, store_job *job, err *e) {
  job->status = STR("succeeded");
  job->applied = true;
  if (!keeps_document(job)) job->document = STR("");
  return put_and_commit(tx, job, e);
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

/* ---- waiting for jobs ---------------------------------------------------------------------------- */

/* [{"code", "message", "target"?}], as errors_json has written it. */
static err_code error_of(const job_view *job, arena *a, err *e) {
  jdoc *doc = NULL;
  str code = STR(""), message = STR("the job has failed"), target = STR("");
  if (str_eq(job->status, STR("cancelled"))) return err_set(e, ERR_CANCELLED, "the job was cancelled");
  err ignored;
  if (jn_parse(job->errors, &doc, &ignored) != ERR_OK) return err_set(e, ERR_INTERNAL, STR_FMT, STR_ARG(message));
  jnode root = jn_root(doc), first = jn_len(&root) ? jn_at(&root, 0) : root;
  bool whole = jn_opt_str(&first, "code", &code, NULL, &ignored) == ERR_OK &&
               jn_opt_str(&first, "message", &message, NULL, &ignored) == ERR_OK &&
               jn_opt_str(&first, "target", &target, NULL, &ignored) == ERR_OK;
  err_code rc =
      err_at(e, whole ? err_of_api_code(code) : ERR_INTERNAL, arena_cstr(a, target), STR_FMT, STR_ARG(message));
  jn_free(doc);
  return rc;
}

err_code job_await(service *s, str resource, job_kind kind, str project_name, str id, arena *a, job_view *out, err *e) {
  for (int64_t until = time_mono_us() + (int64_t)AWAIT_S * 1000000; time_mono_us() < until;) {
    err_code rc = job_get(s, resource, kind, project_name, STR_NONE, id, a, out, e);
    if (rc != ERR_OK || str_eq(out->status, STR("succeeded"))) return rc;
    if (str_eq(out->status, STR("failed")) || str_eq(out->status, STR("cancelled"))) return error_of(out, a, e);
    if (!job_queue__pause(s, AWAIT_POLL_MS)) return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
  return err_set(e, ERR_TIMEOUT, "the job " STR_FMT " has not ended yet", STR_ARG(id));
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
    rc = run_kind[slot->kind](s, slot, job, a, &e);
  finish(s, job, rc, &e, a);
}

/* ---- threads --------------------------------------------------------------------------------------- */

static err_code delete_expired(service *s, size_t *jobs, size_t *queries, err *e) {
  store_tx *tx;
  int64_t now = time_now_us();
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_job_expire(tx, now, jobs, e);
  if (rc == ERR_OK) rc = store_query_expire(tx, now - QUERY_LIFE_US, queries, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

/* Deletes what has expired and what nobody refers to. Only while no job runs here: a job's files are
 * not in any row until it ends (those of jobs on other nodes: store_collect). */
static void clean_up(service *s, bool expire) {
  err e = {0};
  size_t jobs = 0, queries = 0, removed = 0;
  if (expire) {
    if (delete_expired(s, &jobs, &queries, &e) != ERR_OK)
      log_error("expired jobs and queries cannot be deleted: %s", e.message);
    accounts__expire(s);
  }
  if (store_collect(s->st, &removed, &e) != ERR_OK) log_error("unused files cannot be removed: %s", e.message);
  if (jobs || queries || removed)
    log_info("cleaned up: %zu expired jobs, %zu logged queries, %zu unused blobs and files", jobs, queries, removed);
}

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
  clean_up(s, expire);
  pthread_mutex_lock(&q->lock);
  q->collecting = false;
  tell_threads(q);
  return true;
}

static bool kind_of(str name, job_kind *kind) {
  for (size_t i = 0; i < ARRAY_LEN(run_kind); i++) {
    if (!str_eq(name, str_of(job_kind__name((job_kind)i)))) continue;
    *kind = (job_kind)i;
    return true;
  }
  return false;
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
  if (rc == ERR_OK && found && kind_of(job->kind, &kind)) {
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

err_code job_queue__start(service *s, err *e) {
  job_queue *q = &s->jobs;
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

/* The first training of the slot's project that has not ended, on whatever node; "" when there is none. */
static err_code next_training(service *s, const job_slot *slot, char id[ID_JOB_LEN + 1], err *e) {
  arena a;
  store_tx *tx;
  store_job *jobs;
  size_t n;
  id[0] = '\0';
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = store_job_unfinished(tx, &a, &jobs, &n, e);
  store_rollback(tx);
  for (size_t i = 0; rc == ERR_OK && !id[0] && i < n; i++)
    if (str_eq(jobs[i].kind, str_of(job_kind__name(JOB_TRAIN))) && str_eq(jobs[i].resource, str_of(slot->resource)) &&
        str_eq(jobs[i].project, str_of(slot->project)))
      str_copy_to(jobs[i].id, id, ID_JOB_LEN + 1);
  arena_fini(&a);
  return rc;
}

err_code job__cancel_trainings(service *s, const job_slot *slot, err *e) {
  char id[ID_JOB_LEN + 1];
  for (;;) {
    err_code rc = next_training(s, slot, id, e);
    if (rc != ERR_OK || !id[0]) return rc;
    /* ERR_CONFLICT: it has just ended by itself. */
    rc = training_cancel(s, str_of(slot->resource), str_of(slot->project), str_of(id), e);
    if (rc != ERR_OK && rc != ERR_CONFLICT) return rc;
    if (!job_queue__pause(s, RETRY_COMMIT_MS)) return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
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
