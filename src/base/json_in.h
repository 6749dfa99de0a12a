/* json_in.h -- strict JSON reading with places in error messages; the only file that sees jansson.
 *
 * Refused: invalid UTF-8, duplicate keys, lone surrogates, \u0000, numbers out of range, nesting
 * over 2,048, trailing bytes. Texts stay in the document: str results are valid until jn_free.
 *
 * A jnode is a value and the way to it, kept on the caller's stack; when a check fails the way is
 * printed into err.target: "assets.utterances[17].entities[2].offset". A document and its nodes
 * belong to one thread at a time. */
#ifndef DRAGOMAN_BASE_JSON_IN_H
#define DRAGOMAN_BASE_JSON_IN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

typedef struct jdoc jdoc;

typedef struct jnode {
  const void *v;          /* the value; NULL when absent */
  const struct jnode *up; /* parent, must outlive this node; NULL at the root */
  const char *key;        /* member name in an object parent, else NULL */
  size_t index;           /* element index in an array parent */
} jnode;

typedef enum jn_type { JN_ABSENT, JN_NULL, JN_BOOL, JN_INT, JN_REAL, JN_STR, JN_OBJ, JN_ARR } jn_type;

/* Whole text must be one JSON value. ERR_INVALID_REQUEST with line and column, or ERR_NO_MEMORY. */
must_check err_code jn_parse(str text, jdoc **doc, err *e);
void jn_free(jdoc *doc); /* NULL is fine */
jnode jn_root(const jdoc *doc);

jn_type jn_typeof(const jnode *n);
bool jn_is_none(const jnode *n); /* absent or null */
/* Path of n below the root, "" for the root itself; cut to cap. */
void jn_path(const jnode *n, char *out, size_t cap);
/* ERR_INVALID_ARGUMENT at the path of n. */
err_code jn_fail(const jnode *n, err *e, const char *fmt, ...) printf_like(3, 4);

/* Member of an object; JN_ABSENT when missing or when obj is no object. key must outlive the
 * node. A member that is null counts as absent for jn_opt_*, as wrong type for jn_req_*. */
jnode jn_get(const jnode *obj, const char *key);
size_t jn_len(const jnode *arr_or_obj);             /* elements or members; 0 for others */
jnode jn_at(const jnode *arr, size_t i);            /* i < jn_len */
/* Members in document order: start with *iter = NULL; false at the end. */
bool jn_next(const jnode *obj, void **iter, jnode *member);

/* Plain values; assert the type with jn_typeof first. */
str jn_str(const jnode *n);
int64_t jn_int(const jnode *n);
double jn_num(const jnode *n); /* JN_INT or JN_REAL */
bool jn_bool(const jnode *n);

/* Required member of that type; ERR_INVALID_ARGUMENT names the missing or mistyped member. */
must_check err_code jn_req_obj(const jnode *obj, const char *key, jnode *out, err *e);
must_check err_code jn_req_arr(const jnode *obj, const char *key, jnode *out, err *e);
must_check err_code jn_req_str(const jnode *obj, const char *key, str *out, err *e);
must_check err_code jn_req_int(const jnode *obj, const char *key, int64_t lo, int64_t hi, int64_t *out, err *e);
/* Optional member: *out untouched when absent or null; *present may be NULL. */
must_check err_code jn_opt_obj(const jnode *obj, const char *key, jnode *out, bool *present, err *e);
must_check err_code jn_opt_arr(const jnode *obj, const char *key, jnode *out, bool *present, err *e);
must_check err_code jn_opt_str(const jnode *obj, const char *key, str *out, bool *present, err *e);
must_check err_code jn_opt_int(const jnode *obj, const char *key, int64_t lo, int64_t hi, int64_t *out, bool *present, err *e);
must_check err_code jn_opt_num(const jnode *obj, const char *key, double lo, double hi, double *out, bool *present, err *e);
must_check err_code jn_opt_bool(const jnode *obj, const char *key, bool *out, bool *present, err *e);
/* n itself must be of that type. */
must_check err_code jn_want_obj(const jnode *n, err *e);
must_check err_code jn_want_arr(const jnode *n, err *e);
must_check err_code jn_want_str(const jnode *n, str *out, err *e);

/* The value as compact JSON text, members in document order. */
void jn_dump(const jnode *n, buf *out);

#endif
