/* evaluation.h -- the counts behind evaluate.h, shared by evaluate.c (counting) and
 * evaluation_json.c (writing). Everything is owned by the evaluation's arena. */
#ifndef DRAGOMAN_MODEL_EVALUATION_H
#define DRAGOMAN_MODEL_EVALUATION_H

#include "base/arena.h"
#include "model/evaluate.h"

#define NO_LABEL UINT32_MAX

typedef struct evaluation_span {
  uint32_t category; /* row of the entity table */
  uint32_t begin_bytes, end_bytes;
} evaluation_span;

typedef struct evaluation_item {
  str text, language;
  uint32_t expected_intent, predicted_intent;  /* rows of the intent table */
  const evaluation_span *expected, *predicted; /* each by begin, distinct */
  size_t expected_count, predicted_count;
} evaluation_item;

typedef struct category_counts {
  str name;
  uint32_t true_positives, false_positives, false_negatives;
} category_counts;

/* Intents or entities: the project's and, behind them, those that only the model knows. */
typedef struct category_table {
  category_counts *v; /* [n], any order */
  size_t n;
  uint32_t *order; /* [n] rows by name */
  double *matrix;  /* [size][size], size = n, for entities n + 1 (last: $none); [expected][predicted] */
  size_t size;
} category_table;

struct evaluation {
  arena a;
  evaluation_item *items; /* [n] */
  size_t n;
  category_table intents, entities;
  uint32_t none_intent;
  bool *is_none;       /* [n] expected None */
  double *none_score;  /* [n] */
  double *confidence;  /* [n] highest score */
  bool *confident_hit; /* [n] the intent with the highest score is the expected one */
};

/* Labelled instances of a category in the test data. */
static inline uint32_t category_support(const category_counts *c) {
  return c->true_positives + c->false_negatives;
}

#endif
