/* project_resources.h -- `dragoman projects resources|assign|unassign|copy`. */
#ifndef DRAGOMAN_CLI_PROJECT_RESOURCES_H
#define DRAGOMAN_CLI_PROJECT_RESOURCES_H

#include "base/json_out.h"

int projects_resources(int argc, char **argv);
int projects_assign(int argc, char **argv);
int projects_unassign(int argc, char **argv);
int projects_copy(int argc, char **argv); /* cmd_copy.c */

/* "key":["id",…] of a list separated by commas; nothing when list is NULL. */
void write_id_list(jw *w, const char *key, const char *list);

#endif
