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

/* DESIGN. A commit that changes what is served raises the store's generation and sends a notice. Each
 * node's listener loads the tables anew and writes into its row of `nodes` which generation it serves;
 * the job that made the change waits for those rows. A notice that is lost costs little: the listener
 * compares generations every POLL_MS. */

enum { POLL_MS = 2000, AWAY_NAP_MS = 500, FOLLOW_POLL_MS = 10, FOLLOW_LIMIT_MS = 30000, CANCEL_LOOK_MS = 100 };
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

static err_code say_alive(service *s, err *e) {
  store_node row = {.id = str_of(s->node.id),
                    .role = str_of(service_role_name(s->config.role)),
                    .region = str_of(s->config.serve_region),
                    .generation = atomic_load(&s->node.followed)};
  return store_node_seen(s->st, &row, e);
}

/* Waits for ms; false when the node stops. */
static bool rest(service *s, int ms) {
  struct pollfd wake = {.fd = s->node.wake_fd, .events = POLLIN};
  poll(&wake, 1, ms);
  return !atomic_load(&s->node.stopping);
}

static void *keeper_main(void *arg) {
  service *s = arg;
  bool said = false;
  do {
    err e = {0};
    err_code rc = say_alive(s, &e);
    if (rc == ERR_OK) job_queue__renew(s);
    if (rc != ERR_OK && !said) log_warn("this node cannot say that it lives: %s", e.message);
    said = rc != ERR_OK;
  } while (rest(s, NODE_BEAT_MS));
  return NULL;
}

/* ---- following others --------------------------------------------------------------------------- */

/* Notices, or what a look at the generation says in their place; nothing while the database is away. */
static unsigned hear(service *s) {
  unsigned notices = 0;
  err e = {0};
  bool was_away = atomic_load(&s->node.away);
  err_code rc = store_listen(s->st, s->node.wake_fd, POLL_MS, &notices, &e);
  atomic_store(&s->node.away, rc != ERR_OK);
  if (rc != ERR_OK && !was_away) log_warn("the database is away, this node goes on with what it has: %s", e.message);
  if (rc == ERR_OK && was_away) log_info("the database is back");
  if (rc != ERR_OK) rest(s, AWAY_NAP_MS);
  return notices;
}

static err_code newest_generation(service *s, int64_t *out, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_generation(tx, out, e);
  store_rollback(tx);
  return rc;
}

static bool is_behind(service *s) {
  int64_t newest;
  err ignored;
  return newest_generation(s, &newest, &ignored) == ERR_OK && newest > atomic_load(&s->live.generation);
}

/* The copy is made before the node says that it follows: what a job that succeeded has made, a node
 * answers with also when it starts again without the database. */
static void keep_copy(service *s) {
  err e = {0};
  int64_t generation = atomic_load(&s->live.generation);
  if (generation == atomic_load(&s->node.followed)) return;
  if (store_live_keep(s->st, &e) != ERR_OK) log_warn("the copy of what is served stays older: %s", e.message);
  atomic_store(&s->node.followed, generation);
}

static void follow(service *s) {
  err e = {0};
  err_code rc = resources__reload(s, &e);
  if (rc == ERR_OK) rc = registry__reload(s, &e);
  if (rc == ERR_OK) rc = tokens__reload(s, &e);
  if (rc == ERR_OK) keep_copy(s);
  if (rc == ERR_OK) rc = say_alive(s, &e);
  if (rc != ERR_OK) log_warn("what other nodes changed is not followed yet: %s", e.message);
}

