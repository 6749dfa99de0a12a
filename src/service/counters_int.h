/* counters_int.h -- counters that the prediction path raises: one block of cache lines a thread, so
 * no line is shared. Only its thread writes a block; readers add all blocks up. */
#ifndef DRAGOMAN_SERVICE_COUNTERS_INT_H
#define DRAGOMAN_SERVICE_COUNTERS_INT_H

#include "base/base.h"
#include "service/counters.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct counter_block counter_block;

typedef struct counters {
  pthread_key_t key;        /* this thread's block */
  pthread_mutex_t lock;     /* guards the lists */
  counter_block *all;       /* every block ever made, until fini */
  counter_block *unclaimed; /* blocks whose thread has ended, to be taken over with their sums */
} counters;

void counters__init(counters *c);
void counters__fini(counters *c);
/* One prediction by the calling thread. */
void counters__prediction(counters *c, bool is_none);
void counters__sum(counters *c, uint64_t *predictions, uint64_t *none_predictions);

#endif
