/* own_tokens.c -- bearer tokens, managed with an admin's token. Described in doc/resources.md. */
#include "api/clu_common.h"
#include "service/tokens.h"

enum { LIFETIME_DEFAULT_S = 30 * 86400 };

static void write_token(jw *w, const token_view *v, const char *text) {
  jw_obj(w);
  jw_kstr(w, "id", v->id);
  jw_kstr(w, "role", v->role);
  if (v->resource.n) jw_kstr(w, "resource", v->resource);
  jw_kstr(w, "description", v->description);
  clu_time(w, "createdDateTime", v->created_us, 0);
  clu_time(w, "expirationDateTime", v->expires_us, 0);
  if (text) jw_kcstr(w, "token", text);
  jw_end(w);
}

static err_code read_request(const jnode *root, token_request *out, err *e) {
  str role;
  *out = (token_request){.lifetime_s = LIFETIME_DEFAULT_S};
  err_code rc = jn_req_str(root, "role", &role, e);
  if (!rc && !token_role_parse(role, &out->role))
    rc = err_at(e, ERR_INVALID_ARGUMENT, "role", "must be Reader, Writer, Owner or Admin");
  if (!rc) rc = jn_opt_str(root, "resource", &out->resource, NULL, e);
  if (!rc) rc = jn_opt_str(root, "description", &out->description, NULL, e);
  if (!rc) rc = jn_opt_int(root, "expiresInSeconds", 1, TOKEN_LIFETIME_MAX_S, &out->lifetime_s, NULL, e);
  return rc;
}

static err_code create_token(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  token_request r;
  token_view v;
  char text[TOKEN_LEN + 1];
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = read_request(&root, &r, e);
  if (!rc) rc = token_create(api_service(rq), &r, text, rq->arena, &v, e);
  if (!rc) {
    jw w;
    jw_init(&w, &rs->body);
    write_token(&w, &v, text);
    rs->status = 201;
  }
  jn_free(doc);
  return rc;
}

static err_code list_tokens(const http_request *rq, http_response *rs, err *e) {
  token_view *v;
  size_t n;
  err_code rc = token_list(api_service(rq), rq->arena, &v, &n, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_key(&w, "value");
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) write_token(&w, &v[i], NULL);
  jw_end(&w);
  jw_end(&w);
  return ERR_OK;
}

static err_code revoke_token(const http_request *rq, http_response *rs, err *e) {
  err_code rc = token_revoke(api_service(rq), rq->params[0], e);
  if (!rc) rs->status = 204;
  return rc;
}

static err_code regenerate_admin(const http_request *rq, http_response *rs, err *e) {
  char text[TOKEN_LEN + 1];
  err_code rc = token_admin_regenerate(api_service(rq), text, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kcstr(&w, "token", text);
  jw_end(&w);
  return ERR_OK;
}

#define TOKENS "/dragoman/tokens"
#define ADMIN  (HTTP_ADMIN | HTTP_BLOCKING)
static const http_route routes[] = {
    {"tokens", HTTP_GET, TOKENS, list_tokens, HTTP_CLASS_READ, ADMIN, 0},
    {"tokens", HTTP_POST, TOKENS, create_token, HTTP_CLASS_WRITE, ADMIN, CLU_SMALL_BODY},
    {"tokens", HTTP_DELETE, TOKENS "/{t}", revoke_token, HTTP_CLASS_WRITE, ADMIN, 0},
    {"admin-token", HTTP_POST, TOKENS "/admin/:regenerate", regenerate_admin, HTTP_CLASS_WRITE, ADMIN, 0},
};
#undef ADMIN

const http_family api_own_tokens = {.name = "dragoman-tokens",
                                    .prefix = TOKENS,
                                    .routes = routes,
                                    .route_count = ARRAY_LEN(routes),
                                    .write_error = clu_write_error,
                                    .headers = clu_authoring_headers,
                                    .header_count = CLU_AUTHORING_HEADERS,
                                    .request_id_headers = clu_authoring_id_headers};
