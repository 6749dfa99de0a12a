/* chart.h -- tokens and the chart of everything the grammar can see in them.
 *
 *   folded text -> chart_init -> lexer_run: tokens, terminals -> parser_run: all other edges
 *
 * An edge is unique by (symbol, start, end). */
#ifndef DRAGOMAN_RECOGNIZE_CHART_H
#define DRAGOMAN_RECOGNIZE_CHART_H

#include "base/arena.h"
#include "recognize/grammar.h"
#include "recognize/text_fold.h"

enum { CHART_MAX_CHILDREN = 16 }; /* symbols in one right-hand side */

typedef enum tok_kind { TOK_WORD, TOK_DIGITS, TOK_SIGN, TOK_CHAR } tok_kind; /* TOK_CHAR: one Han or kana character */
typedef struct tok {
  uint32_t begin, end; /* bytes in the folded text */
  uint32_t word;       /* word id + 1 in the culture's lexicon, 0 = none */
  uint8_t kind;        /* tok_kind */
  bool space_before;
} tok;

enum { NO_EDGE = UINT32_MAX, TERMINAL = UINT32_MAX };

typedef struct edge {
  double value;         /* scalar meaning; NaN when it has none */
  uint32_t accept;      /* rule (index into culture.accepts) or TERMINAL */
  uint32_t first_child; /* index into chart.children */
  uint32_t next;        /* next edge with the same start */
  uint32_t next_open;   /* next edge with the same span that waits for the rules */
  uint32_t start, end;  /* tokens [start, end) */
  uint16_t symbol;
  uint8_t child_count;
  bool done; /* has been offered to the rules */
} edge;

typedef struct chart {
  const culture *c;
  const folded_text *f;
  arena *a;
  tok *toks;
  uint32_t tok_count;
  edge *edges;
  uint32_t *children;
  uint32_t edge_count, child_count;
  size_t edge_cap, child_cap;
  uint32_t *first; /* [tok_count + 1] first edge of each start */
  uint64_t *bloom; /* [tok_count + 1] bit symbol % 64 of its edges */
  uint32_t groups; /* GROUP_* wanted */
  uint32_t switches;
} chart;

/* An empty chart; f outlives it, all memory in a. */
void chart_init(chart *ch, const culture *c, const folded_text *f, uint32_t groups, uint32_t switches, arena *a);
/* Its tokens, in a, and room for edges from each. */
void chart_set_tokens(chart *ch, tok *toks, uint32_t n);

/* Edge of symbol with that span, or NO_EDGE. */
uint32_t chart_find(const chart *ch, uint16_t symbol, uint32_t start, uint32_t end);
static inline const edge *chart_child(const chart *ch, const edge *e, uint32_t i) {
  return &ch->edges[ch->children[e->first_child + i]];
}
/* Puts a terminal on the chart (a duplicate is dropped). */
void chart_add_terminal(chart *ch, uint16_t symbol, uint32_t start, uint32_t end, double value);
/* Folded text of tokens [start, end). */
str chart_text(const chart *ch, uint32_t start, uint32_t end);

/* A new edge; the caller knows that there is none of that symbol and span. Valid until the next one is added. */
edge *chart_add_edge(chart *ch, uint16_t symbol, uint32_t start, uint32_t end);
/* Keeps n edge ids; returns the index of the first in chart.children. */
uint32_t chart_add_children(chart *ch, const uint32_t *ids, uint32_t n);

#endif
