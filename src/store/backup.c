#include "store/backup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "store/copy.h"
#include "store/sqlite/sqlite.h"
#include "store/store_int.h"

/* DESIGN. A back-up is one SQLite database of the same schema: the rows of every table as they were at one
 * moment (a read transaction of the source), then the model files that those rows name, as chunks in
 * model_files and model_chunks, and the secret, in settings. It is written beside its name and renamed.
 * A server may go on meanwhile. If it removes a model file in between, the rows that were read name a
 * file that is gone: the back-up begins again. The same files missing twice are not there at all. */

enum { TRIES = 100 };

typedef struct missing_files {
  size_t n;
  uint64_t names; /* sum of the hashes of their names */
} missing_files;

/* The file as a store of its own, for the functions that work on one. */
static err_code open_file(const char *path, store **out, err *e) {
  store *s = mem_zalloc(1, sizeof *s);
  s->lock_fd = -1;
  err_code rc = sqlite_open(path, true, &s->db, e);
  if (rc != ERR_OK) {
    store_close(s);
    return rc;
  }
  s->driver = &sqlite_driver;
  *out = s;
  return ERR_OK;
}

static void remove_file(const char *path, arena *a) {
  static const char *const suffixes[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) unlink(arena_printf(a, "%s%s", path, suffixes[i]).p);
}

/* ---- making one -------------------------------------------------------------------------------- */

static err_code put_secret(const store *s, store_tx *to, err *e) {
  char hex[SHA256_HEX + 1];
  hex_encode(s->secret, SHA256_BYTES, hex);
  return store__run(to, "INSERT INTO settings(name, value) VALUES('secret', $1)", (sql_arg[]){TEXT_ARG(str_of(hex))}, 1,
                    NULL, e);
}

/* All rows, and the names of the model files that they need. texts outlives the connection of to. */
static err_code copy_rows(store *s, store *to, arena *texts, str **files, size_t *n, err *e) {
  store_tx *from_tx, *to_tx;
  err_code rc = store_begin_read(s, &from_tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_begin_write(to, &to_tx, e);
  if (rc == ERR_OK) {
    rc = store__copy(s->driver, from_tx->conn, to->driver, to_tx->conn, COPY_STATE, texts, e);
    if (rc == ERR_OK) rc = put_secret(s, to_tx, e);
    rc = store_end(to_tx, rc, e);
  }
  if (rc == ERR_OK)
    rc = store__all(from_tx, STORE_FILES_IN_USE, (sql_arg[]){INT_ARG(STORE_HISTORY_KEPT)}, 1, store__read_text,
                    sizeof(str), texts, (void **)files, n, e);
  store_rollback(from_tx);
  return rc;
}

/* A shared database may have files that this machine has not. */
static err_code copy_file(store *s, store *to, str hash, const char *made, arena *a, err *e) {
  if (!s->driver->shared) {
    const char *path;
    err_code rc = store_model_file_path(s, hash, a, &path, e);
    return rc == ERR_OK ? store__model_upload(to, path, hash, e) : rc;
  }
  const char *path = arena_printf(a, "%s.model", made).p;
  err_code rc = store__model_download(s, hash, path, e);
  if (rc == ERR_OK) rc = store__model_upload(to, path, hash, e);
  unlink(path);
  return rc;
}

static err_code copy_files(store *s, store *to, const str *files, size_t n, const char *made, missing_files *missing,
                           err *e) {
  arena a;
  err_code rc = ERR_OK;
  arena_init(&a, 0);
  *missing = (missing_files){0};
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    if (!files[i].n) continue; /* a deployment that was taken away */
    rc = copy_file(s, to, files[i], made, &a, e);
    if (rc == ERR_NOT_FOUND) {
      missing->n++;
      missing->names += hash64(files[i].p, files[i].n, 0);
      rc = ERR_OK;
    }
  }
  arena_fini(&a);
  return rc;
}

