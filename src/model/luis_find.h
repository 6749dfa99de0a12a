/* luis_find.h -- what stands in a text before anything is learned: lists, expressions, prebuilts, phrase lists and
 * known values. Training and prediction both come through here.
 *
 *   words --phrase automaton--> marks, spans of lists
 *   text  --expressions, recognisers--> spans --> marks */
#ifndef DRAGOMAN_MODEL_LUIS_FIND_H
#define DRAGOMAN_MODEL_LUIS_FIND_H

#include "model/intent_features.h"
#include "model/luis_format.h"
#include "model/luis_model.h"
#include "model/luis_prebuilts.h"
#include "model/luis_words.h"
#include "recognize/list.h"
#include "recognize/regex.h"

/* Text of a string index; empty for one that does not exist. */
typedef struct luis_strings {
  const uint32_t *ends; /* [n] */
  const char *bytes;    /* [byte_count] */
  size_t n, byte_count;
} luis_strings;
str luis_string(const luis_strings *s, uint32_t index);

/* Borrowed views: of a training's tables, or of a model. */
typedef struct luis_lexicon {
  luis_strings strings;
  str culture;
  unsigned settings; /* LUIS_DIACRITICS … */
  const luis_node *nodes;
  uint32_t entities, node_count, phraselists;
  list_matcher phrases;
  const model_phrase *values; /* by value id of phrases; .entity: node, of PHRASE_FEATURE the phrase list */
  size_t value_count;
  const regex_set *regexes; /* may be NULL */
  const model_regex *regex_records;
  size_t regex_count;
} luis_lexicon;

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
/* Of sorted spans the first that may reach to the byte or behind it. */
size_t luis_spans_from(const luis_spans *s, uint32_t byte);
/* By place, longer first, then by node; stable. */
void luis_spans_sort(luis_spans *s);

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
/* Of sorted marks the first that may reach to the token or behind it. */
size_t luis_marks_from(const luis_marks *m, uint32_t place);
/* By first token, longer first; stable. */
void luis_marks_sort(luis_marks *m);
/* Marks of spans [from, s->n). */
void luis_marks_of_spans(const luis_spans *s, size_t from, luis_marks *out);

typedef struct luis_request {
  str text;
  const luis_words *words;
  civil_time reference;
  const luis_dynamic_list *lists; /* [list_count] */
  size_t list_count;
} luis_request;

/* Fills spans and marks, which are empty but for their arena; both come in order. */
void luis_find(const luis_lexicon *x, const luis_request *q, luis_spans *spans, luis_marks *marks);

/* Sets the tokens of s from its bytes. */
void luis_span_tokens(luis_span *s, const tokens *t);

/* Is the signal in the range (ascending)? */
bool luis_signals_have(const uint32_t *signals, luis_range r, uint32_t signal);

/* The marks that a layer looks at as hits of its tagger, in a: of lists, of known values of what it finds, and of
 * its signals; within tokens [first, first + count), counted from first. */
typedef struct luis_view {
  const luis_lexicon *x;
  const uint32_t *signals;
  luis_range range;
  uint32_t layer;
  bool (*left_out)(const void *ctx, uint32_t value); /* known values that do not count; NULL: all do */
  const void *ctx;
} luis_view;
void luis_hits(const luis_view *w, const luis_marks *m, uint32_t first, uint32_t count, arena *a, gazetteer_hit **hits,
               size_t *n);

/* The marks that intents look at, as features. Lives in a. */
void luis_extras(const luis_view *w, const luis_marks *m, arena *a, intent_extras *out);

#endif
