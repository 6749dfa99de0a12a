#include "service/service.h"

#include <stdlib.h>

#include "service/job_work.h"
#include "service/service_config.h"
#include "service/service_int.h"
#include "store/backup.h"

/* The registry is loaded before the jobs run: what they publish comes on top. */
static err_code open_parts(service *s, err *e) {
  const store_place place = {s->config.data_dir, s->config.database, s->config.secret_file};
  err_code rc = store_open_at(&place, &s->st, e);
  if (rc == ERR_OK) rc = resources__load(s, e);
  if (rc == ERR_OK) rc = tokens__load(s, e);
  if (rc == ERR_OK && s->config.role != SERVICE_AUTHORING) rc = registry__start(s, e);
  if (rc == ERR_OK) rc = query_log__start(&s->queries, s->st, e);
  if (rc == ERR_OK) rc = trial_watch__start(s, e);
  if (rc == ERR_OK) rc = node__take_name(s, e);
  if (rc == ERR_OK && s->config.role != SERVICE_PREDICTION) rc = job_queue__start(s, &service_work, e);
  if (rc == ERR_OK) rc = following__start(s, e);
  return rc;
}

service *service__new(void) {
  service *s = mem_zalloc(1, sizeof *s);
  s->spelling = spelling_new("/usr/share/hunspell");
  prediction_counters__init(&s->predictions);
  registry__init(&s->live);
  knowledge_live__init(&s->knowledge);
  job_queue__init(&s->jobs);
  pthread_mutex_init(&s->resource_change, NULL);
  arena_init(&s->resource_names, 0);
  return s;
}

err_code service_open(const service_config *c, service **out, err *e) {
  service *s = service__new();
  s->config = service_config__copy(c);
  err_code rc = open_parts(s, e);
  if (rc != ERR_OK) {
    service_close(s);
    return rc;
  }
  *out = s;
  return ERR_OK;
}

void service_close(service *s) {
  if (!s) return;
  job_queue__stop(s);
  following__stop(s);
  job_queue__fini(&s->jobs);
  trial_watch__stop(s);
  query_log__stop(&s->queries);
  registry__fini(&s->live);
  tokens__unload(s);
  knowledge_live__fini(&s->knowledge);
  resources__unload(s);
  pthread_mutex_destroy(&s->resource_change);
  prediction_counters__fini(&s->predictions);
  spelling_free(s->spelling);
  store_close(s->st);
  service_config__fini(&s->config);
  free(s);
}

spelling_pool *service_spelling(const service *s) {
  return s->spelling;
}

/* service_open returns when every deployment is loaded, so whoever holds a service may predict. */
bool service_ready(const service *s) {
  return s != NULL;
}

err_code service_announce(service *s, str endpoint, err *e) {
  return store_endpoint_set(s->st, endpoint, e);
}

err_code service_backup(const service_config *c, const char *path, err *e) {
  return store_backup(&(store_place){c->data_dir, c->database, c->secret_file}, path, e);
}

err_code service_restore(const service_config *c, const char *path, err *e) {
  return store_restore(path, &(store_place){c->data_dir, c->database, c->secret_file}, e);
}
