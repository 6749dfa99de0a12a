#include "http/headers.h"

#include <microhttpd.h>

typedef struct known_header {
  str name;
  size_t value_at, count_at; /* offsets in http_headers; count_at 0: not counted */
} known_header;

#define KNOWN(lit, field)                                                                                              \
  { STR(lit), offsetof(http_headers, field), 0 }
#define COUNTED(lit, field)                                                                                            \
  { STR(lit), offsetof(http_headers, field), offsetof(http_headers, field##_count) }
static const known_header known[] = {
    COUNTED("Host", host),
    COUNTED("Content-Length", content_length),
    COUNTED("Transfer-Encoding", transfer_encoding),
    COUNTED("Ocp-Apim-Subscription-Key", key),
    KNOWN("Content-Type", content_type),
    COUNTED("Authorization", authorization),
    KNOWN("x-ms-client-request-id", client_request_id),
    KNOWN("x-ms-return-client-request-id", return_client_request_id),
    KNOWN("X-Forwarded-Proto", forwarded_proto),
    KNOWN("X-Forwarded-Host", forwarded_host),
};

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  http_headers *h = cls;
  str n = str_of(name);
  /* "Content-Length : 2" reaches us as a header of the name "Content-Length ". */
  if (!n.n || n.p[n.n - 1] <= ' ' || n.p[0] <= ' ') h->bad_name = true;
  for (size_t i = 0; i < ARRAY_LEN(known); i++) {
    if (!str_eq_nocase(n, known[i].name)) continue;
    str *slot = (str *)(void *)((char *)h + known[i].value_at);
    if (!slot->p) *slot = str_of(value ? value : "");
    if (known[i].count_at) ++*(unsigned *)(void *)((char *)h + known[i].count_at);
    break;
  }
  return MHD_YES;
}

void headers_read(struct MHD_Connection *c, http_headers *out) {
  *out = (http_headers){0};
  MHD_get_connection_values(c, MHD_HEADER_KIND, take_header, out);
}

bool headers_host_ok(str host) {
  if (!host.n || host.n > 255) return false;
  for (size_t i = 0; i < host.n; i++) {
    char c = host.p[i];
    bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~:[]%", c);
    if (!ok || !c) return false;
  }
  return true;
}

err_code headers_check(const http_headers *h, const char *version, http_framing *out, int *status, err *e) {
  *out = (http_framing){0};
  *status = 400;
  if (h->bad_name) return err_set(e, ERR_INVALID_REQUEST, "blanks around the name of a header");
  if (h->host_count > 1) return err_set(e, ERR_INVALID_REQUEST, "more than one Host header");
  if (!h->host_count && strcmp(version, "HTTP/1.1") == 0)
    return err_set(e, ERR_INVALID_REQUEST, "the Host header is missing");
  if (h->host_count && !headers_host_ok(h->host))
    return err_set(e, ERR_INVALID_REQUEST, "the Host header is not a host");
  if (h->content_length_count > 1) return err_set(e, ERR_INVALID_REQUEST, "more than one Content-Length header");
  if (h->transfer_encoding_count) {
    bool chunked = h->transfer_encoding_count == 1 && str_eq_nocase(str_trim(h->transfer_encoding), STR("chunked"));
    if (!chunked) {
      *status = 501;
      return err_set(e, ERR_INVALID_REQUEST, "only the transfer encoding 'chunked' is understood");
    }
    if (h->content_length_count)
      return err_set(e, ERR_INVALID_REQUEST, "Content-Length and Transfer-Encoding in one request");
    out->chunked = true;
  }
  int64_t declared = 0;
  if (h->content_length_count && !str_to_i64(h->content_length, 0, INT64_MAX, &declared))
    return err_set(e, ERR_INVALID_REQUEST, "Content-Length is not a number");
  out->declared_bytes = (uint64_t)declared;
  if (h->authorization_count > 1) return err_set(e, ERR_INVALID_REQUEST, "more than one Authorization header");
  if (h->key_count > 1) return err_set(e, ERR_INVALID_REQUEST, "more than one key header");
  return ERR_OK;
}
