/* Several nodes on one database: what a store promises beyond what one on SQLite does. Runs beside a
 * PostgreSQL (tests/postgres/with_postgres). */
#include "fixture.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timeutil.h"

#define END_ALL "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'dragoman'"

/* Two nodes: each has a data directory, they share the database and the secret. */
typedef struct nodes {
  char *dir, *other_dir, *url, *secret_file;
  store *a, *b;
  arena arena;
} nodes;

static store *open_node(const char *dir, const char *url, const char *secret_file) {
  store *s = NULL;
  assert_ok(store_open_at(&(store_place){.data_dir = dir, .database = url, .secret_file = secret_file}, &s, e));
  return s;
}

static int setup(void **state) {
  nodes *n = mem_zalloc(1, sizeof *n);
  char secret[600];
  arena_init(&n->arena, 0);
  n->dir = dir_make();
  n->other_dir = dir_make();
  n->url = backend_database(n->dir);
  snprintf(secret, sizeof secret, "%s/secret", n->dir);
  n->secret_file = mem_strdup(secret);
  n->a = open_node(n->dir, n->url, NULL);
  n->b = open_node(n->other_dir, n->url, n->secret_file);
  *state = n;
  return 0;
}

static int teardown(void **state) {
  nodes *n = *state;
  store_close(n->a);
  store_close(n->b);
  arena_fini(&n->arena);
  dir_remove(n->dir);
  dir_remove(n->other_dir);
  free(n->url);
  free(n->secret_file);
  free(n);
  return 0;
}

static void test_one_state(void **state) {
  nodes *n = *state;
  assert_true(store_is_shared(n->a));
  assert_memory_equal(store_secret(n->a), store_secret(n->b), SHA256_BYTES);
  add_project(n->a, STR("p"));
  store_tx *tx = NULL;
  store_project p;
  assert_ok(store_begin_read(n->b, &tx, e));
  assert_ok(store_project_get(tx, STR("local"), STR("p"), &n->arena, &p, e));
  store_rollback(tx);
}

static void test_another_secret_is_refused(void **state) {
  nodes *n = *state;
  char *dir = dir_make();
  store *s = NULL;
  char path[600];
  snprintf(path, sizeof path, "%s/secret", dir);
  assert_err(ERR_CONFLICT, store_open_at(&(store_place){.data_dir = dir, .database = n->url}, &s, e));
  assert_int_not_equal(access(path, F_OK), 0); /* nothing is left in the way of the right one */
  dir_remove(dir);
}

static void test_urls(void **state) {
  nodes *n = *state;
  store *s = NULL;
  err why = {0};
  char *dir = dir_make();
  store_place bad = {.data_dir = dir, .database = "postgres://u:pass%zzword@h/d"};
  assert_int_equal(store_open_at(&bad, &s, &why), ERR_INVALID_ARGUMENT);
  assert_null(strstr(why.message, "pass"));
  /* Nobody there: a new node cannot start, one that has been there before can. */
  store_place away = {.data_dir = dir, .database = "postgres://dragoman@/d?host=/nonexistent"};
  assert_err(ERR_UNAVAILABLE, store_open_at(&away, &s, e));
  assert_err(ERR_UNAVAILABLE, store_open_reader(&(store_place){dir, away.database, n->secret_file}, &s, e));
  away.secret_file = n->secret_file;
  assert_ok(store_open_at(&away, &s, e));
  store_tx *tx = NULL;
  int64_t before = time_mono_us();
  for (int i = 0; i < 100; i++) assert_err(ERR_UNAVAILABLE, store_begin_write(s, &tx, e));
  assert_true(time_mono_us() - before < 20 * 1000000); /* known to be away: answered at once */
  store_close(s);
  dir_remove(dir);
}

/* ---- model files -------------------------------------------------------------------------------- */

static void adopt_big(nodes *n, char hash[SHA256_HEX + 1]) {
  buf big = {0};
  uint32_t noise = 1;
  while (big.n < 9000001) buf_printf(&big, "%u ", noise = noise * 1664525u + 1013904223u); /* three chunks */
  const char *tmp = store_temp_path(n->a, &n->arena, ".model");
  assert_ok(file_write_atomic(tmp, buf_str(&big), 0600, e));
  assert_ok(store_model_file_adopt(n->a, tmp, hash, e));
  buf_free(&big);
}

