#include "service/luis_apps.h"

#include "base/timeutil.h"
#include "project/luis_draft.h"
#include "service/authoring.h"
#include "service/jobs.h"
#include "service/luis_int.h"
#include "service/service_int.h"
#include "service/serving.h"
#include "text/utf8.h"

/* ---- cultures ---------------------------------------------------------------------------------- */

const luis_culture luis_cultures[] = {
    {"Arabic (preview, modern standard Arabic)", "ar-ar"},
    {"Chinese", "zh-cn"},
    {"Dutch", "nl-nl"},
    {"English", "en-us"},
    {"English (UK)", "en-gb"},
    {"French", "fr-fr"},
    {"French (Canada)", "fr-ca"},
    {"German", "de-de"},
    {"Gujarati", "gu-in"},
    {"Hindi", "hi-in"},
    {"Italian", "it-it"},
    {"Japanese", "ja-jp"},
    {"Korean", "ko-kr"},
    {"Marathi", "mr-in"},
    {"Portuguese (Brazil)", "pt-br"},
    {"Spanish", "es-es"},
    {"Spanish (Mexico)", "es-mx"},
    {"Tamil", "ta-in"},
    {"Telugu", "te-in"},
    {"Turkish", "tr-tr"},
};
const size_t luis_culture_count = ARRAY_LEN(luis_cultures);

/* .p NULL when it is none. */
static str known_culture(str code) {
  for (size_t i = 0; i < luis_culture_count; i++)
    if (str_eq_nocase(code, str_of(luis_cultures[i].code))) return str_of(luis_cultures[i].code);
  return STR_NONE;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static err_code view_of(store_tx *tx, const store_project *row, arena *a, luis_app_view *out, err *e) {
  luis_record app;
  store_luis_version *versions;
  store_query *none;
  size_t n;
  err_code rc = luis__app_parse(row, a, &app, e);
  if (rc != ERR_OK) return rc;
  *out = (luis_app_view){.id = row->name, .settings = app.settings, .created_us = row->created_us};
  rc = store_luis_version_list(tx, row->resource, row->name, a, &versions, &out->version_count, e);
  if (rc == ERR_OK) rc = store_query_list(tx, row->resource, row->name, 0, a, &none, &n, &out->logged_count, e);
  return rc == ERR_OK ? luis__endpoints(tx, row, a, &out->endpoints, &out->endpoint_count, e) : rc;
}

err_code luis_apps_list(service *s, str resource, page pg, arena *a, luis_app_view **out, size_t *n, err *e) {
  store_tx *tx;
  store_project *rows = NULL;
  size_t count = 0;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_luis_app_list(tx, resource, a, &rows, &count, e);
  size_t from = MIN_OF(pg.skip, count);
  *n = MIN_OF(pg.top, count - from);
  *out = ARENA_ARRAY(a, luis_app_view, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) rc = view_of(tx, &rows[from + i], a, &(*out)[i], e);
  store_rollback(tx);
  return rc;
}

err_code luis_apps_get(service *s, str resource, str app_id, arena *a, luis_app_view *out, err *e) {
  store_tx *tx;
  luis_record app;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__app(tx, resource, app_id, a, &app, e);
  if (rc == ERR_OK) rc = view_of(tx, &app.row, a, out, e);
  store_rollback(tx);
  return rc;
}

err_code luis_apps_exists(service *s, str resource, str name, bool *exists, err *e) {
  store_tx *tx;
  store_project row;
  arena a;
  err why;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = store_project_get(tx, resource, name, &a, &row, &why);
  store_rollback(tx);
  *exists = rc == ERR_OK && str_eq(row.kind, STR(STORE_LUIS_KIND));
  arena_fini(&a);
  if (rc == ERR_OK || rc == ERR_PROJECT_NOT_FOUND) return ERR_OK;
  if (e) *e = why;
  return rc;
}

/* ---- names ------------------------------------------------------------------------------------- */

static err_code check_name(str name, err *e) {
  if (!str_trim(name).n) return err_at(e, ERR_INVALID_ARGUMENT, "name", "An application needs a name.");
  if (utf8_codepoints(name) > LUIS_LIMIT_NAME_CHARS)
    return err_at(e, ERR_INVALID_ARGUMENT, "name", "The name of an application has at most %d characters.",
                  LUIS_LIMIT_NAME_CHARS);
  for (size_t i = 0; i < name.n; i++)
    if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f)
      return err_at(e, ERR_INVALID_ARGUMENT, "name", "The name of an application may not have control characters.");
  return ERR_OK;
}

/* No app of the resource but app_id has the name; *count: apps that there are. */
static err_code check_free(store_tx *tx, str resource, str name, str app_id, size_t *count, arena *a, err *e) {
  store_project *rows = NULL;
  err_code rc = store_luis_app_list(tx, resource, a, &rows, count, e);
  for (size_t i = 0; rc == ERR_OK && i < *count; i++) {
    luis_record other;
    rc = luis__app_parse(&rows[i], a, &other, e);
    if (rc == ERR_OK && !str_eq(rows[i].name, app_id) && str_eq_nocase(other.settings.name, name))
      rc = err_at(e, ERR_INVALID_ARGUMENT, "name", "An application with the name '" STR_FMT "' already exists.",
                  STR_ARG(name));
  }
  return rc;
}

