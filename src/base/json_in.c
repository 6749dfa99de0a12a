#include "base/json_in.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

/* A jdoc is jansson's root value itself; the two vocabularies meet only in this file. */

static json_t *value(const jnode *n) { return (json_t *)(uintptr_t)n->v; }

err_code jn_parse(str text, jdoc **doc, err *e) {
  json_error_t je;
  json_t *root = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);
  if (!root) {
    if (json_error_code(&je) == json_error_out_of_memory)
      return err_set(e, ERR_NO_MEMORY, "not enough memory to read a JSON text of %zu bytes", text.n);
    /* "... near 'piece of the text'": the piece may be cut inside of a character. */
    const char *piece = strstr(je.text, " near ");
    int n = piece ? (int)(piece - je.text) : (int)strlen(je.text);
    return err_set(e, ERR_INVALID_REQUEST, "the text is not valid JSON: %.*s (line %d, column %d)", n, je.text, je.line,
                   je.column);
  }
  *doc = (jdoc *)root;
  return ERR_OK;
}

void jn_free(jdoc *doc) { json_decref((json_t *)doc); }

jnode jn_root(const jdoc *doc) { return (jnode){.v = doc}; }

jn_type jn_typeof(const jnode *n) {
  if (!n->v) return JN_ABSENT;
  switch (json_typeof(value(n))) {
  case JSON_OBJECT: return JN_OBJ;
  case JSON_ARRAY: return JN_ARR;
  case JSON_STRING: return JN_STR;
  case JSON_INTEGER: return JN_INT;
  case JSON_REAL: return JN_REAL;
  case JSON_TRUE:
  case JSON_FALSE: return JN_BOOL;
  case JSON_NULL: return JN_NULL;
  }
  return JN_ABSENT;
}

bool jn_is_none(const jnode *n) {
  jn_type t = jn_typeof(n);
  return t == JN_ABSENT || t == JN_NULL;
}

/* Appends at *n, never past cap - 1. */
static void path_add(char *out, size_t cap, size_t *n, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  int w = vsnprintf(out + *n, cap - *n, fmt, ap);
  va_end(ap);
  if (w > 0) *n = MIN_OF(cap - 1, *n + (size_t)w);
}

static void path_walk(const jnode *n, char *out, size_t cap, size_t *len) {
  if (n->up) path_walk(n->up, out, cap, len);
  if (n->key)
    path_add(out, cap, len, "%s%s", *len ? "." : "", n->key);
  else if (n->up)
    path_add(out, cap, len, "[%zu]", n->index);
}

void jn_path(const jnode *n, char *out, size_t cap) {
  size_t len = 0;
  out[0] = '\0';
  path_walk(n, out, cap, &len);
}

err_code jn_fail(const jnode *n, err *e, const char *fmt, ...) {
  if (!e) return ERR_INVALID_ARGUMENT;
  char path[sizeof e->target], text[sizeof e->message];
  jn_path(n, path, sizeof path);
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  return err_at(e, ERR_INVALID_ARGUMENT, path, "%s%s%s", path, path[0] ? ": " : "", text);
}

jnode jn_get(const jnode *obj, const char *key) {
  const json_t *v = obj->v ? json_object_get(value(obj), key) : NULL;
  return (jnode){.v = v, .up = obj, .key = key};
}

size_t jn_len(const jnode *n) {
  switch (jn_typeof(n)) {
  case JN_ARR: return json_array_size(value(n));
  case JN_OBJ: return json_object_size(value(n));
  default: return 0;
  }
}

jnode jn_at(const jnode *arr, size_t i) {
  return (jnode){.v = json_array_get(value(arr), i), .up = arr, .index = i};
}

bool jn_next(const jnode *obj, void **iter, jnode *member) {
  if (jn_typeof(obj) != JN_OBJ) return false;
  *iter = *iter ? json_object_iter_next(value(obj), *iter) : json_object_iter(value(obj));
  if (!*iter) return false;
  *member = (jnode){.v = json_object_iter_value(*iter), .up = obj, .key = json_object_iter_key(*iter)};
  return true;
}

str jn_str(const jnode *n) { return (str){json_string_value(value(n)), json_string_length(value(n))}; }
int64_t jn_int(const jnode *n) { return json_integer_value(value(n)); }
double jn_num(const jnode *n) { return json_number_value(value(n)); }
bool jn_bool(const jnode *n) { return json_is_true(value(n)); }

static const char *type_text(jn_type t) {
  switch (t) {
  case JN_ABSENT: return "missing";
  case JN_NULL: return "null";
  case JN_BOOL: return "a boolean";
  case JN_INT: return "an integer";
  case JN_REAL: return "a number";
  case JN_STR: return "a string";
  case JN_OBJ: return "an object";
  case JN_ARR: return "an array";
  }
  return "unknown";
}

