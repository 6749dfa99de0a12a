/* knowledge_live.h -- the bases that answer, as one immutable table under RCU; the registry loads it together with the
 * live models, so that what it says of locks and readers holds here too. */
#ifndef DRAGOMAN_SERVICE_KNOWLEDGE_LIVE_H
#define DRAGOMAN_SERVICE_KNOWLEDGE_LIVE_H

#include "service/live.h"
#include "store/store.h"

#include <stdatomic.h>

typedef struct knowledge_table knowledge_table;

typedef struct knowledge_live {
  _Atomic(knowledge_table *) table; /* replaced under the registry's change lock */
} knowledge_live;

void knowledge_live__init(knowledge_live *k);
void knowledge_live__fini(knowledge_live *k); /* no readers any more */

/* A table of what tx says. Bases whose content has not changed are shared with the current table; one that
 * cannot be read is logged and left out. */
must_check err_code knowledge_live__build(service *s, store_tx *tx, knowledge_table **out, err *e);
/* Swaps it in; the result is for knowledge_live__retire after the readers have left. */
knowledge_table *knowledge_live__swap(knowledge_live *k, knowledge_table *next);
/* Also of a table that was not swapped in. NULL is fine. */
void knowledge_live__retire(knowledge_table *old);

#endif
