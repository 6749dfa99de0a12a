/* The calendar against counting days one by one, ISO weeks against their definition. */
#include "tests/test.h"
#include "recognize/calendar.h"

static void test_days_one_by_one(void **state) {
  (void)state;
  int64_t year = 1600, days = days_from_civil(1600, 1, 1);
  int32_t month = 1, day = 1, weekday = iso_weekday(days);
  assert_int_equal(days_from_civil(1970, 1, 1), 0);
  assert_int_equal(iso_weekday(0), 4);
  for (; year < 2401; days++) {
    assert_int_equal(days_from_civil(year, month, day), days);
    int64_t y;
    int32_t m, d;
    civil_from_days(days, &y, &m, &d);
    assert_true(y == year && m == month && d == day);
    assert_int_equal(iso_weekday(days), weekday);
    assert_true(is_valid_date(year, month, day));
    weekday = weekday % 7 + 1;
    if (++day > days_in_month(year, month)) {
      assert_false(is_valid_date(year, month, day));
      day = 1;
      if (++month > 12) month = 1, year++;
    }
  }
}

static void test_leap_years(void **state) {
  (void)state;
  assert_true(is_leap_year(2000) && is_leap_year(2024) && !is_leap_year(1900) && !is_leap_year(2023));
  assert_false(is_valid_date(2019, 2, 29));
  assert_false(is_valid_date(0, 1, 1));
  assert_false(is_valid_date(10000, 1, 1));
  assert_false(is_valid_date(2019, 13, 1));
}

/* Week 1 holds the year's first Thursday; weeks follow each other without a gap. */
static void test_iso_weeks(void **state) {
  (void)state;
  int64_t last_year = 0;
  int32_t last_week = 0;
  for (int64_t monday = iso_week_monday(1900, 1); monday < days_from_civil(2101, 1, 1); monday += 7) {
    int64_t year, thursday_year;
    int32_t week, month, day;
    iso_week(monday, &year, &week);
    civil_from_days(monday + 3, &thursday_year, &month, &day);
    assert_int_equal(year, thursday_year);
    assert_int_equal(iso_week_monday(year, week), monday);
    if (last_week)
      assert_true(year == last_year ? week == last_week + 1 : (year == last_year + 1 && week == 1 && last_week >= 52));
    if (week == 1) assert_true(month == 1 && day <= 7);
    for (int i = 0; i < 7; i++) {
      int64_t y;
      int32_t w;
      iso_week(monday + i, &y, &w);
      assert_int_equal(iso_monday(monday + i), monday);
      assert_true(y == year && w == week);
    }
    last_year = year;
    last_week = week;
  }
}

static void test_add_months(void **state) {
  (void)state;
  civil_time t = {2016, 1, 31, 9, 30, 0};
  civil_time feb = add_months(t, 1), back = add_months(t, -2),
             year = add_months((civil_time){2020, 2, 29, 0, 0, 0}, 12);
  assert_true(feb.year == 2016 && feb.month == 2 && feb.day == 29 && feb.hour == 9);
  assert_true(back.year == 2015 && back.month == 11 && back.day == 30);
  assert_true(year.year == 2021 && year.month == 2 && year.day == 28);
  for (int n = -40; n <= 40; n++) {
    civil_time there = add_months((civil_time){2016, 6, 15, 0, 0, 0}, n), home = add_months(there, -n);
    assert_true(home.year == 2016 && home.month == 6 && home.day == 15);
  }
}

static void test_seconds(void **state) {
  (void)state;
  for (int64_t s = -3 * 86400; s < 3 * 86400; s += 977) {
    civil_time t = civil_from_seconds(s);
    assert_int_equal(seconds_from_civil(&t), s);
  }
}

/* Gauss's method as a second source. */
static int64_t easter_by_gauss(int64_t y) {
  int64_t k = y / 100, m = 15 + (3 * k + 3) / 4 - (8 * k + 13) / 25, s = 2 - (3 * k + 3) / 4;
  int64_t a = y % 19, d = (19 * a + m) % 30, r = (d + a / 11) / 29, og = 21 + d - r;
  int64_t sz = 7 - (y + y / 4 + s) % 7, oe = 7 - (og - sz) % 7;
  return days_from_civil(y, 3, 1) + og + oe - 1;
}

static void test_easter(void **state) {
  (void)state;
  for (int64_t y = 1583; y < 3000; y++) {
    assert_int_equal(easter_days(y), easter_by_gauss(y));
    assert_int_equal(iso_weekday(easter_days(y)), 7);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_days_one_by_one), cmocka_unit_test(test_leap_years), cmocka_unit_test(test_iso_weeks),
      cmocka_unit_test(test_add_months),      cmocka_unit_test(test_seconds),    cmocka_unit_test(test_easter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
