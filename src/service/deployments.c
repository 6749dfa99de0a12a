#include "service/deployments.h"

#include "base/json_in.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "model/train.h"
#include "project/limits.h"
#include "project/project.h"
#include "service/job_kinds.h"
#include "service/service_int.h"

/* ---- reading ----------------------------------------------------------------------------------- */

static void view_of(const store_deployment *d, deployment_view *out) {
  const config_version *cv = config_version_find(d->config_version);
  *out = (deployment_view){.name = d->name,
                           .model_id = d->model_id,
                           .config_version = d->config_version,
                           .expiration_date = str_of(cv ? cv->deployment_expiration_date : ""),
                           .trained_us = d->trained_us,
                           .deployed_us = d->deployed_us,
                           .assigned = d->assigned};
}

err_code deployments_list(service *s, str resource, str project_name, page pg, arena *a, deployment_view **out,
                          size_t *n, size_t *total, err *e) {
  store_tx *tx;
  store_project p;
  store_deployment *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK) rc = store_deployment_list(tx, resource, project_name, pg.skip, pg.top, a, &rows, n, total, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  deployment_view *views = ARENA_ARRAY(a, deployment_view, *n);
  for (size_t i = 0; i < *n; i++) view_of(&rows[i], &views[i]);
  *out = views;
  return ERR_OK;
}

/* Of a project that exists: its absence is told apart from the deployment's. */
static err_code get_row(store_tx *tx, str resource, str project_name, str name, arena *a, store_deployment *out,
                        err *e) {
  store_project p;
  err_code rc = store_project_get(tx, resource, project_name, a, &p, e);
  return rc == ERR_OK ? store_deployment_get(tx, resource, project_name, name, a, out, e) : rc;
}

err_code deployments_get(service *s, str resource, str project_name, str name, arena *a, deployment_view *out, err *e) {
  store_tx *tx;
  store_deployment d;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = get_row(tx, resource, project_name, name, a, &d, e);
  store_rollback(tx);
  if (rc == ERR_OK) view_of(&d, out);
  return rc;
}

/* ---- asking ------------------------------------------------------------------------------------ */

/* The 11th deployment is refused; an existing name may always be deployed again. */
static err_code check_room(store_tx *tx, str resource, str project_name, str name, arena *a, err *e) {
  store_deployment *rows;
  size_t n, total;
  err_code rc =
      store_deployment_list(tx, resource, project_name, 0, LIMIT_DEPLOYMENTS_PER_PROJECT + 1, a, &rows, &n, &total, e);
  if (rc != ERR_OK) return rc;
  for (size_t i = 0; i < n; i++)
    if (str_eq(rows[i].name, name)) return ERR_OK;
  if (total < LIMIT_DEPLOYMENTS_PER_PROJECT) return ERR_OK;
  return err_set(e, ERR_QUOTA_EXCEEDED, "a project has at most %d deployments", LIMIT_DEPLOYMENTS_PER_PROJECT);
}

static err_code check_put(store_tx *tx, str resource, str project_name, str name, str model_label, arena *a, err *e) {
  store_project p;
  store_model m;
  err_code rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK) rc = store_model_get(tx, resource, project_name, model_label, a, &m, e);
  if (rc == ERR_OK) rc = check_room(tx, resource, project_name, name, a, e);
  return rc;
}

static str text_params(arena *a, const char *key, str value) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kstr(&w, key, value);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

err_code deployments_put(service *s, str resource, str project_name, str name, str model_label,
                         char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  err_code rc = project_name_check(name, "deployment name", "deploymentName", e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = check_put(tx, resource, project_name, name, model_label, &a, e)) != ERR_OK)
    store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_DEPLOY,
                                .resource = resource,
                                .project = project_name,
                                .subject = name,
                                .params = text_params(&a, "modelLabel", model_label)},
                     job_id, e);
  arena_fini(&a);
  return rc;
}

