/* cmd_luis.c -- `dragoman luis …`: LUIS apps and their versions. */
#include "base/ids.h"
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/luis_call.h"
#include "cli/show.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- what the commands share ---------------------------------------------------------------- */

int luis_call_run(luis_call *l, const command_help *help, const option *options, size_t option_count, int argc,
                  char **argv, size_t arg_count, err_code (*work)(luis_call *l, err *e)) {
  if (!client_begin(&l->c, help, options, option_count, argc, argv, arg_count)) return l->c.status;
  l->c.api = CLIENT_LUIS;
  return client_end(&l->c, work(l, &l->c.e));
}

static bool is_guid(str s) {
  if (s.n != ID_UUID_LEN) return false;
  for (size_t i = 0; i < s.n; i++) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? s.p[i] != '-' : !isxdigit((unsigned char)s.p[i])) return false;
  }
  return true;
}

typedef struct app_search {
  client *c;
  str name;
  const char *id; /* NULL: not found yet */
} app_search;

static void match_app(void *context, const jnode *app) {
  app_search *s = context;
  if (str_eq_nocase(client_field(s->c, app, "name"), s->name))
    s->id = arena_cstr(&s->c->memory, client_field(s->c, app, "id"));
}

err_code luis_call_app(luis_call *l, const char *app, const char **id, err *e) {
  app_search s = {.c = &l->c, .name = str_of(app), .id = is_guid(str_of(app)) ? app : NULL};
  err_code code = s.id ? ERR_OK : client_list(&l->c, "/apps", match_app, &s, e);
  if (code == ERR_OK && !s.id) return err_set(e, ERR_NOT_FOUND, "there is no app \"%s\"", app);
  *id = s.id;
  return code;
}

err_code luis_call_version(luis_call *l, const char **id, err *e) {
  err_code code = luis_call_app(l, l->c.args[0], id, e);
  if (code != ERR_OK || l->version) return code;
  jdoc *doc = NULL;
  str text, active;
  code = client_get(&l->c, client_path(&l->c, "apps", *id, NULL), "", &doc, &text, e);
  if (code != ERR_OK) return code;
  jnode root = jn_root(doc);
  code = jn_req_str(&root, "activeVersion", &active, e);
  if (code == ERR_OK) l->version = arena_cstr(&l->c.memory, active);
  jn_free(doc);
  return code;
}

void luis_call_say(const luis_call *l, str answer, const char *fmt, ...) {
  if (l->c.options.json) {
    printf(STR_FMT "\n", STR_ARG(answer));
    return;
  }
  va_list ap;
  va_start(ap, fmt);
  vprintf(fmt, ap);
  va_end(ap);
  putchar('\n');
}

/* ---- apps ----------------------------------------------------------------------------------- */

static err_code list_apps(luis_call *l, err *e) {
  static const char *const headings[] = {"APP", "ID", "CULTURE", "VERSION", "VERSIONS", "CREATED"};
  static const char *const members[] = {"name", "id", "culture", "activeVersion", "versionsCount", "createdDateTime"};
  return show_list(&l->c, "/apps", &(show_columns){ARRAY_LEN(headings), headings, members}, e);
}

static int cmd_luis_apps(int argc, char **argv) {
  static const command_help help = {.name = "luis apps",
                                    .arguments = "",
                                    .summary = "Lists the LUIS apps of the resource.",
                                    .examples = "  dragoman luis apps\n"};
  luis_call l = {0};
  const option options[] = {CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 0, list_apps);
}

static err_code show_app(luis_call *l, err *e) {
  const char *id;
  err_code code = luis_call_app(l, l->c.args[0], &id, e);
  return code == ERR_OK ? show_one(&l->c, client_path(&l->c, "apps", id, NULL), "", e) : code;
}

static int cmd_luis_show(int argc, char **argv) {
  static const command_help help = {.name = "luis show",
                                    .arguments = "APP",
                                    .summary =
                                        "Prints an app: its versions, its slots, where it answers. APP is an id or a\n"
                                        "name, here and in all the commands.",
                                    .examples = "  dragoman luis show Bikes\n"};
  luis_call l = {0};
  const option options[] = {CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 1, show_app);
}

static err_code list_endpoints(luis_call *l, err *e) {
  const char *id;
  err_code code = luis_call_app(l, l->c.args[0], &id, e);
  return code == ERR_OK ? show_one(&l->c, client_path(&l->c, "apps", id, "endpoints", NULL), "", e) : code;
}

static int cmd_luis_endpoints(int argc, char **argv) {
  static const command_help help = {.name = "luis endpoints",
                                    .arguments = "APP",
                                    .summary = "Prints the regions that an app answers in, each with its address.",
                                    .examples = "  dragoman luis endpoints Bikes\n"};
  luis_call l = {0};
  const option options[] = {CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 1, list_endpoints);
}

