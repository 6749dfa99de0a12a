#include "api/luis_query.h"

#include "base/timeutil.h"
#include "text/utf8.h"

err_code luis_query_check(str text, err *e) {
  if (!text.n) return err_at(e, ERR_INVALID_ARGUMENT, "query", "The query must not be empty.");
  if (text.n <= LUIS_QUERY_CHARS || utf8_codepoints(text) <= LUIS_QUERY_CHARS) return ERR_OK;
  return err_at(e, ERR_QUERY_TOO_LONG, "query", "The query is longer than %d characters.", LUIS_QUERY_CHARS);
}

int64_t luis_now_us(int64_t offset_minutes) {
  return time_now_us() + offset_minutes * 60 * 1000000;
}

bool luis_query_flag(const http_request *rq, const char *name, bool absent) {
  str v = http_query(rq, name);
  return absent ? !str_eq_nocase(v, STR("false")) : str_eq_nocase(v, STR("true"));
}

err_code luis_slot(str name, str *slot, err *e) {
  static const str slots[] = {STR("production"), STR("staging")};
  for (size_t i = 0; i < ARRAY_LEN(slots); i++)
    if (str_eq_nocase(name, slots[i])) {
      *slot = slots[i];
      return ERR_OK;
    }
  return err_at(e, ERR_NOT_FOUND, "slot", "There is no slot \"" STR_FMT "\"; there are production and staging.",
                STR_ARG(name));
}
