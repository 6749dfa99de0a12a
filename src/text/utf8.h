/* utf8.h -- UTF-8: validate, decode, count. Everything above the HTTP and file edge works on
 * validated UTF-8 and byte offsets. */
#ifndef DRAGOMAN_TEXT_UTF8_H
#define DRAGOMAN_TEXT_UTF8_H

#include "base/base.h"
#include "base/str.h"

/* Well-formed per Unicode 3.9 (no surrogates, no overlong forms, <= U+10FFFF). On false
 * *bad_offset_bytes (may be NULL) is where the first ill-formed sequence begins. */
must_check bool utf8_valid(str s, size_t *bad_offset_bytes);

/* Decode one code point at *p of validated text and move *p past it. */
uint32_t utf8_next(const char **p);
/* 1 to 4 bytes; cp is a Unicode scalar value. */
size_t utf8_encode(uint32_t cp, char out[4]);

size_t utf8_codepoints(str s);
size_t utf8_utf16_units(str s);
bool utf8_is_ascii(str s);

#endif
