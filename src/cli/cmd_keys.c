/* cmd_keys.c -- `dragoman keys`: endpoint and keys of a resource, read from the data directory. */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "service/resources.h"

#include <stdio.h>

static const command_help help = {
    .name = "keys",
    .arguments = "[RESOURCE]",
    .summary = "Prints the endpoint and the two keys of a resource (without a name: the first one) from\n"
               "the data directory. A server may be running on it.",
    .examples = "  dragoman keys\n"
                "  dragoman keys --data /var/lib/dragoman local --json\n",
};

static void print_json(const resource_view *r, str endpoint) {
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  jw_obj(&w);
  jw_kstr(&w, "resource", r->name);
  jw_kstr(&w, "region", r->region);
  jw_kstr(&w, "endpoint", endpoint);
  jw_kcstr(&w, "key1", r->key1);
  jw_kcstr(&w, "key2", r->key2);
  jw_end(&w);
  printf(STR_FMT "\n", STR_ARG(buf_str(&out)));
  buf_free(&out);
}

static void print_text(const resource_view *r, str endpoint) {
  printf("resource  " STR_FMT "\n", STR_ARG(r->name));
  printf("region    " STR_FMT "\n", STR_ARG(r->region));
  printf("endpoint  " STR_FMT "\n", STR_ARG(endpoint));
  printf("key1      %s\n", r->key1);
  printf("key2      %s\n", r->key2);
}

int cmd_keys(int argc, char **argv) {
  service_config place = {.data_dir = CLI_DATA_DIR};
  const char *args[1];
  bool json = false;
  const option options[] = {
      OPT_TEXT("data", &place.data_dir, "DIR", "the data directory (default " CLI_DATA_DIR ")"),
      OPT_TEXT("database", &place.database, "URL", "the database that its server shares with other nodes"),
      OPT_TEXT("secret-file", &place.secret_file, "FILE", "the secret of the nodes (default DIR/secret)"),
      OPT_FLAG("json", &json, "print one JSON object"),
  };
  int status;
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 0, 1, &status)) return status;

  arena a;
  arena_init(&a, 0);
  resource_view r;
  err e = {0};
  if (resource_keys_offline(&place, str_of(args[0]), &a, &r, &e) != ERR_OK) {
    status = cli_fail(&e);
  } else {
    str endpoint = r.endpoint.n ? r.endpoint : str_of(CLI_URL);
    if (json)
      print_json(&r, endpoint);
    else
      print_text(&r, endpoint);
    status = cli_finish_output();
  }
  arena_fini(&a);
  return status;
}
