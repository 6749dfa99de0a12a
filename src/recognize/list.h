/* list.h -- list components: every synonym of every list entity, found in one pass.
 *
 * A synonym matches whole words, exactly but for letter case and Unicode compatibility forms
 * (token.norm). The matcher is one flat, position-independent block inside the model file (mmapped,
 * no load step): an Aho-Corasick automaton over token ids. */
#ifndef DRAGOMAN_RECOGNIZE_LIST_H
#define DRAGOMAN_RECOGNIZE_LIST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "text/tokens.h"

typedef struct list_entry {
  str synonym;       /* as written by the author */
  uint32_t value;    /* caller's id, returned with a match (e.g. index of a (entity, key) pair) */
  uint32_t language; /* caller's language id; 0 = any */
} list_entry;

/* Appends the block, a multiple of 16 bytes, to out. Deterministic. Entries whose synonym has no
 * token are skipped. ERR_TOO_LARGE over 1 GiB of synonyms. */
must_check err_code list_build(const list_entry *entries, size_t n, buf *out, err *e);

typedef struct list_matcher {
  const uint8_t *block;
  size_t n;
} list_matcher;

/* Checks every length and index of the block, which is borrowed and 4-byte aligned: ERR_CORRUPT. */
must_check err_code list_open(const uint8_t *block, size_t n, list_matcher *m, err *e);

typedef struct list_match {
  uint32_t first_token, token_count;
  uint32_t value, language;
} list_match;

/* All matches, also overlapping and nested ones, by (first_token, longest first, value); *out in a.
 * Linear in tokens plus matches. A zeroed matcher finds nothing. Thread-safe. */
void list_find(const list_matcher *m, const tokens *t, arena *a, list_match **out, size_t *n);

#endif
