#include "model/luis_words.h"

#include "text/languages.h"

unsigned luis_setting_bit(str name) {
  static const struct {
    const char *name;
    unsigned bit;
  } known[] = {{"NormalizeDiacritics", LUIS_DIACRITICS},
               {"NormalizePunctuation", LUIS_PUNCTUATION},
               {"NormalizeWordForm", LUIS_WORD_FORM}};
  for (size_t i = 0; i < ARRAY_LEN(known); i++)
    if (str_eq_nocase(name, str_of(known[i].name))) return known[i].bit;
  return 0;
}

/* ---- Word forms ---- */

enum { SHORTEST_STEM = 3 };

/* Longer endings come first: the first that fits goes. */
typedef struct endings {
  const char *language;
  const char *const *v;
  size_t n;
} endings;

static const char *const da[] = {"erne", "ene", "ede", "er", "en", "et", "e", "s"};
static const char *const de[] = {"ungen", "test", "ten", "tet", "est", "ern", "em", "en",
                                 "er",    "es",   "st",  "te",  "e",   "t",   "s",  "n"};
static const char *const en[] = {"ies", "ied", "ing", "ed", "es", "s", "e", "y"};
static const char *const es[] = {"ando", "iendo", "aron", "ieron", "ados", "adas", "amos", "emos", "imos",
                                 "ado",  "ada",   "ido",  "ida",   "es",   "ar",   "er",   "ir",   "os",
                                 "as",   "an",    "en",   "a",     "e",    "o",    "s"};
static const char *const fr[] = {"aient", "ement", "eaux", "ons", "ent", "ais", "ait", "ees", "es",
                                 "ez",    "er",    "ee",   "aux", "al",  "e",   "s",   "x"};
static const char *const it[] = {"ando", "endo", "iamo", "ate", "ete", "ite", "are", "ere",
                                 "ire",  "ato",  "ata",  "ati", "i",   "a",   "e",   "o"};
static const char *const nl[] = {"heden", "ingen", "ende", "den", "ten", "en", "de", "te", "e", "s", "t"};
static const char *const pt[] = {"ando", "endo", "indo", "aram", "amos", "emos", "imos", "oes", "ado", "ada", "ar",
                                 "er",   "ir",   "os",   "as",   "es",   "am",   "a",    "e",   "o",   "s"};
static const char *const sv[] = {"arna", "orna", "erna", "ade", "ar", "or", "er", "en", "et", "a", "e", "s"};

static const endings languages[] = {{"da", da, ARRAY_LEN(da)}, {"de", de, ARRAY_LEN(de)}, {"en", en, ARRAY_LEN(en)},
                                    {"es", es, ARRAY_LEN(es)}, {"fr", fr, ARRAY_LEN(fr)}, {"it", it, ARRAY_LEN(it)},
                                    {"nl", nl, ARRAY_LEN(nl)}, {"pt", pt, ARRAY_LEN(pt)}, {"sv", sv, ARRAY_LEN(sv)}};

/* "stopp" of "stopping" is "stop" of "stops". */
static str without_double(str stem) {
  char last = stem.p[stem.n - 1];
  bool consonant = last >= 'a' && last <= 'z' && !strchr("aeiouls", last);
  if (stem.n > SHORTEST_STEM && consonant && stem.p[stem.n - 2] == last) stem.n--;
  return stem;
}

str luis_word_form(str norm, str culture) {
  const endings *x = NULL;
  for (size_t i = 0; i < ARRAY_LEN(languages) && !x; i++)
    if (language_matches(str_of(languages[i].language), culture)) x = &languages[i];
  for (size_t i = 0; x && i < x->n; i++) {
    str ending = str_of(x->v[i]);
    if (norm.n >= ending.n + SHORTEST_STEM && str_ends(norm, ending))
      return without_double(str_make(norm.p, norm.n - ending.n));
  }
  return norm;
}

/* ---- Tokens ---- */

static void normalize(tokens *t, unsigned settings) {
  size_t n = 0;
  for (size_t i = 0; i < t->n; i++) {
    token w = t->v[i];
    if (settings & LUIS_PUNCTUATION && w.kind == TOKEN_PUNCT) continue;
    if (settings & LUIS_DIACRITICS) w.norm = w.bare;
    t->v[n++] = w;
  }
  t->n = n;
}

void luis_words_of(str text, unsigned settings, str culture, arena *a, luis_words *out) {
  tokenize(text, a, &out->exact);
  if (settings & (LUIS_PUNCTUATION | LUIS_DIACRITICS)) normalize(&out->exact, settings);
  out->learned = out->exact;
  if (!(settings & LUIS_WORD_FORM)) return;
  out->learned.v = arena_copy(a, out->exact.v, out->exact.n * sizeof *out->exact.v);
  for (size_t i = 0; i < out->learned.n; i++) {
    token *w = &out->learned.v[i];
    if (w->kind != TOKEN_WORD) continue;
    bool plain = w->bare.p == w->norm.p;
    w->norm = luis_word_form(w->norm, culture);
    w->bare = plain ? w->norm : luis_word_form(w->bare, culture);
  }
}

str luis_words_text(str text, unsigned settings, arena *a) {
  if (!(settings & (LUIS_PUNCTUATION | LUIS_DIACRITICS))) return text;
  luis_words w;
  luis_words_of(text, settings & ~(unsigned)LUIS_WORD_FORM, STR(""), a, &w);
  size_t n = 0;
  for (size_t i = 0; i < w.exact.n; i++) n += w.exact.v[i].norm.n + 1;
  char *p = arena_alloc(a, n + 1);
  n = 0;
  for (size_t i = 0; i < w.exact.n; i++) {
    if (i) p[n++] = ' ';
    memcpy(p + n, w.exact.v[i].norm.p, w.exact.v[i].norm.n);
    n += w.exact.v[i].norm.n;
  }
  return str_make(p, n);
}
