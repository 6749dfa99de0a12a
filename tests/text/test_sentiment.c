/* Sentiment: tests/cases/text/sentiment.txt, and that the lists can be searched. */
#include "tests/case_file.h"
#include "text/sentiment.h"
#include "text/sentiment_int.h"

static void run_case(const case_block *b, void *user) {
  arena *a = user;
  assert_int_equal(b->n, 3);
  sentiment s = sentiment_of(b->lines[2], b->lines[0], a);
  if (!str_eq(b->lines[1], str_of(sentiment_label_name(s.label))))
    fail_msg("line %zu: %s (%.3f): " STR_FMT, b->line_number, sentiment_label_name(s.label), s.score,
             STR_ARG(b->lines[2]));
  assert_true(s.score >= 0 && s.score <= 1);
  arena_reset(a);
}

static void test_cases(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_true(case_file_run("tests/cases/text/sentiment.txt", run_case, &a) > 40);
  arena_fini(&a);
}

static void neutral_is_one_half(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_true(sentiment_of(STR("book a flight"), STR("en-us"), &a).score == 0.5);
  assert_true(sentiment_of(STR(""), STR("en-us"), &a).score == 0.5);
  assert_true(sentiment_of(STR("wonderful"), STR("fi"), &a).score == 0.5);
  arena_fini(&a);
}

static double score(const char *text, arena *a) {
  return sentiment_of(str_of(text), STR("en"), a).score;
}

static void words_around_count(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_true(score("very good", &a) > score("good", &a));
  assert_true(score("slightly good", &a) < score("good", &a));
  assert_true(score("very bad", &a) < score("bad", &a));
  assert_true(score("not bad", &a) > 0.5);
  assert_true(score("good!", &a) > score("good", &a));
  assert_true(score("no, it is good", &a) == score("it is good", &a)); /* a comma ends a negation's reach */
  arena_fini(&a);
}

static void lists_are_sorted(void **state) {
  (void)state;
  for (size_t l = 0; l < sentiment__language_count; l++) {
    const sentiment_words *w = &sentiment__languages[l];
    assert_true(w->n > 250);
    for (size_t i = 1; i < w->n; i++) {
      int order = str_cmp(w->v[i - 1].text, w->v[i].text);
      assert_true(order < 0 || (order == 0 && !w->v[i - 1].begins && w->v[i].begins));
    }
    for (size_t i = 0; i < w->n; i++) assert_true(w->v[i].text.n >= (w->v[i].begins ? 2u : 1u));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(neutral_is_one_half),
                                     cmocka_unit_test(words_around_count), cmocka_unit_test(lists_are_sorted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
