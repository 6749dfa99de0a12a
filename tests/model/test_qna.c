#include "model/qna_index.h"
#include "model/qna_span.h"
#include "tests/test.h"

static const char shop[] =
    "{\"metadata\":{\"language\":\"en\"},\"assets\":{\"synonyms\":[{\"alterations\":[\"shop\",\"store\",\"point of "
    "sale\"]}],"
    "\"qnas\":["
    "{\"id\":1,\"answer\":\"We open at 9:00 and close at 18:00.\",\"questions\":[\"What are your hours?\",\"opening "
    "times of "
    "the "
    "shop\"],\"metadata\":{\"site\":\"lyon\"},\"dialog\":{\"prompts\":[{\"displayOrder\":0,\"qnaId\":3,\"displayText\":"
    "\"x\"}]}},"
    "{\"id\":2,\"answer\":\"Yes, within two days. Delivery in town costs five euro.\",\"questions\":[\"Do you "
    "deliver?\"],\"metadata\":{\"site\":\"paris\"},\"source\":\"faq\"},"
    "{\"id\":3,\"answer\":\"On Sunday we are closed.\",\"questions\":[\"and on "
    "sundays\"],\"dialog\":{\"isContextOnly\":true}},"
    "{\"id\":4,\"answer\":\"Bring the receipt within a month.\",\"questions\":[\"How do I return a product?\"],"
    "\"metadata\":{\"site\":\"lyon\"}}]}}";

typedef struct fixture {
  qna_index *x;
  arena a;
} fixture;

static int setup(void **state) {
  static fixture f;
  err e = {0};
  if (qna_index_open(str_of(shop), &f.x, &e) != ERR_OK) fail_msg("%s", e.message);
  arena_init(&f.a, 0);
  *state = &f;
  return 0;
}

static int teardown(void **state) {
  fixture *f = *state;
  qna_index_close(f->x);
  arena_fini(&f->a);
  return 0;
}

/* Id of the best answer, 0 when there is none. */
static int32_t best(fixture *f, qna_query q, double *score) {
  qna_answer *v;
  size_t n;
  q.top = 1;
  qna_search(f->x, &q, &f->a, &v, &n);
  if (n && score) *score = v[0].score;
  return n ? v[0].pair->id : 0;
}

static void test_finds(void **state) {
  static const struct {
    const char *question;
    int32_t id;
  } cases[] = {
      {"what are your hours", 1},       {"when are the opening times", 1},    {"deliver", 2},
      {"can you delivr to my home", 2}, {"I want to return this product", 4}, {"receipt", 4},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++)
    assert_int_equal(best(*state, (qna_query){.question = str_of(cases[i].question)}, NULL), cases[i].id);
}

static void test_exact_whatever_the_spelling(void **state) {
  static const char *const same[] = {"what are your hours", "WHAT, are your hours!", "Opening times of the STORE",
                                     "opening times of the point-of-sale"};
  for (size_t i = 0; i < ARRAY_LEN(same); i++) {
    double score = 0;
    assert_int_equal(best(*state, (qna_query){.question = str_of(same[i])}, &score), 1);
    assert_true(score == 1);
  }
}

static void test_scores_fall_and_stay_in_range(void **state) {
  fixture *f = *state;
  static const char *const questions[] = {
      "what are your hours on return", "the", "receipt deliver", "hours", "xyzzy", "", "?!"};
  for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
    qna_answer *v;
    size_t n;
    qna_search(f->x, &(qna_query){.question = str_of(questions[i]), .top = 10}, &f->a, &v, &n);
    for (size_t k = 0; k < n; k++) {
      assert_true(v[k].score > 0 && v[k].score <= 1);
      assert_true(k == 0 || v[k].score <= v[k - 1].score);
    }
    if (i >= 4) assert_int_equal(n, 0);
  }
}

static void test_threshold_and_fields(void **state) {
  double score = 0;
  assert_int_equal(best(*state, (qna_query){.question = STR("receipt")}, &score), 4);
  assert_int_equal(best(*state, (qna_query){.question = STR("receipt"), .threshold = score + 0.001}, NULL), 0);
  double without = 0;
  best(*state, (qna_query){.question = STR("receipt"), .questions_only = true}, &without);
  assert_true(without < score);
}

