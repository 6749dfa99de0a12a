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

/* Sorts; false when there was nothing to do. */
static bool sort_places(place *p, size_t n) {
  size_t i = 1;
  while (i < n && by_place(&p[i - 1], &p[i]) < 0) i++;
  if (i >= n) return false;
  qsort(p, n, sizeof *p, by_place);
  return true;
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
  if (!sort_places(p, s->n)) return;
  luis_span *sorted = arena_alloc(s->a, s->n * sizeof *sorted);
  for (size_t i = 0; i < s->n; i++) sorted[i] = s->v[p[i].index];
  s->v = sorted;
  s->cap = s->n;
}

size_t luis_spans_at(const luis_spans *s, uint32_t byte) {
  size_t low = 0, high = s->n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (s->v[mid].begin_bytes < byte)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

size_t luis_spans_from(const luis_spans *s, uint32_t byte) {
  return luis_spans_at(s, byte > s->longest_bytes ? byte - s->longest_bytes : 0);
}

/* First token that ends behind the byte. */
static uint32_t token_behind(const tokens *t, uint32_t byte) {
  size_t low = 0, high = t->n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (t->v[mid].end_bytes <= byte)
      low = mid + 1;
    else
      high = mid;
  }
  return (uint32_t)low;
}

void luis_span_tokens(luis_span *s, const tokens *t) {
  uint32_t first = token_behind(t, s->begin_bytes), end = first;
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
  if (!sort_places(p, m->n)) return;
  luis_mark *sorted = arena_alloc(m->a, m->n * sizeof *sorted);
  for (size_t i = 0; i < m->n; i++) sorted[i] = m->v[p[i].index];
  m->v = sorted;
  m->cap = m->n;
}

size_t luis_marks_at(const luis_marks *m, uint32_t first_token) {
  size_t low = 0, high = m->n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (m->v[mid].first_token < first_token)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
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
