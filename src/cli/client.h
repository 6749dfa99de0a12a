/* client.h -- what the commands against a running server share: where the server is, calls, pages,
 * jobs, printing. Paths are those below the root of one API, client_api. */
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

/* Rows of an option table, of client c. */
#define CLIENT_OPTIONS(c)                                                                                              \
  OPT_TEXT("url", &(c).options.url, "URL", "the server (default $DRAGOMAN_URL, then that of --data)"),                 \
      OPT_TEXT("key", &(c).options.key, "KEY", "a key or token of the resource (default $DRAGOMAN_KEY, then --data)"), \
      OPT_TEXT("data", &(c).options.data_dir, "DIR", "data directory of a local server (default dragoman-data)"),      \
      OPT_FLAG("json", &(c).options.json, "print JSON")
#define CLIENT_JOB_OPTIONS(c)                                                                                          \
  CLIENT_OPTIONS(c), OPT_FLAG("no-wait", &(c).options.no_wait, "print the operation and do not wait for it")

typedef enum client_api {
  CLIENT_CLU,            /* the authoring API below ".../projects" (reference clu-authoring §2) */
  CLIENT_OWN,            /* Dragoman's own: /dragoman/projects */
  CLIENT_MANAGEMENT,     /* of resources: paths are whole */
  CLIENT_LUIS,           /* authoring of LUIS, v3.0-preview; lists are bare arrays */
  CLIENT_LUIS_PREDICTION /* predictions of LUIS, v3.0 */
} client_api;

enum { CLIENT_MAX_ARGS = 3 };

/* One command: what it was given, and the server that it speaks with. Zero-initialise. */
typedef struct client {
  client_options options;
  const char *args[CLIENT_MAX_ARGS];
  const char *url; /* without a slash at the end */
  client_api api;
  http_client *http;
  arena memory; /* of one command */
  err e;        /* what the command ends with */
  int status;   /* of a command that is over before it began */
} client;

/* Begins a command: parses its options (CLIENT_OPTIONS are among them) and arg_count arguments and finds key and
 * server: --key, $DRAGOMAN_KEY, key1 of the first resource in the data directory; --url, $DRAGOMAN_URL, the address of
 * the server of that directory, http://127.0.0.1:8080. False when the command is over already; then c->status is its
 * exit status and nothing is to end. */
must_check bool client_begin(client *c, const command_help *help, const option *options, size_t option_count, int argc,
                             char **argv, size_t arg_count);
/* A client of a server that is named outright; ended by client_end, or by client_close in a command that speaks with
 * more than one. */
must_check err_code client_open(client *c, const char *url, const char *key, err *e);
void client_close(client *c);
/* Ends the command: prints c->e unless code is ERR_OK, frees, answers the exit status. */
int client_end(client *c, err_code code);

/* What b holds, in the client's arena; b is freed. */
str client_take(client *c, buf *b);

/* "/<segment>/<segment>…", each percent-encoded, up to the NULL. */
const char *client_path(client *c, ...) __attribute__((sentinel));

/* One request; query: "" or "&name=value…". An answer outside 2xx is an error that carries the
 * server's message and place. The reply must be released. */
must_check err_code client_call(client *c, const char *method, const char *path, const char *query,
                                const char *content_type, str body, http_reply *out, err *e);
/* The same; *answer: the body, in the client's arena. */
must_check err_code client_request(client *c, const char *method, const char *path, const char *query,
                                   const char *content_type, str body, str *answer, err *e);
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
/* The same without a word: waits in any case. *operation: for its result, in the client's arena. */
must_check err_code client_job_quietly(client *c, const char *method, const char *path, const char *query, str body,
                                       const char *label, const char **operation, err *e);
/* The document of a project, or with a model what that was trained on. The reply must be released. */
must_check err_code client_export(client *c, const char *project, const char *model, http_reply *out, err *e);
/* Waits for a job that was started before. operation: as --no-wait prints it. *job: the last state
 * as JSON, in the client's arena. */
must_check err_code client_wait(client *c, const char *operation, const char *label, str *job, err *e);
/* Path of an operation: "home/train/jobs/ID", or any URL that ends with it; "home/jobs/ID" is one of
 * Dragoman's own and sets c->api. ERR_INVALID_ARGUMENT. */
must_check err_code client_operation_path(client *c, const char *operation, const char **path, err *e);

/* What a look at long work shows. */
typedef struct client_look {
  bool over;
  double done;       /* [0, 1] */
  const char *phase; /* what is being done; NULL: nothing to say */
} client_look;
/* Reads the state of the work. An error means that it is over and has failed. */
typedef err_code (*client_judge)(const jnode *state, client_look *out, err *e);
/* GETs path again and again, with a progress bar, until judge says that the work is over. *state: the last answer,
 * in the client's arena. */
must_check err_code client_poll(client *c, const char *path, client_judge judge, const char *label, str *state, err *e);

/* Writes document to the file path, or with a newline to stdout when path is NULL. */
must_check err_code client_save(const char *path, str document, err *e);
/* The members of an object, one a line. */
void client_print_object(const jnode *object);
/* Text of a member: a string as it is, anything else as JSON, "-" when absent or null. */
str client_field(client *c, const jnode *object, const char *key);

#endif
