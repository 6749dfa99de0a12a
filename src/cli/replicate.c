#include "cli/replicate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_out.h"
#include "base/timeutil.h"

/* DESIGN. What a deployment of the first server answers with is a model, and a model is made from the
 * snapshot that it was trained on. So for each project:
 *
 *   each model that a deployment serves and that is newer than the second server's of that label:
 *       export of its snapshot -> import -> training under the same label
 *   each deployment that is newer there, or whose model was just trained: deploy
 *   the working copy, when it is newer or a snapshot was imported over it: export -> import
 *
 * Newer is by the times that the two servers report; what the second server gets is always dated later
 * than what it was made from. Nothing is ever deleted there. Training is deterministic, so the second
 * server's models are the first one's, byte for byte, when both run the same program. */

typedef struct trained_model {
  str label, model_id, config_version;
  int64_t trained_us;
  bool here; /* the second server has it */
} trained_model;

typedef struct deployed {
  str name, model_id;
  int64_t deployed_us;
} deployed;

/* What one server has of a project. */
typedef struct holdings {
  client *c;
  bool exists;
  int64_t modified_us;
  VEC(trained_model) models;
  VEC(deployed) deployments;
} holdings;

static void say(replication *r, const char *fmt, ...) printf_like(2, 3);
static void say(replication *r, const char *fmt, ...) {
  char line[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(line, sizeof line, fmt, ap);
  va_end(ap);
  r->say(r->context, str_of(line));
}

/* ---- reading ----------------------------------------------------------------------------------- */

/* 0 when the member is absent or no time. */
static int64_t time_of(client *c, const jnode *object, const char *key) {
  int64_t t = 0;
  return time_parse_rfc3339(client_field(c, object, key), &t) ? t : 0;
}

static void take_model(void *context, const jnode *item) {
  holdings *h = context;
  trained_model m = {.label = client_field(h->c, item, "label"),
                     .model_id = client_field(h->c, item, "modelId"),
                     .config_version = client_field(h->c, item, "modelTrainingConfigVersion"),
                     .trained_us = time_of(h->c, item, "lastTrainedDateTime")};
  VEC_PUSH(&h->models, m);
}

static void take_deployment(void *context, const jnode *item) {
  holdings *h = context;
  deployed d = {.name = client_field(h->c, item, "deploymentName"),
                .model_id = client_field(h->c, item, "modelId"),
                .deployed_us = time_of(h->c, item, "lastDeployedDateTime")};
  VEC_PUSH(&h->deployments, d);
}

static err_code read_holdings(client *c, const char *project_name, holdings *h, err *e) {
  jdoc *doc = NULL;
  str text;
  err why = {0};
  *h = (holdings){.c = c};
  err_code code = client_get(c, client_path(c, project_name, NULL), "", &doc, &text, &why);
  if (code == ERR_NOT_FOUND) return ERR_OK;
  if (code != ERR_OK) {
    *e = why;
    return code;
  }
  jnode root = jn_root(doc);
  h->exists = true;
  h->modified_us = time_of(c, &root, "lastModifiedDateTime");
  jn_free(doc);
  code = client_list(c, client_path(c, project_name, "models", NULL), take_model, h, e);
  return code == ERR_OK ? client_list(c, client_path(c, project_name, "deployments", NULL), take_deployment, h, e)
                        : code;
}

static void holdings_free(holdings *h) {
  VEC_FREE(&h->models);
  VEC_FREE(&h->deployments);
}

static trained_model *model_by_id(const holdings *h, str model_id) {
  for (size_t i = 0; i < h->models.n; i++)
    if (str_eq(h->models.p[i].model_id, model_id)) return &h->models.p[i];
  return NULL;
}

static const trained_model *model_by_label(const holdings *h, str label) {
  for (size_t i = 0; i < h->models.n; i++)
    if (str_eq(h->models.p[i].label, label)) return &h->models.p[i];
  return NULL;
}

static const deployed *deployment_by_name(const holdings *h, str name) {
  for (size_t i = 0; i < h->deployments.n; i++)
    if (str_eq(h->deployments.p[i].name, name)) return &h->deployments.p[i];
  return NULL;
}

/* ---- doing ------------------------------------------------------------------------------------- */

static err_code carry_document(replication *r, const char *project_name, const char *label, err *e) {
  http_reply document;
  const char *operation;
  err_code code = client_export(r->from, project_name, label, &document, e);
  if (code != ERR_OK) return code;
  code = client_job_quietly(r->to, "POST", client_path(r->to, project_name, ":import", NULL), "",
                            buf_str(&document.body), "importing", &operation, e);
  http_reply_fini(&document);
  if (code == ERR_OK) r->done++;
  return code;
}

/* How the first server trained the model: its job, when it is remembered still. */
typedef struct recipe {
  client *c;
  str label;
  str mode, evaluation; /* evaluation: JSON */
} recipe;

static void take_recipe(void *context, const jnode *item) {
  recipe *k = context;
  jnode result = jn_get(item, "result");
  if (!str_eq(client_field(k->c, &result, "modelLabel"), k->label)) return;
  if (!str_eq(client_field(k->c, item, "status"), STR("succeeded"))) return;
  k->mode = client_field(k->c, &result, "trainingMode");
  jnode evaluation = jn_get(&result, "evaluationOptions");
  if (jn_typeof(&evaluation) == JN_OBJ) k->evaluation = client_field(k->c, &result, "evaluationOptions");
}

static err_code find_recipe(client *c, const char *project_name, const trained_model *m, recipe *out, err *e) {
  *out = (recipe){.c = c, .label = m->label, .mode = STR("standard"), .evaluation = STR("{\"kind\":\"manual\"}")};
  return client_list(c, client_path(c, project_name, "train", "jobs", NULL), take_recipe, out, e);
}

static void write_training(const trained_model *m, const recipe *k, buf *out) {
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_kstr(&w, "modelLabel", m->label);
  jw_kstr(&w, "trainingMode", k->mode);
  jw_kstr(&w, "trainingConfigVersion", m->config_version);
  jw_key(&w, "evaluationOptions");
  jw_raw(&w, k->evaluation);
  jw_end(&w);
}

static err_code carry_model(replication *r, const char *project_name, const trained_model *m, err *e) {
  recipe k;
  buf body = {0};
  const char *operation;
  err_code code = carry_document(r, project_name, arena_cstr(&r->from->memory, m->label), e);
  if (code == ERR_OK) code = find_recipe(r->from, project_name, m, &k, e);
  if (code != ERR_OK) return code;
  write_training(m, &k, &body);
  code = client_job_quietly(r->to, "POST", client_path(r->to, project_name, ":train", NULL), "", buf_str(&body),
                            "training", &operation, e);
  buf_free(&body);
  if (code != ERR_OK) return code;
  r->done++;
  say(r, "%s: %.*s trained", project_name, STR_ARG(m->label));
  return ERR_OK;
}

static err_code deploy(replication *r, const char *project_name, str name, str label, err *e) {
  buf body = {0};
  jw w;
  const char *operation;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_kstr(&w, "trainedModelLabel", label);
  jw_end(&w);
  const char *path = client_path(r->to, project_name, "deployments", arena_cstr(&r->to->memory, name), NULL);
  err_code code = client_job_quietly(r->to, "PUT", path, "", buf_str(&body), "deploying", &operation, e);
  buf_free(&body);
  if (code != ERR_OK) return code;
  r->done++;
  say(r, "%s: %.*s serves %.*s", project_name, STR_ARG(name), STR_ARG(label));
  return ERR_OK;
}

/* ---- a project --------------------------------------------------------------------------------- */

/* Trains what is missing; *imported: a snapshot is in place of the second server's working copy. */
static err_code bring_models(replication *r, const char *project_name, const holdings *from, const holdings *to,
                             bool *imported, err *e) {
  for (size_t i = 0; i < from->deployments.n; i++) {
    trained_model *m = model_by_id(from, from->deployments.p[i].model_id);
    if (!m || m->here) continue;
    const trained_model *theirs = model_by_label(to, m->label);
    if (theirs && theirs->trained_us >= m->trained_us) continue;
    err_code code = carry_model(r, project_name, m, e);
    if (code != ERR_OK) return code;
    m->here = *imported = true;
  }
  return ERR_OK;
}

static err_code bring_deployments(replication *r, const char *project_name, const holdings *from, const holdings *to,
                                  err *e) {
  for (size_t i = 0; i < from->deployments.n; i++) {
    const deployed *d = &from->deployments.p[i], *theirs = deployment_by_name(to, d->name);
    const trained_model *m = model_by_id(from, d->model_id);
    if (!m) {
      say(r, "%s: %.*s serves a model that was trained anew since and cannot be made again", project_name,
          STR_ARG(d->name));
      continue;
    }
    if (theirs && theirs->deployed_us >= d->deployed_us && !m->here) continue;
    err_code code = deploy(r, project_name, d->name, m->label, e);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

static err_code bring_project(replication *r, const char *project_name, err *e) {
  holdings from, to;
  bool imported = false;
  err_code code = read_holdings(r->from, project_name, &from, e);
  if (code != ERR_OK) return code;
  code = read_holdings(r->to, project_name, &to, e);
  if (code == ERR_OK) code = bring_models(r, project_name, &from, &to, &imported, e);
  if (code == ERR_OK) code = bring_deployments(r, project_name, &from, &to, e);
  if (code == ERR_OK && from.exists && (imported || !to.exists || to.modified_us < from.modified_us)) {
    code = carry_document(r, project_name, NULL, e);
    if (code == ERR_OK) say(r, "%s: working copy imported", project_name);
  }
  holdings_free(&from);
  holdings_free(&to);
  return code;
}

typedef struct names {
  client *c;
  VEC(const char *) list;
} names;

static void take_name(void *context, const jnode *item) {
  names *n = context;
  VEC_PUSH(&n->list, arena_cstr(&n->c->memory, client_field(n->c, item, "projectName")));
}

err_code replicate_round(replication *r, const char *only, err *e) {
  names n = {.c = r->from};
  err_code code = ERR_OK;
  r->done = r->failed = 0;
  if (only)
    VEC_PUSH(&n.list, only);
  else
    code = client_list(r->from, "", take_name, &n, e);
  for (size_t i = 0; code == ERR_OK && i < n.list.n; i++) {
    err why = {0};
    if (bring_project(r, n.list.p[i], &why) == ERR_OK) continue;
    r->failed++;
    say(r, "%s: %s", n.list.p[i], why.message);
  }
  VEC_FREE(&n.list);
  return code;
}
