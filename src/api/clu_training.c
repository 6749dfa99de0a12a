/* clu_training.c -- T1 to T4: training jobs. Source: reference clu-authoring §4. */
#include "api/clu_training.h"

#include "api/clu_common.h"

static const char train_job[] = "/projects/{}/train/jobs/{}";

err_code clu_evaluation_options(const jnode *n, evaluation_options *out, err *e) {
  *out = (evaluation_options){SPLIT_PERCENTAGE, 80, 20};
  if (jn_typeof(n) == JN_ABSENT || jn_typeof(n) == JN_NULL) return ERR_OK;
  str kind = STR("percentage");
  bool has_training, has_testing;
  int64_t training = 80, testing = 20;
  err_code rc = jn_want_obj(n, e);
  if (!rc) rc = jn_opt_str(n, "kind", &kind, NULL, e);
  if (!rc) rc = jn_opt_int(n, "trainingSplitPercentage", 0, 100, &training, &has_training, e);
  if (!rc) rc = jn_opt_int(n, "testingSplitPercentage", 0, 100, &testing, &has_testing, e);
  if (rc) return rc;
  if (str_eq_nocase(kind, STR("manual"))) {
    out->kind = SPLIT_MANUAL;
  } else if (!str_eq_nocase(kind, STR("percentage"))) {
    jnode k = jn_get(n, "kind");
    return jn_fail(&k, e, "must be percentage or manual");
  }
  if (has_training && !has_testing) testing = 100 - training;
  if (has_testing && !has_training) training = 100 - testing;
  if (out->kind == SPLIT_PERCENTAGE && training + testing != 100)
    return jn_fail(n, e, "trainingSplitPercentage and testingSplitPercentage must add up to 100");
  if (out->kind == SPLIT_PERCENTAGE && !training) return jn_fail(n, e, "nothing would be left to train on");
  out->training_percent = (int)training;
  out->testing_percent = (int)testing;
  return ERR_OK;
}

static err_code read_mode(const jnode *root, training_mode *mode, err *e) {
  str name;
  err_code rc = jn_req_str(root, "trainingMode", &name, e);
  if (rc) return rc;
  *mode = str_eq_nocase(name, STR("advanced")) ? TRAINING_ADVANCED : TRAINING_STANDARD;
  if (*mode == TRAINING_ADVANCED || str_eq_nocase(name, STR("standard"))) return ERR_OK;
  jnode n = jn_get(root, "trainingMode");
  return jn_fail(&n, e, "must be standard or advanced");
}

static err_code read_config_version(const jnode *root, str *version, err *e) {
  *version = STR("latest");
  err_code rc = jn_opt_str(root, "trainingConfigVersion", version, NULL, e);
  if (rc || config_version_find(*version)) return rc;
  jnode n = jn_get(root, "trainingConfigVersion");
  return jn_fail(&n, e, "the training configuration version is not known here");
}

/* Generating utterances needs a language model; asking for it and not getting it would mislead. */
static err_code refuse_data_generation(const jnode *root, err *e) {
  jnode settings;
  bool present, wanted = false;
  err_code rc = jn_opt_obj(root, "dataGenerationSettings", &settings, &present, e);
  if (!rc && present) rc = jn_opt_bool(&settings, "enableDataGeneration", &wanted, NULL, e);
  if (rc || !wanted) return rc;
  return jn_fail(&settings, e, "data generation is not available on this server");
}

static err_code read_training(const jnode *root, training_request *out, err *e) {
  err_code rc = jn_req_str(root, "modelLabel", &out->label, e);
  if (!rc) rc = read_mode(root, &out->mode, e);
  if (!rc) rc = read_config_version(root, &out->config_version, e);
  if (!rc) rc = refuse_data_generation(root, e);
  if (rc) return rc;
  jnode options = jn_get(root, "evaluationOptions");
  return clu_evaluation_options(&options, &out->evaluation, e);
}

static err_code start_training(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  training_request r = {0};
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = read_training(&root, &r, e);
  if (!rc) rc = training_start(api_service(rq), rq->resource.name, rq->params[0], &r, job, e);
  if (!rc) clu_accept(rq, rs, train_job, (const str[]){rq->params[0], str_of(job)});
  jn_free(doc);
  return rc;
}

static err_code list_training_jobs(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  job_view *jobs;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc)
    rc = job_list(api_service(rq), rq->resource.name, JOB_TRAIN, rq->params[0], pg.at, rq->arena, &jobs, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) {
    clu_job_begin(&w, &jobs[i]);
    jw_end(&w);
  }
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

static err_code get_training_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_TRAIN, rq->params[0], STR_NONE, rq->params[1], e);
}

static err_code cancel_training(const http_request *rq, http_response *rs, err *e) {
  err_code rc = training_cancel(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], e);
  if (!rc) clu_accept(rq, rs, train_job, rq->params);
  return rc;
}

#define P CLU_AUTHORING "/projects/{p}"
static const http_route routes[] = {
    {"T1", HTTP_POST, P "/:train", start_training, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_SMALL_BODY},
    {"T2", HTTP_GET, P "/train/jobs", list_training_jobs, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"T3", HTTP_GET, P "/train/jobs/{j}", get_training_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"T4", HTTP_POST, P "/train/jobs/{j}/:cancel", cancel_training, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
};
#undef P

const http_family api_clu_training = CLU_AUTHORING_FAMILY("clu-training", routes);
