#include "base/json_in.h"
#include "base/timeutil.h"
#include "project/limits.h"
#include "service/assigned.h"
#include "service/deployments_int.h"
#include "service/job_kinds.h"
#include "service/kept_model.h"
#include "service/luis_int.h"
#include "service/service_int.h"
#include "service/serving.h"

/* The jobs that change deployments. Each commits its rows, their history and "applied" in one
 * transaction, then publishes (job__publish). */

/* ---- rows -------------------------------------------------------------------------------------- */

err_code deployment__find(store_tx *tx, str resource, str project_name, str name, arena *a, store_deployment *out,
                          bool *found, err *e) {
  err why;
  err_code rc = store_deployment_get(tx, resource, project_name, name, a, out, &why);
  *found = rc == ERR_OK;
  if (rc == ERR_OK || rc == ERR_NOT_FOUND) return ERR_OK;
  if (e) *e = why;
  return rc;
}

err_code deployment__row(store_tx *tx, str resource, str project_name, str name, arena *a, store_deployment *out,
                         err *e) {
  store_project p;
  err_code rc = store_project_get(tx, resource, project_name, a, &p, e);
  return rc == ERR_OK ? store_deployment_get(tx, resource, project_name, name, a, out, e) : rc;
}

err_code deployment__check_room(store_tx *tx, str resource, str project_name, str name, arena *a, err *e) {
  store_deployment *rows;
  size_t n, total;
  err_code rc =
      store_deployment_list(tx, resource, project_name, 0, LIMIT_DEPLOYMENTS_PER_PROJECT + 1, a, &rows, &n, &total, e);
  if (rc != ERR_OK) return rc;
  for (size_t i = 0; i < n; i++)
    if (str_eq(rows[i].name, name)) return ERR_OK;
  store_project p;
  rc = store_project_get(tx, resource, project_name, a, &p, e);
  /* An app has two slots and at most as many others as it has versions. */
  if (rc != ERR_OK || total < LIMIT_DEPLOYMENTS_PER_PROJECT || str_eq(p.kind, STR(STORE_LUIS_KIND))) return rc;
  return err_set(e, ERR_QUOTA_EXCEEDED, "a project has at most %d deployments", LIMIT_DEPLOYMENTS_PER_PROJECT);
}

err_code deployment__change(store_tx *tx, const store_job *job, const char *cause, const store_deployment *before,
                            const store_deployment *after, err *e) {
  const store_deployment none = {.name = before ? before->name : STR(""), .assigned = STR("[]")};
  const store_deployment *now = after ? after : &none;
  store_history h = {.resource = job->resource,
                     .project = job->project,
                     .name = now->name,
                     .cause = str_of(cause),
                     .job_id = job->id,
                     .old_file = before ? before->file : STR(""),
                     .new_file = now->file,
                     .model_id = now->model_id,
                     .model_label = now->model_label,
                     .config_version = now->config_version,
                     .trained_us = now->trained_us,
                     .assigned = now->assigned,
                     .at_us = time_now_us()};
  err_code rc = after ? store_deployment_put(tx, after, e)
                      : store_deployment_delete(tx, job->resource, job->project, now->name, e);
  if (rc == ERR_OK && before && after && !str_eq(before->file, after->file))
    rc = store_trial_end_all(tx, job->resource, job->project, now->name, h.cause, h.at_us, e);
  return rc == ERR_OK ? store_history_add(tx, &h, e) : rc;
}

err_code deployment__touch_project(store_tx *tx, const store_job *job, int64_t now_us, arena *a, err *e) {
  store_project p;
  err_code rc = store_project_get(tx, job->resource, job->project, a, &p, e);
  p.deployed_us = now_us;
  return rc == ERR_OK ? store_project_put(tx, &p, e) : rc;
}

/* ---- parameters -------------------------------------------------------------------------------- */

err_code job_param__json(const store_job *job, const char *key, arena *a, str *out, err *e) {
  jdoc *doc = NULL;
  err_code rc = jn_parse(job->params, &doc, e);
  *out = STR_NONE;
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc), value = jn_get(&root, key);
  if (jn_typeof(&value) != JN_ABSENT) {
    buf json = {0};
    jn_dump(&value, &json);
    *out = arena_str(a, buf_str(&json));
    buf_free(&json);
  }
  jn_free(doc);
  return rc;
}

err_code job_param__text(const store_job *job, const char *key, arena *a, str *out, err *e) {
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

static err_code resources_param(const store_job *job, arena *a, str **ids, size_t *n, err *e) {
  str json;
  *n = 0;
  *ids = NULL;
  err_code rc = job_param__json(job, "resources", a, &json, e);
  return rc == ERR_OK && json.p ? ids__parse(json, a, ids, n, e) : rc;
}

/* ---- deploy and delete --------------------------------------------------------------------------- */

static err_code read_model(service *s, const store_job *job, str model_label, arena *a, store_model *m, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_model_get(tx, job->resource, job->project, model_label, a, m, e);
  store_rollback(tx);
  return rc;
}

static err_code put_rows(store_tx *tx, const store_job *job, const store_model *m, arena *a, err *e) {
  int64_t now = time_now_us();
  store_deployment old;
  assigned_set assigned;
  str *ids, options = STR_NONE;
  size_t n;
  bool found;
  err_code rc = resources_param(job, a, &ids, &n, e);
  if (rc == ERR_OK) rc = job_param__json(job, "options", a, &options, e);
  if (rc == ERR_OK) rc = deployment__touch_project(tx, job, now, a, e);
  if (rc == ERR_OK) rc = deployment__check_room(tx, job->resource, job->project, job->subject, a, e);
  if (rc == ERR_OK) rc = assigned__choose(tx, job->resource, job->project, ids, n, a, &assigned, e);
  if (rc == ERR_OK) rc = deployment__find(tx, job->resource, job->project, job->subject, a, &old, &found, e);
  if (rc == ERR_OK && options.n) rc = luis__published(tx, job, m->label, now, a, e);
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
                        .assigned = assigned__text(&assigned, a),
                        .options = options};
  return deployment__change(tx, job, "deploy", found ? &old : NULL, &d, e);
}

