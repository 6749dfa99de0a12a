/* map.h -- hash map from byte strings to uint32_t, for vocabularies and name look-ups.
 * Keys are borrowed: they must outlive the map. Not thread-safe while being changed. Iteration
 * order is insertion order (entries[0..n)), so results never depend on hash values. */
#ifndef DRAGOMAN_BASE_MAP_H
#define DRAGOMAN_BASE_MAP_H

#include "base/base.h"
#include "base/str.h"

typedef struct strmap_entry {
  str key;
  uint32_t value;
  uint32_t hash;
} strmap_entry;

typedef struct strmap {
  strmap_entry *entries; /* [n] in insertion order */
  size_t n, cap;
  uint32_t *slots; /* [slot_count] entry index + 1, 0 = empty */
  size_t slot_count; /* power of two */
} strmap;

void strmap_init(strmap *m);
void strmap_fini(strmap *m);

/* Value of key, inserting init when absent; *inserted (may be NULL) says which. The pointer is
 * valid until the next insertion. */
uint32_t *strmap_put(strmap *m, str key, uint32_t init, bool *inserted);
/* NULL when absent. */
const uint32_t *strmap_get(const strmap *m, str key);

#endif
