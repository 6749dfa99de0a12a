#include "model/qna_span.h"

#include "base/vec.h"
#include "model/qna_terms.h"

#include <math.h>
#include <stdlib.h>

typedef struct sentence {
  size_t text;
  uint32_t begin, end;
  double score;
} sentence;
typedef VEC(sentence) sentence_vec;

/* Bytes of a mark that ends a sentence at p, 0 when there is none. A Latin mark ends one only before a blank. */
static size_t mark_at(str s, size_t i) {
  static const str wide[] = {STR("\u3002"), STR("\uff01"), STR("\uff1f")};
  char c = s.p[i];
  if (c == '\n') return 1;
  if (c == '.' || c == '!' || c == '?') return i + 1 == s.n || s.p[i + 1] == ' ' || s.p[i + 1] == '\n' ? 1 : 0;
  for (size_t k = 0; k < ARRAY_LEN(wide); k++)
    if (str_starts(str_skip(s, i), wide[k])) return wide[k].n;
  return 0;
}

static void add_sentence(size_t text, str s, size_t begin, size_t end, sentence_vec *out) {
  str trimmed = str_trim(str_make(s.p + begin, end - begin));
  if (!trimmed.n) return;
  size_t at = (size_t)(trimmed.p - s.p);
  VEC_PUSH(out, ((sentence){.text = text, .begin = (uint32_t)at, .end = (uint32_t)(at + trimmed.n)}));
}

static void split(size_t text, str s, sentence_vec *out) {
  size_t begin = 0;
  for (size_t i = 0; i < s.n;) {
    size_t mark = mark_at(s, i);
    i += MAX_OF(mark, (size_t)1);
    if (!mark) continue;
    add_sentence(text, s, begin, i, out);
    begin = i;
  }
  add_sentence(text, s, begin, s.n, out);
}

/* has[i * n + k]: sentence i has the k-th word term of the question. */
static void find_words(const qna_lexicon *x, const qna_terms *q, const str *texts, const sentence_vec *v, bool *has) {
  arena scratch;
  arena_init(&scratch, 0);
  for (size_t i = 0; i < v->n; i++) {
    qna_terms t;
    arena_reset(&scratch);
    const sentence *s = &v->p[i];
    qna_terms_of(x, str_make(texts[s->text].p + s->begin, s->end - s->begin), &scratch, &t);
    for (size_t k = 0; k < q->words; k++)
      for (size_t j = 0; j < t.words; j++) has[i * q->words + k] |= t.v[j].key == q->v[k].key;
  }
  arena_fini(&scratch);
}

static void score_sentences(str question, const str *texts, str language, arena *a, sentence_vec *v) {
  qna_lexicon x;
  qna_terms q;
  qna_lexicon_init_language(&x, language);
  qna_terms_of(&x, question, a, &q);
  bool *has = ARENA_ARRAY(a, bool, v->n *q.words + 1);
  find_words(&x, &q, texts, v, has);
  qna_lexicon_fini(&x);
  double most = 0;
  for (size_t k = 0; k < q.words; k++) {
    size_t df = 0;
    for (size_t i = 0; i < v->n; i++) df += has[i * q.words + k];
    double w = q.v[k].weight * (log((1 + (double)v->n) / (1 + (double)df)) + 1);
    most += w;
    for (size_t i = 0; i < v->n; i++)
      if (has[i * q.words + k]) v->p[i].score += w;
  }
  for (size_t i = 0; most > 0 && i < v->n; i++) v->p[i].score /= most;
}

bool qna_span_find(str question, str answer, str language, arena *a, qna_span *out) {
  sentence_vec v = {0};
  split(0, answer, &v);
  score_sentences(question, &answer, language, a, &v);
  const sentence *best = NULL;
  for (size_t i = 0; i < v.n; i++)
    if (v.p[i].score > (best ? best->score : 0)) best = &v.p[i];
  bool found = best != NULL;
  if (found) *out = (qna_span){best->begin, best->end, best->score};
  VEC_FREE(&v);
  return found;
}

static int by_score(const void *a, const void *b) {
  const qna_passage *x = a, *y = b;
  if (x->answer.score != y->answer.score) return x->answer.score < y->answer.score ? 1 : -1;
  if (x->text != y->text) return x->text < y->text ? -1 : 1;
  return (x->answer.begin_bytes > y->answer.begin_bytes) - (x->answer.begin_bytes < y->answer.begin_bytes);
}

void qna_passages(str question, const str *texts, size_t text_count, str language, size_t each, arena *a,
                  qna_passage **out, size_t *n) {
  sentence_vec v = {0};
  for (size_t i = 0; i < text_count; i++) split(i, texts[i], &v);
  score_sentences(question, texts, language, a, &v);
  qna_passage *all = ARENA_ARRAY(a, qna_passage, v.n);
  size_t found = 0, kept = 0;
  for (size_t i = 0; i < v.n; i++) {
    const sentence *s = &v.p[i];
    if (s->score <= 0) continue;
    bool next = i + 1 < v.n && v.p[i + 1].text == s->text;
    all[found++] = (qna_passage){.text = s->text,
                                 .passage = {s->begin, next ? v.p[i + 1].end : s->end, s->score},
                                 .answer = {s->begin, s->end, s->score}};
  }
  VEC_FREE(&v);
  qsort(all, found, sizeof *all, by_score);
  size_t *taken = ARENA_ARRAY(a, size_t, text_count);
  for (size_t i = 0; i < found; i++)
    if (taken[all[i].text]++ < each) all[kept++] = all[i];
  *out = all;
  *n = kept;
}
