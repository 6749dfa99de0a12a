#include "store/store_int.h"

/* What belongs to deployments beside their own rows: history, assignments, trials; exported models. The column lists
 * and the readers beside them must agree. */

/* ---- history ----------------------------------------------------------------------------------- */
#define HISTORY_COLS                                                                                                   \
  "resource, project, name, cause, job_id, old_file, new_file, model_id, model_label, config_version, trained_us,"     \
  " assigned, at_us"

static void read_history(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_history *)out = (store_history){
      .id = d->col_int(row, 0),
      .resource = store__text(d, row, 1, a),
      .project = store__text(d, row, 2, a),
      .name = store__text(d, row, 3, a),
      .cause = store__text(d, row, 4, a),
      .job_id = store__text(d, row, 5, a),
      .old_file = store__text(d, row, 6, a),
      .new_file = store__text(d, row, 7, a),
      .model_id = store__text(d, row, 8, a),
      .model_label = store__text(d, row, 9, a),
      .config_version = store__text(d, row, 10, a),
      .trained_us = d->col_int(row, 11),
      .assigned = store__text(d, row, 12, a),
      .at_us = d->col_int(row, 13),
  };
}

err_code store_history_add(store_tx *tx, const store_history *h, err *e) {
  sql_arg args[] = {
      TEXT_ARG(h->resource),    TEXT_ARG(h->project),        TEXT_ARG(h->name),      TEXT_ARG(h->cause),
      TEXT_ARG(h->job_id),      TEXT_ARG(h->old_file),       TEXT_ARG(h->new_file),  TEXT_ARG(h->model_id),
      TEXT_ARG(h->model_label), TEXT_ARG(h->config_version), INT_ARG(h->trained_us), TEXT_ARG(h->assigned),
      INT_ARG(h->at_us)};
  return store__run(tx,
                    "INSERT INTO deployment_history(" HISTORY_COLS ")"
                    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_history_list(store_tx *tx, str resource, str project, str name, size_t skip, size_t top, arena *a,
                            store_history **out, size_t *n, size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(name), INT_ARG(store__limit(top)),
                    INT_ARG(store__limit(skip))};
  return STORE_PAGE(tx,
                    "SELECT count(*) FROM deployment_history"
                    " WHERE resource = $1 AND project = $2 AND ($3 = '' OR name = $3)",
                    "SELECT seq, " HISTORY_COLS " FROM deployment_history"
                    " WHERE resource = $1 AND project = $2 AND ($3 = '' OR name = $3)"
                    " ORDER BY seq DESC LIMIT $4 OFFSET $5",
                    args, read_history, store_history, a, out, n, total, e);
}

err_code store_history_latest(store_tx *tx, str resource, str project, str name, int64_t at_most, int64_t until_us,
                              arena *a, store_history *out, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(name), INT_ARG(at_most), INT_ARG(until_us)};
  return store__get(tx,
                    "SELECT seq, " HISTORY_COLS " FROM deployment_history"
                    " WHERE resource = $1 AND project = $2 AND name = $3 AND seq <= $4 AND at_us <= $5"
                    " ORDER BY seq DESC LIMIT 1",
                    args, ARRAY_LEN(args), read_history, a, out,
                    STORE_NAME(ERR_NOT_FOUND, "an earlier state of deployment", name), e);
}

/* ---- assignments ------------------------------------------------------------------------------- */
#define ASSIGNMENT_COLS "resource, project, azure_resource_id, assigned, custom_domain, region, assigned_us"

static void read_assignment(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_assignment *)out = (store_assignment){
      .resource = store__text(d, row, 0, a),
      .project = store__text(d, row, 1, a),
      .azure_resource_id = store__text(d, row, 2, a),
      .assigned = store__text(d, row, 3, a),
      .custom_domain = store__text(d, row, 4, a),
      .region = store__text(d, row, 5, a),
      .assigned_us = d->col_int(row, 6),
  };
}

err_code store_assignment_put(store_tx *tx, const store_assignment *s, err *e) {
  sql_arg args[] = {TEXT_ARG(s->resource),  TEXT_ARG(s->project),       TEXT_ARG(s->azure_resource_id),
                    TEXT_ARG(s->assigned),  TEXT_ARG(s->custom_domain), TEXT_ARG(s->region),
                    INT_ARG(s->assigned_us)};
  return store__run(tx,
                    "INSERT INTO project_resources(" ASSIGNMENT_COLS ") VALUES($1, $2, $3, $4, $5, $6, $7)"
                    " ON CONFLICT(resource, project, azure_resource_id) DO UPDATE SET assigned = excluded.assigned,"
                    " custom_domain = excluded.custom_domain, region = excluded.region,"
                    " assigned_us = excluded.assigned_us",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_assignment_list(store_tx *tx, str resource, str project, size_t skip, size_t top, arena *a,
                               store_assignment **out, size_t *n, size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), INT_ARG(store__limit(top)), INT_ARG(store__limit(skip))};
  return STORE_PAGE(tx, "SELECT count(*) FROM project_resources WHERE resource = $1 AND project = $2",
                    "SELECT " ASSIGNMENT_COLS " FROM project_resources WHERE resource = $1 AND project = $2"
                    " ORDER BY azure_resource_id LIMIT $3 OFFSET $4",
                    args, read_assignment, store_assignment, a, out, n, total, e);
}

