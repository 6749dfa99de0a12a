/* clu_deployments.c -- D1 to D9: deployments. Source: reference clu-authoring §6. */
#include "api/clu_common.h"
#include "service/deployments.h"

static const char deployment_job[] = "/projects/{}/deployments/{}/jobs/{}";

/* The newest preview calls the id of a resource by another name (reference §10). */
static void write_assigned(jw *w, const http_request *rq, const deployment_view *v) {
  if (!v->assigned_count) return;
  jw_key(w, "assignedResources");
  jw_arr(w);
  for (size_t i = 0; i < v->assigned_count; i++) {
    jw_obj(w);
    jw_kstr(w, clu_is_version(rq, "2025-11-15-preview") ? "azureResourceId" : "resourceId", v->assigned[i].resource_id);
    jw_kstr(w, "region", v->assigned[i].region);
    jw_end(w);
  }
  jw_end(w);
}

static void write_deployment(jw *w, const http_request *rq, const deployment_view *v) {
  jw_obj(w);
  jw_kstr(w, "deploymentName", v->name);
  jw_kstr(w, "modelId", v->model_id);
  clu_time(w, "lastTrainedDateTime", v->trained_us, 7);
  clu_time(w, "lastDeployedDateTime", v->deployed_us, 0);
  jw_kstr(w, "deploymentExpirationDate", v->expiration_date);
  jw_kstr(w, "modelTrainingConfigVersion", v->config_version);
  write_assigned(w, rq, v);
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
  for (size_t i = 0; i < n; i++) write_deployment(&w, rq, &v[i]);
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

static err_code get_deployment(const http_request *rq, http_response *rs, err *e) {
  deployment_view v;
  err_code rc = deployments_get(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &v, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  write_deployment(&w, rq, &v);
  return ERR_OK;
}

/* "Also on these resources", in either spelling: ids, or objects with an id. */
static err_code read_resources(const http_request *rq, const jnode *root, str **ids, size_t *n, err *e) {
  jnode plain, objects;
  bool has_plain, has_objects;
  err_code rc = jn_opt_arr(root, "assignedResourceIds", &plain, &has_plain, e);
  if (!rc) rc = jn_opt_arr(root, "assignedResources", &objects, &has_objects, e);
  if (rc) return rc;
  size_t plain_count = has_plain ? jn_len(&plain) : 0, object_count = has_objects ? jn_len(&objects) : 0;
  *ids = ARENA_ARRAY(rq->arena, str, plain_count + object_count);
  *n = 0;
  for (size_t i = 0; !rc && i < plain_count; i++) {
    jnode item = jn_at(&plain, i);
    rc = jn_want_str(&item, &(*ids)[(*n)++], e);
  }
  for (size_t i = 0; !rc && i < object_count; i++) {
    jnode item = jn_at(&objects, i), id = jn_get(&item, "azureResourceId");
    rc = jn_req_str(&item, jn_typeof(&id) == JN_STR ? "azureResourceId" : "resourceId", &(*ids)[(*n)++], e);
  }
  return rc;
}

static err_code put_deployment(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  str model_label, *ids;
  size_t n;
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = jn_req_str(&root, "trainedModelLabel", &model_label, e);
  if (!rc) rc = read_resources(rq, &root, &ids, &n, e);
  if (!rc)
    rc = deployments_put_on(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], model_label, ids, n, job,
                            e);
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

static err_code delete_from_resources(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc = NULL;
  jnode root;
  str *ids = NULL;
  size_t n = 0;
  char job[ID_JOB_LEN + 1];
  err_code rc = rq->body.n ? clu_body(rq, &doc, &root, rs, e) : ERR_OK;
  if (!rc && doc) rc = clu_resource_ids(rq, &root, false, &ids, &n, e);
  if (!rc)
    rc = deployments_delete_from_resources(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], ids, n,
                                           job, e);
  if (!rc)
    clu_accept(rq, rs, "/projects/{}/deployments/{}/delete-from-resources/jobs/{}",
               (const str[]){rq->params[0], rq->params[1], str_of(job)});
  jn_free(doc);
  return rc;
}

static err_code get_delete_from_resources_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_DELETE_FROM_RESOURCES, rq->params[0], rq->params[1], rq->params[2], e);
}

#define D CLU_AUTHORING "/projects/{p}/deployments"
static const http_route routes[] = {
    {"D1", HTTP_GET, D, list_deployments, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"D6", HTTP_POST, D "/:swap", swap_deployments, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_OWNER, CLU_SMALL_BODY},
    {"D7", HTTP_GET, D "/swap/jobs/{j}", get_swap_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0}, /* before D5 */
    {"D8", HTTP_POST, D "/{d}/:delete-from-resources", delete_from_resources, HTTP_CLASS_WRITE,
     HTTP_BLOCKING | HTTP_FOR_OWNER, CLU_SMALL_BODY},
    {"D9", HTTP_GET, D "/{d}/delete-from-resources/jobs/{j}", get_delete_from_resources_job, HTTP_CLASS_READ,
     HTTP_BLOCKING, 0},
    {"D5", HTTP_GET, D "/{d}/jobs/{j}", get_deployment_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"D2", HTTP_GET, D "/{d}", get_deployment, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"D3", HTTP_PUT, D "/{d}", put_deployment, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_OWNER, CLU_SMALL_BODY},
    {"D4", HTTP_DELETE, D "/{d}", delete_deployment, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
};
#undef D

const http_family api_clu_deployments = CLU_AUTHORING_FAMILY("clu-deployments", routes);
