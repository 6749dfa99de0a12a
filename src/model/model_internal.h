/* model_internal.h -- the opened model, shared by the files that open it (model.c, model_open.c, luis_open.c) and those
 * that predict. */
#ifndef DRAGOMAN_MODEL_MODEL_INTERNAL_H
#define DRAGOMAN_MODEL_MODEL_INTERNAL_H

#include "base/file.h"
#include "model/intent_features.h"
#include "model/model.h"
#include "model/model_file.h"
#include "model/model_format.h"
#include "model/tagger.h"
#include "recognize/list.h"
#include "recognize/regex.h"

#include <stdatomic.h>

typedef struct luis_part luis_part; /* luis_internal.h */

/* Views into the mapped file, a few hundred bytes a model. Only `regexes` changes after opening. */
struct model {
  file_map map; /* .p NULL: the bytes are the caller's */
  model_info info;
  const model_meta *meta;

  const uint32_t *string_ends;
  const char *string_bytes;
  size_t string_count, string_bytes_count;

  const uint32_t *intent_names, *entity_names, *languages;
  size_t language_count;
  const compose_rule *rules;

  const uint32_t *classes;
  uint32_t class_stride;
  intent_space space;
  q8_matrix first[1 + MODEL_MAX_MLPS]; /* linear model, then first layers */
  q8_matrix second[MODEL_MAX_MLPS];
  const float *second_bias[MODEL_MAX_MLPS];

  list_matcher phrases; /* .n 0: none */
  const model_phrase *phrase_values;
  size_t phrase_value_count;
  const model_regex *regex_records;
  size_t regex_count;
  _Atomic(regex_set *) regexes; /* compiled on first use */
  const model_prebuilt *prebuilts;
  size_t prebuilt_count;
  uint32_t prebuilt_categories; /* PREBUILT_BIT of those that occur */
  const model_link *links;      /* [intents] of an orchestration, else NULL */

  luis_part *luis; /* of a LUIS app; or NULL. Owned */

  word_clusters clusters;
  const uint32_t *types; /* [tagger.chain.types] entity */
  tagger tagger;
};

/* Opens a model that lies in memory: bytes aligned to 64, borrowed for the life of the model. */
must_check err_code model__open_bytes(const uint8_t *bytes, size_t n, bool verify, model **out, err *e);

/* Opens the sections that every model has; those of a LUIS app are luis__open's. */
must_check err_code model__open_sections(model *m, const model_file *f, err *e);

/* Text of a string index; empty for one that does not exist. */
str model__string(const model *m, uint32_t index);

/* Scores of all intents, by score descending, ties by index, [info.intent_count] in a; x (may be NULL): features
 * beyond the words. Returns the best intent that is trained, for the tagger. */
uint32_t model__predict_intents(const model *m, const tokens *t, const intent_extras *x, arena *a,
                                intent_score **scores);

/* The compiled expressions, made by whoever needs them first; NULL when they cannot be made. */
const regex_set *model__regexes(const model *m);

/* What the list, regex and prebuilt components and the gazetteer find in one utterance. */
typedef struct component_finds {
  component_span *spans; /* [span_count] list, regex and prebuilt finds */
  size_t span_count;
  gazetteer_hit *hits; /* [hit_count] by first token */
  size_t hit_count;
} component_finds;

/* o: language and reference time; NULL: those of the project and of the clock. */
void model__find_components(const model *m, str text, const tokens *t, const predict_options *o, arena *a,
                            component_finds *out);

#endif
