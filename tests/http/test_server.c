/* The server over real sockets: framing, limits, keys, parked requests, graceful stop. */
#include "base/timeutil.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum { ECHO_LIMIT = 1 << 20 };
#define KEY  "Ocp-Apim-Subscription-Key: right\r\n"
#define HOST "Host: localhost\r\n"

static _Atomic int gate_open = 1, gate_waiters;

static err_code echo(const http_request *rq, http_response *rs, err *e) {
  (void)e;
  buf_printf(&rs->body, "{\"p\":\"" STR_FMT "\",\"n\":%zu}", STR_ARG(rq->params[0]), rq->body.n);
  return ERR_OK;
}

static err_code slow_echo(const http_request *rq, http_response *rs, err *e) {
  atomic_fetch_add(&gate_waiters, 1);
  while (!atomic_load(&gate_open)) usleep(1000);
  return echo(rq, rs, e);
}

static err_code refuse(const http_request *rq, http_response *rs, err *e) {
  (void)rq;
  buf_add_str(&rs->body, STR("half an answer"));
  return err_set(e, ERR_CONFLICT, "no");
}

static void write_error(const http_request *rq, const err *e, http_response *rs) {
  (void)rq;
  buf_printf(&rs->body, "{\"error\":\"%s\"}", err_name(e->code));
}

static const http_route routes[] = {
    {"echo", HTTP_POST, "/t/{p}/:echo", echo, HTTP_CLASS_PREDICT, 0, ECHO_LIMIT},
    {"slow", HTTP_POST, "/t/{p}/:slow", slow_echo, HTTP_CLASS_WRITE, HTTP_BLOCKING, ECHO_LIMIT},
    {"refuse", HTTP_PATCH, "/t/{p}", refuse, HTTP_CLASS_WRITE, HTTP_BLOCKING, ECHO_LIMIT},
    {"get", HTTP_GET, "/t/{p}", echo, HTTP_CLASS_READ, 0, 0},
    {"open", HTTP_GET, "/t", echo, HTTP_CLASS_OPS, HTTP_KEYLESS, 0},
    {"export", HTTP_POST, "/t/{p}/:export", echo, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_READER, ECHO_LIMIT},
    {"deploy", HTTP_POST, "/t/{p}/:deploy", echo, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_OWNER, ECHO_LIMIT},
    {"delete", HTTP_DELETE, "/t/{p}/it", echo, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
};
static const http_route managed_routes[] = {
    {"manage", HTTP_GET, "/managed/Things/{p}", echo, HTTP_CLASS_READ, HTTP_ADMIN, 0},
};
static const char *const versions[] = {"1", NULL};
static const http_pair headers[] = {{STR("X-Family"), STR("t")}};
static const char *const id_headers[] = {"request-id", NULL};
static const http_family family = {.name = "t",
                                   .prefix = "/t",
                                   .routes = routes,
                                   .route_count = ARRAY_LEN(routes),
                                   .api_versions = versions,
                                   .write_error = write_error,
                                   .headers = headers,
                                   .header_count = 1,
                                   .request_id_headers = id_headers,
                                   .region_header = "x-region",
                                   .duration_header = "x-ms"};
static const http_family managed = {.name = "managed",
                                    .prefix = "/managed",
                                    .routes = managed_routes,
                                    .route_count = ARRAY_LEN(managed_routes),
                                    .any_date_version = true,
                                    .any_case = true,
                                    .write_error = write_error,
                                    .request_id_headers = id_headers};
static bool asks_to_block(const http_request *rq) {
  return str_eq(http_query(rq, "block"), STR("yes"));
}

static const http_route loose_routes[] = {
    {"loose", HTTP_GET, "/loose/{p}", echo, HTTP_CLASS_PREDICT, 0, 0},
    {"loose-wait", HTTP_GET, "/loose/{p}/wait", slow_echo, HTTP_CLASS_PREDICT, 0, 0},
};
static const http_family loose = {.name = "loose",
                                  .prefix = "/loose",
                                  .routes = loose_routes,
                                  .route_count = ARRAY_LEN(loose_routes),
                                  .key_anywhere = true,
                                  .blocks = asks_to_block,
                                  .write_error = write_error};
static const http_family *const families[] = {&family, &managed, &loose};

static bool open_key(void *app, str key, resource_ref *out) {
  (void)app;
  *out = (resource_ref){.index = 0, .name = STR("res"), .region_display = STR("East US")};
  return str_eq(key, STR("right"));
}

/* A token is the name of its role. */
static bool open_token(void *app, str token, token_grant *out) {
  (void)app;
  *out = (token_grant){.resource = {.name = STR("res"), .region_display = STR("East US")}};
  return token_role_parse(token, &out->role);
}

static http_server *start(void) {
  http_config c = {.listen = "127.0.0.1:0",
                   .event_threads = 2,
                   .worker_threads = 1,
                   .queue_limit = 4,
                   .families = families,
                   .family_count = ARRAY_LEN(families),
                   .open_key = open_key,
                   .open_token = open_token};
  http_server *s;
  err e = {0};
  if (http_server_start(&c, &s, &e)) fail_msg("%s", e.message);
  return s;
}

static int dial(const http_server *s) {
  struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  sa.sin_port = htons((uint16_t)atoi(strrchr(http_server_address(s), ':') + 1));
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
  return fd;
}

static void send_all(int fd, const char *p, size_t n) {
  while (n) {
    ssize_t put = send(fd, p, n, MSG_NOSIGNAL);
    if (put <= 0) return; /* the server may refuse and close before it has read all */
    p += put;
    n -= (size_t)put;
  }
}

/* One response off the socket into text: head and body as its Content-Length says. Status, or 0
 * when the connection ended first. */
static int read_response(int fd, buf *text) {
  text->n = 0;
  for (;;) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, 20000) <= 0) fail_msg("no answer");
    char c;
    if (recv(fd, &c, 1, 0) != 1) return 0;
    buf_add_byte(text, c);
    if (!str_ends(buf_str(text), STR("\r\n\r\n"))) continue;
    size_t body = 0;
    buf_add_byte(text, '\0');
    const char *length = strstr(text->p, "Content-Length: ");
    if (length) body = (size_t)atol(length + 16);
    text->n--;
    while (body--) {
      if (recv(fd, &c, 1, MSG_WAITALL) != 1) return 0;
      buf_add_byte(text, c);
    }
    buf_add_byte(text, '\0');
    return atoi(text->p + 9);
  }
}

