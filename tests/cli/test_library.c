/* The library through its public header alone: errors, ownership, cancelling, predictions. */
#include "dragoman.h"
#include "test.h"

#include <unistd.h>

static const char project_json[] =
    "{\"projectFileVersion\":\"2023-04-01\",\"stringIndexType\":\"Utf16CodeUnit\","
    "\"metadata\":{\"projectKind\":\"Conversation\",\"projectName\":\"shop\",\"language\":\"en-us\"},"
    "\"assets\":{\"projectKind\":\"Conversation\","
    "\"intents\":[{\"category\":\"None\"},{\"category\":\"Order\"},{\"category\":\"Cancel\"}],"
    "\"entities\":[{\"category\":\"Drink\"}],\"utterances\":["
    "{\"text\":\"one latte "
    "please\",\"intent\":\"Order\",\"entities\":[{\"category\":\"Drink\",\"offset\":4,\"length\":5}]},"
    "{\"text\":\"i want a tea "
    "now\",\"intent\":\"Order\",\"entities\":[{\"category\":\"Drink\",\"offset\":9,\"length\":3}]},"
    "{\"text\":\"bring me one "
    "mocha\",\"intent\":\"Order\",\"entities\":[{\"category\":\"Drink\",\"offset\":13,\"length\":5}]},"
    "{\"text\":\"i want one cocoa "
    "please\",\"intent\":\"Order\",\"entities\":[{\"category\":\"Drink\",\"offset\":11,\"length\":5}]},"
    "{\"text\":\"cancel my order\",\"intent\":\"Cancel\"},"
    "{\"text\":\"forget about it\",\"intent\":\"Cancel\"},"
    "{\"text\":\"cancel it\",\"intent\":\"Cancel\"},"
    "{\"text\":\"please forget the order\",\"intent\":\"Cancel\"},"
    "{\"text\":\"one tea "
    "please\",\"intent\":\"Order\",\"dataset\":\"Test\",\"entities\":[{\"category\":\"Drink\",\"offset\":4,\"length\":"
    "3}]},"
    "{\"text\":\"cancel the order\",\"intent\":\"Cancel\",\"dataset\":\"test\"}]}}";

typedef struct fixture {
  char dir[64], path[96];
  dragoman_project *project;
  dragoman_model *model;
} fixture;

static bool text_is(dragoman_text t, const char *want) {
  return str_eq(str_make(t.p, t.n), str_of(want));
}

/* A project and a model trained on it, in a directory of their own. */
static int set_up(void **state) {
  fixture *f = calloc(1, sizeof *f);
  dragoman_error e;
  *state = f;
  snprintf(f->dir, sizeof f->dir, "/tmp/dragoman-library-XXXXXX");
  if (!mkdtemp(f->dir)) return -1;
  snprintf(f->path, sizeof f->path, "%s/shop.model", f->dir);
  if (dragoman_project_parse(project_json, sizeof project_json - 1, &f->project, &e)) return -1;
  if (dragoman_train(f->project, NULL, f->path, &e)) return -1;
  return dragoman_model_open(f->path, &f->model, &e) ? -1 : 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  dragoman_model_close(f->model);
  dragoman_project_free(f->project);
  unlink(f->path);
  rmdir(f->dir);
  free(f);
  return 0;
}

static void describes_project(void **state) {
  const fixture *f = *state;
  dragoman_project_info info;
  dragoman_project_describe(f->project, &info);
  assert_true(text_is(info.name, "shop"));
  assert_true(text_is(info.language, "en-us"));
  assert_int_equal(info.intents, 3);
  assert_int_equal(info.entities, 1);
  assert_int_equal(info.utterances, 10);
  assert_int_equal(info.train_utterances, 8);
  assert_int_equal(info.test_utterances, 2);
  dragoman_utterance u;
  dragoman_project_utterance(f->project, 9, &u);
  assert_true(text_is(u.text, "cancel the order"));
  assert_true(text_is(u.intent, "Cancel"));
  assert_int_equal(u.dataset, DRAGOMAN_DATASET_TEST);
}

