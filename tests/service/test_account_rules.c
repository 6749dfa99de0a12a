/* What an account may be, and what of it is kept as a document. */
#include "test.h"

#include "service/account_document.h"
#include "service/account_rules.h"

static void test_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    bool account, domain;
  } cases[] = {
      {"ab", true, true},       {"a", false, false},   {"", false, false},    {"A1", true, true},
      {"a.b_c-d", true, false}, {"a-b", true, true},   {"-ab", false, false}, {".ab", false, false},
      {"ab-", true, false},     {"a b", false, false}, {"a/b", false, false}, {"\xc3\xa4\xc3\xa4", false, false},
      {"1a", true, true},       {"ab.", true, false},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    if (account_name_ok(str_of(cases[i].name)) != cases[i].account) fail_msg("account %s", cases[i].name);
    if (account_domain_ok(str_of(cases[i].name)) != cases[i].domain) fail_msg("domain %s", cases[i].name);
  }
  char longest[66];
  memset(longest, 'a', sizeof longest);
  assert_true(account_name_ok(str_make(longest, 64)));
  assert_false(account_name_ok(str_make(longest, 65)));
  assert_false(account_name_ok(str_make("a\0b", 3)));
}

static void test_kinds_and_skus(void **state) {
  (void)state;
  size_t n;
  const account_kind *kinds = account_kinds(&n);
  for (size_t i = 0; i < n; i++) {
    assert_ptr_equal(account_kind_find(str_of(kinds[i].name)), &kinds[i]);
    assert_non_null(kinds[i].skus[0]);
    for (const char *const *sku = kinds[i].skus; *sku; sku++)
      assert_string_equal(account_sku_find(&kinds[i], str_of(*sku)), *sku);
    assert_null(account_sku_find(&kinds[i], STR("P9")));
  }
  assert_string_equal(account_kind_find(STR(""))->name, "TextAnalytics");
  assert_string_equal(account_kind_find(STR("luis.authoring"))->name, "LUIS.Authoring");
  assert_null(account_kind_find(STR("Tea")));
  assert_string_equal(account_sku_find(account_kind_find(STR("LUIS")), STR("s0")), "S0");
  assert_null(account_sku_find(account_kind_find(STR("LUIS")), STR("S1")));
  assert_string_equal(account_sku_tier("F0"), "Free");
  assert_string_equal(account_sku_tier("S0"), "Standard");
}

/* ---- documents ----------------------------------------------------------------------------------- */

static err_code wish_of(const char *json, account_wish *out, jdoc **doc) {
  err e = {0};
  assert_int_equal(jn_parse(str_of(json), doc, &e), ERR_OK);
  jnode root = jn_root(*doc);
  return account_document__wish(&root, out, &e);
}

static void test_requests_that_are_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"[]",
                                    "7",
                                    "{\"location\":7}",
                                    "{\"kind\":[]}",
                                    "{\"sku\":\"S0\"}",
                                    "{\"sku\":{}}",
                                    "{\"sku\":{\"name\":7}}",
                                    "{\"tags\":[]}",
                                    "{\"tags\":{\"a\":7}}",
                                    "{\"tags\":{\"a\":{}}}",
                                    "{\"identity\":\"x\"}",
                                    "{\"properties\":[]}",
                                    "{\"properties\":{\"customSubDomainName\":7}}",
                                    "{\"properties\":{\"disableLocalAuth\":\"true\"}}",
                                    "{\"properties\":{\"restore\":1}}"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    account_wish w;
    jdoc *doc;
    if (wish_of(bad[i], &w, &doc) != ERR_INVALID_ARGUMENT) fail_msg("%s is taken", bad[i]);
    jn_free(doc);
  }
}

/* One request after the other on one row: kind of request, body, the document after it. */
static void test_what_is_kept(void **state) {
  (void)state;
  static const struct {
    bool patch;
    const char *body, *document;
  } steps[] = {
      {false,
       "{\"location\":\"West US "
       "2\",\"kind\":\"LUIS\",\"sku\":{\"name\":\"S0\"},\"id\":\"/mine\",\"tags\":{\"a\":\"b\"},"
       "\"properties\":{\"endpoint\":\"http://evil/\",\"provisioningState\":\"Failed\",\"restore\":false,"
       "\"apiProperties\":{\"x\":1},\"publicNetworkAccess\":\"Disabled\"}}",
       "{\"location\":\"West US 2\",\"sku\":{\"name\":\"S0\"},\"tags\":{\"a\":\"b\"},"
       "\"properties\":{\"apiProperties\":{\"x\":1},\"publicNetworkAccess\":\"Disabled\"}}"},
      {true, "{\"tags\":{\"c\":\"d\"}}",
       "{\"location\":\"West US 2\",\"sku\":{\"name\":\"S0\"},\"tags\":{\"c\":\"d\"},"
       "\"properties\":{\"apiProperties\":{\"x\":1},\"publicNetworkAccess\":\"Disabled\"}}"},
      {true, "{\"sku\":{\"name\":\"F0\"},\"properties\":{\"publicNetworkAccess\":\"Enabled\",\"apiProperties\":null}}",
       "{\"location\":\"West US 2\",\"sku\":{\"name\":\"F0\"},\"tags\":{\"c\":\"d\"},"
       "\"properties\":{\"publicNetworkAccess\":\"Enabled\"}}"},
      {false, "{\"identity\":{\"type\":\"None\"}}",
       "{\"location\":\"West US 2\",\"sku\":{\"name\":\"F0\"},\"identity\":{\"type\":\"None\"},\"properties\":{}}"},
  };
  arena a;
  arena_init(&a, 0);
  store_resource row = {.name = STR("a1"), .document = STR("")};
  for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
    account_wish w;
    jdoc *doc;
    err e = {0};
    assert_int_equal(wish_of(steps[i].body, &w, &doc), ERR_OK);
    assert_int_equal(account_document__write(&row, &w, steps[i].patch, &a, &e), ERR_OK);
    assert_str_equal(row.document, str_of(steps[i].document));
    jn_free(doc);
  }
  arena_fini(&a);
}

static void test_views(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  err e = {0};
  account_view v;
  store_resource row = {
      .name = STR("local"), .region = STR("eastus"), .kind = STR(""), .document = STR(""), .created_us = 5};
  assert_int_equal(account_document__view(&row, &a, &v, &e), ERR_OK);
  assert_str_equal(v.kind, STR("TextAnalytics"));
  assert_str_equal(v.location, STR("eastus"));
  assert_str_equal(v.sku_name, STR("S"));
  assert_int_equal(v.modified_us, 5);
  row.document = STR("{\"location\":\"East US\",\"sku\":{\"name\":\"S0\"},\"tags\":{\"a\":\"b\"}}");
  row.modified_us = 6;
  assert_int_equal(account_document__view(&row, &a, &v, &e), ERR_OK);
  assert_str_equal(v.location, STR("East US"));
  assert_str_equal(v.sku_name, STR("S0"));
  assert_str_equal(v.tags, STR("{\"a\":\"b\"}"));
  assert_int_equal(v.modified_us, 6);
  row.document = STR("{");
  assert_int_equal(account_document__view(&row, &a, &v, &e), ERR_CORRUPT);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_kinds_and_skus),
      cmocka_unit_test(test_requests_that_are_refused),
      cmocka_unit_test(test_what_is_kept),
      cmocka_unit_test(test_views),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
