#include "model/qna_index.h"

#include "base/hash.h"
#include "model/qna_terms.h"
#include "project/qna_json.h"

#include <math.h>
#include <stdlib.h>

/* BM25F: weights of the fields, saturation, length normalisation of answers. */
static const float field_questions = 2.0f, field_answer = 1.0f, saturation = 0.6f, answer_length = 0.6f;

/* Rows of one feature are contiguous: [start[f], start[f + 1]). */
typedef struct question_row {
  uint32_t question;
  float weight; /* of the feature in the question's unit vector */
} question_row;

typedef struct pair_row {
  uint32_t pair;
  float in_questions, in_answer; /* term frequencies, normalised */
} pair_row;

struct qna_index {
  arena memory;
  knowledge_base kb;
  qna_lexicon lexicon;
  strmap features; /* 8 bytes of key -> feature */
  uint32_t questions;
  const uint32_t *pair_of;               /* [questions] index of the pair */
  const uint64_t *whole;                 /* [questions] */
  float *centre;                         /* [pairs] length of the mean of the pair's question vectors */
  float *question_idf, *pair_idf;        /* [features] */
  uint32_t *question_start, *pair_start; /* [features + 1] */
  question_row *question_rows;
  pair_row *pair_rows;
};

const knowledge_base *qna_index_base(const qna_index *x) {
  return &x->kb;
}

/* ---- building --------------------------------------------------------------------------------------- */

typedef struct posting {
  uint32_t feature, where; /* question or pair */
  float a, b;              /* question_row.weight; pair_row.in_questions, in_answer */
} posting;
typedef VEC(posting) posting_vec;

typedef struct builder {
  qna_index *x;
  posting_vec questions, pairs;
  u32_vec question_df, pair_df; /* [features] */
  u32_vec newest;               /* [features] its last row in pairs */
  arena scratch;
} builder;

static uint32_t feature_of(builder *b, uint64_t key) {
  str k = str_make((const char *)&key, sizeof key);
  const uint32_t *known = strmap_get(&b->x->features, k);
  if (known) return *known;
  uint32_t id = (uint32_t)b->x->features.n;
  strmap_put(&b->x->features, arena_str(&b->x->memory, k), id, NULL);
  VEC_PUSH(&b->question_df, 0);
  VEC_PUSH(&b->pair_df, 0);
  VEC_PUSH(&b->newest, UINT32_MAX);
  return id;
}

static void add_question(builder *b, uint32_t question, const qna_terms *t) {
  for (size_t i = 0; i < t->n; i++) {
    uint32_t f = feature_of(b, t->v[i].key);
    b->question_df.p[f]++;
    VEC_PUSH(&b->questions, ((posting){.feature = f, .where = question, .a = t->v[i].weight}));
  }
}

/* The words of t are in a field of the pair. */
static void add_field(builder *b, uint32_t pair, const qna_terms *t, float in_questions, float in_answer) {
  for (size_t i = 0; i < t->words; i++) {
    uint32_t f = feature_of(b, t->v[i].key), *at = &b->newest.p[f];
    if (*at == UINT32_MAX || b->pairs.p[*at].where != pair) {
      *at = (uint32_t)b->pairs.n;
      b->pair_df.p[f]++;
      VEC_PUSH(&b->pairs, ((posting){.feature = f, .where = pair}));
    }
    posting *row = &b->pairs.p[*at];
    row->a = MAX_OF(row->a, in_questions);
    row->b = MAX_OF(row->b, in_answer);
  }
}

static float mean_answer_words(builder *b) {
  const knowledge_base *kb = &b->x->kb;
  double sum = 0;
  for (size_t i = 0; i < kb->pair_count; i++) {
    qna_terms t;
    arena_reset(&b->scratch);
    qna_terms_of(&b->x->lexicon, kb->pairs[i].answer, &b->scratch, &t);
    sum += (double)t.words;
  }
  return kb->pair_count ? (float)MAX_OF(1.0, sum / (double)kb->pair_count) : 1;
}

static void add_pairs(builder *b) {
  qna_index *x = b->x;
  float mean = mean_answer_words(b);
  size_t questions = 0;
  for (size_t i = 0; i < x->kb.pair_count; i++) questions += x->kb.pairs[i].question_count;
  uint32_t *pair_of = ARENA_ARRAY(&x->memory, uint32_t, questions);
  uint64_t *whole = ARENA_ARRAY(&x->memory, uint64_t, questions);
  for (uint32_t i = 0; i < x->kb.pair_count; i++) {
    const qna_pair *p = &x->kb.pairs[i];
    qna_terms t;
    for (size_t k = 0; k < p->question_count; k++) {
      arena_reset(&b->scratch);
      qna_terms_of(&x->lexicon, p->questions[k], &b->scratch, &t);
      pair_of[x->questions] = i;
      whole[x->questions] = t.whole;
      add_question(b, x->questions++, &t);
      add_field(b, i, &t, 1, 0);
    }
    arena_reset(&b->scratch);
    qna_terms_of(&x->lexicon, p->answer, &b->scratch, &t);
    add_field(b, i, &t, 0, 1 / (1 - answer_length + answer_length * (float)t.words / mean));
  }
  x->pair_of = pair_of;
  x->whole = whole;
}

