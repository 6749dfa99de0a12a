/* cmd_trials.c -- a second model beside the one of a deployment. */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/show.h"
#include "cli/trials.h"

#include <stdlib.h>

/* Numbers as they were typed; NULL: not given. */
typedef struct trial_options {
  const char *percent, *sticky_by, *max_error_rate, *max_none_rate, *max_disagreement;
  int64_t window;
} trial_options;

static err_code write_number(jw *w, const char *key, const char *text, err *e) {
  if (!text) return ERR_OK;
  char *end;
  double v = strtod(text, &end);
  if (end == text || *end) return err_set(e, ERR_INVALID_ARGUMENT, "\"%s\" is no number", text);
  jw_knum(w, key, v);
  return ERR_OK;
}

static err_code write_body(const char *model_label, const trial_options *t, buf *out, err *e) {
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_kcstr(&w, "trainedModelLabel", model_label);
  if (t->sticky_by) jw_kcstr(&w, "stickyBy", t->sticky_by);
  if (t->window) jw_kint(&w, "window", t->window);
  err_code code = write_number(&w, "percent", t->percent, e);
  if (code == ERR_OK) code = write_number(&w, "maxErrorRate", t->max_error_rate, e);
  if (code == ERR_OK) code = write_number(&w, "maxNoneRate", t->max_none_rate, e);
  if (code == ERR_OK) code = write_number(&w, "maxDisagreement", t->max_disagreement, e);
  jw_end(&w);
  return code;
}

/* Of PROJECT DEPLOYMENT MODEL. Ends the command. */
static int put_trial(client *c, const char *kind, const trial_options *t) {
  buf body = {0};
  c->api = CLIENT_OWN;
  str done = arena_printf(&c->memory, "%s is the %s of %s", c->args[2], kind, c->args[1]);
  err_code code = write_body(c->args[2], t, &body, &c->e);
  if (code == ERR_OK)
    code = client_job(c, "PUT", client_path(c, c->args[0], "deployments", c->args[1], kind, NULL), "", buf_str(&body),
                      "starting", done.p, &c->e);
  buf_free(&body);
  return client_end(c, code);
}

int deployments_shadow(int argc, char **argv) {
  static const command_help help = {.name = "deployments shadow",
                                    .arguments = "PROJECT DEPLOYMENT MODEL",
                                    .summary =
                                        "Lets a second model answer the same queries, off their way. Its answers are\n"
                                        "compared with the deployment's and counted, never returned.",
                                    .examples = "  dragoman deployments shadow home production m2\n"};
  client c = {0};
  trial_options t = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c),
                            OPT_TEXT("percent", &t.percent, "N", "of the queries (default 100)")};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 3)) return c.status;
  return put_trial(&c, "shadow", &t);
}

int deployments_canary(int argc, char **argv) {
  static const command_help help = {
      .name = "deployments canary",
      .arguments = "PROJECT DEPLOYMENT MODEL",
      .summary = "Lets a second model answer a share of the queries. It is taken back by itself when\n"
                 "more answers of a window are errors, None, or another intent than the deployment's\n"
                 "model gives, than its bounds allow. Deploy the model to promote it.",
      .examples = "  dragoman deployments canary home production m2 --percent 10 --max-disagreement 0.05\n"};
  client c = {0};
  trial_options t = {0};
  const option options[] = {
      CLIENT_JOB_OPTIONS(c),
      OPT_TEXT("percent", &t.percent, "N", "of the queries (default 5)"),
      OPT_CHOICE("sticky-by", &t.sticky_by, "WHAT", "participant|conversation|text", "what a query's way is chosen by"),
      OPT_TEXT("max-error-rate", &t.max_error_rate, "PART", "of a window, from 0 to 1 (default: no bound)"),
      OPT_TEXT("max-none-rate", &t.max_none_rate, "PART", "of a window with top intent None"),
      OPT_TEXT("max-disagreement", &t.max_disagreement, "PART", "of a window with another top intent"),
      OPT_INT("window", &t.window, 1, 1000000, "answers that the bounds are judged over (default 200)"),
  };
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 3)) return c.status;
  return put_trial(&c, "canary", &t);
}

int deployments_trial(int argc, char **argv) {
  static const command_help help = {.name = "deployments trial",
                                    .arguments = "PROJECT DEPLOYMENT shadow|canary",
                                    .summary = "Prints what a shadow or canary has counted, and whether it runs.",
                                    .examples = "  dragoman deployments trial home production canary\n"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 3)) return c.status;
  c.api = CLIENT_OWN;
  return client_end(&c, show_one(&c, client_path(&c, c.args[0], "deployments", c.args[1], c.args[2], NULL), "", &c.e));
}

int deployments_end_trial(int argc, char **argv) {
  static const command_help help = {.name = "deployments end-trial",
                                    .arguments = "PROJECT DEPLOYMENT shadow|canary",
                                    .summary = "Ends a shadow or canary; the deployment's model answers everything.",
                                    .examples = "  dragoman deployments end-trial home production canary\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 3)) return c.status;
  c.api = CLIENT_OWN;
  str done = arena_printf(&c.memory, "the %s of %s is over", c.args[2], c.args[1]);
  const char *path = client_path(&c, c.args[0], "deployments", c.args[1], c.args[2], NULL);
  return client_end(&c, client_job(&c, "DELETE", path, "", STR_NONE, "ending", done.p, &c.e));
}
