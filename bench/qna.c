/* qna -- how well questions find their answers, and how honest the confidence is.
 *
 *   qna [--dev] [--fit]
 *
 * Labelled utterances stand in for a knowledge base: of every intent five Train utterances are the questions of a pair,
 * two more are its answer's text, and utterances that were not used ask. Whole sets, and draws of 10 and 30 of their
 * intents as small bases; utterances of other intents are questions without an answer. Prints one line a base:
 * right first answers, share with an answer at 0.5, calibration error, mean confidence of questions
 * without an answer. --dev asks further Train utterances instead of the Test ones. --fit fits the logistic function of
 * src/model/qna_index.c to all questions asked and prints its coefficients. */
#include "base/json_out.h"
#include "base/rng.h"
#include "bench/data_sets.h"
#include "model/qna_index.h"
#include "project/qna_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUESTIONS = 5, IN_ANSWER = 2, MAX_INTENTS = 200, MAX_ASKED = 1500 };

typedef struct sample {
  double x[3]; /* 1, closeness, lead */
  bool right;
} sample;
typedef VEC(sample) sample_vec;

/* ---- one base ---------------------------------------------------------------------------------------- */

typedef struct base {
  const project *p;
  bool chosen[MAX_INTENTS];
  size_t seen[MAX_INTENTS]; /* Train utterances of each intent so far */
} base;

static void write_pair(jw *w, const project *p, size_t of) {
  buf answer = {0};
  size_t seen = 0;
  jw_obj(w);
  jw_kint(w, "id", (int64_t)of + 1);
  jw_key(w, "questions");
  jw_arr(w);
  for (size_t i = 0; i < p->utterance_count && seen < QUESTIONS + IN_ANSWER; i++) {
    const utterance *u = &p->utterances[i];
    if (u->intent != of || utterance_dataset(u) != DATASET_TRAIN) continue;
    if (seen++ < QUESTIONS) {
      jw_str(w, u->text);
    } else {
      buf_add_str(&answer, u->text);
      buf_add_byte(&answer, ' ');
    }
  }
  jw_end(w);
  jw_kstr(w, "answer", answer.n ? buf_str(&answer) : STR("-"));
  jw_end(w);
  buf_free(&answer);
}

static qna_index *build(const base *b) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_key(&w, "assets");
  jw_obj(&w);
  jw_key(&w, "qnas");
  jw_arr(&w);
  for (size_t i = 0; i < b->p->intent_count; i++)
    if (b->chosen[i]) write_pair(&w, b->p, i);
  jw_end(&w);
  jw_end(&w);
  jw_end(&w);
  qna_index *x;
  err e = {0};
  if (qna_index_open(buf_str(&json), &x, &e) != ERR_OK) bench_fail("index", &e);
  buf_free(&json);
  return x;
}

/* ---- asking -------------------------------------------------------------------------------------------- */

typedef struct outcome {
  size_t asked, right, confident, confident_right, stray;
  double error, stray_score;
  double bin_score[10], bin_right[10];
  size_t bin_n[10];
} outcome;

static int by_score(const void *a, const void *b) {
  double x = ((const qna_evidence *)a)->score, y = ((const qna_evidence *)b)->score;
  return (x < y) - (x > y);
}

static void ask(const qna_index *x, const utterance *u, bool has_answer, outcome *o, sample_vec *samples) {
  arena a;
  arena_init(&a, 0);
  qna_evidence *v;
  size_t n;
  qna_evidence_of(x, &(qna_query){.question = u->text, .top = 3}, &a, &v, &n);
  qsort(v, n, sizeof *v, by_score);
  bool right = n && has_answer && v[0].pair->id == (int32_t)u->intent + 1;
  double score = n ? v[0].score : 0;
  if (has_answer) {
    o->asked++;
    o->right += right;
    o->confident += score >= 0.5;
    o->confident_right += score >= 0.5 && right;
  } else {
    o->stray++;
    o->stray_score += score;
  }
  size_t bin = MIN_OF((size_t)(score * 10), (size_t)9);
  o->bin_n[bin]++;
  o->bin_score[bin] += score;
  o->bin_right[bin] += right;
  for (size_t i = 0; i < MIN_OF(n, (size_t)3); i++) {
    if (v[i].exact) continue;
    sample s = {{1, v[i].closeness, v[i].lead}, has_answer && v[i].pair->id == (int32_t)u->intent + 1};
    VEC_PUSH(samples, s);
  }
  arena_fini(&a);
}

/* Utterances that are in no pair: the Test part, or with dev the Train ones beyond those used. */
static bool may_ask(base *b, const utterance *u, bool dev) {
  dataset d = utterance_dataset(u);
  if (!dev) return d == DATASET_TEST;
  return d == DATASET_TRAIN && ++b->seen[u->intent] > QUESTIONS + IN_ANSWER;
}

