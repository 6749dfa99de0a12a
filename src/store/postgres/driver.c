#include "store/postgres/pg_int.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/timeutil.h"
#include "store/schema.h"

/* DESIGN. Connections are pooled: a transaction takes one and gives it back, and whoever finds none
 * waits, at most PG_MAX_CONNECTIONS being open.
 *
 *   SQL_READ           REPEATABLE READ READ ONLY: one consistent state
 *   SQL_WRITE          takes the one turn to write of all nodes, an advisory lock that ends with the
 *                      transaction; so what a transaction has read stays true until it commits
 *   SQL_WRITE_BESIDE   no turn: row locks only
 *
 * A connection that was lost is noticed by the first statement on it. At BEGIN nothing has happened
 * yet, so the transaction begins again on a new one. At COMMIT the outcome is unknown: a new
 * connection asks pg_xact_status what became of the transaction's number. Anywhere else the
 * transaction is gone, and its error says so. */

enum {
  BEGIN_TRIES = 3,
  BEGIN_LIMIT_MS = 30000, /* longer than lock_timeout */
  END_LIMIT_MS = 30000,
  RETRY_US = 500000,
  OUTCOME_LIMIT_US = 15000000,
  OUTCOME_NAP_MS = 100
};
/* Class and number of the advisory lock; migrate.c has 7163, 1. */
#define TAKE_TURN "SELECT pg_advisory_xact_lock(7163, 2)"

struct sql_row {
  const PGresult *r;
  int at;
};

/* ---- pool -------------------------------------------------------------------------------------- */

static void conn_close(sql_conn *c) {
  sql_db *db = c->owner;
  PQfinish(c->pg);
  free(c);
  pthread_mutex_lock(&db->lock);
  db->count--;
  pthread_cond_signal(&db->back);
  pthread_mutex_unlock(&db->lock);
}

static bool in_transaction(const sql_conn *c) {
  return PQtransactionStatus(c->pg) != PQTRANS_IDLE;
}

static void give_back(sql_conn *c) {
  sql_db *db = c->owner;
  if (PQstatus(c->pg) != CONNECTION_OK || in_transaction(c)) {
    conn_close(c);
    return;
  }
  pthread_mutex_lock(&db->lock);
  db->idle[db->idle_count++] = c;
  pthread_cond_signal(&db->back);
  pthread_mutex_unlock(&db->lock);
}

/* Called with the lock held. While the database is away one thread tries to reach it, and not too
 * often; all others are told at once. */
static bool must_not_try(const sql_db *db) {
  return db->away && (db->connecting || time_mono_us() < db->retry_us);
}

static err_code conn_new(sql_db *db, sql_conn **out, err *e) {
  err why = {0};
  PGconn *pg = NULL;
  err_code rc = pg__connect(db, &pg, &why);
  pthread_mutex_lock(&db->lock);
  db->connecting = false;
  db->away = rc == ERR_UNAVAILABLE;
  db->why_away = why;
  db->retry_us = time_mono_us() + RETRY_US;
  if (rc != ERR_OK) {
    db->count--;
    pthread_cond_signal(&db->back);
  }
  pthread_mutex_unlock(&db->lock);
  if (rc != ERR_OK) {
    if (e) *e = why;
    return rc;
  }
  sql_conn *c = mem_zalloc(1, sizeof *c);
  c->owner = db;
  c->pg = pg;
  *out = c;
  return ERR_OK;
}

static err_code take(sql_db *db, sql_conn **out, err *e) {
  err_code rc = ERR_OK;
  bool is_new = false;
  pthread_mutex_lock(&db->lock);
  while (!db->idle_count && db->count == PG_MAX_CONNECTIONS) pthread_cond_wait(&db->back, &db->lock);
  if (db->idle_count) {
    *out = db->idle[--db->idle_count];
  } else if (must_not_try(db)) {
    if (e) *e = db->why_away;
    rc = ERR_UNAVAILABLE;
  } else {
    is_new = true;
    db->count++;
    db->connecting = true;
  }
  pthread_mutex_unlock(&db->lock);
  return is_new ? conn_new(db, out, e) : rc;
}