static float rareness(size_t n, uint32_t df) {
  return logf((1 + (float)n) / (1 + (float)df)) + 1;
}

/* Turns lists of postings into rows by feature. */
static void sort_questions(builder *b) {
  qna_index *x = b->x;
  size_t n = x->features.n;
  x->question_start = ARENA_ARRAY(&x->memory, uint32_t, n + 2);
  x->question_rows = ARENA_ARRAY(&x->memory, question_row, b->questions.n);
  for (size_t i = 0; i < b->questions.n; i++) x->question_start[b->questions.p[i].feature + 2]++;
  for (size_t f = 2; f < n + 2; f++) x->question_start[f] += x->question_start[f - 1];
  for (size_t i = 0; i < b->questions.n; i++) {
    const posting *p = &b->questions.p[i];
    x->question_rows[x->question_start[p->feature + 1]++] = (question_row){p->where, p->a};
  }
}

static void sort_pairs(builder *b) {
  qna_index *x = b->x;
  size_t n = x->features.n;
  x->pair_start = ARENA_ARRAY(&x->memory, uint32_t, n + 2);
  x->pair_rows = ARENA_ARRAY(&x->memory, pair_row, b->pairs.n);
  for (size_t i = 0; i < b->pairs.n; i++) x->pair_start[b->pairs.p[i].feature + 2]++;
  for (size_t f = 2; f < n + 2; f++) x->pair_start[f] += x->pair_start[f - 1];
  for (size_t i = 0; i < b->pairs.n; i++) {
    const posting *p = &b->pairs.p[i];
    x->pair_rows[x->pair_start[p->feature + 1]++] = (pair_row){p->where, p->a, p->b};
  }
}

/* Postings of one question are contiguous and in the order of qna_terms: words and pairs, then grams. Each of the two
 * blocks becomes a vector of length sqrt(1/2), so that the whole is a unit vector. */
static void scale(float *weights, size_t words, size_t n) {
  double block[2] = {0, 0};
  for (size_t i = 0; i < n; i++) block[i >= words] += (double)weights[i] * weights[i];
  bool both = block[0] > 0 && block[1] > 0;
  for (size_t i = 0; i < n; i++) weights[i] /= (float)sqrt(block[i >= words] * (both ? 2 : 1));
}

static void weigh(builder *b) {
  qna_index *x = b->x;
  size_t n = x->features.n;
  x->question_idf = ARENA_ARRAY(&x->memory, float, n);
  x->pair_idf = ARENA_ARRAY(&x->memory, float, n);
  for (size_t f = 0; f < n; f++) {
    x->question_idf[f] = rareness(x->questions, b->question_df.p[f]);
    x->pair_idf[f] = rareness(x->kb.pair_count, b->pair_df.p[f]);
  }
  for (size_t i = 0, at = 0; i < x->kb.pair_count; i++)
    for (size_t k = 0; k < x->kb.pairs[i].question_count; k++) {
      qna_terms t;
      arena_reset(&b->scratch);
      qna_terms_of(&x->lexicon, x->kb.pairs[i].questions[k], &b->scratch, &t);
      float *w = ARENA_ARRAY(&b->scratch, float, t.n);
      for (size_t j = 0; j < t.n; j++) w[j] = t.v[j].weight * x->question_idf[b->questions.p[at + j].feature];
      scale(w, t.pairs, t.n);
      for (size_t j = 0; j < t.n; j++) b->questions.p[at + j].a = w[j];
      at += t.n;
    }
}

/* |mean of unit vectors| by the sum of their products, feature by feature. */
static void measure_centres(builder *b) {
  qna_index *x = b->x;
  double *sum = mem_zalloc(x->features.n + 1, sizeof *sum);
  x->centre = ARENA_ARRAY(&x->memory, float, x->kb.pair_count);
  size_t at = 0;
  for (uint32_t i = 0; i < x->kb.pair_count; i++) {
    double square = 0;
    size_t first = at;
    for (; at < b->questions.n && x->pair_of[b->questions.p[at].where] == i; at++)
      sum[b->questions.p[at].feature] += b->questions.p[at].a;
    for (size_t k = first; k < at; k++) {
      double *s = &sum[b->questions.p[k].feature];
      square += *s * *s;
      *s = 0;
    }
    x->centre[i] = (float)MAX_OF(sqrt(square) / (double)x->kb.pairs[i].question_count, 1e-6);
  }
  free(sum);
}

