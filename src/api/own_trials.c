/* own_trials.c -- a shadow or a canary beside a deployment. Described in doc/deployments.md. */
#include "api/own_common.h"
#include "service/trials.h"

enum { CANARY_PERCENT_DEFAULT = 5 };

/* ---- reading requests -------------------------------------------------------------------------- */

static err_code read_sticky(const jnode *root, trial_sticky *out, err *e) {
  str name = STR_NONE;
  err_code rc = jn_opt_str(root, "stickyBy", &name, NULL, e);
  if (rc || !name.p || trial_sticky_parse(name, out)) return rc;
  jnode n = jn_get(root, "stickyBy");
  return jn_fail(&n, e, "must be participant, conversation or text");
}

static err_code read_bounds(const jnode *root, trial_settings *out, err *e) {
  out->max_error_rate = out->max_none_rate = out->max_disagreement = -1;
  err_code rc = jn_opt_num(root, "maxErrorRate", 0, 1, &out->max_error_rate, NULL, e);
  if (!rc) rc = jn_opt_num(root, "maxNoneRate", 0, 1, &out->max_none_rate, NULL, e);
  if (!rc) rc = jn_opt_num(root, "maxDisagreement", 0, 1, &out->max_disagreement, NULL, e);
  if (!rc) rc = jn_opt_int(root, "window", 1, TRIAL_WINDOW_MAX, &out->window, NULL, e);
  return rc;
}

static err_code read_request(const jnode *root, trial_kind kind, trial_request *out, err *e) {
  bool canary = kind == TRIAL_CANARY;
  out->kind = kind;
  out->settings = (trial_settings){.percent = canary ? CANARY_PERCENT_DEFAULT : 100,
                                   .sticky = canary ? STICKY_PARTICIPANT : STICKY_TEXT,
                                   .window = TRIAL_WINDOW_DEFAULT};
  err_code rc = jn_req_str(root, "trainedModelLabel", &out->model_label, e);
  if (!rc) rc = jn_opt_num(root, "percent", 0, 100, &out->settings.percent, NULL, e);
  if (!rc && canary) rc = read_sticky(root, &out->settings.sticky, e);
  if (!rc) rc = read_bounds(root, &out->settings, e);
  return rc;
}

/* ---- operations -------------------------------------------------------------------------------- */

static err_code put_trial(const http_request *rq, trial_kind kind, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  trial_request r = {.deployment = rq->params[1]};
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = read_request(&root, kind, &r, e);
  if (!rc) rc = trial_start(api_service(rq), rq->resource.name, rq->params[0], &r, job, e);
  if (!rc) own_accept(rq, rs, rq->params[0], job);
  jn_free(doc);
  return rc;
}

static err_code delete_trial(const http_request *rq, trial_kind kind, http_response *rs, err *e) {
  char job[ID_JOB_LEN + 1];
  err_code rc = trial_end(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], kind, job, e);
  if (!rc) own_accept(rq, rs, rq->params[0], job);
  return rc;
}

static void write_bound(jw *w, const char *key, double bound) {
  if (bound >= 0) jw_knum(w, key, bound);
}

static void write_settings(jw *w, trial_kind kind, const trial_settings *t) {
  jw_knum(w, "percent", t->percent);
  if (kind == TRIAL_SHADOW) return;
  jw_kcstr(w, "stickyBy", trial_sticky_name(t->sticky));
  write_bound(w, "maxErrorRate", t->max_error_rate);
  write_bound(w, "maxNoneRate", t->max_none_rate);
  write_bound(w, "maxDisagreement", t->max_disagreement);
  jw_kint(w, "window", t->window);
}

static err_code get_trial(const http_request *rq, trial_kind kind, http_response *rs, err *e) {
  trial_view v;
  err_code rc = trial_get(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], kind, rq->arena, &v, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kstr(&w, "deploymentName", v.deployment);
  jw_kstr(&w, "modelId", v.model_id);
  jw_kstr(&w, "trainedModelLabel", v.model_label);
  write_settings(&w, kind, &v.settings);
  jw_kstr(&w, "status", v.state);
  if (v.reason.n) jw_kstr(&w, "reason", v.reason);
  clu_time(&w, "startDateTime", v.started_us, 6);
  clu_time(&w, "endDateTime", v.ended_us, 6);
  if (kind == TRIAL_CANARY) {
    jw_kint(&w, "answered", v.answered);
    jw_kint(&w, "errors", v.errors);
    jw_kint(&w, "noneAnswers", v.none_answers);
  }
  jw_kint(&w, "compared", v.compared);
  jw_kint(&w, "intentDiffers", v.intent_differs);
  jw_kint(&w, "entitiesDiffer", v.entities_differ);
  jw_kint(&w, "dropped", v.dropped);
  jw_end(&w);
  return ERR_OK;
}

static err_code put_shadow(const http_request *rq, http_response *rs, err *e) {
  return put_trial(rq, TRIAL_SHADOW, rs, e);
}
static err_code put_canary(const http_request *rq, http_response *rs, err *e) {
  return put_trial(rq, TRIAL_CANARY, rs, e);
}
static err_code get_shadow(const http_request *rq, http_response *rs, err *e) {
  return get_trial(rq, TRIAL_SHADOW, rs, e);
}
static err_code get_canary(const http_request *rq, http_response *rs, err *e) {
  return get_trial(rq, TRIAL_CANARY, rs, e);
}
static err_code delete_shadow(const http_request *rq, http_response *rs, err *e) {
  return delete_trial(rq, TRIAL_SHADOW, rs, e);
}
static err_code delete_canary(const http_request *rq, http_response *rs, err *e) {
  return delete_trial(rq, TRIAL_CANARY, rs, e);
}

#define D OWN_PROJECTS "/{p}/deployments/{d}"
static const http_route routes[] = {
    {"shadow", HTTP_PUT, D "/shadow", put_shadow, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_OWNER, CLU_SMALL_BODY},
    {"shadow", HTTP_GET, D "/shadow", get_shadow, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"shadow", HTTP_DELETE, D "/shadow", delete_shadow, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
    {"canary", HTTP_PUT, D "/canary", put_canary, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_OWNER, CLU_SMALL_BODY},
    {"canary", HTTP_GET, D "/canary", get_canary, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"canary", HTTP_DELETE, D "/canary", delete_canary, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
};
#undef D

const http_family api_own_trials = OWN_FAMILY("dragoman-trials", routes);
