/* Any bytes as JSON: refused, or read, dumped and read again as the same value. */
#include "base/json_in.h"
#include "fuzz/fuzz.h"

enum { MAX_DEPTH = 64 };

/* Walks all values, which touches every accessor. */
static size_t walk(const jnode *n, size_t depth) {
  char path[64];
  jn_path(n, path, sizeof path);
  size_t count = 1;
  jnode member;
  if (depth == MAX_DEPTH) return count;
  switch (jn_typeof(n)) {
  case JN_OBJ:
    for (void *iter = NULL; jn_next(n, &iter, &member);) count += walk(&member, depth + 1);
    break;
  case JN_ARR:
    for (size_t i = 0; i < jn_len(n); i++) {
      jnode item = jn_at(n, i);
      count += walk(&item, depth + 1);
    }
    break;
  case JN_STR: count += jn_str(n).n; break;
  default: break;
  }
  return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  jdoc *doc, *again;
  err e = {0};
  if (jn_parse(str_make((const char *)data, n), &doc, &e) != ERR_OK) {
    FUZZ_CHECK(e.message[0]);
    return 0;
  }
  jnode root = jn_root(doc);
  buf text = {0}, second = {0};
  jn_dump(&root, &text);
  FUZZ_CHECK(jn_parse(buf_str(&text), &again, NULL) == ERR_OK);
  jnode root_again = jn_root(again);
  FUZZ_CHECK(walk(&root, 0) == walk(&root_again, 0));
  jn_dump(&root_again, &second);
  FUZZ_CHECK(str_eq(buf_str(&text), buf_str(&second)));
  buf_free(&text);
  buf_free(&second);
  jn_free(again);
  jn_free(doc);
  return 0;
}
