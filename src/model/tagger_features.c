#include "model/tagger_features.h"

#include "base/hash.h"
#include "text/utf8.h"

/* Feature families. The numbers go into the keys, so they are part of the model file format. */
enum family {
  F_BIAS = 1,
  F_WORD,  /* + relative position */
  F_PAIR,  /* word and its left neighbour, + position of the right one */
  F_SHAPE, /* + position */
  F_NUMBER,
  F_PREFIX, /* + length */
  F_SUFFIX, /* + length */
  F_FROM_START,
  F_TO_END,
  F_CLUSTER,   /* + position and size */
  F_GAZETTEER, /* + position and begin or inside */
  F_INTENT,
  F_INTENT_WORD, /* + position */
  F_BAG,
  F_TRIPLE,           /* three neighbours, around a character token */
  F_INTENT_CLUSTER,   /* of the middle size */
  F_INTENT_GAZETTEER, /* begin or inside */
};
enum { AFFIX_MAX = 4, WINDOW = 2, KEYS_A_TOKEN = 48 };

static uint64_t key_of(enum family f, int variant, uint64_t value) {
  uint64_t salt = (uint64_t)f << 8 | (uint64_t)(variant + 8);
  return hash_mix64(value + salt * 0x9e3779b97f4a7c15ULL);
}

uint64_t tagger_word_key(str norm) {
  return hash64(norm.p, norm.n, 0x7a66e3);
}

static bool is_number_word(str w) {
  static const char *const words[] = {"one",     "two",    "three",  "four",   "five",    "six",      "seven",
                                      "eight",   "nine",   "ten",    "eleven", "twelve",  "fifteen",  "twenty",
                                      "thirty",  "forty",  "fifty",  "sixty",  "hundred", "thousand", "half",
                                      "quarter", "first",  "second", "third",  "fourth",  "fifth",    "sixth",
                                      "seventh", "eighth", "ninth",  "tenth",  "million", "zero"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_eq(w, str_of(words[i]))) return true;
  return false;
}

static uint64_t shape_of(const token *t, bool ignore_casing) {
  unsigned bits = t->shape;
  if (ignore_casing) bits &= ~(unsigned)(TOKEN_SHAPE_INITIAL_UPPER | TOKEN_SHAPE_ALL_UPPER);
  uint64_t digits = t->shape & TOKEN_SHAPE_HAS_DIGIT ? MIN_OF(t->norm.n, 5) : 0;
  return bits | (uint64_t)t->kind << 8 | digits << 16;
}

typedef struct key_writer {
  const tagger_sentence *s;
  const uint64_t *words; /* [n] tagger_word_key */
  const uint64_t *shapes;
  const uint16_t (*clusters)[CLUSTER_SIZES]; /* [n] */
  uint64_t *keys;
  size_t used;
} key_writer;

static void put(key_writer *w, enum family f, int variant, uint64_t value) {
  w->keys[w->used++] = key_of(f, variant, value);
}

/* Word at a position that may lie outside the sentence. */
static uint64_t word_at(const key_writer *w, size_t i, int shift) {
  size_t n = w->s->t->n, at = i + (size_t)(shift + 2);
  if (at < 2) return 11 + at;
  return at - 2 < n ? w->words[at - 2] : 13 + (at - 2 - n);
}

static uint64_t pair_of(uint64_t left, uint64_t right) {
  return hash_mix64(left) * 3 + right;
}

static void put_words(key_writer *w, size_t i) {
  uint64_t around[2 * WINDOW + 1];
  for (int d = -WINDOW; d <= WINDOW; d++) {
    around[d + WINDOW] = word_at(w, i, d);
    put(w, F_WORD, d, around[d + WINDOW]);
  }
  put(w, F_PAIR, 0, pair_of(around[1], around[2]));
  put(w, F_PAIR, 1, pair_of(around[2], around[3]));
  if (w->s->t->v[i].kind != TOKEN_SPACELESS) return;
  /* One character is not a word: longer conjunctions take the part of words. */
  put(w, F_PAIR, -1, pair_of(around[0], around[1]));
  put(w, F_PAIR, 2, pair_of(around[3], around[4]));
  put(w, F_TRIPLE, 0, pair_of(pair_of(around[1], around[2]), around[3]));
  put(w, F_TRIPLE, -1, pair_of(pair_of(around[0], around[1]), around[2]));
  put(w, F_TRIPLE, 1, pair_of(pair_of(around[2], around[3]), around[4]));
}

static void put_affixes(key_writer *w, str s) {
  uint32_t first = 0;
  const char *p = s.p, *end = s.p + s.n;
  for (int len = 1; len <= AFFIX_MAX && p < end; len++) {
    first = utf8_next(&p);
    put(w, F_PREFIX, len, hash64(s.p, (size_t)(p - s.p), first));
  }
  const char *q = end;
  for (int len = 1; len <= AFFIX_MAX && q > s.p; len++) {
    do q--;
    while (q > s.p && ((unsigned char)*q & 0xC0) == 0x80);
    put(w, F_SUFFIX, len, hash64(q, (size_t)(end - q), 0));
  }
}

static void put_clusters(key_writer *w, size_t i) {
  size_t n = w->s->t->n;
  for (int d = -WINDOW; d <= WINDOW; d++) {
    size_t at = i + (size_t)(d + WINDOW);
    if (at < WINDOW || at - WINDOW >= n) continue;
    const uint16_t *c = w->clusters[at - WINDOW];
    for (int k = 0; k < CLUSTER_SIZES; k++)
      if (c[k] != CLUSTER_UNKNOWN) put(w, F_CLUSTER, d * CLUSTER_SIZES + k, c[k]);
  }
}

