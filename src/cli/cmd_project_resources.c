/* cmd_project_resources.c -- the resources that a project may be deployed to. */
#include "cli/commands.h"
#include "cli/project_resources.h"
#include "cli/show.h"

int projects_resources(int argc, char **argv) {
  static const command_help help = {.name = "projects resources",
                                    .arguments = "PROJECT",
                                    .summary =
                                        "Lists the resources that the project may be deployed to, beside its own.",
                                    .examples = "  dragoman projects resources home\n"};
  static const char *const headings[] = {"REGION", "RESOURCE"};
  static const char *const members[] = {"region", "azureResourceId"};
  static const show_columns columns = {ARRAY_LEN(headings), headings, members};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  return client_end(&c, show_list(&c, client_path(&c, c.args[0], "resources", NULL), &columns, &c.e));
}

/* The name at the end of an Azure resource id: what a custom domain is made of. */
static str last_segment(const char *resource_id) {
  const char *slash = strrchr(resource_id, '/');
  return str_of(slash ? slash + 1 : resource_id);
}

static str claim_body(client *c, const char *resource_id, const char *region, const char *domain) {
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_key(&w, "resourcesMetadata");
  jw_arr(&w);
  jw_obj(&w);
  jw_kcstr(&w, "azureResourceId", resource_id);
  jw_kstr(&w, "customDomain", domain ? str_of(domain) : last_segment(resource_id));
  jw_kcstr(&w, "region", region);
  jw_end(&w);
  jw_end(&w);
  jw_end(&w);
  return client_take(c, &body);
}

int projects_assign(int argc, char **argv) {
  static const command_help help = {
      .name = "projects assign",
      .arguments = "PROJECT RESOURCE-ID REGION",
      .summary = "Lets a project be deployed to another resource, named by its Azure resource id. What\n"
                 "is deployed there answers under that resource's keys.",
      .examples = "  dragoman projects assign home /subscriptions/s/resourceGroups/g/providers/\\\n"
                  "      Microsoft.CognitiveServices/accounts/west westus2\n"};
  client c = {0};
  const char *domain = NULL;
  const option options[] = {CLIENT_JOB_OPTIONS(c),
                            OPT_TEXT("domain", &domain, "NAME", "custom domain (default: the name of the resource)")};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 3)) return c.status;
  str body = claim_body(&c, c.args[1], c.args[2], domain);
  str done = arena_printf(&c.memory, "%s assigned to %s", c.args[1], c.args[0]);
  const char *path = client_path(&c, c.args[0], "resources", ":assign", NULL);
  return client_end(&c, client_job(&c, "POST", path, "", body, "assigning", done.p, &c.e));
}

void write_resource_ids(jw *w, const char *list) {
  if (!list) return;
  jw_key(w, "assignedResourceIds");
  jw_arr(w);
  for (str rest = str_of(list); rest.n;) {
    size_t end = str_find_byte(rest, ',');
    jw_str(w, str_trim(str_make(rest.p, end)));
    rest = str_skip(rest, end + 1);
  }
  jw_end(w);
}

str resource_ids_body(client *c, const char *list) {
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  write_resource_ids(&w, list);
  jw_end(&w);
  return client_take(c, &body);
}

int projects_unassign(int argc, char **argv) {
  static const command_help help = {
      .name = "projects unassign",
      .arguments = "PROJECT RESOURCE-ID",
      .summary = "Takes a resource from a project, with every deployment of the project on it.",
      .examples = "  dragoman projects unassign home /subscriptions/s/resourceGroups/g/providers/\\\n"
                  "      Microsoft.CognitiveServices/accounts/west\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  str body = resource_ids_body(&c, c.args[1]);
  str done = arena_printf(&c.memory, "%s unassigned from %s", c.args[1], c.args[0]);
  const char *path = client_path(&c, c.args[0], "resources", ":unassign", NULL);
  return client_end(&c, client_job(&c, "POST", path, "", body, "unassigning", done.p, &c.e));
}
