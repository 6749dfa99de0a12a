#include "store/postgres/pg_int.h"
#include "store/store.h"

#include <errno.h>
#include <poll.h>

/* Notices come on a connection of their own. A node that was away hears nothing of what it missed,
 * so each new connection begins with all of them. */

enum { LISTEN_LIMIT_MS = 10000 };

static err_code connect_listener(sql_db *db, unsigned *notices, err *e) {
  err_code rc = pg__connect(db, &db->listener, e);
  if (rc == ERR_OK) rc = pg__exec(db->listener, "LISTEN dragoman", LISTEN_LIMIT_MS, NULL, e);
  if (rc == ERR_OK) *notices = STORE_NOTICE_LIVE | STORE_NOTICE_JOBS;
  return rc;
}

static void take_notices(PGconn *pg, unsigned *notices) {
  for (PGnotify *n; (n = PQnotifies(pg)); PQfreemem(n))
    *notices |= (unsigned)(n->extra[0] - '0') & (STORE_NOTICE_LIVE | STORE_NOTICE_JOBS);
}

static err_code wait_notices(PGconn *pg, int wake_fd, int timeout_ms, unsigned *notices, err *e) {
  struct pollfd fds[] = {{.fd = PQsocket(pg), .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
  take_notices(pg, notices); /* some may have come with the answer to LISTEN */
  if (*notices) return ERR_OK;
  if (poll(fds, 2, timeout_ms) < 0 && errno != EINTR)
    return err_set(e, ERR_UNAVAILABLE, "waiting for the database failed");
  if (fds[0].revents && !PQconsumeInput(pg)) return pg__error(pg, NULL, e, "waiting for notices");
  take_notices(pg, notices);
  return ERR_OK;
}

err_code pg__listen(sql_db *db, int wake_fd, int timeout_ms, unsigned *notices, err *e) {
  *notices = 0;
  err_code rc = db->listener ? ERR_OK : connect_listener(db, notices, e);
  if (rc == ERR_OK && !*notices) rc = wait_notices(db->listener, wake_fd, timeout_ms, notices, e);
  if (rc == ERR_OK) return rc;
  PQfinish(db->listener);
  db->listener = NULL;
  return rc;
}
