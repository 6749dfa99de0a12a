/* Shadows and canaries: who answers, what is compared and counted, when a canary is taken back. */
#include "fixture.h"

#include <pthread.h>
#include <unistd.h>

#include "base/timeutil.h"
#include "service/trials.h"

enum { WAIT_S = 30 };

/* The document with every occurrence of a text replaced by another. */
static str replaced(arena *a, str doc, const char *from, const char *to) {
  buf out = {0};
  size_t n = strlen(from);
  for (size_t i = 0; i < doc.n;) {
    bool here = i + n <= doc.n && memcmp(doc.p + i, from, n) == 0;
    buf_add_str(&out, here ? str_of(to) : str_make(doc.p + i, 1));
    i += here ? n : 1;
  }
  str text = arena_str(a, buf_str(&out));
  buf_free(&out);
  return text;
}

static void import_as(fixture *f, str doc) {
  char id[ID_JOB_LEN + 1];
  assert_ok(authoring_import(f->s, LOCAL, STR("p"), doc, id, e));
  wait_job(f, JOB_IMPORT, id, "succeeded");
}

/* "same" learns what "main" knows; "mixed" has Book and Play the other way round; "unsure" says None to
 * everything. "main" is deployed as "a". */
static void models(fixture *f) {
  str doc = small_document(&f->a, "p", 12, true);
  import_as(f, doc);
  train(f, "p", "main");
  train(f, "p", "same");
  import_as(f, replaced(&f->a,
                        replaced(&f->a, replaced(&f->a, doc, "\"intent\":\"Book\"", "\"intent\":\"@\""),
                                 "\"intent\":\"Play\"", "\"intent\":\"Book\""),
                        "\"intent\":\"@\"", "\"intent\":\"Play\""));
  train(f, "p", "mixed");
  import_as(f, replaced(&f->a, doc, "\"confidenceThreshold\":0.1", "\"confidenceThreshold\":1"));
  train(f, "p", "unsure");
  deploy(f, "p", "a", "main");
}

static trial_request request(trial_kind kind, const char *model_label) {
  return (trial_request){.kind = kind,
                         .deployment = STR("a"),
                         .model_label = str_of(model_label),
                         .settings = {.percent = 100,
                                      .sticky = STICKY_PARTICIPANT,
                                      .max_error_rate = -1,
                                      .max_none_rate = -1,
                                      .max_disagreement = -1,
                                      .window = 50}};
}

static void start(fixture *f, const trial_request *r) {
  char id[ID_JOB_LEN + 1];
  assert_ok(trial_start(f->s, LOCAL, STR("p"), r, id, e));
  wait_job(f, JOB_TRIAL, id, "succeeded");
}

static trial_view view(fixture *f, trial_kind kind) {
  trial_view v;
  assert_ok(trial_get(f->s, LOCAL, STR("p"), STR("a"), kind, &f->a, &v, e));
  return v;
}

/* As the runtime does it: the top intent, and whether the canary answered. */
static const char *ask_as(fixture *f, const char *participant, const char *text, bool *by_canary) {
  static const str verb = STR("en");
  prediction p;
  arena a;
  arena_init(&a, 0);
  live_enter();
  const live_model *lm = live_find(f->s, 0, STR("p"), STR("a"));
  const query_origin o = {.participant = str_of(participant), .conversation = STR("c1"), .text = str_of(text)};
  *by_canary = live_takes_canary(lm, &o);
  const model *m = *by_canary ? live_canary_of(lm) : live_model_of(lm);
  model_predict(m, str_of(text), &(predict_options){.language = verb, .threshold = -1}, &a, &p);
  live_count(
      f->s, &(live_usage){.lm = lm, .by_canary = *by_canary, .text = str_of(text), .language = verb, .prediction = &p});
  const char *top = arena_cstr(&f->a, model_intent_name(m, p.top_intent));
  live_leave();
  arena_fini(&a);
  return top;
}

static const char *participant(fixture *f, int i) {
  return arena_printf(&f->a, "participant %d", i).p;
}

/* Asks for n participants; how many the canary answered. */
static int ask_many(fixture *f, int n) {
  int canary = 0;
  for (int i = 0; i < n; i++) {
    bool by_canary;
    ask_as(f, participant(f, i), i % 2 ? "book a table for oslo please" : "play some music for rome please",
           &by_canary);
    canary += by_canary;
  }
  return canary;
}

