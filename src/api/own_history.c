/* own_history.c -- what deployments served and when; rolling them back; the jobs of Dragoman's own
 * operations. Described in doc/deployments.md. */
#include "api/own_common.h"
#include "base/timeutil.h"
#include "http/uri.h"
#include "service/deployment_history.h"

void own_accept(const http_request *rq, http_response *rs, str project_name, const char *job_id) {
  buf b = {0};
  buf_add_str(&b, http_base_url(rq));
  buf_add_str(&b, STR(OWN_PROJECTS "/"));
  uri_encode(&b, project_name);
  buf_printf(&b, "/jobs/%s", job_id);
  rs->status = 202;
  http_add_header(rs, "operation-location", arena_str(rq->arena, buf_str(&b)));
  buf_free(&b);
}

err_code own_optional_body(const http_request *rq, jdoc **doc, jnode *root, http_response *rs, err *e) {
  *doc = NULL;
  *root = (jnode){0};
  return rq->body.n ? clu_body(rq, doc, root, rs, e) : ERR_OK;
}

/* ---- history ----------------------------------------------------------------------------------- */

static void write_entry(jw *w, const history_view *v) {
  jw_obj(w);
  jw_kint(w, "id", v->id);
  jw_kstr(w, "deploymentName", v->deployment);
  jw_kstr(w, "cause", v->cause);
  clu_time(w, "dateTime", v->at_us, 6);
  if (v->model_id.n) {
    jw_kstr(w, "modelId", v->model_id);
    jw_kstr(w, "trainedModelLabel", v->model_label);
  }
  if (v->assigned_count) {
    jw_key(w, "assignedResources");
    jw_arr(w);
    for (size_t i = 0; i < v->assigned_count; i++) {
      jw_obj(w);
      jw_kstr(w, "resourceId", v->assigned[i].resource_id);
      jw_kstr(w, "region", v->assigned[i].region);
      jw_end(w);
    }
    jw_end(w);
  }
  jw_kstr(w, "jobId", v->job_id);
  jw_end(w);
}

static err_code answer_history(const http_request *rq, str deployment, http_response *rs, err *e) {
  clu_page pg;
  history_view *v;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc)
    rc = history_list(api_service(rq), rq->resource.name, rq->params[0], deployment, pg.at, rq->arena, &v, &n, &total,
                      e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) write_entry(&w, &v[i]);
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

static err_code list_project_history(const http_request *rq, http_response *rs, err *e) {
  return answer_history(rq, STR_NONE, rs, e);
}

static err_code list_history(const http_request *rq, http_response *rs, err *e) {
  return answer_history(rq, rq->params[1], rs, e);
}

/* ---- rollback ---------------------------------------------------------------------------------- */

static err_code read_time(const jnode *root, int64_t *at_us, err *e) {
  str text = STR_NONE;
  err_code rc = jn_opt_str(root, "at", &text, NULL, e);
  if (rc || !text.p || (time_parse_rfc3339(text, at_us) && *at_us > 0)) return rc;
  jnode n = jn_get(root, "at");
  return jn_fail(&n, e, "must be a time as in 2026-01-31T12:00:00Z");
}

static err_code start_rollback(const http_request *rq, str deployment, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  rollback_request r = {.deployment = deployment};
  char job[ID_JOB_LEN + 1];
  err_code rc = own_optional_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  if (doc) {
    rc = jn_opt_int(&root, "to", 1, INT64_MAX, &r.to, NULL, e);
    if (!rc) rc = read_time(&root, &r.at_us, e);
  }
  if (!rc) rc = rollback_start(api_service(rq), rq->resource.name, rq->params[0], &r, job, e);
  if (!rc) own_accept(rq, rs, rq->params[0], job);
  jn_free(doc);
  return rc;
}

static err_code rollback_project(const http_request *rq, http_response *rs, err *e) {
  return start_rollback(rq, STR_NONE, rs, e);
}

static err_code rollback_deployment(const http_request *rq, http_response *rs, err *e) {
  return start_rollback(rq, rq->params[1], rs, e);
}

/* ---- jobs -------------------------------------------------------------------------------------- */

static err_code get_job(const http_request *rq, http_response *rs, err *e) {
  static const job_kind kinds[] = {JOB_ROLLBACK, JOB_TRIAL};
  err_code rc = ERR_OPERATION_NOT_FOUND;
  for (size_t i = 0; rc == ERR_OPERATION_NOT_FOUND && i < ARRAY_LEN(kinds); i++)
    rc = clu_job_answer(rq, rs, kinds[i], rq->params[0], STR_NONE, rq->params[1], e);
  return rc;
}

static const http_route routes[] = {
    {"history", HTTP_GET, OWN_PROJECTS "/{p}/history", list_project_history, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"history", HTTP_GET, OWN_PROJECTS "/{p}/deployments/{d}/history", list_history, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"rollback", HTTP_POST, OWN_PROJECTS "/{p}/deployments/:rollback", rollback_project, HTTP_CLASS_WRITE,
     HTTP_BLOCKING | HTTP_FOR_OWNER, CLU_SMALL_BODY},
    {"rollback", HTTP_POST, OWN_PROJECTS "/{p}/deployments/{d}/:rollback", rollback_deployment, HTTP_CLASS_WRITE,
     HTTP_BLOCKING | HTTP_FOR_OWNER, CLU_SMALL_BODY},
    {"job", HTTP_GET, OWN_PROJECTS "/{p}/jobs/{j}", get_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
};

const http_family api_own_history = OWN_FAMILY("dragoman-history", routes);
