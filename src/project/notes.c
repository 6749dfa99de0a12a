#include "project/notes.h"

#include <stdio.h>

void note_addv(notes *l, const char *place, const char *fmt, va_list ap) {
  if (!l) return;
  va_list again;
  va_copy(again, ap);
  int n = vsnprintf(NULL, 0, fmt, again);
  va_end(again);
  if (n < 0) n = 0;
  char *text = arena_alloc(l->a, (size_t)n + 1);
  vsnprintf(text, (size_t)n + 1, fmt, ap);
  for (int i = 0; i < n; i++)
    if ((unsigned char)text[i] < 0x20) text[i] = ' '; /* a note is one line */
  if (l->n == l->cap) {
    size_t cap = MAX_OF((size_t)16, l->cap * 2);
    note *v = ARENA_ARRAY(l->a, note, cap);
    if (l->n) memcpy(v, l->v, l->n * sizeof *v);
    l->v = v;
    l->cap = cap;
  }
  l->v[l->n++] = (note){arena_str(l->a, str_of(place)), str_make(text, (size_t)n)};
}

void note_add(notes *l, const char *place, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  note_addv(l, place, fmt, ap);
  va_end(ap);
}
