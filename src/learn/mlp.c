/* DESIGN. One example at a time. Most of the work is skipped by structure: only the features of
 * the example touch W1, and only the hidden units that are neither dropped nor cut by the ReLU
 * (about a third) touch W2, in the forward pass, in the gradient and in the update alike.
 *
 *   h = relu(x W1) m / (1 - d_h)         m: hidden dropout mask
 *   z = h W2 + b2,  p = softmax(z),  g = p - ((1 - s) onehot(y) + s / K)
 *   dh_j = (W2_j . g) m_j / (1 - d_h) where h_j > 0
 *   W2_j -= r g h_j / sqrt(G2_j),  G2_j += (g h_j)^2          (AdaGrad, a weight at a time)
 *   W1_f -= r x_f dh / sqrt(G1_f), G1_f += x_f^2 |dh|^2 / H   (AdaGrad, a row at a time) */
#include "learn/mlp.h"

#include "base/rng.h"
#include "learn/quant.h"
#include "learn/rows.h"

#include <math.h>
#include <stdlib.h>

enum { POLL_EVERY = 16 };
static const float ADAGRAD_EPS = 1e-8f; /* added to squared gradients */
static const float INIT_RANGE = 0.1f;   /* weights start uniform in +-this */

typedef struct mlp_work {
  mlp_model *m;
  float *g1;        /* [F] accumulators of W1 rows */
  float *g2, *gb;   /* [H][stride], [stride] accumulators of W2 and b2 */
  float *h, *dh;    /* [H] */
  float *z;         /* [stride] logits, then gradient */
  uint32_t *active; /* [H] hidden units in use */
  uint32_t *ids;    /* features kept, [longest row] */
  float *values;
  rng r;
  uint64_t pool; /* random bits not used yet, 16 a draw */
  int pool_left;
  float rate; /* now */
} mlp_work;

mlp_options mlp_recipe(size_t n, bool advanced, uint64_t seed) {
  return (mlp_options){.hidden = advanced ? 512 : 256,
                       .epochs = n < 2000 ? 40 : 12,
                       .rate = 0.025,
                       .feature_dropout = 0.2,
                       .hidden_dropout = advanced ? 0.3 : 0.4,
                       .smoothing = 0.05,
                       .seed = seed};
}

/* Uniform in [0, 65536). */
static inline uint32_t draw16(mlp_work *w) {
  if (w->pool_left == 0) {
    w->pool = rng_u64(&w->r);
    w->pool_left = 4;
  }
  uint32_t v = (uint32_t)(w->pool & 0xffff);
  w->pool >>= 16;
  w->pool_left--;
  return v;
}

static sparse_row keep_features(mlp_work *w, sparse_row x, double dropout) {
  uint32_t cut = (uint32_t)(dropout * 65536.0);
  float scale = (float)(1.0 / (1.0 - dropout));
  size_t n = 0;
  for (size_t i = 0; i < x.n; i++) {
    if (draw16(w) < cut) continue;
    w->ids[n] = x.ids[i];
    w->values[n++] = x.values[i] * scale;
  }
  return (sparse_row){w->ids, w->values, n};
}

learn_kernel static void hidden_into(const mlp_model *m, sparse_row x, float *h) {
  rows_sum(m->w1, m->hidden, m->features, x.ids, x.values, x.n, h);
}

/* Scales the units that stay, lists them, zeroes the others in h. */
static size_t keep_hidden(mlp_work *w, double dropout) {
  uint32_t cut = (uint32_t)(dropout * 65536.0);
  float scale = (float)(1.0 / (1.0 - dropout));
  size_t n = 0;
  for (uint32_t j = 0; j < w->m->hidden; j++) {
    bool kept = w->h[j] > 0 && draw16(w) >= cut;
    w->h[j] = kept ? w->h[j] * scale : 0;
    w->active[n] = j;
    n += kept;
  }
  return n;
}

