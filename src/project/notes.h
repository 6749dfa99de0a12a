/* notes.h -- what a reader or a conversion could not carry over: one note each, for people. */
#ifndef DRAGOMAN_PROJECT_NOTES_H
#define DRAGOMAN_PROJECT_NOTES_H

#include "base/arena.h"
#include "base/str.h"

#include <stdarg.h>

typedef struct note {
  str place; /* in the input: "patterns[3]", "line 12, column 1" */
  str text;  /* "the pattern is left out" */
} note;

typedef struct notes {
  arena *a; /* the notes live here */
  note *v;
  size_t n, cap;
} notes;

/* Appends one; a NULL list takes none. place is copied. Control characters of the text become blanks. */
void note_add(notes *l, const char *place, const char *fmt, ...) printf_like(3, 4);
void note_addv(notes *l, const char *place, const char *fmt, va_list ap) printf_like(3, 0);

#endif
