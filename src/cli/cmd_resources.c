/* cmd_resources.c -- `dragoman resources`: the resources of a server. */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/management.h"
#include "cli/show.h"

#include <stdio.h>

/* Where a resource lies that cannot be asked for its id: it is to come, or deleted. */
typedef struct placing {
  const char *subscription, *group;
} placing;
#define PLACING_OPTIONS(p)                                                                                             \
  OPT_TEXT("subscription", &(p).subscription, "NAME", "of its id (default " MANAGEMENT_SUBSCRIPTION ")"),              \
      OPT_TEXT("group", &(p).group, "NAME", "resource group of its id (default " MANAGEMENT_GROUP ")")
#define PLACING_DEFAULT                                                                                                \
  { MANAGEMENT_SUBSCRIPTION, MANAGEMENT_GROUP }

static const char *placed_path(client *c, const placing *p, const char *name) {
  return client_path(c, "subscriptions", p->subscription, "resourceGroups", p->group, "providers",
                     "Microsoft.CognitiveServices", "accounts", name, NULL);
}

static int list(int argc, char **argv) {
  static const command_help help = {.name = "resources list",
                                    .arguments = "",
                                    .summary = "Lists the resources of a server.",
                                    .examples = "  dragoman resources list\n"};
  static const char *const headings[] = {"NAME", "KIND", "LOCATION", "ID"};
  static const char *const members[] = {"name", "kind", "location", "id"};
  static const show_columns columns = {ARRAY_LEN(headings), headings, members};
  management_options o = {0};
  client c = {0};
  const option options[] = {MANAGEMENT_OPTIONS(o)};
  if (!management_begin(&c, &o, &help, options, ARRAY_LEN(options), argc, argv, 0)) return c.status;
  return client_end(&c, show_list(&c, "/dragoman/resources", &columns, &c.e));
}

