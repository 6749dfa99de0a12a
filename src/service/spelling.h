/* spelling.h -- corrects what was typed wrong, with the dictionaries that the machine has.
 *
 * DESIGN. hunspell says which words a language has and what a wrong one may have been; its handles take one thread at
 * a time and tens of milliseconds to load. So there is a pool: a speller is taken by one thread, loaded when none lies
 * idle, and given back. Of hunspell's suggestions, and of the words of the app, the one is chosen that is typed wrong
 * most easily: doubled and single letters, swapped neighbours, a missing letter. Words that the app knows stay as they
 * are, and so does what looks like a name, a number or an address. How well it does: doc/spelling.md. */
#ifndef DRAGOMAN_SERVICE_SPELLING_H
#define DRAGOMAN_SERVICE_SPELLING_H

#include "base/arena.h"
#include "base/str.h"

typedef struct spelling_pool spelling_pool; /* thread-safe */
typedef struct speller speller;             /* one thread at a time */

/* dir: where "en_US.aff" and "en_US.dic" lie. A directory that cannot be read has no dictionaries. */
spelling_pool *spelling_new(const char *dir);
/* All spellers are given back. NULL is fine. */
void spelling_free(spelling_pool *sp);

/* Of a culture ("en-us": en_US, else en, else any en_*); NULL: there is no dictionary of that language, or too many are
 * taken just now. Reads files: never on an event thread, never inside live_enter. */
speller *spelling_take(spelling_pool *sp, str culture);
void spelling_give(spelling_pool *sp, speller *x); /* NULL is fine */

/* Words that stand as they are: ascending, as token.norm. */
typedef struct spelling_words {
  const str *v;
  size_t n;
} spelling_words;

typedef struct spelling_edit {
  uint32_t begin_bytes, end_bytes;         /* in the text given */
  uint32_t new_begin_bytes, new_end_bytes; /* in the corrected one */
} spelling_edit;

typedef struct spelling_result {
  str text;                   /* the text given when there is no edit */
  const spelling_edit *edits; /* [edit_count] by position */
  size_t edit_count;
} spelling_result;

/* text: validated UTF-8. At most SPELLING_CORRECTIONS words are looked at closely, and no further one after
 * SPELLING_LIMIT_US of CPU; the result lives in a. */
enum { SPELLING_CORRECTIONS = 10, SPELLING_LIMIT_US = 400000 };
void spelling_correct(speller *x, str text, const spelling_words *known, arena *a, spelling_result *out);

/* The place in the text given of a place in the corrected one, and the other way round; inside a corrected word: of its
 * end when is_end, else of its begin. */
uint32_t spelling_place_before(const spelling_result *r, uint32_t at_bytes, bool is_end);
uint32_t spelling_place_after(const spelling_result *r, uint32_t at_bytes, bool is_end);

#endif
