#include "service/query_log.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"

enum { QUEUE_MAX = 8192, BATCH_MAX = 512 };

struct query_record {
  query_record *next;
  store_query row; /* its strings follow in the same allocation */
};

static void free_list(query_record *r) {
  while (r) {
    query_record *next = r->next;
    free(r);
    r = next;
  }
}

/* Takes everything that waits; NULL when stopping and nothing is left. */
static query_record *take_all(query_log *q) {
  pthread_mutex_lock(&q->lock);
  while (!q->first && !q->stopping) pthread_cond_wait(&q->added, &q->lock);
  query_record *list = q->first;
  q->first = NULL;
  q->last = &q->first;
  q->waiting = 0;
  pthread_mutex_unlock(&q->lock);
  return list;
}

static void write_list(query_log *q, const query_record *list) {
  store_query batch[BATCH_MAX];
  while (list) {
    size_t n = 0;
    for (; list && n < BATCH_MAX; list = list->next) batch[n++] = list->row;
    err e = {0};
    err_code rc = store_query_add(q->st, batch, n, &e);
    if (rc != ERR_OK) log_error("%zu logged queries dropped: %s", n, e.message);
    pthread_mutex_lock(&q->lock);
    *(rc == ERR_OK ? &q->logged : &q->dropped) += n;
    pthread_mutex_unlock(&q->lock);
  }
}

static void *writer_main(void *arg) {
  query_log *q = arg;
  for (query_record *list; (list = take_all(q));) {
    write_list(q, list);
    free_list(list);
  }
  return NULL;
}

err_code query_log__start(query_log *q, store *st, err *e) {
  *q = (query_log){.st = st};
  q->last = &q->first;
  pthread_mutex_init(&q->lock, NULL);
  pthread_cond_init(&q->added, NULL);
  int rc = pthread_create(&q->writer, NULL, writer_main, q);
  if (rc != 0) return err_errno(e, rc, "cannot start the query log's thread");
  q->started = true;
  return ERR_OK;
}

void query_log__stop(query_log *q) {
  if (!q->started) return;
  pthread_mutex_lock(&q->lock);
  q->stopping = true;
  pthread_cond_signal(&q->added);
  pthread_mutex_unlock(&q->lock);
  pthread_join(q->writer, NULL);
  pthread_mutex_destroy(&q->lock);
  pthread_cond_destroy(&q->added);
  q->started = false;
}

static str copy_to(char **at, str s) {
  char *p = *at;
  if (s.n) memcpy(p, s.p, s.n);
  *at += s.n;
  return (str){p, s.n};
}

static query_record *record_new(const store_query *row) {
  size_t bytes = row->resource.n + row->project.n + row->deployment.n + row->text.n + row->language.n +
                 row->top_intent.n + row->prediction.n;
  query_record *r = mem_alloc(sizeof *r + bytes);
  char *at = (char *)(r + 1);
  r->next = NULL;
  r->row = (store_query){.resource = copy_to(&at, row->resource),
                         .project = copy_to(&at, row->project),
                         .deployment = copy_to(&at, row->deployment),
                         .text = copy_to(&at, row->text),
                         .language = copy_to(&at, row->language),
                         .top_intent = copy_to(&at, row->top_intent),
                         .prediction = copy_to(&at, row->prediction),
                         .at_us = row->at_us};
  return r;
}

void query_log__add(query_log *q, const store_query *row) {
  query_record *r = record_new(row);
  pthread_mutex_lock(&q->lock);
  bool full = q->waiting == QUEUE_MAX;
  if (full) {
    q->dropped++;
  } else {
    *q->last = r;
    q->last = &r->next;
    q->waiting++;
    if (q->waiting == 1) pthread_cond_signal(&q->added);
  }
  pthread_mutex_unlock(&q->lock);
  if (full) free(r);
}

void query_log__count(query_log *q, uint64_t *logged, uint64_t *dropped) {
  pthread_mutex_lock(&q->lock);
  *logged = q->logged;
  *dropped = q->dropped;
  pthread_mutex_unlock(&q->lock);
}
