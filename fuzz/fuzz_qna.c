/* Any bytes as a knowledge base, in JSON and as tables: an error, or a base that survives writing and reading, and an
 * index that answers its own questions. */
#include "fuzz/fuzz.h"
#include "model/qna_index.h"
#include "project/qna_json.h"
#include "project/qna_table.h"
#include "text/utf8.h"

static void check_base(const knowledge_base *kb) {
  buf first = {0}, again = {0}, table = {0};
  qna_write(kb, &first);
  qna_table_write(kb, &table);
  qna_index *x;
  FUZZ_CHECK(qna_index_open(buf_str(&first), &x, NULL) == ERR_OK);
  qna_write(qna_index_base(x), &again);
  FUZZ_CHECK(str_eq(buf_str(&first), buf_str(&again)));
  arena a;
  arena_init(&a, 0);
  for (size_t i = 0; i < MIN_OF(kb->pair_count, (size_t)3); i++) {
    qna_answer *v;
    size_t n;
    qna_search(x, &(qna_query){.question = kb->pairs[i].questions[0], .top = 5, .has_context = true}, &a, &v, &n);
    for (size_t k = 0; k < n; k++) FUZZ_CHECK(v[k].score > 0 && v[k].score <= 1);
  }
  arena_fini(&a);
  qna_index_close(x);
  buf_free(&first);
  buf_free(&again);
  buf_free(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  str text = {(const char *)data, n};
  arena a;
  arena_init(&a, 0);
  knowledge_base kb = {.language = STR("en")};
  err e = {0};
  jdoc *doc;
  if (jn_parse(text, &doc, NULL) == ERR_OK) {
    jnode root = jn_root(doc);
    if (qna_read(&root, &a, &kb, &e) == ERR_OK) check_base(&kb);
    else FUZZ_CHECK(e.message[0] && utf8_valid(str_of(e.message), NULL));
    jn_free(doc);
  }
  kb = (knowledge_base){.language = STR("en")};
  if (qna_table_read(text, &a, &kb, &e) == ERR_OK) check_base(&kb);
  else FUZZ_CHECK(e.message[0] && utf8_valid(str_of(e.message), NULL));
  if (qna_synonyms_table_read(text, &a, &kb, &e) == ERR_OK) check_base(&kb);
  arena_fini(&a);
  return 0;
}
