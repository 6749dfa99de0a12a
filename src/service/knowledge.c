#include "service/knowledge.h"

#include "base/timeutil.h"
#include "project/limits.h"
#include "project/qna_json.h"
#include "service/job_kinds.h"
#include "service/knowledge_int.h"
#include "service/service_int.h"
#include "service/serving.h"

/* ---- rows and documents ------------------------------------------------------------------------ */

static str metadata_text(const knowledge_base *kb, arena *a) {
  buf json = {0};
  jw w;
  jw_init(&w, &json);
  jw_obj(&w);
  qna_metadata_write(&w, kb);
  jw_end(&w);
  str text = arena_str(a, buf_str(&json));
  buf_free(&json);
  return text;
}

static err_code parse_document(str json, arena *a, knowledge_base *out, err *e) {
  jdoc *doc;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  rc = qna_read(&root, a, out, e);
  jn_free(doc);
  return rc;
}

static err_code parse_metadata(str json, arena *a, knowledge_base *out, err *e) {
  jdoc *doc;
  err_code rc = jn_parse(json, &doc, e);
  if (rc != ERR_OK) return rc;
  jnode root = jn_root(doc);
  *out = (knowledge_base){.language = STR("en")};
  rc = qna_metadata_patch(&root, a, out, e);
  jn_free(doc);
  return rc;
}

static err_code view_of(const store_base *row, arena *a, knowledge_view *out, err *e) {
  *out = (knowledge_view){.name = row->name,
                          .created_us = row->created_us,
                          .modified_us = row->modified_us,
                          .deployed_us = row->deployed_us};
  return parse_metadata(row->metadata, a, &out->base, e);
}

err_code knowledge__load(store_tx *tx, str resource, str project_name, arena *a, store_base *row, knowledge_base *kb,
                         err *e) {
  store_base_deployment d;
  err_code rc = store_base_get(tx, resource, project_name, a, row, e);
  if (rc == ERR_OK) rc = store_base_deployment_get(tx, resource, project_name, STR(STORE_WORKING_COPY), a, &d, e);
  return rc == ERR_OK ? parse_document(d.document, a, kb, e) : rc;
}

err_code knowledge__keep(store_tx *tx, store_base *row, const knowledge_base *kb, arena *a, err *e) {
  buf json = {0};
  char hash[SHA256_HEX + 1];
  row->modified_us = time_now_us();
  row->metadata = metadata_text(kb, a);
  qna_write(kb, &json);
  sha256_hex(json.p, json.n, hash);
  store_base_deployment d = {.resource = row->resource,
                             .project = row->name,
                             .name = STR(STORE_WORKING_COPY),
                             .hash = str_of(hash),
                             .document = buf_str(&json),
                             .deployed_us = row->modified_us};
  err_code rc = store_base_put(tx, row, e);
  if (rc == ERR_OK) rc = store_base_deployment_put(tx, &d, e);
  buf_free(&json);
  return rc;
}

/* A row to be, where there is none. */
static err_code new_row(store_tx *tx, str resource, str project_name, store_base *row, err *e) {
  size_t n, total;
  store_base *none;
  arena a;
  arena_init(&a, 0);
  err_code rc = qna_project_name_check(project_name, "projectName", e);
  if (rc == ERR_OK) rc = store_base_list(tx, resource, 0, 0, &a, &none, &n, &total, e);
  arena_fini(&a);
  if (rc == ERR_OK && total >= LIMIT_PROJECTS_PER_RESOURCE)
    rc = err_set(e, ERR_QUOTA_EXCEEDED, "a resource has at most %d question answering projects",
                 LIMIT_PROJECTS_PER_RESOURCE);
  if (rc == ERR_OK) *row = (store_base){.resource = resource, .name = project_name, .created_us = time_now_us()};
  return rc;
}

err_code knowledge__load_or_new(store_tx *tx, str resource, str project_name, arena *a, store_base *row,
                                knowledge_base *kb, bool *created, err *e) {
  err why = {0};
  err_code rc = knowledge__load(tx, resource, project_name, a, row, kb, &why);
  *created = rc == ERR_PROJECT_NOT_FOUND;
  if (*created) {
    *kb = (knowledge_base){.language = STR("en")};
    return new_row(tx, resource, project_name, row, e);
  }
  if (rc != ERR_OK && e) *e = why;
  return rc;
}

/* ---- reading ----------------------------------------------------------------------------------- */

