#include "service/training.h"

#include "project/clu_json.h"
#include "service/documents.h"
#include "service/evaluations.h"
#include "service/job_kinds.h"
#include "service/service_int.h"
#include "service/training_params.h"

/* Trained models: reading, deleting, snapshots, evaluating anew. */

static void view_of(const store_model *m, model_view *out) {
  const config_version *cv = config_version_find(m->config_version);
  *out = (model_view){.label = m->label,
                      .model_id = m->model_id,
                      .config_version = m->config_version,
                      .expiration_date = str_of(cv ? cv->model_expiration_date : ""),
                      .trained_us = m->trained_us,
                      .duration_s = m->duration_s,
                      .has_snapshot = m->snapshot.n > 0,
                      .has_evaluation = m->evaluation.n > 0};
}

err_code models_list(service *s, str resource, str project_name, page pg, arena *a, model_view **out, size_t *n,
                     size_t *total, err *e) {
  store_tx *tx;
  store_project p;
  store_model *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK) rc = store_model_list(tx, resource, project_name, pg.skip, pg.top, a, &rows, n, total, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  model_view *views = ARENA_ARRAY(a, model_view, *n);
  for (size_t i = 0; i < *n; i++) view_of(&rows[i], &views[i]);
  *out = views;
  return ERR_OK;
}

/* Of a project that exists: its absence is told apart from the model's. */
static err_code get_row(store_tx *tx, str resource, str project_name, str model_label, arena *a, store_model *out,
                        err *e) {
  store_project p;
  err_code rc = store_project_get(tx, resource, project_name, a, &p, e);
  return rc == ERR_OK ? store_model_get(tx, resource, project_name, model_label, a, out, e) : rc;
}

err_code models_get(service *s, str resource, str project_name, str model_label, arena *a, model_view *out, err *e) {
  store_tx *tx;
  store_model m;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = get_row(tx, resource, project_name, model_label, a, &m, e);
  store_rollback(tx);
  if (rc == ERR_OK) view_of(&m, out);
  return rc;
}

/* ---- delete -------------------------------------------------------------------------------------- */

static err_code check_unused(store_tx *tx, const store_model *m, arena *a, err *e) {
  store_deployment *rows;
  size_t n, total;
  err_code rc = store_deployment_list(tx, m->resource, m->project, 0, SIZE_MAX, a, &rows, &n, &total, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    if (str_eq(rows[i].model_id, m->model_id))
      rc = err_set(e, ERR_CONFLICT, "deployment '" STR_FMT "' uses the model", STR_ARG(rows[i].name));
  }
  store_trial *trials = NULL;
  size_t trial_count = 0;
  if (rc == ERR_OK) rc = store_trial_running(tx, a, &trials, &trial_count, e);
  for (size_t i = 0; rc == ERR_OK && i < trial_count; i++) {
    if (str_eq(trials[i].model_id, m->model_id) && str_eq(trials[i].project, m->project) &&
        str_eq(trials[i].resource, m->resource))
      rc = err_set(e, ERR_CONFLICT, "the " STR_FMT " of deployment '" STR_FMT "' uses the model",
                   STR_ARG(trials[i].kind), STR_ARG(trials[i].deployment));
  }
  return rc;
}

err_code models_delete(service *s, str resource, str project_name, str model_label, err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  store_model m;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) {
    rc = get_row(tx, resource, project_name, model_label, &a, &m, e);
    if (rc == ERR_OK) rc = check_unused(tx, &m, &a, e);
    if (rc == ERR_OK) rc = store_model_delete(tx, resource, project_name, model_label, e);
    if (rc == ERR_OK)
      rc = store_commit(tx, e);
    else
      store_rollback(tx);
  }
  if (rc == ERR_OK) job__want_collect(s);
  arena_fini(&a);
  return rc;
}

/* ---- evaluations --------------------------------------------------------------------------------- */

static err_code evaluation_bytes(service *s, str resource, str project_name, str model_label, arena *a, str *json,
                                 err *e) {
  store_tx *tx;
  store_model m;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = get_row(tx, resource, project_name, model_label, a, &m, e);
  if (rc == ERR_OK && !m.evaluation.n)
    rc = err_set(e, ERR_NOT_FOUND, "model '" STR_FMT "' was trained without test data and has no evaluation",
                 STR_ARG(model_label));
  if (rc == ERR_OK) rc = store_blob_get(tx, m.evaluation, a, json, e);
  store_rollback(tx);
  return rc;
}

err_code models_evaluation_summary(service *s, str resource, str project_name, str model_label, arena *a, str *json,
                                   err *e) {
  str all;
  err_code rc = evaluation_bytes(s, resource, project_name, model_label, a, &all, e);
  return rc == ERR_OK ? evaluation__summary(all, a, json, e) : rc;
}

