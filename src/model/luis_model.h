/* luis_model.h -- a LUIS app as a model: trained on the engine of model.h, asked with everything that
 * LUIS has more: patterns, phrase lists, roles, children, composites, explicit lists, and what a request
 * brings along.
 *
 * The file is a model file whose kind is PROJECT_LUIS. model_predict answers it too, flat: intents and
 * top-level entities without roles. Source: reference luis-app-format §5, luis-runtime §4, §6. */
#ifndef DRAGOMAN_MODEL_LUIS_MODEL_H
#define DRAGOMAN_MODEL_LUIS_MODEL_H

#include "base/json_in.h"
#include "model/model.h"
#include "model/train.h"
#include "project/luis.h"
#include "recognize/names.h"

/* Trains on all utterances (with SPLIT_PERCENTAGE at 100; else on roles[i] == ROLE_TRAIN, roles may then not
 * be NULL) and writes the model to path, atomically. app_id names the project. Same app, options and seed
 * give byte-identical files. Errors as model_train; a pattern or expression that is refused is named. */
must_check err_code luis_train(const luis_app *app, str app_id, const train_options *o, const utterance_role *roles,
                               const char *path, err *e);

/* The app as model_predict answers it: intents and machine-learned entities, without roles and children; what lists,
 * expressions and prebuilts find needs no labels. For describing and evaluating. Shares strings with app. */
void luis_flatten(const luis_app *app, arena *a, project *out);

/* ---- what a request brings along: reference luis-runtime §6 ---- */

typedef struct luis_external {
  str entity;                      /* name of an entity, or of a role */
  uint32_t begin_bytes, end_bytes; /* in the query */
  bool has_score;
  double score;
  const jnode *resolution; /* NULL: none */
} luis_external;

typedef struct luis_dynamic_list {
  str entity; /* a closed list of the app; others are passed over */
  luis_sublists lists;
} luis_dynamic_list;

typedef struct luis_predict_options {
  int64_t reference_us; /* as in predict_options */
  const luis_external *externals;
  size_t external_count;
  bool prefer_externals; /* over predictions that they overlap */
  const luis_dynamic_list *dynamic_lists;
  size_t dynamic_list_count;
} luis_predict_options;

/* ---- what it answers ---- */

enum { LUIS_FROM_MODEL = 1, LUIS_FROM_EXTERNAL = 2 };

typedef struct luis_found luis_found;
struct luis_found {
  luis_kind kind;     /* of the entity; children of machine-learned ones: LUIS_ENTITY */
  str name;           /* "Room"; "Location::From" of a hierarchical one; "datetimeV2"; of a child: the child's */
  str role;           /* .p NULL: none */
  bool has_role_slot; /* found by a pattern or has roles: V2 answers "role": "" when role is none */
  uint32_t begin_bytes, end_bytes; /* in the query */
  bool has_score;                  /* machine-learned, composite, hierarchical; an external with one */
  float score;
  unsigned sources;           /* LUIS_FROM_* */
  const luis_found *children; /* [child_count] parts of a machine-learned entity or a composite, by position */
  size_t child_count;
  const str *canonical_forms; /* [canonical_count] closed list; a child whose required feature is one */
  size_t canonical_count;
  const recognized *prebuilt; /* prebuilt with a value; a child whose required feature is one; or NULL */
  str subtype;                /* of a place (geographyV2): "city"; .p NULL */
  str feature;                /* of a child: the entity whose value it has; .p NULL */
  const jnode *resolution;    /* of an external entity; or NULL */
};

typedef struct luis_prediction {
  const intent_score *intents; /* [intent_count] by score descending; names: model_intent_name */
  size_t intent_count;
  const luis_found *entities; /* [entity_count] top level, by position, longer first; what is a child of a
                                 composite stands there only */
  size_t entity_count;
} luis_prediction;

/* m: of kind PROJECT_LUIS. text: validated UTF-8. Results live in a; strings may point into model, text and
 * options. Cannot fail. Time is linear in the text and the patterns. Thread-safe. */
void luis_predict(const model *m, str text, const luis_predict_options *o, arena *a, luis_prediction *out);

/* The culture that the app was written in: "en-us". */
str luis_model_culture(const model *m);
/* The words that the app is made of (utterances, names, lists, phrases), each once, as token.norm, ascending; *v is
 * [*n], its strings are the model's. */
void luis_model_words(const model *m, arena *a, const str **v, size_t *n);
/* Settings that were trained in, by name; false when unset: "NormalizeDiacritics". */
bool luis_model_setting(const model *m, str name);

#endif
