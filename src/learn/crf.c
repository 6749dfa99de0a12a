/* DESIGN. A batch of 8 sequences lives in one block of token rows. For it:
 *
 *   1. U, E = exp(U - max)      unary scores of every token
 *   2. forward-backward         a_t = (a_{t-1} M) E_t / c_t,  b_{t-1} = M (E_t b_t / c_t),  M = exp(A)
 *                               (Rabiner 1989, scaled so that a_t sums to 1; then a_t b_t is the posterior)
 *   3. residuals                R_t = posterior - onehot(y_t): the gradient of every feature of t
 *   4. transitions              sum_t a_{t-1}[i] M[i][j] (E_t b_t / c_t)[j] - gold counts: a matrix product
 *   5. features                 tokens are grouped by feature, so that each weight row is read and
 *                               written once a batch: sum of residuals, L2 share, AdaGrad step */
#include "learn/crf.h"

#include "base/rng.h"
#include "learn/matvec.h"
#include "learn/quant.h"
#include "learn/rows.h"

#include <stdlib.h>

enum { BATCH = 8 };
static const float ADAGRAD_EPS = 1e-8f; /* added to squared gradients */

typedef struct occurrence_list {
  uint32_t *stamp;    /* [F] batch that touched the feature last */
  uint32_t *slot;     /* [F] its index in distinct, valid under the stamp */
  uint32_t *distinct; /* features of the batch */
  uint32_t *start;    /* [distinct + 1] into tokens */
  uint32_t *tokens;   /* token rows, grouped by feature */
  size_t n;           /* distinct features */
} occurrence_list;

typedef struct crf_work {
  crf_model *m;
  const crf_data *d;
  const crf_options *o;
  float *g2_w, *g2_a;    /* AdaGrad accumulators, shaped as w and transitions */
  float *exp_a, *exp_at; /* M and its transpose [L][stride] */
  float *grad_a;         /* [L][stride] */
  float *e, *alpha, *eb; /* [token rows][stride]: E, a, E b / c */
  float *beta;           /* [stride] */
  float *residual;       /* [token rows][stride] */
  float *column;         /* [token rows] one column of alpha */
  uint32_t *count;       /* [F] occurrences in the data */
  u32_vec kept;          /* features of the batch after dropout */
  size_t *kept_end;      /* [token rows] into kept */
  occurrence_list occ;
  rng r;
  uint32_t batch;     /* running number, stamps occ */
  size_t batch_count; /* batches an epoch */
} crf_work;

void crf_data_free(crf_data *d) {
  VEC_FREE(&d->sequence_end);
  VEC_FREE(&d->token_end);
  VEC_FREE(&d->features);
  VEC_FREE(&d->labels);
  d->feature_count = 0;
}

crf_options crf_recipe(bool advanced, uint64_t seed) {
  return (crf_options){
      .epochs = advanced ? 20 : 12, .rate = 0.05, .l2 = 0.03, .feature_dropout = advanced ? 0.2 : 0.1, .seed = seed};
}

static inline size_t sequence_begin(const crf_data *d, size_t s) {
  return s ? d->sequence_end.p[s - 1] : 0;
}
static inline size_t token_begin(const crf_data *d, size_t t) {
  return t ? d->token_end.p[t - 1] : 0;
}

learn_kernel void crf_unary(const crf_model *m, const uint32_t *features, size_t n, float *u) {
  rows_sum(m->w, m->stride, m->features, features, NULL, n, u);
}

learn_kernel static void exp_transitions(crf_work *w) {
  size_t stride = w->m->stride, labels = w->m->labels;
  const v16 *a = (const v16 *)w->m->transitions;
  v16 *m = (v16 *)w->exp_a;
  for (size_t b = 0; b < labels * stride / LANES; b++) m[b] = v16_exp(a[b]);
  for (size_t i = 0; i < labels; i++) {
    for (size_t j = 0; j < labels; j++) w->exp_at[j * stride + i] = w->exp_a[i * stride + j];
  }
}

