/* Request targets: split, decode, route. First byte: the method; the rest: the target. */
#include "http/router.h"
#include "http/uri.h"
#include "text/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const http_route routes[] = {
    {.id = "list", .method = HTTP_GET, .pattern = "/a/{p}/models"},
    {.id = "swap-job", .method = HTTP_GET, .pattern = "/a/{p}/deployments/swap/jobs/{j}"},
    {.id = "job", .method = HTTP_GET, .pattern = "/a/{p}/deployments/{d}/jobs/{j}"},
    {.id = "load", .method = HTTP_POST, .pattern = "/a/{p}/models/{m}:load-snapshot"},
    {.id = "train", .method = HTTP_POST, .pattern = "/a/{p}/:train"},
};
static const http_family family = {.name = "a", .prefix = "/a", .routes = routes, .route_count = ARRAY_LEN(routes)};

/* What the decoder lets through must be text without the bytes that structure a path. */
static void check_text(str s) {
  if (!utf8_valid(s, NULL) || str_find_byte(s, '\0') != s.n) abort();
}

/* A decoded segment, escaped and decoded again, is itself. */
static void check_escape(str segment, arena *a) {
  buf b = {0};
  uri again;
  buf_add_byte(&b, '/');
  uri_encode(&b, segment);
  if (uri_parse(buf_str(&b), a, &again, NULL)) abort();
  if (segment.n && (again.segment_count != 1 || !str_eq(again.segments[0], segment))) abort();
  buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size) return 0;
  const http_family *const families[] = {&family};
  http_method method = (http_method)(data[0] % (HTTP_OTHER + 1));
  arena a;
  arena_init(&a, 0);
  uri u;
  if (uri_parse(str_make((const char *)data + 1, size - 1), &a, &u, NULL) == ERR_OK) {
    for (size_t i = 0; i < u.segment_count; i++) {
      check_text(u.segments[i]);
      if (str_find_byte(u.segments[i], '/') != u.segments[i].n) abort();
      check_escape(u.segments[i], &a);
    }
    for (size_t i = 0; i < u.query_count; i++) {
      check_text(u.query[i].name);
      check_text(u.query[i].value);
    }
    router *r = router_new(families, 1);
    router_match m;
    router_find(r, method, &u, &m);
    if (m.index >= 0 && router_route(r, (size_t)m.index)->method != method) abort();
    if (m.index == ROUTER_OTHER_METHOD && (!m.allow || m.allow & 1u << method)) abort();
    if (!m.family) abort();
    router_free(r);
  }
  arena_fini(&a);
  return 0;
}
