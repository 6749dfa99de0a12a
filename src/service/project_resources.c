#include "service/project_resources.h"

#include <stdio.h>

#include "base/json_in.h"
#include "base/json_out.h"
#include "base/timeutil.h"
#include "model/train.h"
#include "service/assigned.h"
#include "service/deployments_int.h"
#include "service/job_kinds.h"
#include "service/project_resources_int.h"
#include "service/service_int.h"
#include "service/serving.h"

/* ---- reading ----------------------------------------------------------------------------------- */

err_code project_resources_list(service *s, str resource, str project_name, page pg, arena *a, assignment_view **out,
                                size_t *n, size_t *total, err *e) {
  store_tx *tx;
  store_project p;
  store_assignment *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK) rc = store_assignment_list(tx, resource, project_name, pg.skip, pg.top, a, &rows, n, total, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  *out = ARENA_ARRAY(a, assignment_view, *n);
  for (size_t i = 0; i < *n; i++) (*out)[i] = (assignment_view){rows[i].azure_resource_id, rows[i].region};
  return ERR_OK;
}

/* The deployments of one project that are on the assigned resource. */
static err_code foreign_deployments(store_tx *tx, const store_assignment *as, arena *a, foreign_project *out, err *e) {
  store_deployment *rows = NULL;
  size_t n = 0, total, kept = 0;
  err_code rc = store_deployment_list(tx, as->resource, as->project, 0, SIZE_MAX, a, &rows, &n, &total, e);
  foreign_deployment *d = ARENA_ARRAY(a, foreign_deployment, n);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    assigned_set on;
    rc = assigned__parse(rows[i].assigned, a, &on, e);
    if (rc != ERR_OK || !assigned__has(&on, as->azure_resource_id)) continue;
    const config_version *cv = config_version_find(rows[i].config_version);
    d[kept++] = (foreign_deployment){.name = rows[i].name,
                                     .expiration_date = str_of(cv ? cv->deployment_expiration_date : ""),
                                     .deployed_us = rows[i].deployed_us};
  }
  *out = (foreign_project){.name = as->project, .deployments = d, .deployment_count = kept};
  return rc;
}

err_code project_resources_foreign(service *s, str resource, page pg, arena *a, foreign_project **out, size_t *n,
                                   size_t *total, err *e) {
  store_tx *tx;
  store_assignment *rows = NULL;
  size_t count = 0;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_assignment_of_resource(tx, resource, a, &rows, &count, e);
  *out = ARENA_ARRAY(a, foreign_project, count);
  *n = *total = 0;
  for (size_t i = 0; rc == ERR_OK && i < count; i++) {
    foreign_project p;
    store_project owner;
    rc = store_project_get(tx, rows[i].resource, rows[i].project, a, &owner, e);
    if (rc == ERR_OK && str_eq(owner.kind, STR(STORE_LUIS_KIND))) continue;
    if (rc == ERR_OK) rc = foreign_deployments(tx, &rows[i], a, &p, e);
    if (rc != ERR_OK || !p.deployment_count) continue;
    if (*total >= pg.skip && *n < pg.top) (*out)[(*n)++] = p;
    ++*total;
  }
  store_rollback(tx);
  return rc;
}

/* ---- names ------------------------------------------------------------------------------------- */

err_code project_name__unassigned(store_tx *tx, str resource, str name, str owner, arena *a, err *e) {
  store_assignment *rows = NULL;
  size_t n = 0;
  err_code rc = store_assignment_of_resource(tx, resource, a, &rows, &n, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++)
    if (str_eq(rows[i].project, name) && !str_eq(rows[i].resource, owner))
      rc = err_set(e, ERR_CONFLICT, "the resource '" STR_FMT "' is assigned to another project named '" STR_FMT "'",
                   STR_ARG(resource), STR_ARG(name));
  return rc;
}

