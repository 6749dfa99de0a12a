/* What the model of a LUIS version says of logged queries. */
#include "fixture.h"

#include "base/timeutil.h"
#include "project/luis_draft_form.h"
#include "project/luis_json.h"
#include "service/luis_apps.h"
#include "service/luis_review.h"
#include "service/luis_training.h"

static const char shop[] =
    "{\"luis_schema_version\":\"7.0.0\",\"versionId\":\"0.1\",\"name\":\"Shop\",\"culture\":\"en-us\","
    "\"intents\":[{\"name\":\"Buy\"},{\"name\":\"Greet\"},{\"name\":\"None\"}],"
    "\"prebuiltEntities\":[{\"name\":\"number\"}],"
    "\"utterances\":[{\"text\":\"buy a lamp\",\"intent\":\"Buy\"},{\"text\":\"buy two chairs now\",\"intent\":\"Buy\"},"
    "{\"text\":\"i want to buy that\",\"intent\":\"Buy\"},{\"text\":\"hello there\",\"intent\":\"Greet\"},"
    "{\"text\":\"good morning to you\",\"intent\":\"Greet\"},{\"text\":\"hello my friend\",\"intent\":\"Greet\"},"
    "{\"text\":\"what is the time\",\"intent\":\"None\"},{\"text\":\"the weather is fine\",\"intent\":\"None\"}]}";

static void import_app(fixture *f, char id[ID_UUID_LEN + 1]) {
  luis_app app;
  assert_ok(luis_read(str_of(shop), &f->a, &app, e));
  assert_ok(luis_apps_import(f->s, LOCAL, STR("Shop"), &app, id, e));
}

static void train_app(fixture *f, const char *id) {
  luis_model_status status;
  assert_ok(luis_training_start(f->s, LOCAL, str_of(id), STR("0.1"), TRAINING_STANDARD, &status, e));
  for (bool busy = true; busy;) {
    luis_model_training *v;
    size_t n;
    assert_ok(luis_training_rows(f->s, LOCAL, str_of(id), STR("0.1"), &f->a, &v, &n, e));
    busy = v[0].status == LUIS_QUEUED || v[0].status == LUIS_RUNNING;
    if (!busy) assert_int_equal(v[0].status, LUIS_SUCCESS);
  }
}

/* Oldest first, all of today: old ones are deleted when the server opens. */
static void log_queries(fixture *f, const char *id, const char *const *texts, size_t n) {
  fixture_close(f);
  store *st = fixture_store(f);
  int64_t now = time_now_us();
  for (size_t i = 0; i < n; i++)
    assert_ok(store_query_add(st,
                              &(store_query){.resource = LOCAL,
                                             .project = str_of(id),
                                             .deployment = STR("production"),
                                             .text = str_of(texts[i]),
                                             .language = STR("en-us"),
                                             .top_intent = STR("Buy"),
                                             .prediction = STR("{}"),
                                             .at_us = now + (int64_t)i},
                              1, e));
  store_close(st);
  fixture_open(f);
}

static model *model_of(fixture *f, const char *id) {
  model *m;
  assert_ok(luis_review_model(f->s, LOCAL, str_of(id), STR("0.1"), &f->a, &m, e));
  return m;
}

static luis_suggestion *suggestions(fixture *f, const char *id, const model *m, bool is_intent, const char *name,
                                    size_t top, size_t *n) {
  luis_draft *d;
  luis_suggestion *v;
  assert_ok(luis_version_read(f->s, LOCAL, str_of(id), STR("0.1"), &f->a, &d, e));
  assert_ok(luis_review_suggest(f->s, LOCAL, str_of(id), m, d, is_intent, str_of(name), top, &f->a, &v, n, e));
  return v;
}

static double margin(const luis_suggestion *s) {
  return (double)s->prediction.intents[0].score - (double)s->prediction.intents[1].score;
}

static void a_version_without_training_has_no_model(void **state) {
  fixture *f = *state;
  char id[ID_UUID_LEN + 1];
  import_app(f, id);
  assert_null(model_of(f, id));
  model *m;
  assert_err(ERR_NOT_FOUND, luis_review_model(f->s, LOCAL, str_of(id), STR("0.2"), &f->a, &m, e));
}

static void queries_that_are_news_are_suggested_least_sure_first(void **state) {
  fixture *f = *state;
  static const char *const asked[] = {"Buy a LAMP",     "please buy a lamp",   "PLEASE buy a lamp",
                                      "hello lamp buy", "hello my old friend", "buy the lamp there",
                                      "i buy 7 of them"};
  char id[ID_UUID_LEN + 1];
  size_t n, one;
  import_app(f, id);
  train_app(f, id);
  log_queries(f, id, asked, ARRAY_LEN(asked));
  model *m = model_of(f, id);
  const luis_suggestion *v = suggestions(f, id, m, true, "Buy", 100, &n);
  assert_in_range(n, 3, 5); /* the first is an example, the second stands below in other letters */
  for (size_t i = 0; i < n; i++) {
    assert_false(str_eq_nocase(v[i].text, STR("buy a lamp")));
    assert_false(str_eq(v[i].text, STR("please buy a lamp")));
    if (i) assert_true(margin(&v[i - 1]) <= margin(&v[i]));
  }
  const luis_suggestion *first = suggestions(f, id, m, true, "Buy", 1, &one);
  assert_int_equal(one, 1);
  assert_true(str_eq(first->text, v[0].text));
  v = suggestions(f, id, m, false, "number", 100, &n);
  assert_int_equal(n, 1);
  assert_true(str_eq(v->text, STR("i buy 7 of them")));
  suggestions(f, id, m, false, "Nobody", 100, &n);
  assert_int_equal(n, 0);
  model_close(m);
}

static int all(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_version_without_training_has_no_model, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(queries_that_are_news_are_suggested_least_sure_first, fixture_setup,
                                      fixture_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, all);
}
