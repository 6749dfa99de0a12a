#include "service/luis_training.h"

#include "base/json_in.h"
#include "base/json_out.h"
#include "base/timeutil.h"
#include "service/luis_int.h"
#include "service/service_int.h"
#include "service/training_params.h"

/* DESIGN. The row of a version counts the edits of its document (edits), and says which count the newest training was
 * asked for (training_edits, its job in training_job, its models in training) and which the newest model was made
 * of (trained_edits). The job's row says how the training goes; when it succeeds, luis__trained moves trained_edits in
 * the job's own transaction. So no crash leaves a version between two states, and an edit beside a training leaves the
 * version in need of the next. */

#define FEW_LABELS "FewLabels"
#define BLOCKED    "BlockedByOtherModels"

const char *luis_model_status_name(luis_model_status s) {
  switch (s) {
  case LUIS_SUCCESS: return "Success";
  case LUIS_FAIL: return "Fail";
  case LUIS_UP_TO_DATE: return "UpToDate";
  case LUIS_RUNNING: return "InProgress";
  case LUIS_QUEUED: return "Queued";
  }
  return "";
}

/* ---- the state of the newest training ---------------------------------------------------------- */

typedef struct state {
  luis_model_status status;
  str reason; /* of a failure */
} state;

/* [{"message": …}] */
static str first_message(str errors, arena *a) {
  jdoc *doc = NULL;
  err ignored;
  str message = STR("Unknown");
  if (!errors.n || jn_parse(errors, &doc, &ignored) != ERR_OK) return message;
  jnode root = jn_root(doc);
  if (jn_typeof(&root) == JN_ARR && jn_len(&root)) {
    jnode first = jn_at(&root, 0), text = jn_get(&first, "message");
    if (jn_typeof(&text) == JN_STR) message = arena_str(a, jn_str(&text));
  }
  jn_free(doc);
  return message;
}

static state state_of(const store_luis_version *v, const store_job *job, arena *a) {
  if (job && str_eq(job->status, STR("notStarted"))) return (state){LUIS_QUEUED, STR_NONE};
  if (job && (str_eq(job->status, STR("running")) || str_eq(job->status, STR("cancelling"))))
    return (state){LUIS_RUNNING, STR_NONE};
  if (v->training_job.n && v->trained_edits == v->training_edits) return (state){LUIS_SUCCESS, STR_NONE};
  if (job && str_eq(job->status, STR("cancelled"))) return (state){LUIS_FAIL, STR("Cancelled")};
  return (state){LUIS_FAIL, v->training_job.n ? first_message(job ? job->errors : STR(""), a) : STR(BLOCKED)};
}

/* A job's row lives for a week; what it did stays in the version's. */
static err_code training_state_of(store_tx *tx, const store_luis_version *v, arena *a, state *out, err *e) {
  store_job job;
  err why;
  err_code rc = v->training_job.n ? store_job_get(tx, v->training_job, a, &job, &why) : ERR_OPERATION_NOT_FOUND;
  if (rc != ERR_OK && rc != ERR_OPERATION_NOT_FOUND) {
    if (e) *e = why;
    return rc;
  }
  *out = state_of(v, rc == ERR_OK ? &job : NULL, a);
  return ERR_OK;
}

static bool is_under_way(luis_model_status s) {
  return s == LUIS_QUEUED || s == LUIS_RUNNING;
}

err_code luis__training_status(store_tx *tx, const store_luis_version *v, arena *a, luis_training_status *out, err *e) {
  state st;
  err_code rc = training_state_of(tx, v, a, &st, e);
  if (rc != ERR_OK) return rc;
  if (v->training_job.n && is_under_way(st.status))
    *out = LUIS_IN_PROGRESS;
  else
    *out = v->trained_edits && v->trained_edits == v->edits ? LUIS_TRAINED : LUIS_NEEDS_TRAINING;
  return ERR_OK;
}

