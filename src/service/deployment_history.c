#include "service/deployment_history.h"

#include "base/json_in.h"
#include "base/json_out.h"
#include "base/timeutil.h"
#include "service/assigned.h"
#include "service/deployments_int.h"
#include "service/job_kinds.h"
#include "service/kept_model.h"
#include "service/service_int.h"
#include "service/serving.h"

/* ---- reading ----------------------------------------------------------------------------------- */

static err_code view_of(const store_history *h, arena *a, history_view *out, err *e) {
  assigned_set on;
  err_code rc = assigned__parse(h->assigned, a, &on, e);
  *out = (history_view){.id = h->id,
                        .deployment = h->name,
                        .cause = h->cause,
                        .job_id = h->job_id,
                        .at_us = h->at_us,
                        .model_id = h->model_id,
                        .model_label = h->model_label,
                        .assigned = on.p,
                        .assigned_count = on.n};
  return rc;
}

err_code history_list(service *s, str resource, str project_name, str deployment, page pg, arena *a, history_view **out,
                      size_t *n, size_t *total, err *e) {
  store_tx *tx;
  store_project p;
  store_history *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK)
    rc = store_history_list(tx, resource, project_name, deployment, pg.skip, pg.top, a, &rows, n, total, e);
  store_rollback(tx);
  if (rc == ERR_OK && deployment.n && !*total)
    rc = err_set(e, ERR_NOT_FOUND, "there never was a deployment '" STR_FMT "'", STR_ARG(deployment));
  if (rc != ERR_OK) return rc;
  *out = ARENA_ARRAY(a, history_view, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) rc = view_of(&rows[i], a, &(*out)[i], e);
  return rc;
}

/* ---- which state ------------------------------------------------------------------------------- */

/* One deployment and the entry to go back to; entry.new_file.n 0: to its absence. */
typedef struct target {
  str name;
  store_history entry;
} target;
typedef struct target_list {
  target *p;
  size_t n;
} target_list;

static const store_history absent = {.assigned = STR("[]")};

static err_code latest(store_tx *tx, const store_job *job, str name, int64_t at_most, int64_t until_us, arena *a,
                       store_history *out, err *e) {
  return store_history_latest(tx, job->resource, job->project, name, at_most, until_us, a, out, e);
}

static err_code state_by_id(store_tx *tx, const store_job *job, str name, int64_t id, arena *a, store_history *out,
                            err *e) {
  err_code rc = latest(tx, job, name, id, INT64_MAX, a, out, e);
  if (rc == ERR_OK && out->id == id) return rc;
  if (rc != ERR_OK && rc != ERR_NOT_FOUND) return rc;
  return err_at(e, ERR_NOT_FOUND, "to", "the history of deployment '" STR_FMT "' has no entry %lld", STR_ARG(name),
                (long long)id);
}

static err_code state_before(store_tx *tx, const store_job *job, str name, arena *a, store_history *out, err *e) {
  store_history now;
  err_code rc = latest(tx, job, name, INT64_MAX, INT64_MAX, a, &now, e);
  return rc == ERR_OK ? latest(tx, job, name, now.id - 1, INT64_MAX, a, out, e) : rc;
}

/* Before its first entry a deployment was not there. */
static err_code state_at(store_tx *tx, const store_job *job, str name, int64_t at_us, arena *a, store_history *out,
                         err *e) {
  err why;
  err_code rc = latest(tx, job, name, INT64_MAX, at_us, a, out, &why);
  if (rc == ERR_NOT_FOUND) {
    *out = absent;
    return ERR_OK;
  }
  if (rc != ERR_OK) *e = why;
  return rc;
}

static err_code one_target(store_tx *tx, const store_job *job, const rollback_request *r, arena *a, target *out,
                           err *e) {
  store_history *any;
  size_t n, total;
  err_code rc = store_history_list(tx, job->resource, job->project, r->deployment, 0, 0, a, &any, &n, &total, e);
  if (rc == ERR_OK && !total)
    rc = err_set(e, ERR_NOT_FOUND, "there never was a deployment '" STR_FMT "'", STR_ARG(r->deployment));
  if (rc != ERR_OK) return rc;
  out->name = r->deployment;
  if (r->to) return state_by_id(tx, job, r->deployment, r->to, a, &out->entry, e);
  if (r->at_us) return state_at(tx, job, r->deployment, r->at_us, a, &out->entry, e);
  return state_before(tx, job, r->deployment, a, &out->entry, e);
}