/* Until the trial has compared that many or is over. */
static trial_view wait_compared(fixture *f, trial_kind kind, int64_t n) {
  int64_t until = time_mono_us() + (int64_t)WAIT_S * 1000000;
  for (;;) {
    trial_view v = view(f, kind);
    if (v.compared + v.dropped >= n || !str_eq(v.state, STR("running"))) return v;
    assert_true(time_mono_us() < until);
    usleep(10000);
  }
}

static trial_view wait_over(fixture *f, trial_kind kind) {
  return wait_compared(f, kind, INT64_MAX);
}

static void test_shadow(void **state) {
  fixture *f = *state;
  enum { N = 200 };
  bool by_canary;
  models(f);
  trial_request r = request(TRIAL_SHADOW, "mixed");
  start(f, &r);
  for (int i = 0; i < N; i++) { /* its answers are never returned */
    assert_string_equal(ask_as(f, "x", "book a table for oslo please", &by_canary), "Book");
    assert_false(by_canary);
  }
  trial_view v = wait_compared(f, TRIAL_SHADOW, N);
  assert_int_equal(v.compared, N);
  assert_int_equal(v.intent_differs, N);
  assert_int_equal(v.entities_differ, 0);
  assert_int_equal(v.answered + v.dropped, 0);
  assert_true(str_starts(v.model_id, STR("mixed-")));
  service_counters c;
  service_counters_read(f->s, &c);
  assert_int_equal(c.trials.shadow_compared, N);
  assert_int_equal(c.trials.shadow_intent_differs, N);
  assert_int_equal(c.live_shadows, 1);
  assert_int_equal(c.predictions, N); /* the shadow's are not counted as answers */

  r = request(TRIAL_SHADOW, "same"); /* takes its place, counts anew */
  start(f, &r);
  ask_many(f, N);
  v = wait_compared(f, TRIAL_SHADOW, N);
  assert_int_equal(v.intent_differs + v.entities_differ, 0);

  fixture_close(f); /* goes on after a restart, with what it had counted */
  fixture_open(f);
  ask_many(f, N);
  v = wait_compared(f, TRIAL_SHADOW, 2 * N);
  assert_int_equal(v.compared, 2 * N);
  assert_str_equal(v.state, STR("running"));

  r.settings.percent = 25; /* of the queries, by their text */
  start(f, &r);
  for (int i = 0; i < 400; i++) ask_as(f, "x", arena_printf(&f->a, "book a table number %d", i).p, &by_canary);
  char id[ID_JOB_LEN + 1];
  fixture_close(f); /* what waits is not looked at, what was is saved */
  fixture_open(f);
  assert_true(view(f, TRIAL_SHADOW).compared <= 160);
  assert_ok(trial_end(f->s, LOCAL, STR("p"), STR("a"), TRIAL_SHADOW, id, e));
  wait_job(f, JOB_TRIAL, id, "succeeded");
  v = view(f, TRIAL_SHADOW);
  assert_str_equal(v.state, STR("ended"));
  assert_true(v.ended_us >= v.started_us);
  service_counters_read(f->s, &c);
  assert_int_equal(c.live_shadows, 0);
}

static void test_share_is_sticky(void **state) {
  fixture *f = *state;
  enum { N = 2000 };
  static bool first[N];
  bool now;
  models(f);
  trial_request r = request(TRIAL_CANARY, "mixed");
  r.settings.percent = 20;
  start(f, &r);
  int taken = 0;
  for (int i = 0; i < N; i++) {
    const char *top = ask_as(f, participant(f, i), "book a table for oslo please", &first[i]);
    assert_string_equal(top, first[i] ? "Play" : "Book");
    taken += first[i];
  }
  assert_in_range(taken, N * 17 / 100, N * 23 / 100); /* 3.4 standard deviations */
  fixture_close(f);
  fixture_open(f);
  for (int i = 0; i < N; i += 7) { /* whatever they say, and after a restart */
    ask_as(f, participant(f, i), "hello there", &now);
    assert_int_equal(now, first[i]);
  }
  r.settings.percent = 40; /* who was on the canary stays there */
  start(f, &r);
  int more = 0;
  for (int i = 0; i < N; i++) {
    ask_as(f, participant(f, i), "hello there", &now);
    assert_true(now || !first[i]);
    more += now;
  }
  assert_in_range(more, N * 36 / 100, N * 44 / 100);

  r.settings.sticky = STICKY_TEXT;
  start(f, &r);
  bool a, b;
  for (int i = 0; i < 50; i++) {
    const char *text = arena_printf(&f->a, "number %d", i).p;
    ask_as(f, "one", text, &a);
    ask_as(f, "other", text, &b);
    assert_int_equal(a, b);
  }
  r.settings.sticky = STICKY_CONVERSATION; /* all of this test's are of one conversation */
  start(f, &r);
  ask_as(f, "one", "x", &a);
  ask_as(f, "other", "y", &b);
  assert_int_equal(a, b);
  ask_as(f, "", "x", &b); /* without a participant: the conversation */
  assert_int_equal(a, b);
}

