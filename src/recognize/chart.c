#include "recognize/chart.h"

enum { FIRST_CAP = 256 }; /* edges: enough for most sentences */

void chart_init(chart *ch, const culture *c, const folded_text *f, uint32_t groups, uint32_t switches, arena *a) {
  *ch = (chart){.c = c, .f = f, .a = a, .groups = groups, .switches = switches};
  if (c->day_first) ch->switches |= SW_dayfirst;
}

void chart_set_tokens(chart *ch, tok *toks, uint32_t n) {
  ch->toks = toks;
  ch->tok_count = n;
  ch->first = arena_alloc(ch->a, (n + 1) * sizeof(uint32_t));
  memset(ch->first, 0xFF, (n + 1) * sizeof(uint32_t));
  ch->bloom = ARENA_ARRAY(ch->a, uint64_t, n + 1);
  ch->edge_cap = ch->child_cap = FIRST_CAP;
  ch->edges = arena_alloc(ch->a, FIRST_CAP * sizeof(edge));
  ch->children = arena_alloc(ch->a, FIRST_CAP * sizeof(uint32_t));
}

uint32_t chart_find(const chart *ch, uint16_t symbol, uint32_t start, uint32_t end) {
  if (!(ch->bloom[start] >> (symbol & 63) & 1)) return NO_EDGE;
  for (uint32_t i = ch->first[start]; i != NO_EDGE; i = ch->edges[i].next)
    if (ch->edges[i].symbol == symbol && ch->edges[i].end == end) return i;
  return NO_EDGE;
}

str chart_text(const chart *ch, uint32_t start, uint32_t end) {
  if (start >= end) return STR_NONE;
  uint32_t b = ch->toks[start].begin;
  return str_make(ch->f->text.p + b, ch->toks[end - 1].end - b);
}

edge *chart_add_edge(chart *ch, uint16_t symbol, uint32_t start, uint32_t end) {
  ch->edges = arena_grow(ch->a, ch->edges, ch->edge_count, &ch->edge_cap, sizeof(edge));
  uint32_t id = ch->edge_count++;
  edge *e = &ch->edges[id];
  *e = (edge){.symbol = symbol, .start = start, .end = end, .accept = TERMINAL, .next = ch->first[start]};
  ch->first[start] = id;
  ch->bloom[start] |= UINT64_C(1) << (symbol & 63);
  return e;
}

void chart_add_terminal(chart *ch, uint16_t symbol, uint32_t start, uint32_t end, double value) {
  if (chart_find(ch, symbol, start, end) == NO_EDGE) chart_add_edge(ch, symbol, start, end)->value = value;
}

uint32_t chart_add_children(chart *ch, const uint32_t *ids, uint32_t n) {
  uint32_t first = ch->child_count;
  for (uint32_t i = 0; i < n; i++) {
    ch->children = arena_grow(ch->a, ch->children, ch->child_count, &ch->child_cap, sizeof(uint32_t));
    ch->children[ch->child_count++] = ids[i];
  }
  return first;
}
