/* DESIGN. The dual of the squared hinge has one variable a_ik >= 0 per example and class, and
 * w_k = sum_i a_ik t_ik x_i. One coordinate step, exact in closed form, has no step size:
 *
 *   a' = max(0, a - (t w.x - 1 + a D) / (|x|^2 + D)),   D = 1 / (2 C),   w += (a' - a) t x
 *
 * The variables of the K classes of one example do not interact (each has its own w_k), so all K
 * are stepped together on feature-major weights W[f][K]: one pass over the example's rows for the
 * scores, one for the update, and the update touches only the blocks of 16 classes that moved. */
#include "learn/linear.h"

#include "base/rng.h"
#include "learn/quant.h"
#include "learn/rows.h"

#include <stdlib.h>

enum { POLL_EVERY = 64 }; /* examples between two looks at the watch */

typedef struct svm {
  linear_model *m;
  const sparse_matrix *x;
  float *alpha;    /* [n][stride] dual variables */
  float *z;        /* [stride] scores, then steps */
  uint32_t *moved; /* [stride / 16] blocks with a step */
} svm;

learn_kernel static void scores_into(const linear_model *m, sparse_row x, float *z) {
  rows_sum(m->w, m->stride, m->features, x.ids, x.values, x.n, z);
}

/* z: scores in, (a' - a) t out; returns how many blocks moved. */
learn_kernel static size_t dual_step(float *z, float *alpha, uint32_t y, uint32_t classes, size_t blocks, float q,
                                     float d, uint32_t *moved) {
  size_t n_moved = 0;
  v16 *zv = (v16 *)z, *av = (v16 *)alpha;
  const float inv = 1.0f / (q + d), zy = z[y], ay = alpha[y];
  for (size_t b = 0; b < blocks; b++) { /* t = -1 for all; the true class is set right below */
    v16 a = av[b], next = a + (zv[b] + (1.0f - a * d)) * inv;
    next = v16_larger(next, v16_set(0));
    zv[b] = a - next;
    av[b] = next;
  }
  for (size_t k = classes; k < blocks * LANES; k++) z[k] = alpha[k] = 0;
  float next = ay - (zy - 1.0f + ay * d) * inv;
  alpha[y] = next > 0 ? next : 0;
  z[y] = alpha[y] - ay;
  for (size_t b = 0; b < blocks; b++) {
    v16i m = zv[b] != v16_set(0);
    int32_t any = 0;
    for (int i = 0; i < LANES; i++) any |= m[i];
    if (any) moved[n_moved++] = (uint32_t)b;
  }
  return n_moved;
}

learn_kernel static void rows_update(float *w, size_t stride, sparse_row x, const float *step, const uint32_t *moved,
                                     size_t n_moved) {
  const v16 *sv = (const v16 *)step;
  for (size_t i = 0; i < x.n; i++) {
    v16 *row = (v16 *)(w + x.ids[i] * stride);
    for (size_t j = 0; j < n_moved; j++) row[moved[j]] += sv[moved[j]] * x.values[i];
  }
}

static void svm_example(svm *s, uint32_t row, size_t slot, uint32_t y, float d) {
  linear_model *m = s->m;
  sparse_row x = sparse_get(s->x, row);
  float q = 0;
  for (size_t i = 0; i < x.n; i++) q += x.values[i] * x.values[i];
  scores_into(m, x, s->z);
  size_t n = dual_step(s->z, s->alpha + slot * m->stride, y, m->classes, m->stride / LANES, q, d, s->moved);
  if (n) rows_update(m->w, m->stride, x, s->z, s->moved, n);
}

static err_code svm_epochs(svm *s, const uint32_t *y, const uint32_t *examples, size_t n, const linear_options *o) {
  uint32_t *order = mem_zalloc(n, sizeof *order);
  for (size_t i = 0; i < n; i++) order[i] = (uint32_t)i;
  rng r;
  rng_seed(&r, o->seed);
  err_code code = ERR_OK;
  for (int e = 0; e < o->epochs && !code; e++) {
    rng_shuffle(&r, order, n);
    for (size_t i = 0; i < n && !code; i++) {
      uint32_t row = examples ? examples[order[i]] : order[i];
      double c = o->c * (o->weights ? (double)o->weights[row] : 1.0);
      svm_example(s, row, order[i], y[row], (float)(0.5 / c));
      if (i % POLL_EVERY == 0)
        code = learn_watch_step(o->watch, ((double)e + (double)i / (double)n) / (double)o->epochs);
    }
  }
  free(order);
  return code;
}

err_code linear_train(const sparse_matrix *x, const uint32_t *y, uint32_t classes, const uint32_t *examples, size_t n,
                      const linear_options *o, linear_model *out) {
  if (!examples) n = sparse_rows(x);
  *out = (linear_model){.features = x->cols, .classes = classes, .stride = learn_pad16(classes)};
  out->w = learn_floats((size_t)out->features * out->stride);
  svm s = {.m = out,
           .x = x,
           .alpha = learn_floats(n * out->stride),
           .z = learn_floats(out->stride),
           .moved = mem_zalloc(out->stride / LANES + 1, sizeof(uint32_t))};
  err_code code = svm_epochs(&s, y, examples, n, o);
  free(s.alpha);
  free(s.z);
  free(s.moved);
  if (code) linear_model_free(out);
  return code;
}

void linear_model_free(linear_model *m) {
  free(m->w);
  *m = (linear_model){0};
}

void linear_score(const linear_model *m, sparse_row x, float *z) {
  scores_into(m, x, z);
}