err_code qna_index_open(str document, qna_index **out, err *e) {
  jdoc *doc;
  err_code rc = jn_parse(document, &doc, e);
  if (rc != ERR_OK) return rc;
  qna_index *x = mem_zalloc(1, sizeof *x);
  arena_init(&x->memory, 0);
  jnode root = jn_root(doc);
  rc = qna_read(&root, &x->memory, &x->kb, e);
  jn_free(doc);
  if (rc != ERR_OK) {
    arena_fini(&x->memory);
    free(x);
    return rc;
  }
  qna_lexicon_init(&x->lexicon, &x->kb);
  strmap_init(&x->features);
  builder b = {.x = x};
  arena_init(&b.scratch, 0);
  add_pairs(&b);
  weigh(&b);
  measure_centres(&b);
  sort_questions(&b);
  sort_pairs(&b);
  arena_fini(&b.scratch);
  VEC_FREE(&b.questions);
  VEC_FREE(&b.pairs);
  VEC_FREE(&b.question_df);
  VEC_FREE(&b.pair_df);
  VEC_FREE(&b.newest);
  *out = x;
  return ERR_OK;
}

void qna_index_close(qna_index *x) {
  if (!x) return;
  qna_lexicon_fini(&x->lexicon);
  strmap_fini(&x->features);
  arena_fini(&x->memory);
  free(x);
}

/* ---- filters ------------------------------------------------------------------------------------------- */

static bool has_tag(const qna_pair *p, const qna_tag *t) {
  for (size_t i = 0; i < p->tag_count; i++)
    if (str_eq(p->tags[i].key, t->key) && str_eq(p->tags[i].value, t->value)) return true;
  return false;
}

static bool tags_admit(const qna_filter *f, const qna_pair *p) {
  size_t met = 0;
  for (size_t i = 0; i < f->tag_count; i++) met += has_tag(p, &f->tags[i]);
  return f->any_tag ? met > 0 : met == f->tag_count;
}

static bool sources_admit(const qna_filter *f, const qna_pair *p) {
  for (size_t i = 0; i < f->source_count; i++)
    if (str_eq(f->sources[i], p->source)) return true;
  return false;
}

static bool admits(const qna_filter *f, const qna_pair *p) {
  if (!f->tag_count && !f->source_count) return true;
  if (!f->tag_count) return sources_admit(f, p);
  if (!f->source_count) return tags_admit(f, p);
  return f->any_part ? tags_admit(f, p) || sources_admit(f, p) : tags_admit(f, p) && sources_admit(f, p);
}

/* ---- search ---------------------------------------------------------------------------------------------- */

static bool leads_to(const qna_pair *p, int32_t id) {
  for (size_t i = 0; i < p->prompt_count; i++)
    if (p->prompts[i].qna_id == id) return true;
  return false;
}

static void boost_prompts(const knowledge_base *kb, const qna_pair *p, float by, float *boost) {
  for (size_t i = 0; i < p->prompt_count; i++) {
    const qna_pair *next = qna_find_pair(kb, p->prompts[i].qna_id);
    if (next) boost[next - kb->pairs] = MAX_OF(boost[next - kb->pairs], by);
  }
}

/* [pair_count] A nudge for pairs near the one answered before: its follow-ups, those beside it, those after. */
static const float *context_boosts(const knowledge_base *kb, const qna_query *q, arena *a) {
  float *boost = ARENA_ARRAY(a, float, kb->pair_count);
  const qna_pair *previous = q->has_context ? qna_find_pair(kb, q->previous_id) : NULL;
  if (!previous) return boost;
  boost_prompts(kb, previous, 0.8f, boost);
  for (size_t i = 0; i < kb->pair_count; i++)
    if (leads_to(&kb->pairs[i], previous->id)) boost_prompts(kb, &kb->pairs[i], 0.5f, boost);
  for (size_t i = 0; i < previous->prompt_count; i++) {
    const qna_pair *next = qna_find_pair(kb, previous->prompts[i].qna_id);
    if (next) boost_prompts(kb, next, 0.3f, boost);
  }
  return boost;
}

static const uint32_t *find_feature(const qna_index *x, uint64_t key) {
  return strmap_get(&x->features, str_make((const char *)&key, sizeof key));
}

