/* handle.h -- the service, as every call of it takes it, and pages of its lists.
 *
 * Conventions: `resource` is the authenticated resource's name. Results live in the arena passed
 * in. Long work is a job: the call commits the job row and returns its id (then 202). */
#ifndef DRAGOMAN_SERVICE_HANDLE_H
#define DRAGOMAN_SERVICE_HANDLE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef struct service service; /* opened by service.h; what it is made of: service_int.h */

/* A page of a list: skip items, then at most top. */
typedef struct page {
  size_t skip, top;
} page;

#endif
