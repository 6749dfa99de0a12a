/* lu_line.h -- one utterance or pattern of a .lu file: markup off, labels found. Shared inside project/. */
#ifndef DRAGOMAN_PROJECT_LU_LINE_H
#define DRAGOMAN_PROJECT_LU_LINE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* {@Entity=value}, {@Entity:role=value}, {@role=value}. */
typedef struct lu_span {
  str name, role;                  /* role.p NULL: none */
  uint32_t begin_bytes, end_bytes; /* of lu_line.text */
  uint32_t at_bytes;               /* of its '{' in the line */
  int parent;                      /* index of the span around it, -1: none */
} lu_span;

typedef enum lu_line_kind { LU_UTTERANCE, LU_PATTERN, LU_REFERENCE /* "[text](file)" */ } lu_line_kind;

typedef struct lu_line {
  lu_line_kind kind;
  str text;       /* without markup; of a pattern: as JSON has it; of a reference: the line */
  lu_span *spans; /* in the order of their '{' */
  size_t span_count;
} lu_line;

/* line: what follows the bullet, trimmed. Text and spans go to a. ERR_INVALID_ARGUMENT with a sentence; *at_bytes is
 * where in the line. Patterns are not checked beyond their slots. */
must_check err_code lu__line_read(str line, arena *a, lu_line *out, size_t *at_bytes, err *e);

#endif
