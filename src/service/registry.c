#include "service/registry.h"

#include <stdlib.h>
#include <urcu/urcu-bp.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/map.h"
#include "base/timeutil.h"
#include "base/vec.h"
#include "service/assigned.h"
#include "service/service_int.h"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

struct open_model {
  open_model *next;
  char file[SHA256_HEX + 1];
  model *m;
  bool used; /* by the table being built */
};

/* Open addressing, at most half full. slots point into entries. */
struct live_table {
  size_t mask;
  live_model **slots; /* [mask + 1] */
  live_model *entries;
  size_t n;
  arena memory; /* all of the above and the names */
};

/* ---- readers ----------------------------------------------------------------------------------- */

/* liburcu orders readers and reclaimers by means that ThreadSanitizer cannot see; these two calls
 * tell it: what happened before live_leave happened before the grace period's end. */
#if defined(__SANITIZE_THREAD__)
static const char rcu_token;
static void tsan_reader_left(void) {
  __tsan_release((void *)(uintptr_t)&rcu_token);
}
static void tsan_readers_gone(void) {
  __tsan_acquire((void *)(uintptr_t)&rcu_token);
}
#else
static void tsan_reader_left(void) {}
static void tsan_readers_gone(void) {}
#endif

void live_enter(void) {
  urcu_bp_read_lock();
}
void live_leave(void) {
  tsan_reader_left();
  urcu_bp_read_unlock();
}

static uint64_t hash_of(uint32_t resource_index, str project_name, str deployment) {
  return hash64(deployment.p, deployment.n, hash64(project_name.p, project_name.n, resource_index));
}

static live_model *table_find(const live_table *t, uint64_t hash, uint32_t resource_index, str project_name,
                              str deployment) {
  for (size_t i = hash & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
    live_model *lm = t->slots[i];
    if (lm->hash == hash && lm->resource_index == resource_index && str_eq(lm->project, project_name) &&
        str_eq(lm->deployment, deployment))
      return lm;
  }
  return NULL;
}

const live_model *live_find(service *s, uint32_t resource_index, str project_name, str deployment) {
  const live_table *t = atomic_load_explicit(&s->live.table, memory_order_acquire);
  return table_find(t, hash_of(resource_index, project_name, deployment), resource_index, project_name, deployment);
}

const model *live_model_of(const live_model *lm) {
  return lm->m;
}

/* ---- building a table -------------------------------------------------------------------------- */

static live_table *table_new(size_t n) {
  live_table *t = mem_zalloc(1, sizeof *t);
  size_t slots = 8;
  while (slots < 2 * n) slots *= 2;
  arena_init(&t->memory, 0);
  t->mask = slots - 1;
  t->slots = arena_zalloc(&t->memory, slots, sizeof *t->slots);
  t->entries = ARENA_ARRAY(&t->memory, live_model, n);
  return t;
}

static void table_free(live_table *t) {
  if (!t) return;
  arena_fini(&t->memory);
  free(t);
}

static void table_add(live_table *t, uint32_t resource_index, const store_deployment *d, const model *m) {
  live_model *lm = &t->entries[t->n++];
  *lm = (live_model){.hash = hash_of(resource_index, d->project, d->name),
                     .resource_index = resource_index,
                     .resource = arena_str(&t->memory, d->resource),
                     .project = arena_str(&t->memory, d->project),
                     .deployment = arena_str(&t->memory, d->name),
                     .m = m};
  size_t i = lm->hash & t->mask;
  while (t->slots[i]) i = (i + 1) & t->mask;
  t->slots[i] = lm;
}

static err_code open_file(service *s, str file, open_model **out, err *e) {
  arena a;
  arena_init(&a, 0);
  const char *path;
  model *m = NULL;
  err_code rc = store_model_file_path(s->st, file, &a, &path, e);
  if (rc == ERR_OK) rc = model_open(path, false, &m, e);
  if (rc == ERR_OK) {
    open_model *o = mem_zalloc(1, sizeof *o);
    str_copy_to(file, o->file, sizeof o->file);
    o->m = m;
    o->next = s->live.open;
    s->live.open = o;
    s->live.open_count++;
    *out = o;
  }
  arena_fini(&a);
  return rc;
}

/* The open model of a file, opening it when it is new. by_file maps file to index in list. */
typedef struct open_index {
  strmap by_file;
  VEC(open_model *) list;
} open_index;

static void index_add(open_index *ix, open_model *o) {
  strmap_put(&ix->by_file, str_of(o->file), (uint32_t)ix->list.n, NULL);
  VEC_PUSH(&ix->list, o);
}

static open_model *model_for(service *s, open_index *ix, const store_deployment *d) {
  const uint32_t *at = strmap_get(&ix->by_file, d->file);
  if (at) return ix->list.p[*at];
  open_model *o;
  err e = {0};
  if (open_file(s, d->file, &o, &e) == ERR_OK) {
    index_add(ix, o);
    return o;
  }
  log_error("deployment %.*s of project %.*s: its model cannot be loaded: %s", STR_ARG(d->name), STR_ARG(d->project),
            e.message);
  return NULL;
}

/* What the deployment answered with until now; its file stays open for the new table. */
static open_model *model_before(service *s, const live_model *old) {
  for (open_model *o = s->live.open; old && o; o = o->next)
    if (o->m == old->m) return o;
  return NULL;
}