static void test_model_files_travel(void **state) {
  nodes *n = *state;
  char hash[SHA256_HEX + 1], have[SHA256_HEX + 1];
  const char *path;
  adopt_big(n, hash);
  assert_ok(store_model_file_path(n->b, str_of(hash), &n->arena, &path, e));
  assert_ok(sha256_file_hex(path, have, e));
  assert_string_equal(have, hash);
  assert_true(str_starts(str_of(path), str_of(n->other_dir)));
  assert_int_equal(backend_sql(n->dir, "SELECT count(*) FROM model_chunks"), 3);
  adopt_big(n, hash); /* the same again: nothing is sent twice */
  assert_int_equal(backend_sql(n->dir, "SELECT count(*) FROM model_chunks"), 3);

  assert_int_equal(unlink(path), 0);
  backend_sql(n->dir, "UPDATE model_chunks SET data = decode(repeat('00', length(data)), 'hex') WHERE seq = 1");
  assert_err(ERR_CORRUPT, store_model_file_path(n->b, str_of(hash), &n->arena, &path, e));
  backend_sql(n->dir, "DELETE FROM model_chunks WHERE seq = 2");
  assert_err(ERR_CORRUPT, store_model_file_path(n->b, str_of(hash), &n->arena, &path, e));
  backend_sql(n->dir, "DELETE FROM model_files");
  assert_err(ERR_NOT_FOUND, store_model_file_path(n->b, str_of(hash), &n->arena, &path, e));
}

/* ---- writing ------------------------------------------------------------------------------------ */

enum { ROUNDS = 50 };

static err_code count_up(store *s, arena *a, err *e) {
  store_tx *tx = NULL;
  store_project p;
  err_code rc = store_begin_write(s, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, STR("local"), STR("p"), a, &p, e);
  p.utterance_count++;
  if (rc == ERR_OK) rc = store_project_put(tx, &p, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

static void *count_up_often(void *arg) {
  arena a;
  arena_init(&a, 0);
  intptr_t failed = 0;
  for (int i = 0; i < ROUNDS; i++) failed += count_up(arg, &a, NULL) != ERR_OK;
  arena_fini(&a);
  return (void *)failed;
}

static int64_t utterances(store *s, arena *a) {
  store_tx *tx = NULL;
  store_project p;
  assert_ok(store_begin_read(s, &tx, e));
  assert_ok(store_project_get(tx, STR("local"), STR("p"), a, &p, e));
  store_rollback(tx);
  return p.utterance_count;
}

static void test_writers_take_turns(void **state) {
  nodes *n = *state;
  pthread_t threads[4];
  add_project(n->a, STR("p"));
  for (size_t i = 0; i < ARRAY_LEN(threads); i++)
    assert_int_equal(pthread_create(&threads[i], NULL, count_up_often, i % 2 ? n->a : n->b), 0);
  for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
    void *failed = NULL;
    pthread_join(threads[i], &failed);
    assert_null(failed);
  }
  assert_int_equal(utterances(n->a, &n->arena), 5 + 4 * ROUNDS);
}

/* ---- jobs --------------------------------------------------------------------------------------- */

enum { JOBS = 60 };

typedef struct claimer {
  store *s;
  const char *name;
  atomic_int *claimed; /* [JOBS], by the number of the job */
  int failed;
} claimer;

static bool finish_job(store *s, store_job *j) {
  store_tx *tx = NULL;
  j->status = STR("succeeded");
  return store_begin_write(s, &tx, NULL) == ERR_OK && store_job_put_claimed(tx, j, NULL) == ERR_OK &&
         store_commit(tx, NULL) == ERR_OK;
}

/* Each project has one job, so none has to wait for another: no job found means that all are taken. */
static void *claim_all(void *arg) {
  claimer *c = arg;
  arena a;
  store_job j;
  bool found = true;
  arena_init(&a, 0);
  while (found && !c->failed) {
    c->failed = store_job_claim(c->s, str_of(c->name), false, INT64_MAX, &a, &j, &found, NULL) != ERR_OK;
    if (c->failed || !found) break;
    atomic_fetch_add(&c->claimed[atoi(j.id.p)], 1);
    c->failed = !finish_job(c->s, &j);
  }
  arena_fini(&a);
  return NULL;
}

static void test_each_job_is_claimed_once(void **state) {
  nodes *n = *state;
  atomic_int claimed[JOBS] = {0};
  store_tx *tx = NULL;
  assert_ok(store_begin_write(n->a, &tx, e));
  for (int i = 0; i < JOBS; i++) {
    str name = arena_printf(&n->arena, "%d", i);
    store_job j = sample_job(name, name, STR("import"));
    assert_ok(store_job_put(tx, &j, e));
  }
  assert_ok(store_commit(tx, e));
  claimer c[4] = {{n->a, "a", claimed, 0}, {n->b, "b", claimed, 0}, {n->a, "a", claimed, 0}, {n->b, "b", claimed, 0}};
  pthread_t threads[4];
  for (size_t i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, claim_all, &c[i]), 0);
  for (size_t i = 0; i < 4; i++) {
    pthread_join(threads[i], NULL);
    assert_int_equal(c[i].failed, 0);
  }
  for (int i = 0; i < JOBS; i++) assert_int_equal(claimed[i], 1);
}

