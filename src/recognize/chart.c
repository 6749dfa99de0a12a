#include "recognize/chart.h"
#include <math.h>

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

static void *grow(arena *a, void *old, uint32_t n, uint32_t *cap, size_t size) {
  uint32_t bigger = *cap ? *cap * 2 : 256;
  void *p = arena_alloc(a, bigger * size);
  if (n) memcpy(p, old, n * size);
  *cap = bigger;
  return p;
}

static edge *new_edge(chart *ch, uint16_t symbol, uint32_t start, uint32_t end) {
  if (ch->edge_count == ch->edge_cap) ch->edges = grow(ch->a, ch->edges, ch->edge_count, &ch->edge_cap, sizeof(edge));
  uint32_t id = ch->edge_count++;
  edge *e = &ch->edges[id];
  *e = (edge){.symbol = symbol, .start = start, .end = end, .accept = TERMINAL, .next = ch->first[start]};
  ch->first[start] = id;
  ch->bloom[start] |= UINT64_C(1) << (symbol & 63);
  return e;
}

void chart_add_terminal(chart *ch, uint16_t symbol, uint32_t start, uint32_t end, double value) {
  if (chart_find(ch, symbol, start, end) == NO_EDGE) new_edge(ch, symbol, start, end)->value = value;
}

/* Slots for the edges of one start: terminals and CHART_EDGES_PER_START others, at most half full. */
enum { SEEN_SLOTS = 1024, SEEN_TERMINALS = SEEN_SLOTS / 2 - CHART_EDGES_PER_START };

/* State of the walk from one start. */
typedef struct walk {
  chart *ch;
  uint32_t start, edges_left, steps_left;
  uint32_t looked; /* edges looked at without a step: eight of them cost one */
  uint32_t path[CHART_MAX_CHILDREN];
  uint32_t open[CHART_MAX_SPAN + 1]; /* edges that wait, by the length of their span */
  uint32_t seen[SEEN_SLOTS];         /* hash of the edges of this start */
} walk;

/* Slot of the edge of this start with that symbol and end, or the free one where it belongs. */
static uint32_t *seen_slot(walk *w, uint16_t symbol, uint32_t end) {
  uint32_t at = (symbol * 31u + (end - w->start) * 97u) & (SEEN_SLOTS - 1);
  for (; w->seen[at] != NO_EDGE; at = (at + 1) & (SEEN_SLOTS - 1)) {
    const edge *e = &w->ch->edges[w->seen[at]];
    if (e->symbol == symbol && e->end == end) break;
  }
  return &w->seen[at];
}

static void open_edge(walk *w, uint32_t id);

static bool has_terminal_ending(const chart *ch, uint16_t symbol, uint32_t end) {
  for (uint32_t back = 1; back <= 3 && back <= end; back++) {
    uint32_t id = chart_find(ch, symbol, end - back, end);
    if (id != NO_EDGE && ch->edges[id].accept == TERMINAL) return true;
  }
  return false;
}

static bool has_terminal_starting(const chart *ch, uint16_t symbol, uint32_t start) {
  if (!(ch->bloom[start] >> (symbol & 63) & 1)) return false;
  for (uint32_t i = ch->first[start]; i != NO_EDGE; i = ch->edges[i].next)
    if (ch->edges[i].symbol == symbol) return true;
  return false;
}

static bool context_allows(const chart *ch, const gr_accept *r, uint32_t start, uint32_t end) {
  if (r->not_before && has_terminal_ending(ch, r->not_before, start)) return false;
  if (r->only_after && !has_terminal_ending(ch, r->only_after, start)) return false;
  if (end == ch->tok_count) return true;
  bool parted = ch->c->spaceless && ch->toks[end].space_before;
  if (r->only_before && !parted && !has_terminal_starting(ch, r->only_before, end)) return false;
  return !r->not_after || !has_terminal_starting(ch, r->not_after, end);
}

/* A rule matched path[0..depth) over [start, end). */
static void accept_rule(walk *w, uint32_t accept, uint32_t depth, uint32_t end) {
  chart *ch = w->ch;
  const gr_accept *r = &ch->c->accepts[accept];
  if (!(r->groups & ch->groups)) return;
  if ((r->need & ~ch->switches) || (r->unless & ch->switches)) return;
  if (!context_allows(ch, r, w->start, end)) return;
  uint32_t *slot = seen_slot(w, r->symbol, end), id = *slot, work = (end - w->start) / 4;
  w->steps_left -= MIN_OF(work, w->steps_left); /* values of long spans take longer */
  edge *e;
  if (id != NO_EDGE) {
    e = &ch->edges[id];
    /* The rule written first wins, of one rule the longer first child; an edge already built upon stays as it is. */
    if (e->accept == TERMINAL || e->done || ch->c->accepts[e->accept].priority < r->priority) return;
  } else {
    if (!w->edges_left) return;
    w->edges_left--;
    e = new_edge(ch, r->symbol, w->start, end);
    *slot = ch->edge_count - 1;
    open_edge(w, *slot);
  }
  while (ch->child_count + depth > ch->child_cap)
    ch->children = grow(ch->a, ch->children, ch->child_count, &ch->child_cap, sizeof(uint32_t));
  memcpy(ch->children + ch->child_count, w->path, depth * sizeof(uint32_t));
  e->accept = accept;
  e->first_child = ch->child_count;
  e->child_count = (uint8_t)depth;
  ch->child_count += depth;
  e->value = value_of_rule(ch, r, w->path, depth);
}