static void assert_returned(fixture *f, const char *why) {
  bool by_canary;
  trial_view v = wait_over(f, TRIAL_CANARY);
  assert_str_equal(v.state, STR("returned"));
  assert_true(str_starts(v.reason, str_of(why)));
  assert_string_equal(ask_as(f, "x", "book a table for oslo please", &by_canary), "Book");
  assert_false(by_canary);
  fixture_close(f); /* and it stays so */
  fixture_open(f);
  assert_string_equal(ask_as(f, "x", "book a table for oslo please", &by_canary), "Book");
  assert_str_equal(view(f, TRIAL_CANARY).state, STR("returned"));
}

static void test_disagreement_takes_it_back(void **state) {
  fixture *f = *state;
  models(f);
  trial_request r = request(TRIAL_CANARY, "same");
  r.settings.max_disagreement = 0.1;
  start(f, &r);
  assert_int_equal(ask_many(f, 500), 500); /* ten windows without a fault */
  trial_view v = wait_compared(f, TRIAL_CANARY, 500);
  assert_str_equal(v.state, STR("running"));
  assert_int_equal(v.answered, 500);
  assert_int_equal(v.intent_differs, 0);
  r.model_label = STR("mixed");
  start(f, &r);
  ask_many(f, 60);
  v = wait_over(f, TRIAL_CANARY);
  assert_in_range(v.intent_differs, 6, 60); /* the sixth of fifty is one too many */
  assert_returned(f, "disagreement: 6 of");
  service_counters c;
  service_counters_read(f->s, &c);
  assert_int_equal(c.live_canaries, 0);
}

static void test_none_takes_it_back(void **state) {
  fixture *f = *state;
  models(f);
  trial_request r = request(TRIAL_CANARY, "unsure");
  r.settings.max_none_rate = 0.5;
  start(f, &r);
  ask_many(f, 100);
  assert_returned(f, "None: 26 of the newest 26");
}

static void test_errors_take_it_back(void **state) {
  fixture *f = *state;
  models(f);
  trial_request r = request(TRIAL_CANARY, "same");
  r.settings.max_error_rate = 0;
  start(f, &r);
  ask_many(f, 120);
  assert_str_equal(wait_compared(f, TRIAL_CANARY, 120).state, STR("running"));
  live_enter();
  live_count(f->s, &(live_usage){.lm = live_find(f->s, 0, STR("p"), STR("a")), .by_canary = true, .text = STR("x")});
  live_leave();
  assert_returned(f, "errors: 1 of");
  assert_int_equal(view(f, TRIAL_CANARY).errors, 1);
}

/* Without bounds it goes on whatever it says. */
static void test_no_bounds(void **state) {
  fixture *f = *state;
  models(f);
  trial_request r = request(TRIAL_CANARY, "mixed");
  start(f, &r);
  ask_many(f, 300);
  trial_view v = wait_compared(f, TRIAL_CANARY, 300);
  assert_str_equal(v.state, STR("running"));
  assert_int_equal(v.intent_differs, 300);
}

