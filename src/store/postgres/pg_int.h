/* pg_int.h -- what the files of postgres/ share: the pool, its connections, and the steps by which
 * one is made. Each file knows those before it: exec, migrate, conn, listen, driver. */
#ifndef DRAGOMAN_STORE_POSTGRES_PG_INT_H
#define DRAGOMAN_STORE_POSTGRES_PG_INT_H

#include "store/postgres/postgres.h"

#include <libpq-fe.h>
#include <pthread.h>

enum {
  PG_MAX_CONNECTIONS = 16,
  PG_CACHED_STATEMENTS = 96,
  PG_STATEMENT_LIMIT_MS = 60000, /* a statement that has not answered by then has lost its connection */
  PG_XID_SIZE = 24
};

typedef struct pg_cached {
  const char *sql; /* address of the literal */
  char name[16];   /* of the prepared statement */
} pg_cached;

struct sql_conn {
  sql_db *owner;
  PGconn *pg;
  sql_mode mode;
  err_code failed;       /* first error of the open transaction */
  char xid[PG_XID_SIZE]; /* of the open write transaction; "" none */
  pg_cached cache[PG_CACHED_STATEMENTS];
  size_t cache_count;
};

struct sql_db {
  char *url;
  char *identity;
  bool is_owner;
  pthread_mutex_t lock; /* guards all below but listener; held for a few instructions */
  pthread_cond_t back;  /* a connection was given back or closed */
  sql_conn *idle[PG_MAX_CONNECTIONS];
  size_t idle_count, count;
  bool away, connecting; /* the last attempt failed; one is being made */
  int64_t retry_us;      /* while away: monotonic, when to try again */
  err why_away;
  PGconn *listener; /* the one thread that calls listen */
};

/* ---- exec.c ---- */
/* Runs one statement (or, without arguments, several) to its end or for limit_ms. out gets the last
 * result, which the caller clears, NULL for none wanted. After a time-out the connection is unusable
 * and PQstatus still says OK: the caller closes it on ERR_UNAVAILABLE. */
must_check err_code pg__exec(PGconn *pg, const char *sql, int limit_ms, PGresult **out, err *e);
/* Waits for the next result of what was sent; NULL when there is none left. */
must_check err_code pg__next_result(PGconn *pg, int64_t until_us, PGresult **out, err *e);
/* What a result (or, when it is NULL, the connection) failed with. */
err_code pg__error(const PGconn *pg, const PGresult *r, err *e, const char *what);

/* ---- migrate.c ---- */
/* Brings the tables to the newest schema; any number of nodes may try at once. */
must_check err_code pg__migrate(PGconn *pg, err *e);
/* 0 when there are no tables. */
must_check err_code pg__version(PGconn *pg, int *version, err *e);

/* ---- conn.c ---- */
/* A connection ready for transactions, with the tables of this program. Blocks for some seconds at
 * most. */
must_check err_code pg__connect(sql_db *db, PGconn **out, err *e);

/* ---- listen.c ---- */
/* sql_driver.listen */
err_code pg__listen(sql_db *db, int wake_fd, int timeout_ms, unsigned *notices, err *e);

#endif
