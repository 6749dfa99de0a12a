/* project_resources.h -- `dragoman projects resources|assign|unassign|copy`. */
#ifndef DRAGOMAN_CLI_PROJECT_RESOURCES_H
#define DRAGOMAN_CLI_PROJECT_RESOURCES_H

#include "base/json_out.h"
#include "cli/client.h"

int projects_resources(int argc, char **argv);
int projects_assign(int argc, char **argv);
int projects_unassign(int argc, char **argv);
int projects_copy(int argc, char **argv); /* cmd_copy.c */

/* "assignedResourceIds":["id",…] of a list separated by commas; nothing when list is NULL. */
void write_resource_ids(jw *w, const char *list);
/* A body of that alone, in the client's arena. */
str resource_ids_body(client *c, const char *list);

#endif
