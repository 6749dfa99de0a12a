/* dragoman.h -- libdragoman: train, evaluate and run language-understanding models in your program,
 * and recognise numbers, dates and units without one.
 *
 * A project (schema and labelled utterances, a CLU or LUIS file) goes in, a model file comes out, and
 * predictions come out of the model. No server, no network, no global state; no threads but those
 * asked for in dragoman_train_options. A program of 30 lines: examples/hello.c. Manual: doc/library.md.
 *
 * Conventions
 *  - Functions that can fail return a dragoman_status, DRAGOMAN_OK being 0, and fill the error given
 *    (NULL: not wanted). Out-parameters are untouched on failure.
 *  - Text is UTF-8: a pointer and a number of bytes. File names end with NUL.
 *  - What a _read, _parse, _open or _new function made, its _free or _close releases; NULL is fine there.
 *    Text that the library returns by dragoman_text is borrowed: see each function for how long.
 *  - Projects and models never change once made: any number of threads may share one. A session
 *    belongs to one thread at a time.
 *  - A zeroed options structure means the defaults, and so does a NULL in its place.
 *
 * Stability: names here keep their meaning within one DRAGOMAN_VERSION_MAJOR; new members of a
 * structure come with a new one. A model file says its own format version; a library refuses files
 * newer than itself. */
#ifndef DRAGOMAN_H
#define DRAGOMAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DRAGOMAN_VERSION_MAJOR 0
#define DRAGOMAN_VERSION_MINOR 1
#define DRAGOMAN_VERSION_PATCH 0

#if defined(__GNUC__)
#define DRAGOMAN_API     __attribute__((visibility("default")))
#define DRAGOMAN_CHECKED __attribute__((warn_unused_result))
#else
#define DRAGOMAN_API
#define DRAGOMAN_CHECKED
#endif

/* Version of the library that runs: "0.1.0". */
DRAGOMAN_API const char *dragoman_version(void);

/* ---- errors ------------------------------------------------------------------------------ */

typedef enum dragoman_status {
  DRAGOMAN_OK = 0,
  DRAGOMAN_INVALID = 1,   /* a document, text or argument is not valid: .place says where */
  DRAGOMAN_LIMIT = 2,     /* valid, but over a limit */
  DRAGOMAN_NOT_FOUND = 3, /* no such file */
  DRAGOMAN_CORRUPT = 4,   /* not a model file, a damaged one, or one of a newer format */
  DRAGOMAN_IO = 5,        /* reading or writing failed, no space left */
  DRAGOMAN_CANCELLED = 6, /* the progress function asked to stop */
  DRAGOMAN_NO_MEMORY = 7,
  DRAGOMAN_INTERNAL = 8 /* a fault of the library */
} dragoman_status;

typedef struct dragoman_error {
  dragoman_status status;
  char place[192];   /* "assets.utterances[17].entities[2].offset"; "" when none */
  char message[512]; /* a sentence for a person, UTF-8 */
} dragoman_error;

typedef struct dragoman_text {
  const char *p; /* not ended by NUL; NULL when absent */
  size_t n;      /* bytes */
} dragoman_text;

/* ---- projects ---------------------------------------------------------------------------- */

typedef struct dragoman_project dragoman_project;

/* Reads and validates a project file, plain or gzip: CLU JSON, LUIS JSON of any schema, or .lu. A LUIS app is
 * converted; what a CLU project cannot hold is not used (doc/luis-formats.md). */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_project_read(const char *path, dragoman_project **project,
                                                                    dragoman_error *error);
/* The same from memory (not gzip). text may be released afterwards. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_project_parse(const char *text, size_t bytes,
                                                                     dragoman_project **project, dragoman_error *error);
DRAGOMAN_API void dragoman_project_free(dragoman_project *project);

/* Which utterances: by their `dataset` mark, Train when they have none. */
typedef enum dragoman_dataset {
  DRAGOMAN_DATASET_TEST = 0,
  DRAGOMAN_DATASET_TRAIN = 1,
  DRAGOMAN_DATASET_ALL = 2
} dragoman_dataset;

typedef struct dragoman_project_info {
  dragoman_text name, language; /* live as long as the project */
  size_t intents;               /* None included */
  size_t entities;
  size_t utterances, train_utterances, test_utterances;
} dragoman_project_info;
DRAGOMAN_API void dragoman_project_describe(const dragoman_project *project, dragoman_project_info *info);

