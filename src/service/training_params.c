#include "service/training_params.h"

#include "base/timeutil.h"

const char *training_mode__name(training_mode mode) {
  return mode == TRAINING_ADVANCED ? "advanced" : "standard";
}

/* ---- evaluation options -------------------------------------------------------------------------- */

void evaluation_options__write(jw *w, const evaluation_options *o) {
  jw_obj(w);
  jw_kcstr(w, "kind", o->kind == SPLIT_MANUAL ? "manual" : "percentage");
  if (o->kind == SPLIT_PERCENTAGE) {
    jw_kint(w, "trainingSplitPercentage", o->training_percent);
    jw_kint(w, "testingSplitPercentage", o->testing_percent);
  }
  jw_end(w);
}

err_code evaluation_options__read(const jnode *n, evaluation_options *out, err *e) {
  str kind = STR("percentage");
  int64_t training = 80, testing = 20;
  err_code rc = jn_opt_str(n, "kind", &kind, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_int(n, "trainingSplitPercentage", 0, 100, &training, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_int(n, "testingSplitPercentage", 0, 100, &testing, NULL, e);
  if (rc != ERR_OK) return rc;
  *out = (evaluation_options){.kind = str_eq(kind, STR("manual")) ? SPLIT_MANUAL : SPLIT_PERCENTAGE,
                              .training_percent = (int)training,
                              .testing_percent = (int)testing};
  return ERR_OK;
}

err_code evaluation_options__check(const evaluation_options *o, err *e) {
  if (o->kind == SPLIT_MANUAL) return ERR_OK;
  if (o->training_percent >= 0 && o->testing_percent >= 0 && o->training_percent + o->testing_percent == 100)
    return ERR_OK;
  return err_at(e, ERR_INVALID_ARGUMENT, "evaluationOptions",
                "trainingSplitPercentage and testingSplitPercentage must add up to 100");
}

/* ---- parameters ---------------------------------------------------------------------------------- */

static str take_text(buf *json, arena *a) {
  str text = arena_str(a, buf_str(json));
  buf_free(json);
  return text;
}

str training_params__text(const training_params *p, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kstr(&w, "modelLabel", p->label);
  jw_kstr(&w, "trainingConfigVersion", p->config_version);
  jw_kcstr(&w, "trainingMode", training_mode__name(p->mode));
  jw_key(&w, "evaluationOptions");
  evaluation_options__write(&w, &p->evaluation);
  if (p->luis_app.n) jw_kstr(&w, "luisApp", p->luis_app);
  jw_end(&w);
  return take_text(&json, a);
}

err_code training_params__read(const jnode *n, arena *a, training_params *out, err *e) {
  training_params p = {0};
  str mode;
  jnode options;
  err_code rc = jn_req_str(n, "modelLabel", &p.label, e);
  if (rc == ERR_OK) rc = jn_req_str(n, "trainingConfigVersion", &p.config_version, e);
  if (rc == ERR_OK) rc = jn_req_str(n, "trainingMode", &mode, e);
  if (rc == ERR_OK) rc = jn_req_obj(n, "evaluationOptions", &options, e);
  if (rc == ERR_OK) rc = evaluation_options__read(&options, &p.evaluation, e);
  if (rc == ERR_OK) rc = jn_opt_str(n, "luisApp", &p.luis_app, NULL, e);
  if (rc != ERR_OK) return rc;
  p.label = arena_str(a, p.label);
  p.config_version = arena_str(a, p.config_version);
  p.luis_app = arena_str(a, p.luis_app);
  p.mode = str_eq(mode, STR("advanced")) ? TRAINING_ADVANCED : TRAINING_STANDARD;
  *out = p;
  return ERR_OK;
}

err_code training_params__parse(str json, arena *a, training_params *out, err *e) {
  jdoc *doc = NULL;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = training_params__read(&root, a, out, e);
  jn_free(doc);
  return rc;
}

train_options training_params__options(const training_params *p) {
  return (train_options){.mode = p->mode,
                         .seed = 0,
                         .config_version = p->config_version,
                         .split = p->evaluation.kind,
                         .training_percent = p->evaluation.training_percent,
                         .threads = 1};
}

/* ---- state --------------------------------------------------------------------------------------- */

static void write_time(jw *w, const char *key, int64_t t_us) {
  char text[TIME_RFC3339_MAX];
  if (!t_us) return;
  time_rfc3339(t_us, 7, text);
  jw_kcstr(w, key, text);
}

static void write_sub_status(jw *w, const char *key, const sub_status *s) {
  jw_key(w, key);
  jw_obj(w);
  jw_kint(w, "percentComplete", s->percent);
  write_time(w, "startDateTime", s->started_us);
  write_time(w, "endDateTime", s->ended_us);
  jw_kcstr(w, "status", s->status);
  jw_end(w);
}

str training_state__text(const training_state *st, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kstr(&w, "modelLabel", st->params.label);
  jw_kstr(&w, "trainingConfigVersion", st->params.config_version);
  jw_kcstr(&w, "trainingMode", training_mode__name(st->params.mode));
  write_time(&w, "estimatedEndDateTime", st->estimated_end_us);
  write_sub_status(&w, "trainingStatus", &st->training);
  write_sub_status(&w, "evaluationStatus", &st->evaluation);
  jw_end(&w);
  return take_text(&json, a);
}
