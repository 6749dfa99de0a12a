/* qna_authoring.c -- Q1 to Q20: question answering projects. Source: reference question-answering §3, §4. */
#include "api/clu_common.h"
#include "http/uri.h"
#include "project/limits.h"
#include "project/qna_json.h"
#include "service/knowledge.h"

/* ---- URLs and jobs ----------------------------------------------------------------------------- */

/* A path below this request's prefix: each "{}" of pattern takes the next of names, escaped. */
static str url_of(const http_request *rq, const char *pattern, const str *names) {
  buf b = {0};
  buf_add_str(&b, http_base_url(rq));
  buf_add_str(&b, str_of(rq->family->prefix));
  for (const char *p = pattern; *p; p++) {
    if (p[0] == '{' && p[1] == '}') {
      uri_encode(&b, *names++);
      p++;
    } else {
      buf_add_byte(&b, *p);
    }
  }
  buf_printf(&b, "?api-version=" STR_FMT, STR_ARG(rq->api_version));
  str url = arena_str(rq->arena, buf_str(&b));
  buf_free(&b);
  return url;
}

static void accept(const http_request *rq, http_response *rs, const char *pattern, const str *names) {
  rs->status = 202;
  http_add_header(rs, "operation-location", url_of(rq, pattern, names));
}

static bool is_over(const job_view *j) {
  return str_eq(j->status, STR("succeeded")) || str_eq(j->status, STR("failed")) || str_eq(j->status, STR("cancelled"));
}

/* result_url.n 0: none. */
static err_code job_answer(const http_request *rq, http_response *rs, job_kind kind, str base, str subject, str id,
                           str result_url, err *e) {
  job_view j;
  err_code rc = job_get(api_service(rq), rq->resource.name, kind, base, subject, id, rq->arena, &j, e);
  if (rc) return rc;
  if (!is_over(&j)) http_add_header(rs, "Retry-After", STR("1"));
  jw w;
  jw_init(&w, &rs->body);
  clu_job_begin(&w, &j);
  if (result_url.n && str_eq(j.status, STR("succeeded"))) jw_kstr(&w, "resultUrl", result_url);
  jw_end(&w);
  return ERR_OK;
}

/* ---- projects ---------------------------------------------------------------------------------- */

static void write_project(jw *w, const knowledge_view *v) {
  jw_obj(w);
  jw_kstr(w, "projectName", v->name);
  qna_metadata_write(w, &v->base);
  clu_time(w, "createdDateTime", v->created_us, 0);
  clu_time(w, "lastModifiedDateTime", v->modified_us, 0);
  clu_time(w, "lastDeployedDateTime", v->deployed_us, 0);
  jw_end(w);
}

static err_code list_projects(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  knowledge_view *v;
  size_t n, total;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc) rc = knowledge_list(api_service(rq), rq->resource.name, pg.at, rq->arena, &v, &n, &total, e);
  if (rc) return rc;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < n; i++) write_project(&w, &v[i]);
  clu_page_end_bare(&w, rq, &pg, n, total);
  return ERR_OK;
}

static void answer_project(const knowledge_view *v, http_response *rs) {
  jw w;
  jw_init(&w, &rs->body);
  write_project(&w, v);
}

static err_code get_project(const http_request *rq, http_response *rs, err *e) {
  knowledge_view v;
  err_code rc = knowledge_get(api_service(rq), rq->resource.name, rq->params[0], false, rq->arena, &v, e);
  if (!rc) answer_project(&v, rs);
  return rc;
}

static err_code patch_project(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  bool created;
  knowledge_view v;
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  rc = knowledge_patch(api_service(rq), rq->resource.name, rq->params[0], &root, rq->arena, &created, &v, e);
  if (!rc) {
    answer_project(&v, rs);
    if (created) rs->status = 201;
  }
  jn_free(doc);
  return rc;
}

static err_code delete_project(const http_request *rq, http_response *rs, err *e) {
  char job[ID_JOB_LEN + 1];
  err_code rc = knowledge_delete(api_service(rq), rq->resource.name, rq->params[0], job, e);
  if (!rc) accept(rq, rs, "/deletion-jobs/{}", (const str[]){str_of(job)});
  return rc;
}

