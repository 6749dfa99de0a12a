#include "base/hash.h"
#include "base/map.h"
#include "recognize/list.h"
#include "recognize/list_block.h"

/* synonyms --tokenize--> id sequences --sort--> trie, cut level by level from the sorted
 * sequences --> suffix links --> block. Everything is a flat array, so two million synonyms cost
 * little more than the finished block. */

typedef struct sequence {
  uint32_t begin, n; /* of builder.ids */
  uint32_t value, language;
} sequence;

typedef VEC(sequence) sequence_vec;
typedef VEC(list_output) output_vec;

typedef struct builder {
  strmap vocab; /* token -> id, by first appearance */
  arena names;  /* keys of vocab */
  u32_vec ids;
  sequence_vec seqs;
  /* The sections, see list_block.h; lo and hi are the range of seqs below each state. */
  u32_vec lo, hi, child_begin, label, fail, next_hit, depth, output_begin, root_child;
  output_vec outputs;
} builder;

static void add_entry(builder *b, const list_entry *entry, arena *scratch) {
  tokens t;
  arena_reset(scratch);
  tokenize(entry->synonym, scratch, &t);
  if (!t.n) return;
  sequence s = {(uint32_t)b->ids.n, (uint32_t)t.n, entry->value, entry->language};
  for (size_t i = 0; i < t.n; i++) {
    str norm = t.v[i].norm;
    const uint32_t *known = strmap_get(&b->vocab, norm);
    uint32_t id = known ? *known : (uint32_t)b->vocab.n;
    if (!known) strmap_put(&b->vocab, arena_str(&b->names, norm), id, NULL);
    VEC_PUSH(&b->ids, id);
  }
  VEC_PUSH(&b->seqs, s);
}

static int compare_u32(uint32_t a, uint32_t b) {
  return (a > b) - (a < b);
}

/* By tokens, a prefix before what it begins; then by value, language. */
static int compare_sequences(const void *x, const void *y, void *ids) {
  const sequence *a = x, *b = y;
  const uint32_t *p = (const uint32_t *)ids + a->begin, *q = (const uint32_t *)ids + b->begin;
  for (uint32_t i = 0; i < a->n && i < b->n; i++)
    if (p[i] != q[i]) return compare_u32(p[i], q[i]);
  int c = compare_u32(a->n, b->n);
  if (!c) c = compare_u32(a->value, b->value);
  return c ? c : compare_u32(a->language, b->language);
}

static void sort_sequences(builder *b) {
  if (b->seqs.n < 2) return;
  qsort_r(b->seqs.p, b->seqs.n, sizeof *b->seqs.p, compare_sequences, b->ids.p);
  size_t kept = 1;
  for (size_t i = 1; i < b->seqs.n; i++)
    if (compare_sequences(&b->seqs.p[i], &b->seqs.p[kept - 1], b->ids.p) != 0) b->seqs.p[kept++] = b->seqs.p[i];
  b->seqs.n = kept;
}

static void add_state(builder *b, uint32_t lo, uint32_t hi, uint32_t id, uint32_t depth) {
  VEC_PUSH(&b->lo, lo);
  VEC_PUSH(&b->hi, hi);
  VEC_PUSH(&b->label, id);
  VEC_PUSH(&b->depth, depth);
}

/* Sequences that end at state s come first in its range: they are its outputs. The rest, grouped by
 * their next token, are its children, which queue up behind the states that there are. */
static void expand_state(builder *b, uint32_t s) {
  uint32_t i = b->lo.p[s], end = b->hi.p[s], depth = b->depth.p[s];
  VEC_PUSH(&b->output_begin, (uint32_t)b->outputs.n);
  for (; i < end && b->seqs.p[i].n == depth; i++) {
    list_output o = {b->seqs.p[i].value, b->seqs.p[i].language};
    VEC_PUSH(&b->outputs, o);
  }
  VEC_PUSH(&b->child_begin, (uint32_t)b->label.n);
  while (i < end) {
    uint32_t first = i, id = b->ids.p[b->seqs.p[i].begin + depth];
    while (i < end && b->ids.p[b->seqs.p[i].begin + depth] == id) i++;
    add_state(b, first, i, id, depth + 1);
  }
}

static void build_trie(builder *b) {
  add_state(b, 0, (uint32_t)b->seqs.n, 0, 0);
  for (uint32_t s = 0; s < b->label.n; s++) expand_state(b, s);
  VEC_PUSH(&b->child_begin, (uint32_t)b->label.n);
  VEC_PUSH(&b->output_begin, (uint32_t)b->outputs.n);
  for (size_t i = 0; i < b->vocab.n; i++) VEC_PUSH(&b->root_child, 0);
  for (uint32_t c = b->child_begin.p[0]; c < b->child_begin.p[1]; c++) b->root_child.p[b->label.p[c]] = c;
}

/* fail(s) = child of the nearest state along fail(parent) that has one by the same token. Parents
 * and suffixes come before s in breadth-first order. */
