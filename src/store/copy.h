/* copy.h -- whole tables from one database to another, whatever drivers they have: the copy of what is
 * served that a node keeps (live.c), back-ups (backup.c). Private to store/. */
#ifndef DRAGOMAN_STORE_COPY_H
#define DRAGOMAN_STORE_COPY_H

#include "store/sql.h"

/* What is to become of a table. */
typedef enum copy_group {
  COPY_LIVE = 1,  /* what answering predictions needs */
  COPY_STATE = 2, /* all that a back-up has */
} copy_group;

/* Inside a transaction of each database replaces the rows of every table of the group in to by those in
 * from. The connection of to keeps statements whose text lives in texts: close it before texts. */
must_check err_code store__copy(const sql_driver *from_driver, sql_conn *from, const sql_driver *to_driver,
                                sql_conn *to, copy_group group, arena *texts, err *e);
/* NULL when there is no table of that name to be copied or left; for the test that none is forgotten. */
const char *store__copy_knows(const char *table);

#endif
