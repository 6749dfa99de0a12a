/* service.h -- the use cases behind every API: opens the store, owns the job runner, the registry
 * of live models and the counters. One per process; all functions are thread-safe. api/ and cli/
 * know nothing below this floor but project/ and model/ types.
 *
 * Conventions: `resource` is the authenticated resource's name. Results live in the arena passed
 * in. Long work is a job: the call commits the job row and returns its id (then 202). */
#ifndef DRAGOMAN_SERVICE_SERVICE_H
#define DRAGOMAN_SERVICE_SERVICE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef struct service service;
struct spelling_pool;

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
  const char *copy_targets; /* "https://b.example,…": servers that projects may be copied to; NULL or "": any */
  const char *program;         /* path of this executable, to start `train-job` children */
  int job_threads;             /* jobs that may run at once besides training; 0: 2 */
  int training_slots;          /* training children at once; 0: 1 */
  int64_t training_memory_mib; /* address-space limit of a training child; 0: 8192, < 0: none */
  int64_t training_time_s;     /* time limit of one training; 0: 7200 */
} service_config;

/* Opens the store (making the resource `local` in an empty one), loads every deployment into the
 * registry, takes up unfinished jobs. A node whose shared database is away opens with what it had
 * in its last run: ERR_UNAVAILABLE when there was none. */
must_check err_code service_open(const service_config *c, service **out, err *e);
/* A service that is one model of a bundle (doc/formats.md): predictions of its project, under whatever
 * deployment name, and nothing else; no store, no network. signer: the public key in hex that the bundle
 * must be signed with; NULL: any. ERR_NOT_FOUND, ERR_CORRUPT, ERR_UNAUTHORIZED. */
must_check err_code service_open_bundle(const char *path, const char *signer, service **out, err *e);
/* Stops taking jobs, stops the children (their jobs stay in the store and are taken up at the
 * next start), frees all. No predictions may be running. */
void service_close(service *s);
/* The dictionaries of this machine (spelling.h), lives as long as the service. */
struct spelling_pool *service_spelling(const service *s);
/* Every deployment of the store is in the registry (a damaged model file is logged and left out). */
bool service_ready(const service *s);
/* Records the address where clients reach this server, for resource_view.endpoint. */
must_check err_code service_announce(service *s, str endpoint, err *e);

/* A whole store (of c only data_dir, database and secret_file count) as one file, while its server may
 * be at work, and an empty store from such a file: store/backup.h. */
must_check err_code service_backup(const service_config *c, const char *path, err *e);
must_check err_code service_restore(const service_config *c, const char *path, err *e);

/* A page of a list: skip items, then at most top. */
typedef struct page {
  size_t skip, top;
} page;

#endif
