#include "base/json_in.h"
#include "base/json_out.h"
#include "base/rng.h"
#include "tests/test.h"

#include <math.h>

static jdoc *parse(const char *text) {
  jdoc *doc;
  err e = {0};
  if (jn_parse(str_of(text), &doc, &e) != ERR_OK) fail_msg("%s", e.message);
  return doc;
}

static void test_refused_texts(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "{",
                                    "[1,]",
                                    "{\"a\":1,\"a\":2}",
                                    "\"\\ud800\"",
                                    "\"\\u0000\"",
                                    "\"\xff\"",
                                    "1 2",
                                    "nul",
                                    "01",
                                    "\"a\nb\"",
                                    "\"\xed\xa0\x80\"",
                                    "1e400",
                                    "{'a':1}",
                                    "\"\\udc00x\"",
                                    "99999999999999999999"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    jdoc *doc = NULL;
    err e = {0};
    if (jn_parse(str_of(bad[i]), &doc, &e) != ERR_INVALID_REQUEST) fail_msg("accepted: %s", bad[i]);
    assert_true(e.message[0] != '\0');
  }
}

static void test_places(void **state) {
  (void)state;
  jdoc *doc = parse("{\"a\":{\"b\":[1,{\"c\":\"text\"}]}}");
  jnode root = jn_root(doc), a = jn_get(&root, "a"), b = jn_get(&a, "b"), one = jn_at(&b, 1);
  char path[64];
  jn_path(&root, path, sizeof path);
  assert_string_equal(path, "");
  int64_t v = 5;
  err e = {0};
  assert_int_equal(jn_req_int(&one, "c", 0, 9, &v, &e), ERR_INVALID_ARGUMENT);
  assert_string_equal(e.target, "a.b[1].c");
  assert_true(str_starts(str_of(e.message), STR("a.b[1].c: must be an integer")));
  assert_int_equal(jn_req_str(&one, "d", &(str){0}, &e), ERR_INVALID_ARGUMENT);
  assert_string_equal(e.target, "a.b[1].d");
  assert_int_equal(v, 5);
  char cut[6];
  jnode c = jn_get(&one, "c");
  jn_path(&c, cut, sizeof cut);
  assert_string_equal(cut, "a.b[1");
  jn_free(doc);
}

