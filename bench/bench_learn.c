/* bench_learn.c -- prediction kernels beside their limit: reading the same scattered rows.
 *
 *   build/bench/bench_learn            shapes of HWU64: K 64, H 256, 54 entity types (109 labels)
 *
 * The weights are random, the row ids too: worse for the caches than text, where few n-grams are
 * most of the occurrences. "rows" is the peer: it reads one byte of every cache line that the
 * kernel reads, in the same order with the same prefetch, and computes nothing. */
#include "learn/calibrate.h"
#include "learn/crf.h"
#include "learn/crf_decode.h"
#include "learn/quant.h"

#include "base/arena.h"
#include "base/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FEATURES = 20000, CLASSES = 64, HIDDEN = 256, ACTIVE = 92 };
enum { CRF_FEATURES = 40000, TYPES = 54, TOKENS = 8, PER_TOKEN = 40 };
enum { UTTERANCES = 500, ROUNDS = 15 };

static double cpu_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static void *aligned(size_t bytes) {
  void *p = aligned_alloc(64, (bytes + 63) & ~(size_t)63);
  if (!p) exit(1);
  return p;
}

static q8_matrix random_q8(rng *r, uint32_t rows, uint32_t stride) {
  int8_t *q = aligned((size_t)rows * stride);
  float *scale = mem_alloc(rows * sizeof *scale);
  for (size_t i = 0; i < (size_t)rows * stride; i++) q[i] = (int8_t)((int)rng_below(r, 255) - 127);
  for (size_t i = 0; i < rows; i++) scale[i] = 0.01f;
  return (q8_matrix){.rows = rows, .stride = stride, .q = q, .scale = scale};
}

typedef struct setup {
  q8_matrix input[2], output, unary; /* linear, hidden; hidden to classes; CRF */
  crf_chain chain;
  uint32_t *ids;     /* [UTTERANCES][ACTIVE] */
  uint32_t *crf_ids; /* [UTTERANCES][TOKENS * PER_TOKEN] */
  float *values;     /* [ACTIVE] */
  float *z, *h, *out, *scratch, *p, *u;
  size_t end[TOKENS];
  arena a;
  unsigned sink; /* keeps the peer's reads alive */
} setup;

static void rows_of(setup *s, const q8_matrix *m, size_t count, const uint32_t *ids, size_t n) {
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < count; j++) {
      const int8_t *row = m[j].q + (size_t)ids[i] * m[j].stride;
      const int8_t *ahead = m[j].q + (size_t)ids[i + 6 < n ? i + 6 : i] * m[j].stride;
      for (uint32_t c = 0; c < m[j].stride; c += 64) {
        __builtin_prefetch(ahead + c);
        s->sink += (unsigned)row[c];
      }
    }
  }
}

static void intent_rows(setup *s, size_t i) {
  rows_of(s, s->input, 2, s->ids + i * ACTIVE, ACTIVE);
}
static void entity_rows(setup *s, size_t i) {
  rows_of(s, &s->unary, 1, s->crf_ids + i * TOKENS * PER_TOKEN, TOKENS * PER_TOKEN);
}

static void intents(setup *s, size_t i) {
  const combination c = {3.5f, 1.5f, 1.0f};
  memset(s->z, 0, CLASSES * sizeof *s->z);
  memset(s->h, 0, HIDDEN * sizeof *s->h);
  sparse_row x = {s->ids + i * ACTIVE, s->values, ACTIVE};
  q8_accumulate_many(s->input, 2, x, (float *const[]){s->z, s->h});
  q8_hidden_to_output(s->h, &s->output, s->u, s->out);
  combination_apply(&c, s->z, s->out, CLASSES, s->scratch, s->p);
}

static void unary(setup *s, size_t i) {
  q8_sum_tokens(&s->unary, s->crf_ids + i * TOKENS * PER_TOKEN, s->end, TOKENS, s->u);
}

