#include "store/store_int.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "store/copy.h"
#include "store/sqlite/sqlite.h"

/* DESIGN. A node of a shared store must be able to start while the database is away. What it serves
 * with are model files, which it has, and a few tables, which it copies into DATA_DIR/live.db, an SQLite
 * database of the same schema, whenever they have changed (store_live_keep). A transaction on that copy
 * has a store of its own, made for it and closed with it. */

static const char *copy_path(const store *s, arena *a, const char *suffix) {
  return arena_printf(a, "%s/live.db%s", s->dir, suffix).p;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static err_code open_copy(const store *s, store **out, err *e) {
  arena a;
  arena_init(&a, 0);
  const char *path = copy_path(s, &a, "");
  store *copy = mem_zalloc(1, sizeof *copy);
  copy->lock_fd = -1;
  err_code rc = access(path, R_OK) == 0 ? sqlite_open(path, false, &copy->db, e) : ERR_NOT_FOUND;
  arena_fini(&a);
  if (rc == ERR_OK) {
    copy->driver = &sqlite_driver;
    *out = copy;
  } else {
    store_close(copy);
  }
  return rc;
}

err_code store_begin_live(store *s, store_tx **out, bool *is_copy, err *e) {
  err why;
  store *copy = NULL;
  *is_copy = false;
  err_code rc = store_begin_read(s, out, e);
  if (rc != ERR_UNAVAILABLE || !s->driver->shared || open_copy(s, &copy, &why) != ERR_OK) return rc;
  rc = store_begin_read(copy, out, e);
  if (rc != ERR_OK) {
    store_close(copy);
    return rc;
  }
  (*out)->of_copy = true;
  *is_copy = true;
  return ERR_OK;
}

/* ---- keeping ----------------------------------------------------------------------------------- */

static void remove_copy(const store *s, arena *a, const char *name) {
  static const char *const suffixes[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
    unlink(arena_printf(a, "%s%s", copy_path(s, a, name), suffixes[i]).p);
}

static err_code fill(store *s, sql_db *db, arena *a, err *e) {
  sql_conn *from, *to;
  err_code rc = s->driver->begin(s->db, SQL_READ, &from, e);
  if (rc != ERR_OK) return rc;
  rc = sqlite_driver.begin(db, SQL_WRITE_RELAXED, &to, e); /* closing it makes it durable */
  if (rc == ERR_OK) {
    rc = store__copy(s->driver, from, &sqlite_driver, to, COPY_LIVE, a, e);
    if (rc == ERR_OK)
      rc = sqlite_driver.commit(to, e);
    else
      sqlite_driver.rollback(to);
  }
  s->driver->rollback(from);
  return rc;
}

/* Whole under another name first, so that there is always one to start from. */
err_code store_live_keep(store *s, err *e) {
  arena a;
  sql_db *db = NULL;
  arena_init(&a, 0);
  const char *made = copy_path(s, &a, ".new");
  remove_copy(s, &a, ".new");
  err_code rc = store__database_touch(made, e);
  if (rc == ERR_OK) rc = sqlite_open(made, true, &db, e);
  if (rc == ERR_OK) rc = fill(s, db, &a, e);
  if (db) sqlite_driver.close(db); /* and what was in its log is in the file */
  if (rc == ERR_OK && rename(made, copy_path(s, &a, ""))) rc = err_errno(e, errno, "cannot rename %s", made);
  if (rc == ERR_OK)
    rc = file_sync_dir(s->dir, e);
  else
    remove_copy(s, &a, ".new");
  arena_fini(&a);
  return rc;
}
