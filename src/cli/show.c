#include "cli/show.h"

#include "cli/table.h"

#include <stdio.h>

typedef struct listing {
  client *c;
  const show_columns *columns;
  table t;
  buf json; /* the items so far */
} listing;

static void add_row(void *context, const jnode *item) {
  listing *l = context;
  str cells[TABLE_MAX_COLUMNS];
  for (size_t i = 0; i < l->columns->n; i++) cells[i] = client_field(l->c, item, l->columns->members[i]);
  table_row(&l->t, cells);
}

static void add_json(void *context, const jnode *item) {
  listing *l = context;
  if (l->json.n) buf_add_byte(&l->json, ',');
  jn_dump(item, &l->json);
}

err_code show_list(client *c, const char *path, const show_columns *columns, err *e) {
  listing l = {.c = c, .columns = columns};
  table_init(&l.t, columns->headings, columns->n, &c->memory);
  err_code code = client_list(c, path, c->options.json ? add_json : add_row, &l, e);
  if (code == ERR_OK && c->options.json) printf("{\"value\":[" STR_FMT "]}\n", STR_ARG(buf_str(&l.json)));
  if (code == ERR_OK && !c->options.json) table_print(&l.t, stdout);
  VEC_FREE(&l.t.rows);
  buf_free(&l.json);
  return code;
}

err_code show_answer(client *c, str answer, err *e) {
  jdoc *doc = NULL;
  err_code code = jn_parse(answer, &doc, e);
  if (code != ERR_OK) return err_prefix(e, "the server's answer: ");
  jnode root = jn_root(doc);
  if (c->options.json)
    printf(STR_FMT "\n", STR_ARG(answer));
  else
    client_print_object(&root);
  jn_free(doc);
  return ERR_OK;
}

err_code show_one(client *c, const char *path, const char *query, err *e) {
  str answer;
  err_code code = client_request(c, "GET", path, query, NULL, STR_NONE, &answer, e);
  return code == ERR_OK ? show_answer(c, answer, e) : code;
}
