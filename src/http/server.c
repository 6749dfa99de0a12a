#include "http/server.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "http/admission.h"
#include "http/listen.h"
#include "http/server_int.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* DESIGN. libmicrohttpd calls us on the event thread of the connection:
 *
 *   on_target    the request line is read        -> an exchange from the thread's cache
 *   on_request   first: the headers are read     -> framing, route, key, version, limits
 *                then: pieces of the body        -> kept, up to the route's limit
 *                last: the body is complete      -> handler here, or park and hand to the workers
 *                after a resume                  -> the response goes out
 *   on_completed sent or lost                    -> counted, logged, exchange back to the cache
 *
 * A refusal before the body is complete waits for its end when that is small, so that the
 * connection lives on; else it is sent at once and the connection closes.
 *
 * A parked connection neither times out nor sees its client go, so each parked exchange comes back
 * through workers.h, which never keeps one beyond its deadline without running it. */

enum {
  CONNECTION_MEMORY = 16 * 1024, /* headers up to this size; also what an idle connection costs */
  BODY_TIME_S = 600,             /* the whole body must be here by then, however it trickles */
  STOP_POLL_MS = 5
};

static http_thread *this_thread(http_server *s) {
  http_thread *t = pthread_getspecific(s->thread_key);
  if (t) return t;
  t = mem_zalloc(1, sizeof *t);
  t->metrics = metrics_new(router_route_count(s->router));
  uint64_t seed;
  random_bytes(&seed, sizeof seed);
  rng_seed(&t->ids, seed);
  pthread_mutex_lock(&s->lock);
  t->next = s->threads;
  s->threads = t;
  pthread_mutex_unlock(&s->lock);
  pthread_setspecific(s->thread_key, t);
  return t;
}

/* ---- until the body is complete ------------------------------------------------------------ */

static str allow_list(exchange *x) {
  buf b = {0};
  for (http_method m = HTTP_GET; m < HTTP_OTHER; m++)
    if (x->match.allow & 1u << m) buf_printf(&b, "%s%s", b.n ? ", " : "", http_method_name(m));
  str s = arena_str(&x->arena, buf_str(&b));
  buf_free(&b);
  return s;
}

/* Sends the refusal now when the rest of the body is unknown or not worth reading. */
static enum MHD_Result refuse(exchange *x, const err *e) {
  exchange_fail(x, e);
  if (e->code == ERR_METHOD_NOT_ALLOWED) http_add_header(&x->rs, "Allow", allow_list(x));
  if (e->code == ERR_TOO_MANY_REQUESTS)
    http_add_header(&x->rs, "Retry-After", arena_printf(&x->arena, "%d", x->retry_after_s));
  x->state = EXCHANGE_REFUSED;
  if (!x->framing.chunked && x->framing.declared_bytes <= HTTP_IGNORED_BODY) return MHD_YES;
  x->close = true;
  return exchange_send(x, false);
}

/* A request of doubtful framing: whatever follows it on the connection cannot be trusted. */
static enum MHD_Result refuse_framing(exchange *x, const err *e, int status) {
  exchange_fail(x, e);
  x->rs.status = status;
  x->close = true;
  return exchange_send(x, false);
}

static enum MHD_Result on_headers(exchange *x, const char *method, const char *version) {
  http_server *s = x->server;
  err e = {0};
  int status;
  x->match.family = x->rq.family = s->config.families[0];
  x->rq.app = s->config.app;
  headers_read(x->connection, &x->headers);
  err_code rc = headers_check(&x->headers, version, &x->framing, &status, &e);
  if (rc) return refuse_framing(x, &e, status);
  rc = admission_check(x, method, &e);
  if (rc) return refuse(x, &e);
  x->state = EXCHANGE_BODY;
  return MHD_YES;
}

/* ---- the body and after --------------------------------------------------------------------- */

