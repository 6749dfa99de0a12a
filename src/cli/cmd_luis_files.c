/* cmd_luis_files.c -- LUIS apps from files and into files. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/luis_call.h"
#include "project/luis_json.h"
#include "project/project_file.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- import --------------------------------------------------------------------------------- */

/* The app in JSON, of another culture. */
static err_code change_culture(luis_call *l, str text, str *json, err *e) {
  project clu;
  luis_app app;
  project_format format;
  err_code code = project_file_read(text, &l->c.memory, &format, &clu, &app, NULL, e);
  if (code != ERR_OK) return code;
  if (format == FORMAT_CLU)
    return err_set(e, ERR_INVALID_ARGUMENT, "this is a CLU project; see dragoman projects import");
  app.culture = str_of(l->culture);
  buf out = {0};
  luis_write(&app, &out);
  *json = client_take(&l->c, &out);
  return ERR_OK;
}

/* "&name=value" when there is a value. */
static const char *parameter(luis_call *l, const char *name, const char *value) {
  return value ? arena_printf(&l->c.memory, "&%s=%s", name, client_path(&l->c, value, NULL) + 1).p : "";
}

static err_code send_app(luis_call *l, str text, err *e) {
  str answer, first = str_trim(text);
  bool is_json = first.n && first.p[0] == '{';
  const char *type = is_json ? "application/json" : "text/plain; charset=utf-8", *id = NULL;
  err_code code = l->into ? luis_call_app(l, l->into, &id, e) : ERR_OK;
  if (code != ERR_OK) return code;
  const char *path = id ? client_path(&l->c, "apps", id, "versions", "import", NULL) : "/apps/import";
  const char *query = id ? parameter(l, "versionId", l->version) : parameter(l, "appName", l->name);
  code = client_request(&l->c, "POST", path, query, type, text, &answer, e);
  if (code != ERR_OK) return code;
  /* A bare id: "…". */
  str bare = answer.n > 2 ? str_make(answer.p + 1, answer.n - 2) : answer;
  luis_call_say(l, answer, STR_FMT, STR_ARG(bare));
  return ERR_OK;
}

static err_code import_file(luis_call *l, err *e) {
  if (l->name && l->into)
    return err_set(e, ERR_INVALID_ARGUMENT, "--name is for a new app, --into for one that is there");
  if (l->version && !l->into) return err_set(e, ERR_INVALID_ARGUMENT, "--version goes with --into");
  char *data = NULL;
  size_t n = 0;
  err_code code = file_read_maybe_gz(l->c.args[0], CLI_FILE_MAX_BYTES, &data, &n, e);
  if (code != ERR_OK) return code;
  str text = str_make(data, n);
  if (l->culture) code = change_culture(l, text, &text, e);
  if (code == ERR_OK) code = send_app(l, text, e);
  free(data);
  if (code != ERR_OK) err_prefix(e, "%s: ", l->c.args[0]);
  return code;
}

int cmd_luis_import(int argc, char **argv) {
  static const command_help help = {
      .name = "luis import",
      .arguments = "FILE",
      .summary = "Makes an app of an export: JSON of any schema or .lu, plain or .gz. Prints the\n"
                 "id of the app. With --into it becomes a version of an app that is there, and\n"
                 "the id of the version is printed.",
      .examples = "  dragoman luis import bikes.json\n"
                  "  dragoman luis import bikes.lu --name \"Bikes (test)\" --culture en-gb\n"
                  "  dragoman luis import bikes.lu --into Bikes --version 0.2\n"};
  luis_call l = {0};
  const option options[] = {
      OPT_TEXT("name", &l.name, "NAME", "name of the app (default: the one in the file)"),
      OPT_TEXT("culture", &l.culture, "CODE", "language, such as en-us (default: the one in the file)"),
      OPT_TEXT("into", &l.into, "APP", "a new version of this app"),
      OPT_TEXT("version", &l.version, "V", "id of that version (default: the one in the file)"),
      CLIENT_OPTIONS(l.c),
  };
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 1, import_file);
}

/* ---- export --------------------------------------------------------------------------------- */

static err_code export_version(luis_call *l, err *e) {
  const char *id;
  str document;
  err_code code = luis_call_version(l, &id, e);
  if (code != ERR_OK) return code;
  code = client_request(&l->c, "GET", client_path(&l->c, "apps", id, "versions", l->version, "export", NULL),
                        parameter(l, "format", l->format), NULL, STR_NONE, &document, e);
  return code == ERR_OK ? client_save(l->file, document, e) : code;
}

int cmd_luis_export(int argc, char **argv) {
  static const command_help help = {.name = "luis export",
                                    .arguments = "APP",
                                    .summary = "Writes a version of an app to stdout, or to FILE.",
                                    .examples = "  dragoman luis export Bikes -o bikes.json\n"
                                                "  dragoman luis export Bikes --version 0.1 --format lu > bikes.lu\n"};
  luis_call l = {.format = "json"};
  option to_file = OPT_TEXT("output", &l.file, "FILE", "where to write");
  to_file.letter = 'o';
  const option options[] = {
      OPT_CHOICE("format", &l.format, "FORMAT", "json|lu", "JSON of schema 7 (default) or .lu"),
      to_file,
      LUIS_VERSION_OPTION(l),
      CLIENT_OPTIONS(l.c),
  };
  return luis_call_run(&l, &help, options, ARRAY_LEN(options), argc, argv, 1, export_version);
}
