#include "text/offsets.h"

#include "text/grapheme.h"
#include "text/utf8.h"

/* CR LF is the only pair of ASCII characters that makes one text element. */
static bool has_crlf(str text) {
  for (size_t i = 0; i + 1 < text.n; i++)
    if (text.p[i] == '\r' && text.p[i + 1] == '\n') return true;
  return false;
}

static bool units_are_bytes(str text, offset_unit unit) {
  if (unit == OFFSET_UTF8) return true;
  return utf8_is_ascii(text) && (unit != OFFSET_GRAPHEME || !has_crlf(text));
}

/* at[b] = units that end at or before the unit holding byte b begins. */
static size_t fill(str text, offset_unit unit, uint32_t *at) {
  uint32_t index = 0, width = 0; /* of the unit in progress */
  grapheme_class before = GRAPHEME_CONTROL;
  const char *p = text.p, *end = text.p + text.n;
  while (p < end) {
    const char *begin = p;
    uint32_t cp = utf8_next(&p);
    bool starts_unit = true;
    if (unit == OFFSET_GRAPHEME) {
      grapheme_class class = text__grapheme_class(cp);
      starts_unit = begin == text.p || text__grapheme_break(before, class);
      before = class;
    }
    if (starts_unit) {
      index += width;
      width = unit == OFFSET_UTF16 && cp > 0xffff ? 2 : 1;
    }
    for (const char *q = begin; q < p; q++) at[q - text.p] = index;
  }
  at[text.n] = index + width;
  return index + width;
}

void offset_map_init(offset_map *m, str text, offset_unit unit, arena *a) {
  *m = (offset_map){.unit = unit, .bytes = text.n, .units = text.n};
  if (units_are_bytes(text, unit)) return;
  uint32_t *at = arena_alloc(a, (text.n + 1) * sizeof *at);
  m->units = fill(text, unit, at);
  m->at = at;
}

size_t offset_of_byte(const offset_map *m, size_t offset_bytes) {
  return m->at ? m->at[offset_bytes] : offset_bytes;
}

bool offset_to_byte(const offset_map *m, size_t offset, size_t *offset_bytes) {
  if (offset > m->units) return false;
  if (!m->at) {
    *offset_bytes = offset;
    return true;
  }
  size_t lo = 0, hi = m->bytes; /* the first byte with at >= offset lies in [lo, hi] */
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (m->at[mid] < offset)
      lo = mid + 1;
    else
      hi = mid;
  }
  *offset_bytes = lo;
  return m->at[lo] == offset;
}

bool offset_unit_parse(str name, offset_unit *unit) {
  static const struct {
    const char *name;
    offset_unit unit;
  } names[] = {
      {"Utf16CodeUnit", OFFSET_UTF16},     {"UnicodeCodePoint", OFFSET_CODEPOINT}, {"TextElements_v8", OFFSET_GRAPHEME},
      {"TextElement_v8", OFFSET_GRAPHEME}, {"Utf8CodeUnit", OFFSET_UTF8},          {"Utf32CodeUnit", OFFSET_CODEPOINT},
  };
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_eq_nocase(name, str_of(names[i].name))) {
      *unit = names[i].unit;
      return true;
    }
  return false;
}
