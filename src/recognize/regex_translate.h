/* regex_translate.h -- .NET regular-expression syntax to PCRE2's. doc/regex.md is its table.
 * Shared inside recognize/. */
#ifndef DRAGOMAN_RECOGNIZE_REGEX_TRANSLATE_H
#define DRAGOMAN_RECOGNIZE_REGEX_TRANSLATE_H

#include "base/str.h"
#include "base/vec.h"

typedef struct regex_translation {
  buf out;            /* the pattern for PCRE2 */
  u32_vec from;       /* [out.n] byte of the source that each byte of out stems from */
  const char *fault;  /* why the source is refused; NULL when it is not */
  size_t fault_bytes; /* where in the source */
} regex_translation;

/* source: validated UTF-8. Free with regex__translation_free, also when false is returned. */
must_check bool regex__translate(str source, regex_translation *t);
void regex__translation_free(regex_translation *t);

#endif