static void test_required_and_optional(void **state) {
  (void)state;
  jdoc *doc = parse("{\"i\":7,\"r\":1.5,\"s\":\"x\",\"t\":true,\"n\":null,\"o\":{},\"l\":[1]}");
  jnode root = jn_root(doc), node = {0};
  err e = {0};
  int64_t i = 0;
  double d = 0;
  str s = STR_NONE;
  bool t = false, present = true;
  assert_int_equal(jn_req_int(&root, "i", 7, 7, &i, &e), ERR_OK);
  assert_int_equal(i, 7);
  assert_int_equal(jn_req_int(&root, "i", 8, 9, &i, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(jn_req_int(&root, "r", 0, 9, &i, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(jn_opt_num(&root, "i", 0, 9, &d, &present, &e), ERR_OK);
  assert_true(present && d == 7.0);
  assert_int_equal(jn_opt_num(&root, "r", 0, 1, &d, NULL, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(jn_opt_str(&root, "n", &s, &present, &e), ERR_OK);
  assert_true(!present && !s.p);
  assert_int_equal(jn_req_str(&root, "n", &s, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(jn_opt_str(&root, "i", &s, &present, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(jn_opt_bool(&root, "t", &t, &present, &e), ERR_OK);
  assert_true(t && present);
  assert_int_equal(jn_req_obj(&root, "o", &node, &e), ERR_OK);
  assert_int_equal(jn_req_arr(&root, "o", &node, &e), ERR_INVALID_ARGUMENT);
  assert_int_equal(jn_opt_arr(&root, "absent", &node, &present, &e), ERR_OK);
  assert_false(present);
  jnode l = jn_get(&root, "l");
  assert_int_equal(jn_len(&l), 1);
  assert_int_equal(jn_len(&root), 7);
  assert_int_equal(jn_want_obj(&l, NULL), ERR_INVALID_ARGUMENT);
  jn_free(doc);
}

static void test_members_in_order(void **state) {
  (void)state;
  static const char text[] = "{\"z\":[1,2.5,\"\\u00e9\\n\"],\"a\":null,\"m\":{\"y\":true,\"b\":false}}";
  jdoc *doc = parse(text);
  jnode root = jn_root(doc), member;
  char keys[8] = {0};
  size_t n = 0;
  for (void *iter = NULL; jn_next(&root, &iter, &member);) keys[n++] = member.key[0];
  assert_string_equal(keys, "zam");
  buf out = {0};
  jn_dump(&root, &out);
  assert_str_equal(buf_str(&out), STR("{\"z\":[1,2.5,\"\xc3\xa9\\n\"],\"a\":null,\"m\":{\"y\":true,\"b\":false}}"));
  buf_free(&out);
  jn_free(doc);
}

static void test_writer(void **state) {
  (void)state;
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  jw_obj(&w);
  jw_kint(&w, "min", INT64_MIN);
  jw_kint(&w, "max", INT64_MAX);
  jw_kstr_opt(&w, "none", STR_NONE);
  jw_kstr_opt(&w, "empty", STR(""));
  jw_key_str(&w, STR("a\"b"));
  jw_arr(&w);
  jw_null(&w);
  jw_bool(&w, false);
  jw_arr(&w);
  jw_end(&w);
  jw_obj(&w);
  jw_end(&w);
  jw_num(&w, NAN);
  jw_num(&w, 0.1);
  jw_num(&w, 1e300);
  jw_raw(&w, STR("[1]"));
  jw_end(&w);
  jw_kstr(&w, "s", STR("\x01\t\"\\/\x7f\xe2\x82\xac"));
  jw_end(&w);
  assert_str_equal(buf_str(&out),
                   STR("{\"min\":-9223372036854775808,\"max\":9223372036854775807,\"empty\":\"\",\"a\\\"b\":"
                       "[null,false,[],{},null,0.1,1e+300,[1]],\"s\":\"\\u0001\\t\\\"\\\\/\x7f\xe2\x82\xac\"}"));
  buf_free(&out);
}

static void check_score(double v, const char *want) {
  buf out = {0};
  jw w;
  jw_init(&w, &out);
  jw_score(&w, v);
  assert_str_equal(buf_str(&out), str_of(want));
  buf_free(&out);
}

static void test_scores(void **state) {
  (void)state;
  check_score(0, "0");
  check_score(1, "1");
  check_score(2, "1");
  check_score(-1, "0");
  check_score(NAN, "0");
  check_score(0.5, "0.5");
  check_score(0.9312, "0.9312");
  check_score(0.00000004, "0");
  check_score(0.00000006, "0.0000001");
  check_score(0.99999999, "1");
}

/* Whatever is written is read back equal. */
static void test_round_trip(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 2);
  for (int round = 0; round < 20000; round++) {
    uint64_t bits = rng_u64(&r);
    double number;
    memcpy(&number, &bits, sizeof number);
    if (!isfinite(number)) number = (double)round / 7;
    char text[16];
    size_t n = rng_below(&r, sizeof text);
    for (size_t i = 0; i < n; i++) text[i] = (char)(1 + rng_below(&r, 127));
    buf out = {0};
    jw w;
    jw_init(&w, &out);
    jw_obj(&w);
    jw_knum(&w, "n", number);
    jw_kstr(&w, "s", str_make(text, n));
    jw_kint(&w, "i", (int64_t)bits);
    jw_end(&w);
    jdoc *doc;
    err e = {0};
    if (jn_parse(buf_str(&out), &doc, &e) != ERR_OK) fail_msg("%s", e.message);
    jnode root = jn_root(doc), got_n = jn_get(&root, "n"), got_s = jn_get(&root, "s"), got_i = jn_get(&root, "i");
    assert_true(jn_num(&got_n) == number);
    assert_str_equal(jn_str(&got_s), str_make(text, n));
    assert_true(jn_int(&got_i) == (int64_t)bits);
    jn_free(doc);
    buf_free(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused_texts),
                                     cmocka_unit_test(test_places),
                                     cmocka_unit_test(test_required_and_optional),
                                     cmocka_unit_test(test_members_in_order),
                                     cmocka_unit_test(test_writer),
                                     cmocka_unit_test(test_scores),
                                     cmocka_unit_test(test_round_trip)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
