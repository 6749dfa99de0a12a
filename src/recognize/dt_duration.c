/* dt_duration.c -- durations ("P1DT5H"), and how a point is moved by one. */
#include "recognize/dt.h"
#include <math.h>
#include <stdio.h>

static void add_unit(dt_amount *a, int unit, double n) {
  switch (unit) {
  case K_second: a->seconds += n; break;
  case K_minute: a->minutes += n; break;
  case K_hour: a->hours += n; break;
  case K_day: a->days += n; break;
  case K_week:
  case K_workweek: a->weeks += n; break;
  case K_fortnight: a->weeks += 2 * n; break;
  case K_month: a->months += n; break;
  case K_quarter: a->months += 3 * n; break;
  case K_year: a->years += n; break;
  case K_decade: a->years += 10 * n; break;
  case K_century: a->years += 100 * n; break;
  case K_weekend: a->weekends += n; break;
  case K_businessday: a->business_days += n; break;
  default: break;
  }
  if (!a->finest || unit < a->finest) a->finest = unit;
}

void dt_amount_of(const expr *x, dt_amount *a) {
  *a = (dt_amount){0};
  for (; x; x = x->child[C_c]) add_unit(a, geti(x, F_dunit, 0), get(x, F_num, 1) + get(x, F_half_more, 0));
}

/* The original counts a month as 30 days and a year as 365. */
double dt_amount_seconds(const dt_amount *a) {
  double days = a->years * 365 + a->months * 30 + a->weeks * 7 + a->days + a->weekends * 2 + a->business_days;
  return days * DAY_SECONDS + a->hours * 3600 + a->minutes * 60 + a->seconds;
}

bool dt_amount_has_time(const dt_amount *a) {
  return a->hours != 0 || a->minutes != 0 || a->seconds != 0;
}

static void put(char *out, double n, const char *unit) {
  size_t at = strlen(out);
  if (n != 0) snprintf(out + at, DT_TIMEX - at, "%.10g%s", n, unit);
}

void dt_amount_timex(const dt_amount *a, char out[DT_TIMEX]) {
  strcpy(out, "P");
  put(out, a->years, "Y");
  put(out, a->months, "M");
  put(out, a->weeks, "W");
  put(out, a->days, "D");
  put(out, a->weekends, "WE");
  put(out, a->business_days, "BD");
  if (dt_amount_has_time(a)) strcat(out, "T");
  put(out, a->hours, "H");
  put(out, a->minutes, "M");
  put(out, a->seconds, "S");
}

void dt_seconds_timex(int64_t s, char out[DT_TIMEX]) {
  strcpy(out, "PT");
  put(out, (double)(s / 3600), "H");
  put(out, (double)(s / 60 % 60), "M");
  put(out, (double)(s % 60), "S");
}

static int64_t add_business_days(int64_t t, int64_t n, int sign) {
  while (n > 0) {
    t += sign * DAY_SECONDS;
    if (iso_weekday(t / DAY_SECONDS) <= 5) n--;
  }
  return t;
}

static const double LIMIT = 4e5; /* years: keeps sums far inside 64 bits */

int64_t dt_amount_add(int64_t t, const dt_amount *a, int sign) {
  double months = trunc(a->years * 12 + a->months);
  if (fabs(months) > LIMIT * 12) months = LIMIT * 12;
  civil_time c = civil_from_seconds(t);
  c = add_months(c, (int64_t)months * sign);
  t = seconds_from_civil(&c);
  if (a->business_days > 0) t = add_business_days(t, (int64_t)fmin(a->business_days, 10000), sign);
  double rest =
      (a->weeks * 7 + a->days + a->weekends * 7) * DAY_SECONDS + a->hours * 3600 + a->minutes * 60 + a->seconds;
  if (fabs(rest) > LIMIT * 365 * DAY_SECONDS) rest = LIMIT * 365 * DAY_SECONDS;
  return t + sign * (int64_t)rest;
}

bool dt_resolve_duration(const expr *x, dt_value *v) {
  dt_amount a;
  dt_amount_of(x, &a);
  if (!isfinite(dt_amount_seconds(&a)) || dt_amount_seconds(&a) > 1e15) return false;
  v->type = DT_DURATION;
  dt_amount_timex(&a, v->timex);
  v->amount_seconds = dt_amount_seconds(&a);
  if (geti(x, F_mod, 0) == K_more) strcpy(v->mod, "more");
  if (geti(x, F_mod, 0) == K_less) strcpy(v->mod, "less");
  if (geti(x, F_mod, 0) == K_since) strcpy(v->mod, "since");
  if (geti(x, F_mod, 0) == K_after) strcpy(v->mod, "after");
  return true;
}