/* Token rows [first, first + n) hold one sequence whose unary scores are in e (steps 1 to 3). */
learn_kernel static void forward_backward(crf_work *w, size_t first, size_t n) {
  size_t stride = w->m->stride, labels = w->m->labels, blocks = stride / LANES;
  for (size_t t = first; t < first + n; t++) {
    float *e = w->e + t * stride, *alpha = w->alpha + t * stride, *scale = &w->column[t];
    float sum = exp_blocks(e, labels, blocks, e);
    v16 *ev = (v16 *)e, *av = (v16 *)alpha, s = {0};
    if (t == first) {
      memcpy(alpha, e, stride * sizeof *e);
    } else {
      matvec(alpha - stride, labels, w->exp_a, stride, blocks, alpha);
      for (size_t b = 0; b < blocks; b++) s += (av[b] *= ev[b]);
      sum = v16_sum(s);
    }
    *scale = 1.0f / sum;
    for (size_t b = 0; b < blocks; b++) av[b] *= *scale;
  }
  v16 *bv = (v16 *)w->beta;
  for (size_t b = 0; b < blocks; b++) bv[b] = v16_set(1.0f);
  for (size_t t = first + n; t-- > first;) {
    v16 *ev = (v16 *)(w->e + t * stride), *av = (v16 *)(w->alpha + t * stride);
    v16 *eb = (v16 *)(w->eb + t * stride), *rv = (v16 *)(w->residual + t * stride);
    for (size_t b = 0; b < blocks; b++) {
      rv[b] = av[b] * bv[b];
      eb[b] = ev[b] * bv[b] * w->column[t];
    }
    if (t > first) matvec(w->eb + t * stride, labels, w->exp_at, stride, blocks, w->beta);
  }
}

/* Gradient of the transitions over the batch's sequences, whose rows end at ends[]. */
learn_kernel static void transition_gradient(crf_work *w, const size_t *ends, size_t n_sequences, const uint32_t *y) {
  size_t stride = w->m->stride, labels = w->m->labels, blocks = stride / LANES, rows = ends[n_sequences - 1];
  for (size_t i = 0; i < labels; i++) {
    for (size_t t = 1; t < rows; t++) w->column[t] = w->alpha[(t - 1) * stride + i];
    w->column[0] = 0;
    for (size_t s = 0; s + 1 < n_sequences; s++) w->column[ends[s]] = 0; /* no transition into a first token */
    float *g = w->grad_a + i * stride;
    matvec(w->column, rows, w->eb, stride, blocks, g);
    const v16 *m = (const v16 *)(w->exp_a + i * stride);
    for (size_t b = 0; b < blocks; b++) ((v16 *)g)[b] *= m[b];
  }
  for (size_t s = 0, t = 0; s < n_sequences; s++) {
    for (t++; t < ends[s]; t++) w->grad_a[y[t - 1] * stride + y[t]] -= 1.0f;
  }
}

learn_inline void adagrad_step(v16 *w, v16 *acc, v16 g, float rate) {
  *acc += g * g;
  *w -= g * v16_rsqrt(*acc + ADAGRAD_EPS) * rate;
}

learn_kernel static void transition_update(crf_work *w, float l2, float rate) {
  size_t n = (size_t)w->m->labels * w->m->stride / LANES;
  v16 *a = (v16 *)w->m->transitions, *acc = (v16 *)w->g2_a;
  const v16 *g = (const v16 *)w->grad_a;
  for (size_t b = 0; b < n; b++) adagrad_step(&a[b], &acc[b], g[b] + a[b] * l2, rate);
}

/* One feature: its residuals summed over token rows, its share of L2, one step. */
learn_kernel static void feature_update(crf_work *w, uint32_t f, const uint32_t *rows, size_t n, float scale,
                                        float rate) {
  size_t stride = w->m->stride, blocks = stride / LANES;
  float l2 = (float)(w->o->l2 * (double)n / (double)w->count[f]);
  v16 *wv = (v16 *)(w->m->w + f * stride), *acc = (v16 *)(w->g2_w + f * stride);
  for (size_t b = 0; b < blocks; b++) {
    v16 g = {0};
    for (size_t i = 0; i < n; i++) g += ((const v16 *)(w->residual + rows[i] * stride))[b];
    adagrad_step(&wv[b], &acc[b], g * scale + wv[b] * l2, rate);
  }
}

