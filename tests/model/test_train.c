/* A small project end to end: split, train, open, predict, evaluate; what can go wrong on the way. */
#include "tests/model/small_project.h"

#include "base/file.h"
#include "base/hash.h"
#include "model/evaluate.h"
#include "model/model_internal.h"

#include <unistd.h>

typedef struct fixture {
  arena a;
  project p;
  utterance_role *roles;
  char path[64];
  model *m;
} fixture;

static const train_options manual = {.mode = TRAINING_STANDARD, .seed = 5, .split = SPLIT_MANUAL, .threads = 2};

static void file_of_model(const fixture *f, const train_options *o, const char *suffix, char **data, size_t *n) {
  char path[80];
  err e = {0};
  snprintf(path, sizeof path, "%s.%s", f->path, suffix);
  if (model_train(&f->p, o, f->roles, path, &e)) fail_msg("%s", e.message);
  assert_int_equal(file_read(path, 1 << 28, data, n, &e), ERR_OK);
  unlink(path);
}

static int setup(void **state) {
  fixture *f = mem_zalloc(1, sizeof *f);
  arena_init(&f->a, 0);
  small_project_read(&f->a, &f->p);
  f->roles = ARENA_ARRAY(&f->a, utterance_role, f->p.utterance_count);
  train_split(&f->p, &manual, f->roles);
  snprintf(f->path, sizeof f->path, "/tmp/dragoman-test-train-%d", (int)getpid());
  err e = {0};
  if (model_train(&f->p, &manual, f->roles, f->path, &e) || model_open(f->path, true, &f->m, &e))
    fail_msg("%s", e.message);
  *state = f;
  return 0;
}

static int teardown(void **state) {
  fixture *f = *state;
  model_close(f->m);
  unlink(f->path);
  arena_fini(&f->a);
  free(f);
  return 0;
}

static prediction predict(const fixture *f, arena *a, str text, str spoken) {
  predict_options o = {.language = spoken, .threshold = -1};
  prediction p;
  model_predict(f->m, text, &o, a, &p);
  return p;
}

/* What every answer promises. */
static void check_prediction(const fixture *f, str text, const prediction *p) {
  assert_int_equal(p->intent_count, 4);
  double sum = 0;
  for (size_t i = 0; i < p->intent_count; i++) {
    assert_true(p->intents[i].score >= 0 && p->intents[i].score <= 1);
    if (i) assert_true(p->intents[i].score <= p->intents[i - 1].score);
    sum += (double)p->intents[i].score;
  }
  assert_float_equal(sum, 1, 1e-4);
  assert_true(p->top_intent < model_describe(f->m)->intent_count);
  for (size_t i = 0; i < p->entity_count; i++) {
    assert_true(p->entities[i].begin_bytes < p->entities[i].end_bytes && p->entities[i].end_bytes <= text.n);
    assert_true(p->entities[i].score >= 0 && p->entities[i].score <= 1);
    if (i) assert_true(p->entities[i - 1].begin_bytes <= p->entities[i].begin_bytes);
  }
}

static str entity_text(str text, const predicted_entity *e) {
  return str_make(text.p + e->begin_bytes, e->end_bytes - e->begin_bytes);
}

static void test_describe(void **state) {
  fixture *f = *state;
  const model_info *i = model_describe(f->m);
  assert_str_equal(i->project_name, STR("Small"));
  assert_str_equal(i->language, STR("en-us"));
  assert_str_equal(i->training_mode, STR("standard"));
  assert_str_equal(i->config_version, STR("2023-04-15"));
  assert_true(i->multilingual);
  assert_int_equal(i->seed, 5);
  assert_int_equal(i->utterance_count, 20);
  assert_int_equal(i->entity_count, 3);
  assert_float_equal(i->confidence_threshold, 0.2, 0);
  assert_str_equal(model_intent_name(f->m, 2), STR("Weather"));
  assert_str_equal(model_entity_name(f->m, 1), STR("Drink"));
  assert_str_equal(model_entity_name(f->m, 99), STR(""));
}