static void entities(setup *s, size_t i) {
  uint32_t labels[TOKENS];
  crf_span spans[TOKENS];
  unary(s, i);
  crf_viterbi(&s->chain, s->u, TOKENS, 0, &s->a, labels);
  crf_spans(labels, TOKENS, TYPES, spans);
  arena_reset(&s->a);
}

static void entities_confident(setup *s, size_t i) {
  crf_span span = {.begin = 1, .end = 3, .type = 5};
  entities(s, i);
  crf_span_confidence(&s->chain, s->u, TOKENS, 0, &s->a, &span, 1);
  arena_reset(&s->a);
}

static double best_us(setup *s, void (*work)(setup *, size_t)) {
  double best = 1e30;
  for (int round = 0; round < ROUNDS; round++) {
    double begin = cpu_us();
    for (size_t i = 0; i < UTTERANCES; i++) work(s, i);
    double us = (cpu_us() - begin) / UTTERANCES;
    best = us < best ? us : best;
  }
  return best;
}

static void setup_init(setup *s, rng *r) {
  uint32_t labels = crf_label_count(TYPES), stride = learn_pad16(labels);
  *s = (setup){.input = {random_q8(r, FEATURES, CLASSES), random_q8(r, FEATURES, HIDDEN)},
               .output = random_q8(r, HIDDEN, CLASSES),
               .unary = random_q8(r, CRF_FEATURES, stride)};
  float *transitions = aligned((size_t)labels * stride * sizeof *transitions);
  for (size_t i = 0; i < (size_t)labels * stride; i++) transitions[i] = (float)rng_unit(r);
  s->chain = (crf_chain){.types = TYPES, .stride = stride, .transitions = transitions};
  s->ids = mem_alloc((size_t)UTTERANCES * ACTIVE * sizeof *s->ids);
  s->crf_ids = mem_alloc((size_t)UTTERANCES * TOKENS * PER_TOKEN * sizeof *s->crf_ids);
  for (size_t i = 0; i < (size_t)UTTERANCES * ACTIVE; i++) s->ids[i] = rng_below(r, FEATURES);
  for (size_t i = 0; i < (size_t)UTTERANCES * TOKENS * PER_TOKEN; i++) s->crf_ids[i] = rng_below(r, CRF_FEATURES);
  s->values = mem_alloc(ACTIVE * sizeof *s->values);
  for (size_t i = 0; i < ACTIVE; i++) s->values[i] = 0.1f;
  float **small[] = {&s->z, &s->h, &s->out, &s->scratch, &s->p};
  for (size_t i = 0; i < ARRAY_LEN(small); i++) *small[i] = aligned(2 * HIDDEN * sizeof(float));
  s->u = aligned((size_t)TOKENS * stride * sizeof *s->u);
  memset(s->u, 0, (size_t)TOKENS * stride * sizeof *s->u);
  for (size_t t = 0; t < TOKENS; t++) s->end[t] = (t + 1) * PER_TOKEN;
  arena_init(&s->a, 1 << 20);
}

int main(void) {
  rng r;
  rng_seed(&r, 1);
  setup s;
  setup_init(&s, &r);
  double intent_limit = best_us(&s, intent_rows), entity_limit = best_us(&s, entity_rows);
  const struct {
    const char *name;
    void (*work)(setup *, size_t);
    double limit;
  } cases[] = {{"linear + perceptron 256", intents, intent_limit},
               {"CRF unary scores", unary, entity_limit},
               {"CRF scores + Viterbi", entities, entity_limit},
               {"CRF with confidence", entities_confident, entity_limit}};
  printf("%-26s %8s %8s %6s\n", "kernel", "us", "rows us", "ratio");
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    double us = best_us(&s, cases[i].work);
    printf("%-26s %8.2f %8.2f %6.2f\n", cases[i].name, us, cases[i].limit, us / cases[i].limit);
  }
  if (s.sink == 1) puts(""); /* the reads happened */
  return 0;
}
