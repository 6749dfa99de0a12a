/* clu_models.c -- M1 to M9: trained models, their evaluation and snapshots. Source: reference
 * clu-authoring §5. */
#include "api/clu_common.h"
#include "api/clu_training.h"

static void write_model(jw *w, const model_view *v) {
  jw_obj(w);
  jw_kstr(w, "label", v->label);
  jw_kstr(w, "modelId", v->model_id);
  clu_time(w, "lastTrainedDateTime", v->trained_us, 0);
  jw_kint(w, "lastTrainingDurationInSeconds", v->duration_s);
  jw_kstr(w, "modelExpirationDate", v->expiration_date);
  jw_kstr(w, "modelTrainingConfigVersion", v->config_version);
  jw_kbool(w, "hasSnapshot", v->has_snapshot);
  jw_end(w);
}

static err_code list_models(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  model_view *v;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc) rc = models_list(api_service(rq), rq->resource.name, rq->params[0], pg.at, rq->arena, &v, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) write_model(&w, &v[i]);
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

static err_code get_model(const http_request *rq, http_response *rs, err *e) {
  model_view v;
  err_code rc = models_get(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &v, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  write_model(&w, &v);
  return ERR_OK;
}

static err_code delete_model(const http_request *rq, http_response *rs, err *e) {
  err_code rc = models_delete(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], e);
  if (!rc) rs->status = 204;
  return rc;
}

static err_code get_evaluation_result(const http_request *rq, http_response *rs, err *e) {
  offset_unit unit;
  clu_page pg;
  str *items;
  size_t n, total;
  err_code rc = clu_string_index_type(rq, &unit, e);
  if (!rc) rc = clu_page_parse(rq, &pg, e);
  if (!rc)
    rc = models_evaluation_items(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], unit, pg.at,
                                 rq->arena, &items, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) jw_raw(&w, items[i]);
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

static err_code get_evaluation_summary(const http_request *rq, http_response *rs, err *e) {
  str json;
  err_code rc =
      models_evaluation_summary(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &json, e);
  if (!rc) buf_add_str(&rs->body, json);
  return rc;
}

static err_code load_snapshot(const http_request *rq, http_response *rs, err *e) {
  char job[ID_JOB_LEN + 1];
  err_code rc = models_load_snapshot(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], job, e);
  if (!rc)
    clu_accept(rq, rs, "/projects/{}/models/{}/load-snapshot/jobs/{}",
               (const str[]){rq->params[0], rq->params[1], str_of(job)});
  return rc;
}

static err_code get_load_snapshot_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_LOAD_SNAPSHOT, rq->params[0], rq->params[1], rq->params[2], e);
}

static err_code evaluate_model(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  evaluation_options o;
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = clu_evaluation_options(&root, &o, e);
  if (!rc) rc = models_evaluate(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], &o, job, e);
  if (!rc)
    clu_accept(rq, rs, "/projects/{}/models/{}/evaluate/jobs/{}",
               (const str[]){rq->params[0], rq->params[1], str_of(job)});
  jn_free(doc);
  return rc;
}

static err_code get_evaluate_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_EVALUATE, rq->params[0], rq->params[1], rq->params[2], e);
}

#define M CLU_AUTHORING "/projects/{p}/models"
static const http_route routes[] = {
    {"M1", HTTP_GET, M, list_models, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"M6", HTTP_POST, M "/{m}/:load-snapshot", load_snapshot, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
    {"M6", HTTP_POST, M "/{m}:load-snapshot", load_snapshot, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0}, /* as docs print it */
    {"M7", HTTP_GET, M "/{m}/load-snapshot/jobs/{j}", get_load_snapshot_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"M7", HTTP_GET, M "/{m}/jobs/{j}", get_load_snapshot_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0}, /* likewise */
    {"M8", HTTP_POST, M "/{m}/:evaluate", evaluate_model, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_SMALL_BODY},
    {"M9", HTTP_GET, M "/{m}/evaluate/jobs/{j}", get_evaluate_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"M4", HTTP_GET, M "/{m}/evaluation/result", get_evaluation_result, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"M5", HTTP_GET, M "/{m}/evaluation/summary-result", get_evaluation_summary, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"M2", HTTP_GET, M "/{m}", get_model, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"M3", HTTP_DELETE, M "/{m}", delete_model, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
};
#undef M

const http_family api_clu_models = CLU_AUTHORING_FAMILY("clu-models", routes);
