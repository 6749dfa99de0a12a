#include "model/train_intents.h"

#include "learn/folds.h"

#include <math.h>
#include <stdlib.h>

/* keys of all rows --count--> vocabulary, weights --> vectors ----------> linear model, perceptrons
 *                         \-> the same without a fold --> fold vectors --> held-out scores
 *                                                                      \-> temperatures, None score
 *
 * A fold has the ids of the full vocabulary but its own weights: a feature that only held-out
 * utterances have weighs 0 there, as it would be unknown to a model trained without them. */

/* Better by 0.1 to 0.2 points than the recipe's 0.4 on held back parts of CLINC150, BANKING77 and HWU64. */
#define HIDDEN_DROPOUT 0.3
/* Features of a single utterance help (0.2 to 0.7 points on held back parts of BANKING77 and HWU64) but are
 * half of the vocabulary: very large sets go without. */
enum { SMALL_SET = 2000, MIN_COUNT_SET = 20000, FEW_FOR_FOLDS = 10 };

typedef struct trainer_fold {
  uint8_t number;
  float *weights; /* [features] */
  intent_space space;
  sparse_matrix x;        /* all rows */
  uint32_t *train, *test; /* rows */
  size_t train_n, test_n;
  size_t first; /* index of its first test row among all held-out rows */
} trainer_fold;

typedef struct trainer_job {
  intent_trainer *trainer;
  trainer_fold *fold; /* NULL: the final model */
  int mlp;            /* -1: linear */
} trainer_job;

struct intent_trainer {
  const training_set *set;
  train_options o;
  arena a;              /* keys, held-out scores */
  intent_keys *keys;    /* [rows] */
  uint32_t *y;          /* [rows] class */
  uint32_t *classes;    /* [class_count] intent */
  uint32_t *class_size; /* [class_count] utterances of the project in training */
  uint32_t class_count, none_class, stride;
  uint32_t min_count;

  vocab_slot *slots;
  size_t slot_count;
  uint32_t *df; /* [features - 1] */
  float *weights;
  intent_space space;
  sparse_matrix x;

  trainer_fold folds[FOLD_COUNT];
  size_t fold_count, held_out;
  uint32_t *held_rows;          /* [held_out] */
  float *coverage;              /* [held_out] */
  float *z_linear;              /* [held_out][stride] */
  float *z_mlp[MODEL_MAX_MLPS]; /* [held_out][stride] */

  linear_model linear;
  mlp_model mlps[MODEL_MAX_MLPS];
  size_t mlp_count;
  trainer_job jobs[INTENT_MAX_TASKS];
};

static float *aligned_floats(arena *a, size_t n) {
  size_t bytes = MAX_OF(n, 1) * sizeof(float);
  return memset(arena_alloc_aligned(a, bytes, 64), 0, bytes);
}

/* ---- Preparation ---- */

/* Classes are the intents that have training utterances, in the order of the project. */
static void number_classes(intent_trainer *t) {
  const training_set *s = t->set;
  size_t intents = s->p->intent_count, none = project_none_intent(s->p);
  uint32_t *count = mem_zalloc(intents, sizeof *count), *class_of = mem_zalloc(intents, sizeof *class_of);
  for (size_t i = 0; i < s->n; i++) count[s->p->utterances[s->rows[i].utterance].intent]++;
  t->classes = mem_zalloc(intents, sizeof *t->classes);
  t->none_class = NO_CLASS;
  for (uint32_t i = 0; i < intents; i++) {
    if (!count[i]) continue;
    if (i == none) t->none_class = t->class_count;
    class_of[i] = t->class_count;
    t->classes[t->class_count++] = i;
  }
  t->stride = (t->class_count + 15u) & ~15u;
  t->y = mem_zalloc(s->n, sizeof *t->y);
  t->class_size = mem_zalloc(intents, sizeof *t->class_size);
  for (size_t i = 0; i < s->n; i++) {
    t->y[i] = class_of[s->p->utterances[s->rows[i].utterance].intent];
    t->class_size[t->y[i]] += i < s->originals;
  }
  free(count);
  free(class_of);
}

static void read_keys(intent_trainer *t) {
  arena scratch;
  arena_init(&scratch, 1 << 16);
  t->keys = mem_zalloc(t->set->n, sizeof *t->keys);
  for (size_t i = 0; i < t->set->n; i++) {
    arena_reset(&scratch);
    intent_keys_of(&t->set->rows[i].t, &t->set->rows[i].extras, &scratch, &t->keys[i]);
    t->keys[i].keys = arena_copy(&t->a, t->keys[i].keys, t->keys[i].n * sizeof *t->keys[i].keys);
  }
  arena_fini(&scratch);
}

