/* First line: a pattern; the rest: the text. What regex_check accepts compiles and matches in bounds. */
#include "fuzz/fuzz.h"
#include "recognize/regex.h"
#include "text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  str input = str_make((const char *)data, n);
  if (!utf8_valid(input, NULL)) return 0;
  size_t line = str_find_byte(input, '\n');
  str pattern = str_make(input.p, line), text = str_skip(input, line + 1);
  err e = {0};
  if (regex_check(pattern, &e) != ERR_OK) {
    FUZZ_CHECK(e.code == ERR_INVALID_ARGUMENT && e.message[0] && utf8_valid(str_of(e.message), NULL));
    return 0;
  }
  regex_set *set;
  FUZZ_CHECK(regex_set_new(&pattern, 1, &set, NULL) == ERR_OK);
  arena a;
  arena_init(&a, 0);
  regex_match *v;
  size_t count, limited, at = 0;
  regex_find(set, NULL, text, &a, &v, &count, &limited);
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(v[i].begin_bytes >= at && v[i].begin_bytes < v[i].end_bytes && v[i].end_bytes <= text.n);
    FUZZ_CHECK(utf8_valid(str_make(text.p + v[i].begin_bytes, v[i].end_bytes - v[i].begin_bytes), NULL));
    at = v[i].end_bytes;
  }
  arena_fini(&a);
  regex_set_free(set);
  return 0;
}
