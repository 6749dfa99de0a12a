#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(size_t n) {
  fprintf(stderr, "dragoman: out of memory allocating %zu bytes\n", n);
  abort();
}

void *mem_alloc(size_t n) {
  void *p = malloc(n ? n : 1);
  if (!p) out_of_memory(n);
  return p;
}

void *mem_zalloc(size_t n, size_t size) {
  void *p = calloc(n ? n : 1, size ? size : 1);
  if (!p) out_of_memory(n);
  return p;
}

void *mem_realloc(void *p, size_t n) {
  void *q = realloc(p, n ? n : 1);
  if (!q) out_of_memory(n);
  return q;
}

char *mem_strdup(const char *s) {
  size_t n = strlen(s) + 1;
  return memcpy(mem_alloc(n), s, n);
}

void *mem_try_alloc(size_t n, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(n, size, &bytes)) return NULL;
  return malloc(bytes ? bytes : 1);
}

void mem_grow(void **p, size_t *cap, size_t need, size_t elem_size) {
  if (need <= *cap) return;
  size_t want = *cap ? *cap : 8;
  while (want < need)
    if (__builtin_mul_overflow(want, (size_t)2, &want)) out_of_memory(need);
  size_t bytes;
  if (__builtin_mul_overflow(want, elem_size, &bytes)) out_of_memory(need);
  *p = mem_realloc(*p, bytes);
  *cap = want;
}