learn_kernel static void output_into(const mlp_model *m, const float *h, const uint32_t *active, size_t n, float *z) {
  size_t blocks = m->stride / LANES;
  memcpy(z, m->b2, m->stride * sizeof *z);
  for (size_t i = 0; i < n; i++)
    axpy_blocks((v16 *)z, (const v16 *)(m->w2 + (size_t)active[i] * m->stride), h[active[i]], blocks);
}

/* z: logits in, weight * (p - target) out. */
learn_kernel static void output_gradient(float *z, uint32_t k, size_t blocks, uint32_t y, float smoothing,
                                         float weight) {
  float sum = exp_blocks(z, k, blocks, z);
  v16 *zv = (v16 *)z;
  float inv = 1.0f / sum, rest = smoothing / (float)k;
  for (size_t b = 0; b < blocks; b++) zv[b] = (zv[b] * inv - rest) * weight;
  for (size_t i = k; i < blocks * LANES; i++) z[i] = 0;
  z[y] -= (1.0f - smoothing) * weight;
}

learn_inline void adagrad_blocks(v16 *w, v16 *acc, const v16 *g, float scale, float rate, size_t blocks) {
  for (size_t b = 0; b < blocks; b++) {
    v16 d = g[b] * scale;
    acc[b] += d * d;
    w[b] -= d * v16_rsqrt(acc[b] + ADAGRAD_EPS) * rate;
  }
}

/* dh from the weights before their update, then the update. */
learn_kernel static void output_update(mlp_work *w, size_t n_active, float scale) {
  mlp_model *m = w->m;
  size_t blocks = m->stride / LANES;
  const v16 *g = (const v16 *)w->z;
  memset(w->dh, 0, m->hidden * sizeof *w->dh);
  for (size_t i = 0; i < n_active; i++) {
    size_t j = w->active[i];
    v16 *row = (v16 *)(m->w2 + j * m->stride);
    w->dh[j] = dot_blocks(row, g, blocks) * scale;
    adagrad_blocks(row, (v16 *)(w->g2 + j * m->stride), g, w->h[j], w->rate, blocks);
  }
  adagrad_blocks((v16 *)m->b2, (v16 *)w->gb, g, 1.0f, w->rate, blocks);
}

learn_kernel static void hidden_update(mlp_work *w, sparse_row x) {
  mlp_model *m = w->m;
  size_t blocks = m->hidden / LANES;
  const v16 *dh = (const v16 *)w->dh;
  float mean = dot_blocks(dh, dh, blocks) / (float)m->hidden;
  for (size_t i = 0; i < x.n; i++) {
    float v = x.values[i], *acc = &w->g1[x.ids[i]];
    *acc += v * v * mean;
    float step = w->rate * v / sqrtf(*acc + ADAGRAD_EPS);
    axpy_blocks((v16 *)(m->w1 + (size_t)x.ids[i] * m->hidden), dh, -step, blocks);
  }
}

static void mlp_example(mlp_work *w, sparse_row x, uint32_t y, const mlp_options *o, float weight) {
  mlp_model *m = w->m;
  sparse_row kept = keep_features(w, x, o->feature_dropout);
  hidden_into(m, kept, w->h);
  size_t n = keep_hidden(w, o->hidden_dropout);
  output_into(m, w->h, w->active, n, w->z);
  output_gradient(w->z, m->classes, m->stride / LANES, y, (float)o->smoothing, weight);
  output_update(w, n, (float)(1.0 / (1.0 - o->hidden_dropout)));
  hidden_update(w, kept);
}

/* Rows of features that no training example has stay 0: they would only add noise. */
static void init_weights(mlp_work *w, const sparse_matrix *x, const uint32_t *examples, size_t n) {
  mlp_model *m = w->m;
  bool *seen = mem_zalloc(m->features + 1, sizeof *seen);
  for (size_t i = 0; i < n; i++) {
    sparse_row row = sparse_get(x, examples ? examples[i] : i);
    for (size_t j = 0; j < row.n; j++) seen[row.ids[j]] = true;
  }
  for (size_t f = 0; f < m->features; f++) {
    for (size_t j = 0; seen[f] && j < m->hidden; j++)
      m->w1[f * m->hidden + j] = ((float)draw16(w) / 32768.0f - 1.0f) * INIT_RANGE;
  }
  for (size_t j = 0; j < m->hidden; j++) {
    for (size_t k = 0; k < m->classes; k++)
      m->w2[j * m->stride + k] = ((float)draw16(w) / 32768.0f - 1.0f) * INIT_RANGE;
  }
  free(seen);
}

