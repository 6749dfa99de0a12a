/* luis_common.h -- the conventions that all LUIS operations share: prefixes, the error envelope, bare ids,
 * OperationStatus, pages. Source: reference luis-authoring §1, §15; luis-runtime §7. */
#ifndef DRAGOMAN_API_LUIS_COMMON_H
#define DRAGOMAN_API_LUIS_COMMON_H

#include "api/api.h"
#include "base/json_in.h"
#include "base/json_out.h"

#define LUIS_V3 "/luis/authoring/v3.0-preview"
#define LUIS_V2 "/luis/api/v2.0"

enum {
  LUIS_SMALL_BODY = 256 * 1024,
  LUIS_MODEL_BODY = 16 * 1024 * 1024, /* a closed list of 20,000 synonyms of 500 characters */
  LUIS_IMPORT_BODY = 64 * 1024 * 1024
};

/* {"error":{"code","message"}}. Of authoring: what does not exist below a known route is a bad argument, 400;
 * so are limits. Of predictions: the V2 members statusCode and message stand beside it. */
void luis_write_error(const http_request *rq, const err *e, http_response *rs);
void luis_write_prediction_error(const http_request *rq, const err *e, http_response *rs);

/* ERR_UNAUTHORIZED for the key of a resource that only predicts. */
must_check err_code luis_admit(const http_request *rq, err *e);

/* Everything of an authoring family but its name and routes. */
#define LUIS_AUTHORING_FAMILY(name_, prefix_, routes_)                                                                 \
  {                                                                                                                    \
    .name = (name_), .key_anywhere = true, .admit = luis_admit, .prefix = (prefix_), .routes = (routes_),              \
    .route_count = ARRAY_LEN(routes_), .write_error = luis_write_error, .headers = luis_headers,                       \
    .header_count = LUIS_HEADERS, .request_id_headers = luis_id_headers                                                \
  }
enum { LUIS_HEADERS = 2 };
extern const http_pair luis_headers[LUIS_HEADERS];
extern const char *const luis_id_headers[];

/* The request came by the V2 prefix. */
bool luis_is_v2(const http_request *rq);

/* The request's body, any JSON value; *doc is the caller's to free when ERR_OK. ERR_INVALID_ARGUMENT. */
must_check err_code luis_body(const http_request *rq, jdoc **doc, jnode *root, err *e);

/* What a handler does with the body, which is gone afterwards. */
typedef err_code luis_body_fn(const http_request *rq, http_response *rs, const jnode *body, err *e);
must_check err_code luis_with_body(const http_request *rq, http_response *rs, luis_body_fn *work, err *e);
/* The handler of a NAME_body. */
#define LUIS_BODY(name)                                                                                                \
  static err_code name(const http_request *rq, http_response *rs, err *e) {                                            \
    return luis_with_body(rq, rs, name##_body, e);                                                                     \
  }

/* skip from 0, take from 0 to 500 (100 when absent). What follows the digits is passed over: a tool sends "100]". */
must_check err_code luis_page(const http_request *rq, page *out, err *e);
/* A flag of the query: "true" in any letter case; absent: false. */
bool luis_flag(const http_request *rq, const char *name);

/* ---- whole answers ---- */

void luis_answer_status(http_response *rs, int status); /* {"code":"Success","message":"Operation Successful"} */
void luis_answer_id(http_response *rs, str id);         /* 201 "…" */
void luis_answer_number(http_response *rs, int64_t id); /* 201 4711 */

/* "key":"2025-06-24T08:01:02Z"; null when t_us is 0. */
void luis_time(jw *w, const char *key, int64_t t_us);

#endif
