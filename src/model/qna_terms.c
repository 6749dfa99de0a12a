#include "model/qna_terms.h"

#include "base/hash.h"
#include "text/stopwords.h"
#include "text/tokens.h"
#include "text/utf8.h"

static const uint64_t seed_word = 0x8ebc6af09c88c6e3ULL, seed_stem = 0x589965cc75374cc3ULL,
                      seed_group = 0x1d8e4e27c47d124fULL, seed_gram = 0xeb44accab455d165ULL;
enum { STEM_CODEPOINTS = 5 };
static const float weight_word = 1.0f, weight_stem = 0.6f, weight_stop = 0.5f, weight_pair = 0.7f, weight_gram = 1.0f;

/* ---- lexicon ---------------------------------------------------------------------------------- */

/* The words of text joined by blanks, as the matcher meets them. */
static str joined(str text, arena *a, size_t *words) {
  tokens t;
  tokenize(text, a, &t);
  char *p = arena_alloc(a, text.n * 4 + t.n + 1); /* normalising may lengthen, at most so much */
  size_t n = 0;
  *words = 0;
  for (size_t i = 0; i < t.n; i++) {
    if (t.v[i].kind == TOKEN_PUNCT) continue;
    if ((*words)++) p[n++] = ' ';
    memcpy(p + n, t.v[i].bare.p, t.v[i].bare.n);
    n += t.v[i].bare.n;
  }
  return str_make(p, n);
}

void qna_lexicon_init_language(qna_lexicon *x, str language) {
  *x = (qna_lexicon){0};
  arena_init(&x->memory, 0);
  strmap_init(&x->stops);
  strmap_init(&x->phrases);
  size_t n;
  const char *const *words = stopwords(language, &n);
  for (size_t i = 0; i < n; i++) strmap_put(&x->stops, str_of(words[i]), 1, NULL);
}

void qna_lexicon_init(qna_lexicon *x, const knowledge_base *kb) {
  qna_lexicon_init_language(x, kb->language);
  for (size_t g = 0; g < kb->synonyms_count; g++)
    for (size_t i = 0; i < kb->synonyms[g].n; i++) {
      size_t words;
      str phrase = joined(kb->synonyms[g].v[i], &x->memory, &words);
      if (!words) continue;
      strmap_put(&x->phrases, phrase, (uint32_t)g, NULL);
      x->longest = MAX_OF(x->longest, words);
    }
}

void qna_lexicon_fini(qna_lexicon *x) {
  strmap_fini(&x->stops);
  strmap_fini(&x->phrases);
  arena_fini(&x->memory);
}

/* ---- words ------------------------------------------------------------------------------------- */

typedef struct word {
  uint64_t key;
  str text; /* .p NULL: a group of synonyms */
  bool stop;
} word;

/* The longest synonym that begins at token i; *used tokens. */
static const uint32_t *synonym_at(const qna_lexicon *x, const tokens *t, size_t i, arena *a, size_t *used) {
  for (size_t n = MIN_OF(x->longest, t->n - i); n; n--) {
    size_t bytes = 0;
    for (size_t k = 0; k < n; k++) bytes += t->v[i + k].bare.n + 1;
    char *p = arena_alloc(a, bytes);
    size_t at = 0;
    for (size_t k = 0; k < n; k++) {
      if (k) p[at++] = ' ';
      memcpy(p + at, t->v[i + k].bare.p, t->v[i + k].bare.n);
      at += t->v[i + k].bare.n;
    }
    const uint32_t *group = strmap_get(&x->phrases, str_make(p, at));
    if (group) {
      *used = n;
      return group;
    }
  }
  return NULL;
}

static size_t words_of(const qna_lexicon *x, str text, arena *a, word **out) {
  tokens t;
  tokenize(text, a, &t);
  size_t kept = 0;
  for (size_t i = 0; i < t.n; i++)
    if (t.v[i].kind != TOKEN_PUNCT) t.v[kept++] = t.v[i];
  t.n = kept;
  word *w = ARENA_ARRAY(a, word, t.n);
  size_t n = 0;
  for (size_t i = 0; i < t.n;) {
    size_t used = 1;
    const uint32_t *group = x->longest ? synonym_at(x, &t, i, a, &used) : NULL;
    str s = t.v[i].bare;
    w[n++] = group ? (word){.key = hash_mix64(*group + seed_group)}
                   : (word){.key = hash64(s.p, s.n, seed_word), .text = s, .stop = strmap_get(&x->stops, s) != NULL};
    i += used;
  }
  *out = w;
  return n;
}

/* ---- terms --------------------------------------------------------------------------------------- */

typedef struct term_set {
  qna_term *v;
  size_t n;
  uint64_t *table;
  size_t mask;
} term_set;

static void add(term_set *s, uint64_t key, float weight) {
  key |= key == 0; /* 0 marks an empty place */
  size_t at = (key >> 32) & s->mask;
  while (s->table[at]) {
    if (s->table[at] == key) return;
    at = (at + 1) & s->mask;
  }
  s->table[at] = key;
  s->v[s->n++] = (qna_term){key, weight};
}

static void add_stem(term_set *s, str text) {
  const char *p = text.p, *end = text.p + text.n;
  for (size_t i = 0; i < STEM_CODEPOINTS && p < end; i++) (void)utf8_next(&p);
  if (p < end)
    add(s, hash64(text.p, (size_t)(p - text.p), seed_stem), weight_stem);
  else
    add(s, hash64(text.p, text.n, seed_stem), weight_stem);
}

/* Trigrams of ^word$; both edges are marked, so that a word of one letter has one too. */
static void add_grams(term_set *s, str text) {
  enum { EDGE = 0x110000 };
  uint64_t before = 0, last = EDGE;
  size_t seen = 1;
  for (const char *p = text.p, *end = text.p + text.n;;) {
    bool at_end = p == end;
    uint64_t cp = at_end ? EDGE : utf8_next(&p);
    if (++seen >= 3) add(s, hash_mix64((before << 42 | last << 21 | cp) + seed_gram), weight_gram);
    before = last;
    last = cp;
    if (at_end) return;
  }
}

static void term_set_init(term_set *s, const word *w, size_t n, arena *a) {
  size_t most = 1, size = 64;
  for (size_t i = 0; i < n; i++) most += 4 + w[i].text.n;
  while (size < 2 * most) size *= 2;
  *s = (term_set){.v = arena_alloc(a, most * sizeof *s->v), .table = ARENA_ARRAY(a, uint64_t, size), .mask = size - 1};
}

void qna_terms_of(const qna_lexicon *x, str text, arena *a, qna_terms *out) {
  word *w;
  size_t n = words_of(x, text, a, &w), stops = 0;
  for (size_t i = 0; i < n; i++) stops += w[i].stop;
  if (stops == n) /* "who are you": then these words must do */
    for (size_t i = 0; i < n; i++) w[i].stop = false;
  term_set set;
  term_set_init(&set, w, n, a);
  *out = (qna_terms){.v = set.v, .whole = seed_word};
  for (size_t i = 0; i < n; i++) {
    out->whole = hash_mix64(out->whole * 3 + w[i].key);
    add(&set, w[i].key, w[i].stop ? weight_stop : weight_word);
    if (w[i].text.p && !w[i].stop) add_stem(&set, w[i].text);
  }
  out->words = set.n;
  for (size_t i = 1; i < n; i++) add(&set, hash_mix64(w[i - 1].key * 3 + w[i].key), weight_pair);
  out->pairs = set.n;
  for (size_t i = 0; i < n; i++)
    if (w[i].text.p && !w[i].stop) add_grams(&set, w[i].text);
  out->n = set.n;
}
