/* Counting: hand-computed examples of the reference, and a brute force character by character. */
#include "tests/test.h"

#include "base/json_in.h"
#include "base/rng.h"
#include "model/evaluate.c"

#include <math.h>

/* An evaluation over made-up items instead of a model's. */
static evaluation *evaluation_of(const char *const *intents, size_t intent_n, const char *const *entities,
                                 size_t entity_n, size_t items) {
  evaluation *ev = mem_zalloc(1, sizeof *ev);
  arena_init(&ev->a, 0);
  category_table *tables[] = {&ev->intents, &ev->entities};
  const char *const *names[] = {intents, entities};
  size_t counts[] = {intent_n, entity_n};
  for (int k = 0; k < 2; k++) {
    category_table *t = tables[k];
    t->n = counts[k];
    t->size = t->n + (size_t)k;
    t->v = ARENA_ARRAY(&ev->a, category_counts, t->n + 1);
    t->order = ARENA_ARRAY(&ev->a, uint32_t, t->n + 1);
    t->matrix = ARENA_ARRAY(&ev->a, double, t->size * t->size + 1);
    for (uint32_t i = 0; i < t->n; i++) {
      t->v[i].name = str_of(names[k][i]);
      t->order[i] = i; /* names are given in order */
    }
  }
  ev->n = items;
  ev->items = ARENA_ARRAY(&ev->a, evaluation_item, items + 1);
  ev->is_none = ARENA_ARRAY(&ev->a, bool, items + 1);
  ev->confident_hit = ARENA_ARRAY(&ev->a, bool, items + 1);
  ev->none_score = ARENA_ARRAY(&ev->a, double, items + 1);
  ev->confidence = ARENA_ARRAY(&ev->a, double, items + 1);
  return ev;
}

static void count_all(evaluation *ev) {
  count_intents(ev);
  count_entities(ev);
  count_overlaps(ev);
}

static jdoc *summary_of(const evaluation *ev, const train_options *o) {
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  evaluation_write_summary(&w, ev, o);
  jdoc *doc;
  assert_int_equal(jn_parse(buf_str(&out), &doc, NULL), ERR_OK);
  buf_free(&out);
  return doc;
}

/* Number at a path of members. */
static double number_at(jnode n, const char *const *path, size_t depth) {
  jnode nodes[8];
  assert_true(depth < ARRAY_LEN(nodes));
  nodes[0] = n;
  for (size_t i = 0; i < depth; i++) {
    nodes[i + 1] = jn_get(&nodes[i], path[i]);
    if (jn_typeof(&nodes[i + 1]) == JN_ABSENT) return NAN;
  }
  return jn_num(&nodes[depth]);
}
#define NUMBER(root, ...)                                                                                              \
  number_at(root, (const char *const[]){__VA_ARGS__}, ARRAY_LEN(((const char *const[]){__VA_ARGS__})))

static const train_options percentage = {.split = SPLIT_PERCENTAGE, .training_percent = 80};

/* Reference clu-concepts §5.4: "New York City" predicted as "New York". */
static void test_partial_overlap(void **state) {
  (void)state;
  evaluation *ev = evaluation_of((const char *[]){"Fly"}, 1, (const char *[]){"City"}, 1, 1);
  evaluation_span expected = {0, 7, 20}, predicted = {0, 7, 15};
  ev->items[0] = (evaluation_item){.text = STR("fly to New York City"),
                                   .expected = &expected,
                                   .predicted = &predicted,
                                   .expected_count = 1,
                                   .predicted_count = 1};
  count_all(ev);
  assert_int_equal(ev->entities.v[0].true_positives, 0);
  assert_int_equal(ev->entities.v[0].false_positives, 1);
  assert_int_equal(ev->entities.v[0].false_negatives, 1);
  jdoc *doc = summary_of(ev, &percentage);
  jnode root = jn_root(doc);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "confusionMatrix", "City", "City", "rawValue"), 8.0 / 13, 1e-9);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "confusionMatrix", "City", "City", "normalizedValue"), 61.538,
                     1e-2);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "confusionMatrix", "City", "$none", "rawValue"), 5.0 / 13,
                     1e-9);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "confusionMatrix", "$none", "$none", "rawValue"), 1, 1e-9);
  assert_true(isnan(NUMBER(root, "entitiesEvaluation", "confusionMatrix", "$none", "City", "rawValue")));
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "microF1"), 0, 0);
  assert_float_equal(NUMBER(root, "intentsEvaluation", "microF1"), 1, 0);
  assert_float_equal(NUMBER(root, "evaluationOptions", "testingSplitPercentage"), 20, 0);
  jn_free(doc);
  evaluation_free(ev);
}