/* When one connection was lost the others probably were too. */
static void drop_idle(sql_db *db) {
  sql_conn *all[PG_MAX_CONNECTIONS];
  pthread_mutex_lock(&db->lock);
  size_t n = db->idle_count;
  memcpy(all, db->idle, n * sizeof *all);
  db->idle_count = 0;
  pthread_mutex_unlock(&db->lock);
  for (size_t i = 0; i < n; i++) conn_close(all[i]);
}

/* ---- transactions ------------------------------------------------------------------------------ */

static const char *begin_sql(sql_mode mode) {
  switch (mode) {
  case SQL_READ: return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  case SQL_WRITE: return "BEGIN; " TAKE_TURN "; SELECT pg_current_xact_id()";
  case SQL_WRITE_BESIDE: return "BEGIN; SELECT pg_current_xact_id()";
  case SQL_WRITE_RELAXED: return "BEGIN; SET LOCAL synchronous_commit = off";
  }
  return NULL;
}

static err_code try_begin(sql_conn *c, sql_mode mode, err *e) {
  PGresult *r = NULL;
  c->mode = mode;
  c->failed = ERR_OK;
  c->xid[0] = '\0';
  err_code rc = pg__exec(c->pg, begin_sql(mode), BEGIN_LIMIT_MS, &r, e);
  if (rc == ERR_OK && PQntuples(r) == 1) snprintf(c->xid, sizeof c->xid, "%s", PQgetvalue(r, 0, 0));
  PQclear(r);
  return rc;
}

static err_code pg_begin(sql_db *db, sql_mode mode, sql_conn **out, err *e) {
  err_code rc = ERR_OK;
  for (int tries = 0; tries < BEGIN_TRIES; tries++) {
    sql_conn *c;
    rc = take(db, &c, e);
    if (rc != ERR_OK) return rc;
    rc = try_begin(c, mode, e);
    if (rc == ERR_OK) {
      *out = c;
      return ERR_OK;
    }
    /* The server may have been started again since the connection was used last. */
    bool lost = PQstatus(c->pg) != CONNECTION_OK;
    conn_close(c);
    if (!lost) return rc;
    drop_idle(db);
  }
  return rc;
}

static void undo(sql_conn *c) {
  err ignored;
  if (PQstatus(c->pg) == CONNECTION_OK && PQtransactionStatus(c->pg) != PQTRANS_ACTIVE && in_transaction(c) &&
      pg__exec(c->pg, "ROLLBACK", END_LIMIT_MS, NULL, &ignored) != ERR_OK)
    return; /* give_back closes it */
}

static void pg_rollback(sql_conn *c) {
  undo(c);
  give_back(c);
}

/* *status: "committed", "aborted", "in progress"; "" when the server has forgotten the number. */
static err_code ask_status(sql_db *db, const char *xid, char status[16], err *e) {
  sql_conn *c;
  char sql[80];
  PGresult *r = NULL;
  snprintf(sql, sizeof sql, "SELECT pg_xact_status('%s')", xid);
  err_code rc = take(db, &c, e);
  if (rc != ERR_OK) return rc;
  rc = pg__exec(c->pg, sql, END_LIMIT_MS, &r, e);
  status[0] = '\0';
  if (rc == ERR_OK && PQntuples(r) == 1) snprintf(status, 16, "%s", PQgetvalue(r, 0, 0));
  PQclear(r);
  if (rc == ERR_OK)
    give_back(c);
  else
    conn_close(c);
  return rc;
}

