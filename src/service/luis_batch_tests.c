#include "service/luis_batch_tests.h"

#include "base/json_in.h"
#include "model/luis_batch_test.h"
#include "service/deployments_int.h"
#include "service/job_kinds.h"
#include "service/jobs.h"
#include "service/kept_model.h"
#include "service/service_int.h"

/* ---- asking ------------------------------------------------------------------------------------ */

/* The resource that owns the app whose slot answers to resource; it may be assigned or public. */
static err_code owner_of(service *s, const resource_ref *resource, str app_id, str slot, arena *a, str *owner, err *e) {
  live_enter();
  const live_model *lm = live_find(s, resource->index, app_id, slot);
  bool found = lm && model_describe(lm->m)->kind == PROJECT_LUIS;
  if (found) *owner = arena_str(a, lm->resource);
  live_leave();
  if (found) return ERR_OK;
  return err_set(e, ERR_NOT_FOUND, "The application has nothing published there.");
}

static err_code check_body(str body, arena *a, err *e) {
  jdoc *doc;
  luis_test_row *rows;
  size_t n;
  err_code rc = jn_parse(body, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = luis_test_read(&root, a, &rows, &n, e);
  jn_free(doc);
  return rc;
}

/* Finishes tx. */
static err_code submit(service *s, store_tx *tx, str resource, str owner, str app_id, str slot, bool verbose, str body,
                       arena *a, char job_id[ID_JOB_LEN + 1], err *e) {
  store_deployment d;
  char hash[SHA256_HEX + 1];
  err_code rc = store_deployment_get(tx, owner, app_id, slot, a, &d, e);
  if (rc == ERR_OK) rc = store_blob_put(tx, body, hash, e);
  if (rc == ERR_OK)
    return job__submit(s, tx,
                       &(new_job){.kind = JOB_LUIS_TEST,
                                  .resource = resource,
                                  .project = app_id,
                                  .subject = slot,
                                  .params = arena_printf(a, "{\"file\":\"" STR_FMT "\",\"verbose\":%s}",
                                                         STR_ARG(d.file), verbose ? "true" : "false"),
                                  .document = str_of(hash)},
                       job_id, e);
  store_rollback(tx);
  return rc;
}

err_code luis_test_start(service *s, const resource_ref *resource, str app_id, str slot, bool verbose, str body,
                         char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  store_tx *tx;
  str owner;
  arena_init(&a, 0);
  err_code rc = owner_of(s, resource, app_id, slot, &a, &owner, e);
  if (rc == ERR_OK) rc = check_body(body, &a, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = submit(s, tx, resource->name, owner, app_id, slot, verbose, body, &a, job_id, e);
  arena_fini(&a);
  return rc;
}

err_code luis_test_status(service *s, const resource_ref *resource, str app_id, str slot, str job_id, arena *a,
                          job_view *out, err *e) {
  return job_get(s, resource->name, JOB_LUIS_TEST, app_id, slot, job_id, a, out, e);
}

err_code luis_test_result(service *s, const resource_ref *resource, str app_id, str slot, str job_id, arena *a,
                          str *json, err *e) {
  job_view v;
  store_tx *tx;
  store_job row;
  err_code rc = luis_test_status(s, resource, app_id, slot, job_id, a, &v, e);
  if (rc == ERR_OK && !str_eq(v.status, STR("succeeded")))
    rc = err_set(e, ERR_CONFLICT, "The operation has no result: its status is " STR_FMT ".", STR_ARG(v.status));
  if (rc == ERR_OK) rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_job_get(tx, job_id, a, &row, e);
  if (rc == ERR_OK) rc = store_blob_get(tx, row.document, a, json, e);
  store_rollback(tx);
  return rc;
}

/* ---- doing ------------------------------------------------------------------------------------- */

static err_code test(service *s, const store_job *job, arena *a, buf *json, err *e) {
  store_tx *tx;
  str body, file, verbose;
  jdoc *doc = NULL;
  luis_test_row *rows;
  size_t n;
  model *m;
  err_code rc = job_param__text(job, "file", a, &file, e);
  if (rc == ERR_OK) rc = job_param__json(job, "verbose", a, &verbose, e);
  if (rc == ERR_OK) rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_blob_get(tx, job->document, a, &body, e);
  store_rollback(tx);
  if (rc == ERR_OK) rc = jn_parse(body, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = luis_test_read(&root, a, &rows, &n, e);
  if (rc == ERR_OK) rc = kept_model__open(s->st, file, true, &m, e);
  if (rc == ERR_OK) {
    luis_test_run(m, rows, n, str_eq(verbose, STR("true")), json);
    model_close(m);
  }
  jn_free(doc);
  return rc;
}

err_code luis_test__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  store_tx *tx = NULL;
  buf json = {0};
  char hash[SHA256_HEX + 1];
  err_code rc = test(s, job, a, &json, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = store_blob_put(tx, buf_str(&json), hash, e);
  buf_free(&json);
  if (rc == ERR_OK) return job__succeed_with(tx, job, arena_str(a, str_of(hash)), e);
  store_rollback(tx);
  return rc;
}
