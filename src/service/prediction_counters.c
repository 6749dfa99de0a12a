#include "service/prediction_counters.h"

#include <stdlib.h>

enum { CACHE_LINE = 64 };

struct counter_block {
  _Alignas(CACHE_LINE) _Atomic uint64_t predictions;
  _Atomic uint64_t none_predictions;
  prediction_counters *owner;
  counter_block *next_all, *next_unclaimed;
};

/* A thread has ended: its sums stay, its block is for the next new thread. */
static void unclaim(void *p) {
  counter_block *b = p;
  pthread_mutex_lock(&b->owner->lock);
  b->next_unclaimed = b->owner->unclaimed;
  b->owner->unclaimed = b;
  pthread_mutex_unlock(&b->owner->lock);
}

void prediction_counters__init(prediction_counters *c) {
  c->all = c->unclaimed = NULL;
  pthread_mutex_init(&c->lock, NULL);
  /* Fails only when the process has used up its 1,024 keys: a broken program, not bad input. */
  if (pthread_key_create(&c->key, unclaim) != 0) abort();
}

void prediction_counters__fini(prediction_counters *c) {
  pthread_key_delete(c->key);
  for (counter_block *b = c->all; b;) {
    counter_block *next = b->next_all;
    free(b);
    b = next;
  }
  pthread_mutex_destroy(&c->lock);
}

static counter_block *claim(prediction_counters *c) {
  pthread_mutex_lock(&c->lock);
  counter_block *b = c->unclaimed;
  if (b) {
    c->unclaimed = b->next_unclaimed;
  } else {
    b = aligned_alloc(CACHE_LINE, sizeof *b);
    if (!b) abort();
    *b = (counter_block){.owner = c, .next_all = c->all};
    c->all = b;
  }
  pthread_mutex_unlock(&c->lock);
  pthread_setspecific(c->key, b);
  return b;
}

/* Only this thread writes, so a load and a store do; no locked instruction. */
static void raise_by_one(_Atomic uint64_t *v) {
  atomic_store_explicit(v, atomic_load_explicit(v, memory_order_relaxed) + 1, memory_order_relaxed);
}

void prediction_counters__add(prediction_counters *c, bool is_none) {
  counter_block *b = pthread_getspecific(c->key);
  if (!b) b = claim(c);
  raise_by_one(&b->predictions);
  if (is_none) raise_by_one(&b->none_predictions);
}

void prediction_counters__sum(prediction_counters *c, uint64_t *predictions, uint64_t *none_predictions) {
  *predictions = *none_predictions = 0;
  pthread_mutex_lock(&c->lock);
  for (const counter_block *b = c->all; b; b = b->next_all) {
    *predictions += atomic_load_explicit(&b->predictions, memory_order_relaxed);
    *none_predictions += atomic_load_explicit(&b->none_predictions, memory_order_relaxed);
  }
  pthread_mutex_unlock(&c->lock);
}
