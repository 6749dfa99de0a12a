/* luis_versions.c -- versions of LUIS apps, their settings, and training. Source: reference luis-authoring §4, §9. */
#include "service/luis_versions.h"

#include "api/luis_app_json.h"
#include "api/luis_common.h"
#include "api/luis_content.h"
#include "service/luis_training.h"

/* ---- versions ---------------------------------------------------------------------------------- */

static const char *training_name(luis_training_status s) {
  static const char *const names[] = {
      [LUIS_NEEDS_TRAINING] = "NeedsTraining", [LUIS_IN_PROGRESS] = "InProgress", [LUIS_TRAINED] = "Trained"};
  return names[s];
}

static void write_empty_object(jw *w, const char *key) {
  jw_key(w, key);
  jw_obj(w);
  jw_end(w);
}

static void write_version(jw *w, const http_request *rq, const luis_version_view *v) {
  jw_obj(w);
  jw_kstr(w, "version", v->id);
  luis_time(w, "createdDateTime", v->created_us);
  luis_time(w, "lastModifiedDateTime", v->modified_us);
  luis_time(w, "lastTrainedDateTime", v->trained_us);
  luis_time(w, "lastPublishedDateTime", v->published_us);
  jw_kstr(w, "endpointUrl", v->published_us ? luis_app_url(rq, rq->params[0]) : STR(""));
  write_empty_object(w, "assignedEndpointKey");
  write_empty_object(w, "externalApiKeys");
  jw_kint(w, "intentsCount", (int64_t)v->intent_count);
  jw_kint(w, "entitiesCount", (int64_t)v->entity_count);
  jw_kint(w, "endpointHitsCount", 0);
  jw_kcstr(w, "trainingStatus", training_name(v->training));
  jw_end(w);
}

static err_code list_versions(const http_request *rq, http_response *rs, err *e) {
  page pg;
  luis_version_view *v;
  size_t n;
  err_code rc = luis_page(rq, &pg, e);
  if (!rc) rc = luis_version_list(api_service(rq), rq->resource.name, rq->params[0], pg, rq->arena, &v, &n, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) write_version(&w, rq, &v[i]);
  jw_end(&w);
  return ERR_OK;
}

static err_code get_version(const http_request *rq, http_response *rs, err *e) {
  luis_version_view v;
  err_code rc = luis_version_get(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &v, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  write_version(&w, rq, &v);
  return ERR_OK;
}

/* {"version": "0.2"}, which must be there. */
static err_code read_version_id(const jnode *body, str *id, err *e) {
  TRY(jn_want_obj(body, e));
  return jn_req_str(body, "version", id, e);
}

static err_code rename_version_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  str id;
  TRY(read_version_id(body, &id, e));
  TRY(luis_version_rename(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], id, rq->arena, e));
  luis_answer_status(rs, 200);
  return ERR_OK;
}
LUIS_BODY(rename_version)

static err_code clone_version_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  str id;
  TRY(read_version_id(body, &id, e));
  TRY(luis_version_clone(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], id, rq->arena, e));
  luis_answer_id(rs, id);
  return ERR_OK;
}
LUIS_BODY(clone_version)

static err_code delete_version(const http_request *rq, http_response *rs, err *e) {
  err_code rc = luis_version_delete(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, e);
  if (!rc) luis_answer_status(rs, 200);
  return rc;
}

static err_code import_version(const http_request *rq, http_response *rs, err *e) {
  luis_app app;
  str made;
  err_code rc = luis_content_read(rq, &app, e);
  if (!rc)
    rc = luis_version_import(api_service(rq), rq->resource.name, rq->params[0], http_query(rq, "versionId"), &app,
                             rq->arena, &made, e);
  if (!rc) luis_answer_id(rs, made);
  return rc;
}

static err_code export_version(const http_request *rq, http_response *rs, err *e) {
  luis_app app;
  err_code rc =
      luis_version_export(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &app, e);
  return rc ? rc : luis_content_write(rq, &app, rs, e);
}

