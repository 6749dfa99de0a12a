/* luis -- the same labelled data as a CLU project and as a LUIS app: accuracy of both, CPU time of a prediction of
 * both.
 *
 *   luis [--rounds N] [SET …]
 *
 * SET is a file of $DRAGOMAN_SHARED/data/nlu without .json.gz, or a path of a project file. Trains both on Train,
 * evaluates both on Test (a project without Test: on what it was trained on), and asks each for all those texts in
 * turns; a time is the best of N rounds, so that what else the machine does counts little. */
#include "base/file.h"
#include "base/json_in.h"
#include "bench/data_sets.h"
#include "model/evaluate.h"
#include "model/luis_model.h"
#include "project/luis_convert.h"
#include "project/project_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *const default_sets[] = {"fewshot/hwu64_10_services", "braun2017/chatbot", "hwu64/fold01",
                                           "snips/snips_70"};

typedef struct trained {
  model *m;
  double train_s, accuracy, f1, best_s; /* best_s: CPU of one round of predictions */
} trained;

static double cpu_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void read_set(const char *name, arena *a, project *p) {
  size_t n;
  char *text;
  err e = {0};
  if (access(name, R_OK)) {
    data_set_read(str_of(name), a, p);
    return;
  }
  if (file_read_maybe_gz(name, (size_t)1 << 28, &text, &n, &e) ||
      project_file_read_clu(str_make(text, n), a, p, NULL, &e))
    bench_fail(name, &e);
  free(text);
}

static double number(const jnode *report, const char *group, const char *key) {
  jnode g = jn_get(report, group), v = jn_get(&g, key);
  jn_type type = jn_typeof(&v);
  return type == JN_INT || type == JN_REAL ? 100 * jn_num(&v) : 0;
}

static void evaluate(const project *p, const bool *take, trained *t) {
  err e = {0};
  evaluation *ev = NULL;
  jdoc *doc;
  jw w;
  buf json = {0};
  if (evaluation_run(t->m, p, take, &ev, &e)) bench_fail("evaluation", &e);
  jw_init(&w, &json);
  evaluation_write_report(&w, ev);
  if (jn_parse(buf_str(&json), &doc, &e)) bench_fail("report", &e);
  jnode report = jn_root(doc);
  t->accuracy = number(&report, "intents", "accuracy");
  t->f1 = number(&report, "entities", "microF1");
  jn_free(doc);
  buf_free(&json);
  evaluation_free(ev);
}

/* All texts once, with the one or the other call. */
static double ask_all(const model *m, const project *p, const bool *take, bool luis, arena *a) {
  double begin = cpu_s();
  for (size_t i = 0; i < p->utterance_count; i++) {
    if (!take[i]) continue;
    arena_reset(a);
    if (luis) {
      luis_prediction out;
      luis_predict(m, p->utterances[i].text, NULL, a, &out);
    } else {
      prediction out;
      predict_options o = {.threshold = -1};
      model_predict(m, p->utterances[i].text, &o, a, &out);
    }
  }
  return cpu_s() - begin;
}

/* A LUIS app has no test set: only what is trained on becomes one. */
static void to_luis(const char *name, const project *p, const utterance_role *roles, arena *a, luis_app *out) {
  project trained_on = *p;
  utterance *v = ARENA_ARRAY(a, utterance, p->utterance_count);
  err e = {0};
  trained_on.utterances = v;
  trained_on.utterance_count = 0;
  for (size_t i = 0; i < p->utterance_count; i++)
    if (roles[i] == ROLE_TRAIN) v[trained_on.utterance_count++] = p->utterances[i];
  if (clu_to_luis(&trained_on, a, out, NULL, &e)) bench_fail(name, &e);
}

static void train_both(const char *name, const project *p, const utterance_role *roles, arena *a, trained *clu,
                       trained *luis) {
  char path[64];
  err e = {0};
  luis_app app;
  train_options o = {.mode = TRAINING_STANDARD, .seed = 1, .threads = 1, .split = SPLIT_MANUAL};
  snprintf(path, sizeof path, "/tmp/dragoman-luis-bench-%d", (int)getpid());
  double begin = cpu_s();
  if (model_train(p, &o, roles, path, &e) || model_open(path, true, &clu->m, &e)) bench_fail(name, &e);
  clu->train_s = cpu_s() - begin;
  to_luis(name, p, roles, a, &app);
  begin = cpu_s();
  if (luis_train(&app, STR("bench"), &o, NULL, path, &e) || model_open(path, true, &luis->m, &e)) bench_fail(name, &e);
  luis->train_s = cpu_s() - begin;
  unlink(path);
}

static void run_set(const char *name, int rounds) {
  arena a, scratch;
  arena_init(&a, 1 << 20);
  arena_init(&scratch, 1 << 16);
  project p;
  read_set(name, &a, &p);
  utterance_role *roles = ARENA_ARRAY(&a, utterance_role, p.utterance_count);
  bool *take = ARENA_ARRAY(&a, bool, p.utterance_count);
  train_split(&p, &(train_options){.split = SPLIT_MANUAL}, roles);
  size_t n = 0;
  for (size_t i = 0; i < p.utterance_count; i++) n += roles[i] == ROLE_TEST;
  utterance_role asked = n ? ROLE_TEST : ROLE_TRAIN;
  n = 0;
  for (size_t i = 0; i < p.utterance_count; i++) n += take[i] = roles[i] == asked;
  trained clu = {.best_s = 1e9}, luis = {.best_s = 1e9};
  train_both(name, &p, roles, &a, &clu, &luis);
  evaluate(&p, take, &clu);
  evaluate(&p, take, &luis);
  for (int round = 0; round < rounds; round++) {
    double x = ask_all(clu.m, &p, take, false, &scratch), y = ask_all(luis.m, &p, take, true, &scratch);
    clu.best_s = MIN_OF(clu.best_s, x);
    luis.best_s = MIN_OF(luis.best_s, y);
  }
  printf("%-28s %5zu %6.2f %6.2f %6.2f %6.2f %6.1f %6.1f %7.2f %7.2f %6.3f\n", name, n, clu.accuracy, luis.accuracy,
         clu.f1, luis.f1, clu.train_s, luis.train_s, clu.best_s * 1e6 / (double)n, luis.best_s * 1e6 / (double)n,
         luis.best_s / clu.best_s);
  fflush(stdout);
  model_close(clu.m);
  model_close(luis.m);
  arena_fini(&scratch);
  arena_fini(&a);
}

int main(int argc, char **argv) {
  int rounds = 20, i = 1;
  if (i + 1 < argc && !strcmp(argv[i], "--rounds")) {
    rounds = atoi(argv[i + 1]);
    i += 2;
  }
  if (rounds < 1 || (i < argc && argv[i][0] == '-')) {
    fprintf(stderr, "usage: luis [--rounds N] [SET ...]\n");
    return 2;
  }
  printf("%-28s %5s %6s %6s %6s %6s %6s %6s %7s %7s %6s\n", "set", "asked", "acc", "acc", "F1", "F1", "train", "train",
         "us", "us", "ratio");
  printf("%-28s %5s %6s %6s %6s %6s %6s %6s %7s %7s\n", "", "", "CLU", "LUIS", "CLU", "LUIS", "CLU s", "LUIS s", "CLU",
         "LUIS");
  if (i == argc)
    for (size_t k = 0; k < ARRAY_LEN(default_sets); k++) run_set(default_sets[k], rounds);
  for (; i < argc; i++) run_set(argv[i], rounds);
  return 0;
}
