/* arm_common.h -- the conventions of the resource management API: headers, error envelope, accounts on
 * the wire. Every operation is done when it answers: no operation status is ever to be polled, and
 * provisioningState is Succeeded. Source: reference resource-management.md. */
#ifndef DRAGOMAN_API_ARM_COMMON_H
#define DRAGOMAN_API_ARM_COMMON_H

#include "api/api.h"
#include "base/json_in.h"
#include "base/json_out.h"
#include "service/accounts.h"

#define ARM_NAMESPACE    "Microsoft.CognitiveServices"
#define ARM_SUBSCRIPTION "/subscriptions/{s}"
#define ARM_GROUP        ARM_SUBSCRIPTION "/resourceGroups/{g}"
#define ARM_PROVIDER     "/providers/" ARM_NAMESPACE

enum { ARM_BODY = 256 * 1024, ARM_HEADERS = 2 };
extern const char *const arm_id_headers[];
extern const http_pair arm_headers[ARM_HEADERS];

void arm_write_error(const http_request *rq, const err *e, http_response *rs);

#define ARM_FAMILY(name_, prefix_, routes_)                                                                            \
  {                                                                                                                    \
    .name = (name_), .prefix = (prefix_), .routes = (routes_), .route_count = ARRAY_LEN(routes_),                      \
    .any_date_version = true, .any_case = true, .write_error = arm_write_error, .headers = arm_headers,                \
    .header_count = ARM_HEADERS, .request_id_headers = arm_id_headers                                                  \
  }

/* The request's body as a JSON object; *doc is the caller's to free when ERR_OK. */
must_check err_code arm_body(const http_request *rq, jdoc **doc, jnode *root, err *e);

/* rc, with the contract's word for it as the code of the error. */
err_code arm_result(http_response *rs, err_code rc, account_fault why);

void arm_write_account(jw *w, const http_request *rq, const account_view *v);
/* {"value":[accounts]} */
void arm_write_accounts(const http_request *rq, http_response *rs, const account_view *v, size_t n);

#endif
