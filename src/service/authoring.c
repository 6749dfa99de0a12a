#include "service/authoring.h"

#include <stdlib.h>

#include "base/timeutil.h"
#include "project/clu_json.h"
#include "project/limits.h"
#include "project/luis_convert.h"
#include "project/luis_json.h"
#include "service/authoring_int.h"
#include "service/documents.h"
#include "service/jobs.h"
#include "service/project_resources_int.h"
#include "service/service_int.h"

enum { PATCH_TRIES = 8 };

/* ---- reading ----------------------------------------------------------------------------------- */

static err_code view_of(const store_project *row, arena *a, project_view *out, err *e) {
  project_view v = {.created_us = row->created_us,
                    .modified_us = row->modified_us,
                    .trained_us = row->trained_us,
                    .deployed_us = row->deployed_us};
  err_code rc = metadata__parse(row->metadata, a, &v.metadata, e);
  if (rc != ERR_OK) return err_set(e, ERR_CORRUPT, "project " STR_FMT ": its metadata is damaged", STR_ARG(row->name));
  *out = v;
  return ERR_OK;
}

err_code authoring_list(service *s, str resource, page pg, arena *a, project_view **out, size_t *n, size_t *total,
                        err *e) {
  store_tx *tx;
  store_project *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_list(tx, resource, pg.skip, pg.top, a, &rows, n, total, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  project_view *views = ARENA_ARRAY(a, project_view, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) rc = view_of(&rows[i], a, &views[i], e);
  *out = views;
  return rc;
}

err_code authoring_get(service *s, str resource, str project_name, arena *a, project_view *out, err *e) {
  store_tx *tx;
  store_project row;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &row, e);
  store_rollback(tx);
  return rc == ERR_OK ? view_of(&row, a, out, e) : rc;
}

/* ---- rows -------------------------------------------------------------------------------------- */

err_code authoring__get_or_new(store_tx *tx, str resource, str name, arena *a, store_project *row, bool *is_new,
                               err *e) {
  err ignored;
  err_code rc = store_project_get(tx, resource, name, a, row, &ignored);
  *is_new = rc == ERR_PROJECT_NOT_FOUND;
  if (rc == ERR_OK) return rc;
  if (!*is_new) {
    if (e) *e = ignored;
    return rc;
  }
  size_t n, total;
  store_project *none;
  rc = store_project_list(tx, resource, 0, 0, a, &none, &n, &total, e);
  if (rc != ERR_OK) return rc;
  if (total >= LIMIT_PROJECTS_PER_RESOURCE)
    return err_set(e, ERR_QUOTA_EXCEEDED, "a resource has at most %d projects", LIMIT_PROJECTS_PER_RESOURCE);
  rc = project_name__unassigned(tx, resource, name, STR_NONE, a, e);
  if (rc != ERR_OK) return rc;
  *row = (store_project){.resource = resource, .name = name, .created_us = time_now_us()};
  return ERR_OK;
}

err_code authoring__check_kind(const store_project *row, bool is_new, str kind, const char *target, err *e) {
  if (is_new || str_eq(row->kind, kind)) return ERR_OK;
  return err_at(e, ERR_INVALID_ARGUMENT, target, "project '" STR_FMT "' is of kind " STR_FMT ", which cannot change",
                STR_ARG(row->name), STR_ARG(row->kind));
}

void authoring__set_document(store_project *row, str hash, str kind, str metadata, int64_t utterance_count) {
  row->document = hash;
  row->kind = kind;
  row->metadata = metadata;
  row->utterance_count = utterance_count;
  row->modified_us = time_now_us();
}

/* ---- patch ------------------------------------------------------------------------------------- */