static enum MHD_Result on_body(exchange *x, const char *p, size_t n) {
  x->body_seen += n;
  bool slow = time_mono_us() - x->begun_us > BODY_TIME_S * 1000000LL;
  if (slow || x->body_seen > 2 * admission_body_limit(x) + HTTP_IGNORED_BODY) return MHD_NO; /* cut the connection */
  if (x->state != EXCHANGE_BODY || !x->rq.route->max_body) return MHD_YES;
  err e = {0};
  if (exchange_take_body(x, p, n, x->rq.route->max_body, &e)) {
    exchange_fail(x, &e);
    x->close = true;
    x->state = EXCHANGE_REFUSED;
  }
  return MHD_YES;
}

static void run_handler(exchange *x) {
  err e = {0};
  err_code rc = x->rq.family->admit ? x->rq.family->admit(&x->rq, &e) : ERR_OK;
  if (!rc) rc = x->rq.route->handler(&x->rq, &x->rs, &e);
  if (!rc) return;
  e.code = rc;
  if (err_http_status(rc) >= 500) log_error("%s, request %s: %s", x->rq.route->id, x->rq.request_id, e.message);
  /* What is wrong inside (a path, a host, a state) is for the log; the client gets the request's id. */
  if (err_http_status(rc) == 500 || rc == ERR_UNAVAILABLE)
    err_set(&e, rc, "%s; the server's log names the request %s", err_default_message(rc), x->rq.request_id);
  exchange_fail(x, &e);
}

/* On a worker thread. The event thread has the exchange again from the resume on. */
static void run_parked(void *job, worker_turn turn) {
  exchange *x = job;
  if (turn == WORKER_RUN) {
    run_handler(x);
  } else {
    err e = {0};
    err_set(&e, ERR_UNAVAILABLE, "the server is too busy or stopping; try again");
    exchange_fail(x, &e);
  }
  struct MHD_Connection *c = x->connection;
  x->state = EXCHANGE_ANSWERED;
  MHD_resume_connection(c);
}

static bool blocks(const http_request *rq) {
  return rq->route->flags & HTTP_BLOCKING || (rq->family->blocks && rq->family->blocks(rq));
}

static enum MHD_Result on_complete_request(exchange *x) {
  http_server *s = x->server;
  x->rq.body = str_make(x->body, x->body_n);
  if (!blocks(&x->rq)) {
    run_handler(x);
    return exchange_send(x, atomic_load_explicit(&s->stopping, memory_order_relaxed));
  }
  x->state = EXCHANGE_PARKED;
  MHD_suspend_connection(x->connection);
  if (!workers_push(s->workers, x)) run_parked(x, WORKER_TOO_LATE);
  return MHD_YES;
}

/* ---- callbacks of the library ---------------------------------------------------------------- */

static void *on_target(void *cls, const char *target, struct MHD_Connection *c) {
  http_server *s = cls;
  http_thread *t = this_thread(s);
  metrics_add(&t->metrics->started, 1);
  return exchange_new(t, s, c, target);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                                  const char *version, const char *upload_data, size_t *upload_data_size,
                                  void **con_cls) {
  (void)c, (void)url;
  http_server *s = cls;
  exchange *x = *con_cls;
  if (x->state == EXCHANGE_NEW) return on_headers(x, method, version);
  if (*upload_data_size) {
    size_t n = *upload_data_size;
    *upload_data_size = 0;
    return on_body(x, upload_data, n);
  }
  if (x->state == EXCHANGE_BODY) return on_complete_request(x);
  return exchange_send(x, atomic_load_explicit(&s->stopping, memory_order_relaxed));
}

