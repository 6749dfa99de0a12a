#include "base/timeutil.h"
#include "project/qna_json.h"
#include "project/qna_table.h"
#include "service/documents.h"
#include "service/job_kinds.h"
#include "service/jobs.h"
#include "service/knowledge.h"
#include "service/knowledge_int.h"
#include "service/service_int.h"
#include "service/serving.h"

/* DESIGN. Each job makes its change in one transaction, marked applied, and is then published like a
 * deployment: who reads "succeeded" is answered by the new state, on every node. The body of a change is a
 * blob that the job reads; its parameters say what it is. */

/* ---- changes ----------------------------------------------------------------------------------- */

static const struct {
  str subject, name;
  bool creates;
} changes[KNOWLEDGE_CHANGES] = {
    [KNOWLEDGE_IMPORT_JSON] = {STR("import"), STR("json"), true},
    [KNOWLEDGE_IMPORT_TABLE] = {STR("import"), STR("table"), true},
    [KNOWLEDGE_IMPORT_SYNONYMS] = {STR("import"), STR("synonyms"), false},
    [KNOWLEDGE_IMPORT_SYNONYMS_TABLE] = {STR("import"), STR("synonyms-table"), false},
    [KNOWLEDGE_CHANGE_PAIRS] = {STR("qnas"), STR("qnas"), false},
    [KNOWLEDGE_CHANGE_SOURCES] = {STR("sources"), STR("sources"), false},
};

str knowledge_subject(knowledge_change change) {
  return changes[change].subject;
}

static err_code apply_json(knowledge_change change, const jnode *root, arena *a, knowledge_base *kb, err *e) {
  qna_synonyms *groups;
  switch (change) {
  case KNOWLEDGE_CHANGE_PAIRS: return qna_pairs_patch(kb, root, time_now_us(), a, kb, e);
  case KNOWLEDGE_CHANGE_SOURCES: return qna_sources_patch(kb, root, time_now_us(), a, kb, e);
  case KNOWLEDGE_IMPORT_SYNONYMS: {
    jnode assets = qna_member(root, "assets"), list = qna_member(&assets, "synonyms");
    err_code rc = qna_synonyms_read(&list, a, &groups, &kb->synonyms_count, e);
    if (rc == ERR_OK) kb->synonyms = groups;
    return rc;
  }
  default: return qna_read(root, a, kb, e);
  }
}