typedef struct dragoman_utterance {
  dragoman_text text, language, intent; /* live as long as the project */
  dragoman_dataset dataset;             /* TEST or TRAIN; ALL: marked as neither */
} dragoman_utterance;
/* index < info.utterances, in the order of the file. */
DRAGOMAN_API void dragoman_project_utterance(const dragoman_project *project, size_t index,
                                             dragoman_utterance *utterance);

/* ---- training ---------------------------------------------------------------------------- */

typedef enum dragoman_mode { DRAGOMAN_STANDARD = 0, DRAGOMAN_ADVANCED = 1 } dragoman_mode;

typedef struct dragoman_train_options {
  dragoman_mode mode;
  uint64_t seed; /* same project, mode and seed: the same bytes */
  int threads;   /* 0: one. The model does not depend on it */
  /* Called on the calling thread while training goes on: done in [0, 1], phase a word for a person.
   * Any answer but 0 stops the training with DRAGOMAN_CANCELLED. NULL: not called. */
  int (*progress)(void *context, double done, const char *phase);
  void *context;
} dragoman_train_options;

/* Trains on the Train utterances and writes the model file. model_path holds the old file, or none,
 * until the new one is complete. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_train(const dragoman_project *project,
                                                             const dragoman_train_options *options,
                                                             const char *model_path, dragoman_error *error);

/* ---- models ------------------------------------------------------------------------------ */

typedef struct dragoman_model dragoman_model;

/* Maps the file into memory; touches little of it. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_model_open(const char *path, dragoman_model **model,
                                                                  dragoman_error *error);
/* Sessions of the model must be free before. */
DRAGOMAN_API void dragoman_model_close(dragoman_model *model);

typedef struct dragoman_model_info {
  dragoman_text project, language, mode, config_version; /* live as long as the model */
  uint64_t seed;
  double confidence_threshold;
  size_t intents, entities, utterances; /* None included; utterances trained on */
  size_t file_bytes;
} dragoman_model_info;
DRAGOMAN_API void dragoman_model_describe(const dragoman_model *model, dragoman_model_info *info);

/* ---- predictions ------------------------------------------------------------------------- */

/* A model and the working memory of one thread. */
typedef struct dragoman_session dragoman_session;
DRAGOMAN_API dragoman_session *dragoman_session_new(const dragoman_model *model);
DRAGOMAN_API void dragoman_session_free(dragoman_session *session);

/* What entity offsets count in JSON. */
typedef enum dragoman_unit {
  DRAGOMAN_UTF16 = 0, /* Utf16CodeUnit: an emoji counts 2 */
  DRAGOMAN_UTF8 = 1,  /* bytes */
  DRAGOMAN_CODEPOINT = 2,
  DRAGOMAN_GRAPHEME = 3 /* TextElements_v8 */
} dragoman_unit;

typedef struct dragoman_predict_options {
  const char *language;    /* of the utterance; NULL: the project's */
  int64_t reference_us;    /* "now" for dates: local time of the person, in microseconds since clocks
                            * there showed 1970-01-01T00:00; 0: the clock, in the zone of the process */
  const double *threshold; /* confidence below which the top intent is None; NULL: the model's */
  dragoman_unit unit;      /* of dragoman_predict_json */
} dragoman_predict_options;

typedef struct dragoman_intent {
  dragoman_text category;
  double confidence; /* [0, 1], calibrated */
} dragoman_intent;

typedef struct dragoman_entity {
  dragoman_text category, text;
  size_t begin_bytes, end_bytes; /* in the utterance, end exclusive */
  double confidence;             /* [0, 1] */
  dragoman_text resolutions;     /* values of its prebuilts, a JSON array of CLU resolutions; .n 0: none */
} dragoman_entity;

typedef struct dragoman_prediction {
  dragoman_text top_intent;       /* "None" when the best score is below the threshold */
  const dragoman_intent *intents; /* every intent, best first */
  size_t intent_count;
  const dragoman_entity *entities; /* by begin */
  size_t entity_count;
} dragoman_prediction;