static void *listener_main(void *arg) {
  service *s = arg;
  bool predicts = s->config.role != SERVICE_AUTHORING;
  while (!atomic_load(&s->node.stopping)) {
    unsigned notices = hear(s);
    if (notices & STORE_NOTICE_JOBS) {
      job_queue__look(s);
      job_queue__renew(s); /* one of them may be cancelled */
    }
    if (atomic_load(&s->node.away) || atomic_load(&s->node.stopping)) continue;
    if (!predicts && notices & STORE_NOTICE_LIVE) {
      err e = {0};
      if (resources__reload(s, &e) != ERR_OK || tokens__reload(s, &e) != ERR_OK)
        log_warn("the resources are not loaded: %s", e.message);
    }
    if (predicts && (notices & STORE_NOTICE_LIVE || is_behind(s))) follow(s);
  }
  return NULL;
}

/* ---- being followed ----------------------------------------------------------------------------- */

err_code node__await_followers(service *s, size_t *behind, err *e) {
  *behind = 0;
  if (!store_is_shared(s->st)) return ERR_OK;
  int64_t generation;
  err_code rc = newest_generation(s, &generation, e);
  if (rc != ERR_OK) return rc;
  for (int64_t until = time_mono_us() + (int64_t)FOLLOW_LIMIT_MS * 1000; time_mono_us() < until;) {
    rc = store_node_behind(s->st, generation, NODE_ALIVE_US, behind, e);
    if (rc != ERR_OK || !*behind) return rc;
    if (!rest(s, FOLLOW_POLL_MS) || atomic_load(&s->jobs.stopping))
      return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
  log_warn("%zu nodes do not follow a change", *behind);
  return ERR_OK;
}

err_code node__await_all(service *s, store_job *job, err *e) {
  static const char text[] =
      "[{\"code\":\"Delayed\",\"message\":\"a node of this server does not serve the change yet\"}]";
  size_t behind;
  err_code rc = node__await_followers(s, &behind, e);
  if (rc == ERR_OK && behind && !job->warnings.n) job->warnings = str_of(text);
  return rc;
}

/* ---- start and stop ------------------------------------------------------------------------------ */

/* From its row on, others wait for this node; what they changed just before is read once more. */
static err_code join(service *s, err *e) {
  bool predicts = s->config.role != SERVICE_AUTHORING;
  err_code rc = say_alive(s, e);
  if (rc == ERR_OK) rc = resources__reload(s, e);
  if (rc == ERR_OK && predicts && is_behind(s)) rc = registry__reload(s, e);
  if (rc == ERR_OK) rc = tokens__reload(s, e);
  if (rc == ERR_OK && predicts) keep_copy(s);
  if (rc == ERR_OK) rc = say_alive(s, e);
  return rc == ERR_UNAVAILABLE ? ERR_OK : rc; /* away: the listener catches up when it is back */
}

err_code node__start(service *s, err *e) {
  static void *(*const mains[])(void *) = {keeper_main, listener_main};
  node *n = &s->node;
  if (!store_is_shared(s->st)) return ERR_OK;
  err ignored;
  if (store_node_forget(s->st, FORGET_US, &ignored) != ERR_OK)
    log_warn("old nodes are not forgotten: %s", ignored.message);
  err_code rc = join(s, e);
  if (rc != ERR_OK) return rc;
  n->wake_fd = eventfd(0, EFD_CLOEXEC);
  if (n->wake_fd < 0) return err_errno(e, errno, "cannot make an eventfd");
  for (size_t i = 0; i < ARRAY_LEN(mains); i++) {
    int failed = pthread_create(&n->threads[i], NULL, mains[i], s);
    if (failed) return err_errno(e, failed, "cannot start a thread of the node");
    n->thread_count++;
  }
  return ERR_OK;
}

void node__stop(service *s) {
  node *n = &s->node;
  uint64_t one = 1;
  err e = {0};
  if (!n->thread_count) return;
  atomic_store(&n->stopping, true);
  if (write(n->wake_fd, &one, sizeof one) != sizeof one) log_warn("the node's threads are not woken");
  for (size_t i = 0; i < n->thread_count; i++) pthread_join(n->threads[i], NULL);
  close(n->wake_fd);
  if (store_node_gone(s->st, str_of(n->id), &e) != ERR_OK) log_warn("the node's row is left: %s", e.message);
}
