/* The CRF's gradient against every path of small lattices, and what training must do. */
#include "learn/crf.c"

#include "tests/learn/learn_test.h"

enum { TYPES = 1, L = 3, F = 9 };

/* n sequences of 1 to 4 tokens (the first always of 1) with a few random features a token. */
static void random_data(rng *r, size_t n, crf_data *d) {
  for (size_t s = 0; s < n; s++) {
    uint32_t length = s ? 1 + rng_below(r, 4) : 1;
    for (uint32_t t = 0; t < length; t++) {
      for (uint32_t f = 0; f < F; f++) {
        if (rng_unit(r) < 0.4) crf_data_feature(d, f);
      }
      crf_data_end_token(d, rng_below(r, L));
    }
    crf_data_end_sequence(d);
  }
  d->feature_count = F;
}

static double path_score(const crf_model *m, const crf_data *d, size_t first, size_t n, const uint32_t *y) {
  double score = 0;
  for (size_t t = 0; t < n; t++) {
    for (size_t i = token_begin(d, first + t); i < d->token_end.p[first + t]; i++)
      score += (double)m->w[d->features.p[i] * m->stride + y[t]];
    if (t) score += (double)m->transitions[y[t - 1] * m->stride + y[t]];
  }
  return score;
}

/* Negative log-likelihood of all sequences, by enumeration of L^T paths. */
static double brute_loss(const crf_model *m, const crf_data *d) {
  double total = 0;
  for (size_t s = 0; s < d->sequence_end.n; s++) {
    size_t first = sequence_begin(d, s), n = d->sequence_end.p[s] - first, paths = 1;
    for (size_t t = 0; t < n; t++) paths *= L;
    double z = 0;
    for (size_t p = 0; p < paths; p++) {
      uint32_t y[8];
      for (size_t t = 0, rest = p; t < n; t++, rest /= L) y[t] = (uint32_t)(rest % L);
      z += exp(path_score(m, d, first, n, y));
    }
    total += log(z) - path_score(m, d, first, n, d->labels.p + first);
  }
  return total;
}

static double slope(const crf_model *m, const crf_data *d, float *parameter) {
  float old = *parameter;
  const float step = 1e-2f;
  *parameter = old + step;
  double up = brute_loss(m, d);
  *parameter = old - step;
  double down = brute_loss(m, d);
  *parameter = old;
  return (up - down) / (2 * (double)step);
}

/* Random sequences, one batch of them, and a model to train. */
typedef struct batch {
  crf_data d;
  crf_options o;
  crf_model m;
  crf_work w;
} batch;

static void batch_init(batch *b, rng *r) {
  b->d = (crf_data){0};
  random_data(r, BATCH, &b->d);
  b->o = crf_recipe(false, 1);
  b->o.feature_dropout = 0;
  crf_model_init(&b->m, F, TYPES);
  crf_work_init(&b->w, &b->d, &b->o, &b->m);
}

static void batch_fini(batch *b) {
  crf_work_fini(&b->w);
  crf_model_free(&b->m);
  crf_data_free(&b->d);
}

static void gradient_matches_enumeration(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 2);
  for (int round = 0; round < 5; round++) {
    batch b;
    batch_init(&b, &r);
    for (size_t f = 0; f < F; f++) fill_random(&r, b.m.w + f * b.m.stride, L, -1.5, 1.5);
    for (size_t i = 0; i < L; i++) fill_random(&r, b.m.transitions + i * b.m.stride, L, -1.5, 1.5);
    uint32_t order[BATCH] = {0, 1, 2, 3, 4, 5, 6, 7}, y[BATCH * 4];
    size_t rows = batch_gradient(&b.w, order, BATCH, 1.0f, y);
    assert_int_equal(rows, b.d.token_end.n);
    for (size_t i = 0; i < L; i++) {
      for (size_t j = 0; j < L; j++)
        assert_near(b.w.grad_a[i * b.m.stride + j], slope(&b.m, &b.d, &b.m.transitions[i * b.m.stride + j]), 1e-3,
                    1e-3);
    }
    for (uint32_t f = 0; f < F; f++) {
      for (size_t j = 0; j < L; j++) {
        double g = 0;
        for (size_t t = 0; t < rows; t++) {
          for (size_t i = token_begin(&b.d, t); i < b.d.token_end.p[t]; i++)
            g += b.d.features.p[i] == f ? (double)b.w.residual[t * b.m.stride + j] : 0;
        }
        assert_near(g, slope(&b.m, &b.d, &b.m.w[f * b.m.stride + j]), 1e-3, 1e-3);
      }
    }
    for (size_t t = 0; t < rows; t++) { /* posteriors sum to 1, so residuals to 0 */
      float sum = 0;
      for (size_t j = 0; j < b.m.stride; j++) sum += b.w.residual[t * b.m.stride + j];
      assert_near(sum, 0, 1e-5, 0);
    }
    batch_fini(&b);
  }
}