/* A deployment answers on its owner's resource and on each that it is assigned to. */
typedef struct placement {
  uint32_t resource_index;
  const store_deployment *d;
} placement;
typedef VEC(placement) placements;

static live_table *build(service *s, const live_table *old, const placements *all) {
  live_table *t = table_new(all->n);
  open_index ix = {0};
  strmap_init(&ix.by_file);
  for (open_model *o = s->live.open; o; o = o->next) {
    o->used = false;
    index_add(&ix, o);
  }
  for (size_t i = 0; i < all->n; i++) {
    const store_deployment *d = all->p[i].d;
    uint32_t resource = all->p[i].resource_index;
    open_model *o = model_for(s, &ix, d);
    if (!o && old)
      o = model_before(s, table_find(old, hash_of(resource, d->project, d->name), resource, d->project, d->name));
    if (!o) continue;
    o->used = true;
    table_add(t, resource, d, o->m);
  }
  strmap_fini(&ix.by_file);
  VEC_FREE(&ix.list);
  return t;
}

/* ---- publishing -------------------------------------------------------------------------------- */

static void close_unused(registry *r) {
  for (open_model **at = &r->open; *at;) {
    open_model *o = *at;
    if (o->used) {
      at = &o->next;
      continue;
    }
    *at = o->next;
    r->open_count--;
    model_close(o->m);
    free(o);
  }
}

static void publish(registry *r, live_table *t) {
  live_table *old = atomic_exchange_explicit(&r->table, t, memory_order_acq_rel);
  urcu_bp_synchronize_rcu();
  tsan_readers_gone();
  table_free(old);
  close_unused(r);
  atomic_store(&r->deployments, t->n);
  atomic_store(&r->models, r->open_count);
}

/* What the store says at one moment. */
typedef struct stored {
  store_deployment *deployments;
  store_resource *resources;
  size_t deployment_count, resource_count;
} stored;

static err_code read_stored(service *s, arena *a, stored *out, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_deployment_all(tx, a, &out->deployments, &out->deployment_count, e);
  if (rc == ERR_OK) rc = store_resource_list(tx, a, &out->resources, &out->resource_count, e);
  store_rollback(tx);
  return rc;
}

static void place(service *s, const stored *all, const store_deployment *d, str resource_id, placements *out) {
  for (size_t i = 0; i < all->resource_count; i++) {
    if (!str_eq(all->resources[i].azure_resource_id, resource_id)) continue;
    uint32_t index = resources__index(s, all->resources[i].name);
    if (index != UINT32_MAX) VEC_PUSH(out, ((placement){index, d}));
  }
}

static err_code place_all(service *s, const stored *all, arena *a, placements *out, err *e) {
  err_code rc = ERR_OK;
  for (size_t i = 0; rc == ERR_OK && i < all->deployment_count; i++) {
    const store_deployment *d = &all->deployments[i];
    assigned_set on;
    VEC_PUSH(out, ((placement){resources__index(s, d->resource), d}));
    rc = assigned__parse(d->assigned, a, &on, e);
    for (size_t k = 0; rc == ERR_OK && k < on.n; k++) place(s, all, d, on.p[k].resource_id, out);
  }
  return rc;
}

err_code registry__reload(service *s, err *e) {
  arena a;
  arena_init(&a, 0);
  stored rows;
  placements all = {0};
  /* The rows are read with the lock held, so the last table published is the newest one read. */
  pthread_mutex_lock(&s->live.change);
  err_code rc = read_stored(s, &a, &rows, e);
  if (rc == ERR_OK) rc = place_all(s, &rows, &a, &all, e);
  if (rc == ERR_OK) {
    live_table *old = atomic_load_explicit(&s->live.table, memory_order_relaxed);
    publish(&s->live, build(s, old, &all));
  }
  pthread_mutex_unlock(&s->live.change);
  VEC_FREE(&all);
  arena_fini(&a);
  return rc;
}

void registry__init(registry *r) {
  pthread_mutex_init(&r->change, NULL);
  atomic_store(&r->table, table_new(0));
}

void registry__fini(registry *r) {
  table_free(atomic_load(&r->table));
  for (open_model *o = r->open; o; o = o->next) o->used = false;
  close_unused(r);
  pthread_mutex_destroy(&r->change);
}

void registry__count(const registry *r, uint64_t *deployments, uint64_t *models) {
  *deployments = atomic_load(&r->deployments);
  *models = atomic_load(&r->models);
}

/* ---- after a prediction ------------------------------------------------------------------------ */

static void log_query(service *s, const live_usage *u, str top_intent) {
  arena a;
  arena_init(&a, 0);
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  prediction_write(&w, u->lm->m, u->text, u->prediction, OFFSET_UTF16, &a);
  query_log__add(&s->queries, &(store_query){.resource = u->lm->resource,
                                             .project = u->lm->project,
                                             .deployment = u->lm->deployment,
                                             .text = u->text,
                                             .language = u->language,
                                             .top_intent = top_intent,
                                             .prediction = buf_str(&json),
                                             .at_us = time_now_us()});
  buf_free(&json);
  arena_fini(&a);
}

void live_count(service *s, const live_usage *u) {
  str top = model_intent_name(u->lm->m, u->prediction->top_intent);
  counters__prediction(&s->counts, str_eq(top, STR("None")));
  if (u->log_query) log_query(s, u, top);
}
