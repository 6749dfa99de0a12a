/* Intent features and the vocabulary table: shape of the vector, what is ignored, what is told apart. */
#include "tests/test.h"

#include "base/rng.h"
#include "model/intent_features.h"
#include "model/tagger_features.h"

#include <math.h>

static intent_keys keys_of(arena *a, const char *text) {
  tokens t;
  intent_keys k;
  tokenize(str_of(text), a, &t);
  intent_keys_of(&t, NULL, a, &k);
  return k;
}

static bool same_keys(intent_keys a, intent_keys b) {
  return a.n == b.n && a.words == b.words && memcmp(a.keys, b.keys, a.n * sizeof *a.keys) == 0;
}

/* "to be to": words to, be; pairs <s>to, to be, be to, to</s>; grams of ^to$: ^t to o$, ^to to$,
 * ^to$; of ^be$ likewise. */
static void test_counts(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  intent_keys k = keys_of(&a, "to be to");
  assert_int_equal(k.words, 2 + 4);
  assert_int_equal(k.n - k.words, 6 + 6);
  for (size_t i = 0; i < k.n; i++)
    for (size_t j = 0; j < i; j++) assert_true(k.keys[i] != k.keys[j]);
  k = keys_of(&a, "");
  assert_int_equal(k.n, 0);
  k = keys_of(&a, " . ! ");
  assert_int_equal(k.n, 0);
  arena_fini(&a);
}

static void test_what_is_ignored(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  intent_keys k = keys_of(&a, "turn it on");
  assert_true(same_keys(k, keys_of(&a, "Turn IT on")));
  assert_true(same_keys(k, keys_of(&a, "  turn it\ton.")));
  assert_true(same_keys(k, keys_of(&a, "turn it on!!.")));
  assert_false(same_keys(k, keys_of(&a, "turn it on?")));
  assert_false(same_keys(k, keys_of(&a, "it turn on")));
  arena_fini(&a);
}

static size_t common(intent_keys a, intent_keys b) {
  size_t n = 0;
  for (size_t i = 0; i < a.n; i++)
    for (size_t j = 0; j < b.n; j++) n += a.keys[i] == b.keys[j];
  return n;
}

/* A writer without accents keeps the characters and the bare word in common with one who has them. */
static void test_accents(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  intent_keys with = keys_of(&a, "café"), without = keys_of(&a, "cafe");
  assert_int_equal(with.n - with.words, without.n - without.words);
  assert_int_equal(common(with, without), without.n - without.words + 1);
  arena_fini(&a);
}

/* Words of a script without spaces overlap in n-grams across its one-character tokens. */
static void test_spaceless(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  intent_keys k = keys_of(&a, "東京都");
  assert_int_equal(k.words, 3 + 4);
  assert_int_equal(k.n - k.words, 4 + 3 + 2); /* ^東 東京 京都 都$, ^東京 東京都 京都$, ^東京都 東京都$ */
  arena_fini(&a);
}

/* A space of exactly the features of one text. */
typedef struct test_space {
  vocab_slot *slots;
  uint32_t *df;
  float *weights;
  intent_space s;
} test_space;

static test_space space_of(const intent_keys *k) {
  test_space out;
  vocab_builder b = {0};
  for (size_t i = 0; i < k->n; i++) vocab_builder_add(&b, k->keys[i]);
  size_t slots;
  uint32_t n;
  vocab_build(&b, 1, &out.slots, &slots, &out.df, &n);
  vocab_builder_free(&b);
  out.weights = mem_zalloc((size_t)n + 1, sizeof *out.weights);
  for (uint32_t i = 0; i < n; i++) out.weights[i] = intent_weight(1, 1);
  out.s = (intent_space){
      .vocab = {out.slots, slots}, .weights = out.weights, .features = n + 1, .unseen_weight = intent_weight(1, 0)};
  return out;
}

static void space_free(test_space *s) {
  free(s->slots);
  free(s->df);
  free(s->weights);
}

