/* cmd_evaluate.c -- `dragoman evaluate`: a model against labelled utterances. */
#include "base/json_in.h"
#include "cli/commands.h"
#include "cli/local.h"
#include "cli/options.h"
#include "cli/table.h"

#include <stdio.h>

static const command_help help = {
    .name = "evaluate",
    .arguments = "MODEL FILE",
    .summary = "Predicts the labelled utterances of a project file and compares. An entity is right\n"
               "when its span and its category are exactly those of the label. Definitions:\n"
               "doc/evaluation.md.",
    .examples = "  dragoman evaluate home.model home.json\n"
                "  dragoman evaluate home.model home.json --dataset All --json\n",
};

/* The number at parent.key; a metric that has no value (nothing to measure) is null: "-". */
static str metric(const jnode *parent, const char *key, arena *a) {
  jnode v = jn_get(parent, key);
  switch (jn_typeof(&v)) {
  case JN_INT: return arena_printf(a, "%lld", (long long)jn_int(&v));
  case JN_REAL: return arena_printf(a, "%.4f", jn_num(&v));
  default: return STR("-");
  }
}

static void print_group(const jnode *root, const char *group, const char *const *keys, size_t n, arena *a) {
  jnode g = jn_get(root, group);
  printf("%-9s", group);
  for (size_t i = 0; i < n; i++) printf(" %s " STR_FMT, keys[i], STR_ARG(metric(&g, keys[i], a)));
  putchar('\n');
}

/* One line for each intent or entity of the report. */
static void print_each(const jnode *root, const char *group, const char *title, arena *a) {
  jnode each = jn_get(root, group), row;
  table t;
  const char *const columns[] = {title, "precision", "recall", "f1"};
  table_init(&t, columns, ARRAY_LEN(columns), a);
  for (void *iter = NULL; jn_next(&each, &iter, &row);) {
    str cells[] = {str_of(row.key), metric(&row, "precision", a), metric(&row, "recall", a), metric(&row, "f1", a)};
    table_row(&t, cells);
  }
  putchar('\n');
  table_print(&t, stdout);
}

static int print_table(const char *json) {
  static const char *const intents[] = {"accuracy", "microF1", "macroF1", "ece"};
  static const char *const none[] = {"recall", "precision", "auroc"};
  static const char *const entities[] = {"precision", "recall", "microF1"};
  err e;
  jdoc *doc = NULL;
  if (jn_parse(str_of(json), &doc, &e) != ERR_OK) return cli_fail(&e);
  arena a;
  arena_init(&a, 0);
  jnode root = jn_root(doc);
  printf("%-9s " STR_FMT "\n", "counted", STR_ARG(metric(&root, "utterances", &a)));
  print_group(&root, "intents", intents, ARRAY_LEN(intents), &a);
  print_group(&root, "none", none, ARRAY_LEN(none), &a);
  print_group(&root, "entities", entities, ARRAY_LEN(entities), &a);
  print_each(&root, "perIntent", "intent", &a);
  print_each(&root, "perEntity", "entity", &a);
  arena_fini(&a);
  jn_free(doc);
  return cli_finish_output();
}

int cmd_evaluate(int argc, char **argv) {
  const char *dataset = "Test", *args[2];
  bool as_json = false;
  const option options[] = {
      OPT_CHOICE("dataset", &dataset, "D", "Test|Train|All", "utterances to count (default Test)"),
      OPT_FLAG("json", &as_json, "print the whole report as JSON"),
  };
  int status;
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 2, 2, &status)) return status;

  dragoman_error e;
  dragoman_model *model = NULL;
  if (dragoman_model_open(args[0], &model, &e)) return local_fail(args[0], &e);
  dragoman_project *project = NULL;
  char *json = NULL;
  if (dragoman_project_read(args[1], &project, &e) ||
      dragoman_evaluate(model, project, local_dataset(dataset), &json, &e)) {
    status = local_fail(args[1], &e);
  } else if (as_json) {
    puts(json);
    status = cli_finish_output();
  } else {
    status = print_table(json);
  }
  dragoman_free(json);
  dragoman_project_free(project);
  dragoman_model_close(model);
  return status;
}