static void describes_model(void **state) {
  const fixture *f = *state;
  dragoman_model_info info;
  dragoman_model_describe(f->model, &info);
  assert_true(text_is(info.project, "shop"));
  assert_true(text_is(info.mode, "standard"));
  assert_int_equal(info.intents, 3);
  assert_int_equal(info.entities, 1);
  assert_int_equal(info.utterances, 8);
  assert_true(info.file_bytes > 0);
}

static void predicts(void **state) {
  const fixture *f = *state;
  dragoman_session *s = dragoman_session_new(f->model);
  const char text[] = "one latte please";
  const dragoman_prediction *p;
  for (int again = 0; again < 3; again++) {
    assert_int_equal(dragoman_predict(s, text, sizeof text - 1, NULL, &p, NULL), DRAGOMAN_OK);
    assert_true(text_is(p->top_intent, "Order"));
    assert_int_equal(p->intent_count, 3);
    assert_true(text_is(p->intents[0].category, "Order"));
    for (size_t i = 1; i < p->intent_count; i++) assert_true(p->intents[i - 1].confidence >= p->intents[i].confidence);
    assert_int_equal(p->entity_count, 1);
    assert_true(text_is(p->entities[0].category, "Drink"));
    assert_int_equal(p->entities[0].begin_bytes, 4);
    assert_int_equal(p->entities[0].end_bytes, 9);
    assert_ptr_equal(p->entities[0].text.p, text + 4);
  }
  dragoman_session_free(s);
}

static void predicts_json(void **state) {
  const fixture *f = *state;
  dragoman_session *s = dragoman_session_new(f->model);
  dragoman_text json;
  assert_int_equal(dragoman_predict_json(s, "cancel it", 9, NULL, &json, NULL), DRAGOMAN_OK);
  static const char start[] =
      "{\"topIntent\":\"Cancel\",\"projectKind\":\"Conversation\",\"intents\":[{\"category\":\"Cancel\",";
  assert_true(str_starts(str_make(json.p, json.n), str_of(start)));
  dragoman_session_free(s);
}

static void threshold_turns_to_none(void **state) {
  const fixture *f = *state;
  dragoman_session *s = dragoman_session_new(f->model);
  const double never = 1.0, always = 0.0;
  dragoman_predict_options o = {.threshold = &never};
  const dragoman_prediction *p;
  assert_int_equal(dragoman_predict(s, "cancel it", 9, &o, &p, NULL), DRAGOMAN_OK);
  assert_true(text_is(p->top_intent, p->intents[0].confidence < 1 ? "None" : "Cancel"));
  o.threshold = &always;
  assert_int_equal(dragoman_predict(s, "cancel it", 9, &o, &p, NULL), DRAGOMAN_OK);
  assert_true(text_is(p->top_intent, "Cancel"));
  dragoman_session_free(s);
}

static void refuses_text_that_is_not_utf8(void **state) {
  const fixture *f = *state;
  dragoman_session *s = dragoman_session_new(f->model);
  dragoman_error e;
  const dragoman_prediction *p = NULL;
  assert_int_equal(dragoman_predict(s, "a\xff", 2, NULL, &p, &e), DRAGOMAN_INVALID);
  assert_null(p);
  assert_int_equal(e.status, DRAGOMAN_INVALID);
  assert_string_equal(e.message, "the text is not UTF-8 at byte 1");
  assert_int_equal(dragoman_predict(s, "", 0, NULL, &p, &e), DRAGOMAN_OK);
  assert_true(text_is(p->top_intent, "None"));
  dragoman_session_free(s);
}

static void evaluates(void **state) {
  const fixture *f = *state;
  char *json = NULL;
  assert_int_equal(dragoman_evaluate(f->model, f->project, DRAGOMAN_DATASET_TEST, &json, NULL), DRAGOMAN_OK);
  assert_true(str_starts(str_of(json), STR("{\"utterances\":2,")));
  dragoman_free(json);
}

