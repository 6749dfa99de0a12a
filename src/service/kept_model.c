#include "service/kept_model.h"

#include "base/log.h"

err_code kept_model__open(store *st, str file, bool verify, model **out, err *e) {
  arena a;
  const char *path;
  err ignored;
  arena_init(&a, 0);
  err_code rc = store_model_file_path(st, file, &a, &path, e);
  if (rc == ERR_OK) rc = model_open(path, verify, out, e);
  if (rc == ERR_CORRUPT && store_model_file_repair(st, file, &ignored) == ERR_OK) {
    log_warn("model file %.*s was damaged and has been fetched again", STR_ARG(file));
    rc = model_open(path, verify, out, e);
  }
  arena_fini(&a);
  return rc;
}

err_code kept_model__self_test(store *st, str file, arena *a, err *e) {
  model *m = NULL;
  err_code rc = kept_model__open(st, file, true, &m, e);
  if (rc != ERR_OK) return rc;
  prediction p;
  model_predict(m, STR("hello 1"), &(predict_options){.threshold = -1}, a, &p);
  if (p.intent_count != model_describe(m)->intent_count)
    rc = err_set(e, ERR_CORRUPT, "the model scored %zu of its %zu intents", p.intent_count,
                 model_describe(m)->intent_count);
  model_close(m);
  return rc;
}
