#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/vec.h"

static err_code open_error(const char *path, err *e) {
  if (errno == ENOENT) return err_set(e, ERR_NOT_FOUND, "no such file: %s", path);
  return err_errno(e, errno, "cannot open %s", path);
}

err_code file_read(const char *path, size_t max_bytes, char **data, size_t *n, err *e) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return open_error(path, e);
  err_code rc = ERR_OK;
  buf b = {0};
  for (;;) {
    if (b.n > max_bytes) {
      rc = err_set(e, ERR_TOO_LARGE, "%s is larger than %zu bytes", path, max_bytes);
      break;
    }
    VEC_RESERVE(&b, b.n + 65536);
    ssize_t got = read(fd, b.p + b.n, b.cap - b.n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      rc = err_errno(e, errno, "cannot read %s", path);
      break;
    }
    if (got == 0) break;
    b.n += (size_t)got;
  }
  close(fd);
  if (rc != ERR_OK)
    buf_free(&b);
  else
    *data = buf_take(&b, n);
  return rc;
}

static err_code inflate_all(const char *path, str in, size_t max_bytes, buf *out, err *e) {
  z_stream z = {0};
  if (inflateInit2(&z, 15 + 16) != Z_OK) return err_set(e, ERR_NO_MEMORY, "not enough memory to inflate %s", path);
  z.next_in = (Bytef *)(uintptr_t)in.p;
  z.avail_in = (uInt)in.n;
  int zrc = Z_OK;
  err_code rc = ERR_OK;
  while (zrc != Z_STREAM_END) {
    VEC_RESERVE(out, out->n + 65536);
    z.next_out = (Bytef *)out->p + out->n;
    z.avail_out = (uInt)MIN_OF(out->cap - out->n, (size_t)1 << 30);
    size_t room = z.avail_out;
    zrc = inflate(&z, Z_NO_FLUSH);
    out->n += room - z.avail_out;
    if (zrc != Z_OK && zrc != Z_STREAM_END) {
      rc = err_set(e, ERR_INVALID_ARGUMENT, "%s is not a complete gzip file", path);
      break;
    }
    if (out->n > max_bytes) {
      rc = err_set(e, ERR_TOO_LARGE, "%s inflates to more than %zu bytes", path, max_bytes);
      break;
    }
  }
  inflateEnd(&z);
  return rc;
}

err_code file_read_maybe_gz(const char *path, size_t max_bytes, char **data, size_t *n, err *e) {
  char *raw;
  size_t raw_n;
  err_code rc = file_read(path, MIN_OF(max_bytes, (size_t)UINT32_MAX), &raw, &raw_n, e);
  if (rc != ERR_OK) return rc;
  if (raw_n < 2 || (unsigned char)raw[0] != 0x1f || (unsigned char)raw[1] != 0x8b) {
    *data = raw;
    *n = raw_n;
    return ERR_OK;
  }
  buf b = {0};
  rc = inflate_all(path, (str){raw, raw_n}, max_bytes, &b, e);
  free(raw);
  if (rc != ERR_OK)
    buf_free(&b);
  else
    *data = buf_take(&b, n);
  return rc;
}

static err_code write_all(int fd, str data, const char *path, err *e) {
  while (data.n) {
    ssize_t put = write(fd, data.p, data.n);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return err_errno(e, errno, "cannot write %s", path);
    data = str_skip(data, (size_t)put);
  }
  return fsync(fd) ? err_errno(e, errno, "cannot sync %s", path) : ERR_OK;
}

err_code file_sync_dir(const char *path, err *e) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return open_error(path, e);
  err_code rc = fsync(fd) ? err_errno(e, errno, "cannot sync %s", path) : ERR_OK;
  close(fd);
  return rc;
}

static char *parent_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash) return mem_strdup(".");
  size_t n = slash == path ? 1 : (size_t)(slash - path);
  char *dir = mem_alloc(n + 1);
  memcpy(dir, path, n);
  dir[n] = '\0';
  return dir;
}

err_code file_write_atomic(const char *path, str data, unsigned mode, err *e) {
  size_t n = strlen(path);
  char *tmp = mem_alloc(n + 12);
  snprintf(tmp, n + 12, "%s.tmp.XXXXXX", path);
  int fd = mkostemp(tmp, O_CLOEXEC);
  if (fd < 0) {
    err_code rc = err_errno(e, errno, "cannot create %s", tmp);
    free(tmp);
    return rc;
  }
  err_code rc = fchmod(fd, mode) ? err_errno(e, errno, "cannot set the mode of %s", tmp) : write_all(fd, data, path, e);
  if (close(fd) && rc == ERR_OK) rc = err_errno(e, errno, "cannot close %s", path);
  if (rc == ERR_OK && rename(tmp, path)) rc = err_errno(e, errno, "cannot rename to %s", path);
  if (rc != ERR_OK) {
    unlink(tmp);
  } else {
    char *dir = parent_of(path);
    rc = file_sync_dir(dir, e);
    free(dir);
  }
  free(tmp);
  return rc;
}

err_code file_make_dirs(const char *path, unsigned mode, err *e) {
  char *copy = mem_strdup(path);
  err_code rc = ERR_OK;
  for (char *q = copy + 1;; q++) {
    if (*q != '/' && *q != '\0') continue;
    char c = *q;
    *q = '\0';
    if (mkdir(copy, mode) && errno != EEXIST) {
      rc = err_errno(e, errno, "cannot make directory %s", copy);
      break;
    }
    *q = c;
    if (!c) break;
  }
  free(copy);
  return rc;
}

err_code file_map_open(const char *path, file_map *m, err *e) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return open_error(path, e);
  struct stat st;
  err_code rc = ERR_OK;
  *m = (file_map){0};
  if (fstat(fd, &st)) {
    rc = err_errno(e, errno, "cannot stat %s", path);
  } else if (!S_ISREG(st.st_mode)) {
    rc = err_set(e, ERR_INVALID_ARGUMENT, "%s is not a regular file", path);
  } else if (st.st_size > 0) {
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
      rc = err_errno(e, errno, "cannot map %s", path);
    else
      *m = (file_map){p, (size_t)st.st_size};
  }
  close(fd);
  return rc;
}

/* Only a hint: a refusal costs memory, nothing else. */
void file_map_forget(const file_map *m) {
  if (m->n) (void)madvise((void *)(uintptr_t)m->p, m->n, MADV_DONTNEED);
}

void file_map_close(file_map *m) {
  if (m->n) munmap((void *)(uintptr_t)m->p, m->n);
  *m = (file_map){0};
}
