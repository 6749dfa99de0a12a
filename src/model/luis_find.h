/* luis_find.h -- what stands in a text before anything is learned: lists, expressions, prebuilts, phrase lists and
 * known values. Training and prediction both come through here.
 *
 *   words --phrase automaton--> marks, spans of lists
 *   text  --expressions, recognisers--> spans --> marks */
#ifndef DRAGOMAN_MODEL_LUIS_FIND_H
#define DRAGOMAN_MODEL_LUIS_FIND_H

#include "model/luis_format.h"
#include "model/luis_model.h"
#include "model/luis_prebuilts.h"
#include "model/luis_spans.h"
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

typedef struct luis_request {
  str text;
  const luis_words *words;
  civil_time reference;
  const luis_dynamic_list *lists; /* [list_count] */
  size_t list_count;
} luis_request;

/* Fills spans and marks, which are empty but for their arena; both come in order. */
void luis_find(const luis_lexicon *x, const luis_request *q, luis_spans *spans, luis_marks *marks);

#endif
