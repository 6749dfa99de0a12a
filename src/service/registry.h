/* registry.h -- the live models: what the store's deployment rows say, as one immutable hash table
 * that predictions read under RCU. A change makes a new table from the rows and swaps the pointer;
 * the old table, and models nobody names any more, go after the last reader has left. */
#ifndef DRAGOMAN_SERVICE_REGISTRY_H
#define DRAGOMAN_SERVICE_REGISTRY_H

#include "service/live.h"

#include <pthread.h>
#include <stdatomic.h>

struct live_model {
  uint64_t hash;
  uint32_t resource_index;            /* of the resource that it answers on */
  str resource, project, deployment;  /* the owner's; in the table's memory */
  const model *m;                     /* shared by all deployments of one file */
  struct live_trial *shadow, *canary; /* NULL: none runs (live_trial.h) */
  bool adds_sentiment;                /* of a LUIS slot: as it was published */
};

typedef struct live_table live_table;
typedef struct open_model open_model;

typedef struct registry {
  _Atomic(live_table *) table; /* read under RCU, replaced under change */
  pthread_mutex_t change;      /* guards open, open_count, trials; held across a whole reload */
  open_model *open;            /* every mapped model file, by hash */
  size_t open_count;
  struct live_trial *trials; /* every one that runs */
  bool any_deployment;       /* a bundle: its model answers whatever deployment is named; set before readers come */
  bool lacks_files;          /* one of the last table's could not be had just then; change */
  _Atomic uint64_t deployments, models, shadows, canaries; /* of the current table */
  /* Of the store when the table was made (store_generation); stays behind while a file lacks. */
  _Atomic int64_t generation;
} registry;

void registry__init(registry *r);
/* No reader may be inside live_enter. */
void registry__fini(registry *r);
/* Serves m, which it takes over, as project_name on the first resource, for good. */
void registry__serve_one(registry *r, model *m, str project_name);
/* Makes the table say what the store says; when it returns ERR_OK every later live_find sees it, and
 * no reader still uses what was replaced. Resources of other regions than this node's are left out. A deployment whose
 * file cannot be opened keeps the model it had; without one it is left out; both are logged. Waits for readers: never
 * call it inside live_enter. */
must_check err_code registry__reload(service *s, err *e);
/* The same at start, when the copy of an earlier run will do while a shared database is away. */
must_check err_code registry__start(service *s, err *e);
typedef struct registry_counts {
  uint64_t deployments, models, shadows, canaries; /* of the current table */
  int64_t generation;
} registry_counts;
registry_counts registry__count(const registry *r);

#endif
