/* clu_deployments.c -- D1 to D7: deployments. Source: reference clu-authoring §6. */
#include "api/clu_common.h"
#include "service/deployments.h"

static const char deployment_job[] = "/projects/{}/deployments/{}/jobs/{}";

static void write_deployment(jw *w, const deployment_view *v) {
  jw_obj(w);
  jw_kstr(w, "deploymentName", v->name);
  jw_kstr(w, "modelId", v->model_id);
  clu_time(w, "lastTrainedDateTime", v->trained_us, 7);
  clu_time(w, "lastDeployedDateTime", v->deployed_us, 0);
  jw_kstr(w, "deploymentExpirationDate", v->expiration_date);
  jw_kstr(w, "modelTrainingConfigVersion", v->config_version);
  if (v->assigned.n && !str_eq(v->assigned, STR("[]"))) {
    jw_key(w, "assignedResources");
    jw_raw(w, v->assigned);
  }
  jw_end(w);
}

static err_code list_deployments(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  deployment_view *v;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc)
    rc = deployments_list(api_service(rq), rq->resource.name, rq->params[0], pg.at, rq->arena, &v, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) write_deployment(&w, &v[i]);
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

static err_code get_deployment(const http_request *rq, http_response *rs, err *e) {
  deployment_view v;
  err_code rc = deployments_get(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &v, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  write_deployment(&w, &v);
  return ERR_OK;
}

/* Both spellings of "also on these resources"; none can be assigned to a project here. */
static err_code refuse_assigned(const jnode *root, const char *key, err *e) {
  jnode list;
  bool present;
  err_code rc = jn_opt_arr(root, key, &list, &present, e);
  if (rc || !present || !jn_len(&list)) return rc;
  return jn_fail(&list, e, "no resource is assigned to this project");
}

static err_code put_deployment(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  str label;
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = jn_req_str(&root, "trainedModelLabel", &label, e);
  if (!rc) rc = refuse_assigned(&root, "assignedResourceIds", e);
  if (!rc) rc = refuse_assigned(&root, "assignedResources", e);
  if (!rc) rc = deployments_put(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], label, job, e);
  if (!rc) clu_accept(rq, rs, deployment_job, (const str[]){rq->params[0], rq->params[1], str_of(job)});
  jn_free(doc);
  return rc;
}

static err_code delete_deployment(const http_request *rq, http_response *rs, err *e) {
  char job[ID_JOB_LEN + 1];
  err_code rc = deployments_delete(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], job, e);
  if (!rc) clu_accept(rq, rs, deployment_job, (const str[]){rq->params[0], rq->params[1], str_of(job)});
  return rc;
}

static err_code get_deployment_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_DEPLOY, rq->params[0], rq->params[1], rq->params[2], e);
}

static err_code swap_deployments(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  str first, second;
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = jn_req_str(&root, "firstDeploymentName", &first, e);
  if (!rc) rc = jn_req_str(&root, "secondDeploymentName", &second, e);
  if (!rc) rc = deployments_swap(api_service(rq), rq->resource.name, rq->params[0], first, second, job, e);
  if (!rc) clu_accept(rq, rs, "/projects/{}/deployments/swap/jobs/{}", (const str[]){rq->params[0], str_of(job)});
  jn_free(doc);
  return rc;
}

/* The path is also that of the jobs of a deployment which is named "swap". */
static err_code get_swap_job(const http_request *rq, http_response *rs, err *e) {
  err_code rc = clu_job_answer(rq, rs, JOB_SWAP, rq->params[0], STR_NONE, rq->params[1], e);
  if (rc != ERR_OPERATION_NOT_FOUND) return rc;
  return clu_job_answer(rq, rs, JOB_DEPLOY, rq->params[0], STR("swap"), rq->params[1], e);
}

#define D CLU_AUTHORING "/projects/{p}/deployments"
static const http_route routes[] = {
    {"D1", HTTP_GET, D, list_deployments, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"D6", HTTP_POST, D "/:swap", swap_deployments, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_SMALL_BODY},
    {"D7", HTTP_GET, D "/swap/jobs/{j}", get_swap_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0}, /* before D5 */
    {"D5", HTTP_GET, D "/{d}/jobs/{j}", get_deployment_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"D2", HTTP_GET, D "/{d}", get_deployment, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"D3", HTTP_PUT, D "/{d}", put_deployment, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_SMALL_BODY},
    {"D4", HTTP_DELETE, D "/{d}", delete_deployment, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
};
#undef D

const http_family api_clu_deployments = CLU_AUTHORING_FAMILY("clu-deployments", routes);
