/* dragoman.c -- libdragoman: the public functions over project/, model/ and recognize/. The only file that knows
 * both the public and the internal types. */
#include "dragoman.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/json_out.h"
#include "base/vec.h"
#include "model/evaluate.h"
#include "model/model.h"
#include "model/train.h"
#include "project/project_file.h"
#include "recognize/grammar.h"
#include "recognize/request.h"
#include "text/utf8.h"

#include <stdio.h>

#define TEXT_OF_NUMBER_(n) #n
#define TEXT_OF_NUMBER(n)  TEXT_OF_NUMBER_(n)

static const size_t PROJECT_MAX_BYTES = (size_t)512 << 20;

struct dragoman_project {
  arena memory;
  project p;
};

struct dragoman_session {
  const model *model;
  arena memory; /* results of the last call */
  buf json;     /* likewise */
};

const char *dragoman_version(void) {
  return TEXT_OF_NUMBER(DRAGOMAN_VERSION_MAJOR) "." TEXT_OF_NUMBER(DRAGOMAN_VERSION_MINOR) "." TEXT_OF_NUMBER(
      DRAGOMAN_VERSION_PATCH);
}

/* ---- errors ------------------------------------------------------------------------------ */

static dragoman_status status_of(err_code code) {
  switch (code) {
  case ERR_OK: return DRAGOMAN_OK;
  case ERR_QUOTA_EXCEEDED:
  case ERR_TOO_LARGE: return DRAGOMAN_LIMIT;
  case ERR_NOT_FOUND: return DRAGOMAN_NOT_FOUND;
  case ERR_CORRUPT: return DRAGOMAN_CORRUPT;
  case ERR_IO:
  case ERR_NO_SPACE: return DRAGOMAN_IO;
  case ERR_CANCELLED: return DRAGOMAN_CANCELLED;
  case ERR_NO_MEMORY: return DRAGOMAN_NO_MEMORY;
  case ERR_INVALID_REQUEST:
  case ERR_INVALID_ARGUMENT: return DRAGOMAN_INVALID;
  default: return DRAGOMAN_INTERNAL;
  }
}

/* Hands an internal error out; e need not be filled. */
static dragoman_status give_error(dragoman_error *out, err_code code, const err *e) {
  dragoman_status status = status_of(code);
  if (!out || status == DRAGOMAN_OK) return status;
  out->status = status;
  snprintf(out->place, sizeof out->place, "%s", e->target);
  snprintf(out->message, sizeof out->message, "%s", e->message[0] ? e->message : err_default_message(code));
  return status;
}

static dragoman_text text_of(str s) {
  return (dragoman_text){s.p, s.n};
}

/* ---- projects ---------------------------------------------------------------------------- */

dragoman_status dragoman_project_parse(const char *text, size_t bytes, dragoman_project **out, dragoman_error *error) {
  err e = {0};
  dragoman_project *p = mem_zalloc(1, sizeof *p);
  arena_init(&p->memory, 0);
  err_code code = project_file_read_clu(str_make(text, bytes), &p->memory, &p->p, NULL, &e);
  if (code == ERR_OK)
    *out = p;
  else
    dragoman_project_free(p);
  return give_error(error, code, &e);
}

dragoman_status dragoman_project_read(const char *path, dragoman_project **out, dragoman_error *error) {
  err e = {0};
  char *json = NULL;
  size_t bytes = 0;
  err_code code = file_read_maybe_gz(path, PROJECT_MAX_BYTES, &json, &bytes, &e);
  if (code != ERR_OK) return give_error(error, code, &e);
  dragoman_status status = dragoman_project_parse(json, bytes, out, error);
  free(json);
  return status;
}

void dragoman_project_free(dragoman_project *p) {
  if (!p) return;
  arena_fini(&p->memory);
  free(p);
}

static dragoman_dataset dataset_of(const utterance *u) {
  switch (utterance_dataset(u)) {
  case DATASET_TRAIN: return DRAGOMAN_DATASET_TRAIN;
  case DATASET_TEST: return DRAGOMAN_DATASET_TEST;
  case DATASET_OTHER: break;
  }
  return DRAGOMAN_DATASET_ALL;
}

