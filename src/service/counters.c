#include "service/counters.h"

#include "service/service_int.h"

/* The sum of what every part counts. */

static void add_jobs(service *s, service_counters *out) {
  job_counts n = job_queue__count(s);
  out->jobs_waiting = n.waiting;
  out->jobs_running = n.running;
  out->trainings_running = n.trainings_running;
  out->jobs_succeeded = n.succeeded;
  out->jobs_failed = n.failed;
  out->jobs_cancelled = n.cancelled;
}

static void add_live(service *s, service_counters *out) {
  registry_counts n = registry__count(&s->live);
  out->live_deployments = n.deployments;
  out->live_models = n.models;
  out->live_shadows = n.shadows;
  out->live_canaries = n.canaries;
  out->generation = (uint64_t)n.generation;
}

void service_counters_read(service *s, service_counters *out) {
  *out = (service_counters){.database_up = !atomic_load(&s->node.away)};
  prediction_counters__sum(&s->predictions, &out->predictions, &out->none_predictions);
  query_log__count(&s->queries, &out->queries_logged, &out->queries_dropped);
  if (s->st) add_jobs(s, out); /* a bundle has no jobs */
  add_live(s, out);
  trial_watch__count(&s->trials, &out->trials);
}
