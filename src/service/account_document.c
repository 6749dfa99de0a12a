#include "service/account_document.h"

#include "base/json_out.h"
#include "service/account_rules.h"

/* ---- reading a request -------------------------------------------------------------------------- */

static err_code check_tags(const jnode *tags, err *e) {
  jnode tag;
  str text;
  err_code rc = ERR_OK;
  for (void *iter = NULL; rc == ERR_OK && jn_next(tags, &iter, &tag);) rc = jn_want_str(&tag, &text, e);
  return rc;
}

err_code account_document__wish(const jnode *body, account_wish *out, err *e) {
  *out = (account_wish){0};
  err_code rc = jn_want_obj(body, e);
  if (rc == ERR_OK) rc = jn_opt_str(body, "location", &out->location, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_str(body, "kind", &out->kind, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_obj(body, "sku", &out->sku, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_obj(body, "tags", &out->tags, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_obj(body, "identity", &out->identity, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_obj(body, "properties", &out->properties, NULL, e);
  if (rc == ERR_OK && out->sku.v) rc = jn_req_str(&out->sku, "name", &out->sku_name, e);
  if (rc == ERR_OK) rc = check_tags(&out->tags, e);
  const jnode *p = &out->properties;
  if (rc == ERR_OK) rc = jn_opt_str(p, "customSubDomainName", &out->custom_domain, NULL, e);
  if (rc == ERR_OK) rc = jn_opt_bool(p, "disableLocalAuth", &out->keys_off, &out->says_keys_off, e);
  if (rc == ERR_OK) rc = jn_opt_bool(p, "restore", &out->restore, NULL, e);
  return rc;
}

/* ---- writing the document ------------------------------------------------------------------------ */

/* Members of properties that are ours to say, and one that is an order. */
static bool is_read_only(const char *member) {
  static const char *const names[] = {"endpoint",
                                      "endpoints",
                                      "internalId",
                                      "capabilities",
                                      "isMigrated",
                                      "dateCreated",
                                      "provisioningState",
                                      "privateEndpointConnections",
                                      "deletionDate",
                                      "scheduledPurgeDate",
                                      "commitmentPlanAssociations",
                                      "abusePenalty",
                                      "callRateLimit",
                                      "quotaLimit",
                                      "skuChangeInfo",
                                      "restore"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (strcmp(member, names[i]) == 0) return true;
  return false;
}

static void write_value(jw *w, const jnode *n) {
  buf text = {0};
  jn_dump(n, &text);
  jw_raw(w, buf_str(&text));
  buf_free(&text);
}

static void write_properties(jw *w, const jnode *before, const jnode *after) {
  jnode m;
  jw_key(w, "properties");
  jw_obj(w);
  for (void *iter = NULL; jn_next(before, &iter, &m);) {
    jnode newer = jn_get(after, m.key);
    if (jn_typeof(&newer) != JN_ABSENT) continue;
    jw_key_str(w, str_of(m.key));
    write_value(w, &m);
  }
  for (void *iter = NULL; jn_next(after, &iter, &m);) {
    if (is_read_only(m.key) || jn_typeof(&m) == JN_NULL) continue;
    jw_key_str(w, str_of(m.key));
    write_value(w, &m);
  }
  jw_end(w);
}

/* The newer of two members; nothing when neither is said. */
static void write_newer(jw *w, const char *key, const jnode *before, const jnode *after) {
  const jnode *n = after->v ? after : before;
  if (!n->v) return;
  jw_key(w, key);
  write_value(w, n);
}

static void write_document(jw *w, const jnode *root, const account_wish *wish, bool patch) {
  const jnode nothing = {0};
  jnode location = jn_get(root, "location"), sku = jn_get(root, "sku"), tags = jn_get(root, "tags");
  jnode identity = jn_get(root, "identity"), properties = jn_get(root, "properties");
  jw_obj(w);
  jw_kstr(w, "location", wish->location.n || !location.v ? wish->location : jn_str(&location));
  write_newer(w, "sku", &sku, &wish->sku);
  write_newer(w, "tags", patch ? &tags : &nothing, &wish->tags);
  write_newer(w, "identity", patch ? &identity : &nothing, &wish->identity);
  write_properties(w, patch ? &properties : &nothing, &wish->properties);
  jw_end(w);
}

static err_code parse(const store_resource *r, jdoc **doc, jnode *root, err *e) {
  err_code rc = jn_parse(r->document.n ? r->document : STR("{}"), doc, e);
  if (rc == ERR_NO_MEMORY) return rc;
  if (rc != ERR_OK)
    return err_set(e, ERR_CORRUPT, "the document of resource '" STR_FMT "' is damaged", STR_ARG(r->name));
  *root = jn_root(*doc);
  return ERR_OK;
}

err_code account_document__write(store_resource *r, const account_wish *wish, bool patch, arena *a, err *e) {
  jdoc *doc;
  jnode root;
  buf text = {0};
  jw w;
  err_code rc = parse(r, &doc, &root, e);
  if (rc != ERR_OK) return rc;
  jw_init(&w, &text);
  write_document(&w, &root, wish, patch);
  r->document = arena_str(a, buf_str(&text));
  buf_free(&text);
  jn_free(doc);
  return ERR_OK;
}

/* ---- reading it --------------------------------------------------------------------------------- */

static str text_of(const jnode *root, const char *key, arena *a) {
  jnode n = jn_get(root, key);
  if (!n.v) return STR("");
  buf text = {0};
  jn_dump(&n, &text);
  str out = arena_str(a, buf_str(&text));
  buf_free(&text);
  return out;
}

static str string_of(const jnode *object, const char *key, str otherwise, arena *a) {
  jnode n = jn_get(object, key);
  return jn_typeof(&n) == JN_STR && jn_str(&n).n ? arena_str(a, jn_str(&n)) : otherwise;
}

err_code account_document__view(const store_resource *r, arena *a, account_view *out, err *e) {
  jdoc *doc;
  jnode root;
  err_code rc = parse(r, &doc, &root, e);
  if (rc != ERR_OK) return rc;
  const account_kind *k = account_kind_find(r->kind);
  jnode sku = jn_get(&root, "sku");
  *out = (account_view){.id = r->azure_resource_id,
                        .name = r->name,
                        .region = r->region,
                        .kind = k ? str_of(k->name) : r->kind,
                        .location = string_of(&root, "location", r->region, a),
                        .sku_name = string_of(&sku, "name", STR("S"), a),
                        .custom_domain = r->custom_domain,
                        .sku = text_of(&root, "sku", a),
                        .tags = text_of(&root, "tags", a),
                        .identity = text_of(&root, "identity", a),
                        .properties = text_of(&root, "properties", a),
                        .keys_off = r->keys_off,
                        .created_us = r->created_us,
                        .modified_us = r->modified_us ? r->modified_us : r->created_us,
                        .deleted_us = r->deleted_us};
  jn_free(doc);
  return ERR_OK;
}
