#include "text/tokens.h"

#include "text/grapheme.h"
#include "text/utf8.h"
#include <utf8proc.h>

/* text --classify--> runs of characters --fold--> norm --strip marks--> bare
 *
 * Predictions tokenize every query, so ASCII goes by table and by slices of the text itself; the
 * library is asked only about characters and tokens outside ASCII. */

typedef enum char_class {
  CHAR_BLANK,     /* separates tokens */
  CHAR_FORMAT,    /* invisible: part of a word that goes on behind it, else skipped */
  CHAR_WORD,      /* letter of a script with spaces, digit, mark */
  CHAR_KATAKANA,  /* runs stay together */
  CHAR_SPACELESS, /* letter of a script without spaces */
  CHAR_PUNCT      /* any other visible character */
} char_class;

/* What a token's characters are, or-ed over the token. */
enum { SEEN_UPPER = 1, SEEN_LOWER = 2, SEEN_DIGIT = 4, SEEN_UNCASED = 8, SEEN_NON_ASCII = 16 };

static const struct {
  uint8_t class, seen;
} ASCII[128] = {
    [0 ... ' '] = {CHAR_BLANK, 0},
    ['!' ... '/'] = {CHAR_PUNCT, 0},
    ['0' ... '9'] = {CHAR_WORD, SEEN_DIGIT},
    [':' ... '@'] = {CHAR_PUNCT, 0},
    ['A' ... 'Z'] = {CHAR_WORD, SEEN_UPPER},
    ['[' ... '`'] = {CHAR_PUNCT, 0},
    ['a' ... 'z'] = {CHAR_WORD, SEEN_LOWER},
    ['{' ... '~'] = {CHAR_PUNCT, 0},
    [127] = {CHAR_BLANK, 0},
};

/* Scripts written without spaces, by block; letters only (their digits make ordinary words). */
static const struct {
  uint32_t first, last;
  char_class class;
} SPACELESS[] = {
    {0x0e00, 0x0eff, CHAR_SPACELESS},   /* Thai, Lao */
    {0x1000, 0x109f, CHAR_SPACELESS},   /* Myanmar */
    {0x1780, 0x17ff, CHAR_SPACELESS},   /* Khmer */
    {0x1950, 0x1aaf, CHAR_SPACELESS},   /* Tai Le, New Tai Lue, Tai Tham */
    {0x2e80, 0x2fdf, CHAR_SPACELESS},   /* Han radicals */
    {0x3005, 0x3007, CHAR_SPACELESS},   /* Han iteration mark, closing mark, zero */
    {0x3021, 0x3029, CHAR_SPACELESS},   /* Hangzhou numerals */
    {0x3041, 0x309f, CHAR_SPACELESS},   /* Hiragana */
    {0x30a1, 0x30ff, CHAR_KATAKANA},    /* with the prolonged sound mark */
    {0x3105, 0x312f, CHAR_SPACELESS},   /* Bopomofo */
    {0x31a0, 0x31bf, CHAR_SPACELESS},   /* Bopomofo extended */
    {0x31f0, 0x31ff, CHAR_KATAKANA},    /* phonetic extensions */
    {0x3400, 0x4dbf, CHAR_SPACELESS},   /* Han extension A */
    {0x4e00, 0x9fff, CHAR_SPACELESS},   /* Han */
    {0xa9e0, 0xa9ff, CHAR_SPACELESS},   /* Myanmar extended B */
    {0xaa60, 0xaadf, CHAR_SPACELESS},   /* Myanmar extended A, Tai Viet */
    {0xf900, 0xfaff, CHAR_SPACELESS},   /* Han compatibility */
    {0xff66, 0xff9f, CHAR_KATAKANA},    /* half-width */
    {0x1b000, 0x1b16f, CHAR_SPACELESS}, /* Kana supplement */
    {0x20000, 0x3ffff, CHAR_SPACELESS}, /* Han supplementary planes */
};

static char_class spaceless_class(uint32_t cp) {
  if (cp < SPACELESS[0].first) return CHAR_WORD;
  for (size_t i = 0; i < ARRAY_LEN(SPACELESS) && cp >= SPACELESS[i].first; i++)
    if (cp <= SPACELESS[i].last) return SPACELESS[i].class;
  return CHAR_WORD;
}

static char_class classify(uint32_t cp, unsigned *seen) {
  if (cp < 128) {
    *seen = ASCII[cp].seen;
    return (char_class)ASCII[cp].class;
  }
  *seen = SEEN_NON_ASCII;
  switch ((utf8proc_category_t)utf8proc_get_property((utf8proc_int32_t)cp)->category) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LT: *seen |= SEEN_UPPER; return CHAR_WORD;
  case UTF8PROC_CATEGORY_LL: *seen |= SEEN_LOWER; return CHAR_WORD;
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO: *seen |= SEEN_UNCASED; return spaceless_class(cp);
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ME: return CHAR_WORD;
  case UTF8PROC_CATEGORY_ND: *seen |= SEEN_DIGIT; return CHAR_WORD;
  case UTF8PROC_CATEGORY_NL:
  case UTF8PROC_CATEGORY_NO: *seen |= SEEN_DIGIT; return spaceless_class(cp);
  case UTF8PROC_CATEGORY_ZS:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
  case UTF8PROC_CATEGORY_CC: return CHAR_BLANK;
  case UTF8PROC_CATEGORY_CF: return cp == 0x200b ? CHAR_BLANK : CHAR_FORMAT; /* zero width space */
  default: return CHAR_PUNCT;
  }
}

