/* grammar.h -- the static form of a culture: lexicon, rules and settings.
 *
 * tools/gen_culture.py compiles the readable sources under cultures/ to one constant of this shape
 * per culture at build time; nothing here is built or changed at run time. doc/recognize.md explains
 * the source language.
 *
 *   words   hash of single-token texts -> word id
 *   lex     trie over word ids: phrases -> terminals (symbol, value)
 *   rules   trie over symbols: right-hand sides share prefixes; a node may accept several rules */
#ifndef DRAGOMAN_RECOGNIZE_GRAMMAR_H
#define DRAGOMAN_RECOGNIZE_GRAMMAR_H

#include "base/base.h"

typedef enum gr_field {
#define FIELD(name) F_##name,
#include "recognize/vocabulary.def"
  F_COUNT
} gr_field;

typedef enum gr_child { /* fields that hold a subtree */
#define CHILD(name) C_##name,
#include "recognize/vocabulary.def"
                        C_COUNT
} gr_child;

typedef enum gr_valop { /* how a rule computes its scalar value from its children */
#define VALOP(name) V_##name,
#include "recognize/vocabulary.def"
} gr_valop;

enum { /* names usable as values in grammar sources */
#define ENUM(name, value) K_##name = (value),
#include "recognize/vocabulary.def"
};

typedef enum gr_symbol { /* symbols that engine code knows; cultures add theirs after these */
#define SYM(name) S_##name,
#include "recognize/vocabulary.def"
                         S_KNOWN
} gr_symbol;

enum { /* switches that rules can need or be barred by */
#define SWITCH(name, bit) SW_##name = 1u << (bit),
#include "recognize/vocabulary.def"
};

/* Space wanted between a symbol and the one before it. */
enum { GAP_ANY, GAP_NONE, GAP_SPACE };

typedef struct gr_lexnode {
  uint32_t first_term, first_child;
  uint16_t term_count, child_count;
} gr_lexnode;
typedef struct gr_lexchild { /* sorted by key within a node */
  uint32_t key;              /* word * 2 + 1 when it must follow without a blank */
  uint32_t node;
} gr_lexchild;
typedef struct gr_term {
  double value;
  uint32_t exact; /* text offset+1 of the case-sensitive spelling this needs, 0 = any case */
  uint16_t symbol;
} gr_term;

typedef struct gr_node {
  uint64_t bloom; /* bit symbol % 64 of every child */
  uint32_t first_child, first_accept;
  uint16_t child_count, accept_count;
  uint32_t groups; /* union of the groups of rules below: subtrees of groups not asked for are skipped */
} gr_node;
typedef struct gr_step { /* sorted by symbol within a node */
  uint32_t node;
  uint16_t symbol;
  uint8_t gap;
  uint8_t guard; /* index into guards, 0 = none */
} gr_step;
typedef struct gr_guard {
  double lo, hi; /* inclusive bounds of the child's value */
} gr_guard;

/* What a rule does with the child at a position. */
enum { CAP_FIELD, CAP_CHILD, CAP_MERGE };
typedef struct gr_capture {
  uint8_t position, what, index; /* index: gr_field or gr_child */
} gr_capture;
typedef struct gr_set {
  uint8_t field;
  double value;
} gr_set;
typedef struct gr_accept {
  uint32_t priority; /* order in the source: the lower one wins over the same span and symbol */
  uint32_t first_capture, first_set;
  uint16_t symbol;                /* left-hand side */
  uint16_t not_before, not_after; /* what must not stand before / after; 0 = none */
  uint16_t only_after;            /* what must stand before; 0 = anything */
  uint16_t
      only_before; /* what must follow unless the text ends, or a blank does in a spaceless culture; 0 = anything */
  uint8_t capture_count, set_count;
  uint8_t valop;
  double constant;       /* for V_const */
  uint32_t groups;       /* GROUP_* of the models the rule serves */
  uint32_t need, unless; /* SW_* */
} gr_accept;

typedef struct gr_word {
  uint32_t text;
  uint16_t length;
} gr_word;

typedef struct culture {
  const char *name;           /* "en-us" */
  const char *text;           /* pool of spellings and payload strings, NUL-terminated each */
  const uint32_t *word_slots; /* [word_mask + 1], word index + 1 or 0 */
  uint32_t word_mask;
  const gr_word *words;
  uint32_t word_count;
  const gr_lexnode *lex; /* lex[word] for each word, then the deeper nodes */
  const gr_lexchild *lex_children;
  const gr_term *terms;
  const gr_node *nodes; /* nodes[0] is the root */
  const gr_step *steps;
  const uint32_t *root_steps; /* [symbol_count + 1] steps of the root by symbol */
  const gr_guard *guards;
  const gr_accept *accepts;
  const gr_capture *captures;
  const gr_set *sets;
  const char *const *symbol_names;
  const uint8_t *symbol_rank; /* longest chain of one-symbol rules below a symbol */
  uint16_t symbol_count;
  const char *const *payloads;  /* strings that lexicon values index */
  const char *const *glue;      /* parts that long words are split into ("vierundzwanzig"); NULL-terminated */
  const char *const *not_phone; /* words right before digits that make them no phone number; NULL-terminated */
  /* settings */
  char decimal_mark, group_mark;
  char value_mark; /* decimal mark that values of numbers, percentages and units are written with */
  bool day_first;  /* 3/4 is the third of April */
  bool both_marks; /* the other culture's marks are understood when unambiguous */
  bool spaceless;  /* words are not set apart by blanks */
} culture;

/* FNV-1a over the bytes of a word; the generator computes the same. */
static inline uint32_t gr_hash(const char *p, size_t n) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < n; i++) h = (h ^ (uint8_t)p[i]) * 16777619u;
  return h ^ (h >> 15);
}

/* By name in any letter case ("en-us", "EN-US"); a language alone takes its main culture ("fr" -> fr-fr), an
 * unknown region its language. NULL when the language is unknown. */
const culture *culture_find(const char *name, size_t n);
const culture *const *culture_all(size_t *n);

#endif
