#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct err_row {
  const char *name, *api_code, *message;
  int http_status;
} err_row;

static const err_row rows[] = {
#define X(name, status, api, msg) {#name, api, msg, status},
    ERR_MAP(X)
#undef X
};

/* A cut message must stay valid UTF-8: drop an incomplete sequence at its end. */
static void trim_utf8_tail(char *s, size_t n) {
  size_t i = n;
  while (i > 0 && ((unsigned char)s[i - 1] & 0xC0) == 0x80) i--;
  if (i == 0) return;
  unsigned char lead = (unsigned char)s[i - 1];
  size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (n - (i - 1) < want) s[i - 1] = '\0';
}

static void format_cut(char *out, size_t cap, const char *fmt, va_list ap) {
  int n = vsnprintf(out, cap, fmt, ap);
  if (n < 0) out[0] = '\0';
  if (n >= (int)cap) trim_utf8_tail(out, cap - 1);
}

err_code err_set(err *e, err_code code, const char *fmt, ...) {
  if (!e) return code;
  e->code = code;
  e->target[0] = '\0';
  va_list ap;
  va_start(ap, fmt);
  format_cut(e->message, sizeof e->message, fmt, ap);
  va_end(ap);
  return code;
}

err_code err_at(err *e, err_code code, const char *target, const char *fmt, ...) {
  if (!e) return code;
  e->code = code;
  int n = snprintf(e->target, sizeof e->target, "%s", target);
  if (n >= (int)sizeof e->target) trim_utf8_tail(e->target, sizeof e->target - 1);
  va_list ap;
  va_start(ap, fmt);
  format_cut(e->message, sizeof e->message, fmt, ap);
  va_end(ap);
  return code;
}

err_code err_prefix(err *e, const char *fmt, ...) {
  char text[sizeof e->message], old[sizeof e->message];
  memcpy(old, e->message, sizeof old);
  va_list ap;
  va_start(ap, fmt);
  format_cut(text, sizeof text, fmt, ap);
  va_end(ap);
  size_t n = strlen(text), room = sizeof e->message - 1 - n;
  size_t m = strlen(old);
  memcpy(e->message, text, n);
  memcpy(e->message + n, old, m < room ? m : room);
  e->message[n + (m < room ? m : room)] = '\0';
  if (m > room) trim_utf8_tail(e->message, strlen(e->message));
  return e->code;
}

err_code err_errno(err *e, int saved_errno, const char *fmt, ...) {
  err_code code = saved_errno == ENOSPC || saved_errno == EDQUOT ? ERR_NO_SPACE : ERR_IO;
  if (!e) return code;
  char what[256];
  va_list ap;
  va_start(ap, fmt);
  format_cut(what, sizeof what, fmt, ap);
  va_end(ap);
  char reason[128];
  /* The GNU strerror_r may return a static string instead of filling the buffer. */
  const char *text = strerror_r(saved_errno, reason, sizeof reason);
  return err_set(e, code, "%s: %s", what, text);
}

const char *err_name(err_code code) { return rows[code].name; }
const char *err_api_code(err_code code) { return rows[code].api_code; }
err_code err_of_api_code(str api_code) {
  for (size_t i = 1; i < ARRAY_LEN(rows); i++)
    if (str_eq(api_code, str_of(rows[i].api_code))) return (err_code)i;
  return ERR_INTERNAL;
}
const char *err_default_message(err_code code) { return rows[code].message; }
int err_http_status(err_code code) { return rows[code].http_status; }
