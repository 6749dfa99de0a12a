/* dt_holiday.c -- rules of holidays:
 *   fixed M D          the same day every year
 *   weekday M W N      the Nth weekday W of month M, -1 the last
 *   after M W N D      D days after that... counted from the Nth weekday W: "after 11 4 4 1"
 *   easter D           D days from Western Easter Sunday
 *   from M D W N       N days from the first weekday W on or after the day M/D: Advent Sundays
 *   table NAME         days that follow the moon, by year
 * "; TIMEX" after a rule is its TIMEX without a year ("easter -50; XXXX"), where the culture's original writes
 * another one than the rule gives. */
#include "recognize/dt.h"
#include <stdio.h>

/* First days of Eid al-Fitr, Eid al-Adha and Ramadan (Umm al-Qura calendar), month * 100 + day; 2000 to 2049 where two
 * fall into one year the first one. */
typedef struct lunar_year {
  int16_t year, eid_fitr, eid_adha, ramadan;
} lunar_year;

static const lunar_year lunar[] = {
    {2010, 910, 1116, 811}, {2011, 830, 1106, 801}, {2012, 819, 1026, 720}, {2013, 808, 1015, 709},
    {2014, 728, 1004, 628}, {2015, 717, 923, 618},  {2016, 706, 911, 606},  {2017, 625, 901, 527},
    {2018, 615, 821, 516},  {2019, 604, 811, 506},  {2020, 524, 731, 424},  {2021, 513, 720, 413},
    {2022, 502, 709, 402},  {2023, 421, 628, 323},  {2024, 410, 616, 311},  {2025, 330, 606, 301},
    {2026, 320, 527, 218},  {2027, 309, 516, 208},  {2028, 226, 505, 128},  {2029, 214, 424, 116},
    {2030, 204, 413, 105},
};

static bool nth_weekday(int64_t year, int month, int weekday, int nth, int64_t *days) {
  if (nth > 0) {
    int64_t first = days_from_civil(year, month, 1);
    *days = first + (weekday - iso_weekday(first) + 7) % 7 + 7 * (nth - 1);
    return nth < 5 || *days < first + days_in_month(year, month);
  }
  int64_t last = days_from_civil(year, month, days_in_month(year, month));
  *days = last - (iso_weekday(last) - weekday + 7) % 7;
  return true;
}

static bool table_day(const char *name, int64_t year, int64_t *days) {
  for (size_t i = 0; i < ARRAY_LEN(lunar); i++) {
    if (lunar[i].year != year) continue;
    int md = strcmp(name, "eid_fitr") == 0   ? lunar[i].eid_fitr
             : strcmp(name, "eid_adha") == 0 ? lunar[i].eid_adha
                                             : lunar[i].ramadan;
    *days = days_from_civil(year, md / 100, md % 100);
    return true;
  }
  return false;
}

bool dt_holiday_day(const char *rule, int64_t year, int64_t *days) {
  int a, b, n, d;
  char name[24];
  if (year < 1 || year > 9999) return false;
  if (sscanf(rule, "fixed %d %d", &a, &b) == 2) {
    if (!is_valid_date(year, a, b)) return false;
    *days = days_from_civil(year, a, b);
    return true;
  }
  if (sscanf(rule, "weekday %d %d %d", &a, &b, &n) == 3) return nth_weekday(year, a, b, n, days);
  if (sscanf(rule, "after %d %d %d %d", &a, &b, &n, &d) == 4) {
    if (!nth_weekday(year, a, b, n, days)) return false;
    *days += d;
    return true;
  }
  if (sscanf(rule, "from %d %d %d %d", &a, &d, &b, &n) == 4) {
    int64_t first = days_from_civil(year, a, d);
    *days = first + (b - iso_weekday(first) + 7) % 7 + n;
    return true;
  }
  if (sscanf(rule, "easter %d", &d) == 1) {
    *days = easter_days(year) + d;
    return true;
  }
  return sscanf(rule, "table %23s", name) == 1 && table_day(name, year, days);
}

void dt_holiday_timex(const char *rule, int64_t past_days, char out[DT_TIMEX]) {
  int month, weekday, nth;
  const char *own = strstr(rule, "; ");
  if (own) {
    snprintf(out, DT_TIMEX, "%s", own + 2);
    return;
  }
  if (sscanf(rule, "weekday %d %d %d", &month, &weekday, &nth) == 3) {
    snprintf(out, DT_TIMEX, "XXXX-%02d-WXX-%d-%d", month, weekday, nth < 0 ? 5 : nth);
    return;
  }
  int64_t year;
  int32_t m, d;
  civil_from_days(past_days, &year, &m, &d);
  snprintf(out, DT_TIMEX, "XXXX-%02d-%02d", m, d);
}
