/* sql.h -- the seam between the store's rows (store.c and its neighbours, written once) and the
 * database that keeps them (the drivers sqlite/ and postgres/). Private to store/.
 *
 * Statements are string literals in the SQL that SQLite and PostgreSQL share, with parameters $1,
 * $2, … in the order of their first appearance; a driver may cache what it prepares by the address
 * of the literal. */
#ifndef DRAGOMAN_STORE_SQL_H
#define DRAGOMAN_STORE_SQL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum sql_mode {
  SQL_READ,
  SQL_WRITE,        /* durable at commit; one at a time, over all nodes */
  SQL_WRITE_BESIDE, /* durable; may run beside writes of other nodes: for one statement that is right by itself */
  SQL_WRITE_RELAXED /* like BESIDE, but a power cut may lose the newest commits */
} sql_mode;

typedef enum sql_kind { SQL_INT, SQL_TEXT, SQL_BYTES } sql_kind;
typedef struct sql_arg {
  sql_kind kind;
  int64_t i;
  str s; /* .p NULL is the empty text */
} sql_arg;
#define INT_ARG(v)   ((sql_arg){.kind = SQL_INT, .i = (v)})
#define TEXT_ARG(v)  ((sql_arg){.kind = SQL_TEXT, .s = (v)})
#define BYTES_ARG(v) ((sql_arg){.kind = SQL_BYTES, .s = (v)})

typedef struct sql_db sql_db;     /* a driver's pool of connections; used by many threads */
typedef struct sql_conn sql_conn; /* one connection inside a transaction; used by one thread */
typedef struct sql_row sql_row;   /* one row of a result, valid during its callback */

/* Returns ERR_OK to go on; any other code ends the statement with that code. */
typedef err_code (*sql_row_fn)(void *ctx, const sql_row *row, err *e);

typedef struct sql_driver {
  bool shared; /* other nodes may be at work on the same database */
  void (*close)(sql_db *db);
  int (*schema_version)(const sql_db *db);
  err_code (*begin)(sql_db *db, sql_mode mode, sql_conn **out, err *e);
  /* Both give the connection back. After a failed run commit rolls back and answers its code. */
  err_code (*commit)(sql_conn *c, err *e);
  void (*rollback)(sql_conn *c);
  /* Runs one statement; row (may be NULL) is called for each row; changed (may be NULL) gets the
   * number of rows inserted, updated or deleted. */
  err_code (*run)(sql_conn *c, const char *sql, const sql_arg *args, size_t arg_count, sql_row_fn row, void *ctx,
                  int64_t *changed, err *e);
  /* The database's clock, the same for all nodes; microseconds since 1970 UTC. */
  err_code (*now_us)(sql_conn *c, int64_t *out, err *e);
  /* With the commit of c, wakes every node's listen. notices: bits STORE_NOTICE_… (store.h). NULL when
   * not shared, as is listen. */
  err_code (*notify)(sql_conn *c, unsigned notices, err *e);
  /* Waits for notices, until wake_fd can be read or for timeout_ms; *notices gets what came, all bits
   * when some may have been missed. For one thread. ERR_UNAVAILABLE. */
  err_code (*listen)(sql_db *db, int wake_fd, int timeout_ms, unsigned *notices, err *e);
  /* Columns count from 0. sql_str is borrowed for the callback; it serves text and bytes. */
  int64_t (*col_int)(const sql_row *row, int col);
  str (*col_str)(const sql_row *row, int col);
  int (*col_count)(const sql_row *row);
  sql_kind (*col_kind)(const sql_row *row, int col);
  const char *(*col_name)(const sql_row *row, int col);
  /* After rows came into table with values of seq: new rows get greater ones. NULL: they do anyway. */
  err_code (*reseed)(sql_conn *c, const char *table, err *e);
} sql_driver;

#endif