err_code models_evaluation_items(service *s, str resource, str project_name, str model_label, offset_unit unit, page pg,
                                 arena *a, str **items, size_t *n, size_t *total, err *e) {
  str all;
  err_code rc = evaluation_bytes(s, resource, project_name, model_label, a, &all, e);
  return rc == ERR_OK ? evaluation__items(all, unit, pg, a, items, n, total, e) : rc;
}

/* ---- jobs ---------------------------------------------------------------------------------------- */

err_code models_load_snapshot(service *s, str resource, str project_name, str model_label, char job_id[ID_JOB_LEN + 1],
                              err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  store_model m;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = get_row(tx, resource, project_name, model_label, &a, &m, e)) != ERR_OK) store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_LOAD_SNAPSHOT,
                                .resource = resource,
                                .project = project_name,
                                .subject = model_label,
                                .document = m.snapshot},
                     job_id, e);
  arena_fini(&a);
  return rc;
}

/* result of reference M9. */
static str evaluate_result(const training_params *p, int percent, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_key(&w, "evaluationOptions");
  evaluation_options__write(&w, &p->evaluation);
  jw_kstr(&w, "modelLabel", p->label);
  jw_kstr(&w, "trainingConfigVersion", p->config_version);
  jw_kint(&w, "percentComplete", percent);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

static err_code submit_evaluate(service *s, str resource, str project_name, str model_label,
                                const evaluation_options *o, arena *a, char job_id[ID_JOB_LEN + 1], err *e) {
  store_tx *tx;
  store_project p;
  store_model m;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK) rc = store_model_get(tx, resource, project_name, model_label, a, &m, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  training_params params = {.label = model_label, .config_version = m.config_version, .evaluation = *o};
  return job__submit(s, tx,
                     &(new_job){.kind = JOB_EVALUATE,
                                .resource = resource,
                                .project = project_name,
                                .subject = model_label,
                                .params = training_params__text(&params, a),
                                .document = p.document,
                                .result = evaluate_result(&params, 0, a)},
                     job_id, e);
}

err_code models_evaluate(service *s, str resource, str project_name, str model_label, const evaluation_options *o,
                         char job_id[ID_JOB_LEN + 1], err *e) {
  err_code rc = evaluation_options__check(o, e);
  if (rc != ERR_OK) return rc;
  arena a;
  arena_init(&a, 0);
  rc = submit_evaluate(s, resource, project_name, model_label, o, &a, job_id, e);
  arena_fini(&a);
  return rc;
}

/* Runs the model over the test part of the job's document. */
static err_code evaluate_document(service *s, const store_job *job, const training_params *params, str file, arena *a,
                                  buf *json, err *e) {
  str document;
  project p;
  const char *path;
  model *m = NULL;
  bool any = false;
  err_code rc = document__bytes(s->st, job->document, a, &document, e);
  if (rc == ERR_OK) rc = clu_read(document, &(clu_read_options){0}, a, &p, e);
  if (rc == ERR_OK) rc = store_model_file_path(s->st, file, a, &path, e);
  if (rc == ERR_OK) rc = model_open(path, true, &m, e);
  if (rc != ERR_OK) return rc;
  train_options o = training_params__options(params);
  utterance_role *roles = ARENA_ARRAY(a, utterance_role, p.utterance_count);
  train_split(&p, &o, roles);
  rc = evaluation__make(m, &p, roles, &o, &any, json, e);
  model_close(m);
  if (rc == ERR_OK && !any)
    rc = err_set(e, ERR_INVALID_ARGUMENT, "the project has no utterances to test with under these evaluationOptions");
  return rc;
}

static err_code keep_evaluation(service *s, store_job *job, const store_model *evaluated, str json, arena *a, err *e) {
  store_tx *tx = NULL;
  store_model now;
  char hash[SHA256_HEX + 1];
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = get_row(tx, job->resource, job->project, evaluated->label, a, &now, e);
  if (rc == ERR_OK && !str_eq(now.model_id, evaluated->model_id))
    rc = err_set(e, ERR_CONFLICT, "the model was trained again meanwhile");
  if (rc == ERR_OK) rc = store_blob_put(tx, json, hash, e);
  if (rc == ERR_OK) {
    now.evaluation = str_of(hash);
    rc = store_model_put(tx, &now, e);
  }
  if (rc == ERR_OK) return job__succeed(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code evaluate__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  training_params params;
  store_model m;
  store_tx *tx = NULL;
  buf json = {0};
  err_code rc = training_params__parse(job->params, a, &params, e);
  if (rc == ERR_OK) rc = store_begin_read(s->st, &tx, e);
  if (rc == ERR_OK) rc = get_row(tx, job->resource, job->project, params.label, a, &m, e);
  store_rollback(tx);
  if (rc == ERR_OK) rc = evaluate_document(s, job, &params, m.file, a, &json, e);
  if (rc == ERR_OK) {
    job->result = evaluate_result(&params, 100, a);
    rc = keep_evaluation(s, job, &m, buf_str(&json), a, e);
  }
  buf_free(&json);
  if (rc == ERR_OK) job__want_collect(s);
  return rc;
}