static err_code make_once(store *s, const char *made, missing_files *missing, err *e) {
  arena texts;
  store *to = NULL;
  str *files = NULL;
  size_t n = 0;
  arena_init(&texts, 0);
  remove_file(made, &texts);
  err_code rc = store__database_touch(made, e);
  if (rc == ERR_OK && chmod(made, SECRET_MODE)) rc = err_errno(e, errno, "cannot protect %s", made);
  if (rc == ERR_OK) rc = open_file(made, &to, e);
  if (rc == ERR_OK) rc = copy_rows(s, to, &texts, &files, &n, e);
  if (rc == ERR_OK) rc = copy_files(s, to, files, n, made, missing, e);
  store_close(to);
  arena_fini(&texts);
  return rc;
}

static const char *directory_of(const char *path, arena *a) {
  const char *slash = strrchr(path, '/');
  if (!slash) return ".";
  return slash == path ? "/" : arena_cstr(a, str_make(path, (size_t)(slash - path)));
}

err_code store_backup(const store_place *p, const char *path, err *e) {
  arena a;
  store *s = NULL;
  missing_files missing = {0}, last;
  arena_init(&a, 0);
  const char *made = arena_printf(&a, "%s.new", path).p;
  err_code rc = store_open_reader(p, &s, e);
  for (int i = 0; rc == ERR_OK; i++) {
    last = missing;
    rc = make_once(s, made, &missing, e);
    if (!missing.n || (i > 0 && missing.n == last.n && missing.names == last.names)) break;
    if (i + 1 == TRIES) rc = err_set(e, ERR_UNAVAILABLE, "the store changed in each of %d tries to back it up", TRIES);
  }
  if (rc == ERR_OK && missing.n) log_warn("%zu model files are missing in the store, and so in the back-up", missing.n);
  if (rc == ERR_OK && rename(made, path)) rc = err_errno(e, errno, "cannot rename to %s", path);
  if (rc == ERR_OK) rc = file_sync_dir(directory_of(path, &a), e);
  if (rc != ERR_OK) remove_file(made, &a);
  store_close(s);
  arena_fini(&a);
  return rc;
}

/* ---- going back to one ------------------------------------------------------------------------- */

static bool hex_decode(str hex, uint8_t *out, size_t n) {
  if (hex.n != 2 * n) return false;
  for (size_t i = 0; i < n; i++) {
    char two[3] = {hex.p[2 * i], hex.p[2 * i + 1], '\0'}, *end;
    out[i] = (uint8_t)strtoul(two, &end, 16);
    if (*end) return false;
  }
  return true;
}

static err_code read_secret(store *from, arena *a, uint8_t secret[SHA256_BYTES], err *e) {
  store_tx *tx;
  str hex = STR("");
  bool found;
  err_code rc = store_begin_read(from, &tx, e);
  if (rc != ERR_OK) return rc;
  rc =
      store__one(tx, "SELECT value FROM settings WHERE name = 'secret'", NULL, 0, store__read_text, a, &hex, &found, e);
  store_rollback(tx);
  if (rc == ERR_OK && (!found || !hex_decode(hex, secret, SHA256_BYTES)))
    rc = err_set(e, ERR_CORRUPT, "this is no back-up of a store");
  return rc;
}

/* The secret's file, when there is none yet; else it must be the same. */
static err_code take_secret(const char *path, const uint8_t secret[SHA256_BYTES], err *e) {
  char *data = NULL;
  size_t n = 0;
  err_code rc = file_read(path, SHA256_BYTES, &data, &n, e);
  if (rc == ERR_NOT_FOUND)
    rc = file_write_atomic(path, str_make((const char *)secret, SHA256_BYTES), SECRET_MODE, e);
  else if (rc == ERR_OK && (n != SHA256_BYTES || memcmp(data, secret, SHA256_BYTES) != 0))
    rc = err_set(e, ERR_CONFLICT, "%s is another secret than that of the back-up", path);
  free(data);
  return rc;
}

