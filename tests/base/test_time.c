#include "base/timeutil.h"
#include "tests/test.h"

#include <stdlib.h>
#include <time.h>

static void test_format(void **state) {
  (void)state;
  static const struct {
    int64_t t_us;
    int digits;
    const char *want;
  } cases[] = {{0, 0, "1970-01-01T00:00:00Z"},
               {1750752062123456, 0, "2025-06-24T08:01:02Z"},
               {1750752062123456, 3, "2025-06-24T08:01:02.123Z"},
               {1750752062000456, 6, "2025-06-24T08:01:02.000456Z"},
               {1750752062123456, 7, "2025-06-24T08:01:02.1234560Z"},
               {-1, 6, "1969-12-31T23:59:59.999999Z"}};
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    char out[TIME_RFC3339_MAX];
    size_t n = time_rfc3339(cases[i].t_us, cases[i].digits, out);
    assert_int_equal(n, strlen(out));
    assert_string_equal(out, cases[i].want);
  }
  char day[TIME_RFC3339_MAX];
  assert_int_equal(time_date(1750752062123456, day), 10);
  assert_string_equal(day, "2025-06-24");
}

static void test_parse(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t t_us;
  } good[] = {{"1970-01-01T00:00:00Z", 0},
              {"2025-06-24T08:01:02.123456Z", 1750752062123456},
              {"2025-06-24T10:01:02.1234567+02:00", 1750752062123456},
              {"2025-06-24t02:31:02.5-05:30", 1750752062500000},
              {"2024-02-29 00:00:00z", 1709164800000000}};
  static const char *const bad[] = {"",
                                    "2025-06-24",
                                    "2025-06-24T08:01:02",
                                    "2025-06-24T08:01:02.Z",
                                    "2025-06-24T08:01:02Z ",
                                    "2025-13-24T08:01:02Z",
                                    "2025-02-29T08:01:02Z",
                                    "2025-06-24T24:01:02Z",
                                    "2025-06-24T08:01:02+0200",
                                    "25-06-24T08:01:02Z",
                                    "2025-06-24T08:01:0xZ"};
  int64_t t;
  for (size_t i = 0; i < ARRAY_LEN(good); i++) {
    if (!time_parse_rfc3339(str_of(good[i].text), &t)) fail_msg("%s", good[i].text);
    assert_true(t == good[i].t_us);
  }
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    if (time_parse_rfc3339(str_of(bad[i]), &t)) fail_msg("accepted: %s", bad[i]);
}

static void test_local(void **state) {
  (void)state;
  const int64_t winter = 1772814600000000 /* 2026-03-06T16:30:00Z */,
                summer = 1783353000000000 /* 2026-07-06T15:50:00Z */;
  const int64_t hour = INT64_C(3600) * 1000000;
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  tzset();
  assert_true(time_local_us(winter + 7) == winter + 7 + hour);
  assert_true(time_local_us(summer) == summer + 2 * hour);
  assert_true(time_local_us(-1) == -1 + hour);
  setenv("TZ", "UTC", 1);
  tzset();
  assert_true(time_local_us(summer) == summer);
}

static void test_clocks(void **state) {
  (void)state;
  int64_t a = time_mono_us(), b = time_mono_us();
  assert_true(b >= a);
  assert_true(time_now_us() > 1700000000000000);
  assert_true(time_thread_cpu_us() >= 0 && time_process_cpu_us() >= 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_format), cmocka_unit_test(test_parse),
                                     cmocka_unit_test(test_local), cmocka_unit_test(test_clocks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