static void grouping_finds_every_occurrence(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 4);
  batch b;
  batch_init(&b, &r);
  uint32_t order[BATCH] = {0, 1, 2, 3, 4, 5, 6, 7}, y[BATCH * 4];
  for (b.w.batch = 1; b.w.batch < 4; b.w.batch++) {
    size_t rows = batch_gradient(&b.w, order, BATCH, 1.0f, y), listed = 0;
    group_occurrences(&b.w, rows);
    for (size_t i = 0; i < b.w.occ.n; i++) {
      for (size_t j = b.w.occ.start[i]; j < b.w.occ.start[i + 1]; j++, listed++) {
        bool found = false;
        for (size_t k = token_begin(&b.d, b.w.occ.tokens[j]); k < b.d.token_end.p[b.w.occ.tokens[j]]; k++)
          found |= b.d.features.p[k] == b.w.occ.distinct[i];
        assert_true(found);
      }
    }
    assert_int_equal(listed, b.d.features.n);
  }
  batch_fini(&b);
}

/* Label = type of the token's first feature, continued while the second says so. */
static void learns_a_rule(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 6);
  crf_data d = {0};
  for (int s = 0; s < 200; s++) {
    uint32_t before = 0;
    for (uint32_t t = 0, n = 1 + rng_below(&r, 6); t < n; t++) {
      uint32_t kind = rng_below(&r, 3), label = kind ? crf_label_begin(kind - 1) : 0;
      if (kind && before && rng_unit(&r) < 0.5) {
        crf_data_feature(&d, 10);
        label = crf_label_inside(before - 1, 2);
        kind = before;
      }
      crf_data_feature(&d, kind);
      crf_data_end_token(&d, label);
      before = kind;
    }
    crf_data_end_sequence(&d);
  }
  crf_options o = crf_recipe(false, 1);
  crf_model m;
  assert_int_equal(crf_train(&d, 2, &o, &m), ERR_OK);
  assert_int_equal(m.labels, 5);
  assert_true(m.transitions[crf_label_begin(0) * m.stride + crf_label_inside(0, 2)] >
              m.transitions[crf_label_begin(0) * m.stride + crf_label_inside(1, 2)]);
  float *u = learn_floats(m.stride);
  crf_unary(&m, (const uint32_t[]){2, 999}, 2, u); /* unknown feature: ignored */
  for (uint32_t j = 0; j < m.labels; j++) assert_true(j == crf_label_begin(1) || u[j] < u[crf_label_begin(1)]);
  for (uint32_t j = m.labels; j < m.stride; j++) assert_true(u[j] == 0);
  free(u);
  crf_model_free(&m);
  crf_data_free(&d);
}

static void same_seed_same_bytes(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 7);
  crf_data d = {0};
  random_data(&r, 50, &d);
  crf_options o = crf_recipe(true, 3);
  crf_model a, b;
  assert_int_equal(crf_train(&d, TYPES, &o, &a), ERR_OK);
  assert_int_equal(crf_train(&d, TYPES, &o, &b), ERR_OK);
  assert_memory_equal(a.w, b.w, (size_t)F * a.stride * sizeof(float));
  assert_memory_equal(a.transitions, b.transitions, L * a.stride * sizeof(float));
  crf_model_free(&a);
  crf_model_free(&b);
  atomic_bool cancel = true;
  learn_watch watch = {.cancel = &cancel};
  o.watch = &watch;
  assert_int_equal(crf_train(&d, TYPES, &o, &a), ERR_CANCELLED);
  assert_null(a.w);
  crf_data_free(&d);
}

static void empty_data_and_empty_sequences(void **state) {
  (void)state;
  crf_data d = {0};
  crf_options o = crf_recipe(false, 1);
  crf_model m;
  assert_int_equal(crf_train(&d, 1, &o, &m), ERR_OK);
  crf_model_free(&m);
  crf_data_end_sequence(&d); /* no tokens */
  crf_data_end_token(&d, 0); /* no features */
  crf_data_end_sequence(&d);
  assert_int_equal(crf_train(&d, 1, &o, &m), ERR_OK);
  crf_model_free(&m);
  crf_data_free(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradient_matches_enumeration),
      cmocka_unit_test(grouping_finds_every_occurrence),
      cmocka_unit_test(learns_a_rule),
      cmocka_unit_test(same_seed_same_bytes),
      cmocka_unit_test(empty_data_and_empty_sequences),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
