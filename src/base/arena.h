/* arena.h -- bump allocator: memory that lives as long as one request or one training step.
 *
 * Nothing in an arena is freed alone; arena_reset makes all of it reusable at once and keeps the
 * first block, so a per-thread arena stops calling malloc after warm-up. Unused memory is
 * poisoned under AddressSanitizer. An arena belongs to one thread at a time. */
#ifndef DRAGOMAN_BASE_ARENA_H
#define DRAGOMAN_BASE_ARENA_H

#include "base/base.h"
#include "base/str.h"

typedef struct arena_block arena_block;

typedef struct arena {
  arena_block *head;   /* newest block, allocations come from here */
  size_t block_bytes;  /* size of the next ordinary block */
  size_t total_bytes;  /* bytes of all blocks */
} arena;

/* first_bytes: size of the first block (0: 16 KiB); taken on first use. */
void arena_init(arena *a, size_t first_bytes);
void arena_fini(arena *a);
void arena_reset(arena *a);

/* n bytes aligned to 16 (arena_alloc_aligned: to align, a power of two <= 4096); contents
 * undefined; never NULL. arena_zalloc: n*size zero bytes. */
void *arena_alloc(arena *a, size_t n) __attribute__((returns_nonnull));
void *arena_alloc_aligned(arena *a, size_t n, size_t align) __attribute__((returns_nonnull));
void *arena_zalloc(arena *a, size_t n, size_t size) __attribute__((returns_nonnull));

/* Copies end with a NUL that .n does not count. */
str arena_str(arena *a, str s);
char *arena_cstr(arena *a, str s);
str arena_printf(arena *a, const char *fmt, ...) printf_like(2, 3);
void *arena_copy(arena *a, const void *p, size_t n);

/* Room for one more in an array of n elements: old while n < *cap, else a copy of twice the capacity (of 8 at first: old
 * NULL, *cap 0). The old one stays in the arena until it is reset. */
void *arena_grow(arena *a, void *old, size_t n, size_t *cap, size_t elem_size);

#define ARENA_NEW(a, T) ((T *)arena_zalloc((a), 1, sizeof(T)))
#define ARENA_ARRAY(a, T, n) ((T *)arena_zalloc((a), (n), sizeof(T)))

#endif
