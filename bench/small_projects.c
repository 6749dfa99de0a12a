/* small_projects -- how the answer None behaves in projects of a few intents with a few utterances.
 *
 *   small_projects [--draws N] [--seed N] [--none N]
 *
 * Draws projects of 2, 3 and 5 intents with 5 to 30 utterances each, and N None utterances, from the
 * Train parts of five sets; nothing of a Test part is read. Each is asked other Train utterances
 * of its intents, of the other intents of its set (near) and of other sets (far). One line a size:
 *
 *   accuracy  of the best intent other than None, and of the answer; in scope
 *   lost      right answers that None took; and projects that lost more than a tenth
 *   None      share of the near and of the far utterances that are answered None
 *   ece       distance of scores from the share of right answers; in scope */
#include "base/rng.h"
#include "bench/data_sets.h"
#include "learn/metrics.h"
#include "model/model.h"
#include "model/train.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const set_names[] = {"clinc150/clinc150", "hwu64/fold01", "banking77/banking77", "snips/snips",
                                        "xsid/en"};
static const uint32_t intent_counts[] = {2, 3, 5}, sizes[] = {5, 10, 20, 30};
enum { SETS = 5, IN_SCOPE_EACH = 20, OUT_OF_SCOPE = 60, MOST_INTENTS = 5 };

/* The Train utterances of one set, without entities. */
typedef struct train_part {
  project p;
  uint32_t none;
  uint32_t **of_intent; /* [intents][count] utterances */
  size_t *count;        /* [intents] */
} train_part;

typedef struct tally {
  size_t projects, projects_hurt, in_scope, right, answered_right, near, near_none, far, far_none;
  double *confidence; /* [in_scope] */
  bool *hit;
} tally;

typedef struct draw {
  const train_part *part;
  const train_part *others; /* all parts */
  uint32_t intents[MOST_INTENTS];
  uint32_t intent_count, size, none_count;
  rng r;
} draw;

static void train_part_read(const char *name, arena *a, train_part *t) {
  data_set_read(str_of(name), a, &t->p);
  project *p = &t->p;
  utterance *u = ARENA_ARRAY(a, utterance, p->utterance_count);
  size_t n = 0;
  t->count = ARENA_ARRAY(a, size_t, p->intent_count);
  for (size_t i = 0; i < p->utterance_count; i++) {
    if (utterance_dataset(&p->utterances[i]) != DATASET_TRAIN) continue;
    u[n] = p->utterances[i];
    u[n].label_count = 0;
    t->count[u[n++].intent]++;
  }
  p->utterances = u;
  p->utterance_count = n;
  t->none = (uint32_t)project_none_intent(p);
  t->of_intent = ARENA_ARRAY(a, uint32_t *, p->intent_count);
  size_t *at = ARENA_ARRAY(a, size_t, p->intent_count);
  for (size_t i = 0; i < p->intent_count; i++) t->of_intent[i] = ARENA_ARRAY(a, uint32_t, t->count[i] + 1);
  for (uint32_t i = 0; i < n; i++) t->of_intent[u[i].intent][at[u[i].intent]++] = i;
}

static bool is_chosen(const draw *d, uint32_t candidate) {
  for (uint32_t c = 0; c < d->intent_count; c++)
    if (d->intents[c] == candidate) return true;
  return false;
}

/* Intents with enough utterances to be asked some, their utterances in random order. */
static void choose_intents(draw *d) {
  const train_part *t = d->part;
  uint32_t *all = mem_zalloc(t->p.intent_count, sizeof *all), n = 0;
  for (uint32_t i = 0; i < t->p.intent_count; i++)
    if (i != t->none && t->count[i] >= d->size + IN_SCOPE_EACH / 2) all[n++] = i;
  rng_shuffle(&d->r, all, n);
  for (uint32_t c = 0; c < d->intent_count; c++) {
    d->intents[c] = all[c];
    rng_shuffle(&d->r, t->of_intent[all[c]], t->count[all[c]]);
  }
  free(all);
}