static err_code get_deletion_job(const http_request *rq, http_response *rs, err *e) {
  return job_answer(rq, rs, JOB_KNOWLEDGE_DELETE, STR_NONE, STR_NONE, rq->params[0], STR(""), e);
}

/* ---- import, export ---------------------------------------------------------------------------- */

typedef struct transfer {
  bool table, synonyms;
} transfer;

static err_code read_transfer(const http_request *rq, transfer *out, err *e) {
  str format = http_query(rq, "format"), assets = http_query(rq, "assetKind");
  out->table = str_eq_nocase(format, STR("tsv"));
  out->synonyms = str_eq_nocase(assets, STR("synonyms"));
  if (format.n && !out->table && !str_eq_nocase(format, STR("json")))
    return err_at(e, ERR_INVALID_ARGUMENT, "format",
                  "Parameter \"format\" must be json or tsv; a spreadsheet can be saved as tsv.");
  if (assets.n && !out->synonyms && !str_eq_nocase(assets, STR("qnas")))
    return err_at(e, ERR_INVALID_ARGUMENT, "assetKind", "Parameter \"assetKind\" must be qnas or synonyms.");
  return ERR_OK;
}

static err_code export_project(const http_request *rq, http_response *rs, err *e) {
  transfer t;
  char job[ID_JOB_LEN + 1];
  err_code rc = read_transfer(rq, &t, e);
  if (rc) return rc;
  knowledge_format format = t.synonyms ? (t.table ? KNOWLEDGE_SYNONYMS_TABLE : KNOWLEDGE_SYNONYMS_JSON)
                                       : (t.table ? KNOWLEDGE_TABLE : KNOWLEDGE_JSON);
  rc = knowledge_export(api_service(rq), rq->resource.name, rq->params[0], format, job, e);
  if (!rc) accept(rq, rs, "/{}/export/jobs/{}", (const str[]){rq->params[0], str_of(job)});
  return rc;
}

static err_code get_export_job(const http_request *rq, http_response *rs, err *e) {
  return job_answer(rq, rs, JOB_KNOWLEDGE_EXPORT, rq->params[0], STR_NONE, rq->params[1],
                    url_of(rq, "/{}/export/jobs/{}/result", rq->params), e);
}

static err_code get_export_result(const http_request *rq, http_response *rs, err *e) {
  str file;
  bool table;
  err_code rc = knowledge_export_result(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], rq->arena,
                                        &file, &table, e);
  if (rc) return rc;
  buf_add_str(&rs->body, file);
  if (table) rs->content_type = "text/tab-separated-values; charset=utf-8";
  return ERR_OK;
}

/* The file itself is the body. The original fetches tables from a URL, which a server that works offline does not. */
static err_code check_no_uri(const http_request *rq, bool table, err *e) {
  jdoc *doc;
  err ignored;
  str first = str_trim(str_make(rq->body.p, MIN_OF(rq->body.n, (size_t)64)));
  if (!first.n || first.p[0] != '{' || jn_parse(rq->body, &doc, &ignored)) return ERR_OK;
  jnode root = jn_root(doc), file = qna_member(&root, "fileUri"), assets = qna_member(&root, "assets");
  bool refused = table || (jn_typeof(&file) == JN_STR && jn_typeof(&assets) == JN_ABSENT);
  jn_free(doc);
  if (!refused) return ERR_OK;
  return err_at(e, ERR_INVALID_ARGUMENT, "fileUri", "files are not fetched from URLs: send the file as the body");
}

static err_code import_project(const http_request *rq, http_response *rs, err *e) {
  transfer t;
  char job[ID_JOB_LEN + 1];
  err_code rc = read_transfer(rq, &t, e);
  if (!rc) rc = check_no_uri(rq, t.table, e);
  if (rc) return rc;
  knowledge_change change = t.synonyms ? (t.table ? KNOWLEDGE_IMPORT_SYNONYMS_TABLE : KNOWLEDGE_IMPORT_SYNONYMS)
                                       : (t.table ? KNOWLEDGE_IMPORT_TABLE : KNOWLEDGE_IMPORT_JSON);
  rc = knowledge_change_start(api_service(rq), rq->resource.name, rq->params[0], change, rq->body, job, e);
  if (!rc) accept(rq, rs, "/{}/import/jobs/{}", (const str[]){rq->params[0], str_of(job)});
  return rc;
}

