/* commands.h -- the commands of `dragoman` and how one is found by name.
 *
 * A command gets argv with its own name at [0] and returns the exit status: CLI_OK, CLI_FAILED after
 * one clear line on stderr, or CLI_USAGE. Results go to stdout, everything else to stderr. */
#ifndef DRAGOMAN_CLI_COMMANDS_H
#define DRAGOMAN_CLI_COMMANDS_H

#include "base/base.h"
#include "base/err.h"

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* Defaults that several commands share. */
#define CLI_DATA_DIR "dragoman-data"
#define CLI_LISTEN   "127.0.0.1:8080"
#define CLI_URL      "http://127.0.0.1:8080"

typedef struct command {
  const char *name;
  const char *summary; /* one line of the command list; NULL: not listed (internal) */
  int (*run)(int argc, char **argv);
} command;

/* The server. */
int cmd_serve(int argc, char **argv);
int cmd_keys(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_train_job(int argc, char **argv); /* internal: the child process of a training job */

/* Without a server, over dragoman.h. */
int cmd_train(int argc, char **argv);
int cmd_evaluate(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_recognize(int argc, char **argv); /* no model either */
int cmd_convert(int argc, char **argv);   /* nor dragoman.h, which knows no formats */

/* The same with an admin's token. */
int cmd_resources(int argc, char **argv);
int cmd_tokens(int argc, char **argv);

/* Groups of commands against a running server. */
int cmd_projects(int argc, char **argv);
int cmd_models(int argc, char **argv);
int cmd_deployments(int argc, char **argv);
int cmd_jobs(int argc, char **argv);

/* Between two servers. */
int cmd_replicate(int argc, char **argv);

/* Runs the command of table[0..n) that argv[1] names. group: "" or "projects", for the messages.
 * Without a name, or with an unknown one, prints what there is, or the nearest name, and answers
 * CLI_USAGE; with --help the list on stdout and CLI_OK. */
int command_dispatch(const char *group, const command *table, size_t n, int argc, char **argv);

/* One line on stderr: "dragoman: <message> (<place>)". Returns CLI_FAILED. */
int cli_fail(const err *e);

/* Flushes stdout; CLI_FAILED with a line on stderr when something could not be written (a full disk,
 * a closed pipe). What a command returns after printing its result. */
int cli_finish_output(void);

#endif
