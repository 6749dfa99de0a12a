/* luis_slots.h -- publishing LUIS versions, and the resources that they are published to.
 *
 * A slot is a deployment of the app (deployments.h), so that its history, rollback, shadow and canary are those of
 * deployments. It goes to every resource that is assigned to the app, and keeps what the app's publish settings said.
 * Reference: luis-authoring §10, §11; luis-publish-and-regions §4. Errors as in luis_versions.h. */
#ifndef DRAGOMAN_SERVICE_LUIS_SLOTS_H
#define DRAGOMAN_SERVICE_LUIS_SLOTS_H

#include "base/vec.h"
#include "service/luis_apps.h"
#include "service/luis_versions.h"

#define LUIS_PRODUCTION "production"
#define LUIS_STAGING    "staging"

typedef struct luis_publish_request {
  str version_id;
  bool is_staging, is_direct; /* direct: no slot changes, the version answers by its id */
} luis_publish_request;

/* When it returns, every node that lives answers with the version, but for nodes of *failed: those of the endpoint's
 * regions where one lives and does not follow. ERR_INVALID_ARGUMENT: the version is not trained as it is. */
must_check err_code luis_publish(service *s, str resource, str app_id, const luis_publish_request *r, arena *a,
                                 luis_endpoint *out, luis_names *failed, err *e);

/* Regions of the resources that the app is assigned to; of its own when there is none. */
must_check err_code luis_regions(service *s, str resource, str app_id, arena *a, luis_names *out, err *e);

/* The model behind a deployment of the app, or of a version as it was trained last, as a bundle (bundle.h) that is
 * compressed by gzip. ERR_NOT_FOUND: nothing is there. */
must_check err_code luis_package_of_deployment(service *s, str resource, str app_id, str deployment, arena *a, buf *out,
                                               err *e);
must_check err_code luis_package_of_version(service *s, str resource, str app_id, str version_id, arena *a, buf *out,
                                            err *e);

/* ---- accounts ---- */

typedef struct luis_account {
  str subscription, group, name;
} luis_account;
/* Assigned to the app. */
must_check err_code luis_accounts_assigned(service *s, str resource, str app_id, arena *a, luis_account **out,
                                           size_t *n, err *e);
/* That may be assigned to an app of the resource: those of its subscription but itself. */
must_check err_code luis_accounts_list(service *s, str resource, arena *a, luis_account **out, size_t *n, err *e);
/* When it returns, it is done everywhere. What is published goes to an assigned account when it is published next.
 * ERR_INVALID_ARGUMENT: there is no such account, or it is not assigned. */
must_check err_code luis_account_assign(service *s, str resource, str app_id, const luis_account *account, err *e);
must_check err_code luis_account_unassign(service *s, str resource, str app_id, const luis_account *account, err *e);

#endif
