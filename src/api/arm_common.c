#include "api/arm_common.h"

#include "api/clu_common.h"
#include "base/hash.h"
#include "base/timeutil.h"
#include "service/account_rules.h"

#include <stdio.h>

const char *const arm_id_headers[] = {"x-ms-request-id", "x-ms-correlation-request-id", NULL};
const http_pair arm_headers[ARM_HEADERS] = {{STR("Cache-Control"), STR("no-cache")},
                                            {STR("X-Content-Type-Options"), STR("nosniff")}};

/* ---- errors ------------------------------------------------------------------------------------- */

static const char *code_of(const http_request *rq, const err *e, const http_response *rs) {
  if (rs->inner_code) return rs->inner_code;
  if (strcmp(e->target, "api-version") == 0)
    return http_query(rq, "api-version").n ? "InvalidApiVersionParameter" : "MissingApiVersionParameter";
  switch (e->code) {
  case ERR_INVALID_REQUEST:
  case ERR_INVALID_ARGUMENT: return "InvalidRequestContent";
  case ERR_UNAUTHORIZED: return "AuthenticationFailed";
  case ERR_FORBIDDEN: return "AuthorizationFailed";
  case ERR_NOT_FOUND: return rq->route ? "ResourceNotFound" : "InvalidResourceType";
  case ERR_METHOD_NOT_ALLOWED: return "MethodNotAllowed";
  default: return err_api_code(e->code);
  }
}

void arm_write_error(const http_request *rq, const err *e, http_response *rs) {
  const char *code = code_of(rq, e, rs);
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_key(&w, "error");
  jw_obj(&w);
  jw_kcstr(&w, "code", code);
  jw_kcstr(&w, "message", e->message[0] ? e->message : err_default_message(e->code));
  if (e->target[0]) jw_kcstr(&w, "target", e->target);
  jw_end(&w);
  jw_end(&w);
  http_add_header(rs, "x-ms-error-code", str_of(code));
  if (e->code == ERR_UNAUTHORIZED) http_add_header(rs, "WWW-Authenticate", STR("Bearer error=\"invalid_token\""));
}

err_code arm_result(http_response *rs, err_code rc, account_fault why) {
  if (rc != ERR_OK && why) rs->inner_code = why;
  return rc;
}

err_code arm_body(const http_request *rq, jdoc **doc, jnode *root, err *e) {
  err_code rc = jn_parse(rq->body, doc, e);
  if (rc != ERR_OK) return rc;
  *root = jn_root(*doc);
  rc = jn_want_obj(root, e);
  if (rc != ERR_OK) jn_free(*doc);
  return rc;
}

/* ---- accounts ----------------------------------------------------------------------------------- */

static void write_raw(jw *w, const char *key, str json, str otherwise) {
  if (!json.n && !otherwise.n) return;
  jw_key(w, key);
  jw_raw(w, json.n ? json : otherwise);
}

/* The members of a JSON object, into the object that is open. */
static void write_members(jw *w, str object) {
  jdoc *doc;
  jnode m;
  err ignored;
  if (!object.n || jn_parse(object, &doc, &ignored) != ERR_OK) return;
  jnode root = jn_root(doc);
  for (void *iter = NULL; jn_next(&root, &iter, &m);) {
    buf text = {0};
    jn_dump(&m, &text);
    jw_key_str(w, str_of(m.key));
    jw_raw(w, buf_str(&text));
    buf_free(&text);
  }
  jn_free(doc);
}

static bool says(str object, const char *member) {
  jdoc *doc;
  err ignored;
  if (!object.n || jn_parse(object, &doc, &ignored) != ERR_OK) return false;
  jnode root = jn_root(doc), n = jn_get(&root, member);
  bool found = jn_typeof(&n) != JN_ABSENT;
  jn_free(doc);
  return found;
}

/* Clients reach every account at the address that they call us by. */
static void write_endpoints(jw *w, const http_request *rq, const account_view *v) {
  str url = arena_printf(rq->arena, STR_FMT "/", STR_ARG(http_base_url(rq)));
  const account_kind *k = account_kind_find(v->kind);
  jw_kstr(w, "endpoint", url);
  jw_key(w, "endpoints");
  jw_obj(w);
  if (k) jw_kstr(w, k->endpoint_title, url);
  jw_end(w);
}

