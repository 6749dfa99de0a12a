/* The recognisers on any bytes: every model, a culture and variant chosen by the first byte. Invalid UTF-8
 * must be refused; entities must lie inside the text, in order, and write as JSON. */
#include "fuzz/fuzz.h"
#include "recognize/grammar.h"
#include "recognize/recognize.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (!n) return 0;
  size_t cultures, count;
  const culture *const *all = culture_all(&cultures);
  recognize_options o = {.models = RECOGNIZE_ALL_MODELS, .variant = data[0], .reference = {2016, 11, 7, 16, 12, 0}};
  arena a;
  arena_init(&a, 0);
  recognized *found;
  if (recognize(all[data[0] % cultures], str_make((const char *)data + 1, n - 1), &o, &a, &found, &count, NULL) == ERR_OK) {
    buf out = {0};
    jw w;
    jw_init(&w, &out);
    jw_arr(&w);
    for (size_t i = 0; i < count; i++) {
      const recognized *r = &found[i];
      FUZZ_CHECK(r->begin_bytes < r->end_bytes && r->end_bytes <= n - 1 && r->start_utf16 <= r->end_utf16);
      if (i && found[i - 1].model == r->model) FUZZ_CHECK(found[i - 1].end_bytes <= r->begin_bytes);
      recognized_write_json(&w, r);
    }
    jw_end(&w);
    buf_free(&out);
  }
  arena_fini(&a);
  return 0;
}