static void test_vector(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  intent_keys k = keys_of(&a, "book a table");
  test_space s = space_of(&k);
  intent_vector v;
  intent_vectorize(&s.s, &k, &a, &v);
  assert_int_equal(v.x.n, k.n + 1);
  assert_float_equal(v.coverage, 1, 1e-6);
  double words = 0, all = 0;
  for (size_t i = 0; i + 1 < v.x.n; i++) {
    double square = (double)v.x.values[i] * (double)v.x.values[i];
    all += square;
    if (i < k.words) words += square;
  }
  assert_float_equal(all, 1, 1e-5);
  assert_float_equal(words, 0.5, 1e-5);
  assert_int_equal(v.x.ids[v.x.n - 1], s.s.features - 1);
  assert_float_equal(v.x.values[v.x.n - 1], INTENT_BIAS_VALUE, 0);

  intent_keys other = keys_of(&a, "zzz xxx");
  intent_vectorize(&s.s, &other, &a, &v);
  assert_int_equal(v.x.n, 1); /* the bias alone */
  assert_float_equal(v.coverage, 0, 0);

  intent_keys half = keys_of(&a, "book zzz");
  intent_vectorize(&s.s, &half, &a, &v);
  double seen = 0, unseen = 0;
  for (size_t i = 0; i < half.n; i++)
    if (vocab_find(&s.s.vocab, half.keys[i]) == VOCAB_NONE)
      unseen += pow((double)s.s.unseen_weight, 2);
    else
      seen += pow((double)intent_weight(1, 1), 2);
  assert_float_equal(v.coverage, sqrt(seen / (seen + unseen)), 1e-6);
  space_free(&s);
  arena_fini(&a);
}

/* Against a plain list of counted keys; ids by falling count. */
static void test_vocab(void **state) {
  (void)state;
  enum { KEYS = 5000, DISTINCT = 1500 };
  rng r;
  rng_seed(&r, 3);
  uint64_t *keys = mem_zalloc(DISTINCT, sizeof *keys);
  uint32_t *count = mem_zalloc(DISTINCT, sizeof *count);
  for (size_t i = 0; i < DISTINCT; i++) keys[i] = rng_u64(&r);
  vocab_builder b = {0};
  for (size_t i = 0; i < KEYS; i++) {
    uint32_t k = rng_below(&r, 1 + rng_below(&r, DISTINCT));
    vocab_builder_add(&b, keys[k]);
    count[k]++;
  }
  vocab_slot *slots;
  size_t slot_count;
  uint32_t *by_id, n, expected = 0;
  vocab_build(&b, 2, &slots, &slot_count, &by_id, &n);
  vocab v = {slots, slot_count};
  for (size_t i = 0; i < DISTINCT; i++) {
    uint32_t id = vocab_find(&v, keys[i]);
    if (count[i] < 2) {
      assert_int_equal(id, VOCAB_NONE);
      continue;
    }
    expected++;
    assert_true(id < n);
    assert_int_equal(by_id[id], count[i]);
    if (id) assert_true(by_id[id - 1] >= by_id[id]);
  }
  assert_int_equal(n, expected);
  for (int i = 0; i < 1000; i++) assert_int_equal(vocab_find(&v, rng_u64(&r)), VOCAB_NONE);
  free(slots);
  free(by_id);
  free(keys);
  free(count);
  vocab_builder_free(&b);
}

/* Keys of a token are distinct, the gazetteer adds some, casing matters only when it should. */
static void test_tagger_keys(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  tokens t, lower;
  tokenize(STR("fly from New York to Boston at 7"), &a, &t);
  tokenize(STR("fly from new york to boston at 7"), &a, &lower);
  word_clusters none = {0};
  gazetteer_hit hit = {.entity = 4, .first_token = 2, .token_count = 2};
  tagger_sentence s = {.t = &t, .clusters = &none, .intent = 1}, with = s, caseless = s, small = s;
  with.hits = &hit;
  with.hit_count = 1;
  caseless.ignore_casing = small.ignore_casing = true;
  small.t = &lower;
  tagger_keys k, kw, kc, kl;
  tagger_keys_of(&s, &a, &k);
  tagger_keys_of(&with, &a, &kw);
  tagger_keys_of(&caseless, &a, &kc);
  tagger_keys_of(&small, &a, &kl);
  for (size_t i = 0; i < t.n; i++)
    for (size_t x = i ? k.end[i - 1] : 0; x < k.end[i]; x++)
      for (size_t y = x + 1; y < k.end[i]; y++) assert_true(k.keys[x] != k.keys[y]);
  /* New and York are hit; each flag shows at the token, there with the intent too, and at its two neighbours. */
  assert_int_equal(kw.end[t.n - 1] - k.end[t.n - 1], 2 * 4);
  assert_int_equal(kc.end[t.n], kl.end[t.n]);
  assert_memory_equal(kc.keys, kl.keys, kc.end[t.n] * sizeof *kc.keys);
  assert_int_not_equal(memcmp(k.keys, kl.keys, k.end[t.n] * sizeof *k.keys), 0);
  /* Shared: bias, intent, and each word once. */
  assert_int_equal(k.end[t.n] - k.end[t.n - 1], 2 + 8);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_counts),      cmocka_unit_test(test_what_is_ignored), cmocka_unit_test(test_accents),
      cmocka_unit_test(test_spaceless),   cmocka_unit_test(test_vector),          cmocka_unit_test(test_vocab),
      cmocka_unit_test(test_tagger_keys),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
