/* parser.c -- the walk of the rule trie from each start, right to left. */
#include "recognize/parser.h"
#include "recognize/values.h"

/* Bounds of the work. */
enum {
  EDGES_PER_START = 400,
  STEPS_PER_START = 2000,
  STEPS_PER_TOKEN = 100,  /* average over the text, */
  STEPS_PER_TEXT = 16000, /* and what a short text has besides: one long number in characters takes 10,000 */
  MAX_SPAN = 40           /* tokens below one edge */
};

/* Slots for the edges of one start: terminals and EDGES_PER_START others, at most half full. */
enum { SEEN_SLOTS = 1024, SEEN_TERMINALS = SEEN_SLOTS / 2 - EDGES_PER_START };

/* State of the walk from one start. */
typedef struct walk {
  chart *ch;
  uint32_t start, edges_left, steps_left;
  uint32_t looked; /* edges looked at without a step: eight of them cost one */
  uint32_t path[CHART_MAX_CHILDREN];
  uint32_t open[MAX_SPAN + 1]; /* edges that wait, by the length of their span */
  uint32_t seen[SEEN_SLOTS];   /* hash of the edges of this start */
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
    e = chart_add_edge(ch, r->symbol, w->start, end);
    *slot = ch->edge_count - 1;
    open_edge(w, *slot);
  }
  e->accept = accept;
  e->first_child = chart_add_children(ch, w->path, depth);
  e->child_count = (uint8_t)depth;
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
    if (!(n->bloom >> (e->symbol & 63) & 1) || e->end - w->start > MAX_SPAN) continue;
    if (!w->steps_left) return;
    w->steps_left--;
    follow_steps(w, find_step(ch->c, n, e->symbol), stop, depth, id);
  }
}

/* Puts an edge in line for the rules: by the length of its span. */
static void open_edge(walk *w, uint32_t id) {
  edge *e = &w->ch->edges[id];
  uint32_t span = MIN_OF(e->end - e->start, (uint32_t)MAX_SPAN);
  e->next_open = w->open[span];
  w->open[span] = id;
}

/* The next edge to offer to the rules: shorter spans first, and of one span the symbols that others are
 * made of by a rule of one symbol: an edge is final (best rule chosen) before another builds on it. */
static uint32_t next_open_edge(walk *w) {
  chart *ch = w->ch;
  for (uint32_t span = 1; span <= MAX_SPAN; span++) {
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

void parser_run(chart *ch) {
  size_t budget = (size_t)ch->tok_count * STEPS_PER_TOKEN + STEPS_PER_TEXT;
  for (uint32_t start = ch->tok_count; start-- > 0;) {
    if (ch->first[start] == NO_EDGE) continue;
    uint32_t steps = (uint32_t)MIN_OF(budget, (size_t)STEPS_PER_START);
    walk w = {.ch = ch, .start = start, .edges_left = EDGES_PER_START, .steps_left = steps};
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
