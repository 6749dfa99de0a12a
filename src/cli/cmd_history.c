/* cmd_history.c -- what deployments served and when, and the way back. */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/history.h"
#include "cli/show.h"

int deployments_history(int argc, char **argv) {
  static const command_help help = {
      .name = "deployments history",
      .arguments = "PROJECT DEPLOYMENT",
      .summary = "Lists what a deployment served and since when, newest first. A line without a\n"
                 "model says that the deployment was deleted.",
      .examples = "  dragoman deployments history home production\n"};
  static const char *const headings[] = {"ID", "SINCE", "CAUSE", "MODEL"};
  static const char *const members[] = {"id", "dateTime", "cause", "modelId"};
  static const show_columns columns = {ARRAY_LEN(headings), headings, members};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  c.api = CLIENT_OWN;
  const char *path = client_path(&c, c.args[0], "deployments", c.args[1], "history", NULL);
  return client_end(&c, show_list(&c, path, &columns, &c.e));
}

static str state_body(client *c, int64_t to, const char *at) {
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  if (to) jw_kint(&w, "to", to);
  if (at) jw_kcstr(&w, "at", at);
  jw_end(&w);
  return client_take(c, &body);
}

int deployments_rollback(int argc, char **argv) {
  static const command_help help = {
      .name = "deployments rollback",
      .arguments = "PROJECT DEPLOYMENT",
      .summary = "Takes a deployment back to what it served before its newest change, or to the\n"
                 "state of an entry of its history, or of a time.",
      .examples = "  dragoman deployments rollback home production\n"
                  "  dragoman deployments rollback home production --to 17\n"
                  "  dragoman deployments rollback home production --at 2026-01-31T12:00:00Z\n"};
  client c = {0};
  const char *at = NULL;
  int64_t to = 0;
  const option options[] = {CLIENT_JOB_OPTIONS(c),
                            OPT_INT("to", &to, 1, INT64_MAX, "id of the entry whose state comes back"),
                            OPT_TEXT("at", &at, "TIME", "the state at that time, as in 2026-01-31T12:00:00Z")};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  c.api = CLIENT_OWN;
  str done = arena_printf(&c.memory, "%s rolled back", c.args[1]);
  const char *path = client_path(&c, c.args[0], "deployments", c.args[1], ":rollback", NULL);
  return client_end(&c, client_job(&c, "POST", path, "", state_body(&c, to, at), "rolling back", done.p, &c.e));
}

int deployments_restore(int argc, char **argv) {
  static const command_help help = {
      .name = "deployments restore",
      .arguments = "PROJECT TIME",
      .summary = "Takes all deployments of a project back to what they served at a time, in one\n"
                 "step: those that were there come back, those that were not go.",
      .examples = "  dragoman deployments restore home 2026-01-31T12:00:00Z\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  c.api = CLIENT_OWN;
  str done = arena_printf(&c.memory, "the deployments of %s are as they were at %s", c.args[0], c.args[1]);
  const char *path = client_path(&c, c.args[0], "deployments", ":rollback", NULL);
  return client_end(&c, client_job(&c, "POST", path, "", state_body(&c, 0, c.args[1]), "rolling back", done.p, &c.e));
}
