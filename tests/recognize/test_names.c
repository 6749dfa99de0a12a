/* Names: the cases of tests/cases/recognize/names.txt, and invariants on random words. */
#include "base/rng.h"
#include "recognize/names.h"
#include "recognize/prebuilt_match.h"
#include "tests/case_file.h"

static const char *const kind_names[NAME_KINDS] = {"person", "organization", "location", "event", "address"};

static void run_case(const case_block *b, void *user) {
  arena *a = user;
  tokens t;
  tokenize(b->lines[0], a, &t);
  name_match *found;
  size_t n;
  names_find(&t, &(names_request){.kinds = (1u << NAME_KINDS) - 1}, a, &found, &n);
  for (size_t i = 0; i < MAX_OF(n, b->n - 1); i++) {
    str got = i < n
                  ? arena_printf(a, "%s %.*s", kind_names[found[i].kind],
                                 (int)(found[i].end_bytes - found[i].begin_bytes), b->lines[0].p + found[i].begin_bytes)
                  : STR("");
    str want = i + 1 < b->n ? b->lines[i + 1] : STR("");
    if (!str_eq(got, want))
      fail_msg("line %zu: \"" STR_FMT "\", not \"" STR_FMT "\"", b->line_number, STR_ARG(got), STR_ARG(want));
  }
  arena_reset(a);
}

static void test_cases(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_true(case_file_run("tests/cases/recognize/names.txt", run_case, &a) > 25);
  arena_fini(&a);
}

/* In German every noun has a capital. */
static void test_capitalised_nouns(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  tokens t;
  tokenize(STR("ich bin in Eile und in Berlin"), &a, &t);
  name_match *found;
  size_t n;
  names_find(&t, &(names_request){.kinds = NAME_BIT(NAME_LOCATION), .nouns_capitalised = true}, &a, &found, &n);
  assert_int_equal(n, 1);
  assert_int_equal(found[0].begin_bytes, 23);
  arena_fini(&a);
}

/* Any words in any order: by position, without overlap, at token borders, and those of one kind are
 * those of all kinds. */
static void test_random(void **state) {
  (void)state;
  static const char *const words[] = {
      "john", "Smith", "New",    "york",     "university", "of",        "inc.",
      "12",   "main",  "street", "calle",    "Mayor",      "5",         ",",
      "'",    "s",     "dr.",    "birthday", "party",      "北京",      "先生",
      "王",   "lake",  "Park",   "apple",    "stock",      "christmas", "\xF0\x9F\x98\x80",
      "in",   "the",   "mark",   "san"};
  arena a;
  arena_init(&a, 0);
  rng r;
  rng_seed(&r, 7);
  for (int round = 0; round < 20000; round++) {
    char text[256];
    size_t n = 0;
    for (uint32_t k = rng_below(&r, 12) + 1; k > 0; k--)
      n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", words[rng_below(&r, ARRAY_LEN(words))],
                            rng_below(&r, 4) ? " " : "");
    tokens t;
    tokenize(str_make(text, n), &a, &t);
    name_match *all, *one;
    size_t all_count, one_count, k = 0;
    names_find(&t, &(names_request){.kinds = (1u << NAME_KINDS) - 1}, &a, &all, &all_count);
    names_find(&t, &(names_request){.kinds = NAME_BIT(NAME_LOCATION)}, &a, &one, &one_count);
    for (size_t i = 0; i < all_count; i++) {
      assert_true(all[i].begin_bytes < all[i].end_bytes && all[i].end_bytes <= n);
      assert_true(i == 0 || all[i - 1].end_bytes <= all[i].begin_bytes);
      if (all[i].kind == NAME_LOCATION) assert_int_equal(all[i].begin_bytes, one[k++].begin_bytes);
    }
    assert_int_equal(k, one_count);
    arena_reset(&a);
  }
  arena_fini(&a);
}

/* A text of one phrase again and again stays linear: it ends. */
static void test_long(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  static const char *const pieces[] = {"New York ", "John ", "University of ", "12 ", "' s ", "birthday ", "王"};
  enum { BYTES = 1 << 20 };
  char *text = mem_alloc(BYTES);
  for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
    size_t n = 0, length = strlen(pieces[i]);
    for (; n + length <= BYTES; n += length) memcpy(text + n, pieces[i], length);
    tokens t;
    tokenize(str_make(text, n), &a, &t);
    name_match *found;
    size_t count;
    names_find(&t, &(names_request){.kinds = (1u << NAME_KINDS) - 1}, &a, &found, &count);
    assert_true(count <= t.n);
    arena_reset(&a);
  }
  free(text);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_capitalised_nouns),
                                     cmocka_unit_test(test_random), cmocka_unit_test(test_long)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