err_code store_assignment_of_resource(store_tx *tx, str assigned, arena *a, store_assignment **out, size_t *n, err *e) {
  sql_arg args[] = {TEXT_ARG(assigned)};
  return STORE_LIST(tx,
                    "SELECT " ASSIGNMENT_COLS " FROM project_resources WHERE assigned = $1 ORDER BY project, resource",
                    args, read_assignment, store_assignment, a, out, n, e);
}

err_code store_assignment_delete(store_tx *tx, str resource, str project, str azure_resource_id, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(azure_resource_id)};
  return store__delete(tx,
                       "DELETE FROM project_resources"
                       " WHERE resource = $1 AND project = $2 AND azure_resource_id = $3",
                       args, ARRAY_LEN(args), STORE_NAME(ERR_NOT_FOUND, "assigned resource", azure_resource_id), e);
}

/* ---- trials ------------------------------------------------------------------------------------ */
#define TRIAL_COLS                                                                                                     \
  "resource, project, deployment, kind, id, model_id, model_label, file, settings, state, reason, started_us,"         \
  " ended_us, answered, errors, none_answers, compared, intent_differs, entities_differ, dropped"

static void read_trial(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_trial *)out = (store_trial){
      .resource = store__text(d, row, 0, a),
      .project = store__text(d, row, 1, a),
      .deployment = store__text(d, row, 2, a),
      .kind = store__text(d, row, 3, a),
      .id = store__text(d, row, 4, a),
      .model_id = store__text(d, row, 5, a),
      .model_label = store__text(d, row, 6, a),
      .file = store__text(d, row, 7, a),
      .settings = store__text(d, row, 8, a),
      .state = store__text(d, row, 9, a),
      .reason = store__text(d, row, 10, a),
      .started_us = d->col_int(row, 11),
      .ended_us = d->col_int(row, 12),
      .counts = {.answered = d->col_int(row, 13),
                 .errors = d->col_int(row, 14),
                 .none_answers = d->col_int(row, 15),
                 .compared = d->col_int(row, 16),
                 .intent_differs = d->col_int(row, 17),
                 .entities_differ = d->col_int(row, 18),
                 .dropped = d->col_int(row, 19)},
  };
}

