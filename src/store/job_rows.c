#include "store/store_int.h"

#define JOB_COLS                                                                                                       \
  "id, resource, project, kind, subject, params, document, status, result, errors, warnings, created_us, updated_us,"  \
  " expires_us, attempts, applied"
#define UNFINISHED "status IN ('notStarted', 'running', 'cancelling')"

static void read_job(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_job *)out = (store_job){
      .id = store__text(d, row, 0, a),
      .resource = store__text(d, row, 1, a),
      .project = store__text(d, row, 2, a),
      .kind = store__text(d, row, 3, a),
      .subject = store__text(d, row, 4, a),
      .params = store__text(d, row, 5, a),
      .document = store__text(d, row, 6, a),
      .status = store__text(d, row, 7, a),
      .result = store__text(d, row, 8, a),
      .errors = store__text(d, row, 9, a),
      .warnings = store__text(d, row, 10, a),
      .created_us = d->col_int(row, 11),
      .updated_us = d->col_int(row, 12),
      .expires_us = d->col_int(row, 13),
      .attempts = d->col_int(row, 14),
      .applied = d->col_int(row, 15) != 0,
  };
}

/* seq, given at the first insertion, is the order of the queue: an update keeps it. */
err_code store_job_put(store_tx *tx, const store_job *j, err *e) {
  sql_arg args[] = {TEXT_ARG(j->id),        TEXT_ARG(j->resource),  TEXT_ARG(j->project),  TEXT_ARG(j->kind),
                    TEXT_ARG(j->subject),   TEXT_ARG(j->params),    TEXT_ARG(j->document), TEXT_ARG(j->status),
                    TEXT_ARG(j->result),    TEXT_ARG(j->errors),    TEXT_ARG(j->warnings), INT_ARG(j->created_us),
                    INT_ARG(j->updated_us), INT_ARG(j->expires_us), INT_ARG(j->attempts),  INT_ARG(j->applied)};
  return store__run(tx,
                    "INSERT INTO jobs(" JOB_COLS ")"
                    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
                    " ON CONFLICT(id) DO UPDATE SET params = excluded.params, document = excluded.document,"
                    " status = excluded.status, result = excluded.result, errors = excluded.errors,"
                    " warnings = excluded.warnings, updated_us = excluded.updated_us,"
                    " expires_us = excluded.expires_us, attempts = excluded.attempts, applied = excluded.applied",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_job_get(store_tx *tx, str id, arena *a, store_job *out, err *e) {
  bool found;
  err_code rc = store__one(tx, "SELECT " JOB_COLS " FROM jobs WHERE id = $1", (sql_arg[]){TEXT_ARG(id)}, 1, read_job, a,
                           out, &found, e);
  if (rc != ERR_OK || found) return rc;
  return err_set(e, ERR_OPERATION_NOT_FOUND, "job '" STR_FMT "' does not exist", STR_ARG(id));
}

err_code store_job_list(store_tx *tx, str resource, str project, str kind, int64_t now_us, size_t skip, size_t top,
                        arena *a, store_job **out, size_t *n, size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource),
                    TEXT_ARG(project),
                    TEXT_ARG(kind),
                    INT_ARG(now_us),
                    INT_ARG(top > INT64_MAX ? INT64_MAX : (int64_t)top),
                    INT_ARG(skip > INT64_MAX ? INT64_MAX : (int64_t)skip)};
  int64_t count;
  err_code rc =
      store__int(tx, "SELECT count(*) FROM jobs WHERE resource = $1 AND project = $2 AND kind = $3 AND expires_us > $4",
                 args, 4, &count, e);
  if (rc != ERR_OK) return rc;
  *total = (size_t)count;
  return store__all(tx,
                    "SELECT " JOB_COLS " FROM jobs"
                    " WHERE resource = $1 AND project = $2 AND kind = $3 AND expires_us > $4"
                    " ORDER BY seq LIMIT $5 OFFSET $6",
                    args, ARRAY_LEN(args), read_job, sizeof(store_job), a, (void **)out, n, e);
}

err_code store_job_unfinished(store_tx *tx, arena *a, store_job **out, size_t *n, err *e) {
  return store__all(tx, "SELECT " JOB_COLS " FROM jobs WHERE " UNFINISHED " ORDER BY seq", NULL, 0, read_job,
                    sizeof(store_job), a, (void **)out, n, e);
}

err_code store_job_expire(store_tx *tx, int64_t now_us, size_t *deleted, err *e) {
  int64_t changed;
  err_code rc = store__run(tx, "DELETE FROM jobs WHERE expires_us <= $1 AND NOT (" UNFINISHED ")",
                           (sql_arg[]){INT_ARG(now_us)}, 1, &changed, e);
  if (rc == ERR_OK) *deleted = (size_t)changed;
  return rc;
}