static void link_suffixes(builder *b) {
  list_view v = {.root_child = b->root_child.p, .child_begin = b->child_begin.p, .label = b->label.p};
  VEC_PUSH(&b->fail, 0);
  VEC_PUSH(&b->next_hit, 0);
  for (uint32_t parent = 0; parent < b->label.n; parent++)
    for (uint32_t s = b->child_begin.p[parent]; s < b->child_begin.p[parent + 1]; s++) {
      uint32_t id = b->label.p[s], suffix = 0;
      for (uint32_t at = parent; at && !suffix;) {
        at = b->fail.p[at];
        suffix = list__child(&v, at, id);
      }
      bool hit = b->output_begin.p[suffix] < b->output_begin.p[suffix + 1];
      VEC_PUSH(&b->fail, suffix);
      VEC_PUSH(&b->next_hit, hit ? suffix : b->next_hit.p[suffix]);
    }
}

static void add_u32s(buf *out, const u32_vec *v) {
  buf_add(out, v->p, v->n * sizeof *v->p);
}

static void write_vocab(const builder *b, uint32_t slot_count, buf *out) {
  u32_vec begin = {0};
  uint32_t at = 0, *slots = mem_zalloc(slot_count, sizeof *slots);
  for (size_t i = 0; i < b->vocab.n; i++) {
    str key = b->vocab.entries[i].key;
    uint32_t slot = (uint32_t)hash64(key.p, key.n, 0) & (slot_count - 1);
    while (slots[slot]) slot = (slot + 1) & (slot_count - 1);
    slots[slot] = (uint32_t)i + 1;
    VEC_PUSH(&begin, at);
    at += (uint32_t)key.n;
  }
  VEC_PUSH(&begin, at);
  buf_add(out, slots, slot_count * sizeof *slots);
  add_u32s(out, &begin);
  free(slots);
  VEC_FREE(&begin);
}

static void write_block(const builder *b, uint32_t text_bytes, buf *out) {
  size_t start = out->n;
  uint32_t slot_count = 16;
  while (slot_count < b->vocab.n * 2) slot_count *= 2;
  list_header h = {.magic = LIST_MAGIC,
                   .version = LIST_VERSION,
                   .slot_count = slot_count,
                   .token_count = (uint32_t)b->vocab.n,
                   .state_count = (uint32_t)b->label.n,
                   .output_count = (uint32_t)b->outputs.n,
                   .text_bytes = text_bytes};
  buf_add(out, &h, sizeof h);
  write_vocab(b, slot_count, out);
  add_u32s(out, &b->root_child);
  add_u32s(out, &b->child_begin);
  add_u32s(out, &b->label);
  add_u32s(out, &b->fail);
  add_u32s(out, &b->next_hit);
  add_u32s(out, &b->depth);
  add_u32s(out, &b->output_begin);
  buf_add(out, b->outputs.p, b->outputs.n * sizeof *b->outputs.p);
  for (size_t i = 0; i < b->vocab.n; i++) buf_add_str(out, b->vocab.entries[i].key);
  while ((out->n - start) % 16) buf_add_byte(out, 0);
}

static void builder_fini(builder *b) {
  u32_vec *arrays[] = {&b->ids,  &b->lo,       &b->hi,    &b->child_begin,  &b->label,
                       &b->fail, &b->next_hit, &b->depth, &b->output_begin, &b->root_child};
  for (size_t i = 0; i < ARRAY_LEN(arrays); i++) VEC_FREE(arrays[i]);
  VEC_FREE(&b->seqs);
  VEC_FREE(&b->outputs);
  strmap_fini(&b->vocab);
  arena_fini(&b->names);
}

static err_code too_large(err *e, uint64_t bytes) {
  return err_set(e, ERR_TOO_LARGE, "the synonyms of the lists are too large: %llu bytes", (unsigned long long)bytes);
}

static void build(builder *b, uint32_t text_bytes, buf *out) {
  sort_sequences(b);
  build_trie(b);
  link_suffixes(b);
  write_block(b, text_bytes, out);
}

err_code list_build(const list_entry *entries, size_t n, buf *out, err *e) {
  enum { MAX_BYTES = 1 << 30 }; /* tokens and states are no more than bytes, so u32 counts them */
  uint64_t bytes = 0, text_bytes = 0;
  for (size_t i = 0; i < n; i++) bytes += entries[i].synonym.n;
  if (bytes > MAX_BYTES) return too_large(e, bytes);
  builder b = {0};
  arena scratch;
  arena_init(&scratch, 0);
  arena_init(&b.names, 0);
  strmap_init(&b.vocab);
  for (size_t i = 0; i < n; i++) add_entry(&b, &entries[i], &scratch);
  arena_fini(&scratch);
  for (size_t i = 0; i < b.vocab.n; i++) text_bytes += b.vocab.entries[i].key.n;
  err_code rc = ERR_OK;
  if (text_bytes <= UINT32_MAX)
    build(&b, (uint32_t)text_bytes, out);
  else
    rc = too_large(e, text_bytes);
  builder_fini(&b);
  return rc;
}
