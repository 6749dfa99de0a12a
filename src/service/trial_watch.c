#include "service/trial_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/timeutil.h"
#include "service/live_trial.h"
#include "service/priority.h"
#include "service/service_int.h"

enum { QUEUE_MAX = 8192, SAVE_EVERY_MS = 1000 };

/* One answered query. Names, not pointers: by the time that it is looked at, tables may have changed. */
struct trial_sample {
  trial_sample *next;
  trial_kind kind;
  char id[ID_HEX32_LEN + 1];
  uint32_t resource_index;
  bool is_error, is_none;
  str project, deployment, text, language; /* language.p NULL: none given */
  str intent, entities;                    /* of the answer */
  /* The bytes of all follow. */
};

/* ---- the answer in a comparable form ------------------------------------------------------------- */

/* Each entity as begin, end (bytes, native) and category with a NUL, in the order of the prediction. */
static void entities_of(const model *m, const prediction *p, buf *out) {
  for (size_t i = 0; i < p->entity_count; i++) {
    const predicted_entity *x = &p->entities[i];
    buf_add(out, &x->begin_bytes, sizeof x->begin_bytes);
    buf_add(out, &x->end_bytes, sizeof x->end_bytes);
    buf_add_str(out, model_entity_name(m, x->entity));
    buf_add_byte(out, '\0');
  }
}

/* ---- the queue ----------------------------------------------------------------------------------- */

static str copy_to(char **at, str s) {
  char *p = *at;
  if (s.n) memcpy(p, s.p, s.n);
  *at += s.n;
  return (str){s.p ? p : NULL, s.n};
}

static trial_sample *sample_new(const trial_sample *from) {
  size_t bytes =
      from->project.n + from->deployment.n + from->text.n + from->language.n + from->intent.n + from->entities.n;
  trial_sample *x = mem_alloc(sizeof *x + bytes + 1);
  char *at = (char *)(x + 1);
  *x = *from;
  x->project = copy_to(&at, from->project);
  x->deployment = copy_to(&at, from->deployment);
  x->text = copy_to(&at, from->text);
  x->language = copy_to(&at, from->language);
  x->intent = copy_to(&at, from->intent);
  x->entities = copy_to(&at, from->entities);
  return x;
}

/* False when there is no room; the sample stays the caller's. */
static bool push(trial_watch *w, trial_sample *x) {
  pthread_mutex_lock(&w->lock);
  bool room = w->started && w->waiting < QUEUE_MAX;
  if (room) {
    x->next = NULL;
    *w->last = x;
    w->last = &x->next;
    if (w->waiting++ == 0) pthread_cond_signal(&w->added);
  } else {
    w->totals.dropped++;
  }
  pthread_mutex_unlock(&w->lock);
  return room;
}

void trial_watch__answered(service *s, const live_model *lm, bool by_canary, str text, str language,
                           const prediction *p) {
  live_trial *t = by_canary ? lm->canary : lm->shadow;
  const model *m = by_canary ? t->m : lm->m;
  trial_sample x = {.kind = t->kind,
                    .resource_index = lm->resource_index,
                    .is_error = !p,
                    .project = lm->project,
                    .deployment = lm->deployment,
                    .text = text,
                    .language = language};
  buf entities = {0};
  memcpy(x.id, t->id, sizeof x.id);
  if (p) {
    x.intent = model_intent_name(m, p->top_intent);
    x.is_none = str_eq(x.intent, STR("None"));
    entities_of(m, p, &entities);
    x.entities = buf_str(&entities);
  }
  trial_sample *copy = sample_new(&x);
  buf_free(&entities);
  if (push(&s->trials, copy)) return;
  atomic_fetch_add_explicit(&t->dropped, 1, memory_order_relaxed);
  free(copy);
}

/* Everything that waits; NULL at the latest after SAVE_EVERY_MS, or when the watch stops. */
static trial_sample *take_all(trial_watch *w, bool *stopping) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += SAVE_EVERY_MS / 1000;
  pthread_mutex_lock(&w->lock);
  int rc = 0;
  while (!w->first && !w->stopping && rc == 0) rc = pthread_cond_timedwait(&w->added, &w->lock, &until);
  trial_sample *list = w->first;
  w->first = NULL;
  w->last = &w->first;
  w->waiting = 0;
  *stopping = w->stopping;
  pthread_mutex_unlock(&w->lock);
  return list;
}

static void free_list(trial_sample *x) {
  while (x) {
    trial_sample *next = x->next;
    free(x);
    x = next;
  }
}

/* ---- judging ------------------------------------------------------------------------------------- */

