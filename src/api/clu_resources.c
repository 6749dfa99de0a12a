/* clu_resources.c -- R1 to R6: resources that a project may be deployed to. Source: reference
 * clu-authoring §7, regions-and-recovery §3. */
#include "api/clu_common.h"
#include "service/project_resources.h"

static err_code list_resources(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  assignment_view *v;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc)
    rc = project_resources_list(api_service(rq), rq->resource.name, rq->params[0], pg.at, rq->arena, &v, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) {
    jw_obj(&w);
    jw_kstr(&w, "azureResourceId", v[i].azure_resource_id);
    jw_kstr(&w, "region", v[i].region);
    jw_end(&w);
  }
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

/* [{azureResourceId, customDomain, region}], which the newest preview names projectResources. */
static err_code read_claims(const http_request *rq, const jnode *root, resource_claim **claims, size_t *n, err *e) {
  jnode list = jn_get(root, "projectResources");
  err_code rc = ERR_OK;
  if (jn_typeof(&list) != JN_ARR) rc = jn_req_arr(root, "resourcesMetadata", &list, e);
  if (rc) return rc;
  *n = jn_len(&list);
  *claims = ARENA_ARRAY(rq->arena, resource_claim, *n);
  if (!*n) return jn_fail(&list, e, "name at least one resource");
  for (size_t i = 0; !rc && i < *n; i++) {
    jnode item = jn_at(&list, i);
    resource_claim *c = &(*claims)[i];
    rc = jn_req_str(&item, "azureResourceId", &c->azure_resource_id, e);
    if (!rc) rc = jn_req_str(&item, "customDomain", &c->custom_domain, e);
    if (!rc) rc = jn_req_str(&item, "region", &c->region, e);
  }
  return rc;
}

static err_code assign_resources(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  resource_claim *claims;
  size_t n;
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = read_claims(rq, &root, &claims, &n, e);
  if (!rc) rc = project_resources_assign(api_service(rq), rq->resource.name, rq->params[0], claims, n, job, e);
  if (!rc) clu_accept(rq, rs, "/projects/{}/resources/assign/jobs/{}", (const str[]){rq->params[0], str_of(job)});
  jn_free(doc);
  return rc;
}

static err_code get_assign_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_ASSIGN, rq->params[0], STR_NONE, rq->params[1], e);
}

static err_code unassign_resources(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  str *ids;
  size_t n;
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = clu_resource_ids(rq, &root, true, &ids, &n, e);
  if (!rc) rc = project_resources_unassign(api_service(rq), rq->resource.name, rq->params[0], ids, n, job, e);
  if (!rc) clu_accept(rq, rs, "/projects/{}/resources/unassign/jobs/{}", (const str[]){rq->params[0], str_of(job)});
  jn_free(doc);
  return rc;
}

static err_code get_unassign_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_UNASSIGN, rq->params[0], STR_NONE, rq->params[1], e);
}

static void write_foreign(jw *w, const foreign_project *p) {
  jw_obj(w);
  jw_kstr(w, "projectName", p->name);
  jw_key(w, "deploymentsMetadata");
  jw_arr(w);
  for (size_t i = 0; i < p->deployment_count; i++) {
    const foreign_deployment *d = &p->deployments[i];
    jw_obj(w);
    jw_kstr(w, "deploymentName", d->name);
    clu_time(w, "lastDeployedDateTime", d->deployed_us, 0);
    jw_kstr(w, "deploymentExpirationDate", d->expiration_date);
    jw_end(w);
  }
  jw_end(w);
  jw_end(w);
}

static err_code list_foreign(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  foreign_project *v;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc) rc = project_resources_foreign(api_service(rq), rq->resource.name, pg.at, rq->arena, &v, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) write_foreign(&w, &v[i]);
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

#define P CLU_AUTHORING "/projects"
static const http_route routes[] = {
    {"R1", HTTP_GET, P "/{p}/resources", list_resources, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"R2", HTTP_POST, P "/{p}/resources/:assign", assign_resources, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_OWNER,
     CLU_SMALL_BODY},
    {"R3", HTTP_GET, P "/{p}/resources/assign/jobs/{j}", get_assign_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"R4", HTTP_POST, P "/{p}/resources/:unassign", unassign_resources, HTTP_CLASS_WRITE,
     HTTP_BLOCKING | HTTP_FOR_OWNER, CLU_SMALL_BODY},
    {"R5", HTTP_GET, P "/{p}/resources/unassign/jobs/{j}", get_unassign_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"R6", HTTP_GET, P "/global/deployments/resources", list_foreign, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
};
#undef P

/* Stands before the deployments, whose D2 has the shape of R6. */
const http_family api_clu_resources = CLU_AUTHORING_FAMILY("clu-resources", routes);
