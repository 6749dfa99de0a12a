/* Relative dates against brute force: for reference days around leap days, month and year ends and a whole year, what
 * English says about them must give the day that counting days one by one gives. */
#include "tests/test.h"
#include "recognize/grammar.h"
#include "recognize/recognize.h"

static arena a;

static str attr_of(const attr_list *l, const char *key) {
  for (size_t i = 0; i < l->n; i++)
    if (strcmp(l->v[i].key, key) == 0) return l->v[i].text;
  return STR_NONE;
}

static void text_of_day(int64_t day, char out[16]) {
  int64_t y;
  int32_t m, d;
  civil_from_days(day, &y, &m, &d);
  snprintf(out, 16, "%04d-%02d-%02d", (int)y, m, d);
}

static const recognized *ask(int64_t today, const char *text) {
  civil_time ref = civil_from_seconds(today * 86400 + 10 * 3600);
  recognize_options o = {.models = RECOGNIZE_BIT(RECOGNIZE_DATETIME), .reference = ref};
  recognized *found;
  size_t n;
  arena_reset(&a);
  assert_int_equal(recognize(culture_find("en-us", 5), str_of(text), &o, &a, &found, &n, NULL), ERR_OK);
  if (n != 1) print_error("%s: %zu entities\n", text, n);
  assert_int_equal(n, 1);
  return found;
}

static void check_key(int64_t today, const char *text, size_t value, const char *key, int64_t want) {
  char day[16], from[16];
  const recognized *r = ask(today, text);
  assert_true(value < r->value_count);
  text_of_day(want, day);
  if (!str_eq(attr_of(&r->values[value], key), str_of(day))) {
    text_of_day(today, from);
    print_error("%s on %s\n", text, from);
  }
  assert_str_equal(attr_of(&r->values[value], key), str_of(day));
}

static void check_day(int64_t today, const char *text, int64_t want) {
  assert_int_equal(ask(today, text)->value_count, 1);
  check_key(today, text, 0, "value", want);
}

static void check_range(int64_t today, const char *text, int64_t from, int64_t to) {
  check_key(today, text, 0, "start", from);
  check_key(today, text, 0, "end", to);
}

/* ---------------------------------------------------------------- counting days one by one */

static int32_t month_of(int64_t day) {
  int64_t y;
  int32_t m, d;
  civil_from_days(day, &y, &m, &d);
  return m;
}

static int64_t first_of_month(int64_t day) {
  while (month_of(day - 1) == month_of(day)) day--;
  return day;
}

static int64_t first_of_next_month(int64_t day) {
  int32_t m = month_of(day);
  while (month_of(day) == m) day++;
  return day;
}

static int64_t monday_before(int64_t day) {
  while (iso_weekday(day) != 1) day--;
  return day;
}

static const char *const weekdays[] = {"",         "monday", "tuesday",  "wednesday",
                                       "thursday", "friday", "saturday", "sunday"};

/* Every day from late 2015 to early 2017 (a leap year with both its ends) and around other edges. */
#define EACH_DAY(day)                                                                                                  \
  for (int64_t day = days_from_civil(2015, 12, 20), stop = days_from_civil(2017, 1, 12); day < stop; day++)

static void test_days_apart(void **state) {
  (void)state;
  char text[64];
  EACH_DAY(today) {
    check_day(today, "today", today);
    check_day(today, "tomorrow", today + 1);
    check_day(today, "the day before yesterday", today - 2);
    int n = (int)(today % 97) + 1;
    snprintf(text, sizeof text, "in %d days", n);
    check_day(today, text, today + n);
    snprintf(text, sizeof text, "%d weeks ago", n);
    check_day(today, text, today - 7 * n);
    snprintf(text, sizeof text, "%d days from tomorrow", n);
    check_day(today, text, today + 1 + n);
  }
}

