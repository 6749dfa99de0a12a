/* backend.h -- the database behind a test's stores: SQLite in their directories or, when
 * tests/postgres/with_postgres runs the test, PostgreSQL with a schema for each directory. */
#ifndef DRAGOMAN_TESTS_BACKEND_H
#define DRAGOMAN_TESTS_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

bool backend_is_postgres(void);
/* Makes the schema of a new directory; nothing to do for SQLite. */
void backend_make(const char *dir);
void backend_drop(const char *dir);
/* URL of the directory's database; NULL for SQLite. Freed by the caller. */
char *backend_database(const char *dir);
/* Opens as store_open_at and store_open_reader do. */
err_code backend_open(const char *dir, store **out, err *e);
err_code backend_open_reader(const char *dir, store **out, err *e);
/* Runs SQL past the store and gives the first column of the first row, 0 without rows; aborts when it
 * fails. */
int64_t backend_sql(const char *dir, const char *sql);

#endif
