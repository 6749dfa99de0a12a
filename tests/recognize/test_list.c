#include "base/rng.h"
#include "recognize/list.h"
#include "recognize/list_block.h"
#include "tests/test.h"

typedef struct fixture {
  buf block;
  list_matcher m;
  arena a;
} fixture;

static void open_entries(fixture *f, const list_entry *entries, size_t n) {
  *f = (fixture){0};
  arena_init(&f->a, 0);
  err e = {0};
  if (list_build(entries, n, &f->block, &e) != ERR_OK) fail_msg("%s", e.message);
  assert_int_equal(f->block.n % 16, 0);
  if (list_open((const uint8_t *)f->block.p, f->block.n, &f->m, &e) != ERR_OK) fail_msg("%s", e.message);
}

static void fixture_fini(fixture *f) {
  buf_free(&f->block);
  arena_fini(&f->a);
}

/* "value@first+count ..." */
static void check(fixture *f, const char *text, const char *want) {
  tokens t;
  tokenize(str_of(text), &f->a, &t);
  list_match *v;
  size_t n;
  list_find(&f->m, &t, &f->a, &v, &n);
  buf got = {0};
  for (size_t i = 0; i < n; i++)
    buf_printf(&got, "%s%u@%u+%u", i ? " " : "", v[i].value, v[i].first_token, v[i].token_count);
  assert_str_equal(buf_str(&got), str_of(want));
  buf_free(&got);
}

static void test_matching(void **state) {
  (void)state;
  const list_entry entries[] = {
      {STR("New York"), 1, 0}, {STR("new york city"), 2, 0}, {STR("york"), 3, 0},
      {STR("city"), 4, 0},     {STR("Caf\xc3\xa9"), 5, 0},   {STR("AC/DC"), 6, 0},
      {STR("  "), 7, 0},       {STR("york"), 8, 0},          {STR("\xe6\x9d\xb1\xe4\xba\xac"), 9, 0}};
  fixture f;
  open_entries(&f, entries, ARRAY_LEN(entries));
  check(&f, "in NEW YORK City now", "2@1+3 1@1+2 3@2+1 8@2+1 4@3+1");
  check(&f, "newyork", "");
  check(&f, "new new york", "1@1+2 3@2+1 8@2+1");
  check(&f, "Yorkshire yorks", "");
  check(&f, "cafe\xcc\x81 cafe", "5@0+1"); /* same character, other spelling; but not without accent */
  check(&f, "ac / dc ac/dc", "6@0+3 6@3+3");
  check(&f, "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd", "9@0+2");
  check(&f, "", "");
  fixture_fini(&f);
}

static void test_empty(void **state) {
  (void)state;
  fixture f;
  open_entries(&f, NULL, 0);
  check(&f, "anything at all", "");
  f.m = (list_matcher){0};
  check(&f, "anything at all", "");
  fixture_fini(&f);
}

static void test_duplicates_and_languages(void **state) {
  (void)state;
  const list_entry entries[] = {{STR("tea"), 1, 2}, {STR("Tea"), 1, 2}, {STR("tea"), 1, 3}, {STR("TEA"), 0, 2}};
  fixture f;
  open_entries(&f, entries, ARRAY_LEN(entries));
  tokens t;
  tokenize(STR("tea"), &f.a, &t);
  list_match *v;
  size_t n;
  list_find(&f.m, &t, &f.a, &v, &n);
  assert_int_equal(n, 3);
  assert_true(v[0].value == 0 && v[0].language == 2);
  assert_true(v[1].value == 1 && v[1].language == 2);
  assert_true(v[2].value == 1 && v[2].language == 3);
  fixture_fini(&f);
}

/* Words of a tiny vocabulary in random case, so that prefixes, suffixes and repeats abound. */
static size_t random_phrase(rng *r, char *out, uint32_t max_words) {
  static const char *const words[] = {"a", "A", "b", "B", "ab", "-"};
  size_t n = 0;
  for (uint32_t i = rng_below(r, max_words + 1); i > 0; i--) {
    const char *w = words[rng_below(r, ARRAY_LEN(words))];
    memcpy(out + n, w, strlen(w));
    n += strlen(w);
    out[n++] = ' ';
  }
  return n;
}

static int by_position(const void *a, const void *b) {
  const list_match *x = a, *y = b;
  if (x->first_token != y->first_token) return x->first_token < y->first_token ? -1 : 1;
  if (x->token_count != y->token_count) return x->token_count > y->token_count ? -1 : 1;
  return (x->value > y->value) - (x->value < y->value);
}

