/* luis_apps.c -- LUIS apps: create, import, list, change, delete, and their query logs. Source: reference
 * luis-authoring §3, §11 (permissions). */
#include "service/luis_apps.h"

#include "api/luis_app_json.h"
#include "api/luis_common.h"
#include "api/luis_content.h"
#include "base/timeutil.h"

#include <stdio.h>

/* ---- apps -------------------------------------------------------------------------------------- */

static err_code list_apps(const http_request *rq, http_response *rs, err *e) {
  page pg;
  luis_app_view *v;
  size_t n;
  err_code rc = luis_page(rq, &pg, e);
  if (!rc) rc = luis_apps_list(api_service(rq), rq->resource.name, pg, rq->arena, &v, &n, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) luis_app_write(&w, rq, &v[i]);
  jw_end(&w);
  return ERR_OK;
}

static err_code get_app(const http_request *rq, http_response *rs, err *e) {
  luis_app_view v;
  TRY(luis_app_of(rq, &v, e));
  jw w;
  jw_init(&w, &rs->body);
  luis_app_write(&w, rq, &v);
  return ERR_OK;
}

static void answer_app_id(const http_request *rq, http_response *rs, const char *app_id) {
  str id = arena_str(rq->arena, str_of(app_id));
  http_add_header(
      rs, "Location",
      arena_printf(rq->arena, STR_FMT "%s/apps/" STR_FMT, STR_ARG(http_base_url(rq)), rq->family->prefix, STR_ARG(id)));
  luis_answer_id(rs, id);
}

static err_code read_new_app(const jnode *root, luis_app_settings *m, str *version_id, err *e) {
  *m = (luis_app_settings){0};
  err_code rc = jn_req_str(root, "name", &m->name, e);
  if (!rc) rc = jn_req_str(root, "culture", &m->culture, e);
  if (!rc) rc = jn_opt_str(root, "description", &m->description, NULL, e);
  if (!rc) rc = jn_opt_str(root, "domain", &m->domain, NULL, e);
  if (!rc) rc = jn_opt_str(root, "usageScenario", &m->usage_scenario, NULL, e);
  if (!rc) rc = jn_opt_str(root, "tokenizerVersion", &m->tokenizer_version, NULL, e);
  *version_id = STR_NONE;
  if (!rc) rc = jn_opt_str(root, "versionId", version_id, NULL, e); /* as the command-line tool names it */
  return rc ? rc : jn_opt_str(root, "initialVersionId", version_id, NULL, e);
}

static err_code create_app_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  luis_app_settings m;
  str version_id;
  char app_id[ID_UUID_LEN + 1];
  TRY(jn_want_obj(body, e));
  TRY(read_new_app(body, &m, &version_id, e));
  TRY(luis_apps_create(api_service(rq), rq->resource.name, &m, version_id, app_id, e));
  answer_app_id(rq, rs, app_id);
  return ERR_OK;
}
LUIS_BODY(create_app)

static err_code import_app(const http_request *rq, http_response *rs, err *e) {
  luis_app app;
  char app_id[ID_UUID_LEN + 1];
  err_code rc = luis_content_read(rq, &app, e);
  if (!rc) rc = luis_apps_import(api_service(rq), rq->resource.name, http_query(rq, "appName"), &app, app_id, e);
  if (!rc) answer_app_id(rq, rs, app_id);
  return rc;
}

static err_code rename_app_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  str name = STR_NONE, description = STR_NONE;
  TRY(jn_want_obj(body, e));
  TRY(jn_opt_str(body, "name", &name, NULL, e));
  TRY(jn_opt_str(body, "description", &description, NULL, e));
  TRY(luis_apps_rename(api_service(rq), rq->resource.name, rq->params[0], name, description, e));
  luis_answer_status(rs, 200);
  return ERR_OK;
}
LUIS_BODY(rename_app)

static err_code delete_app(const http_request *rq, http_response *rs, err *e) {
  err_code rc = luis_apps_delete(api_service(rq), rq->resource.name, rq->params[0], e);
  if (!rc) luis_answer_status(rs, 200);
  return rc;
}

/* ---- lists that are the same for all ------------------------------------------------------------- */

static err_code get_assistants(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)e;
  buf_add_str(&rs->body, STR("{\"endpointKeys\":[],\"endpointUrls\":{}}"));
  return ERR_OK;
}

static err_code write_texts(http_response *rs, const char *const *texts, size_t n) {
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) jw_cstr(&w, texts[i]);
  jw_end(&w);
  return ERR_OK;
}

