/* clu_exported_models.c -- X1 to X5: exported models; and their bundles. Source: reference clu-authoring
 * §8, doc/deployments.md. */
#include "api/own_common.h"
#include "service/exported_models.h"

static const char job_path[] = "/projects/{}/exported-models/{}/jobs/{}";

static void write_exported(jw *w, const exported_model_view *v) {
  jw_obj(w);
  jw_kstr(w, "exportedModelName", v->name);
  jw_kstr(w, "modelId", v->model_id);
  clu_time(w, "lastTrainedDateTime", v->trained_us, 0);
  clu_time(w, "lastExportedModelDateTime", v->exported_us, 0);
  jw_kstr(w, "modelExpirationDate", v->expiration_date);
  jw_kstr(w, "modelTrainingConfigVersion", v->config_version);
  jw_end(w);
}

static err_code list_exported(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  exported_model_view *v;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc)
    rc = exported_models_list(api_service(rq), rq->resource.name, rq->params[0], pg.at, rq->arena, &v, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) write_exported(&w, &v[i]);
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

static err_code get_exported(const http_request *rq, http_response *rs, err *e) {
  exported_model_view v;
  err_code rc = exported_models_get(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &v, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  write_exported(&w, &v);
  return ERR_OK;
}

static err_code put_exported(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  str label;
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = jn_req_str(&root, "trainedModelLabel", &label, e);
  if (!rc) rc = exported_models_put(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], label, job, e);
  if (!rc) clu_accept(rq, rs, job_path, (const str[]){rq->params[0], rq->params[1], str_of(job)});
  jn_free(doc);
  return rc;
}

static err_code delete_exported(const http_request *rq, http_response *rs, err *e) {
  char job[ID_JOB_LEN + 1];
  err_code rc = exported_models_delete(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], job, e);
  if (!rc) clu_accept(rq, rs, job_path, (const str[]){rq->params[0], rq->params[1], str_of(job)});
  return rc;
}

static err_code get_exported_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_EXPORT_MODEL, rq->params[0], rq->params[1], rq->params[2], e);
}

#define X CLU_AUTHORING "/projects/{p}/exported-models"
static const http_route routes[] = {
    {"X1", HTTP_GET, X, list_exported, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"X5", HTTP_GET, X "/{x}/jobs/{j}", get_exported_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"X2", HTTP_GET, X "/{x}", get_exported, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"X3", HTTP_PUT, X "/{x}", put_exported, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_SMALL_BODY},
    {"X4", HTTP_DELETE, X "/{x}", delete_exported, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
};
#undef X

const http_family api_clu_exported_models = CLU_AUTHORING_FAMILY("clu-exported-models", routes);

/* ---- the file ------------------------------------------------------------------------------------ */

static err_code get_bundle(const http_request *rq, http_response *rs, err *e) {
  err_code rc =
      exported_models_bundle(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &rs->body, e);
  if (!rc) rs->content_type = "application/octet-stream";
  return rc;
}

static const http_route own_routes[] = {
    {"bundle", HTTP_GET, OWN_PROJECTS "/{p}/exported-models/{x}/bundle", get_bundle, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
};

const http_family api_own_bundles = OWN_FAMILY("dragoman-bundles", own_routes);
