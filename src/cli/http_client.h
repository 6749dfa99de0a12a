/* http_client.h -- one HTTP request after another to a server; the only file of cli/ that sees
 * libcurl. A client belongs to one thread and keeps its connection open between calls. */
#ifndef DRAGOMAN_CLI_HTTP_CLIENT_H
#define DRAGOMAN_CLI_HTTP_CLIENT_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

typedef struct http_client http_client;

/* key goes out with every request, in the header Ocp-Apim-Subscription-Key or, when it is a token
 * (service/tokens.h), as Authorization: Bearer; copied. */
must_check err_code http_client_new(const char *key, http_client **out, err *e);
void http_client_free(http_client *c); /* NULL is fine */

typedef struct http_reply {
  long status;                   /* 200 */
  buf body;                      /* owned by the reply */
  char operation_location[1024]; /* header of that name; "" when there was none */
} http_reply;

/* content_type NULL: no body. Redirects are not followed: the key goes to url and nowhere else.
 * ERR_UNAVAILABLE when no whole answer came; any HTTP status is an answer. The reply is filled only
 * on ERR_OK; http_reply_fini releases it. */
must_check err_code http_client_call(http_client *c, const char *method, const char *url, const char *content_type,
                                     str body, http_reply *out, err *e);
void http_reply_fini(http_reply *r);

#endif
