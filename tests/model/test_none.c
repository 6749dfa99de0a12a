/* The None score: signs against their definition, and what the fit promises. */
#include "tests/test.h"

#include "base/rng.h"
#include "model/none.h"

#include <math.h>

enum { CLASSES = 9, EXAMPLES = 4000 };

static void random_distribution(rng *r, float *p) {
  double sum = 0;
  for (int k = 0; k < CLASSES; k++) sum += p[k] = (float)pow(rng_unit(r), 4);
  for (int k = 0; k < CLASSES; k++) p[k] /= (float)sum;
}

static void test_signs(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 5);
  for (int round = 0; round < 200; round++) {
    float p[CLASSES];
    random_distribution(&r, p);
    uint32_t none = rng_below(&r, CLASSES), without = rng_below(&r, CLASSES);
    none_signs s = none_signs_of(p, CLASSES, none, without, 0.75f);
    double sum = 0, h = 0, best = 0;
    for (uint32_t k = 0; k < CLASSES; k++)
      if (k != none && k != without) sum += (double)p[k];
    for (uint32_t k = 0; k < CLASSES; k++) {
      if (k == none || k == without) continue;
      double q = (double)p[k] / sum;
      if (q > 0) h -= q * log(q);
      best = fmax(best, (double)p[k]);
    }
    assert_float_equal(s.doubt, h, 1e-4);
    assert_float_equal(s.unknown, 0.25, 1e-6);
    assert_float_equal(s.rival, log(fmax((double)p[none], 1e-12) / best), 1e-4);
  }
  float certain[CLASSES] = {1};
  none_signs s = none_signs_of(certain, CLASSES, NO_CLASS, NO_CLASS, 1);
  assert_float_equal(s.doubt, 0, 0);
  assert_float_equal(s.rival, 0, 0);
}

static void test_score_rises(void **state) {
  (void)state;
  none_model m = {.bias = -4, .doubt = 2, .unknown = 16, .rival = 2};
  float last = 0;
  for (int i = 0; i < 50; i++) {
    none_signs s = {.doubt = 0.1f * (float)i, .unknown = 0.01f * (float)i};
    float n = none_score(&m, &s);
    assert_true(n > last && n <= 1);
    last = n;
  }
}

/* In scope: little doubt, mostly right; bereft of their intent: much doubt. */
static void make_examples(none_example *v, size_t n, bool with_none) {
  rng r;
  rng_seed(&r, 11);
  for (size_t i = 0; i < n; i++) {
    double doubt = 0.6 * rng_unit(&r) * rng_unit(&r), unknown = 0.1 * rng_unit(&r);
    v[i] = (none_example){.signs = {.doubt = (float)doubt, .unknown = (float)unknown},
                          .bereft = {.doubt = (float)(1 + 2 * rng_unit(&r)), .unknown = (float)unknown},
                          .best = (float)(1 - doubt),
                          .is_hit = rng_unit(&r) < 0.95};
    v[i].signs.rival = v[i].bereft.rival = with_none ? (float)(-3 + rng_unit(&r)) : 0;
    if (!with_none || i % 10) continue;
    v[i].is_none = true;
    v[i].is_hit = false;
    v[i].signs.rival = (float)(2 * rng_unit(&r));
  }
}

/* Without None utterances the fit gives up just the share of correct answers it was told. */
static void test_fit_without_none(void **state) {
  (void)state;
  none_example *v = mem_zalloc(EXAMPLES, sizeof *v);
  make_examples(v, EXAMPLES, false);
  none_model m = none_fit(v, EXAMPLES, 20);
  assert_true(m.doubt >= 1 && m.doubt <= 8);
  assert_float_equal(m.unknown / m.doubt, 6, 1e-3);
  size_t hits = 0, lost = 0, found = 0;
  for (size_t i = 0; i < EXAMPLES; i++) {
    float n = none_score(&m, &v[i].signs);
    hits += v[i].is_hit;
    lost += v[i].is_hit && n > (1 - n) * v[i].best;
    found += none_score(&m, &v[i].bereft) > 0.5f;
  }
  assert_true(lost <= hits / 100);
  assert_true(found > EXAMPLES / 2);
  free(v);
}

static void test_fit_with_none(void **state) {
  (void)state;
  none_example *v = mem_zalloc(EXAMPLES, sizeof *v);
  make_examples(v, EXAMPLES, true);
  none_model m = none_fit(v, EXAMPLES, 20);
  size_t wrong = 0;
  double sum = 0;
  for (size_t i = 0; i < EXAMPLES; i++) {
    float n = none_score(&m, &v[i].signs);
    wrong += (n > 0.5f) != v[i].is_none;
    sum += (double)n;
  }
  assert_true(wrong < EXAMPLES / 100);
  assert_float_equal(sum / EXAMPLES, 0.1, 0.01); /* on the whole as likely as it is */
  free(v);
}

/* Held-out utterances that are all copies of a few templates have hardly any doubt or unknown text. They must
 * not make every new turn of phrase None, however many there are. */
static void test_templates_are_little_evidence(void **state) {
  (void)state;
  none_example v[2000];
  for (size_t i = 0; i < ARRAY_LEN(v); i++)
    v[i] = (none_example){.signs = {.doubt = 0.001f, .unknown = 0.02f},
                          .bereft = {.doubt = 0.5f, .unknown = 0.02f},
                          .best = 0.999f,
                          .is_hit = true};
  for (size_t n = 20; n <= ARRAY_LEN(v); n *= 10)
    for (uint32_t classes = 1; classes <= 8; classes++) {
      none_model m = none_fit(v, n, classes);
      none_signs phrase = {.doubt = 0.2f * logf((float)classes), .unknown = 0.3f};
      none_signs stranger = {.doubt = logf((float)classes), .unknown = 0.95f};
      assert_true(none_score(&m, &phrase) < 0.2f);
      assert_true(none_score(&m, &stranger) > 0.9f);
    }
}

/* The more held-out utterances with unknown text, the nearer to what they say. */
static void test_evidence_outweighs_the_prior(void **state) {
  (void)state;
  none_example v[1000];
  for (size_t i = 0; i < ARRAY_LEN(v); i++)
    v[i] =
        (none_example){.signs = {.doubt = 0.1f, .unknown = 0.1f}, .bereft = {.doubt = 1}, .best = 0.9f, .is_hit = true};
  float last = 0;
  for (size_t n = 1; n <= ARRAY_LEN(v); n *= 10) {
    none_model m = none_fit(v, n, 2); /* of two classes the slope is the usual one */
    none_signs s = {.doubt = 0.3f, .unknown = 0.4f};
    assert_true(none_score(&m, &s) > last);
    last = none_score(&m, &s);
  }
  assert_true(last > 0.9f);
}

/* Nothing to fit on still gives a usable score: unknown text is None, known text is not. */
static void test_fit_on_nothing(void **state) {
  (void)state;
  none_model m = none_fit(NULL, 0, 3);
  none_signs known = {.doubt = 0.1f}, unknown = {.doubt = 1.0f, .unknown = 1.0f};
  assert_true(none_score(&m, &known) < 0.1f);
  assert_true(none_score(&m, &unknown) > 0.9f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_signs),
      cmocka_unit_test(test_score_rises),
      cmocka_unit_test(test_fit_without_none),
      cmocka_unit_test(test_fit_with_none),
      cmocka_unit_test(test_templates_are_little_evidence),
      cmocka_unit_test(test_evidence_outweighs_the_prior),
      cmocka_unit_test(test_fit_on_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
