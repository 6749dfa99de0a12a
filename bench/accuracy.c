/* accuracy -- train and evaluate labelled data sets, and time single predictions.
 *
 *   accuracy [--dev] [--advanced] [--threads N] [--seed N] [SET[+SET…] …]
 *
 * SET is a file of $DRAGOMAN_SHARED/data/nlu without .json.gz (default of DRAGOMAN_SHARED:
 * ../shared); a+b adds the utterances of b to those of a. Without sets: the list below. Trains on
 * Train, evaluates on Test, one line a set. --dev never looks at the Test part of the first file:
 * a tenth of its Train is held back instead, with the Test utterances of the further files. */
#include "base/json_in.h"
#include "bench/data_sets.h"
#include "model/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *const default_sets[] = {
    "clinc150/clinc150",
    "clinc150/clinc150+clinc150/oos_test",
    "clinc150/clinc150+clinc150/oos_train+clinc150/oos_test",
    "banking77/banking77",
    "hwu64/fold01",
    "snips/snips",
    "snips/snips_70",
    "braun2017/chatbot",
    "hint3/sofmattress",
    "fewshot/hwu64_10_services",
    "fewshot/clinc150_10shot",
    "fewshot/banking77_5shot",
    "xsid/small_de",
    "xsid/small_ja",
    "xsid/small_ar",
    "xsid/small_all",
};

typedef struct settings {
  bool dev;
  train_options train;
} settings;

