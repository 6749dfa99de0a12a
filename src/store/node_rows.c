#include "store/store_int.h"

/* The nodes of a shared store, and the generation of what they serve. Their rows are written beside
 * other transactions, by the database's clock: each statement is right by itself. */

static err_code run_beside(store *s, const char *sql, const sql_arg *args, size_t n, err *e) {
  store_tx tx;
  err_code rc = store__begin(s, SQL_WRITE_RELAXED, &tx, e);
  return rc == ERR_OK ? store__finish(&tx, store__run(&tx, sql, args, n, NULL, e), e) : rc;
}

static err_code now_us(store *s, int64_t *now, err *e) {
  sql_conn *c;
  err_code rc = s->driver->begin(s->db, SQL_READ, &c, e);
  if (rc != ERR_OK) return rc;
  rc = s->driver->now_us(c, now, e);
  s->driver->rollback(c);
  return rc;
}

err_code store_node_seen(store *s, const store_node *n, err *e) {
  int64_t now;
  err_code rc = now_us(s, &now, e);
  if (rc != ERR_OK) return rc;
  sql_arg args[] = {TEXT_ARG(n->id), TEXT_ARG(n->role), TEXT_ARG(n->region), INT_ARG(now), INT_ARG(n->generation)};
  return run_beside(
      s,
      "INSERT INTO nodes(id, role, region, started_us, seen_us, generation) VALUES($1, $2, $3, $4, $4, $5)"
      " ON CONFLICT(id) DO UPDATE SET role = excluded.role, region = excluded.region,"
      " seen_us = excluded.seen_us, generation = excluded.generation",
      args, ARRAY_LEN(args), e);
}

err_code store_node_gone(store *s, str id, err *e) {
  return run_beside(s, "DELETE FROM nodes WHERE id = $1", (sql_arg[]){TEXT_ARG(id)}, 1, e);
}

err_code store_node_behind(store *s, int64_t generation, int64_t alive_us, size_t *behind, err *e) {
  store_tx *tx;
  int64_t now, count = 0;
  err_code rc = store_begin_read(s, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = s->driver->now_us(tx->conn, &now, e);
  if (rc == ERR_OK) {
    sql_arg args[] = {INT_ARG(generation), INT_ARG(now - alive_us)};
    rc = store__int(tx, "SELECT count(*) FROM nodes WHERE role <> 'authoring' AND generation < $1 AND seen_us > $2",
                    args, ARRAY_LEN(args), &count, e);
  }
  store_rollback(tx);
  *behind = (size_t)count;
  return rc;
}

static void read_node(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(store_node *)out = (store_node){.id = store__text(d, row, 0, a),
                                    .role = store__text(d, row, 1, a),
                                    .region = store__text(d, row, 2, a),
                                    .started_us = d->col_int(row, 3),
                                    .seen_us = d->col_int(row, 4),
                                    .generation = d->col_int(row, 5)};
}

err_code store_node_list(store_tx *tx, arena *a, store_node **out, size_t *n, err *e) {
  return store__all(tx, "SELECT id, role, region, started_us, seen_us, generation FROM nodes ORDER BY started_us, id",
                    NULL, 0, read_node, sizeof(store_node), a, (void **)out, n, e);
}

err_code store_node_forget(store *s, int64_t age_us, err *e) {
  int64_t now;
  err_code rc = now_us(s, &now, e);
  if (rc != ERR_OK) return rc;
  return run_beside(s, "DELETE FROM nodes WHERE seen_us < $1", (sql_arg[]){INT_ARG(now - age_us)}, 1, e);
}

/* ---- generation -------------------------------------------------------------------------------- */

err_code store_generation(store_tx *tx, int64_t *out, err *e) {
  return store__int(tx, "SELECT value FROM generations WHERE name = 'live'", NULL, 0, out, e);
}
