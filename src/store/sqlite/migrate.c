#include "store/sqlite/sqlite.h"

#include <stdio.h>

#include "store/schema.h"

/* PRAGMA user_version counts the steps of the schema that a database has seen. */

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
      sqlite3_exec(db, schema__step(step), NULL, NULL, NULL) == SQLITE_OK &&
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
  if (version > schema__version())
    return err_set(e, ERR_CONFLICT, "the database has schema %d, written by a newer program; this one knows %d",
                   version, schema__version());
  for (; rc == ERR_OK && version < schema__version(); version++) rc = run_step(db, version, e);
  return rc;
}
