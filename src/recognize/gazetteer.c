#include "recognize/gazetteer.h"

#include "base/vec.h"

enum { GAZ_MAX_TOKENS = 8 }; /* of one phrase; tools/gen_gazetteer.py checks it */

/* The tokens as the table spells them: one text, one blank where there was any. */
typedef struct spelling {
  char *text;
  uint32_t *begin, *end; /* [tokens] */
} spelling;

static spelling spell(const tokens *t, arena *a) {
  size_t bytes = 1;
  for (size_t i = 0; i < t->n; i++) bytes += t->v[i].bare.n + 1;
  spelling s = {arena_alloc(a, bytes), ARENA_ARRAY(a, uint32_t, t->n + 1), ARENA_ARRAY(a, uint32_t, t->n + 1)};
  uint32_t at = 0;
  for (size_t i = 0; i < t->n; i++) {
    str word = str_eq(t->v[i].bare, STR("’")) ? STR("'") : t->v[i].bare;
    if (i && t->v[i].space_before) s.text[at++] = ' ';
    s.begin[i] = at;
    if (word.n) memcpy(s.text + at, word.p, word.n);
    at += (uint32_t)word.n;
    s.end[i] = at;
  }
  return s;
}

/* FNV-1a, continued from h; the generator computes the same. */
static uint32_t hash_on(uint32_t h, const char *p, size_t n) {
  for (size_t i = 0; i < n; i++) h = (h ^ (uint8_t)p[i]) * 16777619u;
  return h;
}

static const gaz_phrase *find(uint32_t h, str s) {
  const gaz_table *g = &gazetteer;
  for (uint32_t slot = (h ^ h >> 15) & g->mask; g->slots[slot]; slot = (slot + 1) & g->mask) {
    const gaz_phrase *p = &g->phrases[g->slots[slot] - 1];
    if (p->length == s.n && memcmp(g->text + p->text, s.p, s.n) == 0) return p;
  }
  return NULL;
}

void gaz_scan_tokens(const tokens *t, arena *a, gaz_scan *out) {
  uint32_t n = (uint32_t)t->n, count = 0;
  spelling s = spell(t, a);
  out->hits = arena_alloc(a, ((size_t)n * GAZ_MAX_TOKENS + 1) * sizeof *out->hits);
  out->n = n;
  out->first = ARENA_ARRAY(a, uint32_t, n + 1);
  out->ends_with = ARENA_ARRAY(a, uint32_t, n + 1);
  for (uint32_t i = 0; i < n; i++) {
    out->first[i] = count;
    uint32_t h = 2166136261u, from = s.begin[i];
    bool accents = false;
    for (uint32_t j = i; j < n && j < i + GAZ_MAX_TOKENS; j++) {
      h = hash_on(h, s.text + from, s.end[j] - from);
      from = s.end[j];
      accents |= t->v[j].bare.p != t->v[j].norm.p;
      const gaz_phrase *p = find(h, str_make(s.text + s.begin[i], s.end[j] - s.begin[i]));
      if (!p) break;
      if ((p->sure | p->maybe) && (p->accented || !accents)) {
        out->hits[count++] = (gaz_hit){.begin = i, .end = j + 1, .sure = p->sure, .maybe = p->maybe};
        out->ends_with[j + 1] |= p->sure | p->maybe;
      }
      if (!p->has_longer) break;
    }
  }
  out->first[n] = count;
}

const gaz_hit *gaz_at(const gaz_scan *s, uint32_t i, uint32_t kinds) {
  if (i >= s->n) return NULL;
  for (uint32_t k = s->first[i + 1]; k > s->first[i]; k--)
    if ((s->hits[k - 1].sure | s->hits[k - 1].maybe) & kinds) return &s->hits[k - 1];
  return NULL;
}
