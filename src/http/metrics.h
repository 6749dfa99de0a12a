/* metrics.h -- what the server counts. Each event thread has counters of its own, written with
 * plain relaxed stores (one writer), summed by whoever asks. */
#ifndef DRAGOMAN_HTTP_METRICS_H
#define DRAGOMAN_HTTP_METRICS_H

#include "base/vec.h"
#include "http/http.h"
#include "http/router.h"

#include <stdatomic.h>

/* Statuses told apart; the last slot takes all others. */
enum { METRICS_STATUSES = 20, METRICS_BUCKETS = 18 };

typedef struct http_metrics {
  size_t route_count;
  struct {
    _Atomic uint64_t buckets[METRICS_BUCKETS]; /* by duration, not cumulative; the last is +Inf */
    _Atomic uint64_t sum_us;
  } latency[HTTP_CLASSES];
  _Atomic uint64_t started, finished;   /* requests */
  _Atomic uint64_t bytes_in, bytes_out; /* bodies */
  _Atomic uint64_t connections_opened, connections_closed;
  _Atomic uint64_t by_route[][METRICS_STATUSES]; /* [route_count + 1]; the last row: no route */
} http_metrics;

http_metrics *metrics_new(size_t route_count);
void metrics_free(http_metrics *m);

static inline void metrics_add(_Atomic uint64_t *counter, uint64_t n) {
  atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

/* One finished request; route -1: none. */
void metrics_record(http_metrics *m, int route, http_class class, int status, int64_t duration_us, size_t bytes_in,
                    size_t bytes_out);
/* *sum += *m; sum is the caller's alone. */
void metrics_sum(http_metrics *sum, const http_metrics *m);
/* Prometheus text format 0.0.4. */
void metrics_write(const http_metrics *m, const router *r, buf *out);

#endif