/* Reference §5.2: labels Item "oat milk", Count "2"; predicted Item "oat milk" and Item "2". */
static void test_wrong_category(void **state) {
  (void)state;
  evaluation *ev = evaluation_of((const char *[]){"Order"}, 1, (const char *[]){"Count", "Item"}, 2, 1);
  evaluation_span expected[] = {{0, 0, 1}, {1, 2, 10}}, predicted[] = {{1, 0, 1}, {1, 2, 10}};
  ev->items[0] = (evaluation_item){.text = STR("2 oat milk"),
                                   .expected = expected,
                                   .predicted = predicted,
                                   .expected_count = 2,
                                   .predicted_count = 2};
  count_all(ev);
  jdoc *doc = summary_of(ev, &percentage);
  jnode root = jn_root(doc);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "entities", "Item", "truePositiveCount"), 1, 0);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "entities", "Item", "falsePositiveCount"), 1, 0);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "entities", "Count", "falseNegativeCount"), 1, 0);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "entities", "Count", "f1"), 0, 0);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "microPrecision"), 0.5, 1e-9);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "microRecall"), 0.5, 1e-9);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "macroF1"), (0 + 2.0 / 3) / 2, 1e-9);
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "confusionMatrix", "Count", "Item", "normalizedValue"), 100, 0);
  /* The blank between the labels is a stretch without a label. */
  assert_float_equal(NUMBER(root, "entitiesEvaluation", "confusionMatrix", "$none", "$none", "rawValue"), 1, 0);
  jn_free(doc);
  evaluation_free(ev);
}

/* Four utterances: A right, A taken for B, B right, None taken for B. Rows only where there is test
 * data; C has none and stays out of the macro average. */
static void test_intents(void **state) {
  (void)state;
  evaluation *ev = evaluation_of((const char *[]){"A", "B", "C", "None"}, 4, NULL, 0, 4);
  uint32_t expected[] = {0, 0, 1, 3}, predicted[] = {0, 1, 1, 1};
  ev->none_intent = 3;
  for (size_t i = 0; i < 4; i++) {
    ev->items[i] =
        (evaluation_item){.text = STR("x"), .expected_intent = expected[i], .predicted_intent = predicted[i]};
    ev->is_none[i] = expected[i] == 3;
    ev->none_score[i] = (double[]){0.1, 0.3, 0.2, 0.25}[i];
    ev->confidence[i] = 0.9;
    ev->confident_hit[i] = expected[i] == predicted[i];
  }
  count_all(ev);
  jdoc *doc = summary_of(ev, &percentage);
  jnode root = jn_root(doc);
  assert_float_equal(NUMBER(root, "intentsEvaluation", "microF1"), 0.5, 1e-9);
  assert_float_equal(NUMBER(root, "intentsEvaluation", "macroPrecision"), (1 + 1.0 / 3 + 0) / 3, 1e-9);
  assert_float_equal(NUMBER(root, "intentsEvaluation", "macroRecall"), (0.5 + 1 + 0) / 3, 1e-9);
  assert_float_equal(NUMBER(root, "intentsEvaluation", "macroF1"), (2.0 / 3 + 0.5 + 0) / 3, 1e-9);
  assert_float_equal(NUMBER(root, "intentsEvaluation", "confusionMatrix", "A", "B", "normalizedValue"), 50, 0);
  assert_float_equal(NUMBER(root, "intentsEvaluation", "intents", "B", "trueNegativeCount"), 1, 0);
  jnode intents = jn_get(&root, "intentsEvaluation"), matrix = jn_get(&intents, "confusionMatrix");
  assert_int_equal(jn_len(&matrix), 3); /* no row for C, no $none */
  jn_free(doc);

  buf out = {0};
  jw w;
  jw_init(&w, &out);
  evaluation_write_report(&w, ev);
  assert_int_equal(jn_parse(buf_str(&out), &doc, NULL), ERR_OK);
  root = jn_root(doc);
  assert_float_equal(NUMBER(root, "utterances"), 4, 0);
  assert_float_equal(NUMBER(root, "intents", "accuracy"), 0.5, 1e-9);
  assert_float_equal(NUMBER(root, "intents", "ece"), 0.4, 1e-9);
  assert_float_equal(NUMBER(root, "none", "auroc"), 2.0 / 3, 1e-9);
  assert_float_equal(NUMBER(root, "none", "recall"), 0, 0);
  assert_float_equal(NUMBER(root, "perIntent", "A", "support"), 2, 0);
  jn_free(doc);
  buf_free(&out);
  evaluation_free(ev);
}

enum { TEXT = 24, TYPES = 3, ROUNDS = 300 };

