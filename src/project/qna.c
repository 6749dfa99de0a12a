#include "project/qna.h"

#include "project/limits.h"

#include <ctype.h>

const qna_pair *qna_find_pair(const knowledge_base *kb, int32_t id) {
  size_t lo = 0, hi = kb->pair_count;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (kb->pairs[mid].id < id)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < kb->pair_count && kb->pairs[lo].id == id ? &kb->pairs[lo] : NULL;
}

const qna_source *qna_find_source(const knowledge_base *kb, str source) {
  for (size_t i = 0; i < kb->source_count; i++)
    if (str_eq(kb->sources[i].source, source)) return &kb->sources[i];
  return NULL;
}

str qna_default_answer(const knowledge_base *kb) {
  return kb->default_answer.p ? kb->default_answer : STR(QNA_DEFAULT_ANSWER);
}

static bool name_valid(str s) {
  if (s.n < 1 || s.n > LIMIT_NAME_CHARS || s.p[0] == '-' || s.p[s.n - 1] == '-') return false;
  for (size_t i = 0; i < s.n; i++)
    if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-') return false;
  return !str_eq_nocase(s, STR("deletion-jobs"));
}

err_code qna_project_name_check(str name, const char *target, err *e) {
  if (name_valid(name)) return ERR_OK;
  return err_at(e, ERR_INVALID_ARGUMENT, target,
                "a project name has 1 to %d letters, digits and inner hyphens, and is not deletion-jobs",
                LIMIT_NAME_CHARS);
}