/* On a resource that is assigned to a project, its name belongs to that project. */
static err_code check_name_free(store_tx *tx, const store_job *job, str assigned, arena *a, err *e) {
  store_project own;
  err why;
  err_code rc = store_project_get(tx, assigned, job->project, a, &own, &why);
  if (rc == ERR_OK)
    return err_set(e, ERR_CONFLICT, "the resource '" STR_FMT "' has a project named '" STR_FMT "' of its own",
                   STR_ARG(assigned), STR_ARG(job->project));
  if (rc == ERR_PROJECT_NOT_FOUND) return project_name__unassigned(tx, assigned, job->project, job->resource, a, e);
  *e = why;
  return rc;
}

/* ---- assign ------------------------------------------------------------------------------------ */

/* *found false when no resource of this store has that id. */
static err_code resource_of_id(store_tx *tx, str azure_resource_id, arena *a, store_resource *out, bool *found,
                               err *e) {
  store_resource *rows = NULL;
  size_t n = 0;
  err_code rc = store_resource_list(tx, a, &rows, &n, e);
  *found = false;
  for (size_t i = 0; rc == ERR_OK && i < n && !*found; i++) {
    if (!str_eq_nocase(rows[i].azure_resource_id, azure_resource_id)) continue;
    *out = rows[i];
    *found = true;
  }
  return rc;
}

/* "West US 2" is westus2. */
static bool same_region(str said, str region) {
  size_t at = 0;
  for (size_t i = 0; i < said.n; i++) {
    if (said.p[i] == ' ') continue;
    if (at == region.n || !str_eq_nocase(str_make(said.p + i, 1), str_make(region.p + at, 1))) return false;
    at++;
  }
  return at == region.n;
}

static err_code check_claim(store_tx *tx, const resource_claim *c, size_t i, arena *a, err *e) {
  store_resource r;
  bool found;
  char target[64];
  err_code rc = resource_of_id(tx, c->azure_resource_id, a, &r, &found, e);
  if (rc != ERR_OK) return rc;
  snprintf(target, sizeof target, "resourcesMetadata[%zu].%s", i, found ? "region" : "azureResourceId");
  if (!found)
    return err_at(e, ERR_INVALID_ARGUMENT, target, "there is no resource '" STR_FMT "' here",
                  STR_ARG(c->azure_resource_id));
  if (same_region(c->region, r.region)) return ERR_OK;
  return err_at(e, ERR_INVALID_ARGUMENT, target, "the resource is in the region '" STR_FMT "'", STR_ARG(r.region));
}

/* {"claims": [[id, domain], …]} */
static str assign_params(const resource_claim *claims, size_t n, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_key(&w, "claims");
  jw_arr(&w);
  for (size_t i = 0; i < n; i++)
    jw_raw(&w, ids__text((str[]){claims[i].azure_resource_id, claims[i].custom_domain}, 2, a));
  jw_end(&w);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

static err_code check_assign(store_tx *tx, str resource, str project_name, const resource_claim *claims, size_t n,
                             arena *a, err *e) {
  store_project p;
  err_code rc = store_project_get(tx, resource, project_name, a, &p, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) rc = check_claim(tx, &claims[i], i, a, e);
  return rc;
}

err_code project_resources_assign(service *s, str resource, str project_name, const resource_claim *claims, size_t n,
                                  char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = check_assign(tx, resource, project_name, claims, n, &a, e)) != ERR_OK) store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(
        s, tx,
        &(new_job){
            .kind = JOB_ASSIGN, .resource = resource, .project = project_name, .params = assign_params(claims, n, &a)},
        job_id, e);
  arena_fini(&a);
  return rc;
}

