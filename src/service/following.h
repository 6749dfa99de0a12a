/* following.h -- the two threads of a node on a shared store. The listener hears of what other nodes commit and loads
 * it; the keeper says that this node lives and prolongs the claims of its jobs, so that neither waits for a large
 * model to be fetched. */
#ifndef DRAGOMAN_SERVICE_FOLLOWING_H
#define DRAGOMAN_SERVICE_FOLLOWING_H

#include "service/handle.h"

#include <pthread.h>

typedef struct following {
  pthread_t threads[2];
  size_t thread_count;
} following;

/* Catches up and starts the threads, when the store is shared. */
must_check err_code following__start(service *s, err *e);
void following__stop(service *s);

#endif
