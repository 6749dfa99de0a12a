/* cmd_models.c -- `dragoman models …`: trained models of a project. */
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/exported.h"
#include "cli/show.h"
#include "cli/table.h"

#include <stdio.h>

static int models_list(int argc, char **argv) {
  static const command_help help = {.name = "models list",
                                    .arguments = "PROJECT",
                                    .summary = "Lists the trained models of a project.",
                                    .examples = "  dragoman models list home\n"};
  static const char *const headings[] = {"MODEL", "TRAINED", "SECONDS", "CONFIGURATION", "EXPIRES"};
  static const char *const members[] = {"label", "lastTrainedDateTime", "lastTrainingDurationInSeconds",
                                        "modelTrainingConfigVersion", "modelExpirationDate"};
  static const show_columns columns = {ARRAY_LEN(headings), headings, members};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 1)) return c.status;
  return client_end(&c, show_list(&c, client_path(&c, c.args[0], "models", NULL), &columns, &c.e));
}

static int models_show(int argc, char **argv) {
  static const command_help help = {.name = "models show",
                                    .arguments = "PROJECT MODEL",
                                    .summary = "Prints what is known of a trained model.",
                                    .examples = "  dragoman models show home m1\n"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  return client_end(&c, show_one(&c, client_path(&c, c.args[0], "models", c.args[1], NULL), "", &c.e));
}

/* ---- evaluation ---------------------------------------------------------------------------- */

static str number(client *c, const jnode *object, const char *key) {
  jnode v = jn_get(object, key);
  jn_type t = jn_typeof(&v);
  return t == JN_REAL || t == JN_INT ? arena_printf(&c->memory, "%.4f", jn_num(&v)) : STR("-");
}

/* The six averages, then a row for each intent or entity. */
static void print_part(client *c, const jnode *summary, const char *part, const char *each, const char *title) {
  static const char *const averages[] = {"microF1", "microPrecision", "microRecall",
                                         "macroF1", "macroPrecision", "macroRecall"};
  jnode p = jn_get(summary, part), classes = jn_get(&p, each), row;
  printf("%s", each);
  for (size_t i = 0; i < ARRAY_LEN(averages); i++)
    printf("  %s " STR_FMT, averages[i], STR_ARG(number(c, &p, averages[i])));
  printf("\n\n");
  const char *const headings[] = {title, "PRECISION", "RECALL", "F1", "RIGHT", "WRONG", "MISSED"};
  table t;
  table_init(&t, headings, ARRAY_LEN(headings), &c->memory);
  for (void *iter = NULL; jn_next(&classes, &iter, &row);) {
    str cells[] = {arena_str(&c->memory, str_of(row.key)),
                   number(c, &row, "precision"),
                   number(c, &row, "recall"),
                   number(c, &row, "f1"),
                   client_field(c, &row, "truePositiveCount"),
                   client_field(c, &row, "falsePositiveCount"),
                   client_field(c, &row, "falseNegativeCount")};
    table_row(&t, cells);
  }
  table_print(&t, stdout);
}

static err_code show_evaluation(client *c, const char *path, err *e) {
  jdoc *doc = NULL;
  str text;
  err_code code = client_get(c, path, "", &doc, &text, e);
  if (code != ERR_OK) return code;
  jnode summary = jn_root(doc);
  if (c->options.json) {
    printf(STR_FMT "\n", STR_ARG(text));
  } else {
    print_part(c, &summary, "intentsEvaluation", "intents", "INTENT");
    putchar('\n');
    print_part(c, &summary, "entitiesEvaluation", "entities", "ENTITY");
  }
  jn_free(doc);
  return ERR_OK;
}

static int models_evaluation(int argc, char **argv) {
  static const command_help help = {.name = "models evaluation",
                                    .arguments = "PROJECT MODEL",
                                    .summary =
                                        "Prints the evaluation that the training made: precision, recall and F1 of\n"
                                        "every intent and entity. With --json also the confusion matrices.",
                                    .examples = "  dragoman models evaluation home m1\n"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  const char *path = client_path(&c, c.args[0], "models", c.args[1], "evaluation", "summary-result", NULL);
  return client_end(&c, show_evaluation(&c, path, &c.e));
}

static int models_evaluate(int argc, char **argv) {
  static const command_help help = {
      .name = "models evaluate",
      .arguments = "PROJECT MODEL",
      .summary = "Evaluates a model anew, on the utterances marked Test in the project as it is\n"
                 "now; dragoman models evaluation then prints the new figures.",
      .examples = "  dragoman models evaluate home m1\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  str done = arena_printf(&c.memory, "%s evaluated", c.args[1]);
  const char *path = client_path(&c, c.args[0], "models", c.args[1], ":evaluate", NULL);
  return client_end(&c, client_job(&c, "POST", path, "", STR("{\"kind\":\"manual\"}"), "evaluating", done.p, &c.e));
}

/* ---- snapshot and delete ------------------------------------------------------------------- */

static int models_load_snapshot(int argc, char **argv) {
  static const command_help help = {.name = "models load-snapshot",
                                    .arguments = "PROJECT MODEL",
                                    .summary =
                                        "Replaces the working copy of the project by what the model was trained on.",
                                    .examples = "  dragoman models load-snapshot home m1\n"};
  client c = {0};
  const option options[] = {CLIENT_JOB_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  str done = arena_printf(&c.memory, "%s holds what %s was trained on", c.args[0], c.args[1]);
  const char *path = client_path(&c, c.args[0], "models", c.args[1], ":load-snapshot", NULL);
  return client_end(&c, client_job(&c, "POST", path, "", STR_NONE, "loading", done.p, &c.e));
}

static int models_delete(int argc, char **argv) {
  static const command_help help = {.name = "models delete",
                                    .arguments = "PROJECT MODEL",
                                    .summary = "Deletes a trained model. One that a deployment uses is not deleted.",
                                    .examples = "  dragoman models delete home m1\n"};
  client c = {0};
  const option options[] = {CLIENT_OPTIONS(c)};
  if (!client_begin(&c, &help, options, ARRAY_LEN(options), argc, argv, 2)) return c.status;
  str answer;
  const char *path = client_path(&c, c.args[0], "models", c.args[1], NULL);
  err_code code = client_request(&c, "DELETE", path, "", NULL, STR_NONE, &answer, &c.e);
  if (code == ERR_OK) printf(c.options.json ? "{}\n" : "%s deleted\n", c.args[1]);
  return client_end(&c, code);
}

int cmd_models(int argc, char **argv) {
  static const command commands[] = {
      {"list", "the trained models of a project", models_list},
      {"show", "one trained model", models_show},
      {"evaluation", "the figures of a model", models_evaluation},
      {"evaluate", "measure a model anew", models_evaluate},
      {"load-snapshot", "back to what a model was trained on", models_load_snapshot},
      {"export", "a model under a name of its own", models_export},
      {"exported", "the exported models of a project", models_exported},
      {"bundle", "an exported model as a file", models_bundle},
      {"unexport", "an exported model", models_unexport},
      {"delete", "a trained model", models_delete},
  };
  return command_dispatch("models", commands, ARRAY_LEN(commands), argc, argv);
}