void dragoman_project_describe(const dragoman_project *p, dragoman_project_info *info) {
  *info = (dragoman_project_info){.name = text_of(p->p.metadata.name),
                                  .language = text_of(p->p.metadata.language),
                                  .intents = p->p.intent_count,
                                  .entities = p->p.entity_count,
                                  .utterances = p->p.utterance_count};
  for (size_t i = 0; i < p->p.utterance_count; i++) {
    dragoman_dataset d = dataset_of(&p->p.utterances[i]);
    info->train_utterances += d == DRAGOMAN_DATASET_TRAIN;
    info->test_utterances += d == DRAGOMAN_DATASET_TEST;
  }
}

void dragoman_project_utterance(const dragoman_project *p, size_t index, dragoman_utterance *out) {
  const utterance *u = &p->p.utterances[index];
  *out = (dragoman_utterance){.text = text_of(u->text),
                              .language = text_of(utterance_language(&p->p, u)),
                              .intent = text_of(p->p.intents[u->intent].category),
                              .dataset = dataset_of(u)};
}

/* ---- training ---------------------------------------------------------------------------- */

typedef struct training_watch {
  const dragoman_train_options *options;
  atomic_bool stop;
} training_watch;

static void on_progress(void *context, double done, const char *phase) {
  training_watch *watch = context;
  if (watch->options->progress(watch->options->context, done, phase)) atomic_store(&watch->stop, true);
}

dragoman_status dragoman_train(const dragoman_project *p, const dragoman_train_options *options, const char *model_path,
                               dragoman_error *error) {
  static const dragoman_train_options defaults;
  if (!options) options = &defaults;
  training_watch watch = {.options = options};
  train_options o = {.mode = options->mode == DRAGOMAN_ADVANCED ? TRAINING_ADVANCED : TRAINING_STANDARD,
                     .seed = options->seed,
                     .split = SPLIT_MANUAL,
                     .threads = options->threads > 0 ? options->threads : 1,
                     .progress = options->progress ? on_progress : NULL,
                     .progress_ctx = &watch,
                     .cancel = &watch.stop};
  err e = {0};
  utterance_role *roles = mem_zalloc(p->p.utterance_count + 1, sizeof *roles);
  train_split(&p->p, &o, roles);
  err_code code = model_train(&p->p, &o, roles, model_path, &e);
  free(roles);
  return give_error(error, code, &e);
}

/* ---- models ------------------------------------------------------------------------------ */

/* The public handle is the internal model itself; only the name differs. */
static const model *model_of(const dragoman_model *m) {
  return (const model *)m;
}

dragoman_status dragoman_model_open(const char *path, dragoman_model **out, dragoman_error *error) {
  err e = {0};
  model *m = NULL;
  err_code code = model_open(path, false, &m, &e);
  if (code == ERR_OK) *out = (dragoman_model *)m;
  return give_error(error, code, &e);
}

void dragoman_model_close(dragoman_model *m) {
  model_close((model *)m);
}

void dragoman_model_describe(const dragoman_model *m, dragoman_model_info *info) {
  const model_info *d = model_describe(model_of(m));
  *info = (dragoman_model_info){.project = text_of(d->project_name),
                                .language = text_of(d->language),
                                .mode = text_of(d->training_mode),
                                .config_version = text_of(d->config_version),
                                .seed = d->seed,
                                .confidence_threshold = d->confidence_threshold,
                                .intents = d->intent_count,
                                .entities = d->entity_count,
                                .utterances = d->utterance_count,
                                .file_bytes = d->file_bytes};
}

/* ---- predictions ------------------------------------------------------------------------- */

dragoman_session *dragoman_session_new(const dragoman_model *m) {
  dragoman_session *s = mem_zalloc(1, sizeof *s);
  s->model = model_of(m);
  arena_init(&s->memory, 0);
  return s;
}

void dragoman_session_free(dragoman_session *s) {
  if (!s) return;
  arena_fini(&s->memory);
  buf_free(&s->json);
  free(s);
}

/* Forgets the last call's results and predicts anew. */
static err_code predict(dragoman_session *s, str text, const dragoman_predict_options *o, prediction *out, err *e) {
  size_t bad;
  if (!utf8_valid(text, &bad)) return err_set(e, ERR_INVALID_ARGUMENT, "the text is not UTF-8 at byte %zu", bad);
  arena_reset(&s->memory);
  predict_options po = {.threshold = -1};
  if (o) {
    po.language = str_of(o->language);
    po.reference_us = o->reference_us;
    if (o->threshold) po.threshold = *o->threshold;
  }
  model_predict(s->model, text, &po, &s->memory, out);
  return ERR_OK;
}

