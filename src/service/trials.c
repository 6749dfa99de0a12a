#include "service/trials.h"

#include "base/json_out.h"
#include "base/timeutil.h"
#include "service/deployments_int.h"
#include "service/job_kinds.h"
#include "service/kept_model.h"
#include "service/service_int.h"
#include "service/serving.h"

/* ---- reading ----------------------------------------------------------------------------------- */

err_code trial_get(service *s, str resource, str project_name, str deployment, trial_kind kind, arena *a,
                   trial_view *out, err *e) {
  store_tx *tx;
  store_deployment d;
  store_trial t;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = deployment__row(tx, resource, project_name, deployment, a, &d, e);
  if (rc == ERR_OK)
    rc = store_trial_get(tx, resource, project_name, deployment, str_of(trial_kind_name(kind)), a, &t, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  *out = (trial_view){.deployment = t.deployment,
                      .model_id = t.model_id,
                      .model_label = t.model_label,
                      .state = t.state,
                      .reason = t.reason,
                      .started_us = t.started_us,
                      .ended_us = t.ended_us,
                      .answered = t.counts.answered,
                      .errors = t.counts.errors,
                      .none_answers = t.counts.none_answers,
                      .compared = t.counts.compared,
                      .intent_differs = t.counts.intent_differs,
                      .entities_differ = t.counts.entities_differ,
                      .dropped = t.counts.dropped};
  return trial_settings__parse(t.settings, &out->settings, e);
}

/* ---- asking ------------------------------------------------------------------------------------ */

/* {"kind", "modelLabel", "settings"}; to end one: {"kind"}. */
static str params_of(trial_kind kind, const trial_request *r, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kcstr(&w, "kind", trial_kind_name(kind));
  if (r) {
    jw_kstr(&w, "modelLabel", r->model_label);
    jw_key(&w, "settings");
    jw_raw(&w, trial_settings__text(&r->settings, a));
  }
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

static err_code check_settings(const trial_settings *t, err *e) {
  if (!(t->percent > 0 && t->percent <= 100))
    return err_at(e, ERR_INVALID_ARGUMENT, "percent", "must be more than 0 and at most 100");
  if (t->window < 1 || t->window > TRIAL_WINDOW_MAX)
    return err_at(e, ERR_INVALID_ARGUMENT, "window", "must be from 1 to %d answers", TRIAL_WINDOW_MAX);
  return ERR_OK;
}

err_code trial_start(service *s, str resource, str project_name, const trial_request *r, char job_id[ID_JOB_LEN + 1],
                     err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx = NULL;
  store_deployment d;
  store_model m;
  err_code rc = check_settings(&r->settings, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = deployment__row(tx, resource, project_name, r->deployment, &a, &d, e);
  if (rc == ERR_OK) rc = store_model_get(tx, resource, project_name, r->model_label, &a, &m, e);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_TRIAL,
                                .resource = resource,
                                .project = project_name,
                                .subject = r->deployment,
                                .params = params_of(r->kind, r, &a)},
                     job_id, e);
  else
    store_rollback(tx);
  arena_fini(&a);
  return rc;
}

/* The row of a trial that runs. */
static err_code running_row(store_tx *tx, str resource, str project_name, str deployment, str kind, arena *a,
                            store_trial *out, err *e) {
  err_code rc = store_trial_get(tx, resource, project_name, deployment, kind, a, out, e);
  if (rc == ERR_OK && !str_eq(out->state, STR("running")))
    rc = err_set(e, ERR_NOT_FOUND, "the " STR_FMT " of deployment '" STR_FMT "' is over already", STR_ARG(kind),
                 STR_ARG(deployment));
  return rc;
}

err_code trial_end(service *s, str resource, str project_name, str deployment, trial_kind kind,
                   char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  store_deployment d;
  store_trial t;
  str name = str_of(trial_kind_name(kind));
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) {
    rc = deployment__row(tx, resource, project_name, deployment, &a, &d, e);
    if (rc == ERR_OK) rc = running_row(tx, resource, project_name, deployment, name, &a, &t, e);
    if (rc != ERR_OK) store_rollback(tx);
  }
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_TRIAL,
                                .resource = resource,
                                .project = project_name,
                                .subject = deployment,
                                .params = params_of(kind, NULL, &a)},
                     job_id, e);
  arena_fini(&a);
  return rc;
}

/* ---- doing ------------------------------------------------------------------------------------- */

static err_code start_row(store_tx *tx, const store_job *job, str kind, str settings, const store_model *m, arena *a,
                          err *e) {
  store_deployment d;
  char id[ID_HEX32_LEN + 1];
  id_hex32(id);
  err_code rc = deployment__row(tx, job->resource, job->project, job->subject, a, &d, e);
  if (rc != ERR_OK) return rc;
  return store_trial_put(tx,
                         &(store_trial){.resource = job->resource,
                                        .project = job->project,
                                        .deployment = job->subject,
                                        .kind = kind,
                                        .id = str_of(id),
                                        .model_id = m->model_id,
                                        .model_label = m->label,
                                        .file = m->file,
                                        .settings = settings,
                                        .state = STR("running"),
                                        .started_us = time_now_us()},
                         e);
}

static err_code end_row(store_tx *tx, const store_job *job, str kind, arena *a, err *e) {
  store_trial t;
  size_t ended;
  err_code rc = running_row(tx, job->resource, job->project, job->subject, kind, a, &t, e);
  if (rc == ERR_OK) rc = store_trial_end(tx, t.id, STR("ended"), STR("on request"), time_now_us(), &ended, e);
  return rc;
}

static err_code read_model(service *s, const store_job *job, str model_label, arena *a, store_model *m, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_model_get(tx, job->resource, job->project, model_label, a, m, e);
  store_rollback(tx);
  return rc == ERR_OK ? kept_model__self_test(s->st, m->file, a, e) : rc;
}

static err_code apply_trial(service *s, store_job *job, arena *a, err *e) {
  str kind, model_label, settings;
  store_model m;
  store_tx *tx = NULL;
  err_code rc = job_param__text(job, "kind", a, &kind, e);
  if (rc == ERR_OK) rc = job_param__text(job, "modelLabel", a, &model_label, e);
  if (rc == ERR_OK) rc = job_param__json(job, "settings", a, &settings, e);
  if (rc == ERR_OK && model_label.p) rc = read_model(s, job, model_label, a, &m, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = model_label.p ? start_row(tx, job, kind, settings, &m, a, e) : end_row(tx, job, kind, a, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code trial__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  err_code rc = job->applied ? ERR_OK : apply_trial(s, job, a, e);
  return rc == ERR_OK ? job__publish(s, job, e) : rc;
}