/* Without --version the whole app. */
static err_code delete_app(luis_call *l, err *e) {
  const char *id;
  str answer;
  err_code code = luis_call_app(l, l->c.args[0], &id, e);
  if (code != ERR_OK) return code;
  const char *path =
      l->version ? client_path(&l->c, "apps", id, "versions", l->version, NULL) : client_path(&l->c, "apps", id, NULL);
  code = client_request(&l->c, "DELETE", path, "", NULL, STR_NONE, &answer, e);
  if (code != ERR_OK) return code;
  if (l->version)
    luis_call_say(l, answer, "%s of %s deleted", l->version, l->c.args[0]);
  else
    luis_call_say(l, answer, "%s deleted", l->c.args[0]);
  return ERR_OK;
}

static int cmd_luis_delete(int argc, char **argv) {
  static const command_help help = {.name = "luis delete",
                                    .arguments = "APP",
                                    .summary = "Deletes an app with all its versions and what it answers with; with\n"
                                               "--version that version alone.",
                                    .examples = "  dragoman luis delete Bikes\n"
                                                "  dragoman luis delete Bikes --version 0.1\n"};
  luis_call l = {0};
  const option options[] = {OPT_TEXT("version", &l.version, "V", "this version, not the app"), CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 1, delete_app);
}

/* ---- versions ------------------------------------------------------------------------------- */

static err_code list_versions(luis_call *l, err *e) {
  static const char *const headings[] = {"VERSION",  "TRAINING", "INTENTS",  "ENTITIES",
                                         "MODIFIED", "TRAINED",  "PUBLISHED"};
  static const char *const members[] = {"version",
                                        "trainingStatus",
                                        "intentsCount",
                                        "entitiesCount",
                                        "lastModifiedDateTime",
                                        "lastTrainedDateTime",
                                        "lastPublishedDateTime"};
  const char *id;
  err_code code = luis_call_app(l, l->c.args[0], &id, e);
  if (code != ERR_OK) return code;
  return show_list(&l->c, client_path(&l->c, "apps", id, "versions", NULL),
                   &(show_columns){ARRAY_LEN(headings), headings, members}, e);
}

static int cmd_luis_versions(int argc, char **argv) {
  static const command_help help = {.name = "luis versions",
                                    .arguments = "APP",
                                    .summary = "Lists the versions of an app, newest first.",
                                    .examples = "  dragoman luis versions Bikes\n"};
  luis_call l = {0};
  const option options[] = {CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 1, list_versions);
}

static err_code clone_version(luis_call *l, err *e) {
  const char *id;
  str answer;
  err_code code = luis_call_version(l, &id, e);
  if (code != ERR_OK) return code;
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_kcstr(&w, "version", l->c.args[1]);
  jw_end(&w);
  code = client_request(&l->c, "POST", client_path(&l->c, "apps", id, "versions", l->version, "clone", NULL), "",
                        "application/json", buf_str(&body), &answer, e);
  buf_free(&body);
  if (code == ERR_OK) luis_call_say(l, answer, "%s made from %s", l->c.args[1], l->version);
  return code;
}

static int cmd_luis_clone(int argc, char **argv) {
  static const command_help help = {.name = "luis clone",
                                    .arguments = "APP NEW",
                                    .summary =
                                        "Makes the version NEW as a copy of another, to be changed without touching\n"
                                        "what is published.",
                                    .examples = "  dragoman luis clone Bikes 0.2\n"};
  luis_call l = {0};
  const option options[] = {LUIS_VERSION_OPTION(l), CLIENT_OPTIONS(l.c)};
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 2, clone_version);
}

int cmd_luis(int argc, char **argv) {
  static const command commands[] = {
      {"import", "an app, or a version of one, from JSON or .lu", cmd_luis_import},
      {"train", "a version of an app", cmd_luis_train},
      {"publish", "a trained version, to a slot or by its id", cmd_luis_publish},
      {"predict", "what an app makes of an utterance", cmd_luis_predict},
      {"apps", "the LUIS apps of the resource", cmd_luis_apps},
      {"show", "an app", cmd_luis_show},
      {"versions", "the versions of an app", cmd_luis_versions},
      {"clone", "a version into a new one", cmd_luis_clone},
      {"export", "a version as JSON or .lu", cmd_luis_export},
      {"endpoints", "where an app answers", cmd_luis_endpoints},
      {"delete", "an app, or a version of it", cmd_luis_delete},
  };
  return command_dispatch("luis", commands, ARRAY_LEN(commands), argc, argv);
}