static dragoman_text resolutions_of(dragoman_session *s, const predicted_entity *e) {
  if (!e->resolution_count) return (dragoman_text){NULL, 0};
  jw w;
  s->json.n = 0;
  jw_init(&w, &s->json);
  jw_arr(&w);
  for (size_t i = 0; i < e->resolution_count; i++) attr_list_write_json(&w, &e->resolutions[i]);
  jw_end(&w);
  return text_of(arena_str(&s->memory, buf_str(&s->json)));
}

static const dragoman_prediction *publish(dragoman_session *s, str text, const prediction *p) {
  dragoman_intent *intents = ARENA_ARRAY(&s->memory, dragoman_intent, p->intent_count);
  for (size_t i = 0; i < p->intent_count; i++)
    intents[i] = (dragoman_intent){text_of(model_intent_name(s->model, p->intents[i].intent)), p->intents[i].score};
  dragoman_entity *entities = ARENA_ARRAY(&s->memory, dragoman_entity, p->entity_count);
  for (size_t i = 0; i < p->entity_count; i++) {
    const predicted_entity *from = &p->entities[i];
    entities[i] = (dragoman_entity){.category = text_of(model_entity_name(s->model, from->entity)),
                                    .text = {text.p + from->begin_bytes, from->end_bytes - from->begin_bytes},
                                    .begin_bytes = from->begin_bytes,
                                    .end_bytes = from->end_bytes,
                                    .confidence = from->score,
                                    .resolutions = resolutions_of(s, from)};
  }
  dragoman_prediction *out = ARENA_NEW(&s->memory, dragoman_prediction);
  *out = (dragoman_prediction){.top_intent = text_of(model_intent_name(s->model, p->top_intent)),
                               .intents = intents,
                               .intent_count = p->intent_count,
                               .entities = entities,
                               .entity_count = p->entity_count};
  return out;
}

dragoman_status dragoman_predict(dragoman_session *s, const char *text, size_t bytes,
                                 const dragoman_predict_options *options, const dragoman_prediction **out,
                                 dragoman_error *error) {
  err e = {0};
  prediction p;
  err_code code = predict(s, str_make(text, bytes), options, &p, &e);
  if (code == ERR_OK) *out = publish(s, str_make(text, bytes), &p);
  return give_error(error, code, &e);
}

static offset_unit unit_of(const dragoman_predict_options *o) {
  switch (o ? o->unit : DRAGOMAN_UTF16) {
  case DRAGOMAN_UTF8: return OFFSET_UTF8;
  case DRAGOMAN_CODEPOINT: return OFFSET_CODEPOINT;
  case DRAGOMAN_GRAPHEME: return OFFSET_GRAPHEME;
  case DRAGOMAN_UTF16: break;
  }
  return OFFSET_UTF16;
}

dragoman_status dragoman_predict_json(dragoman_session *s, const char *text, size_t bytes,
                                      const dragoman_predict_options *options, dragoman_text *json,
                                      dragoman_error *error) {
  err e = {0};
  prediction p;
  err_code code = predict(s, str_make(text, bytes), options, &p, &e);
  if (code != ERR_OK) return give_error(error, code, &e);
  s->json.n = 0;
  jw w;
  jw_init(&w, &s->json);
  prediction_write(&w, s->model, str_make(text, bytes), &p, unit_of(options), &s->memory);
  *json = text_of(buf_str(&s->json));
  return DRAGOMAN_OK;
}

/* ---- recognisers ------------------------------------------------------------------------- */

struct dragoman_recognizer {
  const culture *culture;
  arena memory; /* results of the last call */
  buf json;     /* likewise */
};

dragoman_status dragoman_recognizer_new(const char *name, dragoman_recognizer **out, dragoman_error *error) {
  err e = {0};
  const culture *c;
  err_code code = request_culture(str_of(name), &c, &e);
  if (code != ERR_OK) return give_error(error, code, &e);
  dragoman_recognizer *r = mem_zalloc(1, sizeof *r);
  r->culture = c;
  arena_init(&r->memory, 0);
  *out = r;
  return DRAGOMAN_OK;
}

void dragoman_recognizer_free(dragoman_recognizer *r) {
  if (!r) return;
  arena_fini(&r->memory);
  buf_free(&r->json);
  free(r);
}

const char *dragoman_culture_name(size_t index) {
  size_t n;
  const culture *const *all = culture_all(&n);
  return index < n ? all[index]->name : NULL;
}

