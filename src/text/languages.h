/* languages.h -- the language codes CLU knows (reference clu-concepts §7). */
#ifndef DRAGOMAN_TEXT_LANGUAGES_H
#define DRAGOMAN_TEXT_LANGUAGES_H

#include "base/str.h"

typedef struct language {
  const char *name; /* "German" */
  const char *code; /* "de", lower case */
  bool orchestration;
} language;

/* All of them, [*n], by name. */
const language *languages_all(size_t *n);
/* By code, any letter case; NULL when unknown. */
const language *language_find(str code);
/* Shape of a language tag, any letter case: "de", "zh-hans", "de-st". Says nothing about support. */
must_check bool language_tag_valid(str tag);
/* Same code, or same primary subtag where one of them has no region ("en" matches "en-us"). */
bool language_matches(str a, str b);

#endif
