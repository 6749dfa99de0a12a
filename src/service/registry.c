#include "service/registry.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/map.h"
#include "base/vec.h"
#include "service/assigned.h"
#include "service/kept_model.h"
#include "service/knowledge_live.h"
#include "service/live_trial.h"
#include "service/luis_int.h"
#include "service/readers.h"
#include "service/service_int.h"

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
  bool has_public; /* some entry is on ANY_RESOURCE */
  arena memory;    /* all of the above and the names */
};

/* Where the slots of public LUIS apps are beside the resources that they were published to. No resource has it as
 * its index. */
static const uint32_t ANY_RESOURCE = UINT32_MAX - 1;

/* ---- finding ------------------------------------------------------------------------------------ */

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
  if (s->live.any_deployment) deployment = STR("");
  const live_model *lm =
      table_find(t, hash_of(resource_index, project_name, deployment), resource_index, project_name, deployment);
  if (lm || !t->has_public) return lm;
  return table_find(t, hash_of(ANY_RESOURCE, project_name, deployment), ANY_RESOURCE, project_name, deployment);
}

const model *live_model_of(const live_model *lm) {
  return lm->m;
}

bool live_adds_sentiment(const live_model *lm) {
  return lm->adds_sentiment;
}

bool live_is_on_trial(const live_model *lm) {
  return lm->shadow || lm->canary;
}

/* ---- canaries ---------------------------------------------------------------------------------- */

/* What the choice sticks to; whatever is empty is passed over. */
static str sticky_text(const live_trial *t, const query_origin *q) {
  if (t->settings.sticky == STICKY_PARTICIPANT && q->participant.n) return q->participant;
  if (t->settings.sticky != STICKY_TEXT && q->conversation.n) return q->conversation;
  return q->text;
}

bool live_takes_canary(const live_model *lm, const query_origin *q) {
  const live_trial *t = lm->canary;
  if (!t || atomic_load_explicit(&t->returned, memory_order_relaxed)) return false;
  str key = sticky_text(t, q);
  return trial_settings__takes(&t->settings, hash_mix64(hash64(key.p, key.n, t->salt)));
}

