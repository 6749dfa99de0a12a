#include "model/vocab.h"

#include <stdlib.h>

static void builder_grow(vocab_builder *b) {
  size_t want = b->slot_count ? b->slot_count * 2 : 1024;
  free(b->slots);
  b->slots = mem_zalloc(want, sizeof *b->slots);
  b->slot_count = want;
  for (size_t i = 0; i < b->keys.n; i++) {
    size_t at = b->keys.p[i] & (want - 1);
    while (b->slots[at]) at = (at + 1) & (want - 1);
    b->slots[at] = (uint32_t)i + 1;
  }
}

void vocab_builder_add(vocab_builder *b, uint64_t key) {
  if (b->keys.n * 2 >= b->slot_count) builder_grow(b);
  size_t at = key & (b->slot_count - 1);
  while (b->slots[at] && b->keys.p[b->slots[at] - 1] != key) at = (at + 1) & (b->slot_count - 1);
  if (b->slots[at]) {
    b->counts.p[b->slots[at] - 1]++;
    return;
  }
  VEC_PUSH(&b->keys, key);
  VEC_PUSH(&b->counts, 1u);
  b->slots[at] = (uint32_t)b->keys.n;
}

void vocab_builder_free(vocab_builder *b) {
  VEC_FREE(&b->keys);
  VEC_FREE(&b->counts);
  free(b->slots);
  *b = (vocab_builder){0};
}

/* Falling count in the upper half, rising index in the lower. */
static int by_rank(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

void vocab_build(const vocab_builder *b, uint32_t min_count, vocab_slot **slots, size_t *slot_count, uint32_t **counts,
                 uint32_t *n) {
  uint64_t *rank = mem_zalloc(b->keys.n + 1, sizeof *rank);
  uint32_t kept = 0;
  for (size_t i = 0; i < b->keys.n; i++)
    if (b->counts.p[i] >= min_count) rank[kept++] = (uint64_t)(UINT32_MAX - b->counts.p[i]) << 32 | i;
  qsort(rank, kept, sizeof *rank, by_rank);

  size_t size = 16;
  while (size < 2 * (size_t)kept) size *= 2;
  vocab_slot *table = mem_alloc(size * sizeof *table);
  for (size_t i = 0; i < size; i++) table[i] = (vocab_slot){.tag = 0, .id = VOCAB_NONE};
  *counts = mem_zalloc((size_t)kept + 1, sizeof **counts);
  for (uint32_t id = 0; id < kept; id++) {
    uint32_t index = (uint32_t)rank[id];
    uint64_t key = b->keys.p[index];
    size_t at = key & (size - 1);
    while (table[at].id != VOCAB_NONE) at = (at + 1) & (size - 1);
    table[at] = (vocab_slot){.tag = (uint32_t)(key >> 32), .id = id};
    (*counts)[id] = b->counts.p[index];
  }
  free(rank);
  *slots = table;
  *slot_count = size;
  *n = kept;
}
