/* project_resources.h -- the resources that a project may be deployed to beside its owner's.
 * Reference: clu-authoring §7, regions-and-recovery §3. */
#ifndef DRAGOMAN_SERVICE_PROJECT_RESOURCES_H
#define DRAGOMAN_SERVICE_PROJECT_RESOURCES_H

#include "base/ids.h"
#include "service/handle.h"

typedef struct resource_claim {
  str azure_resource_id;
  str custom_domain; /* kept as it is given */
  str region;        /* must be the resource's: "westus2" or "West US 2" */
} resource_claim;

typedef struct assignment_view {
  str azure_resource_id, region;
} assignment_view;

must_check err_code project_resources_list(service *s, str resource, str project_name, page pg, arena *a,
                                           assignment_view **out, size_t *n, size_t *total, err *e);

/* Each answers the id of a committed job.
 *
 * assign: ERR_INVALID_ARGUMENT for an id that is no resource here, or another region's. What is assigned
 * already, and the owner itself, is passed over. The job fails with ERR_CONFLICT when a resource has, or
 * is assigned to, another project of that name. */
must_check err_code project_resources_assign(service *s, str resource, str project_name, const resource_claim *claims,
                                             size_t n, char job_id[ID_JOB_LEN + 1], err *e);
/* Takes every deployment of the project off those resources. ERR_NOT_FOUND when one is not assigned. */
must_check err_code project_resources_unassign(service *s, str resource, str project_name, const str *ids, size_t n,
                                               char job_id[ID_JOB_LEN + 1], err *e);

/* Projects of other resources that are deployed to this one. */
typedef struct foreign_deployment {
  str name, expiration_date;
  int64_t deployed_us;
} foreign_deployment;
typedef struct foreign_project {
  str name;
  const foreign_deployment *deployments; /* [deployment_count] > 0 */
  size_t deployment_count;
} foreign_project;
must_check err_code project_resources_foreign(service *s, str resource, page pg, arena *a, foreign_project **out,
                                              size_t *n, size_t *total, err *e);

#endif
