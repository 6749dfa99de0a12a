/* show.h -- list and show commands: the same for projects, models, deployments and jobs. */
#ifndef DRAGOMAN_CLI_SHOW_H
#define DRAGOMAN_CLI_SHOW_H

#include "cli/client.h"

typedef struct show_columns {
  size_t n;
  const char *const *headings; /* [n] */
  const char *const *members;  /* [n] names in an item */
} show_columns;

/* Prints a collection as a table, or with --json as {"value":[…]}. */
must_check err_code show_list(client *c, const char *path, const show_columns *columns, err *e);
/* Prints an answer, an object in JSON: a member a line, or with --json as it is. */
must_check err_code show_answer(client *c, str answer, err *e);
/* Gets an object and prints it so. */
must_check err_code show_one(client *c, const char *path, const char *query, err *e);

#endif
