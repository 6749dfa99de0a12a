/* management.h -- what the commands for resources and tokens share: a client with an admin's token. */
#ifndef DRAGOMAN_CLI_MANAGEMENT_H
#define DRAGOMAN_CLI_MANAGEMENT_H

#include "cli/client.h"
#include "service/service.h"

/* Where `local` lies, and what is made without saying where. */
#define MANAGEMENT_SUBSCRIPTION "00000000-0000-0000-0000-000000000000"
#define MANAGEMENT_GROUP        "dragoman"

typedef struct management_options {
  const char *url, *token;
  service_config place; /* data_dir, database, secret_file */
  bool json;
} management_options;

/* Rows of an option table. */
#define MANAGEMENT_OPTIONS(o)                                                                                          \
  OPT_TEXT("url", &(o).url, "URL", "the server (default $DRAGOMAN_URL, then that of --data)"),                         \
      OPT_TEXT("token", &(o).token, "TOKEN", "an admin's (default $DRAGOMAN_ADMIN_TOKEN, then from --data)"),          \
      OPT_TEXT("data", &(o).place.data_dir, "DIR", "data directory of a local server (default dragoman-data)"),        \
      OPT_TEXT("database", &(o).place.database, "URL", "the database that its server shares with other nodes"),        \
      OPT_TEXT("secret-file", &(o).place.secret_file, "FILE", "the secret of the nodes (default DIR/secret)"),         \
      OPT_FLAG("json", &(o).json, "print JSON")

/* Begins a command: parses its options (those of o are among them) and arg_count arguments, and opens the client.
 * False when the command is over already; then c->status is its exit status and nothing is to end. Else client_end
 * ends it. */
must_check bool management_begin(client *c, const management_options *o, const command_help *help,
                                 const option *options, size_t option_count, int argc, char **argv, size_t arg_count);
/* The same when the options are parsed: finds server and token. Paths of the client are whole. */
must_check bool management_open(client *c, const management_options *o);

/* The path of an account by its name or its id. ERR_NOT_FOUND. */
must_check err_code management_find(client *c, const char *name, const char **path, err *e);
/* The path of an id: its segments percent-encoded. */
const char *management_path(client *c, str id);

/* One call with a JSON body (.n 0: none); the answer as text, in the client's arena. */
must_check err_code management_call(client *c, const char *method, const char *path, str body, str *answer, err *e);
/* The same; prints the members of the answer, or with --json the answer. */
must_check err_code management_show(client *c, const char *method, const char *path, str body, err *e);

#endif
