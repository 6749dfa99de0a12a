/* Linear algebra of the clusters, and clusters of a made-up language. */
#include "learn/cluster.c"

#include "tests/learn/learn_test.h"

static void columns_become_orthonormal(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 1);
  enum { ROWS = 700 };
  float *x = learn_floats(ROWS * WIDTH);
  double g[WIDTH * WIDTH];
  fill_random(&r, x, ROWS * WIDTH, -1, 2);
  for (size_t i = 0; i < ROWS; i++) x[i * WIDTH + 9] = x[i * WIDTH + 4] + x[i * WIDTH + 2]; /* dependent column */
  orthonormalize(x, ROWS);
  gram(x, ROWS, g);
  for (size_t i = 0; i < WIDTH; i++) {
    for (size_t j = 0; j < WIDTH; j++) assert_near(g[i * WIDTH + j], i == j && i != 9 ? 1 : 0, 1e-4, 0);
  }
  free(x);
}

/* a = v diag(values) v^T must come back as a's directions, scaled by the fourth roots. */
static void directions_are_eigenvectors(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 2);
  float *v = learn_floats(WIDTH * WIDTH);
  double a[WIDTH * WIDTH] = {0}, copy[WIDTH * WIDTH], out[WIDTH * WIDTH];
  fill_random(&r, v, WIDTH * WIDTH, -1, 1);
  orthonormalize(v, WIDTH);
  for (size_t i = 0; i < WIDTH; i++) {
    for (size_t j = 0; j < WIDTH; j++) {
      for (size_t k = 0; k < WIDTH; k++)
        a[i * WIDTH + j] += (double)v[i * WIDTH + k] * (double)v[j * WIDTH + k] * (double)(100 - k);
    }
  }
  memcpy(copy, a, sizeof a);
  principal_directions(copy, out);
  for (size_t k = 0; k < RANK; k++) {
    double length = 0;
    for (size_t i = 0; i < WIDTH; i++) {
      double product = 0;
      for (size_t j = 0; j < WIDTH; j++) product += a[i * WIDTH + j] * out[j * WIDTH + k];
      assert_near(product, (double)(100 - k) * out[i * WIDTH + k], 2e-2, 0); /* v is orthonormal to 1e-5 */
      length += out[i * WIDTH + k] * out[i * WIDTH + k];
    }
    assert_near(length, sqrt((double)(100 - k)), 1e-2, 0);
  }
  free(v);
}

/* Sentences "A x B y C" with x from 10 colours, y from 10 animals, and an own word for one rare case. */
enum { SENTENCES = 3000, WORDS = 25, RARE = 24 };

static void make_text(uint32_t *ids, size_t *end) {
  rng r;
  rng_seed(&r, 3);
  size_t n = 0;
  for (size_t s = 0; s < SENTENCES; s++) {
    ids[n++] = 0;
    ids[n++] = 3 + rng_below(&r, 10);
    ids[n++] = 1;
    ids[n++] = s == 5 ? RARE : 13 + rng_below(&r, 10);
    ids[n++] = 2;
    end[s] = n;
  }
}

static void words_used_alike_share_a_cluster(void **state) {
  (void)state;
  static uint32_t ids[SENTENCES * 5], few[WORDS], many[WORDS], few_again[WORDS], many_again[WORDS];
  static size_t end[SENTENCES];
  make_text(ids, end);
  cluster_text text = {.ids = ids, .end = end, .sentences = SENTENCES, .words = WORDS};
  const uint32_t ks[] = {5, 100};
  assert_int_equal(cluster_words(&text, 2, ks, 2, 7, NULL, (uint32_t *const[]){few, many}), ERR_OK);
  uint32_t together = 0; /* of 90 pairs of a kind */
  for (uint32_t v = 3; v < 23; v++) {
    for (uint32_t w = 3; w < v; w++) {
      if ((v < 13) == (w < 13))
        together += few[v] == few[w];
      else
        assert_int_not_equal(few[v], few[w]); /* a colour is never with an animal */
    }
  }
  assert_true(together > 45);
  assert_int_equal(few[RARE], CLUSTER_NONE);
  assert_int_equal(few[23], CLUSTER_NONE); /* never seen */
  for (uint32_t w = 0; w < 23; w++) assert_true(few[w] < 5 && many[w] < 23);
  assert_int_equal(cluster_words(&text, 2, ks, 2, 7, NULL, (uint32_t *const[]){few_again, many_again}), ERR_OK);
  assert_memory_equal(few, few_again, sizeof few);
  assert_memory_equal(many, many_again, sizeof many);
}

static void nothing_to_cluster(void **state) {
  (void)state;
  uint32_t out[3] = {1, 2, 3}, ids[] = {0, 1, 2};
  size_t end[] = {3};
  const uint32_t k = 4;
  cluster_text empty = {.words = 3}, once = {.ids = ids, .end = end, .sentences = 1, .words = 3};
  assert_int_equal(cluster_words(&empty, 1, &k, 1, 1, NULL, (uint32_t *const[]){out}), ERR_OK);
  for (size_t i = 0; i < 3; i++) assert_int_equal(out[i], CLUSTER_NONE);
  assert_int_equal(cluster_words(&once, 2, &k, 1, 1, NULL, (uint32_t *const[]){out}), ERR_OK);
  for (size_t i = 0; i < 3; i++) assert_int_equal(out[i], CLUSTER_NONE);
  assert_int_equal(cluster_words(&once, 1, &k, 1, 1, NULL, (uint32_t *const[]){out}), ERR_OK);
  for (size_t i = 0; i < 3; i++) assert_true(out[i] < 3);
  atomic_bool cancel = true;
  learn_watch watch = {.cancel = &cancel};
  assert_int_equal(cluster_words(&once, 1, &k, 1, 1, &watch, (uint32_t *const[]){out}), ERR_CANCELLED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns_become_orthonormal),
      cmocka_unit_test(directions_are_eigenvectors),
      cmocka_unit_test(words_used_alike_share_a_cluster),
      cmocka_unit_test(nothing_to_cluster),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