static void test_predict(void **state) {
  fixture *f = *state;
  arena a;
  arena_init(&a, 0);
  str text = STR("book a flight to Madrid");
  prediction p = predict(f, &a, text, STR_NONE);
  check_prediction(f, text, &p);
  assert_str_equal(model_intent_name(f->m, p.top_intent), STR("Book"));
  assert_int_equal(p.entity_count, 1);
  assert_str_equal(entity_text(text, &p.entities[0]), STR("Madrid"));
  assert_int_equal(p.entities[0].components, COMPONENT_LEARNED);
  p = predict(f, &a, STR("what is the weather"), STR_NONE);
  assert_str_equal(model_intent_name(f->m, p.top_intent), STR("Weather"));
  arena_fini(&a);
}

/* Learned, list and regex in one utterance, each with what it carries. */
static void test_components_together(void **state) {
  fixture *f = *state;
  arena a;
  arena_init(&a, 0);
  str text = STR("book a flight to Rome with Milk Coffee under ORD-1234 and ord-12");
  prediction p = predict(f, &a, text, STR_NONE);
  check_prediction(f, text, &p);
  assert_int_equal(p.entity_count, 3);
  assert_str_equal(entity_text(text, &p.entities[0]), STR("Rome"));
  const predicted_entity *drink = &p.entities[1], *ticket = &p.entities[2];
  assert_str_equal(entity_text(text, drink), STR("Milk Coffee"));
  assert_int_equal(drink->components, COMPONENT_LIST);
  assert_float_equal(drink->score, 1, 0);
  assert_int_equal(drink->extra_count, 1); /* "Milk" inside it is not said again */
  assert_str_equal(drink->extras[0].key, STR("Latte"));
  assert_str_equal(entity_text(text, ticket), STR("ORD-1234"));
  assert_int_equal(ticket->extras[0].kind, EXTRA_REGEX_KEY);
  assert_str_equal(ticket->extras[0].key, STR("order-no"));
  assert_str_equal(ticket->extras[0].pattern, STR("ORD-[0-9]{4}"));
  arena_fini(&a);
}

static size_t drinks(const fixture *f, arena *a, str text, str spoken) {
  prediction p = predict(f, a, text, spoken);
  size_t n = 0;
  for (size_t i = 0; i < p.entity_count; i++) n += p.entities[i].entity == 1;
  return n;
}

/* Synonyms belong to languages; the request's counts, else the project's. */
static void test_language(void **state) {
  fixture *f = *state;
  arena a;
  arena_init(&a, 0);
  assert_int_equal(drinks(f, &a, STR("un café au lait"), STR("fr")), 1);
  assert_int_equal(drinks(f, &a, STR("un café au lait"), STR("FR")), 1);
  assert_int_equal(drinks(f, &a, STR("un café au lait"), STR_NONE), 0);
  assert_int_equal(drinks(f, &a, STR("one latte"), STR_NONE), 1);
  assert_int_equal(drinks(f, &a, STR("one latte"), STR("en")), 1);
  assert_int_equal(drinks(f, &a, STR("one latte"), STR("fr")), 0);
  arena_fini(&a);
}

/* The threshold replaces the top intent and leaves the scores. */
static void test_threshold(void **state) {
  fixture *f = *state;
  arena a;
  arena_init(&a, 0);
  predict_options none = {.threshold = 0}, all = {.threshold = 1};
  prediction p, q;
  model_predict(f->m, STR("fly to Paris"), &none, &a, &p);
  model_predict(f->m, STR("fly to Paris"), &all, &a, &q);
  assert_int_equal(p.top_intent, 1);
  assert_int_equal(q.top_intent, 0);
  for (size_t i = 0; i < p.intent_count; i++) {
    assert_int_equal(p.intents[i].intent, q.intents[i].intent);
    assert_float_equal(p.intents[i].score, q.intents[i].score, 0);
  }
  arena_fini(&a);
}