/* A deployment is taken away by a deploy job without a model. */
err_code deployments_delete(service *s, str resource, str project_name, str name, char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  store_deployment d;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = get_row(tx, resource, project_name, name, &a, &d, e)) != ERR_OK) store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(
        s, tx,
        &(new_job){
            .kind = JOB_DEPLOY, .resource = resource, .project = project_name, .subject = name, .params = STR("{}")},
        job_id, e);
  arena_fini(&a);
  return rc;
}

err_code deployments_swap(service *s, str resource, str project_name, str first, str second,
                          char job_id[ID_JOB_LEN + 1], err *e) {
  if (str_eq(first, second))
    return err_at(e, ERR_INVALID_ARGUMENT, "secondDeploymentName", "a deployment cannot be swapped with itself");
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  store_deployment d;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) {
    rc = get_row(tx, resource, project_name, first, &a, &d, e);
    if (rc == ERR_OK) rc = get_row(tx, resource, project_name, second, &a, &d, e);
    if (rc != ERR_OK) store_rollback(tx);
  }
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_SWAP,
                                .resource = resource,
                                .project = project_name,
                                .subject = first,
                                .params = text_params(&a, "second", second)},
                     job_id, e);
  arena_fini(&a);
  return rc;
}

/* ---- doing ------------------------------------------------------------------------------------- */

