/* The container: round trip, and damage at every byte that opening promises to notice. */
#include "tests/test.h"

#include "base/hash.h"
#include "model/model_file.h"

static const uint32_t numbers[] = {3, 1, 4, 1, 5, 9, 2, 6};
static const char letters[] = "dragoman";

/* Three sections, the middle one empty. The bytes are aligned like a mapping. */
static uint8_t *make_file(size_t *n) {
  model_writer w = {0};
  buf out = {0};
  model_writer_add(&w, 1, sizeof numbers[0], numbers, ARRAY_LEN(numbers));
  model_writer_add(&w, 5, 8, NULL, 0);
  model_writer_add(&w, 9, 1, letters, sizeof letters);
  model_writer_finish(&w, &out);
  model_writer_free(&w);
  uint8_t *bytes = aligned_alloc(64, (out.n + 63) & ~(size_t)63);
  memcpy(bytes, out.p, out.n);
  *n = out.n;
  buf_free(&out);
  return bytes;
}

static void test_round_trip(void **state) {
  (void)state;
  size_t n, count;
  uint8_t *bytes = make_file(&n);
  model_file f;
  const void *p;
  assert_int_equal(model_file_open(bytes, n, true, &f, NULL), ERR_OK);
  assert_int_equal(model_file_find(&f, 1, sizeof numbers[0], &p, &count, NULL), ERR_OK);
  assert_int_equal(count, ARRAY_LEN(numbers));
  assert_memory_equal(p, numbers, sizeof numbers);
  assert_int_equal((uintptr_t)p % 64, 0);
  assert_int_equal(model_file_get(&f, 5, 8, 0, &p, NULL), ERR_OK);
  assert_int_equal(model_file_get(&f, 9, 1, sizeof letters, &p, NULL), ERR_OK);
  assert_memory_equal(p, letters, sizeof letters);
  assert_int_equal(model_file_find(&f, 2, 4, &p, &count, NULL), ERR_OK);
  assert_null(p);
  assert_int_equal(count, 0);
  free(bytes);
}

static void test_wrong_sizes(void **state) {
  (void)state;
  size_t n, count;
  uint8_t *bytes = make_file(&n);
  model_file f;
  const void *p;
  assert_int_equal(model_file_open(bytes, n, false, &f, NULL), ERR_OK);
  assert_int_equal(model_file_find(&f, 1, 8, &p, &count, NULL), ERR_CORRUPT);
  assert_int_equal(model_file_get(&f, 1, 4, 7, &p, NULL), ERR_CORRUPT);
  assert_int_equal(model_file_get(&f, 2, 4, 1, &p, NULL), ERR_CORRUPT);
  free(bytes);
}

/* Every bit pattern of one flip in header and table is refused without reading the sections. */
static void test_damaged_header(void **state) {
  (void)state;
  size_t n, head = MODEL_FILE_HEADER_BYTES + 3 * sizeof(model_section);
  uint8_t *bytes = make_file(&n);
  for (size_t i = 0; i < head; i++)
    for (int bit = 0; bit < 8; bit++) {
      bytes[i] ^= (uint8_t)(1 << bit);
      model_file f;
      err e = {0};
      assert_int_equal(model_file_open(bytes, n, false, &f, &e), ERR_CORRUPT);
      assert_true(e.message[0]);
      bytes[i] ^= (uint8_t)(1 << bit);
    }
  free(bytes);
}

/* The trailer sees a flip anywhere. */
static void test_damaged_content(void **state) {
  (void)state;
  size_t n;
  uint8_t *bytes = make_file(&n);
  model_file f;
  for (size_t i = 0; i < n; i++) {
    bytes[i] ^= 0x40;
    assert_int_equal(model_file_open(bytes, n, true, &f, NULL), ERR_CORRUPT);
    bytes[i] ^= 0x40;
  }
  assert_int_equal(model_file_open(bytes, n, true, &f, NULL), ERR_OK);
  free(bytes);
}

static void test_truncated(void **state) {
  (void)state;
  size_t n;
  uint8_t *bytes = make_file(&n);
  model_file f;
  for (size_t len = 0; len < n; len++) {
    uint8_t *cut = aligned_alloc(64, (len + 64) & ~(size_t)63);
    memcpy(cut, bytes, len);
    assert_int_equal(model_file_open(cut, len, false, &f, NULL), ERR_CORRUPT);
    free(cut);
  }
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),      cmocka_unit_test(test_wrong_sizes), cmocka_unit_test(test_damaged_header),
      cmocka_unit_test(test_damaged_content), cmocka_unit_test(test_truncated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