static err_code get_import_job(const http_request *rq, http_response *rs, err *e) {
  return job_answer(rq, rs, JOB_KNOWLEDGE_CHANGE, rq->params[0], knowledge_subject(KNOWLEDGE_IMPORT_JSON),
                    rq->params[1], STR(""), e);
}

/* ---- deployments ------------------------------------------------------------------------------- */

static err_code deploy(const http_request *rq, http_response *rs, err *e) {
  char job[ID_JOB_LEN + 1];
  err_code rc = knowledge_deploy(api_service(rq), rq->resource.name, rq->params[0], rq->params[1], job, e);
  if (!rc) accept(rq, rs, "/{}/deployments/{}/jobs/{}", (const str[]){rq->params[0], rq->params[1], str_of(job)});
  return rc;
}

static err_code get_deploy_job(const http_request *rq, http_response *rs, err *e) {
  return job_answer(rq, rs, JOB_KNOWLEDGE_DEPLOY, rq->params[0], rq->params[1], rq->params[2], STR(""), e);
}

static void write_deployment(jw *w, const knowledge_deployment *d) {
  jw_obj(w);
  jw_kstr(w, "deploymentName", d->name);
  clu_time(w, "lastDeployedDateTime", d->deployed_us, 0);
  jw_end(w);
}

static err_code list_deployments(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  knowledge_deployment *v;
  size_t n;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc) rc = knowledge_deployments(api_service(rq), rq->resource.name, rq->params[0], rq->arena, &v, &n, e);
  if (rc) return rc;
  size_t from = MIN_OF(pg.at.skip, n), count = MIN_OF(pg.at.top, n - from);
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = from; i < from + count; i++) write_deployment(&w, &v[i]);
  clu_page_end_bare(&w, rq, &pg, count, n);
  return ERR_OK;
}

static err_code get_deployment(const http_request *rq, http_response *rs, err *e) {
  knowledge_deployment *v;
  size_t n;
  err_code rc = knowledge_deployments(api_service(rq), rq->resource.name, rq->params[0], rq->arena, &v, &n, e);
  for (size_t i = 0; !rc && i < n; i++) {
    if (!str_eq(v[i].name, rq->params[1])) continue;
    jw w;
    jw_init(&w, &rs->body);
    write_deployment(&w, &v[i]);
    return ERR_OK;
  }
  return rc ? rc : err_set(e, ERR_NOT_FOUND, "The deployment \"" STR_FMT "\" cannot be found.", STR_ARG(rq->params[1]));
}

/* ---- pairs and sources ------------------------------------------------------------------------- */

static err_code change(const http_request *rq, http_response *rs, knowledge_change kind, err *e) {
  char job[ID_JOB_LEN + 1];
  err_code rc = knowledge_change_start(api_service(rq), rq->resource.name, rq->params[0], kind, rq->body, job, e);
  if (!rc) accept(rq, rs, "/{}/{}/jobs/{}", (const str[]){rq->params[0], knowledge_subject(kind), str_of(job)});
  return rc;
}

static err_code get_change_job(const http_request *rq, http_response *rs, knowledge_change kind, err *e) {
  str url = arena_printf(rq->arena, "/knowledgebases/" STR_FMT, STR_ARG(rq->params[0]));
  return job_answer(rq, rs, JOB_KNOWLEDGE_CHANGE, rq->params[0], knowledge_subject(kind), rq->params[1], url, e);
}

static err_code patch_pairs(const http_request *rq, http_response *rs, err *e) {
  return change(rq, rs, KNOWLEDGE_CHANGE_PAIRS, e);
}

static err_code get_pairs_job(const http_request *rq, http_response *rs, err *e) {
  return get_change_job(rq, rs, KNOWLEDGE_CHANGE_PAIRS, e);
}

static err_code patch_sources(const http_request *rq, http_response *rs, err *e) {
  return change(rq, rs, KNOWLEDGE_CHANGE_SOURCES, e);
}

