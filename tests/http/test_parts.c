/* Rate limits, worker pool, metrics, listening addresses. */
#include "http/listen.h"
#include "http/metrics.h"
#include "http/rate_limit.h"
#include "http/workers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static void limit_lets_a_minute_pass_at_once_then_the_pace(void **state) {
  (void)state;
  const unsigned per_minute[HTTP_CLASSES] = {[HTTP_CLASS_WRITE] = 10};
  rate_limit *l = rate_limit_new(per_minute);
  int retry_s = 0;
  int64_t now = 1000000000;
  for (int i = 0; i < 10; i++) assert_true(rate_limit_take(l, 3, HTTP_CLASS_WRITE, now, &retry_s));
  assert_false(rate_limit_take(l, 3, HTTP_CLASS_WRITE, now, &retry_s));
  assert_int_equal(retry_s, 6);
  assert_true(rate_limit_take(l, 4, HTTP_CLASS_WRITE, now, &retry_s)); /* another resource */
  assert_true(rate_limit_take(l, 3, HTTP_CLASS_READ, now, &retry_s));  /* a class without limit */
  assert_false(rate_limit_take(l, 3, HTTP_CLASS_WRITE, now + 5999999, &retry_s));
  assert_true(rate_limit_take(l, 3, HTTP_CLASS_WRITE, now + 6000000, &retry_s));
  assert_false(rate_limit_take(l, 3, HTTP_CLASS_WRITE, now + 6000000, &retry_s));
  rate_limit_free(l);
}

/* Jobs count themselves; the first holds its worker until the gate opens. */
static _Atomic int ran, late, gate_open;
typedef struct job {
  bool waits;
} job;

static void count_job(void *p, worker_turn turn) {
  if (turn == WORKER_TOO_LATE) {
    atomic_fetch_add(&late, 1);
    return;
  }
  while (((job *)p)->waits && !atomic_load(&gate_open)) usleep(1000);
  atomic_fetch_add(&ran, 1);
}

static void pool_runs_refuses_and_hands_back(void **state) {
  (void)state;
  ran = late = gate_open = 0;
  workers *w;
  err e = {0};
  assert_int_equal(workers_new(1, 2, 60000000, count_job, &w, &e), ERR_OK);
  job first = {true}, others = {false};
  assert_true(workers_push(w, &first));
  while (!workers_push(w, &others)) usleep(1000);
  int queued = 1;
  while (queued < 3 && workers_push(w, &others)) queued++;
  assert_true(queued <= 3); /* one may be running beside the two that fit */
  assert_false(workers_push(w, &others));
  atomic_store(&gate_open, 1);
  workers_free(w); /* every accepted job has come back, run or not */
  assert_int_equal(ran + late, 1 + queued);
}

static void waiting_past_the_deadline_comes_back_unrun(void **state) {
  (void)state;
  ran = late = gate_open = 0;
  workers *w;
  err e = {0};
  assert_int_equal(workers_new(1, 8, 0, count_job, &w, &e), ERR_OK);
  job first = {true}, second = {false};
  assert_true(workers_push(w, &first));
  assert_true(workers_push(w, &second));
  while (atomic_load(&late) < 1) usleep(1000); /* while the only worker may be held by the first */
  atomic_store(&gate_open, 1);
  workers_free(w);
  assert_int_equal(ran + late, 2);
}

static const http_route routes[] = {{.id = "A", .method = HTTP_GET, .pattern = "/a"}};
static const http_family family = {.name = "f", .prefix = "/", .routes = routes, .route_count = 1};

static void metrics_add_up(void **state) {
  (void)state;
  const http_family *const families[] = {&family};
  router *r = router_new(families, 1);
  http_metrics *one = metrics_new(1), *two = metrics_new(1), *sum = metrics_new(1);
  metrics_record(one, 0, HTTP_CLASS_PREDICT, 200, 30, 5, 7);
  metrics_record(two, 0, HTTP_CLASS_PREDICT, 200, 60, 5, 7);
  metrics_record(two, -1, HTTP_CLASS_OPS, 418, 99000000, 0, 1);
  metrics_sum(sum, one);
  metrics_sum(sum, two);
  buf b = {0};
  metrics_write(sum, r, &b);
  buf_add_byte(&b, '\0');
  static const char *const lines[] = {
      "dragoman_http_requests_total{operation=\"A\",status=\"200\"} 2\n",
      "dragoman_http_requests_total{operation=\"-\",status=\"other\"} 1\n",
      "dragoman_http_duration_seconds_bucket{class=\"predict\",le=\"2.5e-05\"} 0\n",
      "dragoman_http_duration_seconds_bucket{class=\"predict\",le=\"5e-05\"} 1\n",
      "dragoman_http_duration_seconds_bucket{class=\"predict\",le=\"0.0001\"} 2\n",
      "dragoman_http_duration_seconds_bucket{class=\"ops\",le=\"10\"} 0\n",
      "dragoman_http_duration_seconds_bucket{class=\"ops\",le=\"+Inf\"} 1\n",
      "dragoman_http_duration_seconds_sum{class=\"predict\"} 0.000090\n",
      "dragoman_http_request_body_bytes_total 10\n",
  };
  for (size_t i = 0; i < ARRAY_LEN(lines); i++)
    if (!strstr(b.p, lines[i])) fail_msg("missing: %s", lines[i]);
  buf_free(&b);
  metrics_free(one);
  metrics_free(two);
  metrics_free(sum);
  router_free(r);
}

static void addresses(void **state) {
  (void)state;
  char name[LISTEN_NAME_MAX], taken[LISTEN_NAME_MAX];
  int fd, other;
  err e = {0};
  assert_int_equal(listen_open("127.0.0.1:0", 8, &fd, name, &e), ERR_OK);
  assert_true(str_starts(str_of(name), STR("127.0.0.1:")));
  assert_int_equal(listen_open(name, 8, &other, taken, &e), ERR_CONFLICT);
  close(fd);
  assert_int_equal(listen_open("nonsense", 8, &fd, name, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(listen_open("127.0.0.1:", 8, &fd, name, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(listen_open("127.0.0.1:port", 8, &fd, name, &e), ERR_INVALID_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(limit_lets_a_minute_pass_at_once_then_the_pace),
      cmocka_unit_test(pool_runs_refuses_and_hands_back),
      cmocka_unit_test(waiting_past_the_deadline_comes_back_unrun),
      cmocka_unit_test(metrics_add_up),
      cmocka_unit_test(addresses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
