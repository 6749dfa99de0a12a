/* serve_config.h -- what `dragoman serve` can be told, on the command line or in a file.
 *
 * The file has one `name = value` a line, `#` begins a comment; the names are the long options
 * without their dashes. It stands for options given before those of the command line, which
 * therefore win. */
#ifndef DRAGOMAN_CLI_SERVE_CONFIG_H
#define DRAGOMAN_CLI_SERVE_CONFIG_H

#include "base/arena.h"
#include "cli/options.h"

typedef struct serve_config {
  const char *data, *database, *secret_file, *listen, *region, *tls_cert, *tls_key, *config, *log_level, *role;
  const char *model, *model_key, *model_signer, *copy_targets;
  int64_t event_threads, worker_threads, job_threads;
  int64_t connection_limit, per_ip_limit, idle_timeout, drain_time;
  int64_t predict_limit, read_limit, write_limit;
  int64_t training_slots, training_memory, training_time;
  bool trust_forwarded, no_access_log, routes;
} serve_config;

/* Strings live in argv or in a. False when the command is over, with *status as options_parse. */
must_check bool serve_config_read(int argc, char **argv, arena *a, serve_config *out, int *status);

#endif
