/* text_fold.h -- the text as recognisers see it: lower case, full-width signs made narrow, one code
 * point for one, so that UTF-16 offsets stay those of the input. */
#ifndef DRAGOMAN_RECOGNIZE_TEXT_FOLD_H
#define DRAGOMAN_RECOGNIZE_TEXT_FOLD_H

#include "base/arena.h"
#include "base/str.h"

typedef struct folded_text {
  str original;
  str text;              /* folded UTF-8 */
  const uint32_t *utf16; /* [text.n + 1] UTF-16 offset of each byte; NULL: same as the byte */
  const uint32_t *bytes; /* [text.n + 1] byte offset in original; NULL: same */
} folded_text;

/* original: validated UTF-8 below 4 GiB, borrowed. */
void text_fold(str original, arena *a, folded_text *out);
static inline uint32_t folded_utf16(const folded_text *f, uint32_t at) {
  return f->utf16 ? f->utf16[at] : at;
}
static inline uint32_t folded_byte(const folded_text *f, uint32_t at) {
  return f->bytes ? f->bytes[at] : at;
}

#endif
