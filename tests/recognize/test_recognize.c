/* The public interface: what goes in comes out (numbers, dates, offsets), and bad input is data. */
#include "tests/test.h"
#include "base/rng.h"
#include "recognize/grammar.h"
#include "recognize/recognize.h"

static arena a;

static const recognized *run(const char *culture_name, recognize_model m, str text, size_t *n) {
  recognize_options o = {.models = RECOGNIZE_BIT(m), .reference = {2016, 11, 7, 16, 12, 0}};
  recognized *found;
  const culture *c = culture_find(culture_name, strlen(culture_name));
  assert_non_null(c);
  arena_reset(&a);
  assert_int_equal(recognize(c, text, &o, &a, &found, n, NULL), ERR_OK);
  return found;
}

static str attr_of(const attr_list *l, const char *key) {
  for (size_t i = 0; i < l->n; i++)
    if (strcmp(l->v[i].key, key) == 0) return l->v[i].text;
  return STR_NONE;
}

/* ---------------------------------------------------------------- numbers in words */

static const char *const units[] = {"zero",     "one",     "two",     "three",     "four",     "five",    "six",
                                    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
                                    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                   "fifty", "sixty", "seventy", "eighty", "ninety"};

static void say(char *out, int64_t n) {
  static const struct {
    int64_t value;
    const char *name;
  } rounds[] = {
      {1000000000000, "trillion"}, {1000000000, "billion"}, {1000000, "million"}, {1000, "thousand"}, {100, "hundred"}};
  for (size_t i = 0; i < ARRAY_LEN(rounds); i++) {
    if (n < rounds[i].value) continue;
    say(out, n / rounds[i].value);
    sprintf(out + strlen(out), " %s", rounds[i].name);
    n %= rounds[i].value;
    if (!n) return;
    strcat(out, n < 100 ? " and " : " ");
  }
  if (n < 20)
    strcat(out, units[n]);
  else
    sprintf(out + strlen(out), n % 10 ? "%s-%s" : "%s", tens[n / 10], units[n % 10]);
}

static void check_number(const char *text, int64_t want) {
  char digits[32];
  size_t n;
  const recognized *r = run("en-us", RECOGNIZE_NUMBER, str_of(text), &n);
  snprintf(digits, sizeof digits, "%lld", (long long)want);
  if (n != 1) print_error("%s: %zu entities\n", text, n);
  assert_int_equal(n, 1);
  assert_str_equal(attr_of(&r->resolution, "value"), str_of(digits));
  assert_str_equal(r->text, str_of(text));
}

static void test_numbers_in_words(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 7);
  char text[512];
  for (int i = 0; i < 2000; i++) { /* every size up to 10^15 */
    uint64_t size = 1000;
    for (int k = 0; k < i % 13; k++) size *= 10;
    int64_t n = i < 1000 ? i : (int64_t)(((uint64_t)rng_below(&r, 1u << 30) << 30 | rng_below(&r, 1u << 30)) % size);
    if (n == 1) continue; /* alone it may be a pronoun */
    text[0] = 0;
    say(text, n);
    check_number(text, n);
  }
}

/* German writes numbers below a million in one word. */
static void say_german_group(char *out, int n, bool last) {
  static const char *const small[] = {
      "",         "ein",      "zwei",     "drei",    "vier",         "f\xC3\xBCnf", "sechs",    "sieben",
      "acht",     "neun",     "zehn",     "elf",     "zw\xC3\xB6lf", "dreizehn",    "vierzehn", "f\xC3\xBCnfzehn",
      "sechzehn", "siebzehn", "achtzehn", "neunzehn"};
  static const char *const round[] = {"",        "",        "zwanzig", "drei\xC3\x9Fig", "vierzig", "f\xC3\xBCnfzig",
                                      "sechzig", "siebzig", "achtzig", "neunzig"};
  if (n >= 100) sprintf(out + strlen(out), "%shundert", small[n / 100]);
  n %= 100;
  if (n < 20)
    sprintf(out + strlen(out), "%s%s", small[n], n == 1 && last ? "s" : "");
  else
    sprintf(out + strlen(out), "%s%s%s", small[n % 10], n % 10 ? "und" : "", round[n / 10]);
}

