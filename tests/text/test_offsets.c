#include "base/json_in.h"
#include "base/rng.h"
#include "tests/case_file.h"
#include "text/offsets.h"
#include "text/utf8.h"

static size_t units_of(str text, offset_unit unit) {
  arena a;
  arena_init(&a, 0);
  offset_map m;
  offset_map_init(&m, text, unit, &a);
  size_t units = m.units;
  arena_fini(&a);
  return units;
}

static void run_case(const case_block *b, void *user) {
  (void)user;
  assert_int_equal(b->n, 2);
  jdoc *doc;
  err e = {0};
  if (jn_parse(b->lines[0], &doc, &e) != ERR_OK) fail_msg("line %zu: %s", b->line_number, e.message);
  jnode root = jn_root(doc);
  str text = jn_str(&root);
  char got[64];
  snprintf(got, sizeof got, "%zu %zu %zu", units_of(text, OFFSET_UTF16), units_of(text, OFFSET_CODEPOINT),
           units_of(text, OFFSET_GRAPHEME));
  assert_str_equal(str_of(got), b->lines[1]);
  assert_int_equal(units_of(text, OFFSET_UTF8), text.n);
  jn_free(doc);
}

static void test_cases(void **state) {
  (void)state;
  assert_true(case_file_run("tests/cases/text/offsets.txt", run_case, NULL) > 15);
}

/* Unit index of a byte by counting from the start. */
static size_t count_units(str text, offset_unit unit, size_t byte) {
  while (byte > 0 && byte < text.n && ((unsigned char)text.p[byte] & 0xc0) == 0x80) byte--;
  str head = str_make(text.p, byte);
  return unit == OFFSET_UTF16 ? utf8_utf16_units(head) : utf8_codepoints(head);
}

static size_t random_text(rng *r, char *out, size_t chars) {
  static const uint32_t pool[] = {'a',     ' ',     '\r',   '\n',    0xe9,   0x301,  0x20ac,
                                  0x1f44d, 0x1f3fd, 0x200d, 0x1f1eb, 0xac00, 0x11a8, 0x0e33};
  size_t n = 0;
  for (size_t i = 0; i < chars; i++) n += utf8_encode(pool[rng_below(r, ARRAY_LEN(pool))], out + n);
  return n;
}

static void check_map(str text, offset_unit unit, arena *a) {
  offset_map m;
  offset_map_init(&m, text, unit, a);
  size_t byte;
  for (size_t b = 0; b <= text.n; b++) {
    if (unit == OFFSET_UTF16 || unit == OFFSET_CODEPOINT)
      assert_int_equal(offset_of_byte(&m, b), count_units(text, unit, b));
    if (b) assert_true(offset_of_byte(&m, b) >= offset_of_byte(&m, b - 1));
  }
  assert_int_equal(offset_of_byte(&m, text.n), m.units);
  for (size_t u = 0; u <= m.units; u++) {
    size_t first = SIZE_MAX;
    for (size_t b = text.n + 1; b-- > 0;)
      if (offset_of_byte(&m, b) == u) first = b;
    assert_int_equal(offset_to_byte(&m, u, &byte), first != SIZE_MAX);
    if (first != SIZE_MAX) assert_int_equal(byte, first);
    if (first == SIZE_MAX) assert_int_equal(unit, OFFSET_UTF16); /* only a surrogate pair can be split */
  }
  assert_false(offset_to_byte(&m, m.units + 1, &byte));
}

static void test_maps_against_counting(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 7);
  arena a;
  arena_init(&a, 0);
  char text[128];
  for (int round = 0; round < 20000; round++) {
    size_t n = random_text(&r, text, rng_below(&r, 12));
    for (int unit = OFFSET_UTF8; unit <= OFFSET_GRAPHEME; unit++) check_map(str_make(text, n), (offset_unit)unit, &a);
    arena_reset(&a);
  }
  arena_fini(&a);
}

static void test_ascii_takes_no_memory(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  offset_map m;
  offset_map_init(&m, STR("plain\ntext"), OFFSET_GRAPHEME, &a);
  assert_null(m.at);
  assert_null(a.head);
  offset_map_init(&m, STR("two\r\nlines"), OFFSET_GRAPHEME, &a);
  assert_int_equal(m.units, 9);
  arena_fini(&a);
}

static void test_unit_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    offset_unit unit;
  } good[] = {{"Utf16CodeUnit", OFFSET_UTF16},        {"utf16codeunit", OFFSET_UTF16},
              {"UnicodeCodePoint", OFFSET_CODEPOINT}, {"TextElements_v8", OFFSET_GRAPHEME},
              {"textElement_V8", OFFSET_GRAPHEME},    {"Utf8CodeUnit", OFFSET_UTF8},
              {"Utf32CodeUnit", OFFSET_CODEPOINT}};
  offset_unit unit;
  for (size_t i = 0; i < ARRAY_LEN(good); i++) {
    assert_true(offset_unit_parse(str_of(good[i].name), &unit));
    assert_int_equal(unit, good[i].unit);
  }
  assert_false(offset_unit_parse(STR("Utf16"), &unit));
  assert_false(offset_unit_parse(STR(""), &unit));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_maps_against_counting),
                                     cmocka_unit_test(test_ascii_takes_no_memory), cmocka_unit_test(test_unit_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
