/* Any bytes as text: validation agrees with the library, and valid text keeps the promises of
 * offsets.h, tokens.h and sentiment.h. */
#include <utf8proc.h>

#include "fuzz/fuzz.h"
#include "text/offsets.h"
#include "text/sentiment.h"
#include "text/tokens.h"
#include "text/utf8.h"

static bool library_says_valid(str s) {
  for (size_t i = 0; i < s.n;) {
    utf8proc_int32_t cp;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &cp);
    if (n <= 0) return false;
    i += (size_t)n;
  }
  return true;
}

static void check_offsets(str text, offset_unit unit, arena *a) {
  offset_map m;
  offset_map_init(&m, text, unit, a);
  FUZZ_CHECK(offset_of_byte(&m, 0) == 0 && offset_of_byte(&m, text.n) == m.units);
  for (size_t b = 0; b <= text.n; b++) {
    size_t unit_index = offset_of_byte(&m, b), first;
    FUZZ_CHECK(unit_index <= m.units && (b == 0 || unit_index >= offset_of_byte(&m, b - 1)));
    FUZZ_CHECK(offset_to_byte(&m, unit_index, &first));
    FUZZ_CHECK(first <= b && offset_of_byte(&m, first) == unit_index);
  }
}

static void check_tokens(str text, arena *a) {
  tokens t;
  tokenize(text, a, &t);
  size_t at = 0;
  for (size_t i = 0; i < t.n; i++) {
    const token *k = &t.v[i];
    FUZZ_CHECK(k->begin_bytes >= at && k->begin_bytes < k->end_bytes && k->end_bytes <= text.n);
    at = k->end_bytes;
    FUZZ_CHECK(utf8_valid(str_make(text.p + k->begin_bytes, k->end_bytes - k->begin_bytes), NULL));
    FUZZ_CHECK(k->norm.n && utf8_valid(k->norm, NULL));
    FUZZ_CHECK(k->bare.n && utf8_valid(k->bare, NULL));
  }
}

static void check_sentiment(str text, arena *a) {
  static const char *const languages[] = {"de", "en", "fr"};
  for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
    double score = sentiment_of(text, str_of(languages[i]), a).score;
    FUZZ_CHECK(score >= 0 && score <= 1);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  str text = str_make((const char *)data, n);
  size_t bad;
  bool valid = utf8_valid(text, &bad);
  FUZZ_CHECK(valid == library_says_valid(text));
  if (!valid) {
    FUZZ_CHECK(utf8_valid(str_make(text.p, bad), NULL));
    return 0;
  }
  arena a;
  arena_init(&a, 0);
  for (int unit = OFFSET_UTF8; unit <= OFFSET_GRAPHEME; unit++) check_offsets(text, (offset_unit)unit, &a);
  check_tokens(text, &a);
  check_sentiment(text, &a);
  str normal = text_normalize(text, &a);
  FUZZ_CHECK(utf8_valid(normal, NULL));
  arena_fini(&a);
  return 0;
}
