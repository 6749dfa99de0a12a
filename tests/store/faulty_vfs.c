#include "faulty_vfs.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

enum { MAX_TABLES = 8 };

static struct {
  pthread_mutex_t lock; /* guards all but real */
  long budget;          /* writes and syncs that may still pass; < 0: all */
  int failure;
  sqlite3_vfs *real;
  struct {
    sqlite3_io_methods faulty;
    const sqlite3_io_methods *real;
  } tables[MAX_TABLES];
  size_t table_count;
} fault = {.lock = PTHREAD_MUTEX_INITIALIZER, .budget = -1};

/* SQLITE_OK, or what a write fails with now. */
static int take_one(void) {
  pthread_mutex_lock(&fault.lock);
  int rc = fault.budget == 0 ? fault.failure : SQLITE_OK;
  if (fault.budget > 0) fault.budget--;
  pthread_mutex_unlock(&fault.lock);
  return rc;
}

static const sqlite3_io_methods *real_of(sqlite3_file *f) {
  const sqlite3_io_methods *real = NULL;
  pthread_mutex_lock(&fault.lock);
  for (size_t i = 0; i < fault.table_count; i++)
    if (f->pMethods == &fault.tables[i].faulty) real = fault.tables[i].real;
  pthread_mutex_unlock(&fault.lock);
  if (!real) abort(); /* every open file got a table of ours */
  return real;
}

static int faulty_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
  int rc = take_one();
  return rc != SQLITE_OK ? rc : real_of(f)->xWrite(f, p, n, at);
}
static int faulty_sync(sqlite3_file *f, int flags) {
  return take_one() != SQLITE_OK ? SQLITE_IOERR_FSYNC : real_of(f)->xSync(f, flags);
}

/* The default VFS has a few method tables (database, WAL): copy each once, exchange two of its
 * functions, hand the copy out. */
static const sqlite3_io_methods *faulty_table(const sqlite3_io_methods *real) {
  for (size_t i = 0; i < fault.table_count; i++)
    if (fault.tables[i].real == real) return &fault.tables[i].faulty;
  if (fault.table_count == MAX_TABLES) abort();
  size_t i = fault.table_count++;
  fault.tables[i].real = real;
  fault.tables[i].faulty = *real;
  fault.tables[i].faulty.xWrite = faulty_write;
  fault.tables[i].faulty.xSync = faulty_sync;
  return &fault.tables[i].faulty;
}

static int faulty_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out_flags) {
  (void)vfs;
  int rc = fault.real->xOpen(fault.real, name, f, flags, out_flags);
  pthread_mutex_lock(&fault.lock);
  if (rc == SQLITE_OK && f->pMethods) f->pMethods = faulty_table(f->pMethods);
  pthread_mutex_unlock(&fault.lock);
  return rc;
}

static sqlite3_vfs faulty_vfs;

void faulty_vfs_install(void) {
  fault.real = sqlite3_vfs_find(NULL);
  faulty_vfs = *fault.real;
  faulty_vfs.zName = "faulty";
  faulty_vfs.pNext = NULL;
  faulty_vfs.xOpen = faulty_open;
  if (sqlite3_vfs_register(&faulty_vfs, 1) != SQLITE_OK) abort();
}

static void set_fault(long budget, int failure) {
  pthread_mutex_lock(&fault.lock);
  fault.budget = budget;
  fault.failure = failure;
  pthread_mutex_unlock(&fault.lock);
}

void faulty_vfs_fail_after(long budget, int failure) {
  set_fault(budget, failure);
}
void faulty_vfs_heal(void) {
  set_fault(-1, SQLITE_OK);
}
