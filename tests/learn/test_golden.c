/* The same input and seed give the same bytes on every machine, with every vector unit, compiler
 * and optimisation level. Built twice: with the dispatched kernels and from plain code. A change of
 * a recipe or kernel that changes trained weights changes these numbers, and should say so. */
#include "tests/learn/learn_test.h"

#include "learn/calibrate.h"
#include "learn/cluster.h"
#include "learn/crf.h"
#include "learn/crf_decode.h"
#include "learn/linear.h"
#include "learn/mlp.h"
#include "learn/quant.h"

#include <stdio.h>

enum { N = 300, K = 21, F = 90 };

static const uint64_t GOLDEN_LINEAR = 0x23b8354f5aab2a32ULL;
static const uint64_t GOLDEN_MLP_1 = 0x0aa68ffcad4e4555ULL;
static const uint64_t GOLDEN_MLP_2 = 0x9b6dffc83a109ca4ULL;
static const uint64_t GOLDEN_TEMPERATURES = 0x1ac97815dd0da6e6ULL;
static const uint64_t GOLDEN_PROBABILITIES = 0xa21e4502aa520ffeULL;
static const uint64_t GOLDEN_CRF = 0x7a32f6d37fff9b48ULL;
static const uint64_t GOLDEN_TRANSITIONS = 0xdf401998de861c8fULL;
static const uint64_t GOLDEN_MARGINALS = 0x97c290402293756aULL;
static const uint64_t GOLDEN_CLUSTERS_8 = 0x6c16fbbde4552872ULL;
static const uint64_t GOLDEN_CLUSTERS_40 = 0xdfaccbd13c31c268ULL;

static uint64_t hash_floats(const float *v, size_t n) {
  return hash64(v, n * sizeof *v, 0);
}

#define assert_hash(got, want)                                                                                         \
  do {                                                                                                                 \
    uint64_t got_ = (got);                                                                                             \
    if (got_ != (want)) fail_msg("%s = 0x%016llx", #got, (unsigned long long)got_);                                    \
  } while (0)

static void intents(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 11);
  sparse_matrix x = {0};
  uint32_t y[N], stride = learn_pad16(K);
  random_examples(&r, N, K, F, &x, y);
  linear_options lo = {.c = 3, .epochs = 8, .seed = 1};
  linear_model linear;
  assert_int_equal(linear_train(&x, y, K, NULL, 0, &lo, &linear), ERR_OK);
  assert_hash(hash_floats(linear.w, (size_t)F * stride), GOLDEN_LINEAR);
  mlp_options mo = mlp_recipe(N, false, 1);
  mo.epochs = 5;
  mlp_model mlp;
  assert_int_equal(mlp_train(&x, y, K, NULL, 0, &mo, &mlp), ERR_OK);
  assert_hash(hash_floats(mlp.w1, (size_t)F * mlp.hidden), GOLDEN_MLP_1);
  assert_hash(hash_floats(mlp.w2, (size_t)mlp.hidden * stride), GOLDEN_MLP_2);

  float *za = learn_floats(N * stride), *zb = learn_floats(N * stride), *h = learn_floats(mlp.hidden);
  for (size_t i = 0; i < N; i++) {
    linear_score(&linear, sparse_get(&x, i), za + i * stride);
    mlp_score(&mlp, sparse_get(&x, i), h, zb + i * stride);
  }
  score_table a = {.z = za, .rows = N, .k = K, .stride = stride}, b = {.z = zb, .rows = N, .k = K, .stride = stride};
  combination c = combination_fit(&a, &b, y);
  const float fitted[] = {c.t_linear, c.t_mlp, c.t_final};
  assert_hash(hash_floats(fitted, 3), GOLDEN_TEMPERATURES);
  float *p = learn_floats(N * stride), *scratch = learn_floats(2 * stride);
  for (size_t i = 0; i < N; i++) combination_apply(&c, za + i * stride, zb + i * stride, K, scratch, p + i * stride);
  assert_hash(hash_floats(p, N * stride), GOLDEN_PROBABILITIES);
  free(za), free(zb), free(h), free(p), free(scratch);
  linear_model_free(&linear);
  mlp_model_free(&mlp);
  sparse_free(&x);
}

static void entities(void **state) {
  (void)state;
  enum { TYPES = 20, TOKENS = 6, SENTENCES = 80 };
  rng r;
  rng_seed(&r, 12);
  crf_data d = {0};
  for (int s = 0; s < SENTENCES; s++) {
    for (int t = 0; t < TOKENS; t++) {
      uint32_t type = rng_below(&r, TYPES + 5);
      for (uint32_t f = 0; f < 4; f++) crf_data_feature(&d, type * 4 + f + rng_below(&r, 2) * 100);
      crf_data_end_token(&d, type < TYPES ? crf_label_begin(type) : 0);
    }
    crf_data_end_sequence(&d);
  }
  crf_options o = crf_recipe(true, 1);
  o.epochs = 4;
  crf_model m;
  assert_int_equal(crf_train(&d, TYPES, &o, &m), ERR_OK);
  assert_hash(hash_floats(m.w, (size_t)m.features * m.stride), GOLDEN_CRF);
  assert_hash(hash_floats(m.transitions, (size_t)m.labels * m.stride), GOLDEN_TRANSITIONS);
  float *u = learn_floats(TOKENS * m.stride), *p = learn_floats(TOKENS * m.stride);
  for (size_t t = 0; t < TOKENS; t++) crf_unary(&m, d.features.p + 4 * t, 4, u + t * m.stride);
  arena a;
  arena_init(&a, 0);
  crf_chain chain = {.types = TYPES, .stride = m.stride, .transitions = m.transitions};
  crf_marginals(&chain, u, TOKENS, 0.4f, &a, p);
  assert_hash(hash_floats(p, TOKENS * m.stride), GOLDEN_MARGINALS);
  arena_fini(&a);
  free(u), free(p);
  crf_model_free(&m);
  crf_data_free(&d);
}

static void clusters(void **state) {
  (void)state;
  enum { TOKENS = 4000, WORDS = 150 };
  rng r;
  rng_seed(&r, 13);
  static uint32_t ids[TOKENS], a[WORDS], b[WORDS];
  static size_t end[TOKENS / 8];
  for (uint32_t i = 0, before = 0; i < TOKENS; i++) ids[i] = before = (before * 7 + rng_below(&r, 20)) % WORDS;
  for (size_t s = 0; s < TOKENS / 8; s++) end[s] = 8 * (s + 1);
  cluster_text text = {.ids = ids, .end = end, .sentences = TOKENS / 8, .words = WORDS};
  assert_int_equal(cluster_words(&text, 2, (const uint32_t[]){8, 40}, 2, 1, NULL, (uint32_t *const[]){a, b}), ERR_OK);
  assert_hash(hash64(a, sizeof a, 0), GOLDEN_CLUSTERS_8);
  assert_hash(hash64(b, sizeof b, 0), GOLDEN_CLUSTERS_40);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(intents),
      cmocka_unit_test(entities),
      cmocka_unit_test(clusters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