/* ---- notices ------------------------------------------------------------------------------------ */

static unsigned heard(store *s, int timeout_ms) {
  unsigned notices = 0;
  assert_ok(store_listen(s, -1, timeout_ms, &notices, e));
  return notices;
}

static void test_notices(void **state) {
  nodes *n = *state;
  store_tx *tx = NULL;
  store_job j = sample_job(STR("j"), STR("p"), STR("import"));
  unsigned all = STORE_NOTICE_LIVE | STORE_NOTICE_JOBS, notices;
  assert_int_equal(heard(n->b, 0), all); /* what came before may have been missed */
  assert_int_equal(heard(n->b, 0), 0);
  assert_ok(store_begin_write(n->a, &tx, e));
  assert_ok(store_job_put(tx, &j, e));
  assert_int_equal(heard(n->b, 20), 0); /* not before the commit */
  assert_ok(store_commit(tx, e));
  assert_int_equal(heard(n->b, 10000), STORE_NOTICE_JOBS);
  backend_sql(n->dir, END_ALL);
  err why;
  err_code rc;
  while ((rc = store_listen(n->b, -1, 10000, &notices, &why)) == ERR_OK) assert_int_equal(notices, 0);
  assert_int_equal(rc, ERR_UNAVAILABLE);
  assert_int_equal(heard(n->b, 0), all);
}

/* ---- what is served ------------------------------------------------------------------------------ */

static void put_deployment(store *s, const char *file) {
  store_tx *tx = NULL;
  store_deployment d = sample_deployment(STR("p"), STR("d"), str_of(file));
  assert_ok(store_begin_write(s, &tx, e));
  assert_ok(store_deployment_put(tx, &d, e));
  assert_ok(store_commit(tx, e));
}

static int64_t generation(store *s) {
  store_tx *tx = NULL;
  int64_t g;
  assert_ok(store_begin_read(s, &tx, e));
  assert_ok(store_generation(tx, &g, e));
  store_rollback(tx);
  return g;
}

static void test_generation(void **state) {
  nodes *n = *state;
  add_project(n->a, STR("p"));
  int64_t before = generation(n->a);
  heard(n->b, 0);
  put_deployment(n->a, "f1");
  assert_int_equal(generation(n->b), before + 1);
  assert_int_equal(heard(n->b, 10000), STORE_NOTICE_LIVE);
}

static void test_copy_of_what_is_served(void **state) {
  nodes *n = *state;
  store_tx *tx = NULL;
  store_deployment *rows;
  size_t count;
  bool is_copy;
  add_project(n->a, STR("p"));
  put_deployment(n->a, "f1");
  assert_ok(store_live_keep(n->b, e));
  put_deployment(n->a, "f2");
  assert_ok(store_begin_live(n->b, &tx, &is_copy, e));
  assert_false(is_copy);
  assert_ok(store_deployment_all(tx, &n->arena, &rows, &count, e));
  assert_str(rows[0].file, "f2");
  store_rollback(tx);
  store_close(n->b);
  n->b = NULL;

  const char *away = "postgres://dragoman@/d?host=/nonexistent";
  store *s = open_node(n->other_dir, away, n->secret_file);
  int64_t g;
  assert_ok(store_begin_live(s, &tx, &is_copy, e));
  assert_true(is_copy);
  assert_ok(store_deployment_all(tx, &n->arena, &rows, &count, e));
  assert_int_equal(count, 1);
  assert_str(rows[0].file, "f1");
  assert_ok(store_generation(tx, &g, e));
  assert_int_equal(g, generation(n->a) - 1);
  store_rollback(tx);
  assert_err(ERR_UNAVAILABLE, store_begin_read(s, &tx, e)); /* only what is served */
  store_close(s);
  n->b = open_node(n->other_dir, n->url, n->secret_file);
}