static void errors_have_places(void **state) {
  (void)state;
  static const char bad[] =
      "{\"projectFileVersion\":\"2023-04-01\",\"stringIndexType\":\"Utf16CodeUnit\","
      "\"metadata\":{\"projectKind\":\"Conversation\",\"projectName\":\"p\",\"language\":\"en-us\"},"
      "\"assets\":{\"projectKind\":\"Conversation\",\"intents\":[{\"category\":\"A\"}],"
      "\"utterances\":[{\"text\":\"x\",\"intent\":\"B\"}]}}";
  dragoman_project *project = NULL;
  dragoman_error e;
  assert_int_equal(dragoman_project_parse(bad, sizeof bad - 1, &project, &e), DRAGOMAN_INVALID);
  assert_null(project);
  assert_string_equal(e.place, "assets.utterances[0].intent");
  assert_int_equal(dragoman_project_parse("{", 1, &project, NULL), DRAGOMAN_INVALID);
  assert_int_equal(dragoman_project_read("/nonexistent/file.json", &project, &e), DRAGOMAN_NOT_FOUND);
}

static void refuses_damaged_models(void **state) {
  const fixture *f = *state;
  char path[128];
  dragoman_model *m = NULL;
  dragoman_error e;
  snprintf(path, sizeof path, "%s/other", f->dir);
  assert_int_equal(dragoman_model_open(path, &m, &e), DRAGOMAN_NOT_FOUND);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("no model", file);
  fclose(file);
  assert_int_equal(dragoman_model_open(path, &m, &e), DRAGOMAN_CORRUPT);
  assert_null(m);
  unlink(path);
}

typedef struct watcher {
  int calls;
  double last;
  double stop_at;
} watcher;

static int watch(void *context, double done, const char *phase) {
  watcher *w = context;
  assert_true(done >= w->last && done <= 1);
  assert_non_null(phase);
  w->last = done;
  w->calls++;
  return done >= w->stop_at;
}

static void progress_moves_and_can_stop(void **state) {
  const fixture *f = *state;
  char path[128];
  snprintf(path, sizeof path, "%s/stopped", f->dir);
  watcher w = {.stop_at = 2};
  dragoman_train_options o = {.progress = watch, .context = &w, .threads = 2};
  assert_int_equal(dragoman_train(f->project, &o, path, NULL), DRAGOMAN_OK);
  assert_true(w.calls > 5);
  unlink(path);

  w = (watcher){.stop_at = 0.3};
  dragoman_error e;
  assert_int_equal(dragoman_train(f->project, &o, path, &e), DRAGOMAN_CANCELLED);
  assert_int_not_equal(access(path, F_OK), 0);
}

static void releasing_nothing_is_fine(void **state) {
  (void)state;
  dragoman_project_free(NULL);
  dragoman_model_close(NULL);
  dragoman_recognizer_free(NULL);
  dragoman_session_free(NULL);
  dragoman_free(NULL);
}

static const dragoman_recognize_options at_a_time = {.models = "DateTimeModel,CurrencyModel",
                                                     .reference = "2026-03-06T16:30:00"};

static void recognizes(void **state) {
  (void)state;
  dragoman_error e;
  dragoman_recognizer *r = NULL;
  const dragoman_recognized *found;
  size_t n;
  const char *text = "\xF0\x9F\x91\x8D $3 for Tomorrow";
  assert_int_equal(dragoman_recognizer_new("EN-us", &r, &e), DRAGOMAN_OK);
  for (int round = 0; round < 2; round++) {
    assert_int_equal(dragoman_recognize(r, text, strlen(text), &at_a_time, &found, &n, &e), DRAGOMAN_OK);
    assert_int_equal(n, 2);
    assert_string_equal(found[0].model, "CurrencyModel");
    assert_string_equal(found[0].type, "currency");
    assert_true(text_is(found[0].text, "$3") && found[0].text.p == text + 5);
    assert_true(text_is(found[0].resolution, "{\"value\":\"3\",\"unit\":\"Dollar\"}"));
    assert_string_equal(found[1].type, "datetimeV2.date");
    assert_true(text_is(found[1].text, "Tomorrow"));
    assert_int_equal(found[1].begin_bytes, 12);
    assert_int_equal(found[1].end_bytes, 20);
    assert_true(text_is(found[1].resolution,
                        "{\"values\":[{\"timex\":\"2026-03-07\",\"type\":\"date\",\"value\":\"2026-03-07\"}]}"));
  }
  dragoman_text json;
  assert_int_equal(dragoman_recognize_json(r, text, strlen(text), &at_a_time, &json, &e), DRAGOMAN_OK);
  assert_true(text_is(json,
                      "[{\"text\":\"$3\",\"start\":3,\"end\":4,\"type\":\"currency\","
                      "\"resolution\":{\"value\":\"3\",\"unit\":\"Dollar\"}},"
                      "{\"text\":\"tomorrow\",\"start\":10,\"end\":17,\"type\":\"datetimeV2.date\",\"resolution\":"
                      "{\"values\":[{\"timex\":\"2026-03-07\",\"type\":\"date\",\"value\":\"2026-03-07\"}]}}]"));
  assert_int_equal(dragoman_recognize(r, "", 0, NULL, &found, &n, &e), DRAGOMAN_OK);
  assert_int_equal(n, 0);
  dragoman_recognizer_free(r);
}

