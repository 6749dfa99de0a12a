/* prediction_counters.h -- counters that the prediction path raises: one block of cache lines a thread, so
 * no line is shared. Only its thread writes a block; readers add all blocks up. */
#ifndef DRAGOMAN_SERVICE_PREDICTION_COUNTERS_H
#define DRAGOMAN_SERVICE_PREDICTION_COUNTERS_H

#include "base/base.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct counter_block counter_block;

typedef struct prediction_counters {
  pthread_key_t key;        /* this thread's block */
  pthread_mutex_t lock;     /* guards the lists */
  counter_block *all;       /* every block ever made, until fini */
  counter_block *unclaimed; /* blocks whose thread has ended, to be taken over with their sums */
} prediction_counters;

void prediction_counters__init(prediction_counters *c);
void prediction_counters__fini(prediction_counters *c);
/* One prediction by the calling thread. */
void prediction_counters__add(prediction_counters *c, bool is_none);
void prediction_counters__sum(prediction_counters *c, uint64_t *predictions, uint64_t *none_predictions);

#endif
