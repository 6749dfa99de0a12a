#include "service/training.h"

#include "base/timeutil.h"
#include "project/limits.h"
#include "service/job_kinds.h"
#include "service/jobs.h"
#include "service/service_int.h"
#include "service/training_params.h"

/* Asking for trainings and calling them off; training_run.c does them. */

enum { CANCEL_POLL_MS = 500 };

/* ---- start --------------------------------------------------------------------------------------- */

static err_code check_request(const training_request *r, training_params *out, err *e) {
  err_code rc = project_name_check(r->label, "model label", "modelLabel", e);
  if (rc != ERR_OK) return rc;
  const config_version *cv = config_version_find(r->config_version);
  if (!cv)
    return err_at(e, ERR_INVALID_ARGUMENT, "trainingConfigVersion", "there is no training config version '" STR_FMT "'",
                  STR_ARG(r->config_version));
  *out = (training_params){
      .label = r->label, .config_version = str_of(cv->version), .mode = r->mode, .evaluation = r->evaluation};
  return evaluation_options__check(&r->evaluation, e);
}

static err_code check_no_training(store_tx *tx, str resource, str project_name, arena *a, err *e) {
  store_job *jobs;
  size_t n;
  err_code rc = store_job_unfinished(tx, a, &jobs, &n, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    if (str_eq(jobs[i].kind, str_of(job_kind__name(JOB_TRAIN))) && str_eq(jobs[i].resource, resource) &&
        str_eq(jobs[i].project, project_name))
      rc = err_set(e, ERR_CONFLICT, "training job " STR_FMT " of this project has not ended", STR_ARG(jobs[i].id));
  }
  return rc;
}

/* Retraining an existing label replaces its model and needs no room. */
static err_code check_room(store_tx *tx, str resource, str project_name, str model_label, arena *a, err *e) {
  store_model *models;
  size_t n, total;
  err_code rc =
      store_model_list(tx, resource, project_name, 0, LIMIT_MODELS_PER_PROJECT + 1, a, &models, &n, &total, e);
  if (rc != ERR_OK) return rc;
  for (size_t i = 0; i < n; i++)
    if (str_eq(models[i].label, model_label)) return ERR_OK;
  if (total < LIMIT_MODELS_PER_PROJECT) return ERR_OK;
  return err_set(e, ERR_QUOTA_EXCEEDED, "a project has at most %d trained models", LIMIT_MODELS_PER_PROJECT);
}

/* The snapshot is the working copy as it is now: the job names its document. */
static err_code submit(service *s, str resource, str project_name, const training_params *p, arena *a,
                       char job_id[ID_JOB_LEN + 1], err *e) {
  store_tx *tx;
  store_project row;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &row, e);
  if (rc == ERR_OK) rc = check_no_training(tx, resource, project_name, a, e);
  if (rc == ERR_OK) rc = check_room(tx, resource, project_name, p->label, a, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  training_state st = {.params = *p, .training = {.status = "notStarted"}, .evaluation = {.status = "notStarted"}};
  return job__submit(s, tx,
                     &(new_job){.kind = JOB_TRAIN,
                                .resource = resource,
                                .project = project_name,
                                .subject = p->label,
                                .params = training_params__text(p, a),
                                .document = row.document,
                                .result = training_state__text(&st, a)},
                     job_id, e);
}

err_code training_start(service *s, str resource, str project_name, const training_request *r,
                        char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  training_params p;
  err_code rc = check_request(r, &p, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = submit(s, resource, project_name, &p, &a, job_id, e);
  arena_fini(&a);
  return rc;
}

/* ---- cancel -------------------------------------------------------------------------------------- */

static str cancelled_result(const store_job *job, arena *a) {
  training_state st = {.training = {.status = "cancelled"}, .evaluation = {.status = "notStarted"}};
  err ignored;
  if (training_params__parse(job->params, a, &st.params, &ignored) != ERR_OK) return job->result;
  return training_state__text(&st, a);
}

/* Waiting: cancelled at once. Running: cancelling, until the child has ended. */
static err_code mark_cancelled(store_tx *tx, store_job *job, arena *a, err *e) {
  if (str_eq(job->status, STR("cancelling"))) return ERR_OK;
  if (str_eq(job->status, STR("notStarted"))) {
    job->status = STR("cancelled");
    job->result = cancelled_result(job, a);
  } else if (str_eq(job->status, STR("running"))) {
    job->status = STR("cancelling");
  } else {
    return err_set(e, ERR_CONFLICT, "the training job has ended: " STR_FMT, STR_ARG(job->status));
  }
  job->updated_us = time_now_us();
  return store_job_put(tx, job, e);
}

err_code training_cancel(service *s, str resource, str project_name, str job_id, err *e) {
  arena a;
  job_view known;
  store_tx *tx = NULL;
  store_job job;
  arena_init(&a, 0);
  err_code rc = job_get(s, resource, JOB_TRAIN, project_name, STR_NONE, job_id, &a, &known, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) {
    rc = store_job_get(tx, job_id, &a, &job, e);
    if (rc == ERR_OK) rc = mark_cancelled(tx, &job, &a, e);
    if (rc == ERR_OK)
      rc = store_commit(tx, e);
    else
      store_rollback(tx);
  }
  /* Without a slot the row is finished already or is taken up, and then ended, at the next start. */
  if (rc == ERR_OK) job__cancel(s, job_id);
  arena_fini(&a);
  return rc;
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

err_code training__cancel_all(service *s, const job_slot *slot, err *e) {
  char id[ID_JOB_LEN + 1];
  for (;;) {
    err_code rc = next_training(s, slot, id, e);
    if (rc != ERR_OK || !id[0]) return rc;
    /* ERR_CONFLICT: it has just ended by itself. */
    rc = training_cancel(s, str_of(slot->resource), str_of(slot->project), str_of(id), e);
    if (rc != ERR_OK && rc != ERR_CONFLICT) return rc;
    if (!job_queue__pause(s, CANCEL_POLL_MS)) return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
}
