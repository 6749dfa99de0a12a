/* ops.c -- health, readiness, status and metrics, for those who run the server. They name no
 * project, resource or person, so they need no key (doc/http.md). */
#include "api/api.h"
#include "base/json_out.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "http/server.h"
#include "service/counters.h"

#include <stdio.h>
#include <unistd.h>

static void write_error(const http_request *rq, const err *e, http_response *rs) {
  (void)rq;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_key(&w, "error");
  jw_obj(&w);
  jw_kcstr(&w, "code", err_api_code(e->code));
  jw_kcstr(&w, "message", e->message[0] ? e->message : err_default_message(e->code));
  jw_end(&w);
  jw_end(&w);
}

static void write_word(http_response *rs, const char *word) {
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kcstr(&w, "status", word);
  jw_end(&w);
}

static err_code healthz(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)e;
  write_word(rs, "ok");
  return ERR_OK;
}

static err_code readyz(const http_request *rq, http_response *rs, err *e) {
  (void)e;
  bool ready = service_ready(api_service(rq));
  rs->status = ready ? 200 : 503;
  write_word(rs, ready ? "ready" : "loading");
  return ERR_OK;
}

typedef struct process_usage {
  uint64_t resident_bytes;
  double cpu_s;
} process_usage;

static process_usage read_process(void) {
  process_usage u = {.cpu_s = (double)time_process_cpu_us() / 1e6};
  unsigned long long size, resident;
  FILE *f = fopen("/proc/self/statm", "re");
  if (!f) return u; /* no procfs: 0 stands for unknown */
  if (fscanf(f, "%llu %llu", &size, &resident) == 2) u.resident_bytes = resident * (uint64_t)sysconf(_SC_PAGESIZE);
  fclose(f);
  return u;
}

static err_code status(const http_request *rq, http_response *rs, err *e) {
  (void)e;
  const api_app *app = rq->app;
  service_counters c;
  service_counters_read(app->service, &c);
  http_stats h;
  http_server_stats(rq->server, &h);
  process_usage u = read_process();
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kcstr(&w, "version", app->version);
  jw_kbool(&w, "ready", service_ready(app->service));
  jw_kint(&w, "uptimeSeconds", (time_now_us() - app->started_us) / 1000000);
  jw_kint(&w, "residentBytes", (int64_t)u.resident_bytes);
  jw_knum(&w, "cpuSeconds", u.cpu_s);
  jw_kint(&w, "requests", (int64_t)h.requests);
  jw_kint(&w, "requestsActive", (int64_t)h.active);
  jw_kint(&w, "connections", (int64_t)h.connections);
  jw_kint(&w, "predictions", (int64_t)c.predictions);
  jw_kint(&w, "liveDeployments", (int64_t)c.live_deployments);
  jw_kint(&w, "liveModels", (int64_t)c.live_models);
  jw_kint(&w, "shadows", (int64_t)c.live_shadows);
  jw_kint(&w, "canaries", (int64_t)c.live_canaries);
  jw_kint(&w, "canariesReturned", (int64_t)c.trials.canary_returned);
  jw_kint(&w, "jobsWaiting", (int64_t)c.jobs_waiting);
  jw_kint(&w, "jobsRunning", (int64_t)c.jobs_running);
  jw_kint(&w, "trainingsRunning", (int64_t)c.trainings_running);
  jw_kbool(&w, "databaseUp", c.database_up);
  jw_kint(&w, "generation", (int64_t)c.generation);
  jw_kint(&w, "logLinesDropped", (int64_t)log_dropped());
  jw_end(&w);
  return ERR_OK;
}

typedef struct metric {
  const char *name, *type, *help;
  double value;
} metric;

