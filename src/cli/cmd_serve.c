/* cmd_serve.c -- `dragoman serve`: the service and the HTTP server, wired and run until a signal. */
#include "api/api.h"
#include "base/log.h"
#include "base/timeutil.h"
#include "cli/commands.h"
#include "cli/serve_config.h"
#include "dragoman.h"
#include "http/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* Written to by the signal handler, the one thing that it may touch. */
static int stop_pipe[2];

static void on_stop_signal(int number) {
  int saved = errno;
  char byte = (char)number;
  ssize_t ignored = write(stop_pipe[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

/* The second signal of a kind ends the process the hard way. */
static err_code catch_stop_signals(err *e) {
  if (pipe(stop_pipe) != 0) return err_errno(e, errno, "making a pipe");
  struct sigaction sa = {.sa_handler = on_stop_signal, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
  if (sigaction(SIGTERM, &sa, NULL) != 0 || sigaction(SIGINT, &sa, NULL) != 0)
    return err_errno(e, errno, "catching signals");
  signal(SIGPIPE, SIG_IGN);
  return ERR_OK;
}

/* A connection is a file; the usual soft limit of 1,024 would end far below the connection limit. */
static void raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) log_warn("the limit of open files stays as it is");
}

static void wait_for_stop_signal(void) {
  char byte;
  while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR) continue;
}

static log_level level_of(const char *name) {
  static const char *const names[] = {"debug", "info", "warn", "error"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (strcmp(name, names[i]) == 0) return (log_level)i;
  return LOG_INFO;
}

static service_role role_of(const char *name) {
  for (service_role r = SERVICE_ALL; r <= SERVICE_PREDICTION; r++)
    if (strcmp(name, service_role_name(r)) == 0) return r;
  return SERVICE_ALL;
}

static err_code open_service(const serve_config *c, service **out, err *e) {
  if (c->model) return service_open_bundle(c->model, c->model_signer, out, e);
  char program[4096];
  ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
  if (n < 0) return err_errno(e, errno, "finding this program's own file");
  program[n] = '\0';
  const service_config config = {.data_dir = c->data,
                                 .database = c->database,
                                 .secret_file = c->secret_file,
                                 .region = c->region,
                                 .serve_region = c->region,
                                 .role = role_of(c->role),
                                 .copy_targets = c->copy_targets,
                                 .program = program,
                                 .job_threads = (int)c->job_threads,
                                 .training_slots = (int)c->training_slots,
                                 .training_memory_mib = c->training_memory,
                                 .training_time_s = c->training_time};
  return service_open(&config, out, e);
}

static err_code start_http(const serve_config *c, api_app *app, http_server **out, err *e) {
  http_config config = {.listen = c->listen,
                        .event_threads = (int)c->event_threads,
                        .worker_threads = (int)c->worker_threads,
                        .connection_limit = (unsigned)c->connection_limit,
                        .per_ip_limit = (unsigned)c->per_ip_limit,
                        .idle_timeout_s = (unsigned)c->idle_timeout,
                        .drain_s = (unsigned)c->drain_time,
                        .per_minute = {[HTTP_CLASS_PREDICT] = (unsigned)c->predict_limit,
                                       [HTTP_CLASS_READ] = (unsigned)c->read_limit,
                                       [HTTP_CLASS_WRITE] = (unsigned)c->write_limit},
                        .tls_cert = c->tls_cert,
                        .tls_key = c->tls_key,
                        .trust_forwarded = c->trust_forwarded,
                        .access_log = !c->no_access_log,
                        .open_key = api_open_key,
                        .open_token = api_open_token,
                        .open_ticket = api_open_ticket,
                        .app = app};
  if (role_of(c->role) == SERVICE_PREDICTION) {
    config.refused_classes = 1u << HTTP_CLASS_READ | 1u << HTTP_CLASS_WRITE;
    config.refusal = "this node only answers predictions; send authoring calls to another";
  } else if (role_of(c->role) == SERVICE_AUTHORING) {
    config.refused_classes = 1u << HTTP_CLASS_PREDICT;
    config.refusal = "this node does not answer predictions; send them to another";
  }
  config.families = api_families(&config.family_count);
  if (c->model) {
    config.families = api_bundle_families(!c->model_key, &config.family_count);
    config.open_key = api_open_bundle_key;
    config.open_token = NULL;
  }
  return http_server_start(&config, out, e);
}

/* Says where the server is: to whoever started it, and (but for a bundle's) to `dragoman keys`. */
static void announce(const serve_config *c, service *s, const http_server *server) {
  char url[512];
  err e = {0};
  snprintf(url, sizeof url, "%s://%s", http_server_is_tls(server) ? "https" : "http", http_server_address(server));
  if (!c->model && service_announce(s, str_of(url), &e) != ERR_OK)
    log_warn("the endpoint is not recorded: %s", e.message);
  printf("listening on %s\n", url);
  fflush(stdout);
}

/* Serves until a signal; both parts are closed on return. */
static err_code serve(const serve_config *c, err *e) {
  api_app app = {.version = dragoman_version(), .started_us = time_now_us(), .bundle_key = str_of(c->model_key)};
  raise_file_limit();
  http_server *server;
  err_code rc = catch_stop_signals(e);
  if (!rc) rc = open_service(c, &app.service, e);
  if (rc) return rc;
  rc = start_http(c, &app, &server, e);
  if (!rc) {
    announce(c, app.service, server);
    log_info("dragoman %s serves %s", app.version, c->model ? c->model : c->data);
    wait_for_stop_signal();
    log_info("stopping");
    http_server_stop(server);
  }
  service_close(app.service);
  return rc;
}

static int print_routes(void) {
  buf table = {0};
  api_write_coverage(&table);
  printf(STR_FMT, STR_ARG(buf_str(&table)));
  buf_free(&table);
  return cli_finish_output();
}

int cmd_serve(int argc, char **argv) {
  arena a;
  serve_config c;
  int status = CLI_OK;
  arena_init(&a, 0);
  if (serve_config_read(argc, argv, &a, &c, &status)) {
    if (c.routes) {
      status = print_routes();
    } else {
      err e = {0};
      log_start(STDERR_FILENO, level_of(c.log_level));
      err_code rc = serve(&c, &e);
      log_stop();
      if (rc) status = cli_fail(&e);
    }
  }
  arena_fini(&a);
  return status;
}
