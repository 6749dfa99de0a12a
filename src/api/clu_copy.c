/* clu_copy.c -- P11 to P13: copying a project to another resource, and where a copy arrives. Source:
 * reference clu-authoring §3. */
#include "api/clu_common.h"
#include "base/timeutil.h"
#include "project/clu_json.h"
#include "project/project.h"
#include "service/copying.h"

/* ---- P13, on the target -------------------------------------------------------------------------- */

static err_code read_kind(const jnode *root, str *kind, err *e) {
  err_code rc = jn_req_str(root, "projectKind", kind, e);
  if (rc) return rc;
  for (project_kind k = PROJECT_CONVERSATION; k <= PROJECT_ORCHESTRATION; k++)
    if (str_eq_nocase(*kind, str_of(project_kind_name(k)))) {
      *kind = str_of(project_kind_name(k));
      return ERR_OK;
    }
  jnode n = jn_get(root, "projectKind");
  return jn_fail(&n, e, "must be Conversation or Orchestration");
}

static void write_authorization(const copy_authorization *c, http_response *rs) {
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kstr(&w, "projectKind", c->project_kind);
  jw_kstr(&w, "targetProjectName", c->target_project);
  jw_kstr(&w, "accessToken", c->access_token);
  clu_time(&w, "expiresAt", c->expires_us, 0);
  jw_kstr(&w, "targetResourceId", c->target_resource_id);
  jw_kstr(&w, "targetResourceRegion", c->target_region);
  jw_end(&w);
}

static err_code authorize_copy(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  str kind, ignored;
  bool overwrite = false;
  copy_authorization c;
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = read_kind(&root, &kind, e);
  if (!rc) rc = jn_opt_str(&root, "storageInputContainerName", &ignored, NULL, e);
  if (!rc) rc = jn_opt_bool(&root, "allowOverwrite", &overwrite, NULL, e);
  if (!rc)
    rc = copy_authorize(api_service(rq), rq->resource.name, rq->params[0], kind, overwrite, http_base_url(rq),
                        rq->arena, &c, e);
  if (!rc) write_authorization(&c, rs);
  jn_free(doc);
  return rc;
}

/* ---- P11, P12, on the source --------------------------------------------------------------------- */

static err_code read_authorization(const jnode *root, copy_authorization *out, err *e) {
  str expires;
  err_code rc = read_kind(root, &out->project_kind, e);
  if (!rc) rc = jn_req_str(root, "targetProjectName", &out->target_project, e);
  if (!rc) rc = jn_req_str(root, "accessToken", &out->access_token, e);
  if (!rc) rc = jn_req_str(root, "expiresAt", &expires, e);
  if (!rc) rc = jn_req_str(root, "targetResourceId", &out->target_resource_id, e);
  if (!rc) rc = jn_req_str(root, "targetResourceRegion", &out->target_region, e);
  if (rc || time_parse_rfc3339(expires, &out->expires_us)) return rc;
  jnode n = jn_get(root, "expiresAt");
  return jn_fail(&n, e, "must be a time as in 2026-01-31T12:00:00Z");
}

static err_code copy_project(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  copy_authorization c = {0};
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = read_authorization(&root, &c, e);
  if (!rc) rc = copy_start(api_service(rq), rq->resource.name, rq->params[0], &c, job, e);
  if (!rc) clu_accept(rq, rs, "/projects/{}/copy/jobs/{}", (const str[]){rq->params[0], str_of(job)});
  jn_free(doc);
  return rc;
}

static err_code get_copy_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_COPY, rq->params[0], STR_NONE, rq->params[1], e);
}

#define P CLU_AUTHORING "/projects/{p}"
static const http_route routes[] = {
    {"P11", HTTP_POST, P "/:copy", copy_project, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_SMALL_BODY},
    {"P12", HTTP_GET, P "/copy/jobs/{j}", get_copy_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"P13", HTTP_POST, P "/:authorize-copy", authorize_copy, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_SMALL_BODY},
};
#undef P

const http_family api_clu_copy = CLU_AUTHORING_FAMILY("clu-copy", routes);

/* ---- where another server sends a copy ----------------------------------------------------------- */

static err_code receive_copy(const http_request *rq, http_response *rs, err *e) {
  err_code rc = copy_receive(api_service(rq), rq->ticket, rq->body, rq->arena, e);
  if (!rc) buf_add_str(&rs->body, STR("{}"));
  return rc;
}

static const http_route own_routes[] = {
    {"receive-copy", HTTP_POST, COPY_PATH, receive_copy, HTTP_CLASS_WRITE, HTTP_TICKET | HTTP_BLOCKING,
     CLU_IMPORT_BODY},
};

const http_family api_own_copies = {.name = "dragoman-copies",
                                    .prefix = COPY_PATH,
                                    .routes = own_routes,
                                    .route_count = ARRAY_LEN(own_routes),
                                    .write_error = clu_write_error,
                                    .headers = clu_authoring_headers,
                                    .header_count = CLU_AUTHORING_HEADERS,
                                    .request_id_headers = clu_authoring_id_headers};