/* An utterance of another intent of the set, or of another set. */
static str draw_out_of_scope(draw *d, bool far) {
  const train_part *t = d->part;
  while (far && t == d->part) t = &d->others[rng_below(&d->r, SETS)];
  for (;;) {
    const utterance *u = &t->p.utterances[rng_below(&d->r, (uint32_t)t->p.utterance_count)];
    if (far || (u->intent != t->none && !is_chosen(d, u->intent))) return u->text;
  }
}

/* A copy of the set's project whose last none_count utterances are None; roles says what is trained. */
static project make_project(draw *d, utterance **utterances, utterance_role **roles) {
  const train_part *t = d->part;
  project p = t->p;
  size_t n = p.utterance_count;
  *utterances = mem_zalloc(n + d->none_count, sizeof **utterances);
  *roles = mem_zalloc(n + d->none_count, sizeof **roles);
  memcpy(*utterances, p.utterances, n * sizeof **utterances);
  for (size_t i = 0; i < n; i++) (*roles)[i] = ROLE_UNUSED;
  for (uint32_t c = 0; c < d->intent_count; c++)
    for (uint32_t i = 0; i < d->size; i++) (*roles)[t->of_intent[d->intents[c]][i]] = ROLE_TRAIN;
  for (uint32_t i = 0; i < d->none_count; i++) {
    (*utterances)[n + i] = (utterance){.text = draw_out_of_scope(d, i % 3), .intent = t->none};
    (*roles)[n + i] = ROLE_TRAIN;
  }
  p.utterances = *utterances;
  p.utterance_count = n + d->none_count;
  return p;
}

static void ask(const model *m, str text, arena *a, prediction *out) {
  arena_reset(a);
  model_predict(m, text, &(predict_options){.threshold = -1}, a, out);
}

static void ask_in_scope(const draw *d, const model *m, arena *a, tally *t) {
  const train_part *s = d->part;
  size_t lost = 0, asked = 0;
  for (uint32_t c = 0; c < d->intent_count; c++) {
    uint32_t expected = d->intents[c];
    size_t end = MIN_OF(s->count[expected], (size_t)d->size + IN_SCOPE_EACH);
    for (size_t i = d->size; i < end; i++) {
      prediction out;
      ask(m, s->p.utterances[s->of_intent[expected][i]].text, a, &out);
      uint32_t best = out.intents[out.intents[0].intent == s->none].intent;
      t->confidence[t->in_scope] = (double)out.intents[0].score;
      t->hit[t->in_scope++] = out.top_intent == expected;
      t->right += best == expected;
      t->answered_right += out.top_intent == expected;
      lost += best == expected && out.top_intent != expected;
      asked++;
    }
  }
  t->projects++;
  t->projects_hurt += 10 * lost > asked;
}

static void ask_out_of_scope(draw *d, const model *m, arena *a, tally *t) {
  for (int i = 0; i < 2 * OUT_OF_SCOPE; i++) {
    bool far = i >= OUT_OF_SCOPE;
    prediction out;
    ask(m, draw_out_of_scope(d, far), a, &out);
    bool none = out.top_intent == d->part->none;
    *(far ? &t->far : &t->near) += 1;
    *(far ? &t->far_none : &t->near_none) += none;
  }
}

static void run_draw(draw *d, tally *t) {
  choose_intents(d);
  utterance *utterances;
  utterance_role *roles;
  project p = make_project(d, &utterances, &roles);
  char path[64];
  snprintf(path, sizeof path, "/tmp/dragoman-small-%d.model", (int)getpid());
  train_options o = {.mode = TRAINING_STANDARD, .seed = 1, .threads = 1};
  err e = {0};
  model *m;
  if (model_train(&p, &o, roles, path, &e) || model_open(path, true, &m, &e)) bench_fail("small_projects", &e);
  arena a;
  arena_init(&a, 1 << 16);
  ask_in_scope(d, m, &a, t);
  ask_out_of_scope(d, m, &a, t);
  arena_fini(&a);
  model_close(m);
  unlink(path);
  free(utterances);
  free(roles);
}

