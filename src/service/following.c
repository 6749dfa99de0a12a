#include "service/following.h"

#include "base/log.h"
#include "service/service_int.h"
#include "service/serving.h"

/* DESIGN. A commit that changes what is served raises the store's generation and sends a notice. Each
 * node's listener loads the tables anew and writes into its row of `nodes` which generation it serves;
 * the job that made the change waits for those rows (serving.h). A notice that is lost costs little: the
 * listener compares generations every POLL_MS. */

enum { POLL_MS = 2000, AWAY_NAP_MS = 500 };

/* ---- saying that it lives ----------------------------------------------------------------------- */

static void *keeper_main(void *arg) {
  service *s = arg;
  bool said = false;
  do {
    err e = {0};
    err_code rc = node__say_alive(s, &e);
    if (rc == ERR_OK) job_queue__renew(s);
    if (rc != ERR_OK && !said) log_warn("this node cannot say that it lives: %s", e.message);
    said = rc != ERR_OK;
  } while (node__rest(s, NODE_BEAT_MS));
  return NULL;
}

/* ---- following others --------------------------------------------------------------------------- */

static bool predicts(const service *s) {
  return s->config.role != SERVICE_AUTHORING;
}

/* Notices, or what a look at the generation says in their place; nothing while the database is away. */
static unsigned hear(service *s) {
  unsigned notices = 0;
  err e = {0};
  bool was_away = atomic_load(&s->node.away);
  err_code rc = store_listen(s->st, s->node.wake_fd, POLL_MS, &notices, &e);
  atomic_store(&s->node.away, rc != ERR_OK);
  if (rc != ERR_OK && !was_away) log_warn("the database is away, this node goes on with what it has: %s", e.message);
  if (rc == ERR_OK && was_away) log_info("the database is back");
  if (rc != ERR_OK) node__rest(s, AWAY_NAP_MS);
  return notices;
}

static bool is_behind(service *s) {
  int64_t newest;
  err ignored;
  return node__newest_generation(s, &newest, &ignored) == ERR_OK && newest > atomic_load(&s->live.generation);
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
  err_code rc = serving__load(s, &e);
  if (rc == ERR_OK && predicts(s)) {
    keep_copy(s);
    rc = node__say_alive(s, &e);
  }
  if (rc != ERR_OK) log_warn("what other nodes changed is not followed yet: %s", e.message);
}

static void *listener_main(void *arg) {
  service *s = arg;
  while (!atomic_load(&s->node.stopping)) {
    unsigned notices = hear(s);
    if (notices & STORE_NOTICE_JOBS) {
      job_queue__look(s);
      job_queue__renew(s); /* one of them may be cancelled */
    }
    if (atomic_load(&s->node.away) || atomic_load(&s->node.stopping)) continue;
    if (notices & STORE_NOTICE_LIVE || (predicts(s) && is_behind(s))) follow(s);
  }
  return NULL;
}

/* ---- start and stop ------------------------------------------------------------------------------ */

/* From its row on, others wait for this node; what they changed just before is read once more. */
static err_code join(service *s, err *e) {
  err_code rc = node__say_alive(s, e);
  if (rc == ERR_OK) rc = resources__reload(s, e);
  if (rc == ERR_OK && predicts(s) && is_behind(s)) rc = registry__reload(s, e);
  if (rc == ERR_OK) rc = tokens__reload(s, e);
  if (rc == ERR_OK && predicts(s)) keep_copy(s);
  if (rc == ERR_OK) rc = node__say_alive(s, e);
  return rc == ERR_UNAVAILABLE ? ERR_OK : rc; /* away: the listener catches up when it is back */
}

err_code following__start(service *s, err *e) {
  static void *(*const mains[])(void *) = {keeper_main, listener_main};
  following *f = &s->following;
  if (!store_is_shared(s->st)) return ERR_OK;
  err_code rc = join(s, e);
  if (rc == ERR_OK) rc = node__enter(s, e);
  for (size_t i = 0; rc == ERR_OK && i < ARRAY_LEN(mains); i++) {
    int failed = pthread_create(&f->threads[i], NULL, mains[i], s);
    if (failed)
      rc = err_errno(e, failed, "cannot start a thread of the node");
    else
      f->thread_count++;
  }
  return rc;
}

void following__stop(service *s) {
  following *f = &s->following;
  if (!f->thread_count) return;
  node__end_rest(s);
  for (size_t i = 0; i < f->thread_count; i++) pthread_join(f->threads[i], NULL);
  node__leave(s);
}
