/* cmd_replicate.c -- `dragoman replicate`: keeps a second server up to date with a first, once or for ever. */
#include "cli/commands.h"
#include "cli/replicate.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const command_help help = {
    .name = "replicate",
    .arguments = "--from URL --to URL [--project PROJECT] [--every SECONDS]",
    .summary = "Brings the second server up to date with the first: projects, the models that are\n"
               "deployed, and the deployments, each when it is newer on the first. It is done by the\n"
               "public API (export, import, train, deploy), so either may be another make. Nothing is\n"
               "deleted. With --every it goes on for ever, and says errors instead of ending with them.",
    .examples = "  dragoman replicate --from https://a.example --from-key K1 --to https://b.example --to-key K2\n"
                "  dragoman replicate --from http://a:8080 --to http://b:8080 --every 3600\n",
};

typedef struct request {
  const char *from, *from_key, *to, *to_key, *project;
  int64_t every_s;
} request;

static void print_line(void *context, str line) {
  (void)context;
  printf(STR_FMT "\n", STR_ARG(line));
  fflush(stdout);
}

/* New clients for each round: what a round needs is freed with them. */
static err_code one_round(const request *q, size_t *failed, err *e) {
  client from = {0}, to = {0};
  err_code code = client_open(&from, q->from, q->from_key, e);
  if (code != ERR_OK) return code;
  code = client_open(&to, q->to, q->to_key, e);
  if (code == ERR_OK) {
    replication r = {.from = &from, .to = &to, .say = print_line};
    code = replicate_round(&r, q->project, e);
    *failed = r.failed;
    if (code == ERR_OK) {
      str summary = arena_printf(&to.memory, "%zu steps, %zu projects failed", r.done, r.failed);
      print_line(NULL, summary);
    }
    client_close(&to);
  }
  client_close(&from);
  return code;
}

_Noreturn static void for_ever(const request *q) {
  for (;;) {
    err e = {0};
    size_t failed = 0;
    if (one_round(q, &failed, &e) != ERR_OK) (void)cli_fail(&e);
    struct timespec pause = {.tv_sec = q->every_s};
    nanosleep(&pause, NULL);
  }
}

static const char *or_environment(const char *given, const char *name) {
  return given ? given : getenv(name);
}

int cmd_replicate(int argc, char **argv) {
  request q = {0};
  const option options[] = {
      OPT_TEXT("from", &q.from, "URL", "the first server"),
      OPT_TEXT("from-key", &q.from_key, "KEY", "a key of its resource (default $DRAGOMAN_FROM_KEY)"),
      OPT_TEXT("to", &q.to, "URL", "the second server"),
      OPT_TEXT("to-key", &q.to_key, "KEY", "a key of its resource (default $DRAGOMAN_TO_KEY)"),
      OPT_TEXT("project", &q.project, "PROJECT", "this one only (default: all)"),
      OPT_INT("every", &q.every_s, 1, 86400, "go on: a round, then a pause of so many seconds"),
  };
  int status;
  const char *none[1];
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, none, 0, 0, &status)) return status;
  q.from_key = or_environment(q.from_key, "DRAGOMAN_FROM_KEY");
  q.to_key = or_environment(q.to_key, "DRAGOMAN_TO_KEY");
  err e = {0};
  if (!q.from || !q.to || !q.from_key || !q.to_key) {
    fprintf(stderr,
            "dragoman: replicate needs --from, --from-key, --to and --to-key (see dragoman replicate --help)\n");
    return CLI_USAGE;
  }
  if (q.every_s) for_ever(&q);
  size_t failed = 0;
  if (one_round(&q, &failed, &e) != ERR_OK) return cli_fail(&e);
  if (failed) return cli_fail((err_set(&e, ERR_CONFLICT, "%zu projects could not be brought up to date", failed), &e));
  return cli_finish_output();
}