/* The connection was lost after COMMIT was sent. */
static err_code find_outcome(sql_db *db, const char *xid, err *e) {
  char status[16];
  for (int64_t until = time_mono_us() + OUTCOME_LIMIT_US; time_mono_us() < until;) {
    err why;
    if (ask_status(db, xid, status, &why) == ERR_OK) {
      if (strcmp(status, "committed") == 0) return ERR_OK;
      if (strcmp(status, "aborted") == 0) return err_set(e, ERR_UNAVAILABLE, "the database was lost before the commit");
    }
    struct timespec nap = {0, (long)OUTCOME_NAP_MS * 1000000};
    nanosleep(&nap, NULL);
  }
  return err_set(e, ERR_UNAVAILABLE, "the database was lost during a commit; whether it took effect is not known");
}

static err_code pg_commit(sql_conn *c, err *e) {
  sql_db *db = c->owner;
  char xid[PG_XID_SIZE];
  err_code rc = c->failed;
  memcpy(xid, c->xid, sizeof xid);
  if (rc != ERR_OK) {
    pg_rollback(c);
    return err_set(e, rc, "the transaction failed before: %s", err_default_message(rc));
  }
  rc = pg__exec(c->pg, "COMMIT", END_LIMIT_MS, NULL, e);
  if (rc == ERR_UNAVAILABLE) {
    conn_close(c);
    return xid[0] ? find_outcome(db, xid, e) : rc;
  }
  give_back(c);
  return rc;
}

/* ---- statements -------------------------------------------------------------------------------- */

enum { OID_BYTES = 17, OID_INT = 20, OID_TEXT = 25 };
enum { MAX_ARGS = 24 };

/* Arguments in binary: integers big-endian, text and bytes as they are. */
typedef struct bound {
  Oid types[MAX_ARGS];
  const char *values[MAX_ARGS];
  int lengths[MAX_ARGS], formats[MAX_ARGS];
  uint64_t ints[MAX_ARGS];
} bound;

static err_code bind(const sql_arg *args, size_t n, bound *b, err *e) {
  assert(n <= MAX_ARGS);
  for (size_t i = 0; i < n; i++) {
    b->formats[i] = 1;
    if (args[i].kind == SQL_INT) {
      b->types[i] = OID_INT;
      b->ints[i] = htobe64((uint64_t)args[i].i);
      b->values[i] = (const char *)&b->ints[i];
      b->lengths[i] = sizeof b->ints[i];
      continue;
    }
    if (args[i].s.n > INT32_MAX) return err_set(e, ERR_TOO_LARGE, "%zu bytes are too many to keep", args[i].s.n);
    b->types[i] = args[i].kind == SQL_TEXT ? OID_TEXT : OID_BYTES;
    b->values[i] = args[i].s.p ? args[i].s.p : "";
    b->lengths[i] = (int)args[i].s.n;
  }
  return ERR_OK;
}

/* Reads what is left of a statement's results. */
static err_code drain(PGconn *pg, int64_t until_us, err *e) {
  for (;;) {
    PGresult *r = NULL;
    err_code rc = pg__next_result(pg, until_us, &r, e);
    if (rc != ERR_OK || !r) return rc;
    PQclear(r);
  }
}

static err_code prepare(sql_conn *c, const char *sql, const bound *b, size_t n, pg_cached *slot, err *e) {
  int64_t until = time_mono_us() + (int64_t)PG_STATEMENT_LIMIT_MS * 1000;
  PGresult *r = NULL;
  if (!PQsendPrepare(c->pg, slot->name, sql, (int)n, b->types))
    return pg__error(c->pg, NULL, e, "preparing a statement");
  err_code rc = pg__next_result(c->pg, until, &r, e);
  if (rc == ERR_OK && PQresultStatus(r) != PGRES_COMMAND_OK) rc = pg__error(c->pg, r, e, "preparing a statement");
  PQclear(r);
  err ignored;
  err_code rest = drain(c->pg, until, rc == ERR_OK ? e : &ignored);
  if (rc == ERR_OK) rc = rest;
  if (rc == ERR_OK) slot->sql = sql;
  return rc;
}

