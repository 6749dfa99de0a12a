/* client.h -- what the commands against a running server share: where the server is, calls, pages,
 * jobs, printing. Paths are those of the authoring API below ".../projects" (reference §2). */
#ifndef DRAGOMAN_CLI_CLIENT_H
#define DRAGOMAN_CLI_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json_in.h"
#include "cli/http_client.h"
#include "cli/options.h"

typedef struct client_options {
  const char *url, *key, *data_dir; /* NULL: see client_begin */
  bool json;                        /* print what the server answered */
  bool no_wait;                     /* print the operation of a job instead of waiting for its end */
} client_options;

/* Rows of an option table. */
#define CLIENT_OPTIONS(o)                                                                                              \
  OPT_TEXT("url", &(o).url, "URL", "the server (default $DRAGOMAN_URL, then that of --data)"),                         \
      OPT_TEXT("key", &(o).key, "KEY", "a key or token of the resource (default $DRAGOMAN_KEY, then --data)"),             \
      OPT_TEXT("data", &(o).data_dir, "DIR", "data directory of a local server (default dragoman-data)"),              \
      OPT_FLAG("json", &(o).json, "print JSON")
#define CLIENT_JOB_OPTIONS(o)                                                                                          \
  CLIENT_OPTIONS(o), OPT_FLAG("no-wait", &(o).no_wait, "print the operation and do not wait for it")

typedef struct client {
  client_options options;
  const char *url; /* without a slash at the end */
  bool own;        /* paths are below /dragoman/projects instead */
  bool whole;      /* paths are those of the server, with the api-version of the management */
  http_client *http;
  arena memory; /* of one command */
} client;

/* Begins a command: parses its options (those of o are among them) and finds key and server: --key,
 * $DRAGOMAN_KEY, key1 of the first resource in the data directory; --url, $DRAGOMAN_URL, the address
 * of the server of that directory, http://127.0.0.1:8080. False when the command is over already; then *status is its
 * exit status and nothing is to end. */
must_check bool client_begin(client *c, const client_options *o, const command_help *help, const option *options,
                             size_t option_count, int argc, char **argv, const char **args, size_t arg_count,
                             int *status);
/* A client of a server that is named outright, for commands that speak with more than one; ended by
 * client_close. */
must_check err_code client_open(client *c, const char *url, const char *key, err *e);
void client_close(client *c);
/* Ends the command: prints e unless code is ERR_OK, frees, answers the exit status. */
int client_end(client *c, err_code code, const err *e);

/* "/<segment>/<segment>…", each percent-encoded, up to the NULL. */
const char *client_path(client *c, ...) __attribute__((sentinel));

/* One request; query: "" or "&name=value…". An answer outside 2xx is an error that carries the
 * server's message and place. The reply must be released. */
must_check err_code client_call(client *c, const char *method, const char *path, const char *query,
                                const char *content_type, str body, http_reply *out, err *e);
/* GET that answers JSON: parsed and as text, both as long as the client's arena (*doc: jn_free). */
must_check err_code client_get(client *c, const char *path, const char *query, jdoc **doc, str *text, err *e);

/* Every item of a collection, page after page. visit borrows the item. */
typedef void (*client_visit)(void *context, const jnode *item);
must_check err_code client_list(client *c, const char *path, client_visit visit, void *context, err *e);

/* A request that starts a job. Waits for its end with a progress bar and then prints `done`, or the
 * job as JSON; with --no-wait prints the operation. ERR_CONFLICT with the job's reason when it failed,
 * ERR_CANCELLED when it was cancelled. */
must_check err_code client_job(client *c, const char *method, const char *path, const char *query, str body,
                               const char *label, const char *done, err *e);
/* The same for a job that was started before. operation: as --no-wait prints it. *job: the last state
 * as JSON, in the client's arena. */
must_check err_code client_wait(client *c, const char *operation, const char *label, str *job, err *e);
/* Path of an operation: "home/train/jobs/ID", or any URL that ends with it; "home/jobs/ID" is one of
 * Dragoman's own and sets c->own. ERR_INVALID_ARGUMENT. */
must_check err_code client_operation_path(client *c, const char *operation, const char **path, err *e);

/* The members of an object, one a line. */
void client_print_object(const jnode *object);
/* Text of a member: a string as it is, anything else as JSON, "-" when absent or null. */
str client_field(client *c, const jnode *object, const char *key);

#endif
