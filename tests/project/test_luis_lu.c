/* .lu: every form of the grammar in, the layout of an export out; faults with line and column. */
#include "project/lu.h"

#include "project/project_file.h"
#include "tests/case_file.h"
#include "tests/project/luis_files.h"

static str lu_text(arena *a, const luis_app *app, notes *l) {
  buf b = {0};
  err e = {0};
  if (lu_write(app, &b, l, &e) != ERR_OK) fail_msg("%s", e.message);
  str s = arena_str(a, buf_str(&b));
  buf_free(&b);
  return s;
}

static void read_lu(arena *a, const char *name, str text, luis_app *app, notes *l) {
  err e = {0};
  if (lu_read(text, a, app, l, &e) != ERR_OK) fail_msg("%s: %s", name, e.message);
}

/* NAME.lu is read as NAME.expected.json and written as NAME.expected.lu, which is read as the same. */
static void test_files(void **state) {
  (void)state;
  static const char *const names[] = {"grammar", "legacy", "crlf", "comment"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    arena a;
    arena_init(&a, 0);
    luis_app app, back;
    notes l = {.a = &a}, written = {.a = &a};
    read_lu(&a, names[i], luis_case_file(&a, "lu", names[i], ".lu"), &app, &l);
    luis_expect_json(names[i], luis_json(&a, &app), luis_case_file(&a, "lu", names[i], ".expected.json"));
    luis_expect_notes(names[i], &l, luis_case_file(&a, "lu", names[i], ".notes.txt"));
    str text = lu_text(&a, &app, &written);
    luis_expect_text(names[i], text, luis_case_file(&a, "lu", names[i], ".expected.lu"));
    assert_int_equal(written.n, 0);
    read_lu(&a, names[i], text, &back, NULL);
    assert_str_equal(lu_text(&a, &back, NULL), text);
    arena_fini(&a);
  }
}

/* JSON through .lu: all of it, but for what the notes say. */
static void test_from_json(void **state) {
  (void)state;
  static const char *const names[] = {"full", "unsayable"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    arena a;
    arena_init(&a, 0);
    luis_app app, back;
    notes l = {.a = &a};
    err e = {0};
    if (luis_read(luis_case_file(&a, "json", names[i], ".json"), &a, &app, &e) != ERR_OK) fail_msg("%s", e.message);
    str text = lu_text(&a, &app, &l);
    luis_expect_text(names[i], text, luis_case_file(&a, "json", names[i], ".expected.lu"));
    luis_expect_notes(names[i], &l, luis_case_file(&a, "json", names[i], ".notes.txt"));
    read_lu(&a, names[i], text, &back, NULL);
    luis_expect_json(names[i], luis_json(&a, &back), luis_case_file(&a, "json", names[i], ".lu.expected.json"));
    arena_fini(&a);
  }
}

static void test_names(void **state) {
  (void)state;
  static const char *const bad[] = {"a\\\"b", "a{b", "a=b", "#a", "@a", " a", "a\\\\b", "a<b"};
  static const char *const members[] = {"intents", "entities", "phraselists", "closedLists"};
  arena a;
  arena_init(&a, 0);
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    for (size_t k = 0; k < ARRAY_LEN(members); k++) {
      char json[200], place[64];
      snprintf(json, sizeof json, "{\"luis_schema_version\":\"7.0.0\",\"%s\":[{\"name\":\"ok\"},{\"name\":\"%s\"}]}",
               members[k], bad[i]);
      snprintf(place, sizeof place, "%s[1]", members[k]);
      luis_app app;
      buf out = {0};
      err e = {0};
      if (luis_read(str_of(json), &a, &app, &e) != ERR_OK) fail_msg("%s", e.message);
      assert_int_equal(lu_write(&app, &out, NULL, &e), ERR_INVALID_ARGUMENT);
      assert_string_equal(e.target, place);
      assert_int_equal(out.n, 0);
    }
  arena_fini(&a);
}

