#include "base/log.h"

#include "base/json_out.h"
#include "base/timeutil.h"
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* DESIGN. Bounded multi-producer queue after Vyukov: each slot has a sequence number that says
 * whose turn it is. Producers claim a position with one compare-and-swap, copy their line, then
 * publish by raising the sequence. The single writer sleeps at most 20 ms between looks, so that
 * producers need no system call to wake it, gathers what is there into one write(2). */
enum { RING_SLOTS = 4096, WRITER_NAP_US = 20000 };

typedef struct slot {
  _Atomic uint64_t seq;
  uint32_t n;
  char text[LOG_LINE_MAX];
} slot;

static struct {
  slot *ring; /* [RING_SLOTS]; NULL when not started */
  _Atomic uint64_t tail;
  uint64_t head; /* writer only */
  _Atomic uint64_t dropped;
  _Atomic bool running, stopping;
  int fd;
  log_level level;
  pthread_t writer;
} g = {.fd = STDERR_FILENO, .level = LOG_INFO};

static void write_fully(int fd, const char *p, size_t n) {
  while (n) {
    ssize_t put = write(fd, p, n);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return; /* the log's reader is gone: nowhere left to say so */
    p += put;
    n -= (size_t)put;
  }
}

static bool drain_once(buf *out) {
  out->n = 0;
  for (int k = 0; k < RING_SLOTS; k++) {
    slot *s = &g.ring[g.head % RING_SLOTS];
    if (atomic_load_explicit(&s->seq, memory_order_acquire) != g.head + 1) break;
    buf_add(out, s->text, s->n);
    buf_add_byte(out, '\n');
    atomic_store_explicit(&s->seq, g.head + RING_SLOTS, memory_order_release);
    g.head++;
  }
  if (out->n) write_fully(g.fd, out->p, out->n);
  return out->n > 0;
}

static void *writer_main(void *arg) {
  (void)arg;
  buf out = {0};
  uint64_t reported = 0;
  for (;;) {
    bool stopping = atomic_load(&g.stopping);
    bool any = drain_once(&out);
    uint64_t dropped = atomic_load(&g.dropped);
    if (dropped != reported) {
      reported = dropped;
      log_warn("%llu log lines dropped so far: the log's reader is too slow", (unsigned long long)dropped);
    }
    if (stopping && !any) break;
    if (!any) usleep(WRITER_NAP_US);
  }
  buf_free(&out);
  return NULL;
}

void log_start(int fd, log_level level) {
  g.fd = fd;
  g.level = level;
  g.ring = mem_zalloc(RING_SLOTS, sizeof *g.ring);
  for (uint64_t i = 0; i < RING_SLOTS; i++) atomic_init(&g.ring[i].seq, i);
  atomic_store(&g.tail, 0);
  atomic_store(&g.dropped, 0);
  g.head = 0;
  atomic_store(&g.stopping, false);
  if (pthread_create(&g.writer, NULL, writer_main, NULL) == 0) atomic_store(&g.running, true);
}

void log_stop(void) {
  if (!atomic_load(&g.running)) return;
  atomic_store(&g.stopping, true);
  pthread_join(g.writer, NULL);
  atomic_store(&g.running, false);
  free(g.ring);
  g.ring = NULL;
}

uint64_t log_dropped(void) { return atomic_load(&g.dropped); }

void log_line(str line) {
  size_t n = MIN_OF(line.n, (size_t)LOG_LINE_MAX);
  if (!atomic_load_explicit(&g.running, memory_order_acquire)) {
    fprintf(stderr, STR_FMT "\n", (int)n, line.p);
    return;
  }
  uint64_t pos = atomic_load_explicit(&g.tail, memory_order_relaxed);
  slot *s;
  for (;;) {
    s = &g.ring[pos % RING_SLOTS];
    uint64_t seq = atomic_load_explicit(&s->seq, memory_order_acquire);
    if (seq == pos) {
      if (atomic_compare_exchange_weak_explicit(&g.tail, &pos, pos + 1, memory_order_relaxed, memory_order_relaxed)) break;
    } else if (seq < pos) {
      atomic_fetch_add_explicit(&g.dropped, 1, memory_order_relaxed);
      return;
    } else {
      pos = atomic_load_explicit(&g.tail, memory_order_relaxed);
    }
  }
  memcpy(s->text, line.p, n);
  s->n = (uint32_t)n;
  atomic_store_explicit(&s->seq, pos + 1, memory_order_release);
}

void log_msg(log_level level, const char *fmt, ...) {
  static const char *const names[] = {"debug", "info", "warn", "error"};
  if (level < g.level) return;
  char text[LOG_LINE_MAX / 2];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  char when[TIME_RFC3339_MAX];
  time_rfc3339(time_now_us(), 6, when);
  buf b = {0};
  jw w;
  jw_init(&w, &b);
  jw_obj(&w);
  jw_kcstr(&w, "time", when);
  jw_kcstr(&w, "level", names[level]);
  jw_kcstr(&w, "message", text);
  jw_end(&w);
  log_line(buf_str(&b));
  buf_free(&b);
}
