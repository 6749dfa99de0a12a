#include "service/housekeeping.h"

#include "base/log.h"
#include "base/timeutil.h"
#include "service/accounts.h"
#include "service/service_int.h"

static const int64_t QUERY_LIFE_US = (int64_t)30 * 24 * 3600 * 1000000; /* as the original keeps them */

static err_code delete_expired(service *s, size_t *jobs, size_t *queries, err *e) {
  store_tx *tx;
  int64_t now = time_now_us();
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_job_expire(tx, now, jobs, e);
  if (rc == ERR_OK) rc = store_query_expire(tx, now - QUERY_LIFE_US, queries, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

void housekeeping__clean_up(service *s, bool expire) {
  err e = {0};
  size_t jobs = 0, queries = 0, removed = 0;
  if (expire) {
    if (delete_expired(s, &jobs, &queries, &e) != ERR_OK)
      log_error("expired jobs and queries cannot be deleted: %s", e.message);
    accounts__expire(s);
  }
  if (store_collect(s->st, &removed, &e) != ERR_OK) log_error("unused files cannot be removed: %s", e.message);
  if (jobs || queries || removed)
    log_info("cleaned up: %zu expired jobs, %zu logged queries, %zu unused blobs and files", jobs, queries, removed);
}
