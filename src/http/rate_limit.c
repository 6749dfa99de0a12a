#include "http/rate_limit.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { RESOURCES = 1024 };
static const int64_t minute_us = 60 * 1000000;

struct rate_limit {
  int64_t interval_us[HTTP_CLASSES];               /* between two requests at the full pace; 0: no limit */
  _Atomic int64_t due_us[RESOURCES][HTTP_CLASSES]; /* when the next one is due at that pace */
};

rate_limit *rate_limit_new(const unsigned per_minute[HTTP_CLASSES]) {
  rate_limit *l = mem_zalloc(1, sizeof *l);
  for (size_t c = 0; c < HTTP_CLASSES; c++)
    l->interval_us[c] = per_minute[c] ? MAX_OF(minute_us / per_minute[c], 1) : 0;
  return l;
}

void rate_limit_free(rate_limit *l) {
  free(l);
}

bool rate_limit_take(rate_limit *l, uint32_t resource_index, http_class class, int64_t now_us, int *retry_after_s) {
  int64_t step = l->interval_us[class];
  if (!step) return true;
  _Atomic int64_t *due = &l->due_us[resource_index % RESOURCES][class];
  int64_t seen = atomic_load_explicit(due, memory_order_relaxed);
  for (;;) {
    int64_t next = MAX_OF(seen, now_us) + step;
    if (next - now_us > minute_us) {
      *retry_after_s = (int)((next - now_us - minute_us + 999999) / 1000000);
      return false;
    }
    if (atomic_compare_exchange_weak_explicit(due, &seen, next, memory_order_relaxed, memory_order_relaxed))
      return true;
  }
}