/* ---- start --------------------------------------------------------------------------------------- */

/* Texts and patterns of each intent. */
static void count_texts(const luis_app *app, size_t *counts) {
  for (size_t i = 0; i < app->utterance_count; i++) counts[app->utterances[i].intent]++;
  for (size_t i = 0; i < app->pattern_count; i++) counts[app->patterns[i].intent]++;
}

/* What is trained as JSON: [{"modelId", "exampleCount", "failureReason"?}]; *blocked: some intent has nothing to
 * learn from. None may be empty: everything else speaks for it. */
static err_code models_of(const luis_draft *d, arena *a, str *json, bool *blocked, err *e) {
  luis_app app;
  luis_trained *rows;
  size_t n, at = 0;
  err_code rc = luis_draft_app(d, a, &app, e);
  if (rc != ERR_OK) return rc;
  size_t *counts = ARENA_ARRAY(a, size_t, app.intent_count);
  count_texts(&app, counts);
  luis_draft_trained(d, a, &rows, &n);
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  jw_arr(&w);
  *blocked = false;
  for (size_t i = 0; i < n; i++) {
    bool empty = rows[i].is_intent && counts[at++] == 0 && !str_eq(rows[i].name, STR("None"));
    *blocked = *blocked || empty;
    jw_obj(&w);
    jw_kstr(&w, "modelId", rows[i].id);
    jw_kint(&w, "exampleCount", (int64_t)rows[i].example_count);
    if (empty) jw_kcstr(&w, "failureReason", FEW_LABELS);
    jw_end(&w);
  }
  jw_end(&w);
  *json = arena_str(a, buf_str(&out));
  buf_free(&out);
  return ERR_OK;
}

static training_params params_of(const store_luis_version *v, training_mode mode) {
  return (training_params){.label = v->version,
                           .config_version = str_of(config_version_find(STR(""))->version),
                           .mode = mode,
                           .luis_app = v->project,
                           .evaluation = {.kind = SPLIT_PERCENTAGE, .training_percent = 100}};
}

