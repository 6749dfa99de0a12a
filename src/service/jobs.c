#include "service/jobs.h"

#include "base/json_in.h"
#include "base/timeutil.h"
#include "service/service_int.h"

/* Reading jobs, and waiting for them. */

enum { AWAIT_S = 60, AWAIT_POLL_MS = 20 };

/* What a running job of this process has reported since its row was committed. */
static void overlay_progress(service *s, job_view *v, arena *a) {
  int64_t updated_us;
  if (!str_eq(v->status, STR("running")) && !str_eq(v->status, STR("cancelling"))) return;
  if (job_queue__progress(s, v->id, a, &v->result, &updated_us)) v->updated_us = MAX_OF(v->updated_us, updated_us);
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

/* ---- waiting ------------------------------------------------------------------------------------- */

/* [{"code", "message", "target"?}], as the queue writes it. */
static err_code error_of(const job_view *job, arena *a, err *e) {
  jdoc *doc = NULL;
  str code = STR(""), message = STR("the job has failed"), target = STR("");
  if (str_eq(job->status, STR("cancelled"))) return err_set(e, ERR_CANCELLED, "the job was cancelled");
  err ignored;
  if (jn_parse(job->errors, &doc, &ignored) != ERR_OK) return err_set(e, ERR_INTERNAL, STR_FMT, STR_ARG(message));
  jnode root = jn_root(doc), first = jn_len(&root) ? jn_at(&root, 0) : root;
  bool whole = jn_opt_str(&first, "code", &code, NULL, &ignored) == ERR_OK &&
               jn_opt_str(&first, "message", &message, NULL, &ignored) == ERR_OK &&
               jn_opt_str(&first, "target", &target, NULL, &ignored) == ERR_OK;
  err_code rc =
      err_at(e, whole ? err_of_api_code(code) : ERR_INTERNAL, arena_cstr(a, target), STR_FMT, STR_ARG(message));
  jn_free(doc);
  return rc;
}

err_code job_await(service *s, str resource, job_kind kind, str project_name, str id, arena *a, job_view *out, err *e) {
  for (int64_t until = time_mono_us() + (int64_t)AWAIT_S * 1000000; time_mono_us() < until;) {
    err_code rc = job_get(s, resource, kind, project_name, STR_NONE, id, a, out, e);
    if (rc != ERR_OK || str_eq(out->status, STR("succeeded"))) return rc;
    if (str_eq(out->status, STR("failed")) || str_eq(out->status, STR("cancelled"))) return error_of(out, a, e);
    if (!job_queue__pause(s, AWAIT_POLL_MS)) return err_set(e, ERR_UNAVAILABLE, "the server is stopping");
  }
  return err_set(e, ERR_TIMEOUT, "the job " STR_FMT " has not ended yet", STR_ARG(id));
}
