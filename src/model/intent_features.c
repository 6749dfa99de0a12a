#include "model/intent_features.h"

#include "base/hash.h"
#include "text/utf8.h"

#include <math.h>

/* Keys of the blocks must differ; the numbers are part of the model file format. */
static const uint64_t block_word = 0x57a3c1f2b5d96e01ULL, block_pair = 0x1d8e4e27c47d124fULL,
                      block_char = 0x9ae16a3b2f90404fULL, sentence_edge = 0x8f14e45fceea167aULL,
                      block_extra = 0x3c79ac492ba7b653ULL;
enum { WORD_BEGIN = 0x110000, WORD_END = 0x110001 }; /* beyond Unicode */

/* Distinct keys so far: a list and a table of the same keys. */
typedef struct key_set {
  uint64_t *keys, *table;
  size_t n, mask;
} key_set;

static void key_set_init(key_set *s, size_t max_keys, arena *a) {
  size_t size = 64;
  while (size < 2 * max_keys) size *= 2;
  s->keys = arena_alloc(a, max_keys * sizeof *s->keys);
  s->table = ARENA_ARRAY(a, uint64_t, size);
  s->n = 0;
  s->mask = size - 1;
}

static void key_set_add(key_set *s, uint64_t key) {
  key |= key == 0; /* 0 marks an empty place */
  size_t at = (key >> 32) & s->mask;
  while (s->table[at]) {
    if (s->table[at] == key) return;
    at = (at + 1) & s->mask;
  }
  s->table[at] = key;
  s->keys[s->n++] = key;
}

/* Full stops and exclamation marks at the end say nothing about the intent, but training texts
 * mostly lack them. */
static size_t without_final_stops(const tokens *t) {
  size_t n = t->n;
  while (n && (str_eq(t->v[n - 1].norm, STR(".")) || str_eq(t->v[n - 1].norm, STR("!")) ||
               str_eq(t->v[n - 1].norm, STR("\u3002"))))
    n--;
  return n;
}

static void add_words(const tokens *t, size_t n, key_set *set) {
  uint64_t before = sentence_edge;
  for (size_t i = 0; i < n; i++) {
    const token *w = &t->v[i];
    uint64_t word = hash64(w->norm.p, w->norm.n, block_word);
    key_set_add(set, word);
    /* Accents may be missing in a query: the bare word is a feature of its own. */
    if (w->bare.p != w->norm.p) key_set_add(set, hash64(w->bare.p, w->bare.n, block_word));
    key_set_add(set, hash_mix64(before * 3 + word + block_pair));
    before = word;
  }
  if (n) key_set_add(set, hash_mix64(before * 3 + sentence_edge + block_pair));
}

/* The last four code points, and how many of the word there were. */
typedef struct gram_window {
  uint64_t c[4]; /* c[3] is the newest */
  size_t seen;
} gram_window;

static void add_grams(gram_window *w, uint64_t cp, key_set *set) {
  w->c[0] = w->c[1];
  w->c[1] = w->c[2];
  w->c[2] = w->c[3];
  w->c[3] = cp;
  w->seen++;
  uint64_t pair = w->c[2] << 21 | w->c[3];
  if (w->seen >= 2) key_set_add(set, hash_mix64(pair + block_char));
  if (w->seen >= 3) key_set_add(set, hash_mix64((w->c[1] << 42 | pair) + block_char));
  if (w->seen >= 4) key_set_add(set, hash_mix64((w->c[1] << 42 | pair) + block_char * (w->c[0] + 2)));
}

static bool joins_before(const tokens *t, size_t i) {
  return i && t->v[i].kind == TOKEN_SPACELESS && t->v[i - 1].kind == TOKEN_SPACELESS && !t->v[i].space_before;
}

/* Characters of scripts without spaces are tokens one by one; a run of them is read as one word. */
static void add_characters(const tokens *t, size_t n, key_set *set) {
  gram_window w = {.seen = 0};
  for (size_t i = 0; i < n; i++) {
    if (!joins_before(t, i)) {
      w.seen = 0;
      add_grams(&w, WORD_BEGIN, set);
    }
    str s = t->v[i].bare;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) add_grams(&w, utf8_next(&p), set);
    if (i + 1 == n || !joins_before(t, i + 1)) add_grams(&w, WORD_END, set);
  }
}

uint64_t intent_extra_key(uint32_t kind, uint32_t which) {
  return hash_mix64(((uint64_t)kind << 32 | which) + block_extra);
}

void intent_keys_of(const tokens *t, const intent_extras *x, arena *a, intent_keys *out) {
  size_t n = without_final_stops(t), max_keys = 1 + (x ? x->n : 0);
  for (size_t i = 0; i < n; i++) max_keys += 3 + 3 * (t->v[i].bare.n + 2);
  key_set set;
  key_set_init(&set, max_keys, a);
  add_words(t, n, &set);
  size_t of_text = set.n;
  for (size_t i = 0; x && i < x->n; i++) key_set_add(&set, x->keys[i]);
  out->words = set.n;
  out->extras = set.n - of_text;
  add_characters(t, n, &set);
  out->keys = set.keys;
  out->n = set.n;
}

float intent_weight(uint32_t n, uint32_t df) {
  return (float)sqrt(log((1.0 + n) / (1.0 + df)) + 1.0);
}

/* Ids and weights of the known keys of one block, appended to x, scaled to unit length. Sums of
 * squares of known and of all weights are added to seen and all; unknown keys from of_text on count nowhere. */
static void vectorize_block(const intent_space *s, const uint64_t *keys, size_t n, size_t of_text, uint32_t *ids,
                            float *values, size_t *count, double *seen, double *all) {
  size_t first = *count, at = first, unknown = 0;
  double known = 0;
  for (size_t i = 0; i < n; i++) {
    if (i + 8 < n) vocab_prefetch(&s->vocab, keys[i + 8]);
    uint32_t id = vocab_find(&s->vocab, keys[i]);
    float g = id < s->features - 1 ? s->weights[id] : 0.0f;
    if (g == 0.0f) {
      unknown += i < of_text;
      continue;
    }
    ids[at] = id;
    values[at++] = g;
    known += (double)g * (double)g;
  }
  double unseen = (double)s->unseen_weight * (double)s->unseen_weight * (double)unknown;
  if (known > 0) {
    float scale = (float)(1.0 / sqrt(known));
    for (size_t i = first; i < at; i++) values[i] *= scale;
  }
  *count = at;
  *seen += known;
  *all += known + unseen;
}

void intent_vectorize(const intent_space *s, const intent_keys *k, arena *a, intent_vector *out) {
  uint32_t *ids = arena_alloc(a, (k->n + 1) * sizeof *ids);
  float *values = arena_alloc(a, (k->n + 1) * sizeof *values);
  size_t words = 0, n;
  double seen = 0, all = 0;
  vectorize_block(s, k->keys, k->words, k->words - k->extras, ids, values, &words, &seen, &all);
  n = words;
  vectorize_block(s, k->keys + k->words, k->n - k->words, k->n - k->words, ids, values, &n, &seen, &all);
  if (words && n > words)
    for (size_t i = 0; i < n; i++) values[i] *= 0.70710678f; /* two unit vectors side by side */
  ids[n] = s->features - 1;
  values[n] = INTENT_BIAS_VALUE;
  out->x = (sparse_row){.ids = ids, .values = values, .n = n + 1};
  out->coverage = all > 0 ? (float)sqrt(seen / all) : 0.0f;
}
