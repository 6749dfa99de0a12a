#include "api/luis_content.h"

#include "api/luis_common.h"
#include "project/lu.h"
#include "project/luis_json.h"

static const str byte_order_mark = STR("\xef\xbb\xbf");

static str skip_mark(str s) {
  return str_starts(s, byte_order_mark) ? str_skip(s, byte_order_mark.n) : s;
}

/* "# A\n- b" with the quotes, or the text itself. */
static err_code unquote(str body, arena *a, str *out, err *e) {
  *out = body;
  if (!str_starts(str_trim(body), STR("\""))) return ERR_OK;
  jdoc *doc;
  err ignored;
  /* .lu text may begin with a quote of its own: then it is none of JSON's. */
  if (jn_parse(str_trim(body), &doc, &ignored)) return ERR_OK;
  jnode root = jn_root(doc);
  str text;
  err_code rc = jn_want_str(&root, &text, e);
  if (!rc) *out = skip_mark(arena_str(a, text));
  jn_free(doc);
  return rc;
}

static err_code with_place(err_code rc, err *e) {
  char target[sizeof e->target];
  if (!rc || !e->target[0] || rc == ERR_NO_MEMORY) return rc;
  memcpy(target, e->target, sizeof target);
  err_prefix(e, "%s: ", target);
  return rc;
}

err_code luis_content_read(const http_request *rq, luis_app *out, err *e) {
  str text;
  err_code rc = unquote(skip_mark(rq->body), rq->arena, &text, e);
  if (rc) return rc;
  if (!str_trim(text).n) return err_set(e, ERR_INVALID_ARGUMENT, "The body is empty; it must be an application.");
  bool is_json = str_starts(str_trim(text), STR("{")) && !str_eq_nocase(http_query(rq, "format"), STR("lu"));
  if (is_json) return with_place(luis_read(text, rq->arena, out, e), e);
  return lu_read(text, rq->arena, out, NULL, e);
}

err_code luis_content_write(const http_request *rq, const luis_app *app, http_response *rs, err *e) {
  str format = http_query(rq, "format");
  if (str_eq_nocase(format, STR("lu"))) {
    rs->content_type = "text/plain; charset=utf-8";
    return lu_write(app, &rs->body, NULL, e);
  }
  if (format.n && !str_eq_nocase(format, STR("json")))
    return err_at(e, ERR_INVALID_ARGUMENT, "format", "Parameter \"format\" must be json or lu.");
  if (luis_is_v2(rq)) return luis_write_v2(app, &rs->body, e);
  luis_write(app, &rs->body);
  return ERR_OK;
}
