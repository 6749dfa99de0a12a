/* Bodies of LUIS batch tests: labels lie within their texts. */
#include "fuzz/fuzz.h"
#include "model/luis_batch_test.h"

static void check(const luis_test_row *rows, size_t n) {
  FUZZ_CHECK(n > 0 && n <= LUIS_TEST_ROWS_MAX);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < rows[i].label_count; k++)
      FUZZ_CHECK(rows[i].labels[k].begin_bytes < rows[i].labels[k].end_bytes &&
                 rows[i].labels[k].end_bytes <= rows[i].text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  jdoc *doc;
  luis_test_row *rows;
  size_t count;
  err e = {0};
  arena a;
  if (jn_parse(str_make((const char *)data, n), &doc, &e) != ERR_OK) return 0;
  arena_init(&a, 0);
  jnode root = jn_root(doc);
  if (luis_test_read(&root, &a, &rows, &count, &e) == ERR_OK)
    check(rows, count);
  else
    FUZZ_CHECK(e.message[0]);
  arena_fini(&a);
  jn_free(doc);
  return 0;
}
