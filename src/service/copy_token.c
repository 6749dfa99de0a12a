#include "service/copy_token.h"

#include "base/json_in.h"
#include "base/json_out.h"
#include "service/copying.h"

static void seal_of(str payload_hex, const uint8_t secret[SHA256_BYTES], char out[SHA256_HEX + 1]) {
  buf message = {0};
  uint8_t mac[SHA256_BYTES];
  buf_add(&message, "\0copy", 5);
  buf_add_str(&message, payload_hex);
  hmac_sha256(str_make((const char *)secret, SHA256_BYTES), buf_str(&message), mac);
  hex_encode(mac, sizeof mac, out);
  buf_free(&message);
}

str copy_token__seal(const copy_grant *g, const uint8_t secret[SHA256_BYTES], arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kstr(&w, "endpoint", g->endpoint);
  jw_kstr(&w, "resource", g->resource);
  jw_kstr(&w, "project", g->project);
  jw_kstr(&w, "kind", g->kind);
  jw_kbool(&w, "overwrite", g->overwrite);
  jw_kint(&w, "expiresUs", g->expires_us);
  jw_end(&w);
  char *hex = arena_alloc(a, 2 * json.n + 1), seal[SHA256_HEX + 1];
  hex_encode((const uint8_t *)json.p, json.n, hex);
  buf_free(&json);
  seal_of(str_of(hex), secret, seal);
  return arena_printf(a, "%s.%s", hex, seal);
}

static int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False when it is not hex. */
static bool hex_decode(str hex, arena *a, str *out) {
  char *p = arena_alloc(a, hex.n / 2 + 1);
  for (size_t i = 0; i + 1 < hex.n; i += 2) {
    int high = nibble(hex.p[i]), low = nibble(hex.p[i + 1]);
    if (high < 0 || low < 0) return false;
    p[i / 2] = (char)(high * 16 + low);
  }
  *out = str_make(p, hex.n / 2);
  return hex.n % 2 == 0;
}

static err_code read_grant(const jnode *root, arena *a, copy_grant *out, err *e) {
  *out = (copy_grant){0};
  err_code rc = jn_req_str(root, "endpoint", &out->endpoint, e);
  if (rc == ERR_OK) rc = jn_req_str(root, "resource", &out->resource, e);
  if (rc == ERR_OK) rc = jn_req_str(root, "project", &out->project, e);
  if (rc == ERR_OK) rc = jn_req_str(root, "kind", &out->kind, e);
  if (rc == ERR_OK) rc = jn_opt_bool(root, "overwrite", &out->overwrite, NULL, e);
  if (rc == ERR_OK) rc = jn_req_int(root, "expiresUs", 0, INT64_MAX, &out->expires_us, e);
  if (rc != ERR_OK) return rc;
  out->endpoint = arena_str(a, out->endpoint);
  out->resource = arena_str(a, out->resource);
  out->project = arena_str(a, out->project);
  out->kind = arena_str(a, out->kind);
  return ERR_OK;
}

err_code copy_token__read(str token, arena *a, copy_grant *out, err *e) {
  size_t dot = str_find_byte(token, '.');
  str payload;
  jdoc *doc = NULL;
  err ignored;
  err_code rc = ERR_INVALID_ARGUMENT;
  if (token.n <= COPY_TOKEN_MAX && dot < token.n && hex_decode(str_make(token.p, dot), a, &payload) &&
      jn_parse(payload, &doc, &ignored) == ERR_OK) {
    jnode root = jn_root(doc);
    rc = read_grant(&root, a, out, &ignored);
    jn_free(doc);
  }
  if (rc == ERR_OK) return rc;
  return err_at(e, ERR_INVALID_ARGUMENT, "accessToken", "the access token is none of this kind of server");
}

bool copy_token__is_ours(str token, const uint8_t secret[SHA256_BYTES]) {
  size_t dot = str_find_byte(token, '.');
  char seal[SHA256_HEX + 1];
  if (token.n > COPY_TOKEN_MAX || dot == token.n) return false;
  seal_of(str_make(token.p, dot), secret, seal);
  return ct_equal(str_skip(token, dot + 1), str_of(seal));
}
