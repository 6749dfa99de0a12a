#include "store/store_int.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "store/postgres/postgres.h"
#include "store/sqlite/sqlite.h"

/* ---- opening ----------------------------------------------------------------------------------- */

/* A store whose secret is lost must not get another one silently: every key would change. */
static err_code open_sqlite(store *s, bool owner, err *e) {
  arena a;
  arena_init(&a, 0);
  bool made;
  const char *path = store__file_path(s, &a, "dragoman.db");
  bool existed = access(path, F_OK) == 0;
  err_code rc = ERR_OK;
  if (!owner && !existed) rc = err_set(e, ERR_NOT_FOUND, "there is no Dragoman store in %s", s->dir);
  if (existed && access(s->secret_path, F_OK) != 0)
    rc = err_set(e, ERR_CORRUPT, "%s is missing: put it back, the keys of all resources come from it", s->secret_path);
  if (rc == ERR_OK && owner) rc = store__secret_make(s, &made, e);
  if (rc == ERR_OK) rc = store__secret_read(s, e);
  if (rc == ERR_OK && owner) rc = store__database_touch(path, e);
  if (rc == ERR_OK) rc = sqlite_open(path, owner, &s->db, e);
  if (rc == ERR_OK) s->driver = &sqlite_driver;
  arena_fini(&a);
  return rc;
}

/* What a database remembers of the secret: enough to tell another one, nothing to find it by. */
void store__identity(const store *s, char out[SHA256_HEX + 1]) {
  uint8_t mac[SHA256_BYTES];
  hmac_sha256(str_make((const char *)s->secret, SHA256_BYTES), STR("identity of the store"), mac);
  hex_encode(mac, sizeof mac, out);
}

static err_code try_database(store *s, err *e) {
  sql_conn *c;
  err_code rc = s->driver->begin(s->db, SQL_READ, &c, e);
  if (rc == ERR_OK) s->driver->rollback(c);
  return rc;
}

/* An owner's database may be away: it goes on from what the data directory has of an earlier run. */
static err_code open_postgres(store *s, const char *url, bool owner, err *e) {
  char identity[SHA256_HEX + 1];
  bool made = false;
  err_code rc = owner ? store__secret_make(s, &made, e) : ERR_OK;
  if (rc == ERR_OK) rc = store__secret_read(s, e);
  if (rc != ERR_OK) return rc;
  store__identity(s, identity);
  rc = postgres_open(url, owner, str_of(identity), &s->db, e);
  if (rc == ERR_OK) {
    s->driver = &postgres_driver;
    rc = try_database(s, e);
  }
  if (rc == ERR_UNAVAILABLE && owner && !made) {
    log_warn("the store opens without its database: %s", e->message);
    rc = ERR_OK;
  }
  /* A secret that nothing was made with would only be in the way of the right one. */
  if (rc != ERR_OK && made) unlink(s->secret_path);
  return rc;
}

static err_code open_parts(store *s, const char *url, bool owner, err *e) {
  arena a;
  arena_init(&a, 0);
  err_code rc = owner ? store__files_open(s, e) : ERR_OK;
  if (rc == ERR_OK) rc = url && *url ? open_postgres(s, url, owner, e) : open_sqlite(s, owner, e);
  if (rc == ERR_OK && owner) rc = file_sync_dir(s->dir, e);
  if (rc == ERR_OK && owner) rc = file_sync_dir(store__file_path(s, &a, ".."), e); /* the directory may be new */
  arena_fini(&a);
  return rc;
}

static err_code open_as(const store_place *p, bool owner, store **out, err *e) {
  err here = {0};
  store *s = mem_zalloc(1, sizeof *s);
  arena a;
  arena_init(&a, 0);
  bool own_secret = !p->secret_file || !*p->secret_file;
  s->dir = mem_strdup(p->data_dir);
  s->secret_path = mem_strdup(own_secret ? arena_printf(&a, "%s/secret", p->data_dir).p : p->secret_file);
  s->lock_fd = -1;
  arena_fini(&a);
  err_code rc = open_parts(s, p->database, owner, &here);
  if (rc != ERR_OK) {
    store_close(s);
    if (e) *e = here;
    return rc;
  }
  *out = s;
  return ERR_OK;
}