const char *dragoman_recognizer_model_name(size_t index) {
  return index < RECOGNIZE_MODELS ? recognize_model_name((recognize_model)index) : NULL;
}

/* Forgets the last call's results and recognises anew. */
static err_code run_recognizer(dragoman_recognizer *r, str text, const dragoman_recognize_options *options,
                               recognized **found, size_t *n, err *e) {
  recognize_options o = {.models = RECOGNIZE_ALL_MODELS};
  if (options && options->models) {
    err_code code = request_models(str_of(options->models), &o, e);
    if (code != ERR_OK) return code;
  }
  if (!options || !options->reference)
    o.reference = request_now();
  else if (!request_reference(str_of(options->reference), &o.reference))
    return err_at(e, ERR_INVALID_ARGUMENT, "reference", "\"%s\" is no date and time (YYYY-MM-DDThh:mm:ss)",
                  options->reference);
  arena_reset(&r->memory);
  r->json.n = 0;
  return recognize(r->culture, text, &o, &r->memory, found, n, e);
}

/* The JSON of one resolution, copied out of the buffer that the next one uses again. */
static dragoman_text resolution_of(dragoman_recognizer *r, const recognized *found) {
  jw w;
  r->json.n = 0;
  jw_init(&w, &r->json);
  recognized_write_resolution(&w, found);
  return text_of(arena_str(&r->memory, buf_str(&r->json)));
}

dragoman_status dragoman_recognize(dragoman_recognizer *r, const char *text, size_t bytes,
                                   const dragoman_recognize_options *options, const dragoman_recognized **entities,
                                   size_t *count, dragoman_error *error) {
  err e = {0};
  recognized *found;
  size_t n;
  err_code code = run_recognizer(r, str_make(text, bytes), options, &found, &n, &e);
  if (code != ERR_OK) return give_error(error, code, &e);
  dragoman_recognized *out = ARENA_ARRAY(&r->memory, dragoman_recognized, n);
  for (size_t i = 0; i < n; i++)
    out[i] = (dragoman_recognized){.model = recognize_model_name(found[i].model),
                                   .type = found[i].type,
                                   .text = {text + found[i].begin_bytes, found[i].end_bytes - found[i].begin_bytes},
                                   .begin_bytes = found[i].begin_bytes,
                                   .end_bytes = found[i].end_bytes,
                                   .resolution = resolution_of(r, &found[i])};
  *entities = out;
  *count = n;
  return DRAGOMAN_OK;
}

dragoman_status dragoman_recognize_json(dragoman_recognizer *r, const char *text, size_t bytes,
                                        const dragoman_recognize_options *options, dragoman_text *json,
                                        dragoman_error *error) {
  err e = {0};
  recognized *found;
  size_t n;
  err_code code = run_recognizer(r, str_make(text, bytes), options, &found, &n, &e);
  if (code != ERR_OK) return give_error(error, code, &e);
  jw w;
  jw_init(&w, &r->json);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) recognized_write_json(&w, &found[i]);
  jw_end(&w);
  *json = text_of(buf_str(&r->json));
  return DRAGOMAN_OK;
}

/* ---- evaluation -------------------------------------------------------------------------- */

/* Marks the utterances of the dataset in take[]; returns how many. */
static size_t select_dataset(const project *p, dragoman_dataset which, bool *take) {
  size_t n = 0;
  for (size_t i = 0; i < p->utterance_count; i++) {
    take[i] = which == DRAGOMAN_DATASET_ALL || dataset_of(&p->utterances[i]) == which;
    n += take[i];
  }
  return n;
}

static char *report_of(const evaluation *ev) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  evaluation_write_report(&w, ev);
  size_t n;
  return buf_take(&json, &n);
}

dragoman_status dragoman_evaluate(const dragoman_model *m, const dragoman_project *p, dragoman_dataset which,
                                  char **json, dragoman_error *error) {
  err e = {0};
  evaluation *ev = NULL;
  bool *take = mem_zalloc(p->p.utterance_count + 1, sizeof *take);
  err_code code = select_dataset(&p->p, which, take) == 0
                      ? err_set(&e, ERR_INVALID_ARGUMENT, "the project has no utterances in that dataset")
                      : evaluation_run(model_of(m), &p->p, take, &ev, &e);
  if (code == ERR_OK) *json = report_of(ev);
  evaluation_free(ev);
  free(take);
  return give_error(error, code, &e);
}

void dragoman_free(void *memory) {
  free(memory);
}