static err_code assign_one(store_tx *tx, const store_job *job, str azure_resource_id, str custom_domain, arena *a,
                           err *e) {
  store_resource r;
  bool found;
  err_code rc = resource_of_id(tx, azure_resource_id, a, &r, &found, e);
  if (rc == ERR_OK && !found)
    rc = err_set(e, ERR_NOT_FOUND, "there is no resource '" STR_FMT "' any more", STR_ARG(azure_resource_id));
  if (rc != ERR_OK || str_eq(r.name, job->resource)) return rc;
  rc = check_name_free(tx, job, r.name, a, e);
  if (rc != ERR_OK) return rc;
  return store_assignment_put(tx,
                              &(store_assignment){.resource = job->resource,
                                                  .project = job->project,
                                                  .azure_resource_id = r.azure_resource_id,
                                                  .assigned = r.name,
                                                  .custom_domain = custom_domain,
                                                  .region = r.region,
                                                  .assigned_us = time_now_us()},
                              e);
}

static err_code assign_rows(store_tx *tx, const store_job *job, arena *a, err *e) {
  str json;
  jdoc *doc = NULL;
  err_code rc = job_param__json(job, "claims", a, &json, e);
  if (rc == ERR_OK) rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  for (size_t i = 0; rc == ERR_OK && i < jn_len(&root); i++) {
    jnode pair = jn_at(&root, i), id = jn_at(&pair, 0), domain = jn_at(&pair, 1);
    rc = assign_one(tx, job, jn_str(&id), jn_str(&domain), a, e);
  }
  jn_free(doc);
  return rc;
}

/* Nothing is served on a resource until something is deployed to it: no publishing. */
err_code assign__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = assign_rows(tx, job, a, e);
  if (rc == ERR_OK) return job__succeed(tx, job, e);
  store_rollback(tx);
  return rc;
}

/* ---- unassign ---------------------------------------------------------------------------------- */

/* The ids as the assignments have them. */
static err_code canonical_ids(store_tx *tx, str resource, str project_name, const str *ids, size_t n, arena *a,
                              str *out, err *e) {
  store_assignment *rows = NULL;
  size_t count = 0, total;
  store_project p;
  err_code rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK) rc = store_assignment_list(tx, resource, project_name, 0, SIZE_MAX, a, &rows, &count, &total, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    size_t k = 0;
    while (k < count && !str_eq_nocase(rows[k].azure_resource_id, ids[i])) k++;
    if (k < count)
      out[i] = rows[k].azure_resource_id;
    else
      rc = err_at(e, ERR_NOT_FOUND, "assignedResourceIds", "the resource '" STR_FMT "' is not assigned to the project",
                  STR_ARG(ids[i]));
  }
  return rc;
}

err_code project_resources_unassign(service *s, str resource, str project_name, const str *ids, size_t n,
                                    char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  str *known = ARENA_ARRAY(&a, str, n);
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = canonical_ids(tx, resource, project_name, ids, n, &a, known, e)) != ERR_OK)
    store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(
        s, tx,
        &(new_job){.kind = JOB_UNASSIGN,
                   .resource = resource,
                   .project = project_name,
                   .params = arena_printf(&a, "{\"resources\":" STR_FMT "}", STR_ARG(ids__text(known, n, &a)))},
        job_id, e);
  arena_fini(&a);
  return rc;
}

static err_code unassign_rows(store_tx *tx, const store_job *job, arena *a, err *e) {
  str json, *ids;
  size_t n;
  err_code rc = job_param__json(job, "resources", a, &json, e);
  if (rc == ERR_OK) rc = ids__parse(json, a, &ids, &n, e);
  if (rc != ERR_OK || !n) return rc;
  rc = deployment__take_off(tx, job, "unassign", STR_NONE, ids, n, a, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    err why;
    rc = store_assignment_delete(tx, job->resource, job->project, ids[i], &why);
    if (rc == ERR_NOT_FOUND) rc = ERR_OK; /* an earlier job was faster, or the id was given twice */
    if (rc != ERR_OK) *e = why;
  }
  return rc;
}

static err_code apply_unassign(service *s, store_job *job, arena *a, err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = unassign_rows(tx, job, a, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code unassign__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  err_code rc = job->applied ? ERR_OK : apply_unassign(s, job, a, e);
  return rc == ERR_OK ? job__publish(s, job, e) : rc;
}
