/* service_config.h -- what a service is opened with. */
#ifndef DRAGOMAN_SERVICE_SERVICE_CONFIG_H
#define DRAGOMAN_SERVICE_SERVICE_CONFIG_H

#include <stdint.h>

/* What this node does; others on its database do the rest. */
typedef enum service_role {
  SERVICE_ALL,
  SERVICE_AUTHORING, /* no predictions: holds no model in memory */
  SERVICE_PREDICTION /* predictions only: runs no job */
} service_role;
const char *service_role_name(service_role role); /* "all", "authoring", "prediction" */

typedef struct service_config {
  const char *data_dir;
  const char *database;     /* postgres://… shared with other nodes; NULL or "": SQLite in data_dir */
  const char *secret_file;  /* NULL or "": data_dir/secret */
  const char *region;       /* of the default resource `local`; NULL or "": eastus */
  const char *serve_region; /* serve the resources of this region only; NULL or "": all */
  service_role role;
  const char *copy_targets;    /* "https://b.example,…": servers that projects may be copied to; NULL or "": any */
  const char *program;         /* path of this executable, to start `train-job` children */
  int job_threads;             /* jobs that may run at once besides training; 0: 2 */
  int training_slots;          /* training children at once; 0: 1 */
  int64_t training_memory_mib; /* address-space limit of a training child; 0: 8192, < 0: none */
  int64_t training_time_s;     /* time limit of one training; 0: 7200 */
} service_config;

/* A copy with strings of its own, in which every 0 and NULL is replaced by its default. */
service_config service_config__copy(const service_config *c);
void service_config__fini(service_config *c);

#endif