static void test_odd_texts(void **state) {
  fixture *f = *state;
  static const char *const texts[] = {
      "",
      " ",
      "\t \n",
      ".",
      "!!!",
      "\u200b",
      "\U0001F44D\U0001F3FD \U0001F468\u200D\U0001F469\u200D\U0001F467",
      "\u0645\u0631\u062d\u0628\u0627 \u202b\u0628\u0643\u0645\u202c",
      "e\u0301e\u0301e\u0301",
      "\u6771\u4eac\u306b\u884c\u304d\u305f\u3044",
      "\u0e01\u0e34\u0e19\u0e02\u0e49\u0e32\u0e27",
      "ZZZZ qqqq",
      "\u0301\u0301",
  };
  arena a;
  arena_init(&a, 0);
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    str text = str_of(texts[i]);
    prediction p = predict(f, &a, text, STR_NONE);
    check_prediction(f, text, &p);
  }
  prediction blank = predict(f, &a, STR("  "), STR_NONE);
  assert_int_equal(blank.top_intent, 0);
  assert_float_equal(blank.intents[0].score, 1, 0);
  char long_text[4001];
  for (size_t i = 0; i < 1000; i++) memcpy(long_text + 4 * i, "\U0001F44D", 4);
  prediction p = predict(f, &a, str_make(long_text, 4000), STR_NONE);
  check_prediction(f, str_make(long_text, 4000), &p);
  for (size_t i = 0; i < 4000; i++) long_text[i] = "to Rome "[i % 8];
  p = predict(f, &a, str_make(long_text, 1000), STR_NONE);
  check_prediction(f, str_make(long_text, 1000), &p);
  arena_fini(&a);
}

static void test_json(void **state) {
  fixture *f = *state;
  arena a;
  arena_init(&a, 0);
  str text = STR("\U0001F44D fly to Rome");
  prediction p = predict(f, &a, text, STR_NONE);
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  prediction_write(&w, f->m, text, &p, OFFSET_UTF16, &a);
  jdoc *doc;
  assert_int_equal(jn_parse(buf_str(&out), &doc, NULL), ERR_OK);
  jnode root = jn_root(doc), kind = jn_get(&root, "projectKind"), intents = jn_get(&root, "intents");
  jnode entities = jn_get(&root, "entities"), first = jn_at(&entities, 0), offset = jn_get(&first, "offset");
  jnode extra = jn_get(&first, "extraInformation");
  assert_str_equal(jn_str(&kind), STR("Conversation"));
  assert_int_equal(jn_len(&intents), 4);
  assert_int_equal(jn_int(&offset), 10);
  assert_int_equal(jn_typeof(&extra), JN_ABSENT);
  jn_free(doc);
  buf_free(&out);
  arena_fini(&a);
}

static void test_determinism(void **state) {
  fixture *f = *state;
  train_options one = manual, four = manual, other = manual;
  one.threads = 1;
  four.threads = 4;
  other.seed = 6;
  char *a, *b, *c;
  size_t na, nb, nc;
  file_of_model(f, &one, "1", &a, &na);
  file_of_model(f, &four, "4", &b, &nb);
  file_of_model(f, &other, "6", &c, &nc);
  assert_int_equal(na, nb);
  assert_memory_equal(a, b, na);
  assert_false(na == nc && memcmp(a, c, na) == 0);
  free(a);
  free(b);
  free(c);
}

static void test_advanced(void **state) {
  fixture *f = *state;
  train_options o = manual;
  o.mode = TRAINING_ADVANCED;
  char *data;
  size_t n;
  file_of_model(f, &o, "advanced", &data, &n);
  uint8_t *bytes = aligned_alloc(64, (n + 63) & ~(size_t)63);
  memcpy(bytes, data, n);
  model *m;
  assert_int_equal(model__open_bytes(bytes, n, true, &m, NULL), ERR_OK);
  assert_str_equal(model_describe(m)->training_mode, STR("advanced"));
  arena a;
  arena_init(&a, 0);
  prediction p;
  model_predict(m, STR("book a flight to Rome"), NULL, &a, &p);
  assert_int_equal(p.top_intent, 1);
  arena_fini(&a);
  model_close(m);
  free(bytes);
  free(data);
}

static void test_split(void **state) {
  fixture *f = *state;
  utterance_role roles[32];
  train_options o = {.split = SPLIT_PERCENTAGE, .training_percent = 75, .seed = 2};
  train_split(&f->p, &o, roles);
  size_t train[4] = {0}, test[4] = {0};
  for (size_t i = 0; i < f->p.utterance_count; i++) {
    if (roles[i] == ROLE_TRAIN) train[f->p.utterances[i].intent]++;
    if (roles[i] == ROLE_TEST) test[f->p.utterances[i].intent]++;
  }
  assert_int_equal(train[0], 3);
  assert_int_equal(train[1], 6);
  assert_int_equal(test[1], 2 + 1);
  assert_int_equal(train[2], 6);
  assert_int_equal(roles[20], ROLE_TEST);
  assert_int_equal(roles[22], ROLE_UNUSED);
  o.training_percent = 100;
  train_split(&f->p, &o, roles);
  for (size_t i = 0; i < 20; i++) assert_int_equal(roles[i], ROLE_TRAIN);
  train_split(&f->p, &manual, roles);
  assert_int_equal(roles[19], ROLE_TRAIN);
  assert_int_equal(roles[21], ROLE_TEST);
}

