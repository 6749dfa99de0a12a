/* query_log.h -- queries of projects with logging on, kept for review: a bounded queue and one writer
 * thread that commits them in batches. When the queue is full, or the disk refuses, rows are dropped
 * and counted: a prediction never waits for the disk. */
#ifndef DRAGOMAN_SERVICE_QUERY_LOG_H
#define DRAGOMAN_SERVICE_QUERY_LOG_H

#include "store/store.h"

#include <pthread.h>

typedef struct query_record query_record;

typedef struct query_log {
  store *st;
  pthread_t writer;
  bool started;
  pthread_mutex_t lock; /* guards all below; held for a few instructions */
  pthread_cond_t added;
  query_record *first, **last;
  size_t waiting;
  bool stopping;
  uint64_t logged, dropped;
} query_log;

must_check err_code query_log__start(query_log *q, store *st, err *e);
/* Commits what waits, then ends the writer. */
void query_log__stop(query_log *q);
/* Copies the row. */
void query_log__add(query_log *q, const store_query *row);
void query_log__count(query_log *q, uint64_t *logged, uint64_t *dropped);

#endif
