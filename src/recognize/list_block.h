/* list_block.h -- layout of the list matcher's block. Shared inside recognize/.
 *
 * All numbers are little-endian u32, sections follow one another in the order of list_view:
 *
 *   header | slots | token_begin | root_child | child_begin | label | fail | next_hit | depth |
 *   output_begin | outputs | text, padded with zeros to 16 bytes
 *
 * States are numbered breadth first, 0 is the root. So the children of s are the states
 * child_begin[s] .. child_begin[s+1]-1, sorted by label, and fail, next_hit and parent of a state
 * have smaller numbers than it: every walk ends, whatever the bytes say, once list_open has
 * checked that. */
#ifndef DRAGOMAN_RECOGNIZE_LIST_BLOCK_H
#define DRAGOMAN_RECOGNIZE_LIST_BLOCK_H

#include "base/base.h"

enum { LIST_MAGIC = 0x4c545344 /* "DSTL" */, LIST_VERSION = 1 };

typedef struct list_header {
  uint32_t magic, version;
  uint32_t slot_count;   /* power of two, > token_count */
  uint32_t token_count;  /* V */
  uint32_t state_count;  /* S >= 1 */
  uint32_t output_count; /* O */
  uint32_t text_bytes;   /* of all tokens */
  uint32_t reserved;     /* 0 */
} list_header;

typedef struct list_output {
  uint32_t value, language;
} list_output;

typedef struct list_view {
  const list_header *h;
  const uint32_t *slots;        /* [slot_count] token + 1 at hash64(token, 0) and on; 0 = empty */
  const uint32_t *token_begin;  /* [V + 1] bytes of text */
  const uint32_t *root_child;   /* [V] child of the root by token, 0 = none */
  const uint32_t *child_begin;  /* [S + 1] */
  const uint32_t *label;        /* [S] token of the edge into the state */
  const uint32_t *fail;         /* [S] longest proper suffix that is a state */
  const uint32_t *next_hit;     /* [S] nearest state along fail that has outputs, 0 = none */
  const uint32_t *depth;        /* [S] tokens from the root */
  const uint32_t *output_begin; /* [S + 1] */
  const list_output *outputs;   /* [O] by value, language */
  const char *text;
} list_view;

/* Places the sections; returns the length of the whole block for that header. */
static inline uint64_t list__layout(const uint8_t *block, list_view *v) {
  const list_header *h = (const list_header *)(const void *)block;
  uint64_t at = sizeof *h, vocab = h->token_count, states = h->state_count;
  v->h = h;
#define SECTION(field, count)                                                                                          \
  v->field = (const void *)(block + at);                                                                               \
  at += (count) * sizeof *v->field
  SECTION(slots, (uint64_t)h->slot_count);
  SECTION(token_begin, vocab + 1);
  SECTION(root_child, vocab);
  SECTION(child_begin, states + 1);
  SECTION(label, states);
  SECTION(fail, states);
  SECTION(next_hit, states);
  SECTION(depth, states);
  SECTION(output_begin, states + 1);
  SECTION(outputs, (uint64_t)h->output_count);
  SECTION(text, (uint64_t)h->text_bytes);
#undef SECTION
  return (at + 15) & ~(uint64_t)15;
}

/* Child of s by token id, 0 when there is none. */
static inline uint32_t list__child(const list_view *v, uint32_t s, uint32_t id) {
  if (s == 0) return v->root_child[id];
  uint32_t lo = v->child_begin[s], end = v->child_begin[s + 1], hi = end;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (v->label[mid] < id)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < end && v->label[lo] == id ? lo : 0;
}

#endif
