#include "http/admission.h"

#include "http/server_int.h"

static http_method method_of(const char *m) {
  static const struct {
    const char *name;
    http_method method;
  } known[] = {{"POST", HTTP_POST},   {"GET", HTTP_GET}, {"HEAD", HTTP_GET},
               {"PATCH", HTTP_PATCH}, {"PUT", HTTP_PUT}, {"DELETE", HTTP_DELETE}};
  for (size_t i = 0; i < ARRAY_LEN(known); i++)
    if (strcmp(m, known[i].name) == 0) return known[i].method;
  return HTTP_OTHER;
}

static void set_client_address(exchange *x) {
  const http_server *s = x->server;
  x->rq.scheme = s->cert ? STR("https") : STR("http");
  x->rq.host = x->headers.host.n ? x->headers.host : str_of(s->address);
  if (!s->config.trust_forwarded) return;
  if (str_eq_nocase(x->headers.forwarded_proto, STR("https"))) x->rq.scheme = STR("https");
  if (headers_host_ok(x->headers.forwarded_host)) x->rq.host = x->headers.forwarded_host;
}

static err_code find_route(exchange *x, const char *method, err *e) {
  err_code rc = uri_parse(x->target, &x->arena, &x->uri, e);
  if (rc) return rc;
  x->rq.query = x->uri.query;
  x->rq.query_count = x->uri.query_count;
  router_find(x->server->router, method_of(method), &x->uri, &x->match);
  x->rq.family = x->match.family;
  if (x->match.index == ROUTER_OTHER_METHOD)
    return err_set(e, ERR_METHOD_NOT_ALLOWED, "this path does not take that method");
  if (x->match.index < 0) return err_set(e, ERR_NOT_FOUND, "there is no operation at this path");
  x->rq.route = router_route(x->server->router, (size_t)x->match.index);
  memcpy(x->rq.params, x->match.params, sizeof x->rq.params);
  return ERR_OK;
}

/* The token of "Authorization: Bearer TOKEN"; .n 0 when there is none. */
static str bearer_token(const exchange *x) {
  static const str scheme = STR("Bearer ");
  str h = x->headers.authorization;
  if (h.n <= scheme.n || !str_eq_nocase(str_make(h.p, scheme.n), scheme)) return STR_NONE;
  return str_trim(str_skip(h, scheme.n));
}

static err_code refuse_token(err *e) {
  return err_at(e, ERR_UNAUTHORIZED, "Authorization", "the access token is missing, not valid here, or not any more");
}

static err_code check_ticket(exchange *x, err *e) {
  const http_server *s = x->server;
  str token = bearer_token(x);
  if (!token.n || !s->config.open_ticket(s->config.app, token, &x->rq.resource)) return refuse_token(e);
  x->rq.ticket = token;
  return ERR_OK;
}

static err_code check_token(exchange *x, err *e) {
  const http_server *s = x->server;
  const http_route *r = x->rq.route;
  token_grant g;
  str token = bearer_token(x);
  if (!token.n || !s->config.open_token || !s->config.open_token(s->config.app, token, &g)) return refuse_token(e);
  if (!(r->flags & HTTP_ADMIN) != (g.role != TOKEN_ADMIN))
    return err_set(e, ERR_FORBIDDEN,
                   r->flags & HTTP_ADMIN ? "this operation takes an admin's token"
                                         : "an admin's token opens no resource: take a key or another token");
  x->rq.resource = g.resource;
  if (r->flags & HTTP_ADMIN || g.role >= http_route_role(r)) return ERR_OK;
  return err_set(e, ERR_FORBIDDEN, "the token has the role %s; this operation takes the role %s",
                 token_role_name(g.role), token_role_name(http_route_role(r)));
}