static void say_german(char *out, int64_t n) {
  int millions = (int)(n / 1000000), thousands = (int)(n / 1000 % 1000), rest = (int)(n % 1000);
  if (millions == 1)
    strcat(out, "eine million ");
  else if (millions)
    say_german_group(out, millions, false), strcat(out, " millionen ");
  if (thousands) say_german_group(out, thousands, false), strcat(out, "tausend");
  if (rest) say_german_group(out, rest, true);
  size_t end = strlen(out);
  if (end && out[end - 1] == ' ') out[end - 1] = 0;
}

static void test_german_numbers_in_words(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 10);
  char text[512], digits[32];
  for (int i = 0; i < 2000; i++) {
    int64_t n = i < 1000 ? i + 1 : (int64_t)rng_below(&r, i % 2 ? 1000000 : 999999999) + 1;
    size_t count;
    text[0] = 0;
    say_german(text, n);
    const recognized *found = run("de-de", RECOGNIZE_NUMBER, str_of(text), &count);
    snprintf(digits, sizeof digits, "%lld", (long long)n);
    if (count != 1) print_error("%s: %zu entities\n", text, count);
    assert_int_equal(count, 1);
    assert_str_equal(attr_of(&found->resolution, "value"), str_of(digits));
    assert_str_equal(found->text, str_of(text));
  }
}

static void test_numbers_in_digits(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 8);
  for (int i = 0; i < 300; i++) {
    int64_t n = (int64_t)rng_below(&r, 1000000000);
    char text[64], grouped[64];
    snprintf(text, sizeof text, "%lld", (long long)n);
    check_number(text, n);
    if (n < 1000000) continue;
    snprintf(grouped, sizeof grouped, "%lld,%03lld,%03lld", (long long)(n / 1000000), (long long)(n / 1000 % 1000),
             (long long)(n % 1000));
    check_number(grouped, n);
  }
}

/* Digits with the signs of each culture, whole and with decimals: the value is written back in the culture's way. */
static void test_numbers_in_each_culture(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 9);
  size_t cultures;
  const culture *const *all = culture_all(&cultures);
  for (size_t c = 0; c < cultures; c++)
    for (int i = 0; i < 200; i++) {
      int millions = 1 + (int)rng_below(&r, 999), thousands = (int)rng_below(&r, 1000), rest = (int)rng_below(&r, 1000),
          part = 1 + (int)rng_below(&r, 9);
      char text[64], want[64];
      size_t n;
      snprintf(text, sizeof text, "%d%c%03d%c%03d%c%d", millions, all[c]->group_mark, thousands, all[c]->group_mark,
               rest, all[c]->decimal_mark, part);
      snprintf(want, sizeof want, "%d%03d%03d%c%d", millions, thousands, rest, all[c]->value_mark, part);
      const recognized *found = run(all[c]->name, RECOGNIZE_NUMBER, str_of(text), &n);
      if (n != 1) print_error("%s %s: %zu entities\n", all[c]->name, text, n);
      assert_int_equal(n, 1);
      assert_str_equal(attr_of(&found->resolution, "value"), str_of(want));
    }
}

/* ---------------------------------------------------------------- dates */

static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

static void check_date(const char *text, const char *want) {
  size_t n;
  const recognized *r = run("en-us", RECOGNIZE_DATETIME, str_of(text), &n);
  if (n != 1) print_error("%s: %zu entities\n", text, n);
  assert_int_equal(n, 1);
  assert_string_equal(r->type, "datetimeV2.date");
  assert_int_equal(r->value_count, 1);
  assert_str_equal(attr_of(&r->values[0], "timex"), str_of(want));
  assert_str_equal(attr_of(&r->values[0], "value"), str_of(want));
}

/* Every day of a leap and of a common year in several spellings. */
static void test_dates(void **state) {
  (void)state;
  for (int64_t d = days_from_civil(2019, 1, 1); d < days_from_civil(2021, 1, 1); d++) {
    int64_t y;
    int32_t m, day;
    civil_from_days(d, &y, &m, &day);
    char want[16], text[64];
    snprintf(want, sizeof want, "%04d-%02d-%02d", (int)y, m, day);
    check_date(want, want);
    snprintf(text, sizeof text, "%d/%d/%d", m, day, (int)y);
    check_date(text, want);
    snprintf(text, sizeof text, "%s %d, %d", months[m - 1], day, (int)y);
    check_date(text, want);
    snprintf(text, sizeof text, "%d %s %d", day, months[m - 1], (int)y);
    check_date(text, want);
  }
}