/* A statement beyond the cache is prepared under no name, each time. */
static err_code prepared(sql_conn *c, const char *sql, const bound *b, size_t n, const char **name, err *e) {
  for (size_t i = 0; i < c->cache_count; i++) {
    if (c->cache[i].sql != sql) continue;
    *name = c->cache[i].name;
    return ERR_OK;
  }
  pg_cached unnamed = {0};
  bool room = c->cache_count < PG_CACHED_STATEMENTS;
  pg_cached *slot = room ? &c->cache[c->cache_count] : &unnamed;
  if (room) snprintf(slot->name, sizeof slot->name, "s%zu", c->cache_count);
  *name = room ? slot->name : "";
  err_code rc = prepare(c, sql, b, n, slot, e);
  if (rc == ERR_OK && room) c->cache_count++;
  return rc;
}

static err_code each_row(const PGresult *r, sql_row_fn row, void *ctx, err *e) {
  err_code rc = ERR_OK;
  for (int i = 0; rc == ERR_OK && row && i < PQntuples(r); i++) rc = row(ctx, &(sql_row){r, i}, e);
  return rc;
}

/* Rows come one by one, so that a large result is never in memory as a whole. */
static err_code take_results(sql_conn *c, sql_row_fn row, void *ctx, int64_t *changed, err *e) {
  err_code rc = ERR_OK;
  for (;;) {
    PGresult *r = NULL;
    err ignored;
    int64_t until = time_mono_us() + (int64_t)PG_STATEMENT_LIMIT_MS * 1000; /* for each row: some results are long */
    err_code waited = pg__next_result(c->pg, until, &r, rc == ERR_OK ? e : &ignored);
    if (waited != ERR_OK || !r) return rc != ERR_OK ? rc : waited;
    ExecStatusType s = PQresultStatus(r);
    if (rc != ERR_OK) {
      PQclear(r);
      continue;
    }
    if (s == PGRES_SINGLE_TUPLE || s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK)
      rc = each_row(r, row, ctx, e);
    else
      rc = pg__error(c->pg, r, e, "a statement failed");
    if (rc == ERR_OK && changed && s != PGRES_SINGLE_TUPLE) *changed = strtoll(PQcmdTuples(r), NULL, 10);
    PQclear(r);
  }
}

static err_code send_and_take(sql_conn *c, const char *sql, const sql_arg *args, size_t n, sql_row_fn row, void *ctx,
                              int64_t *changed, err *e) {
  bound b;
  const char *name;
  err_code rc = bind(args, n, &b, e);
  if (rc == ERR_OK) rc = prepared(c, sql, &b, n, &name, e);
  if (rc != ERR_OK) return rc;
  if (!PQsendQueryPrepared(c->pg, name, (int)n, b.values, b.lengths, b.formats, 1))
    return pg__error(c->pg, NULL, e, "sending a statement");
  if (row) PQsetSingleRowMode(c->pg);
  return take_results(c, row, ctx, changed, e);
}

static err_code pg_run(sql_conn *c, const char *sql, const sql_arg *args, size_t arg_count, sql_row_fn row, void *ctx,
                       int64_t *changed, err *e) {
  if (c->failed != ERR_OK) return err_set(e, c->failed, "the transaction failed before");
  err_code rc = send_and_take(c, sql, args, arg_count, row, ctx, changed, e);
  if (rc != ERR_OK) c->failed = rc;
  return rc;
}

static int64_t pg_col_int(const sql_row *row, int col) {
  int n = PQgetlength(row->r, row->at, col);
  const char *p = PQgetvalue(row->r, row->at, col);
  uint64_t v = 0;
  for (int i = 0; i < n && i < 8; i++) v = v << 8 | (uint8_t)p[i];
  return n == 4 ? (int64_t)(int32_t)v : (int64_t)v;
}

