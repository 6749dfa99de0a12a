#include "text/utf8.h"

static uint64_t load64(const char *p) {
  uint64_t v;
  memcpy(&v, p, sizeof v);
  return v;
}

static const uint64_t HIGH_BITS = 0x8080808080808080ULL;

/* First byte at or after i that is not ASCII, or s.n. */
static size_t skip_ascii(str s, size_t i) {
  while (i + 8 <= s.n && !(load64(s.p + i) & HIGH_BITS)) i += 8;
  while (i < s.n && (unsigned char)s.p[i] < 0x80) i++;
  return i;
}

bool utf8_is_ascii(str s) {
  return skip_ascii(s, 0) == s.n;
}

/* Length of the well-formed sequence at p with left bytes, 0 when ill-formed. The bounds of the
 * second byte are those of table 3-7 of the Unicode standard. */
static size_t sequence_length(const unsigned char *p, size_t left) {
  unsigned char lead = p[0];
  if (lead < 0x80) return 1;
  size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || n > left) return 0;
  unsigned char lo = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  unsigned char hi = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (p[1] < lo || p[1] > hi) return 0;
  for (size_t i = 2; i < n; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  return n;
}

bool utf8_valid(str s, size_t *bad_offset_bytes) {
  size_t i = skip_ascii(s, 0);
  while (i < s.n) {
    size_t n = sequence_length((const unsigned char *)s.p + i, s.n - i);
    if (!n) {
      if (bad_offset_bytes) *bad_offset_bytes = i;
      return false;
    }
    i = skip_ascii(s, i + n);
  }
  return true;
}

uint32_t utf8_next(const char **p) {
  const unsigned char *q = (const unsigned char *)*p;
  uint32_t lead = q[0];
  if (lead < 0x80) {
    *p += 1;
    return lead;
  }
  if (lead < 0xe0) {
    *p += 2;
    return (lead & 0x1f) << 6 | (q[1] & 0x3fu);
  }
  if (lead < 0xf0) {
    *p += 3;
    return (lead & 0x0f) << 12 | (q[1] & 0x3fu) << 6 | (q[2] & 0x3fu);
  }
  *p += 4;
  return (lead & 0x07) << 18 | (q[1] & 0x3fu) << 12 | (q[2] & 0x3fu) << 6 | (q[3] & 0x3fu);
}

size_t utf8_encode(uint32_t cp, char out[4]) {
  if (cp < 0x80) {
    out[0] = (char)cp;
    return 1;
  }
  if (cp < 0x800) {
    out[0] = (char)(0xc0 | cp >> 6);
    out[1] = (char)(0x80 | (cp & 0x3f));
    return 2;
  }
  if (cp < 0x10000) {
    out[0] = (char)(0xe0 | cp >> 12);
    out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[2] = (char)(0x80 | (cp & 0x3f));
    return 3;
  }
  out[0] = (char)(0xf0 | cp >> 18);
  out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
  out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
  out[3] = (char)(0x80 | (cp & 0x3f));
  return 4;
}

size_t utf8_codepoints(str s) {
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
  return n;
}

size_t utf8_utf16_units(str s) {
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    n += (size_t)((c & 0xc0) != 0x80) + (c >= 0xf0);
  }
  return n;
}
