/* chart.h -- tokens and the chart of everything the grammar can see in them.
 *
 * Tokens: runs of letters, runs of digits, single signs; each Han or kana character. The
 * lexer puts terminals on the chart (lexicon phrases, digit classes, numerals); the parser closes
 * them under the rules. Starts are worked from right to left: every edge that can follow is complete
 * when it is asked for, so one walk of the rule trie per start does all. An edge is unique by
 * (symbol, start, end). Work is bounded per start and per text (CHART_*): a hostile text loses
 * analyses, never time. */
#ifndef DRAGOMAN_RECOGNIZE_CHART_H
#define DRAGOMAN_RECOGNIZE_CHART_H

#include "base/arena.h"
#include "recognize/grammar.h"
#include "recognize/text_fold.h"

enum {
  CHART_MAX_CHILDREN = 16, /* symbols in one right-hand side */
  CHART_EDGES_PER_START = 400,
  CHART_STEPS_PER_START = 2000,
  CHART_STEPS_PER_TOKEN = 100, /* average over the text, */
  CHART_STEPS_PER_TEXT =
      16000,          /* and what a short text has besides: one long number in characters takes about 10,000 */
  CHART_MAX_SPAN = 40 /* tokens below one edge */
};

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
  uint32_t edge_count, edge_cap;
  uint32_t *children;
  uint32_t child_count, child_cap;
  uint32_t *first; /* [tok_count + 1] first edge of each start */
  uint64_t *bloom; /* [tok_count + 1] bit symbol % 64 of its edges */
  uint32_t groups; /* GROUP_* wanted */
  uint32_t switches;
} chart;

/* Tokenise, look up and parse. f outlives the chart, all memory in a. */
void chart_build(chart *ch, const culture *c, const folded_text *f, uint32_t groups, uint32_t switches, arena *a);

/* Edge of symbol with that span, or NO_EDGE. */
uint32_t chart_find(const chart *ch, uint16_t symbol, uint32_t start, uint32_t end);
static inline const edge *chart_child(const chart *ch, const edge *e, uint32_t i) {
  return &ch->edges[ch->children[e->first_child + i]];
}
/* Puts a terminal on the chart (a duplicate is dropped). */
void chart_add_terminal(chart *ch, uint16_t symbol, uint32_t start, uint32_t end, double value);
/* Folded text of tokens [start, end). */
str chart_text(const chart *ch, uint32_t start, uint32_t end);

/* lexer.c: fills toks and the terminals. */
void lexer_run(chart *ch);
/* values.c: the scalar value of a rule over its children. */
double value_of_rule(const chart *ch, const gr_accept *rule, const uint32_t *children, uint32_t n);

#endif
