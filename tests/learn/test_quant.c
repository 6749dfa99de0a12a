/* The int8 kernels against scalar code, bit for bit. */
#include "tests/learn/learn_test.h"

#include "learn/quant.h"

enum { ROWS = 300 };

typedef struct matrix {
  q8_matrix view;
  int8_t *q;
  float *scale, *w;
} matrix;

static matrix random_matrix(rng *r, uint32_t stride) {
  matrix m = {.q = aligned_alloc(64, (size_t)ROWS * stride), .scale = mem_alloc(ROWS * sizeof(float))};
  m.w = learn_floats((size_t)ROWS * stride);
  fill_random(r, m.w, (size_t)ROWS * stride, -2, 2);
  memset(m.w, 0, stride * sizeof *m.w); /* row 0: zeros */
  q8_quantize(m.w, ROWS, stride, m.q, m.scale);
  m.view = (q8_matrix){.rows = ROWS, .stride = stride, .q = m.q, .scale = m.scale};
  return m;
}

static void matrix_free(matrix *m) {
  free(m->q);
  free(m->scale);
  free(m->w);
}

/* What the kernels promise: columns alone, features in order, no contraction. */
static void scalar_accumulate(const q8_matrix *m, sparse_row x, float *z) {
  for (size_t i = 0; i < x.n; i++) {
    if (x.ids[i] >= m->rows) continue;
    volatile float a = m->scale[x.ids[i]] * x.values[i];
    for (uint32_t c = 0; c < m->stride; c++) {
      volatile float product = (float)m->q[(size_t)x.ids[i] * m->stride + q8_place(m->stride, c)] * a;
      z[c] += product;
    }
  }
}

static sparse_row random_row(rng *r, uint32_t *ids, float *values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    ids[i] = rng_below(r, ROWS + 20); /* some out of range */
    values[i] = random_float(r, -1, 1);
  }
  return (sparse_row){ids, values, n};
}

static void quantizing_is_close(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 1);
  enum { STRIDE = 112 };
  matrix m = random_matrix(&r, STRIDE);
  for (size_t i = 0; i < (size_t)ROWS * STRIDE; i++) {
    float scale = m.scale[i / STRIDE];
    int8_t q = m.q[i / STRIDE * STRIDE + q8_place(STRIDE, i % STRIDE)];
    assert_in_range(q + 127, 0, 254);
    assert_near((float)q * scale, m.w[i], 0.5001 * (double)scale, 0);
  }
  assert_true(m.scale[0] == 0 && m.q[5] == 0);
  matrix_free(&m);
}

static void every_column_has_its_place(void **state) {
  (void)state;
  for (size_t stride = 16; stride <= 256; stride += 16) {
    bool taken[256] = {false};
    for (size_t c = 0; c < stride; c++) {
      size_t at = q8_place(stride, c);
      assert_true(at < stride && !taken[at]);
      taken[at] = true;
    }
  }
}

static void kernels_equal_scalar_code(void **state) {
  (void)state;
  const uint32_t strides[] = {16, 32, 48, 64, 80, 112, 160, 256};
  rng r;
  rng_seed(&r, 2);
  for (size_t s = 0; s < ARRAY_LEN(strides); s++) {
    uint32_t stride = strides[s], ids[100];
    float values[100];
    matrix m = random_matrix(&r, stride), other = random_matrix(&r, 64);
    float *z = learn_floats(stride), *want = learn_floats(stride), *z2 = learn_floats(64), *want2 = learn_floats(64);
    sparse_row x = random_row(&r, ids, values, 100);
    fill_random(&r, z, stride, -1, 1);
    memcpy(want, z, stride * sizeof *z);
    scalar_accumulate(&m.view, x, want);
    float *before = learn_floats(stride);
    memcpy(before, z, stride * sizeof *z);
    q8_accumulate(&m.view, x, z);
    assert_memory_equal(z, want, stride * sizeof *z);

    memcpy(z, before, stride * sizeof *z);
    scalar_accumulate(&other.view, x, want2);
    q8_accumulate_many((const q8_matrix[]){m.view, other.view}, 2, x, (float *const[]){z, z2});
    assert_memory_equal(z, want, stride * sizeof *z);
    assert_memory_equal(z2, want2, 64 * sizeof *z2);

    for (size_t i = 0; i < 100; i++) values[i] = 1;
    memset(want, 0, stride * sizeof *want);
    scalar_accumulate(&m.view, x, want);
    q8_sum_rows(&m.view, ids, 100, z);
    assert_memory_equal(z, want, stride * sizeof *z);
    free(z), free(want), free(z2), free(want2), free(before);
    matrix_free(&m);
    matrix_free(&other);
  }
}

static void sentence_equals_its_tokens(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 3);
  matrix m = random_matrix(&r, 112);
  uint32_t ids[90];
  float values[90];
  random_row(&r, ids, values, 90);
  const size_t end[] = {10, 10, 41, 90};
  float *u = learn_floats(4 * 112), *one = learn_floats(112);
  q8_sum_tokens(&m.view, ids, end, 4, u);
  for (size_t t = 0; t < 4; t++) {
    size_t begin = t ? end[t - 1] : 0;
    q8_sum_rows(&m.view, ids + begin, end[t] - begin, one);
    assert_memory_equal(u + t * 112, one, 112 * sizeof *u);
  }
  free(u), free(one);
  matrix_free(&m);
}

static void output_layer_skips_what_relu_cuts(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 4);
  matrix m = random_matrix(&r, 80);
  float *h = learn_floats(ROWS), *relu = learn_floats(ROWS), *b = learn_floats(80), *z = learn_floats(80);
  float *want = learn_floats(80);
  uint32_t ids[ROWS];
  fill_random(&r, h, ROWS, -1, 1);
  fill_random(&r, b, 80, -1, 1);
  memcpy(want, b, 80 * sizeof *b);
  for (uint32_t j = 0; j < ROWS; j++) {
    ids[j] = j;
    relu[j] = h[j] > 0 ? h[j] : 0;
  }
  scalar_accumulate(&m.view, (sparse_row){ids, relu, ROWS}, want);
  q8_hidden_to_output(h, &m.view, b, z);
  assert_memory_equal(z, want, 80 * sizeof *z);
  free(h), free(relu), free(b), free(z), free(want);
  matrix_free(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quantizing_is_close),
      cmocka_unit_test(every_column_has_its_place),
      cmocka_unit_test(kernels_equal_scalar_code),
      cmocka_unit_test(sentence_equals_its_tokens),
      cmocka_unit_test(output_layer_skips_what_relu_cuts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
