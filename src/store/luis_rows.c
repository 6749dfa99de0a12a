#include "store/store_int.h"

/* Versions of LUIS apps, and the queries that are kept for their review. The column lists and the readers beside
 * them must agree. */

#define STATE_COLS                                                                                                     \
  "resource, project, version, created_us, modified_us, trained_us, published_us, edits, trained_edits,"               \
  " training_edits, training_job, training, intent_count, entity_count"

static void read_state(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_luis_version *)out = (store_luis_version){.resource = store__text(d, row, 0, a),
                                                    .project = store__text(d, row, 1, a),
                                                    .version = store__text(d, row, 2, a),
                                                    .created_us = d->col_int(row, 3),
                                                    .modified_us = d->col_int(row, 4),
                                                    .trained_us = d->col_int(row, 5),
                                                    .published_us = d->col_int(row, 6),
                                                    .edits = d->col_int(row, 7),
                                                    .trained_edits = d->col_int(row, 8),
                                                    .training_edits = d->col_int(row, 9),
                                                    .training_job = store__text(d, row, 10, a),
                                                    .training = store__text(d, row, 11, a),
                                                    .intent_count = d->col_int(row, 12),
                                                    .entity_count = d->col_int(row, 13)};
}

static void read_version(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  read_state(d, row, a, out);
  ((store_luis_version *)out)->document = store__text(d, row, 14, a);
}

#define KEY_ARGS(v) TEXT_ARG((v)->resource), TEXT_ARG((v)->project), TEXT_ARG((v)->version)
#define STATE_ARGS(v)                                                                                                  \
  INT_ARG((v)->created_us), INT_ARG((v)->modified_us), INT_ARG((v)->trained_us), INT_ARG((v)->published_us),           \
      INT_ARG((v)->edits), INT_ARG((v)->trained_edits), INT_ARG((v)->training_edits), TEXT_ARG((v)->training_job),     \
      TEXT_ARG((v)->training), INT_ARG((v)->intent_count), INT_ARG((v)->entity_count)

err_code store_luis_version_put(store_tx *tx, const store_luis_version *v, err *e) {
  sql_arg args[] = {KEY_ARGS(v), STATE_ARGS(v), TEXT_ARG(v->document)};
  return store__run(
      tx,
      "INSERT INTO luis_versions(" STATE_COLS ", document)"
      " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
      " ON CONFLICT(resource, project, version) DO UPDATE SET created_us = excluded.created_us,"
      " modified_us = excluded.modified_us, trained_us = excluded.trained_us, published_us = excluded.published_us,"
      " edits = excluded.edits, trained_edits = excluded.trained_edits, training_edits = excluded.training_edits,"
      " training_job = excluded.training_job, training = excluded.training, intent_count = excluded.intent_count,"
      " entity_count = excluded.entity_count, document = excluded.document",
      args, ARRAY_LEN(args), NULL, e);
}

err_code store_luis_version_put_state(store_tx *tx, const store_luis_version *v, err *e) {
  int64_t changed = 0;
  sql_arg args[] = {STATE_ARGS(v), KEY_ARGS(v)};
  err_code rc = store__run(tx,
                           "UPDATE luis_versions SET created_us = $1, modified_us = $2, trained_us = $3,"
                           " published_us = $4, edits = $5, trained_edits = $6, training_edits = $7,"
                           " training_job = $8, training = $9, intent_count = $10, entity_count = $11"
                           " WHERE resource = $12 AND project = $13 AND version = $14",
                           args, ARRAY_LEN(args), &changed, e);
  return store__want(rc, rc == ERR_OK && changed > 0, e, ERR_NOT_FOUND, "version", v->version);
}

err_code store_luis_version_get(store_tx *tx, str resource, str project, str version, arena *a, store_luis_version *out,
                                err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(version)};
  return store__get(tx,
                    "SELECT " STATE_COLS ", document FROM luis_versions"
                    " WHERE resource = $1 AND project = $2 AND version = $3",
                    args, ARRAY_LEN(args), read_version, a, out, STORE_NAME(ERR_NOT_FOUND, "version", version), e);
}

err_code store_luis_version_state(store_tx *tx, str resource, str project, str version, arena *a,
                                  store_luis_version *out, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(version)};
  return store__get(tx,
                    "SELECT " STATE_COLS " FROM luis_versions"
                    " WHERE resource = $1 AND project = $2 AND version = $3",
                    args, ARRAY_LEN(args), read_state, a, out, STORE_NAME(ERR_NOT_FOUND, "version", version), e);
}

err_code store_luis_version_list(store_tx *tx, str resource, str project, arena *a, store_luis_version **out, size_t *n,
                                 err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project)};
  return STORE_LIST(tx,
                    "SELECT " STATE_COLS " FROM luis_versions WHERE resource = $1 AND project = $2"
                    " ORDER BY created_us DESC, version DESC",
                    args, read_state, store_luis_version, a, out, n, e);
}

err_code store_luis_version_delete(store_tx *tx, str resource, str project, str version, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(version)};
  return store__delete(tx, "DELETE FROM luis_versions WHERE resource = $1 AND project = $2 AND version = $3", args,
                       ARRAY_LEN(args), STORE_NAME(ERR_NOT_FOUND, "version", version), e);
}

/* ---- logged queries ------------------------------------------------------------------------------ */
#define QUERY_COLS "resource, project, deployment, text, language, top_intent, prediction, at_us"

static void read_query(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_query *)out = (store_query){.resource = store__text(d, row, 0, a),
                                      .project = store__text(d, row, 1, a),
                                      .deployment = store__text(d, row, 2, a),
                                      .text = store__text(d, row, 3, a),
                                      .language = store__text(d, row, 4, a),
                                      .top_intent = store__text(d, row, 5, a),
                                      .prediction = store__text(d, row, 6, a),
                                      .at_us = d->col_int(row, 7)};
}

err_code store_query_list(store_tx *tx, str resource, str project, size_t top, arena *a, store_query **out, size_t *n,
                          size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), INT_ARG(store__limit(top))};
  err_code rc =
      store__count(tx, "SELECT count(*) FROM queries WHERE resource = $1 AND project = $2", args, 2, total, e);
  if (rc != ERR_OK) return rc;
  return STORE_LIST(tx,
                    "SELECT " QUERY_COLS " FROM queries WHERE resource = $1 AND project = $2"
                    " ORDER BY at_us DESC, seq DESC LIMIT $3",
                    args, read_query, store_query, a, out, n, e);
}

err_code store_query_delete(store_tx *tx, str resource, str project, str text, size_t *removed, err *e) {
  int64_t changed = 0;
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(text)};
  err_code rc = store__run(tx, "DELETE FROM queries WHERE resource = $1 AND project = $2 AND lower(text) = lower($3)",
                           args, ARRAY_LEN(args), &changed, e);
  *removed = (size_t)changed;
  return rc;
}

err_code store_query_expire(store_tx *tx, int64_t before_us, size_t *removed, err *e) {
  int64_t changed = 0;
  sql_arg args[] = {INT_ARG(before_us)};
  err_code rc = store__run(tx, "DELETE FROM queries WHERE at_us < $1", args, ARRAY_LEN(args), &changed, e);
  *removed = (size_t)changed;
  return rc;
}