static err_code delete_rows(store_tx *tx, const store_job *job, arena *a, err *e) {
  store_deployment old;
  err_code rc = store_deployment_get(tx, job->resource, job->project, job->subject, a, &old, e);
  return rc == ERR_OK ? deployment__change(tx, job, "delete", &old, NULL, e) : rc;
}

static err_code apply_deploy(service *s, store_job *job, arena *a, err *e) {
  str model_label;
  store_model m;
  store_tx *tx = NULL;
  err_code rc = job_param__text(job, "modelLabel", a, &model_label, e);
  if (rc == ERR_OK && model_label.p) {
    rc = read_model(s, job, model_label, a, &m, e);
    if (rc == ERR_OK) rc = kept_model__self_test(s->st, m.file, a, e);
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
  return rc == ERR_OK ? job__publish(s, job, e) : rc; /* what it replaced is in the history: nothing to collect */
}

/* ---- swap -------------------------------------------------------------------------------------- */

/* d with the model of m; its name, resources and the clock stay its own. */
static store_deployment with_model_of(const store_deployment *d, const store_deployment *m, int64_t now_us) {
  store_deployment out = *d;
  out.model_id = m->model_id;
  out.model_label = m->model_label;
  out.file = m->file;
  out.config_version = m->config_version;
  out.trained_us = m->trained_us;
  out.deployed_us = now_us;
  return out;
}

static err_code swap_rows(store_tx *tx, const store_job *job, str second, arena *a, err *e) {
  store_deployment x, y;
  int64_t now = time_now_us();
  err_code rc = deployment__touch_project(tx, job, now, a, e);
  if (rc == ERR_OK) rc = store_deployment_get(tx, job->resource, job->project, job->subject, a, &x, e);
  if (rc == ERR_OK) rc = store_deployment_get(tx, job->resource, job->project, second, a, &y, e);
  if (rc == ERR_OK && !str_eq(x.assigned, y.assigned))
    rc = err_at(e, ERR_INVALID_ARGUMENT, "secondDeploymentName", "the two deployments are not on the same resources");
  if (rc != ERR_OK) return rc;
  store_deployment new_x = with_model_of(&x, &y, now), new_y = with_model_of(&y, &x, now);
  rc = deployment__change(tx, job, "swap", &x, &new_x, e);
  return rc == ERR_OK ? deployment__change(tx, job, "swap", &y, &new_y, e) : rc;
}

static err_code apply_swap(service *s, store_job *job, arena *a, err *e) {
  str second;
  store_tx *tx = NULL;
  err_code rc = job_param__text(job, "second", a, &second, e);
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

/* ---- off resources ------------------------------------------------------------------------------- */

static err_code take_off_one(store_tx *tx, const store_job *job, const char *cause, const store_deployment *d,
                             const str *ids, size_t n, arena *a, err *e) {
  assigned_set on;
  err_code rc = assigned__parse(d->assigned, a, &on, e);
  if (rc != ERR_OK) return rc;
  size_t before = on.n;
  if (!n) on.n = 0;
  for (size_t i = 0; i < n; i++) assigned__remove(&on, ids[i]);
  if (on.n == before) return ERR_OK;
  store_deployment after = *d;
  after.assigned = assigned__text(&on, a);
  return deployment__change(tx, job, cause, d, &after, e);
}

err_code deployment__take_off(store_tx *tx, const store_job *job, const char *cause, str name, const str *ids, size_t n,
                              arena *a, err *e) {
  store_deployment *rows = NULL;
  size_t count = 0, total;
  err_code rc = store_deployment_list(tx, job->resource, job->project, 0, SIZE_MAX, a, &rows, &count, &total, e);
  for (size_t i = 0; rc == ERR_OK && i < count; i++)
    if (!name.n || str_eq(rows[i].name, name)) rc = take_off_one(tx, job, cause, &rows[i], ids, n, a, e);
  return rc;
}

static err_code apply_delete_from_resources(service *s, store_job *job, arena *a, err *e) {
  str *ids;
  size_t n;
  store_tx *tx = NULL;
  err_code rc = resources_param(job, a, &ids, &n, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = deployment__take_off(tx, job, "delete-from-resources", job->subject, ids, n, a, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code delete_from_resources__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  err_code rc = job->applied ? ERR_OK : apply_delete_from_resources(s, job, a, e);
  return rc == ERR_OK ? job__publish(s, job, e) : rc;
}
