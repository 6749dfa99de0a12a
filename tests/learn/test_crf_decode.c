/* Decoding, marginals and span confidences against the enumeration of every BIO-valid path. */
#include "tests/learn/learn_test.h"

#include "learn/crf.h"
#include "learn/crf_decode.h"
#include "learn/quant.h"

enum { MAX_LENGTH = 6, MAX_SPANS = MAX_LENGTH };

typedef struct lattice_case {
  crf_chain chain;
  float *u, *transitions;
  size_t length;
  uint32_t labels;
  float o_offset;
} lattice_case;

static lattice_case random_case(rng *r, uint32_t types, size_t length) {
  uint32_t labels = crf_label_count(types), stride = learn_pad16(labels);
  lattice_case c = {.length = length, .labels = labels, .o_offset = random_float(r, -1, 1)};
  c.u = learn_floats(length * stride);
  c.transitions = learn_floats(labels * stride);
  for (size_t t = 0; t < length; t++) fill_random(r, c.u + t * stride, labels, -3, 3);
  for (size_t i = 0; i < labels; i++) fill_random(r, c.transitions + i * stride, labels, -2, 2);
  c.chain = (crf_chain){.types = types, .stride = stride, .transitions = c.transitions};
  return c;
}

static void case_free(lattice_case *c) {
  free(c->u);
  free(c->transitions);
}

static bool legal(const lattice_case *c, uint32_t before, uint32_t y) {
  uint32_t types = c->chain.types;
  if (y <= types) return true;
  uint32_t type = y - 1 - types;
  return before == crf_label_begin(type) || before == y;
}

/* All valid paths, depth first. */
typedef struct enumeration {
  double z, best;
  uint32_t best_path[MAX_LENGTH];
  double *marginal; /* [T][labels], unnormalised */
  const crf_span *span;
  double span_mass;
} enumeration;

static bool holds_span(const uint32_t *y, size_t length, uint32_t types, const crf_span *want) {
  crf_span spans[MAX_SPANS];
  size_t n = crf_spans(y, length, types, spans);
  for (size_t i = 0; i < n; i++) {
    if (spans[i].begin == want->begin && spans[i].end == want->end && spans[i].type == want->type) return true;
  }
  return false;
}

static void visit(const lattice_case *c, size_t t, uint32_t *y, double score, enumeration *e) {
  if (t == c->length || t == MAX_LENGTH) {
    double p = exp(score);
    e->z += p;
    for (size_t i = 0; i < t; i++) e->marginal[i * c->labels + y[i]] += p;
    if (score > e->best) {
      e->best = score;
      memcpy(e->best_path, y, t * sizeof *y);
    }
    if (e->span && holds_span(y, t, c->chain.types, e->span)) e->span_mass += p;
    return;
  }
  for (uint32_t j = 0; j < c->labels; j++) {
    if (!legal(c, t ? y[t - 1] : 0, j)) continue;
    double step = (double)c->u[t * c->chain.stride + j] - (j == 0 ? (double)c->o_offset : 0);
    if (t) step += (double)c->transitions[y[t - 1] * c->chain.stride + j];
    y[t] = j;
    visit(c, t + 1, y, score + step, e);
  }
}

static enumeration enumerate(const lattice_case *c, const crf_span *span) {
  uint32_t y[MAX_LENGTH];
  enumeration e = {.best = -1e300, .span = span};
  e.marginal = mem_zalloc(c->length * c->labels, sizeof(double));
  visit(c, 0, y, 0, &e);
  return e;
}

