#include "http/metrics.h"

#include <stdio.h>
#include <stdlib.h>

static const int statuses[METRICS_STATUSES - 1] = {200, 201, 202, 204, 400, 401, 403, 404, 405, 408,
                                                   409, 413, 415, 429, 500, 501, 503, 504, 304};

static const int64_t bucket_us[METRICS_BUCKETS - 1] = {
    25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};

http_metrics *metrics_new(size_t route_count) {
  http_metrics *m = mem_zalloc(1, sizeof *m + (route_count + 1) * sizeof m->by_route[0]);
  m->route_count = route_count;
  return m;
}

void metrics_free(http_metrics *m) {
  free(m);
}

static size_t status_slot(int status) {
  for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
    if (statuses[i] == status) return i;
  return METRICS_STATUSES - 1;
}

static size_t bucket_of(int64_t us) {
  size_t b = 0;
  while (b < ARRAY_LEN(bucket_us) && us > bucket_us[b]) b++;
  return b;
}

void metrics_record(http_metrics *m, int route, http_class class, int status, int64_t duration_us, size_t bytes_in,
                    size_t bytes_out) {
  size_t row = route < 0 ? m->route_count : (size_t)route;
  metrics_add(&m->by_route[row][status_slot(status)], 1);
  metrics_add(&m->latency[class].buckets[bucket_of(duration_us)], 1);
  metrics_add(&m->latency[class].sum_us, (uint64_t)MAX_OF(duration_us, 0));
  metrics_add(&m->bytes_in, bytes_in);
  metrics_add(&m->bytes_out, bytes_out);
  metrics_add(&m->finished, 1);
}

static uint64_t get(const _Atomic uint64_t *c) {
  return atomic_load_explicit(c, memory_order_relaxed);
}

void metrics_sum(http_metrics *sum, const http_metrics *m) {
  for (size_t r = 0; r <= m->route_count; r++)
    for (size_t s = 0; s < METRICS_STATUSES; s++) metrics_add(&sum->by_route[r][s], get(&m->by_route[r][s]));
  for (size_t c = 0; c < HTTP_CLASSES; c++) {
    for (size_t b = 0; b < METRICS_BUCKETS; b++)
      metrics_add(&sum->latency[c].buckets[b], get(&m->latency[c].buckets[b]));
    metrics_add(&sum->latency[c].sum_us, get(&m->latency[c].sum_us));
  }
  metrics_add(&sum->started, get(&m->started));
  metrics_add(&sum->finished, get(&m->finished));
  metrics_add(&sum->bytes_in, get(&m->bytes_in));
  metrics_add(&sum->bytes_out, get(&m->bytes_out));
  metrics_add(&sum->connections_opened, get(&m->connections_opened));
  metrics_add(&sum->connections_closed, get(&m->connections_closed));
}

static void write_requests(const http_metrics *m, const router *r, buf *out) {
  buf_printf(out, "# HELP dragoman_http_requests_total Requests answered, by operation and status.\n"
                  "# TYPE dragoman_http_requests_total counter\n");
  for (size_t i = 0; i <= m->route_count; i++) {
    const char *id = i < m->route_count ? router_route(r, i)->id : "-";
    for (size_t s = 0; s < METRICS_STATUSES; s++) {
      uint64_t n = get(&m->by_route[i][s]);
      if (!n) continue;
      char status[8] = "other";
      if (s < ARRAY_LEN(statuses)) snprintf(status, sizeof status, "%d", statuses[s]);
      buf_printf(out, "dragoman_http_requests_total{operation=\"%s\",status=\"%s\"} %llu\n", id, status,
                 (unsigned long long)n);
    }
  }
}

static void write_latency(const http_metrics *m, buf *out) {
  buf_printf(out, "# HELP dragoman_http_duration_seconds Time from the request line to the last byte handed to the "
                  "kernel.\n# TYPE dragoman_http_duration_seconds histogram\n");
  for (int c = 0; c < HTTP_CLASSES; c++) {
    const char *name = http_class_name((http_class)c);
    uint64_t below = 0;
    for (size_t b = 0; b < METRICS_BUCKETS; b++) {
      below += get(&m->latency[c].buckets[b]);
      char le[24] = "+Inf";
      if (b < ARRAY_LEN(bucket_us)) snprintf(le, sizeof le, "%g", (double)bucket_us[b] / 1e6);
      buf_printf(out, "dragoman_http_duration_seconds_bucket{class=\"%s\",le=\"%s\"} %llu\n", name, le,
                 (unsigned long long)below);
    }
    buf_printf(out,
               "dragoman_http_duration_seconds_sum{class=\"%s\"} %.6f\n"
               "dragoman_http_duration_seconds_count{class=\"%s\"} %llu\n",
               name, (double)get(&m->latency[c].sum_us) / 1e6, name, (unsigned long long)below);
  }
}

void metrics_write(const http_metrics *m, const router *r, buf *out) {
  write_requests(m, r, out);
  write_latency(m, out);
  const struct {
    const char *name, *type, *help;
    uint64_t value;
  } rows[] = {
      {"dragoman_http_requests_active", "gauge", "Requests begun and not finished.",
       get(&m->started) - get(&m->finished)},
      {"dragoman_http_connections_active", "gauge", "Open connections.",
       get(&m->connections_opened) - get(&m->connections_closed)},
      {"dragoman_http_connections_total", "counter", "Connections accepted.", get(&m->connections_opened)},
      {"dragoman_http_request_body_bytes_total", "counter", "Bytes of request bodies.", get(&m->bytes_in)},
      {"dragoman_http_response_body_bytes_total", "counter", "Bytes of response bodies.", get(&m->bytes_out)},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", rows[i].name, rows[i].help, rows[i].name, rows[i].type,
               rows[i].name, (unsigned long long)rows[i].value);
}
