#include "base/json_out.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void jw_init(jw *w, buf *out) { *w = (jw){.out = out}; }

/* A comma before every item but the first; the value after a key needs none. */
static void before_item(jw *w) {
  if (w->after_key) {
    w->after_key = false;
    return;
  }
  if (w->depth == 0) return;
  if (w->has_items[w->depth - 1]) buf_add_byte(w->out, ',');
  w->has_items[w->depth - 1] = true;
}

static void open(jw *w, bool is_obj) {
  before_item(w);
  assert(w->depth < JW_MAX_DEPTH);
  w->is_obj[w->depth] = is_obj;
  w->has_items[w->depth] = false;
  w->depth++;
  buf_add_byte(w->out, is_obj ? '{' : '[');
}

void jw_obj(jw *w) { open(w, true); }
void jw_arr(jw *w) { open(w, false); }

void jw_end(jw *w) {
  assert(w->depth > 0);
  w->depth--;
  buf_add_byte(w->out, w->is_obj[w->depth] ? '}' : ']');
}

static bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

static void add_escaped(buf *out, unsigned char c) {
  switch (c) {
  case '"': buf_add(out, "\\\"", 2); return;
  case '\\': buf_add(out, "\\\\", 2); return;
  case '\n': buf_add(out, "\\n", 2); return;
  case '\r': buf_add(out, "\\r", 2); return;
  case '\t': buf_add(out, "\\t", 2); return;
  default: break;
  }
  static const char hex[] = "0123456789abcdef";
  char u[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
  buf_add(out, u, 6);
}

static void add_string(buf *out, str s) {
  VEC_RESERVE(out, out->n + s.n + 2);
  buf_add_byte(out, '"');
  size_t run = 0;
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if (!needs_escape(c)) continue;
    buf_add(out, s.p + run, i - run);
    add_escaped(out, c);
    run = i + 1;
  }
  if (run < s.n) buf_add(out, s.p + run, s.n - run); /* an empty text may be NULL */
  buf_add_byte(out, '"');
}

void jw_key_str(jw *w, str key) {
  before_item(w);
  add_string(w->out, key);
  buf_add_byte(w->out, ':');
  w->after_key = true;
}

void jw_key(jw *w, const char *key) {
  before_item(w);
  size_t n = strlen(key);
  VEC_RESERVE(w->out, w->out->n + n + 3);
  buf_add_byte(w->out, '"');
  buf_add(w->out, key, n);
  buf_add(w->out, "\":", 2);
  w->after_key = true;
}

void jw_str(jw *w, str s) {
  before_item(w);
  add_string(w->out, s);
}

void jw_cstr(jw *w, const char *s) { jw_str(w, str_of(s)); }

void jw_strs(jw *w, const str *v, size_t n) {
  jw_arr(w);
  for (size_t i = 0; i < n; i++) jw_str(w, v[i]);
  jw_end(w);
}

void jw_raw(jw *w, str v) {
  before_item(w);
  buf_add_str(w->out, v);
}

void jw_int(jw *w, int64_t v) {
  char digits[24];
  size_t at = sizeof digits;
  uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
  do digits[--at] = (char)('0' + u % 10);
  while (u /= 10);
  if (v < 0) digits[--at] = '-';
  jw_raw(w, (str){digits + at, sizeof digits - at});
}

void jw_bool(jw *w, bool v) { jw_raw(w, v ? STR("true") : STR("false")); }
void jw_null(jw *w) { jw_raw(w, STR("null")); }

void jw_num(jw *w, double v) {
  if (!isfinite(v)) {
    jw_null(w);
    return;
  }
  char text[40];
  int n = 0;
  for (int precision = 15; precision <= 17; precision++) {
    n = snprintf(text, sizeof text, "%.*g", precision, v);
    /* The program never calls setlocale, so the decimal point is always '.'. */
    double back;
    if (sscanf(text, "%lf", &back) == 1 && back == v) break;
  }
  jw_raw(w, (str){text, (size_t)n});
}

void jw_score(jw *w, double v) {
  enum { SCALE = 10000000, DIGITS = 7 };
  if (!(v > 0)) v = 0;
  if (v > 1) v = 1;
  uint32_t q = (uint32_t)(v * SCALE + 0.5);
  if (q == 0 || q == SCALE) {
    jw_raw(w, q ? STR("1") : STR("0"));
    return;
  }
  char text[2 + DIGITS] = {'0', '.'};
  for (int i = DIGITS - 1; i >= 0; i--, q /= 10) text[2 + i] = (char)('0' + q % 10);
  size_t n = sizeof text;
  while (text[n - 1] == '0') n--;
  jw_raw(w, (str){text, n});
}

void jw_kstr(jw *w, const char *key, str s) {
  jw_key(w, key);
  jw_str(w, s);
}

void jw_kstr_opt(jw *w, const char *key, str s) {
  if (s.p) jw_kstr(w, key, s);
}

void jw_kcstr(jw *w, const char *key, const char *s) { jw_kstr(w, key, str_of(s)); }

void jw_kint(jw *w, const char *key, int64_t v) {
  jw_key(w, key);
  jw_int(w, v);
}

void jw_kbool(jw *w, const char *key, bool v) {
  jw_key(w, key);
  jw_bool(w, v);
}

void jw_knum(jw *w, const char *key, double v) {
  jw_key(w, key);
  jw_num(w, v);
}
