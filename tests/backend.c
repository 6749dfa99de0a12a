#include "backend.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static const char *server(void) {
  return getenv("DRAGOMAN_TEST_POSTGRES");
}

bool backend_is_postgres(void) {
  return server() != NULL;
}

/* mkdtemp's names end in six letters and digits. */
static const char *schema_of(const char *dir) {
  return dir + strlen(dir) - 6;
}

static void must(bool ok, const char *what, const char *why) {
  if (ok) return;
  fprintf(stderr, "%s: %s\n", what, why);
  abort();
}

static int64_t run_postgres(const char *url, const char *sql) {
  PGconn *pg = PQconnectdb(url);
  must(PQstatus(pg) == CONNECTION_OK, "connecting", PQerrorMessage(pg));
  PQclear(PQexec(pg, "SET client_min_messages = warning"));
  PGresult *r = PQexec(pg, sql);
  must(PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_COMMAND_OK, sql, PQerrorMessage(pg));
  int64_t v = PQntuples(r) ? strtoll(PQgetvalue(r, 0, 0), NULL, 10) : 0;
  PQclear(r);
  PQfinish(pg);
  return v;
}

static int64_t run_sqlite(const char *dir, const char *sql) {
  char path[600];
  sqlite3 *db;
  sqlite3_stmt *st;
  snprintf(path, sizeof path, "%s/dragoman.db", dir);
  must(sqlite3_open(path, &db) == SQLITE_OK, path, "cannot be opened");
  sqlite3_busy_timeout(db, 60000); /* the store may be at work */
  must(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK, sql, sqlite3_errmsg(db));
  int step = sqlite3_step(st);
  must(step == SQLITE_ROW || step == SQLITE_DONE, sql, sqlite3_errmsg(db));
  int64_t v = step == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
  sqlite3_finalize(st);
  sqlite3_close(db);
  return v;
}

void backend_make(const char *dir) {
  char sql[80];
  snprintf(sql, sizeof sql, "CREATE SCHEMA \"t%s\"", schema_of(dir));
  if (server()) run_postgres(server(), sql);
}

void backend_drop(const char *dir) {
  char sql[80];
  snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS \"t%s\" CASCADE", schema_of(dir));
  if (server()) run_postgres(server(), sql);
}

char *backend_database(const char *dir) {
  if (!server()) return NULL;
  size_t n = strlen(server()) + 80;
  char *url = mem_alloc(n);
  snprintf(url, n, "%s&options=-csearch_path%%3D%%22t%s%%22", server(), schema_of(dir));
  return url;
}

err_code backend_open(const char *dir, store **out, err *e) {
  char *url = backend_database(dir);
  err_code rc = store_open_at(&(store_place){.data_dir = dir, .database = url}, out, e);
  free(url);
  return rc;
}

err_code backend_open_reader(const char *dir, store **out, err *e) {
  char *url = backend_database(dir);
  err_code rc = store_open_reader(&(store_place){.data_dir = dir, .database = url}, out, e);
  free(url);
  return rc;
}

int64_t backend_sql(const char *dir, const char *sql) {
  char *url = backend_database(dir);
  int64_t v = url ? run_postgres(url, sql) : run_sqlite(dir, sql);
  free(url);
  return v;
}
