/* counters.h -- what the service counts, for /metrics and /status. */
#ifndef DRAGOMAN_SERVICE_COUNTERS_H
#define DRAGOMAN_SERVICE_COUNTERS_H

#include "service/handle.h"
#include "service/trials.h"

typedef struct service_counters {
  uint64_t predictions, none_predictions;
  uint64_t queries_logged, queries_dropped;
  uint64_t jobs_succeeded, jobs_failed, jobs_cancelled;
  uint64_t jobs_waiting, jobs_running, trainings_running;
  uint64_t live_deployments, live_models;
  uint64_t live_shadows, live_canaries;
  trial_totals trials;
  bool database_up;    /* false: a shared database was away when it was last listened to */
  uint64_t generation; /* of what is served: nodes of one database that agree serve the same */
} service_counters;
void service_counters_read(service *s, service_counters *out);

#endif
