/* str.h -- borrowed bytes: a pointer and a length. Never assumed to end with NUL. */
#ifndef DRAGOMAN_BASE_STR_H
#define DRAGOMAN_BASE_STR_H

#include "base/base.h"
#include <string.h>

typedef struct str {
  const char *p;
  size_t n; /* bytes */
} str;

#define STR(lit) ((str){"" lit, sizeof(lit) - 1})
#define STR_NONE ((str){NULL, 0})
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline str str_of(const char *cstr) { return (str){cstr, cstr ? strlen(cstr) : 0}; }
static inline str str_make(const char *p, size_t n) { return (str){p, n}; }
static inline bool str_eq(str a, str b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }
static inline bool str_starts(str s, str prefix) {
  return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}
static inline bool str_ends(str s, str suffix) {
  return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}
static inline str str_skip(str s, size_t n) { return n < s.n ? (str){s.p + n, s.n - n} : (str){s.p + s.n, 0}; }

/* ASCII case folding only; for text of a person use text/. */
bool str_eq_nocase(str a, str b);
/* memcmp order, shorter first on a tie; usable with qsort over str arrays via str_cmp_qsort. */
int str_cmp(str a, str b);
int str_cmp_qsort(const void *a, const void *b);
/* Position of the first byte c, or s.n. */
size_t str_find_byte(str s, char c);
/* ASCII blanks off both ends. */
str str_trim(str s);
/* Whole string is a decimal integer in [lo, hi]. */
must_check bool str_to_i64(str s, int64_t lo, int64_t hi, int64_t *out);
/* Copy into a fixed buffer with NUL; false (and cut) when it did not fit. */
bool str_copy_to(str s, char *out, size_t cap);

#endif