/* Step 5's grouping: a counting sort of (feature, token row) by feature, in order of first sight. */
static void group_occurrences(crf_work *w, size_t rows) {
  occurrence_list *o = &w->occ;
  o->n = 0;
  for (size_t i = 0; i < w->kept.n; i++) {
    uint32_t f = w->kept.p[i];
    if (o->stamp[f] != w->batch) {
      o->stamp[f] = w->batch;
      o->slot[f] = (uint32_t)o->n;
      o->distinct[o->n] = f;
      o->start[++o->n] = 0;
    }
    o->start[o->slot[f] + 1]++;
  }
  o->start[0] = 0;
  for (size_t i = 0; i < o->n; i++) o->start[i + 1] += o->start[i];
  for (size_t t = 0, i = 0; t < rows; t++) {
    for (; i < w->kept_end[t]; i++) o->tokens[o->start[o->slot[w->kept.p[i]]]++] = (uint32_t)t;
  }
  for (size_t i = o->n; i > 0; i--) o->start[i] = o->start[i - 1]; /* filling moved every start to its end */
  o->start[0] = 0;
}

static void load_token(crf_work *w, size_t token, size_t row, float scale) {
  const crf_data *d = w->d;
  size_t begin = w->kept.n, stride = w->m->stride;
  for (size_t i = token_begin(d, token); i < d->token_end.p[token]; i++) {
    if (w->o->feature_dropout > 0 && rng_unit(&w->r) < w->o->feature_dropout) continue;
    VEC_PUSH(&w->kept, d->features.p[i]);
  }
  w->kept_end[row] = w->kept.n;
  float *u = w->e + row * stride;
  crf_unary(w->m, w->kept.p + begin, w->kept.n - begin, u);
  if (w->o->feature_dropout > 0) {
    for (size_t i = 0; i < stride; i++) u[i] *= scale;
  }
}

/* Residuals and transition gradient of sequences order[0..n): steps 1 to 4. y: working memory. */
static size_t batch_gradient(crf_work *w, const uint32_t *order, size_t n, float scale, uint32_t *y) {
  const crf_data *d = w->d;
  size_t ends[BATCH], rows = 0;
  w->kept.n = 0;
  exp_transitions(w);
  for (size_t s = 0; s < n; s++) {
    size_t first = rows;
    for (size_t t = sequence_begin(d, order[s]); t < d->sequence_end.p[order[s]]; t++) {
      load_token(w, t, rows, scale);
      y[rows++] = d->labels.p[t];
    }
    forward_backward(w, first, rows - first);
    ends[s] = rows;
  }
  for (size_t t = 0; t < rows; t++) w->residual[t * w->m->stride + y[t]] -= 1.0f;
  if (rows) transition_gradient(w, ends, n, y);
  return rows;
}

static void batch_step(crf_work *w, const uint32_t *order, size_t n, uint32_t *y) {
  float scale = (float)(1.0 / (1.0 - w->o->feature_dropout)), rate = (float)w->o->rate;
  size_t rows = batch_gradient(w, order, n, scale, y);
  if (!rows) return;
  w->batch++;
  transition_update(w, (float)(w->o->l2 / (double)w->batch_count), rate);
  group_occurrences(w, rows);
  for (size_t i = 0; i < w->occ.n; i++) {
    uint32_t begin = w->occ.start[i];
    feature_update(w, w->occ.distinct[i], w->occ.tokens + begin, w->occ.start[i + 1] - begin, scale, rate);
  }
}

