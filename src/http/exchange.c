#include "http/exchange.h"

#include "base/json_out.h"
#include "base/timeutil.h"
#include <stdlib.h>

/* What a cached exchange may hold on to; the rest is given back to the heap. */
enum { CACHE_LIMIT = 64, KEEP_BYTES = 256 * 1024 };

static void request_id(rng *r, char out[ID_UUID_LEN + 1]) {
  static const char hex[] = "0123456789abcdef";
  uint64_t bits[2] = {rng_u64(r), rng_u64(r)};
  size_t digit = 0;
  for (size_t i = 0; i < ID_UUID_LEN; i++) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      out[i] = '-';
      continue;
    }
    unsigned v = (unsigned)(bits[digit / 16] >> (4 * (digit % 16))) & 15u;
    out[i] = hex[digit == 12 ? 4 : digit == 16 ? 8 | (v & 3u) : v];
    digit++;
  }
  out[ID_UUID_LEN] = '\0';
}

exchange *exchange_new(http_thread *t, http_server *s, struct MHD_Connection *c, const char *target) {
  exchange *x = t->cache;
  if (x) {
    t->cache = x->next;
    t->cached--;
  } else {
    x = mem_zalloc(1, sizeof *x);
    arena_init(&x->arena, 0);
  }
  x->state = EXCHANGE_NEW;
  x->server = s;
  x->connection = c;
  x->target = arena_str(&x->arena, str_of(target));
  x->match = (router_match){.index = ROUTER_NONE};
  x->rq = (http_request){.arena = &x->arena, .server = s};
  request_id(&t->ids, x->rq.request_id);
  x->rs = (http_response){.status = 200, .body = {.p = x->rs.body.p, .cap = x->rs.body.cap}};
  x->close = false;
  x->body_n = x->body_seen = 0;
  x->begun_us = time_mono_us();
  x->next = NULL;
  return x;
}

static void exchange_free(exchange *x) {
  arena_fini(&x->arena);
  buf_free(&x->rs.body);
  free(x->body);
  free(x);
}

void exchange_release(http_thread *t, exchange *x) {
  bool big = x->arena.total_bytes > KEEP_BYTES || x->rs.body.cap > KEEP_BYTES || x->body_cap > KEEP_BYTES;
  if (big || t->cached == CACHE_LIMIT) {
    exchange_free(x);
    return;
  }
  arena_reset(&x->arena);
  x->next = t->cache;
  t->cache = x;
  t->cached++;
}

void exchange_thread_fini(http_thread *t) {
  while (t->cache) {
    exchange *x = t->cache;
    t->cache = x->next;
    exchange_free(x);
  }
  metrics_free(t->metrics);
  buf_free(&t->log_line);
}

err_code exchange_take_body(exchange *x, const char *p, size_t n, size_t limit, err *e) {
  if (n > limit - x->body_n)
    return err_set(e, ERR_TOO_LARGE, "the body is over the limit of %zu bytes for this operation", limit);
  if (x->body_n + n > x->body_cap) {
    size_t cap = MAX_OF(x->body_n + n, MIN_OF(x->body_cap * 2, limit));
    /* A declared length saves the copies of growing, but is believed only as far as it is small. */
    if (x->framing.declared_bytes <= 1 << 20) cap = MAX_OF(cap, (size_t)x->framing.declared_bytes);
    char *grown = realloc(x->body, cap);
    if (!grown) return err_set(e, ERR_NO_MEMORY, "not enough memory for a body of this size");
    x->body = grown;
    x->body_cap = cap;
  }
  memcpy(x->body + x->body_n, p, n);
  x->body_n += n;
  return ERR_OK;
}

void exchange_fail(exchange *x, const err *e) {
  x->rs.status = err_http_status(e->code);
  x->rs.body.n = 0;
  x->rs.content_type = NULL;
  x->rs.header_count = 0;
  x->match.family->write_error(&x->rq, e, &x->rs);
}

static bool add(struct MHD_Response *r, const char *name, str value, arena *a) {
  return MHD_add_response_header(r, name, arena_cstr(a, value)) == MHD_YES;
}

/* Echoed only when asked for, and only what cannot be mistaken for anything but an id. */
static void add_client_request_id(exchange *x, struct MHD_Response *r) {
  str id = x->headers.client_request_id;
  if (!id.n || id.n > 128 || !str_eq_nocase(x->headers.return_client_request_id, STR("true"))) return;
  for (size_t i = 0; i < id.n; i++)
    if (id.p[i] <= ' ' || id.p[i] > '~') return;
  MHD_add_response_header(r, "x-ms-client-request-id", id.p);
}

static void add_family_headers(exchange *x, struct MHD_Response *r) {
  const http_family *f = x->match.family;
  for (size_t i = 0; i < f->header_count; i++) MHD_add_response_header(r, f->headers[i].name.p, f->headers[i].value.p);
  for (const char *const *name = f->request_id_headers; name && *name; name++)
    MHD_add_response_header(r, *name, x->rq.request_id);
  if (f->region_header && x->rq.resource.region_display.n)
    add(r, f->region_header, x->rq.resource.region_display, &x->arena);
  if (f->duration_header) {
    str ms = arena_printf(&x->arena, "%lld", (long long)(time_mono_us() - x->begun_us) / 1000);
    MHD_add_response_header(r, f->duration_header, ms.p);
  }
  add_client_request_id(x, r);
}

enum MHD_Result exchange_send(exchange *x, bool stopping) {
  http_response *rs = &x->rs;
  struct MHD_Response *r = MHD_create_response_from_buffer(rs->body.n, rs->body.p, MHD_RESPMEM_PERSISTENT);
  if (!r) return MHD_NO;
  if (rs->body.n)
    MHD_add_response_header(r, "Content-Type", rs->content_type ? rs->content_type : "application/json; charset=utf-8");
  for (size_t i = 0; i < rs->header_count; i++) add(r, rs->headers[i].name, rs->headers[i].value, &x->arena);
  add_family_headers(x, r);
  if (x->close || stopping) MHD_add_response_header(r, "Connection", "close");
  enum MHD_Result ok = MHD_queue_response(x->connection, (unsigned)rs->status, r);
  MHD_destroy_response(r);
  x->state = EXCHANGE_SENT;
  return ok;
}

void exchange_log_line(const exchange *x, int64_t duration_us, buf *line) {
  char when[TIME_RFC3339_MAX];
  time_rfc3339(time_now_us(), 6, when);
  jw w;
  line->n = 0;
  jw_init(&w, line);
  jw_obj(&w);
  jw_kcstr(&w, "time", when);
  jw_kcstr(&w, "level", "access");
  jw_kcstr(&w, "operation", x->rq.route ? x->rq.route->id : "-");
  jw_kcstr(&w, "method", x->rq.route ? http_method_name(x->rq.route->method) : "-");
  jw_kint(&w, "status", x->state == EXCHANGE_SENT ? x->rs.status : 0);
  jw_kint(&w, "us", duration_us);
  jw_kint(&w, "bytesIn", (int64_t)x->body_seen);
  jw_kint(&w, "bytesOut", (int64_t)x->rs.body.n);
  jw_kstr(&w, "resource", x->rq.resource.name.p ? x->rq.resource.name : STR("-"));
  jw_kcstr(&w, "requestId", x->rq.request_id);
  jw_end(&w);
}
