/* router.h -- from method and path segments to a route, over all families.
 *
 * Patterns are compiled once. Order decides: families in the order given, routes in the order of
 * their table, so "deployments/swap/jobs/{j}" stands before "deployments/{d}/jobs/{j}".
 * Immutable once built; share freely. */
#ifndef DRAGOMAN_HTTP_ROUTER_H
#define DRAGOMAN_HTTP_ROUTER_H

#include "http/http.h"
#include "http/uri.h"

typedef struct router router;

/* families: [count], borrowed for the router's life. */
router *router_new(const http_family *const *families, size_t count);
void router_free(router *r);
/* Routes of all families, numbered through. */
size_t router_route_count(const router *r);
const http_route *router_route(const router *r, size_t index);

enum { ROUTER_NONE = -1, ROUTER_OTHER_METHOD = -2 };

typedef struct router_match {
  int index;                 /* of the route; ROUTER_NONE; ROUTER_OTHER_METHOD: the path exists for `allow` */
  const http_family *family; /* of the route, else whose prefix the path has, else the first */
  str params[HTTP_MAX_PARAMS];
  unsigned allow; /* bits 1 << http_method; set with ROUTER_OTHER_METHOD */
} router_match;

void router_find(const router *r, http_method method, const uri *u, router_match *out);

#endif