/* Whether the peer keeps the connection open: a further request is answered. */
static bool still_open(int fd) {
  static const char probe[] = "GET /t?api-version=1 HTTP/1.1\r\n" HOST "\r\n";
  send_all(fd, probe, sizeof probe - 1);
  buf b = {0};
  int status = read_response(fd, &b);
  buf_free(&b);
  return status == 200;
}

/* The "ours" column of reference http-stack.md §4. */
static void framing_table(void **state) {
  (void)state;
#define POST "POST /t/a/:echo?api-version=1 HTTP/1.1\r\n"
  static const struct {
    const char *name, *text;
    int status;
    bool open;
  } cases[] = {
      {"plain", POST HOST KEY "Content-Length: 2\r\n\r\n{}", 200, true},
      {"chunked", POST HOST KEY "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 200, true},
      {"Content-Length and Transfer-Encoding",
       POST HOST KEY "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400, false},
      {"gzip, chunked", POST HOST KEY "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 501, false},
      {"xchunked with Content-Length", POST HOST KEY "Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}", 501,
       false},
      {"Transfer-Encoding twice",
       POST HOST KEY "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501, false},
      {"two Content-Length", POST HOST KEY "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, false},
      {"two equal Content-Length", POST HOST KEY "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400, false},
      {"Content-Length with a sign", POST HOST KEY "Content-Length: +2\r\n\r\n{}", 400, false},
      {"Content-Length not a number", POST HOST KEY "Content-Length: 2x\r\n\r\n{}", 400, false},
      {"space before the colon", POST HOST KEY "Content-Length : 2\r\n\r\n{}", 400, false},
      {"no Host", POST KEY "Content-Length: 2\r\n\r\n{}", 400, false},
      {"two Hosts", POST HOST HOST KEY "Content-Length: 2\r\n\r\n{}", 400, false},
      {"Host with a path", POST "Host: a/b\r\n" KEY "Content-Length: 2\r\n\r\n{}", 400, false},
      {"two keys", POST HOST KEY KEY "Content-Length: 2\r\n\r\n{}", 400, false},
      {"bare LF",
       "POST /t/a/:echo?api-version=1 HTTP/1.1\nHost: localhost\nOcp-Apim-Subscription-Key: right\n"
       "Content-Length: 2\n\n{}",
       200, true},
      {"too long, declared", POST HOST KEY "Content-Length: 2097152\r\n\r\n{}", 413, false},
      {"too long, PATCH", "PATCH /t/a?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2097152\r\n\r\n{}", 413,
       false},
      {"too long, DELETE", "DELETE /t/a?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2097152\r\n\r\n{}", 405,
       false},
      {"encoded colon", "POST /t/a/%3Aecho?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}", 200,
       true},
      {"encoded slash", "POST /t/a%2Fb/:echo?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}", 400,
       true},
      {"no key", POST HOST "Content-Length: 2\r\n\r\n{}", 401, true},
      {"wrong key", POST HOST "Ocp-Apim-Subscription-Key: wrong\r\nContent-Length: 2\r\n\r\n{}", 401, true},
      {"no api-version", "POST /t/a/:echo HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}", 400, true},
      {"unknown api-version", "POST /t/a/:echo?api-version=2 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}", 400,
       true},
      {"unknown path", "POST /t/a/b/c?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}", 404, true},
      {"other method", "PUT /t/a?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}", 405, true},
      {"form body", POST HOST KEY "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b",
       415, true},
      {"merge patch", POST HOST KEY "Content-Type: application/merge-patch+json\r\nContent-Length: 2\r\n\r\n{}", 200,
       true},
      {"body of a GET is dropped", "GET /t/a?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}", 200,
       true},
  };
  http_server *s = start();
  buf b = {0};
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    int fd = dial(s);
    send_all(fd, cases[i].text, strlen(cases[i].text));
    int status = read_response(fd, &b);
    if (status != cases[i].status) fail_msg("%s: status %d", cases[i].name, status);
    if (still_open(fd) != cases[i].open) fail_msg("%s: open %d", cases[i].name, !cases[i].open);
    close(fd);
  }
  buf_free(&b);
  http_server_stop(s);
}

/* Keys, and tokens with roles, on each sort of route. */
static void doors(void **state) {
  (void)state;
#define MANAGED "GET /managed/Things/a?api-version=2024-10-01"
#define BEARER  "Authorization: Bearer "
  static const struct {
    const char *request, *headers;
    int status;
  } cases[] = {
      {"GET /t/a?api-version=1", BEARER "Reader\r\n", 200},
      {"GET /t/a?api-version=1", "authorization: bearer  Reader \r\n", 200},
      {"GET /t/a?api-version=1", BEARER "Admin\r\n", 403},
      {"GET /t/a?api-version=1", BEARER "Nobody\r\n", 401},
      {"GET /t/a?api-version=1", BEARER "\r\n", 401},
      {"GET /t/a?api-version=1", "Authorization: Basic Reader\r\n", 401},
      {"GET /t/a?api-version=1", "Authorization: Reader\r\n", 401},
      {"GET /t/a?api-version=1", BEARER "Reader\r\n" BEARER "Reader\r\n", 400},
      {"GET /t/a?api-version=1", KEY BEARER "Nobody\r\n", 200}, /* the key decides */
      {"GET /t/a?api-version=1", "Ocp-Apim-Subscription-Key: wrong\r\n" BEARER "Owner\r\n", 401},
      {"POST /t/a/:echo?api-version=1", BEARER "Reader\r\n", 200},
      {"POST /t/a/:export?api-version=1", BEARER "Reader\r\n", 200},
      {"PATCH /t/a?api-version=1", BEARER "Reader\r\n", 403},
      {"PATCH /t/a?api-version=1", BEARER "Writer\r\n", 409},
      {"POST /t/a/:deploy?api-version=1", BEARER "Writer\r\n", 403},
      {"POST /t/a/:deploy?api-version=1", BEARER "Owner\r\n", 200},
      {"POST /t/a/:deploy?api-version=1", KEY, 200},
      {"DELETE /t/a/it?api-version=1", BEARER "Writer\r\n", 403},
      {"DELETE /t/a/it?api-version=1", BEARER "Owner\r\n", 200},
      {MANAGED, "", 401},
      {MANAGED, KEY, 401},
      {MANAGED, BEARER "Owner\r\n", 403},
      {MANAGED, BEARER "Admin\r\n", 200},
      {"GET /MANAGED/things/a?api-version=2024-10-01-preview", BEARER "Admin\r\n", 200},
      {"GET /managed/Things/a", BEARER "Admin\r\n", 400},
      {"GET /managed/Things/a?api-version=2024-1-1", BEARER "Admin\r\n", 400},
      {"GET /managed/Things/a?api-version=2024-10-01-prev", BEARER "Admin\r\n", 400},
      {"GET /T/a?api-version=1", KEY, 404}, /* letter case counts in other families */
      {"GET /loose/a", KEY, 200},
      {"GET /loose/a?subscription-key=right", "", 200},
      {"GET /loose/a?Subscription-Key=right&x=", "", 200},
      {"GET /loose/a", BEARER "right\r\n", 200},
      {"GET /loose/a", BEARER "Reader\r\n", 200}, /* a token is one all the same */
      {"GET /loose/a?subscription-key=wrong", BEARER "right\r\n", 200},
      {"GET /loose/a?subscription-key=wrong", "", 401},
      {"GET /loose/a?subscription-key=right", "Ocp-Apim-Subscription-Key: wrong\r\n", 401}, /* the header decides */
      {"GET /loose/a", "", 401},
      {"GET /t/a?api-version=1&subscription-key=right", "", 401}, /* nowhere else */
      {"GET /t/a?api-version=1", BEARER "right\r\n", 401},
  };
  http_server *s = start();
  buf b = {0}, text = {0};
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    bool has_body = cases[i].request[0] == 'P';
    int fd = dial(s);
    text.n = 0;
    buf_printf(&text, "%s HTTP/1.1\r\n" HOST "%s%s", cases[i].request, cases[i].headers,
               has_body ? "Content-Length: 2\r\n\r\n{}" : "\r\n");
    send_all(fd, text.p, text.n);
    int status = read_response(fd, &b);
    if (status != cases[i].status) fail_msg("%s %s: status %d", cases[i].request, cases[i].headers, status);
    close(fd);
  }
  buf_free(&b);
  buf_free(&text);
  http_server_stop(s);
}

static void post(int fd, const char *path, size_t body_bytes, bool chunked) {
  buf b = {0};
  buf_printf(&b, "POST %s?api-version=1 HTTP/1.1\r\n" HOST KEY, path);
  char *body = mem_zalloc(body_bytes + 1, 1);
  memset(body, ' ', body_bytes);
  if (chunked)
    buf_printf(&b, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n0\r\n\r\n", body_bytes, body);
  else
    buf_printf(&b, "Content-Length: %zu\r\n\r\n%s", body_bytes, body);
  send_all(fd, b.p, b.n);
  free(body);
  buf_free(&b);
}

static void body_limits(void **state) {
  (void)state;
  http_server *s = start();
  buf b = {0};
  for (int chunked = 0; chunked < 2; chunked++) {
    int fd = dial(s);
    post(fd, "/t/a/:echo", ECHO_LIMIT, chunked);
    assert_int_equal(read_response(fd, &b), 200);
    assert_non_null(strstr(b.p, "\"n\":1048576}"));
    post(fd, "/t/a/:echo", ECHO_LIMIT + 1, chunked);
    assert_int_equal(read_response(fd, &b), 413);
    assert_false(still_open(fd));
    close(fd);
  }
  buf_free(&b);
  http_server_stop(s);
}

static void endless_chunks_are_cut(void **state) {
  (void)state;
  http_server *s = start();
  int fd = dial(s);
  static const char head[] = "POST /t/a/:echo?api-version=1 HTTP/1.1\r\n" HOST KEY "Transfer-Encoding: chunked\r\n\r\n";
  send_all(fd, head, sizeof head - 1);
  static char chunk[6 + 65536 + 2 + 1];
  memset(chunk, 'x', sizeof chunk);
  memcpy(chunk, "10000\r", 6);
  chunk[6] = '\n';
  memcpy(chunk + 7 + 65536, "\r\n", 2);
  bool cut = false;
  for (int i = 0; i < 4096 && !cut; i++) cut = send(fd, chunk, sizeof chunk, MSG_NOSIGNAL) < 0;
  assert_true(cut);
  close(fd);
  http_server_stop(s);
}

static void answers_carry_the_headers(void **state) {
  (void)state;
  http_server *s = start();
  int fd = dial(s);
  static const char text[] = "POST /t/%C3%A9/:echo?API-Version=1 HTTP/1.1\r\n" HOST KEY
                             "x-ms-client-request-id: abc-1\r\nx-ms-return-client-request-id: true\r\n"
                             "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  send_all(fd, text, sizeof text - 1);
  buf b = {0};
  assert_int_equal(read_response(fd, &b), 100);
  send_all(fd, "{}", 2);
  assert_int_equal(read_response(fd, &b), 200);
  static const char *const want[] = {"X-Family: t\r\n",
                                     "request-id: ",
                                     "x-region: East US\r\n",
                                     "x-ms: ",
                                     "x-ms-client-request-id: abc-1\r\n",
                                     "Content-Type: application/json; charset=utf-8\r\n",
                                     "{\"p\":\"é\",\"n\":2}"};
  for (size_t i = 0; i < ARRAY_LEN(want); i++)
    if (!strstr(b.p, want[i])) fail_msg("missing %s in %s", want[i], b.p);
  close(fd);
  buf_free(&b);
  http_server_stop(s);
}

static void pipelined_and_parked_in_order(void **state) {
  (void)state;
  http_server *s = start();
  int fd = dial(s);
  static const char text[] = "POST /t/1/:slow?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}"
                             "PATCH /t/2?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}"
                             "POST /t/3/:echo?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\n\r\n{}";
  send_all(fd, text, sizeof text - 1);
  buf b = {0};
  assert_int_equal(read_response(fd, &b), 200);
  assert_non_null(strstr(b.p, "\"p\":\"1\""));
  assert_int_equal(read_response(fd, &b), 409);
  assert_non_null(strstr(b.p, "\r\n\r\n{\"error\":\"CONFLICT\"}"));
  assert_int_equal(read_response(fd, &b), 200);
  assert_non_null(strstr(b.p, "\"p\":\"3\""));
  close(fd);
  buf_free(&b);
  http_server_stop(s);
}

/* A request that its family finds blocking leaves the event threads free. */
static void one_request_may_block(void **state) {
  (void)state;
  static const char waits[] = "GET /loose/a/wait?block=yes HTTP/1.1\r\n" HOST KEY "\r\n";
  static const char plain[] = "GET /loose/a HTTP/1.1\r\n" HOST KEY "\r\n";
  http_server *s = start();
  buf b = {0};
  atomic_store(&gate_open, 0);
  atomic_store(&gate_waiters, 0);
  int waiting = dial(s);
  send_all(waiting, waits, sizeof waits - 1);
  while (!atomic_load(&gate_waiters)) usleep(1000);
  for (int i = 0; i < 8; i++) { /* on both event threads */
    int fd = dial(s);
    send_all(fd, plain, sizeof plain - 1);
    assert_int_equal(read_response(fd, &b), 200);
    close(fd);
  }
  atomic_store(&gate_open, 1);
  assert_int_equal(read_response(waiting, &b), 200);
  close(waiting);
  buf_free(&b);
  http_server_stop(s);
}

static void full_queue_is_refused(void **state) {
  (void)state;
  http_server *s = start();
  atomic_store(&gate_open, 0);
  atomic_store(&gate_waiters, 0);
  int fds[8];
  fds[0] = dial(s);
  post(fds[0], "/t/0/:slow", 2, false);
  while (!atomic_load(&gate_waiters)) usleep(1000); /* the one worker is held, so 4 of the next 7 wait */
  for (int i = 1; i < 8; i++) {
    fds[i] = dial(s);
    post(fds[i], "/t/0/:slow", 2, false);
  }
  buf b = {0};
  int refused = 0;
  for (int k = 0; k < 3; k++) {
    struct pollfd p[8];
    for (int i = 0; i < 8; i++) p[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    assert_true(poll(p, 8, 20000) > 0);
    for (int i = 0; i < 8; i++)
      if (p[i].revents) {
        assert_int_equal(read_response(fds[i], &b), 503);
        close(fds[i]);
        fds[i] = -1;
        refused++;
      }
    if (refused == 3) break;
  }
  assert_int_equal(refused, 3);
  atomic_store(&gate_open, 1);
  for (int i = 0; i < 8; i++)
    if (fds[i] >= 0) {
      assert_int_equal(read_response(fds[i], &b), 200);
      close(fds[i]);
    }
  buf_free(&b);
  http_server_stop(s);
}

static void *open_gate_soon(void *arg) {
  (void)arg;
  usleep(50000);
  atomic_store(&gate_open, 1);
  return NULL;
}

static void stop_answers_what_is_in_flight(void **state) {
  (void)state;
  http_server *s = start();
  atomic_store(&gate_open, 0);
  atomic_store(&gate_waiters, 0);
  int fds[3];
  for (int i = 0; i < 3; i++) {
    fds[i] = dial(s);
    post(fds[i], "/t/0/:slow", 2, false);
  }
  for (;;) {
    http_stats now;
    http_server_stats(s, &now);
    if (now.active == 3 && atomic_load(&gate_waiters)) break;
    usleep(1000);
  }
  pthread_t opener;
  pthread_create(&opener, NULL, open_gate_soon, NULL);
  http_server_stop(s);
  pthread_join(opener, NULL);
  buf b = {0};
  for (int i = 0; i < 3; i++) {
    assert_int_equal(read_response(fds[i], &b), 200);
    close(fds[i]);
  }
  buf_free(&b);
}

static void oversized_headers(void **state) {
  (void)state;
  http_server *s = start();
  buf b = {0};
  for (int many = 0; many < 2; many++) {
    buf text = {0};
    buf_add_str(&text, STR("GET /t?api-version=1 HTTP/1.1\r\n" HOST));
    for (int i = 0; i < (many ? 1500 : 1); i++) {
      buf_printf(&text, "X-H%d: ", i);
      for (int k = 0; k < (many ? 40 : 65536); k++) buf_add_byte(&text, 'v');
      buf_add_str(&text, STR("\r\n"));
    }
    buf_add_str(&text, STR("\r\n"));
    int fd = dial(s);
    send_all(fd, text.p, text.n);
    int status = read_response(fd, &b);
    assert_true(status == 431 || status == 0); /* 0: reset, because the rest was still on its way */
    close(fd);
    buf_free(&text);
  }
  int fd = dial(s);
  assert_true(still_open(fd));
  close(fd);
  buf_free(&b);
  http_server_stop(s);
}

static void clients_that_leave(void **state) {
  (void)state;
  http_server *s = start();
  static const char half[] = "POST /t/a/:slow?api-version=1 HTTP/1.1\r\n" HOST KEY "Content-Length: 100\r\n\r\n{}";
  for (int i = 0; i < 50; i++) {
    int fd = dial(s);
    send_all(fd, half, (sizeof half - 1) * (size_t)(i + 1) / 50);
    close(fd);
    fd = dial(s);
    post(fd, "/t/a/:slow", 2, false); /* gone before its answer */
    close(fd);
  }
  int fd = dial(s);
  assert_true(still_open(fd));
  close(fd);
  http_server_stop(s);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(framing_table),
      cmocka_unit_test(doors),
      cmocka_unit_test(body_limits),
      cmocka_unit_test(endless_chunks_are_cut),
      cmocka_unit_test(answers_carry_the_headers),
      cmocka_unit_test(pipelined_and_parked_in_order),
      cmocka_unit_test(one_request_may_block),
      cmocka_unit_test(full_queue_is_refused),
      cmocka_unit_test(stop_answers_what_is_in_flight),
      cmocka_unit_test(oversized_headers),
      cmocka_unit_test(clients_that_leave),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
