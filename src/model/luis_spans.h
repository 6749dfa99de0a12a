/* luis_spans.h -- what was found in an utterance: spans of entities, and the marks that learners look at. Both grow in
 * their arena. */
#ifndef DRAGOMAN_MODEL_LUIS_SPANS_H
#define DRAGOMAN_MODEL_LUIS_SPANS_H

#include "base/json_in.h"
#include "recognize/recognize.h"
#include "text/tokens.h"

/* An entity, or a child, at a place. Tokens are those of the words. */
typedef struct luis_span {
  uint32_t node;
  uint32_t role; /* LUIS_NONE: none */
  uint32_t begin_bytes, end_bytes;
  uint32_t first_token, token_count; /* that it covers or touches; count 0: only tokens that were dropped */
  bool has_score, by_pattern;
  float score;
  unsigned sources; /* LUIS_FROM_* */
  const str *canonical_forms;
  size_t canonical_count;
  const recognized *prebuilt;
  const char *subtype; /* of a place; or NULL */
  const jnode *resolution;
} luis_span;

typedef struct luis_spans {
  luis_span *v;
  size_t n, cap;
  uint32_t longest_bytes;
  arena *a;
} luis_spans;
void luis_spans_add(luis_spans *s, luis_span x);
/* By place, longer first, then by node; stable. */
void luis_spans_sort(luis_spans *s);
/* Of sorted spans the first that begins at the byte or behind it. */
size_t luis_spans_at(const luis_spans *s, uint32_t byte);
/* Of sorted spans the first that may reach to the byte or behind it. */
size_t luis_spans_from(const luis_spans *s, uint32_t byte);
/* Sets the tokens of s from its bytes. */
void luis_span_tokens(luis_span *s, const tokens *t);

/* Something that a learner may look at: a signal, at tokens. */
typedef struct luis_mark {
  uint32_t signal;
  uint32_t first_token, token_count;
  uint32_t kind;  /* phrase_kind; 0: a span */
  uint32_t value; /* of phrases, where the automaton found it */
} luis_mark;

typedef struct luis_marks {
  luis_mark *v;
  size_t n, cap;
  uint32_t longest_tokens;
  arena *a;
} luis_marks;
void luis_marks_add(luis_marks *m, luis_mark x);
/* By first token, longer first; stable. */
void luis_marks_sort(luis_marks *m);
/* Of sorted marks the first at the token or behind it; the first that may reach to it. */
size_t luis_marks_at(const luis_marks *m, uint32_t first_token);
size_t luis_marks_from(const luis_marks *m, uint32_t first_token);
/* Marks of spans [from, s->n). */
void luis_marks_of_spans(const luis_spans *s, size_t from, luis_marks *out);

#endif