static void recognizer_refuses(void **state) {
  (void)state;
  dragoman_error e;
  dragoman_recognizer *r = NULL;
  const dragoman_recognized *found = NULL;
  size_t n = 7;
  assert_int_equal(dragoman_recognizer_new("xx-yy", &r, &e), DRAGOMAN_INVALID);
  assert_non_null(strstr(e.message, "there is no culture \"xx-yy\"; there are en-us"));
  assert_null(r);
  assert_int_equal(dragoman_recognizer_new("en", &r, NULL), DRAGOMAN_OK);
  assert_int_equal(dragoman_recognize(r, "\xff", 1, NULL, &found, &n, &e), DRAGOMAN_INVALID);
  static const char *const models[] = {"", "Foo", "NumberModel,", "numbermodel", "NumberModelFoo"};
  for (size_t i = 0; i < ARRAY_LEN(models); i++) {
    const dragoman_recognize_options o = {.models = models[i]};
    assert_int_equal(dragoman_recognize(r, "5", 1, &o, &found, &n, &e), DRAGOMAN_INVALID);
  }
  static const char *const times[] = {"",
                                      "now",
                                      "2026-02-29",
                                      "2026-3-6",
                                      "0000-01-01",
                                      "2026-03-06T24:00:00",
                                      "2026-03-06T16:30:00+02:00",
                                      "2026-03-06T16:30:00.",
                                      "2026-03-06X"};
  for (size_t i = 0; i < ARRAY_LEN(times); i++) {
    const dragoman_recognize_options o = {.reference = times[i]};
    assert_int_equal(dragoman_recognize(r, "5", 1, &o, &found, &n, &e), DRAGOMAN_INVALID);
    assert_string_equal(e.place, "reference");
  }
  static const char *const good[] = {"2024-02-29", "2026-03-06T16:30", "2026-03-06 16:30:00", "2026-03-06T16:30:00.5Z"};
  for (size_t i = 0; i < ARRAY_LEN(good); i++) {
    const dragoman_recognize_options o = {.reference = good[i]};
    assert_int_equal(dragoman_recognize(r, "5", 1, &o, &found, &n, &e), DRAGOMAN_OK);
  }
  dragoman_recognizer_free(r);
}

static void lists_cultures_and_models(void **state) {
  (void)state;
  assert_string_equal(dragoman_culture_name(0), "en-us");
  assert_string_equal(dragoman_recognizer_model_name(0), "NumberModel");
  size_t models = 0;
  while (dragoman_recognizer_model_name(models)) models++;
  assert_int_equal(models, 18);
  assert_null(dragoman_culture_name(SIZE_MAX));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(describes_project),
      cmocka_unit_test(describes_model),
      cmocka_unit_test(predicts),
      cmocka_unit_test(predicts_json),
      cmocka_unit_test(threshold_turns_to_none),
      cmocka_unit_test(refuses_text_that_is_not_utf8),
      cmocka_unit_test(evaluates),
      cmocka_unit_test(errors_have_places),
      cmocka_unit_test(refuses_damaged_models),
      cmocka_unit_test(progress_moves_and_can_stop),
      cmocka_unit_test(releasing_nothing_is_fine),
      cmocka_unit_test(recognizes),
      cmocka_unit_test(recognizer_refuses),
      cmocka_unit_test(lists_cultures_and_models),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
