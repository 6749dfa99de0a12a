#include "service/copy_send.h"

#include <curl/curl.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/json_in.h"
#include "base/vec.h"
#include "service/copying.h"

enum { TRIES = 3, PAUSE_MS = 500, CONNECT_TIMEOUT_S = 10, TIMEOUT_S = 300, ANSWER_MAX = 64 * 1024 };

typedef struct watch {
  const atomic_bool *stopping, *cancelled;
} watch;

static bool is_over(const watch *w) {
  return atomic_load(w->stopping) || atomic_load(w->cancelled);
}

static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  (void)a, (void)b, (void)c, (void)d;
  return is_over(arg);
}

static size_t on_answer(char *p, size_t size, size_t n, void *arg) {
  buf *b = arg;
  size_t room = ANSWER_MAX - b->n;
  buf_add(b, p, MIN_OF(size * n, room));
  return size * n;
}

/* The message of the error envelope. */
static void message_of(str json, char *out, size_t cap) {
  err ignored;
  jdoc *doc = NULL;
  str message = STR("it gave no reason");
  if (jn_parse(json, &doc, &ignored) == ERR_OK) {
    jnode root = jn_root(doc), error = jn_get(&root, "error");
    if (jn_req_str(&error, "message", &message, &ignored) != ERR_OK) message = STR("it gave no reason");
  }
  (void)str_copy_to(message, out, cap);
  jn_free(doc);
}

static err_code verdict(long status, str answer, err *e) {
  char message[300];
  if (status == 200) return ERR_OK;
  message_of(answer, message, sizeof message);
  err_code rc = status == 409 ? ERR_CONFLICT : status == 401 || status == 403 ? ERR_UNAUTHORIZED : ERR_INVALID_ARGUMENT;
  return err_set(e, rc, "the target answered %ld: %s", status, message);
}

static struct curl_slist *headers_of(str token, arena *a) {
  struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
  return curl_slist_append(list, arena_printf(a, "Authorization: Bearer " STR_FMT, STR_ARG(token)).p);
}

static CURL *request_new(const char *url, const struct curl_slist *headers, str document, buf *answer, watch *w) {
  CURL *c = curl_easy_init();
  if (!c) return NULL;
  curl_easy_setopt(c, CURLOPT_URL, url);
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(c, CURLOPT_POSTFIELDS, document.p);
  curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)document.n);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_answer);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, answer);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(c, CURLOPT_XFERINFODATA, w);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
  return c;
}

/* *again: the target was not reached, or is not able to answer now. */
static err_code send_once(const char *url, str token, str document, watch *w, bool *again, err *e) {
  arena a;
  arena_init(&a, 0);
  buf answer = {0};
  long status = 0;
  err_code rc;
  struct curl_slist *headers = headers_of(token, &a);
  CURL *c = request_new(url, headers, document, &answer, w);
  CURLcode did = c ? curl_easy_perform(c) : CURLE_OUT_OF_MEMORY;
  if (did == CURLE_OK) curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  *again = did != CURLE_OK || status >= 500 || status == 429;
  if (did != CURLE_OK)
    rc = err_set(e, ERR_TIMEOUT, "the target cannot be reached: %s", curl_easy_strerror(did));
  else
    rc = verdict(status, buf_str(&answer), e);
  curl_easy_cleanup(c);
  curl_slist_free_all(headers);
  buf_free(&answer);
  arena_fini(&a);
  return rc;
}

static void pause_ms(int ms) {
  struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
  nanosleep(&t, NULL);
}

err_code copy__send(str endpoint, str token, str document, const atomic_bool *stopping, const atomic_bool *cancelled,
                    err *e) {
  arena a;
  arena_init(&a, 0);
  watch w = {stopping, cancelled};
  const char *url = arena_printf(&a, STR_FMT COPY_PATH, STR_ARG(endpoint)).p;
  bool again = true;
  err_code rc = ERR_OK;
  for (int i = 0; again && i < TRIES && !is_over(&w); i++) {
    if (i) pause_ms(PAUSE_MS);
    rc = send_once(url, token, document, &w, &again, e);
  }
  if (rc != ERR_OK || again) {
    if (atomic_load(cancelled))
      rc = err_set(e, ERR_CANCELLED, "the copy was cancelled");
    else if (atomic_load(stopping))
      rc = err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
  arena_fini(&a);
  return rc;
}