static err_code want(const jnode *n, jn_type type, err *e) {
  jn_type got = jn_typeof(n);
  if (got == type) return ERR_OK;
  if (got == JN_ABSENT) return jn_fail(n, e, "this field is required (%s)", type_text(type));
  return jn_fail(n, e, "must be %s, not %s", type_text(type), type_text(got));
}

/* ERR_OK with *present false when the member is absent or null. */
static err_code want_opt(const jnode *n, jn_type type, bool *present, err *e) {
  *present = !jn_is_none(n);
  return *present ? want(n, type, e) : ERR_OK;
}

static err_code in_range(const jnode *n, int64_t lo, int64_t hi, int64_t *out, err *e) {
  int64_t v = jn_int(n);
  if (v < lo || v > hi) return jn_fail(n, e, "must be between %lld and %lld", (long long)lo, (long long)hi);
  *out = v;
  return ERR_OK;
}

err_code jn_want_obj(const jnode *n, err *e) { return want(n, JN_OBJ, e); }
err_code jn_want_arr(const jnode *n, err *e) { return want(n, JN_ARR, e); }

err_code jn_want_str(const jnode *n, str *out, err *e) {
  err_code rc = want(n, JN_STR, e);
  if (rc == ERR_OK) *out = jn_str(n);
  return rc;
}

err_code jn_req_obj(const jnode *obj, const char *key, jnode *out, err *e) {
  *out = jn_get(obj, key);
  return want(out, JN_OBJ, e);
}

err_code jn_req_arr(const jnode *obj, const char *key, jnode *out, err *e) {
  *out = jn_get(obj, key);
  return want(out, JN_ARR, e);
}

err_code jn_req_str(const jnode *obj, const char *key, str *out, err *e) {
  jnode n = jn_get(obj, key);
  return jn_want_str(&n, out, e);
}

err_code jn_req_int(const jnode *obj, const char *key, int64_t lo, int64_t hi, int64_t *out, err *e) {
  jnode n = jn_get(obj, key);
  err_code rc = want(&n, JN_INT, e);
  return rc == ERR_OK ? in_range(&n, lo, hi, out, e) : rc;
}

static err_code opt_node(const jnode *obj, const char *key, jn_type type, jnode *out, bool *present, err *e) {
  jnode n = jn_get(obj, key);
  bool have;
  err_code rc = want_opt(&n, type, &have, e);
  if (rc == ERR_OK && have) *out = n;
  if (present) *present = have;
  return rc;
}

err_code jn_opt_obj(const jnode *obj, const char *key, jnode *out, bool *present, err *e) {
  return opt_node(obj, key, JN_OBJ, out, present, e);
}

err_code jn_opt_arr(const jnode *obj, const char *key, jnode *out, bool *present, err *e) {
  return opt_node(obj, key, JN_ARR, out, present, e);
}

err_code jn_opt_str(const jnode *obj, const char *key, str *out, bool *present, err *e) {
  jnode n;
  bool have;
  err_code rc = opt_node(obj, key, JN_STR, &n, &have, e);
  if (rc == ERR_OK && have) *out = jn_str(&n);
  if (present) *present = have;
  return rc;
}

err_code jn_opt_int(const jnode *obj, const char *key, int64_t lo, int64_t hi, int64_t *out, bool *present, err *e) {
  jnode n;
  bool have;
  err_code rc = opt_node(obj, key, JN_INT, &n, &have, e);
  if (rc == ERR_OK && have) rc = in_range(&n, lo, hi, out, e);
  if (present) *present = have;
  return rc;
}

err_code jn_opt_num(const jnode *obj, const char *key, double lo, double hi, double *out, bool *present, err *e) {
  jnode n = jn_get(obj, key);
  jn_type t = jn_typeof(&n);
  bool have = !jn_is_none(&n);
  if (present) *present = have;
  if (!have) return ERR_OK;
  if (t != JN_INT && t != JN_REAL) return jn_fail(&n, e, "must be a number, not %s", type_text(t));
  double v = jn_num(&n);
  if (!(v >= lo && v <= hi)) return jn_fail(&n, e, "must be between %g and %g", lo, hi);
  *out = v;
  return ERR_OK;
}

err_code jn_opt_bool(const jnode *obj, const char *key, bool *out, bool *present, err *e) {
  jnode n;
  bool have;
  err_code rc = opt_node(obj, key, JN_BOOL, &n, &have, e);
  if (rc == ERR_OK && have) *out = jn_bool(&n);
  if (present) *present = have;
  return rc;
}

static int dump_to_buf(const char *p, size_t n, void *out) {
  buf_add(out, p, n);
  return 0;
}

void jn_dump(const jnode *n, buf *out) {
  /* The callback cannot fail, so neither can the dump. */
  (void)json_dump_callback(value(n), dump_to_buf, out, JSON_COMPACT | JSON_ENCODE_ANY);
}