static err_code crf_epochs(crf_work *w, uint32_t *order, size_t n, uint32_t *y) {
  err_code code = ERR_OK;
  for (int e = 0; e < w->o->epochs && !code; e++) {
    rng_shuffle(&w->r, order, n);
    for (size_t s = 0; s < n && !code; s += BATCH) {
      batch_step(w, order + s, MIN_OF((size_t)BATCH, n - s), y);
      code = learn_watch_step(w->o->watch, ((double)e + (double)s / (double)n) / (double)w->o->epochs);
    }
  }
  return code;
}

static void crf_work_init(crf_work *w, const crf_data *d, const crf_options *o, crf_model *m) {
  size_t longest = 1, stride = m->stride, features = m->features;
  for (size_t s = 0; s < d->sequence_end.n; s++) longest = MAX_OF(longest, d->sequence_end.p[s] - sequence_begin(d, s));
  size_t rows = longest * BATCH, most = 1;
  for (size_t t = 0; t < d->token_end.n; t++) most = MAX_OF(most, d->token_end.p[t] - token_begin(d, t));
  *w = (crf_work){.m = m, .d = d, .o = o, .batch_count = (d->sequence_end.n + BATCH - 1) / BATCH};
  w->g2_w = learn_floats(features * stride);
  float **square[] = {&w->g2_a, &w->exp_a, &w->exp_at, &w->grad_a};
  for (size_t i = 0; i < ARRAY_LEN(square); i++) *square[i] = learn_floats(m->labels * stride);
  float **tall[] = {&w->e, &w->alpha, &w->eb, &w->residual};
  for (size_t i = 0; i < ARRAY_LEN(tall); i++) *tall[i] = learn_floats(rows * stride);
  w->beta = learn_floats(stride);
  w->column = learn_floats(rows);
  w->count = mem_zalloc(features + 1, sizeof(uint32_t));
  for (size_t i = 0; i < d->features.n; i++) w->count[d->features.p[i]]++;
  w->kept_end = mem_zalloc(rows, sizeof(size_t));
  size_t occurrences = MIN_OF(rows * most, d->features.n);
  w->occ = (occurrence_list){.stamp = mem_zalloc(features + 1, sizeof(uint32_t)),
                             .slot = mem_zalloc(features + 1, sizeof(uint32_t)),
                             .distinct = mem_zalloc(occurrences + 1, sizeof(uint32_t)),
                             .start = mem_zalloc(occurrences + 2, sizeof(uint32_t)),
                             .tokens = mem_zalloc(occurrences + 1, sizeof(uint32_t))};
  rng_seed(&w->r, o->seed);
}

static void crf_work_fini(crf_work *w) {
  void *owned[] = {w->g2_w,     w->g2_a,      w->exp_a,    w->exp_at,       w->grad_a,    w->e,
                   w->alpha,    w->eb,        w->residual, w->beta,         w->column,    w->count,
                   w->kept_end, w->occ.stamp, w->occ.slot, w->occ.distinct, w->occ.start, w->occ.tokens};
  for (size_t i = 0; i < ARRAY_LEN(owned); i++) free(owned[i]);
  VEC_FREE(&w->kept);
}

static void crf_model_init(crf_model *m, uint32_t features, uint32_t types) {
  uint32_t labels = crf_label_count(types), stride = learn_pad16(labels);
  *m = (crf_model){.features = features, .types = types, .labels = labels, .stride = stride};
  m->w = learn_floats((size_t)features * stride);
  m->transitions = learn_floats((size_t)labels * stride);
}

err_code crf_train(const crf_data *d, uint32_t types, const crf_options *o, crf_model *out) {
  crf_model_init(out, d->feature_count, types);
  crf_work w;
  crf_work_init(&w, d, o, out);
  size_t n = d->sequence_end.n;
  uint32_t *order = mem_zalloc(n, sizeof *order), *y = mem_zalloc(d->token_end.n, sizeof *y);
  for (size_t s = 0; s < n; s++) order[s] = (uint32_t)s;
  err_code code = crf_epochs(&w, order, n, y);
  free(order);
  free(y);
  crf_work_fini(&w);
  if (code) crf_model_free(out);
  return code;
}

void crf_model_free(crf_model *m) {
  free(m->w);
  free(m->transitions);
  *m = (crf_model){0};
}