err_code store_trial_put(store_tx *tx, const store_trial *t, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  const store_trial_counts *c = &t->counts;
  sql_arg args[] = {
      TEXT_ARG(t->resource), TEXT_ARG(t->project),       TEXT_ARG(t->deployment),     TEXT_ARG(t->kind),
      TEXT_ARG(t->id),       TEXT_ARG(t->model_id),      TEXT_ARG(t->model_label),    TEXT_ARG(t->file),
      TEXT_ARG(t->settings), TEXT_ARG(t->state),         TEXT_ARG(t->reason),         INT_ARG(t->started_us),
      INT_ARG(t->ended_us),  INT_ARG(c->answered),       INT_ARG(c->errors),          INT_ARG(c->none_answers),
      INT_ARG(c->compared),  INT_ARG(c->intent_differs), INT_ARG(c->entities_differ), INT_ARG(c->dropped)};
  return store__run(tx,
                    "INSERT INTO trials(" TRIAL_COLS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
                    " $14, $15, $16, $17, $18, $19, $20)"
                    " ON CONFLICT(resource, project, deployment, kind) DO UPDATE SET id = excluded.id,"
                    " model_id = excluded.model_id, model_label = excluded.model_label, file = excluded.file,"
                    " settings = excluded.settings, state = excluded.state, reason = excluded.reason,"
                    " started_us = excluded.started_us, ended_us = excluded.ended_us, answered = excluded.answered,"
                    " errors = excluded.errors, none_answers = excluded.none_answers, compared = excluded.compared,"
                    " intent_differs = excluded.intent_differs, entities_differ = excluded.entities_differ,"
                    " dropped = excluded.dropped",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_trial_get(store_tx *tx, str resource, str project, str deployment, str kind, arena *a, store_trial *out,
                         err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(deployment), TEXT_ARG(kind)};
  bool found;
  err_code rc = store__one(tx,
                           "SELECT " TRIAL_COLS " FROM trials"
                           " WHERE resource = $1 AND project = $2 AND deployment = $3 AND kind = $4",
                           args, ARRAY_LEN(args), read_trial, a, out, &found, e);
  if (rc != ERR_OK || found) return rc;
  return err_set(e, ERR_NOT_FOUND, "deployment '" STR_FMT "' has no " STR_FMT, STR_ARG(deployment), STR_ARG(kind));
}

err_code store_trial_running(store_tx *tx, arena *a, store_trial **out, size_t *n, err *e) {
  return store__all(tx,
                    "SELECT " TRIAL_COLS " FROM trials WHERE state = 'running'"
                    " ORDER BY resource, project, deployment, kind",
                    NULL, 0, read_trial, sizeof(store_trial), a, (void **)out, n, e);
}

err_code store_trial_count(store_tx *tx, str id, const store_trial_counts *more, err *e) {
  sql_arg args[] = {INT_ARG(more->answered),       INT_ARG(more->errors),
                    INT_ARG(more->none_answers),   INT_ARG(more->compared),
                    INT_ARG(more->intent_differs), INT_ARG(more->entities_differ),
                    INT_ARG(more->dropped),        TEXT_ARG(id)};
  return store__run(
      tx,
      "UPDATE trials SET answered = answered + $1, errors = errors + $2, none_answers = none_answers + $3,"
      " compared = compared + $4, intent_differs = intent_differs + $5,"
      " entities_differ = entities_differ + $6, dropped = dropped + $7 WHERE id = $8",
      args, ARRAY_LEN(args), NULL, e);
}

err_code store_trial_end(store_tx *tx, str id, str state, str reason, int64_t at_us, size_t *ended, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  int64_t changed = 0;
  sql_arg args[] = {TEXT_ARG(state), TEXT_ARG(reason), INT_ARG(at_us), TEXT_ARG(id)};
  err_code rc = store__run(tx,
                           "UPDATE trials SET state = $1, reason = $2, ended_us = $3"
                           " WHERE id = $4 AND state = 'running'",
                           args, ARRAY_LEN(args), &changed, e);
  *ended = (size_t)changed;
  return rc;
}

err_code store_trial_end_all(store_tx *tx, str resource, str project, str deployment, str reason, int64_t at_us,
                             err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  sql_arg args[] = {TEXT_ARG(reason), INT_ARG(at_us), TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(deployment)};
  return store__run(tx,
                    "UPDATE trials SET state = 'ended', reason = $1, ended_us = $2"
                    " WHERE resource = $3 AND project = $4 AND deployment = $5 AND state = 'running'",
                    args, ARRAY_LEN(args), NULL, e);
}

/* ---- exported models ----------------------------------------------------------------------------- */
#define EXPORTED_COLS "resource, project, name, model_id, model_label, file, config_version, trained_us, exported_us"

static void read_exported(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_exported_model *)out = (store_exported_model){
      .resource = store__text(d, row, 0, a),
      .project = store__text(d, row, 1, a),
      .name = store__text(d, row, 2, a),
      .model_id = store__text(d, row, 3, a),
      .model_label = store__text(d, row, 4, a),
      .file = store__text(d, row, 5, a),
      .config_version = store__text(d, row, 6, a),
      .trained_us = d->col_int(row, 7),
      .exported_us = d->col_int(row, 8),
  };
}

err_code store_exported_model_put(store_tx *tx, const store_exported_model *m, err *e) {
  sql_arg args[] = {TEXT_ARG(m->resource),       TEXT_ARG(m->project),     TEXT_ARG(m->name),
                    TEXT_ARG(m->model_id),       TEXT_ARG(m->model_label), TEXT_ARG(m->file),
                    TEXT_ARG(m->config_version), INT_ARG(m->trained_us),   INT_ARG(m->exported_us)};
  return store__run(tx,
                    "INSERT INTO exported_models(" EXPORTED_COLS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                    " ON CONFLICT(resource, project, name) DO UPDATE SET model_id = excluded.model_id,"
                    " model_label = excluded.model_label, file = excluded.file,"
                    " config_version = excluded.config_version, trained_us = excluded.trained_us,"
                    " exported_us = excluded.exported_us",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_exported_model_get(store_tx *tx, str resource, str project, str name, arena *a,
                                  store_exported_model *out, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(name)};
  return store__get(tx,
                    "SELECT " EXPORTED_COLS " FROM exported_models"
                    " WHERE resource = $1 AND project = $2 AND name = $3",
                    args, ARRAY_LEN(args), read_exported, a, out, STORE_NAME(ERR_NOT_FOUND, "exported model", name), e);
}

err_code store_exported_model_list(store_tx *tx, str resource, str project, size_t skip, size_t top, arena *a,
                                   store_exported_model **out, size_t *n, size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), INT_ARG(store__limit(top)), INT_ARG(store__limit(skip))};
  return STORE_PAGE(tx, "SELECT count(*) FROM exported_models WHERE resource = $1 AND project = $2",
                    "SELECT " EXPORTED_COLS " FROM exported_models WHERE resource = $1 AND project = $2"
                    " ORDER BY name LIMIT $3 OFFSET $4",
                    args, read_exported, store_exported_model, a, out, n, total, e);
}

err_code store_exported_model_delete(store_tx *tx, str resource, str project, str name, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(name)};
  return store__delete(tx, "DELETE FROM exported_models WHERE resource = $1 AND project = $2 AND name = $3", args,
                       ARRAY_LEN(args), STORE_NAME(ERR_NOT_FOUND, "exported model", name), e);
}
