#include "store/store_int.h"

#include <stdlib.h>

/* Statements inside a transaction, and their rows as structs. */

typedef struct collector {
  const sql_driver *driver;
  row_reader read;
  size_t elem_size;
  arena *a;
  char *rows; /* heap, [count] */
  size_t count, cap;
} collector;

static err_code collect_row(void *ctx, const sql_row *row, err *e) {
  (void)e;
  collector *c = ctx;
  if (c->count == c->cap) {
    void *p = c->rows;
    mem_grow(&p, &c->cap, c->count + 1, c->elem_size);
    c->rows = p;
  }
  char *at = c->rows + c->count * c->elem_size;
  memset(at, 0, c->elem_size);
  c->read(c->driver, row, c->a, at);
  c->count++;
  return ERR_OK;
}

err_code store__run(store_tx *tx, const char *sql, const sql_arg *args, size_t n, int64_t *changed, err *e) {
  return tx->s->driver->run(tx->conn, sql, args, n, NULL, NULL, changed, e);
}

err_code store__all(store_tx *tx, const char *sql, const sql_arg *args, size_t n, row_reader read, size_t elem_size,
                    arena *a, void **out, size_t *count, err *e) {
  collector c = {.driver = tx->s->driver, .read = read, .elem_size = elem_size, .a = a};
  err_code rc = c.driver->run(tx->conn, sql, args, n, collect_row, &c, NULL, e);
  if (rc == ERR_OK) {
    *out = arena_copy(a, c.rows, c.count * elem_size);
    *count = c.count;
  }
  free(c.rows);
  return rc;
}

typedef struct first_row {
  const sql_driver *driver;
  row_reader read;
  arena *a;
  void *out;
  bool found;
} first_row;

static err_code take_first(void *ctx, const sql_row *row, err *e) {
  (void)e;
  first_row *f = ctx;
  if (!f->found) f->read(f->driver, row, f->a, f->out);
  f->found = true;
  return ERR_OK;
}

err_code store__one(store_tx *tx, const char *sql, const sql_arg *args, size_t n, row_reader read, arena *a, void *out,
                    bool *found, err *e) {
  first_row f = {.driver = tx->s->driver, .read = read, .a = a, .out = out};
  err_code rc = f.driver->run(tx->conn, sql, args, n, take_first, &f, NULL, e);
  *found = f.found;
  return rc;
}

static void read_int(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  (void)a;
  *(int64_t *)out = d->col_int(row, 0);
}

err_code store__int(store_tx *tx, const char *sql, const sql_arg *args, size_t n, int64_t *out, err *e) {
  bool found;
  *out = 0;
  return store__one(tx, sql, args, n, read_int, NULL, out, &found, e);
}

err_code store__count(store_tx *tx, const char *sql, const sql_arg *args, size_t n, size_t *total, err *e) {
  int64_t count;
  err_code rc = store__int(tx, sql, args, n, &count, e);
  if (rc == ERR_OK) *total = (size_t)count;
  return rc;
}

err_code store__page(store_tx *tx, const char *count, const char *list, const sql_arg *args, size_t n, row_reader read,
                     size_t elem_size, arena *a, void **out, size_t *rows, size_t *total, err *e) {
  err_code rc = store__count(tx, count, args, n - 2, total, e);
  return rc == ERR_OK ? store__all(tx, list, args, n, read, elem_size, a, out, rows, e) : rc;
}

err_code store__want(err_code rc, bool found, err *e, err_code missing, const char *what, str name) {
  if (rc != ERR_OK || found) return rc;
  return err_set(e, missing, "%s '" STR_FMT "' does not exist", what, STR_ARG(name));
}

err_code store__get(store_tx *tx, const char *sql, const sql_arg *args, size_t n, row_reader read, arena *a, void *out,
                    store_name what, err *e) {
  bool found;
  err_code rc = store__one(tx, sql, args, n, read, a, out, &found, e);
  return store__want(rc, found, e, what.missing, what.noun, what.name);
}

err_code store__delete(store_tx *tx, const char *sql, const sql_arg *args, size_t n, store_name what, err *e) {
  int64_t deleted = 0;
  err_code rc = store__run(tx, sql, args, n, &deleted, e);
  return store__want(rc, deleted > 0, e, what.missing, what.noun, what.name);
}

void store__read_text(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  *(str *)out = store__text(d, row, 0, a);
}
