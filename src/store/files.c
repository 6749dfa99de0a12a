#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* DESIGN. The data directory (doc/formats.md, "Data directory"):
 *
 *   lock           flock while a process owns the store
 *   secret         32 random bytes, 0600
 *   dragoman.db    rows and blobs (and -wal, -shm beside it), when no database is shared
 *   models/HASH    model files under the SHA-256 of their bytes; of a shared store those used here
 *   tmp/           work in progress, emptied when an owner opens the store */

const char *store__file_path(const store *s, arena *a, const char *name) {
  return arena_printf(a, "%s/%s", s->dir, name).p;
}

static err_code take_lock(store *s, arena *a, err *e) {
  const char *path = store__file_path(s, a, "lock");
  s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
  if (s->lock_fd < 0) return err_errno(e, errno, "cannot open %s", path);
  if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0) return ERR_OK;
  if (errno == EWOULDBLOCK) return err_set(e, ERR_CONFLICT, "another process has the store in %s open", s->dir);
  return err_errno(e, errno, "cannot lock %s", path);
}

err_code store__secret_read(store *s, err *e) {
  char *data = NULL;
  size_t n = 0;
  err_code rc = file_read(s->secret_path, SHA256_BYTES + 1, &data, &n, e);
  if (rc == ERR_OK && n != SHA256_BYTES)
    rc = err_set(e, ERR_CORRUPT, "%s must have %d bytes, it has %zu", s->secret_path, SHA256_BYTES, n);
  if (rc == ERR_OK) memcpy(s->secret, data, SHA256_BYTES);
  free(data);
  return rc;
}

err_code store__secret_make(store *s, bool *made, err *e) {
  *made = false;
  if (access(s->secret_path, F_OK) == 0) return ERR_OK;
  uint8_t fresh[SHA256_BYTES];
  random_bytes(fresh, sizeof fresh);
  err_code rc = file_write_atomic(s->secret_path, str_make((const char *)fresh, sizeof fresh), SECRET_MODE, e);
  *made = rc == ERR_OK;
  return rc;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  (void)st;
  if (ftw->level == 0) return 0;
  return type == FTW_DP ? rmdir(path) : unlink(path);
}

static err_code empty_tmp(const char *path, err *e) {
  if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
    return err_errno(e, errno, "cannot remove what was left in %s", path);
  return ERR_OK;
}

/* SQLite gives its other files the mode of the database file, so that one is made here. */
err_code store__database_touch(const char *path, err *e) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
  if (fd < 0) return err_errno(e, errno, "cannot open %s", path);
  close(fd);
  return ERR_OK;
}

err_code store__files_open(store *s, err *e) {
  arena a;
  arena_init(&a, 0);
  const char *tmp = store__file_path(s, &a, "tmp");
  err_code rc = file_make_dirs(store__file_path(s, &a, "models"), DIR_MODE, e);
  if (rc == ERR_OK) rc = take_lock(s, &a, e);
  if (rc == ERR_OK) rc = file_make_dirs(tmp, DIR_MODE, e);
  if (rc == ERR_OK) rc = empty_tmp(tmp, e);
  arena_fini(&a);
  return rc;
}

const char *store_temp_path(store *s, arena *a, const char *suffix) {
  uint64_t n = atomic_fetch_add(&s->temp_count, 1);
  return arena_printf(a, "%s/tmp/%llu%s", s->dir, (unsigned long long)n, suffix).p;
}
