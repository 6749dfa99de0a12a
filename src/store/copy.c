#include "store/copy.h"

#include "base/vec.h"

/* Beside copy_group: rows are numbered by a column seq. */
enum { HAS_SEQ = 256 };

/* Parents stand before their children, so that references hold while rows come in. */
static const struct {
  const char *name;
  const char *select; /* a literal: drivers cache statements by their address */
  unsigned groups;
} tables[] = {
#define T(name, groups)                                                                                                \
  { #name, "SELECT * FROM " #name, groups }
    T(settings, COPY_LIVE | COPY_STATE),
    T(generations, COPY_LIVE | COPY_STATE),
    T(resources, COPY_LIVE | COPY_STATE),
    T(resource_groups, COPY_STATE),
    T(tokens, COPY_LIVE | COPY_STATE),
    T(projects, COPY_LIVE | COPY_STATE),
    T(project_resources, COPY_LIVE | COPY_STATE),
    T(knowledge_bases, COPY_LIVE | COPY_STATE),
    T(knowledge_deployments, COPY_LIVE | COPY_STATE),
    T(models, COPY_STATE),
    T(exported_models, COPY_STATE),
    T(deployments, COPY_LIVE | COPY_STATE),
    T(trials, COPY_LIVE | COPY_STATE),
    T(deployment_history, COPY_STATE | HAS_SEQ),
    T(jobs, COPY_STATE | HAS_SEQ),
    T(blobs, COPY_STATE | HAS_SEQ),
    T(queries, COPY_STATE | HAS_SEQ),
    T(nodes, 0),        /* of this moment only */
    T(model_files, 0),  /* files: copied as such */
    T(model_chunks, 0), /* the same */
#undef T
};

const char *store__copy_knows(const char *table) {
  for (size_t i = 0; i < ARRAY_LEN(tables); i++)
    if (strcmp(tables[i].name, table) == 0) return tables[i].name;
  return NULL;
}

enum { MAX_COLUMNS = 24 };

typedef struct target {
  const sql_driver *from_driver, *to_driver;
  sql_conn *to;
  const char *table;
  const char *insert; /* made for the first row */
  arena *texts;
} target;

static const char *insert_text(const target *t, const sql_row *row, int columns) {
  buf sql = {0};
  buf_printf(&sql, "INSERT INTO %s(", t->table);
  for (int i = 0; i < columns; i++) buf_printf(&sql, "%s%s", i ? ", " : "", t->from_driver->col_name(row, i));
  buf_printf(&sql, ") VALUES(");
  for (int i = 0; i < columns; i++) buf_printf(&sql, "%s$%d", i ? ", " : "", i + 1);
  buf_printf(&sql, ")");
  const char *text = arena_cstr(t->texts, buf_str(&sql));
  buf_free(&sql);
  return text;
}

static err_code copy_row(void *ctx, const sql_row *row, err *e) {
  target *t = ctx;
  const sql_driver *d = t->from_driver;
  sql_arg args[MAX_COLUMNS];
  int n = d->col_count(row);
  if (n > MAX_COLUMNS) return err_set(e, ERR_INTERNAL, "table %s has %d columns", t->table, n);
  for (int i = 0; i < n; i++) {
    args[i] = (sql_arg){.kind = d->col_kind(row, i)};
    if (args[i].kind == SQL_INT)
      args[i].i = d->col_int(row, i);
    else
      args[i].s = d->col_str(row, i);
  }
  if (!t->insert) t->insert = insert_text(t, row, n);
  return t->to_driver->run(t->to, t->insert, args, (size_t)n, NULL, NULL, NULL, e);
}

err_code store__copy(const sql_driver *from_driver, sql_conn *from, const sql_driver *to_driver, sql_conn *to,
                     copy_group group, arena *texts, err *e) {
  err_code rc = ERR_OK;
  for (size_t i = ARRAY_LEN(tables); rc == ERR_OK && i-- > 0;) {
    if (!(tables[i].groups & (unsigned)group)) continue;
    const char *empty = arena_printf(texts, "DELETE FROM %s", tables[i].name).p;
    rc = to_driver->run(to, empty, NULL, 0, NULL, NULL, NULL, e);
  }
  for (size_t i = 0; rc == ERR_OK && i < ARRAY_LEN(tables); i++) {
    if (!(tables[i].groups & (unsigned)group)) continue;
    target t = {from_driver, to_driver, to, tables[i].name, NULL, texts};
    rc = from_driver->run(from, tables[i].select, NULL, 0, copy_row, &t, NULL, e);
    if (rc == ERR_OK && tables[i].groups & HAS_SEQ && to_driver->reseed) rc = to_driver->reseed(to, tables[i].name, e);
  }
  return rc;
}