/* cosine[question] += the shared terms. */
static void match_questions(const qna_index *x, const qna_terms *t, arena *a, float *cosine) {
  float *w = ARENA_ARRAY(a, float, t->n);
  const uint32_t **ids = ARENA_ARRAY(a, const uint32_t *, t->n);
  for (size_t i = 0; i < t->n; i++) {
    ids[i] = find_feature(x, t->v[i].key);
    w[i] = t->v[i].weight * (ids[i] ? x->question_idf[*ids[i]] : rareness(x->questions, 0));
  }
  scale(w, t->pairs, t->n);
  for (size_t i = 0; i < t->n; i++)
    if (ids[i])
      for (uint32_t r = x->question_start[*ids[i]]; r < x->question_start[*ids[i] + 1]; r++)
        cosine[x->question_rows[r].question] += w[i] * x->question_rows[r].weight;
}

/* bm25[pair] = share of the greatest possible sum. */
static void match_pairs(const qna_index *x, const qna_terms *t, bool questions_only, float *bm25) {
  float most = 0, answer = questions_only ? 0 : field_answer;
  for (size_t i = 0; i < t->words; i++) {
    const uint32_t *id = find_feature(x, t->v[i].key);
    float w = t->v[i].weight * (id ? x->pair_idf[*id] : rareness(x->kb.pair_count, 0));
    most += w;
    if (!id) continue;
    for (uint32_t r = x->pair_start[*id]; r < x->pair_start[*id + 1]; r++) {
      const pair_row *row = &x->pair_rows[r];
      float tf = field_questions * row->in_questions + answer * row->in_answer;
      bm25[row->pair] += w * tf / (saturation + tf);
    }
  }
  for (size_t p = 0; most > 0 && p < x->kb.pair_count; p++) bm25[p] /= most;
}

/* How alike question and pair are, before it is known what else is. */
static float closeness(const qna_evidence *v) {
  return 0.1f * v->nearest + 0.45f * v->centre + 0.45f * v->bm25;
}

/* Who leads, and by how much. */
static void set_leads(qna_evidence *v, size_t n) {
  float best = 0, second = 0;
  for (size_t i = 0; i < n; i++) {
    v[i].closeness = closeness(&v[i]);
    second = MAX_OF(second, MIN_OF(best, v[i].closeness));
    best = MAX_OF(best, v[i].closeness);
  }
  for (size_t i = 0; i < n; i++) v[i].lead = v[i].closeness - (v[i].closeness == best ? second : best);
}

/* Fitted by bench/qna.c. */
static double confidence(const qna_evidence *v, double boost) {
  if (v->exact) return 1;
  double z = -1.7 + 2.9 * v->closeness + 14.8 * v->lead + boost;
  return MIN_OF(1 / (1 + exp(-z)), 0.99);
}

void qna_evidence_of(const qna_index *x, const qna_query *q, arena *a, qna_evidence **out, size_t *n) {
  qna_terms t;
  qna_terms_of(&x->lexicon, q->question, a, &t);
  float *cosine = ARENA_ARRAY(a, float, x->questions), *bm25 = ARENA_ARRAY(a, float, x->kb.pair_count);
  match_questions(x, &t, a, cosine);
  match_pairs(x, &t, q->questions_only, bm25);

  qna_evidence *v = ARENA_ARRAY(a, qna_evidence, x->kb.pair_count);
  size_t found = 0, question = 0;
  for (size_t i = 0; i < x->kb.pair_count; i++) {
    qna_evidence s = {.pair = &x->kb.pairs[i], .bm25 = bm25[i]};
    for (size_t k = 0; k < s.pair->question_count; k++, question++) {
      s.nearest = MAX_OF(s.nearest, cosine[question]);
      s.centre += cosine[question] / (float)s.pair->question_count / x->centre[i];
      s.exact |= t.words && x->whole[question] == t.whole;
    }
    bool may = (q->has_context || !s.pair->context_only) && admits(&q->filter, s.pair);
    if (may && (s.nearest > 0 || s.bm25 > 0)) v[found++] = s;
  }
  set_leads(v, found);
  const float *boost = context_boosts(&x->kb, q, a);
  for (size_t i = 0; i < found; i++) v[i].score = confidence(&v[i], boost[v[i].pair - x->kb.pairs]);
  *out = v;
  *n = found;
}

static int by_score(const void *a, const void *b) {
  const qna_answer *x = a, *y = b;
  if (x->score != y->score) return x->score < y->score ? 1 : -1;
  return (x->pair->id > y->pair->id) - (x->pair->id < y->pair->id);
}

void qna_search(const qna_index *x, const qna_query *q, arena *a, qna_answer **out, size_t *n) {
  qna_evidence *v;
  size_t found, kept = 0;
  qna_evidence_of(x, q, a, &v, &found);
  qna_answer *answers = ARENA_ARRAY(a, qna_answer, found);
  for (size_t i = 0; i < found; i++)
    if (v[i].score >= q->threshold) answers[kept++] = (qna_answer){v[i].pair, v[i].score};
  qsort(answers, kept, sizeof *answers, by_score);
  *out = answers;
  *n = MIN_OF(kept, q->top);
}
