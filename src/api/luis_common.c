#include "api/luis_common.h"

#include "base/timeutil.h"

const char *const luis_id_headers[] = {"apim-request-id", "request-id", NULL};
const http_pair luis_headers[LUIS_HEADERS] = {
    {STR("Strict-Transport-Security"), STR("max-age=31536000; includeSubDomains; preload")},
    {STR("X-Content-Type-Options"), STR("nosniff")},
};

/* ---- errors ----------------------------------------------------------------------------------- */

static const char *code_of(int status) {
  switch (status) {
  case 400: return "BadArgument";
  case 401: return "401";
  case 403: return "Forbidden";
  case 404: return "NotFound";
  case 405: return "MethodNotAllowed";
  case 409: return "Conflict";
  case 413: return "RequestEntityTooLarge";
  case 415: return "UnsupportedMediaType";
  case 429: return "429";
  default: return NULL;
  }
}

static void write_error_member(jw *w, const err *e, int status, const char *message) {
  const char *code = code_of(status);
  jw_key(w, "error");
  jw_obj(w);
  jw_kcstr(w, "code", code ? code : err_api_code(e->code));
  jw_kcstr(w, "message", message);
  jw_end(w);
}

static const char *message_of(const err *e) {
  return e->message[0] ? e->message : err_default_message(e->code);
}

void luis_write_error(const http_request *rq, const err *e, http_response *rs) {
  bool missing = rs->status == 404 && rq->route;
  if (missing || e->code == ERR_QUOTA_EXCEEDED) rs->status = 400;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  write_error_member(&w, e, rs->status, message_of(e));
  jw_end(&w);
}

/* As the gateway of the original says where the key belongs. */
static void ask_for_key(const http_request *rq, http_response *rs) {
  str base = http_base_url(rq);
  http_add_header(rs, "WWW-Authenticate",
                  arena_printf(rq->arena,
                               "AzureApiManagementKey realm=\"" STR_FMT
                               "\",name=\"Ocp-Apim-Subscription-Key\",type=\"header\"",
                               STR_ARG(base)));
}

void luis_write_prediction_error(const http_request *rq, const err *e, http_response *rs) {
  if (rs->status == 401) ask_for_key(rq, rs);
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  write_error_member(&w, e, rs->status, message_of(e));
  jw_kint(&w, "statusCode", rs->status);
  jw_kcstr(&w, "message", message_of(e));
  jw_end(&w);
}

err_code luis_admit(const http_request *rq, err *e) {
  if (!rq->resource.predicts_only) return ERR_OK;
  return err_set(e, ERR_UNAUTHORIZED,
                 "Access denied: the key is that of a prediction resource; authoring takes an authoring key.");
}

/* ---- requests ---------------------------------------------------------------------------------- */

bool luis_is_v2(const http_request *rq) {
  return str_eq(str_of(rq->family->prefix), STR(LUIS_V2));
}

err_code luis_body(const http_request *rq, jdoc **doc, jnode *root, err *e) {
  err_code rc = jn_parse(rq->body, doc, e);
  if (rc == ERR_OK) *root = jn_root(*doc);
  if (rc == ERR_OK || rc == ERR_NO_MEMORY) return rc;
  err_prefix(e, "The body cannot be read: ");
  return e->code = ERR_INVALID_ARGUMENT;
}

err_code luis_with_body(const http_request *rq, http_response *rs, luis_body_fn *work, err *e) {
  jdoc *doc;
  jnode body;
  TRY(luis_body(rq, &doc, &body, e));
  err_code rc = work(rq, rs, &body, e);
  jn_free(doc);
  return rc;
}

static err_code read_number(const http_request *rq, const char *name, int64_t most, size_t *inout, err *e) {
  str v = http_query(rq, name);
  if (!v.p || !v.n) return ERR_OK;
  size_t digits = 0;
  while (digits < v.n && v.p[digits] >= '0' && v.p[digits] <= '9') digits++;
  int64_t number;
  if (!str_to_i64(str_make(v.p, digits), 0, most, &number))
    return err_at(e, ERR_INVALID_ARGUMENT, name, "Parameter \"%s\" must be a number from 0 to %lld.", name,
                  (long long)most);
  *inout = (size_t)number;
  return ERR_OK;
}

enum { TAKE_DEFAULT = 100, TAKE_MAX = 500 };

err_code luis_page(const http_request *rq, page *out, err *e) {
  *out = (page){.skip = 0, .top = TAKE_DEFAULT};
  err_code rc = read_number(rq, "skip", INT32_MAX, &out->skip, e);
  return rc ? rc : read_number(rq, "take", TAKE_MAX, &out->top, e);
}

bool luis_flag(const http_request *rq, const char *name) {
  return str_eq_nocase(http_query(rq, name), STR("true"));
}

/* ---- answers ----------------------------------------------------------------------------------- */

void luis_answer_status(http_response *rs, int status) {
  rs->status = status;
  jw w;
  jw_init(&w, &rs->body);
  jw_obj(&w);
  jw_kcstr(&w, "code", "Success");
  jw_kcstr(&w, "message", "Operation Successful");
  jw_end(&w);
}

void luis_answer_id(http_response *rs, str id) {
  rs->status = 201;
  jw w;
  jw_init(&w, &rs->body);
  jw_str(&w, id);
}

void luis_answer_number(http_response *rs, int64_t id) {
  rs->status = 201;
  jw w;
  jw_init(&w, &rs->body);
  jw_int(&w, id);
}

void luis_time(jw *w, const char *key, int64_t t_us) {
  jw_key(w, key);
  if (!t_us) {
    jw_null(w);
    return;
  }
  char text[TIME_RFC3339_MAX];
  time_rfc3339(t_us, 0, text);
  jw_cstr(w, text);
}
