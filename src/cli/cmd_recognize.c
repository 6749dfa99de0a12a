/* cmd_recognize.c -- `dragoman recognize`: numbers, units, dates and sequences in a text, without a
 * model; or JSON Lines of conformance cases in, JSON Lines of entities out. */
#include "base/json_in.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/table.h"
#include "recognize/recognize.h"
#include "recognize/request.h"

#include <errno.h>
#include <stdio.h>

static const command_help help = {
    .name = "recognize",
    .arguments = "--culture CULTURE [--model MODEL[,MODEL...]] [TEXT]",
    .summary = "Finds numbers, units, dates, times, e-mail addresses and the like in TEXT and says what\n"
               "they mean. Without TEXT reads JSON Lines, {\"id\",\"input\"} with an optional\n"
               "\"context\":{\"referenceDateTime\"}, and prints one JSON object a line:\n"
               "{\"id\",\"entities\":[{\"text\",\"start\",\"end\",\"type\",\"resolution\"}]}; start and end count\n"
               "UTF-16 code units, end is the last one. Without --model a line is read by the model\n"
               "in the middle of its id (en/DateTimeModel/0005), TEXT by all.",
    .examples = "  dragoman recognize --culture en-us \"next friday at 5, for 2 hours\"\n"
                "  dragoman recognize --culture en-us --model DateTimeModel < cases.jsonl > entities.jsonl\n",
};

typedef struct job {
  const culture *c;
  recognize_options o; /* models 0: from the id; reference: for lines without one */
  arena memory;        /* of one text */
  buf out;
} job;

/* ---- JSON Lines ---- */

static err_code model_of_id(str id, recognize_options *o, err *e) {
  str rest = str_skip(id, str_find_byte(id, '/') + 1);
  str name = str_make(rest.p, str_find_byte(rest, '/'));
  if (request_models(name, o, NULL) == ERR_OK) return ERR_OK;
  return err_set(e, ERR_INVALID_ARGUMENT, "the id \"" STR_FMT "\" names no model; give --model", STR_ARG(id));
}

static err_code read_reference(const jnode *line, civil_time *t, err *e) {
  jnode context = jn_get(line, "context");
  if (jn_typeof(&context) == JN_ABSENT || jn_typeof(&context) == JN_NULL) return ERR_OK;
  str s;
  bool present;
  err_code rc = jn_opt_str(&context, "referenceDateTime", &s, &present, e);
  if (rc || !present || request_reference(s, t)) return rc;
  return err_set(e, ERR_INVALID_ARGUMENT, "\"" STR_FMT "\" is no date and time (YYYY-MM-DDThh:mm:ss)", STR_ARG(s));
}

static void write_entities(jw *w, const recognized *found, size_t n) {
  jw_key(w, "entities");
  jw_arr(w);
  for (size_t i = 0; i < n; i++) recognized_write_json(w, &found[i]);
  jw_end(w);
}

static err_code answer(job *j, const jnode *line, err *e) {
  str id, input;
  recognize_options o = j->o;
  recognized *found;
  size_t n;
  err_code rc = jn_req_str(line, "id", &id, e);
  if (!rc) rc = jn_req_str(line, "input", &input, e);
  if (!rc) rc = read_reference(line, &o.reference, e);
  if (!rc && !o.models) rc = model_of_id(id, &o, e);
  if (!rc) rc = recognize(j->c, input, &o, &j->memory, &found, &n, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &j->out);
  jw_obj(&w);
  jw_kstr(&w, "id", id);
  write_entities(&w, found, n);
  jw_end(&w);
  buf_add_byte(&j->out, '\n');
  return ERR_OK;
}

static int answer_line(job *j, str line, size_t number) {
  err e = {0};
  jdoc *doc = NULL;
  j->out.n = 0;
  err_code rc = jn_parse(line, &doc, &e);
  if (!rc) {
    jnode root = jn_root(doc);
    rc = answer(j, &root, &e);
  }
  jn_free(doc);
  arena_reset(&j->memory);
  if (rc) {
    (void)err_prefix(&e, "line %zu: ", number);
    return cli_fail(&e);
  }
  fwrite(j->out.p, 1, j->out.n, stdout); /* checked at the end */
  return CLI_OK;
}

/* Stops at the first line that cannot be answered: an answer a line, in step with the input. */
static int run_lines(job *j) {
  char *line = NULL;
  size_t cap = 0;
  ssize_t n;
  int status = CLI_OK;
  for (size_t number = 1; status == CLI_OK && (n = getline(&line, &cap, stdin)) >= 0; number++) {
    str s = str_trim(str_make(line, (size_t)n));
    if (s.n) status = answer_line(j, s, number);
  }
  if (status == CLI_OK && ferror(stdin)) {
    err e;
    (void)err_errno(&e, errno, "cannot read the input");
    status = cli_fail(&e);
  }
  free(line);
  return status;
}

/* ---- one text, for a person ---- */