static bool listed(const target_list *t, str name) {
  for (size_t i = 0; i < t->n; i++)
    if (str_eq(t->p[i].name, name)) return true;
  return false;
}

/* Every name that the history knows. */
static err_code all_targets(store_tx *tx, const store_job *job, int64_t at_us, arena *a, target_list *out, err *e) {
  store_history *rows = NULL;
  size_t n = 0, total;
  err_code rc = store_history_list(tx, job->resource, job->project, STR_NONE, 0, SIZE_MAX, a, &rows, &n, &total, e);
  out->p = ARENA_ARRAY(a, target, n);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    if (listed(out, rows[i].name)) continue;
    target *t = &out->p[out->n++];
    t->name = rows[i].name;
    rc = state_at(tx, job, t->name, at_us, a, &t->entry, e);
  }
  return rc;
}

static err_code find_targets(store_tx *tx, const store_job *job, const rollback_request *r, arena *a, target_list *out,
                             err *e) {
  *out = (target_list){0};
  if (!r->deployment.n) return all_targets(tx, job, r->at_us, a, out, e);
  out->p = ARENA_NEW(a, target);
  out->n = 1;
  return one_target(tx, job, r, a, out->p, e);
}

/* ---- asking ------------------------------------------------------------------------------------ */

static str params_of(const rollback_request *r, arena *a) {
  return arena_printf(a, "{\"to\":%lld,\"atUs\":%lld}", (long long)r->to, (long long)r->at_us);
}

static err_code check_request(const rollback_request *r, err *e) {
  if (r->to && r->at_us) return err_at(e, ERR_INVALID_ARGUMENT, "at", "give \"to\" or \"at\", not both");
  if (!r->deployment.n && !r->at_us)
    return err_at(e, ERR_INVALID_ARGUMENT, "at", "say which time to take all deployments back to");
  return ERR_OK;
}

err_code rollback_start(service *s, str resource, str project_name, const rollback_request *r,
                        char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx = NULL;
  store_project p;
  target_list targets;
  const store_job asked = {.resource = resource, .project = project_name};
  err_code rc = check_request(r, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = store_project_get(tx, resource, project_name, &a, &p, e);
  if (rc == ERR_OK) rc = find_targets(tx, &asked, r, &a, &targets, e);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_ROLLBACK,
                                .resource = resource,
                                .project = project_name,
                                .subject = r->deployment,
                                .params = params_of(r, &a)},
                     job_id, e);
  else
    store_rollback(tx);
  arena_fini(&a);
  return rc;
}

/* ---- doing ------------------------------------------------------------------------------------- */

