/* cmd_predict.c -- `dragoman predict`: utterances in, CLU predictions out. */
#include "base/str.h"
#include "cli/commands.h"
#include "cli/local.h"
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const command_help help = {
    .name = "predict",
    .arguments = "MODEL [TEXT]",
    .summary = "Prints the prediction of TEXT as the `prediction` object of the CLU runtime. Without\n"
               "TEXT reads one utterance a line and prints one JSON object a line.",
    .examples = "  dragoman predict home.model \"turn off the kitchen lights\"\n"
                "  dragoman predict home.model < utterances.txt > predictions.jsonl\n",
};

static dragoman_unit unit_of(const char *name) {
  if (strcmp(name, "Utf8CodeUnit") == 0) return DRAGOMAN_UTF8;
  if (strcmp(name, "UnicodeCodePoint") == 0) return DRAGOMAN_CODEPOINT;
  return strcmp(name, "TextElements_v8") == 0 ? DRAGOMAN_GRAPHEME : DRAGOMAN_UTF16;
}

static int predict_one(dragoman_session *session, str text, const dragoman_predict_options *o, const char *what) {
  dragoman_error e;
  dragoman_text json;
  if (dragoman_predict_json(session, text.p, text.n, o, &json, &e)) return local_fail(what, &e);
  fwrite(json.p, 1, json.n, stdout);
  putchar('\n');
  return CLI_OK;
}

/* Stops at the first line that cannot be answered: an answer a line, in step with the input. */
static int predict_lines(dragoman_session *session, const dragoman_predict_options *o) {
  char *line = NULL;
  size_t cap = 0;
  ssize_t n;
  int status = CLI_OK;
  for (size_t number = 1; status == CLI_OK && (n = getline(&line, &cap, stdin)) >= 0; number++) {
    str text = str_make(line, (size_t)n);
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r')) text.n--;
    char what[48];
    snprintf(what, sizeof what, "line %zu", number);
    status = predict_one(session, text, o, what);
  }
  if (status == CLI_OK && ferror(stdin)) {
    err e;
    (void)err_errno(&e, errno, "cannot read the input");
    status = cli_fail(&e);
  }
  free(line);
  return status;
}

int cmd_predict(int argc, char **argv) {
  const char *language = NULL, *unit = "Utf16CodeUnit", *args[2];
  const option options[] = {
      OPT_TEXT("language", &language, "CODE", "language of the text (default: the project's)"),
      OPT_CHOICE("string-index-type", &unit, "UNIT", "Utf16CodeUnit|UnicodeCodePoint|TextElements_v8|Utf8CodeUnit",
                 "unit of offsets (default Utf16CodeUnit)"),
  };
  int status;
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 1, 2, &status)) return status;

  dragoman_error e;
  dragoman_model *model = NULL;
  if (dragoman_model_open(args[0], &model, &e)) return local_fail(args[0], &e);
  dragoman_session *session = dragoman_session_new(model);
  const dragoman_predict_options o = {.language = language, .unit = unit_of(unit)};
  status = args[1] ? predict_one(session, str_of(args[1]), &o, "the text") : predict_lines(session, &o);
  if (cli_finish_output() != CLI_OK) status = CLI_FAILED;
  dragoman_session_free(session);
  dragoman_model_close(model);
  return status;
}