static err_code apply(knowledge_change change, str body, arena *a, knowledge_base *kb, err *e) {
  if (change == KNOWLEDGE_IMPORT_TABLE) return qna_table_read(body, a, kb, e);
  if (change == KNOWLEDGE_IMPORT_SYNONYMS_TABLE) return qna_synonyms_table_read(body, a, kb, e);
  jdoc *doc;
  err_code rc = jn_parse(body, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  knowledge_base next = *kb;
  rc = apply_json(change, &root, a, &next, e);
  jn_free(doc);
  if (rc == ERR_OK) *kb = next;
  return rc;
}

/* The working copy with the change made; row is what it belongs to. */
static err_code changed(store_tx *tx, str resource, str project_name, knowledge_change change, str body, arena *a,
                        store_base *row, knowledge_base *kb, err *e) {
  bool created;
  err_code rc = changes[change].creates ? knowledge__load_or_new(tx, resource, project_name, a, row, kb, &created, e)
                                        : knowledge__load(tx, resource, project_name, a, row, kb, e);
  return rc == ERR_OK ? apply(change, body, a, kb, e) : rc;
}

static err_code submit_change(service *s, str resource, str project_name, knowledge_change change, str body, arena *a,
                              char job_id[ID_JOB_LEN + 1], err *e) {
  store_tx *tx;
  store_base row;
  knowledge_base kb;
  char hash[SHA256_HEX + 1];
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = changed(tx, resource, project_name, change, body, a, &row, &kb, e);
  if (rc == ERR_OK) rc = store_blob_put(tx, body, hash, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  return job__submit(
      s, tx,
      &(new_job){.kind = JOB_KNOWLEDGE_CHANGE,
                 .resource = resource,
                 .project = project_name,
                 .subject = changes[change].subject,
                 .params = arena_printf(a, "{\"change\":\"" STR_FMT "\"}", STR_ARG(changes[change].name)),
                 .document = str_of(hash)},
      job_id, e);
}

err_code knowledge_change_start(service *s, str resource, str project_name, knowledge_change change, str body,
                                char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  err_code rc = submit_change(s, resource, project_name, change, body, &a, job_id, e);
  arena_fini(&a);
  return rc;
}

/* A member of the job's parameters. */
static err_code param(const store_job *job, const char *key, arena *a, str *out, err *e) {
  jdoc *doc;
  err_code rc = jn_parse(job->params, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = jn_req_str(&root, key, out, e);
  if (rc == ERR_OK) *out = arena_str(a, *out);
  jn_free(doc);
  return rc;
}

static err_code change_rows(service *s, store_job *job, arena *a, err *e) {
  str name, body;
  store_tx *tx;
  store_base row;
  knowledge_base kb;
  err_code rc = param(job, "change", a, &name, e);
  size_t change = 0;
  while (rc == ERR_OK && !str_eq(changes[change].name, name))
    if (++change == KNOWLEDGE_CHANGES) rc = err_set(e, ERR_CORRUPT, "the job's parameters are damaged");
  if (rc == ERR_OK) rc = document__bytes(s->st, job->document, a, &body, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = changed(tx, job->resource, job->project, (knowledge_change)change, body, a, &row, &kb, e);
  if (rc == ERR_OK) rc = knowledge__keep(tx, &row, &kb, a, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

/* Rows first, unless an earlier run has them; then every node. */
static err_code run(service *s, store_job *job, arena *a, err_code (*rows)(service *, store_job *, arena *, err *),
                    err *e) {
  err_code rc = job->applied ? ERR_OK : rows(s, job, a, e);
  if (rc == ERR_OK) rc = job__publish(s, job, e);
  if (rc == ERR_OK) job__want_collect(s);
  return rc;
}

err_code knowledge_change__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  return run(s, job, a, change_rows, e);
}

/* ---- deploy ------------------------------------------------------------------------------------ */

/* A base that exists, or the error; then a job without document. */
static err_code submit_plain(service *s, job_kind kind, str resource, str project_name, str subject, str params,
                             char job_id[ID_JOB_LEN + 1], err *e) {
  store_tx *tx;
  store_base row;
  arena a;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  arena_init(&a, 0);
  rc = store_base_get(tx, resource, project_name, &a, &row, e);
  arena_fini(&a);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  return job__submit(
      s, tx,
      &(new_job){.kind = kind, .resource = resource, .project = project_name, .subject = subject, .params = params},
      job_id, e);
}

err_code knowledge_deploy(service *s, str resource, str project_name, str deployment, char job_id[ID_JOB_LEN + 1],
                          err *e) {
  err_code rc = project_name_check(deployment, "deployment name", "deploymentName", e);
  if (rc == ERR_OK && str_eq_nocase(deployment, STR(STORE_WORKING_COPY)))
    rc = err_at(e, ERR_INVALID_ARGUMENT, "deploymentName",
                "the deployment " STORE_WORKING_COPY " is the working copy: it is never deployed to");
  return rc == ERR_OK ? submit_plain(s, JOB_KNOWLEDGE_DEPLOY, resource, project_name, deployment, STR(""), job_id, e)
                      : rc;
}

static err_code deploy_rows(service *s, store_job *job, arena *a, err *e) {
  store_tx *tx;
  store_base row;
  store_base_deployment d;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_base_get(tx, job->resource, job->project, a, &row, e);
  if (rc == ERR_OK) rc = store_base_deployment_get(tx, job->resource, job->project, STR(STORE_WORKING_COPY), a, &d, e);
  if (rc == ERR_OK) {
    row.deployed_us = d.deployed_us = time_now_us();
    d.name = job->subject;
    rc = store_base_put(tx, &row, e);
  }
  if (rc == ERR_OK) rc = store_base_deployment_put(tx, &d, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code knowledge_deploy__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  return run(s, job, a, deploy_rows, e);
}

/* ---- delete ------------------------------------------------------------------------------------ */

err_code knowledge_delete(service *s, str resource, str project_name, char job_id[ID_JOB_LEN + 1], err *e) {
  return submit_plain(s, JOB_KNOWLEDGE_DELETE, resource, project_name, STR(""), STR(""), job_id, e);
}

static err_code delete_rows(service *s, store_job *job, arena *a, err *e) {
  (void)a;
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_base_delete(tx, job->resource, job->project, e);
  if (rc == ERR_OK) return job__applied(tx, job, e);
  store_rollback(tx);
  return rc;
}

err_code knowledge_delete__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  return run(s, job, a, delete_rows, e);
}

/* ---- export ------------------------------------------------------------------------------------ */

static const str format_names[] = {[KNOWLEDGE_JSON] = STR("json"),
                                   [KNOWLEDGE_TABLE] = STR("table"),
                                   [KNOWLEDGE_SYNONYMS_JSON] = STR("synonyms"),
                                   [KNOWLEDGE_SYNONYMS_TABLE] = STR("synonyms-table")};

err_code knowledge_export(service *s, str resource, str project_name, knowledge_format format,
                          char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  str params = arena_printf(&a, "{\"format\":\"" STR_FMT "\"}", STR_ARG(format_names[format]));
  err_code rc = submit_plain(s, JOB_KNOWLEDGE_EXPORT, resource, project_name, format_names[format], params, job_id, e);
  arena_fini(&a);
  return rc;
}

static void write_synonyms(const knowledge_base *kb, buf *out) {
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_key(&w, "assets");
  jw_obj(&w);
  jw_key(&w, "synonyms");
  qna_synonyms_write(&w, kb);
  jw_end(&w);
  jw_end(&w);
}

static void write_format(str name, const knowledge_base *kb, buf *out) {
  if (str_eq(name, format_names[KNOWLEDGE_TABLE]))
    qna_table_write(kb, out);
  else if (str_eq(name, format_names[KNOWLEDGE_SYNONYMS_TABLE]))
    qna_synonyms_table_write(kb, out);
  else if (str_eq(name, format_names[KNOWLEDGE_SYNONYMS_JSON]))
    write_synonyms(kb, out);
  else
    qna_write(kb, out);
}

err_code knowledge_export__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  (void)slot;
  store_tx *tx;
  store_base row;
  knowledge_base kb;
  char hash[SHA256_HEX + 1];
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = knowledge__load(tx, job->resource, job->project, a, &row, &kb, e);
  if (rc == ERR_OK) {
    buf file = {0};
    write_format(job->subject, &kb, &file);
    rc = store_blob_put(tx, buf_str(&file), hash, e);
    buf_free(&file);
  }
  if (rc == ERR_OK) return job__succeed_with(tx, job, arena_str(a, str_of(hash)), e);
  store_rollback(tx);
  return rc;
}

err_code knowledge_export_result(service *s, str resource, str project_name, str job_id, arena *a, str *out,
                                 bool *table, err *e) {
  job_view v;
  store_tx *tx;
  store_job job;
  err_code rc = job_get(s, resource, JOB_KNOWLEDGE_EXPORT, project_name, STR_NONE, job_id, a, &v, e);
  if (rc == ERR_OK && !str_eq(v.status, STR("succeeded")))
    rc = err_set(e, ERR_NOT_FOUND, "the export job has no result: it is " STR_FMT, STR_ARG(v.status));
  if (rc == ERR_OK) rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_job_get(tx, job_id, a, &job, e);
  if (rc == ERR_OK) rc = store_blob_get(tx, job.document, a, out, e);
  store_rollback(tx);
  *table = str_ends(v.subject, STR("table"));
  return rc;
}