static void test_nodes(void **state) {
  nodes *n = *state;
  size_t behind, count;
  store_node *list;
  store_tx *tx = NULL;
  store_node a = {.id = STR("a"), .role = STR("all"), .generation = 5};
  store_node b = {.id = STR("b"), .role = STR("prediction"), .region = STR("eastus"), .generation = 4};
  store_node c = {.id = STR("c"), .role = STR("authoring")};
  assert_ok(store_node_seen(n->a, &a, e));
  assert_ok(store_node_seen(n->b, &b, e));
  assert_ok(store_node_seen(n->b, &c, e));
  int64_t long_us = (int64_t)3600 * 1000000;
  assert_ok(store_node_behind(n->a, 5, long_us, &behind, e));
  assert_int_equal(behind, 1); /* b; c does not predict */
  assert_ok(store_node_behind(n->a, 5, -long_us, &behind, e));
  assert_int_equal(behind, 0); /* b has not been seen for that long */
  b.generation = 5;
  assert_ok(store_node_seen(n->b, &b, e));
  assert_ok(store_node_behind(n->a, 5, long_us, &behind, e));
  assert_int_equal(behind, 0);
  assert_ok(store_node_gone(n->a, STR("a"), e));
  assert_ok(store_begin_read(n->a, &tx, e));
  assert_ok(store_node_list(tx, &n->arena, &list, &count, e));
  store_rollback(tx);
  assert_int_equal(count, 2);
  assert_str(list[0].id, "b");
  assert_str(list[0].region, "eastus");
  assert_ok(store_node_forget(n->a, -long_us, e));
  assert_ok(store_node_behind(n->a, 100, long_us, &behind, e));
  assert_int_equal(behind, 0);
}

/* ---- lost connections ---------------------------------------------------------------------------- */

static void test_lost_connections(void **state) {
  nodes *n = *state;
  add_project(n->a, STR("p"));
  store_tx *tx = NULL;
  store_project p = sample_project(STR("q"), STR(""));
  assert_ok(store_begin_write(n->a, &tx, e));
  assert_ok(store_project_put(tx, &p, e));
  backend_sql(n->dir, END_ALL);
  assert_err(ERR_UNAVAILABLE, store_commit(tx, e)); /* the server says that it was aborted */
  assert_ok(store_begin_write(n->a, &tx, e));       /* and the next one has a new connection */
  assert_err(ERR_PROJECT_NOT_FOUND, store_project_get(tx, STR("local"), STR("q"), &n->arena, &p, e));
  backend_sql(n->dir, END_ALL);
  assert_err(ERR_UNAVAILABLE, store_project_get(tx, STR("local"), STR("p"), &n->arena, &p, e));
  store_rollback(tx);
  assert_int_equal(utterances(n->b, &n->arena), 5);
}

/* ---- a commit whose answer is lost -------------------------------------------------------------- */

/* Forwards connections to the server; after cut COMMITs it forwards one, keeps the answer, and hangs
 * up on that connection. */
typedef struct proxy {
  char dir[64], server[108];
  int listener;
  int cut;
  bool swallow; /* the COMMIT that is cut never reaches the server */
  pthread_t thread;
} proxy;

typedef struct pair {
  int client, server;
  bool cutting;
} pair;

static int dial(const char *path) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
  return fd;
}

static bool has_commit(const char *p, size_t n) {
  return memmem(p, n, "COMMIT", 6) != NULL;
}

