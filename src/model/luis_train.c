#include "model/luis_training.h"

#include "base/file.h"
#include "model/model_write.h"

#include <stdlib.h>

/* app --schema, tables, rows--> intent trainer --tasks--> calibration --\
 *                           \-> layers: first --tasks--> the rest --tasks--+--> sections --> file
 *
 * The first layer is trained beside the intents; the others take its word clusters, so they come after it. */

typedef struct luis_run {
  luis_training t;
  project p; /* of the intents: all utterances and texts of patterns, without labels */
  training_set set;
  luis_layers layers;
  luis_sections sections;
  intent_trainer *intents;
  intent_result result;
} luis_run;

static err_code report(const train_options *o, double done, const char *phase, err *e) {
  if (o->progress) o->progress(o->progress_ctx, done, phase);
  if (o->cancel && atomic_load(o->cancel)) return err_set(e, ERR_CANCELLED, "the training was cancelled");
  return ERR_OK;
}

/* ---- The app ---- */

static str lower(str s, arena *a) {
  char *p = arena_cstr(a, s);
  for (size_t i = 0; i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
  return str_make(p, s.n);
}

static unsigned settings_of(const luis_app *app) {
  unsigned bits = 0;
  for (size_t i = 0; i < app->setting_count; i++)
    if (str_eq_nocase(app->settings[i].value, STR("true"))) bits |= luis_setting_bit(app->settings[i].name);
  return bits;
}

/* NULL: all. */
static const bool *utterances_taken(luis_training *t, const utterance_role *roles) {
  if (!roles || (t->o.split == SPLIT_PERCENTAGE && t->o.training_percent == 100)) return NULL;
  bool *take = ARENA_ARRAY(&t->a, bool, t->app->utterance_count + 1);
  for (size_t i = 0; i < t->app->utterance_count; i++) take[i] = roles[i] == ROLE_TRAIN;
  return take;
}

static err_code read_app(luis_run *r, const luis_app *app, const train_options *o, const utterance_role *roles,
                         err *e) {
  luis_training *t = &r->t;
  *t = (luis_training){.app = app, .o = *o, .settings = settings_of(app)};
  arena_init(&t->a, 1 << 20);
  string_table_init(&t->strings);
  luis_schema_init(&t->schema, app, &t->strings);
  t->culture = app->culture.n ? lower(app->culture, &t->a) : STR("en-us");
  luis_rows_read(t, utterances_taken(t, roles));
  err_code rc = luis_tables_build(t, e);
  return rc ? rc : luis_sections_prepare(t, &r->sections, e);
}

/* ---- Intents ---- */

/* None is always there: last, when the app lacks it. */
static const intent *intents_of(luis_training *t, size_t *n) {
  intent *v = ARENA_ARRAY(&t->a, intent, t->app->intent_count + 1);
  bool none = false;
  for (*n = 0; *n < t->app->intent_count; (*n)++) {
    v[*n].category = t->app->intents[*n].name;
    none |= str_eq(v[*n].category, STR("None"));
  }
  if (!none) v[(*n)++].category = STR("None");
  return v;
}

static const entity *entities_of(luis_training *t) {
  luis_lexicon x = luis_training_lexicon(t);
  entity *v = ARENA_ARRAY(&t->a, entity, t->schema.entities + 1);
  for (uint32_t i = 0; i < t->schema.entities; i++)
    v[i].category = arena_str(&t->a, luis_string(&x.strings, x.nodes[i].name));
  return v;
}

static void make_project(luis_run *r, str app_id) {
  luis_training *t = &r->t;
  utterance *v = ARENA_ARRAY(&t->a, utterance, t->n + 1);
  for (size_t i = 0; i < t->n; i++) v[i] = (utterance){.text = t->rows[i].text, .intent = t->rows[i].intent};
  r->p = (project){.metadata = {.kind = PROJECT_LUIS, .name = app_id, .language = t->culture},
                   .entities = entities_of(t),
                   .entity_count = t->schema.entities,
                   .utterances = v,
                   .utterance_count = t->n};
  r->p.intents = intents_of(t, &r->p.intent_count);
}

static void make_set(luis_run *r) {
  luis_training *t = &r->t;
  training_set *s = &r->set;
  *s = (training_set){.p = &r->p};
  arena_init(&s->a, 0);
  s->rows = mem_zalloc(t->n + 1, sizeof *s->rows);
  luis_lexicon x = luis_training_lexicon(t);
  for (uint32_t i = 0; i < t->n; i++) {
    luis_own own = {&t->tables.components, i};
    luis_view view = {.x = &x,
                      .signals = t->schema.signals.p,
                      .range = t->schema.intent_signals,
                      .left_out = luis_own_value,
                      .ctx = &own};
    s->rows[i] = (training_row){.utterance = i, .original = i, .t = t->rows[i].words.learned};
    luis_extras(&view, &t->rows[i].marks, &s->a, &s->rows[i].extras);
  }
  s->n = s->originals = t->n;
}

/* ---- Learning ---- */

static err_code prepare(luis_run *r, str app_id, err *e) {
  err_code rc;
  if ((rc = report(&r->t.o, 0.01, "preparing", e))) return rc;
  luis_rows_mark(&r->t);
  luis_layers_init(&r->layers, &r->t);
  make_project(r, app_id);
  make_set(r);
  if ((rc = report(&r->t.o, 0.03, "preparing", e))) return rc;
  if ((rc = intent_trainer_new(&r->set, &r->t.o, &r->intents, e))) return rc;
  return report(&r->t.o, 0.04, "preparing", e);
}

/* The first layer and the intents, then the other layers. */
static err_code learn(luis_run *r, err *e) {
  size_t n = 0, layers = r->layers.n;
  task *tasks = mem_zalloc(layers + 1 + INTENT_MAX_TASKS, sizeof *tasks);
  double share = layers > 1 ? 0.7 : 0.96;
  if (layers) n += entity_trainer_tasks(&r->layers.v[0].tagger, tasks);
  n += intent_trainer_tasks(r->intents, tasks + n);
  err_code rc = tasks_run(tasks, n, &r->t.o, 0.04, share, "training", e);
  n = 0;
  for (size_t i = 1; i < layers; i++) n += entity_trainer_tasks(&r->layers.v[i].tagger, tasks + n);
  if (!rc && n) rc = tasks_run(tasks, n, &r->t.o, share, 0.96, "training", e);
  free(tasks);
  if (rc) return rc;
  intent_trainer_calibrate(r->intents, &r->result);
  return report(&r->t.o, 0.97, "calibrating", e);
}

static err_code write_model(luis_run *r, const config_version *version, const char *path, err *e) {
  bool clusters = r->layers.n && r->layers.v[0].plan->kind == LUIS_LAYER_LEARNED;
  model_parts parts = {.set = &r->set,
                       .utterances = r->t.utterances,
                       .o = &r->t.o,
                       .version = version,
                       .strings = &r->t.strings,
                       .components = &r->t.tables.components,
                       .intents = &r->result,
                       .clusters = clusters ? &r->layers.v[0].tagger : NULL};
  model_writer w = {0};
  buf file = {0};
  model_write_sections(&parts, &w);
  luis_sections_write(&r->sections, &r->layers, &w);
  model_writer_finish(&w, &file);
  err_code rc = report(&r->t.o, 0.98, "writing", e);
  if (!rc) rc = file_write_atomic(path, buf_str(&file), 0644, e);
  buf_free(&file);
  model_writer_free(&w);
  return rc ? rc : report(&r->t.o, 1, "writing", e);
}

static void run_free(luis_run *r) {
  intent_trainer_free(r->intents);
  luis_layers_free(&r->layers);
  luis_sections_free(&r->sections);
  if (r->set.rows) training_set_free(&r->set);
  luis_tables_free(&r->t.tables);
  luis_schema_free(&r->t.schema);
  string_table_free(&r->t.strings);
  arena_fini(&r->t.a);
}

err_code luis_train(const luis_app *app, str app_id, const train_options *o, const utterance_role *roles,
                    const char *path, err *e) {
  const config_version *version = config_version_find(o->config_version);
  if (!version)
    return err_at(e, ERR_INVALID_ARGUMENT, "trainingConfigVersion", "unknown training configuration version %.*s",
                  STR_ARG(o->config_version));
  luis_run r = {0};
  err_code rc = read_app(&r, app, o, roles, e);
  if (!rc) rc = prepare(&r, app_id, e);
  if (!rc) rc = learn(&r, e);
  if (!rc) rc = write_model(&r, version, path, e);
  run_free(&r);
  return rc;
}
