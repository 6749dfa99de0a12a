/* offsets.h -- byte offsets to and from the units that clients count in.
 * Source: reference clu-project-format §5. Grapheme = UAX #29 under the rules of Unicode 8.0
 * (TextElements_v8): emoji modifiers and ZWJ sequences are not merged, runs of regional
 * indicators are. */
#ifndef DRAGOMAN_TEXT_OFFSETS_H
#define DRAGOMAN_TEXT_OFFSETS_H

#include "base/arena.h"
#include "base/str.h"

typedef enum offset_unit {
  OFFSET_UTF8,      /* byte of UTF-8 */
  OFFSET_UTF16,     /* UTF-16 code unit: a code point above U+FFFF counts 2 */
  OFFSET_CODEPOINT, /* Unicode scalar value */
  OFFSET_GRAPHEME   /* extended grapheme cluster, Unicode 8 rules */
} offset_unit;

typedef struct offset_map {
  offset_unit unit;
  size_t bytes;       /* length of the text */
  size_t units;       /* the same length in unit */
  const uint32_t *at; /* [bytes + 1] unit index at each byte (inside a unit: that unit's index);
                         NULL when units are bytes (ASCII text or OFFSET_UTF8) */
} offset_map;

/* text: validated UTF-8, < 4 GiB. The map lives in a. ASCII text costs no memory. */
void offset_map_init(offset_map *m, str text, offset_unit unit, arena *a);
/* offset_bytes in [0, bytes]. */
size_t offset_of_byte(const offset_map *m, size_t offset_bytes);
/* First byte of the unit; false when offset > units or when it falls inside a surrogate pair. */
must_check bool offset_to_byte(const offset_map *m, size_t offset, size_t *offset_bytes);

/* "Utf16CodeUnit", "UnicodeCodePoint", "TextElements_v8", "TextElement_V8", "Utf8CodeUnit",
 * "Utf32CodeUnit" in any letter case. */
must_check bool offset_unit_parse(str name, offset_unit *unit);

#endif
