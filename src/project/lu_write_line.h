/* lu_write_line.h -- one utterance as a line of a .lu file. Shared inside project/. */
#ifndef DRAGOMAN_PROJECT_LU_WRITE_LINE_H
#define DRAGOMAN_PROJECT_LU_WRITE_LINE_H

#include "base/vec.h"
#include "project/luis.h"
#include "project/notes.h"

typedef struct lu_line_writer {
  const luis_app *app;
  const luis_index *index;
  const strmap *role_owners; /* role -> number of entities that have it */
  notes *l;
  arena scratch; /* one line */
} lu_line_writer;

/* "- " and the utterance with its labels as markup. What .lu cannot say becomes a note at place: single labels, or
 * the utterance as a whole, of which then nothing is written. Every line is read back before it is written. */
void lu__line_write(lu_line_writer *w, const luis_utterance *u, const char *place, buf *out);

#endif
