#include "project/notes.h"

#include <stdarg.h>
#include <stdio.h>

void note_add(notes *l, const char *place, const char *fmt, ...) {
  if (!l) return;
  char text[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  if (l->n == l->cap) {
    size_t cap = MAX_OF((size_t)16, l->cap * 2);
    note *v = ARENA_ARRAY(l->a, note, cap);
    if (l->n) memcpy(v, l->v, l->n * sizeof *v);
    l->v = v;
    l->cap = cap;
  }
  l->v[l->n++] = (note){arena_str(l->a, str_of(place)), arena_str(l->a, str_of(text))};
}
