#include "base/map.h"

#include "base/hash.h"
#include <stdlib.h>

void strmap_init(strmap *m) { *m = (strmap){0}; }

void strmap_fini(strmap *m) {
  free(m->entries);
  free(m->slots);
  *m = (strmap){0};
}

static void rehash(strmap *m) {
  size_t want = m->slot_count ? m->slot_count * 2 : 16;
  free(m->slots);
  m->slots = mem_zalloc(want, sizeof *m->slots);
  m->slot_count = want;
  for (size_t i = 0; i < m->n; i++) {
    size_t s = m->entries[i].hash & (want - 1);
    while (m->slots[s]) s = (s + 1) & (want - 1);
    m->slots[s] = (uint32_t)i + 1;
  }
}

/* Slot that holds key, or the empty slot where it would go. */
static size_t find_slot(const strmap *m, str key, uint32_t hash) {
  size_t s = hash & (m->slot_count - 1);
  while (m->slots[s]) {
    const strmap_entry *e = &m->entries[m->slots[s] - 1];
    if (e->hash == hash && str_eq(e->key, key)) return s;
    s = (s + 1) & (m->slot_count - 1);
  }
  return s;
}

uint32_t *strmap_put(strmap *m, str key, uint32_t init, bool *inserted) {
  if (m->n * 4 >= m->slot_count * 3) rehash(m);
  uint32_t hash = (uint32_t)hash64(key.p, key.n, 0);
  size_t s = find_slot(m, key, hash);
  if (inserted) *inserted = m->slots[s] == 0;
  if (m->slots[s] == 0) {
    if (m->n == m->cap) {
      void *p = m->entries;
      mem_grow(&p, &m->cap, m->n + 1, sizeof *m->entries);
      m->entries = p;
    }
    m->entries[m->n++] = (strmap_entry){.key = key, .value = init, .hash = hash};
    m->slots[s] = (uint32_t)m->n;
  }
  return &m->entries[m->slots[s] - 1].value;
}

const uint32_t *strmap_get(const strmap *m, str key) {
  if (!m->n) return NULL;
  size_t s = find_slot(m, key, (uint32_t)hash64(key.p, key.n, 0));
  return m->slots[s] ? &m->entries[m->slots[s] - 1].value : NULL;
}
