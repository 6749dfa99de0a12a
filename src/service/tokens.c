#include "service/tokens.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/timeutil.h"
#include "service/readers.h"
#include "service/service_int.h"

/* DESIGN. The table of tokens is immutable. A change of the store's rows, made here or on another node,
 * publishes a new table; the old one is freed when no event thread reads it any more (RCU, as the live
 * models). Nothing but hashes is compared, so the time of a comparison says nothing about a token. */

typedef struct token_entry {
  uint8_t hash[SHA256_BYTES];
  token_role role;
  int64_t expires_us;
  str resource;
} token_entry;

struct token_table {
  token_entry *entries; /* [n]; the first is the admin token */
  size_t n;
  arena memory;
};

static const char *const role_names[] = {"Reader", "Writer", "Owner", "Admin"};

const char *token_role_name(token_role role) {
  return role_names[role];
}

bool token_role_parse(str name, token_role *out) {
  for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
    if (!str_eq_nocase(name, str_of(role_names[i]))) continue;
    *out = (token_role)i;
    return true;
  }
  return false;
}

/* ---- texts ------------------------------------------------------------------------------------- */

static void write_text(const uint8_t bytes[SHA256_BYTES], char out[TOKEN_LEN + 1]) {
  memcpy(out, TOKEN_PREFIX, sizeof TOKEN_PREFIX - 1);
  hex_encode(bytes, SHA256_BYTES, out + sizeof TOKEN_PREFIX - 1);
}

/* HMAC-SHA256(secret, NUL "admin" NUL generation). No message of a resource's key begins with NUL. */
static void derive_admin(const uint8_t *secret, int64_t generation, char out[TOKEN_LEN + 1]) {
  static const char purpose[] = "\0admin"; /* its final NUL counts */
  buf message = {0};
  uint8_t mac[SHA256_BYTES];
  buf_add(&message, purpose, sizeof purpose);
  buf_printf(&message, "%lld", (long long)generation);
  hmac_sha256(str_make((const char *)secret, SHA256_BYTES), buf_str(&message), mac);
  write_text(mac, out);
  buf_free(&message);
}

/* ---- the table --------------------------------------------------------------------------------- */

static bool hex_decode(str hex, uint8_t *out, size_t n) {
  static const char digits[] = "0123456789abcdef";
  if (hex.n != 2 * n) return false;
  for (size_t i = 0; i < hex.n; i++) {
    const char *at = memchr(digits, hex.p[i], sizeof digits - 1);
    if (!at) return false;
    unsigned digit = (unsigned)(at - digits);
    out[i / 2] = (uint8_t)(i % 2 ? out[i / 2] | digit : digit << 4);
  }
  return true;
}

static token_table *table_of_rows(const uint8_t *secret, int64_t admin_generation, const store_token *rows, size_t n) {
  char admin[TOKEN_LEN + 1];
  token_table *t = mem_zalloc(1, sizeof *t);
  arena_init(&t->memory, 0);
  t->entries = ARENA_ARRAY(&t->memory, token_entry, n + 1);
  derive_admin(secret, admin_generation, admin);
  t->entries[0] = (token_entry){.role = TOKEN_ADMIN, .expires_us = INT64_MAX};
  sha256(admin, TOKEN_LEN, t->entries[0].hash);
  t->n = 1;
  for (size_t i = 0; i < n; i++) {
    token_entry *x = &t->entries[t->n];
    *x = (token_entry){.expires_us = rows[i].expires_us, .resource = arena_str(&t->memory, rows[i].resource)};
    if (token_role_parse(rows[i].role, &x->role) && hex_decode(rows[i].hash, x->hash, sizeof x->hash)) t->n++;
  }
  return t;
}

static void table_free(token_table *t) {
  if (!t) return;
  arena_fini(&t->memory);
  free(t);
}

