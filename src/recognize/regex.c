#include "recognize/regex.h"

#include "recognize/regex_translate.h"
#include "text/utf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

enum {
  PATTERN_MAX_BYTES = 8192,
  MATCH_LIMIT = 200000, /* steps of one search: about 2 ms */
  DEPTH_LIMIT = 20000,  /* nested backtracking points, and heap for them, of the interpreter */
  HEAP_LIMIT_KIB = 4096
};

struct regex_set {
  pcre2_code **codes; /* [n]; NULL for an empty pattern, which matches nothing */
  size_t n;
  pcre2_match_context *limits;
};

/* "/abc/" -> "abc"; the last slash must not be an escaped one. */
static str without_delimiters(str p) {
  bool delimited = p.n >= 2 && p.p[0] == '/' && p.p[p.n - 1] == '/' && p.p[p.n - 2] != '\\';
  return delimited ? str_make(p.p + 1, p.n - 2) : p;
}

static err_code fault(str source, size_t at_bytes, const char *why, err *e) {
  size_t chars = utf8_codepoints(str_make(source.p, MIN_OF(at_bytes, source.n)));
  return err_set(e, ERR_INVALID_ARGUMENT, "the regular expression is not valid at character %zu: %s", chars, why);
}

static err_code compile_translated(str source, const regex_translation *t, pcre2_code **out, err *e) {
  pcre2_compile_context *context = pcre2_compile_context_create(NULL);
  if (!context) return err_set(e, ERR_NO_MEMORY, "not enough memory to compile a regular expression");
  pcre2_set_newline(context, PCRE2_NEWLINE_LF); /* what "." stops at in .NET */
  int code;
  PCRE2_SIZE at;
  PCRE2_SPTR pattern = (PCRE2_SPTR)(t->out.n ? t->out.p : "");
  *out = pcre2_compile(pattern, t->out.n, PCRE2_UTF | PCRE2_UCP | PCRE2_DUPNAMES | PCRE2_NEVER_BACKSLASH_C, &code, &at,
                       context);
  pcre2_compile_context_free(context);
  if (*out) return ERR_OK;
  char why[160];
  (void)pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why); /* cut when longer */
  return fault(source, at < t->from.n ? t->from.p[at] : source.n, why, e);
}

static err_code compile(str pattern, pcre2_code **out, err *e) {
  if (pattern.n > PATTERN_MAX_BYTES)
    return err_set(e, ERR_INVALID_ARGUMENT, "the regular expression is longer than %d bytes", PATTERN_MAX_BYTES);
  str source = without_delimiters(pattern);
  regex_translation t;
  err_code rc =
      regex__translate(source, &t) ? compile_translated(source, &t, out, e) : fault(source, t.fault_bytes, t.fault, e);
  regex__translation_free(&t);
  return rc;
}

err_code regex_check(str pattern, err *e) {
  pcre2_code *code;
  err_code rc = compile(pattern, &code, e);
  if (rc == ERR_OK) pcre2_code_free(code);
  return rc;
}

err_code regex_set_new(const str *patterns, size_t n, regex_set **out, err *e) {
  regex_set *s = mem_zalloc(1, sizeof *s);
  s->codes = mem_zalloc(n, sizeof *s->codes);
  s->n = n;
  s->limits = pcre2_match_context_create(NULL);
  if (!s->limits) {
    regex_set_free(s);
    return err_set(e, ERR_NO_MEMORY, "not enough memory for regular expressions");
  }
  pcre2_set_match_limit(s->limits, MATCH_LIMIT);
  pcre2_set_depth_limit(s->limits, DEPTH_LIMIT);
  pcre2_set_heap_limit(s->limits, HEAP_LIMIT_KIB);
  for (size_t i = 0; i < n; i++) {
    if (!patterns[i].n) continue;
    err_code rc = compile(patterns[i], &s->codes[i], e);
    if (rc != ERR_OK) {
      regex_set_free(s);
      return rc;
    }
    /* Without JIT (no support, no executable memory) the interpreter gives the same matches. */
    (void)pcre2_jit_compile(s->codes[i], PCRE2_JIT_COMPLETE);
  }
  *out = s;
  return ERR_OK;
}

void regex_set_free(regex_set *s) {
  if (!s) return;
  for (size_t i = 0; i < s->n; i++) pcre2_code_free(s->codes[i]);
  free(s->codes);
  pcre2_match_context_free(s->limits);
  free(s);
}

/* ---- Matching ---- */

typedef struct matches {
  regex_match *v;
  size_t n, cap;
  arena *a;
} matches;

static void push(matches *m, regex_match x) {
  m->v = arena_grow(m->a, m->v, m->n, &m->cap, sizeof *m->v);
  m->v[m->n++] = x;
}

static void *pcre_alloc(size_t n, void *a) {
  return arena_alloc(a, n);
}
static void pcre_free(void *p, void *a) {
  (void)p;
  (void)a;
}

static int search(const regex_set *s, const pcre2_code *code, str text, size_t begin, pcre2_match_data *data) {
  int rc = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, begin, PCRE2_NO_UTF_CHECK, data, s->limits);
  if (rc != PCRE2_ERROR_JIT_STACKLIMIT) return rc;
  return pcre2_match(code, (PCRE2_SPTR)text.p, text.n, begin, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, s->limits);
}

/* All matches of pattern id; false when a limit stopped it. After an empty match .NET goes on one
 * character further. */
static bool find_all(const regex_set *s, size_t id, str text, pcre2_match_data *data, matches *out) {
  const PCRE2_SIZE *span = pcre2_get_ovector_pointer(data);
  for (size_t begin = 0; begin < text.n;) {
    int rc = search(s, s->codes[id], text, begin, data);
    if (rc == PCRE2_ERROR_NOMATCH) return true;
    if (rc < 0) return false;
    begin = span[1];
    if (span[0] < span[1]) {
      push(out, (regex_match){(uint32_t)id, (uint32_t)span[0], (uint32_t)span[1]});
    } else if (begin < text.n) {
      const char *p = text.p + begin;
      utf8_next(&p);
      begin = (size_t)(p - text.p);
    }
  }
  return true;
}

static int by_position(const void *a, const void *b) {
  const regex_match *x = a, *y = b;
  if (x->begin_bytes != y->begin_bytes) return x->begin_bytes < y->begin_bytes ? -1 : 1;
  if (x->end_bytes != y->end_bytes) return x->end_bytes < y->end_bytes ? -1 : 1;
  return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

void regex_find(const regex_set *s, const uint64_t *enabled, str text, arena *a, regex_match **out, size_t *n,
                size_t *limited) {
  matches found = {.a = a};
  size_t stopped = 0;
  /* One pair of positions is enough: only whole matches are asked for. */
  pcre2_match_data *data = NULL;
  for (size_t i = 0; i < s->n; i++) {
    if (!s->codes[i] || (enabled && !(enabled[i / 64] >> (i % 64) & 1))) continue;
    if (!data) data = pcre2_match_data_create(1, pcre2_general_context_create(pcre_alloc, pcre_free, a));
    stopped += !find_all(s, i, text, data, &found);
  }
  if (found.n > 1) qsort(found.v, found.n, sizeof *found.v, by_position);
  *out = found.v;
  *n = found.n;
  if (limited) *limited = stopped;
}
