#include "service/jobs.h"

#include "base/timeutil.h"
#include "service/service_int.h"

/* Reading jobs. */

static const char *const kind_names[] = {
    [JOB_IMPORT] = "import",
    [JOB_EXPORT] = "export",
    [JOB_DELETE_PROJECT] = "delete-project",
    [JOB_TRAIN] = "train",
    [JOB_LOAD_SNAPSHOT] = "load-snapshot",
    [JOB_EVALUATE] = "evaluate",
    [JOB_DEPLOY] = "deploy",
    [JOB_SWAP] = "swap",
    [JOB_DELETE_FROM_RESOURCES] = "delete-from-resources",
    [JOB_ASSIGN] = "assign",
    [JOB_UNASSIGN] = "unassign",
    [JOB_ROLLBACK] = "rollback",
    [JOB_TRIAL] = "trial",
    [JOB_COPY] = "copy",
    [JOB_EXPORT_MODEL] = "export-model",
    [JOB_KNOWLEDGE_CHANGE] = "knowledge-change",
    [JOB_KNOWLEDGE_DEPLOY] = "knowledge-deploy",
    [JOB_KNOWLEDGE_DELETE] = "knowledge-delete",
    [JOB_KNOWLEDGE_EXPORT] = "knowledge-export",
    [JOB_LUIS_TEST] = "luis-test",
};

const char *job_kind__name(job_kind kind) {
  return kind_names[kind];
}

/* What a running job of this process has reported since its row was committed. */
static void overlay_progress(service *s, job_view *v, arena *a) {
  if (!str_eq(v->status, STR("running")) && !str_eq(v->status, STR("cancelling"))) return;
  pthread_mutex_lock(&s->jobs.lock);
  for (const job_slot *slot = s->jobs.first; slot; slot = slot->next) {
    if (!str_eq(v->id, str_of(slot->id)) || !slot->live_result) continue;
    v->result = arena_str(a, str_of(slot->live_result));
    if (slot->live_updated_us > v->updated_us) v->updated_us = slot->live_updated_us;
  }
  pthread_mutex_unlock(&s->jobs.lock);
}

static void view_of(service *s, const store_job *j, job_kind kind, arena *a, job_view *out) {
  *out = (job_view){.id = j->id,
                    .project = j->project,
                    .subject = j->subject,
                    .kind = kind,
                    .status = j->status,
                    .result = j->result,
                    .errors = j->errors,
                    .warnings = j->warnings,
                    .created_us = j->created_us,
                    .updated_us = j->updated_us,
                    .expires_us = j->expires_us};
  overlay_progress(s, out, a);
}

static bool is_asked_for(const store_job *j, str resource, job_kind kind, str project_name, str subject) {
  return str_eq(j->resource, resource) && str_eq(j->kind, str_of(job_kind__name(kind))) &&
         (!project_name.p || str_eq(j->project, project_name)) && (!subject.p || str_eq(j->subject, subject)) &&
         j->expires_us > time_now_us();
}

err_code job_get(service *s, str resource, job_kind kind, str project_name, str subject, str id, arena *a,
                 job_view *out, err *e) {
  store_tx *tx;
  store_job j;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_job_get(tx, id, a, &j, e);
  store_rollback(tx);
  if (rc == ERR_OK && !is_asked_for(&j, resource, kind, project_name, subject))
    rc = err_set(e, ERR_OPERATION_NOT_FOUND, "job '" STR_FMT "' does not exist", STR_ARG(id));
  if (rc == ERR_OK) view_of(s, &j, kind, a, out);
  return rc;
}

err_code job_list(service *s, str resource, job_kind kind, str project_name, page pg, arena *a, job_view **out,
                  size_t *n, size_t *total, err *e) {
  store_tx *tx;
  store_project p;
  store_job *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_project_get(tx, resource, project_name, a, &p, e);
  if (rc == ERR_OK)
    rc = store_job_list(tx, resource, project_name, str_of(job_kind__name(kind)), time_now_us(), pg.skip, pg.top, a,
                        &rows, n, total, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  job_view *views = ARENA_ARRAY(a, job_view, *n);
  for (size_t i = 0; i < *n; i++) view_of(s, &rows[i], kind, a, &views[i]);
  *out = views;
  return ERR_OK;
}
