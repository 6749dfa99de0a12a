#include "store/sqlite/sqlite.h"

#include <stdio.h>

/* DESIGN. PRAGMA user_version counts the steps of migrations[] that a database has seen. A step,
 * once released, never changes: a later need is a later step. Each step and its new version are
 * one transaction, so a crash leaves a version whole. */

static const char *const migrations[] = {
    /* 1 */
    "CREATE TABLE settings("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE resources("
    "  name TEXT PRIMARY KEY, region TEXT NOT NULL, azure_resource_id TEXT NOT NULL, custom_domain TEXT NOT NULL,"
    "  key1_generation INTEGER NOT NULL, key2_generation INTEGER NOT NULL, created_us INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE projects("
    "  resource TEXT NOT NULL REFERENCES resources, name TEXT NOT NULL, kind TEXT NOT NULL,"
    "  document TEXT NOT NULL, metadata TEXT NOT NULL, created_us INTEGER NOT NULL, modified_us INTEGER NOT NULL,"
    "  trained_us INTEGER NOT NULL, deployed_us INTEGER NOT NULL, utterance_count INTEGER NOT NULL,"
    "  PRIMARY KEY(resource, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE models("
    "  resource TEXT NOT NULL, project TEXT NOT NULL, label TEXT NOT NULL, model_id TEXT NOT NULL,"
    "  file TEXT NOT NULL, snapshot TEXT NOT NULL, evaluation TEXT NOT NULL, config_version TEXT NOT NULL,"
    "  training_mode TEXT NOT NULL, options TEXT NOT NULL, trained_us INTEGER NOT NULL, duration_s INTEGER NOT NULL,"
    "  PRIMARY KEY(resource, project, label),"
    "  FOREIGN KEY(resource, project) REFERENCES projects ON DELETE CASCADE) STRICT, WITHOUT ROWID;"
    "CREATE TABLE deployments("
    "  resource TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL, model_id TEXT NOT NULL,"
    "  model_label TEXT NOT NULL, file TEXT NOT NULL, config_version TEXT NOT NULL, trained_us INTEGER NOT NULL,"
    "  deployed_us INTEGER NOT NULL, assigned TEXT NOT NULL,"
    "  PRIMARY KEY(resource, project, name),"
    "  FOREIGN KEY(resource, project) REFERENCES projects ON DELETE CASCADE) STRICT, WITHOUT ROWID;"
    "CREATE TABLE deployment_history("
    "  seq INTEGER PRIMARY KEY, resource TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL,"
    "  cause TEXT NOT NULL, job_id TEXT NOT NULL, old_file TEXT NOT NULL, new_file TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL) STRICT;"
    "CREATE INDEX deployment_history_by_name ON deployment_history(resource, project, name, seq);"
    "CREATE TABLE jobs("
    "  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, resource TEXT NOT NULL, project TEXT NOT NULL,"
    "  kind TEXT NOT NULL, subject TEXT NOT NULL, params TEXT NOT NULL, document TEXT NOT NULL,"
    "  status TEXT NOT NULL, result TEXT NOT NULL, errors TEXT NOT NULL, warnings TEXT NOT NULL,"
    "  created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, expires_us INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL, applied INTEGER NOT NULL) STRICT;"
    "CREATE INDEX jobs_by_project ON jobs(resource, project, kind, seq);"
    "CREATE INDEX jobs_by_expiry ON jobs(expires_us);"
    "CREATE INDEX jobs_unfinished ON jobs(seq) WHERE status IN ('notStarted', 'running', 'cancelling');"
    "CREATE TABLE blobs("
    "  seq INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, data BLOB NOT NULL) STRICT;"
    "CREATE TABLE queries("
    "  seq INTEGER PRIMARY KEY, resource TEXT NOT NULL, project TEXT NOT NULL, deployment TEXT NOT NULL,"
    "  text TEXT NOT NULL, language TEXT NOT NULL, top_intent TEXT NOT NULL, prediction TEXT NOT NULL,"
    "  at_us INTEGER NOT NULL) STRICT;"
    "CREATE INDEX queries_by_project ON queries(resource, project, at_us);",
};

int sqlite__newest_version(void) {
  return (int)ARRAY_LEN(migrations);
}

static int read_int(void *out, int n, char **values, char **names) {
  (void)names;
  int64_t v = 0;
  if (n < 1 || !values[0] || !str_to_i64(str_of(values[0]), 0, INT32_MAX, &v)) return 1;
  *(int *)out = (int)v;
  return 0;
}

err_code sqlite__user_version(sqlite3 *db, int *version, err *e) {
  if (sqlite3_exec(db, "PRAGMA user_version", read_int, version, NULL) != SQLITE_OK)
    return sqlite__error(db, e, "cannot read the schema version");
  return ERR_OK;
}

static err_code run_step(sqlite3 *db, int step, err *e) {
  char version[48];
  snprintf(version, sizeof version, "PRAGMA user_version = %d", step + 1);
  if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
      sqlite3_exec(db, migrations[step], NULL, NULL, NULL) == SQLITE_OK &&
      sqlite3_exec(db, version, NULL, NULL, NULL) == SQLITE_OK &&
      sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
    return ERR_OK;
  err_code rc = sqlite__error(db, e, "cannot migrate the database");
  if (!sqlite3_get_autocommit(db)) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return rc;
}

err_code sqlite__migrate(sqlite3 *db, err *e) {
  int version = 0;
  err_code rc = sqlite__user_version(db, &version, e);
  if (rc != ERR_OK) return rc;
  if (version > sqlite__newest_version())
    return err_set(e, ERR_CONFLICT, "the database has schema %d, written by a newer program; this one knows %d",
                   version, sqlite__newest_version());
  for (; rc == ERR_OK && version < sqlite__newest_version(); version++) rc = run_step(db, version, e);
  return rc;
}
