/* store_int.h -- what the files of store/ share. */
#ifndef DRAGOMAN_STORE_STORE_INT_H
#define DRAGOMAN_STORE_STORE_INT_H

#include "store/sql.h"
#include "store/store.h"

#include <stdatomic.h>

struct store {
  const sql_driver *driver;
  sql_db *db;
  char *dir;         /* the data directory */
  char *secret_path; /* of the file with the secret */
  int lock_fd;       /* flock on DIR/lock while owned; -1 for a reader */
  uint8_t secret[SHA256_BYTES];
  atomic_uint_fast64_t temp_count; /* makes names under DIR/tmp different */
};

struct store_tx {
  store *s;
  sql_conn *conn;
  bool of_copy;     /* s is a store of its own, closed with the transaction (live.c) */
  unsigned notices; /* STORE_NOTICE_…: what its commit tells the other nodes */
};

enum { FILE_MODE = 0640, DIR_MODE = 0750, SECRET_MODE = 0600 };

/* ---- statements (statements.c) ------------------------------------------------------------------ */
typedef void (*row_reader)(const sql_driver *d, const sql_row *row, arena *a, void *out);

must_check err_code store__run(store_tx *tx, const char *sql, const sql_arg *args, size_t n, int64_t *changed, err *e);
/* *found says whether there was a row; out is filled from the first. */
must_check err_code store__one(store_tx *tx, const char *sql, const sql_arg *args, size_t n, row_reader read, arena *a,
                               void *out, bool *found, err *e);
/* All rows as an array of elem_size bytes each, in a. */
must_check err_code store__all(store_tx *tx, const char *sql, const sql_arg *args, size_t n, row_reader read,
                               size_t elem_size, arena *a, void **out, size_t *count, err *e);
must_check err_code store__int(store_tx *tx, const char *sql, const sql_arg *args, size_t n, int64_t *out, err *e);
/* All rows as an array of type. */
#define STORE_LIST(tx, sql, args, read, type, a, out, n, e)                                                            \
  store__all((tx), (sql), (args), ARRAY_LEN(args), (read), sizeof(type), (a), (void **)(out), (n), (e))
/* A count as size_t. */
must_check err_code store__count(store_tx *tx, const char *sql, const sql_arg *args, size_t n, size_t *total, err *e);
/* One page of rows, and how many there are: args are those of both statements, then LIMIT and OFFSET of list. */
must_check err_code store__page(store_tx *tx, const char *count, const char *list, const sql_arg *args, size_t n,
                                row_reader read, size_t elem_size, arena *a, void **out, size_t *rows, size_t *total,
                                err *e);
#define STORE_PAGE(tx, count, list, args, read, type, a, out, n, total, e)                                             \
  store__page((tx), (count), (list), (args), ARRAY_LEN(args), (read), sizeof(type), (a), (void **)(out), (n), (total), \
              (e))
/* How an error names what is not there: "model 'm1' does not exist". */
typedef struct store_name {
  err_code missing; /* the code of that error */
  const char *noun;
  str name;
} store_name;
#define STORE_NAME(missing, noun, name) ((store_name){(missing), (noun), (name)})
/* The one row, which must be there. */
must_check err_code store__get(store_tx *tx, const char *sql, const sql_arg *args, size_t n, row_reader read, arena *a,
                               void *out, store_name what, err *e);
/* Deletes what must be there. */
must_check err_code store__delete(store_tx *tx, const char *sql, const sql_arg *args, size_t n, store_name what,
                                  err *e);
/* rc, or the error `missing` when nothing was found. */
must_check err_code store__want(err_code rc, bool found, err *e, err_code missing, const char *what, str name);
/* LIMIT and OFFSET are signed 64-bit in SQL. */
static inline int64_t store__limit(size_t v) {
  return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}
static inline str store__text(const sql_driver *d, const sql_row *row, int col, arena *a) {
  return arena_str(a, d->col_str(row, col));
}
/* A row_reader: the first column, into a str. */
void store__read_text(const sql_driver *d, const sql_row *row, arena *a, void *out);

/* ---- transactions on the caller's stack (store.c) ---------------------------------------------- */
/* In a mode that store.h does not offer; without notices. */
must_check err_code store__begin(store *s, sql_mode mode, store_tx *tx, err *e);
/* Commits when rc is ERR_OK, else rolls back and answers rc. */
must_check err_code store__finish(store_tx *tx, err_code rc, err *e);

/* ---- files of the data directory (files.c) ---------------------------------------------------- */
/* DIR/name, in a. */
const char *store__file_path(const store *s, arena *a, const char *name);
/* Directories, the owner's lock, left-over temporary files. */
must_check err_code store__files_open(store *s, err *e);
/* An empty database file with the right mode, when there is none. */
must_check err_code store__database_touch(const char *path, err *e);
/* Makes the secret where there is none; *made says so. */
must_check err_code store__secret_make(store *s, bool *made, err *e);
must_check err_code store__secret_read(store *s, err *e);
/* What a shared database remembers of the secret. */
void store__identity(const store *s, char out[SHA256_HEX + 1]);

/* ---- model files on this node (model_files.c) ---------------------------------------------------- */
/* Unlinks the files of models/ whose names are not in keep (sorted by str_cmp) and that were not
 * used in the last grace_s seconds. */
must_check err_code store__files_collect(store *s, const str *keep, size_t keep_count, int64_t grace_s, size_t *removed,
                                         err *e);

/* ---- model files in a shared database (model_chunks.c) ----------------------------------------- */
must_check err_code store__model_upload(store *s, const char *path, str hash, err *e);
/* Writes the file to path, checked against its hash. ERR_NOT_FOUND, ERR_CORRUPT. */
must_check err_code store__model_download(store *s, str hash, const char *path, err *e);
/* Deletes those that no row refers to, but for the newest: the row of a file that was just added is
 * still to come. */
must_check err_code store__model_collect(store *s, err *e);
/* Names of the model files that rows refer to; $1: STORE_HISTORY_KEPT. */
#define STORE_FILES_IN_USE                                                                                             \
  "SELECT file FROM models UNION SELECT file FROM deployments"                                                         \
  " UNION SELECT file FROM exported_models UNION SELECT file FROM trials WHERE state = 'running' UNION SELECT "        \
  "new_file FROM"                                                                                                      \
  " (SELECT new_file, row_number() OVER (PARTITION BY resource, project, name ORDER BY seq DESC) AS age"               \
  "  FROM deployment_history) AS states WHERE age <= $1"
enum { STORE_FILE_GRACE_S = 3600 };

#endif
