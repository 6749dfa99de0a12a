#include "http/http.h"

#include <assert.h>

const char *http_method_name(http_method m) {
  static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "-"};
  return names[m];
}

const char *http_class_name(http_class c) {
  static const char *const names[] = {"predict", "read", "write", "ops"};
  return names[c];
}

token_role http_route_role(const http_route *r) {
  if (r->flags & HTTP_FOR_OWNER || r->method == HTTP_DELETE) return TOKEN_OWNER;
  if (r->class != HTTP_CLASS_WRITE || r->flags & HTTP_FOR_READER) return TOKEN_READER;
  return TOKEN_WRITER;
}

void http_add_header(http_response *rs, const char *name, str value) {
  assert(rs->header_count < HTTP_MAX_HEADERS);
  rs->headers[rs->header_count].name = name;
  rs->headers[rs->header_count].value = value;
  rs->header_count++;
}

str http_query(const http_request *rq, const char *name) {
  str want = str_of(name);
  for (size_t i = 0; i < rq->query_count; i++)
    if (str_eq_nocase(rq->query[i].name, want)) return rq->query[i].value;
  return STR_NONE;
}

str http_base_url(const http_request *rq) {
  return arena_printf(rq->arena, STR_FMT "://" STR_FMT, STR_ARG(rq->scheme), STR_ARG(rq->host));
}
