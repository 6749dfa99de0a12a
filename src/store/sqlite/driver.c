#include "store/sqlite/sqlite.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/timeutil.h"
#include "store/schema.h"

/* DESIGN. Connections, each used by one thread at a time, so SQLite's own mutexes are off:
 *
 *   writer         synchronous=FULL: a commit returns when the WAL is on the disk
 *   relaxed        synchronous=NORMAL, for the query log: no fsync of its own
 *   readers        a pool that grows to MAX_READERS, then waits
 *
 * write_turn is held from begin to commit of either writer, so SQLite never sees two writers of
 * this process and SQLITE_BUSY can only come from a foreign program. pool_lock guards the pool.
 * Lock order: write_turn and pool_lock are never held together by one thread.
 *
 * SQLite may roll a transaction back by itself when a statement fails (disk full, I/O error):
 * failed remembers the first error, and commit answers it instead of committing what is left. */

enum { MAX_READERS = 16, CACHED_STATEMENTS = 64, BUSY_TIMEOUT_MS = 10000 };

typedef struct cached {
  const char *sql; /* address of the literal */
  sqlite3_stmt *st;
} cached;

struct sql_conn {
  sql_db *owner;
  sqlite3 *db;
  sql_mode mode;
  err_code failed; /* first error of the open transaction */
  cached cache[CACHED_STATEMENTS];
  size_t cache_count;
};

struct sql_db {
  char *path;
  bool is_owner;
  int version;
  pthread_mutex_t write_turn;
  sql_conn *writer, *relaxed;
  pthread_mutex_t pool_lock;
  pthread_cond_t reader_back;
  sql_conn *idle[MAX_READERS];
  size_t idle_count, reader_count;
};

struct sql_row {
  sqlite3_stmt *st;
};

/* ---- connections ----------------------------------------------------------------------------- */

static void conn_free(sql_conn *c) {
  if (!c) return;
  for (size_t i = 0; i < c->cache_count; i++) sqlite3_finalize(c->cache[i].st);
  sqlite3_close(c->db);
  free(c);
}

