/* cmd_keys.c -- `dragoman keys`: endpoint and keys of a resource, read from the data directory; and how one
 * is replaced by the server. */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/management.h"
#include "service/resources.h"

#include <stdio.h>

static const command_help help = {
    .name = "keys",
    .arguments = "[RESOURCE]",
    .summary = "Prints the endpoint and the two keys of a resource (without a name: the first one) from\n"
               "the data directory. A server may be running on it. With --regenerate the server\n"
               "replaces one of them, and prints both.",
    .examples = "  dragoman keys\n"
                "  dragoman keys --data /var/lib/dragoman local --json\n"
                "  dragoman keys local --regenerate key2\n",
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

static int print_keys(const management_options *o, const char *name) {
  arena a;
  arena_init(&a, 0);
  resource_view r;
  err e = {0};
  int status;
  if (resource_keys_offline(&o->place, str_of(name), &a, &r, &e) != ERR_OK) {
    status = cli_fail(&e);
  } else {
    str endpoint = r.endpoint.n ? r.endpoint : str_of(CLI_URL);
    if (o->json)
      print_json(&r, endpoint);
    else
      print_text(&r, endpoint);
    status = cli_finish_output();
  }
  arena_fini(&a);
  return status;
}

/* Without a name: the resource whose keys would be printed. */
static err_code find_account(client *c, const management_options *o, const char *name, const char **path, err *e) {
  resource_view r;
  if (!name) {
    err_code code = resource_keys_offline(&o->place, STR_NONE, &c->memory, &r, e);
    if (code != ERR_OK) return code;
    name = arena_cstr(&c->memory, r.name);
  }
  return management_find(c, name, path, e);
}

static int replace_key(const management_options *o, const char *name, const char *key) {
  client c = {0};
  const char *path;
  if (!management_open(&c, o)) return c.status;
  str body = arena_printf(&c.memory, "{\"keyName\":\"%s\"}", key);
  err_code code = find_account(&c, o, name, &path, &c.e);
  if (code == ERR_OK)
    code = management_show(&c, "POST", arena_printf(&c.memory, "%s/regenerateKey", path).p, body, &c.e);
  return client_end(&c, code);
}

int cmd_keys(int argc, char **argv) {
  management_options o = {.place = {.data_dir = CLI_DATA_DIR}};
  const char *args[1], *regenerate = NULL;
  const option options[] = {
      MANAGEMENT_OPTIONS(o),
      OPT_CHOICE("regenerate", &regenerate, "KEY", "key1|key2", "have the server replace it; the other goes on"),
  };
  int status;
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 0, 1, &status)) return status;
  return regenerate ? replace_key(&o, args[0], regenerate) : print_keys(&o, args[0]);
}