err_code store_open_at(const store_place *p, store **out, err *e) {
  return open_as(p, true, out, e);
}
err_code store_open(const char *data_dir, store **out, err *e) {
  return open_as(&(store_place){.data_dir = data_dir}, true, out, e);
}
err_code store_open_reader(const store_place *p, store **out, err *e) {
  return open_as(p, false, out, e);
}

void store_close(store *s) {
  if (!s) return;
  if (s->db) s->driver->close(s->db);
  if (s->lock_fd >= 0) close(s->lock_fd); /* gives up the lock */
  free(s->dir);
  free(s->secret_path);
  free(s);
}

int store_schema_version(const store *s) {
  return s->driver->schema_version(s->db);
}
bool store_is_shared(const store *s) {
  return s->driver->shared;
}
const uint8_t *store_secret(const store *s) {
  return s->secret;
}

/* ---- transactions ------------------------------------------------------------------------------ */

err_code store__begin(store *s, sql_mode mode, store_tx *tx, err *e) {
  *tx = (store_tx){.s = s};
  return s->driver->begin(s->db, mode, &tx->conn, e);
}

err_code store__finish(store_tx *tx, err_code rc, err *e) {
  if (rc == ERR_OK) return tx->s->driver->commit(tx->conn, e);
  tx->s->driver->rollback(tx->conn);
  return rc;
}

static err_code begin(store *s, sql_mode mode, store_tx **out, err *e) {
  store_tx *tx = mem_alloc(sizeof *tx);
  err_code rc = store__begin(s, mode, tx, e);
  if (rc != ERR_OK) {
    free(tx);
    return rc;
  }
  *out = tx;
  return ERR_OK;
}

err_code store_begin_read(store *s, store_tx **out, err *e) {
  return begin(s, SQL_READ, out, e);
}
err_code store_begin_write(store *s, store_tx **out, err *e) {
  return begin(s, SQL_WRITE, out, e);
}

/* Whoever reads the tables later can tell by the generation that it has changed. */
static err_code raise_generation(store_tx *tx, err *e) {
  if (!(tx->notices & STORE_NOTICE_LIVE)) return ERR_OK;
  return store__run(tx, "UPDATE generations SET value = value + 1 WHERE name = 'live'", NULL, 0, NULL, e);
}

err_code store_commit(store_tx *tx, err *e) {
  const sql_driver *d = tx->s->driver;
  err_code rc = raise_generation(tx, e);
  if (rc == ERR_OK && tx->notices && d->notify) rc = d->notify(tx->conn, tx->notices, e);
  rc = store__finish(tx, rc, e);
  free(tx);
  return rc;
}

err_code store_end(store_tx *tx, err_code rc, err *e) {
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

void store_rollback(store_tx *tx) {
  if (!tx) return;
  tx->s->driver->rollback(tx->conn);
  if (tx->of_copy) store_close(tx->s);
  free(tx);
}

void store_live_changed(store_tx *tx) {
  tx->notices |= STORE_NOTICE_LIVE;
}

err_code store_listen(store *s, int wake_fd, int timeout_ms, unsigned *notices, err *e) {
  return s->driver->listen(s->db, wake_fd, timeout_ms, notices, e);
}

/* ---- settings ---------------------------------------------------------------------------------- */

err_code store_endpoint_set(store *s, str url, err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store__run(tx,
                  "INSERT INTO settings(name, value) VALUES('endpoint', $1)"
                  " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                  (sql_arg[]){TEXT_ARG(url)}, 1, NULL, e);
  return store_end(tx, rc, e);
}

err_code store_endpoint_get(store *s, arena *a, str *url, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(s, &tx, e);
  if (rc != ERR_OK) return rc;
  bool found;
  str value = STR("");
  rc = store__one(tx, "SELECT value FROM settings WHERE name = 'endpoint'", NULL, 0, store__read_text, a, &value,
                  &found, e);
  store_rollback(tx);
  if (rc == ERR_OK) *url = value;
  return rc;
}
