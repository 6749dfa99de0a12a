#include "base/vec.h"

#include <stdarg.h>
#include <stdio.h>

void buf_printf(buf *b, const char *fmt, ...) {
  va_list ap, again;
  va_start(ap, fmt);
  va_copy(again, ap);
  int n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  if (n > 0) {
    VEC_RESERVE(b, b->n + (size_t)n + 1);
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
    b->n += (size_t)n;
  }
  va_end(again);
}

char *buf_take(buf *b, size_t *n) {
  VEC_RESERVE(b, b->n + 1);
  b->p[b->n] = '\0';
  char *p = b->p;
  if (n) *n = b->n;
  *b = (buf){0};
  return p;
}