static double percent(size_t part, size_t whole) {
  return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_tally(const char *name, const tally *t) {
  printf("%-24s %8zu %8.1f %8.1f %8.2f %8.1f %8.1f %8.1f %8.2f\n", name, t->projects, percent(t->right, t->in_scope),
         percent(t->answered_right, t->in_scope), percent(t->right - t->answered_right, t->in_scope),
         percent(t->projects_hurt, t->projects), percent(t->near_none, t->near), percent(t->far_none, t->far),
         100 * metric_ece(t->confidence, t->hit, t->in_scope, 15));
  fflush(stdout);
}

static void add_tally(tally *sum, const tally *t) {
  memcpy(sum->confidence + sum->in_scope, t->confidence, t->in_scope * sizeof *t->confidence);
  memcpy(sum->hit + sum->in_scope, t->hit, t->in_scope * sizeof *t->hit);
  sum->projects += t->projects, sum->projects_hurt += t->projects_hurt;
  sum->in_scope += t->in_scope, sum->right += t->right, sum->answered_right += t->answered_right;
  sum->near += t->near, sum->near_none += t->near_none, sum->far += t->far, sum->far_none += t->far_none;
}

static tally tally_make(size_t projects) {
  size_t most = projects * MOST_INTENTS * IN_SCOPE_EACH + 1;
  return (tally){.confidence = mem_zalloc(most, sizeof(double)), .hit = mem_zalloc(most, sizeof(bool))};
}

static void tally_free(tally *t) {
  free(t->confidence);
  free(t->hit);
}

/* All draws of one size, over all sets. */
static void run_size(const train_part *parts, uint32_t intents, uint32_t size, uint32_t none, uint64_t seed,
                     size_t draws, tally *sum) {
  tally t = tally_make(SETS * draws);
  for (size_t i = 0; i < SETS * draws; i++) {
    draw d = {.part = &parts[i % SETS], .others = parts, .intent_count = intents, .size = size, .none_count = none};
    rng_seed(&d.r, seed * 1000003 + i * 1000 + intents * 100 + size);
    run_draw(&d, &t);
  }
  char name[32];
  snprintf(name, sizeof name, "%u intents of %u", (unsigned)intents, (unsigned)size);
  print_tally(name, &t);
  add_tally(sum, &t);
  tally_free(&t);
}

int main(int argc, char **argv) {
  uint64_t seed = 1;
  size_t draws = 4;
  uint32_t none = 0;
  for (int i = 1; i < argc; i++) {
    unsigned long long v = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 0;
    if (!strcmp(argv[i], "--seed") && ++i < argc)
      seed = v;
    else if (!strcmp(argv[i], "--draws") && ++i < argc)
      draws = (size_t)v;
    else if (!strcmp(argv[i], "--none") && ++i < argc)
      none = (uint32_t)v;
    else {
      fprintf(stderr, "usage: small_projects [--draws N] [--seed N] [--none N]\n");
      return 2;
    }
  }
  arena a;
  arena_init(&a, 1 << 20);
  train_part parts[SETS] = {0};
  for (size_t i = 0; i < SETS; i++) train_part_read(set_names[i], &a, &parts[i]);
  size_t kinds = ARRAY_LEN(intent_counts) * ARRAY_LEN(sizes);
  tally sum = tally_make(kinds * SETS * draws);
  printf("%-24s %8s %8s %8s %8s %8s %8s %8s %8s\n", "size", "projects", "intent", "answer", "lost", "hurt", "near",
         "far", "ece");
  for (size_t k = 0; k < ARRAY_LEN(intent_counts); k++)
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) run_size(parts, intent_counts[k], sizes[s], none, seed, draws, &sum);
  print_tally("all", &sum);
  tally_free(&sum);
  arena_fini(&a);
  return 0;
}
