/* A first project of a few intents with a few utterances each simply works: what it is then asked in
 * other words is answered, and what has nothing to do with it is None (tests/cases/model/small_projects.txt). */
#include "tests/test.h"

#include "base/file.h"
#include "model/model.h"
#include "model/train.h"

#include <unistd.h>

enum { MAX_INTENTS = 8, MAX_UTTERANCES = 128 };

typedef struct small_project {
  str name;
  intent intents[MAX_INTENTS];
  utterance utterances[MAX_UTTERANCES]; /* ROLE_TRAIN: trained on; ROLE_TEST: asked */
  utterance_role roles[MAX_UTTERANCES];
  size_t intent_count, utterance_count;
} small_project;

typedef struct tally {
  size_t projects, asked, right, lost, out_of_scope, none;
} tally;

static uint32_t intent_index(small_project *s, str category) {
  for (uint32_t i = 0; i < s->intent_count; i++)
    if (str_eq(s->intents[i].category, category)) return i;
  assert_true(s->intent_count < MAX_INTENTS);
  s->intents[s->intent_count] = (intent){.category = category};
  return (uint32_t)s->intent_count++;
}

/* "Intent text" behind the mark. */
static void add_line(small_project *s, str line, utterance_role role) {
  size_t space = str_find_byte(line, ' ');
  assert_true(s->utterance_count < MAX_UTTERANCES);
  s->roles[s->utterance_count] = role;
  s->utterances[s->utterance_count++] =
      (utterance){.text = str_skip(line, space + 1), .intent = intent_index(s, str_make(line.p, space))};
}

static model *train(const small_project *s) {
  project p = {.metadata = {.name = s->name, .language = STR("en-us")},
               .has_assets = true,
               .intents = s->intents,
               .intent_count = s->intent_count,
               .utterances = s->utterances,
               .utterance_count = s->utterance_count};
  train_options o = {.mode = TRAINING_STANDARD, .seed = 1, .threads = 1};
  char path[64];
  snprintf(path, sizeof path, "/tmp/dragoman-test-small-%d", (int)getpid());
  err e = {0};
  model *m = NULL;
  if (model_train(&p, &o, s->roles, path, &e) || model_open(path, true, &m, &e)) fail_msg("%s", e.message);
  unlink(path);
  return m;
}

static uint32_t answer(const model *m, str text, arena *a) {
  prediction out;
  arena_reset(a);
  model_predict(m, text, &(predict_options){.threshold = -1}, a, &out);
  return out.top_intent;
}

static void count(const small_project *s, const utterance *u, uint32_t got, tally *t) {
  bool none = got == 0; /* see run_project */
  if (u->intent == 0) {
    t->out_of_scope++;
    t->none += none;
    return;
  }
  t->asked++;
  t->right += got == u->intent;
  t->lost += none;
  if (got != u->intent)
    print_message("%.*s: \"%.*s\" is %.*s\n", STR_ARG(s->name), STR_ARG(u->text), STR_ARG(s->intents[got].category));
}

static void run_project(const small_project *s, tally *t) {
  if (!s->utterance_count) return;
  model *m = train(s);
  arena a;
  arena_init(&a, 1 << 16);
  t->projects++;
  for (size_t i = 0; i < s->utterance_count; i++)
    if (s->roles[i] == ROLE_TEST) count(s, &s->utterances[i], answer(m, s->utterances[i].text, &a), t);
  /* Nothing of these was ever seen. */
  assert_int_equal(answer(m, STR("zzqx wvvk"), &a), 0);
  assert_int_equal(answer(m, STR("Ωμέγα ψυχή"), &a), 0);
  assert_int_equal(answer(m, STR(""), &a), 0);
  arena_fini(&a);
  model_close(m);
}

static void start_project(small_project *s, str name) {
  *s = (small_project){.name = name};
  intent_index(s, STR("None")); /* index 0 */
}

static void run_cases(const char *path, tally *t) {
  char *data;
  size_t n;
  err e = {0};
  if (file_read(path, 1 << 20, &data, &n, &e)) fail_msg("%s", e.message);
  small_project s = {0};
  for (str rest = {data, n}; rest.n;) {
    size_t len = str_find_byte(rest, '\n');
    str line = {rest.p, len}, text = str_skip(line, 2);
    rest = str_skip(rest, len + 1);
    if (!line.n || line.p[0] == '#') continue;
    if (line.p[0] == '=') {
      run_project(&s, t);
      start_project(&s, text);
    } else {
      add_line(&s, text, line.p[0] == '+' ? ROLE_TRAIN : ROLE_TEST);
    }
  }
  run_project(&s, t);
  free(data);
}

static void test_small_projects(void **state) {
  (void)state;
  tally t = {0};
  run_cases("tests/cases/model/small_projects.txt", &t);
  print_message("%zu projects: %zu of %zu right, %zu lost to None; None %zu of %zu out of scope\n", t.projects, t.right,
                t.asked, t.lost, t.none, t.out_of_scope);
  assert_true(t.projects >= 8);
  assert_true(20 * t.right >= 19 * t.asked);
  assert_true(40 * t.lost <= t.asked);
  assert_true(3 * t.none >= 2 * t.out_of_scope);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_small_projects)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
