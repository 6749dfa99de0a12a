/* vocab.h -- feature keys (64-bit hashes) to dense feature ids.
 *
 * A flat open-addressing table, stored in the model file and used where it is mapped. A slot keeps
 * the upper half of the key as its tag, the lower half places it. Keys that are not in the
 * vocabulary are told apart from those that are: the table is the "seen" bit of every feature (but
 * for a chance of about 2^-32 a look-up). */
#ifndef DRAGOMAN_MODEL_VOCAB_H
#define DRAGOMAN_MODEL_VOCAB_H

#include "base/vec.h"

#define VOCAB_NONE UINT32_MAX

typedef struct vocab_slot {
  uint32_t tag; /* upper half of the key */
  uint32_t id;  /* VOCAB_NONE: empty */
} vocab_slot;

/* Borrowed view. */
typedef struct vocab {
  const vocab_slot *slots; /* [slot_count] */
  size_t slot_count;       /* power of two, or 0 */
} vocab;

static inline void vocab_prefetch(const vocab *v, uint64_t key) {
  __builtin_prefetch(v->slots + (key & (v->slot_count - 1)));
}

/* Id of key, VOCAB_NONE when unknown. slot_count > 0. */
static inline uint32_t vocab_find(const vocab *v, uint64_t key) {
  size_t mask = v->slot_count - 1, at = key & mask;
  for (size_t step = 0; step <= mask; step++, at = (at + 1) & mask) {
    const vocab_slot *s = &v->slots[at];
    if (s->id == VOCAB_NONE || s->tag == (uint32_t)(key >> 32)) return s->id;
  }
  return VOCAB_NONE;
}

/* Counts keys in the order of their first appearance. Zero-initialise; vocab_builder_free. */
typedef struct vocab_builder {
  VEC(uint64_t) keys;
  u32_vec counts;  /* [keys.n] */
  uint32_t *slots; /* [slot_count] index + 1, 0 = empty */
  size_t slot_count;
} vocab_builder;

void vocab_builder_add(vocab_builder *b, uint64_t key);
void vocab_builder_free(vocab_builder *b);

/* Keeps the keys counted at least min_count times. Ids go by falling count (ties: first seen), so
 * that the weight rows used most lie together. *slots [*slot_count] and *counts [*n] by id are heap
 * memory of the caller. */
void vocab_build(const vocab_builder *b, uint32_t min_count, vocab_slot **slots, size_t *slot_count, uint32_t **counts,
                 uint32_t *n);

#endif
