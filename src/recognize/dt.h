/* dt.h -- from the expression of a date or time to its values: a pure function of the expression and
 * the reference time.
 *
 * A missing year, month or weekday leaves two readings, the last past one and the next one; a clock time
 * without am or pm leaves two more, resolved one at a time (dt_context.pm). TIMEX texts, values and open
 * questions are those of reference prebuilt-entities §5. */
#ifndef DRAGOMAN_RECOGNIZE_DT_H
#define DRAGOMAN_RECOGNIZE_DT_H

#include "recognize/expr.h"
#include "recognize/recognize.h"

enum { DAY_SECONDS = 86400, DT_TIMEX = 96 };

typedef enum dt_type {
  DT_DATE,
  DT_TIME,
  DT_DATETIME,
  DT_DATERANGE,
  DT_TIMERANGE,
  DT_DATETIMERANGE,
  DT_DURATION,
  DT_SET,
  DT_TIMEZONE
} dt_type;

typedef struct dt_context {
  const chart *ch;
  arena *a;
  civil_time ref;
  int64_t now;      /* ref in seconds */
  int64_t today;    /* ref in days */
  uint32_t variant; /* RECOGNIZE_* */
  bool pm;          /* read ambiguous clock times as afternoon */
  bool ambiguous;   /* out: a clock time was open */
} dt_context;

/* How coarse the ends of a span are: decides the unit of its duration. */
typedef enum dt_grain { GRAIN_SECOND, GRAIN_DAY, GRAIN_WEEK, GRAIN_MONTH, GRAIN_YEAR } dt_grain;

/* Times in seconds since 1970 of the civil calendar; of a time of day: seconds of the day. Points use
 * index 0, ranges [0, 1) with an exclusive end for dates. */
typedef struct dt_value {
  dt_type type;
  char timex[DT_TIMEX];
  char timex_future[DT_TIMEX]; /* "" when like timex */
  int64_t past[2], future[2];
  bool unresolved;           /* "not resolved" */
  bool open_begin, open_end; /* range without that side */
  bool lunar;                /* said of the Chinese calendar; the numbers are given out as they were said */
  bool approximate;          /* a point said with "around": its values are called ranges */
  dt_grain grain;
  char mod[24];
  const char *source; /* sourceEntity or NULL */
  char *list;         /* business days or NULL */
  /* clock part of a time or date and time, to write TIMEX of what is built on it */
  char date_timex[40];
  int32_t clock;         /* seconds of the day */
  int32_t precision;     /* 1 hour, 2 minute, 3 second written; 0 no clock */
  double amount_seconds; /* of a duration */
  /* step of a set in task wording: set_unit "" when it has none */
  dt_type set_type;
  double set_size;
  char set_unit[8];
} dt_value;

/* What follows stands in the order of the files: each knows those before it. A resolver is false when the expression
 * is not of its kinds or has no sensible value. */

/* dt_text.c */
void dt_date_text(int64_t days, char out[DT_TIMEX]);                       /* 2016-11-07 */
void dt_clock_timex(int32_t clock, int32_t precision, char out[DT_TIMEX]); /* T08:30 */

/* dt_duration.c */
typedef struct dt_amount {
  double years, months, weeks, days, weekends, business_days, hours, minutes, seconds;
  int32_t finest; /* finest unit said, K_second .. */
} dt_amount;
void dt_amount_of(const expr *x, dt_amount *a);
double dt_amount_seconds(const dt_amount *a);
bool dt_amount_has_time(const dt_amount *a);
void dt_amount_timex(const dt_amount *a, char out[DT_TIMEX]);
/* Seconds t moved by the amount, sign +1 or -1, along the calendar. */
int64_t dt_amount_add(int64_t t, const dt_amount *a, int sign);
void dt_seconds_timex(int64_t seconds, char out[DT_TIMEX]); /* "PT5H30M" */
bool dt_resolve_duration(const expr *x, dt_value *v);

/* dt_holiday.c: days since 1970 of a holiday rule in a year; false when the rule has none there. */
bool dt_holiday_day(const char *rule, int64_t year, int64_t *days);
/* TIMEX of the holiday without a year; past_days is its last occurrence. */
void dt_holiday_timex(const char *rule, int64_t past_days, char out[DT_TIMEX]);

/* dt_tasks.c: task wording. Seconds of the day at which it puts a part of the day, -1 for a part that it leaves as it
 * is. */
int32_t dt_task_hour(int pod);
/* A time alone that has passed today is tomorrow's. */
void dt_task_time(const dt_context *c, dt_value *v);
/* Adds its step and first day to a set; clock: seconds of the day, -1 when none was said. */
void dt_task_set(const dt_context *c, const expr *x, int64_t clock, dt_value *v);

/* dt_period.c: months, years, weeks, ... */
bool dt_resolve_period(dt_context *c, const expr *x, dt_value *v);
/* Ranges of days [0, 1), and the TIMEX of the week of a Monday. */
void dt_set_range(dt_value *v, dt_grain grain, int64_t past0, int64_t past1, int64_t future0, int64_t future1);
void dt_week_timex(dt_value *v, int64_t monday, const char *suffix);

/* dt_date.c: days, told by the calendar, a period, or another day and an amount */
bool dt_resolve_date(dt_context *c, const expr *x, dt_value *v);
/* timex NULL: that of the past day. */
void dt_set_day(dt_value *v, int64_t past_days, int64_t future_days, const char *timex);

/* dt_time.c: clocks, parts of the day, date with time */
bool dt_resolve_time(dt_context *c, const expr *x, dt_value *v);
const char *dt_pod_timex(int pod); /* "TMO" */

/* dt_set.c */
bool dt_resolve_set(dt_context *c, const expr *x, dt_value *v);

/* dt_range.c: the week of a day, the next n */
bool dt_resolve_range(dt_context *c, const expr *x, dt_value *v);

/* dt_span.c: expressions of every kind, and here those that are built on any other: from A to B, bounds. False: the
 * text is no date or time. */
bool dt_resolve(dt_context *c, const expr *x, dt_value *v);

/* dt_alternatives.c: whether two neighbours joined by "or" or a comma are alternatives, and what the n alternatives
 * of a run lend each other. */
bool dt_are_alternatives(const expr *a, const dt_value *va, const expr *b, const dt_value *vb);
void dt_share(arena *a, expr *x, size_t n);

#endif
