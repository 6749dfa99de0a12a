#include "base/arena.h"
#include "base/map.h"
#include "base/rng.h"
#include "base/vec.h"
#include "tests/test.h"

static void test_vec(void **state) {
  (void)state;
  u32_vec v = {0};
  for (uint32_t i = 0; i < 1000; i++) VEC_PUSH(&v, i * i);
  assert_int_equal(v.n, 1000);
  assert_true(v.cap >= v.n);
  for (uint32_t i = 0; i < 1000; i++) assert_int_equal(v.p[i], i * i);
  VEC_FREE(&v);
  assert_null(v.p);
  assert_int_equal(v.cap, 0);
}

static void test_buf(void **state) {
  (void)state;
  buf b = {0};
  buf_add_str(&b, STR("ab"));
  buf_add_byte(&b, 'c');
  buf_printf(&b, "%05d", 42);
  buf_add(&b, NULL, 0);
  buf_printf(&b, "%s", "");
  assert_str_equal(buf_str(&b), STR("abc00042"));
  size_t n;
  char *text = buf_take(&b, &n);
  assert_int_equal(n, 8);
  assert_string_equal(text, "abc00042");
  assert_int_equal(b.n, 0);
  free(text);
  text = buf_take(&b, NULL);
  assert_string_equal(text, "");
  free(text);
}

/* Against linear search, with keys that are prefixes of one another. */
static void test_map_against_search(void **state) {
  (void)state;
  enum { KEYS = 400, ROUNDS = 5000 };
  arena a;
  arena_init(&a, 0);
  str keys[KEYS];
  uint32_t values[KEYS];
  size_t n = 0;
  strmap m;
  strmap_init(&m);
  assert_null(strmap_get(&m, STR("")));
  rng r;
  rng_seed(&r, 9);
  for (uint32_t round = 0; round < ROUNDS; round++) {
    str key = arena_printf(&a, "%.*s", (int)rng_below(&r, 20), "aaaaabbbbbaaaaabbbbb");
    if (rng_below(&r, 2)) key = arena_printf(&a, "%u", rng_below(&r, KEYS / 2));
    size_t known = 0;
    while (known < n && !str_eq(keys[known], key)) known++;
    const uint32_t *found = strmap_get(&m, key);
    assert_int_equal(found != NULL, known < n);
    if (found) assert_int_equal(*found, values[known]);
    bool inserted;
    uint32_t *value = strmap_put(&m, key, round, &inserted);
    assert_int_equal(inserted, known == n);
    if (inserted) {
      keys[n] = key;
      values[n++] = round;
    } else if (round % 3 == 0) {
      *value = values[known] = round;
    }
  }
  assert_int_equal(m.n, n);
  for (size_t i = 0; i < n; i++) {
    assert_str_equal(m.entries[i].key, keys[i]);
    assert_int_equal(m.entries[i].value, values[i]);
  }
  strmap_fini(&m);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_vec), cmocka_unit_test(test_buf),
                                     cmocka_unit_test(test_map_against_search)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
