#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#if ADDRESS_SANITIZED
#include <sanitizer/asan_interface.h>
#define POISON(p, n) __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum { ARENA_ALIGN = 16, ARENA_FIRST_BYTES = 16 * 1024, ARENA_MAX_BLOCK = 1 << 20 };

struct arena_block {
  arena_block *prev;
  size_t cap, used; /* bytes of data[] */
  _Alignas(ARENA_ALIGN) unsigned char data[];
};

void arena_init(arena *a, size_t first_bytes) {
  *a = (arena){.head = NULL, .block_bytes = first_bytes ? first_bytes : ARENA_FIRST_BYTES};
}

void arena_fini(arena *a) {
  for (arena_block *b = a->head; b;) {
    arena_block *prev = b->prev;
    UNPOISON(b->data, b->cap);
    free(b);
    b = prev;
  }
  a->head = NULL;
  a->total_bytes = 0;
}

void arena_reset(arena *a) {
  /* Keep the oldest block: it has the size the owner asked for. */
  while (a->head && a->head->prev) {
    arena_block *b = a->head;
    a->head = b->prev;
    a->total_bytes -= b->cap;
    UNPOISON(b->data, b->cap);
    free(b);
  }
  if (a->head) {
    a->head->used = 0;
    POISON(a->head->data, a->head->cap);
  }
}

static void push_block(arena *a, size_t need) {
  size_t cap = a->block_bytes;
  if (a->head && a->block_bytes < ARENA_MAX_BLOCK) cap = a->block_bytes *= 2;
  if (cap < need) cap = need;
  arena_block *b = mem_alloc(sizeof *b + cap);
  b->prev = a->head;
  b->cap = cap;
  b->used = 0;
  a->head = b;
  a->total_bytes += cap;
  POISON(b->data, b->cap);
}

void *arena_alloc_aligned(arena *a, size_t n, size_t align) {
  for (int tries = 0;; tries++) {
    arena_block *b = a->head;
    if (b) {
      uintptr_t base = (uintptr_t)b->data;
      uintptr_t at = (base + b->used + align - 1) & ~(uintptr_t)(align - 1);
      size_t start = at - base;
      if (start <= b->cap && n <= b->cap - start) {
        b->used = start + n;
        void *p = b->data + start;
        UNPOISON(p, n);
        return p;
      }
    }
    if (n > SIZE_MAX - align - sizeof(arena_block)) abort();
    push_block(a, n + align);
  }
}

void *arena_alloc(arena *a, size_t n) { return arena_alloc_aligned(a, n, ARENA_ALIGN); }

void *arena_zalloc(arena *a, size_t n, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(n, size, &bytes)) abort();
  return memset(arena_alloc(a, bytes), 0, bytes);
}

void *arena_copy(arena *a, const void *p, size_t n) {
  void *q = arena_alloc(a, n);
  if (n) memcpy(q, p, n);
  return q;
}

char *arena_cstr(arena *a, str s) {
  char *q = arena_alloc_aligned(a, s.n + 1, 1);
  if (s.n) memcpy(q, s.p, s.n);
  q[s.n] = '\0';
  return q;
}

str arena_str(arena *a, str s) { return (str){arena_cstr(a, s), s.n}; }

str arena_printf(arena *a, const char *fmt, ...) {
  va_list ap, again;
  va_start(ap, fmt);
  va_copy(again, ap);
  int n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  if (n < 0) n = 0;
  char *q = arena_alloc_aligned(a, (size_t)n + 1, 1);
  vsnprintf(q, (size_t)n + 1, fmt, again);
  va_end(again);
  return (str){q, (size_t)n};
}

void *arena_grow(arena *a, void *old, size_t n, size_t *cap, size_t elem_size) {
  if (n < *cap) return old;
  *cap = *cap ? *cap * 2 : 8;
  void *v = arena_alloc(a, *cap * elem_size);
  if (n) memcpy(v, old, n * elem_size);
  return v;
}
