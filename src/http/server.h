/* server.h -- the HTTP server: start, stop, what it counts.
 *
 * Threads: `event_threads` run libmicrohttpd's epoll loops and every handler that does not block;
 * `worker_threads` run the blocking ones while their connection is parked. See doc/http.md. */
#ifndef DRAGOMAN_HTTP_SERVER_H
#define DRAGOMAN_HTTP_SERVER_H

#include "http/http.h"

typedef struct http_config {
  const char *listen;                /* "HOST:PORT"; port 0 picks one */
  int event_threads;                 /* 0: one a core */
  int worker_threads;                /* 0: 4 */
  unsigned connection_limit;         /* 0: 10,000 */
  unsigned per_ip_limit;             /* connections from one address; 0: no limit */
  unsigned idle_timeout_s;           /* of a connection; 0: 60 */
  unsigned queue_limit;              /* blocking requests that may wait; 0: 256 */
  unsigned queue_wait_s;             /* the longest that one waits; 0: 30 */
  unsigned drain_s;                  /* at stop, for requests in flight; 0: 10 */
  unsigned per_minute[HTTP_CLASSES]; /* requests of a resource, by class; 0: no limit */
  unsigned refused_classes;          /* 1 << class: not the work of this node */
  const char *refusal;               /* the sentence that its callers read */
  const char *tls_cert, *tls_key;    /* PEM files; NULL: plain HTTP */
  bool trust_forwarded;              /* X-Forwarded-Proto and -Host name the address that clients use */
  bool access_log;
  const http_family *const *families; /* [family_count] borrowed until stop */
  size_t family_count;
  /* The resource that a key opens; constant time, wait-free, called on event threads. */
  bool (*open_key)(void *app, str key, resource_ref *out);
  /* What a bearer token opens, likewise; NULL: none is taken. */
  bool (*open_token)(void *app, str token, token_grant *out);
  /* The same for the token of a HTTP_TICKET route. */
  bool (*open_ticket)(void *app, str token, resource_ref *out);
  void *app;
} http_config;

/* Serves when it returns ERR_OK. */
must_check err_code http_server_start(const http_config *c, http_server **out, err *e);
/* Takes no new connections, answers what is in flight (for at most drain_s), closes all. */
void http_server_stop(http_server *s);
/* "127.0.0.1:34567", lives as long as the server. */
const char *http_server_address(const http_server *s);
bool http_server_is_tls(const http_server *s);

typedef struct http_stats {
  uint64_t requests, active, connections;
} http_stats;
void http_server_stats(http_server *s, http_stats *out);
/* The HTTP part of /metrics. */
void http_server_metrics(http_server *s, buf *out);

#endif
