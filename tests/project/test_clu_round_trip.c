/* Reading and writing lose nothing: handwritten files with every feature of the format, and every
 * real project file of ../shared/data/nlu (DRAGOMAN_SHARED overrides ../shared). */
#include <ftw.h>
#include <jansson.h>
#include <unistd.h>

#include "base/file.h"
#include "project/clu_json.h"
#include "tests/test.h"

static json_t *parse(str text) {
  json_error_t je;
  json_t *v = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &je);
  if (!v) fail_msg("line %d: %s", je.line, je.text);
  return v;
}

static json_t *parse_file(const char *path) {
  char *data;
  size_t n;
  err e = {0};
  if (file_read_maybe_gz(path, (size_t)1 << 30, &data, &n, &e) != ERR_OK) fail_msg("%s", e.message);
  json_t *v = parse(str_make(data, n));
  free(data);
  return v;
}

static void read_file(const char *path, arena *a, project *p) {
  char *data;
  size_t n;
  err e = {0};
  if (file_read_maybe_gz(path, (size_t)1 << 30, &data, &n, &e) != ERR_OK) fail_msg("%s", e.message);
  if (clu_read(str_make(data, n), NULL, a, p, &e) != ERR_OK) fail_msg("%s: %s", path, e.message);
  free(data);
}

/* Written in any unit, the file is read back as the same project. */
static void check_units(const project *p, str utf16) {
  static const offset_unit units[] = {OFFSET_UTF16, OFFSET_UTF8, OFFSET_CODEPOINT};
  for (size_t i = 0; i < ARRAY_LEN(units); i++) {
    arena a;
    arena_init(&a, 0);
    buf text = {0}, again = {0};
    err e = {0};
    project back;
    clu_write(p, units[i], &text);
    if (clu_read(buf_str(&text), NULL, &a, &back, &e) != ERR_OK) fail_msg("%s", e.message);
    clu_write(&back, OFFSET_UTF16, &again);
    assert_str_equal(buf_str(&again), utf16);
    buf_free(&text);
    buf_free(&again);
    arena_fini(&a);
  }
}

static void check_file(const char *path, json_t *want) {
  arena a;
  arena_init(&a, 0);
  project p;
  read_file(path, &a, &p);
  buf out = {0};
  clu_write(&p, OFFSET_UTF16, &out);
  json_t *got = parse(buf_str(&out));
  if (!json_equal(got, want)) fail_msg("%s: the written file differs: %.2000s", path, out.p);
  check_units(&p, buf_str(&out));
  json_decref(got);
  buf_free(&out);
  arena_fini(&a);
}

static void test_handwritten(void **state) {
  (void)state;
  static const char *const names[] = {"conversation", "defaults",      "orchestration", "utf8",
                                      "utf32",        "metadata_only", "empty_assets"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    char path[128], expected[128];
    snprintf(path, sizeof path, "tests/cases/project/%s.json", names[i]);
    snprintf(expected, sizeof expected, "tests/cases/project/%s.expected.json", names[i]);
    json_t *want = parse_file(access(expected, R_OK) == 0 ? expected : path);
    check_file(path, want);
    json_decref(want);
  }
}

/* The one default that the corpus files use: no labels is an empty array. */
static void add_empty_labels(json_t *doc) {
  size_t i;
  json_t *u;
  json_array_foreach(json_object_get(json_object_get(doc, "assets"), "utterances"), i, u) {
    if (!json_object_get(u, "entities")) json_object_set_new(u, "entities", json_array());
  }
}

static int check_corpus_file(const char *path, const struct stat *st, int type, struct FTW *at) {
  (void)st;
  (void)at;
  if (type != FTW_F || !str_ends(str_of(path), STR(".json.gz"))) return 0;
  json_t *want = parse_file(path);
  add_empty_labels(want);
  check_file(path, want);
  json_decref(want);
  return 0;
}

static void test_corpus(void **state) {
  (void)state;
  const char *shared = getenv("DRAGOMAN_SHARED");
  char dir[512];
  snprintf(dir, sizeof dir, "%s/data/nlu", shared ? shared : "../shared");
  if (access(dir, R_OK) != 0) {
    print_message("no project files at %s: skipped\n", dir);
    skip();
  }
  assert_int_equal(nftw(dir, check_corpus_file, 8, FTW_PHYS), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_handwritten), cmocka_unit_test(test_corpus)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
