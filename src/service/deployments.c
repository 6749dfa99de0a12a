#include "service/deployments.h"

#include "base/json_out.h"
#include "model/train.h"
#include "project/limits.h"
#include "project/project.h"
#include "service/assigned.h"
#include "service/deployments_int.h"
#include "service/service_int.h"

/* Reading deployments, and asking for changes; deployment_jobs.c makes them. */

/* ---- reading ----------------------------------------------------------------------------------- */

static err_code view_of(const store_deployment *d, arena *a, deployment_view *out, err *e) {
  const config_version *cv = config_version_find(d->config_version);
  assigned_set assigned;
  err_code rc = assigned__parse(d->assigned, a, &assigned, e);
  *out = (deployment_view){.name = d->name,
                           .model_id = d->model_id,
                           .config_version = d->config_version,
                           .expiration_date = str_of(cv ? cv->deployment_expiration_date : ""),
                           .trained_us = d->trained_us,
                           .deployed_us = d->deployed_us,
                           .assigned = assigned.p,
                           .assigned_count = assigned.n};
  return rc;
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
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) rc = view_of(&rows[i], a, &views[i], e);
  *out = views;
  return rc;
}

err_code deployments_get(service *s, str resource, str project_name, str name, arena *a, deployment_view *out, err *e) {
  store_tx *tx;
  store_deployment d;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = deployment__row(tx, resource, project_name, name, a, &d, e);
  store_rollback(tx);
  return rc == ERR_OK ? view_of(&d, a, out, e) : rc;
}

/* ---- asking ------------------------------------------------------------------------------------ */

static err_code check_put(store_tx *tx, str resource, str project_name, str name, str model_label, const str *ids,
                          size_t n, arena *a, err *e) {
  store_project p;
  store_model m;
  assigned_set chosen;
  err_code rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK) rc = store_model_get(tx, resource, project_name, model_label, a, &m, e);
  if (rc == ERR_OK) rc = assigned__choose(tx, resource, project_name, ids, n, a, &chosen, e);
  if (rc == ERR_OK) rc = deployment__check_room(tx, resource, project_name, name, a, e);
  return rc;
}

/* {"<key>": value, "resources": [ids]} without what is absent. */
static str params_of(arena *a, const char *key, str value, const str *ids, size_t n) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  if (key) jw_kstr(&w, key, value);
  if (n) {
    jw_key(&w, "resources");
    jw_raw(&w, ids__text(ids, n, a));
  }
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

err_code deployments_put_on(service *s, str resource, str project_name, str name, str model_label, const str *ids,
                            size_t n, char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  err_code rc = project_name_check(name, "deployment name", "deploymentName", e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = check_put(tx, resource, project_name, name, model_label, ids, n, &a, e)) != ERR_OK)
    store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_DEPLOY,
                                .resource = resource,
                                .project = project_name,
                                .subject = name,
                                .params = params_of(&a, "modelLabel", model_label, ids, n)},
                     job_id, e);
  arena_fini(&a);
  return rc;
}

err_code deployments_put(service *s, str resource, str project_name, str name, str model_label,
                         char job_id[ID_JOB_LEN + 1], err *e) {
  return deployments_put_on(s, resource, project_name, name, model_label, NULL, 0, job_id, e);
}

/* A deployment is taken away by a deploy job without a model. */
err_code deployments_delete(service *s, str resource, str project_name, str name, char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  store_deployment d;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = deployment__row(tx, resource, project_name, name, &a, &d, e)) != ERR_OK) store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(
        s, tx,
        &(new_job){
            .kind = JOB_DEPLOY, .resource = resource, .project = project_name, .subject = name, .params = STR("{}")},
        job_id, e);
  arena_fini(&a);
  return rc;
}

static err_code check_is_on(store_tx *tx, str resource, str project_name, str name, const str *ids, size_t n, arena *a,
                            err *e) {
  store_deployment d;
  assigned_set on;
  err_code rc = deployment__row(tx, resource, project_name, name, a, &d, e);
  if (rc == ERR_OK) rc = assigned__parse(d.assigned, a, &on, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++)
    if (!assigned__has(&on, ids[i]))
      rc = err_at(e, ERR_NOT_FOUND, "assignedResourceIds", "the deployment is not on the resource '" STR_FMT "'",
                  STR_ARG(ids[i]));
  return rc;
}

err_code deployments_delete_from_resources(service *s, str resource, str project_name, str name, const str *ids,
                                           size_t n, char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = check_is_on(tx, resource, project_name, name, ids, n, &a, e)) != ERR_OK) store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_DELETE_FROM_RESOURCES,
                                .resource = resource,
                                .project = project_name,
                                .subject = name,
                                .params = params_of(&a, NULL, STR_NONE, ids, n)},
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
    rc = deployment__row(tx, resource, project_name, first, &a, &d, e);
    if (rc == ERR_OK) rc = deployment__row(tx, resource, project_name, second, &a, &d, e);
    if (rc != ERR_OK) store_rollback(tx);
  }
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_SWAP,
                                .resource = resource,
                                .project = project_name,
                                .subject = first,
                                .params = params_of(&a, "second", second, NULL, 0)},
                     job_id, e);
  arena_fini(&a);
  return rc;
}
