/* Any bytes as a project file: an error with a place in it, or a project that survives writing and
 * reading in every unit. */
#include "fuzz/fuzz.h"
#include "project/clu_json.h"
#include "text/utf8.h"

static void check_project(const project *p) {
  buf first = {0};
  clu_write(p, OFFSET_UTF16, &first);
  for (int unit = OFFSET_UTF8; unit <= OFFSET_CODEPOINT; unit++) {
    buf text = {0}, again = {0};
    arena a;
    arena_init(&a, 0);
    project back;
    clu_write(p, (offset_unit)unit, &text);
    FUZZ_CHECK(clu_read(buf_str(&text), NULL, &a, &back, NULL) == ERR_OK);
    clu_write(&back, OFFSET_UTF16, &again);
    FUZZ_CHECK(str_eq(buf_str(&first), buf_str(&again)));
    arena_fini(&a);
    buf_free(&text);
    buf_free(&again);
  }
  buf_free(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  arena a;
  arena_init(&a, 0);
  project p;
  err e = {0};
  if (clu_read(str_make((const char *)data, n), NULL, &a, &p, &e) == ERR_OK)
    check_project(&p);
  else
    FUZZ_CHECK(e.message[0] && utf8_valid(str_of(e.message), NULL) && utf8_valid(str_of(e.target), NULL));
  arena_fini(&a);
  return 0;
}