static void build_space(intent_trainer *t) {
  vocab_builder b = {0};
  size_t n = t->set->n;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < t->keys[i].n; k++) vocab_builder_add(&b, t->keys[i].keys[k]);
  t->min_count = t->set->originals >= MIN_COUNT_SET ? 2 : 1;
  uint32_t known;
  vocab_build(&b, t->min_count, &t->slots, &t->slot_count, &t->df, &known);
  vocab_builder_free(&b);
  t->weights = mem_zalloc((size_t)known + 1, sizeof *t->weights);
  for (uint32_t f = 0; f < known; f++) t->weights[f] = intent_weight((uint32_t)n, t->df[f]);
  t->space = (intent_space){.vocab = {.slots = t->slots, .slot_count = t->slot_count},
                            .weights = t->weights,
                            .features = known + 1,
                            .unseen_weight = intent_weight((uint32_t)n, 0)};
}

static void vectorize_rows(const intent_trainer *t, const intent_space *space, sparse_matrix *x) {
  arena scratch;
  arena_init(&scratch, 1 << 16);
  for (size_t i = 0; i < t->set->n; i++) {
    arena_reset(&scratch);
    intent_vector v;
    intent_vectorize(space, &t->keys[i], &scratch, &v);
    for (size_t k = 0; k < v.x.n; k++) sparse_add(x, v.x.ids[k], v.x.values[k]);
    sparse_end_row(x);
  }
  x->cols = space->features;
  arena_fini(&scratch);
}

static void vectorize_all(intent_trainer *t) {
  vectorize_rows(t, &t->space, &t->x);
}

/* Weights as if the test rows of the fold had never been seen. */
static void fold_space(intent_trainer *t, trainer_fold *f, const uint8_t *fold_of) {
  uint32_t known = t->space.features - 1, n = 0;
  uint32_t *df = mem_zalloc((size_t)known + 1, sizeof *df);
  for (size_t i = 0; i < t->set->n; i++) {
    if (fold_of[i] == f->number) continue;
    n++;
    for (size_t k = 0; k < t->keys[i].n; k++) {
      uint32_t id = vocab_find(&t->space.vocab, t->keys[i].keys[k]);
      if (id < known) df[id]++;
    }
  }
  f->weights = mem_zalloc((size_t)known + 1, sizeof *f->weights);
  for (uint32_t k = 0; k < known; k++) f->weights[k] = df[k] >= t->min_count ? intent_weight(n, df[k]) : 0;
  f->space = t->space;
  f->space.weights = f->weights;
  f->space.unseen_weight = intent_weight(n, 0);
  free(df);
}

/* The only utterance of its class says nothing when it is held out: nothing is left to learn the
 * class from. */
static size_t keep_learnable(const intent_trainer *t, uint32_t *rows, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (t->class_size[t->y[rows[i]]] > 1) rows[kept++] = rows[i];
  return kept;
}

static void add_fold(intent_trainer *t, uint8_t number, const uint8_t *fold_of) {
  trainer_fold *f = &t->folds[t->fold_count++];
  *f = (trainer_fold){.number = number, .first = t->held_out};
  f->train = mem_zalloc(t->set->n, sizeof *f->train);
  f->test = mem_zalloc(t->set->n, sizeof *f->test);
  f->train_n = folds_select(fold_of, t->set->n, number, false, f->train);
  f->test_n = keep_learnable(t, f->test, folds_select(fold_of, t->set->originals, number, true, f->test));
  fold_space(t, f, fold_of);
  vectorize_rows(t, &f->space, &f->x);
  arena scratch;
  arena_init(&scratch, 1 << 16);
  for (size_t i = 0; i < f->test_n; i++) {
    arena_reset(&scratch);
    intent_vector v;
    intent_vectorize(&f->space, &t->keys[f->test[i]], &scratch, &v);
    t->held_rows[t->held_out] = f->test[i];
    t->coverage[t->held_out++] = v.coverage;
  }
  arena_fini(&scratch);
}

static void make_folds(intent_trainer *t) {
  const training_set *s = t->set;
  t->held_rows = mem_zalloc(s->n, sizeof *t->held_rows);
  t->coverage = mem_zalloc(s->n, sizeof *t->coverage);
  if (s->originals >= FEW_FOR_FOLDS && t->class_count > 1) {
    uint8_t *fold_of = mem_zalloc(s->n, sizeof *fold_of);
    folds_assign(t->y, s->originals, t->class_count, FOLD_COUNT, t->o.seed, fold_of);
    for (size_t i = s->originals; i < s->n; i++) fold_of[i] = fold_of[s->rows[i].original];
    uint32_t run = folds_to_run(s->originals);
    for (uint32_t j = 0; j < run; j++) add_fold(t, (uint8_t)j, fold_of);
    free(fold_of);
  }
  t->z_linear = aligned_floats(&t->a, t->held_out * t->stride);
  for (size_t m = 0; m < t->mlp_count; m++) t->z_mlp[m] = aligned_floats(&t->a, t->held_out * t->stride);
}

