#include "model/luis_spans.h"

#include <stdlib.h>

static void *room(void *v, size_t n, size_t *cap, size_t size, arena *a) {
  if (n < *cap) return v;
  *cap = 2 * *cap + 16;
  void *wider = arena_alloc(a, *cap * size);
  if (n) memcpy(wider, v, n * size);
  return wider;
}

/* ---- Order ---- */

/* By where, then node, then as they came. */
typedef struct place {
  uint64_t where; /* begin in the upper half, shorter in the lower */
  uint32_t node, index;
} place;

static int by_place(const void *pa, const void *pb) {
  const place *a = pa, *b = pb;
  if (a->where != b->where) return a->where < b->where ? -1 : 1;
  if (a->node != b->node) return a->node < b->node ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

static place span_place(const luis_span *s, size_t index) {
  return (place){(uint64_t)s->begin_bytes << 32 | (UINT32_MAX - s->end_bytes), s->node, (uint32_t)index};
}

static place mark_place(const luis_mark *m, size_t index) {
  return (place){(uint64_t)m->first_token << 32 | (UINT32_MAX - m->token_count), 0, (uint32_t)index};
}

/* The n elements of v in the order of their places; v itself when that is how they stand. */
static void *in_order(void *v, size_t n, size_t size, place *p, arena *a) {
  size_t i = 1;
  while (i < n && by_place(&p[i - 1], &p[i]) < 0) i++;
  if (i >= n) return v;
  qsort(p, n, sizeof *p, by_place);
  char *sorted = arena_alloc(a, n * size);
  for (i = 0; i < n; i++) memcpy(sorted + i * size, (const char *)v + p[i].index * size, size);
  return sorted;
}

/* Of n sorted elements the first whose number at byte `field` is at least so much. */
static size_t first_from(const void *v, size_t n, size_t size, size_t field, uint32_t least) {
  size_t low = 0, high = n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    uint32_t number;
    memcpy(&number, (const char *)v + mid * size + field, sizeof number);
    if (number < least)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

/* ---- Spans ---- */

void luis_spans_add(luis_spans *s, luis_span x) {
  s->v = room(s->v, s->n, &s->cap, sizeof *s->v, s->a);
  s->v[s->n++] = x;
  s->longest_bytes = MAX_OF(s->longest_bytes, x.end_bytes - x.begin_bytes);
}

void luis_spans_sort(luis_spans *s) {
  place *p = arena_alloc(s->a, (s->n + 1) * sizeof *p);
  for (size_t i = 0; i < s->n; i++) p[i] = span_place(&s->v[i], i);
  luis_span *sorted = in_order(s->v, s->n, sizeof *s->v, p, s->a);
  if (sorted != s->v) s->cap = s->n;
  s->v = sorted;
}

size_t luis_spans_at(const luis_spans *s, uint32_t byte) {
  return first_from(s->v, s->n, sizeof *s->v, offsetof(luis_span, begin_bytes), byte);
}

size_t luis_spans_from(const luis_spans *s, uint32_t byte) {
  return luis_spans_at(s, byte > s->longest_bytes ? byte - s->longest_bytes : 0);
}

void luis_span_tokens(luis_span *s, const tokens *t) {
  /* From the first token that ends behind the begin. */
  size_t at = first_from(t->v, t->n, sizeof *t->v, offsetof(token, end_bytes), s->begin_bytes + 1);
  uint32_t first = (uint32_t)at, end = first;
  while (end < t->n && t->v[end].begin_bytes < s->end_bytes) end++;
  s->first_token = first;
  s->token_count = end - first;
}

/* ---- Marks ---- */

void luis_marks_add(luis_marks *m, luis_mark x) {
  m->v = room(m->v, m->n, &m->cap, sizeof *m->v, m->a);
  m->v[m->n++] = x;
  m->longest_tokens = MAX_OF(m->longest_tokens, x.token_count);
}

void luis_marks_sort(luis_marks *m) {
  place *p = arena_alloc(m->a, (m->n + 1) * sizeof *p);
  for (size_t i = 0; i < m->n; i++) p[i] = mark_place(&m->v[i], i);
  luis_mark *sorted = in_order(m->v, m->n, sizeof *m->v, p, m->a);
  if (sorted != m->v) m->cap = m->n;
  m->v = sorted;
}

size_t luis_marks_at(const luis_marks *m, uint32_t first_token) {
  return first_from(m->v, m->n, sizeof *m->v, offsetof(luis_mark, first_token), first_token);
}

size_t luis_marks_from(const luis_marks *m, uint32_t first_token) {
  return luis_marks_at(m, first_token > m->longest_tokens ? first_token - m->longest_tokens : 0);
}

void luis_marks_of_spans(const luis_spans *s, size_t from, luis_marks *out) {
  for (size_t i = from; i < s->n; i++)
    if (s->v[i].token_count)
      luis_marks_add(
          out,
          (luis_mark){.signal = s->v[i].node, .first_token = s->v[i].first_token, .token_count = s->v[i].token_count});
}