static err_code check_empty(store *s, err *e) {
  store_tx *tx;
  int64_t n = 0;
  err_code rc = store_begin_read(s, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store__int(tx, "SELECT count(*) FROM resources", NULL, 0, &n, e);
  store_rollback(tx);
  if (rc == ERR_OK && n) rc = err_set(e, ERR_CONFLICT, "the store is not empty");
  return rc;
}

/* Each is checked against its hash on the way. */
static err_code restore_files(store *from, store *to, err *e) {
  arena a;
  store_tx *tx;
  str *hashes = NULL;
  size_t n = 0;
  char hash[SHA256_HEX + 1];
  arena_init(&a, 0);
  err_code rc = store_begin_read(from, &tx, e);
  if (rc == ERR_OK) {
    rc = store__all(tx, "SELECT hash FROM model_files", NULL, 0, store__read_text, sizeof(str), &a, (void **)&hashes,
                    &n, e);
    store_rollback(tx);
  }
  for (size_t i = 0; rc == ERR_OK && i < n; i++) {
    const char *path = store_temp_path(to, &a, ".model");
    rc = store__model_download(from, hashes[i], path, e);
    if (rc == ERR_OK) rc = store_model_file_adopt(to, path, hash, e);
  }
  arena_fini(&a);
  return rc;
}

/* Nobody holds the jobs of the back-up; the secret stays out of the database. */
static err_code settle(store *to, store_tx *tx, err *e) {
  err_code rc = store__run(tx, "UPDATE jobs SET node = '', lease_us = 0", NULL, 0, NULL, e);
  if (rc == ERR_OK)
    rc = store__run(tx, "DELETE FROM settings WHERE name IN ('secret', 'identity', 'endpoint')", NULL, 0, NULL, e);
  if (rc != ERR_OK || !to->driver->shared) return rc;
  char identity[SHA256_HEX + 1];
  store__identity(to, identity);
  return store__run(tx, "INSERT INTO settings(name, value) VALUES('identity', $1)",
                    (sql_arg[]){TEXT_ARG(str_of(identity))}, 1, NULL, e);
}

static err_code restore_rows(store *from, store *to, arena *texts, err *e) {
  store_tx *from_tx, *to_tx;
  err_code rc = store_begin_read(from, &from_tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_begin_write(to, &to_tx, e);
  if (rc == ERR_OK) {
    rc = store__copy(from->driver, from_tx->conn, to->driver, to_tx->conn, COPY_STATE, texts, e);
    if (rc == ERR_OK) rc = settle(to, to_tx, e);
    rc = store_end(to_tx, rc, e);
  }
  store_rollback(from_tx);
  return rc;
}

/* A copy: a back-up of an older program is brought to this one's schema, and itself stays as it is. */
static err_code open_backup(const char *path, const char *copy, arena *a, store **out, err *e) {
  file_map m;
  err_code rc = file_map_open(path, &m, e);
  if (rc != ERR_OK) return rc;
  remove_file(copy, a);
  rc = file_write_atomic(copy, str_make((const char *)m.p, m.n), SECRET_MODE, e);
  file_map_close(&m);
  return rc == ERR_OK ? open_file(copy, out, e) : rc;
}

err_code store_restore(const char *path, const store_place *p, err *e) {
  arena texts;
  uint8_t secret[SHA256_BYTES];
  store *from = NULL, *to = NULL;
  arena_init(&texts, 0);
  const char *copy = arena_printf(&texts, "%s/restore", p->data_dir).p;
  bool own = !p->secret_file || !*p->secret_file;
  const char *secret_file = own ? arena_printf(&texts, "%s/secret", p->data_dir).p : p->secret_file;
  err_code rc = file_make_dirs(p->data_dir, DIR_MODE, e);
  if (rc == ERR_OK) rc = open_backup(path, copy, &texts, &from, e);
  if (rc == ERR_OK) rc = read_secret(from, &texts, secret, e);
  if (rc == ERR_OK) rc = take_secret(secret_file, secret, e);
  if (rc == ERR_OK) rc = store_open_at(p, &to, e);
  if (rc == ERR_OK) rc = check_empty(to, e);
  if (rc == ERR_OK) rc = restore_files(from, to, e);
  if (rc == ERR_OK) rc = restore_rows(from, to, &texts, e);
  store_close(to);
  store_close(from);
  remove_file(copy, &texts);
  arena_fini(&texts);
  return rc;
}