static void check_case(rng *r, uint32_t types, size_t length) {
  lattice_case c = random_case(r, types, length);
  arena a;
  arena_init(&a, 0);
  uint32_t labels[MAX_LENGTH];
  crf_span spans[MAX_SPANS];
  crf_viterbi(&c.chain, c.u, length, c.o_offset, &a, labels);
  size_t n = crf_spans(labels, length, types, spans);
  crf_span_confidence(&c.chain, c.u, length, c.o_offset, &a, spans, n);
  float *p = learn_floats(length * c.chain.stride);
  crf_marginals(&c.chain, c.u, length, c.o_offset, &a, p);

  enumeration e = enumerate(&c, n ? &spans[rng_below(r, (uint32_t)n)] : NULL);
  assert_memory_equal(labels, e.best_path, length * sizeof *labels);
  for (size_t t = 0; t < length; t++) {
    for (uint32_t j = 0; j < c.chain.stride; j++)
      assert_near(p[t * c.chain.stride + j], j < c.labels ? e.marginal[t * c.labels + j] / e.z : 0, 1e-6, 1e-4);
  }
  if (n) assert_near(e.span->confidence, e.span_mass / e.z, 1e-6, 1e-4);

  /* A span that need not be on the best path. */
  crf_span any = {.begin = rng_below(r, (uint32_t)length), .type = rng_below(r, types)};
  any.end = any.begin + 1 + rng_below(r, (uint32_t)(length - any.begin));
  crf_span_confidence(&c.chain, c.u, length, c.o_offset, &a, &any, 1);
  free(e.marginal);
  e = enumerate(&c, &any);
  assert_near(any.confidence, e.span_mass / e.z, 1e-6, 1e-4);
  free(e.marginal);
  free(p);
  arena_fini(&a);
  case_free(&c);
}

static void small_lattices(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 1);
  for (int i = 0; i < 60; i++) check_case(&r, 1 + rng_below(&r, 3), 1 + rng_below(&r, 5));
}

/* Every number of column blocks, so that each group width of the kernels is used. */
static void wide_lattices(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 2);
  const uint32_t types[] = {15, 16, 31, 40, 48, 70, 120, 150};
  for (size_t i = 0; i < ARRAY_LEN(types); i++) check_case(&r, types[i], types[i] < 45 ? 3 : 2);
}

static void spans_of_labels(void **state) {
  (void)state;
  /* E = 3: O 0, B 1..3, I 4..6 */
  const uint32_t y[] = {0, 1, 4, 4, 1, 2, 0, 3, 6};
  crf_span s[9];
  assert_int_equal(crf_spans(y, 9, 3, s), 4);
  const crf_span want[] = {{1, 4, 0, 0}, {4, 5, 0, 0}, {5, 6, 1, 0}, {7, 9, 2, 0}};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(s[i].begin, want[i].begin);
    assert_int_equal(s[i].end, want[i].end);
    assert_int_equal(s[i].type, want[i].type);
  }
  assert_int_equal(crf_spans(y, 0, 3, s), 0);
}

static void empty_and_extreme(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 3);
  lattice_case c = random_case(&r, 2, 4);
  arena a;
  arena_init(&a, 0);
  crf_viterbi(&c.chain, c.u, 0, 0, &a, NULL);
  crf_marginals(&c.chain, c.u, 0, 0, &a, NULL);
  crf_span_confidence(&c.chain, c.u, 4, 0, &a, NULL, 0);
  for (size_t i = 0; i < 4 * c.chain.stride; i++) c.u[i] *= 200; /* far beyond exp's range */
  float *p = learn_floats(4 * c.chain.stride);
  crf_marginals(&c.chain, c.u, 4, 0, &a, p);
  for (size_t i = 0; i < 4 * c.chain.stride; i++) assert_true(isfinite(p[i]) && p[i] >= 0);
  crf_span s = {.begin = 1, .end = 3, .type = 1};
  crf_span_confidence(&c.chain, c.u, 4, 0, &a, &s, 1);
  assert_true(s.confidence >= 0 && s.confidence <= 1);
  free(p);
  arena_fini(&a);
  case_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_lattices),
      cmocka_unit_test(wide_lattices),
      cmocka_unit_test(spans_of_labels),
      cmocka_unit_test(empty_and_extreme),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
