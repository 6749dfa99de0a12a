#include "base/str.h"

static unsigned char lower(char c) { return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c); }

bool str_eq_nocase(str a, str b) {
  if (a.n != b.n) return false;
  for (size_t i = 0; i < a.n; i++)
    if (lower(a.p[i]) != lower(b.p[i])) return false;
  return true;
}

int str_cmp(str a, str b) {
  size_t n = MIN_OF(a.n, b.n);
  int c = n ? memcmp(a.p, b.p, n) : 0;
  return c ? c : (a.n > b.n) - (a.n < b.n);
}

int str_cmp_qsort(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

size_t str_find_byte(str s, char c) {
  const char *q = s.n ? memchr(s.p, c, s.n) : NULL;
  return q ? (size_t)(q - s.p) : s.n;
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

str str_trim(str s) {
  while (s.n && blank(s.p[0])) s = str_skip(s, 1);
  while (s.n && blank(s.p[s.n - 1])) s.n--;
  return s;
}

bool str_to_i64(str s, int64_t lo, int64_t hi, int64_t *out) {
  size_t i = 0;
  bool neg = s.n && s.p[0] == '-';
  if (neg) i = 1;
  if (i == s.n) return false;
  int64_t v = 0;
  for (; i < s.n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return false;
    int digit = s.p[i] - '0';
    if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v)) return false;
  }
  if (!neg && __builtin_sub_overflow((int64_t)0, v, &v)) return false;
  if (v < lo || v > hi) return false;
  *out = v;
  return true;
}

bool str_copy_to(str s, char *out, size_t cap) {
  size_t n = MIN_OF(s.n, cap - 1);
  if (n) memcpy(out, s.p, n);
  out[n] = '\0';
  return n == s.n;
}
