#include "cli/serve_config.h"

#include "base/file.h"
#include "base/vec.h"
#include "cli/commands.h"

enum { CONFIG_MAX = 1 << 20, OPTIONS_MAX = 32 };

static const command_help help = {
    .name = "serve",
    .arguments = "[--data DIR] [--listen HOST:PORT] [--config FILE] …",
    .summary = "Runs the server until SIGTERM or SIGINT. When it is ready it prints\n"
               "\"listening on http://HOST:PORT\" on stdout; the log goes to stderr.\n"
               "An empty DIR gets a resource named \"local\"; see dragoman keys.\n"
               "Any option may stand in FILE as a line \"name = value\".",
    .examples = "  dragoman serve --data /var/lib/dragoman --listen 0.0.0.0:8080\n"
                "  dragoman serve --config /etc/dragoman.conf\n",
};

/* The table of all options, which write into c. Returns how many. */
static size_t list_options(serve_config *c, option out[OPTIONS_MAX]) {
  const option all[] = {
      OPT_TEXT("data", &c->data, "DIR", "where everything is kept (default " CLI_DATA_DIR ")"),
      OPT_TEXT("database", &c->database, "URL", "postgres://USER@HOST/NAME, shared with other nodes (default: none)"),
      OPT_TEXT("secret-file", &c->secret_file, "FILE", "where the keys come from, the same on all nodes (DIR/secret)"),
      OPT_TEXT("listen", &c->listen, "HOST:PORT", "address; port 0 picks one (default " CLI_LISTEN ")"),
      OPT_TEXT("config", &c->config, "FILE", "read options from FILE first"),
      OPT_TEXT("region", &c->region, "REGION", "serve the resources of this region only (default: all)"),
      OPT_CHOICE("role", &c->role, "ROLE", "all|authoring|prediction", "what this node does (default all)"),
      OPT_TEXT("model", &c->model, "BUNDLE", "answer predictions from this bundle alone, without a data directory"),
      OPT_TEXT("model-key", &c->model_key, "KEY", "with --model: the key that requests must have (default: none)"),
      OPT_TEXT("model-signer", &c->model_signer, "HEX", "with --model: the public key that must have signed it"),
      OPT_TEXT("copy-targets", &c->copy_targets, "URL[,URL…]", "servers that projects may be copied to (default: any)"),
      OPT_TEXT("tls-cert", &c->tls_cert, "FILE", "PEM certificate chain: serve HTTPS"),
      OPT_TEXT("tls-key", &c->tls_key, "FILE", "PEM key of the certificate"),
      OPT_FLAG("trust-forwarded", &c->trust_forwarded, "believe X-Forwarded-Proto and -Host of a proxy in front"),
      OPT_INT("event-threads", &c->event_threads, 0, 1024, "threads for connections and predictions (0: cores)"),
      OPT_INT("worker-threads", &c->worker_threads, 1, 1024, "threads for authoring requests (default 4)"),
      OPT_INT("job-threads", &c->job_threads, 1, 64, "jobs besides training at once (default 2)"),
      OPT_INT("training-slots", &c->training_slots, 1, 64, "training processes at once (default 1)"),
      OPT_INT("training-memory", &c->training_memory, 64, 1 << 20, "MiB that one training may use (default 8192)"),
      OPT_INT("training-time", &c->training_time, 1, 604800, "seconds that one training may take (default 7200)"),
      OPT_INT("connection-limit", &c->connection_limit, 1, 1000000, "open connections (default 10000)"),
      OPT_INT("per-ip-limit", &c->per_ip_limit, 0, 1000000, "open connections of one address (0: no limit)"),
      OPT_INT("idle-timeout", &c->idle_timeout, 1, 3600, "seconds until a silent connection closes (default 60)"),
      OPT_INT("drain-time", &c->drain_time, 1, 3600, "seconds for requests in flight at stop (default 10)"),
      OPT_INT("predict-limit", &c->predict_limit, 0, 1 << 30, "predictions a minute of a resource (0: no limit)"),
      OPT_INT("read-limit", &c->read_limit, 0, 1 << 30, "authoring GETs a minute of a resource (0: no limit)"),
      OPT_INT("write-limit", &c->write_limit, 0, 1 << 30, "other authoring calls a minute (0: no limit)"),
      OPT_CHOICE("log-level", &c->log_level, "LEVEL", "debug|info|warn|error", "least level logged (default info)"),
      OPT_FLAG("no-access-log", &c->no_access_log, "do not log a line for each request"),
      OPT_FLAG("routes", &c->routes, "print the table of operations and exit"),
  };
  _Static_assert(ARRAY_LEN(all) <= OPTIONS_MAX, "room for every option");
  memcpy(out, all, sizeof all);
  return ARRAY_LEN(all);
}

