/* sequence.h -- helpers of the sequence recognisers: character classes and domain names. */
#ifndef DRAGOMAN_RECOGNIZE_SEQUENCE_H
#define DRAGOMAN_RECOGNIZE_SEQUENCE_H

#include "base/str.h"

static inline bool seq_digit(char c) {
  return c >= '0' && c <= '9';
}
static inline bool seq_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool seq_alnum(char c) {
  return seq_digit(c) || seq_alpha(c);
}
static inline bool seq_hex(char c) {
  return seq_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/* Byte at i, 0 outside. */
static inline char seq_at(str s, size_t i) {
  return i < s.n ? s.p[i] : 0;
}

/* Lower-case ASCII name of a top-level domain in use. */
bool is_top_level_domain(str name);

#endif