/* Random spans: labels do not overlap each other, predictions may. */
static size_t random_spans(rng *r, bool may_overlap, evaluation_span *out) {
  size_t n = 0;
  for (uint32_t at = 0; at < TEXT && n < 6;) {
    uint32_t begin = may_overlap ? rng_below(r, TEXT - 1) : at + rng_below(r, 5), end = begin + 1 + rng_below(r, 6);
    if (end > TEXT) break;
    out[n] = (evaluation_span){rng_below(r, TYPES), begin, end};
    size_t k = 0;
    while (k < n && !same_span(&out[k], &out[n])) k++;
    n += k == n;
    at = end;
  }
  return n;
}

/* Each labelled span, and each maximal run of unlabelled characters, shared out one by one. */
static void brute_force(const evaluation_item *item, double m[TYPES + 1][TYPES + 1]) {
  for (uint32_t begin = 0; begin < TEXT;) {
    uint32_t row = TYPES, end = TEXT;
    for (size_t k = 0; k < item->expected_count; k++) {
      const evaluation_span *s = &item->expected[k];
      if (s->begin_bytes <= begin && begin < s->end_bytes) row = s->category, end = s->end_bytes;
    }
    for (size_t k = 0; row == TYPES && k < item->expected_count; k++)
      if (item->expected[k].begin_bytes > begin) end = MIN_OF(end, item->expected[k].begin_bytes);
    for (uint32_t c = begin; c < end; c++) {
      bool any = false;
      for (size_t k = 0; k < item->predicted_count; k++) {
        const evaluation_span *s = &item->predicted[k];
        if (s->begin_bytes > c || c >= s->end_bytes) continue;
        m[row][s->category] += 1.0 / (end - begin);
        any = true;
      }
      if (!any) m[row][TYPES] += 1.0 / (end - begin);
    }
    begin = end;
  }
}

static void test_overlaps_brute_force(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 9);
  evaluation *ev = evaluation_of((const char *[]){"I"}, 1, (const char *[]){"a", "b", "c"}, TYPES, ROUNDS);
  double want[TYPES + 1][TYPES + 1] = {{0}};
  for (size_t i = 0; i < ROUNDS; i++) {
    evaluation_span *expected = ARENA_ARRAY(&ev->a, evaluation_span, 8),
                    *predicted = ARENA_ARRAY(&ev->a, evaluation_span, 8);
    evaluation_item *item = &ev->items[i];
    *item = (evaluation_item){.text = STR("abcdefghijklmnopqrstuvwx"), .expected = expected, .predicted = predicted};
    item->expected_count = random_spans(&r, false, expected);
    item->predicted_count = random_spans(&r, true, predicted);
    brute_force(item, want);
  }
  count_all(ev);
  for (size_t row = 0; row <= TYPES; row++)
    for (size_t c = 0; c <= TYPES; c++)
      assert_float_equal(ev->entities.matrix[row * (TYPES + 1) + c], want[row][c], 1e-6);
  evaluation_free(ev);
}

/* Items: offsets in the unit asked for. */
static void test_items(void **state) {
  (void)state;
  evaluation *ev = evaluation_of((const char *[]){"I"}, 1, (const char *[]){"e"}, 1, 2);
  evaluation_span span = {0, 5, 9};
  for (size_t i = 0; i < 2; i++)
    ev->items[i] = (evaluation_item){
        .text = STR("\U0001F44D deux"), .language = STR("fr"), .expected = &span, .expected_count = 1};
  static const struct {
    offset_unit unit;
    int64_t at;
  } units[] = {{OFFSET_UTF8, 5}, {OFFSET_UTF16, 3}, {OFFSET_CODEPOINT, 2}};
  for (size_t k = 0; k < ARRAY_LEN(units); k++) {
    buf out = {0};
    jw w;
    jw_init(&w, &out);
    jw_arr(&w);
    evaluation_write_items(&w, ev, units[k].unit, 1, 10);
    jw_end(&w);
    jdoc *doc;
    assert_int_equal(jn_parse(buf_str(&out), &doc, NULL), ERR_OK);
    jnode root = jn_root(doc);
    assert_int_equal(jn_len(&root), 1);
    jnode item = jn_at(&root, 0), result = jn_get(&item, "entitiesResult"), list = jn_get(&result, "expectedEntities");
    jnode first = jn_at(&list, 0), offset = jn_get(&first, "offset"), length = jn_get(&first, "length");
    assert_int_equal(jn_int(&offset), units[k].at);
    assert_int_equal(jn_int(&length), 4);
    jn_free(doc);
    buf_free(&out);
  }
  evaluation_free(ev);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_partial_overlap), cmocka_unit_test(test_wrong_category),
      cmocka_unit_test(test_intents),         cmocka_unit_test(test_overlaps_brute_force),
      cmocka_unit_test(test_items),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