static bool beyond(live_trial *t, const char *what, int64_t bad, double bound) {
  if (bound < 0 || (double)bad <= bound * (double)t->settings.window) return false;
  snprintf(t->reason, sizeof t->reason, "%s: %lld of the newest %lld answers, more than %g of %lld", what,
           (long long)bad, (long long)t->window.answered, bound, (long long)t->settings.window);
  return true;
}

/* A window that is bad enough before it is full can only stay so. */
static void judge(live_trial *t) {
  const trial_settings *b = &t->settings;
  if (atomic_load(&t->returned)) return;
  if (beyond(t, "errors", t->window.errors, b->max_error_rate) ||
      beyond(t, "None", t->window.none_answers, b->max_none_rate) ||
      beyond(t, "disagreement", t->window.intent_differs, b->max_disagreement))
    atomic_store(&t->returned, true);
  else if (t->window.answered >= b->window)
    t->window = (store_trial_counts){0};
}

/* The answer of the other model is what a shadow would have said, or what a canary stood in for. */
static void compare(const model *other, const trial_sample *x, arena *a, store_trial_counts *out) {
  prediction p;
  buf entities = {0};
  model_predict(other, x->text, &(predict_options){.language = x->language, .threshold = -1}, a, &p);
  entities_of(other, &p, &entities);
  out->compared = 1;
  out->intent_differs = !str_eq(model_intent_name(other, p.top_intent), x->intent);
  out->entities_differ = !str_eq(buf_str(&entities), x->entities);
  buf_free(&entities);
}

static void add(store_trial_counts *to, const store_trial_counts *more) {
  to->answered += more->answered;
  to->errors += more->errors;
  to->none_answers += more->none_answers;
  to->compared += more->compared;
  to->intent_differs += more->intent_differs;
  to->entities_differ += more->entities_differ;
}

static void add_totals(trial_watch *w, const live_trial *t, const store_trial_counts *more, bool returned) {
  trial_totals *c = &w->totals;
  pthread_mutex_lock(&w->lock);
  if (t->kind == TRIAL_SHADOW) {
    c->shadow_compared += (uint64_t)more->compared;
    c->shadow_intent_differs += (uint64_t)more->intent_differs;
    c->shadow_entities_differ += (uint64_t)more->entities_differ;
  } else {
    c->canary_answered += (uint64_t)more->answered;
    c->canary_errors += (uint64_t)more->errors;
    c->canary_none += (uint64_t)more->none_answers;
    c->canary_compared += (uint64_t)more->compared;
    c->canary_intent_differs += (uint64_t)more->intent_differs;
    c->canary_entities_differ += (uint64_t)more->entities_differ;
    c->canary_returned += returned;
  }
  pthread_mutex_unlock(&w->lock);
}

/* Inside live_enter: the trial and both models stay. */
static void look_at(service *s, const trial_sample *x, arena *a) {
  const live_model *lm = live_find(s, x->resource_index, x->project, x->deployment);
  live_trial *t = !lm ? NULL : x->kind == TRIAL_CANARY ? lm->canary : lm->shadow;
  if (!t || strcmp(t->id, x->id) != 0) return; /* over since */
  store_trial_counts one = {0};
  if (t->kind == TRIAL_CANARY)
    one = (store_trial_counts){.answered = 1, .errors = x->is_error, .none_answers = x->is_none};
  if (!x->is_error) compare(t->kind == TRIAL_CANARY ? lm->m : t->m, x, a, &one);
  bool before = atomic_load(&t->returned);
  add(&t->counts, &one);
  add(&t->window, &one);
  if (t->kind == TRIAL_CANARY) judge(t);
  add_totals(&s->trials, t, &one, !before && atomic_load(&t->returned));
}

static void look_at_all(service *s, const trial_sample *list, arena *a) {
  for (const trial_sample *x = list; x; x = x->next) {
    live_enter();
    look_at(s, x, a);
    live_leave();
    arena_reset(a);
  }
}

/* ---- saving -------------------------------------------------------------------------------------- */

/* What one trial has to save. */
typedef struct unsaved {
  char id[ID_HEX32_LEN + 1];
  store_trial_counts more, now;
  bool returned;
  char reason[sizeof((live_trial *)0)->reason];
} unsaved;
typedef VEC(unsaved) unsaved_list;

static store_trial_counts minus(store_trial_counts a, const store_trial_counts *b) {
  return (store_trial_counts){.answered = a.answered - b->answered,
                              .errors = a.errors - b->errors,
                              .none_answers = a.none_answers - b->none_answers,
                              .compared = a.compared - b->compared,
                              .intent_differs = a.intent_differs - b->intent_differs,
                              .entities_differ = a.entities_differ - b->entities_differ,
                              .dropped = a.dropped - b->dropped};
}

