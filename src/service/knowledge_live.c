#include "service/knowledge_live.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/log.h"
#include "service/service_int.h"

/* An index is shared by all tables that have its content; users changes under the registry's change lock only. */
typedef struct shared_index {
  qna_index *x;
  size_t users;
} shared_index;

typedef struct served_base {
  uint64_t key;
  uint32_t resource_index;
  str project, name, hash; /* in the table's memory */
  shared_index *index;
} served_base;

/* Open addressing, at most half full. */
struct knowledge_table {
  size_t mask;
  served_base **slots; /* [mask + 1] */
  served_base *entries;
  size_t n;
  arena memory;
};

static uint64_t key_of(uint32_t resource_index, str project_name, str name) {
  return hash64(name.p, name.n, hash64(project_name.p, project_name.n, resource_index));
}

static const served_base *find(const knowledge_table *t, uint32_t resource_index, str project_name, str name) {
  if (!t) return NULL;
  uint64_t key = key_of(resource_index, project_name, name);
  for (size_t i = key & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
    const served_base *b = t->slots[i];
    if (b->key == key && b->resource_index == resource_index && str_eq(b->project, project_name) &&
        str_eq(b->name, name))
      return b;
  }
  return NULL;
}

const qna_index *knowledge_find(service *s, uint32_t resource_index, str project_name, str deployment) {
  const knowledge_table *t = atomic_load_explicit(&s->knowledge.table, memory_order_acquire);
  const served_base *b = find(t, resource_index, project_name, deployment);
  return b ? b->index->x : NULL;
}

/* ---- building ---------------------------------------------------------------------------------- */

static knowledge_table *table_new(size_t n) {
  knowledge_table *t = mem_zalloc(1, sizeof *t);
  size_t slots = 8;
  while (slots < 2 * n) slots *= 2;
  arena_init(&t->memory, 0);
  t->mask = slots - 1;
  t->slots = arena_zalloc(&t->memory, slots, sizeof *t->slots);
  t->entries = ARENA_ARRAY(&t->memory, served_base, n);
  return t;
}

static void table_add(knowledge_table *t, uint32_t resource_index, const store_base_deployment *d,
                      shared_index *index) {
  served_base *b = &t->entries[t->n++];
  *b = (served_base){.key = key_of(resource_index, d->project, d->name),
                     .resource_index = resource_index,
                     .project = arena_str(&t->memory, d->project),
                     .name = arena_str(&t->memory, d->name),
                     .hash = arena_str(&t->memory, d->hash),
                     .index = index};
  index->users++;
  size_t i = b->key & t->mask;
  while (t->slots[i]) i = (i + 1) & t->mask;
  t->slots[i] = b;
}

static shared_index *index_open(store_tx *tx, const store_base_deployment *d, arena *a, err *e) {
  store_base_deployment whole;
  qna_index *x;
  err_code rc = store_base_deployment_get(tx, d->resource, d->project, d->name, a, &whole, e);
  if (rc == ERR_OK) rc = qna_index_open(whole.document, &x, e);
  if (rc != ERR_OK) return NULL;
  shared_index *index = mem_zalloc(1, sizeof *index);
  index->x = x;
  return index;
}

/* The index of that content: the old table's, where it has one. A deployment mostly has the content of the working
 * copy, which stands near it in the new table. */
static shared_index *index_for(const knowledge_table *old, const knowledge_table *t, uint32_t resource_index,
                               store_tx *tx, const store_base_deployment *d, arena *a, err *e) {
  const served_base *b = find(old, resource_index, d->project, d->name);
  if (b && str_eq(b->hash, d->hash)) return b->index;
  for (size_t i = t->n; i-- > 0 && str_eq(t->entries[i].project, d->project);)
    if (t->entries[i].resource_index == resource_index && str_eq(t->entries[i].hash, d->hash))
      return t->entries[i].index;
  b = find(old, resource_index, d->project, STR(STORE_WORKING_COPY));
  if (b && str_eq(b->hash, d->hash)) return b->index;
  return index_open(tx, d, a, e);
}

err_code knowledge_live__build(service *s, store_tx *tx, knowledge_table **out, err *e) {
  arena a;
  arena_init(&a, 0);
  store_base_deployment *rows;
  size_t n;
  err_code rc = store_base_deployment_all(tx, &a, &rows, &n, e);
  if (rc == ERR_OK) {
    const knowledge_table *old = atomic_load_explicit(&s->knowledge.table, memory_order_relaxed);
    knowledge_table *t = table_new(n);
    for (size_t i = 0; i < n; i++) {
      uint32_t resource = resources__index(s, rows[i].resource);
      if (resource == UINT32_MAX) continue; /* not served here */
      err why = {0};
      shared_index *index = index_for(old, t, resource, tx, &rows[i], &a, &why);
      if (index)
        table_add(t, resource, &rows[i], index);
      else
        log_error("deployment %.*s of question answering project %.*s is left out: %s", STR_ARG(rows[i].name),
                  STR_ARG(rows[i].project), why.message);
    }
    *out = t;
  }
  arena_fini(&a);
  return rc;
}

/* ---- publishing -------------------------------------------------------------------------------- */

knowledge_table *knowledge_live__swap(knowledge_live *k, knowledge_table *next) {
  return atomic_exchange_explicit(&k->table, next, memory_order_acq_rel);
}

void knowledge_live__retire(knowledge_table *old) {
  if (!old) return;
  for (size_t i = 0; i < old->n; i++) {
    shared_index *index = old->entries[i].index;
    if (--index->users) continue;
    qna_index_close(index->x);
    free(index);
  }
  arena_fini(&old->memory);
  free(old);
}

void knowledge_live__init(knowledge_live *k) {
  atomic_init(&k->table, NULL);
}

void knowledge_live__fini(knowledge_live *k) {
  knowledge_live__retire(atomic_load(&k->table));
}