err_code intent_trainer_new(const training_set *set, const train_options *o, intent_trainer **out, err *e) {
  if (!set->n) return err_set(e, ERR_INVALID_ARGUMENT, "the project has no utterance to train on");
  intent_trainer *t = mem_zalloc(1, sizeof *t);
  t->set = set;
  t->o = *o;
  t->mlp_count = o->mode == TRAINING_ADVANCED ? 3 : 1;
  arena_init(&t->a, 1 << 20);
  void (*const steps[])(intent_trainer *) = {number_classes, read_keys, build_space, vectorize_all, make_folds};
  for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
    if (o->cancel && atomic_load(o->cancel)) {
      intent_trainer_free(t);
      return err_set(e, ERR_CANCELLED, "the training was cancelled");
    }
    steps[i](t);
  }
  *out = t;
  return ERR_OK;
}

void intent_trainer_free(intent_trainer *t) {
  if (!t) return;
  for (size_t j = 0; j < t->fold_count; j++) {
    free(t->folds[j].weights);
    free(t->folds[j].train);
    free(t->folds[j].test);
    sparse_free(&t->folds[j].x);
  }
  linear_model_free(&t->linear);
  for (size_t m = 0; m < t->mlp_count; m++) mlp_model_free(&t->mlps[m]);
  free(t->coverage);
  free(t->held_rows);
  sparse_free(&t->x);
  free(t->weights);
  free(t->df);
  free(t->slots);
  free(t->classes);
  free(t->class_size);
  free(t->y);
  free(t->keys);
  arena_fini(&t->a);
  free(t);
}

/* ---- Trainings ---- */

static err_code train_linear(const intent_trainer *t, const trainer_fold *f, const learn_watch *w, linear_model *out) {
  size_t n = f ? f->train_n : t->set->n;
  linear_options lo = {.c = 3, .epochs = n < SMALL_SET ? 20 : 8, .seed = t->o.seed, .watch = w};
  return linear_train(f ? &f->x : &t->x, t->y, t->class_count, f ? f->train : NULL, n, &lo, out);
}

static err_code train_mlp(const intent_trainer *t, const trainer_fold *f, int mlp, const learn_watch *w,
                          mlp_model *out) {
  size_t n = f ? f->train_n : t->set->n;
  mlp_options mo = mlp_recipe(n, t->o.mode == TRAINING_ADVANCED, t->o.seed + 1 + (uint64_t)mlp);
  mo.hidden_dropout = HIDDEN_DROPOUT;
  mo.watch = w;
  return mlp_train(f ? &f->x : &t->x, t->y, t->class_count, f ? f->train : NULL, n, &mo, out);
}

static err_code score_fold_linear(const intent_trainer *t, const trainer_fold *f, const learn_watch *w) {
  linear_model m;
  err_code rc = train_linear(t, f, w, &m);
  if (rc) return rc;
  for (size_t i = 0; i < f->test_n; i++)
    linear_score(&m, sparse_get(&f->x, f->test[i]), t->z_linear + (f->first + i) * t->stride);
  linear_model_free(&m);
  return ERR_OK;
}

static err_code score_fold_mlp(const intent_trainer *t, const trainer_fold *f, int mlp, const learn_watch *w) {
  mlp_model m;
  err_code rc = train_mlp(t, f, mlp, w, &m);
  if (rc) return rc;
  arena scratch;
  arena_init(&scratch, 0);
  float *h = aligned_floats(&scratch, m.hidden);
  for (size_t i = 0; i < f->test_n; i++)
    mlp_score(&m, sparse_get(&f->x, f->test[i]), h, t->z_mlp[mlp] + (f->first + i) * t->stride);
  arena_fini(&scratch);
  mlp_model_free(&m);
  return ERR_OK;
}

static err_code run_job(void *ctx, const learn_watch *w, err *e) {
  trainer_job *j = ctx;
  intent_trainer *t = j->trainer;
  err_code rc;
  if (j->fold)
    rc = j->mlp < 0 ? score_fold_linear(t, j->fold, w) : score_fold_mlp(t, j->fold, j->mlp, w);
  else
    rc = j->mlp < 0 ? train_linear(t, NULL, w, &t->linear) : train_mlp(t, NULL, j->mlp, w, &t->mlps[j->mlp]);
  return rc ? err_set(e, rc, "training of the intents stopped") : ERR_OK;
}