static void test_filters(void **state) {
  const qna_tag lyon = {STR("site"), STR("lyon")}, both[] = {lyon, {STR("site"), STR("paris")}};
  const str faq = STR("faq");
  qna_query q = {.question = STR("do you deliver")};
  assert_int_equal(best(*state, q, NULL), 2);
  q.filter = (qna_filter){.tags = &lyon, .tag_count = 1};
  assert_int_not_equal(best(*state, q, NULL), 2);
  q.filter = (qna_filter){.tags = both, .tag_count = 2};
  assert_int_equal(best(*state, q, NULL), 0);
  q.filter.any_tag = true;
  assert_int_equal(best(*state, q, NULL), 2);
  q.filter = (qna_filter){.tags = &lyon, .tag_count = 1, .sources = &faq, .source_count = 1};
  assert_int_equal(best(*state, q, NULL), 0);
  q.filter.any_part = true;
  assert_int_equal(best(*state, q, NULL), 2);
}

static void test_follow_ups_need_a_context(void **state) {
  qna_query q = {.question = STR("and on sundays")};
  assert_int_not_equal(best(*state, q, NULL), 3);
  q.has_context = true;
  assert_int_equal(best(*state, q, NULL), 3);
  double plain = 0, after = 0;
  q.question = STR("what else on a sund");
  best(*state, q, &plain);
  q.previous_id = 1;
  assert_int_equal(best(*state, q, &after), 3);
  assert_true(after > plain);
}

static void test_a_broken_document(void **state) {
  (void)state;
  qna_index *x = NULL;
  err e = {0};
  assert_int_not_equal(qna_index_open(STR("{"), &x, &e), ERR_OK);
  assert_int_not_equal(qna_index_open(STR("{\"assets\":7}"), &x, &e), ERR_OK);
  assert_null(x);
  assert_int_equal(qna_index_open(STR("{}"), &x, &e), ERR_OK);
  arena a;
  arena_init(&a, 0);
  qna_answer *v;
  size_t n = 7;
  qna_search(x, &(qna_query){.question = STR("anything"), .top = 1}, &a, &v, &n);
  assert_int_equal(n, 0);
  arena_fini(&a);
  qna_index_close(x);
}

static void test_spans(void **state) {
  fixture *f = *state;
  str answer = STR("Yes, within two days. Delivery in town costs 5.50 euro.\nOthers ask us.");
  qna_span s;
  assert_true(qna_span_find(STR("what does delivery cost"), answer, STR("en"), &f->a, &s));
  assert_str_equal(str_make(answer.p + s.begin_bytes, s.end_bytes - s.begin_bytes),
                   STR("Delivery in town costs 5.50 euro."));
  assert_true(s.score > 0 && s.score <= 1);
  assert_false(qna_span_find(STR("xyzzy"), answer, STR("en"), &f->a, &s));
  assert_false(qna_span_find(STR(""), STR(""), STR("en"), &f->a, &s));
}

static void test_passages(void **state) {
  fixture *f = *state;
  const str texts[] = {STR("It is red. Charging takes two hours. Then it is full."), STR("Nothing here about it.")};
  qna_passage *v;
  size_t n;
  qna_passages(STR("how long does charging take"), texts, 2, STR("en"), 3, &f->a, &v, &n);
  assert_true(n >= 1);
  assert_int_equal(v[0].text, 0);
  assert_str_equal(str_make(texts[0].p + v[0].answer.begin_bytes, v[0].answer.end_bytes - v[0].answer.begin_bytes),
                   STR("Charging takes two hours."));
  assert_int_equal(v[0].passage.end_bytes, texts[0].n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_finds),
      cmocka_unit_test(test_exact_whatever_the_spelling),
      cmocka_unit_test(test_scores_fall_and_stay_in_range),
      cmocka_unit_test(test_threshold_and_fields),
      cmocka_unit_test(test_filters),
      cmocka_unit_test(test_follow_ups_need_a_context),
      cmocka_unit_test(test_a_broken_document),
      cmocka_unit_test(test_spans),
      cmocka_unit_test(test_passages),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
