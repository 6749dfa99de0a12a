/* run_corpus.c -- runs a fuzz target over its corpus without a fuzzer: every file as it is, then a
 * fixed number of mutations of it from a fixed seed. A crash or a sanitizer report fails the test.
 *   fuzz_<name> FILE_OR_DIRECTORY... */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/rng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MUTATIONS_PER_FILE = 200, MAX_EDITS = 6, MAX_FILE_BYTES = 1 << 20 };

static size_t files_run; /* nftw has no user pointer */

/* An exact copy on the heap, so that the address sanitizer sees one byte too far. */
static void run_copy(const char *data, size_t n) {
  uint8_t *copy = mem_alloc(n);
  if (n) memcpy(copy, data, n);
  LLVMFuzzerTestOneInput(copy, n);
  free(copy);
}

static void mutate(rng *r, char *data, size_t *n) {
  for (uint32_t edits = 1 + rng_below(r, MAX_EDITS); edits > 0 && *n > 0; edits--) {
    size_t at = rng_below(r, (uint32_t)*n), other = rng_below(r, (uint32_t)*n);
    switch (rng_below(r, 4)) {
    case 0: data[at] = (char)rng_below(r, 256); break;
    case 1: data[at] = (char)(data[at] ^ 1 << rng_below(r, 8)); break;
    case 2: data[at] = data[other]; break;
    default: /* a piece goes */
      memmove(data + MIN_OF(at, other), data + MAX_OF(at, other), *n - MAX_OF(at, other));
      *n -= MAX_OF(at, other) - MIN_OF(at, other);
      break;
    }
  }
}

static int run_file(const char *path, const struct stat *st, int type, struct FTW *ftw) {
  (void)st;
  (void)ftw;
  if (type != FTW_F) return 0;
  char *data;
  size_t n;
  err e;
  if (file_read(path, MAX_FILE_BYTES, &data, &n, &e) != ERR_OK) {
    fprintf(stderr, "%s\n", e.message);
    return 1;
  }
  run_copy(data, n);
  rng r;
  rng_seed(&r, n);
  char *mutant = mem_alloc(n);
  for (int i = 0; i < MUTATIONS_PER_FILE; i++) {
    size_t length = n;
    memcpy(mutant, data, n);
    mutate(&r, mutant, &length);
    run_copy(mutant, length);
  }
  free(mutant);
  free(data);
  files_run++;
  return 0;
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (nftw(argv[i], run_file, 8, FTW_PHYS) != 0) {
      fprintf(stderr, "cannot run %s\n", argv[i]);
      return 1;
    }
  printf("%zu files, %d mutations each\n", files_run, MUTATIONS_PER_FILE);
  return files_run ? 0 : 1;
}