/* The body is the utterance as a JSON string. */
static err_code forget_suggestion_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  str text;
  luis_version_view v;
  TRY(jn_want_str(body, &text, e));
  TRY(luis_version_get(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &v, e));
  TRY(luis_apps_forget_query(api_service(rq), rq->resource.name, rq->params[0], text, e));
  luis_answer_status(rs, 200);
  return ERR_OK;
}
LUIS_BODY(forget_suggestion)

/* ---- settings ---------------------------------------------------------------------------------- */

static const char *const setting_names[] = {"UseAllTrainingData", "NormalizeDiacritics", "NormalizePunctuation",
                                            "NormalizeWordForm", "UseNegativeSampling"};
enum { SETTINGS_SHOWN = 4 }; /* the last is an older sample's */

static str setting_value(const luis_app *app, str name) {
  for (size_t i = 0; i < app->setting_count; i++)
    if (str_eq_nocase(app->settings[i].name, name)) return app->settings[i].value;
  return STR_NONE;
}

static void write_setting(jw *w, str name, str value) {
  jw_obj(w);
  jw_kstr(w, "name", name);
  jw_kstr(w, "value", value);
  jw_end(w);
}

static bool is_shown(str name) {
  for (size_t i = 0; i < SETTINGS_SHOWN; i++)
    if (str_eq_nocase(name, str_of(setting_names[i]))) return true;
  return false;
}

static err_code get_settings(const http_request *rq, http_response *rs, err *e) {
  luis_app app;
  err_code rc =
      luis_version_export(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &app, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < SETTINGS_SHOWN; i++) {
    str value = setting_value(&app, str_of(setting_names[i]));
    write_setting(&w, str_of(setting_names[i]), value.n ? value : STR("false"));
  }
  for (size_t i = 0; i < app.setting_count; i++)
    if (!is_shown(app.settings[i].name)) write_setting(&w, app.settings[i].name, app.settings[i].value);
  jw_end(&w);
  return ERR_OK;
}

typedef struct new_settings {
  luis_setting v[ARRAY_LEN(setting_names)];
  size_t n;
} new_settings;

/* "true" or true, in any letter case. */
static err_code read_flag(const jnode *n, str *out, err *e) {
  str text = STR("");
  if (jn_typeof(n) == JN_BOOL) text = jn_bool(n) ? STR("true") : STR("false");
  if (jn_typeof(n) == JN_STR) text = jn_str(n);
  *out = str_eq_nocase(text, STR("true")) ? STR("true") : STR("false");
  return str_eq_nocase(text, *out) ? ERR_OK : jn_fail(n, e, "must be \"true\" or \"false\"");
}

static err_code read_setting(const jnode *n, luis_setting *out, err *e) {
  str name;
  jnode value = jn_get(n, "value"), at = jn_get(n, "name");
  err_code rc = jn_req_str(n, "name", &name, e);
  if (rc) return rc;
  out->name = STR_NONE;
  for (size_t i = 0; i < ARRAY_LEN(setting_names); i++)
    if (str_eq_nocase(name, str_of(setting_names[i]))) out->name = str_of(setting_names[i]);
  if (!out->name.p) return jn_fail(&at, e, "there is no setting of that name");
  return read_flag(&value, &out->value, e);
}

static err_code read_settings(const jnode *root, new_settings *out, err *e) {
  err_code rc = jn_want_arr(root, e);
  out->n = rc ? 0 : jn_len(root);
  if (out->n > ARRAY_LEN(out->v)) return jn_fail(root, e, "there are at most %zu settings", ARRAY_LEN(out->v));
  for (size_t i = 0; !rc && i < out->n; i++) {
    jnode item = jn_at(root, i);
    rc = jn_want_obj(&item, e);
    if (!rc) rc = read_setting(&item, &out->v[i], e);
  }
  return rc;
}

static err_code apply_settings(luis_draft *d, void *arg, arena *a, err *e) {
  (void)a, (void)e;
  const new_settings *s = arg;
  for (size_t i = 0; i < s->n; i++) luis_draft_set_setting(d, s->v[i].name, s->v[i].value);
  return ERR_OK;
}

static err_code put_settings_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  new_settings s;
  TRY(read_settings(body, &s, e));
  TRY(luis_version_edit(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], apply_settings, &s, rq->arena,
                        e));
  luis_answer_status(rs, 200);
  return ERR_OK;
}
LUIS_BODY(put_settings)

