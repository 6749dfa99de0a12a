/* luis_match.h -- patterns: compiled to steps, and matched against the tokens and entities of an utterance.
 *
 * The steps of a pattern are a graph without cycles, forks and jumps lead forward. Matching fills a table
 * [steps][tokens + 1] from its end, each field once, so time is linear in both. Of several matches the one wins that
 * takes most explicit values, then most words and entities of the pattern, then covers most tokens; what is left of
 * the choice goes to shorter values, from the left. Source: reference luis-app-format §5. */
#ifndef DRAGOMAN_MODEL_LUIS_MATCH_H
#define DRAGOMAN_MODEL_LUIS_MATCH_H

#include "base/vec.h"
#include "model/luis_find.h"
#include "model/luis_schema.h"

typedef VEC(luis_step) luis_steps;

/* The pattern without its anchors (LUIS_ANCHOR_*) and the blanks around. */
str luis_pattern_body(str pattern, uint32_t *anchors);

/* Appends the steps of the pattern. ERR_INVALID_ARGUMENT: its syntax, or a slot that names no entity or role. */
must_check err_code luis_pattern_compile(const luis_schema *s, str pattern, unsigned settings, luis_steps *steps,
                                         uint32_t *anchors, err *e);

uint64_t luis_word_hash(str norm);

/* An utterance, ready to be asked by any number of patterns. */
typedef struct luis_subject {
  size_t n;
  uint64_t *words; /* [n] */
  uint64_t *set;   /* the same as a hash set */
  size_t set_mask;
  const luis_spans *spans; /* by place */
  uint32_t *first;         /* [n + 1] first span at or behind the token */
  const luis_marks *marks; /* by first token; those of explicit values count */
  uint32_t *first_mark;    /* [n + 1] */
} luis_subject;

enum { LUIS_MATCH_MAX_TOKENS = 4096 }; /* longer texts match no pattern */

/* spans and marks in order, borrowed. */
void luis_subject_init(luis_subject *u, const tokens *t, const luis_spans *spans, const luis_marks *marks, arena *a);

/* A slot of a match: the span that filled it, or the tokens that a pattern.any took. */
typedef struct luis_filled {
  uint32_t node, role;
  uint32_t span; /* in spans; LUIS_NONE: pattern.any */
  uint32_t first_token, token_count;
} luis_filled;

typedef struct luis_match {
  uint64_t score; /* higher is better; 0: no match */
  const luis_filled *slots;
  size_t slot_count;
} luis_match;

/* Cheap: could the pattern match at all? */
bool luis_pattern_possible(const luis_step *steps, uint32_t count, const luis_subject *u);
/* steps: of one pattern, checked by luis_steps_check, that is possible. table: room for count * (n + 1) numbers. */
void luis_pattern_match(const luis_step *steps, uint32_t count, uint32_t anchors, const luis_subject *u,
                        uint64_t *table, arena *a, luis_match *out);

/* May the steps be run? Ops and targets are legal, the last step is the end. nodes, roles: how many there are. */
must_check bool luis_steps_check(const luis_step *steps, uint32_t count, uint32_t nodes, uint32_t roles);

#endif