/* Every entry at every place. Values are unique, so there is nothing to merge. */
static size_t find_all(const list_entry *entries, size_t n, const tokens *t, arena *a, list_match *out) {
  size_t found = 0;
  for (size_t i = 0; i < n; i++) {
    tokens s;
    tokenize(entries[i].synonym, a, &s);
    for (size_t at = 0; s.n && at + s.n <= t->n; at++) {
      size_t k = 0;
      while (k < s.n && str_eq(s.v[k].norm, t->v[at + k].norm)) k++;
      if (k == s.n) out[found++] = (list_match){(uint32_t)at, (uint32_t)s.n, entries[i].value, entries[i].language};
    }
  }
  qsort(out, found, sizeof *out, by_position);
  return found;
}

enum { MAX_ENTRIES = 12, MAX_TEXT_WORDS = 20, PHRASE_BYTES = 64 };

static size_t random_entries(rng *r, list_entry *entries, char text[MAX_ENTRIES][PHRASE_BYTES]) {
  size_t n = rng_below(r, MAX_ENTRIES + 1);
  for (size_t i = 0; i < n; i++) {
    size_t len = random_phrase(r, text[i], 4);
    entries[i] = (list_entry){str_make(text[i], len), (uint32_t)i, rng_below(r, 3)};
  }
  return n;
}

static void test_against_brute_force(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 11);
  for (int round = 0; round < 5000; round++) {
    char synonyms[MAX_ENTRIES][PHRASE_BYTES], text[MAX_TEXT_WORDS * 3];
    list_entry entries[MAX_ENTRIES];
    size_t n = random_entries(&r, entries, synonyms);
    fixture f;
    open_entries(&f, entries, n);
    tokens t;
    tokenize(str_make(text, random_phrase(&r, text, MAX_TEXT_WORDS)), &f.a, &t);
    list_match want[MAX_ENTRIES * (MAX_TEXT_WORDS + 1)], *got;
    size_t wanted = find_all(entries, n, &t, &f.a, want), found;
    list_find(&f.m, &t, &f.a, &got, &found);
    assert_int_equal(found, wanted);
    if (found) assert_memory_equal(got, want, found * sizeof *got);
    fixture_fini(&f);
  }
}

static void test_deterministic(void **state) {
  (void)state;
  const list_entry entries[] = {{STR("one two"), 1, 0}, {STR("two"), 2, 0}, {STR("one"), 3, 0}};
  buf a = {0}, b = {0};
  assert_int_equal(list_build(entries, 3, &a, NULL), ERR_OK);
  assert_int_equal(list_build(entries, 3, &b, NULL), ERR_OK);
  assert_str_equal(buf_str(&a), buf_str(&b));
  buf_free(&a);
  buf_free(&b);
}

/* A damaged block is refused or searched without harm (the sanitizers watch). */
static void test_damage(void **state) {
  (void)state;
  const list_entry entries[] = {{STR("new york city"), 1, 0}, {STR("york"), 2, 0}, {STR("city of new york"), 3, 0}};
  fixture f;
  open_entries(&f, entries, ARRAY_LEN(entries));
  tokens t;
  tokenize(STR("in the city of new york city new york city of"), &f.a, &t);
  uint8_t *copy = aligned_alloc(16, f.block.n);
  static const uint32_t values[] = {0, 1, 2, 7, 1000, 0x7fffffff, 0xffffffff};
  size_t refused = 0;
  for (size_t at = 0; at + 4 <= f.block.n; at += 4)
    for (size_t k = 0; k < ARRAY_LEN(values); k++) {
      memcpy(copy, f.block.p, f.block.n);
      memcpy(copy + at, &values[k], 4);
      list_matcher m;
      list_match *v;
      size_t n;
      if (list_open(copy, f.block.n, &m, NULL) == ERR_OK)
        list_find(&m, &t, &f.a, &v, &n);
      else
        refused++;
    }
  assert_true(refused > f.block.n / 4);
  for (size_t n = 0; n < f.block.n; n++) {
    list_matcher m;
    assert_int_equal(list_open(copy, n, &m, NULL), ERR_CORRUPT);
  }
  free(copy);
  fixture_fini(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_matching),
                                     cmocka_unit_test(test_empty),
                                     cmocka_unit_test(test_duplicates_and_languages),
                                     cmocka_unit_test(test_against_brute_force),
                                     cmocka_unit_test(test_deterministic),
                                     cmocka_unit_test(test_damage)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
