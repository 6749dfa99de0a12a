/* Bodies of V3 predictions: what is read lies within the query and the limits. */
#include "api/luis_v3_request.h"
#include "fuzz/fuzz.h"

static void check(const luis_predict_query *q) {
  const luis_predict_options *o = &q->options;
  FUZZ_CHECK(q->text.n > 0 && o->dynamic_list_count <= LUIS_DYNAMIC_LISTS);
  for (size_t i = 0; i < o->external_count; i++)
    FUZZ_CHECK(o->externals[i].begin_bytes < o->externals[i].end_bytes && o->externals[i].end_bytes <= q->text.n);
  for (size_t i = 0; i < o->dynamic_list_count; i++) FUZZ_CHECK(o->dynamic_lists[i].lists.n <= LUIS_DYNAMIC_ITEMS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  jdoc *doc;
  luis_predict_query q = {.log = false};
  err e = {0};
  arena a;
  luis_v3_reference(str_make((const char *)data, n));
  if (jn_parse(str_make((const char *)data, n), &doc, &e) != ERR_OK) return 0;
  arena_init(&a, 0);
  jnode root = jn_root(doc);
  if (luis_v3_request_read(&root, &a, &q, &e) == ERR_OK)
    check(&q);
  else
    FUZZ_CHECK(e.message[0]);
  arena_fini(&a);
  jn_free(doc);
  return 0;
}