static err_code list_domains(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)e;
  static const char *const domains[] = {"Banking",
                                        "Booking & Reference",
                                        "Calendar",
                                        "Comics",
                                        "Communication",
                                        "Entertainment",
                                        "Gaming",
                                        "Home Services",
                                        "Media & Video",
                                        "Music",
                                        "Others",
                                        "Personal",
                                        "Places",
                                        "Scheduling",
                                        "Shopping",
                                        "Social Network",
                                        "Sports",
                                        "Tools",
                                        "Transportation",
                                        "Travel",
                                        "Translation",
                                        "Weather",
                                        "Web"};
  return write_texts(rs, domains, ARRAY_LEN(domains));
}

static err_code list_usage_scenarios(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)e;
  static const char *const scenarios[] = {"IoT", "Bot", "Mobile Application"};
  return write_texts(rs, scenarios, ARRAY_LEN(scenarios));
}

static err_code list_cultures(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)e;
  jw w;
  jw_init(&w, &rs->body);
  jw_arr(&w);
  for (size_t i = 0; i < luis_culture_count; i++) {
    jw_obj(&w);
    jw_kcstr(&w, "name", luis_cultures[i].name);
    jw_kcstr(&w, "code", luis_cultures[i].code);
    jw_end(&w);
  }
  jw_end(&w);
  return ERR_OK;
}

/* The prebuilt domains were the vendor's data and are not ours to give: there are none (doc/luis-authoring.md). */
static err_code list_prebuilt_domains(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)e;
  buf_add_str(&rs->body, STR("[]"));
  return ERR_OK;
}

static err_code no_prebuilt_domain(const http_request *rq, http_response *rs, err *e) {
  (void)rq, (void)rs;
  return err_set(e, ERR_INVALID_ARGUMENT, "There is no prebuilt domain here.");
}

/* ---- query logs ---------------------------------------------------------------------------------- */

enum { LOG_ROWS_MAX = 50000 };

/* "a ""quoted"" text" */
static void write_quoted(buf *out, str text) {
  buf_add_byte(out, '"');
  while (text.n) {
    size_t n = str_find_byte(text, '"');
    buf_add(out, text.p, n);
    if (n < text.n) buf_add_str(out, STR("\"\""));
    text = str_skip(text, n + 1);
  }
  buf_add_byte(out, '"');
}

static err_code get_query_log(const http_request *rq, http_response *rs, err *e) {
  luis_query *v;
  size_t n;
  err_code rc =
      luis_apps_queries(api_service(rq), rq->resource.name, rq->params[0], LOG_ROWS_MAX, rq->arena, &v, &n, e);
  if (rc) return rc;
  rs->content_type = "application/octet-stream";
  buf_add_str(&rs->body, STR("\"Query\",\"UTC DateTime\",\"Response\"\r\n"));
  for (size_t i = n; i-- > 0;) {
    char when[TIME_RFC3339_MAX];
    time_rfc3339(v[i].at_us, 0, when);
    write_quoted(&rs->body, v[i].text);
    buf_printf(&rs->body, ",\"%s\",", when);
    write_quoted(&rs->body, v[i].prediction);
    buf_add_str(&rs->body, STR("\r\n"));
  }
  return ERR_OK;
}

/* The log is always ready: what was asked for can be fetched at once. */
static err_code start_query_log(const http_request *rq, http_response *rs, err *e) {
  luis_app_view v;
  err_code rc = luis_app_of(rq, &v, e);
  if (!rc) luis_answer_status(rs, 202);
  return rc;
}

/* ---- permissions --------------------------------------------------------------------------------- */

static err_code get_permissions(const http_request *rq, http_response *rs, err *e) {
  luis_app_view v;
  TRY(luis_app_of(rq, &v, e));
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kcstr(&w, "owner", "");
  jw_key(&w, "emails");
  jw_strs(&w, v.settings.emails.v, v.settings.emails.n);
  jw_end(&w);
  return ERR_OK;
}

static err_code check_email(const jnode *n, str *out, err *e) {
  enum { EMAIL_MAX = 254 };
  err_code rc = jn_want_str(n, out, e);
  if (rc) return rc;
  size_t at = str_find_byte(*out, '@');
  if (at == 0 || at + 1 >= out->n || out->n > EMAIL_MAX) return jn_fail(n, e, "must be an e-mail address");
  return ERR_OK;
}

static err_code read_emails(const jnode *root, const char *key, arena *a, luis_names *out, err *e) {
  jnode member = jn_get(root, key);
  bool many = jn_typeof(&member) == JN_ARR;
  size_t n = many ? jn_len(&member) : 1;
  str *v = ARENA_ARRAY(a, str, n);
  err_code rc = ERR_OK;
  for (size_t i = 0; !rc && i < n; i++) {
    jnode item = many ? jn_at(&member, i) : member;
    rc = check_email(&item, &v[i], e);
  }
  *out = (luis_names){v, n};
  return rc;
}

