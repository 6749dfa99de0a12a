/* luis_call.h -- what the commands of `dragoman luis` share: an app is named by its id or its name, a version
 * defaults to the app's active one. Source: reference luis-authoring. */
#ifndef DRAGOMAN_CLI_LUIS_CALL_H
#define DRAGOMAN_CLI_LUIS_CALL_H

#include "cli/client.h"

/* One command: what was given, and the client that it speaks through. */
typedef struct luis_call {
  client c;
  const char *version;               /* NULL: the active one */
  const char *name, *culture, *into; /* import */
  const char *format, *file;         /* export */
  const char *slot;
  bool direct;
} luis_call;

/* Parses the options (out of l), does the work and ends the command: its exit status. */
int luis_call_run(luis_call *l, const command_help *help, const option *options, size_t option_count, int argc,
                  char **argv, size_t arg_count, err_code (*work)(luis_call *l, err *e));

#define LUIS_VERSION_OPTION(l) OPT_TEXT("version", &(l).version, "V", "version of the app (default: its active one)")

/* Id of the app that is called so. ERR_NOT_FOUND. */
must_check err_code luis_call_app(luis_call *l, const char *app, const char **id, err *e);
/* The same for args[0], and l->version is set where it was not given. */
must_check err_code luis_call_version(luis_call *l, const char **id, err *e);

/* Prints what was done, or with --json the answer. */
void luis_call_say(const luis_call *l, str answer, const char *fmt, ...) printf_like(3, 4);

int cmd_luis_import(int argc, char **argv); /* cmd_luis_files.c */
int cmd_luis_export(int argc, char **argv);
int cmd_luis_train(int argc, char **argv); /* cmd_luis_answers.c */
int cmd_luis_publish(int argc, char **argv);
int cmd_luis_predict(int argc, char **argv);

#endif
