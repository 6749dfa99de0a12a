#include "recognize/calendar.h"

bool is_leap_year(int64_t y) {
  return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int32_t days_in_month(int64_t year, int32_t month) {
  static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

bool is_valid_date(int64_t year, int64_t month, int64_t day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  return day <= days_in_month(year, (int32_t)month);
}

int64_t days_from_civil(int64_t y, int32_t m, int32_t d) {
  y -= m <= 2;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t yoe = y - era * 400;
  int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

void civil_from_days(int64_t z, int64_t *year, int32_t *month, int32_t *day) {
  z += 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t doe = z - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int64_t mp = (5 * doy + 2) / 153;
  *day = (int32_t)(doy - (153 * mp + 2) / 5 + 1);
  *month = (int32_t)(mp < 10 ? mp + 3 : mp - 9);
  *year = yoe + era * 400 + (*month <= 2);
}

int32_t iso_weekday(int64_t days) {
  int64_t w = (days + 3) % 7; /* 1970-01-01 was a Thursday */
  return (int32_t)(w < 0 ? w + 7 : w) + 1;
}

int64_t iso_monday(int64_t days) {
  return days - (iso_weekday(days) - 1);
}

int64_t iso_week_monday(int64_t year, int32_t week) {
  return iso_monday(days_from_civil(year, 1, 4)) + 7 * (int64_t)(week - 1);
}

void iso_week(int64_t days, int64_t *year, int32_t *week) {
  int32_t month, day;
  civil_from_days(days - (iso_weekday(days) - 4), year, &month, &day); /* the week's Thursday names the year */
  *week = (int32_t)((days - iso_week_monday(*year, 1)) / 7) + 1;
}

int64_t seconds_from_civil(const civil_time *t) {
  return days_from_civil(t->year, t->month, t->day) * 86400 + t->hour * 3600 + t->minute * 60 + t->second;
}

civil_time civil_from_seconds(int64_t s) {
  int64_t days = s / 86400, rest = s % 86400, year;
  if (rest < 0) rest += 86400, days--;
  civil_time t = {.hour = (int32_t)(rest / 3600), .minute = (int32_t)(rest / 60 % 60), .second = (int32_t)(rest % 60)};
  civil_from_days(days, &year, &t.month, &t.day);
  t.year = (int32_t)year;
  return t;
}

civil_time add_months(civil_time t, int64_t months) {
  int64_t m = (int64_t)t.year * 12 + t.month - 1 + months;
  int64_t year = m >= 0 ? m / 12 : -((11 - m) / 12);
  t.year = (int32_t)year;
  t.month = (int32_t)(m - year * 12) + 1;
  int32_t last = days_in_month(year, t.month);
  if (t.day > last) t.day = last;
  return t;
}

int64_t easter_days(int64_t year) {
  int64_t a = year % 19, b = year / 100, c = year % 100;
  int64_t d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  int64_t h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
  int64_t l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
  int64_t month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
  return days_from_civil(year, (int32_t)month, (int32_t)day);
}
