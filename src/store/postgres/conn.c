#include "store/postgres/pg_int.h"

#include <stdio.h>

#include "store/schema.h"

/* DESIGN. A node must outlive its database, so nothing here waits without bound: connecting takes
 * CONNECT_LIMIT_S for each address, a statement PG_STATEMENT_LIMIT_MS. A transaction that a frozen
 * node holds is ended by the server (idle_in_transaction_session_timeout), and with it the turn to
 * write; whoever waits for that turn waits a little longer than that (lock_timeout). */

enum { SETUP_LIMIT_MS = 10000 };
static const char CONNECT_LIMIT_S[] = "3";

/* Servers may be set to acknowledge before the disk has it; ours are acknowledged when durable. */
static const char setup[] =
    "SET idle_in_transaction_session_timeout = '15s'; SET lock_timeout = '25s';"
    "SET client_min_messages = warning;"
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

static void ignore_notice(void *arg, const char *message) {
  (void)arg, (void)message;
}

/* A peer that is gone without a word is noticed after some ten seconds, also on a connection that only
 * listens. What stands before the URL may be said otherwise in it. */
static err_code dial(const char *url, PGconn **out, err *e) {
  static const char *const keys[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                                     "keepalives_count", "tcp_user_timeout", "fallback_application_name",
                                     "dbname",           "client_encoding",  NULL};
  const char *const values[] = {CONNECT_LIMIT_S, "4", "2", "3", "10000", "dragoman", url, "UTF8", NULL};
  PGconn *pg = PQconnectdbParams(keys, values, 1);
  if (!pg) return err_set(e, ERR_NO_MEMORY, "no memory for a connection");
  if (PQstatus(pg) != CONNECTION_OK) {
    err_code rc = pg__error(pg, NULL, e, "cannot connect to the database");
    PQfinish(pg);
    return rc;
  }
  PQsetNoticeProcessor(pg, ignore_notice, NULL);
  if (PQsetnonblocking(pg, 1) != 0) {
    PQfinish(pg);
    return err_set(e, ERR_IO, "the connection cannot be made non-blocking");
  }
  *out = pg;
  return ERR_OK;
}

static err_code check_schema(const sql_db *db, PGconn *pg, err *e) {
  int version = 0;
  err_code rc = pg__version(pg, &version, e);
  if (rc == ERR_OK && version < schema__version() && db->is_owner) {
    rc = pg__migrate(pg, e);
    if (rc == ERR_OK) rc = pg__version(pg, &version, e);
  }
  if (rc != ERR_OK || version == schema__version()) return rc;
  if (version == 0) return err_set(e, ERR_NOT_FOUND, "there is no Dragoman store in the database");
  return err_set(e, ERR_CONFLICT, "the database has schema %d, this program knows %d", version, schema__version());
}

/* identity is hexadecimal, so it can stand in the text of a statement. */
static err_code check_identity(const sql_db *db, PGconn *pg, err *e) {
  char sql[256];
  PGresult *r = NULL;
  err_code rc = ERR_OK;
  if (db->is_owner) {
    snprintf(sql, sizeof sql, "INSERT INTO settings(name, value) VALUES('identity', '%s') ON CONFLICT(name) DO NOTHING",
             db->identity);
    rc = pg__exec(pg, sql, SETUP_LIMIT_MS, NULL, e);
  }
  if (rc == ERR_OK) rc = pg__exec(pg, "SELECT value FROM settings WHERE name = 'identity'", SETUP_LIMIT_MS, &r, e);
  if (rc != ERR_OK) return rc;
  if (PQntuples(r) != 1 || strcmp(PQgetvalue(r, 0, 0), db->identity) != 0)
    rc = err_set(e, ERR_CONFLICT,
                 "the keys of this database come from another secret: give this node the secret file of the others");
  PQclear(r);
  return rc;
}

err_code pg__connect(sql_db *db, PGconn **out, err *e) {
  PGconn *pg = NULL;
  err_code rc = dial(db->url, &pg, e);
  if (rc != ERR_OK) return rc;
  rc = pg__exec(pg, setup, SETUP_LIMIT_MS, NULL, e);
  if (rc == ERR_OK) rc = check_schema(db, pg, e);
  if (rc == ERR_OK) rc = check_identity(db, pg, e);
  if (rc != ERR_OK) {
    PQfinish(pg);
    return rc;
  }
  *out = pg;
  return ERR_OK;
}