/* "lu: …" with ⏎ for each line end; then the message, or what a note says. */
static void run_fault(const case_block *b, void *user) {
  (void)user;
  assert_int_equal(b->n, 2);
  assert_true(str_starts(b->lines[0], STR("lu: ")));
  str in = str_skip(b->lines[0], 4), mark = STR("⏎");
  buf text = {0};
  while (in.n) {
    bool end = str_starts(in, mark);
    buf_add_byte(&text, end ? '\n' : in.p[0]);
    in = str_skip(in, end ? mark.n : 1);
  }
  arena a;
  arena_init(&a, 0);
  luis_app app, untouched;
  memset(&app, 0xa5, sizeof app);
  untouched = app;
  err e = {0};
  err_code rc = lu_read(buf_str(&text), &a, &app, NULL, &e);
  if (!str_eq(str_of(e.message), b->lines[1])) print_error("case of line %zu\n", b->line_number);
  assert_str_equal(str_of(e.message), b->lines[1]);
  assert_true(rc == ERR_INVALID_ARGUMENT || rc == ERR_QUOTA_EXCEEDED);
  assert_true(str_starts(str_of(e.message), str_of(e.target)));
  assert_memory_equal(&app, &untouched, sizeof app);
  arena_fini(&a);
  buf_free(&text);
}

static void test_faults(void **state) {
  (void)state;
  assert_true(case_file_run(LUIS_CASES "lu_errors.txt", run_fault, NULL) > 40);
}

static void expect_fault(str text, const char *message) {
  arena a;
  arena_init(&a, 0);
  luis_app app;
  err e = {0};
  assert_int_not_equal(lu_read(text, &a, &app, NULL, &e), ERR_OK);
  assert_string_equal(e.message, message);
  arena_fini(&a);
}

static void test_bytes(void **state) {
  (void)state;
  expect_fault(STR("# A\n- caf\xc3\xa9 \xff\n"), "line 2, column 8: the text is not valid UTF-8");
  expect_fault(STR("# A\n\n- a\0b\n"), "line 3, column 4: the text has a NUL character");
}

/* What is repeated many times ends in an error or in linear time. */
static void test_repetition(void **state) {
  (void)state;
  static const struct {
    const char *head, *line, *message;
  } cases[] = {
      {"@ ml A\n", "@ A hasRole r%d\n", "line 12, column 13: the entity \"A\" has more than 10 roles"},
      {"@ ml A\n", "    - @ ml c%d\n", "line 22, column 7: a level has more than 20 children"},
      {"", "@ phraselist p%d\n", "phraselists: 100000 phrase lists are over the limit of 500"},
      {"", "# i%d\n", "intents: 100000 intents are over the limit of 500"},
      {"# A\n", "- {@e%d=x}\n", "entities: 100000 entities and roles are over the limit of 330"},
      {"# A\n", "> !# @app.settings.s%d = true\n", NULL},
  };
  enum { N = 100000 };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    buf b = {0};
    buf_printf(&b, "%s", cases[i].head);
    for (int k = 0; k < N; k++) {
      const char *at = strstr(cases[i].line, "%d");
      buf_printf(&b, "%.*s%d%s", (int)(at - cases[i].line), cases[i].line, k, at + 2);
    }
    arena a;
    arena_init(&a, 0);
    luis_app app;
    err e = {0};
    err_code rc = lu_read(buf_str(&b), &a, &app, NULL, &e);
    assert_int_equal(rc == ERR_OK, cases[i].message == NULL);
    if (cases[i].message) assert_string_equal(e.message, cases[i].message);
    arena_fini(&a);
    buf_free(&b);
  }
}

static void test_format_by_content(void **state) {
  (void)state;
  static const struct {
    const char *text;
    project_format format;
  } cases[] = {{"# A\n- b\n", FORMAT_LU},
               {"\xef\xbb\xbf> x\n", FORMAT_LU},
               {"[x](./y.lu)\n", FORMAT_LU},
               {"{\"intents\":[]}", FORMAT_LUIS},
               {" {\"luis_schema_version\":\"3.2.0\"}", FORMAT_LUIS}};
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    arena a;
    arena_init(&a, 0);
    project clu;
    luis_app luis;
    project_format got;
    err e = {0};
    if (project_file_read(str_of(cases[i].text), &a, &got, &clu, &luis, NULL, &e) != ERR_OK) fail_msg("%s", e.message);
    assert_int_equal(got, cases[i].format);
    arena_fini(&a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_from_json),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_faults),
      cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_repetition),
      cmocka_unit_test(test_format_by_content),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
