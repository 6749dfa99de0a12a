/* luis_batch_test.h -- a LUIS model against labelled utterances that a client brings along.
 *
 * Compared are intents, and what is machine-learned: entities with their children, hierarchical ones, composites; a
 * prediction is right when name and place are a label's. Source: reference luis-runtime §8 ("evaluations"), which
 * leaves the names in the result open: doc/luis-authoring.md has ours. */
#ifndef DRAGOMAN_MODEL_LUIS_BATCH_TEST_H
#define DRAGOMAN_MODEL_LUIS_BATCH_TEST_H

#include "base/json_in.h"
#include "base/json_out.h"
#include "model/luis_model.h"

enum { LUIS_TEST_ROWS_MAX = 1000 };

typedef struct luis_test_label {
  str entity;
  uint32_t begin_bytes, end_bytes;
} luis_test_label;

typedef struct luis_test_row {
  str text; /* validated UTF-8 */
  str intent;
  const luis_test_label *labels; /* [label_count] those of children too */
  size_t label_count;
} luis_test_row;

/* {"LabeledTestSetUtterances": [{"text", "intent", "entities": [{"entity", "startPos", "endPos", "children"}]}]}.
 * Strings are the document's. ERR_INVALID_ARGUMENT at the place. */
must_check err_code luis_test_read(const jnode *root, arena *a, luis_test_row **out, size_t *n, err *e);

/* Writes the statistics as one JSON object. verbose: also how well entities are found by place or by name alone. */
void luis_test_run(const model *m, const luis_test_row *rows, size_t n, bool verbose, buf *json);

#endif