static void test_evaluate(void **state) {
  fixture *f = *state;
  bool take[32] = {0};
  for (size_t i = 0; i < f->p.utterance_count; i++) take[i] = f->roles[i] == ROLE_TEST;
  evaluation *ev;
  assert_int_equal(evaluation_run(f->m, &f->p, take, &ev, NULL), ERR_OK);
  assert_int_equal(evaluation_count(ev), 2);
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  evaluation_write_report(&w, ev);
  jdoc *doc;
  assert_int_equal(jn_parse(buf_str(&out), &doc, NULL), ERR_OK);
  jnode root = jn_root(doc), intents = jn_get(&root, "intents"), accuracy = jn_get(&intents, "accuracy");
  jnode none = jn_get(&root, "none"), auroc = jn_get(&none, "auroc");
  assert_float_equal(jn_num(&accuracy), 1, 0);
  assert_int_equal(jn_typeof(&auroc), JN_NULL);
  jn_free(doc);
  buf_free(&out);
  evaluation_free(ev);
}

/* A project with other names: what the model says is wrong there, not an error. */
static void test_evaluate_stranger(void **state) {
  fixture *f = *state;
  arena a;
  arena_init(&a, 0);
  project p;
  str json = STR("{\"projectFileVersion\":\"2023-04-01\",\"stringIndexType\":\"Utf16CodeUnit\",\"metadata\":{"
                 "\"projectKind\":\"Conversation\",\"projectName\":\"O\",\"language\":\"en-us\"},\"assets\":{"
                 "\"projectKind\":\"Conversation\",\"intents\":[{\"category\":\"Fly\"}],\"entities\":[{\"category\":"
                 "\"Place\"}],\"utterances\":[{\"text\":\"book a flight to Rome\",\"intent\":\"Fly\",\"entities\":["
                 "{\"category\":\"Place\",\"offset\":17,\"length\":4}]}]}}");
  assert_int_equal(clu_read(json, &(clu_read_options){0}, &a, &p, NULL), ERR_OK);
  evaluation *ev;
  assert_int_equal(evaluation_run(f->m, &p, NULL, &ev, NULL), ERR_OK);
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  evaluation_write_summary(&w, ev, &manual);
  str text = buf_str(&out);
  assert_non_null(memmem(text.p, text.n, "\"Fly\":{\"Book\":{\"normalizedValue\":100,\"rawValue\":1}}", 50));
  assert_non_null(memmem(text.p, text.n, "\"Place\":{\"City\":", 16));
  buf_free(&out);
  evaluation_free(ev);
  arena_fini(&a);
}

static void test_nothing_to_train_on(void **state) {
  fixture *f = *state;
  utterance_role roles[32];
  for (size_t i = 0; i < f->p.utterance_count; i++) roles[i] = ROLE_UNUSED;
  err e = {0};
  assert_int_equal(model_train(&f->p, &manual, roles, "/nonexistent/x", &e), ERR_INVALID_ARGUMENT);
  assert_true(e.message[0]);
  train_options o = manual;
  o.config_version = STR("1999-01-01");
  assert_int_equal(model_train(&f->p, &o, f->roles, "/nonexistent/x", &e), ERR_INVALID_ARGUMENT);
  assert_string_equal(e.target, "trainingConfigVersion");
  assert_int_not_equal(model_train(&f->p, &manual, f->roles, "/nonexistent/x", &e), ERR_OK);
}