/* ---- Normalising ---- */

enum { STACK_CODEPOINTS = 128 };

typedef struct codepoints {
  utf8proc_int32_t *v; /* [n], at first the caller's stack */
  size_t n;
} codepoints;

/* c->v holds STACK_CODEPOINTS; it is replaced by memory of a when that is not enough. */
static bool decompose(str s, int options, arena *a, codepoints *c) {
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)s.p;
  utf8proc_ssize_t len = (utf8proc_ssize_t)s.n;
  utf8proc_ssize_t n = utf8proc_decompose(bytes, len, c->v, STACK_CODEPOINTS, (utf8proc_option_t)options);
  if (n > STACK_CODEPOINTS) {
    c->v = arena_alloc(a, ((size_t)n + 1) * sizeof *c->v);
    n = utf8proc_decompose(bytes, len, c->v, n, (utf8proc_option_t)options);
  }
  c->n = n > 0 ? (size_t)n : 0;
  return n > 0;
}

static str compose(codepoints *c, arena *a) {
  utf8proc_ssize_t n =
      utf8proc_normalize_utf32(c->v, (utf8proc_ssize_t)c->n, (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  char *out = arena_alloc(a, 4 * (size_t)n);
  size_t len = 0;
  for (utf8proc_ssize_t i = 0; i < n; i++) len += utf8_encode((uint32_t)c->v[i], out + len);
  return str_make(out, len);
}

/* Characters that neither folding nor composing touches and that have no accents to strip: most
 * Han, Hiragana and Katakana texts end here. */
static bool is_inert(str s) {
  for (const char *p = s.p, *end = s.p + s.n; p < end;) {
    uint32_t cp = utf8_next(&p);
    bool inert = (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30a1 && cp <= 0x30fc);
    if (!inert) return false;
  }
  return true;
}

static str fold_ascii(str s, unsigned seen, arena *a) {
  if (!(seen & SEEN_UPPER)) return s;
  char *out = arena_alloc(a, s.n);
  for (size_t i = 0; i < s.n; i++) out[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
  return str_make(out, s.n);
}

/* NFKC_Casefold (it also drops invisible characters); s itself when nothing changes or nothing
 * would be left. */
static str fold(str s, arena *a) {
  enum { FOLD = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE };
  utf8proc_int32_t stack[STACK_CODEPOINTS];
  codepoints c = {.v = stack};
  if (!decompose(s, FOLD, a, &c)) return s;
  str out = compose(&c, a);
  return str_eq(out, s) ? s : out;
}

/* A mark that writers leave out: accents above and below (combining classes 200 to 240), Hebrew
 * and Arabic points (10 to 36). Vowel signs, kana voicing and tone marks of Asian scripts have other
 * classes: without them it is another word. */
static bool is_accent(utf8proc_int32_t cp) {
  utf8proc_propval_t class = utf8proc_get_property(cp)->combining_class;
  return (class >= 200 && class <= 240) || (class >= 10 && class <= 36);
}

/* Letters with a stroke have no decomposition in Unicode. */
static utf8proc_int32_t without_stroke(utf8proc_int32_t cp) {
  switch (cp) {
  case 0x00f8: return 'o';
  case 0x0111: return 'd';
  case 0x0127: return 'h';
  case 0x0131: return 'i';
  case 0x0142: return 'l';
  case 0x0167: return 't';
  default: return cp;
  }
}

static str strip_accents(str norm, arena *a) {
  utf8proc_int32_t stack[STACK_CODEPOINTS];
  codepoints c = {.v = stack};
  if (!decompose(norm, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, a, &c)) return norm;
  size_t kept = 0;
  bool changed = false;
  for (size_t i = 0; i < c.n; i++) {
    utf8proc_int32_t cp = without_stroke(c.v[i]);
    changed |= cp != c.v[i];
    if (!is_accent(cp)) c.v[kept++] = cp;
  }
  if (kept == 0 || (kept == c.n && !changed)) return norm;
  c.n = kept;
  return compose(&c, a);
}

/* ---- Cutting ---- */

static char_class peek(const char *p, const char **after, unsigned *seen) {
  *after = p;
  return classify(utf8_next(after), seen);
}

/* End of the run of class that begins before p. Marks belong to any run; format characters only
 * when the run goes on behind them. */
static const char *run_end(const char *p, const char *end, char_class class, unsigned *seen) {
  const char *run = p;
  unsigned pending = 0;
  while (p < end) {
    unsigned char byte = (unsigned char)*p;
    if (byte < 128) {
      if (class != CHAR_WORD || ASCII[byte].class != CHAR_WORD) return run;
      *seen |= pending | ASCII[byte].seen;
      pending = 0;
      run = ++p;
      continue;
    }
    unsigned one;
    const char *after;
    char_class next = peek(p, &after, &one);
    p = after;
    pending |= one;
    if (next == CHAR_FORMAT) continue;
    bool is_mark = next == CHAR_WORD && one == SEEN_NON_ASCII;
    if (next != class && !is_mark) return run;
    *seen |= pending;
    pending = 0;
    run = p;
  }
  return run;
}

/* End of the grapheme cluster of cp, which ends at p. */
static const char *cluster_end(uint32_t cp, const char *p, const char *end, unsigned *seen) {
  if (p == end || (unsigned char)*p < 128) return p;
  grapheme_class before = text__grapheme_class(cp);
  while (p < end) {
    const char *after = p;
    grapheme_class class = text__grapheme_class(utf8_next(&after));
    if (text__grapheme_break(before, class)) break;
    *seen |= SEEN_NON_ASCII;
    before = class;
    p = after;
  }
  return p;
}

static token_kind kind_of(char_class class, unsigned seen) {
  switch (class) {
  case CHAR_PUNCT: return TOKEN_PUNCT;
  case CHAR_SPACELESS:
  case CHAR_KATAKANA: return TOKEN_SPACELESS;
  default: return (seen & ~(unsigned)SEEN_NON_ASCII) == SEEN_DIGIT ? TOKEN_NUMBER : TOKEN_WORD;
  }
}

static uint8_t shape_of(token_kind kind, unsigned first_seen, unsigned seen) {
  unsigned shape = 0;
  if (first_seen & SEEN_UPPER) shape |= TOKEN_SHAPE_INITIAL_UPPER;
  if ((seen & (SEEN_UPPER | SEEN_LOWER)) == SEEN_UPPER) shape |= TOKEN_SHAPE_ALL_UPPER;
  if (seen & SEEN_DIGIT) shape |= TOKEN_SHAPE_HAS_DIGIT;
  if (kind == TOKEN_PUNCT) shape |= TOKEN_SHAPE_HAS_PUNCT;
  if (seen & SEEN_NON_ASCII) shape |= TOKEN_SHAPE_NON_ASCII;
  return (uint8_t)shape;
}

static void set_norm(token *t, str source, unsigned seen, arena *a) {
  if (!(seen & SEEN_NON_ASCII)) {
    t->norm = t->bare = fold_ascii(source, seen, a);
  } else if (is_inert(source)) {
    t->norm = t->bare = source;
  } else {
    t->norm = fold(source, a);
    t->bare = utf8_is_ascii(t->norm) ? t->norm : strip_accents(t->norm, a);
  }
}

static token *push(tokens *t, size_t *cap, arena *a) {
  t->v = arena_grow(a, t->v, t->n, cap, sizeof *t->v);
  return &t->v[t->n++];
}

void tokenize(str text, arena *a, tokens *out) {
  size_t cap = text.n / 4 + 4;
  *out = (tokens){.v = arena_alloc(a, cap * sizeof *out->v)};
  bool space = false;
  const char *end = text.p + text.n;
  for (const char *p = text.p; p < end;) {
    const char *begin = p;
    uint32_t cp = utf8_next(&p);
    unsigned first_seen;
    char_class class = classify(cp, &first_seen);
    if (class <= CHAR_FORMAT) {
      space |= class == CHAR_BLANK;
      continue;
    }
    unsigned seen = first_seen;
    if (class == CHAR_PUNCT || class == CHAR_SPACELESS)
      p = cluster_end(cp, p, end, &seen);
    else
      p = run_end(p, end, class, &seen);
    token *t = push(out, &cap, a);
    t->begin_bytes = (uint32_t)(begin - text.p);
    t->end_bytes = (uint32_t)(p - text.p);
    t->kind = kind_of(class, seen);
    t->shape = shape_of(t->kind, first_seen, seen);
    t->space_before = space;
    set_norm(t, str_make(begin, (size_t)(p - begin)), seen, a);
    space = false;
  }
}

str text_normalize(str text, arena *a) {
  str folded = utf8_is_ascii(text) ? fold_ascii(text, SEEN_UPPER, a) : fold(text, a);
  char *out = arena_alloc(a, folded.n);
  size_t n = 0;
  bool space = false;
  for (const char *p = folded.p, *end = folded.p + folded.n; p < end;) {
    const char *begin = p;
    unsigned seen;
    if (classify(utf8_next(&p), &seen) == CHAR_BLANK) {
      space = n > 0;
      continue;
    }
    if (space) out[n++] = ' ';
    space = false;
    memcpy(out + n, begin, (size_t)(p - begin));
    n += (size_t)(p - begin);
  }
  return str_make(out, n);
}

str text_lower(str text, arena *a) {
  enum { LONGEST = 4 }; /* bytes of a character */
  char *out = arena_alloc(a, utf8_is_ascii(text) ? text.n : text.n * LONGEST);
  size_t n = 0;
  for (const char *p = text.p, *end = text.p + text.n; p < end;)
    n += utf8_encode((uint32_t)utf8proc_tolower((utf8proc_int32_t)utf8_next(&p)), out + n);
  return str_make(out, n);
}
