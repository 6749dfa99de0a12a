/* A knowledge base from its parts, however they came: read from a file, a table, or changed by operations. */
#include "project/limits.h"
#include "project/qna_int.h"

#include "base/map.h"

#include <stdlib.h>

static int by_id(const void *a, const void *b) {
  int32_t x = ((const qna_pair *)a)->id, y = ((const qna_pair *)b)->id;
  return (x > y) - (x < y);
}

static int by_source(const void *a, const void *b) {
  return str_cmp(((const qna_source *)a)->source, ((const qna_source *)b)->source);
}

void qna__complete_sources(knowledge_base *kb, arena *a) {
  strmap known;
  strmap_init(&known);
  qna_source *v = ARENA_ARRAY(a, qna_source, kb->source_count + kb->pair_count);
  size_t n = 0;
  bool added;
  for (size_t i = 0; i < kb->source_count; i++) {
    strmap_put(&known, kb->sources[i].source, 0, &added);
    if (added) v[n++] = kb->sources[i];
  }
  for (size_t i = 0; i < kb->pair_count; i++) {
    const qna_pair *p = &kb->pairs[i];
    if (str_eq(p->source, STR(QNA_EDITORIAL))) continue;
    strmap_put(&known, p->source, 0, &added);
    if (!added) continue;
    bool url = str_starts(p->source, STR("http://")) || str_starts(p->source, STR("https://"));
    v[n++] = (qna_source){.source = p->source,
                          .display_name = p->source_display_name.n ? p->source_display_name : p->source,
                          .uri = p->source,
                          .kind = url ? STR("url") : STR("file"),
                          .updated_us = p->updated_us};
  }
  qsort(v, n, sizeof *v, by_source);
  kb->sources = v;
  kb->source_count = n;
  strmap_fini(&known);
}

err_code qna__assemble(knowledge_base *kb, qna_pair *pairs, size_t n, arena *a, err *e) {
  if (n > LIMIT_QNA_PAIRS)
    return err_at(e, ERR_QUOTA_EXCEEDED, "qnas", "%zu pairs are over the limit of %d of a project", n, LIMIT_QNA_PAIRS);
  int64_t next = 1;
  for (size_t i = 0; i < n; i++) next = MAX_OF(next, (int64_t)pairs[i].id + 1);
  for (size_t i = 0; i < n; i++)
    if (!pairs[i].id) {
      if (next > INT32_MAX) return err_at(e, ERR_INVALID_ARGUMENT, "qnas", "there is no free id above %d", INT32_MAX);
      pairs[i].id = (int32_t)next++;
    }
  if (n) qsort(pairs, n, sizeof *pairs, by_id);
  for (size_t i = 1; i < n; i++)
    if (pairs[i].id == pairs[i - 1].id)
      return err_at(e, ERR_INVALID_ARGUMENT, "qnas", "the id %d stands twice", (int)pairs[i].id);
  kb->pairs = pairs;
  kb->pair_count = n;
  qna__complete_sources(kb, a);
  return ERR_OK;
}
