#include "base/ids.h"
#include "base/timeutil.h"
#include "tests/test.h"

#include <regex.h>

static void assert_shape(const char *text, const char *pattern) {
  regex_t re;
  assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
  if (regexec(&re, text, 0, NULL, 0) != 0) fail_msg("%s does not match %s", text, pattern);
  regfree(&re);
}

#define HEX  "[0-9a-f]"
#define UUID HEX "{8}-" HEX "{4}-4" HEX "{3}-[89ab]" HEX "{3}-" HEX "{12}"

static void test_shapes(void **state) {
  (void)state;
  int64_t now_us;
  assert_true(time_parse_rfc3339(STR("2025-06-24T08:01:02Z"), &now_us));
  char uuid[ID_UUID_LEN + 1], hex[ID_HEX32_LEN + 1], job[ID_JOB_LEN + 1], model[128];
  for (int i = 0; i < 100; i++) {
    id_uuid(uuid);
    assert_shape(uuid, "^" UUID "$");
  }
  id_hex32(hex);
  assert_shape(hex, "^" HEX "{32}$");
  id_job(now_us, job);
  assert_shape(job, "^" UUID "_638863200000000000$"); /* .NET ticks of 2025-06-24T00:00:00Z */
  assert_true(id_is_job(str_of(job)));
  size_t n = id_model(STR("v1.0"), now_us, model);
  assert_int_equal(n, strlen(model));
  assert_shape(model, "^v1\\.0-20250624T080102-" HEX "{32}$");
}

static void test_unique(void **state) {
  (void)state;
  char a[ID_UUID_LEN + 1], b[ID_UUID_LEN + 1];
  id_uuid(a);
  id_uuid(b);
  assert_string_not_equal(a, b);
}

static void test_is_job(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "638863200000000000",
                                    "0d6e7d7a-0000-4000-8000-00000000000a",
                                    "0d6e7d7a-0000-4000-8000-00000000000a-638863200000000000",
                                    "0d6e7d7a-0000-4000-8000-00000000000a_63886320000000000x",
                                    "0d6e7d7a-0000-4000-8000-00000000000g_638863200000000000",
                                    "0d6e7d7a-0000-4000-8000-00000000000a_6388632000000000000"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) assert_false(id_is_job(str_of(bad[i])));
  assert_true(id_is_job(STR("0d6e7d7a-0000-4000-8000-00000000000a_638863200000000000")));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shapes), cmocka_unit_test(test_unique),
                                     cmocka_unit_test(test_is_job)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
