/* node.h -- this process as one of several on a shared store: its name, and a thread that prolongs the
 * claims of its jobs and hears of what other nodes commit. Alone on SQLite it has a name only. */
#ifndef DRAGOMAN_SERVICE_NODE_H
#define DRAGOMAN_SERVICE_NODE_H

#include "base/ids.h"
#include "service/service.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct node {
  char id[ID_UUID_LEN + 1]; /* new at each start; kept in DATA_DIR/node, for the next start */
  bool started;
  pthread_t thread;
  int wake_fd; /* eventfd: node__stop */
  atomic_bool stopping;
} node;

/* Names the node and gives up what its last run had claimed; before any job is claimed. */
must_check err_code node__take_name(service *s, err *e);
/* Starts the thread, when the store is shared. */
must_check err_code node__start(service *s, err *e);
void node__stop(service *s);

#endif
