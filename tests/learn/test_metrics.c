/* Metrics against their definitions. */
#include "tests/learn/learn_test.h"

#include "learn/metrics.h"

static void auroc_equals_pair_counting(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 1);
  for (int round = 0; round < 50; round++) {
    double score[60], wins = 0, pairs = 0;
    bool positive[60];
    size_t n = 2 + rng_below(&r, 58);
    for (size_t i = 0; i < n; i++) {
      score[i] = rng_below(&r, 10); /* many ties */
      positive[i] = rng_below(&r, 3) == 0;
    }
    for (size_t i = 0; i < n; i++) {
      for (size_t j = 0; j < n; j++) {
        if (!positive[i] || positive[j]) continue;
        pairs += 1;
        wins += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0;
      }
    }
    assert_near(metric_auroc(score, positive, n), pairs > 0 ? wins / pairs : 0.5, 1e-12, 0);
  }
  assert_true(metric_auroc(NULL, NULL, 0) == 0.5);
}

static void ece_by_hand(void **state) {
  (void)state;
  /* bins of 0.1: {0.95, 0.95} one right: gap 0.9; {0.55} right: gap 0.45; {1.0} wrong joins the last bin */
  const double confidence[] = {0.95, 0.95, 0.55, 1.0};
  const bool correct[] = {true, false, true, false};
  assert_near(metric_ece(confidence, correct, 4, 10), (1.9 + 0.45) / 4, 1e-12, 0);
  assert_true(metric_ece(NULL, NULL, 0, 15) == 0);
}

static void counts(void **state) {
  (void)state;
  const uint32_t a[] = {1, 2, 3, 4}, b[] = {1, 2, 0, 4};
  assert_near(metric_accuracy(a, b, 4), 0.75, 0, 0);
  assert_true(metric_accuracy(a, b, 0) == 0);
  prf p = metric_prf(6, 2, 4);
  assert_near(p.precision, 0.75, 0, 0);
  assert_near(p.recall, 0.6, 0, 1e-12);
  assert_near(p.f1, 2 * 0.75 * 0.6 / 1.35, 0, 1e-12);
  p = metric_prf(0, 0, 0);
  assert_true(p.precision == 0 && p.recall == 0 && p.f1 == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(auroc_equals_pair_counting),
      cmocka_unit_test(ece_by_hand),
      cmocka_unit_test(counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
