/* cmd_deployments.c -- `dragoman deployments …` */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/history.h"
#include "cli/project_resources.h"
#include "cli/show.h"
#include "cli/trials.h"

#include <stdio.h>

static int deployments_list(int argc, char **argv) {
  static const command_help help = {.name = "deployments list",
                                    .arguments = "PROJECT",
                                    .summary = "Lists the deployments of a project.",
                                    .examples = "  dragoman deployments list home\n"};
  static const char *const headings[] = {"DEPLOYMENT", "MODEL", "DEPLOYED", "EXPIRES"};
  static const char *const members[] = {"deploymentName", "modelId", "lastDeployedDateTime",
                                        "deploymentExpirationDate"};
  static const show_columns columns = {ARRAY_LEN(headings), headings, members};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  return client_end(&c, show_list(&c, client_path(&c, c.args[0], "deployments", NULL), &columns, &c.e));
}

static int deployments_show(int argc, char **argv) {
  static const command_help help = {.name = "deployments show",
                                    .arguments = "PROJECT DEPLOYMENT",
                                    .summary = "Prints what a deployment serves.",
                                    .examples = "  dragoman deployments show home production\n"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  return client_end(&c, show_one(&c, client_path(&c, c.args[0], "deployments", c.args[1], NULL), "", &c.e));
}

/* {"<key1>":"<value1>","<key2>":"<value2>"} in the client's arena. */
static str body_of(client *c, const char *key1, const char *value1, const char *key2, const char *value2) {
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_kcstr(&w, key1, value1);
  jw_kcstr(&w, key2, value2);
  jw_end(&w);
  return client_take(c, &body);
}

static str deploy_body(client *c, const char *model_label, const char *on) {
  buf body = {0};
  jw w;
  jw_init(&w, &body);
  jw_obj(&w);
  jw_kcstr(&w, "trainedModelLabel", model_label);
  write_resource_ids(&w, on);
  jw_end(&w);
  return client_take(c, &body);
}

static int deployments_deploy(int argc, char **argv) {
  static const command_help help = {.name = "deployments deploy",
                                    .arguments = "PROJECT DEPLOYMENT MODEL",
                                    .summary =
                                        "Puts a trained model behind a deployment name. Predictions go on without a\n"
                                        "pause; the old model answers until the new one stands. It answers on the\n"
                                        "project's own resource and on those of --on, and nowhere else.",
                                    .examples = "  dragoman deployments deploy home production m1\n"};
  client c = {0};
  const char *on = NULL;
  const option options[] = {CLIENT_JOB_OPTIONS(c), OPT_TEXT("on", &on, "ID[,ID…]", "Azure ids of assigned resources")};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 3)) return c.status;
  str done = arena_printf(&c.memory, "%s serves %s", c.args[1], c.args[2]);
  const char *path = client_path(&c, c.args[0], "deployments", c.args[1], NULL);
  return client_end(&c, client_job(&c, "PUT", path, "", deploy_body(&c, c.args[2], on), "deploying", done.p, &c.e));
}

static int deployments_withdraw(int argc, char **argv) {
  static const command_help help = {.name = "deployments withdraw",
                                    .arguments = "PROJECT DEPLOYMENT",
                                    .summary =
                                        "Deletes a deployment from assigned resources (without --on: from all of\n"
                                        "them). On the project's own resource it stays.",
                                    .examples = "  dragoman deployments withdraw home production\n"};
  client c = {0};
  const char *on = NULL;
  const option options[] = {CLIENT_JOB_OPTIONS(c), OPT_TEXT("on", &on, "ID[,ID…]", "Azure ids of assigned resources")};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  str body = resource_ids_body(&c, on);
  str done = arena_printf(&c.memory, "%s withdrawn", c.args[1]);
  const char *path = client_path(&c, c.args[0], "deployments", c.args[1], ":delete-from-resources", NULL);
  return client_end(&c, client_job(&c, "POST", path, "", body, "withdrawing", done.p, &c.e));
}

static int deployments_swap(int argc, char **argv) {
  static const command_help help = {.name = "deployments swap",
                                    .arguments = "PROJECT FIRST SECOND",
                                    .summary = "Exchanges the models behind two deployments, in one step.",
                                    .examples = "  dragoman deployments swap home production staging\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 3)) return c.status;
  str body = body_of(&c, "firstDeploymentName", c.args[1], "secondDeploymentName", c.args[2]);
  str done = arena_printf(&c.memory, "%s and %s swapped", c.args[1], c.args[2]);
  const char *path = client_path(&c, c.args[0], "deployments", ":swap", NULL);
  return client_end(&c, client_job(&c, "POST", path, "", body, "swapping", done.p, &c.e));
}

static int deployments_delete(int argc, char **argv) {
  static const command_help help = {.name = "deployments delete",
                                    .arguments = "PROJECT DEPLOYMENT",
                                    .summary = "Deletes a deployment; the model stays.",
                                    .examples = "  dragoman deployments delete home staging\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  str done = arena_printf(&c.memory, "%s deleted", c.args[1]);
  const char *path = client_path(&c, c.args[0], "deployments", c.args[1], NULL);
  return client_end(&c, client_job(&c, "DELETE", path, "", STR_NONE, "deleting", done.p, &c.e));
}

int cmd_deployments(int argc, char **argv) {
  static const command commands[] = {
      {"list", "the deployments of a project", deployments_list},
      {"show", "what a deployment serves", deployments_show},
      {"deploy", "a trained model under a deployment name", deployments_deploy},
      {"swap", "the models of two deployments", deployments_swap},
      {"history", "what a deployment served and since when", deployments_history},
      {"rollback", "a deployment to an earlier state", deployments_rollback},
      {"restore", "all deployments to what they served at a time", deployments_restore},
      {"shadow", "a second model asked the same, never heard", deployments_shadow},
      {"canary", "a second model for a share of the queries", deployments_canary},
      {"trial", "what a shadow or canary has counted", deployments_trial},
      {"end-trial", "a shadow or canary", deployments_end_trial},
      {"withdraw", "a deployment from assigned resources", deployments_withdraw},
      {"delete", "a deployment", deployments_delete},
  };
  return command_dispatch("deployments", commands, ARRAY_LEN(commands), argc, argv);
}