/* One utterance, one intent, and a project whose only intent is None. */
static void test_tiny(void **state) {
  fixture *f = *state;
  utterance_role roles[32];
  static const size_t kept[] = {0, 16};
  for (size_t k = 0; k < ARRAY_LEN(kept); k++) {
    for (size_t i = 0; i < f->p.utterance_count; i++) roles[i] = i == kept[k] ? ROLE_TRAIN : ROLE_UNUSED;
    char path[80];
    snprintf(path, sizeof path, "%s.tiny", f->path);
    assert_int_equal(model_train(&f->p, &manual, roles, path, NULL), ERR_OK);
    model *m;
    assert_int_equal(model_open(path, true, &m, NULL), ERR_OK);
    arena a;
    arena_init(&a, 0);
    prediction p;
    model_predict(m, f->p.utterances[kept[k]].text, NULL, &a, &p);
    assert_int_equal(p.top_intent, f->p.utterances[kept[k]].intent);
    arena_fini(&a);
    model_close(m);
    unlink(path);
  }
}

typedef struct progress_log {
  double last;
  size_t calls;
  atomic_bool cancel;
} progress_log;

static void on_progress(void *ctx, double done, const char *phase) {
  progress_log *log = ctx;
  assert_non_null(phase);
  assert_true(done >= log->last && done <= 1);
  log->last = done;
  log->calls++;
}

static void on_progress_cancel(void *ctx, double done, const char *phase) {
  progress_log *log = ctx;
  on_progress(ctx, done, phase);
  if (done > 0) atomic_store(&log->cancel, true);
}

static void test_progress_and_cancel(void **state) {
  fixture *f = *state;
  char path[80];
  snprintf(path, sizeof path, "%s.cancel", f->path);
  progress_log log = {0};
  train_options o = manual;
  o.progress = on_progress;
  o.progress_ctx = &log;
  assert_int_equal(model_train(&f->p, &o, f->roles, path, NULL), ERR_OK);
  assert_float_equal(log.last, 1, 0);
  assert_true(log.calls >= 4);
  unlink(path);
  progress_log second = {0};
  o.progress = on_progress_cancel;
  o.progress_ctx = &second;
  o.cancel = &second.cancel;
  err e = {0};
  assert_int_equal(model_train(&f->p, &o, f->roles, path, &e), ERR_CANCELLED);
  assert_int_equal(access(path, F_OK), -1);
}

static void test_open_errors(void **state) {
  fixture *f = *state;
  model *m;
  err e = {0};
  assert_int_equal(model_open("/nonexistent/model", true, &m, &e), ERR_NOT_FOUND);
  char path[80], *data;
  size_t n;
  snprintf(path, sizeof path, "%s.bad", f->path);
  assert_int_equal(file_read(f->path, 1 << 28, &data, &n, NULL), ERR_OK);
  data[n / 2] ^= 1;
  assert_int_equal(file_write_atomic(path, str_make(data, n), 0600, NULL), ERR_OK);
  assert_int_equal(model_open(path, true, &m, &e), ERR_CORRUPT);
  assert_int_equal(file_write_atomic(path, str_make(data, n / 2), 0600, NULL), ERR_OK);
  assert_int_equal(model_open(path, false, &m, &e), ERR_CORRUPT);
  assert_int_equal(file_write_atomic(path, STR("{}"), 0600, NULL), ERR_OK);
  assert_int_equal(model_open(path, false, &m, &e), ERR_CORRUPT);
  unlink(path);
  free(data);
}

static void test_config_versions(void **state) {
  (void)state;
  size_t n;
  const config_version *all = config_versions_all(&n);
  assert_int_equal(n, 5);
  assert_ptr_equal(config_version_find(STR("latest")), all);
  assert_ptr_equal(config_version_find(STR_NONE), all);
  assert_string_equal(all->version, "2023-04-15");
  for (size_t i = 0; i < n; i++) assert_ptr_equal(config_version_find(str_of(all[i].version)), &all[i]);
  assert_null(config_version_find(STR("2020-01-01")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_describe),
      cmocka_unit_test(test_predict),
      cmocka_unit_test(test_components_together),
      cmocka_unit_test(test_language),
      cmocka_unit_test(test_threshold),
      cmocka_unit_test(test_odd_texts),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_determinism),
      cmocka_unit_test(test_advanced),
      cmocka_unit_test(test_split),
      cmocka_unit_test(test_evaluate),
      cmocka_unit_test(test_evaluate_stranger),
      cmocka_unit_test(test_nothing_to_train_on),
      cmocka_unit_test(test_tiny),
      cmocka_unit_test(test_progress_and_cancel),
      cmocka_unit_test(test_open_errors),
      cmocka_unit_test(test_config_versions),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
