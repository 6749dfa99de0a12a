/* service.h -- the use cases behind every API: opens the store, owns the job runner, the registry
 * of live models and the counters. One per process; all functions are thread-safe. api/ and cli/
 * know nothing below this floor but project/ and model/ types. */
#ifndef DRAGOMAN_SERVICE_SERVICE_H
#define DRAGOMAN_SERVICE_SERVICE_H

#include "service/handle.h"
#include "service/service_config.h"

struct spelling_pool;

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

#endif
