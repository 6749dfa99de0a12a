/* service_int.h -- what the files of service/ share: the service and its parts. Each part's header
 * says which thread or lock guards it; doc/threads.md has the order of locks. */
#ifndef DRAGOMAN_SERVICE_SERVICE_INT_H
#define DRAGOMAN_SERVICE_SERVICE_INT_H

#include "service/counters_int.h"
#include "service/job_queue.h"
#include "service/node.h"
#include "service/query_log.h"
#include "service/registry.h"
#include "service/resources.h"
#include "service/service.h"
#include "service/trial_watch.h"
#include "store/store.h"

/* The resources and their keys, immutable while the service is open. */
typedef struct resource_table {
  resource_ref *refs;                 /* [n] */
  char (*keys)[RESOURCE_KEY_LEN + 1]; /* [2 n]: key1 and key2 of each */
  size_t n;
  arena memory;
} resource_table;

struct service {
  service_config config; /* strings are copies, zeros are replaced by the defaults */
  store *st;
  resource_table resources;
  registry live;
  node node;
  job_queue jobs;
  counters counts;
  query_log queries;
  trial_watch trials;
};

/* resources.c */
must_check err_code resources__load(service *s, err *e);
void resources__unload(service *s);
/* UINT32_MAX when there is none of that name. */
uint32_t resources__index(const service *s, str name);

#endif
