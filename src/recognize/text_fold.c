#include "recognize/text_fold.h"
#include "text/utf8.h"
#include <utf8proc.h>

/* Full-width forms that the original folds: digits, signs, and the unit letters G M T K k. */
static uint32_t fold_width(uint32_t c) {
  if (c == 0x3001) return ',';
  if (c < 0xFF05 || c > 0xFF4B) return c;
  uint32_t narrow = c - 0xFEE0;
  if (narrow >= '0' && narrow <= '9') return narrow;
  return strchr("%(),-./:GMTKk", (int)narrow) ? narrow : c;
}

static uint32_t fold_code_point(uint32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  c = fold_width(c);
  return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

static void fold_ascii(str s, char *out) {
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    out[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
  }
}

void text_fold(str original, arena *a, folded_text *out) {
  *out = (folded_text){.original = original};
  if (utf8_is_ascii(original)) {
    char *p = arena_alloc(a, original.n + 1);
    fold_ascii(original, p);
    p[original.n] = 0;
    out->text = str_make(p, original.n);
    return;
  }
  /* Lower case can take one byte more than upper case (two for U+023A): 2n bytes are enough. */
  size_t cap = original.n * 2 + 1, n = 0;
  char *p = arena_alloc(a, cap);
  uint32_t *u16 = ARENA_ARRAY(a, uint32_t, cap), *bytes = ARENA_ARRAY(a, uint32_t, cap);
  uint32_t unit = 0;
  const char *at = original.p, *end = original.p + original.n;
  while (at < end) {
    uint32_t from = (uint32_t)(at - original.p);
    uint32_t c = utf8_next(&at);
    size_t width = utf8_encode(fold_code_point(c), p + n);
    for (size_t k = 0; k < width; k++) u16[n + k] = unit, bytes[n + k] = from;
    n += width;
    unit += c > 0xFFFF ? 2 : 1;
  }
  p[n] = 0;
  u16[n] = unit;
  bytes[n] = (uint32_t)original.n;
  out->text = str_make(p, n);
  out->utf16 = u16;
  out->bytes = bytes;
}
