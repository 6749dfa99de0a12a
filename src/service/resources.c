#include "service/resources.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/timeutil.h"
#include "service/readers.h"
#include "service/service_int.h"

/* Short and display names (reference: regions-and-recovery §2). */
static const struct {
  const char *name, *display;
} regions[] = {
    {"australiaeast", "Australia East"},
    {"brazilsouth", "Brazil South"},
    {"canadacentral", "Canada Central"},
    {"canadaeast", "Canada East"},
    {"centralindia", "Central India"},
    {"centralus", "Central US"},
    {"chinaeast2", "China East 2"},
    {"chinanorth2", "China North 2"},
    {"eastasia", "East Asia"},
    {"eastus", "East US"},
    {"eastus2", "East US 2"},
    {"francecentral", "France Central"},
    {"germanywestcentral", "Germany West Central"},
    {"italynorth", "Italy North"},
    {"japaneast", "Japan East"},
    {"japanwest", "Japan West"},
    {"jioindiacentral", "Jio India Central"},
    {"jioindiawest", "Jio India West"},
    {"koreacentral", "Korea Central"},
    {"northcentralus", "North Central US"},
    {"northeurope", "North Europe"},
    {"norwayeast", "Norway East"},
    {"qatarcentral", "Qatar Central"},
    {"southafricanorth", "South Africa North"},
    {"southcentralus", "South Central US"},
    {"southeastasia", "Southeast Asia"},
    {"swedencentral", "Sweden Central"},
    {"switzerlandnorth", "Switzerland North"},
    {"uaenorth", "UAE North"},
    {"uksouth", "UK South"},
    {"ukwest", "UK West"},
    {"westcentralus", "West Central US"},
    {"westeurope", "West Europe"},
    {"westus", "West US"},
    {"westus2", "West US 2"},
    {"westus3", "West US 3"},
};

static str display_of(str region) {
  for (size_t i = 0; i < ARRAY_LEN(regions); i++)
    if (str_eq(region, str_of(regions[i].name))) return str_of(regions[i].display);
  return region;
}

