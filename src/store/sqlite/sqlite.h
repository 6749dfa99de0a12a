/* sqlite.h -- the SQLite driver of the store. */
#ifndef DRAGOMAN_STORE_SQLITE_SQLITE_H
#define DRAGOMAN_STORE_SQLITE_SQLITE_H

#include "store/sql.h"

#include <sqlite3.h>

extern const sql_driver sqlite_driver;

/* Opens path; owner: creates and migrates it, else read transactions only and the schema must be
 * current. ERR_CONFLICT: a newer (or, for a reader, another) schema; ERR_CORRUPT. */
must_check err_code sqlite_open(const char *path, bool owner, sql_db **out, err *e);

/* ---- inside the folder --------------------------------------------------------------------- */
/* Brings an open database to the newest schema, one transaction a step (migrate.c). */
must_check err_code sqlite__migrate(sqlite3 *db, err *e);
must_check err_code sqlite__user_version(sqlite3 *db, int *version, err *e);
/* Translates what db last failed with. */
err_code sqlite__error(sqlite3 *db, err *e, const char *what);

#endif
