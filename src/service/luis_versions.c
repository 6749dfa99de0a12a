#include "service/luis_versions.h"

#include "base/timeutil.h"
#include "service/deployments_int.h"
#include "service/luis_int.h"
#include "service/service_int.h"
#include "service/serving.h"
#include "service/training.h"

/* ---- the draft --------------------------------------------------------------------------------- */

static err_code edit_row(store_tx *tx, luis_record *app, store_luis_version *v, luis_edit_fn *edit, void *arg, arena *a,
                         err *e) {
  luis_draft *d;
  err_code rc = luis_draft_read(v->document, a, &d, e);
  if (rc == ERR_OK) rc = edit(d, arg, a, e);
  if (rc == ERR_OK) rc = luis__version_keep(tx, v, d, a, e);
  return rc == ERR_OK ? luis__app_keep(tx, app, a, e) : rc;
}

err_code luis_version_edit(service *s, str resource, str app_id, str version_id, luis_edit_fn *edit, void *arg,
                           arena *a, err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version(tx, resource, app_id, version_id, a, &app, &v, e);
  if (rc == ERR_OK) rc = edit_row(tx, &app, &v, edit, arg, a, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

static err_code read_version(service *s, str resource, str app_id, str version_id, arena *a, luis_record *app,
                             luis_draft **out, err *e) {
  store_tx *tx;
  store_luis_version v;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version(tx, resource, app_id, version_id, a, app, &v, e);
  store_rollback(tx);
  return rc == ERR_OK ? luis_draft_read(v.document, a, out, e) : rc;
}

err_code luis_version_read(service *s, str resource, str app_id, str version_id, arena *a, luis_draft **out, err *e) {
  luis_record app;
  return read_version(s, resource, app_id, version_id, a, &app, out, e);
}

err_code luis_version_export(service *s, str resource, str app_id, str version_id, arena *a, luis_app *out, err *e) {
  luis_record app;
  luis_draft *d;
  err_code rc = read_version(s, resource, app_id, version_id, a, &app, &d, e);
  if (rc == ERR_OK) rc = luis_draft_app(d, a, out, e);
  if (rc != ERR_OK) return rc;
  out->version_id = version_id;
  out->name = app.settings.name;
  out->description = app.settings.description;
  out->culture = app.settings.culture;
  out->tokenizer_version = app.settings.tokenizer_version;
  return ERR_OK;
}

str luis_deployment_of_version(str version_id, arena *a) {
  return arena_printf(a, "version-" STR_FMT, STR_ARG(version_id));
}

/* ---- reading ----------------------------------------------------------------------------------- */

static err_code view_of(store_tx *tx, const store_luis_version *v, arena *a, luis_version_view *out, err *e) {
  *out = (luis_version_view){.id = v->version,
                             .created_us = v->created_us,
                             .modified_us = v->modified_us,
                             .trained_us = v->trained_us,
                             .published_us = v->published_us,
                             .intent_count = (size_t)v->intent_count,
                             .entity_count = (size_t)v->entity_count};
  return luis__training_status(tx, v, a, &out->training, e);
}

err_code luis_version_list(service *s, str resource, str app_id, page pg, arena *a, luis_version_view **out, size_t *n,
                           err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version *rows = NULL;
  size_t count = 0;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__app(tx, resource, app_id, a, &app, e);
  if (rc == ERR_OK) rc = store_luis_version_list(tx, resource, app.row.name, a, &rows, &count, e);
  size_t from = MIN_OF(pg.skip, count);
  *n = MIN_OF(pg.top, count - from);
  *out = ARENA_ARRAY(a, luis_version_view, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) rc = view_of(tx, &rows[from + i], a, &(*out)[i], e);
  store_rollback(tx);
  return rc;
}

err_code luis_version_get(service *s, str resource, str app_id, str version_id, arena *a, luis_version_view *out,
                          err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version_state(tx, resource, app_id, version_id, a, &app, &v, e);
  if (rc == ERR_OK) rc = view_of(tx, &v, a, out, e);
  store_rollback(tx);
  return rc;
}

/* ---- new versions ------------------------------------------------------------------------------ */

/* What is fixed for all versions of an app. */
static err_code check_fits(const luis_app *app, const luis_app_settings *settings, err *e) {
  if (app->culture.n && !str_eq_nocase(app->culture, settings->culture))
    return err_at(e, ERR_INVALID_ARGUMENT, "culture",
                  "The culture of the application is " STR_FMT ", that of the version " STR_FMT ".",
                  STR_ARG(settings->culture), STR_ARG(app->culture));
  if (app->tokenizer_version.n && !str_eq(app->tokenizer_version, settings->tokenizer_version))
    return err_at(e, ERR_INVALID_ARGUMENT, "tokenizerVersion",
                  "The tokenizer version of the application is " STR_FMT ", that of the version " STR_FMT ".",
                  STR_ARG(settings->tokenizer_version), STR_ARG(app->tokenizer_version));
  return ERR_OK;
}

err_code luis_version_import(service *s, str resource, str app_id, str version_id, const luis_app *app, arena *a,
                             str *made, err *e) {
  store_tx *tx;
  luis_record record = {0};
  luis_draft *d;
  *made = version_id.n ? version_id : app->version_id.n ? app->version_id : STR("0.1");
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__app(tx, resource, app_id, a, &record, e);
  if (rc == ERR_OK) rc = check_fits(app, &record.settings, e);
  luis_app whole = *app;
  whole.culture = record.settings.culture;
  whole.tokenizer_version = record.settings.tokenizer_version;
  if (rc == ERR_OK) rc = luis_draft_new(&whole, a, &d, e);
  if (rc == ERR_OK) rc = luis__version_add(tx, &record, *made, d, a, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

err_code luis_version_clone(service *s, str resource, str app_id, str version_id, str clone_id, arena *a, err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  luis_draft *d;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version(tx, resource, app_id, version_id, a, &app, &v, e);
  if (rc == ERR_OK) rc = luis_draft_read(v.document, a, &d, e);
  if (rc == ERR_OK) rc = luis__version_add(tx, &app, clone_id, d, a, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

/* ---- rename ------------------------------------------------------------------------------------ */

/* ERR_OK also when the version was never trained. */
static err_code relabel_model(store_tx *tx, const store_luis_version *v, str new_id, arena *a, err *e) {
  store_model m;
  err why;
  err_code rc = store_model_get(tx, v->resource, v->project, v->version, a, &m, &why);
  if (rc == ERR_NOT_FOUND) return ERR_OK;
  if (rc != ERR_OK) {
    if (e) *e = why;
    return rc;
  }
  rc = store_model_delete(tx, v->resource, v->project, v->version, e);
  m.label = new_id;
  return rc == ERR_OK ? store_model_put(tx, &m, e) : rc;
}

/* The slots that serve the version say its new id; published directly it moves to another deployment. */
static err_code relabel_slots(store_tx *tx, const store_luis_version *v, str new_id, arena *a, err *e) {
  store_deployment *rows = NULL;
  size_t n = 0, total;
  str direct = luis_deployment_of_version(v->version, a);
  const store_job none = {.resource = v->resource, .project = v->project};
  err_code rc = store_deployment_list(tx, v->resource, v->project, 0, SIZE_MAX, a, &rows, &n, &total, e);
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    if (!str_eq(rows[i].model_label, v->version)) continue;
    store_deployment d = rows[i];
    bool moves = str_eq(d.name, direct);
    d.model_label = new_id;
    if (moves) d.name = luis_deployment_of_version(new_id, a);
    if (moves) rc = deployment__change(tx, &none, "rename", &rows[i], NULL, e);
    if (rc == ERR_OK) rc = deployment__change(tx, &none, "rename", moves ? NULL : &rows[i], &d, e);
  }
  return rc;
}

/* Its document says its id; that is no edit. */
static err_code rename_row(store_tx *tx, store_luis_version *v, str new_id, arena *a, err *e) {
  luis_draft *d;
  buf json = {0};
  store_luis_version renamed = *v;
  err_code rc = luis_draft_read(v->document, a, &d, e);
  if (rc == ERR_OK) rc = store_luis_version_delete(tx, v->resource, v->project, v->version, e);
  if (rc == ERR_OK) {
    luis_draft_set_version(d, new_id);
    luis_draft_write(d, &json);
    renamed.version = new_id;
    renamed.document = buf_str(&json);
    renamed.modified_us = time_now_us();
    rc = store_luis_version_put(tx, &renamed, e);
  }
  buf_free(&json);
  return rc;
}

static err_code check_rename(store_tx *tx, const store_luis_version *v, str new_id, arena *a, err *e) {
  luis_training_status status;
  store_luis_version other;
  err why;
  err_code rc = luis__version_id_check(new_id, e);
  if (rc == ERR_OK) rc = luis__training_status(tx, v, a, &status, e);
  if (rc != ERR_OK) return rc;
  if (status == LUIS_IN_PROGRESS) return err_set(e, ERR_CONFLICT, "The version is being trained.");
  rc = store_luis_version_state(tx, v->resource, v->project, new_id, a, &other, &why);
  if (rc == ERR_OK)
    return err_at(e, ERR_INVALID_ARGUMENT, "version", "A version with the id '" STR_FMT "' already exists.",
                  STR_ARG(new_id));
  if (rc == ERR_NOT_FOUND) return ERR_OK;
  if (e) *e = why;
  return rc;
}

static err_code rename_version(store_tx *tx, luis_record *app, store_luis_version *v, str new_id, arena *a, err *e) {
  if (str_eq(app->settings.active_version, v->version)) app->settings.active_version = new_id;
  err_code rc = check_rename(tx, v, new_id, a, e);
  if (rc == ERR_OK) rc = relabel_model(tx, v, new_id, a, e);
  if (rc == ERR_OK) rc = relabel_slots(tx, v, new_id, a, e);
  if (rc == ERR_OK) rc = rename_row(tx, v, new_id, a, e);
  return rc == ERR_OK ? luis__app_keep(tx, app, a, e) : rc;
}

err_code luis_version_rename(service *s, str resource, str app_id, str version_id, str new_id, arena *a, err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version(tx, resource, app_id, version_id, a, &app, &v, e);
  bool same = rc == ERR_OK && str_eq(new_id, version_id);
  if (rc == ERR_OK && !same) rc = rename_version(tx, &app, &v, new_id, a, e);
  if (rc != ERR_OK || same) {
    store_rollback(tx);
    return rc;
  }
  rc = store_commit(tx, e);
  return rc == ERR_OK ? serving__publish_models(s, e) : rc;
}

/* ---- delete ------------------------------------------------------------------------------------ */

/* ERR_OK also when there was none. */
static err_code delete_model(store_tx *tx, const store_luis_version *v, err *e) {
  err why;
  err_code rc = store_model_delete(tx, v->resource, v->project, v->version, &why);
  if (rc == ERR_NOT_FOUND) return ERR_OK;
  if (rc != ERR_OK && e) *e = why;
  return rc;
}

/* The slots keep their models; published directly it goes. */
static err_code take_off(store_tx *tx, const store_luis_version *v, arena *a, err *e) {
  store_deployment d;
  bool found;
  const store_job none = {.resource = v->resource, .project = v->project};
  str direct = luis_deployment_of_version(v->version, a);
  err_code rc = deployment__find(tx, v->resource, v->project, direct, a, &d, &found, e);
  return rc == ERR_OK && found ? deployment__change(tx, &none, "delete", &d, NULL, e) : rc;
}

static err_code delete_version(store_tx *tx, luis_record *app, const store_luis_version *v, arena *a, err *e) {
  store_luis_version *rows = NULL;
  size_t n = 0;
  err_code rc = store_luis_version_list(tx, v->resource, v->project, a, &rows, &n, e);
  if (rc == ERR_OK && n == 1)
    rc = err_set(e, ERR_INVALID_ARGUMENT, "The only version of an application cannot be deleted.");
  if (rc == ERR_OK) rc = delete_model(tx, v, e);
  if (rc == ERR_OK) rc = take_off(tx, v, a, e);
  if (rc == ERR_OK) rc = store_luis_version_delete(tx, v->resource, v->project, v->version, e);
  if (rc != ERR_OK) return rc;
  if (str_eq(app->settings.active_version, v->version))
    app->settings.active_version = rows[str_eq(rows[0].version, v->version)].version;
  return luis__app_keep(tx, app, a, e);
}

err_code luis_version_delete(service *s, str resource, str app_id, str version_id, arena *a, err *e) {
  store_tx *tx;
  luis_record app;
  store_luis_version v;
  err ignored;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = luis__version_state(tx, resource, app_id, version_id, a, &app, &v, e);
  if (rc == ERR_OK) rc = delete_version(tx, &app, &v, a, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  rc = store_commit(tx, e);
  if (rc != ERR_OK) return rc;
  /* A training that has ended, or that ends without its version, is as good. */
  if (v.training_job.n && training_cancel(s, resource, app.row.name, v.training_job, &ignored) == ERR_OK)
    job__want_collect(s);
  return serving__publish_models(s, e);
}
