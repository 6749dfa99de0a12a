#include "api/clu_common.h"

#include "base/timeutil.h"
#include "http/uri.h"
#include "service/luis_apps.h"

/* Reference clu-authoring §1.1 and clu-runtime §1: what official clients have ever sent. */
const char *const clu_authoring_versions[] = {"2022-05-01",         "2022-05-15-preview",
                                              "2022-07-01-preview", "2022-10-01-preview",
                                              "2023-04-01",         "2023-04-15-preview",
                                              "2023-11-15-preview", "2024-05-01",
                                              "2024-05-15-preview", "2024-11-15-preview",
                                              "2025-05-15-preview", "2025-11-01",
                                              "2025-11-15-preview", NULL};
const char *const clu_runtime_versions[] = {
    "2022-05-01",         "2022-05-15-preview", "2022-07-01-preview", "2022-10-01-preview", "2023-04-01",
    "2023-04-15-preview", "2023-11-15-preview", "2024-05-01",         "2024-05-15-preview", "2024-11-01",
    "2024-11-15-preview", "2025-05-15-preview", "2025-11-01",         "2025-11-15-preview", NULL};

const char *const clu_authoring_id_headers[] = {"apim-request-id", "request-id", NULL};
const http_pair clu_authoring_headers[CLU_AUTHORING_HEADERS] = {
    {STR("Strict-Transport-Security"), STR("max-age=31536000; includeSubDomains; preload")},
    {STR("X-Content-Type-Options"), STR("nosniff")},
    {STR("Access-Control-Expose-Headers"), STR("*")},
};

err_code clu_admit(const http_request *rq, err *e) {
  static const str with_project = STR(CLU_AUTHORING "/projects/{");
  bool is_app = false;
  err_code rc = ERR_OK;
  if (str_starts(str_of(rq->route->pattern), with_project))
    rc = luis_apps_exists(api_service(rq), rq->resource.name, rq->params[0], &is_app, e);
  if (rc || !is_app) return rc;
  return err_set(e, ERR_PROJECT_NOT_FOUND, "project '" STR_FMT "' does not exist", STR_ARG(rq->params[0]));
}

/* ---- errors ----------------------------------------------------------------------------------- */

static void write_error_fields(jw *w, const char *code, const char *message, const char *target) {
  jw_obj(w);
  jw_kcstr(w, "code", code);
  jw_kcstr(w, "message", message);
  if (target[0]) jw_kcstr(w, "target", target);
}

void clu_write_error(const http_request *rq, const err *e, http_response *rs) {
  (void)rq;
  /* The gateway of the original, which checks the key, answers with the number. */
  const char *code = e->code == ERR_UNAUTHORIZED && !e->target[0] ? "401" : err_api_code(e->code);
  const char *message = e->message[0] ? e->message : err_default_message(e->code);
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_key(&w, "error");
  write_error_fields(&w, code, message, e->target);
  if (rs->with_details) {
    jw_key(&w, "details");
    jw_arr(&w);
    write_error_fields(&w, code, message, e->target);
    jw_end(&w);
    jw_end(&w);
  }
  if (rs->inner_code) {
    jw_key(&w, "innererror");
    write_error_fields(&w, rs->inner_code, message, e->target);
    jw_end(&w);
  }
  jw_end(&w);
  jw_end(&w);
  http_add_header(rs, "x-ms-error-code", str_of(code));
}

err_code clu_body(const http_request *rq, jdoc **doc, jnode *root, http_response *rs, err *e) {
  err_code rc = jn_parse(rq->body, doc, e);
  if (!rc) {
    *root = jn_root(*doc);
    rc = jn_want_obj(root, e);
    if (rc) jn_free(*doc);
  }
  if (rc == ERR_OK || rc == ERR_NO_MEMORY) return rc;
  rs->with_details = true;
  err_prefix(e, "The input payload could not be parsed: ");
  return ERR_INVALID_ARGUMENT;
}

/* ---- URLs -------------------------------------------------------------------------------------- */

