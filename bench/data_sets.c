#include "bench/data_sets.h"

#include "base/file.h"
#include "project/clu_json.h"

#include <stdio.h>
#include <stdlib.h>

void bench_fail(const char *what, const err *e) {
  fprintf(stderr, "%s: %s%s%s\n", what, e->target, e->target[0] ? ": " : "", e->message);
  exit(1);
}

void data_set_read(str name, arena *a, project *p) {
  const char *shared = getenv("DRAGOMAN_SHARED");
  char path[512];
  snprintf(path, sizeof path, "%s/data/nlu/%.*s.json.gz", shared ? shared : "../shared", STR_ARG(name));
  err e = {0};
  char *data;
  size_t bytes;
  if (file_read_maybe_gz(path, (size_t)1 << 30, &data, &bytes, &e)) bench_fail(path, &e);
  if (clu_read(str_make(data, bytes), &(clu_read_options){0}, a, p, &e)) bench_fail(path, &e);
  free(data);
}
