#include "model/luis_prebuilts.h"

#include "base/map.h"
#include "text/stopwords.h"

#include <stdlib.h>

/* tokens --stop words, punctuation--> runs --degree / frequency of their words--> the best third */

enum { LONGEST_RUN = 4, BEST_OF = 3 };

typedef struct run {
  uint32_t begin, end; /* tokens */
  double score;
} run;

typedef struct word_count {
  uint32_t frequency, degree; /* how often it stands in runs; the words of those runs */
} word_count;

/* What is glued to punctuation is part of an address or a number, not a word. */
static bool carries_meaning(const tokens *t, uint32_t i, const strmap *stops) {
  const token *w = &t->v[i];
  if (i && !w->space_before && t->v[i - 1].kind == TOKEN_PUNCT) return false;
  return (w->kind == TOKEN_WORD || w->kind == TOKEN_NUMBER) && !strmap_get(stops, w->bare);
}

static size_t find_runs(const tokens *t, const strmap *stops, run *runs) {
  size_t n = 0;
  for (uint32_t i = 0; i < t->n;) {
    uint32_t end = i;
    bool word = false;
    while (end < t->n && carries_meaning(t, end, stops)) word |= t->v[end++].kind == TOKEN_WORD;
    if (word && end - i <= LONGEST_RUN) runs[n++] = (run){.begin = i, .end = end};
    i = end + (end == i);
  }
  return n;
}

static void score_runs(const tokens *t, run *runs, size_t n, arena *a) {
  strmap ids;
  strmap_init(&ids);
  word_count *counts = ARENA_ARRAY(a, word_count, t->n + 1);
  for (size_t r = 0; r < n; r++)
    for (uint32_t i = runs[r].begin; i < runs[r].end; i++) {
      word_count *c = &counts[*strmap_put(&ids, t->v[i].bare, (uint32_t)ids.n, NULL)];
      c->frequency++;
      c->degree += runs[r].end - runs[r].begin;
    }
  for (size_t r = 0; r < n; r++)
    for (uint32_t i = runs[r].begin; i < runs[r].end; i++) {
      const word_count *c = &counts[*strmap_get(&ids, t->v[i].bare)];
      runs[r].score += (double)c->degree / (double)c->frequency;
    }
  strmap_fini(&ids);
}

static int by_score(const void *pa, const void *pb) {
  const run *a = pa, *b = pb;
  if (a->score != b->score) return a->score > b->score ? -1 : 1;
  return (a->begin > b->begin) - (a->begin < b->begin);
}

static int by_place(const void *pa, const void *pb) {
  const run *a = pa, *b = pb;
  return (a->begin > b->begin) - (a->begin < b->begin);
}

void key_phrases_find(const tokens *t, str spoken, arena *a, key_phrase **out, size_t *n) {
  size_t stop_count;
  const char *const *words = stopwords(spoken, &stop_count);
  strmap stops;
  strmap_init(&stops);
  for (size_t i = 0; i < stop_count; i++) strmap_put(&stops, str_of(words[i]), 0, NULL);
  run *runs = ARENA_ARRAY(a, run, t->n + 1);
  size_t found = stop_count ? find_runs(t, &stops, runs) : 0;
  strmap_fini(&stops);
  score_runs(t, runs, found, a);
  qsort(runs, found, sizeof *runs, by_score);
  *n = (found + BEST_OF - 1) / BEST_OF;
  qsort(runs, *n, sizeof *runs, by_place);
  *out = ARENA_ARRAY(a, key_phrase, *n + 1);
  for (size_t i = 0; i < *n; i++)
    (*out)[i] = (key_phrase){t->v[runs[i].begin].begin_bytes, t->v[runs[i].end - 1].end_bytes};
}