/* Predicts one utterance. *prediction lives until the next call on this session; the text of its
 * entities points into `text`. DRAGOMAN_INVALID when the text is not UTF-8. A blank text is None. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_predict(dragoman_session *session, const char *text,
                                                               size_t bytes, const dragoman_predict_options *options,
                                                               const dragoman_prediction **prediction,
                                                               dragoman_error *error);

/* The same as the `prediction` object of the CLU runtime: {"topIntent":…,"projectKind":"Conversation",
 * "intents":[…],"entities":[…]}. *json lives until the next call on this session. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_predict_json(dragoman_session *session, const char *text,
                                                                    size_t bytes,
                                                                    const dragoman_predict_options *options,
                                                                    dragoman_text *json, dragoman_error *error);

/* ---- recognisers ------------------------------------------------------------------------- */

/* Numbers, units, dates, times, e-mail addresses and the like with their values: no project, no
 * model. A recogniser holds a culture and the working memory of one thread. A program of 20 lines:
 * examples/recognize.c. */
typedef struct dragoman_recognizer dragoman_recognizer;

/* culture: "en-us", any letter case; a language alone ("en") or with another region takes that of its
 * language. DRAGOMAN_INVALID when there is none. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_recognizer_new(const char *culture,
                                                                      dragoman_recognizer **recognizer,
                                                                      dragoman_error *error);
DRAGOMAN_API void dragoman_recognizer_free(dragoman_recognizer *recognizer);

/* Names of the cultures, and of the models ("NumberModel"), by index from 0; NULL behind the last. */
DRAGOMAN_API const char *dragoman_culture_name(size_t index);
DRAGOMAN_API const char *dragoman_recognizer_model_name(size_t index);

typedef struct dragoman_recognize_options {
  const char *models;    /* what to find, "NumberModel,DateTimeModel"; NULL: everything */
  const char *reference; /* "now", local time of the person: "2026-03-06T16:30:00"; NULL: the clock, in
                          * the zone of the process (TZ) */
} dragoman_recognize_options;

typedef struct dragoman_recognized {
  const char *model;             /* "DateTimeModel" */
  const char *type;              /* "datetimeV2.date" */
  dragoman_text text;            /* points into the text given */
  size_t begin_bytes, end_bytes; /* in that text, end exclusive */
  dragoman_text resolution;      /* JSON object: {"values":[{"timex":…,"type":"date","value":…}]},
                                  * {"value":"3","unit":"Mile","subtype":"Length"}, … */
} dragoman_recognized;

/* Entities of each model are by position and do not overlap; models come in the order of their names
 * above. *entities [*count] lives until the next call on this recogniser. DRAGOMAN_INVALID when the
 * text is not UTF-8, a model is unknown or the reference no date and time; DRAGOMAN_LIMIT for texts of
 * 2 GiB and more. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_recognize(dragoman_recognizer *recognizer, const char *text,
                                                                 size_t bytes,
                                                                 const dragoman_recognize_options *options,
                                                                 const dragoman_recognized **entities, size_t *count,
                                                                 dragoman_error *error);
/* The same as a JSON array of {"text","start","end","type","resolution"}: start and end in UTF-16 code
 * units, end inclusive; text in lower case, as the recognisers that this follows write it. *json lives
 * until the next call on this recogniser. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_recognize_json(dragoman_recognizer *recognizer, const char *text,
                                                                      size_t bytes,
                                                                      const dragoman_recognize_options *options,
                                                                      dragoman_text *json, dragoman_error *error);

/* ---- evaluation -------------------------------------------------------------------------- */

/* Runs the model over the utterances of that dataset and counts. *json, to be released with
 * dragoman_free, ends with NUL: {"utterances","intents":{"accuracy","microF1","macroF1","ece"},
 * "none":{…},"entities":{…},"perIntent":…,"perEntity":…} (doc/evaluation.md). DRAGOMAN_INVALID when
 * there is no such utterance. */
DRAGOMAN_API DRAGOMAN_CHECKED dragoman_status dragoman_evaluate(const dragoman_model *model,
                                                                const dragoman_project *project,
                                                                dragoman_dataset dataset, char **json,
                                                                dragoman_error *error);
DRAGOMAN_API void dragoman_free(void *memory);

#ifdef __cplusplus
}
#endif
#endif
