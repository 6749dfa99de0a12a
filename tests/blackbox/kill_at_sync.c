/* Preloaded into a server: kills it at a chosen one of its durable steps. The file that KILL_ARM names
 * says when, as "before 3" or "after 3": at the third fsync, fdatasync or rename from the moment that the
 * file is there. Without the file nothing is counted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_int steps;

static bool is_time(const char *now) {
  char when[16];
  int at;
  const char *path = getenv("KILL_ARM");
  FILE *f = path ? fopen(path, "r") : NULL;
  if (!f) return false;
  bool read = fscanf(f, "%15s %d", when, &at) == 2;
  fclose(f);
  if (!read) return false;
  int step = strcmp(now, "before") == 0 ? atomic_fetch_add(&steps, 1) + 1 : atomic_load(&steps);
  return strcmp(when, now) == 0 && step == at;
}

static void step(const char *now) {
  if (is_time(now)) raise(SIGKILL);
}

#define STEP(call)                                                                                                     \
  do {                                                                                                                 \
    step("before");                                                                                                    \
    int rc = (call);                                                                                                   \
    step("after");                                                                                                     \
    return rc;                                                                                                         \
  } while (0)

int fsync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  STEP(real(fd));
}

int fdatasync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  STEP(real(fd));
}

int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  STEP(real(from, to));
}
