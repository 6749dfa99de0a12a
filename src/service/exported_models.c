#include "service/exported_models.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/json_out.h"
#include "base/timeutil.h"
#include "model/train.h"
#include "project/clu_json.h"
#include "project/project.h"
#include "service/bundle.h"
#include "service/deployments_int.h"
#include "service/job_kinds.h"
#include "service/kept_model.h"
#include "service/service_int.h"

/* ---- reading ----------------------------------------------------------------------------------- */

static void view_of(const store_exported_model *m, exported_model_view *out) {
  const config_version *cv = config_version_find(m->config_version);
  *out = (exported_model_view){.name = m->name,
                               .model_id = m->model_id,
                               .config_version = m->config_version,
                               .expiration_date = str_of(cv ? cv->model_expiration_date : ""),
                               .trained_us = m->trained_us,
                               .exported_us = m->exported_us};
}

err_code exported_models_list(service *s, str resource, str project_name, page pg, arena *a, exported_model_view **out,
                              size_t *n, size_t *total, err *e) {
  store_tx *tx;
  store_project p;
  store_exported_model *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK) rc = store_exported_model_list(tx, resource, project_name, pg.skip, pg.top, a, &rows, n, total, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  *out = ARENA_ARRAY(a, exported_model_view, *n);
  for (size_t i = 0; i < *n; i++) view_of(&rows[i], &(*out)[i]);
  return ERR_OK;
}

/* Of a project that exists: its absence is told apart from the model's. */
static err_code get_row(store_tx *tx, str resource, str project_name, str name, arena *a, store_exported_model *out,
                        err *e) {
  store_project p;
  err_code rc = store_project_get(tx, resource, project_name, a, &p, e);
  return rc == ERR_OK ? store_exported_model_get(tx, resource, project_name, name, a, out, e) : rc;
}

static err_code read_row(service *s, str resource, str project_name, str name, arena *a, store_exported_model *out,
                         err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = get_row(tx, resource, project_name, name, a, out, e);
  store_rollback(tx);
  return rc;
}

err_code exported_models_get(service *s, str resource, str project_name, str name, arena *a, exported_model_view *out,
                             err *e) {
  store_exported_model m;
  err_code rc = read_row(s, resource, project_name, name, a, &m, e);
  if (rc == ERR_OK) view_of(&m, out);
  return rc;
}

err_code exported_models_bundle(service *s, str resource, str project_name, str name, arena *a, buf *out, err *e) {
  store_exported_model m;
  const char *path;
  file_map file = {0};
  err_code rc = read_row(s, resource, project_name, name, a, &m, e);
  if (rc == ERR_OK) rc = store_model_file_path(s->st, m.file, a, &path, e);
  if (rc == ERR_OK) rc = file_map_open(path, &file, e);
  if (rc != ERR_OK) return rc;
  const bundle_info info = {.project = project_name,
                            .name = m.name,
                            .model_id = m.model_id,
                            .model_label = m.model_label,
                            .config_version = m.config_version,
                            .trained_us = m.trained_us,
                            .exported_us = m.exported_us};
  rc = bundle__write(&info, str_make((const char *)file.p, file.n), store_secret(s->st), out, e);
  file_map_close(&file);
  return rc;
}

/* ---- asking ------------------------------------------------------------------------------------ */

static err_code submit(service *s, store_tx *tx, str resource, str project_name, str name, str params,
                       char job_id[ID_JOB_LEN + 1], err *e) {
  return job__submit(
      s, tx,
      &(new_job){
          .kind = JOB_EXPORT_MODEL, .resource = resource, .project = project_name, .subject = name, .params = params},
      job_id, e);
}

static str label_param(str model_label, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kstr(&w, "modelLabel", model_label);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

err_code exported_models_put(service *s, str resource, str project_name, str name, str model_label,
                             char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx = NULL;
  store_project p;
  store_model m;
  err_code rc = project_name_check(name, "exported model name", "exportedModelName", e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = store_project_get(tx, resource, project_name, &a, &p, e);
  if (rc == ERR_OK) rc = store_model_get(tx, resource, project_name, model_label, &a, &m, e);
  if (rc == ERR_OK && !str_eq(p.kind, str_of(project_kind_name(PROJECT_CONVERSATION))))
    rc = err_set(e, ERR_INVALID_ARGUMENT,
                 "the model of an Orchestration project cannot answer alone; export those of its targets");
  if (rc == ERR_OK)
    rc = submit(s, tx, resource, project_name, name, label_param(model_label, &a), job_id, e);
  else
    store_rollback(tx);
  arena_fini(&a);
  return rc;
}

/* An exported model is taken away by a job without a model. */
err_code exported_models_delete(service *s, str resource, str project_name, str name, char job_id[ID_JOB_LEN + 1],
                                err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx = NULL;
  store_exported_model m;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = get_row(tx, resource, project_name, name, &a, &m, e);
  if (rc == ERR_OK)
    rc = submit(s, tx, resource, project_name, name, STR("{}"), job_id, e);
  else
    store_rollback(tx);
  arena_fini(&a);
  return rc;
}

/* ---- doing ------------------------------------------------------------------------------------- */

static err_code read_model(service *s, const store_job *job, str model_label, arena *a, store_model *m, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_model_get(tx, job->resource, job->project, model_label, a, m, e);
  store_rollback(tx);
  return rc == ERR_OK ? kept_model__self_test(s->st, m->file, a, e) : rc;
}

static err_code put_row(store_tx *tx, const store_job *job, const store_model *m, err *e) {
  return store_exported_model_put(tx,
                                  &(store_exported_model){.resource = job->resource,
                                                          .project = job->project,
                                                          .name = job->subject,
                                                          .model_id = m->model_id,
                                                          .model_label = m->label,
                                                          .file = m->file,
                                                          .config_version = m->config_version,
                                                          .trained_us = m->trained_us,
                                                          .exported_us = time_now_us()},
                                  e);
}

err_code export_model__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  str model_label;
  store_model m;
  store_tx *tx = NULL;
  err_code rc = job_param__text(job, "modelLabel", a, &model_label, e);
  if (rc == ERR_OK && model_label.p) rc = read_model(s, job, model_label, a, &m, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK)
    rc = model_label.p ? put_row(tx, job, &m, e)
                       : store_exported_model_delete(tx, job->resource, job->project, job->subject, e);
  if (rc == ERR_OK) {
    job__want_collect(s);
    return job__succeed(tx, job, e);
  }
  store_rollback(tx);
  return rc;
}
