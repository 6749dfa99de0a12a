#include "store/store_int.h"

#include <stdlib.h>
#include <zstd.h>

/* DESIGN. A blob is kept as zstd level 3 (project documents shrink to about a tenth, faster than
 * the disk takes the rest), under the hash of its plain bytes, with its plain size. Model files are
 * not blobs: they are mapped, so they stay files (model_files.c). */

enum { ZSTD_LEVEL = 3 };
static const int64_t BLOB_MAX_BYTES = (int64_t)1 << 30;

err_code store_blob_put(store_tx *tx, str data, char hash[SHA256_HEX + 1], err *e) {
  if ((int64_t)data.n > BLOB_MAX_BYTES) return err_set(e, ERR_TOO_LARGE, "%zu bytes are too many to keep", data.n);
  sha256_hex(data.p, data.n, hash);
  int64_t known;
  str name = {hash, SHA256_HEX};
  err_code rc = store__int(tx, "SELECT count(*) FROM blobs WHERE hash = $1", (sql_arg[]){TEXT_ARG(name)}, 1, &known, e);
  if (rc != ERR_OK || known) return rc;

  size_t cap = ZSTD_compressBound(data.n);
  char *packed = mem_try_alloc(cap, 1);
  if (!packed) return err_set(e, ERR_NO_MEMORY, "no memory to compress %zu bytes", data.n);
  size_t n = ZSTD_compress(packed, cap, data.n ? data.p : "", data.n, ZSTD_LEVEL);
  if (ZSTD_isError(n)) {
    rc = err_set(e, ERR_NO_MEMORY, "cannot compress %zu bytes: %s", data.n, ZSTD_getErrorName(n));
  } else {
    sql_arg args[] = {TEXT_ARG(name), INT_ARG((int64_t)data.n), BYTES_ARG(str_make(packed, n))};
    rc = store__run(tx, "INSERT INTO blobs(hash, size, data) VALUES($1, $2, $3)", args, ARRAY_LEN(args), NULL, e);
  }
  free(packed);
  return rc;
}

typedef struct blob_row {
  str data;    /* plain, in the arena */
  bool intact; /* it unpacked to its size */
} blob_row;

static void read_blob(const sql_driver *d, const sql_row *row, arena *a, void *out) {
  blob_row *b = out;
  int64_t size = d->col_int(row, 0);
  str packed = d->col_str(row, 1);
  if (size < 0 || size > BLOB_MAX_BYTES) return;
  char *p = arena_alloc(a, (size_t)size + 1);
  size_t n = ZSTD_decompress(p, (size_t)size, packed.p, packed.n);
  p[size] = '\0';
  b->intact = !ZSTD_isError(n) && n == (size_t)size;
  b->data = (str){p, (size_t)size};
}

err_code store_blob_get(store_tx *tx, str hash, arena *a, str *out, err *e) {
  bool found;
  blob_row b = {0};
  err_code rc = store__one(tx, "SELECT size, data FROM blobs WHERE hash = $1", (sql_arg[]){TEXT_ARG(hash)}, 1,
                           read_blob, a, &b, &found, e);
  if (rc != ERR_OK) return rc;
  if (!found) return err_set(e, ERR_NOT_FOUND, "blob " STR_FMT " does not exist", STR_ARG(hash));
  char have[SHA256_HEX + 1] = "";
  if (b.intact) sha256_hex(b.data.p, b.data.n, have);
  if (!str_eq(hash, str_of(have))) return err_set(e, ERR_CORRUPT, "blob " STR_FMT " is damaged", STR_ARG(hash));
  *out = b.data;
  return ERR_OK;
}

/* ---- collecting -------------------------------------------------------------------------------- */

static err_code collect_blobs(store *s, int64_t *removed, err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store__run(tx,
                  "DELETE FROM blobs WHERE hash NOT IN (SELECT document FROM projects UNION SELECT document FROM jobs"
                  " UNION SELECT snapshot FROM models UNION SELECT evaluation FROM models)",
                  NULL, 0, removed, e);
  return store_end(tx, rc, e);
}

static err_code files_in_use(store *s, arena *a, str **files, size_t *n, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store__all(tx, STORE_FILES_IN_USE, (sql_arg[]){INT_ARG(STORE_HISTORY_KEPT)}, 1, store__read_text, sizeof(str), a,
                  (void **)files, n, e);
  store_rollback(tx);
  if (rc == ERR_OK) qsort(*files, *n, sizeof **files, str_cmp_qsort);
  return rc;
}

err_code store_collect(store *s, size_t *removed, err *e) {
  arena a;
  arena_init(&a, 0);
  int64_t blobs = 0;
  str *files;
  size_t n;
  *removed = 0;
  err_code rc = collect_blobs(s, &blobs, e);
  if (rc == ERR_OK) rc = files_in_use(s, &a, &files, &n, e);
  if (rc == ERR_OK) rc = store__files_collect(s, files, n, s->driver->shared ? STORE_FILE_GRACE_S : 0, removed, e);
  if (rc == ERR_OK && s->driver->shared) rc = store__model_collect(s, e);
  *removed += (size_t)blobs;
  arena_fini(&a);
  return rc;
}

/* ---- query log --------------------------------------------------------------------------------- */

err_code store_query_add(store *s, const store_query *q, size_t n, err *e) {
  store_tx tx;
  err_code rc = store__begin(s, SQL_WRITE_RELAXED, &tx, e);
  if (rc != ERR_OK) return rc;
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    sql_arg args[] = {TEXT_ARG(q[i].resource),   TEXT_ARG(q[i].project),  TEXT_ARG(q[i].deployment),
                      TEXT_ARG(q[i].text),       TEXT_ARG(q[i].language), TEXT_ARG(q[i].top_intent),
                      TEXT_ARG(q[i].prediction), INT_ARG(q[i].at_us)};
    rc = store__run(&tx,
                    "INSERT INTO queries(resource, project, deployment, text, language, top_intent, prediction, at_us)"
                    " VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
                    args, ARRAY_LEN(args), NULL, e);
  }
  return store__finish(&tx, rc, e);
}
