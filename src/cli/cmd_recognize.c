#include "cli/cmd_recognize.h"
#include "base/json_in.h"
#include "base/timeutil.h"
#include "recognize/grammar.h"
#include "recognize/recognize.h"
#include <getopt.h>
#include <stdio.h>
#include <time.h>

static const char usage[] =
    "usage: dragoman recognize --culture CULTURE [--model MODEL[,MODEL...]] [FILE]\n"
    "\n"
    "Reads JSON Lines {\"id\",\"input\"[,\"context\":{\"referenceDateTime\"}]} from FILE or standard input and\n"
    "writes {\"id\",\"entities\":[{\"text\",\"start\",\"end\",\"type\",\"resolution\"}]} a line; offsets are UTF-16,\n"
    "end inclusive. Without --model the model is the middle part of the id (en/DateTimeModel/0005). A\n"
    "case without a reference time uses the local time now.\n";

typedef struct job {
  const culture *c;
  uint32_t models, variant; /* models 0: from the id */
  arena a;
  buf out;
} job;

static civil_time local_now(void) {
  time_t now = (time_t)(time_now_us() / 1000000);
  struct tm t;
  localtime_r(&now, &t);
  return (civil_time){t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec};
}

/* "2016-11-07T00:00:00" with an optional fraction. */
static bool parse_reference(str s, civil_time *t) {
  char b[32];
  if (!str_copy_to(str_make(s.p, s.n < 19 ? s.n : 19), b, sizeof b)) return false;
  int n = sscanf(b, "%4d-%2d-%2dT%2d:%2d:%2d", &t->year, &t->month, &t->day, &t->hour, &t->minute, &t->second);
  return n == 6 && is_valid_date(t->year, t->month, t->day) && t->hour >= 0 && t->hour < 24 && t->minute >= 0 &&
         t->minute < 60 && t->second >= 0 && t->second < 60;
}

static err_code parse_models(str list, job *j, err *e) {
  while (list.n) {
    size_t cut = str_find_byte(list, ',');
    recognize_model m;
    uint32_t variant;
    if (!recognize_model_parse(str_make(list.p, cut), &m, &variant))
      return err_set(e, ERR_INVALID_ARGUMENT, "unknown model " STR_FMT, STR_ARG(str_make(list.p, cut)));
    j->models |= RECOGNIZE_BIT(m);
    j->variant |= variant;
    list = str_skip(list, cut + 1);
  }
  return ERR_OK;
}

static err_code model_of_id(str id, recognize_options *o, err *e) {
  str rest = str_skip(id, str_find_byte(id, '/') + 1);
  str name = str_make(rest.p, str_find_byte(rest, '/'));
  recognize_model m;
  if (!recognize_model_parse(name, &m, &o->variant))
    return err_set(e, ERR_INVALID_ARGUMENT, "id " STR_FMT " names no model; give --model", STR_ARG(id));
  o->models = RECOGNIZE_BIT(m);
  return ERR_OK;
}

static err_code read_reference(const jnode *root, civil_time *t, err *e) {
  *t = local_now();
  jnode context = jn_get(root, "context");
  if (jn_typeof(&context) != JN_OBJ) return ERR_OK;
  str s;
  bool present;
  err_code rc = jn_opt_str(&context, "referenceDateTime", &s, &present, e);
  if (rc || !present) return rc;
  return parse_reference(s, t) ? ERR_OK : err_set(e, ERR_INVALID_ARGUMENT, "referenceDateTime is no date and time");
}

static err_code answer(job *j, const jnode *root, err *e) {
  str id, input;
  err_code rc = jn_req_str(root, "id", &id, e);
  if (!rc) rc = jn_req_str(root, "input", &input, e);
  recognize_options o = {.models = j->models, .variant = j->variant};
  if (!rc) rc = read_reference(root, &o.reference, e);
  if (!rc && !o.models) rc = model_of_id(id, &o, e);
  recognized *found;
  size_t n;
  if (!rc) rc = recognize(j->c, input, &o, &j->a, &found, &n, e);
  if (rc) return rc;
  jw w;
  jw_init(&w, &j->out);
  jw_obj(&w);
  jw_kstr(&w, "id", id);
  jw_key(&w, "entities");
  jw_arr(&w);
  for (size_t i = 0; i < n; i++) recognized_write_json(&w, &found[i]);
  jw_end(&w);
  jw_end(&w);
  return ERR_OK;
}

static err_code answer_line(job *j, str line, err *e) {
  jdoc *doc;
  err_code rc = jn_parse(line, &doc, e);
  if (rc) return rc;
  jnode root = jn_root(doc);
  j->out.n = 0;
  rc = answer(j, &root, e);
  jn_free(doc);
  arena_reset(&j->a);
  return rc;
}

static int run(job *j, FILE *in) {
  char *line = NULL;
  size_t cap = 0, number = 0;
  ssize_t n;
  int status = 0;
  while (!status && (n = getline(&line, &cap, in)) >= 0) {
    number++;
    str s = str_trim(str_make(line, (size_t)n));
    if (!s.n) continue;
    err e = {0};
    if (answer_line(j, s, &e)) {
      fprintf(stderr, "dragoman recognize: line %zu: %s\n", number, e.message);
      status = 1;
    } else {
      buf_add_byte(&j->out, '\n');
      if (fwrite(j->out.p, 1, j->out.n, stdout) != j->out.n) status = 1;
    }
  }
  free(line);
  return status;
}

static int parse_options(int argc, char **argv, job *j) {
  static const struct option options[] = {
      {"culture", required_argument, NULL, 'c'}, {"model", required_argument, NULL, 'm'}, {"help", no_argument, NULL, 'h'}, {0}};
  err e = {0};
  optind = 1;
  for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (o == 'h') {
      fputs(usage, stdout);
      return 0;
    }
    if (o == 'c' && !(j->c = culture_find(optarg, strlen(optarg)))) err_set(&e, ERR_INVALID_ARGUMENT, "unknown culture %s", optarg);
    else if (o == 'm') (void)!parse_models(str_of(optarg), j, &e);
    else if (o == '?') return 2;
    if (e.code) {
      fprintf(stderr, "dragoman recognize: %s\n", e.message);
      return 1;
    }
  }
  if (!j->c) {
    fputs(usage, stderr);
    return 2;
  }
  return -1;
}

int cmd_recognize(int argc, char **argv) {
  job j = {0};
  int status = parse_options(argc, argv, &j);
  if (status >= 0) return status;
  FILE *in = optind < argc ? fopen(argv[optind], "r") : stdin;
  if (!in) {
    fprintf(stderr, "dragoman recognize: cannot open %s\n", argv[optind]);
    return 1;
  }
  arena_init(&j.a, 0);
  status = run(&j, in);
  if (fflush(stdout)) status = 1;
  if (in != stdin) fclose(in);
  arena_fini(&j.a);
  buf_free(&j.out);
  return status;
}
