/* node.h -- this process as one of several on a shared store: its name, and two threads. One hears of
 * what other nodes commit and loads it; the other says that this node lives and prolongs the claims
 * of its jobs, so that neither waits for a large model to be fetched. Alone on SQLite it has a name only. */
#ifndef DRAGOMAN_SERVICE_NODE_H
#define DRAGOMAN_SERVICE_NODE_H

#include "base/ids.h"
#include "service/service.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

/* How often a node says that it lives, and after how long without that it counts as dead. */
enum { NODE_BEAT_MS = 2000 };
#define NODE_ALIVE_US ((int64_t)7 * 1000000)

typedef struct node {
  char id[ID_UUID_LEN + 1]; /* new at each start; kept in DATA_DIR/node, for the next start */
  pthread_t threads[2];
  size_t thread_count;
  int wake_fd; /* eventfd: node__stop */
  atomic_bool stopping;
  atomic_bool away;         /* the database, when last listened to */
  _Atomic int64_t followed; /* generation that is served, and would be after a start without the database */
} node;

/* Names the node and gives up what its last run had claimed; before any job is claimed. */
must_check err_code node__take_name(service *s, err *e);
/* Starts the threads, when the store is shared. */
must_check err_code node__start(service *s, err *e);
void node__stop(service *s);

/* Waits until every live node that predicts, this one too, follows what is committed now, or counts as dead. One
 * that lives but does not follow (its disk is full, say) is waited for half a minute; *behind: how many
 * such there are. ERR_UNAVAILABLE: the database is away, or the service stops. */
must_check err_code node__await_followers(service *s, size_t *behind, err *e);
/* The same for a job, which gets a warning when some are behind. */
must_check err_code node__await_all(service *s, store_job *job, err *e);

#endif
