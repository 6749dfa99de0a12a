/* model.h -- a trained model: open (mmap), predict, close.
 *
 * A model file is immutable and position-independent; opening maps it and checks its header and
 * section table, touching little memory. A model may be shared by any number of threads.
 * File layout: model_file.h and doc/formats.md. */
#ifndef DRAGOMAN_MODEL_MODEL_H
#define DRAGOMAN_MODEL_MODEL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json_out.h"
#include "base/str.h"
#include "project/project.h"
#include "recognize/recognize.h"
#include "text/offsets.h"

typedef struct model model; /* opaque, immutable, heap: model_close */

/* verify: also compare the SHA-256 of the whole file with the one in its trailer (reads all of
 * it). ERR_NOT_FOUND, ERR_CORRUPT (with what is wrong), ERR_IO. */
must_check err_code model_open(const char *path, bool verify, model **out, err *e);
void model_close(model *m); /* NULL is fine */

typedef struct model_info {
  project_kind kind;
  str project_name, language;
  bool multilingual;
  str training_mode, config_version;
  uint64_t seed;
  double confidence_threshold;
  size_t intent_count, entity_count, utterance_count;
  size_t file_bytes;
} model_info;
const model_info *model_describe(const model *m);
str model_intent_name(const model *m, uint32_t intent);
str model_entity_name(const model *m, uint32_t entity);

/* What an intent of an orchestration is connected to; TARGET_NONE for all others. */
typedef struct model_target {
  target_kind kind;
  str project, deployment;       /* Conversation; QuestionAnswering: project */
  str app_id, app_version, slot; /* Luis */
} model_target;
model_target model_intent_target(const model *m, uint32_t intent);

typedef struct intent_score {
  uint32_t intent;
  float score; /* [0, 1], calibrated */
} intent_score;

typedef enum extra_kind { EXTRA_LIST_KEY, EXTRA_REGEX_KEY, EXTRA_ENTITY_SUBTYPE } extra_kind;
typedef struct entity_extra {
  extra_kind kind;
  str key;     /* list key, regex key or subtype */
  str pattern; /* EXTRA_REGEX_KEY only */
} entity_extra;

typedef struct predicted_entity {
  uint32_t entity;
  uint32_t begin_bytes, end_bytes; /* in the query */
  float score;                     /* [0, 1] */
  unsigned components;             /* COMPONENT_* bits of project.h that took part */
  const entity_extra *extras;      /* in order list, regex, prebuilt */
  size_t extra_count;
  const attr_list *resolutions;    /* of its prebuilts, each {"resolutionKind",…} */
  size_t resolution_count;
} predicted_entity;

typedef struct prediction {
  uint32_t top_intent;             /* after the confidence threshold: may be None */
  const intent_score *intents;     /* [intent_count] all, by score descending, ties by index */
  size_t intent_count;
  const predicted_entity *entities; /* by begin, longer first */
  size_t entity_count;
} prediction;

typedef struct predict_options {
  str language;          /* .p NULL: the project's language */
  int64_t reference_us;  /* "now" for prebuilt dates: local time of the person in microseconds since
                          * 1970-01-01T00:00 there; 0: the clock, in the zone of the process (TZ) */
  double threshold;      /* < 0: the model's confidence threshold */
} predict_options;

/* Predict one utterance. text: validated UTF-8. All results live in a; strings may point into the
 * model and into text. Cannot fail on valid UTF-8: a blank text gives None. Thread-safe. */
void model_predict(const model *m, str text, const predict_options *o, arena *a, prediction *out);

/* {"topIntent":…,"projectKind":"Conversation","intents":[…],"entities":[…]} as reference
 * clu-runtime §4, offsets in unit. Orchestrations have another shape (api/clu_routed.h). */
void prediction_write(jw *w, const model *m, str text, const prediction *p, offset_unit unit, arena *a);

#endif