err_code knowledge_list(service *s, str resource, page pg, arena *a, knowledge_view **out, size_t *n, size_t *total,
                        err *e) {
  store_tx *tx;
  store_base *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_base_list(tx, resource, pg.skip, pg.top, a, &rows, n, total, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  knowledge_view *v = ARENA_ARRAY(a, knowledge_view, *n);
  for (size_t i = 0; rc == ERR_OK && i < *n; i++) rc = view_of(&rows[i], a, &v[i], e);
  *out = v;
  return rc;
}

err_code knowledge_get(service *s, str resource, str project_name, bool with_content, arena *a, knowledge_view *out,
                       err *e) {
  store_tx *tx;
  store_base row;
  knowledge_base kb;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = with_content ? knowledge__load(tx, resource, project_name, a, &row, &kb, e)
                    : store_base_get(tx, resource, project_name, a, &row, e);
  store_rollback(tx);
  if (rc == ERR_OK) rc = view_of(&row, a, out, e);
  if (rc == ERR_OK && with_content) out->base = kb;
  return rc;
}

err_code knowledge_deployments(service *s, str resource, str project_name, arena *a, knowledge_deployment **out,
                               size_t *n, err *e) {
  store_tx *tx;
  store_base row;
  store_base_deployment *rows = NULL;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_base_get(tx, resource, project_name, a, &row, e);
  if (rc == ERR_OK) rc = store_base_deployment_list(tx, resource, project_name, a, &rows, n, e);
  store_rollback(tx);
  if (rc != ERR_OK) return rc;
  knowledge_deployment *v = ARENA_ARRAY(a, knowledge_deployment, *n);
  for (size_t i = 0; i < *n; i++) v[i] = (knowledge_deployment){rows[i].name, rows[i].deployed_us};
  *out = v;
  return ERR_OK;
}

/* ---- changes at once --------------------------------------------------------------------------- */

/* Runs change on the working copy in one write transaction, and makes it answer. */
static err_code change_now(service *s, str resource, str project_name, bool may_create, bool *created,
                           err_code (*change)(const void *ctx, bool created, arena *a, knowledge_base *kb, err *e),
                           const void *ctx, arena *a, knowledge_view *out, err *e) {
  store_tx *tx;
  store_base row;
  knowledge_base kb;
  *created = false;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = may_create ? knowledge__load_or_new(tx, resource, project_name, a, &row, &kb, created, e)
                  : knowledge__load(tx, resource, project_name, a, &row, &kb, e);
  if (rc == ERR_OK) rc = change(ctx, *created, a, &kb, e);
  if (rc == ERR_OK) rc = knowledge__keep(tx, &row, &kb, a, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  rc = store_commit(tx, e);
  if (rc == ERR_OK) rc = serving__load_models(s, e);
  return rc == ERR_OK && out ? view_of(&row, a, out, e) : rc;
}

static err_code apply_metadata(const void *ctx, bool created, arena *a, knowledge_base *kb, err *e) {
  const jnode *patch = ctx;
  jnode language = qna_member(patch, "language");
  if (created && jn_typeof(&language) != JN_STR) return jn_fail(&language, e, "a new project needs its language");
  return qna_metadata_patch(patch, a, kb, e);
}

err_code knowledge_patch(service *s, str resource, str project_name, const jnode *patch, arena *a, bool *created,
                         knowledge_view *out, err *e) {
  return change_now(s, resource, project_name, true, created, apply_metadata, patch, a, out, e);
}

static err_code apply_synonyms(const void *ctx, bool created, arena *a, knowledge_base *kb, err *e) {
  (void)created;
  qna_synonyms *groups;
  err_code rc = qna_synonyms_read(ctx, a, &groups, &kb->synonyms_count, e);
  if (rc == ERR_OK) kb->synonyms = groups;
  return rc;
}

err_code knowledge_synonyms_put(service *s, str resource, str project_name, const jnode *groups, err *e) {
  arena a;
  bool created;
  arena_init(&a, 0);
  err_code rc = change_now(s, resource, project_name, false, &created, apply_synonyms, groups, &a, NULL, e);
  arena_fini(&a);
  return rc;
}

typedef struct feedback {
  const knowledge_feedback *v;
  size_t n;
} feedback;

static bool knows(const qna_pair *p, str question) {
  for (size_t i = 0; i < p->question_count; i++)
    if (str_eq_nocase(p->questions[i], question)) return true;
  return false;
}

/* One more user who says so: a count at the same question, or a new one in the first cluster. */
static void suggest(qna_pair *p, str question, arena *a) {
  qna_cluster *clusters = ARENA_ARRAY(a, qna_cluster, p->cluster_count + 1);
  if (p->cluster_count) memcpy(clusters, p->clusters, p->cluster_count * sizeof *clusters);
  p->clusters = clusters;
  for (size_t c = 0; c < p->cluster_count; c++)
    for (size_t i = 0; i < clusters[c].n; i++)
      if (str_eq_nocase(clusters[c].v[i].question, question)) {
        qna_suggestion *v = arena_copy(a, clusters[c].v, clusters[c].n * sizeof *v);
        v[i].by_users += v[i].by_users < INT32_MAX;
        clusters[c].v = v;
        return;
      }
  if (!p->cluster_count) clusters[p->cluster_count++] = (qna_cluster){.head = arena_str(a, question)};
  qna_suggestion *v = ARENA_ARRAY(a, qna_suggestion, clusters[0].n + 1);
  if (clusters[0].n) memcpy(v, clusters[0].v, clusters[0].n * sizeof *v);
  v[clusters[0].n++] = (qna_suggestion){.question = arena_str(a, question), .by_users = 1};
  clusters[0].v = v;
}

static err_code apply_feedback(const void *ctx, bool created, arena *a, knowledge_base *kb, err *e) {
  (void)created;
  (void)e;
  const feedback *f = ctx;
  qna_pair *pairs = ARENA_ARRAY(a, qna_pair, kb->pair_count);
  if (kb->pair_count) memcpy(pairs, kb->pairs, kb->pair_count * sizeof *pairs);
  kb->pairs = pairs;
  for (size_t i = 0; i < f->n; i++) {
    const qna_pair *known = qna_find_pair(kb, f->v[i].qna_id);
    if (known && !knows(known, f->v[i].user_question)) suggest(&pairs[known - kb->pairs], f->v[i].user_question, a);
  }
  return ERR_OK;
}

err_code knowledge_feedback_add(service *s, str resource, str project_name, const knowledge_feedback *f, size_t n,
                                err *e) {
  arena a;
  bool created;
  arena_init(&a, 0);
  err_code rc = change_now(s, resource, project_name, false, &created, apply_feedback, &(feedback){f, n}, &a, NULL, e);
  arena_fini(&a);
  return rc;
}