static int show(int argc, char **argv) {
  static const command_help help = {.name = "resources show",
                                    .arguments = "RESOURCE",
                                    .summary = "Prints a resource, named by its name or its id.",
                                    .examples = "  dragoman resources show local --json\n"};
  management_options o = {0};
  client c = {0};
  const char *path;
  const option options[] = {MANAGEMENT_OPTIONS(o)};
  if (!management_begin(&c, &o, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  err_code code = management_find(&c, c.args[0], &path, &c.e);
  if (code == ERR_OK) code = management_show(&c, "GET", path, STR_NONE, &c.e);
  return client_end(&c, code);
}

/* ---- create --------------------------------------------------------------------------- */

typedef struct wish {
  const char *kind, *region, *sku, *domain;
  bool no_keys;
} wish;

static str create_body(client *c, const wish *w) {
  buf body = {0};
  jw j;
  jw_init(&j, &body);
  jw_obj(&j);
  jw_kcstr(&j, "kind", w->kind);
  jw_kcstr(&j, "location", w->region);
  jw_key(&j, "sku");
  jw_obj(&j);
  jw_kcstr(&j, "name", w->sku);
  jw_end(&j);
  jw_key(&j, "properties");
  jw_obj(&j);
  if (w->domain) jw_kcstr(&j, "customSubDomainName", w->domain);
  if (w->no_keys) jw_kbool(&j, "disableLocalAuth", true);
  jw_end(&j);
  jw_end(&j);
  return client_take(c, &body);
}

static int create(int argc, char **argv) {
  static const command_help help = {.name = "resources create",
                                    .arguments = "NAME",
                                    .summary = "Makes a resource, or changes one, and prints it. dragoman keys NAME\n"
                                               "prints its keys.",
                                    .examples = "  dragoman resources create west --region westus2\n"
                                                "  dragoman resources create books --kind LUIS --sku S0\n"};
  management_options o = {0};
  client c = {0};
  placing p = PLACING_DEFAULT;
  wish w = {.kind = "TextAnalytics", .region = "eastus"};
  const option options[] = {MANAGEMENT_OPTIONS(o),
                            PLACING_OPTIONS(p),
                            OPT_TEXT("kind", &w.kind, "KIND", "TextAnalytics (default), LUIS, LUIS.Authoring, …"),
                            OPT_TEXT("region", &w.region, "REGION", "where it is (default eastus)"),
                            OPT_TEXT("sku", &w.sku, "NAME", "F0, S, S0, … (default S0, of LUIS.Authoring F0)"),
                            OPT_TEXT("domain", &w.domain, "NAME", "its sub-domain (default: none)"),
                            OPT_FLAG("no-keys", &w.no_keys, "its keys open nothing, only tokens do")};
  if (!management_begin(&c, &o, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  if (!w.sku) w.sku = str_eq_nocase(str_of(w.kind), STR("LUIS.Authoring")) ? "F0" : "S0";
  return client_end(&c, management_show(&c, "PUT", placed_path(&c, &p, c.args[0]), create_body(&c, &w), &c.e));
}

/* ---- delete ------------------------------------------------------------------------------------- */

/* From the path of an account to that of what is left when it is deleted. */
static const char *deleted_path(client *c, const char *path) {
  const char *group = strcasestr(path, "/resourceGroups/"), *provider = group ? strcasestr(group, "/providers/") : NULL;
  const char *name = strrchr(path, '/');
  if (!provider) return path;
  return arena_printf(&c->memory, "%.*s/providers/Microsoft.CognitiveServices/locations/any%.*s/deletedAccounts%s",
                      (int)(group - path), path, (int)(provider - group), group, name)
      .p;
}

static int delete (int argc, char **argv) {
  static const command_help help = {.name = "resources delete",
                                    .arguments = "RESOURCE",
                                    .summary =
                                        "Deletes a resource with all its projects. It can be restored for two days.",
                                    .examples = "  dragoman resources delete west\n"
                                                "  dragoman resources delete west --purge\n"};
  management_options o = {0};
  client c = {0};
  bool purge = false;
  const char *path;
  const option options[] = {MANAGEMENT_OPTIONS(o), OPT_FLAG("purge", &purge, "at once and for good")};
  str answer;
  if (!management_begin(&c, &o, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  err_code code = management_find(&c, c.args[0], &path, &c.e);
  if (code == ERR_OK) code = management_call(&c, "DELETE", path, STR_NONE, &answer, &c.e);
  if (code == ERR_OK && purge) code = management_call(&c, "DELETE", deleted_path(&c, path), STR_NONE, &answer, &c.e);
  if (code == ERR_OK && !o.json) printf("%s %s\n", c.args[0], purge ? "purged" : "deleted");
  return client_end(&c, code);
}

/* ---- restore ------------------------------------------------------------------------------------ */

static int restore(int argc, char **argv) {
  static const command_help help = {.name = "resources restore",
                                    .arguments = "NAME",
                                    .summary =
                                        "Brings back a resource that was deleted in the last two days, with its\n"
                                        "keys and data.",
                                    .examples = "  dragoman resources restore west\n"};
  management_options o = {0};
  client c = {0};
  placing p = PLACING_DEFAULT;
  const char *path;
  const option options[] = {MANAGEMENT_OPTIONS(o), PLACING_OPTIONS(p)};
  str answer;
  if (!management_begin(&c, &o, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  path = placed_path(&c, &p, c.args[0]);
  /* A PUT would change one that lives. */
  err_code code = management_call(&c, "GET", deleted_path(&c, path), STR_NONE, &answer, &c.e);
  if (code == ERR_OK) code = management_show(&c, "PUT", path, STR("{\"properties\":{\"restore\":true}}"), &c.e);
  return client_end(&c, code);
}

int cmd_resources(int argc, char **argv) {
  static const command commands[] = {{"list", "the resources of a server", list},
                                     {"show", "one of them", show},
                                     {"create", "make one, or change one", create},
                                     {"delete", "with all its projects", delete},
                                     {"restore", "what was deleted in the last two days", restore}};
  return command_dispatch("resources", commands, ARRAY_LEN(commands), argc, argv);
}