static void test_weekdays(void **state) {
  (void)state;
  char text[64];
  EACH_DAY(today) {
    int w = (int)(today % 7) + 1;
    int64_t monday = monday_before(today), coming = today, passed = today - 1;
    while (iso_weekday(coming) != w) coming++;
    while (iso_weekday(passed) != w) passed--;
    snprintf(text, sizeof text, "on %s", weekdays[w]);
    check_key(today, text, 0, "value", passed);
    check_key(today, text, 1, "value", coming);
    snprintf(text, sizeof text, "next %s", weekdays[w]);
    check_day(today, text, monday + 7 + w - 1);
    snprintf(text, sizeof text, "%s last week", weekdays[w]);
    check_day(today, text, monday - 7 + w - 1);
  }
}

static void test_periods(void **state) {
  (void)state;
  EACH_DAY(today) {
    int64_t monday = monday_before(today), next = first_of_next_month(today), first = first_of_month(today);
    check_range(today, "this week", monday, monday + 7);
    check_range(today, "next week", monday + 7, monday + 14);
    check_range(today, "last weekend", monday - 2, monday);
    check_range(today, "this month", first, next);
    check_range(today, "next month", next, first_of_next_month(next));
    check_range(today, "last month", first_of_month(first - 1), first);
    check_range(today, "next 5 days", today + 1, today + 6);
    check_range(today, "past 3 days", today - 3, today);
    check_day(today, "last day of this month", next - 1);
  }
}

static void test_nth_weekday(void **state) {
  (void)state;
  static const char *const nth[] = {"first", "second", "third", "fourth"};
  static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};
  char text[64];
  for (int year = 2015; year < 2021; year++)
    for (int m = 1; m <= 12; m++)
      for (int w = 1; w <= 7; w++) {
        int64_t first = days_from_civil(year, m, 1), day = first, last = first_of_next_month(first) - 1;
        while (iso_weekday(day) != w) day++;
        while (iso_weekday(last) != w) last--;
        int n = (year + m + w) % 4;
        snprintf(text, sizeof text, "the %s %s of %s %d", nth[n], weekdays[w], months[m - 1], year);
        check_day(days_from_civil(2018, 6, 1), text, day + 7 * n);
        snprintf(text, sizeof text, "the last %s of %s %d", weekdays[w], months[m - 1], year);
        check_day(days_from_civil(2018, 6, 1), text, last);
      }
}

/* ISO weeks: week 1 has the year's first Thursday. */
static void test_week_numbers(void **state) {
  (void)state;
  char text[64];
  for (int year = 1999; year < 2030; year++) {
    int64_t thursday = days_from_civil(year, 1, 1);
    while (iso_weekday(thursday) != 4) thursday++;
    for (int week = 1; week <= 52; week += 17) {
      int64_t monday = thursday - 3 + 7 * (week - 1);
      snprintf(text, sizeof text, "week %d of %d", week, year);
      check_range(days_from_civil(2018, 6, 1), text, monday, monday + 7);
    }
  }
}

/* A day of a month: the last one that the calendar had, and the next one. */
static void test_day_and_month(void **state) {
  (void)state;
  static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                      "jul", "aug", "sep", "oct", "nov", "dec"};
  char text[64];
  EACH_DAY(today) {
    int m = (int)(today % 12) + 1, d = (int)(today % 5) + 27;
    if (!is_valid_date(2016, m, d)) continue;
    int64_t past = today, future = today + 1, y;
    int32_t pm, pd;
    for (civil_from_days(past, &y, &pm, &pd); pm != m || pd != d; civil_from_days(past, &y, &pm, &pd)) past--;
    for (civil_from_days(future, &y, &pm, &pd); pm != m || pd != d; civil_from_days(future, &y, &pm, &pd)) future++;
    snprintf(text, sizeof text, "%s %d", names[m - 1], d);
    check_key(today, text, 0, "value", past);
    check_key(today, text, 1, "value", future);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_days_apart),  cmocka_unit_test(test_weekdays),     cmocka_unit_test(test_periods),
      cmocka_unit_test(test_nth_weekday), cmocka_unit_test(test_week_numbers), cmocka_unit_test(test_day_and_month),
  };
  arena_init(&a, 1 << 16);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  arena_fini(&a);
  return failed;
}
