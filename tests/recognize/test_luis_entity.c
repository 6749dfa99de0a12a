/* Prebuilt entities in the shapes of LUIS: tests/cases/recognize/luis_entities.txt. */
#include "recognize/luis_entity.h"
#include "recognize/request.h"
#include "tests/case_file.h"

static void check(const case_block *b, size_t line, const buf *got) {
  str want = line < b->n ? b->lines[line] : STR("");
  if (!str_eq(buf_str(got), want))
    fail_msg("line %zu: %.*s\nnot %.*s", b->line_number + line, STR_ARG(buf_str(got)), STR_ARG(want));
}

/* One line of the three of an entity. */
static void write_line(buf *out, int which, const recognized *r, str text, luis_ordinal ordinal) {
  jw w;
  out->n = 0;
  if (which == 1) buf_printf(out, "%s ", luis_v3_key(r, ordinal));
  jw_init(&w, out);
  if (which == 0)
    luis_v2_write(&w, r, text, ordinal);
  else if (which == 1)
    luis_v3_write(&w, r, text, ordinal);
  else
    luis_v3_write_instance(&w, r, text, ordinal);
}

static void run_case(const case_block *b, void *user) {
  arena *a = user;
  str head = b->lines[0], text = b->lines[1];
  luis_ordinal ordinal = str_eq(head, STR("ordinalV2")) ? LUIS_ORDINAL_V2 : LUIS_ORDINAL;
  recognize_options o = {.reference = {2019, 5, 6, 12, 0, 0}};
  if (request_models(str_starts(head, STR("ordinal")) ? STR("OrdinalModel") : head, &o, NULL)) fail();
  recognized *found;
  size_t n, line = 2;
  const culture *c;
  assert_int_equal(request_culture(STR("en-us"), &c, NULL), ERR_OK);
  assert_int_equal(recognize(c, text, &o, a, &found, &n, NULL), ERR_OK);
  buf out = {0};
  for (size_t i = 0; i < n; i++) {
    if (!luis_v3_key(&found[i], ordinal)) continue;
    for (int which = 0; which < 3; which++) {
      write_line(&out, which, &found[i], text, ordinal);
      check(b, line++, &out);
    }
  }
  assert_int_equal(line, b->n);
  buf_free(&out);
  arena_reset(a);
}

static void test_cases(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_true(case_file_run("tests/cases/recognize/luis_entities.txt", run_case, &a) > 15);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
