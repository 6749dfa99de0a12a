/* luis_training.h -- the parts of luis_train (luis_model.h), shared by the luis_*.c that train.
 *
 *   app --> schema --> phrases, expressions --> rows: words, spans, marks, gold
 *                                               rows --> intents' training set, a training set for each layer */
#ifndef DRAGOMAN_MODEL_LUIS_TRAINING_H
#define DRAGOMAN_MODEL_LUIS_TRAINING_H

#include "model/luis_match.h"
#include "model/luis_schema.h"
#include "model/luis_view.h"
#include "model/model_file.h"
#include "model/train_entities.h"

/* A label of a row, of an entity or a child. */
typedef struct luis_gold {
  uint32_t node, role;
  uint32_t begin_bytes, end_bytes;
  uint32_t first_token, token_count;
} luis_gold;

/* One utterance that is trained on, or a text made of a pattern. */
typedef struct luis_row {
  str text;
  uint32_t intent;
  luis_words words;
  luis_marks marks;
  luis_gold *gold; /* [gold_count] */
  size_t gold_count;
} luis_row;

/* What the rows are searched for; becomes sections of the model. */
typedef struct luis_tables {
  component_tables components; /* phrases, values, regexes; own and labelled: of known values by row */
  regex_set *regexes;          /* NULL: none */
} luis_tables;

typedef struct luis_training {
  const luis_app *app;
  train_options o;
  arena a;
  string_table strings;
  luis_schema schema;
  unsigned settings; /* LUIS_DIACRITICS … */
  str culture;       /* lower case */
  luis_tables tables;
  luis_row *rows; /* [n] utterances, then texts of patterns */
  size_t n, utterances;
} luis_training;

/* Long loops end early then; the next report of progress says so. */
static inline bool luis_cancelled(const luis_training *t) {
  return t->o.cancel && atomic_load(t->o.cancel);
}

/* The training as luis_find sees it. */
luis_lexicon luis_training_lexicon(const luis_training *t);

/* luis_tables.c. Values are those of the gold of rows [0, utterances). ERR_INVALID_ARGUMENT names an expression. */
must_check err_code luis_tables_build(luis_training *t, err *e);
void luis_tables_free(luis_tables *t);

/* luis_rows.c: the rows of the utterances with take[i] (NULL: all), words and gold; then, once the tables are
 * there, the texts of the patterns and the marks of all. */
void luis_rows_read(luis_training *t, const bool *take);
void luis_rows_mark(luis_training *t);
/* Values that the row labels and no other does not: for luis_view.left_out. */
typedef struct luis_own {
  const component_tables *tables;
  size_t row;
} luis_own;
bool luis_own_value(const void *own, uint32_t value);

/* luis_examples.c: a text that the pattern matches, in a: with its optional parts or without, alternatives and
 * values of its slots by variant (0, 1, 2). A slot that no value is known of stays out. */
str luis_pattern_example(const luis_training *t, str pattern, uint32_t variant, arena *a);

/* luis_layers.c: one layer, from plan to trained tagger. */
typedef struct luis_layer_trainer {
  const luis_plan *plan;
  uint32_t number;
  project p; /* its classes are the entities, its sentences the utterances */
  training_set set;
  entity_trainer tagger; /* .types of plan->classes */
} luis_layer_trainer;

typedef struct luis_layers {
  luis_layer_trainer *v; /* [n] those that anything is labelled for, in the order of prediction */
  size_t n;
} luis_layers;

/* Sets found_by and layer of the schema's nodes, too. */
void luis_layers_init(luis_layers *l, luis_training *t);
void luis_layers_free(luis_layers *l);

/* luis_vocabulary.c: the strings of the words for luis_model_words. */
void luis_vocabulary_collect(const luis_app *app, string_table *strings, u32_vec *out);

/* luis_sections.c: the sections behind those of model_write.h. */
typedef struct luis_sections {
  luis_training *t;
  luis_meta meta;
  u32_vec settings, signals, words;
  VEC(luis_layer) layers;
  VEC(luis_class) classes;
  VEC(vocab_slot) vocabs;
  VEC(int8_t) q;
  f32_vec scales, transitions;
  VEC(luis_pattern_record) patterns;
  luis_steps steps;
} luis_sections;

/* What needs no learning; strings still grow. ERR_INVALID_ARGUMENT names a pattern. */
must_check err_code luis_sections_prepare(luis_training *t, luis_sections *w, err *e);
void luis_sections_write(luis_sections *w, const luis_layers *l, model_writer *file);
void luis_sections_free(luis_sections *w);

#endif