static str pg_col_str(const sql_row *row, int col) {
  return (str){PQgetvalue(row->r, row->at, col), (size_t)PQgetlength(row->r, row->at, col)};
}

static int pg_col_count(const sql_row *row) {
  return PQnfields(row->r);
}
static sql_kind pg_col_kind(const sql_row *row, int col) {
  Oid type = PQftype(row->r, col);
  return type == OID_INT ? SQL_INT : type == OID_BYTES ? SQL_BYTES : SQL_TEXT;
}
static const char *pg_col_name(const sql_row *row, int col) {
  return PQfname(row->r, col);
}

static err_code pg_reseed(sql_conn *c, const char *table, err *e) {
  char sql[200];
  snprintf(sql, sizeof sql,
           "SELECT setval(pg_get_serial_sequence('%s', 'seq'), (SELECT coalesce(max(seq), 0) + 1 FROM %s), false)",
           table, table);
  err_code rc = pg__exec(c->pg, sql, PG_STATEMENT_LIMIT_MS, NULL, e);
  if (rc != ERR_OK) c->failed = rc;
  return rc;
}

static err_code take_int(void *ctx, const sql_row *row, err *e) {
  (void)e;
  *(int64_t *)ctx = pg_col_int(row, 0);
  return ERR_OK;
}

static err_code pg_now_us(sql_conn *c, int64_t *out, err *e) {
  return pg_run(c, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", NULL, 0, take_int, out, NULL, e);
}

static err_code pg_notify(sql_conn *c, unsigned notices, err *e) {
  char text[2] = {(char)('0' + notices), '\0'};
  sql_arg args[] = {TEXT_ARG(str_of(text))};
  return pg_run(c, "SELECT pg_notify('dragoman', $1)", args, 1, NULL, NULL, NULL, e);
}

/* ---- open and close ---------------------------------------------------------------------------- */

static int pg_schema_version(const sql_db *db) {
  (void)db; /* no connection is used whose database has another */
  return schema__version();
}

static void pg_close(sql_db *db) {
  assert(db->idle_count == db->count);
  while (db->idle_count) {
    sql_conn *c = db->idle[--db->idle_count];
    PQfinish(c->pg);
    free(c);
  }
  PQfinish(db->listener);
  pthread_mutex_destroy(&db->lock);
  pthread_cond_destroy(&db->back);
  free(db->url);
  free(db->identity);
  free(db);
}

err_code postgres_open(const char *url, bool owner, str identity, sql_db **out, err *e) {
  char *problem = NULL;
  PQconninfoOption *options = PQconninfoParse(url, &problem);
  if (!options) {
    /* libpq's sentence may show the password. */
    PQfreemem(problem);
    return err_set(e, ERR_INVALID_ARGUMENT, "the database URL cannot be read; it looks like postgres://USER@HOST/NAME");
  }
  PQconninfoFree(options);
  sql_db *db = mem_zalloc(1, sizeof *db);
  db->url = mem_strdup(url);
  db->identity = mem_alloc(identity.n + 1);
  str_copy_to(identity, db->identity, identity.n + 1);
  db->is_owner = owner;
  pthread_mutex_init(&db->lock, NULL);
  pthread_cond_init(&db->back, NULL);
  *out = db;
  return ERR_OK;
}

bool postgres_is_url(const char *url) {
  return str_starts(str_of(url), STR("postgres://")) || str_starts(str_of(url), STR("postgresql://"));
}

const sql_driver postgres_driver = {
    .shared = true,
    .close = pg_close,
    .schema_version = pg_schema_version,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .run = pg_run,
    .now_us = pg_now_us,
    .notify = pg_notify,
    .listen = pg__listen,
    .col_int = pg_col_int,
    .col_str = pg_col_str,
    .col_count = pg_col_count,
    .col_kind = pg_col_kind,
    .col_name = pg_col_name,
    .reseed = pg_reseed,
};
