#include "service/copying.h"

#include "base/json_in.h"
#include "base/json_out.h"
#include "base/timeutil.h"
#include "project/clu_json.h"
#include "project/project.h"
#include "service/authoring_int.h"
#include "service/copy_send.h"
#include "service/copy_token.h"
#include "service/deployments_int.h"
#include "service/documents.h"
#include "service/job_kinds.h"
#include "service/service_int.h"

static const int64_t GRANT_LIFE_US = (int64_t)24 * 3600 * 1000000;

/* ---- the target: authorising --------------------------------------------------------------------- */

static err_code check_place(store_tx *tx, const copy_grant *g, arena *a, err *e) {
  store_project row;
  bool is_new;
  err_code rc = authoring__get_or_new(tx, g->resource, g->project, a, &row, &is_new, e);
  if (rc == ERR_OK) rc = authoring__check_kind(&row, is_new, g->kind, "projectKind", e);
  if (rc == ERR_OK && !is_new && !g->overwrite)
    rc = err_set(e, ERR_CONFLICT, "the project '" STR_FMT "' is there already; allowOverwrite lets it be replaced",
                 STR_ARG(g->project));
  return rc;
}

err_code copy_authorize(service *s, str resource, str project_name, str kind, bool overwrite, str endpoint, arena *a,
                        copy_authorization *out, err *e) {
  store_tx *tx = NULL;
  store_resource r;
  copy_grant g = {.endpoint = endpoint,
                  .resource = resource,
                  .project = project_name,
                  .kind = kind,
                  .overwrite = overwrite,
                  .expires_us = time_now_us() + GRANT_LIFE_US};
  err_code rc = project_name_check(project_name, "project name", "projectName", e);
  if (rc == ERR_OK) rc = store_begin_read(s->st, &tx, e);
  if (rc == ERR_OK) rc = check_place(tx, &g, a, e);
  if (rc == ERR_OK) rc = store_resource_get(tx, resource, a, &r, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  *out = (copy_authorization){.project_kind = kind,
                              .target_project = project_name,
                              .access_token = copy_token__seal(&g, store_secret(s->st), a),
                              .target_resource_id = r.azure_resource_id,
                              .target_region = r.region,
                              .expires_us = g.expires_us};
  return ERR_OK;
}

/* ---- the target: receiving ----------------------------------------------------------------------- */

/* ERR_UNAUTHORIZED unless we gave the token and it is not over. */
static err_code open_token(service *s, str token, arena *a, copy_grant *out, err *e) {
  err ignored;
  if (copy_token__is_ours(token, store_secret(s->st)) && copy_token__read(token, a, out, &ignored) == ERR_OK &&
      out->expires_us > time_now_us())
    return ERR_OK;
  return err_set(e, ERR_UNAUTHORIZED, "the access token is not valid here, or not any more");
}

bool copy_token_opens(service *s, str token, resource_ref *out) {
  arena a;
  copy_grant g;
  err ignored;
  arena_init(&a, 0);
  *out = (resource_ref){.name = STR(""), .region_display = STR(""), .index = UINT32_MAX};
  if (open_token(s, token, &a, &g, &ignored) == ERR_OK) out->index = resources__index(s, g.resource);
  arena_fini(&a);
  return out->index != UINT32_MAX;
}

/* The source may try again when it did not hear the answer: what is there already is a success. */
static err_code put_copy(store_tx *tx, const copy_grant *g, const project *p, arena *a, err *e) {
  store_project row;
  bool is_new;
  char hash[SHA256_HEX + 1];
  err_code rc = document__keep(tx, p, hash, e);
  if (rc == ERR_OK) rc = authoring__get_or_new(tx, g->resource, g->project, a, &row, &is_new, e);
  if (rc == ERR_OK && !is_new && str_eq(row.document, str_of(hash))) return ERR_OK;
  if (rc == ERR_OK) rc = check_place(tx, g, a, e);
  if (rc != ERR_OK) return rc;
  authoring__set_document(&row, arena_str(a, str_of(hash)), g->kind, metadata__text(&p->metadata, a),
                          (int64_t)p->utterance_count);
  return store_project_put(tx, &row, e);
}

err_code copy_receive(service *s, str token, str document, arena *a, err *e) {
  copy_grant g;
  project p;
  store_tx *tx = NULL;
  err_code rc = open_token(s, token, a, &g, e);
  if (rc == ERR_OK) rc = clu_read(document, &(clu_read_options){.expect_name = g.project}, a, &p, e);
  if (rc == ERR_OK && !str_eq(str_of(project_kind_name(p.metadata.kind)), g.kind))
    rc = err_at(e, ERR_INVALID_ARGUMENT, "metadata.projectKind", "the token is for a project of kind " STR_FMT,
                STR_ARG(g.kind));
  if (rc != ERR_OK) return rc;
  p.metadata.name = g.project;
  rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = put_copy(tx, &g, &p, a, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

/* ---- the source ---------------------------------------------------------------------------------- */

/* "https://b.example:8080" is one of "https://a.example, https://b.example:8080"; no list allows all. */
static bool is_allowed(const char *list, str endpoint) {
  if (!list || !*list) return true;
  for (str rest = str_of(list); rest.n;) {
    size_t end = str_find_byte(rest, ',');
    if (str_eq_nocase(str_trim(str_make(rest.p, end)), endpoint)) return true;
    rest = str_skip(rest, end + 1);
  }
  return false;
}

static err_code check_grant(service *s, const copy_authorization *auth, const store_project *p, const copy_grant *g,
                            err *e) {
  if (!str_eq(auth->project_kind, p->kind) || !str_eq(g->kind, p->kind))
    return err_at(e, ERR_INVALID_ARGUMENT, "projectKind", "the project is of kind " STR_FMT, STR_ARG(p->kind));
  if (!str_eq(auth->target_project, g->project))
    return err_at(e, ERR_INVALID_ARGUMENT, "targetProjectName", "the access token is for another project");
  if (g->expires_us <= time_now_us())
    return err_at(e, ERR_INVALID_ARGUMENT, "expiresAt", "the access token has expired");
  if (copy_token__is_ours(auth->access_token, store_secret(s->st)) || is_allowed(s->config.copy_targets, g->endpoint))
    return ERR_OK;
  return err_set(e, ERR_FORBIDDEN, "this server copies no projects to " STR_FMT, STR_ARG(g->endpoint));
}

err_code copy_start(service *s, str resource, str project_name, const copy_authorization *auth,
                    char job_id[ID_JOB_LEN + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  store_tx *tx = NULL;
  store_project p;
  copy_grant g;
  err_code rc = copy_token__read(auth->access_token, &a, &g, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  if (rc == ERR_OK) rc = store_project_get(tx, resource, project_name, &a, &p, e);
  if (rc == ERR_OK) rc = check_grant(s, auth, &p, &g, e);
  if (rc == ERR_OK)
    rc = job__submit(s, tx,
                     &(new_job){.kind = JOB_COPY,
                                .resource = resource,
                                .project = project_name,
                                .params = arena_printf(&a, "{\"token\":\"" STR_FMT "\"}", STR_ARG(auth->access_token)),
                                .document = p.document},
                     job_id, e);
  else
    store_rollback(tx);
  arena_fini(&a);
  return rc;
}

/* The kept document under the name that it gets. */
static err_code renamed(service *s, str hash, str name, arena *a, buf *out, err *e) {
  str json;
  project p;
  err_code rc = document__bytes(s->st, hash, a, &json, e);
  if (rc == ERR_OK) rc = clu_read(json, &(clu_read_options){0}, a, &p, e);
  if (rc != ERR_OK) return rc;
  p.metadata.name = name;
  clu_write(&p, OFFSET_UTF16, out);
  return ERR_OK;
}

static err_code send_copy(service *s, job_slot *slot, const store_job *job, arena *a, err *e) {
  str token;
  copy_grant g;
  buf document = {0};
  err_code rc = job_param__text(job, "token", a, &token, e);
  if (rc == ERR_OK) rc = copy_token__read(token, a, &g, e);
  if (rc == ERR_OK) rc = renamed(s, job->document, g.project, a, &document, e);
  if (rc == ERR_OK && copy_token__is_ours(token, store_secret(s->st)))
    rc = copy_receive(s, token, buf_str(&document), a, e);
  else if (rc == ERR_OK)
    rc = copy__send(g.endpoint, token, buf_str(&document), &s->jobs.stopping, &slot->cancelled, e);
  buf_free(&document);
  return rc;
}

err_code copy__run(service *s, job_slot *slot, store_job *job, arena *a, err *e) {
  store_tx *tx;
  err_code rc = send_copy(s, slot, job, a, e);
  if (rc == ERR_OK) rc = store_begin_write(s->st, &tx, e);
  return rc == ERR_OK ? job__succeed(tx, job, e) : rc;
}
