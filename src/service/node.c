#include "service/node.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "service/service_int.h"

enum { FOLLOW_POLL_MS = 10, FOLLOW_LIMIT_MS = 30000 };
static const int64_t FORGET_US = (int64_t)24 * 3600 * 1000000;

/* ---- name -------------------------------------------------------------------------------------- */

/* The jobs of this node's last run need not wait until its claims run out, nor others for its life. */
static void release_last_run(service *s, const char *path) {
  char *last = NULL;
  size_t n;
  err e = {0};
  err_code rc = file_read(path, ID_UUID_LEN, &last, &n, &e);
  if (rc == ERR_OK) rc = store_job_release(s->st, str_make(last, n), &e);
  if (rc == ERR_OK) rc = store_node_gone(s->st, str_make(last, n), &e);
  if (rc != ERR_OK && rc != ERR_NOT_FOUND) log_warn("the jobs of the last run are not released: %s", e.message);
  free(last);
}

/* The new name is written before anything is claimed under it. */
err_code node__take_name(service *s, err *e) {
  arena a;
  arena_init(&a, 0);
  const char *path = arena_printf(&a, "%s/node", s->config.data_dir).p;
  release_last_run(s, path);
  id_uuid(s->node.id);
  err_code rc = file_write_atomic(path, str_of(s->node.id), 0640, e);
  arena_fini(&a);
  return rc;
}

/* ---- saying that it lives ----------------------------------------------------------------------- */

err_code node__say_alive(service *s, err *e) {
  store_node row = {.id = str_of(s->node.id),
                    .role = str_of(service_role_name(s->config.role)),
                    .region = str_of(s->config.serve_region),
                    .generation = atomic_load(&s->node.followed)};
  return store_node_seen(s->st, &row, e);
}

/* ---- from start to end --------------------------------------------------------------------------- */

err_code node__enter(service *s, err *e) {
  err ignored;
  if (store_node_forget(s->st, FORGET_US, &ignored) != ERR_OK)
    log_warn("old nodes are not forgotten: %s", ignored.message);
  s->node.wake_fd = eventfd(0, EFD_CLOEXEC);
  return s->node.wake_fd < 0 ? err_errno(e, errno, "cannot make an eventfd") : ERR_OK;
}

bool node__rest(service *s, int ms) {
  struct pollfd wake = {.fd = s->node.wake_fd, .events = POLLIN};
  poll(&wake, 1, ms);
  return !atomic_load(&s->node.stopping);
}

void node__end_rest(service *s) {
  uint64_t one = 1;
  atomic_store(&s->node.stopping, true);
  if (write(s->node.wake_fd, &one, sizeof one) != sizeof one) log_warn("the node's threads are not woken");
}

void node__leave(service *s) {
  err e = {0};
  close(s->node.wake_fd);
  if (store_node_gone(s->st, str_of(s->node.id), &e) != ERR_OK) log_warn("the node's row is left: %s", e.message);
}

/* ---- being followed ----------------------------------------------------------------------------- */

err_code node__newest_generation(service *s, int64_t *out, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_generation(tx, out, e);
  store_rollback(tx);
  return rc;
}

err_code node__await_followers(service *s, size_t *behind, err *e) {
  *behind = 0;
  if (!store_is_shared(s->st)) return ERR_OK;
  int64_t generation;
  err_code rc = node__newest_generation(s, &generation, e);
  if (rc != ERR_OK) return rc;
  for (int64_t until = time_mono_us() + (int64_t)FOLLOW_LIMIT_MS * 1000; time_mono_us() < until;) {
    rc = store_node_behind(s->st, generation, NODE_ALIVE_US, behind, e);
    if (rc != ERR_OK || !*behind) return rc;
    if (!node__rest(s, FOLLOW_POLL_MS) || atomic_load(&s->jobs.stopping))
      return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
  log_warn("%zu nodes do not follow a change", *behind);
  return ERR_OK;
}
