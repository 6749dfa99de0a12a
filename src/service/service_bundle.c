#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "service/bundle.h"
#include "service/service.h"
#include "service/service_int.h"

/* A service without a store: one model of a bundle, and predictions. */

static const size_t BUNDLE_MAX_BYTES = (size_t)4 << 30;

static err_code write_all(int fd, str bytes, err *e) {
  while (bytes.n) {
    ssize_t n = write(fd, bytes.p, bytes.n);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return err_errno(e, errno, "no memory for the model");
    bytes = str_skip(bytes, (size_t)n);
  }
  return ERR_OK;
}

/* A model is mapped from a file of its own: this one is in memory and goes with its mapping. */
static err_code open_model_bytes(str bytes, model **out, err *e) {
  char path[64];
  int fd = memfd_create("dragoman-model", MFD_CLOEXEC);
  if (fd < 0) return err_errno(e, errno, "no memory for the model");
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  err_code rc = write_all(fd, bytes, e);
  if (rc == ERR_OK) rc = model_open(path, true, out, e);
  close(fd);
  return rc;
}

static err_code serve_bundle(service *s, const char *path, const char *signer, err *e) {
  arena a;
  bundle b;
  model *m = NULL;
  char *bytes = NULL;
  size_t n;
  arena_init(&a, 0);
  err_code rc = file_read(path, BUNDLE_MAX_BYTES, &bytes, &n, e);
  if (rc == ERR_OK) rc = bundle__read(str_make(bytes, n), str_of(signer), &a, &b, e);
  if (rc == ERR_OK) rc = open_model_bytes(b.model_file, &m, e);
  if (rc == ERR_OK) {
    registry__serve_one(&s->live, m, b.info.project);
    log_info("model %.*s of project %.*s, signed by %s", STR_ARG(b.info.model_id), STR_ARG(b.info.project), b.signer);
  } else {
    err_prefix(e, "%s: ", path);
  }
  free(bytes);
  arena_fini(&a);
  return rc;
}

err_code service_open_bundle(const char *path, const char *signer, service **out, err *e) {
  service *s = service__new();
  err_code rc = serve_bundle(s, path, signer, e);
  if (rc != ERR_OK) {
    service_close(s);
    return rc;
  }
  *out = s;
  return ERR_OK;
}