static void on_completed(void *cls, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode why) {
  (void)c, (void)why;
  http_server *s = cls;
  exchange *x = *con_cls;
  if (!x) return;
  *con_cls = NULL;
  http_thread *t = this_thread(s);
  int64_t duration_us = time_mono_us() - x->begun_us;
  http_class class = x->rq.route ? x->rq.route->class : HTTP_CLASS_OPS;
  metrics_record(t->metrics, x->match.index, class, x->state == EXCHANGE_SENT ? x->rs.status : 0, duration_us,
                 x->body_seen, x->rs.body.n);
  if (s->config.access_log) {
    exchange_log_line(x, duration_us, &t->log_line);
    log_line(buf_str(&t->log_line));
  }
  exchange_release(t, x);
}

static void on_connection(void *cls, struct MHD_Connection *c, void **socket_context,
                          enum MHD_ConnectionNotificationCode what) {
  (void)c, (void)socket_context;
  http_metrics *m = this_thread(cls)->metrics;
  metrics_add(what == MHD_CONNECTION_NOTIFY_STARTED ? &m->connections_opened : &m->connections_closed, 1);
}

/* Escapes are decoded in uri.c, once and strictly. */
static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s) {
  (void)cls, (void)c;
  return strlen(s);
}

static void on_library_message(void *cls, const char *fmt, va_list ap) {
  (void)cls;
  char text[512];
  int n = vsnprintf(text, sizeof text, fmt, ap);
  while (n > 0 && (n >= (int)sizeof text || text[n - 1] == '\n'))
    n = n >= (int)sizeof text ? (int)sizeof text - 1 : n - 1;
  if (n > 0) log_debug("http library: %.*s", n, text);
}

/* ---- start and stop ---------------------------------------------------------------------------- */

static void set_defaults(http_config *c) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (c->event_threads <= 0) c->event_threads = (int)MAX_OF(cores, 1);
  if (c->worker_threads <= 0) c->worker_threads = 4;
  if (!c->connection_limit) c->connection_limit = 10000;
  if (!c->idle_timeout_s) c->idle_timeout_s = 60;
  if (!c->queue_limit) c->queue_limit = 256;
  if (!c->queue_wait_s) c->queue_wait_s = 30;
  if (!c->drain_s) c->drain_s = 10;
  c->connection_limit = MAX_OF(c->connection_limit, (unsigned)c->event_threads);
}

static err_code read_tls_files(http_server *s, err *e) {
  enum { PEM_MAX = 1 << 20 };
  if (!s->config.tls_cert && !s->config.tls_key) return ERR_OK;
  if (!s->config.tls_cert || !s->config.tls_key)
    return err_set(e, ERR_INVALID_ARGUMENT, "TLS needs both a certificate and a key file");
  if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
    return err_set(e, ERR_INVALID_ARGUMENT, "this libmicrohttpd is built without TLS");
  size_t n;
  err_code rc = file_read(s->config.tls_cert, PEM_MAX, &s->cert, &n, e);
  if (!rc) rc = file_read(s->config.tls_key, PEM_MAX, &s->key, &n, e);
  return rc;
}

static err_code start_daemon(http_server *s, err *e) {
  const http_config *c = &s->config;
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_TURBO;
  if (s->cert) flags |= MHD_USE_TLS;
  static char tls_versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
  struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert},
                                 {MHD_OPTION_HTTPS_MEM_KEY, 0, s->key},
                                 {MHD_OPTION_HTTPS_PRIORITIES, 0, tls_versions},
                                 {MHD_OPTION_END, 0, NULL}};
  struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
  s->daemon = MHD_start_daemon(
      flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_library_message, s, MHD_OPTION_LISTEN_SOCKET,
      s->listen_fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)c->event_threads, MHD_OPTION_CONNECTION_LIMIT,
      c->connection_limit, MHD_OPTION_PER_IP_CONNECTION_LIMIT, c->per_ip_limit, MHD_OPTION_CONNECTION_TIMEOUT,
      c->idle_timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_UNESCAPE_CALLBACK,
      keep_escapes, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
      MHD_OPTION_ARRAY, s->cert ? tls : none, MHD_OPTION_END);
  if (s->daemon) return ERR_OK;
  if (s->cert)
    return err_set(e, ERR_INVALID_ARGUMENT,
                   "the TLS server does not start: are %s and %s a PEM certificate and its key?", c->tls_cert,
                   c->tls_key);
  return err_set(e, ERR_INTERNAL, "the HTTP library does not start");
}