static err_code read_rows(service *s, bool copy_will_do, arena *a, int64_t *generation, store_token **rows, size_t *n,
                          err *e) {
  store_tx *tx;
  bool is_copy;
  err_code rc = copy_will_do ? store_begin_live(s->st, &tx, &is_copy, e) : store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_admin_generation(tx, generation, e);
  if (rc == ERR_OK) rc = store_token_list(tx, a, rows, n, e);
  store_rollback(tx);
  return rc;
}

static err_code replace_table(service *s, bool copy_will_do, err *e) {
  arena a;
  arena_init(&a, 0);
  store_token *rows = NULL;
  size_t n = 0;
  int64_t generation = 0;
  token_table *old = NULL;
  pthread_mutex_lock(&s->resource_change);
  err_code rc = read_rows(s, copy_will_do, &a, &generation, &rows, &n, e);
  if (rc == ERR_OK) {
    old = atomic_exchange(&s->tokens, table_of_rows(store_secret(s->st), generation, rows, n));
    if (old) live__wait_readers();
  }
  pthread_mutex_unlock(&s->resource_change);
  table_free(old);
  arena_fini(&a);
  return rc;
}

err_code tokens__load(service *s, err *e) {
  return replace_table(s, true, e);
}
err_code tokens__reload(service *s, err *e) {
  return replace_table(s, false, e);
}
void tokens__unload(service *s) {
  table_free(atomic_exchange(&s->tokens, NULL));
}

/* Every entry is compared, as in resource_of_key. */
static const token_entry *find(const token_table *t, const uint8_t hash[SHA256_BYTES]) {
  str wanted = str_make((const char *)hash, SHA256_BYTES);
  size_t hit = SIZE_MAX;
  for (size_t i = 0; i < t->n; i++) {
    size_t mask = (size_t)0 - (size_t)ct_equal(wanted, str_make((const char *)t->entries[i].hash, SHA256_BYTES));
    hit = (hit & ~mask) | (i & mask);
  }
  return hit == SIZE_MAX ? NULL : &t->entries[hit];
}

bool token_opens(service *s, str text, token_grant *out) {
  uint8_t hash[SHA256_BYTES];
  if (text.n != TOKEN_LEN) return false;
  sha256(text.p, text.n, hash);
  live_enter();
  const token_table *t = atomic_load_explicit(&s->tokens, memory_order_acquire);
  const token_entry *x = t ? find(t, hash) : NULL;
  bool ok = x && x->expires_us > time_now_us();
  *out = (token_grant){.role = ok ? x->role : TOKEN_READER, .resource = {.name = STR(""), .region_display = STR("")}};
  if (ok && x->role != TOKEN_ADMIN) ok = resources__ref(s, x->resource, &out->resource);
  live_leave();
  return ok;
}

/* ---- changes ----------------------------------------------------------------------------------- */

/* What is committed holds on this node at once, and on the others that predict when this returns. */
static err_code publish(service *s, err *e) {
  size_t behind;
  err_code rc = tokens__reload(s, e);
  return rc == ERR_OK ? node__await_followers(s, &behind, e) : rc;
}

static token_view view_of(const store_token *t) {
  return (token_view){t->id, t->role, t->resource, t->description, t->created_us, t->expires_us};
}

static err_code check_request(const token_request *r, err *e) {
  if (r->role == TOKEN_ADMIN && r->resource.n)
    return err_at(e, ERR_INVALID_ARGUMENT, "resource", "an admin token opens no resource");
  if (r->role != TOKEN_ADMIN && !r->resource.n)
    return err_at(e, ERR_INVALID_ARGUMENT, "resource", "name the resource that the token opens");
  if (r->description.n > TOKEN_DESCRIPTION_MAX)
    return err_at(e, ERR_INVALID_ARGUMENT, "description", "at most %d bytes", TOKEN_DESCRIPTION_MAX);
  if (r->lifetime_s < 1 || r->lifetime_s > TOKEN_LIFETIME_MAX_S)
    return err_at(e, ERR_INVALID_ARGUMENT, "expiresInSeconds", "from 1 to %d", TOKEN_LIFETIME_MAX_S);
  return ERR_OK;
}

