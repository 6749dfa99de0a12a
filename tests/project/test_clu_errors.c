#include "project/clu_json.h"
#include "tests/case_file.h"

#define HEAD "{\"projectFileVersion\":\"2023-04-01\",\"stringIndexType\":\"Utf16CodeUnit\",\"metadata\":"

static const struct {
  const char *prefix, *before, *after;
} FORMS[] = {
    {"doc: ", "", ""},
    {"metadata: ", HEAD, ",\"assets\":{}}"},
    {"assets: ",
     HEAD "{\"projectKind\":\"Conversation\",\"language\":\"en\"},\"assets\":{\"projectKind\":\"Conversation\",", "}}"},
    {"router: ",
     HEAD "{\"projectKind\":\"Orchestration\",\"language\":\"en\"},\"assets\":{\"projectKind\":\"Orchestration\",",
     "}}"},
};

static void complete(str line, size_t line_number, buf *out) {
  for (size_t i = 0; i < ARRAY_LEN(FORMS); i++)
    if (str_starts(line, str_of(FORMS[i].prefix))) {
      buf_add_str(out, str_of(FORMS[i].before));
      buf_add_str(out, str_skip(line, strlen(FORMS[i].prefix)));
      buf_add_str(out, str_of(FORMS[i].after));
      return;
    }
  fail_msg("line %zu: unknown form", line_number);
}

static void run_case(const case_block *b, void *user) {
  (void)user;
  assert_int_equal(b->n, 2);
  buf json = {0};
  complete(b->lines[0], b->line_number, &json);
  arena a;
  arena_init(&a, 0);
  err e = {0};
  clu_read_options o = {.expect_name = STR("Bot")};
  project p, untouched;
  memset(&p, 0xa5, sizeof p);
  untouched = p;
  err_code rc = clu_read(buf_str(&json), &o, &a, &p, &e);
  char got[256];
  snprintf(got, sizeof got, "%s %s", err_name(rc), e.target[0] ? e.target : "-");
  if (!str_eq(str_of(got), b->lines[1])) print_error("line %zu: %s\n", b->line_number, e.message);
  assert_str_equal(str_of(got), b->lines[1]);
  assert_int_equal(e.code, rc);
  assert_true(str_starts(str_of(e.message), str_of(e.target)));
  assert_memory_equal(&p, &untouched, sizeof p);
  arena_fini(&a);
  buf_free(&json);
}

static void test_cases(void **state) {
  (void)state;
  assert_true(case_file_run("tests/cases/project/errors.txt", run_case, NULL) > 80);
}

static void expect_error(str json, err_code want) {
  arena a;
  arena_init(&a, 0);
  project p;
  err e = {0};
  assert_int_equal(clu_read(json, NULL, &a, &p, &e), want);
  arena_fini(&a);
}

static void test_invalid_utf8(void **state) {
  (void)state;
  expect_error(STR("{\"projectFileVersion\":\"\xff\"}"), ERR_INVALID_REQUEST);
  expect_error(STR("{\"projectFileVersion\":\"\xed\xa0\x80\"}"), ERR_INVALID_REQUEST);
  expect_error(STR("{\"projectFileVersion\":\"\xc0\x80\"}"), ERR_INVALID_REQUEST);
}

static void test_nesting_bombs(void **state) {
  (void)state;
  enum { DEPTH = 1000000 };
  char *bomb = malloc(DEPTH * 5);
  memset(bomb, '[', DEPTH);
  expect_error(str_make(bomb, DEPTH), ERR_INVALID_REQUEST);
  for (size_t i = 0; i < DEPTH; i++) memcpy(bomb + i * 5, "{\"a\":", 5);
  expect_error(str_make(bomb, (size_t)DEPTH * 5), ERR_INVALID_REQUEST);
  free(bomb);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_invalid_utf8),
                                     cmocka_unit_test(test_nesting_bombs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