static err_code get_sources_job(const http_request *rq, http_response *rs, err *e) {
  return get_change_job(rq, rs, KNOWLEDGE_CHANGE_SOURCES, e);
}

static err_code list_pairs(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  knowledge_view v;
  str source = http_query(rq, "source");
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc) rc = knowledge_get(api_service(rq), rq->resource.name, rq->params[0], true, rq->arena, &v, e);
  if (rc) return rc;
  size_t total = 0, written = 0;
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = 0; i < v.base.pair_count; i++) {
    const qna_pair *p = &v.base.pairs[i];
    if (source.n && !str_eq(p->source, source)) continue;
    if (total >= pg.at.skip && written < pg.at.top) {
      qna_pair_write(&w, p);
      written++;
    }
    total++;
  }
  clu_page_end_bare(&w, rq, &pg, written, total);
  return ERR_OK;
}

static err_code list_sources(const http_request *rq, http_response *rs, err *e) {
  clu_page pg;
  knowledge_view v;
  err_code rc = clu_page_parse(rq, &pg, e);
  if (!rc) rc = knowledge_get(api_service(rq), rq->resource.name, rq->params[0], true, rq->arena, &v, e);
  if (rc) return rc;
  size_t n = v.base.source_count, from = MIN_OF(pg.at.skip, n), count = MIN_OF(pg.at.top, n - from);
  jw w;
  clu_page_begin(&w, rs);
  for (size_t i = from; i < from + count; i++) qna_source_write(&w, &v.base.sources[i]);
  clu_page_end_bare(&w, rq, &pg, count, n);
  return ERR_OK;
}

/* ---- synonyms, feedback ------------------------------------------------------------------------ */