static void collect(service *s, unsaved_list *out) {
  static const store_trial_counts nothing;
  pthread_mutex_lock(&s->live.change);
  for (live_trial *t = s->live.trials; t; t = t->next) {
    unsaved u = {.now = t->counts, .returned = atomic_load(&t->returned) && !t->return_saved};
    u.now.dropped = atomic_load_explicit(&t->dropped, memory_order_relaxed);
    u.more = minus(u.now, &t->saved);
    if (!u.returned && memcmp(&u.more, &nothing, sizeof nothing) == 0) continue;
    memcpy(u.id, t->id, sizeof u.id);
    memcpy(u.reason, t->reason, sizeof u.reason);
    VEC_PUSH(out, u);
  }
  pthread_mutex_unlock(&s->live.change);
}

static err_code write_unsaved(service *s, const unsaved_list *list, bool *any_returned, err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  for (size_t i = 0; rc == ERR_OK && i < list->n; i++) {
    const unsaved *u = &list->p[i];
    size_t ended = 0;
    rc = store_trial_count(tx, str_of(u->id), &u->more, e);
    if (rc == ERR_OK && u->returned)
      rc = store_trial_end(tx, str_of(u->id), STR("returned"), str_of(u->reason), time_now_us(), &ended, e);
    if (ended) *any_returned = true;
  }
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

static void mark_saved(service *s, const unsaved_list *list) {
  pthread_mutex_lock(&s->live.change);
  for (size_t i = 0; i < list->n; i++)
    for (live_trial *t = s->live.trials; t; t = t->next) {
      if (strcmp(t->id, list->p[i].id) != 0) continue;
      t->saved = list->p[i].now;
      if (list->p[i].returned) t->return_saved = true;
    }
  pthread_mutex_unlock(&s->live.change);
}

/* What cannot be written now is tried again with the next saving: nothing is lost but by a crash. */
static void save(service *s) {
  unsaved_list list = {0};
  bool any_returned = false;
  err e = {0};
  collect(s, &list);
  if (list.n) {
    if (write_unsaved(s, &list, &any_returned, &e) != ERR_OK) {
      log_error("the counts of %zu trials cannot be saved, trying on: %s", list.n, e.message);
    } else {
      mark_saved(s, &list);
      for (size_t i = 0; i < list.n; i++)
        if (list.p[i].returned) log_warn("a canary is taken back: %s", list.p[i].reason);
      if (any_returned && registry__reload(s, &e) != ERR_OK)
        log_error("a canary stays in memory, unused: %s", e.message);
    }
  }
  VEC_FREE(&list);
}

/* ---- the thread ---------------------------------------------------------------------------------- */

static void *watch(void *arg) {
  service *s = arg;
  arena a;
  arena_init(&a, 0);
  priority__lower(PRIORITY_TRIAL);
  int64_t next_save_us = time_mono_us();
  for (bool stopping = false; !stopping;) {
    trial_sample *list = take_all(&s->trials, &stopping);
    if (!stopping) look_at_all(s, list, &a);
    free_list(list);
    if (!stopping && time_mono_us() < next_save_us) continue;
    save(s);
    next_save_us = time_mono_us() + (int64_t)SAVE_EVERY_MS * 1000;
  }
  arena_fini(&a);
  return NULL;
}

err_code trial_watch__start(service *s, err *e) {
  trial_watch *w = &s->trials;
  w->last = &w->first;
  pthread_mutex_init(&w->lock, NULL);
  pthread_cond_init(&w->added, NULL);
  int rc = pthread_create(&w->thread, NULL, watch, s);
  if (rc != 0) return err_errno(e, rc, "cannot start the trials' thread");
  w->started = true;
  return ERR_OK;
}

void trial_watch__stop(service *s) {
  trial_watch *w = &s->trials;
  if (!w->started) return;
  pthread_mutex_lock(&w->lock);
  w->stopping = true;
  pthread_cond_signal(&w->added);
  pthread_mutex_unlock(&w->lock);
  pthread_join(w->thread, NULL);
  pthread_mutex_destroy(&w->lock);
  pthread_cond_destroy(&w->added);
  w->started = false;
}

void trial_watch__count(trial_watch *w, trial_totals *out) {
  *out = (trial_totals){0};
  if (!w->started) return;
  pthread_mutex_lock(&w->lock);
  *out = w->totals;
  pthread_mutex_unlock(&w->lock);
}
