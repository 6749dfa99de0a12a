#include "model/train.h"

#include "base/file.h"
#include "model/model_write.h"

#include <stdlib.h>

/* project --rows of tokens--> phrases, regexes
 *                        \--> intent trainer --tasks--\
 *                         \-> entity trainer --tasks---+--calibration--> sections --> file */

typedef struct training {
  train_options o;
  training_set set;
  string_table strings;
  component_tables components;
  intent_trainer *intents;
  entity_trainer entities;
  intent_result result;
} training;

static err_code report(const train_options *o, double done, const char *phase, err *e) {
  if (o->progress) o->progress(o->progress_ctx, done, phase);
  if (o->cancel && atomic_load(o->cancel)) return err_set(e, ERR_CANCELLED, "the training was cancelled");
  return ERR_OK;
}

static err_code prepare(training *t, err *e) {
  err_code rc;
  if ((rc = report(&t->o, 0, "preparing", e))) return rc;
  if ((rc = component_tables_build(&t->set, &t->strings, &t->components, e))) return rc;
  if ((rc = report(&t->o, 0.01, "preparing", e))) return rc;
  if ((rc = intent_trainer_new(&t->set, &t->o, &t->intents, e))) return rc;
  training_hits(&t->set, &t->components, &t->strings);
  entity_trainer_init(&t->entities, &t->set, NULL, &t->o);
  return report(&t->o, 0.04, "preparing", e);
}

/* The entities first: they are the longest task of most projects. */
static err_code learn(training *t, err *e) {
  task tasks[1 + INTENT_MAX_TASKS];
  size_t n = entity_trainer_tasks(&t->entities, tasks);
  n += intent_trainer_tasks(t->intents, tasks + n);
  err_code rc = tasks_run(tasks, n, &t->o, 0.04, 0.96, "training", e);
  if (rc) return rc;
  intent_trainer_calibrate(t->intents, &t->result);
  return report(&t->o, 0.97, "calibrating", e);
}

static err_code write_model(training *t, const config_version *version, const char *path, err *e) {
  model_parts parts = {.set = &t->set,
                       .utterances = t->set.originals,
                       .o = &t->o,
                       .version = version,
                       .strings = &t->strings,
                       .components = &t->components,
                       .intents = &t->result,
                       .entities = &t->entities,
                       .clusters = t->entities.types.n ? &t->entities : NULL};
  model_writer w = {0};
  buf file = {0};
  model_write_sections(&parts, &w);
  model_writer_finish(&w, &file);
  err_code rc = report(&t->o, 0.98, "writing", e);
  if (!rc) rc = file_write_atomic(path, buf_str(&file), 0644, e);
  buf_free(&file);
  model_writer_free(&w);
  return rc ? rc : report(&t->o, 1, "writing", e);
}

err_code model_train(const project *p, const train_options *o, const utterance_role *roles, const char *path, err *e) {
  const config_version *version = config_version_find(o->config_version);
  if (!version)
    return err_at(e, ERR_INVALID_ARGUMENT, "trainingConfigVersion", "unknown training configuration version %.*s",
                  STR_ARG(o->config_version));
  training t = {.o = *o};
  training_set_init(&t.set, p, roles);
  string_table_init(&t.strings);
  err_code rc = prepare(&t, e);
  if (!rc) rc = learn(&t, e);
  if (!rc) rc = write_model(&t, version, path, e);
  entity_trainer_free(&t.entities);
  intent_trainer_free(t.intents);
  component_tables_free(&t.components);
  string_table_free(&t.strings);
  training_set_free(&t.set);
  return rc;
}
