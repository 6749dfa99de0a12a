#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_in.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "project/clu_json.h"
#include "service/job_kinds.h"
#include "service/linked.h"
#include "service/luis_int.h"
#include "service/service_int.h"
#include "service/training_params.h"
#include "service/training_process.h"

/* DESIGN. The parent's side of a training, on a training thread:
 *
 *   snapshot + work order -> work directory -> child -> model, evaluation, warnings
 *        -> model file adopted (durable) -> one transaction: evaluation blob, model row, project's
 *           time, job succeeded
 *
 * A crash anywhere before that transaction leaves no trace but files that the next start removes. */

enum { RESULT_MAX_BYTES = 1 << 30, CHILD_TRIES = 2 };

typedef struct run {
  service *s;
  job_slot *slot;
  store_job *job;
  arena *a;
  const char *dir;
  training_state state;
  err child_error; /* what the child reported; .code ERR_OK when nothing */
} run;

static const char *in_dir(const run *r, const char *name) {
  return arena_printf(r->a, "%s/%s", r->dir, name).p;
}

/* ---- the work directory -------------------------------------------------------------------------- */

static int online_cores(void) {
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (int)MIN_OF(n, 256) : 1;
}

/* What the child learns from. */
static err_code read_snapshot(run *r, store_tx *tx, str *document, err *e) {
  store_project row;
  project own, joined;
  err_code rc = store_project_get(tx, r->job->resource, r->job->project, r->a, &row, e);
  if (rc == ERR_OK) rc = store_blob_get(tx, r->job->document, r->a, document, e);
  if (rc != ERR_OK || !str_eq(row.kind, str_of(project_kind_name(PROJECT_ORCHESTRATION)))) return rc;
  rc = clu_read(*document, &(clu_read_options){0}, r->a, &own, e);
  if (rc == ERR_OK) rc = linked__join(tx, r->job->resource, &own, r->a, &joined, e);
  if (rc != ERR_OK) return rc;
  buf json = {0};
  clu_write(&joined, OFFSET_UTF16, &json);
  *document = arena_str(r->a, buf_str(&json));
  buf_free(&json);
  return ERR_OK;
}

