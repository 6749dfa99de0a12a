#include "recognize/models.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

recognized *found_add(found *out, recognize_model model, const char *type, uint32_t begin, uint32_t end) {
  out->v = arena_grow(out->a, out->v, out->n, &out->cap, sizeof *out->v);
  const folded_text *f = out->f;
  recognized *r = &out->v[out->n++];
  *r = (recognized){.model = model, .type = type, .text = str_make(f->text.p + begin, end - begin)};
  r->begin_bytes = folded_byte(f, begin);
  r->end_bytes = folded_byte(f, end);
  r->start_utf16 = folded_utf16(f, begin);
  r->end_utf16 = folded_utf16(f, end) - 1;
  return r;
}

recognized *found_add_edge(found *out, const chart *ch, recognize_model model, const char *type, const edge *e) {
  return found_add(out, model, type, ch->toks[e->start].begin, ch->toks[e->end - 1].end);
}

static attr *attr_new(arena *a, attr_list *l, const char *key, attr_kind kind) {
  enum { ATTRS = 12 };
  if (!l->v) l->v = ARENA_ARRAY(a, attr, ATTRS);
  if (l->n == ATTRS) return &l->v[ATTRS - 1];
  attr *x = &l->v[l->n++];
  x->key = key;
  x->kind = kind;
  return x;
}

void attr_add_str(arena *a, attr_list *l, const char *key, str v) {
  attr_new(a, l, key, ATTR_STR)->text = v;
}
void attr_add_num(arena *a, attr_list *l, const char *key, double v) {
  attr_new(a, l, key, ATTR_NUM)->number = v;
}
void attr_add_bool(arena *a, attr_list *l, const char *key, bool v) {
  attr_new(a, l, key, ATTR_BOOL)->number = v;
}
void attr_add_null(arena *a, attr_list *l, const char *key) {
  attr_new(a, l, key, ATTR_NULL);
}

/* Best candidate at a start, or NO_EDGE. */
static uint32_t best_at(const chart *ch, uint32_t start, const uint16_t *symbols, uint32_t n, uint64_t bloom,
                        edge_filter keep, void *context) {
  uint32_t best = NO_EDGE, best_rank = 0;
  if (!(ch->bloom[start] & bloom)) return best;
  for (uint32_t id = ch->first[start]; id != NO_EDGE; id = ch->edges[id].next) {
    const edge *e = &ch->edges[id];
    uint32_t rank = 0;
    while (rank < n && symbols[rank] != e->symbol) rank++;
    if (rank == n) continue;
    if (best != NO_EDGE) {
      uint32_t end = ch->edges[best].end;
      if (e->end < end || (e->end == end && rank >= best_rank)) continue;
    }
    if (keep && !keep(ch, e, context)) continue;
    best = id;
    best_rank = rank;
  }
  return best;
}

uint32_t select_edges(const chart *ch, const uint16_t *symbols, uint32_t n, edge_filter keep, void *context,
                      uint32_t **ids) {
  uint64_t bloom = 0;
  for (uint32_t i = 0; i < n; i++) bloom |= UINT64_C(1) << (symbols[i] & 63);
  uint32_t count = 0;
  *ids = NULL;
  for (uint32_t start = 0; start < ch->tok_count;) {
    uint32_t id = best_at(ch, start, symbols, n, bloom, keep, context);
    if (id == NO_EDGE) {
      start++;
      continue;
    }
    if (!*ids) *ids = arena_alloc(ch->a, (ch->tok_count - start) * sizeof(uint32_t));
    (*ids)[count++] = id;
    start = ch->edges[id].end;
  }
  return count;
}

/* "1e-07" and "1.5e+20" as .NET spells them: "1E-07", "1.5E+20". */
static str upper_exponent(arena *a, char *s) {
  for (char *p = s; *p; p++)
    if (*p == 'e') *p = 'E';
  return arena_str(a, str_of(s));
}

str format_number(arena *a, double v) {
  char s[64];
  snprintf(s, sizeof s, "%.15g", v);
  bool rounded = strchr(s, 'e') && strtod(s, NULL) == v; /* "3E+18" */
  if (v == floor(v) && fabs(v) < 9.2e18 && !rounded) return arena_printf(a, "%lld", (long long)v);
  if (fabs(v) >= 1e-5 && fabs(v) < 1e-4) { /* C switches to exponents earlier than .NET */
    snprintf(s, sizeof s, "%.19f", v);
    snprintf(s, sizeof s, "%.*f", 19, strtod(s, NULL));
    size_t n = strlen(s);
    while (s[n - 1] == '0') s[--n] = 0;
    return arena_str(a, str_of(s));
  }
  snprintf(s, sizeof s, "%.15g", v);
  return upper_exponent(a, s);
}

str format_value(const chart *ch, double v) {
  if (ch->c->value_mark == '.') return format_number(ch->a, v);
  char b[64];
  snprintf(b, sizeof b, "%.15g", v);
  for (char *p = b; *p; p++)
    if (*p == '.') *p = ch->c->value_mark;
  return upper_exponent(ch->a, b);
}
