/* Bodies of V3 predictions: tests/cases/api/luis_request.txt. */
#include "api/luis_v3_request.h"
#include "base/timeutil.h"
#include "tests/case_file.h"

/* What was read as one line of JSON; the reference time apart, which is of the clock. */
static void write_query(buf *out, const luis_predict_query *q) {
  const luis_predict_options *o = &q->options;
  jw w;
  jw_init(&w, out);
  jw_obj(&w);
  jw_kstr(&w, "query", q->text);
  jw_kbool(&w, "prefer", o->prefer_externals);
  jw_key(&w, "externals");
  jw_arr(&w);
  for (size_t i = 0; i < o->external_count; i++) {
    const luis_external *x = &o->externals[i];
    jw_arr(&w);
    jw_str(&w, x->entity);
    jw_int(&w, x->begin_bytes);
    jw_int(&w, x->end_bytes);
    if (x->has_score) jw_num(&w, x->score);
    if (x->resolution) {
      buf b = {0};
      jn_dump(x->resolution, &b);
      jw_raw(&w, buf_str(&b));
      buf_free(&b);
    }
    jw_end(&w);
  }
  jw_end(&w);
  jw_key(&w, "lists");
  jw_arr(&w);
  for (size_t i = 0; i < o->dynamic_list_count; i++) {
    const luis_dynamic_list *l = &o->dynamic_lists[i];
    jw_arr(&w);
    jw_str(&w, l->entity);
    for (size_t k = 0; k < l->lists.n; k++) {
      jw_str(&w, l->lists.v[k].canonical_form);
      jw_int(&w, (int64_t)l->lists.v[k].list.n);
    }
    jw_end(&w);
  }
  jw_end(&w);
  jw_end(&w);
}

static void run_case(const case_block *b, void *user) {
  arena *a = user;
  jdoc *doc;
  err e = {0};
  luis_predict_query q = {.log = false};
  buf out = {0};
  assert_int_equal(b->n, 2);
  assert_int_equal(jn_parse(b->lines[0], &doc, &e), ERR_OK);
  jnode root = jn_root(doc);
  err_code rc = luis_v3_request_read(&root, a, &q, &e);
  if (rc)
    buf_printf(&out, "%d %s", err_http_status(rc), e.target);
  else
    write_query(&out, &q);
  if (!str_eq(buf_str(&out), b->lines[1]))
    fail_msg("line %zu: " STR_FMT " (%s)", b->line_number, STR_ARG(buf_str(&out)), e.message);
  buf_free(&out);
  jn_free(doc);
  arena_reset(a);
}

static void test_cases(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_true(case_file_run("tests/cases/api/luis_request.txt", run_case, &a) > 20);
  arena_fini(&a);
}

/* Minutes that the reference is ahead of the clock. */
static int64_t minutes_ahead(const char *text) {
  int64_t us = luis_v3_reference(str_of(text)) - time_now_us();
  return (us + (us < 0 ? -30000000 : 30000000)) / 60000000;
}

static void the_reference_time(void **state) {
  (void)state;
  static const char *const same[] = {"2024-05-02T09:00:00Z",      "2024-05-02T09:00:00.000Z",  "2024-05-02T09:00:00",
                                     "2024-05-02T09:00:00+02:00", "2024-05-02T09:00:00-08:00", " 2024-05-02T09:00:00 "};
  for (size_t i = 0; i < ARRAY_LEN(same); i++)
    if (luis_v3_reference(str_of(same[i])) != 1714640400000000) fail_msg("%s", same[i]);
  assert_int_equal(luis_v3_reference(STR("2024-05-02")), 1714608000000000);
  assert_int_equal(minutes_ahead("60"), 60);
  assert_int_equal(minutes_ahead("-90"), -90);
  assert_int_equal(minutes_ahead("+30"), 30);
  static const char *const now[] = {
      "",           "tomorrow",    "99999",
      "2024-13-45", "2024-05-02T", "T",
      "Z",          "+02:00",      "2024-05-02T09:00:00.0000000000000000000000000000000000000000000000000000000000Z"};
  for (size_t i = 0; i < ARRAY_LEN(now); i++)
    if (minutes_ahead(now[i]) != 0) fail_msg("%s", now[i]);
}

static void dynamic_lists_are_limited(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  for (int extra = 0; extra < 2; extra++) {
    buf b = {0};
    buf_printf(&b, "{\"query\":\"x\",\"dynamicLists\":[{\"listEntityName\":\"L\",\"requestLists\":[");
    for (int i = 0; i < LUIS_DYNAMIC_ITEMS + extra; i++)
      buf_printf(&b, "%s{\"canonicalForm\":\"c%d\"}", i ? "," : "", i);
    buf_printf(&b, "]}]}");
    jdoc *doc;
    luis_predict_query q = {.log = false};
    err e = {0};
    assert_int_equal(jn_parse(buf_str(&b), &doc, &e), ERR_OK);
    jnode root = jn_root(doc);
    assert_int_equal(luis_v3_request_read(&root, &a, &q, &e), extra ? ERR_INVALID_ARGUMENT : ERR_OK);
    jn_free(doc);
    buf_free(&b);
  }
  arena_fini(&a);
}

static void queries_are_limited(void **state) {
  (void)state;
  char text[2 * LUIS_QUERY_CHARS + 4];
  err e = {0};
  for (size_t i = 0; i < sizeof text; i += 2) memcpy(text + i, "é", 2);
  assert_int_equal(luis_query_check(str_make(text, 2 * LUIS_QUERY_CHARS), &e), ERR_OK);
  assert_int_equal(luis_query_check(str_make(text, 2 * LUIS_QUERY_CHARS + 2), &e), ERR_QUERY_TOO_LONG);
  assert_int_equal(luis_query_check(STR(""), &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(luis_query_check(STR_NONE, &e), ERR_INVALID_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(the_reference_time),
                                     cmocka_unit_test(dynamic_lists_are_limited),
                                     cmocka_unit_test(queries_are_limited)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