static err_code get_synonyms(const http_request *rq, http_response *rs, err *e) {
  knowledge_view v;
  err_code rc = knowledge_get(api_service(rq), rq->resource.name, rq->params[0], true, rq->arena, &v, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_key(&w, "value");
  qna_synonyms_write(&w, &v.base);
  jw_end(&w);
  return ERR_OK;
}

static err_code put_synonyms(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  jnode groups = qna_member(&root, "value");
  rc = knowledge_synonyms_put(api_service(rq), rq->resource.name, rq->params[0], &groups, e);
  if (!rc) rs->status = 204;
  jn_free(doc);
  return rc;
}

/* The id may be a text, as one client sends it. */
static err_code read_feedback(const jnode *n, knowledge_feedback *out, err *e) {
  err_code rc = jn_want_obj(n, e);
  if (rc) return rc;
  jnode question = qna_member(n, "userQuestion"), id = qna_member(n, "qnaId");
  int64_t v = 0;
  rc = jn_want_str(&question, &out->user_question, e);
  if (rc) return rc;
  if (!str_trim(out->user_question).n) return jn_fail(&question, e, "must not be empty");
  if (jn_typeof(&id) == JN_INT)
    v = jn_int(&id);
  else if (jn_typeof(&id) != JN_STR || !str_to_i64(jn_str(&id), 0, INT32_MAX, &v))
    v = -1;
  if (v < 0 || v > INT32_MAX) return jn_fail(&id, e, "must be the id of a pair");
  out->qna_id = (int32_t)v;
  return ERR_OK;
}

static err_code add_feedback(const http_request *rq, http_response *rs, err *e) {
  jdoc *doc;
  jnode root;
  err_code rc = clu_body(rq, &doc, &root, rs, e);
  if (rc) return rc;
  jnode list = qna_member(&root, "records");
  rc = jn_want_arr(&list, e);
  size_t n = rc ? 0 : jn_len(&list);
  if (n > LIMIT_QNA_UPDATES) rc = jn_fail(&list, e, "there may be at most %d records", LIMIT_QNA_UPDATES);
  knowledge_feedback *v = ARENA_ARRAY(rq->arena, knowledge_feedback, n);
  for (size_t i = 0; !rc && i < n; i++) {
    jnode item = jn_at(&list, i);
    rc = read_feedback(&item, &v[i], e);
  }
  if (!rc) rc = knowledge_feedback_add(api_service(rq), rq->resource.name, rq->params[0], v, n, e);
  if (!rc) rs->status = 204;
  jn_free(doc);
  return rc;
}

/* ---- routes ------------------------------------------------------------------------------------ */

enum { FILE_BODY = 32 * 1024 * 1024 };

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING
#define ROUTES(B)                                                                                                      \
  {                                                                                                                    \
    {"Q1", HTTP_GET, B, list_projects, READ, 0}, {"Q5", HTTP_GET, B "/deletion-jobs/{j}", get_deletion_job, READ, 0},  \
        {"Q2", HTTP_GET, B "/{p}", get_project, READ, 0},                                                              \
        {"Q3", HTTP_PATCH, B "/{p}", patch_project, WRITE, CLU_SMALL_BODY},                                            \
        {"Q4", HTTP_DELETE, B "/{p}", delete_project, WRITE, 0},                                                       \
        {"Q6", HTTP_POST, B "/{p}/:export", export_project, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_READER, 0},     \
        {"Q7", HTTP_GET, B "/{p}/export/jobs/{j}", get_export_job, READ, 0},                                           \
        {"Q8", HTTP_GET, B "/{p}/export/jobs/{j}/result", get_export_result, READ, 0},                                 \
        {"Q9",     HTTP_POST, B "/{p}/:import", import_project, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_ANY_MEDIA,      \
         FILE_BODY},                                                                                                   \
        {"Q10", HTTP_GET, B "/{p}/import/jobs/{j}", get_import_job, READ, 0},                                          \
        {"Q11", HTTP_PUT, B "/{p}/deployments/{d}", deploy, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_FOR_OWNER, 0},      \
        {"Q12", HTTP_GET, B "/{p}/deployments/{d}/jobs/{j}", get_deploy_job, READ, 0},                                 \
        {"Q13", HTTP_GET, B "/{p}/deployments", list_deployments, READ, 0},                                            \
        {"Q14", HTTP_GET, B "/{p}/deployments/{d}", get_deployment, READ, 0},                                          \
        {"Q15", HTTP_GET, B "/{p}/qnas", list_pairs, READ, 0},                                                         \
        {"Q15", HTTP_PATCH, B "/{p}/qnas", patch_pairs, WRITE, FILE_BODY},                                             \
        {"Q16", HTTP_GET, B "/{p}/qnas/jobs/{j}", get_pairs_job, READ, 0},                                             \
        {"Q17", HTTP_GET, B "/{p}/sources", list_sources, READ, 0},                                                    \
        {"Q17", HTTP_PATCH, B "/{p}/sources", patch_sources, WRITE, CLU_SMALL_BODY},                                   \
        {"Q18", HTTP_GET, B "/{p}/sources/jobs/{j}", get_sources_job, READ, 0},                                        \
        {"Q19", HTTP_GET, B "/{p}/synonyms", get_synonyms, READ, 0},                                                   \
        {"Q19", HTTP_PUT, B "/{p}/synonyms", put_synonyms, WRITE, FILE_BODY},                                          \
        {"Q20", HTTP_POST, B "/{p}/feedback", add_feedback, WRITE, CLU_SMALL_BODY},                                    \
  }

/* Both generations of URLs, under every version. */
#define BASE_2021 "/language/query-knowledgebases/projects"
#define BASE_2023 "/language/authoring/query-knowledgebases/projects"
static const http_route routes_2021[] = ROUTES(BASE_2021);
static const http_route routes_2023[] = ROUTES(BASE_2023);

#define FAMILY(name_, prefix_, routes_)                                                                                \
  {                                                                                                                    \
    .name = (name_), .prefix = (prefix_), .routes = (routes_), .route_count = ARRAY_LEN(routes_),                      \
    .api_versions = qna_versions, .write_error = clu_write_error, .headers = clu_authoring_headers,                    \
    .header_count = CLU_AUTHORING_HEADERS, .request_id_headers = clu_authoring_id_headers,                             \
    .region_header = "x-ms-region", .duration_header = "x-envoy-upstream-service-time"                                 \
  }
const http_family api_qna_authoring_2021 = FAMILY("qna-authoring-2021", BASE_2021, routes_2021);
const http_family api_qna_authoring_2023 = FAMILY("qna-authoring", BASE_2023, routes_2023);