/* ---- new apps ---------------------------------------------------------------------------------- */

static err_code add_app(store_tx *tx, luis_record *app, str version_id, luis_draft *d, arena *a, err *e) {
  size_t count;
  err_code rc = check_free(tx, app->row.resource, app->settings.name, app->row.name, &count, a, e);
  if (rc == ERR_OK && count >= LUIS_LIMIT_APPS)
    rc = err_set(e, ERR_QUOTA_EXCEEDED, "A resource has at most %d applications.", LUIS_LIMIT_APPS);
  /* The versions refer to the app's row, which then says which one is active. */
  if (rc == ERR_OK) rc = luis__app_keep(tx, app, a, e);
  return rc == ERR_OK ? luis__version_add(tx, app, version_id, d, a, e) : rc;
}

static err_code make_app(service *s, str resource, const luis_app_settings *settings, str version_id,
                         const luis_app *content, arena *a, char app_id[ID_UUID_LEN + 1], err *e) {
  store_tx *tx;
  luis_draft *d;
  luis_record app = {.settings = *settings};
  luis_app whole = *content;
  whole.culture = settings->culture;
  whole.tokenizer_version = settings->tokenizer_version;
  err_code rc = check_name(settings->name, e);
  if (rc == ERR_OK) rc = luis__version_id_check(version_id, e);
  if (rc == ERR_OK) rc = luis_draft_new(&whole, a, &d, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  id_uuid(app_id);
  app.settings.active_version = version_id;
  app.row = (store_project){.resource = resource,
                            .name = str_of(app_id),
                            .kind = STR(STORE_LUIS_KIND),
                            .document = STR(""),
                            .created_us = time_now_us()};
  rc = add_app(tx, &app, version_id, d, a, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

static str or_else(str s, str other) {
  return s.n ? s : other;
}

static err_code set_culture(luis_app_settings *m, err *e) {
  str known = known_culture(m->culture);
  if (!known.p)
    return err_at(e, ERR_INVALID_ARGUMENT, "culture", "The culture '" STR_FMT "' is not supported.",
                  STR_ARG(m->culture));
  m->culture = known;
  return ERR_OK;
}

err_code luis_apps_create(service *s, str resource, const luis_app_settings *settings, str version_id,
                          char app_id[ID_UUID_LEN + 1], err *e) {
  arena a;
  luis_app_settings m = *settings;
  m.tokenizer_version = or_else(m.tokenizer_version, STR("1.0.0"));
  err_code rc = set_culture(&m, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  const luis_app empty = {.culture = m.culture, .tokenizer_version = m.tokenizer_version};
  rc = make_app(s, resource, &m, or_else(version_id, STR("0.1")), &empty, &a, app_id, e);
  arena_fini(&a);
  return rc;
}

err_code luis_apps_import(service *s, str resource, str name, const luis_app *app, char app_id[ID_UUID_LEN + 1],
                          err *e) {
  arena a;
  luis_app_settings m = {.name = or_else(name, app->name),
                         .description = app->description,
                         .culture = or_else(app->culture, STR("en-us")),
                         .tokenizer_version = or_else(app->tokenizer_version, STR("1.0.0"))};
  err_code rc = set_culture(&m, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = make_app(s, resource, &m, or_else(app->version_id, STR("0.1")), app, &a, app_id, e);
  arena_fini(&a);
  return rc;
}

/* ---- changes ----------------------------------------------------------------------------------- */

typedef err_code change_fn(store_tx *tx, luis_record *app, const void *ctx, arena *a, err *e);

/* Changes the settings in one transaction. */
static err_code change_app(service *s, str resource, str app_id, change_fn *change, const void *ctx, err *e) {
  store_tx *tx;
  luis_record app;
  arena a;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = luis__app(tx, resource, app_id, &a, &app, e);
  if (rc == ERR_OK) rc = change(tx, &app, ctx, &a, e);
  if (rc == ERR_OK) rc = luis__app_keep(tx, &app, &a, e);
  if (rc == ERR_OK)
    rc = store_commit(tx, e);
  else
    store_rollback(tx);
  arena_fini(&a);
  return rc;
}

typedef struct new_name {
  str name, description;
} new_name;

static err_code set_name(store_tx *tx, luis_record *app, const void *ctx, arena *a, err *e) {
  const new_name *n = ctx;
  size_t count;
  if (n->description.p) app->settings.description = n->description;
  if (!n->name.p) return ERR_OK;
  app->settings.name = n->name;
  err_code rc = check_name(n->name, e);
  return rc == ERR_OK ? check_free(tx, app->row.resource, n->name, app->row.name, &count, a, e) : rc;
}

err_code luis_apps_rename(service *s, str resource, str app_id, str name, str description, err *e) {
  return change_app(s, resource, app_id, set_name, &(new_name){name, description}, e);
}

static err_code set_public(store_tx *tx, luis_record *app, const void *ctx, arena *a, err *e) {
  (void)a, (void)e;
  app->settings.is_public = *(const bool *)ctx;
  store_live_changed(tx);
  return ERR_OK;
}

err_code luis_apps_set_public(service *s, str resource, str app_id, bool is_public, err *e) {
  err_code rc = change_app(s, resource, app_id, set_public, &is_public, e);
  return rc == ERR_OK ? serving__publish_models(s, e) : rc;
}

typedef struct publishing_flags {
  const bool *sentiment_analysis, *speech, *spell_checker;
} publishing_flags;

static err_code set_publishing(store_tx *tx, luis_record *app, const void *ctx, arena *a, err *e) {
  (void)tx, (void)a, (void)e;
  const publishing_flags *f = ctx;
  if (f->sentiment_analysis) app->settings.sentiment_analysis = *f->sentiment_analysis;
  if (f->speech) app->settings.speech = *f->speech;
  if (f->spell_checker) app->settings.spell_checker = *f->spell_checker;
  return ERR_OK;
}

err_code luis_apps_set_publishing(service *s, str resource, str app_id, const bool *sentiment_analysis,
                                  const bool *speech, const bool *spell_checker, err *e) {
  return change_app(s, resource, app_id, set_publishing, &(publishing_flags){sentiment_analysis, speech, spell_checker},
                    e);
}

typedef struct emails_change {
  luis_emails_change kind;
  luis_names emails;
} emails_change;

static bool has_email(luis_names emails, str email) {
  for (size_t i = 0; i < emails.n; i++)
    if (str_eq_nocase(emails.v[i], email)) return true;
  return false;
}

static err_code set_emails(store_tx *tx, luis_record *app, const void *ctx, arena *a, err *e) {
  (void)tx;
  const emails_change *c = ctx;
  luis_names old = c->kind == LUIS_EMAILS_REPLACE ? (luis_names){0} : app->settings.emails;
  str *v = ARENA_ARRAY(a, str, old.n + c->emails.n);
  luis_names now = {v, 0};
  for (size_t i = 0; i < old.n; i++)
    if (c->kind == LUIS_EMAILS_ADD || !has_email(c->emails, old.v[i])) v[now.n++] = old.v[i];
  for (size_t i = 0; c->kind != LUIS_EMAILS_REMOVE && i < c->emails.n; i++)
    if (!has_email(now, c->emails.v[i])) v[now.n++] = c->emails.v[i];
  if (now.n > LUIS_LIMIT_EMAILS)
    return err_set(e, ERR_QUOTA_EXCEEDED, "An application has at most %d collaborators.", LUIS_LIMIT_EMAILS);
  app->settings.emails = now;
  return ERR_OK;
}

err_code luis_apps_set_emails(service *s, str resource, str app_id, luis_emails_change change, luis_names emails,
                              err *e) {
  return change_app(s, resource, app_id, set_emails, &(emails_change){change, emails}, e);
}

/* ---- delete ------------------------------------------------------------------------------------ */

static err_code delete_app(service *s, str resource, str app_id, arena *a, err *e) {
  luis_app_view app;
  job_view done;
  char job_id[ID_JOB_LEN + 1];
  err_code rc = luis_apps_get(s, resource, app_id, a, &app, e);
  if (rc == ERR_OK) rc = authoring_delete(s, resource, app.id, job_id, e);
  return rc == ERR_OK ? job_await(s, resource, JOB_DELETE_PROJECT, app.id, str_of(job_id), a, &done, e) : rc;
}

err_code luis_apps_delete(service *s, str resource, str app_id, err *e) {
  arena a;
  arena_init(&a, 0);
  err_code rc = delete_app(s, resource, app_id, &a, e);
  arena_fini(&a);
  return rc;
}

/* ---- logged queries ---------------------------------------------------------------------------- */

err_code luis_apps_queries(service *s, str resource, str app_id, size_t top, arena *a, luis_query **out, size_t *n,
                           err *e) {
  store_tx *tx;
  luis_record app;
  store_query *rows = NULL;
  size_t total;
  *n = 0;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__app(tx, resource, app_id, a, &app, e);
  if (rc == ERR_OK) rc = store_query_list(tx, resource, app.row.name, top, a, &rows, n, &total, e);
  store_rollback(tx);
  *out = ARENA_ARRAY(a, luis_query, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++)
    (*out)[i] = (luis_query){rows[i].text, rows[i].top_intent, rows[i].prediction, rows[i].at_us};
  return rc;
}

err_code luis_apps_forget_query(service *s, str resource, str app_id, str text, err *e) {
  store_tx *tx;
  luis_record app;
  arena a;
  size_t removed;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = luis__app(tx, resource, app_id, &a, &app, e);
  if (rc == ERR_OK) rc = store_query_delete(tx, resource, app.row.name, text, &removed, e);
  if (rc == ERR_OK && !removed)
    rc = err_set(e, ERR_NOT_FOUND, "The utterance is not among those that wait for review.");
  if (rc == ERR_OK)
    rc = store_commit(tx, e);
  else
    store_rollback(tx);
  arena_fini(&a);
  return rc;
}
