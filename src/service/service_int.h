/* service_int.h -- what the files of service/ share: the service and its parts. Each part's header
 * says which thread or lock guards it; doc/threads.md has the order of locks. */
#ifndef DRAGOMAN_SERVICE_SERVICE_INT_H
#define DRAGOMAN_SERVICE_SERVICE_INT_H

#include "service/following.h"
#include "service/handle.h"
#include "service/job_queue.h"
#include "service/knowledge_live.h"
#include "service/node.h"
#include "service/prediction_counters.h"
#include "service/query_log.h"
#include "service/registry.h"
#include "service/resources.h"
#include "service/service_config.h"
#include "service/spelling.h"
#include "service/tokens.h"
#include "service/trial_watch.h"
#include "store/store.h"

/* The resources and their keys, as they were at some time. A resource keeps its index as long as the
 * service is open; one that is gone, or is not of this node's region, has no keys. */
typedef struct resource_table {
  resource_ref *refs;                 /* [n] */
  char (*keys)[RESOURCE_KEY_LEN + 1]; /* [2 n]: key1 and key2 of each; "" none */
  bool *served;                       /* [n] it is there, and of this node's region */
  size_t n;
  uint64_t hash; /* of the rows that it was made from */
  arena memory;
} resource_table;

typedef struct token_table token_table; /* tokens.c */

struct service {
  service_config config; /* strings are copies, zeros are replaced by the defaults */
  store *st;
  _Atomic(resource_table *) resources; /* read under RCU, replaced under resource_change */
  arena resource_names;                /* texts of references, for ever; under resource_change */
  pthread_mutex_t resource_change;
  _Atomic(token_table *) tokens; /* read under RCU, replaced under resource_change */
  registry live;
  knowledge_live knowledge;
  node node;
  following following;
  job_queue jobs;
  prediction_counters predictions;
  query_log queries;
  trial_watch trials;
  spelling_pool *spelling;
};

/* tokens.c. As resources__load and so on: */
must_check err_code tokens__load(service *s, err *e);
must_check err_code tokens__reload(service *s, err *e);
void tokens__unload(service *s);

/* service.c: a service with none of its parts opened, for service_close. */
service *service__new(void);

/* resources.c */
/* At start: makes the resource `local` in an empty store. */
must_check err_code resources__load(service *s, err *e);
/* After a change of the store's resources, on this node or another. */
must_check err_code resources__reload(service *s, err *e);
void resources__unload(service *s);
/* UINT32_MAX when there is none of that name, or it is not served here. */
uint32_t resources__index(const service *s, str name);
/* The same as a reference; false when there is none. */
must_check bool resources__ref(const service *s, str name, resource_ref *out);

#endif