static err_code check_key(exchange *x, err *e) {
  const http_server *s = x->server;
  if (x->rq.route->flags & HTTP_KEYLESS) return ERR_OK;
  if (x->rq.route->flags & HTTP_TICKET) return check_ticket(x, e);
  if (x->rq.route->flags & HTTP_ADMIN) return check_token(x, e);
  if (x->headers.key.n && s->config.open_key(s->config.app, x->headers.key, &x->rq.resource)) return ERR_OK;
  if (!x->headers.key.n && x->headers.authorization.n) return check_token(x, e);
  return err_set(e, ERR_UNAUTHORIZED,
                 "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid "
                 "key for an active subscription and use a correct regional API endpoint for your resource.");
}

static err_code check_class(exchange *x, err *e) {
  const http_config *c = &x->server->config;
  if (!(c->refused_classes & 1u << x->rq.route->class)) return ERR_OK;
  return err_set(e, ERR_FORBIDDEN, "%s", c->refusal);
}

/* "2024-10-01", "2025-04-01-preview" */
static bool is_date_version(str v) {
  static const char shape[] = "dddd-dd-dd";
  enum { N = sizeof shape - 1 };
  if (v.n < N) return false;
  for (size_t i = 0; i < N; i++)
    if (shape[i] == 'd' ? v.p[i] < '0' || v.p[i] > '9' : v.p[i] != '-') return false;
  return v.n == N || str_eq_nocase(str_skip(v, N), STR("-preview"));
}

static err_code check_api_version(exchange *x, err *e) {
  const char *const *known = x->rq.family->api_versions;
  if (!known && !x->rq.family->any_date_version) return ERR_OK;
  str v = http_query(&x->rq, "api-version");
  if (!v.n) return err_at(e, ERR_INVALID_REQUEST, "api-version", "the query parameter api-version is required");
  x->rq.api_version = v;
  if (x->rq.family->any_date_version && is_date_version(v)) return ERR_OK;
  for (; known && *known; known++)
    if (str_eq(v, str_of(*known))) return ERR_OK;
  if (v.n > 40) return err_at(e, ERR_INVALID_REQUEST, "api-version", "the api-version is not known here");
  return err_at(e, ERR_INVALID_REQUEST, "api-version", "the api-version '" STR_FMT "' is not known here", STR_ARG(v));
}

static err_code check_rate(exchange *x, err *e) {
  if (x->rq.route->flags & (HTTP_KEYLESS | HTTP_ADMIN)) return ERR_OK;
  if (rate_limit_take(x->server->limits, x->rq.resource.index, x->rq.route->class, x->begun_us, &x->retry_after_s))
    return ERR_OK;
  return err_set(e, ERR_TOO_MANY_REQUESTS, "the limit of requests a minute is reached; come again in %d s",
                 x->retry_after_s);
}

size_t admission_body_limit(const exchange *x) {
  return x->rq.route && x->rq.route->max_body ? x->rq.route->max_body : HTTP_IGNORED_BODY;
}

static err_code check_body(exchange *x, err *e) {
  if (x->framing.declared_bytes > admission_body_limit(x))
    return err_set(e, ERR_TOO_LARGE, "the body is over the limit of %zu bytes for this operation",
                   admission_body_limit(x));
  str type = x->headers.content_type;
  type = str_trim(str_make(type.p, str_find_byte(type, ';')));
  bool json = !type.n || str_ends(type, STR("json")); /* also application/merge-patch+json */
  if (x->rq.route->max_body && !json && !(x->rq.route->flags & HTTP_ANY_MEDIA))
    return err_set(e, ERR_UNSUPPORTED_MEDIA, "the body must be application/json");
  return ERR_OK;
}

err_code admission_check(exchange *x, const char *method, err *e) {
  set_client_address(x);
  err_code rc = find_route(x, method, e);
  if (!rc) rc = check_key(x, e);
  if (!rc) rc = check_class(x, e);
  if (!rc) rc = check_api_version(x, e);
  if (!rc) rc = check_rate(x, e);
  if (!rc) rc = check_body(x, e);
  return rc;
}