bool region_parse(str said, char out[REGION_MAX + 1]) {
  size_t n = 0;
  for (size_t i = 0; i < said.n; i++) {
    char c = said.p[i];
    if (c == ' ') continue;
    if (n == REGION_MAX) return false;
    out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  out[n] = '\0';
  return n > 0;
}

bool region_is_known(str region) {
  for (size_t i = 0; i < ARRAY_LEN(regions); i++)
    if (str_eq(region, str_of(regions[i].name))) return true;
  return false;
}

const char *region_at(size_t i) {
  return i < ARRAY_LEN(regions) ? regions[i].name : NULL;
}

/* A resource name has no NUL, so no two (resource, key, generation) make one message. */
static void derive_key(const uint8_t *secret, str resource, const char *key_name, int64_t generation,
                       char out[RESOURCE_KEY_LEN + 1]) {
  buf message = {0};
  uint8_t mac[SHA256_BYTES];
  buf_add_str(&message, resource);
  buf_add_byte(&message, '\0');
  buf_add_str(&message, str_of(key_name));
  buf_add_byte(&message, '\0');
  buf_printf(&message, "%lld", (long long)generation);
  hmac_sha256(str_make((const char *)secret, SHA256_BYTES), buf_str(&message), mac);
  hex_encode(mac, RESOURCE_KEY_LEN / 2, out);
  buf_free(&message);
}

static void view_of(const store_resource *r, const uint8_t *secret, str endpoint, resource_view *out) {
  *out = (resource_view){.name = r->name,
                         .region = r->region,
                         .region_display = display_of(r->region),
                         .azure_resource_id = r->azure_resource_id,
                         .endpoint = endpoint};
  derive_key(secret, r->name, "key1", r->key1_generation, out->key1);
  derive_key(secret, r->name, "key2", r->key2_generation, out->key2);
}

/* ---- reading ----------------------------------------------------------------------------------- */

static err_code read_resources(store *st, str name, arena *a, store_resource **rows, size_t *n, err *e) {
  store_tx *tx;
  err_code rc = store_begin_read(st, &tx, e);
  if (rc != ERR_OK) return rc;
  if (name.n) {
    *rows = ARENA_NEW(a, store_resource);
    *n = 1;
    rc = store_resource_get(tx, name, a, *rows, e);
  } else {
    rc = store_resource_list(tx, a, rows, n, e);
  }
  store_rollback(tx);
  return rc;
}

static err_code views(store *st, str name, arena *a, resource_view **out, size_t *n, err *e) {
  store_resource *rows = NULL;
  str endpoint;
  size_t count = 0;
  err_code rc = read_resources(st, name, a, &rows, &count, e);
  if (rc == ERR_OK) rc = store_endpoint_get(st, a, &endpoint, e);
  if (rc != ERR_OK) return rc;
  resource_view *v = ARENA_ARRAY(a, resource_view, count);
  for (size_t i = 0; i < count; i++) view_of(&rows[i], store_secret(st), endpoint, &v[i]);
  *out = v;
  *n = count;
  return ERR_OK;
}

err_code resource_list(service *s, arena *a, resource_view **out, size_t *n, err *e) {
  return views(s->st, STR_NONE, a, out, n, e);
}

static err_code first_view(store *st, str name, arena *a, resource_view *out, err *e) {
  resource_view *v;
  size_t n;
  err_code rc = views(st, name, a, &v, &n, e);
  if (rc == ERR_OK && n == 0) rc = err_set(e, ERR_NOT_FOUND, "the store has no resource");
  if (rc == ERR_OK) *out = v[0];
  return rc;
}

err_code resource_get(service *s, str name, arena *a, resource_view *out, err *e) {
  if (!name.n) return err_set(e, ERR_NOT_FOUND, "a resource needs a name");
  return first_view(s->st, name, a, out, e);
}

err_code resource_keys_offline(const service_config *c, str name, arena *a, resource_view *out, err *e) {
  store *st;
  err_code rc = store_open_reader(&(store_place){c->data_dir, c->database, c->secret_file}, &st, e);
  if (rc != ERR_OK) return rc;
  rc = first_view(st, name, a, out, e);
  store_close(st);
  return rc;
}

/* ---- the key table ----------------------------------------------------------------------------- */

static err_code make_default(service *s, err *e) {
  store_resource local = {.name = STR("local"),
                          .region = str_of(s->config.region),
                          .azure_resource_id = STR("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/"
                                                   "dragoman/providers/Microsoft.CognitiveServices/accounts/local"),
                          .custom_domain = STR("local"),
                          .key1_generation = 1,
                          .key2_generation = 1,
                          .created_us = time_now_us()};
  store_tx *tx;
  err_code rc = store_begin_write(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_resource_put(tx, &local, e);
  if (rc == ERR_OK) return store_commit(tx, e);
  store_rollback(tx);
  return rc;
}

static uint64_t hash_of(const store_resource *rows, size_t n) {
  uint64_t h = n;
  for (size_t i = 0; i < n; i++) {
    int64_t generations[] = {rows[i].key1_generation, rows[i].key2_generation, rows[i].keys_off};
    h = hash64(rows[i].name.p, rows[i].name.n, h);
    h = hash64(rows[i].region.p, rows[i].region.n, h);
    h = hash64(generations, sizeof generations, h);
    h = hash64(&rows[i].deleted_us, sizeof rows[i].deleted_us, h);
  }
  return h;
}

/* Room for n resources; those of the table before keep their places, and open nothing yet. */
static resource_table *table_new(const resource_table *before, size_t n) {
  resource_table *t = mem_zalloc(1, sizeof *t);
  arena_init(&t->memory, 0);
  t->refs = ARENA_ARRAY(&t->memory, resource_ref, n);
  t->keys = arena_zalloc(&t->memory, 2 * n, sizeof *t->keys);
  t->served = ARENA_ARRAY(&t->memory, bool, n);
  if (!before) return t;
  memcpy(t->refs, before->refs, before->n * sizeof *t->refs);
  t->n = before->n;
  return t;
}

static size_t index_in(const resource_table *t, str name) {
  size_t i = 0;
  while (i < t->n && !str_eq(name, t->refs[i].name)) i++;
  return i;
}

static void table_free(resource_table *t) {
  if (!t) return;
  arena_fini(&t->memory);
  free(t);
}

/* References outlive their table: their texts lie in resource_names, one copy for a name and region. */
static void table_put(service *s, resource_table *t, const store_resource *r) {
  resource_view v;
  size_t i = index_in(t, r->name);
  resource_ref *ref = &t->refs[i];
  view_of(r, store_secret(s->st), STR(""), &v);
  if (i == t->n) {
    *ref = (resource_ref){.index = (uint32_t)i, .name = arena_str(&s->resource_names, r->name)};
    t->n++;
  }
  if (!str_eq(ref->region_display, v.region_display))
    ref->region_display = arena_str(&s->resource_names, v.region_display);
  ref->predicts_only = str_eq_nocase(r->kind, STR("LUIS"));
  t->served[i] = true;
  if (r->keys_off) return;
  memcpy(t->keys[2 * i], v.key1, sizeof v.key1);
  memcpy(t->keys[2 * i + 1], v.key2, sizeof v.key2);
}

static bool is_served(const service *s, const store_resource *r) {
  if (r->deleted_us) return false;
  return !*s->config.serve_region || str_eq(r->region, str_of(s->config.serve_region));
}

static err_code read_live(service *s, bool copy_will_do, arena *a, store_resource **rows, size_t *n, err *e) {
  store_tx *tx;
  bool is_copy;
  err_code rc = copy_will_do ? store_begin_live(s->st, &tx, &is_copy, e) : store_begin_read(s->st, &tx, e);
  if (rc != ERR_OK) return rc;
  rc = store_resource_all(tx, a, rows, n, e);
  store_rollback(tx);
  return rc;
}

static err_code replace_table(service *s, bool copy_will_do, size_t *count, err *e) {
  arena a;
  arena_init(&a, 0);
  store_resource *rows = NULL;
  pthread_mutex_lock(&s->resource_change);
  resource_table *old = atomic_load(&s->resources);
  err_code rc = read_live(s, copy_will_do, &a, &rows, count, e);
  uint64_t hash = rc == ERR_OK ? hash_of(rows, *count) : 0;
  if (rc == ERR_OK && (!old || old->hash != hash)) {
    resource_table *t = table_new(old, (old ? old->n : 0) + *count);
    t->hash = hash;
    for (size_t i = 0; i < *count; i++)
      if (is_served(s, &rows[i])) table_put(s, t, &rows[i]);
    atomic_store_explicit(&s->resources, t, memory_order_release);
    if (old) live__wait_readers();
    table_free(old);
  }
  pthread_mutex_unlock(&s->resource_change);
  arena_fini(&a);
  return rc;
}

err_code resources__load(service *s, err *e) {
  size_t count = 0;
  err_code rc = replace_table(s, true, &count, e);
  if (rc != ERR_OK || count) return rc;
  rc = make_default(s, e);
  return rc == ERR_OK ? replace_table(s, false, &count, e) : rc;
}

err_code resources__reload(service *s, err *e) {
  size_t count;
  return replace_table(s, false, &count, e);
}

void resources__unload(service *s) {
  table_free(atomic_exchange(&s->resources, NULL));
  arena_fini(&s->resource_names);
}

/* Between live_enter and live_leave. */
static const resource_table *table_of(const service *s) {
  return atomic_load_explicit(&s->resources, memory_order_acquire);
}

bool resources__ref(const service *s, str name, resource_ref *out) {
  live_enter();
  const resource_table *t = table_of(s);
  size_t i = index_in(t, name);
  bool ok = i < t->n && t->served[i];
  if (ok) *out = t->refs[i];
  live_leave();
  return ok;
}

uint32_t resources__index(const service *s, str name) {
  resource_ref ref;
  return resources__ref(s, name, &ref) ? ref.index : UINT32_MAX;
}

/* Every key is compared, so the time says nothing about which one matched or how far. */
bool resource_of_key(service *s, str key, resource_ref *out) {
  if (key.n != RESOURCE_KEY_LEN) return false;
  live_enter();
  const resource_table *t = table_of(s);
  size_t hit = SIZE_MAX;
  for (size_t i = 0; i < 2 * t->n; i++) {
    size_t mask = (size_t)0 - (size_t)ct_equal(key, str_make(t->keys[i], RESOURCE_KEY_LEN));
    hit = (hit & ~mask) | (i & mask);
  }
  if (hit != SIZE_MAX) *out = t->refs[hit / 2];
  live_leave();
  return hit != SIZE_MAX;
}
