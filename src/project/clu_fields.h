/* clu_fields.h -- single fields of CLU documents, shared inside project/.
 *
 * The reading functions follow merge-patch rules, so that one set serves whole files and patches:
 * an absent member leaves *inout as it is, null removes it. */
#ifndef DRAGOMAN_PROJECT_CLU_FIELDS_H
#define DRAGOMAN_PROJECT_CLU_FIELDS_H

#include "base/json_in.h"
#include "project/project.h"

/* ERR_QUOTA_EXCEEDED at the place of n when count > limit; what in the plural. */
must_check err_code clu__limit(const jnode *n, size_t count, size_t limit, const char *what, err *e);

/* At most 100 bytes of a name from outside, for messages; cut between characters. */
str clu__clip(str s);

must_check err_code clu__str(const jnode *obj, const char *key, arena *a, str *inout, err *e);
/* A well-formed language tag, in lower case; "" counts as null. */
must_check err_code clu__language(const jnode *obj, const char *key, arena *a, str *inout, err *e);
must_check err_code clu__bool(const jnode *obj, const char *key, opt_bool *inout, err *e);
must_check err_code clu__num(const jnode *obj, const char *key, double lo, double hi, bool *has, double *inout, err *e);

/* Required, non-empty, at most 100 characters: the name of a thing outside of the document. */
must_check err_code clu__req_name(const jnode *obj, const char *key, arena *a, str *out, err *e);

typedef struct clu_enum {
  const char *name;
  int value;
} clu_enum;
/* The value of the name that string node n holds, letter case ignored. */
must_check err_code clu__enum(const jnode *n, const clu_enum *names, size_t count, int *out, err *e);

#endif
