/* headers.h -- one walk over the request's headers: picks those that we know and judges the framing.
 *
 * libmicrohttpd is lenient where a request could be read in two ways (reference http-stack.md §4:
 * two Content-Length, Content-Length beside Transfer-Encoding, unknown codings). Behind a proxy
 * such requests smuggle a second one, so they are refused here, and the connection closes. */
#ifndef DRAGOMAN_HTTP_HEADERS_H
#define DRAGOMAN_HTTP_HEADERS_H

#include "base/err.h"
#include "base/str.h"

struct MHD_Connection;

/* Values are the library's memory, good until the request is finished; .p NULL when absent. */
typedef struct http_headers {
  str host, content_length, transfer_encoding, content_type, key, authorization;
  str client_request_id, return_client_request_id, forwarded_proto, forwarded_host;
  unsigned host_count, content_length_count, transfer_encoding_count, key_count, authorization_count;
  bool bad_name;
} http_headers;

void headers_read(struct MHD_Connection *c, http_headers *out);

/* Nothing but what a host with a port may hold; it comes back in URLs that we write. */
must_check bool headers_host_ok(str host);

/* What the framing says of the body. */
typedef struct http_framing {
  bool chunked;
  uint64_t declared_bytes; /* 0 when chunked or without a body */
} http_framing;

/* ERR_OK, or why the request must be refused and its connection closed; *status is then 400 or 501.
 * version: "HTTP/1.1". */
must_check err_code headers_check(const http_headers *h, const char *version, http_framing *out, int *status, err *e);

#endif