/* A new project from the body alone. */
static err_code create_from(const jnode *patch, str name, arena *a, project *p, err *e) {
  *p = (project){.file_version = STR("2023-04-01")};
  err_code rc = clu_metadata_read(patch, a, &p->metadata, e);
  if (rc != ERR_OK) return rc;
  if (p->metadata.name.p && !str_eq(p->metadata.name, name))
    return err_at(e, ERR_INVALID_ARGUMENT, "projectName", "projectName differs from the name in the URL");
  p->metadata.name = name;
  return ERR_OK;
}

/* What the patch makes of the project as it is now; row gets the state it was made from. */
static err_code patched(service *s, str resource, str name, const jnode *patch, arena *a, store_project *row,
                        bool *is_new, project *p, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = authoring__get_or_new(tx, resource, name, a, row, is_new, e);
  if (rc == ERR_OK && !*is_new) rc = document__load(tx, row->document, a, p, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  return *is_new ? create_from(patch, name, a, p, e) : clu_metadata_patch(patch, a, &p->metadata, e);
}

/* Commits p in place of the state that row was read from. *changed: somebody was faster, nothing is
 * written. */
static err_code replace(service *s, store_project *row, bool is_new, const project *p, arena *a, bool *changed,
                        err *e) {
  store_tx *tx;
  store_project now;
  bool now_new;
  char hash[SHA256_HEX + 1];
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = authoring__get_or_new(tx, row->resource, row->name, a, &now, &now_new, e);
  *changed = rc == ERR_OK && (now_new != is_new || !str_eq(now.document, row->document));
  if (rc == ERR_OK && !*changed) rc = document__keep(tx, p, hash, e);
  if (rc == ERR_OK && !*changed) {
    *row = now;
    authoring__set_document(row, arena_str(a, str_of(hash)), str_of(project_kind_name(p->metadata.kind)),
                            metadata__text(&p->metadata, a), (int64_t)p->utterance_count);
    rc = store_project_put(tx, row, e);
    if (rc == ERR_OK) return store_commit(tx, e);
  }
  store_rollback(tx);
  return rc;
}

/* The document is read and written outside the write transaction (a large one takes a while); if it
 * changed meanwhile the patch is applied to the new one. */
err_code authoring_patch(service *s, str resource, str name, const jnode *patch, arena *a, bool *created,
                         project_view *out, err *e) {
  err_code rc = project_name_check(name, "project name", "projectName", e);
  bool changed = true;
  store_project row;
  project p;
  for (int i = 0; rc == ERR_OK && changed && i < PATCH_TRIES; i++) {
    rc = patched(s, resource, name, patch, a, &row, created, &p, e);
    if (rc == ERR_OK) rc = replace(s, &row, *created, &p, a, &changed, e);
  }
  if (rc != ERR_OK) return rc;
  if (changed) return err_set(e, ERR_CONFLICT, "the project is being changed by others");
  return view_of(&row, a, out, e);
}

/* ---- jobs -------------------------------------------------------------------------------------- */

err_code authoring_delete(service *s, str resource, str project_name, char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  store_project row;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = store_project_get(tx, resource, project_name, &a, &row, e)) != ERR_OK) store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(s, tx, &(new_job){.kind = JOB_DELETE_PROJECT, .resource = resource, .project = project_name},
                     job_id, e);
  arena_fini(&a);
  return rc;
}

static const char *unit_name(offset_unit unit) {
  return unit == OFFSET_UTF8 ? "Utf8CodeUnit" : unit == OFFSET_CODEPOINT ? "Utf32CodeUnit" : "Utf16CodeUnit";
}

/* The document to export is chosen now and named by the job, so it stays though the project changes. */
static err_code document_to_export(store_tx *tx, str resource, str project_name, str model_label, arena *a, str *hash,
                                   err *e) {
  store_project row;
  store_model m;
  err_code rc = store_project_get(tx, resource, project_name, a, &row, e);
  if (rc != ERR_OK) return rc;
  *hash = row.document;
  if (!model_label.n) return ERR_OK;
  rc = store_model_get(tx, resource, project_name, model_label, a, &m, e);
  if (rc == ERR_OK) *hash = m.snapshot;
  return rc;
}