/* ---- training ---------------------------------------------------------------------------------- */

static void write_status(jw *w, luis_model_status status) {
  jw_kint(w, "statusId", status);
  jw_kcstr(w, "status", luis_model_status_name(status));
}

/* The body is "", {} or "\"\"", whichever the client has. */
static err_code start_training(const http_request *rq, http_response *rs, err *e) {
  str mode = http_query(rq, "mode");
  luis_model_status status;
  bool neural = str_eq_nocase(mode, STR("Neural"));
  if (mode.n && !neural && !str_eq_nocase(mode, STR("Standard")))
    return err_at(e, ERR_INVALID_ARGUMENT, "mode", "Parameter \"mode\" must be Standard or Neural.");
  err_code rc = luis_training_start(api_service(rq), rq->resource.name, rq->params[0], rq->params[1],
                                    neural ? TRAINING_ADVANCED : TRAINING_STANDARD, &status, e);
  if (rc) return rc;
  rs->status = 202;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  write_status(&w, status);
  jw_end(&w);
  return ERR_OK;
}

static void write_model_training(jw *w, const luis_model_training *m) {
  jw_obj(w);
  jw_kstr(w, "modelId", m->model_id);
  jw_key(w, "details");
  jw_obj(w);
  write_status(w, m->status);
  jw_kint(w, "exampleCount", (int64_t)m->example_count);
  if (m->trained_us) luis_time(w, "trainingDateTime", m->trained_us);
  if (m->failure_reason.n) jw_kstr(w, "failureReason", m->failure_reason);
  jw_end(w);
  jw_end(w);
}

static err_code get_training(const http_request *rq, http_response *rs, err *e) {
  luis_model_training *v;
  size_t n;
  err_code rc =
      luis_training_rows(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &v, &n, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) write_model_training(&w, &v[i]);
  jw_end(&w);
  return ERR_OK;
}

/* ---- routes ------------------------------------------------------------------------------------ */

#define READ    HTTP_CLASS_READ, HTTP_BLOCKING
#define DROP    HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_WRITER /* an edit */
#define WRITE   HTTP_CLASS_WRITE, HTTP_BLOCKING
#define VERSION "/apps/{app}/versions/{v}"
#define ROUTES(B)                                                                                                      \
  {                                                                                                                    \
    {"LV1", HTTP_GET, B "/apps/{app}/versions", list_versions, READ, 0},                                               \
        {"LV6",           HTTP_POST,        B "/apps/{app}/versions/import",                                           \
         import_version,  HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_ANY_MEDIA,                                            \
         LUIS_IMPORT_BODY},                                                                                            \
        {"LV2", HTTP_GET, B VERSION, get_version, READ, 0},                                                            \
        {"LV3", HTTP_PUT, B VERSION, rename_version, WRITE, LUIS_SMALL_BODY},                                          \
        {"LV4", HTTP_DELETE, B VERSION, delete_version, WRITE, 0},                                                     \
        {"LV5", HTTP_POST, B VERSION "/clone", clone_version, WRITE, LUIS_SMALL_BODY},                                 \
        {"LV7", HTTP_GET, B VERSION "/export", export_version, READ, 0},                                               \
        {"LV8", HTTP_DELETE, B VERSION "/suggest", forget_suggestion, DROP, LUIS_SMALL_BODY},                          \
        {"LV9", HTTP_GET, B VERSION "/settings", get_settings, READ, 0},                                               \
        {"LV10", HTTP_PUT, B VERSION "/settings", put_settings, WRITE, LUIS_SMALL_BODY},                               \
        {"LT1", HTTP_POST, B VERSION "/train", start_training, WRITE, 0},                                              \
        {"LT2", HTTP_GET, B VERSION "/train", get_training, READ, 0},                                                  \
  }

static const http_route routes_v3[] = ROUTES(LUIS_V3);
static const http_route routes_v2[] = ROUTES(LUIS_V2);
const http_family api_luis_versions = LUIS_AUTHORING_FAMILY("luis-versions", LUIS_V3, routes_v3);
const http_family api_luis_versions_v2 = LUIS_AUTHORING_FAMILY("luis-versions-v2", LUIS_V2, routes_v2);
