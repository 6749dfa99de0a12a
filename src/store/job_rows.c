#include "store/store_int.h"

#define JOB_COLS                                                                                                       \
  "id, resource, project, kind, subject, params, document, status, result, errors, warnings, created_us, updated_us,"  \
  " expires_us, attempts, applied, fence"
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
      .fence = d->col_int(row, 16),
  };
}

/* seq, given at the first insertion, is the order of the queue: an update keeps it. So are the claim's
 * columns, which the functions below write. */
err_code store_job_put(store_tx *tx, const store_job *j, err *e) {
  sql_arg args[] = {TEXT_ARG(j->id),        TEXT_ARG(j->resource),  TEXT_ARG(j->project),  TEXT_ARG(j->kind),
                    TEXT_ARG(j->subject),   TEXT_ARG(j->params),    TEXT_ARG(j->document), TEXT_ARG(j->status),
                    TEXT_ARG(j->result),    TEXT_ARG(j->errors),    TEXT_ARG(j->warnings), INT_ARG(j->created_us),
                    INT_ARG(j->updated_us), INT_ARG(j->expires_us), INT_ARG(j->attempts),  INT_ARG(j->applied)};
  tx->notices |= STORE_NOTICE_JOBS;
  return store__run(tx,
                    "INSERT INTO jobs(" JOB_COLS ")"
                    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0)"
                    " ON CONFLICT(id) DO UPDATE SET params = excluded.params, document = excluded.document,"
                    " status = excluded.status, result = excluded.result, errors = excluded.errors,"
                    " warnings = excluded.warnings, updated_us = excluded.updated_us,"
                    " expires_us = excluded.expires_us, attempts = excluded.attempts, applied = excluded.applied",
                    args, ARRAY_LEN(args), NULL, e);
}

/* A job that is not running any more is nobody's, so that it can be claimed at once. */
err_code store_job_put_claimed(store_tx *tx, const store_job *j, err *e) {
  int64_t changed;
  sql_arg args[] = {TEXT_ARG(j->document), TEXT_ARG(j->status),    TEXT_ARG(j->result),  TEXT_ARG(j->errors),
                    TEXT_ARG(j->warnings), INT_ARG(j->updated_us), INT_ARG(j->attempts), INT_ARG(j->applied),
                    TEXT_ARG(j->id),       INT_ARG(j->fence)};
  tx->notices |= STORE_NOTICE_JOBS;
  err_code rc = store__run(tx,
                           "UPDATE jobs SET document = $1, status = $2, result = $3, errors = $4, warnings = $5,"
                           " updated_us = $6, attempts = $7, applied = $8,"
                           " lease_us = CASE WHEN $2 IN ('running', 'cancelling') THEN lease_us ELSE 0 END"
                           " WHERE id = $9 AND fence = $10",
                           args, ARRAY_LEN(args), &changed, e);
  if (rc != ERR_OK || changed) return rc;
  return err_set(e, ERR_CONFLICT, "job '" STR_FMT "' is gone, or another node's", STR_ARG(j->id));
}

err_code store_job_get(store_tx *tx, str id, arena *a, store_job *out, err *e) {
  return store__get(tx, "SELECT " JOB_COLS " FROM jobs WHERE id = $1", (sql_arg[]){TEXT_ARG(id)}, 1, read_job, a, out,
                    STORE_NAME(ERR_OPERATION_NOT_FOUND, "job", id), e);
}

err_code store_job_list(store_tx *tx, str resource, str project, str kind, int64_t now_us, size_t skip, size_t top,
                        arena *a, store_job **out, size_t *n, size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project),          TEXT_ARG(kind),
                    INT_ARG(now_us),    INT_ARG(store__limit(top)), INT_ARG(store__limit(skip))};
  return STORE_PAGE(tx,
                    "SELECT count(*) FROM jobs WHERE resource = $1 AND project = $2 AND kind = $3 AND expires_us > $4",
                    "SELECT " JOB_COLS " FROM jobs"
                    " WHERE resource = $1 AND project = $2 AND kind = $3 AND expires_us > $4"
                    " ORDER BY seq LIMIT $5 OFFSET $6",
                    args, read_job, store_job, a, out, n, total, e);
}

err_code store_job_unfinished(store_tx *tx, arena *a, store_job **out, size_t *n, err *e) {
  return store__all(tx, "SELECT " JOB_COLS " FROM jobs WHERE " UNFINISHED " ORDER BY seq", NULL, 0, read_job,
                    sizeof(store_job), a, (void **)out, n, e);
}

err_code store_job_waiting(store_tx *tx, size_t *n, err *e) {
  return store__count(tx, "SELECT count(*) FROM jobs WHERE status = 'notStarted'", NULL, 0, n, e);
}

/* ---- claims ------------------------------------------------------------------------------------ */