static err_code insert(store_tx *tx, const store_token *t, arena *a, err *e) {
  store_resource owner;
  store_token *rows = NULL;
  size_t n = 0;
  err_code rc = t->resource.n ? store_resource_get(tx, t->resource, a, &owner, e) : ERR_OK;
  if (rc == ERR_OK) rc = store_token_expire(tx, t->created_us, e);
  if (rc == ERR_OK) rc = store_token_list(tx, a, &rows, &n, e);
  if (rc == ERR_OK && n >= TOKEN_MAX) rc = err_set(e, ERR_QUOTA_EXCEEDED, "there are %d tokens already", TOKEN_MAX);
  return rc == ERR_OK ? store_token_put(tx, t, e) : rc;
}

err_code token_create(service *s, const token_request *r, char text[TOKEN_LEN + 1], arena *a, token_view *out, err *e) {
  uint8_t chance[SHA256_BYTES];
  char id[ID_HEX32_LEN + 1], hash[SHA256_HEX + 1];
  err_code rc = check_request(r, e);
  if (rc != ERR_OK) return rc;
  random_bytes(chance, sizeof chance);
  write_text(chance, text);
  sha256_hex(text, TOKEN_LEN, hash);
  id_hex32(id);
  int64_t now_us = time_now_us();
  const store_token row = {.id = arena_str(a, str_of(id)),
                           .hash = str_of(hash),
                           .role = str_of(token_role_name(r->role)),
                           .resource = r->resource,
                           .description = r->description,
                           .created_us = now_us,
                           .expires_us = now_us + r->lifetime_s * 1000000};
  store_tx *tx;
  rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = insert(tx, &row, a, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  *out = view_of(&row);
  rc = store_commit(tx, e);
  return rc == ERR_OK ? publish(s, e) : rc;
}

err_code token_list(service *s, arena *a, token_view **out, size_t *n, err *e) {
  store_tx *tx;
  store_token *rows = NULL;
  size_t count = 0;
  err_code rc = store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_token_list(tx, a, &rows, &count, e);
  store_rollback(tx);
  *out = ARENA_ARRAY(a, token_view, count);
  *n = 0;
  int64_t now_us = time_now_us();
  for (size_t i = 0; rc == ERR_OK && i < count; i++)
    if (rows[i].expires_us > now_us) (*out)[(*n)++] = view_of(&rows[i]);
  return rc;
}

err_code token_revoke(service *s, str id, err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_token_delete(tx, id, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  rc = store_commit(tx, e);
  return rc == ERR_OK ? publish(s, e) : rc;
}

/* ---- the admin token ---------------------------------------------------------------------------- */

static err_code read_admin(store *st, char text[TOKEN_LEN + 1], err *e) {
  store_tx *tx;
  int64_t generation;
  err_code rc = store_begin_read(st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_admin_generation(tx, &generation, e);
  store_rollback(tx);
  if (rc == ERR_OK) derive_admin(store_secret(st), generation, text);
  return rc;
}

err_code token_admin_offline(const service_config *c, char text[TOKEN_LEN + 1], arena *a, str *endpoint, err *e) {
  store *st;
  err_code rc = store_open_reader(&(store_place){c->data_dir, c->database, c->secret_file}, &st, e);
  if (rc != ERR_OK) return rc;
  rc = read_admin(st, text, e);
  if (rc == ERR_OK) rc = store_endpoint_get(st, a, endpoint, e);
  store_close(st);
  return rc;
}

err_code token_admin_regenerate(service *s, char text[TOKEN_LEN + 1], err *e) {
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_admin_generation_raise(tx, e);
  if (rc != ERR_OK) {
    store_rollback(tx);
    return rc;
  }
  rc = store_commit(tx, e);
  if (rc == ERR_OK) rc = publish(s, e);
  return rc == ERR_OK ? read_admin(s->st, text, e) : rc;
}
