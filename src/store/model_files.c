#include "store/store_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timeutil.h"

/* Model files of this node, models/HASH. A file is complete before it is renamed into models/, so a name there is a
 * whole file. A shared store has them all in its database (model_chunks.c), and a node those that it has used. */

static bool is_hash(str s) {
  if (s.n != SHA256_HEX) return false;
  for (size_t i = 0; i < s.n; i++) {
    if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f'))) return false;
  }
  return true;
}

static err_code sync_file(const char *path, err *e) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return err_errno(e, errno, "cannot open %s", path);
  err_code rc = ERR_OK;
  if (fchmod(fd, FILE_MODE) || fsync(fd)) rc = err_errno(e, errno, "cannot sync %s", path);
  close(fd);
  return rc;
}

err_code store_model_file_adopt(store *s, const char *path, char hash[SHA256_HEX + 1], err *e) {
  arena a;
  arena_init(&a, 0);
  err_code rc = sha256_file_hex(path, hash, e);
  if (rc == ERR_OK) rc = sync_file(path, e);
  if (rc == ERR_OK && s->driver->shared) rc = store__model_upload(s, path, str_make(hash, SHA256_HEX), e);
  if (rc == ERR_OK) {
    const char *to = arena_printf(&a, "%s/models/%s", s->dir, hash).p;
    if (rename(path, to)) rc = err_errno(e, errno, "cannot rename to %s", to);
  }
  if (rc == ERR_OK) rc = file_sync_dir(store__file_path(s, &a, "models"), e);
  arena_fini(&a);
  return rc;
}

/* The file appears in models/ whole, whoever else fetches it at the same time. */
static err_code fetch(store *s, str hash, const char *to, arena *a, err *e) {
  const char *path = store_temp_path(s, a, ".fetch");
  err_code rc = store__model_download(s, hash, path, e);
  if (rc == ERR_OK) rc = sync_file(path, e);
  if (rc == ERR_OK && rename(path, to)) rc = err_errno(e, errno, "cannot rename to %s", to);
  if (rc != ERR_OK) unlink(path);
  return rc == ERR_OK ? file_sync_dir(store__file_path(s, a, "models"), e) : rc;
}

err_code store_model_file_path(store *s, str hash, arena *a, const char **path, err *e) {
  if (!is_hash(hash)) return err_set(e, ERR_NOT_FOUND, "'" STR_FMT "' is no model file", STR_ARG(hash));
  const char *p = arena_printf(a, "%s/models/" STR_FMT, s->dir, STR_ARG(hash)).p;
  bool here = access(p, R_OK) == 0;
  err_code rc = ERR_OK;
  if (!here && !s->driver->shared) rc = err_set(e, ERR_NOT_FOUND, "model file " STR_FMT " is missing", STR_ARG(hash));
  if (!here && s->driver->shared) rc = fetch(s, hash, p, a, e);
  if (here && s->driver->shared) utimensat(AT_FDCWD, p, NULL, 0); /* for store__files_collect; failing is no harm */
  if (rc == ERR_OK) *path = p;
  return rc;
}

err_code store_model_file_repair(store *s, str hash, err *e) {
  arena a;
  const char *path;
  char have[SHA256_HEX + 1];
  arena_init(&a, 0);
  err_code rc = store_model_file_path(s, hash, &a, &path, e);
  if (rc == ERR_OK) rc = sha256_file_hex(path, have, e);
  if (rc == ERR_OK && (!s->driver->shared || str_eq(hash, str_of(have))))
    rc = err_set(e, ERR_CORRUPT, "model file " STR_FMT " cannot be repaired", STR_ARG(hash));
  if (rc == ERR_OK) rc = fetch(s, hash, path, &a, e); /* in place of the damaged one */
  arena_fini(&a);
  return rc;
}

/* ---- collecting -------------------------------------------------------------------------------- */

static bool used_since(int dir, const char *name, int64_t since_s) {
  struct stat st;
  return fstatat(dir, name, &st, 0) == 0 && st.st_mtime > since_s;
}

err_code store__files_collect(store *s, const str *keep, size_t keep_count, int64_t grace_s, size_t *removed, err *e) {
  arena a;
  arena_init(&a, 0);
  const char *path = store__file_path(s, &a, "models");
  int64_t since_s = time_now_us() / 1000000 - grace_s;
  DIR *dir = opendir(path);
  err_code rc = dir ? ERR_OK : err_errno(e, errno, "cannot list %s", path);
  for (struct dirent *d; dir && (d = readdir(dir));) {
    str name = str_of(d->d_name);
    if (!is_hash(name) || bsearch(&name, keep, keep_count, sizeof *keep, str_cmp_qsort)) continue;
    if (grace_s && used_since(dirfd(dir), d->d_name, since_s)) continue;
    if (unlinkat(dirfd(dir), d->d_name, 0) == 0) {
      ++*removed;
    } else if (rc == ERR_OK) {
      rc = err_errno(e, errno, "cannot remove %s/%s", path, d->d_name);
    }
  }
  if (dir) closedir(dir);
  arena_fini(&a);
  return rc;
}