const model *live_canary_of(const live_model *lm) {
  return lm->canary->m;
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

static live_model *table_add(live_table *t, uint32_t resource_index, const store_deployment *d, const model *m) {
  live_model *lm = &t->entries[t->n++];
  *lm = (live_model){.hash = hash_of(resource_index, d->project, d->name),
                     .resource_index = resource_index,
                     .resource = arena_str(&t->memory, d->resource),
                     .project = arena_str(&t->memory, d->project),
                     .deployment = arena_str(&t->memory, d->name),
                     .m = m};
  lm->adds_sentiment = luis__adds_sentiment(d->options);
  t->has_public = t->has_public || resource_index == ANY_RESOURCE;
  size_t i = lm->hash & t->mask;
  while (t->slots[i]) i = (i + 1) & t->mask;
  t->slots[i] = lm;
  return lm;
}

static err_code open_file(service *s, str file, open_model **out, err *e) {
  model *m = NULL;
  err_code rc = kept_model__open(s->st, file, false, &m, e);
  if (rc == ERR_OK) {
    open_model *o = mem_zalloc(1, sizeof *o);
    str_copy_to(file, o->file, sizeof o->file);
    o->m = m;
    o->next = s->live.open;
    s->live.open = o;
    s->live.open_count++;
    *out = o;
  }
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

/* Trying again would not help: the file is gone or damaged wherever it is kept. */
static bool is_final(err_code rc) {
  return rc == ERR_NOT_FOUND || rc == ERR_CORRUPT;
}

static open_model *model_for(service *s, open_index *ix, str file, str project_name, str deployment) {
  const uint32_t *at = strmap_get(&ix->by_file, file);
  if (at) return ix->list.p[*at];
  open_model *o;
  err e = {0};
  err_code rc = open_file(s, file, &o, &e);
  if (rc == ERR_OK) {
    index_add(ix, o);
    return o;
  }
  if (!is_final(rc)) s->live.lacks_files = true;
  log_error("deployment %.*s of project %.*s: a model cannot be loaded: %s", STR_ARG(deployment), STR_ARG(project_name),
            e.message);
  return NULL;
}

/* What the deployment answered with until now; its file stays open for the new table. */
static open_model *model_before(service *s, const live_model *old) {
  for (open_model *o = s->live.open; old && o; o = o->next)
    if (o->m == old->m) return o;
  return NULL;
}

/* What the store says at one moment. */
typedef struct stored {
  store_deployment *deployments;
  store_resource *resources;
  store_trial *trials; /* those that run */
  store_project *apps; /* of LUIS */
  size_t deployment_count, resource_count, trial_count, app_count;
  knowledge_table *bases; /* made of it */
  int64_t generation;
} stored;

/* A deployment answers on its owner's resource and on each that it is assigned to. */
typedef struct placement {
  uint32_t resource_index;
  const store_deployment *d;
} placement;
typedef VEC(placement) placements;

/* ---- trials ------------------------------------------------------------------------------------ */

static live_trial *trial_by_id(registry *r, str id) {
  for (live_trial *t = r->trials; t; t = t->next)
    if (str_eq(id, str_of(t->id))) return t;
  return NULL;
}

/* NULL, logged, when its settings or its model cannot be read. */
static live_trial *trial_new(service *s, open_index *ix, const store_trial *row) {
  trial_settings settings;
  err e = {0};
  if (trial_settings__parse(row->settings, &settings, &e) != ERR_OK) {
    log_error("deployment %.*s of project %.*s: its trial is not read: %s", STR_ARG(row->deployment),
              STR_ARG(row->project), e.message);
    return NULL;
  }
  open_model *o = model_for(s, ix, row->file, row->project, row->deployment);
  if (!o) return NULL;
  live_trial *t = mem_zalloc(1, sizeof *t);
  t->kind = str_eq(row->kind, str_of(trial_kind_name(TRIAL_CANARY))) ? TRIAL_CANARY : TRIAL_SHADOW;
  str_copy_to(row->id, t->id, sizeof t->id);
  t->m = o->m;
  t->settings = settings;
  t->salt = hash64(row->deployment.p, row->deployment.n, hash64(row->file.p, row->file.n, 0));
  t->next = s->live.trials;
  s->live.trials = t;
  return t;
}

/* The running trials of a deployment, new ones opened. */
static void find_trials(service *s, open_index *ix, const store_deployment *d, const store_trial *rows, size_t n,
                        live_model *lm) {
  for (size_t i = 0; i < n; i++) {
    const store_trial *row = &rows[i];
    if (!str_eq(row->deployment, d->name) || !str_eq(row->project, d->project) || !str_eq(row->resource, d->resource))
      continue;
    live_trial *t = trial_by_id(&s->live, row->id);
    if (!t) t = trial_new(s, ix, row);
    if (!t) continue;
    t->used = true;
    for (open_model *o = s->live.open; o; o = o->next)
      if (o->m == t->m) o->used = true;
    *(t->kind == TRIAL_CANARY ? &lm->canary : &lm->shadow) = t;
  }
}

static live_table *build(service *s, const live_table *old, const placements *all, const stored *rows) {
  live_table *t = table_new(all->n);
  open_index ix = {0};
  for (live_trial *x = s->live.trials; x; x = x->next) x->used = false;
  strmap_init(&ix.by_file);
  for (open_model *o = s->live.open; o; o = o->next) {
    o->used = false;
    index_add(&ix, o);
  }
  for (size_t i = 0; i < all->n; i++) {
    const store_deployment *d = all->p[i].d;
    uint32_t resource = all->p[i].resource_index;
    if (resource == UINT32_MAX) continue; /* not served here */
    open_model *o = model_for(s, &ix, d->file, d->project, d->name);
    if (!o && old)
      o = model_before(s, table_find(old, hash_of(resource, d->project, d->name), resource, d->project, d->name));
    if (!o) continue;
    o->used = true;
    live_model *lm = table_add(t, resource, d, o->m);
    find_trials(s, &ix, d, rows->trials, rows->trial_count, lm);
  }
  strmap_fini(&ix.by_file);
  VEC_FREE(&ix.list);
  return t;
}

/* ---- publishing -------------------------------------------------------------------------------- */

static void free_unused_trials(registry *r) {
  for (live_trial **at = &r->trials; *at;) {
    live_trial *t = *at;
    if (t->used) {
      at = &t->next;
      continue;
    }
    *at = t->next;
    free(t);
  }
}

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

static void count_trials(registry *r) {
  uint64_t n[TRIAL_KINDS] = {0};
  for (const live_trial *t = r->trials; t; t = t->next) n[t->kind]++;
  atomic_store(&r->shadows, n[TRIAL_SHADOW]);
  atomic_store(&r->canaries, n[TRIAL_CANARY]);
}

/* k NULL: what is served has no bases. */
static void publish(registry *r, live_table *t, knowledge_live *k, knowledge_table *bases) {
  live_table *old = atomic_exchange_explicit(&r->table, t, memory_order_acq_rel);
  knowledge_table *old_bases = k ? knowledge_live__swap(k, bases) : NULL;
  live__wait_readers();
  table_free(old);
  knowledge_live__retire(old_bases);
  free_unused_trials(r);
  close_unused(r);
  atomic_store(&r->deployments, t->n);
  atomic_store(&r->models, r->open_count);
  count_trials(r);
}

static err_code read_stored(service *s, bool copy_will_do, arena *a, stored *out, err *e) {
  store_tx *tx;
  bool is_copy;
  err_code rc = copy_will_do ? store_begin_live(s->st, &tx, &is_copy, e) : store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_generation(tx, &out->generation, e);
  if (rc == ERR_OK) rc = store_deployment_all(tx, a, &out->deployments, &out->deployment_count, e);
  if (rc == ERR_OK) rc = store_resource_list(tx, a, &out->resources, &out->resource_count, e);
  if (rc == ERR_OK) rc = store_trial_running(tx, a, &out->trials, &out->trial_count, e);
  if (rc == ERR_OK) rc = store_luis_app_list(tx, STR(""), a, &out->apps, &out->app_count, e);
  if (rc == ERR_OK) rc = knowledge_live__build(s, tx, &out->bases, e);
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

static bool is_public(const stored *all, const store_deployment *d, arena *a) {
  for (size_t i = 0; i < all->app_count; i++) {
    luis_record app;
    err ignored;
    if (str_eq(all->apps[i].name, d->project) && str_eq(all->apps[i].resource, d->resource))
      return luis__app_parse(&all->apps[i], a, &app, &ignored) == ERR_OK && app.settings.is_public;
  }
  return false;
}

static err_code place_all(service *s, const stored *all, arena *a, placements *out, err *e) {
  err_code rc = ERR_OK;
  for (size_t i = 0; rc == ERR_OK && i < all->deployment_count; i++) {
    const store_deployment *d = &all->deployments[i];
    assigned_set on;
    VEC_PUSH(out, ((placement){resources__index(s, d->resource), d}));
    rc = assigned__parse(d->assigned, a, &on, e);
    for (size_t k = 0; rc == ERR_OK && k < on.n; k++) place(s, all, d, on.p[k].resource_id, out);
    if (is_public(all, d, a)) VEC_PUSH(out, ((placement){ANY_RESOURCE, d}));
  }
  return rc;
}

static err_code reload(service *s, bool copy_will_do, err *e) {
  arena a;
  arena_init(&a, 0);
  stored rows = {0};
  placements all = {0};
  /* The rows are read with the lock held, so the last table published is the newest one read. */
  pthread_mutex_lock(&s->live.change);
  err_code rc = read_stored(s, copy_will_do, &a, &rows, e);
  if (rc == ERR_OK) rc = place_all(s, &rows, &a, &all, e);
  if (rc == ERR_OK) {
    live_table *old = atomic_load_explicit(&s->live.table, memory_order_relaxed);
    s->live.lacks_files = false;
    publish(&s->live, build(s, old, &all, &rows), &s->knowledge, rows.bases);
    rows.bases = NULL;
    if (!s->live.lacks_files) atomic_store(&s->live.generation, rows.generation);
  }
  knowledge_live__retire(rows.bases); /* not published */
  pthread_mutex_unlock(&s->live.change);
  VEC_FREE(&all);
  arena_fini(&a);
  return rc;
}

err_code registry__reload(service *s, err *e) {
  return reload(s, false, e);
}

err_code registry__start(service *s, err *e) {
  return reload(s, true, e);
}

void registry__init(registry *r) {
  pthread_mutex_init(&r->change, NULL);
  atomic_store(&r->table, table_new(0));
}

void registry__serve_one(registry *r, model *m, str project_name) {
  live_table *t = table_new(1);
  open_model *o = mem_zalloc(1, sizeof *o);
  o->m = m;
  o->used = true;
  r->open = o;
  r->open_count = 1;
  r->any_deployment = true;
  table_add(t, 0, &(store_deployment){.resource = STR(""), .project = project_name, .name = STR("")}, m);
  publish(r, t, NULL, NULL);
}

void registry__fini(registry *r) {
  table_free(atomic_load(&r->table));
  for (live_trial *t = r->trials; t; t = t->next) t->used = false;
  for (open_model *o = r->open; o; o = o->next) o->used = false;
  free_unused_trials(r);
  close_unused(r);
  pthread_mutex_destroy(&r->change);
}

registry_counts registry__count(const registry *r) {
  return (registry_counts){.deployments = atomic_load(&r->deployments),
                           .models = atomic_load(&r->models),
                           .shadows = atomic_load(&r->shadows),
                           .canaries = atomic_load(&r->canaries),
                           .generation = atomic_load(&r->generation)};
}
