/* cmd_convert.c -- `dragoman convert`: between CLU project files, LUIS JSON and .lu. */
#include "base/file.h"
#include "base/json_out.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "project/clu_json.h"
#include "project/lu.h"
#include "project/luis_convert.h"
#include "project/luis_json.h"
#include "project/project_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 1 << 29 };

static const command_help help = {
    .name = "convert",
    .arguments = "IN OUT",
    .summary = "Writes a project in another format: a CLU project file, a LUIS app in JSON\n"
               "(schema 7) or a .lu file. IN is any of them, plain or .gz, LUIS JSON of any\n"
               "schema. What OUT cannot hold is listed on stderr. Without --to, OUT ending in\n"
               ".lu is a .lu file; a .json file is LUIS for a CLU or .lu file, CLU for a LUIS file.",
    .examples = "  dragoman convert lamps-luis.json lamps.json --to clu\n"
                "  dragoman convert lamps.lu lamps-luis.json\n"
                "  dragoman convert home.json home.lu\n",
};

typedef struct conversion {
  arena memory;
  notes l;
  project_format from, to;
  project clu;
  luis_app luis;
} conversion;

static project_format target_format(project_format from, const char *to, const char *path) {
  if (!to) {
    if (str_ends(str_of(path), STR(".lu"))) return FORMAT_LU;
    return from == FORMAT_LUIS ? FORMAT_CLU : FORMAT_LUIS;
  }
  return strcmp(to, "clu") == 0 ? FORMAT_CLU : strcmp(to, "lu") == 0 ? FORMAT_LU : FORMAT_LUIS;
}

static err_code convert(conversion *c, err *e) {
  bool from_clu = c->from == FORMAT_CLU, to_clu = c->to == FORMAT_CLU;
  if (from_clu && !to_clu) return clu_to_luis(&c->clu, &c->memory, &c->luis, &c->l, e);
  if (!from_clu && to_clu) return luis_to_clu(&c->luis, &c->memory, &c->clu, &c->l, e);
  return ERR_OK;
}

static err_code make_text(conversion *c, buf *out, err *e) {
  switch (c->to) {
  case FORMAT_CLU: clu_write(&c->clu, OFFSET_UTF16, out); break;
  case FORMAT_LUIS: luis_write(&c->luis, out); break;
  case FORMAT_LU: return lu_write(&c->luis, out, &c->l, e);
  }
  buf_add_byte(out, '\n');
  return ERR_OK;
}

static err_code run(conversion *c, const char *in, const char *out, const char *to, err *e) {
  char *text = NULL;
  size_t n = 0;
  err_code code = file_read_maybe_gz(in, FILE_MAX_BYTES, &text, &n, e);
  if (code != ERR_OK) return code;
  code = project_file_read(str_make(text, n), &c->memory, &c->from, &c->clu, &c->luis, &c->l, e);
  c->to = target_format(c->from, to, out);
  if (code == ERR_OK) code = convert(c, e);
  buf result = {0};
  if (code == ERR_OK) code = make_text(c, &result, e);
  free(text);
  if (code != ERR_OK)
    err_prefix(e, "%s: ", in);
  else
    code = file_write_atomic(out, buf_str(&result), 0644, e);
  buf_free(&result);
  return code;
}

static void print_text(const conversion *c, const char *out) {
  for (size_t i = 0; i < c->l.n; i++)
    fprintf(stderr, STR_FMT ": " STR_FMT "\n", STR_ARG(c->l.v[i].place), STR_ARG(c->l.v[i].text));
  printf("%s: %s from %s, %zu notes\n", out, project_format_name(c->to), project_format_name(c->from), c->l.n);
}

static void print_json(const conversion *c, const char *out) {
  buf b = {0};
  jw w;
  jw_init(&w, &b);
  jw_obj(&w);
  jw_kcstr(&w, "from", project_format_name(c->from));
  jw_kcstr(&w, "to", project_format_name(c->to));
  jw_kcstr(&w, "file", out);
  jw_key(&w, "notes");
  jw_arr(&w);
  for (size_t i = 0; i < c->l.n; i++) {
    jw_obj(&w);
    jw_kstr(&w, "place", c->l.v[i].place);
    jw_kstr(&w, "text", c->l.v[i].text);
    jw_end(&w);
  }
  jw_end(&w);
  jw_end(&w);
  printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
  buf_free(&b);
}

int cmd_convert(int argc, char **argv) {
  const char *to = NULL, *args[2];
  bool json = false;
  const option options[] = {
      OPT_CHOICE("to", &to, "FORMAT", "clu|luis|lu", "format of OUT (default: see above)"),
      OPT_FLAG("json", &json, "print formats and notes as JSON"),
  };
  int status;
  if (!options_parse(&help, options, ARRAY_LEN(options), argc, argv, args, 2, 2, &status)) return status;
  conversion c = {0};
  arena_init(&c.memory, 0);
  c.l.a = &c.memory;
  err e = {0};
  err_code code = run(&c, args[0], args[1], to, &e);
  if (code == ERR_OK && json) print_json(&c, args[1]);
  if (code == ERR_OK && !json) print_text(&c, args[1]);
  arena_fini(&c.memory);
  return code == ERR_OK ? cli_finish_output() : cli_fail(&e);
}