static void run(const char *name, base *b, bool dev, rng *r, sample_vec *samples) {
  const project *p = b->p;
  qna_index *x = build(b);
  size_t pairs = 0, candidates = 0;
  for (size_t i = 0; i < p->intent_count; i++) pairs += b->chosen[i];
  for (size_t i = 0; i < p->utterance_count; i++) candidates += may_ask(b, &p->utterances[i], dev);
  memset(b->seen, 0, sizeof b->seen);
  outcome o = {0};
  double keep = MIN_OF(1.0, (double)MAX_ASKED / (double)MAX_OF(candidates, (size_t)1));
  for (size_t i = 0; i < p->utterance_count; i++) {
    const utterance *u = &p->utterances[i];
    if (!may_ask(b, u, dev)) continue;
    bool has_answer = b->chosen[u->intent];
    double share = has_answer ? keep : keep * (double)pairs / (double)p->intent_count;
    if (pairs < p->intent_count && has_answer) share = 1;
    if (rng_unit(r) < share) ask(x, u, has_answer, &o, samples);
  }
  memset(b->seen, 0, sizeof b->seen);
  size_t total = o.asked + o.stray;
  for (size_t k = 0; k < 10; k++) o.error += fabs(o.bin_score[k] - o.bin_right[k]);
  printf("%-22s %5zu %6zu %6.2f %7.2f %9.2f %6.2f %8.3f\n", name, pairs, total, 100 * (double)o.right / (double)o.asked,
         100 * (double)o.confident / (double)o.asked,
         100 * (double)o.confident_right / (double)MAX_OF(o.confident, (size_t)1), 100 * o.error / (double)total,
         o.stray ? o.stray_score / (double)o.stray : 0);
  qna_index_close(x);
}

/* ---- fitting ---------------------------------------------------------------------------------------------- */

/* Newton's method on the log loss, with a little ridge. */
static void fit(const sample_vec *s) {
  double w[3] = {0};
  for (int step = 0; step < 25; step++) {
    double g[3] = {0}, h[3][4] = {{0}};
    for (size_t i = 0; i < s->n; i++) {
      double z = 0;
      for (int k = 0; k < 3; k++) z += w[k] * s->p[i].x[k];
      double p = 1 / (1 + exp(-z));
      for (int k = 0; k < 3; k++) {
        g[k] += (p - s->p[i].right) * s->p[i].x[k];
        for (int j = 0; j < 3; j++) h[k][j] += p * (1 - p) * s->p[i].x[k] * s->p[i].x[j];
      }
    }
    for (int k = 0; k < 3; k++) {
      h[k][k] += 1e-3;
      h[k][3] = g[k];
    }
    for (int k = 0; k < 3; k++)
      for (int j = 0; j < 3; j++) {
        if (j == k) continue;
        double f = h[j][k] / h[k][k];
        for (int c = k; c < 4; c++) h[j][c] -= f * h[k][c];
      }
    for (int k = 0; k < 3; k++) w[k] -= h[k][3] / h[k][k];
  }
  printf("%zu samples: %.2f + %.2f closeness + %.2f lead\n", s->n, w[0], w[1], w[2]);
}

int main(int argc, char **argv) {
  bool dev = false, fitting = false;
  for (int i = 1; i < argc; i++) {
    dev |= strcmp(argv[i], "--dev") == 0;
    fitting |= strcmp(argv[i], "--fit") == 0;
  }
  static const char *const sets[] = {"clinc150/clinc150", "banking77/banking77", "hwu64/fold01"};
  static const size_t sizes[] = {SIZE_MAX, 30, 10, 10, 10};
  printf("%-22s %5s %6s %6s %7s %9s %6s %8s\n", "set", "pairs", "asked", "right%", ">=.5 %", ">=.5 r. %", "ECE",
         "stray");
  sample_vec samples = {0};
  for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
    arena a;
    arena_init(&a, 0);
    project p;
    data_set_read(str_of(sets[i]), &a, &p);
    rng r;
    rng_seed(&r, 1);
    for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
      static base b;
      b = (base){.p = &p};
      size_t none = project_none_intent(&p);
      if (sizes[k] == SIZE_MAX) {
        for (size_t j = 0; j < p.intent_count; j++) b.chosen[j] = j != none;
      } else {
        for (size_t left = sizes[k]; left;) {
          size_t j = rng_below(&r, (uint32_t)p.intent_count);
          if (j == none || b.chosen[j]) continue;
          b.chosen[j] = true;
          left--;
        }
      }
      run(sets[i], &b, dev, &r, &samples);
    }
    arena_fini(&a);
  }
  if (fitting) fit(&samples);
  VEC_FREE(&samples);
  return 0;
}