size_t intent_trainer_tasks(intent_trainer *t, task *tasks) {
  size_t n = 0;
  for (size_t f = 0; f <= t->fold_count; f++)
    for (int mlp = (int)t->mlp_count - 1; mlp >= -1; mlp--) {
      trainer_fold *fold = f ? &t->folds[f - 1] : NULL;
      t->jobs[n] = (trainer_job){.trainer = t, .fold = fold, .mlp = mlp};
      double rows = (double)(fold ? fold->train_n : t->set->n);
      double width = mlp < 0 ? t->stride : t->o.mode == TRAINING_ADVANCED ? 1500 : 750;
      tasks[n] = (task){.run = run_job, .ctx = &t->jobs[n], .cost = rows * width};
      n++;
    }
  return n;
}

/* ---- Calibration ---- */

/* The perceptrons as one: their mean log-probability, into z_mlp[0]. */
static void merge_mlps(intent_trainer *t) {
  if (t->mlp_count == 1) return;
  for (size_t i = 0; i < t->held_out; i++) {
    float *sum = t->z_mlp[0] + i * t->stride;
    for (size_t m = 0; m < t->mlp_count; m++) {
      float *z = t->z_mlp[m] + i * t->stride;
      log_softmax(z, t->class_count, 1.0f, z);
      for (uint32_t c = 0; m && c < t->class_count; c++) sum[c] += z[c];
    }
    for (uint32_t c = 0; c < t->class_count; c++) sum[c] /= (float)t->mlp_count;
  }
}

static combination fit_combination(intent_trainer *t, uint32_t *y) {
  score_table linear = {.z = t->z_linear, .rows = t->held_out, .k = t->class_count, .stride = t->stride};
  score_table mlp = linear;
  mlp.z = t->z_mlp[0];
  return combination_fit(&linear, &mlp, y);
}

/* Best class other than None, NO_CLASS when there is none. */
static uint32_t best_real_class(const intent_trainer *t, const float *p) {
  uint32_t best = NO_CLASS;
  for (uint32_t k = 0; k < t->class_count; k++)
    if (k != t->none_class && (best == NO_CLASS || p[k] > p[best])) best = k;
  return best;
}

static none_example none_example_of(const intent_trainer *t, const float *p, uint32_t y, float coverage) {
  uint32_t k = t->class_count, none = t->none_class, best = best_real_class(t, p);
  none_example x = {.signs = none_signs_of(p, k, none, NO_CLASS, coverage),
                    .bereft = none_signs_of(p, k, none, y, coverage),
                    .is_none = y == none,
                    .is_hit = best == y};
  float real = none == NO_CLASS ? 1.0f : 1.0f - MIN_OF(p[none], 0.999999f);
  if (best != NO_CLASS) x.best = MIN_OF(p[best] / real, 1.0f);
  return x;
}

static none_model fit_none(const intent_trainer *t, const combination *c, const uint32_t *y) {
  none_example *examples = mem_zalloc(t->held_out + 1, sizeof *examples);
  arena a;
  arena_init(&a, 0);
  float *scratch = aligned_floats(&a, 2 * (size_t)t->stride), *p = aligned_floats(&a, t->stride);
  for (size_t i = 0; i < t->held_out; i++) {
    combination_apply(c, t->z_linear + i * t->stride, t->z_mlp[0] + i * t->stride, t->class_count, scratch, p);
    examples[i] = none_example_of(t, p, y[i], t->coverage[i]);
  }
  uint32_t real = t->class_count - (t->none_class != NO_CLASS);
  none_model m = none_fit(examples, t->held_out, real);
  arena_fini(&a);
  free(examples);
  return m;
}

void intent_trainer_calibrate(intent_trainer *t, intent_result *out) {
  uint32_t *y = mem_zalloc(t->held_out + 1, sizeof *y);
  for (size_t i = 0; i < t->held_out; i++) y[i] = t->y[t->held_rows[i]];
  merge_mlps(t);
  *out = (intent_result){.class_count = t->class_count,
                         .none_class = t->none_class,
                         .classes = t->classes,
                         .slots = t->slots,
                         .slot_count = t->slot_count,
                         .space = t->space,
                         .linear = &t->linear,
                         .mlps = t->mlps,
                         .mlp_count = t->mlp_count,
                         .combination = fit_combination(t, y)};
  out->none = fit_none(t, &out->combination, y);
  free(y);
}
