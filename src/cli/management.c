#include "cli/management.h"

#include "cli/commands.h"
#include "cli/show.h"
#include "service/tokens.h"

#include <stdlib.h>

static const char *given(const char *text, const char *variable) {
  if (text && *text) return text;
  const char *v = getenv(variable);
  return v && *v ? v : NULL;
}

bool management_begin(client *c, const management_options *o, const command_help *help, const option *options,
                      size_t option_count, int argc, char **argv, size_t arg_count) {
  return options_parse(help, options, option_count, argc, argv, c->args, arg_count, arg_count, &c->status) &&
         management_open(c, o);
}

bool management_open(client *c, const management_options *o) {
  arena a;
  arena_init(&a, 0);
  char text[TOKEN_LEN + 1];
  str endpoint = STR("");
  const char *url = given(o->url, "DRAGOMAN_URL"), *token = given(o->token, "DRAGOMAN_ADMIN_TOKEN");
  service_config place = o->place;
  if (!place.data_dir) place.data_dir = CLI_DATA_DIR;
  err_code code = ERR_OK;
  if (!token) {
    code = token_admin_offline(&place, text, &a, &endpoint, &c->e);
    if (code != ERR_OK) err_prefix(&c->e, "no token: give --token, DRAGOMAN_ADMIN_TOKEN or --data; ");
    token = text;
  }
  if (!url) url = endpoint.n ? arena_cstr(&a, endpoint) : CLI_URL;
  if (code == ERR_OK) code = client_open(c, url, token, &c->e);
  arena_fini(&a);
  if (code != ERR_OK) {
    c->status = cli_fail(&c->e);
    return false;
  }
  c->api = CLIENT_MANAGEMENT;
  c->options.json = o->json;
  return true;
}

const char *management_path(client *c, str id) {
  buf path = {0};
  while (id.n && id.p[0] == '/') {
    str segment = str_make(id.p + 1, str_find_byte(str_skip(id, 1), '/'));
    id = str_skip(id, segment.n + 1);
    buf_add_str(&path, str_of(client_path(c, arena_cstr(&c->memory, segment), NULL)));
  }
  return client_take(c, &path).p;
}

typedef struct search {
  client *c;
  str name;
  const char *path; /* of the one found */
} search;

static void look_at(void *context, const jnode *item) {
  search *s = context;
  if (str_eq_nocase(client_field(s->c, item, "name"), s->name))
    s->path = management_path(s->c, client_field(s->c, item, "id"));
}

err_code management_find(client *c, const char *name, const char **path, err *e) {
  search s = {.c = c, .name = str_of(name)};
  *path = name[0] == '/' ? management_path(c, s.name) : NULL;
  if (*path) return ERR_OK;
  err_code code = client_list(c, "/dragoman/resources", look_at, &s, e);
  *path = s.path;
  if (code == ERR_OK && !s.path) return err_set(e, ERR_NOT_FOUND, "there is no resource \"%s\"", name);
  return code;
}

err_code management_call(client *c, const char *method, const char *path, str body, str *answer, err *e) {
  return client_request(c, method, path, "", body.n ? "application/json" : NULL, body, answer, e);
}

err_code management_show(client *c, const char *method, const char *path, str body, err *e) {
  str answer;
  err_code code = management_call(c, method, path, body, &answer, e);
  return code == ERR_OK ? show_answer(c, answer, e) : code;
}
