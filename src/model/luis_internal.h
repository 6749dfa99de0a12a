/* luis_internal.h -- the LUIS part of an opened model, shared by luis_open.c, luis_ask.c and luis_tree.c. */
#ifndef DRAGOMAN_MODEL_LUIS_INTERNAL_H
#define DRAGOMAN_MODEL_LUIS_INTERNAL_H

#include "model/luis_view.h"
#include "model/model_internal.h"

/* Views into the mapped file; immutable, heap. */
struct luis_part {
  luis_lexicon lexicon; /* .regexes is compiled on first use: model__regexes */
  const uint32_t *settings;
  size_t setting_count;
  const luis_role *roles;
  size_t role_count;
  const uint32_t *signals;
  luis_range intent_signals;
  const luis_layer *layers;
  size_t layer_count;
  const luis_class *classes;
  tagger *taggers; /* [layer_count] heap */
  const luis_pattern_record *patterns;
  size_t pattern_count;
  const luis_step *steps;
  uint32_t most_steps; /* of one pattern */
  const uint32_t *vocabulary;
  size_t word_count;
};

/* Opens the part when the file has one; else *out is NULL. The rest of m is open. */
must_check err_code luis__open(const model *m, const model_file *f, luis_part **out, err *e);
void luis__close(luis_part *p); /* NULL is fine */

/* One utterance, understood but for what lies inside of entities. */
typedef struct luis_answer {
  const model *m;
  luis_lexicon lexicon;
  str text;
  luis_words words;
  uint32_t intent;      /* the best one before patterns, for the taggers */
  intent_score *scores; /* [intent_count] by score descending */
  luis_spans spans;     /* entities, by place */
  luis_spans externals; /* those of the request, by place; in the end among spans */
  luis_marks marks;
  arena *a;
} luis_answer;

/* o may be NULL. */
void luis__ask(const model *m, str text, const luis_predict_options *o, arena *a, luis_answer *out);

/* The signals of the range each have a mark that touches the tokens. */
bool luis__has_signals(const luis_answer *p, luis_range signals, uint32_t first, uint32_t count);

/* What the layer finds in tokens [first, first + count): spans of its classes, tokens counted from 0. */
size_t luis__tag(const luis_answer *p, uint32_t layer, uint32_t first, uint32_t count, crf_span **out);

/* model_predict of such a model. */
void luis__predict_flat(const model *m, str text, const predict_options *o, arena *a, prediction *out);

#endif
