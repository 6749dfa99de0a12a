/* file.h -- whole files: read, write so that a crash leaves the old or the new one, map. */
#ifndef DRAGOMAN_BASE_FILE_H
#define DRAGOMAN_BASE_FILE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

/* Whole file as heap memory, NUL-terminated beyond *n; caller frees. ERR_NOT_FOUND when there is
 * none, ERR_TOO_LARGE over max_bytes. file_read_maybe_gz inflates when the bytes begin with the
 * gzip magic (max_bytes bounds the inflated size too). */
must_check err_code file_read(const char *path, size_t max_bytes, char **data, size_t *n, err *e);
must_check err_code file_read_maybe_gz(const char *path, size_t max_bytes, char **data, size_t *n, err *e);

/* Temporary name in the same directory, write, fsync, rename, fsync the directory. On error
 * nothing is left behind and the old file is untouched. mode e.g. 0600. */
must_check err_code file_write_atomic(const char *path, str data, unsigned mode, err *e);

/* Directory and its parents, like mkdir -p. */
must_check err_code file_make_dirs(const char *path, unsigned mode, err *e);
must_check err_code file_sync_dir(const char *path, err *e);

typedef struct file_map {
  const uint8_t *p;
  size_t n;
} file_map;
/* Read-only shared mapping of a regular file. */
must_check err_code file_map_open(const char *path, file_map *m, err *e);
void file_map_close(file_map *m);
/* Pages read so far no longer count as resident; the next access finds them in the page cache again. Good after
 * a pass over what is rarely needed. */
void file_map_forget(const file_map *m);

#endif
