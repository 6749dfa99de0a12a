/* http.h -- what an API handler sees of HTTP: routes, one request, one response.
 *
 * A contract family is a table of routes with the conventions that they share: which api-versions
 * exist, how an error looks on the wire, which headers every answer carries. Handlers know nothing
 * of sockets or threads: they read the request, fill the response and return ERR_OK, or return an
 * error which the family's writer turns into its envelope.
 *
 * Everything a request points to lives until its response has been sent. */
#ifndef DRAGOMAN_HTTP_HTTP_H
#define DRAGOMAN_HTTP_HTTP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/ids.h"
#include "base/str.h"
#include "base/vec.h"
#include "service/tokens.h"

typedef enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER } http_method;
const char *http_method_name(http_method m); /* "GET"; "-" for HTTP_OTHER */

/* What a route costs and is limited as. */
typedef enum http_class { HTTP_CLASS_PREDICT, HTTP_CLASS_READ, HTTP_CLASS_WRITE, HTTP_CLASS_OPS } http_class;
enum { HTTP_CLASSES = HTTP_CLASS_OPS + 1 };
const char *http_class_name(http_class c); /* "predict", "read", "write", "ops" */

enum {
  HTTP_MAX_SEGMENTS = 16, /* of a path; more is 404 */
  HTTP_MAX_PARAMS = 4,    /* {names} in a pattern */
  HTTP_MAX_QUERY = 32,    /* query parameters; more is 400 */
  HTTP_MAX_HEADERS = 8    /* headers that a handler may add */
};

enum {
  HTTP_KEYLESS = 1,     /* answered without a key */
  HTTP_BLOCKING = 2,    /* touches the disk: runs on the worker pool, not on an event thread */
  HTTP_TICKET = 4,      /* opened by a bearer token (http_config.open_ticket) instead of a key */
  HTTP_ANY_MEDIA = 8,   /* its body need not be JSON */
  HTTP_ADMIN = 16,      /* opened by an admin's token alone: of the server, not of a resource */
  HTTP_FOR_READER = 32, /* takes the role Reader though its class is write */
  HTTP_FOR_OWNER = 64   /* takes the role Owner; so does every DELETE */
};

typedef struct http_pair {
  str name, value;
} http_pair;

typedef struct http_route http_route;
typedef struct http_family http_family;
typedef struct http_server http_server; /* server.h */

typedef struct http_request {
  const http_route *route;
  const http_family *family;
  str params[HTTP_MAX_PARAMS]; /* decoded path parameters, in the order of the pattern; valid UTF-8 */
  const http_pair *query;      /* decoded, in the order given; valid UTF-8 */
  size_t query_count;
  str api_version;       /* checked against the family's; "" where the family has none */
  str body;              /* as received; not yet known to be valid UTF-8 */
  str scheme, host;      /* as the client calls us: "https", "example.org:8080" */
  resource_ref resource; /* whose key, token or ticket it was; empty on a HTTP_KEYLESS or HTTP_ADMIN route */
  str ticket;            /* the token that opened a HTTP_TICKET route */
  char request_id[ID_UUID_LEN + 1];
  arena *arena;
  void *app; /* http_config.app */
  http_server *server;
} http_request;

typedef struct http_response {
  int status;               /* 200 unless set */
  buf body;                 /* handlers append; empty: no body, no content type */
  const char *content_type; /* NULL: "application/json; charset=utf-8" */
  struct {
    const char *name; /* static */
    str value;        /* in the request's arena or static; visible ASCII */
  } headers[HTTP_MAX_HEADERS];
  size_t header_count;
  /* Refinements of an error that the handler returns; see clu_common.h for their use. */
  const char *inner_code; /* code of the inner error; NULL: none */
  bool with_details;      /* repeat the error in details[] with its target */
} http_response;

/* Asserts that there is room. */
void http_add_header(http_response *rs, const char *name, str value);

/* Value of a query parameter, name in any letter case; .p NULL when absent. */
str http_query(const http_request *rq, const char *name);

/* "https://example.org:8080", in the request's arena. */
str http_base_url(const http_request *rq);

typedef err_code http_handler(const http_request *rq, http_response *rs, err *e);

struct http_route {
  const char *id; /* operation id of doc/api-coverage.md: "P1" */
  http_method method;
  const char *pattern; /* "/a/{p}/:train", also "{m}:suffix" in a segment */
  http_handler *handler;
  http_class class;
  unsigned flags;  /* HTTP_KEYLESS | HTTP_BLOCKING | … */
  size_t max_body; /* bytes; 0: a body is read and ignored up to HTTP_IGNORED_BODY */
};
enum { HTTP_IGNORED_BODY = 64 * 1024 };

struct http_family {
  const char *name;
  const char *prefix;       /* of all its paths; unknown paths below it get its error envelope */
  const http_route *routes; /* the first match wins */
  size_t route_count;
  const char *const *api_versions; /* NULL-terminated; NULL: the family takes no api-version */
  bool any_date_version;           /* takes every api-version that is a date, with or without "-preview" */
  bool any_case;                   /* the letter case of the patterns' literals does not count */
  /* Fills status, body and headers from e (its message may be ""). */
  void (*write_error)(const http_request *rq, const err *e, http_response *rs);
  const http_pair *headers; /* on every answer of the family */
  size_t header_count;
  const char *const *request_id_headers; /* NULL-terminated names that carry the request id; may be NULL */
  const char *region_header;             /* name that carries the resource's region; NULL: none */
  const char *duration_header;           /* name that carries the milliseconds spent; NULL: none */
};

/* The least role that may call the route, HTTP_ADMIN ones apart. */
token_role http_route_role(const http_route *r);

#endif
