#include "store/store_int.h"

/* Question answering projects and what they serve. The column lists and the readers beside them must agree. */

#define BASE_COLS "resource, name, metadata, created_us, modified_us, deployed_us"

static void read_base(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_base *)out = (store_base){.resource = store__text(d, row, 0, a),
                                    .name = store__text(d, row, 1, a),
                                    .metadata = store__text(d, row, 2, a),
                                    .created_us = d->col_int(row, 3),
                                    .modified_us = d->col_int(row, 4),
                                    .deployed_us = d->col_int(row, 5)};
}

err_code store_base_put(store_tx *tx, const store_base *b, err *e) {
  sql_arg args[] = {TEXT_ARG(b->resource),  TEXT_ARG(b->name),       TEXT_ARG(b->metadata),
                    INT_ARG(b->created_us), INT_ARG(b->modified_us), INT_ARG(b->deployed_us)};
  return store__run(tx,
                    "INSERT INTO knowledge_bases(" BASE_COLS ") VALUES($1, $2, $3, $4, $5, $6)"
                    " ON CONFLICT(resource, name) DO UPDATE SET metadata = excluded.metadata,"
                    " created_us = excluded.created_us, modified_us = excluded.modified_us,"
                    " deployed_us = excluded.deployed_us",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_base_get(store_tx *tx, str resource, str name, arena *a, store_base *out, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(name)};
  return store__get(tx, "SELECT " BASE_COLS " FROM knowledge_bases WHERE resource = $1 AND name = $2", args,
                    ARRAY_LEN(args), read_base, a, out,
                    STORE_NAME(ERR_PROJECT_NOT_FOUND, "question answering project", name), e);
}

err_code store_base_list(store_tx *tx, str resource, size_t skip, size_t top, arena *a, store_base **out, size_t *n,
                         size_t *total, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), INT_ARG(store__limit(top)), INT_ARG(store__limit(skip))};
  return STORE_PAGE(tx, "SELECT count(*) FROM knowledge_bases WHERE resource = $1",
                    "SELECT " BASE_COLS " FROM knowledge_bases WHERE resource = $1 ORDER BY name LIMIT $2 OFFSET $3",
                    args, read_base, store_base, a, out, n, total, e);
}

err_code store_base_delete(store_tx *tx, str resource, str name, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(name)};
  return store__delete(tx, "DELETE FROM knowledge_bases WHERE resource = $1 AND name = $2", args, ARRAY_LEN(args),
                       STORE_NAME(ERR_PROJECT_NOT_FOUND, "question answering project", name), e);
}

/* ---- deployments ------------------------------------------------------------------------------- */
#define SERVED_COLS "resource, project, name, hash, deployed_us"

static void read_served(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_base_deployment *)out = (store_base_deployment){.resource = store__text(d, row, 0, a),
                                                          .project = store__text(d, row, 1, a),
                                                          .name = store__text(d, row, 2, a),
                                                          .hash = store__text(d, row, 3, a),
                                                          .deployed_us = d->col_int(row, 4)};
}

static void read_whole(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  read_served(d, row, a, out);
  ((store_base_deployment *)out)->document = store__text(d, row, 5, a);
}

err_code store_base_deployment_put(store_tx *tx, const store_base_deployment *b, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  sql_arg args[] = {TEXT_ARG(b->resource), TEXT_ARG(b->project),    TEXT_ARG(b->name),
                    TEXT_ARG(b->hash),     INT_ARG(b->deployed_us), TEXT_ARG(b->document)};
  return store__run(tx,
                    "INSERT INTO knowledge_deployments(" SERVED_COLS ", document) VALUES($1, $2, $3, $4, $5, $6)"
                    " ON CONFLICT(resource, project, name) DO UPDATE SET hash = excluded.hash,"
                    " deployed_us = excluded.deployed_us, document = excluded.document",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_base_deployment_get(store_tx *tx, str resource, str project, str name, arena *a,
                                   store_base_deployment *out, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(name)};
  return store__get(tx,
                    "SELECT " SERVED_COLS ", document FROM knowledge_deployments"
                    " WHERE resource = $1 AND project = $2 AND name = $3",
                    args, ARRAY_LEN(args), read_whole, a, out, STORE_NAME(ERR_NOT_FOUND, "deployment", name), e);
}

err_code store_base_deployment_list(store_tx *tx, str resource, str project, arena *a, store_base_deployment **out,
                                    size_t *n, err *e) {
  sql_arg args[] = {TEXT_ARG(resource), TEXT_ARG(project), TEXT_ARG(STR(STORE_WORKING_COPY))};
  return STORE_LIST(tx,
                    "SELECT " SERVED_COLS " FROM knowledge_deployments"
                    " WHERE resource = $1 AND project = $2 AND name <> $3 ORDER BY name",
                    args, read_served, store_base_deployment, a, out, n, e);
}

err_code store_base_deployment_all(store_tx *tx, arena *a, store_base_deployment **out, size_t *n, err *e) {
  return store__all(tx, "SELECT " SERVED_COLS " FROM knowledge_deployments ORDER BY resource, project, name", NULL, 0,
                    read_served, sizeof **out, a, (void **)out, n, e);
}