static double cpu_s(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Utterances of more, its categories looked up by name, behind those of p. */
static void append(project *p, const project *more, arena *a) {
  utterance *all = ARENA_ARRAY(a, utterance, p->utterance_count + more->utterance_count);
  memcpy(all, p->utterances, p->utterance_count * sizeof *all);
  size_t n = p->utterance_count;
  for (size_t i = 0; i < more->utterance_count; i++) {
    utterance u = more->utterances[i];
    size_t category = project_find_intent(p, more->intents[u.intent].category);
    if (category == SIZE_MAX || u.label_count) continue;
    u.intent = (uint32_t)category;
    all[n++] = u;
  }
  p->utterances = all;
  p->utterance_count = n;
}

/* Returns how many utterances came from the first file. */
static size_t read_sets(const char *spec, arena *a, project *p) {
  size_t n = strcspn(spec, "+"), first;
  data_set_read(str_make(spec, n), a, p);
  first = p->utterance_count;
  while (spec[n]) {
    spec += n + 1;
    n = strcspn(spec, "+");
    project more;
    data_set_read(str_make(spec, n), a, &more);
    append(p, &more, a);
  }
  return first;
}

static void assign_roles(const settings *s, const project *p, size_t first, utterance_role *roles) {
  train_options o = s->train;
  o.split = s->dev ? SPLIT_PERCENTAGE : SPLIT_MANUAL;
  o.training_percent = 90;
  train_split(p, &o, roles);
  for (size_t i = 0; s->dev && i < first; i++)
    if (utterance_dataset(&p->utterances[i]) == DATASET_TEST) roles[i] = ROLE_UNUSED;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Microseconds of one prediction: median and 99th percentile over all test utterances, best of
 * three rounds each. */
static void measure_latency(const model *m, const project *p, const bool *take, double *p50, double *p99) {
  double *us = mem_zalloc(p->utterance_count + 1, sizeof *us);
  size_t n = 0;
  arena a;
  arena_init(&a, 1 << 16);
  for (int round = 0; round < 3; round++) {
    n = 0;
    for (size_t i = 0; i < p->utterance_count; i++) {
      if (!take[i]) continue;
      predict_options o = {.language = utterance_language(p, &p->utterances[i]), .threshold = -1};
      prediction out;
      arena_reset(&a);
      double begin = cpu_s(CLOCK_MONOTONIC);
      model_predict(m, p->utterances[i].text, &o, &a, &out);
      double took = (cpu_s(CLOCK_MONOTONIC) - begin) * 1e6;
      us[n] = round ? MIN_OF(us[n], took) : took;
      n++;
    }
  }
  qsort(us, n, sizeof *us, by_value);
  *p50 = n ? us[n / 2] : 0;
  *p99 = n ? us[n * 99 / 100] : 0;
  arena_fini(&a);
  free(us);
}

/* Percent of report.group.key, or NaN printed as "-". */
static void print_percent(const jnode *report, const char *group, const char *key, int width) {
  jnode g = jn_get(report, group), v = jn_get(&g, key);
  jn_type type = jn_typeof(&v);
  if (type == JN_INT || type == JN_REAL)
    printf(" %*.2f", width, 100 * jn_num(&v));
  else
    printf(" %*s", width, "-");
}

static void run_set(const settings *s, const char *spec) {
  arena a;
  arena_init(&a, 1 << 20);
  project p;
  size_t first = read_sets(spec, &a, &p), train_n = 0;
  utterance_role *roles = ARENA_ARRAY(&a, utterance_role, p.utterance_count);
  bool *take = ARENA_ARRAY(&a, bool, p.utterance_count);
  assign_roles(s, &p, first, roles);
  for (size_t i = 0; i < p.utterance_count; i++) {
    take[i] = roles[i] == ROLE_TEST;
    train_n += roles[i] == ROLE_TRAIN;
  }
  char path[64];
  snprintf(path, sizeof path, "/tmp/dragoman-accuracy-%d.model", (int)getpid());
  err e = {0};
  double begin = cpu_s(CLOCK_PROCESS_CPUTIME_ID);
  if (model_train(&p, &s->train, roles, path, &e)) bench_fail(spec, &e);
  double train_s = cpu_s(CLOCK_PROCESS_CPUTIME_ID) - begin, p50, p99;
  model *m;
  evaluation *ev = NULL;
  if (model_open(path, true, &m, &e) || evaluation_run(m, &p, take, &ev, &e)) bench_fail(spec, &e);
  measure_latency(m, &p, take, &p50, &p99);
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  evaluation_write_report(&w, ev);
  jdoc *doc;
  if (jn_parse(buf_str(&json), &doc, &e)) bench_fail(spec, &e);
  jnode report = jn_root(doc);
  printf("%-52s %6zu %5zu", spec, train_n, evaluation_count(ev));
  print_percent(&report, "intents", "accuracy", 6);
  print_percent(&report, "intents", "macroF1", 6);
  print_percent(&report, "intents", "ece", 5);
  print_percent(&report, "none", "recall", 6);
  print_percent(&report, "none", "precision", 6);
  print_percent(&report, "none", "auroc", 6);
  print_percent(&report, "entities", "precision", 6);
  print_percent(&report, "entities", "recall", 6);
  print_percent(&report, "entities", "microF1", 6);
  printf(" %7.1f %6.1f %6.1f %6.1f\n", train_s, p50, p99, (double)model_describe(m)->file_bytes / 1e6);
  fflush(stdout);
  jn_free(doc);
  buf_free(&json);
  evaluation_free(ev);
  model_close(m);
  unlink(path);
  arena_fini(&a);
}

int main(int argc, char **argv) {
  settings s = {.train = {.mode = TRAINING_STANDARD, .seed = 1, .threads = 1}};
  int i = 1;
  for (; i < argc && argv[i][0] == '-'; i++) {
    if (!strcmp(argv[i], "--dev"))
      s.dev = true;
    else if (!strcmp(argv[i], "--advanced"))
      s.train.mode = TRAINING_ADVANCED;
    else if (!strcmp(argv[i], "--threads") && i + 1 < argc)
      s.train.threads = atoi(argv[++i]);
    else if (!strcmp(argv[i], "--seed") && i + 1 < argc)
      s.train.seed = strtoull(argv[++i], NULL, 10);
    else {
      fprintf(stderr, "usage: accuracy [--dev] [--advanced] [--threads N] [--seed N] [SET[+SET...] ...]\n");
      return 2;
    }
  }
  printf("%-52s %6s %5s %6s %6s %5s %6s %6s %6s %6s %6s %6s %7s %6s %6s %6s\n", "set", "train", "test", "acc", "macro",
         "ece", "noneR", "noneP", "auroc", "entP", "entR", "entF1", "cpu_s", "p50us", "p99us", "MB");
  if (i == argc)
    for (size_t k = 0; k < ARRAY_LEN(default_sets); k++) run_set(&s, default_sets[k]);
  for (; i < argc; i++) run_set(&s, argv[i]);
  return 0;
}