static bool gap_allows(const chart *ch, uint8_t gap, uint32_t at) {
  if (gap == GAP_ANY) return true;
  return ch->toks[at].space_before == (gap == GAP_SPACE);
}

static bool guard_allows(const culture *c, uint8_t guard, double value) {
  return !guard || (value >= c->guards[guard].lo && value <= c->guards[guard].hi);
}

/* First step of a node with that symbol, or its end. */
static uint32_t find_step(const culture *c, const gr_node *n, uint16_t symbol) {
  uint32_t lo = n->first_child, hi = lo + n->child_count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (c->steps[mid].symbol < symbol)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

static void walk_node(walk *w, uint32_t node, uint32_t depth, uint32_t at);

static void follow_steps(walk *w, uint32_t from, uint32_t to, uint32_t depth, uint32_t id) {
  chart *ch = w->ch;
  for (uint32_t s = from; s < to; s++) {
    const gr_step *step = &ch->c->steps[s];
    const edge *e = &ch->edges[id];
    if (step->symbol != e->symbol) return;
    if (!guard_allows(ch->c, step->guard, e->value)) continue;
    if (depth && !gap_allows(ch, step->gap, e->start)) continue;
    w->path[depth] = id;
    walk_node(w, step->node, depth + 1, e->end);
  }
}

/* Everything that continues the walk at node, whose symbols end at token at. */
static void walk_node(walk *w, uint32_t node, uint32_t depth, uint32_t at) {
  chart *ch = w->ch;
  const gr_node *n = &ch->c->nodes[node];
  if (!(n->groups & ch->groups)) return;
  for (uint32_t i = 0; i < n->accept_count; i++) accept_rule(w, n->first_accept + i, depth, at);
  if (!n->child_count || depth == CHART_MAX_CHILDREN || at >= ch->tok_count) return;
  if (!(n->bloom & ch->bloom[at])) return;
  uint32_t stop = n->first_child + n->child_count;
  for (uint32_t id = ch->first[at]; id != NO_EDGE; id = ch->edges[id].next) {
    const edge *e = &ch->edges[id];
    if (++w->looked % 8 == 0 && w->steps_left) w->steps_left--;
    if (!(n->bloom >> (e->symbol & 63) & 1) || e->end - w->start > CHART_MAX_SPAN) continue;
    if (!w->steps_left) return;
    w->steps_left--;
    follow_steps(w, find_step(ch->c, n, e->symbol), stop, depth, id);
  }
}

/* Puts an edge in line for the rules: by the length of its span. */
static void open_edge(walk *w, uint32_t id) {
  edge *e = &w->ch->edges[id];
  uint32_t span = MIN_OF(e->end - e->start, (uint32_t)CHART_MAX_SPAN);
  e->next_open = w->open[span];
  w->open[span] = id;
}

/* The next edge to offer to the rules: shorter spans first, and of one span the symbols that others are
 * made of by a rule of one symbol: an edge is final (best rule chosen) before another builds on it. */
static uint32_t next_open_edge(walk *w) {
  chart *ch = w->ch;
  for (uint32_t span = 1; span <= CHART_MAX_SPAN; span++) {
    if (w->open[span] == NO_EDGE) continue;
    uint32_t best = w->open[span], *link = &w->open[span], *best_link = link;
    for (uint32_t id = *link; id != NO_EDGE; link = &ch->edges[id].next_open, id = *link) {
      uint8_t rank = ch->c->symbol_rank[ch->edges[id].symbol], least = ch->c->symbol_rank[ch->edges[best].symbol];
      if (rank < least || (rank == least && id <= best)) best = id, best_link = link;
    }
    *best_link = ch->edges[best].next_open;
    return best;
  }
  return NO_EDGE;
}

static void parse(chart *ch) {
  size_t budget = (size_t)ch->tok_count * CHART_STEPS_PER_TOKEN + CHART_STEPS_PER_TEXT;
  for (uint32_t start = ch->tok_count; start-- > 0;) {
    if (ch->first[start] == NO_EDGE) continue;
    uint32_t steps = (uint32_t)MIN_OF(budget, (size_t)CHART_STEPS_PER_START);
    walk w = {.ch = ch, .start = start, .edges_left = CHART_EDGES_PER_START, .steps_left = steps};
    memset(w.open, 0xFF, sizeof w.open);
    memset(w.seen, 0xFF, sizeof w.seen);
    uint32_t terminals = 0;
    for (uint32_t id = ch->first[start]; id != NO_EDGE; id = ch->edges[id].next) {
      open_edge(&w, id);
      if (terminals++ < SEEN_TERMINALS) *seen_slot(&w, ch->edges[id].symbol, ch->edges[id].end) = id;
    }
    for (uint32_t id; (id = next_open_edge(&w)) != NO_EDGE;) {
      ch->edges[id].done = true;
      uint16_t symbol = ch->edges[id].symbol;
      follow_steps(&w, ch->c->root_steps[symbol], ch->c->root_steps[symbol + 1], 0, id);
    }
    budget -= steps - w.steps_left;
  }
}

void chart_build(chart *ch, const culture *c, const folded_text *f, uint32_t groups, uint32_t switches, arena *a) {
  *ch = (chart){.c = c, .f = f, .a = a, .groups = groups, .switches = switches};
  if (c->day_first) ch->switches |= SW_dayfirst;
  lexer_run(ch);
  parse(ch);
}
