#include "service/service_config.h"

#include <stdlib.h>

#include "base/base.h"

enum { JOB_THREADS = 2, TRAINING_SLOTS = 1, TRAINING_MEMORY_MIB = 8192, TRAINING_TIME_S = 7200 };

service_config service_config__copy(const service_config *c) {
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

void service_config__fini(service_config *c) {
  free((void *)(uintptr_t)c->data_dir);
  free((void *)(uintptr_t)c->database);
  free((void *)(uintptr_t)c->secret_file);
  free((void *)(uintptr_t)c->region);
  free((void *)(uintptr_t)c->serve_region);
  free((void *)(uintptr_t)c->copy_targets);
  free((void *)(uintptr_t)c->program);
}

const char *service_role_name(service_role role) {
  static const char *const names[] = {"all", "authoring", "prediction"};
  return names[role];
}