/* What stands here means one thing in one intent and another in the next. */
static void put_with_intent(key_writer *w, size_t i) {
  uint64_t intent = w->s->intent;
  for (int d = -1; d <= 1; d++) put(w, F_INTENT_WORD, d, pair_of(intent, word_at(w, i, d)));
  uint16_t cluster = w->clusters[i][CLUSTER_SIZES / 2];
  if (cluster != CLUSTER_UNKNOWN) put(w, F_INTENT_CLUSTER, 0, pair_of(intent, cluster));
}

static void put_token(key_writer *w, size_t i) {
  const token *t = &w->s->t->v[i];
  size_t n = w->s->t->n;
  put_words(w, i);
  if (i) put(w, F_SHAPE, -1, w->shapes[i - 1]);
  put(w, F_SHAPE, 0, w->shapes[i]);
  if (i + 1 < n) put(w, F_SHAPE, 1, w->shapes[i + 1]);
  if (t->kind == TOKEN_NUMBER || is_number_word(t->norm)) put(w, F_NUMBER, 0, 1);
  put_affixes(w, t->norm);
  put(w, F_FROM_START, 0, MIN_OF(i, 3));
  put(w, F_TO_END, 0, MIN_OF(n - 1 - i, 2));
  put_clusters(w, i);
  put_with_intent(w, i);
}

/* Flags "a known value of this entity begins at / goes through the token" as bits 2e and 2e + 1,
 * for every token, sorted and distinct. */
typedef struct hit_flags {
  uint32_t *flags;
  size_t *end; /* [n] */
} hit_flags;

static void add_flag(uint32_t *flags, size_t *n, uint32_t flag) {
  for (size_t i = 0; i < *n; i++)
    if (flags[i] == flag) return;
  flags[(*n)++] = flag;
}

static hit_flags collect_flags(const tagger_sentence *s, arena *a) {
  size_t n = s->t->n, most = 0;
  for (size_t h = 0; h < s->hit_count; h++) most += s->hits[h].token_count;
  hit_flags out = {.flags = arena_alloc(a, (most + 1) * sizeof *out.flags), .end = ARENA_ARRAY(a, size_t, n)};
  if (!most) return out;
  size_t used = 0;
  for (size_t i = 0; i < n; i++) {
    size_t count = 0;
    for (size_t h = 0; h < s->hit_count && s->hits[h].first_token <= i; h++) {
      const gazetteer_hit *g = &s->hits[h];
      if (i - g->first_token < g->token_count) add_flag(out.flags + used, &count, 2 * g->entity + (i > g->first_token));
    }
    out.end[i] = used += count;
  }
  return out;
}

static void put_gazetteer(key_writer *w, const hit_flags *h, size_t i) {
  size_t n = w->s->t->n;
  for (int d = -1; d <= 1; d++) {
    size_t at = i + (size_t)(d + 1);
    if (at < 1 || at - 1 >= n) continue;
    size_t first = at >= 2 ? h->end[at - 2] : 0;
    for (size_t f = first; f < h->end[at - 1]; f++) {
      put(w, F_GAZETTEER, d, h->flags[f]);
      if (d == 0) put(w, F_INTENT_GAZETTEER, 0, pair_of(w->s->intent, h->flags[f]));
    }
  }
}

static void put_shared(key_writer *w, arena *a) {
  put(w, F_BIAS, 0, 0);
  put(w, F_INTENT, 0, w->s->intent);
  size_t n = w->s->t->n, size = 16;
  while (size < 2 * n) size *= 2;
  uint64_t *seen = ARENA_ARRAY(a, uint64_t, size);
  for (size_t i = 0; i < n; i++) {
    uint64_t word = w->words[i] | 1;
    size_t at = (word >> 32) & (size - 1);
    while (seen[at] && seen[at] != word) at = (at + 1) & (size - 1);
    if (seen[at]) continue;
    seen[at] = word;
    put(w, F_BAG, 0, word);
  }
}

static const uint16_t *clusters_of(const word_clusters *c, uint64_t word) {
  static const uint16_t unknown[CLUSTER_SIZES] = {CLUSTER_UNKNOWN, CLUSTER_UNKNOWN, CLUSTER_UNKNOWN};
  uint32_t id = c->vocab.slot_count ? vocab_find(&c->vocab, word) : VOCAB_NONE;
  return id < c->words ? c->ids[id] : unknown;
}

void tagger_keys_of(const tagger_sentence *s, arena *a, tagger_keys *out) {
  size_t n = s->t->n;
  uint64_t *words = arena_alloc(a, (n + 1) * sizeof *words);
  uint64_t *shapes = arena_alloc(a, (n + 1) * sizeof *shapes);
  uint16_t(*clusters)[CLUSTER_SIZES] = arena_alloc(a, (n + 1) * sizeof *clusters);
  for (size_t i = 0; i < n; i++) {
    words[i] = tagger_word_key(s->t->v[i].norm);
    shapes[i] = shape_of(&s->t->v[i], s->ignore_casing);
    memcpy(clusters[i], clusters_of(s->clusters, words[i]), sizeof clusters[i]);
  }
  hit_flags flags = collect_flags(s, a);
  size_t flag_count = n ? flags.end[n - 1] : 0;
  size_t *end = arena_alloc(a, (n + 1) * sizeof *end);
  key_writer w = {.s = s, .words = words, .shapes = shapes, .clusters = (const uint16_t(*)[CLUSTER_SIZES])clusters};
  w.keys = arena_alloc(a, (n * (KEYS_A_TOKEN + 1) + 4 * flag_count + 2) * sizeof *w.keys);
  for (size_t i = 0; i < n; i++) {
    put_token(&w, i);
    put_gazetteer(&w, &flags, i);
    end[i] = w.used;
  }
  put_shared(&w, a);
  end[n] = w.used;
  out->keys = w.keys;
  out->end = end;
}