/* The file named by --config, as options_parse would find it; NULL: none. */
static const char *find_config(int argc, char **argv) {
  static const char name[] = "--config";
  const char *found = NULL;
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strcmp(argv[i], name) == 0 && i + 1 < argc)
      found = argv[++i];
    else if (strncmp(argv[i], "--config=", sizeof name) == 0)
      found = argv[i] + sizeof name;
  }
  return found;
}

typedef VEC(char *) arg_vec;

/* One line of the file as an argument; empty lines and flags that are off give none. */
static err_code take_line(str line, const option *options, size_t n, arena *a, arg_vec *args, err *e) {
  line = str_trim(str_make(line.p, str_find_byte(line, '#')));
  if (!line.n) return ERR_OK;
  size_t equals = str_find_byte(line, '=');
  str name = str_trim(str_make(line.p, equals)), value = str_trim(str_skip(line, equals + 1));
  if (equals == line.n) return err_set(e, ERR_INVALID_ARGUMENT, "is not \"name = value\"");
  const option *o = NULL;
  for (size_t i = 0; i < n; i++)
    if (str_eq(str_of(options[i].name), name) && !str_eq(name, STR("config"))) o = &options[i];
  if (!o) return err_set(e, ERR_INVALID_ARGUMENT, "there is no setting '" STR_FMT "'", STR_ARG(name));
  if (o->kind == OPTION_FLAG) {
    if (str_eq(value, STR("true")))
      VEC_PUSH(args, arena_cstr(a, arena_printf(a, "--%s", o->name)));
    else if (!str_eq(value, STR("false")))
      return err_set(e, ERR_INVALID_ARGUMENT, "%s must be true or false", o->name);
    return ERR_OK;
  }
  VEC_PUSH(args, arena_cstr(a, arena_printf(a, "--%s=" STR_FMT, o->name, STR_ARG(value))));
  return ERR_OK;
}

static err_code read_file(const char *path, const option *options, size_t n, arena *a, arg_vec *args, err *e) {
  char *text;
  size_t bytes;
  err_code rc = file_read(path, CONFIG_MAX, &text, &bytes, e);
  if (rc) return rc;
  str rest = str_make(text, bytes);
  for (size_t line = 1; rest.n && !rc; line++) {
    size_t end = str_find_byte(rest, '\n');
    rc = take_line(str_make(rest.p, end), options, n, a, args, e);
    if (rc) err_prefix(e, "%s:%zu: ", path, line);
    rest = str_skip(rest, end + 1);
  }
  free(text);
  return rc;
}

bool serve_config_read(int argc, char **argv, arena *a, serve_config *out, int *status) {
  *out = (serve_config){.data = CLI_DATA_DIR, .listen = CLI_LISTEN, .log_level = "info", .role = "all"};
  out->worker_threads = 4;
  option options[OPTIONS_MAX];
  size_t n = list_options(out, options);
  arg_vec args = {0};
  VEC_PUSH(&args, argv[0]);
  const char *path = find_config(argc, argv);
  err e = {0};
  if (path && read_file(path, options, n, a, &args, &e)) {
    *status = cli_fail(&e);
    VEC_FREE(&args);
    return false;
  }
  for (int i = 1; i < argc; i++) VEC_PUSH(&args, argv[i]);
  const char *none[1];
  bool ok = options_parse(&help, options, n, (int)args.n, args.p, none, 0, 0, status);
  VEC_FREE(&args);
  return ok;
}