static void test_impossible_dates(void **state) {
  (void)state;
  size_t n;
  const recognized *r = run("en-us", RECOGNIZE_DATETIME, STR("february 30 2019"), &n);
  assert_int_equal(n, 1);
  assert_str_equal(attr_of(&r->values[0], "value"), STR("not resolved"));
  run("en-us", RECOGNIZE_DATETIME, STR("in 99999999999999 years"), &n);
  assert_int_equal(n, 0);
}

/* ---------------------------------------------------------------- offsets and bad input */

static void test_offsets(void **state) {
  (void)state;
  size_t n;
  str text = STR("😀 ÉTÉ pay ２０ dollars");
  const recognized *r = run("en-us", RECOGNIZE_CURRENCY, text, &n);
  assert_int_equal(n, 1);
  assert_int_equal(r->start_utf16, 11);
  assert_int_equal(r->end_utf16, 20);
  assert_str_equal(str_make(text.p + r->begin_bytes, r->end_bytes - r->begin_bytes), STR("２０ dollars"));
  assert_str_equal(r->text, STR("20 dollars"));
}

static void test_invalid_utf8(void **state) {
  (void)state;
  recognize_options o = {.models = RECOGNIZE_ALL_MODELS};
  recognized *found;
  size_t n;
  err e = {0};
  assert_int_equal(recognize(culture_find("en", 2), STR("a\xC3"), &o, &a, &found, &n, &e), ERR_INVALID_ARGUMENT);
}

static void test_cultures(void **state) {
  (void)state;
  assert_non_null(culture_find("EN-us", 5));
  assert_string_equal(culture_find("en-gb", 5)->name, "en-gb");
  assert_string_equal(culture_find("en", 2)->name, "en-us");
  assert_string_equal(culture_find("en-ca", 5)->name, "en-us");
  assert_null(culture_find("tlh", 3));
  assert_null(culture_find("", 0));
}

/* A long text of one thing ends in every model. */
static void test_large_inputs(void **state) {
  (void)state;
  static const char *const pieces[] = {"1",         "😀",  "ا", "1 ", "one ", "e\xCC\x81", "a@b.", "1/", "\"",
                                       "http://a.", "::", "(", "+",  "(1",   "+1(",       "'",    "1-"};
  size_t cultures;
  const culture *const *all = culture_all(&cultures);
  enum { BYTES = 1 << 16 };
  char *text = malloc(BYTES);
  for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
    size_t len = strlen(pieces[i]), n = 0;
    while (n + len <= BYTES) memcpy(text + n, pieces[i], len), n += len;
    recognize_options o = {.models = RECOGNIZE_ALL_MODELS, .reference = {2016, 11, 7, 16, 12, 0}};
    recognized *found;
    size_t count;
    arena_reset(&a);
    assert_int_equal(recognize(all[i % cultures], str_make(text, n), &o, &a, &found, &count, NULL), ERR_OK);
  }
  free(text);
}

static void test_model_names(void **state) {
  (void)state;
  recognize_model m;
  uint32_t variant;
  assert_true(recognize_model_parse(STR("DateTimeModelTasksMode"), &m, &variant));
  assert_true(m == RECOGNIZE_DATETIME && variant == RECOGNIZE_TASKS);
  assert_true(recognize_model_parse(STR("NumberRangeModel"), &m, &variant));
  assert_true(m == RECOGNIZE_NUMBER_RANGE && variant == 0);
  assert_false(recognize_model_parse(STR("DateTimeModelNone"), &m, &variant));
  assert_false(recognize_model_parse(STR(""), &m, &variant));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers_in_words),
      cmocka_unit_test(test_german_numbers_in_words),
      cmocka_unit_test(test_numbers_in_digits),
      cmocka_unit_test(test_numbers_in_each_culture),
      cmocka_unit_test(test_dates),
      cmocka_unit_test(test_impossible_dates),
      cmocka_unit_test(test_offsets),
      cmocka_unit_test(test_invalid_utf8),
      cmocka_unit_test(test_cultures),
      cmocka_unit_test(test_large_inputs),
      cmocka_unit_test(test_model_names),
  };
  arena_init(&a, 1 << 16);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_fini(&a);
  return failed;
}