static void add_path(buf *out, const char *pattern, const str *names) {
  buf_add_str(out, STR(CLU_AUTHORING));
  for (const char *p = pattern; *p; p++) {
    if (p[0] == '{' && p[1] == '}') {
      uri_encode(out, *names++);
      p++;
    } else {
      buf_add_byte(out, *p);
    }
  }
}

str clu_url(const http_request *rq, const char *pattern, const str *names) {
  buf b = {0};
  buf_add_str(&b, http_base_url(rq));
  add_path(&b, pattern, names);
  buf_printf(&b, "?api-version=" STR_FMT, STR_ARG(rq->api_version));
  str url = arena_str(rq->arena, buf_str(&b));
  buf_free(&b);
  return url;
}

void clu_accept(const http_request *rq, http_response *rs, const char *pattern, const str *names) {
  rs->status = 202;
  http_add_header(rs, "operation-location", clu_url(rq, pattern, names));
}

err_code clu_string_index_type(const http_request *rq, offset_unit *unit, err *e) {
  str v = http_query(rq, "stringIndexType");
  if (!v.n) return err_at(e, ERR_INVALID_ARGUMENT, "stringIndexType", "Parameter \"stringIndexType\" is required.");
  if (!offset_unit_parse(v, unit) || *unit == OFFSET_GRAPHEME)
    return err_at(e, ERR_INVALID_ARGUMENT, "stringIndexType",
                  "Parameter \"stringIndexType\" must be Utf16CodeUnit, Utf8CodeUnit or Utf32CodeUnit.");
  return ERR_OK;
}

err_code clu_project_kind_query(const http_request *rq, bool *orchestration, err *e) {
  str v = http_query(rq, "projectKind");
  if (!v.n) return err_at(e, ERR_INVALID_ARGUMENT, "projectKind", "Parameter \"projectKind\" is required.");
  *orchestration = str_eq_nocase(v, STR("Orchestration"));
  if (*orchestration || str_eq_nocase(v, STR("Conversation"))) return ERR_OK;
  return err_at(e, ERR_INVALID_ARGUMENT, "projectKind",
                "Parameter \"projectKind\" must be Conversation or Orchestration.");
}

bool clu_is_version(const http_request *rq, const char *version) {
  return str_eq(rq->api_version, str_of(version));
}

err_code clu_resource_ids(const http_request *rq, const jnode *root, bool required, str **ids, size_t *n, err *e) {
  jnode list = jn_get(root, "azureResourceIds");
  bool present = jn_typeof(&list) == JN_ARR;
  err_code rc = ERR_OK;
  if (!present && required) rc = jn_req_arr(root, "assignedResourceIds", &list, e);
  if (!present && !required) rc = jn_opt_arr(root, "assignedResourceIds", &list, &present, e);
  if (rc) return rc;
  *n = present || required ? jn_len(&list) : 0;
  if (required && !*n) return jn_fail(&list, e, "name at least one resource");
  *ids = ARENA_ARRAY(rq->arena, str, *n);
  for (size_t i = 0; !rc && i < *n; i++) {
    jnode item = jn_at(&list, i);
    rc = jn_want_str(&item, &(*ids)[i], e);
  }
  return rc;
}

/* ---- pages ------------------------------------------------------------------------------------- */

/* top is int-max where the client gave none, as in the original's own links. */
enum { PAGE_DEFAULT = 100, PAGE_MAX = 1000, TOP_DEFAULT = INT32_MAX };

static err_code page_number(const http_request *rq, const char *name, int64_t lo, int64_t *out, err *e) {
  str v = http_query(rq, name);
  if (!v.p || str_to_i64(v, lo, INT32_MAX, out)) return ERR_OK;
  return err_at(e, ERR_INVALID_ARGUMENT, name, "Parameter \"%s\" must be a number from %lld to %d.", name,
                (long long)lo, INT32_MAX);
}

