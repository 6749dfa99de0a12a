#include "store/store_int.h"

/* Resources, projects, models, deployments: one row reader and the statements of each. The column
 * lists and the readers beside them must agree. */

/* ---- resources ----------------------------------------------------------------------------- */
#define RESOURCE_COLS                                                                                                  \
  "name, region, azure_resource_id, custom_domain, key1_generation, key2_generation, created_us, kind, document,"      \
  " keys_off, modified_us, deleted_us, purged"

static void read_resource(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_resource *)out = (store_resource){
      .name = store__text(d, row, 0, a),
      .region = store__text(d, row, 1, a),
      .azure_resource_id = store__text(d, row, 2, a),
      .custom_domain = store__text(d, row, 3, a),
      .key1_generation = d->col_int(row, 4),
      .key2_generation = d->col_int(row, 5),
      .created_us = d->col_int(row, 6),
      .kind = store__text(d, row, 7, a),
      .document = store__text(d, row, 8, a),
      .keys_off = d->col_int(row, 9) != 0,
      .modified_us = d->col_int(row, 10),
      .deleted_us = d->col_int(row, 11),
      .purged = d->col_int(row, 12) != 0,
  };
}

err_code store_resource_put(store_tx *tx, const store_resource *r, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  sql_arg args[] = {TEXT_ARG(r->name),          TEXT_ARG(r->region),         TEXT_ARG(r->azure_resource_id),
                    TEXT_ARG(r->custom_domain), INT_ARG(r->key1_generation), INT_ARG(r->key2_generation),
                    INT_ARG(r->created_us),     TEXT_ARG(r->kind),           TEXT_ARG(r->document),
                    INT_ARG(r->keys_off),       INT_ARG(r->modified_us),     INT_ARG(r->deleted_us),
                    INT_ARG(r->purged)};
  return store__run(
      tx,
      "INSERT INTO resources(" RESOURCE_COLS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
      " ON CONFLICT(name) DO UPDATE SET region = excluded.region,"
      " azure_resource_id = excluded.azure_resource_id, custom_domain = excluded.custom_domain,"
      " key1_generation = excluded.key1_generation, key2_generation = excluded.key2_generation,"
      " created_us = excluded.created_us, kind = excluded.kind, document = excluded.document,"
      " keys_off = excluded.keys_off, modified_us = excluded.modified_us, deleted_us = excluded.deleted_us,"
      " purged = excluded.purged",
      args, ARRAY_LEN(args), NULL, e);
}

err_code store_resource_get(store_tx *tx, str name, arena *a, store_resource *out, err *e) {
  return store__get(tx, "SELECT " RESOURCE_COLS " FROM resources WHERE name = $1 AND deleted_us = 0",
                    (sql_arg[]){TEXT_ARG(name)}, 1, read_resource, a, out, STORE_NAME(ERR_NOT_FOUND, "resource", name),
                    e);
}

err_code store_resource_list(store_tx *tx, arena *a, store_resource **out, size_t *n, err *e) {
  return store__all(tx, "SELECT " RESOURCE_COLS " FROM resources WHERE deleted_us = 0 ORDER BY created_us, name", NULL,
                    0, read_resource, sizeof(store_resource), a, (void **)out, n, e);
}

err_code store_resource_all(store_tx *tx, arena *a, store_resource **out, size_t *n, err *e) {
  return store__all(tx, "SELECT " RESOURCE_COLS " FROM resources ORDER BY created_us, name", NULL, 0, read_resource,
                    sizeof(store_resource), a, (void **)out, n, e);
}

err_code store_resource_purge(store_tx *tx, str name, err *e) {
  static const char *const statements[] = {
      "DELETE FROM deployment_history WHERE resource = $1",
      "DELETE FROM jobs WHERE resource = $1",
      "DELETE FROM queries WHERE resource = $1",
      "DELETE FROM project_resources WHERE assigned = $1",
      "DELETE FROM projects WHERE resource = $1",
      "DELETE FROM knowledge_bases WHERE resource = $1",
      "DELETE FROM tokens WHERE resource = $1",
      "UPDATE resources SET purged = 1, document = '' WHERE name = $1 AND deleted_us <> 0"};
  tx->notices |= STORE_NOTICE_LIVE | STORE_NOTICE_JOBS;
  err_code rc = ERR_OK;
  for (size_t i = 0; rc == ERR_OK && i < ARRAY_LEN(statements); i++)
    rc = store__run(tx, statements[i], (sql_arg[]){TEXT_ARG(name)}, 1, NULL, e);
  return rc;
}

/* ---- projects --------------------------------------------------------------------------------- */
#define PROJECT_COLS                                                                                                   \
  "resource, name, kind, document, metadata, created_us, modified_us, trained_us, deployed_us, utterance_count"

