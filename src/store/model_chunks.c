#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Model files in a shared database: rows of model_chunks, CHUNK_BYTES each but for the last. A node
 * uploads a file before any row names it, and fetches one when a row that it reads names it. */

enum { CHUNK_BYTES = 4 << 20 };
static const int64_t FILE_MAX_BYTES = (int64_t)16 << 30;

/* ---- upload ------------------------------------------------------------------------------------ */

/* *held: how many chunks are there already. Marks the file as new, so that collecting leaves it. */
static err_code put_file_row(store_tx *tx, str hash, int64_t size, int64_t *held, err *e) {
  int64_t now;
  err_code rc = tx->s->driver->now_us(tx->conn, &now, e);
  if (rc != ERR_OK) return rc;
  sql_arg args[] = {TEXT_ARG(hash), INT_ARG(size), INT_ARG(now)};
  rc = store__run(tx,
                  "INSERT INTO model_files(hash, size, adopted_us) VALUES($1, $2, $3)"
                  " ON CONFLICT(hash) DO UPDATE SET adopted_us = excluded.adopted_us",
                  args, ARRAY_LEN(args), NULL, e);
  return rc == ERR_OK ? store__int(tx, "SELECT count(*) FROM model_chunks WHERE file = $1", args, 1, held, e) : rc;
}

static err_code put_chunks(store_tx *tx, FILE *f, str hash, err *e) {
  char *chunk = mem_try_alloc(CHUNK_BYTES, 1);
  if (!chunk) return err_set(e, ERR_NO_MEMORY, "no memory to read a model file");
  err_code rc = ERR_OK;
  size_t n;
  for (int64_t seq = 0; rc == ERR_OK && (n = fread(chunk, 1, CHUNK_BYTES, f)) > 0; seq++) {
    sql_arg args[] = {TEXT_ARG(hash), INT_ARG(seq), BYTES_ARG(str_make(chunk, n))};
    rc = store__run(tx, "INSERT INTO model_chunks(file, seq, data) VALUES($1, $2, $3)", args, ARRAY_LEN(args), NULL, e);
  }
  if (rc == ERR_OK && ferror(f)) rc = err_errno(e, errno, "cannot read a model file");
  free(chunk);
  return rc;
}

static err_code upload(store_tx *tx, FILE *f, str hash, err *e) {
  int64_t held = 0;
  if (fseeko(f, 0, SEEK_END) || ftello(f) < 0) return err_errno(e, errno, "cannot read a model file");
  int64_t size = ftello(f);
  rewind(f);
  err_code rc = put_file_row(tx, hash, size, &held, e);
  return rc == ERR_OK && !held ? put_chunks(tx, f, hash, e) : rc;
}

err_code store__model_upload(store *s, const char *path, str hash, err *e) {
  store_tx tx;
  FILE *f = fopen(path, "rbe");
  if (!f) return err_errno(e, errno, "cannot open %s", path);
  err_code rc = store__begin(s, SQL_WRITE_BESIDE, &tx, e);
  if (rc == ERR_OK) rc = store__finish(&tx, upload(&tx, f, hash, e), e);
  fclose(f);
  return rc;
}

/* ---- download ---------------------------------------------------------------------------------- */

typedef struct chunk_sink {
  const sql_driver *driver;
  FILE *f;
  int64_t written;
  bool found;
} chunk_sink;

static err_code write_chunk(void *ctx, const sql_row *row, err *e) {
  chunk_sink *k = ctx;
  str data = k->driver->col_str(row, 0);
  k->found = true;
  k->written += (int64_t)data.n;
  if (data.n && fwrite(data.p, 1, data.n, k->f) != data.n) return err_errno(e, errno, "cannot keep a model file");
  return ERR_OK;
}

/* Chunk by chunk: each is a statement of its own, with its own time limit. */
static err_code download(store_tx *tx, str hash, FILE *f, err *e) {
  int64_t size = 0, known = 0;
  sql_arg name[] = {TEXT_ARG(hash)};
  err_code rc = store__int(tx, "SELECT count(*) FROM model_files WHERE hash = $1", name, 1, &known, e);
  if (rc == ERR_OK && !known) return err_set(e, ERR_NOT_FOUND, "model file " STR_FMT " is missing", STR_ARG(hash));
  if (rc == ERR_OK) rc = store__int(tx, "SELECT size FROM model_files WHERE hash = $1", name, 1, &size, e);
  if (rc == ERR_OK && (size < 0 || size > FILE_MAX_BYTES))
    rc = err_set(e, ERR_CORRUPT, "model file " STR_FMT " is damaged", STR_ARG(hash));
  chunk_sink k = {.driver = tx->s->driver, .f = f, .found = true};
  for (int64_t seq = 0; rc == ERR_OK && k.written < size && k.found; seq++) {
    k.found = false;
    sql_arg args[] = {TEXT_ARG(hash), INT_ARG(seq)};
    rc = k.driver->run(tx->conn, "SELECT data FROM model_chunks WHERE file = $1 AND seq = $2", args, 2, write_chunk, &k,
                       NULL, e);
  }
  return rc;
}

static err_code check_file(const char *path, str hash, err *e) {
  char have[SHA256_HEX + 1];
  err_code rc = sha256_file_hex(path, have, e);
  if (rc == ERR_OK && !str_eq(hash, str_of(have)))
    rc = err_set(e, ERR_CORRUPT, "model file " STR_FMT " is damaged in the database", STR_ARG(hash));
  return rc;
}

err_code store__model_download(store *s, str hash, const char *path, err *e) {
  store_tx tx = {.s = s};
  FILE *f = fopen(path, "wbe");
  if (!f) return err_errno(e, errno, "cannot create %s", path);
  err_code rc = s->driver->begin(s->db, SQL_READ, &tx.conn, e);
  if (rc == ERR_OK) {
    rc = download(&tx, hash, f, e);
    s->driver->rollback(tx.conn);
  }
  if (fclose(f) != 0 && rc == ERR_OK) rc = err_errno(e, errno, "cannot keep a model file");
  return rc == ERR_OK ? check_file(path, hash, e) : rc;
}

/* ---- collecting -------------------------------------------------------------------------------- */

err_code store__model_collect(store *s, err *e) {
  store_tx *tx;
  int64_t now;
  err_code rc = store_begin_write(s, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = s->driver->now_us(tx->conn, &now, e);
  if (rc == ERR_OK) {
    sql_arg args[] = {INT_ARG(STORE_HISTORY_KEPT), INT_ARG(now - (int64_t)STORE_FILE_GRACE_S * 1000000)};
    rc = store__run(tx, "DELETE FROM model_files WHERE hash NOT IN (" STORE_FILES_IN_USE ") AND adopted_us < $2", args,
                    ARRAY_LEN(args), NULL, e);
  }
  return store_end(tx, rc, e);
}