/* False when the pair is over. */
static bool forward(proxy *x, pair *p, bool from_client) {
  char bytes[65536];
  ssize_t n = read(from_client ? p->client : p->server, bytes, sizeof bytes);
  if (n <= 0) return false;
  if (p->cutting && !from_client) return false; /* the answer: the server is done, the client never hears */
  if (from_client && has_commit(bytes, (size_t)n) && x->cut-- == 0) {
    p->cutting = true;
    if (x->swallow) return false;
  }
  return write(from_client ? p->server : p->client, bytes, (size_t)n) == n;
}

static void *proxy_main(void *arg) {
  proxy *x = arg;
  pair pairs[32];
  size_t n = 0;
  for (;;) {
    struct pollfd fds[65] = {{.fd = x->listener, .events = POLLIN}};
    for (size_t i = 0; i < n; i++) {
      fds[1 + 2 * i] = (struct pollfd){.fd = pairs[i].client, .events = POLLIN};
      fds[2 + 2 * i] = (struct pollfd){.fd = pairs[i].server, .events = POLLIN};
    }
    poll(fds, 1 + 2 * n, -1);
    size_t had = n;
    if (fds[0].revents) {
      int client = accept(x->listener, NULL, NULL);
      if (client < 0) break; /* shut down */
      pairs[n++] = (pair){.client = client, .server = dial(x->server)};
    }
    for (size_t i = had; i-- > 0;) {
      if ((!fds[1 + 2 * i].revents || forward(x, &pairs[i], true)) &&
          (!fds[2 + 2 * i].revents || forward(x, &pairs[i], false)))
        continue;
      close(pairs[i].client);
      close(pairs[i].server);
      pairs[i] = pairs[--n];
      break; /* the rest has moved: poll again */
    }
  }
  for (size_t i = 0; i < n; i++) close(pairs[i].client), close(pairs[i].server);
  return NULL;
}

static void proxy_start(proxy *x) {
  snprintf(x->dir, sizeof x->dir, "/tmp/dragoman-proxy-XXXXXX");
  assert_non_null(mkdtemp(x->dir));
  snprintf(x->server, sizeof x->server, "%s/.s.PGSQL.5432", getenv("DRAGOMAN_TEST_POSTGRES_DIR"));
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  snprintf(at.sun_path, sizeof at.sun_path, "%s/.s.PGSQL.5432", x->dir);
  x->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(x->listener, (struct sockaddr *)&at, sizeof at), 0);
  assert_int_equal(listen(x->listener, 16), 0);
  assert_int_equal(pthread_create(&x->thread, NULL, proxy_main, x), 0);
}

static void proxy_stop(proxy *x) {
  char path[108];
  shutdown(x->listener, SHUT_RDWR);
  pthread_join(x->thread, NULL);
  close(x->listener);
  snprintf(path, sizeof path, "%s/.s.PGSQL.5432", x->dir);
  unlink(path);
  rmdir(x->dir);
}

static void with_cut_commit(nodes *n, bool swallow, err_code expected) {
  proxy x = {.cut = INT32_MAX, .swallow = swallow};
  char url[600];
  proxy_start(&x);
  const char *options = strstr(n->url, "&options");
  snprintf(url, sizeof url, "postgres://dragoman@/postgres?host=%s%s", x.dir, options);
  char *dir = dir_make();
  store *s = open_node(dir, url, n->secret_file);
  int64_t before = utterances(s, &n->arena);
  x.cut = 0;
  err why = {0};
  assert_int_equal(count_up(s, &n->arena, &why), expected);
  assert_int_equal(utterances(n->a, &n->arena), before + (expected == ERR_OK));
  store_close(s);
  proxy_stop(&x);
  dir_remove(dir);
}

static void test_commit_without_answer(void **state) {
  nodes *n = *state;
  add_project(n->a, STR("p"));
  with_cut_commit(n, false, ERR_OK);         /* it took effect, and that is found out */
  with_cut_commit(n, true, ERR_UNAVAILABLE); /* it did not */
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      T(test_one_state),
      T(test_another_secret_is_refused),
      T(test_urls),
      T(test_model_files_travel),
      T(test_writers_take_turns),
      T(test_each_job_is_claimed_once),
      T(test_notices),
      T(test_generation),
      T(test_copy_of_what_is_served),
      T(test_nodes),
      T(test_lost_connections),
      T(test_commit_without_answer),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