/* Value of a member of the job's parameters; .p NULL when absent. */
static err_code param(const store_job *job, const char *key, arena *a, str *out, err *e) {
  jdoc *doc = NULL;
  str value = STR_NONE;
  err_code rc = jn_parse(job->params, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = jn_opt_str(&root, key, &value, NULL, e);
  if (rc == ERR_OK) *out = value.p ? arena_str(a, value) : STR_NONE;
  jn_free(doc);
  return rc;
}

/* A file that is not whole, or a model that cannot answer, never replaces a serving one. */
static err_code self_test(service *s, str file, arena *a, err *e) {
  const char *path;
  model *m = NULL;
  err_code rc = store_model_file_path(s->st, file, a, &path, e);
  if (rc == ERR_OK) rc = model_open(path, true, &m, e);
  if (rc != ERR_OK) return rc;
  prediction p;
  model_predict(m, STR("hello 1"), &(predict_options){.threshold = -1}, a, &p);
  if (p.intent_count != model_describe(m)->intent_count)
    rc = err_set(e, ERR_CORRUPT, "the model scored %zu of its %zu intents", p.intent_count,
                 model_describe(m)->intent_count);
  model_close(m);
  return rc;
}

static err_code read_model(service *s, const store_job *job, str model_label, arena *a, store_model *m, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_model_get(tx, job->resource, job->project, model_label, a, m, e);
  store_rollback(tx);
  return rc;
}

static err_code add_history(store_tx *tx, const store_job *job, str name, const char *cause, str old_file, str new_file,
                            err *e) {
  store_history h = {.resource = job->resource,
                     .project = job->project,
                     .name = name,
                     .cause = str_of(cause),
                     .job_id = job->id,
                     .old_file = old_file,
                     .new_file = new_file,
                     .at_us = time_now_us()};
  return store_history_add(tx, &h, e);
}

/* What the deployment serves now; "" when there is none of that name. */
static err_code current_file(store_tx *tx, const store_job *job, arena *a, str *file, err *e) {
  store_deployment d;
  err why;
  err_code rc = store_deployment_get(tx, job->resource, job->project, job->subject, a, &d, &why);
  *file = rc == ERR_OK ? d.file : STR("");
  if (rc == ERR_OK || rc == ERR_NOT_FOUND) return ERR_OK;
  *e = why;
  return rc;
}

static err_code put_rows(store_tx *tx, const store_job *job, const store_model *m, arena *a, err *e) {
  int64_t now = time_now_us();
  store_project p;
  str old_file;
  err_code rc = store_project_get(tx, job->resource, job->project, a, &p, e);
  if (rc == ERR_OK) rc = check_room(tx, job->resource, job->project, job->subject, a, e);
  if (rc == ERR_OK) rc = current_file(tx, job, a, &old_file, e);
  if (rc != ERR_OK) return rc;
  store_deployment d = {.resource = job->resource,
                        .project = job->project,
                        .name = job->subject,
                        .model_id = m->model_id,
                        .model_label = m->label,
                        .file = m->file,
                        .config_version = m->config_version,
                        .trained_us = m->trained_us,
                        .deployed_us = now,
                        .assigned = STR("[]")};
  p.deployed_us = now;
  rc = store_deployment_put(tx, &d, e);
  if (rc == ERR_OK) rc = store_project_put(tx, &p, e);
  return rc == ERR_OK ? add_history(tx, job, job->subject, "deploy", old_file, m->file, e) : rc;
}

static err_code delete_rows(store_tx *tx, const store_job *job, arena *a, err *e) {
  str old_file;
  err_code rc = current_file(tx, job, a, &old_file, e);
  if (rc == ERR_OK) rc = store_deployment_delete(tx, job->resource, job->project, job->subject, e);
  return rc == ERR_OK ? add_history(tx, job, job->subject, "delete", old_file, STR(""), e) : rc;
}

static err_code apply_deploy(service *s, store_job *job, arena *a, err *e) {
  str model_label;
  store_model m;
  store_tx *tx = NULL;
  err_code rc = param(job, "modelLabel", a, &model_label, e);
  if (rc == ERR_OK && model_label.p) {
    rc = read_model(s, job, model_label, a, &m, e);
    if (rc == ERR_OK) rc = self_test(s, m.file, a, e);
  }
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = model_label.p ? put_rows(tx, job, &m, a, e) : delete_rows(tx, job, a, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code deploy__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  err_code rc = job->applied ? ERR_OK : apply_deploy(s, job, a, e);
  if (rc == ERR_OK) rc = job__publish(s, job, e);
  if (rc == ERR_OK) job__want_collect(s);
  return rc;
}

/* ---- swap -------------------------------------------------------------------------------------- */

/* Only the models change places; names, assigned resources and the clock of each stay its own. */
static void exchange(store_deployment *x, store_deployment *y, int64_t now_us) {
  store_deployment old = *x;
  x->model_id = y->model_id;
  x->model_label = y->model_label;
  x->file = y->file;
  x->config_version = y->config_version;
  x->trained_us = y->trained_us;
  y->model_id = old.model_id;
  y->model_label = old.model_label;
  y->file = old.file;
  y->config_version = old.config_version;
  y->trained_us = old.trained_us;
  x->deployed_us = y->deployed_us = now_us;
}

static err_code swap_rows(store_tx *tx, const store_job *job, str second, arena *a, err *e) {
  store_project p;
  store_deployment x, y;
  int64_t now = time_now_us();
  err_code rc = store_project_get(tx, job->resource, job->project, a, &p, e);
  if (rc == ERR_OK) rc = store_deployment_get(tx, job->resource, job->project, job->subject, a, &x, e);
  if (rc == ERR_OK) rc = store_deployment_get(tx, job->resource, job->project, second, a, &y, e);
  if (rc != ERR_OK) return rc;
  exchange(&x, &y, now);
  p.deployed_us = now;
  rc = store_deployment_put(tx, &x, e);
  if (rc == ERR_OK) rc = store_deployment_put(tx, &y, e);
  if (rc == ERR_OK) rc = store_project_put(tx, &p, e);
  if (rc == ERR_OK) rc = add_history(tx, job, x.name, "swap", y.file, x.file, e);
  if (rc == ERR_OK) rc = add_history(tx, job, y.name, "swap", x.file, y.file, e);
  return rc;
}

static err_code apply_swap(service *s, store_job *job, arena *a, err *e) {
  str second;
  store_tx *tx = NULL;
  err_code rc = param(job, "second", a, &second, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = swap_rows(tx, job, second, a, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code swap__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  err_code rc = job->applied ? ERR_OK : apply_swap(s, job, a, e);
  return rc == ERR_OK ? job__publish(s, job, e) : rc;
}