static void read_project(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_project *)out = (store_project){
      .resource = store__text(d, row, 0, a),
      .name = store__text(d, row, 1, a),
      .kind = store__text(d, row, 2, a),
      .document = store__text(d, row, 3, a),
      .metadata = store__text(d, row, 4, a),
      .created_us = d->col_int(row, 5),
      .modified_us = d->col_int(row, 6),
      .trained_us = d->col_int(row, 7),
      .deployed_us = d->col_int(row, 8),
      .utterance_count = d->col_int(row, 9),
  };
}

err_code store_project_put(store_tx *tx, const store_project *p, err *e) {
  sql_arg args[] = {TEXT_ARG(p->resource),      TEXT_ARG(p->name),      TEXT_ARG(p->kind),
                    TEXT_ARG(p->document),      TEXT_ARG(p->metadata),  INT_ARG(p->created_us),
                    INT_ARG(p->modified_us),    INT_ARG(p->trained_us), INT_ARG(p->deployed_us),
                    INT_ARG(p->utterance_count)};
  return store__run(tx,
                    "INSERT INTO projects(" PROJECT_COLS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                    " ON CONFLICT(resource, name) DO UPDATE SET kind = excluded.kind, document = excluded.document,"
                    " metadata = excluded.metadata, created_us = excluded.created_us,"
                    " modified_us = excluded.modified_us, trained_us = excluded.trained_us,"
                    " deployed_us = excluded.deployed_us, utterance_count = excluded.utterance_count",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_project_get(store_tx *tx, str resource, str name, arena *a, store_project *out, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(name)};
  return store__get(tx, "SELECT " PROJECT_COLS " FROM projects WHERE resource = $1 AND name = $2", args,
                    ARRAY_LEN(args), read_project, a, out, STORE_NAME(ERR_PROJECT_NOT_FOUND, "project", name), e);
}

err_code store_project_list(store_tx *tx, str resource, size_t skip, size_t top, arena *a, store_project **out,
                            size_t *n, size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), INT_ARG(store__limit(top)), INT_ARG(store__limit(skip))};
  return STORE_PAGE(tx, "SELECT count(*) FROM projects WHERE resource = $1 AND kind <> '" STORE_LUIS_KIND "'",
                    "SELECT " PROJECT_COLS " FROM projects WHERE resource = $1 AND kind <> '" STORE_LUIS_KIND "'"
                    " ORDER BY name LIMIT $2 OFFSET $3",
                    args, read_project, store_project, a, out, n, total, e);
}

err_code store_luis_app_list(store_tx *tx, str resource, arena *a, store_project **out, size_t *n, err *e) {
  sql_arg args[] = {TEXT_ARG(resource)};
  return STORE_LIST(tx,
                    "SELECT " PROJECT_COLS " FROM projects WHERE kind = '" STORE_LUIS_KIND "'"
                    " AND ($1 = '' OR resource = $1) ORDER BY created_us, name",
                    args, read_project, store_project, a, out, n, e);
}

err_code store_project_delete(store_tx *tx, str resource, str name, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(name)};
  err_code rc = store__run(tx, "DELETE FROM deployment_history WHERE resource = $1 AND project = $2", args, 2, NULL, e);
  if (rc == ERR_OK) rc = store__run(tx, "DELETE FROM queries WHERE resource = $1 AND project = $2", args, 2, NULL, e);
  if (rc != ERR_OK) return rc;
  return store__delete(tx, "DELETE FROM projects WHERE resource = $1 AND name = $2", args, 2,
                       STORE_NAME(ERR_PROJECT_NOT_FOUND, "project", name), e);
}

/* ---- models ------------------------------------------------------------------------------------ */
#define MODEL_COLS                                                                                                     \
  "resource, project, label, model_id, file, snapshot, evaluation, config_version, training_mode, options,"            \
  " trained_us, duration_s"

static void read_model(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_model *)out = (store_model){
      .resource = store__text(d, row, 0, a),
      .project = store__text(d, row, 1, a),
      .label = store__text(d, row, 2, a),
      .model_id = store__text(d, row, 3, a),
      .file = store__text(d, row, 4, a),
      .snapshot = store__text(d, row, 5, a),
      .evaluation = store__text(d, row, 6, a),
      .config_version = store__text(d, row, 7, a),
      .training_mode = store__text(d, row, 8, a),
      .options = store__text(d, row, 9, a),
      .trained_us = d->col_int(row, 10),
      .duration_s = d->col_int(row, 11),
  };
}

