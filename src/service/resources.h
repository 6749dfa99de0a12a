/* resources.h -- resources and their keys. Keys are derived, so none is stored: the first 128 bits of
 * HMAC-SHA256(secret, resource NUL "key1" NUL generation in decimal) in lower-case hex, the form that
 * Azure's had and that .NET clients of LUIS insist on; regenerating raises the generation. */
#ifndef DRAGOMAN_SERVICE_RESOURCES_H
#define DRAGOMAN_SERVICE_RESOURCES_H

#include "service/handle.h"
#include "service/service_config.h"

enum { RESOURCE_KEY_LEN = 32 };

typedef struct resource_view {
  str name, region, region_display; /* "eastus2", "East US 2"; an unknown region displays as itself */
  str azure_resource_id;
  str endpoint; /* "http://HOST:PORT" last announced by a server on this store; "" when never */
  char key1[RESOURCE_KEY_LEN + 1], key2[RESOURCE_KEY_LEN + 1];
} resource_view;

/* "West US 2" and "westus2" are westus2. False when nothing is left, or too much. */
enum { REGION_MAX = 40 };
must_check bool region_parse(str said, char out[REGION_MAX + 1]);
/* It is one of those that the original has (reference: regions-and-recovery §2). */
must_check bool region_is_known(str region);
/* The i-th of them; NULL beyond the last. */
const char *region_at(size_t i);

must_check err_code resource_get(service *s, str name, arena *a, resource_view *out, err *e);
must_check err_code resource_list(service *s, arena *a, resource_view **out, size_t *n, err *e);

/* Resource that this key opens; false when none. Compares against every key in constant time, in
 * memory; wait-free; out strings live as long as the service. Keys of resources in other regions than
 * the node's open nothing. The hot path of every request. */
typedef struct resource_ref {
  uint32_t index;
  str name, region_display;
  bool predicts_only; /* of kind LUIS: it opens no LUIS authoring */
} resource_ref;
must_check bool resource_of_key(service *s, str key, resource_ref *out);

/* Keys straight from a store (of c only data_dir, database and secret_file count), for `dragoman keys`
 * while a server may be running: reads only. name.n 0: the first resource. ERR_NOT_FOUND: no store there, or no such
 * resource. */
must_check err_code resource_keys_offline(const service_config *c, str name, arena *a, resource_view *out, err *e);

#endif