/* Rows that another node is claiming at this moment are passed over where the database can (a write
 * transaction of SQLite has them all to itself). */
#define CLAIM(passing_over)                                                                                            \
  "UPDATE jobs SET node = $1, lease_us = $2, fence = fence + 1, attempts = attempts + 1, updated_us = $3,"             \
  " status = CASE WHEN status = 'cancelling' THEN status ELSE 'running' END"                                           \
  " WHERE id = (SELECT id FROM jobs AS j WHERE " UNFINISHED " AND lease_us <= $3 AND (kind = 'train') = ($4 = 1)"      \
  "  AND NOT EXISTS (SELECT 1 FROM jobs AS o WHERE o.status IN ('notStarted', 'running', 'cancelling')"                \
  "   AND o.resource = j.resource AND o.project = j.project AND (o.kind = 'train') = (j.kind = 'train')"               \
  "   AND o.seq < j.seq) ORDER BY seq LIMIT 1" passing_over ") RETURNING " JOB_COLS

/* Some claims are without end: the database's clock may not be added to them. */
static int64_t lease_end(int64_t now_us, int64_t lease_us) {
  return lease_us > INT64_MAX - now_us ? INT64_MAX : now_us + lease_us;
}

static err_code begin_at(store *s, sql_mode mode, store_tx *tx, int64_t *now_us, err *e) {
  err_code rc = store__begin(s, mode, tx, e);
  if (rc != ERR_OK) return rc;
  rc = s->driver->now_us(tx->conn, now_us, e);
  if (rc != ERR_OK) s->driver->rollback(tx->conn);
  return rc;
}

err_code store_job_claim(store *s, str node, bool training, int64_t lease_us, arena *a, store_job *out, bool *found,
                         err *e) {
  store_tx tx;
  int64_t now;
  err_code rc = begin_at(s, SQL_WRITE_BESIDE, &tx, &now, e);
  if (rc != ERR_OK) return rc;
  sql_arg args[] = {TEXT_ARG(node), INT_ARG(lease_end(now, lease_us)), INT_ARG(now), INT_ARG(training)};
  const char *sql = s->driver->shared ? CLAIM(" FOR UPDATE SKIP LOCKED") : CLAIM("");
  return store__finish(&tx, store__one(&tx, sql, args, ARRAY_LEN(args), read_job, a, out, found, e), e);
}

err_code store_job_renew(store *s, str node, int64_t lease_us, arena *a, store_job **rows, size_t *n, err *e) {
  store_tx tx;
  int64_t now;
  err_code rc = begin_at(s, SQL_WRITE_RELAXED, &tx, &now, e);
  if (rc != ERR_OK) return rc;
  sql_arg args[] = {INT_ARG(lease_end(now, lease_us)), TEXT_ARG(node)};
  rc = store__all(&tx, "UPDATE jobs SET lease_us = $1 WHERE node = $2 AND " UNFINISHED " RETURNING " JOB_COLS, args,
                  ARRAY_LEN(args), read_job, sizeof(store_job), a, (void **)rows, n, e);
  return store__finish(&tx, rc, e);
}

err_code store_job_release(store *s, str node, err *e) {
  store_tx tx;
  int64_t now;
  err_code rc = begin_at(s, SQL_WRITE_BESIDE, &tx, &now, e);
  if (rc != ERR_OK) return rc;
  rc = store__run(&tx, "UPDATE jobs SET lease_us = 0 WHERE node = $1 AND " UNFINISHED, (sql_arg[]){TEXT_ARG(node)}, 1,
                  NULL, e);
  return store__finish(&tx, rc, e);
}

err_code store_job_show(store *s, str id, int64_t fence, str result, err *e) {
  store_tx tx;
  int64_t now;
  err_code rc = begin_at(s, SQL_WRITE_RELAXED, &tx, &now, e);
  if (rc != ERR_OK) return rc;
  sql_arg args[] = {TEXT_ARG(result), INT_ARG(now), TEXT_ARG(id), INT_ARG(fence)};
  rc = store__run(&tx, "UPDATE jobs SET result = $1, updated_us = $2 WHERE id = $3 AND fence = $4 AND " UNFINISHED,
                  args, ARRAY_LEN(args), NULL, e);
  return store__finish(&tx, rc, e);
}

/* ---- expiry ------------------------------------------------------------------------------------ */

err_code store_job_expire(store_tx *tx, int64_t now_us, size_t *deleted, err *e) {
  int64_t changed;
  err_code rc = store__run(tx, "DELETE FROM jobs WHERE expires_us <= $1 AND NOT (" UNFINISHED ")",
                           (sql_arg[]){INT_ARG(now_us)}, 1, &changed, e);
  if (rc == ERR_OK) *deleted = (size_t)changed;
  return rc;
}
