/* clu_projects.c -- P1 to P10: projects, their import and export. Source: reference clu-authoring §3. */
#include "api/clu_common.h"
#include "project/clu_json.h"
#include "service/authoring.h"

static const char export_job[] = "/projects/{}/export/jobs/{}";

static void write_project(jw *w, const project_view *v) {
  const project_metadata *m = &v->metadata;
  jw_obj(w);
  clu_time(w, "createdDateTime", v->created_us, 0);
  clu_time(w, "lastModifiedDateTime", v->modified_us, 0);
  clu_time(w, "lastTrainedDateTime", v->trained_us, 0);
  clu_time(w, "lastDeployedDateTime", v->deployed_us, 0);
  jw_kcstr(w, "projectKind", project_kind_name(m->kind));
  jw_kstr(w, "projectName", m->name);
  if (m->multilingual != OPT_ABSENT) jw_kbool(w, "multilingual", m->multilingual == OPT_TRUE);
  jw_kstr_opt(w, "description", m->description);
  jw_kstr(w, "language", m->language);
  jw_kstr_opt(w, "storageInputContainerName", m->storage_container);
  if (m->settings.present) {
    jw_key(w, "settings");
    clu_settings_write(w, &m->settings);
  }
  jw_end(w);
}

static err_code list_projects(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  project_view *v;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc) rc = authoring_list(api_service(rq), rq->resource.name, pg.at, rq->arena, &v, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) write_project(&w, &v[i]);
  clu_page_end(&w, rq, &pg, n, total);
  return ERR_OK;
}

static void answer_project(const project_view *v, http_response *rs) {
  jw w;
  jw_init(&w, &rs->body);
  write_project(&w, v);
}

static err_code get_project(const http_request *rq, http_response *rs, err *e) {
  project_view v;
  err_code rc = authoring_get(api_service(rq), rq->resource.name, rq->params[0], rq->arena, &v, e);
  if (!rc) answer_project(&v, rs);
  return rc;
}

static err_code patch_project(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  bool created;
  project_view v;
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = authoring_patch(api_service(rq), rq->resource.name, rq->params[0], &root, rq->arena, &created, &v, e);
  if (!rc) {
    answer_project(&v, rs);
    if (created) {
      rs->status = 201;
      http_add_header(rs, "Location", clu_url(rq, "/projects/{}", rq->params));
    }
  }
  jn_free(doc);
  return rc;
}

static err_code delete_project(const http_request *rq, http_response *rs, err *e) {
  char job[ID_JOB_LEN + 1];
  err_code rc = authoring_delete(api_service(rq), rq->resource.name, rq->params[0], job, e);
  if (!rc) clu_accept(rq, rs, "/projects/global/deletion-jobs/{}", (const str[]){str_of(job)});
  return rc;
}

static err_code get_deletion_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_DELETE_PROJECT, STR_NONE, STR_NONE, rq->params[0], e);
}

static bool is_luis(const http_request *rq) {
  return str_eq_nocase(http_query(rq, "format"), STR("Luis"));
}

static err_code check_format(const http_request *rq, err *e) {
  str format = http_query(rq, "format");
  if (!format.n || str_eq_nocase(format, STR("Conversation"))) return ERR_OK;
  return err_at(e, ERR_INVALID_ARGUMENT, "format", "Parameter \"format\" must be Conversation%s.",
                is_luis(rq) ? "; a LUIS file is made of the export by dragoman convert" : "");
}

static err_code export_project(const http_request *rq, http_response *rs, err *e) {
  offset_unit unit;
  char job[ID_JOB_LEN + 1];
  err_code rc = clu_string_index_type(rq, &unit, e);
  if (!rc) rc = check_format(rq, e);
  if (!rc)
    rc = authoring_export(api_service(rq), rq->resource.name, rq->params[0], unit, http_query(rq, "trainedModelLabel"),
                          job, e);
  if (!rc) clu_accept(rq, rs, export_job, (const str[]){rq->params[0], str_of(job)});
  return rc;
}

static err_code get_export_job(const http_request *rq, http_response *rs, err *e) {
  job_view j;
  err_code rc =
      job_get(api_service(rq), rq->resource.name, JOB_EXPORT, rq->params[0], STR_NONE, rq->params[1], rq->arena, &j, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  clu_job_begin(&w, &j);
  if (str_eq(j.status, STR("succeeded")))
    jw_kstr(&w, "resultUrl", clu_url(rq, "/projects/{}/export/jobs/{}/result", rq->params));
  jw_end(&w);
  return ERR_OK;
}

static err_code get_export_result(const http_request *rq, http_response *rs, err *e) {
  str json;
  err_code rc =
      authoring_export_result(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena, &json, e);
  if (!rc) buf_add_str(&rs->body, json);
  return rc;
}

static err_code import_project(const http_request *rq, http_response *rs, err *e) {
  char job[ID_JOB_LEN + 1];
  str resource = rq->resource.name, name = rq->params[0];
  err_code rc = is_luis(rq) ? ERR_OK : check_format(rq, e);
  if (!rc && is_luis(rq))
    rc = authoring_import_luis(api_service(rq), resource, name, rq->body, job, e);
  else if (!rc)
    rc = authoring_import(api_service(rq), resource, name, rq->body, job, e);
  if (!rc) clu_accept(rq, rs, "/projects/{}/import/jobs/{}", (const str[]){name, str_of(job)});
  return rc;
}

static err_code get_import_job(const http_request *rq, http_response *rs, err *e) {
  return clu_job_answer(rq, rs, JOB_IMPORT, rq->params[0], STR_NONE, rq->params[1], e);
}

#define P CLU_AUTHORING "/projects"
static const http_route routes[] = {
    {"P1", HTTP_GET, P, list_projects, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"P2", HTTP_GET, P "/{p}", get_project, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"P3", HTTP_PATCH, P "/{p}", patch_project, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_SMALL_BODY},
    {"P4", HTTP_DELETE, P "/{p}", delete_project, HTTP_CLASS_WRITE, HTTP_BLOCKING, 0},
    {"P5", HTTP_GET, P "/global/deletion-jobs/{j}", get_deletion_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"P6", HTTP_POST, P "/{p}/:export", export_project, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_READER, 0},
    {"P7", HTTP_GET, P "/{p}/export/jobs/{j}", get_export_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"P8", HTTP_GET, P "/{p}/export/jobs/{j}/result", get_export_result, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
    {"P9", HTTP_POST, P "/{p}/:import", import_project, HTTP_CLASS_WRITE, HTTP_BLOCKING, CLU_IMPORT_BODY},
    {"P10", HTTP_GET, P "/{p}/import/jobs/{j}", get_import_job, HTTP_CLASS_READ, HTTP_BLOCKING, 0},
};
#undef P

const http_family api_clu_projects = CLU_AUTHORING_FAMILY("clu-projects", routes);
