#include "http/uri.h"

#include "text/utf8.h"

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Decodes %XX (and '+' as a blank when plus_is_space). Text without escapes is returned as is. */
static bool decode(str s, bool plus_is_space, arena *a, str *out) {
  bool plain = true;
  for (size_t i = 0; i < s.n && plain; i++) plain = s.p[i] != '%' && !(plus_is_space && s.p[i] == '+');
  *out = s;
  if (!plain) {
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
      char c = s.p[i];
      if (c == '%') {
        int hi = i + 1 < s.n ? hex_digit(s.p[i + 1]) : -1;
        int lo = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;
        if (hi < 0 || lo < 0) return false;
        c = (char)(hi << 4 | lo);
        i += 2;
      } else if (c == '+' && plus_is_space) {
        c = ' ';
      }
      p[n++] = c;
    }
    *out = (str){p, n};
  }
  return str_find_byte(*out, '\0') == out->n && utf8_valid(*out, NULL);
}

static err_code parse_path(str path, arena *a, uri *out, err *e) {
  while (path.n > 1 && path.p[0] == '/' && path.p[1] == '/') path = str_skip(path, 1);
  if (!str_starts(path, STR("/"))) return err_set(e, ERR_INVALID_REQUEST, "the path does not begin with '/'");
  path = str_skip(path, 1);
  if (str_ends(path, STR("/"))) path.n--;
  while (path.n) {
    size_t end = str_find_byte(path, '/');
    if (out->segment_count == HTTP_MAX_SEGMENTS) return err_set(e, ERR_NOT_FOUND, "no operation has so long a path");
    str *seg = &out->segments[out->segment_count++];
    if (!decode(str_make(path.p, end), false, a, seg))
      return err_set(e, ERR_INVALID_REQUEST, "the path is not valid percent-encoded UTF-8");
    if (str_find_byte(*seg, '/') != seg->n)
      return err_set(e, ERR_INVALID_REQUEST, "a name in the path may not contain '/'");
    path = str_skip(path, end + 1);
  }
  return ERR_OK;
}

static err_code parse_query(str query, arena *a, uri *out, err *e) {
  while (query.n) {
    size_t end = str_find_byte(query, '&');
    str item = str_make(query.p, end);
    query = str_skip(query, end + 1);
    if (!item.n) continue;
    if (out->query_count == HTTP_MAX_QUERY)
      return err_set(e, ERR_INVALID_REQUEST, "more than %d query parameters", HTTP_MAX_QUERY);
    http_pair *q = &out->query[out->query_count++];
    size_t eq = str_find_byte(item, '=');
    if (!decode(str_make(item.p, eq), true, a, &q->name) || !decode(str_skip(item, eq + 1), true, a, &q->value))
      return err_set(e, ERR_INVALID_REQUEST, "the query is not valid percent-encoded UTF-8");
  }
  return ERR_OK;
}

err_code uri_parse(str target, arena *a, uri *out, err *e) {
  out->segment_count = out->query_count = 0;
  size_t mark = str_find_byte(target, '?');
  err_code rc = parse_path(str_make(target.p, mark), a, out, e);
  if (rc) return rc;
  return parse_query(str_skip(target, mark + 1), a, out, e);
}

void uri_encode(buf *out, str s) {
  static const char hex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '.' || c == '_' || c == '~';
    if (unreserved) {
      buf_add_byte(out, (char)c);
    } else {
      char esc[3] = {'%', hex[c >> 4], hex[c & 15]};
      buf_add(out, esc, sizeof esc);
    }
  }
}
