/* cmd_exported.c -- trained models to take away. */
#include "base/file.h"
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/exported.h"
#include "cli/show.h"

#include <stdio.h>

enum { BUNDLE_MODE = 0644 };

int models_export(int argc, char **argv) {
  static const command_help help = {.name = "models export",
                                    .arguments = "PROJECT NAME MODEL",
                                    .summary =
                                        "Keeps a trained model under a name of its own, whatever becomes of its label.",
                                    .examples = "  dragoman models export home kiosk m1\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 3)) return c.status;
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_kcstr(&w, "trainedModelLabel", c.args[2]);
  jw_end(&w);
  str done = arena_printf(&c.memory, "%s exported as %s", c.args[2], c.args[1]);
  const char *path = client_path(&c, c.args[0], "exported-models", c.args[1], NULL);
  err_code code = client_job(&c, "PUT", path, "", buf_str(&body), "exporting", done.p, &c.e);
  buf_free(&body);
  return client_end(&c, code);
}

int models_exported(int argc, char **argv) {
  static const command_help help = {.name = "models exported",
                                    .arguments = "PROJECT",
                                    .summary = "Lists the exported models of a project.",
                                    .examples = "  dragoman models exported home\n"};
  static const char *const headings[] = {"NAME", "MODEL", "EXPORTED", "EXPIRES"};
  static const char *const members[] = {"exportedModelName", "modelId", "lastExportedModelDateTime",
                                        "modelExpirationDate"};
  static const show_columns columns = {ARRAY_LEN(headings), headings, members};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  return client_end(&c, show_list(&c, client_path(&c, c.args[0], "exported-models", NULL), &columns, &c.e));
}

int models_bundle(int argc, char **argv) {
  static const command_help help = {
      .name = "models bundle",
      .arguments = "PROJECT NAME",
      .summary = "Fetches an exported model as one signed file, from which dragoman serve --model\n"
                 "answers alone.",
      .examples = "  dragoman models bundle home kiosk -o kiosk.bundle\n"
                  "  dragoman serve --model kiosk.bundle --listen 127.0.0.1:8081\n"};
  client c = {0};
  const char *output = NULL;
  option to_file = OPT_TEXT("output", &output, "FILE", "the file to write (default NAME.bundle)");
  to_file.letter = 'o';
  const option options[] = {CLIENT_OPTIONS(c), to_file};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  http_reply reply;
  c.api = CLIENT_OWN;
  if (!output) output = arena_printf(&c.memory, "%s.bundle", c.args[1]).p;
  const char *path = client_path(&c, c.args[0], "exported-models", c.args[1], "bundle", NULL);
  err_code code = client_call(&c, "GET", path, "", NULL, STR_NONE, &reply, &c.e);
  if (code == ERR_OK) {
    code = file_write_atomic(output, buf_str(&reply.body), BUNDLE_MODE, &c.e);
    if (code == ERR_OK)
      printf(c.options.json ? "{\"file\":\"%s\",\"bytes\":%zu}\n" : "%s: %zu bytes\n", output, reply.body.n);
    http_reply_fini(&reply);
  }
  return client_end(&c, code);
}

int models_unexport(int argc, char **argv) {
  static const command_help help = {.name = "models unexport",
                                    .arguments = "PROJECT NAME",
                                    .summary = "Deletes an exported model; bundles that were fetched go on to work.",
                                    .examples = "  dragoman models unexport home kiosk\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  str done = arena_printf(&c.memory, "%s deleted", c.args[1]);
  const char *path = client_path(&c, c.args[0], "exported-models", c.args[1], NULL);
  return client_end(&c, client_job(&c, "DELETE", path, "", STR_NONE, "deleting", done.p, &c.e));
}
