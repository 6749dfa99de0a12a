#include "base/rng.h"
#include "tests/test.h"
#include "text/utf8.h"

/* The definition, written another way: decode, then check the range and that re-encoding is the
 * same length. Returns the offset of the first fault or s.n. */
static size_t first_fault(str s) {
  for (size_t i = 0; i < s.n;) {
    unsigned char c = (unsigned char)s.p[i];
    size_t n = c < 0x80 ? 1 : (c >> 5) == 6 ? 2 : (c >> 4) == 14 ? 3 : (c >> 3) == 30 ? 4 : 0;
    if (!n || i + n > s.n) return i;
    uint32_t cp = n == 1 ? c : c & (0xffu >> (n + 1));
    for (size_t k = 1; k < n; k++) {
      unsigned char d = (unsigned char)s.p[i + k];
      if (d >> 6 != 2) return i;
      cp = cp << 6 | (d & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)) return i;
    i += n;
  }
  return s.n;
}

static void check_valid(str s) {
  size_t bad = 99;
  size_t want = first_fault(s);
  bool ok = utf8_valid(s, &bad);
  assert_int_equal(ok, want == s.n);
  if (!ok) assert_int_equal(bad, want);
}

static void test_valid_every_pair_of_bytes(void **state) {
  (void)state;
  for (unsigned a = 0; a < 256; a++)
    for (unsigned b = 0; b < 256; b++) {
      char text[] = {'x', (char)a, (char)b, (char)0x80, (char)0xbf, 'y'};
      for (size_t n = 2; n <= sizeof text; n++) check_valid(str_make(text, n));
    }
}

static void test_valid_random(void **state) {
  (void)state;
  static const unsigned char pool[] = {'a',  'b',  0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xa0,
                                       0xed, 0x9f, 0xef, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff};
  rng r;
  rng_seed(&r, 1);
  char text[24];
  for (int round = 0; round < 200000; round++) {
    size_t n = rng_below(&r, sizeof text + 1);
    for (size_t i = 0; i < n; i++) text[i] = (char)(rng_below(&r, 3) ? 'a' : pool[rng_below(&r, sizeof pool)]);
    check_valid(str_make(text, n));
  }
}

static void test_every_scalar_value_round_trips(void **state) {
  (void)state;
  for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
    if (cp >= 0xd800 && cp < 0xe000) continue;
    char text[4];
    size_t n = utf8_encode(cp, text);
    const char *p = text;
    if (utf8_next(&p) != cp || p != text + n || !utf8_valid(str_make(text, n), NULL)) fail_msg("U+%04X", cp);
    if (utf8_utf16_units(str_make(text, n)) != (cp > 0xffff ? 2u : 1u)) fail_msg("U+%04X", cp);
  }
}

static void test_counts(void **state) {
  (void)state;
  str s = STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x91\x8d");
  assert_int_equal(utf8_codepoints(s), 4);
  assert_int_equal(utf8_utf16_units(s), 5);
  assert_false(utf8_is_ascii(s));
  assert_true(utf8_is_ascii(STR("0123456789abcdef0123456789")));
  assert_false(utf8_is_ascii(STR("0123456789abcdef\xc3\xa9")));
  assert_true(utf8_is_ascii(STR("")));
  assert_int_equal(utf8_codepoints(STR("")), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_valid_every_pair_of_bytes), cmocka_unit_test(test_valid_random),
      cmocka_unit_test(test_every_scalar_value_round_trips), cmocka_unit_test(test_counts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
