/* table.h -- aligned columns of text for a person. */
#ifndef DRAGOMAN_CLI_TABLE_H
#define DRAGOMAN_CLI_TABLE_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdio.h>

enum { TABLE_MAX_COLUMNS = 8 };

typedef struct table {
  arena *memory; /* borrowed; holds the cells */
  size_t columns;
  size_t width[TABLE_MAX_COLUMNS]; /* widest cell, in code points */
  VEC(const str *) rows;           /* [columns] cells each; row 0 is the heading */
} table;

void table_init(table *t, const char *const *headings, size_t columns, arena *a);
/* cells: [columns], borrowed text that outlives the table. */
void table_row(table *t, const str *cells);
/* Prints and frees the rows. A table of headings alone prints nothing. */
void table_print(table *t, FILE *to);

#endif
