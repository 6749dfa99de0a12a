/* postgres.h -- the PostgreSQL driver of the store: any number of nodes on one database. */
#ifndef DRAGOMAN_STORE_POSTGRES_POSTGRES_H
#define DRAGOMAN_STORE_POSTGRES_POSTGRES_H

#include "store/sql.h"

extern const sql_driver postgres_driver;

/* Makes the pool; connects when a transaction first needs it, and again whenever a connection was
 * lost, so a database that is away is an error of that transaction only (ERR_UNAVAILABLE, after a
 * few seconds at most, at once while it is known to be away).
 *   url       postgres://… or any libpq connection string; borrowed for the call
 *   owner     creates and migrates the tables, else the schema must be current
 *   identity  what the database must be known by: its first owner writes it, a different one is
 *             refused with ERR_CONFLICT; borrowed for the call */
must_check err_code postgres_open(const char *url, bool owner, str identity, sql_db **out, err *e);
/* True of what --database takes for PostgreSQL: postgres:// or postgresql://. */
bool postgres_is_url(const char *url);

#endif