static err_code mlp_epochs(mlp_work *w, const sparse_matrix *x, const uint32_t *y, const uint32_t *examples, size_t n,
                           const mlp_options *o) {
  uint32_t *order = mem_zalloc(n, sizeof *order);
  for (size_t i = 0; i < n; i++) order[i] = examples ? examples[i] : (uint32_t)i;
  err_code code = ERR_OK;
  for (int e = 0; e < o->epochs && !code; e++) {
    rng_shuffle(&w->r, order, n);
    for (size_t i = 0; i < n && !code; i++) {
      double done = ((double)e + (double)i / (double)n) / (double)o->epochs;
      w->rate = (float)(o->rate * (1.0 - 0.9 * done));
      uint32_t row = order[i];
      mlp_example(w, sparse_get(x, row), y[row], o, o->weights ? o->weights[row] : 1.0f);
      if (i % POLL_EVERY == 0) code = learn_watch_step(o->watch, done);
    }
  }
  free(order);
  return code;
}

static size_t longest_row(const sparse_matrix *x) {
  size_t longest = 1;
  for (size_t i = 0; i < sparse_rows(x); i++) longest = MAX_OF(longest, sparse_get(x, i).n);
  return longest;
}

err_code mlp_train(const sparse_matrix *x, const uint32_t *y, uint32_t classes, const uint32_t *examples, size_t n,
                   const mlp_options *o, mlp_model *out) {
  if (!examples) n = sparse_rows(x);
  uint32_t stride = learn_pad16(classes);
  *out = (mlp_model){.features = x->cols, .hidden = o->hidden, .classes = classes, .stride = stride};
  out->w1 = learn_floats((size_t)x->cols * o->hidden);
  out->w2 = learn_floats((size_t)o->hidden * stride);
  out->b2 = learn_floats(stride);
  size_t longest = longest_row(x);
  mlp_work w = {.m = out,
                .g1 = learn_floats(x->cols),
                .g2 = learn_floats((size_t)o->hidden * stride),
                .gb = learn_floats(stride),
                .h = learn_floats(o->hidden),
                .dh = learn_floats(o->hidden),
                .z = learn_floats(stride),
                .active = mem_zalloc(o->hidden + 1, sizeof(uint32_t)),
                .ids = mem_zalloc(longest, sizeof(uint32_t)),
                .values = mem_zalloc(longest, sizeof(float))};
  rng_seed(&w.r, o->seed);
  init_weights(&w, x, examples, n);
  err_code code = mlp_epochs(&w, x, y, examples, n, o);
  free(w.g1);
  free(w.g2);
  free(w.gb);
  free(w.h);
  free(w.dh);
  free(w.z);
  free(w.active);
  free(w.ids);
  free(w.values);
  if (code) mlp_model_free(out);
  return code;
}

void mlp_model_free(mlp_model *m) {
  free(m->w1);
  free(m->w2);
  free(m->b2);
  *m = (mlp_model){0};
}

learn_kernel static void relu_output(const mlp_model *m, const float *h, float *z) {
  size_t blocks = m->stride / LANES;
  memcpy(z, m->b2, m->stride * sizeof *z);
  for (size_t j = 0; j < m->hidden; j++) {
    if (h[j] > 0) axpy_blocks((v16 *)z, (const v16 *)(m->w2 + j * m->stride), h[j], blocks);
  }
}

void mlp_score(const mlp_model *m, sparse_row x, float *h, float *z) {
  hidden_into(m, x, h);
  relu_output(m, h, z);
}
