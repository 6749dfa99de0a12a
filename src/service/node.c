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

enum { AWAY_NAP_MS = 500 };

/* ---- name -------------------------------------------------------------------------------------- */

/* The jobs of this node's last run need not wait until its claims run out. */
static void release_last_run(service *s, const char *path) {
  char *last = NULL;
  size_t n;
  err e = {0};
  err_code rc = file_read(path, ID_UUID_LEN, &last, &n, &e);
  if (rc == ERR_OK) rc = store_job_release(s->st, str_make(last, n), &e);
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

/* ---- thread ------------------------------------------------------------------------------------ */

/* Waits for notices; without the database, for a moment. */
static unsigned hear(service *s, int timeout_ms, bool *away) {
  unsigned notices = 0;
  err e = {0};
  err_code rc = store_listen(s->st, s->node.wake_fd, timeout_ms, &notices, &e);
  if (rc != ERR_OK && !*away) log_warn("the database is away: %s", e.message);
  if (rc == ERR_OK && *away) log_info("the database is back");
  *away = rc != ERR_OK;
  struct pollfd wake = {.fd = s->node.wake_fd, .events = POLLIN};
  if (*away) poll(&wake, 1, AWAY_NAP_MS);
  return notices;
}

static void *node_main(void *arg) {
  service *s = arg;
  bool away = false;
  int64_t next_renewal_us = 0;
  while (!atomic_load(&s->node.stopping)) {
    unsigned notices = hear(s, JOB_RENEW_MS, &away);
    if (notices & STORE_NOTICE_JOBS) job_queue__look(s);
    int64_t now = time_mono_us();
    if (!away && (now >= next_renewal_us || notices & STORE_NOTICE_JOBS)) {
      job_queue__renew(s);
      next_renewal_us = now + JOB_RENEW_MS * 1000;
    }
  }
  return NULL;
}

err_code node__start(service *s, err *e) {
  if (!store_is_shared(s->st)) return ERR_OK;
  s->node.wake_fd = eventfd(0, EFD_CLOEXEC);
  if (s->node.wake_fd < 0) return err_errno(e, errno, "cannot make an eventfd");
  int failed = pthread_create(&s->node.thread, NULL, node_main, s);
  if (failed) {
    close(s->node.wake_fd);
    return err_errno(e, failed, "cannot start the node's thread");
  }
  s->node.started = true;
  return ERR_OK;
}

void node__stop(service *s) {
  if (!s->node.started) return;
  uint64_t one = 1;
  atomic_store(&s->node.stopping, true);
  if (write(s->node.wake_fd, &one, sizeof one) != sizeof one) log_warn("the node's thread is not woken");
  pthread_join(s->node.thread, NULL);
  close(s->node.wake_fd);
}
