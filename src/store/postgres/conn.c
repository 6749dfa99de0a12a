#include "store/postgres/pg_int.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/timeutil.h"
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

/* ---- errors ------------------------------------------------------------------------------------ */

static bool is_class(const char *state, const char *prefix) {
  return strncmp(state, prefix, strlen(prefix)) == 0;
}

static err_code code_of(const char *state) {
  static const struct {
    const char *prefix; /* of the SQLSTATE; the first match wins */
    err_code code;
  } map[] = {
      {"08", ERR_UNAVAILABLE},         /* connection exceptions */
      {"23", ERR_CONFLICT},            /* constraints */
      {"22021", ERR_INVALID_ARGUMENT}, /* a character that the encoding does not have */
      {"25006", ERR_UNAVAILABLE},      /* a stand-by that takes no writes */
      {"25P03", ERR_UNAVAILABLE},      /* idle in a transaction for too long */
      {"40", ERR_UNAVAILABLE},         /* serialisation, deadlock */
      {"53100", ERR_NO_SPACE},
      {"53200", ERR_NO_MEMORY},
      {"53", ERR_UNAVAILABLE}, /* too many connections */
      {"54", ERR_TOO_LARGE},
      {"55P03", ERR_UNAVAILABLE}, /* lock_timeout */
      {"57", ERR_UNAVAILABLE},    /* cancelled, shutting down, starting up */
      {"58030", ERR_IO},
      {"XX001", ERR_CORRUPT},
      {"XX002", ERR_CORRUPT},
  };
  for (size_t i = 0; i < ARRAY_LEN(map); i++)
    if (is_class(state, map[i].prefix)) return map[i].code;
  return ERR_IO;
}

err_code pg__error(const PGconn *pg, const PGresult *r, err *e, const char *what) {
  const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
  const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  if (!text) text = r ? PQresultErrorMessage(r) : PQerrorMessage(pg);
  /* Without a state the server has not said it: the connection is gone. */
  err_code rc = !state || PQstatus(pg) == CONNECTION_BAD ? ERR_UNAVAILABLE : code_of(state);
  str line = str_trim(str_of(text));
  line.n = str_find_byte(line, '\n');
  return err_set(e, rc, "%s: " STR_FMT, what, STR_ARG(line));
}

/* ---- waiting ----------------------------------------------------------------------------------- */

static err_code wait_socket(PGconn *pg, short events, int64_t until_us, err *e) {
  struct pollfd fd = {.fd = PQsocket(pg), .events = events};
  for (;;) {
    int64_t left = until_us - time_mono_us();
    if (left <= 0) return err_set(e, ERR_UNAVAILABLE, "the database does not answer");
    int n = poll(&fd, 1, (int)(left / 1000) + 1);
    if (n > 0) return ERR_OK;
    if (n < 0 && errno != EINTR) return err_set(e, ERR_UNAVAILABLE, "waiting for the database failed");
  }
}

err_code pg__next_result(PGconn *pg, int64_t until_us, PGresult **out, err *e) {
  err_code rc = ERR_OK;
  int unsent;
  while (rc == ERR_OK && (unsent = PQflush(pg)) != 0) {
    if (unsent < 0) return pg__error(pg, NULL, e, "sending a statement");
    /* Reading as well, or a server that cannot write would never read on. */
    rc = wait_socket(pg, POLLIN | POLLOUT, until_us, e);
    if (rc == ERR_OK && !PQconsumeInput(pg)) return pg__error(pg, NULL, e, "sending a statement");
  }
  while (rc == ERR_OK && PQisBusy(pg)) {
    rc = wait_socket(pg, POLLIN, until_us, e);
    if (rc == ERR_OK && !PQconsumeInput(pg)) return pg__error(pg, NULL, e, "waiting for an answer");
  }
  if (rc == ERR_OK) *out = PQgetResult(pg);
  return rc;
}

static bool is_good(const PGresult *r) {
  ExecStatusType s = PQresultStatus(r);
  return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

err_code pg__exec(PGconn *pg, const char *sql, int limit_ms, PGresult **out, err *e) {
  if (out) *out = NULL;
  if (!PQsendQuery(pg, sql)) return pg__error(pg, NULL, e, "sending a statement");
  int64_t until = time_mono_us() + (int64_t)limit_ms * 1000;
  PGresult *last = NULL, *r = NULL;
  err_code rc = ERR_OK, waited;
  while ((waited = pg__next_result(pg, until, &r, rc == ERR_OK ? e : NULL)) == ERR_OK && r) {
    if (rc == ERR_OK && !is_good(r)) rc = pg__error(pg, r, e, "the database refuses");
    PQclear(last);
    last = r;
  }
  if (rc == ERR_OK) rc = waited;
  if (rc == ERR_OK && out)
    *out = last;
  else
    PQclear(last);
  return rc;
}

/* ---- connecting -------------------------------------------------------------------------------- */

static void ignore_notice(void *arg, const char *message) {
  (void)arg, (void)message;
}

/* A peer that is gone without a word is noticed after some ten seconds, also on a connection that only
 * listens. What stands before the URL may be said otherwise in it. */
static err_code dial(const char *url, PGconn **out, err *e) {
  static const char *const keys[] = {"connect_timeout",  "keepalives_idle", "keepalives_interval",
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
