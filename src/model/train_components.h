/* train_components.h -- the matching components of a project as they go into a model: the phrase
 * table (list synonyms and labelled values, one automaton), regexes, languages. */
#ifndef DRAGOMAN_MODEL_TRAIN_COMPONENTS_H
#define DRAGOMAN_MODEL_TRAIN_COMPONENTS_H

#include "base/map.h"
#include "model/model_format.h"
#include "model/training_set.h"
#include "recognize/list.h"

/* The model's strings, each stored once. Zero-initialise by string_table_init. */
typedef struct string_table {
  arena a;
  strmap index;
  u32_vec ends;
  buf bytes;
} string_table;

void string_table_init(string_table *t);
void string_table_free(string_table *t);
uint32_t string_table_add(string_table *t, str s);

/* Values that training row r itself labels are own[own_end[r - 1] .. own_end[r]). */
typedef struct component_tables {
  u32_vec languages;        /* strings; language id i + 1 */
  buf phrases;              /* automaton block; empty: none */
  list_matcher matcher;     /* of that block */
  VEC(model_phrase) values; /* by value id */
  u32_vec labelled;         /* [values.n] original rows that label the value */
  u32_vec own, own_end;     /* [originals] */
  VEC(model_regex) regexes;
  VEC(model_prebuilt) prebuilts;
} component_tables;

/* ERR_INVALID_ARGUMENT for a pattern that does not compile. */
must_check err_code component_tables_build(const training_set *s, string_table *strings, component_tables *out, err *e);
void component_tables_free(component_tables *t);

/* Fills the gazetteer hits of all rows, the values that no other row labels left out: what the row would see
 * had it not been in the training. */
void training_hits(training_set *s, const component_tables *t, const string_table *strings);

#endif