static void free_all(http_server *s) {
  workers_free(s->workers);
  if (s->listen_fd >= 0) close(s->listen_fd);
  while (s->threads) {
    http_thread *t = s->threads;
    s->threads = t->next;
    exchange_thread_fini(t);
    free(t);
  }
  if (s->has_thread_key) pthread_key_delete(s->thread_key);
  pthread_mutex_destroy(&s->lock);
  router_free(s->router);
  rate_limit_free(s->limits);
  free(s->cert);
  free(s->key);
  free(s);
}

err_code http_server_start(const http_config *c, http_server **out, err *e) {
  http_server *s = mem_zalloc(1, sizeof *s);
  s->config = *c;
  s->listen_fd = -1;
  set_defaults(&s->config);
  pthread_mutex_init(&s->lock, NULL);
  s->router = router_new(c->families, c->family_count);
  s->limits = rate_limit_new(c->per_minute);
  err_code rc = ERR_OK;
  int key_rc = pthread_key_create(&s->thread_key, NULL);
  s->has_thread_key = key_rc == 0;
  if (key_rc) rc = err_errno(e, key_rc, "making thread storage");
  if (!rc) rc = read_tls_files(s, e);
  if (!rc) rc = listen_open(s->config.listen, 1024, &s->listen_fd, s->address, e);
  if (!rc)
    rc = workers_new(s->config.worker_threads, s->config.queue_limit, s->config.queue_wait_s * 1000000LL, run_parked,
                     &s->workers, e);
  if (!rc) rc = start_daemon(s, e);
  if (rc)
    free_all(s);
  else
    *out = s;
  return rc;
}

static http_metrics *sum_threads(http_server *s) {
  http_metrics *sum = metrics_new(router_route_count(s->router));
  pthread_mutex_lock(&s->lock);
  for (http_thread *t = s->threads; t; t = t->next) metrics_sum(sum, t->metrics);
  pthread_mutex_unlock(&s->lock);
  return sum;
}

static void wait_until_idle(http_server *s, int64_t deadline_us) {
  for (;;) {
    http_stats now;
    http_server_stats(s, &now);
    if (!now.active || time_mono_us() > deadline_us) return;
    nanosleep(&(struct timespec){.tv_nsec = STOP_POLL_MS * 1000000L}, NULL);
  }
}

void http_server_stop(http_server *s) {
  if (!s) return;
  int64_t deadline_us = time_mono_us() + s->config.drain_s * 1000000LL;
  atomic_store(&s->stopping, true);
  MHD_quiesce_daemon(s->daemon);
  close(s->listen_fd);
  s->listen_fd = -1;
  wait_until_idle(s, deadline_us);
  workers_free(s->workers); /* what still waits is answered 503 */
  s->workers = NULL;
  wait_until_idle(s, time_mono_us() + 1000000);
  MHD_stop_daemon(s->daemon);
  free_all(s);
}

const char *http_server_address(const http_server *s) {
  return s->address;
}
bool http_server_is_tls(const http_server *s) {
  return s->cert != NULL;
}

void http_server_stats(http_server *s, http_stats *out) {
  http_metrics *m = sum_threads(s);
  out->requests = atomic_load(&m->finished);
  out->active = atomic_load(&m->started) - out->requests;
  out->connections = atomic_load(&m->connections_opened) - atomic_load(&m->connections_closed);
  metrics_free(m);
}

void http_server_metrics(http_server *s, buf *out) {
  http_metrics *m = sum_threads(s);
  metrics_write(m, s->router, out);
  metrics_free(m);
}
