/* project_resources_int.h -- the rule that names are unique on a resource, for authoring.c. */
#ifndef DRAGOMAN_SERVICE_PROJECT_RESOURCES_INT_H
#define DRAGOMAN_SERVICE_PROJECT_RESOURCES_INT_H

#include "store/store.h"

/* ERR_CONFLICT when the resource is assigned to a project of that name, of whatever owner but `owner`
 * (.n 0: of any). */
must_check err_code project_name__unassigned(store_tx *tx, str resource, str name, str owner, arena *a, err *e);

#endif
