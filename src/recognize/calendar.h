/* calendar.h -- proleptic Gregorian days without time zones, for resolving dates.
 * Checked against brute force in tests/recognize/test_calendar.c. */
#ifndef DRAGOMAN_RECOGNIZE_CALENDAR_H
#define DRAGOMAN_RECOGNIZE_CALENDAR_H

#include "base/base.h"

typedef struct civil_time {
  int32_t year;  /* 1 to 9999 when valid */
  int32_t month; /* 1 to 12 */
  int32_t day;   /* 1 to 31 */
  int32_t hour, minute, second;
} civil_time;

bool is_leap_year(int64_t year);
int32_t days_in_month(int64_t year, int32_t month);
bool is_valid_date(int64_t year, int64_t month, int64_t day);

/* Days since 1970-01-01 and back; any year within int32. Formula: Howard Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms". */
int64_t days_from_civil(int64_t year, int32_t month, int32_t day);
void civil_from_days(int64_t days, int64_t *year, int32_t *month, int32_t *day);

int32_t iso_weekday(int64_t days); /* 1 Monday .. 7 Sunday */
/* The Monday of the day's week. */
int64_t iso_monday(int64_t days);
/* ISO 8601 week of the day and the year that the week belongs to. */
void iso_week(int64_t days, int64_t *year, int32_t *week);
/* Monday of an ISO week. */
int64_t iso_week_monday(int64_t year, int32_t week);

/* Seconds since 1970-01-01T00:00:00 of a civil time and back. */
int64_t seconds_from_civil(const civil_time *t);
civil_time civil_from_seconds(int64_t seconds);
/* Adds months, keeping the day where the month has it, else its last day. */
civil_time add_months(civil_time t, int64_t months);

/* Western Easter Sunday (anonymous Gregorian algorithm). */
int64_t easter_days(int64_t year);

#endif
