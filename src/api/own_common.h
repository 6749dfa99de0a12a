/* own_common.h -- what the operations below /dragoman share: Dragoman's own, beside the contracts that it
 * serves. They have no api-version; errors, pages and jobs look as those of the authoring API do.
 * Described in doc/deployments.md. */
#ifndef DRAGOMAN_API_OWN_COMMON_H
#define DRAGOMAN_API_OWN_COMMON_H

#include "api/clu_common.h"

#define OWN_PROJECTS "/dragoman/projects"

/* Everything of a family but its name and routes. */
#define OWN_FAMILY(name_, routes_)                                                                                     \
  {                                                                                                                    \
    .name = (name_), .prefix = OWN_PROJECTS, .routes = (routes_), .route_count = ARRAY_LEN(routes_),                   \
    .write_error = clu_write_error, .headers = clu_authoring_headers, .header_count = CLU_AUTHORING_HEADERS,           \
    .request_id_headers = clu_authoring_id_headers, .region_header = "x-ms-region"                                     \
  }

/* 202 with the operation-location of a job of that project. */
void own_accept(const http_request *rq, http_response *rs, str project_name, const char *job_id);

/* The body as a JSON object; none: *doc NULL and root an absent value. */
must_check err_code own_optional_body(const http_request *rq, jdoc **doc, jnode *root, http_response *rs, err *e);

#endif
