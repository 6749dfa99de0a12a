#include "store/postgres/pg_int.h"

#include <errno.h>
#include <poll.h>

#include "base/timeutil.h"

/* Statements on a connection, each with a limit of time, and what they failed with. */

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
