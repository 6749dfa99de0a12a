#include "cli/http_client.h"

#include "base/base.h"
#include "service/tokens.h"

#include <curl/curl.h>
#include <stdio.h>

enum {
  CONNECT_TIMEOUT_S = 10,
  STALL_TIMEOUT_S = 120 /* no byte either way for so long: give up */
};

struct http_client {
  CURL *curl;
  char *key_header; /* "Ocp-Apim-Subscription-Key: …", "Authorization: Bearer …" */
};

err_code http_client_new(const char *key, http_client **out, err *e) {
  bool is_token = str_starts(str_of(key), STR(TOKEN_PREFIX));
  const char *name = is_token ? "Authorization: Bearer " : "Ocp-Apim-Subscription-Key: ";
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return err_set(e, ERR_INTERNAL, "libcurl does not start");
  http_client *c = mem_zalloc(1, sizeof *c);
  c->curl = curl_easy_init();
  if (!c->curl) {
    http_client_free(c);
    return err_set(e, ERR_INTERNAL, "libcurl does not start");
  }
  size_t n = strlen(name) + strlen(key) + 1;
  c->key_header = mem_alloc(n);
  snprintf(c->key_header, n, "%s%s", name, key);
  *out = c;
  return ERR_OK;
}

void http_client_free(http_client *c) {
  if (!c) return;
  curl_easy_cleanup(c->curl);
  curl_global_cleanup();
  free(c->key_header);
  free(c);
}

void http_reply_fini(http_reply *r) {
  buf_free(&r->body);
}

static size_t on_body(char *p, size_t size, size_t n, void *reply) {
  buf_add(&((http_reply *)reply)->body, p, size * n);
  return size * n;
}

static size_t on_header(char *p, size_t size, size_t n, void *reply) {
  static const str name = {"operation-location:", sizeof "operation-location:" - 1};
  http_reply *r = reply;
  str line = {p, size * n};
  if (line.n > name.n && str_eq_nocase(str_make(line.p, name.n), name))
    (void)str_copy_to(str_trim(str_skip(line, name.n)), r->operation_location, sizeof r->operation_location);
  return size * n;
}

static struct curl_slist *request_headers(const http_client *c, const char *content_type) {
  char type[128];
  snprintf(type, sizeof type, "Content-Type:%s%s", content_type ? " " : "", content_type ? content_type : "");
  struct curl_slist *headers = curl_slist_append(NULL, c->key_header);
  headers = curl_slist_append(headers, type);
  return curl_slist_append(headers, "Expect:");
}

err_code http_client_call(http_client *c, const char *method, const char *url, const char *content_type, str body,
                          http_reply *out, err *e) {
  http_reply reply = {0};
  char detail[CURL_ERROR_SIZE] = "";
  struct curl_slist *headers = request_headers(c, content_type);
  CURL *h = c->curl;
  curl_easy_reset(h);
  curl_easy_setopt(h, CURLOPT_URL, url);
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_USERAGENT, "dragoman");
  curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
  curl_easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(h, CURLOPT_LOW_SPEED_TIME, (long)STALL_TIMEOUT_S);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &reply);
  curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(h, CURLOPT_HEADERDATA, &reply);
  /* A POST without a body still says Content-Length: 0. */
  if (content_type || strcmp(method, "POST") == 0) {
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, body.p ? body.p : "");
  }
  CURLcode rc = curl_easy_perform(h);
  curl_slist_free_all(headers);
  if (rc != CURLE_OK) {
    http_reply_fini(&reply);
    return err_set(e, ERR_UNAVAILABLE, "%s: %s", url, detail[0] ? detail : curl_easy_strerror(rc));
  }
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &reply.status);
  *out = reply;
  return ERR_OK;
}
