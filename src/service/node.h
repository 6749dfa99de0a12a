/* node.h -- this process as one of several on a shared store: its name, its row that says that it lives and which
 * generation it follows, and waiting until the others follow. Alone on SQLite it has a name only. */
#ifndef DRAGOMAN_SERVICE_NODE_H
#define DRAGOMAN_SERVICE_NODE_H

#include "base/ids.h"
#include "service/handle.h"
#include "store/store.h"

#include <stdatomic.h>

/* How often a node says that it lives, and after how long without that it counts as dead. */
enum { NODE_BEAT_MS = 2000 };
#define NODE_ALIVE_US ((int64_t)7 * 1000000)

typedef struct node {
  char id[ID_UUID_LEN + 1]; /* new at each start; kept in DATA_DIR/node, for the next start */
  int wake_fd;              /* eventfd: node__end_rest */
  atomic_bool stopping;
  atomic_bool away;         /* the database, when last listened to */
  _Atomic int64_t followed; /* generation that is served, and would be after a start without the database */
} node;

/* Names the node and gives up what its last run had claimed; before any job is claimed. */
must_check err_code node__take_name(service *s, err *e);

/* On a shared store only, in this order: before its threads start; to end their rest for good; after they have
 * ended. */
must_check err_code node__enter(service *s, err *e);
void node__end_rest(service *s);
void node__leave(service *s);

/* Writes the node's row: it lives and follows `followed`. */
must_check err_code node__say_alive(service *s, err *e);
/* Waits for ms; false when the node stops. */
bool node__rest(service *s, int ms);
/* Of what is to be served, as the store says. */
must_check err_code node__newest_generation(service *s, int64_t *out, err *e);

/* Waits until every live node that predicts, this one too, follows what is committed now, or counts as dead. One
 * that lives but does not follow (its disk is full, say) is waited for half a minute; *behind: how many
 * such there are. ERR_UNAVAILABLE: the database is away, or the service stops. */
must_check err_code node__await_followers(service *s, size_t *behind, err *e);

#endif
