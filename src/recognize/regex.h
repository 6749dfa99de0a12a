/* regex.h -- regex components: .NET patterns on PCRE2 with JIT and hard match limits.
 * Differences of syntax are translated where PCRE2 has an equivalent; the rest is refused at
 * validation with the position. doc/regex.md lists them. */
#ifndef DRAGOMAN_RECOGNIZE_REGEX_H
#define DRAGOMAN_RECOGNIZE_REGEX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef struct regex_set regex_set; /* immutable once built, share freely */

/* One pattern: ERR_INVALID_ARGUMENT with the position of the fault. A matching pair of '/'
 * around the pattern is stripped. */
must_check err_code regex_check(str pattern, err *e);

/* Compiles n patterns (ids are their indices). Free with regex_set_free. */
must_check err_code regex_set_new(const str *patterns, size_t n, regex_set **out, err *e);
void regex_set_free(regex_set *s);

typedef struct regex_match {
  uint32_t pattern;
  uint32_t begin_bytes, end_bytes; /* begin < end: empty matches are dropped */
} regex_match;

/* All non-overlapping matches of the patterns whose bit is set in enabled (NULL: all; [(n+63)/64]),
 * by position. A pattern that hits the match limit stops there and counts in *limited (may be NULL). Thread-safe. */
void regex_find(const regex_set *s, const uint64_t *enabled, str text, arena *a, regex_match **out, size_t *n,
                size_t *limited);

#endif