err_code store_model_put(store_tx *tx, const store_model *m, err *e) {
  sql_arg args[] = {TEXT_ARG(m->resource),   TEXT_ARG(m->project),        TEXT_ARG(m->label),
                    TEXT_ARG(m->model_id),   TEXT_ARG(m->file),           TEXT_ARG(m->snapshot),
                    TEXT_ARG(m->evaluation), TEXT_ARG(m->config_version), TEXT_ARG(m->training_mode),
                    TEXT_ARG(m->options),    INT_ARG(m->trained_us),      INT_ARG(m->duration_s)};
  return store__run(tx,
                    "INSERT INTO models(" MODEL_COLS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
                    " ON CONFLICT(resource, project, label) DO UPDATE SET model_id = excluded.model_id,"
                    " file = excluded.file, snapshot = excluded.snapshot, evaluation = excluded.evaluation,"
                    " config_version = excluded.config_version, training_mode = excluded.training_mode,"
                    " options = excluded.options, trained_us = excluded.trained_us, duration_s = excluded.duration_s",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_model_get(store_tx *tx, str resource, str project, str label, arena *a, store_model *out, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(label)};
  return store__get(tx, "SELECT " MODEL_COLS " FROM models WHERE resource = $1 AND project = $2 AND label = $3", args,
                    ARRAY_LEN(args), read_model, a, out, STORE_NAME(ERR_NOT_FOUND, "model", label), e);
}

err_code store_model_list(store_tx *tx, str resource, str project, size_t skip, size_t top, arena *a, store_model **out,
                          size_t *n, size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), INT_ARG(store__limit(top)), INT_ARG(store__limit(skip))};
  return STORE_PAGE(tx, "SELECT count(*) FROM models WHERE resource = $1 AND project = $2",
                    "SELECT " MODEL_COLS " FROM models WHERE resource = $1 AND project = $2"
                    " ORDER BY label LIMIT $3 OFFSET $4",
                    args, read_model, store_model, a, out, n, total, e);
}

err_code store_model_delete(store_tx *tx, str resource, str project, str label, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(label)};
  return store__delete(tx, "DELETE FROM models WHERE resource = $1 AND project = $2 AND label = $3", args,
                       ARRAY_LEN(args), STORE_NAME(ERR_NOT_FOUND, "model", label), e);
}

/* ---- deployments ------------------------------------------------------------------------------- */
#define DEPLOYMENT_COLS                                                                                                \
  "resource, project, name, model_id, model_label, file, config_version, trained_us, deployed_us, assigned, options"

static void read_deployment(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_deployment *)out = (store_deployment){
      .resource = store__text(d, row, 0, a),
      .project = store__text(d, row, 1, a),
      .name = store__text(d, row, 2, a),
      .model_id = store__text(d, row, 3, a),
      .model_label = store__text(d, row, 4, a),
      .file = store__text(d, row, 5, a),
      .config_version = store__text(d, row, 6, a),
      .trained_us = d->col_int(row, 7),
      .deployed_us = d->col_int(row, 8),
      .assigned = store__text(d, row, 9, a),
      .options = store__text(d, row, 10, a),
  };
}

err_code store_deployment_put(store_tx *tx, const store_deployment *p, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  sql_arg args[] = {TEXT_ARG(p->resource),       TEXT_ARG(p->project),     TEXT_ARG(p->name),
                    TEXT_ARG(p->model_id),       TEXT_ARG(p->model_label), TEXT_ARG(p->file),
                    TEXT_ARG(p->config_version), INT_ARG(p->trained_us),   INT_ARG(p->deployed_us),
                    TEXT_ARG(p->assigned),       TEXT_ARG(p->options)};
  return store__run(tx,
                    "INSERT INTO deployments(" DEPLOYMENT_COLS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
                    " ON CONFLICT(resource, project, name) DO UPDATE SET model_id = excluded.model_id,"
                    " model_label = excluded.model_label, file = excluded.file,"
                    " config_version = excluded.config_version, trained_us = excluded.trained_us,"
                    " deployed_us = excluded.deployed_us, assigned = excluded.assigned, options = excluded.options",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_deployment_get(store_tx *tx, str resource, str project, str name, arena *a, store_deployment *out,
                              err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(name)};
  return store__get(tx,
                    "SELECT " DEPLOYMENT_COLS " FROM deployments WHERE resource = $1 AND project = $2 AND name = $3",
                    args, ARRAY_LEN(args), read_deployment, a, out, STORE_NAME(ERR_NOT_FOUND, "deployment", name), e);
}

err_code store_deployment_list(store_tx *tx, str resource, str project, size_t skip, size_t top, arena *a,
                               store_deployment **out, size_t *n, size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), INT_ARG(store__limit(top)), INT_ARG(store__limit(skip))};
  return STORE_PAGE(tx, "SELECT count(*) FROM deployments WHERE resource = $1 AND project = $2",
                    "SELECT " DEPLOYMENT_COLS " FROM deployments WHERE resource = $1 AND project = $2"
                    " ORDER BY name LIMIT $3 OFFSET $4",
                    args, read_deployment, store_deployment, a, out, n, total, e);
}

err_code store_deployment_all(store_tx *tx, arena *a, store_deployment **out, size_t *n, err *e) {
  return store__all(tx, "SELECT " DEPLOYMENT_COLS " FROM deployments ORDER BY resource, project, name", NULL, 0,
                    read_deployment, sizeof(store_deployment), a, (void **)out, n, e);
}

err_code store_deployment_delete(store_tx *tx, str resource, str project, str name, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(name)};
  return store__delete(tx, "DELETE FROM deployments WHERE resource = $1 AND project = $2 AND name = $3", args,
                       ARRAY_LEN(args), STORE_NAME(ERR_NOT_FOUND, "deployment", name), e);
}
