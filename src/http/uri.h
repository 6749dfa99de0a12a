/* uri.h -- request targets: split, percent-decode, encode. No knowledge of routes.
 *
 * Decoding is strict where laxness would let a name mean two things: "%2F", "%00", a bad escape or
 * an encoding that is not UTF-8 is refused; "%3A" and the like are plain characters. */
#ifndef DRAGOMAN_HTTP_URI_H
#define DRAGOMAN_HTTP_URI_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "http/http.h"

typedef struct uri {
  str segments[HTTP_MAX_SEGMENTS]; /* decoded; leading empty ones and one trailing slash dropped */
  size_t segment_count;
  http_pair query[HTTP_MAX_QUERY];
  size_t query_count;
} uri;

/* target: "/path?query" as it stands in the request line. Decoded text lives in a or in target.
 * ERR_INVALID_REQUEST: bad escape, forbidden character, too many parameters; ERR_NOT_FOUND: more
 * than HTTP_MAX_SEGMENTS. */
must_check err_code uri_parse(str target, arena *a, uri *out, err *e);

/* Appends s with everything but RFC 3986 unreserved characters escaped. */
void uri_encode(buf *out, str s);

#endif
