#include "service/service.h"

#include <stdlib.h>

#include "service/service_int.h"
#include "store/backup.h"

enum { JOB_THREADS = 2, TRAINING_SLOTS = 1, TRAINING_MEMORY_MIB = 8192, TRAINING_TIME_S = 7200 };

/* The caller's strings need not outlive the call. */
static service_config with_defaults(const service_config *c) {
  return (service_config){
      .data_dir = mem_strdup(c->data_dir),
      .database = mem_strdup(c->database ? c->database : ""),
      .secret_file = mem_strdup(c->secret_file ? c->secret_file : ""),
      .region = mem_strdup(c->region && *c->region ? c->region : "eastus"),
      .serve_region = mem_strdup(c->serve_region ? c->serve_region : ""),
      .role = c->role,
      .copy_targets = mem_strdup(c->copy_targets ? c->copy_targets : ""),
      .program = mem_strdup(c->program && *c->program ? c->program : "/proc/self/exe"),
      .job_threads = c->job_threads > 0 ? c->job_threads : JOB_THREADS,
      .training_slots = c->training_slots > 0 ? c->training_slots : TRAINING_SLOTS,
      .training_memory_mib = c->training_memory_mib < 0   ? -1
                             : c->training_memory_mib > 0 ? c->training_memory_mib
                                                          : TRAINING_MEMORY_MIB,
      .training_time_s = c->training_time_s > 0 ? c->training_time_s : TRAINING_TIME_S,
  };
}

static void config_fini(service_config *c) {
  free((void *)(uintptr_t)c->data_dir);
  free((void *)(uintptr_t)c->database);
  free((void *)(uintptr_t)c->secret_file);
  free((void *)(uintptr_t)c->region);
  free((void *)(uintptr_t)c->serve_region);
  free((void *)(uintptr_t)c->copy_targets);
  free((void *)(uintptr_t)c->program);
}

/* The registry is loaded before the jobs run: what they publish comes on top. */
static err_code open_parts(service *s, err *e) {
  const store_place place = {s->config.data_dir, s->config.database, s->config.secret_file};
  err_code rc = store_open_at(&place, &s->st, e);
  if (rc == ERR_OK) rc = resources__load(s, e);
  if (rc == ERR_OK) rc = tokens__load(s, e);
  if (rc == ERR_OK && s->config.role != SERVICE_AUTHORING) rc = registry__start(s, e);
  if (rc == ERR_OK) rc = query_log__start(&s->queries, s->st, e);
  if (rc == ERR_OK) rc = trial_watch__start(s, e);
  if (rc == ERR_OK) rc = node__take_name(s, e);
  if (rc == ERR_OK && s->config.role != SERVICE_PREDICTION) rc = job_queue__start(s, e);
  if (rc == ERR_OK) rc = node__start(s, e);
  return rc;
}

service *service__new(void) {
  service *s = mem_zalloc(1, sizeof *s);
  counters__init(&s->counts);
  registry__init(&s->live);
  knowledge_live__init(&s->knowledge);
  job_queue__init(&s->jobs);
  pthread_mutex_init(&s->resource_change, NULL);
  arena_init(&s->resource_names, 0);
  return s;
}

err_code service_open(const service_config *c, service **out, err *e) {
  service *s = service__new();
  s->config = with_defaults(c);
  err_code rc = open_parts(s, e);
  if (rc != ERR_OK) {
    service_close(s);
    return rc;
  }
  *out = s;
  return ERR_OK;
}

void service_close(service *s) {
  if (!s) return;
  job_queue__stop(s);
  node__stop(s);
  job_queue__fini(&s->jobs);
  trial_watch__stop(s);
  query_log__stop(&s->queries);
  registry__fini(&s->live);
  tokens__unload(s);
  knowledge_live__fini(&s->knowledge);
  resources__unload(s);
  pthread_mutex_destroy(&s->resource_change);
  counters__fini(&s->counts);
  store_close(s->st);
  config_fini(&s->config);
  free(s);
}

/* service_open returns when every deployment is loaded, so whoever holds a service may predict. */
bool service_ready(const service *s) {
  return s != NULL;
}

const char *service_role_name(service_role role) {
  static const char *const names[] = {"all", "authoring", "prediction"};
  return names[role];
}

err_code service_announce(service *s, str endpoint, err *e) {
  return store_endpoint_set(s->st, endpoint, e);
}

err_code service_backup(const service_config *c, const char *path, err *e) {
  return store_backup(&(store_place){c->data_dir, c->database, c->secret_file}, path, e);
}

err_code service_restore(const service_config *c, const char *path, err *e) {
  return store_restore(path, &(store_place){c->data_dir, c->database, c->secret_file}, e);
}
