#include "recognize/list.h"

#include "base/hash.h"
#include "recognize/list_block.h"

#include <stdlib.h>

/* Aho and Corasick 1975, over token ids. */

static err_code corrupt(err *e, const char *what) {
  return err_set(e, ERR_CORRUPT, "the list matcher is damaged: %s", what);
}

static bool tokens_sound(const list_view *v) {
  const list_header *h = v->h;
  uint32_t used = 0;
  for (uint32_t i = 0; i < h->slot_count; i++) {
    if (v->slots[i] > h->token_count) return false;
    used += v->slots[i] != 0;
  }
  if (used == h->slot_count) return false; /* a search would not end */
  for (uint32_t i = 0; i < h->token_count; i++) {
    if (v->token_begin[i] > v->token_begin[i + 1]) return false;
    uint32_t child = v->root_child[i];
    if (child && (child >= v->child_begin[1] || v->label[child] != i)) return false;
  }
  return v->token_begin[h->token_count] <= h->text_bytes;
}

static bool states_sound(const list_view *v) {
  uint32_t states = v->h->state_count;
  if (v->child_begin[0] != 1 || v->child_begin[states] != states || v->depth[0] != 0) return false;
  if (v->output_begin[0] != 0 || v->output_begin[states] != v->h->output_count) return false;
  if (v->fail[0] || v->next_hit[0] || v->output_begin[1]) return false;
  for (uint32_t s = 0; s < states; s++) {
    if (v->output_begin[s] > v->output_begin[s + 1]) return false;
    uint32_t first = v->child_begin[s], end = v->child_begin[s + 1];
    if (first <= s || first > end || end > states) return false;
    for (uint32_t c = first; c < end; c++) {
      if (v->label[c] >= v->h->token_count || v->depth[c] != v->depth[s] + 1) return false;
      if (c > first && v->label[c] <= v->label[c - 1]) return false;
    }
    if (s == 0) continue;
    if (v->fail[s] >= s || v->depth[v->fail[s]] >= v->depth[s]) return false;
    if (v->next_hit[s] >= s || v->depth[v->next_hit[s]] >= v->depth[s]) return false;
  }
  return true;
}

err_code list_open(const uint8_t *block, size_t n, list_matcher *m, err *e) {
  list_view v;
  if (n < sizeof(list_header) || (uintptr_t)block % _Alignof(list_header) != 0)
    return corrupt(e, "the block is too short or not aligned");
  const list_header *h = (const list_header *)(const void *)block;
  if (h->magic != LIST_MAGIC || h->version != LIST_VERSION) return corrupt(e, "unknown magic or version");
  if (h->state_count == 0 || h->slot_count == 0 || (h->slot_count & (h->slot_count - 1)) != 0)
    return corrupt(e, "a count is not valid");
  if (list__layout(block, &v) != n) return corrupt(e, "the length does not match the counts");
  if (!states_sound(&v)) return corrupt(e, "a state is not valid");
  if (!tokens_sound(&v)) return corrupt(e, "a token is not valid");
  *m = (list_matcher){.block = block, .n = n};
  return ERR_OK;
}

/* UINT32_MAX when no synonym has the token. */
static uint32_t token_id(const list_view *v, str norm) {
  uint32_t mask = v->h->slot_count - 1;
  for (uint32_t slot = (uint32_t)hash64(norm.p, norm.n, 0) & mask; v->slots[slot]; slot = (slot + 1) & mask) {
    uint32_t id = v->slots[slot] - 1, begin = v->token_begin[id];
    if (str_eq(norm, str_make(v->text + begin, v->token_begin[id + 1] - begin))) return id;
  }
  return UINT32_MAX;
}

typedef struct matches {
  list_match *v;
  size_t n, cap;
  arena *a;
} matches;

static void push(matches *m, list_match x) {
  m->v = arena_grow(m->a, m->v, m->n, &m->cap, sizeof *m->v);
  m->v[m->n++] = x;
}

/* The outputs of state s and of all its suffixes; end is the token after the match. */
static void emit(const list_view *v, uint32_t s, uint32_t end, matches *out) {
  for (; s; s = v->next_hit[s])
    for (uint32_t i = v->output_begin[s]; i < v->output_begin[s + 1]; i++)
      push(out, (list_match){.first_token = end - v->depth[s],
                             .token_count = v->depth[s],
                             .value = v->outputs[i].value,
                             .language = v->outputs[i].language});
}

static int compare_u32(uint32_t a, uint32_t b) {
  return (a > b) - (a < b);
}

static int by_position(const void *a, const void *b) {
  const list_match *x = a, *y = b;
  int c = compare_u32(x->first_token, y->first_token);
  if (!c) c = compare_u32(y->token_count, x->token_count);
  if (!c) c = compare_u32(x->value, y->value);
  return c ? c : compare_u32(x->language, y->language);
}

void list_find(const list_matcher *m, const tokens *t, arena *a, list_match **out, size_t *n) {
  *out = NULL;
  *n = 0;
  if (!m->block) return;
  list_view v;
  (void)list__layout(m->block, &v); /* list_open has compared the length */
  matches found = {.a = a};
  uint32_t s = 0;
  for (size_t i = 0; i < t->n; i++) {
    uint32_t id = token_id(&v, t->v[i].norm), child = 0;
    if (id == UINT32_MAX) {
      s = 0;
      continue;
    }
    while (!(child = list__child(&v, s, id)) && s) s = v.fail[s];
    s = child;
    emit(&v, s, (uint32_t)i + 1, &found);
  }
  if (found.n > 1) qsort(found.v, found.n, sizeof *found.v, by_position);
  *out = found.v;
  *n = found.n;
}
