/* cmd_tokens.c -- `dragoman tokens`: bearer tokens of a server. */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/management.h"
#include "cli/show.h"
#include "service/tokens.h"

#include <stdio.h>

#define TOKENS "/dragoman/tokens"

static int print_admin(const management_options *o) {
  arena a;
  err e = {0};
  char text[TOKEN_LEN + 1];
  str endpoint;
  service_config place = o->place;
  if (!place.data_dir) place.data_dir = CLI_DATA_DIR;
  arena_init(&a, 0);
  err_code code = token_admin_offline(&place, text, &a, &endpoint, &e);
  arena_fini(&a);
  if (code != ERR_OK) return cli_fail(&e);
  printf(o->json ? "{\"token\":\"%s\"}\n" : "%s\n", text);
  return cli_finish_output();
}

static int admin(int argc, char **argv) {
  static const command_help help = {.name = "tokens admin",
                                    .arguments = "",
                                    .summary =
                                        "Prints the admin token, which manages resources and tokens, from the data\n"
                                        "directory. A server may be running on it.",
                                    .examples = "  export DRAGOMAN_ADMIN_TOKEN=$(dragoman tokens admin)\n"
                                                "  dragoman tokens admin --regenerate\n"};
  management_options o = {0};
  client c = {0};
  bool regenerate = false;
  const option options[] = {MANAGEMENT_OPTIONS(o),
                            OPT_FLAG("regenerate", &regenerate, "have the server make another; this one ends")};
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, NULL, 0, 0, &c.status)) return c.status;
  if (!regenerate) return print_admin(&o);
  if (!management_open(&c, &o)) return c.status;
  return client_end(&c, management_show(&c, "POST", TOKENS "/admin/:regenerate", STR_NONE, &c.e));
}

typedef struct wish {
  const char *role, *resource, *description;
  int64_t days;
} wish;

static str create_body(client *c, const wish *w) {
  buf body = {0};
  jw j;
  jw_init(&j, &body);
  jw_obj(&j);
  jw_kcstr(&j, "role", w->role);
  if (w->resource) jw_kcstr(&j, "resource", w->resource);
  jw_kcstr(&j, "description", w->description);
  jw_kint(&j, "expiresInSeconds", w->days * 86400);
  jw_end(&j);
  return client_take(c, &body);
}

static int create(int argc, char **argv) {
  static const command_help help = {.name = "tokens create",
                                    .arguments = "--role ROLE --resource RESOURCE",
                                    .summary = "Makes a token that opens one resource, or with the role Admin the\n"
                                               "management, and prints it. It cannot be had again.",
                                    .examples = "  dragoman tokens create --role Reader --resource local --days 7\n"};
  management_options o = {0};
  client c = {0};
  wish w = {.description = "", .days = 30};
  const option options[] = {
      MANAGEMENT_OPTIONS(o),
      OPT_CHOICE("role", &w.role, "ROLE", "Reader|Writer|Owner|Admin", "what it may do"),
      OPT_TEXT("resource", &w.resource, "RESOURCE", "what it opens; none for an Admin"),
      OPT_TEXT("description", &w.description, "TEXT", "for whom, for what"),
      OPT_INT("days", &w.days, 1, 3650, "until it ends (default 30)"),
  };
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, NULL, 0, 0, &c.status)) return c.status;
  if (!w.role) return options_usage_error(&help, "--role is missing");
  if (!management_open(&c, &o)) return c.status;
  return client_end(&c, management_show(&c, "POST", TOKENS, create_body(&c, &w), &c.e));
}

static int list(int argc, char **argv) {
  static const command_help help = {.name = "tokens list",
                                    .arguments = "",
                                    .summary = "Lists the tokens that have not ended. None is printed itself.",
                                    .examples = "  dragoman tokens list\n"};
  static const char *const headings[] = {"ID", "ROLE", "RESOURCE", "UNTIL", "DESCRIPTION"};
  static const char *const members[] = {"id", "role", "resource", "expirationDateTime", "description"};
  static const show_columns columns = {ARRAY_LEN(headings), headings, members};
  management_options o = {0};
  client c = {0};
  const option options[] = {MANAGEMENT_OPTIONS(o)};
  if (!management_begin(&c, &o, &help, options, ARRAY_LEN(options), argc, argv, 0)) return c.status;
  return client_end(&c, show_list(&c, TOKENS, &columns, &c.e));
}

static int revoke(int argc, char **argv) {
  static const command_help help = {.name = "tokens revoke",
                                    .arguments = "ID",
                                    .summary = "Ends a token at once.",
                                    .examples = "  dragoman tokens revoke 0f1e2d3c4b5a69788796a5b4c3d2e1f0\n"};
  management_options o = {0};
  client c = {0};
  const option options[] = {MANAGEMENT_OPTIONS(o)};
  str answer;
  if (!management_begin(&c, &o, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  err_code code =
      management_call(&c, "DELETE", client_path(&c, "dragoman", "tokens", c.args[0], NULL), STR_NONE, &answer, &c.e);
  if (code == ERR_OK && !o.json) printf("token %s revoked\n", c.args[0]);
  return client_end(&c, code);
}

int cmd_tokens(int argc, char **argv) {
  static const command commands[] = {{"admin", "print the admin token", admin},
                                     {"create", "make a token with a role", create},
                                     {"list", "those that have not ended", list},
                                     {"revoke", "end one at once", revoke}};
  return command_dispatch("tokens", commands, ARRAY_LEN(commands), argc, argv);
}