err_code authoring_export(service *s, str resource, str project_name, offset_unit unit, str trained_label,
                          char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx;
  str hash;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK && (rc = document_to_export(tx, resource, project_name, trained_label, &a, &hash, e)) != ERR_OK)
    store_rollback(tx);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_EXPORT,
                                .resource = resource,
                                .project = project_name,
                                .params = arena_printf(&a, "{\"stringIndexType\":\"%s\"}", unit_name(unit)),
                                .document = hash},
                     job_id, e);
  arena_fini(&a);
  return rc;
}

/* What the import job needs to replace the row, so that it need not read the document again. */
static str import_params(const project *p, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  jw_kint(&w, "utteranceCount", (int64_t)p->utterance_count);
  jw_key(&w, "metadata");
  clu_metadata_write(&w, &p->metadata);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

static err_code submit_import(service *s, str resource, const project *p, arena *a, char job_id[ID_JOB_LEN + 1],
                              err *e) {
  store_tx *tx;
  store_project row;
  bool is_new;
  char hash[SHA256_HEX + 1];
  str name = p->metadata.name;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = authoring__get_or_new(tx, resource, name, a, &row, &is_new, e);
  if (rc == ERR_OK)
    rc = authoring__check_kind(&row, is_new, str_of(project_kind_name(p->metadata.kind)), "metadata.projectKind", e);
  if (rc == ERR_OK) rc = document__keep(tx, p, hash, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  return job__submit(s, tx,
                     &(new_job){.kind = JOB_IMPORT,
                                .resource = resource,
                                .project = name,
                                .params = import_params(p, a),
                                .document = str_of(hash)},
                     job_id, e);
}

static err_code read_luis(str json, arena *a, project *out, err *e) {
  luis_app app;
  err_code rc = luis_read(json, a, &app, e);
  return rc == ERR_OK ? luis_to_clu(&app, a, out, NULL, e) : rc;
}

static err_code import(service *s, str resource, str name, str json, bool is_luis, char job_id[ID_JOB_LEN + 1],
                       err *e) {
  arena a;
  arena_init(&a, 0);
  project p;
  err_code rc = project_name_check(name, "project name", "projectName", e);
  if (rc == ERR_OK)
    rc = is_luis ? read_luis(json, &a, &p, e) : clu_read(json, &(clu_read_options){.expect_name = name}, &a, &p, e);
  if (rc == ERR_OK) {
    p.metadata.name = name;
    rc = submit_import(s, resource, &p, &a, job_id, e);
  }
  arena_fini(&a);
  return rc;
}

err_code authoring_import(service *s, str resource, str name, str json, char job_id[ID_JOB_LEN + 1], err *e) {
  return import(s, resource, name, json, false, job_id, e);
}

err_code authoring_import_luis(service *s, str resource, str name, str json, char job_id[ID_JOB_LEN + 1], err *e) {
  return import(s, resource, name, json, true, job_id, e);
}

err_code authoring_export_result(service *s, str resource, str project_name, str job_id, arena *a, str *json, err *e) {
  job_view v;
  err_code rc = job_get(s, resource, JOB_EXPORT, project_name, STR_NONE, job_id, a, &v, e);
  if (rc == ERR_OK && !str_eq(v.status, STR("succeeded")))
    rc = err_set(e, ERR_NOT_FOUND, "export job '" STR_FMT "' has no result", STR_ARG(job_id));
  store_tx *tx = NULL;
  store_job row;
  if (rc == ERR_OK) rc = store_begin_read(s->st, &tx, e);
  if (rc == ERR_OK) rc = store_job_get(tx, job_id, a, &row, e);
  if (rc == ERR_OK) rc = store_blob_get(tx, row.document, a, json, e);
  store_rollback(tx);
  return rc;
}