static err_code read_params(const store_job *job, rollback_request *out, err *e) {
  jdoc *doc = NULL;
  err_code rc = jn_parse(job->params, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  *out = (rollback_request){.deployment = job->subject};
  rc = jn_req_int(&root, "to", 0, INT64_MAX, &out->to, e);
  if (rc == ERR_OK) rc = jn_req_int(&root, "atUs", 0, INT64_MAX, &out->at_us, e);
  jn_free(doc);
  return rc;
}

/* Every model must answer before anything changes. */
static err_code test_models(service *s, const store_job *job, const rollback_request *r, arena *a, err *e) {
  store_tx *tx;
  target_list targets;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = find_targets(tx, job, r, a, &targets, e);
  store_rollback(tx);
  for (size_t i = 0; rc == ERR_OK && i < targets.n; i++) {
    if (!targets.p[i].entry.new_file.n) continue;
    rc = kept_model__self_test(s->st, targets.p[i].entry.new_file, a, e);
    if (rc != ERR_OK) err_prefix(e, "deployment " STR_FMT ": ", STR_ARG(targets.p[i].name));
  }
  return rc;
}

/* Resources of the state that are not assigned any more are left out. */
static err_code resources_of(store_tx *tx, store_job *job, const target *t, arena *a, str *assigned, err *e) {
  assigned_set then, still;
  err_code rc = assigned__parse(t->entry.assigned, a, &then, e);
  if (rc == ERR_OK) rc = assigned__still(tx, job->resource, job->project, &then, a, &still, e);
  if (rc != ERR_OK) return rc;
  if (still.n < then.n)
    job->warnings = STR("[{\"code\":\"Warning\",\"message\":\"Resources that are no longer assigned to the project are "
                        "left out.\"}]");
  *assigned = assigned__text(&still, a);
  return ERR_OK;
}

static bool same_state(const store_deployment *now, const store_history *then, str assigned) {
  return str_eq(now->file, then->new_file) && str_eq(now->model_id, then->model_id) && str_eq(now->assigned, assigned);
}

static err_code go_back(store_tx *tx, store_job *job, const target *t, int64_t now_us, arena *a, err *e) {
  store_deployment now;
  bool found;
  str assigned = STR("[]");
  const store_history *then = &t->entry;
  err_code rc = deployment__find(tx, job->resource, job->project, t->name, a, &now, &found, e);
  if (rc == ERR_OK) rc = resources_of(tx, job, t, a, &assigned, e);
  if (rc != ERR_OK) return rc;
  if (!then->new_file.n) return found ? deployment__change(tx, job, "rollback", &now, NULL, e) : ERR_OK;
  if (found && same_state(&now, then, assigned)) return ERR_OK;
  store_deployment back = {.resource = job->resource,
                           .project = job->project,
                           .name = t->name,
                           .model_id = then->model_id,
                           .model_label = then->model_label,
                           .file = then->new_file,
                           .config_version = then->config_version,
                           .trained_us = then->trained_us,
                           .deployed_us = now_us,
                           .assigned = assigned,
                           .options = found ? now.options : STR("")};
  rc = deployment__check_room(tx, job->resource, job->project, t->name, a, e);
  return rc == ERR_OK ? deployment__change(tx, job, "rollback", found ? &now : NULL, &back, e) : rc;
}

/* What goes away first makes room for what comes back. */
static err_code go_back_all(store_tx *tx, store_job *job, const target_list *targets, arena *a, err *e) {
  int64_t now = time_now_us();
  err_code rc = deployment__touch_project(tx, job, now, a, e);
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; rc == ERR_OK && i < targets->n; i++)
      if ((targets->p[i].entry.new_file.n > 0) == (pass == 1)) rc = go_back(tx, job, &targets->p[i], now, a, e);
  return rc;
}

/* {"deployments": [{"deploymentName", "modelId"}]}: what is served now; modelId is absent when nothing is. */
static str result_of(const target_list *targets, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_key(&w, "deployments");
  jw_arr(&w);
  for (size_t i = 0; i < targets->n; i++) {
    jw_obj(&w);
    jw_kstr(&w, "deploymentName", targets->p[i].name);
    if (targets->p[i].entry.new_file.n) jw_kstr(&w, "modelId", targets->p[i].entry.model_id);
    jw_end(&w);
  }
  jw_end(&w);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

static err_code apply_rollback(service *s, store_job *job, arena *a, err *e) {
  rollback_request r;
  target_list targets;
  store_tx *tx = NULL;
  err_code rc = read_params(job, &r, e);
  if (rc == ERR_OK) rc = test_models(s, job, &r, a, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = find_targets(tx, job, &r, a, &targets, e);
  if (rc == ERR_OK) rc = go_back_all(tx, job, &targets, a, e);
  if (rc == ERR_OK) {
    job->result = result_of(&targets, a);
    return job__applied(tx, job, e);
  }
  store_rollback(tx);
  return rc;
}

err_code rollback__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  err_code rc = job->applied ? ERR_OK : apply_rollback(s, job, a, e);
  return rc == ERR_OK ? job__publish(s, job, e) : rc;
}