err_code clu_page_parse(const http_request *rq, clu_page *out, err *e) {
  int64_t top = TOP_DEFAULT, skip = 0, size = PAGE_DEFAULT;
  err_code rc = page_number(rq, "top", 0, &top, e);
  if (!rc) rc = page_number(rq, "skip", 0, &skip, e);
  if (!rc) rc = page_number(rq, "maxpagesize", 1, &size, e);
  if (rc) return rc;
  out->top = (size_t)top;
  out->at = (page){.skip = (size_t)skip, .top = (size_t)MIN_OF(MIN_OF(size, PAGE_MAX), top)};
  return ERR_OK;
}

void clu_page_begin(jw *w, http_response *rs) {
  jw_init(w, &rs->body);
  jw_obj(w);
  jw_key(w, "value");
  jw_arr(w);
}

static bool is_paging_name(str name) {
  return str_eq_nocase(name, STR("top")) || str_eq_nocase(name, STR("skip")) || str_eq_nocase(name, STR("maxpagesize"));
}

/* This request's own URL with the page moved on. */
static void write_next_link(jw *w, const http_request *rq, const clu_page *p, size_t n) {
  buf b = {0};
  buf_add_str(&b, http_base_url(rq));
  const char *pattern = rq->route->pattern;
  size_t param = 0;
  for (const char *c = pattern; *c; c++) {
    if (*c == '{') {
      uri_encode(&b, rq->params[param++]);
      while (*c != '}') c++;
    } else {
      buf_add_byte(&b, *c);
    }
  }
  char mark = '?';
  for (size_t i = 0; i < rq->query_count; i++) {
    if (is_paging_name(rq->query[i].name)) continue;
    buf_add_byte(&b, mark);
    uri_encode(&b, rq->query[i].name);
    buf_add_byte(&b, '=');
    uri_encode(&b, rq->query[i].value);
    mark = '&';
  }
  buf_printf(&b, "%ctop=%zu&skip=%zu&maxpagesize=%zu", mark, p->top - n, p->at.skip + n, p->at.top);
  jw_kstr(w, "nextLink", buf_str(&b));
  buf_free(&b);
}

static bool has_more(const clu_page *p, size_t n, size_t total) {
  return n && p->top > n && p->at.skip + n < total;
}

void clu_page_end(jw *w, const http_request *rq, const clu_page *p, size_t n, size_t total) {
  jw_end(w);
  if (has_more(p, n, total)) {
    write_next_link(w, rq, p, n);
  } else {
    jw_key(w, "nextLink");
    jw_null(w);
  }
  jw_end(w);
}

void clu_page_end_bare(jw *w, const http_request *rq, const clu_page *p, size_t n, size_t total) {
  jw_end(w);
  if (has_more(p, n, total)) write_next_link(w, rq, p, n);
  jw_end(w);
}

/* ---- jobs --------------------------------------------------------------------------------------- */

void clu_time(jw *w, const char *key, int64_t t_us, int fraction_digits) {
  if (!t_us) return;
  char text[TIME_RFC3339_MAX];
  time_rfc3339(t_us, fraction_digits, text);
  jw_kcstr(w, key, text);
}

void clu_job_begin(jw *w, const job_view *j) {
  jw_obj(w);
  if (j->result.n) {
    jw_key(w, "result");
    jw_raw(w, j->result);
  }
  jw_kstr(w, "jobId", j->id);
  clu_time(w, "createdDateTime", j->created_us, 0);
  clu_time(w, "lastUpdatedDateTime", j->updated_us, 0);
  clu_time(w, "expirationDateTime", j->expires_us, 0);
  jw_kstr(w, "status", j->status);
  if (j->warnings.n) {
    jw_key(w, "warnings");
    jw_raw(w, j->warnings);
  }
  if (j->errors.n) {
    jw_key(w, "errors");
    jw_raw(w, j->errors);
  }
}

err_code clu_job_answer(const http_request *rq, http_response *rs, job_kind kind, str project, str subject, str id,
                        err *e) {
  job_view j;
  err_code rc = job_get(api_service(rq), rq->resource.name, kind, project, subject, id, rq->arena, &j, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &rs->body);
  clu_job_begin(&w, &j);
  jw_end(&w);
  return ERR_OK;
}