static void write_properties(jw *w, const http_request *rq, const account_view *v) {
  char internal_id[SHA256_HEX + 1];
  str made = arena_printf(rq->arena, STR_FMT "@%lld", STR_ARG(v->id), (long long)v->created_us);
  sha256_hex(made.p, made.n, internal_id);
  jw_key(w, "properties");
  jw_obj(w);
  write_endpoints(w, rq, v);
  write_members(w, v->properties);
  if (v->custom_domain.n && !says(v->properties, "customSubDomainName"))
    jw_kstr(w, "customSubDomainName", v->custom_domain);
  if (!says(v->properties, "publicNetworkAccess")) jw_kcstr(w, "publicNetworkAccess", "Enabled");
  jw_kstr(w, "internalId", str_make(internal_id, ID_HEX32_LEN));
  clu_time(w, "dateCreated", v->created_us, 7);
  jw_kbool(w, "isMigrated", false);
  jw_key(w, "capabilities");
  jw_raw(w, STR("[]"));
  jw_key(w, "privateEndpointConnections");
  jw_raw(w, STR("[]"));
  clu_time(w, "deletionDate", v->deleted_us, 7);
  clu_time(w, "scheduledPurgeDate", v->deleted_us ? v->deleted_us + ACCOUNT_KEPT_US : 0, 7);
  jw_kcstr(w, "provisioningState", "Succeeded");
  jw_end(w);
}

static void write_system_data(jw *w, const account_view *v) {
  jw_key(w, "systemData");
  jw_obj(w);
  jw_kcstr(w, "createdBy", "admin");
  jw_kcstr(w, "createdByType", "Application");
  clu_time(w, "createdAt", v->created_us, 7);
  jw_kcstr(w, "lastModifiedBy", "admin");
  jw_kcstr(w, "lastModifiedByType", "Application");
  clu_time(w, "lastModifiedAt", v->modified_us, 7);
  jw_end(w);
}

/* "…/providers/Microsoft.CognitiveServices/locations/EASTUS/resourceGroups/rg/deletedAccounts/a" */
static str deleted_id(const http_request *rq, const account_view *v) {
  static const str groups = STR("/resourceGroups/"), provider = STR("/providers/");
  size_t group = 0, end = 0;
  while (group < v->id.n && !str_starts(str_skip(v->id, group), groups)) group++;
  str rest = str_skip(v->id, group);
  while (end < rest.n && !str_starts(str_skip(rest, end), provider)) end++;
  return arena_printf(rq->arena, STR_FMT ARM_PROVIDER "/locations/" STR_FMT STR_FMT "/deletedAccounts/" STR_FMT,
                      STR_ARG(str_make(v->id.p, group)), STR_ARG(v->region), STR_ARG(str_make(rest.p, end)),
                      STR_ARG(v->name));
}

void arm_write_account(jw *w, const http_request *rq, const account_view *v) {
  bool deleted = v->deleted_us != 0;
  jw_obj(w);
  jw_kstr(w, "id", deleted ? deleted_id(rq, v) : v->id);
  jw_kstr(w, "name", v->name);
  jw_kcstr(w, "type", deleted ? ARM_NAMESPACE "/deletedAccounts" : ARM_NAMESPACE "/accounts");
  jw_kstr(w, "etag", arena_printf(rq->arena, "\"%llx\"", (unsigned long long)v->modified_us));
  jw_kstr(w, "location", v->location);
  jw_kstr(w, "kind", v->kind);
  write_raw(w, "sku", v->sku, STR("{\"name\":\"S\"}"));
  write_raw(w, "tags", v->tags, STR("{}"));
  write_raw(w, "identity", v->identity, STR(""));
  write_properties(w, rq, v);
  write_system_data(w, v);
  jw_end(w);
}

void arm_write_accounts(const http_request *rq, http_response *rs, const account_view *v, size_t n) {
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_key(&w, "value");
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) arm_write_account(&w, rq, &v[i]);
  jw_end(&w);
  jw_end(&w);
}
