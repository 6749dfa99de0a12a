#include "store/store_int.h"

/* Resource groups, bearer tokens, and the generation of the admin token. */

/* ---- resource groups --------------------------------------------------------------------------- */

err_code store_group_put(store_tx *tx, const store_group *g, err *e) {
  sql_arg args[] = {TEXT_ARG(g->id), TEXT_ARG(g->name), TEXT_ARG(g->location), INT_ARG(g->created_us)};
  return store__run(tx,
                    "INSERT INTO resource_groups(id, name, location, created_us) VALUES($1, $2, $3, $4)"
                    " ON CONFLICT(id) DO UPDATE SET location = excluded.location",
                    args, ARRAY_LEN(args), NULL, e);
}

err_code store_group_exists(store_tx *tx, str id, bool *exists, err *e) {
  size_t n = 0;
  err_code rc =
      store__count(tx, "SELECT count(*) FROM resource_groups WHERE id = $1", (sql_arg[]){TEXT_ARG(id)}, 1, &n, e);
  *exists = n > 0;
  return rc;
}

/* ---- tokens ------------------------------------------------------------------------------------ */
#define TOKEN_COLS "id, hash, role, resource, description, created_us, expires_us"

static void read_token(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_token *)out = (store_token){.id = store__text(d, row, 0, a),
                                      .hash = store__text(d, row, 1, a),
                                      .role = store__text(d, row, 2, a),
                                      .resource = store__text(d, row, 3, a),
                                      .description = store__text(d, row, 4, a),
                                      .created_us = d->col_int(row, 5),
                                      .expires_us = d->col_int(row, 6)};
}

err_code store_token_put(store_tx *tx, const store_token *t, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  sql_arg args[] = {TEXT_ARG(t->id),          TEXT_ARG(t->hash),      TEXT_ARG(t->role),     TEXT_ARG(t->resource),
                    TEXT_ARG(t->description), INT_ARG(t->created_us), INT_ARG(t->expires_us)};
  return store__run(tx, "INSERT INTO tokens(" TOKEN_COLS ") VALUES($1, $2, $3, $4, $5, $6, $7)", args, ARRAY_LEN(args),
                    NULL, e);
}

err_code store_token_list(store_tx *tx, arena *a, store_token **out, size_t *n, err *e) {
  return store__all(tx, "SELECT " TOKEN_COLS " FROM tokens ORDER BY created_us, id", NULL, 0, read_token,
                    sizeof(store_token), a, (void **)out, n, e);
}

err_code store_token_delete(store_tx *tx, str id, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  return store__delete(tx, "DELETE FROM tokens WHERE id = $1", (sql_arg[]){TEXT_ARG(id)}, 1,
                       STORE_NAME(ERR_NOT_FOUND, "token", id), e);
}

/* No notice: they open nothing anyway. */
err_code store_token_expire(store_tx *tx, int64_t now_us, err *e) {
  return store__run(tx, "DELETE FROM tokens WHERE expires_us <= $1", (sql_arg[]){INT_ARG(now_us)}, 1, NULL, e);
}

err_code store_admin_generation(store_tx *tx, int64_t *out, err *e) {
  return store__int(tx, "SELECT value FROM generations WHERE name = 'admin'", NULL, 0, out, e);
}

err_code store_admin_generation_raise(store_tx *tx, err *e) {
  tx->notices |= STORE_NOTICE_LIVE;
  return store__run(tx, "UPDATE generations SET value = value + 1 WHERE name = 'admin'", NULL, 0, NULL, e);
}
