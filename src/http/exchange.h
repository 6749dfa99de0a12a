/* exchange.h -- one request on its way to its response, and the cache of such on each event thread.
 *
 * Shared inside http/. An exchange belongs to the event thread of its connection, except while it
 * is PARKED: then to the worker that runs it. */
#ifndef DRAGOMAN_HTTP_EXCHANGE_H
#define DRAGOMAN_HTTP_EXCHANGE_H

#include "base/rng.h"
#include "http/headers.h"
#include "http/metrics.h"
#include "http/router.h"
#include "http/server.h"
#include "http/uri.h"

#include <microhttpd.h>

typedef enum exchange_state {
  EXCHANGE_NEW,      /* the request line is here */
  EXCHANGE_BODY,     /* the headers passed, the body arrives */
  EXCHANGE_REFUSED,  /* the error is written; what is left of the body is dropped before it is sent */
  EXCHANGE_PARKED,   /* connection suspended, a worker has it */
  EXCHANGE_ANSWERED, /* the response is written, to be queued */
  EXCHANGE_SENT      /* the library has it */
} exchange_state;

typedef struct exchange {
  exchange_state state;
  http_server *server;
  struct MHD_Connection *connection;
  arena arena;
  str target; /* request line's */
  uri uri;
  http_headers headers;
  http_framing framing;
  router_match match;
  http_request rq;
  http_response rs;
  int retry_after_s;                  /* of a 429 */
  bool close;                         /* the connection, after the response */
  char *body;                         /* heap, [body_cap] */
  size_t body_n, body_cap, body_seen; /* kept, allocated, received */
  int64_t begun_us;                   /* monotonic */
  struct exchange *next;              /* in the cache */
} exchange;

/* What each event thread has for itself. */
typedef struct http_thread {
  http_metrics *metrics;
  exchange *cache;
  size_t cached;
  rng ids; /* of request ids, which are no secrets */
  buf log_line;
  struct http_thread *next; /* in the server's list */
} http_thread;

/* From the cache of t; target is copied. */
exchange *exchange_new(http_thread *t, http_server *s, struct MHD_Connection *c, const char *target);
void exchange_release(http_thread *t, exchange *x);
void exchange_thread_fini(http_thread *t);

/* Keeps a piece of the body. ERR_TOO_LARGE beyond limit, ERR_NO_MEMORY. */
must_check err_code exchange_take_body(exchange *x, const char *p, size_t n, size_t limit, err *e);

/* Replaces whatever the handler wrote by the family's error for e. */
void exchange_fail(exchange *x, const err *e);

/* Hands the response to the library. */
must_check enum MHD_Result exchange_send(exchange *x, bool stopping);

/* {"time":…,"method":…,"operation":…,"status":…,…} for the access log, into line. */
void exchange_log_line(const exchange *x, int64_t duration_us, buf *line);

#endif
