/* luis_files.h -- what the tests of the LUIS formats share: files of tests/cases/luis, JSON equality, notes as text.
 *
 * A case is a file and what is expected of it beside it: NAME.expected.json, NAME.expected.lu, NAME.notes.txt (one
 * "place: text" a line; no file: no notes). */
#ifndef DRAGOMAN_TESTS_PROJECT_LUIS_FILES_H
#define DRAGOMAN_TESTS_PROJECT_LUIS_FILES_H

#include <jansson.h>
#include <unistd.h>

#include "base/file.h"
#include "base/vec.h"
#include "project/luis_json.h"
#include "project/notes.h"
#include "tests/test.h"

#define LUIS_CASES "tests/cases/luis/"

static inline str luis_file(arena *a, const char *path) {
  char *data;
  size_t n;
  err e = {0};
  if (file_read(path, (size_t)1 << 26, &data, &n, &e) != ERR_OK) fail_msg("%s", e.message);
  str s = arena_str(a, str_make(data, n));
  free(data);
  return s;
}

/* The file of a case, "" when there is none. */
static inline str luis_case_file(arena *a, const char *dir, const char *name, const char *ending) {
  char path[256];
  snprintf(path, sizeof path, LUIS_CASES "%s/%s%s", dir, name, ending);
  return access(path, R_OK) == 0 ? luis_file(a, path) : STR("");
}

static inline void luis_expect_json(const char *name, str got, str want) {
  json_error_t je;
  json_t *g = json_loadb(got.p, got.n, JSON_REJECT_DUPLICATES, &je);
  if (!g) fail_msg("%s: written: %s", name, je.text);
  json_t *w = json_loadb(want.p, want.n, JSON_REJECT_DUPLICATES, &je);
  if (!w) fail_msg("%s: expected, line %d: %s", name, je.line, je.text);
  if (!json_equal(g, w)) {
    print_error("%s:\n" STR_FMT "\n", name, STR_ARG(got));
    fail();
  }
  json_decref(g);
  json_decref(w);
}

static inline void luis_expect_text(const char *name, str got, str want) {
  if (str_eq(got, want)) return;
  print_error("%s:\n" STR_FMT "\n", name, STR_ARG(got));
  fail();
}

static inline void luis_expect_notes(const char *name, const notes *l, str want) {
  buf b = {0};
  for (size_t i = 0; i < l->n; i++)
    buf_printf(&b, STR_FMT ": " STR_FMT "\n", STR_ARG(l->v[i].place), STR_ARG(l->v[i].text));
  luis_expect_text(name, buf_str(&b), want);
  buf_free(&b);
}

/* The app as JSON, in the arena. */
static inline str luis_json(arena *a, const luis_app *app) {
  buf b = {0};
  luis_write(app, &b);
  str s = arena_str(a, buf_str(&b));
  buf_free(&b);
  return s;
}

#endif
