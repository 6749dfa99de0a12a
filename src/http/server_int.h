/* server_int.h -- the server's own struct; shared inside http/. */
#ifndef DRAGOMAN_HTTP_SERVER_INT_H
#define DRAGOMAN_HTTP_SERVER_INT_H

#include "http/exchange.h"
#include "http/listen.h"
#include "http/rate_limit.h"
#include "http/router.h"
#include "http/server.h"
#include "http/workers.h"

#include <pthread.h>
#include <stdatomic.h>

struct http_server {
  http_config config; /* defaults filled in */
  router *router;
  rate_limit *limits;
  workers *workers;
  struct MHD_Daemon *daemon;
  int listen_fd; /* -1 once closed */
  char address[LISTEN_NAME_MAX];
  char *cert, *key;         /* PEM texts; NULL: plain HTTP */
  pthread_key_t thread_key; /* -> http_thread of the calling thread */
  bool has_thread_key;
  _Atomic bool stopping;
  pthread_mutex_t lock; /* guards threads */
  http_thread *threads;
};

#endif