/* Commits tx with the job, whose snapshot is the draft as it is now. */
static err_code submit(service *s, store_tx *tx, store_luis_version *v, training_mode mode, arena *a, err *e) {
  char hash[SHA256_HEX + 1], job_id[ID_JOB_LEN + 1];
  training_params p = params_of(v, mode);
  training_state st = {.params = p, .training = {.status = "notStarted"}, .evaluation = {.status = "notStarted"}};
  err_code rc = store_blob_put(tx, v->document, hash, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  const new_job job = {.kind = JOB_TRAIN,
                       .resource = v->resource,
                       .project = v->project,
                       .subject = v->version,
                       .params = training_params__text(&p, a),
                       .document = str_of(hash),
                       .result = training_state__text(&st, a)};
  id_job(time_now_us(), job_id);
  v->training_job = str_of(job_id);
  rc = store_luis_version_put_state(tx, v, e);
  if (rc == ERR_OK) return job__submit_as(s, tx, &job, job_id, e);
  store_rollback(tx);
  return rc;
}

/* Finishes tx. */
static err_code start(service *s, store_tx *tx, store_luis_version *v, training_mode mode, arena *a,
                      luis_model_status *out, err *e) {
  luis_draft *d;
  bool blocked;
  err_code rc = luis_draft_read(v->document, a, &d, e);
  if (rc == ERR_OK) rc = models_of(d, a, &v->training, &blocked, e);
  *out = LUIS_QUEUED;
  v->training_edits = v->edits;
  if (rc == ERR_OK && !blocked) return submit(s, tx, v, mode, a, e);
  v->training_job = STR("");
  if (rc == ERR_OK) rc = store_luis_version_put_state(tx, v, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

err_code luis_training_start(service *s, str resource, str app_id, str version_id, training_mode mode,
                             luis_model_status *out, err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  luis_training_status status;
  arena a;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = luis__version(tx, resource, app_id, version_id, &a, &app, &v, e);
  if (rc == ERR_OK) rc = luis__training_status(tx, &v, &a, &status, e);
  bool asked_already = rc == ERR_OK && status == LUIS_IN_PROGRESS && v.training_edits == v.edits;
  if (rc != ERR_OK || asked_already || status == LUIS_TRAINED) {
    *out = asked_already ? LUIS_QUEUED : LUIS_UP_TO_DATE;
    store_rollback(tx);
  } else {
    rc = start(s, tx, &v, mode, &a, out, e);
  }
  arena_fini(&a);
  return rc;
}

/* ---- rows ---------------------------------------------------------------------------------------- */

static err_code read_row(const jnode *n, const state *st, int64_t trained_us, arena *a, luis_model_training *out,
                         err *e) {
  str id, reason = STR_NONE;
  int64_t examples;
  err_code rc = jn_req_str(n, "modelId", &id, e);
  if (rc == ERR_OK) rc = jn_req_int(n, "exampleCount", 0, INT64_MAX, &examples, e);
  if (rc == ERR_OK) rc = jn_opt_str(n, "failureReason", &reason, NULL, e);
  if (rc != ERR_OK) return rc;
  *out = (luis_model_training){.model_id = arena_str(a, id),
                               .example_count = (size_t)examples,
                               .status = st->status,
                               .failure_reason = reason.n ? arena_str(a, reason) : st->reason,
                               .trained_us = st->status == LUIS_SUCCESS ? trained_us : 0};
  return ERR_OK;
}

static err_code read_rows(const store_luis_version *v, const state *st, arena *a, luis_model_training **out, size_t *n,
                          err *e) {
  jdoc *doc = NULL;
  *n = 0;
  if (!v->training.n) return ERR_OK;
  err_code rc = jn_parse(v->training, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  size_t count = jn_len(&root);
  *out = ARENA_ARRAY(a, luis_model_training, count);
  for (; rc == ERR_OK && *n < count; ++*n) {
    jnode row = jn_at(&root, *n);
    rc = read_row(&row, st, v->trained_us, a, &(*out)[*n], e);
  }
  jn_free(doc);
  return rc;
}

err_code luis_training_rows(service *s, str resource, str app_id, str version_id, arena *a, luis_model_training **out,
                            size_t *n, err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  state st = {0};
  *out = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version_state(tx, resource, app_id, version_id, a, &app, &v, e);
  if (rc == ERR_OK) rc = training_state_of(tx, &v, a, &st, e);
  store_rollback(tx);
  return rc == ERR_OK ? read_rows(&v, &st, a, out, n, e) : rc;
}

/* ---- for the job --------------------------------------------------------------------------------- */

err_code luis__trained(store_tx *tx, const store_job *job, int64_t now_us, arena *a, err *e) {
  store_luis_version v;
  err why;
  err_code rc = store_luis_version_state(tx, job->resource, job->project, job->subject, a, &v, &why);
  if (rc == ERR_NOT_FOUND) return err_set(e, ERR_CANCELLED, "the version was deleted");
  if (rc != ERR_OK) {
    if (e) *e = why;
    return rc;
  }
  v.trained_us = now_us;
  if (str_eq(v.training_job, job->id)) v.trained_edits = v.training_edits;
  return store_luis_version_put_state(tx, &v, e);
}

err_code luis__published(store_tx *tx, const store_job *job, str version_id, int64_t now_us, arena *a, err *e) {
  store_luis_version v;
  err why;
  err_code rc = store_luis_version_state(tx, job->resource, job->project, version_id, a, &v, &why);
  if (rc == ERR_NOT_FOUND) return ERR_OK;
  if (rc == ERR_OK) {
    v.published_us = now_us;
    return store_luis_version_put_state(tx, &v, e);
  }
  if (e) *e = why;
  return rc;
}
