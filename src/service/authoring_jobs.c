#include "base/json_in.h"
#include "base/timeutil.h"
#include "project/clu_json.h"
#include "service/authoring_int.h"
#include "service/documents.h"
#include "service/job_kinds.h"
#include "service/service_int.h"
#include "service/serving.h"

/* ---- import ------------------------------------------------------------------------------------ */

typedef struct import_params {
  str metadata; /* JSON text */
  project_metadata parsed;
  int64_t utterance_count;
} import_params;

static err_code read_import_params(str json, arena *a, import_params *out, err *e) {
  jdoc *doc = NULL;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc), metadata;
  rc = jn_req_int(&root, "utteranceCount", 0, INT64_MAX, &out->utterance_count, e);
  if (rc == ERR_OK) rc = jn_req_obj(&root, "metadata", &metadata, e);
  if (rc == ERR_OK) rc = clu_metadata_read(&metadata, a, &out->parsed, e);
  if (rc == ERR_OK) out->metadata = metadata__text(&out->parsed, a);
  jn_free(doc);
  return rc;
}

err_code import__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  import_params p;
  store_project row;
  bool is_new;
  store_tx *tx;
  err_code rc = read_import_params(job->params, a, &p, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  str kind = str_of(project_kind_name(p.parsed.kind));
  rc = authoring__get_or_new(tx, job->resource, job->project, a, &row, &is_new, e);
  if (rc == ERR_OK) rc = authoring__check_kind(&row, is_new, kind, "metadata.projectKind", e);
  if (rc == ERR_OK) {
    authoring__set_document(&row, job->document, kind, p.metadata, p.utterance_count);
    rc = store_project_put(tx, &row, e);
  }
  if (rc == ERR_OK) {
    job__want_collect(s);
    return job__succeed(tx, job, e);
  }
  store_rollback(tx);
  return rc;
}

/* ---- export ------------------------------------------------------------------------------------ */

static err_code export_unit(const store_job *job, offset_unit *unit, err *e) {
  jdoc *doc = NULL;
  str name;
  err_code rc = jn_parse(job->params, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = jn_req_str(&root, "stringIndexType", &name, e);
  if (rc == ERR_OK && !offset_unit_parse(name, unit)) rc = err_set(e, ERR_CORRUPT, "the job's parameters are damaged");
  jn_free(doc);
  return rc;
}

/* The kept document has UTF-16 offsets, so it is its own result in that unit. */
static err_code in_unit(service *s, str hash, offset_unit unit, arena *a, buf *out, err *e) {
  str json;
  project p;
  err_code rc = document__bytes(s->st, hash, a, &json, e);
  if (rc == ERR_OK) rc = clu_read(json, &(clu_read_options){0}, a, &p, e);
  if (rc == ERR_OK) clu_write(&p, unit, out);
  return rc;
}

err_code export__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  offset_unit unit;
  err_code rc = export_unit(job, &unit, e);
  if (rc != ERR_OK) return rc;
  buf json = {0};
  store_tx *tx = NULL;
  char hash[SHA256_HEX + 1];
  str made = job->document;
  if (unit != OFFSET_UTF16) rc = in_unit(s, job->document, unit, a, &json, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && unit != OFFSET_UTF16) {
    rc = store_blob_put(tx, buf_str(&json), hash, e);
    if (rc == ERR_OK) made = arena_str(a, str_of(hash));
  }
  buf_free(&json);
  if (rc == ERR_OK) return job__succeed_with(tx, job, made, e);
  store_rollback(tx);
  return rc;
}

/* ---- load snapshot ------------------------------------------------------------------------------- */

err_code load_snapshot__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  str json;
  project p;
  store_project row;
  store_tx *tx = NULL;
  err_code rc = document__bytes(s->st, job->document, a, &json, e);
  if (rc == ERR_OK) rc = clu_read(json, &(clu_read_options){0}, a, &p, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = store_project_get(tx, job->resource, job->project, a, &row, e);
  if (rc == ERR_OK) {
    authoring__set_document(&row, job->document, str_of(project_kind_name(p.metadata.kind)),
                            metadata__text(&p.metadata, a), (int64_t)p.utterance_count);
    rc = store_project_put(tx, &row, e);
  }
  if (rc == ERR_OK) return job__succeed(tx, job, e);
  store_rollback(tx);
  return rc;
}

/* ---- delete ------------------------------------------------------------------------------------ */

static err_code delete_rows(service *s, store_job *job, err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_delete(tx, job->resource, job->project, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code delete_project__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)a;
  err_code rc = ERR_OK;
  if (!job->applied) {
    rc = training__cancel_all(s, slot, e);
    if (rc == ERR_OK) rc = delete_rows(s, job, e);
  }
  if (rc == ERR_OK) rc = job__publish(s, job, e);
  if (rc == ERR_OK) job__want_collect(s);
  return rc;
}