static void test_a_new_model_ends_both(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  bool by_canary;
  models(f);
  trial_request shadow = request(TRIAL_SHADOW, "same"), canary = request(TRIAL_CANARY, "mixed");
  start(f, &shadow);
  start(f, &canary);
  assert_err(ERR_CONFLICT, models_delete(f->s, LOCAL, STR("p"), STR("same"), e));
  assert_err(ERR_CONFLICT, models_delete(f->s, LOCAL, STR("p"), STR("mixed"), e));
  deploy(f, "p", "a", "main"); /* the same one: they go on */
  assert_str_equal(view(f, TRIAL_SHADOW).state, STR("running"));
  deploy(f, "p", "a", "mixed"); /* the canary is promoted */
  assert_string_equal(ask_as(f, "x", "book a table for oslo please", &by_canary), "Play");
  assert_false(by_canary);
  for (int k = 0; k < TRIAL_KINDS; k++) {
    trial_view v = view(f, (trial_kind)k);
    assert_str_equal(v.state, STR("ended"));
    assert_str_equal(v.reason, STR("deploy"));
  }
  assert_ok(models_delete(f->s, LOCAL, STR("p"), STR("same"), e));
  canary.model_label = STR("main");
  start(f, &canary);
  assert_ok(deployments_delete(f->s, LOCAL, STR("p"), STR("a"), id, e)); /* takes its trials with it */
  wait_job(f, JOB_DEPLOY, id, "succeeded");
  deploy(f, "p", "a", "main");
  trial_view none;
  assert_err(ERR_NOT_FOUND, trial_get(f->s, LOCAL, STR("p"), STR("a"), TRIAL_CANARY, &f->a, &none, e));
}

static void test_rules(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  trial_view v;
  models(f);
  trial_request r = request(TRIAL_CANARY, "none");
  assert_err(ERR_NOT_FOUND, trial_start(f->s, LOCAL, STR("p"), &r, id, e));
  r = request(TRIAL_CANARY, "same");
  assert_err(ERR_PROJECT_NOT_FOUND, trial_start(f->s, LOCAL, STR("q"), &r, id, e));
  r.deployment = STR("never");
  assert_err(ERR_NOT_FOUND, trial_start(f->s, LOCAL, STR("p"), &r, id, e));
  static const double percents[] = {0, -1, 100.5};
  for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
    r = request(TRIAL_CANARY, "same");
    r.settings.percent = percents[i];
    assert_err(ERR_INVALID_ARGUMENT, trial_start(f->s, LOCAL, STR("p"), &r, id, e));
  }
  r = request(TRIAL_CANARY, "same");
  r.settings.window = 0;
  assert_err(ERR_INVALID_ARGUMENT, trial_start(f->s, LOCAL, STR("p"), &r, id, e));
  assert_err(ERR_NOT_FOUND, trial_end(f->s, LOCAL, STR("p"), STR("a"), TRIAL_CANARY, id, e));
  assert_err(ERR_NOT_FOUND, trial_get(f->s, LOCAL, STR("p"), STR("a"), TRIAL_SHADOW, &f->a, &v, e));
}

/* Many threads answer while trials come and go. */
typedef struct asker {
  fixture *f;
  atomic_bool *stop;
} asker;

static void *ask_on(void *arg) {
  asker *x = arg;
  arena a;
  arena_init(&a, 0);
  for (unsigned i = 0; !atomic_load(x->stop); i++) {
    live_enter();
    const live_model *lm = live_find(x->f->s, 0, STR("p"), STR("a"));
    const query_origin o = {.text = arena_printf(&a, "number %u", i)};
    bool by_canary = live_takes_canary(lm, &o);
    prediction p;
    model_predict(by_canary ? live_canary_of(lm) : live_model_of(lm), o.text, &(predict_options){.threshold = -1}, &a,
                  &p);
    live_count(x->f->s, &(live_usage){.lm = lm, .by_canary = by_canary, .text = o.text, .prediction = &p});
    live_leave();
    arena_reset(&a);
  }
  arena_fini(&a);
  return NULL;
}

static void test_trials_come_and_go(void **state) {
  fixture *f = *state;
  enum { THREADS = 3, ROUNDS = 15 };
  atomic_bool stop = false;
  asker x = {f, &stop};
  pthread_t threads[THREADS];
  models(f);
  for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, ask_on, &x), 0);
  for (int i = 0; i < ROUNDS; i++) {
    trial_request r = request(i % 2 ? TRIAL_CANARY : TRIAL_SHADOW, i % 3 ? "mixed" : "same");
    r.settings.percent = 50;
    r.settings.max_disagreement = 0.2;
    start(f, &r);
    if (i % 5 == 4) deploy(f, "p", "a", i % 2 ? "main" : "same");
  }
  atomic_store(&stop, true);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_shadow),
      T(test_share_is_sticky),
      T(test_disagreement_takes_it_back),
      T(test_none_takes_it_back),
      T(test_errors_take_it_back),
      T(test_no_bounds),
      T(test_a_new_model_ends_both),
      T(test_rules),
      T(test_trials_come_and_go),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