static err_code write_work(run *r, err *e) {
  str document;
  store_tx *tx;
  err_code rc = store_begin_read(r->s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = read_snapshot(r, tx, &document, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  if (mkdir(r->dir, 0700)) return err_errno(e, errno, "cannot make directory %s", r->dir);
  str order = arena_printf(r->a, "{\"params\":" STR_FMT ",\"parent\":%ld,\"memoryMib\":%lld,\"threads\":%d}",
                           STR_ARG(r->job->params), (long)getpid(), (long long)r->s->config.training_memory_mib,
                           online_cores());
  rc = file_write_atomic(in_dir(r, "project.json"), document, 0600, e);
  return rc == ERR_OK ? file_write_atomic(in_dir(r, "job.json"), order, 0600, e) : rc;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  (void)st;
  (void)ftw;
  return type == FTW_DP ? rmdir(path) : unlink(path);
}

static void remove_dir(const char *dir) {
  if (nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) && errno != ENOENT)
    log_warn("%s is left over: the next start removes it", dir);
}

/* ---- what the child says ------------------------------------------------------------------------- */

static void show_state(run *r) {
  job__progress(r->s, r->slot, training_state__text(&r->state, r->a));
}

static void on_train(run *r, str done_text) {
  char text[32];
  if (!str_copy_to(done_text, text, sizeof text)) return;
  double done = strtod(text, NULL);
  if (!(done >= 0 && done <= 1)) return;
  sub_status *t = &r->state.training;
  int percent = (int)(done * 100);
  if (percent <= t->percent) return;
  int64_t now = time_now_us();
  t->percent = MIN_OF(percent, 99);
  r->state.estimated_end_us = t->started_us + (int64_t)((double)(now - t->started_us) / done);
  show_state(r);
}

static void on_evaluate(run *r) {
  int64_t now = time_now_us();
  r->state.training = (sub_status){"succeeded", 100, r->state.training.started_us, now};
  r->state.evaluation = (sub_status){"running", 0, now, 0};
  show_state(r);
}

static err_code code_of(str name) {
  static const err_code all[] = {
#define X(name, status, api, msg) ERR_##name,
      ERR_MAP(X)
#undef X
  };
  for (size_t i = 0; i < ARRAY_LEN(all); i++)
    if (str_eq(name, str_of(err_name(all[i])))) return all[i];
  return ERR_INTERNAL;
}

static void on_error(run *r, str json) {
  jdoc *doc = NULL;
  err ignored;
  str code, message, target = STR("");
  if (jn_parse(json, &doc, &ignored) != ERR_OK) return;
  jnode root = jn_root(doc);
  if (jn_req_str(&root, "code", &code, &ignored) == ERR_OK &&
      jn_req_str(&root, "message", &message, &ignored) == ERR_OK &&
      jn_opt_str(&root, "target", &target, NULL, &ignored) == ERR_OK)
    err_at(&r->child_error, code_of(code), arena_cstr(r->a, target), "%.*s", STR_ARG(message));
  jn_free(doc);
}

static void on_line(void *ctx, str line) {
  run *r = ctx;
  if (str_starts(line, STR("train ")))
    on_train(r, str_skip(line, 6));
  else if (str_eq(line, STR("evaluate")))
    on_evaluate(r);
  else if (str_starts(line, STR("error ")))
    on_error(r, str_skip(line, 6));
}

/* ---- running the child --------------------------------------------------------------------------- */

static err_code explain(const run *r, process_end end, int code, err *e) {
  switch (end) {
  case PROCESS_CANCELLED: return err_set(e, ERR_CANCELLED, "the training was cancelled");
  case PROCESS_STOPPED: return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  case PROCESS_TIMED_OUT:
    return err_set(e, ERR_TIMEOUT, "the training took longer than %lld s", (long long)r->s->config.training_time_s);
  case PROCESS_SIGNALLED:
    /* SIGABRT: an allocation failed at the limit; SIGKILL: the kernel's own answer to no memory. */
    return err_set(e, ERR_INTERNAL, "the training process was ended by signal %d (%s)%s", code, strsignal(code),
                   code == SIGKILL || code == SIGABRT ? "; it may have needed more memory than there is for it" : "");
  case PROCESS_EXITED: break;
  }
  if (code == 0) return ERR_OK;
  if (r->child_error.code != ERR_OK) {
    *e = r->child_error;
    return e->code;
  }
  return err_set(e, ERR_INTERNAL, "the training process ended with status %d and said nothing", code);
}

static err_code run_child(run *r, process_end *end, err *e) {
  training_process p;
  int code;
  r->child_error = (err){.code = ERR_OK};
  r->state.training = (sub_status){"running", 0, time_now_us(), 0};
  r->state.evaluation = (sub_status){.status = "notStarted"};
  r->state.estimated_end_us = 0;
  show_state(r);
  err_code rc = write_work(r, e);
  if (rc == ERR_OK) rc = process__start(r->s->config.program, r->dir, &p, e);
  if (rc != ERR_OK) return rc;
  process_watch w = {.cancelled = &r->slot->cancelled,
                     .stopping = &r->s->jobs.stopping,
                     .limit_us = r->s->config.training_time_s * 1000000,
                     .on_line = on_line,
                     .ctx = r};
  *end = process__watch(&p, &w, &code);
  return explain(r, *end, code, e);
}

/* A child that dies by a signal gets a second chance: the machine may have been short of memory. */
static err_code run_child_patiently(run *r, err *e) {
  err_code rc = ERR_INTERNAL;
  for (int i = 0; i < CHILD_TRIES; i++) {
    process_end end = PROCESS_EXITED;
    r->dir = store_temp_path(r->s->st, r->a, ".train");
    rc = run_child(r, &end, e);
    if (rc == ERR_OK || end != PROCESS_SIGNALLED) return rc;
    log_warn("training job %s: %s", r->slot->id, e->message);
    if (i + 1 < CHILD_TRIES) remove_dir(r->dir);
  }
  return rc;
}

/* ---- taking the result --------------------------------------------------------------------------- */

/* The file as text in the arena; empty when there is none. */
static err_code read_result(run *r, const char *name, str *out, err *e) {
  char *data = NULL;
  size_t n = 0;
  *out = STR("");
  err_code rc = file_read(in_dir(r, name), RESULT_MAX_BYTES, &data, &n, e);
  if (rc == ERR_NOT_FOUND) return ERR_OK;
  if (rc == ERR_OK) *out = arena_str(r->a, str_make(data, n));
  free(data);
  return rc;
}

static err_code adopt_model(run *r, char hash[SHA256_HEX + 1], err *e) {
  model *m = NULL;
  const char *path = in_dir(r, "model");
  err_code rc = model_open(path, true, &m, e);
  if (rc != ERR_OK) return rc;
  model_close(m);
  return store_model_file_adopt(r->s->st, path, hash, e);
}

static err_code put_rows(run *r, store_tx *tx, str file, str evaluation, err *e) {
  store_project p;
  char eval_hash[SHA256_HEX + 1] = "";
  const training_params *params = &r->state.params;
  int64_t now = time_now_us();
  err_code rc = store_project_get(tx, r->job->resource, r->job->project, r->a, &p, e);
  if (rc == ERR_OK && evaluation.n) rc = store_blob_put(tx, evaluation, eval_hash, e);
  if (rc != ERR_OK) return rc;
  char *model_id = arena_alloc(r->a, params->label.n + 50);
  size_t id_n = id_model(params->label, now, model_id);
  store_model m = {.resource = r->job->resource,
                   .project = r->job->project,
                   .label = params->label,
                   .model_id = str_make(model_id, id_n),
                   .file = file,
                   .snapshot = r->job->document,
                   .evaluation = str_of(eval_hash),
                   .config_version = params->config_version,
                   .training_mode = str_of(training_mode__name(params->mode)),
                   .options = r->job->params,
                   .trained_us = now,
                   .duration_s = (now - r->state.training.started_us + 500000) / 1000000};
  p.trained_us = now;
  rc = store_model_put(tx, &m, e);
  if (rc == ERR_OK && params->luis_app.n) rc = luis__trained(tx, r->job, now, r->a, e);
  return rc == ERR_OK ? store_project_put(tx, &p, e) : rc;
}

static void set_succeeded(run *r, bool evaluated) {
  int64_t now = time_now_us();
  training_state *st = &r->state;
  if (evaluated)
    st->evaluation = (sub_status){"succeeded", 100, st->evaluation.started_us, now};
  else
    st->training = (sub_status){"succeeded", 100, st->training.started_us, now};
  st->estimated_end_us = now;
  r->job->result = training_state__text(st, r->a);
}

/* A cancel that was accepted before the result is committed wins: no model. */
static err_code check_not_cancelled(run *r, store_tx *tx, err *e) {
  store_job now;
  err_code rc = store_job_get(tx, r->job->id, r->a, &now, e);
  if (rc == ERR_OK && str_eq(now.status, STR("cancelling")))
    rc = err_set(e, ERR_CANCELLED, "the training was cancelled");
  return rc;
}

static err_code commit_result(run *r, err *e) {
  char hash[SHA256_HEX + 1];
  str evaluation, warnings;
  store_tx *tx = NULL;
  err_code rc = read_result(r, "evaluation.json", &evaluation, e);
  if (rc == ERR_OK) rc = read_result(r, "warnings.json", &warnings, e);
  if (rc == ERR_OK) rc = adopt_model(r, hash, e);
  if (rc == ERR_OK) rc = store_begin_write(r->s->st, &tx, e);
  if (rc == ERR_OK) rc = check_not_cancelled(r, tx, e);
  if (rc == ERR_OK) rc = put_rows(r, tx, str_of(hash), evaluation, e);
  if (rc == ERR_OK) {
    r->job->warnings = warnings;
    set_succeeded(r, evaluation.n > 0);
    return job__succeed(tx, r->job, e);
  }
  store_rollback(tx);
  return rc;
}

static void set_ended(run *r, const char *status) {
  training_state *st = &r->state;
  sub_status *current = st->evaluation.started_us ? &st->evaluation : &st->training;
  current->status = status;
  current->ended_us = time_now_us();
  st->estimated_end_us = 0;
  r->job->result = training_state__text(st, r->a);
}

err_code training__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  run r = {.s = s, .slot = slot, .job = job, .a = a, .dir = ""};
  err_code rc = training_params__parse(job->params, a, &r.state.params, e);
  if (rc != ERR_OK) return rc;
  rc = run_child_patiently(&r, e);
  if (rc == ERR_OK) rc = commit_result(&r, e);
  if (rc == ERR_CANCELLED)
    set_ended(&r, "cancelled");
  else if (rc != ERR_OK && rc != ERR_UNAVAILABLE)
    set_ended(&r, "failed");
  remove_dir(r.dir);
  job__want_collect(s);
  return rc;
}