static err_code conn_new(sql_db *owner, sql_mode mode, sql_conn **out, err *e) {
  bool create = owner->is_owner && mode != SQL_READ;
  int flags = (create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
  sql_conn *c = mem_zalloc(1, sizeof *c);
  c->owner = owner;
  c->mode = mode;
  err_code rc = ERR_OK;
  if (sqlite3_open_v2(owner->path, &c->db, flags, NULL) != SQLITE_OK) {
    rc = sqlite__error(c->db, e, owner->path);
  } else {
    sqlite3_busy_timeout(c->db, BUSY_TIMEOUT_MS);
    const char *setup = mode == SQL_READ            ? "PRAGMA query_only = ON"
                        : mode == SQL_WRITE_RELAXED ? "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON"
                                                    : "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                                      "PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864";
    if (sqlite3_exec(c->db, setup, NULL, NULL, NULL) != SQLITE_OK) rc = sqlite__error(c->db, e, owner->path);
  }
  if (rc != ERR_OK) {
    conn_free(c);
    return rc;
  }
  *out = c;
  return ERR_OK;
}

static err_code reader_take(sql_db *db, sql_conn **out, err *e) {
  pthread_mutex_lock(&db->pool_lock);
  while (db->idle_count == 0 && db->reader_count == MAX_READERS) pthread_cond_wait(&db->reader_back, &db->pool_lock);
  if (db->idle_count > 0) {
    *out = db->idle[--db->idle_count];
    pthread_mutex_unlock(&db->pool_lock);
    return ERR_OK;
  }
  db->reader_count++;
  pthread_mutex_unlock(&db->pool_lock);
  err_code rc = conn_new(db, SQL_READ, out, e);
  if (rc != ERR_OK) {
    pthread_mutex_lock(&db->pool_lock);
    db->reader_count--;
    pthread_cond_signal(&db->reader_back);
    pthread_mutex_unlock(&db->pool_lock);
  }
  return rc;
}

static void conn_give_back(sql_conn *c) {
  sql_db *db = c->owner;
  if (c->mode != SQL_READ) {
    pthread_mutex_unlock(&db->write_turn);
    return;
  }
  pthread_mutex_lock(&db->pool_lock);
  db->idle[db->idle_count++] = c;
  pthread_cond_signal(&db->reader_back);
  pthread_mutex_unlock(&db->pool_lock);
}

/* ---- transactions ------------------------------------------------------------------------------ */

static err_code statement_of(sql_conn *c, const char *sql, sqlite3_stmt **out, err *e) {
  for (size_t i = 0; i < c->cache_count; i++) {
    if (c->cache[i].sql == sql) {
      *out = c->cache[i].st;
      return ERR_OK;
    }
  }
  sqlite3_stmt *st = NULL;
  if (sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK)
    return sqlite__error(c->db, e, "cannot prepare a statement");
  if (c->cache_count == CACHED_STATEMENTS) sqlite3_finalize(c->cache[--c->cache_count].st);
  c->cache[c->cache_count++] = (cached){sql, st};
  *out = st;
  return ERR_OK;
}

static err_code plain(sql_conn *c, const char *sql, err *e) {
  sqlite3_stmt *st = NULL;
  err_code rc = statement_of(c, sql, &st, e);
  if (rc != ERR_OK) return rc;
  if (sqlite3_step(st) != SQLITE_DONE) rc = sqlite__error(c->db, e, sql);
  sqlite3_reset(st);
  return rc;
}

static err_code sqlite_begin(sql_db *db, sql_mode mode, sql_conn **out, err *e) {
  sql_conn *c;
  err_code rc;
  if (mode == SQL_READ) {
    if ((rc = reader_take(db, &c, e)) != ERR_OK) return rc;
  } else {
    pthread_mutex_lock(&db->write_turn);
    c = mode == SQL_WRITE_RELAXED ? db->relaxed : db->writer;
  }
  c->failed = ERR_OK;
  rc = plain(c, mode == SQL_READ ? "BEGIN" : "BEGIN IMMEDIATE", e);
  if (rc != ERR_OK) {
    conn_give_back(c);
    return rc;
  }
  *out = c;
  return ERR_OK;
}

static void undo(sql_conn *c) {
  /* SQLite may have rolled back by itself already; a failing ROLLBACK has nothing left to undo. */
  err ignored;
  if (!sqlite3_get_autocommit(c->db) && plain(c, "ROLLBACK", &ignored) != ERR_OK) return;
}

static void sqlite_rollback(sql_conn *c) {
  undo(c);
  conn_give_back(c);
}

static err_code sqlite_commit(sql_conn *c, err *e) {
  err_code rc = c->failed;
  if (rc != ERR_OK)
    err_set(e, rc, "the transaction failed before: %s", err_default_message(rc));
  else
    rc = plain(c, "COMMIT", e);
  if (rc != ERR_OK) undo(c);
  conn_give_back(c);
  return rc;
}

/* ---- statements ------------------------------------------------------------------------------ */

static int bind(sqlite3_stmt *st, int at, const sql_arg *arg) {
  const char *p = arg->s.p ? arg->s.p : "";
  switch (arg->kind) {
  case SQL_INT: return sqlite3_bind_int64(st, at, arg->i);
  case SQL_TEXT: return sqlite3_bind_text64(st, at, p, arg->s.n, SQLITE_STATIC, SQLITE_UTF8);
  case SQL_BYTES: return sqlite3_bind_blob64(st, at, p, arg->s.n, SQLITE_STATIC);
  }
  return SQLITE_MISUSE;
}

static err_code step_all(sql_conn *c, sqlite3_stmt *st, sql_row_fn row, void *ctx, err *e) {
  for (;;) {
    int step = sqlite3_step(st);
    if (step == SQLITE_DONE) return ERR_OK;
    if (step != SQLITE_ROW) return sqlite__error(c->db, e, "a statement failed");
    err_code rc = row ? row(ctx, &(sql_row){st}, e) : ERR_OK;
    if (rc != ERR_OK) return rc;
  }
}

static err_code sqlite_run(sql_conn *c, const char *sql, const sql_arg *args, size_t arg_count, sql_row_fn row,
                           void *ctx, int64_t *changed, err *e) {
  sqlite3_stmt *st = NULL;
  err_code rc = statement_of(c, sql, &st, e);
  if (rc == ERR_OK) {
    assert(sqlite3_bind_parameter_count(st) == (int)arg_count);
    for (size_t i = 0; rc == ERR_OK && i < arg_count; i++) {
      if (bind(st, (int)i + 1, &args[i]) != SQLITE_OK) rc = sqlite__error(c->db, e, "cannot bind a parameter");
    }
    if (rc == ERR_OK) rc = step_all(c, st, row, ctx, e);
    if (rc == ERR_OK && changed) *changed = sqlite3_changes64(c->db);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
  }
  if (rc != ERR_OK && c->failed == ERR_OK) c->failed = rc;
  return rc;
}

static err_code sqlite_now_us(sql_conn *c, int64_t *out, err *e) {
  (void)c, (void)e;
  *out = time_now_us();
  return ERR_OK;
}

static int64_t sqlite_col_int(const sql_row *row, int col) {
  return sqlite3_column_int64(row->st, col);
}

static str sqlite_col_str(const sql_row *row, int col) {
  const char *p = sqlite3_column_blob(row->st, col);
  return (str){p ? p : "", (size_t)sqlite3_column_bytes(row->st, col)};
}

static int sqlite_col_count(const sql_row *row) {
  return sqlite3_column_count(row->st);
}
static sql_kind sqlite_col_kind(const sql_row *row, int col) {
  int type = sqlite3_column_type(row->st, col);
  return type == SQLITE_INTEGER ? SQL_INT : type == SQLITE_BLOB ? SQL_BYTES : SQL_TEXT;
}
static const char *sqlite_col_name(const sql_row *row, int col) {
  return sqlite3_column_name(row->st, col);
}

/* ---- open and close ---------------------------------------------------------------------------- */

static int sqlite_schema_version(const sql_db *db) {
  return db->version;
}

static void sqlite_close_db(sql_db *db) {
  assert(db->idle_count == db->reader_count);
  for (size_t i = 0; i < db->idle_count; i++) conn_free(db->idle[i]);
  conn_free(db->relaxed);
  conn_free(db->writer);
  pthread_mutex_destroy(&db->write_turn);
  pthread_mutex_destroy(&db->pool_lock);
  pthread_cond_destroy(&db->reader_back);
  free(db->path);
  free(db);
}

static err_code open_owner(sql_db *db, err *e) {
  err_code rc = conn_new(db, SQL_WRITE, &db->writer, e);
  if (rc == ERR_OK) rc = sqlite__migrate(db->writer->db, e);
  if (rc == ERR_OK) rc = conn_new(db, SQL_WRITE_RELAXED, &db->relaxed, e);
  if (rc == ERR_OK) rc = sqlite__user_version(db->writer->db, &db->version, e);
  return rc;
}

static err_code open_reader(sql_db *db, err *e) {
  sql_conn *c;
  err_code rc = reader_take(db, &c, e);
  if (rc != ERR_OK) return rc;
  rc = sqlite__user_version(c->db, &db->version, e);
  conn_give_back(c);
  if (rc == ERR_OK && db->version != schema__version())
    rc = err_set(e, ERR_CONFLICT, "the database has schema %d, this program reads %d", db->version, schema__version());
  return rc;
}

err_code sqlite_open(const char *path, bool owner, sql_db **out, err *e) {
  sql_db *db = mem_zalloc(1, sizeof *db);
  db->path = mem_strdup(path);
  db->is_owner = owner;
  pthread_mutex_init(&db->write_turn, NULL);
  pthread_mutex_init(&db->pool_lock, NULL);
  pthread_cond_init(&db->reader_back, NULL);
  err_code rc = owner ? open_owner(db, e) : open_reader(db, e);
  if (rc != ERR_OK) {
    sqlite_close_db(db);
    return rc;
  }
  *out = db;
  return ERR_OK;
}

const sql_driver sqlite_driver = {
    .close = sqlite_close_db,
    .schema_version = sqlite_schema_version,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .run = sqlite_run,
    .now_us = sqlite_now_us,
    .col_int = sqlite_col_int,
    .col_str = sqlite_col_str,
    .col_count = sqlite_col_count,
    .col_kind = sqlite_col_kind,
    .col_name = sqlite_col_name,
};
