#include "project/clu_fields.h"

#include "project/limits.h"
#include "text/languages.h"
#include "text/utf8.h"

err_code clu__limit(const jnode *n, size_t count, size_t limit, const char *what, err *e) {
  if (count <= limit) return ERR_OK;
  char path[sizeof e->target];
  jn_path(n, path, sizeof path);
  return err_at(e, ERR_QUOTA_EXCEEDED, path, "%s: %zu %s are over the limit of %zu", path, count, what, limit);
}

str clu__clip(str s) {
  enum { CLIP_BYTES = 100 };
  if (s.n <= CLIP_BYTES) return s;
  size_t n = CLIP_BYTES;
  while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80) n--;
  return str_make(s.p, n);
}

err_code clu__str(const jnode *obj, const char *key, arena *a, str *inout, err *e) {
  jnode n = jn_get(obj, key);
  switch (jn_typeof(&n)) {
  case JN_ABSENT: return ERR_OK;
  case JN_NULL: *inout = STR_NONE; return ERR_OK;
  default: break;
  }
  str s;
  TRY(jn_want_str(&n, &s, e));
  *inout = arena_str(a, s);
  return ERR_OK;
}

static str lower_ascii(str s, arena *a) {
  char *p = arena_cstr(a, s);
  for (size_t i = 0; i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
  return str_make(p, s.n);
}

err_code clu__language(const jnode *obj, const char *key, arena *a, str *inout, err *e) {
  jnode n = jn_get(obj, key);
  if (jn_typeof(&n) == JN_ABSENT) return ERR_OK;
  str s = STR_NONE;
  if (jn_typeof(&n) != JN_NULL) TRY(jn_want_str(&n, &s, e));
  if (s.n && !language_tag_valid(s))
    return jn_fail(&n, e, "\"" STR_FMT "\" is not a language code", STR_ARG(clu__clip(s)));
  *inout = s.n ? lower_ascii(s, a) : STR_NONE;
  return ERR_OK;
}

err_code clu__bool(const jnode *obj, const char *key, opt_bool *inout, err *e) {
  jnode n = jn_get(obj, key);
  if (jn_typeof(&n) == JN_ABSENT) return ERR_OK;
  bool value = false, present;
  TRY(jn_opt_bool(obj, key, &value, &present, e));
  *inout = !present ? OPT_ABSENT : value ? OPT_TRUE : OPT_FALSE;
  return ERR_OK;
}

err_code clu__num(const jnode *obj, const char *key, double lo, double hi, bool *has, double *inout, err *e) {
  jnode n = jn_get(obj, key);
  if (jn_typeof(&n) == JN_ABSENT) return ERR_OK;
  double value = 0;
  TRY(jn_opt_num(obj, key, lo, hi, &value, has, e));
  *inout = value;
  return ERR_OK;
}

err_code clu__req_name(const jnode *obj, const char *key, arena *a, str *out, err *e) {
  str s;
  TRY(jn_req_str(obj, key, &s, e));
  jnode n = jn_get(obj, key);
  size_t chars = utf8_codepoints(s);
  if (chars < 1 || chars > LIMIT_NAME_CHARS) return jn_fail(&n, e, "must have 1 to %d characters", LIMIT_NAME_CHARS);
  *out = arena_str(a, s);
  return ERR_OK;
}

err_code clu__enum(const jnode *n, const clu_enum *names, size_t count, int *out, err *e) {
  str s;
  TRY(jn_want_str(n, &s, e));
  for (size_t i = 0; i < count; i++)
    if (str_eq_nocase(s, str_of(names[i].name))) {
      *out = names[i].value;
      return ERR_OK;
    }
  return jn_fail(n, e, "the value \"" STR_FMT "\" is not known here", STR_ARG(clu__clip(s)));
}
