#include "base/json_in.h"
#include "base/rng.h"
#include "base/vec.h"
#include "tests/case_file.h"
#include "text/tokens.h"
#include "text/utf8.h"

static void show_token(str text, const token *t, buf *out) {
  static const char kinds[] = "wnps";
  static const char shapes[] = "IUDPX";
  if (out->n) buf_add_str(out, STR(" | "));
  if (t->space_before) buf_add_byte(out, '_');
  buf_add(out, text.p + t->begin_bytes, t->end_bytes - t->begin_bytes);
  buf_add_byte(out, ' ');
  buf_add_str(out, t->norm);
  buf_add_byte(out, ' ');
  if (t->bare.p == t->norm.p && t->bare.n == t->norm.n)
    buf_add_byte(out, '=');
  else
    buf_add_str(out, t->bare);
  buf_printf(out, " %c ", kinds[t->kind]);
  for (size_t i = 0; i < 5; i++)
    if (t->shape >> i & 1) buf_add_byte(out, shapes[i]);
  if (!t->shape) buf_add_byte(out, '-');
}

static void run_case(const case_block *b, void *user) {
  arena *a = user;
  assert_int_equal(b->n, 2);
  jdoc *doc;
  err e = {0};
  if (jn_parse(b->lines[0], &doc, &e) != ERR_OK) fail_msg("line %zu: %s", b->line_number, e.message);
  jnode root = jn_root(doc);
  str text = jn_str(&root);
  tokens t;
  tokenize(text, a, &t);
  buf shown = {0};
  for (size_t i = 0; i < t.n; i++) show_token(text, &t.v[i], &shown);
  if (!t.n) buf_add_byte(&shown, '-');
  assert_str_equal(buf_str(&shown), b->lines[1]);
  buf_free(&shown);
  jn_free(doc);
  arena_reset(a);
}

static void test_cases(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_true(case_file_run("tests/cases/text/tokens.txt", run_case, &a) > 15);
  arena_fini(&a);
}

/* Whatever the text: tokens are in order, disjoint, begin and end between characters, and have a
 * valid, non-empty norm. */
static void test_invariants(void **state) {
  (void)state;
  rng r;
  rng_seed(&r, 3);
  arena a;
  arena_init(&a, 0);
  char text[400];
  for (int round = 0; round < 20000; round++) {
    size_t n = 0;
    uint32_t base = rng_below(&r, 2) ? 0x20 : rng_below(&r, 0x30000);
    for (uint32_t i = rng_below(&r, 60); i > 0; i--) {
      uint32_t cp = base + rng_below(&r, 0x80);
      if (cp >= 0xd800 && cp < 0xe000) cp = 'x';
      n += utf8_encode(cp, text + n);
    }
    tokens t;
    tokenize(str_make(text, n), &a, &t);
    size_t at = 0;
    for (size_t i = 0; i < t.n; i++) {
      const token *k = &t.v[i];
      assert_true(k->begin_bytes >= at && k->end_bytes > k->begin_bytes && k->end_bytes <= n);
      at = k->end_bytes;
      assert_true(((unsigned char)text[k->begin_bytes] & 0xc0) != 0x80);
      assert_true(at == n || ((unsigned char)text[at] & 0xc0) != 0x80);
      assert_true(k->norm.n > 0 && k->bare.n > 0);
      assert_true(utf8_valid(k->norm, NULL) && utf8_valid(k->bare, NULL));
    }
    arena_reset(&a);
  }
  arena_fini(&a);
}

/* Long tokens leave the stack buffers. */
static void test_long_token(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  buf text = {0}, want = {0};
  for (int i = 0; i < 5000; i++) {
    buf_add_str(&text, STR("\xc3\x89"));
    buf_add_str(&want, STR("\xc3\xa9"));
  }
  tokens t;
  tokenize(buf_str(&text), &a, &t);
  assert_int_equal(t.n, 1);
  assert_str_equal(t.v[0].norm, buf_str(&want));
  assert_int_equal(t.v[0].bare.n, 5000);
  buf_free(&text);
  buf_free(&want);
  arena_fini(&a);
}

static void test_norm_points_into_text(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  str text = STR("play \xc3\xa9t\xc3\xa9 \xe6\x97\xa5");
  tokens t;
  tokenize(text, &a, &t);
  assert_int_equal(t.n, 3);
  for (size_t i = 0; i < 3; i++) assert_ptr_equal(t.v[i].norm.p, text.p + t.v[i].begin_bytes);
  arena_fini(&a);
}

static void test_text_normalize(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_str_equal(text_normalize(STR("  Hello \t\n WORLD "), &a), STR("hello world"));
  assert_str_equal(text_normalize(STR("\xef\xbc\xa1\xe3\x80\x80Stra\xc3\x9f"
                                      "e"),
                                  &a),
                   STR("a strasse"));
  assert_str_equal(text_normalize(STR(""), &a), STR(""));
  assert_str_equal(text_normalize(STR(" "), &a), STR(""));
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_invariants),
                                     cmocka_unit_test(test_long_token), cmocka_unit_test(test_norm_points_into_text),
                                     cmocka_unit_test(test_text_normalize)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