static void write_service_metrics(const http_request *rq, buf *out) {
  const api_app *app = rq->app;
  service_counters c;
  service_counters_read(app->service, &c);
  process_usage u = read_process();
  const trial_totals *t = &c.trials;
  const metric rows[] = {
      {"dragoman_predictions_total", "counter", "Utterances predicted.", (double)c.predictions},
      {"dragoman_predictions_none_total", "counter", "Predictions whose top intent was None.",
       (double)c.none_predictions},
      {"dragoman_queries_logged_total", "counter", "Queries kept for review.", (double)c.queries_logged},
      {"dragoman_queries_dropped_total", "counter", "Queries not kept because the queue was full.",
       (double)c.queries_dropped},
      {"dragoman_jobs_succeeded_total", "counter", "Jobs that succeeded.", (double)c.jobs_succeeded},
      {"dragoman_jobs_failed_total", "counter", "Jobs that failed.", (double)c.jobs_failed},
      {"dragoman_jobs_cancelled_total", "counter", "Jobs that were cancelled.", (double)c.jobs_cancelled},
      {"dragoman_jobs_waiting", "gauge", "Jobs not started yet.", (double)c.jobs_waiting},
      {"dragoman_jobs_running", "gauge", "Jobs running.", (double)c.jobs_running},
      {"dragoman_trainings_running", "gauge", "Training processes running.", (double)c.trainings_running},
      {"dragoman_live_deployments", "gauge", "Deployments that answer.", (double)c.live_deployments},
      {"dragoman_live_models", "gauge", "Models in memory.", (double)c.live_models},
      {"dragoman_shadows", "gauge", "Deployments with a shadow.", (double)c.live_shadows},
      {"dragoman_shadow_compared_total", "counter", "Answers compared with a shadow's.", (double)t->shadow_compared},
      {"dragoman_shadow_intent_differs_total", "counter", "Of them, with another top intent.",
       (double)t->shadow_intent_differs},
      {"dragoman_shadow_entities_differ_total", "counter", "Of them, with other entities.",
       (double)t->shadow_entities_differ},
      {"dragoman_canaries", "gauge", "Deployments with a canary.", (double)c.live_canaries},
      {"dragoman_canary_answered_total", "counter", "Answers by canaries.", (double)t->canary_answered},
      {"dragoman_canary_errors_total", "counter", "Of them, errors.", (double)t->canary_errors},
      {"dragoman_canary_none_total", "counter", "Of them, with top intent None.", (double)t->canary_none},
      {"dragoman_canary_intent_differs_total", "counter",
       "Of them, with another top intent than the deployment's model.", (double)t->canary_intent_differs},
      {"dragoman_canary_entities_differ_total", "counter", "Of them, with other entities.",
       (double)t->canary_entities_differ},
      {"dragoman_canary_returned_total", "counter", "Canaries taken back by themselves.", (double)t->canary_returned},
      {"dragoman_trial_queries_dropped_total", "counter", "Queries not compared because the queue was full.",
       (double)t->dropped},
      {"dragoman_database_up", "gauge", "0 while a shared database is away.", (double)c.database_up},
      {"dragoman_generation", "gauge", "Of what is served; equal on nodes that serve the same.", (double)c.generation},
      {"dragoman_log_lines_dropped_total", "counter", "Log lines lost to a full ring.", (double)log_dropped()},
      {"process_resident_memory_bytes", "gauge", "Resident memory.", (double)u.resident_bytes},
      {"process_cpu_seconds_total", "counter", "CPU time of the server process.", u.cpu_s},
      {"process_start_time_seconds", "gauge", "Start of the server since 1970.", (double)app->started_us / 1e6},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %.17g\n", rows[i].name, rows[i].help, rows[i].name, rows[i].type,
               rows[i].name, rows[i].value);
}

static err_code metrics(const http_request *rq, http_response *rs, err *e) {
  (void)e;
  rs->content_type = "text/plain; version=0.0.4; charset=utf-8";
  http_server_metrics(rq->server, &rs->body);
  write_service_metrics(rq, &rs->body);
  return ERR_OK;
}

static const http_route routes[] = {
    {"healthz", HTTP_GET, "/healthz", healthz, HTTP_CLASS_OPS, HTTP_KEYLESS, 0},
    {"readyz", HTTP_GET, "/readyz", readyz, HTTP_CLASS_OPS, HTTP_KEYLESS, 0},
    {"status", HTTP_GET, "/status", status, HTTP_CLASS_OPS, HTTP_KEYLESS | HTTP_BLOCKING, 0},
    {"metrics", HTTP_GET, "/metrics", metrics, HTTP_CLASS_OPS, HTTP_KEYLESS | HTTP_BLOCKING, 0},
};

static const http_pair headers[] = {{STR("Cache-Control"), STR("no-store")},
                                    {STR("X-Content-Type-Options"), STR("nosniff")}};

const http_family api_ops = {.name = "ops",
                             .prefix = "/",
                             .routes = routes,
                             .route_count = ARRAY_LEN(routes),
                             .write_error = write_error,
                             .headers = headers,
                             .header_count = ARRAY_LEN(headers)};
