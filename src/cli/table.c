#include "cli/table.h"

#include "text/utf8.h"

void table_init(table *t, const char *const *headings, size_t columns, arena *a) {
  *t = (table){.memory = a, .columns = columns};
  str cells[TABLE_MAX_COLUMNS];
  for (size_t i = 0; i < columns; i++) cells[i] = str_of(headings[i]);
  table_row(t, cells);
}

void table_row(table *t, const str *cells) {
  VEC_PUSH(&t->rows, (const str *)arena_copy(t->memory, cells, t->columns * sizeof *cells));
  for (size_t i = 0; i < t->columns; i++) t->width[i] = MAX_OF(t->width[i], utf8_codepoints(cells[i]));
}

static void print_row(const table *t, const str *cells, FILE *to) {
  size_t n = t->columns; /* no blanks at the end of a line */
  while (n && !cells[n - 1].n) n--;
  for (size_t i = 0; i < n; i++) {
    fwrite(cells[i].p, 1, cells[i].n, to);
    size_t pad = i + 1 < n ? t->width[i] - utf8_codepoints(cells[i]) + 2 : 0;
    fprintf(to, "%*s", (int)pad, "");
  }
  fputc('\n', to);
}

void table_print(table *t, FILE *to) {
  for (size_t r = 0; t->rows.n > 1 && r < t->rows.n; r++) print_row(t, t->rows.p[r], to);
  VEC_FREE(&t->rows);
}