static err_code change_permissions(const http_request *rq, http_response *rs, const jnode *body,
                                   luis_emails_change change, const char *key, err *e) {
  luis_names emails;
  TRY(jn_want_obj(body, e));
  TRY(read_emails(body, key, rq->arena, &emails, e));
  TRY(luis_apps_set_emails(api_service(rq), rq->resource.name, rq->params[0], change, emails, e));
  luis_answer_status(rs, 200);
  return ERR_OK;
}

static err_code add_permission_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  return change_permissions(rq, rs, body, LUIS_EMAILS_ADD, "email", e);
}
LUIS_BODY(add_permission)

static err_code put_permissions_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  return change_permissions(rq, rs, body, LUIS_EMAILS_REPLACE, "emails", e);
}
LUIS_BODY(put_permissions)

static err_code delete_permission_body(const http_request *rq, http_response *rs, const jnode *body, err *e) {
  return change_permissions(rq, rs, body, LUIS_EMAILS_REMOVE, "email", e);
}
LUIS_BODY(delete_permission)

/* ---- routes -------------------------------------------------------------------------------------- */

#define READ  HTTP_CLASS_READ, HTTP_BLOCKING
#define WRITE HTTP_CLASS_WRITE, HTTP_BLOCKING
#define ROUTES(B)                                                                                                      \
  {                                                                                                                    \
    {"LA1", HTTP_POST, B "/apps", create_app, WRITE, LUIS_SMALL_BODY},                                                 \
        {"LA2", HTTP_GET, B "/apps", list_apps, READ, 0},                                                              \
        {"LA3",           HTTP_POST, B "/apps/import", import_app, HTTP_CLASS_WRITE, HTTP_BLOCKING | HTTP_ANY_MEDIA,   \
         LUIS_IMPORT_BODY},                                                                                            \
        {"LA7", HTTP_GET, B "/apps/assistants", get_assistants, HTTP_CLASS_READ, 0, 0},                                \
        {"LA8", HTTP_GET, B "/apps/domains", list_domains, HTTP_CLASS_READ, 0, 0},                                     \
        {"LA9", HTTP_GET, B "/apps/usagescenarios", list_usage_scenarios, HTTP_CLASS_READ, 0, 0},                      \
        {"LA10", HTTP_GET, B "/apps/cultures", list_cultures, HTTP_CLASS_READ, 0, 0},                                  \
        {"LA13", HTTP_GET, B "/apps/customprebuiltdomains", list_prebuilt_domains, HTTP_CLASS_READ, 0, 0},             \
        {"LA14", HTTP_GET, B "/apps/customprebuiltdomains/{culture}", list_prebuilt_domains, HTTP_CLASS_READ, 0, 0},   \
        {"LA15", HTTP_POST, B "/apps/customprebuiltdomains", no_prebuilt_domain, WRITE, LUIS_SMALL_BODY},              \
        {"LA4", HTTP_GET, B "/apps/{app}", get_app, READ, 0},                                                          \
        {"LA5", HTTP_PUT, B "/apps/{app}", rename_app, WRITE, LUIS_SMALL_BODY},                                        \
        {"LA6", HTTP_DELETE, B "/apps/{app}", delete_app, WRITE, 0},                                                   \
        {"LA11", HTTP_GET, B "/apps/{app}/querylogs", get_query_log, READ, 0},                                         \
        {"LA12", HTTP_POST, B "/apps/{app}/querylogsasync", start_query_log, READ, 0},                                 \
        {"LA12", HTTP_GET, B "/apps/{app}/querylogsasync", get_query_log, READ, 0},                                    \
        {"LC5", HTTP_GET, B "/apps/{app}/permissions", get_permissions, READ, 0},                                      \
        {"LC6", HTTP_POST, B "/apps/{app}/permissions", add_permission, WRITE, LUIS_SMALL_BODY},                       \
        {"LC7", HTTP_PUT, B "/apps/{app}/permissions", put_permissions, WRITE, LUIS_SMALL_BODY},                       \
        {"LC8", HTTP_DELETE, B "/apps/{app}/permissions", delete_permission, WRITE, LUIS_SMALL_BODY},                  \
  }

static const http_route routes_v3[] = ROUTES(LUIS_V3);
static const http_route routes_v2[] = ROUTES(LUIS_V2);
const http_family api_luis_apps = LUIS_AUTHORING_FAMILY("luis-apps", LUIS_V3, routes_v3);
const http_family api_luis_apps_v2 = LUIS_AUTHORING_FAMILY("luis-apps-v2", LUIS_V2, routes_v2);
