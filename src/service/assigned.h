/* assigned.h -- the resources that a deployment is on beside its owner's, as its row keeps them: a JSON
 * array of {resourceId, region}, ordered by id, each once, so that equal sets are equal texts. Ids are
 * those of the assignments, letter by letter; what clients send is compared without regard to case. */
#ifndef DRAGOMAN_SERVICE_ASSIGNED_H
#define DRAGOMAN_SERVICE_ASSIGNED_H

#include "service/deployments.h"
#include "store/store.h"

typedef struct assigned_set {
  assigned_resource *p; /* [n] in the arena */
  size_t n;
} assigned_set;

/* ERR_CORRUPT. */
must_check err_code assigned__parse(str json, arena *a, assigned_set *out, err *e);
str assigned__text(const assigned_set *s, arena *a);
bool assigned__has(const assigned_set *s, str resource_id);
void assigned__remove(assigned_set *s, str resource_id);

/* The set that ids name: each must be assigned to the project or be its owner's (which is left out,
 * because the owner has every deployment). ERR_INVALID_ARGUMENT at "assignedResourceIds[i]". */
must_check err_code assigned__choose(store_tx *tx, str resource, str project_name, const str *ids, size_t n, arena *a,
                                     assigned_set *out, err *e);
/* Those of s that are assigned to the project still. */
must_check err_code assigned__still(store_tx *tx, str resource, str project_name, const assigned_set *s, arena *a,
                                    assigned_set *out, err *e);

/* An array of texts: parameters of jobs. ERR_CORRUPT. */
str ids__text(const str *ids, size_t n, arena *a);
must_check err_code ids__parse(str json, arena *a, str **ids, size_t *n, err *e);

#endif
