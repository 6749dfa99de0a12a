/* cmd_jobs.c -- `dragoman jobs …`: long operations. An operation is named by its path below
 * ".../projects/", as --no-wait prints it, or by the whole URL of an operation-location header. */
#include "cli/commands.h"
#include "cli/show.h"
#include "cli/table.h"

#include <stdio.h>

typedef struct job_rows {
  client *c;
  const char *project;
  table t;
  buf json;
} job_rows;

static void add_job(void *context, const jnode *job) {
  job_rows *rows = context;
  client *c = rows->c;
  if (rows->json.n) buf_add_byte(&rows->json, ',');
  jn_dump(job, &rows->json);
  jnode result = jn_get(job, "result"), training = jn_get(&result, "trainingStatus");
  str id = client_field(c, job, "jobId");
  str cells[] = {arena_printf(&c->memory, "%s/train/jobs/" STR_FMT, rows->project, STR_ARG(id)),
                 client_field(c, &result, "modelLabel"), client_field(c, job, "status"),
                 client_field(c, &training, "percentComplete"), client_field(c, job, "createdDateTime")};
  table_row(&rows->t, cells);
}

static int jobs_list(int argc, char **argv) {
  static const command_help help = {.name = "jobs list",
                                    .arguments = "PROJECT",
                                    .summary =
                                        "Lists the training jobs of a project of the last seven days, oldest first.",
                                    .examples = "  dragoman jobs list home\n"};
  static const char *const headings[] = {"OPERATION", "MODEL", "STATUS", "PERCENT", "CREATED"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  job_rows rows = {.c = &c, .project = c.args[0]};
  table_init(&rows.t, headings, ARRAY_LEN(headings), &c.memory);
  err_code code = client_list(&c, client_path(&c, c.args[0], "train", "jobs", NULL), add_job, &rows, &c.e);
  if (code == ERR_OK && c.options.json) printf("{\"value\":[" STR_FMT "]}\n", STR_ARG(buf_str(&rows.json)));
  if (code == ERR_OK && !c.options.json) table_print(&rows.t, stdout);
  VEC_FREE(&rows.t.rows);
  buf_free(&rows.json);
  return client_end(&c, code);
}

static int jobs_show(int argc, char **argv) {
  static const command_help help = {.name = "jobs show",
                                    .arguments = "OPERATION",
                                    .summary = "Prints the state of a long operation.",
                                    .examples = "  dragoman jobs show home/train/jobs/ID\n"};
  client c = {0};
  const char *path;
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  err_code code = client_operation_path(&c, c.args[0], &path, &c.e);
  if (code == ERR_OK) code = show_one(&c, path, "", &c.e);
  return client_end(&c, code);
}

static int jobs_wait(int argc, char **argv) {
  static const command_help help = {.name = "jobs wait",
                                    .arguments = "OPERATION",
                                    .summary =
                                        "Waits until a long operation has ended. Exit status 0 when it succeeded.",
                                    .examples = "  op=$(dragoman projects train home m1 --no-wait)\n"
                                                "  dragoman jobs wait \"$op\"\n"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  str job;
  err_code code = client_wait(&c, c.args[0], "waiting", &job, &c.e);
  if (code == ERR_OK) printf("%s\n", c.options.json ? job.p : "succeeded");
  return client_end(&c, code);
}

static err_code cancel(client *c, const char *operation, err *e) {
  const char *path;
  err_code code = client_operation_path(c, operation, &path, e);
  if (code != ERR_OK) return code;
  str answer;
  path = arena_printf(&c->memory, "%s/:cancel", path).p;
  return client_request(c, "POST", path, "", NULL, STR_NONE, &answer, e);
}

static int jobs_cancel(int argc, char **argv) {
  static const command_help help = {.name = "jobs cancel",
                                    .arguments = "OPERATION",
                                    .summary =
                                        "Asks a training job to stop. Other jobs are short and cannot be cancelled.",
                                    .examples = "  dragoman jobs cancel home/train/jobs/ID\n"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  err_code code = cancel(&c, c.args[0], &c.e);
  if (code == ERR_OK) puts(c.options.json ? "{}" : "cancelling");
  return client_end(&c, code);
}

int cmd_jobs(int argc, char **argv) {
  static const command commands[] = {
      {"list", "the training jobs of a project", jobs_list},
      {"show", "state of an operation", jobs_show},
      {"wait", "until an operation has ended", jobs_wait},
      {"cancel", "a training", jobs_cancel},
  };
  return command_dispatch("jobs", commands, ARRAY_LEN(commands), argc, argv);
}