static void add_attr(buf *b, const char *before, const attr *x) {
  if (!x || x->kind == ATTR_NULL) return;
  if (b->n) buf_printf(b, "%s", before);
  if (x->kind == ATTR_STR)
    buf_add_str(b, x->text);
  else if (x->kind == ATTR_BOOL)
    buf_printf(b, "%s", x->number != 0 ? "yes" : "no");
  else
    buf_printf(b, "%g", x->number);
}

/* "2026-03-13 17:00:00", "from 08:00:00", "2026-03-09 to 2026-03-16". */
static str date_meaning(const attr_list *value, arena *a) {
  const attr *begin = attr_find(value, "start"), *end = attr_find(value, "end");
  buf b = {0};
  if (begin && !end) buf_printf(&b, "from");
  if (end && !begin) buf_printf(&b, "until");
  add_attr(&b, " ", attr_find(value, "value"));
  const attr *type = attr_find(value, "type");
  if (type && str_eq(type->text, STR("duration"))) buf_printf(&b, " seconds");
  add_attr(&b, " ", begin);
  add_attr(&b, begin ? " to " : " ", end);
  str s = arena_str(a, buf_str(&b));
  buf_free(&b);
  return s;
}

/* What was meant, in a line: candidates apart by "or". */
static str meaning(const recognized *r, arena *a) {
  buf b = {0};
  str last = STR_NONE;
  for (size_t i = 0; i < r->value_count; i++) {
    str value = date_meaning(&r->values[i], a);
    if (i && str_eq(value, last)) continue;
    if (i) buf_printf(&b, " or ");
    buf_add_str(&b, value);
    last = value;
  }
  static const char *const keys[] = {"value", "unit", "isoCurrency"};
  for (size_t i = 0; i < ARRAY_LEN(keys); i++) add_attr(&b, " ", attr_find(&r->resolution, keys[i]));
  str s = arena_str(a, buf_str(&b));
  buf_free(&b);
  return s;
}

/* By place, the longer first. */
static int by_place(const void *pa, const void *pb) {
  const recognized *a = pa, *b = pb;
  if (a->begin_bytes != b->begin_bytes) return a->begin_bytes < b->begin_bytes ? -1 : 1;
  if (a->end_bytes != b->end_bytes) return a->end_bytes > b->end_bytes ? -1 : 1;
  return a->model < b->model ? -1 : a->model > b->model;
}

static void print_table(recognized *found, size_t n, str text, arena *a) {
  static const char *const headings[] = {"TEXT", "TYPE", "MEANING"};
  table t;
  table_init(&t, headings, ARRAY_LEN(headings), a);
  if (n > 1) qsort(found, n, sizeof *found, by_place);
  for (size_t i = 0; i < n; i++) {
    const recognized *r = &found[i];
    table_row(
        &t, (str[]){str_make(text.p + r->begin_bytes, r->end_bytes - r->begin_bytes), str_of(r->type), meaning(r, a)});
  }
  table_print(&t, stdout);
}

static int run_text(job *j, str text, bool json) {
  err e = {0};
  recognized *found;
  size_t n;
  if (!j->o.models) j->o.models = RECOGNIZE_ALL_MODELS;
  if (recognize(j->c, text, &j->o, &j->memory, &found, &n, &e)) return cli_fail(&e);
  if (!json) {
    print_table(found, n, text, &j->memory);
    return CLI_OK;
  }
  jw w;
  jw_init(&w, &j->out);
  jw_obj(&w);
  write_entities(&w, found, n);
  jw_end(&w);
  buf_add_byte(&j->out, '\n');
  fwrite(j->out.p, 1, j->out.n, stdout);
  return CLI_OK;
}

/* ---- the command ---- */

/* False after a usage error. */
static bool read_job(job *j, const char *name, const char *models, const char *reference) {
  err e = {0};
  if (!name) return options_usage_error(&help, "--culture CULTURE is required"), false;
  j->o.reference = request_now();
  if (request_culture(str_of(name), &j->c, &e) || (models && request_models(str_of(models), &j->o, &e)))
    return options_usage_error(&help, "%s", e.message), false;
  if (reference && !request_reference(str_of(reference), &j->o.reference))
    return options_usage_error(&help, "--reference takes a date and time, YYYY-MM-DDThh:mm:ss, not \"%s\"", reference),
           false;
  return true;
}

int cmd_recognize(int argc, char **argv) {
  const char *name = NULL, *models = NULL, *reference = NULL, *args[1];
  bool json = false;
  const option options[] = {
      OPT_TEXT("culture", &name, "CULTURE", "language and region of the text: en-us"),
      OPT_TEXT("model", &models, "MODELS", "what to find: NumberModel,DateTimeModel"),
      OPT_TEXT("reference", &reference, "TIME", "local time that is \"now\" (default: the clock)"),
      OPT_FLAG("json", &json, "print the entities of TEXT as JSON"),
  };
  int status;
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 0, 1, &status)) return status;
  job j = {0};
  if (!read_job(&j, name, models, reference)) return CLI_USAGE;
  arena_init(&j.memory, 0);
  status = args[0] ? run_text(&j, str_of(args[0]), json) : run_lines(&j);
  if (cli_finish_output() != CLI_OK) status = CLI_FAILED;
  arena_fini(&j.memory);
  buf_free(&j.out);
  return status;
}
