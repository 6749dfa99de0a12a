/* json_out.h -- writes JSON straight into one growing buffer; no tree.
 *
 *   jw w; jw_init(&w, &buf);
 *   jw_obj(&w); jw_key(&w, "id"); jw_int(&w, 7); jw_end(&w);
 *
 * Commas are placed by the writer. Nothing depends on the locale. Text must be valid UTF-8.
 * Nesting up to 32 (assert). */
#ifndef DRAGOMAN_BASE_JSON_OUT_H
#define DRAGOMAN_BASE_JSON_OUT_H

#include "base/base.h"
#include "base/str.h"
#include "base/vec.h"

enum { JW_MAX_DEPTH = 32 };

typedef struct jw {
  buf *out;     /* borrowed */
  int depth;
  bool is_obj[JW_MAX_DEPTH];
  bool has_items[JW_MAX_DEPTH];
  bool after_key;
} jw;

void jw_init(jw *w, buf *out);
void jw_obj(jw *w); /* { */
void jw_arr(jw *w); /* [ */
void jw_end(jw *w); /* closes the innermost */
void jw_key(jw *w, const char *key); /* key is plain ASCII without characters to escape */
void jw_key_str(jw *w, str key);     /* any text */
void jw_str(jw *w, str s);
void jw_cstr(jw *w, const char *s);
void jw_strs(jw *w, const str *v, size_t n); /* ["…","…"] */
void jw_int(jw *w, int64_t v);
void jw_bool(jw *w, bool v);
void jw_null(jw *w);
/* Shortest decimal that reads back as the same double; NaN and infinities become null. */
void jw_num(jw *w, double v);
/* A score in [0, 1] (clamped) with at most 7 decimals, no trailing zeros: 0.9312, 0, 1. */
void jw_score(jw *w, double v);
/* v must be valid JSON. */
void jw_raw(jw *w, str v);

/* key and value at once. The _opt forms write nothing when s.p is NULL. */
void jw_kstr(jw *w, const char *key, str s);
void jw_kstr_opt(jw *w, const char *key, str s);
void jw_kcstr(jw *w, const char *key, const char *s);
void jw_kint(jw *w, const char *key, int64_t v);
void jw_kbool(jw *w, const char *key, bool v);
void jw_knum(jw *w, const char *key, double v);

#endif
