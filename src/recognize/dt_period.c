/* dt_period.c -- months, years, weeks, quarters and the like, and their parts (early, mid, end). */
#include "recognize/dt.h"
#include <stdio.h>

void dt_set_range(dt_value *v, dt_grain grain, int64_t past0, int64_t past1, int64_t future0, int64_t future1) {
  v->type = DT_DATERANGE;
  v->grain = grain;
  v->past[0] = past0 * DAY_SECONDS;
  v->past[1] = past1 * DAY_SECONDS;
  v->future[0] = future0 * DAY_SECONDS;
  v->future[1] = future1 * DAY_SECONDS;
}

static int64_t first_of(int64_t year, int64_t month) { /* month may run over */
  year += (month - 1) / 12;
  return days_from_civil(year, (int32_t)((month - 1) % 12) + 1, 1);
}

/* Year said, or -1. */
static int64_t year_of(dt_context *c, const expr *x) {
  if (has(x, F_year)) return geti(x, F_year, 0);
  if (has(x, F_yy)) return geti(x, F_yy, 0) + (geti(x, F_yy, 0) < 40 ? 2000 : 1900);
  if (has(x, F_shift)) return c->ref.year + geti(x, F_shift, 0);
  return -1;
}

static bool month_range(dt_context *c, const expr *x, dt_value *v) {
  int64_t month = geti(x, F_month, 1), year = year_of(c, x);
  if (year >= 0) {
    dt_set_range(v, GRAIN_MONTH, first_of(year, month), first_of(year, month + 1), first_of(year, month),
                 first_of(year, month + 1));
    snprintf(v->timex, DT_TIMEX, "%04d-%02d", (int)year, (int)month);
    return true;
  }
  int64_t past = c->ref.year - (month >= c->ref.month), future = c->ref.year + (month < c->ref.month);
  dt_set_range(v, GRAIN_MONTH, first_of(past, month), first_of(past, month + 1), first_of(future, month),
               first_of(future, month + 1));
  snprintf(v->timex, DT_TIMEX, "XXXX-%02d", (int)month);
  return true;
}

static bool year_range(int64_t year, dt_value *v) {
  if (year < 1 || year > 9998) return false;
  dt_set_range(v, GRAIN_YEAR, first_of(year, 1), first_of(year + 1, 1), first_of(year, 1), first_of(year + 1, 1));
  snprintf(v->timex, DT_TIMEX, "%04d", (int)year);
  return true;
}

void dt_week_timex(dt_value *v, int64_t monday, const char *suffix) {
  int64_t year;
  int32_t week;
  iso_week(monday, &year, &week);
  snprintf(v->timex, DT_TIMEX, "%04d-W%02d%s", (int)year, week, suffix);
}

static void span_timex(char out[DT_TIMEX], int64_t from, int64_t to, const char *length) {
  char a[DT_TIMEX], b[DT_TIMEX];
  dt_date_text(from, a);
  dt_date_text(to, b);
  snprintf(out, DT_TIMEX, "(%.24s,%.24s,%.24s)", a, b, length);
}

static bool week_range(dt_value *v, int64_t monday, int from, int to, const char *suffix) {
  dt_week_timex(v, monday, suffix);
  dt_set_range(v, GRAIN_WEEK, monday + from, monday + to, monday + from, monday + to);
  return true;
}

static bool months_range(dt_value *v, int64_t year, int64_t month, int64_t months, const char *length) {
  int64_t from = first_of(year, month), to = first_of(year, month + months);
  dt_set_range(v, months % 12 ? GRAIN_MONTH : GRAIN_YEAR, from, to, from, to);
  span_timex(v->timex, from, to, length);
  return true;
}

static bool relative_period(dt_context *c, const expr *x, dt_value *v) {
  int64_t shift = geti(x, F_shift, 0), monday = iso_monday(c->today), n = geti(x, F_num, 1);
  civil_time month = add_months((civil_time){c->ref.year, c->ref.month, 1, 0, 0, 0}, shift);
  char length[24];
  switch (geti(x, F_dunit, K_week)) {
  case K_week: return week_range(v, monday + 7 * shift, 0, 7, "");
  case K_workweek: return week_range(v, monday + 7 * shift, 0, 5, "");
  case K_weekend: return week_range(v, monday + 7 * shift, 5, 7, "-WE");
  case K_month:
    dt_set_range(v, GRAIN_MONTH, first_of(month.year, month.month), first_of(month.year, month.month + 1),
                 first_of(month.year, month.month), first_of(month.year, month.month + 1));
    snprintf(v->timex, DT_TIMEX, "%04d-%02d", month.year, month.month);
    return true;
  case K_year: return year_range(c->ref.year + shift, v);
  case K_quarter: {
    civil_time q = add_months((civil_time){c->ref.year, (c->ref.month - 1) / 3 * 3 + 1, 1, 0, 0, 0}, 3 * shift);
    return months_range(v, q.year, q.month, 3, "P3M");
  }
  case K_decade:
    if (n < 1 || n > 100) return false;
    snprintf(length, sizeof length, "P%dY", (int)(10 * n));
    return months_range(v, c->ref.year / 10 * 10 + (shift < 0 ? -10 * n : 10 * shift), 1, 120 * n, length);
  case K_century: return months_range(v, (c->ref.year / 100 + shift) * 100, 1, 1200, "P100Y");
  case K_fortnight: {
    int64_t from = monday + 14 * shift;
    dt_set_range(v, GRAIN_WEEK, from, from + 14, from, from + 14);
    span_timex(v->timex, from, from + 14, "P2W");
    return true;
  }
  default: return false;
  }
}

static bool that_period(dt_context *c, const expr *x, dt_value *v) {
  static const char *const timex[] = {
      [K_week] = "XXXX-WXX", [K_month] = "XXXX-XX", [K_year] = "XXXX", [K_weekend] = "XXXX-WXX-WE"};
  if (!relative_period(c, x, v)) return false;
  snprintf(v->timex, DT_TIMEX, "%s", timex[geti(x, F_dunit, K_week)]);
  strcpy(v->mod, "ref_undef");
  return true;
}

static bool week_number(dt_context *c, const expr *x, dt_value *v) {
  int64_t said = year_of(c, x), year = said >= 0 ? said : c->ref.year;
  int week = geti(x, F_week, 1);
  int64_t monday = iso_week_monday(year, week);
  dt_set_range(v, GRAIN_WEEK, monday, monday + 7, monday, monday + 7);
  snprintf(v->timex, DT_TIMEX, "%04d-W%02d", (int)year, week);
  return true;
}

/* Monday of the nth week of a span of days: the week belongs to the span that has its Thursday. */
static int64_t nth_week(int64_t from, int64_t to, int nth) {
  if (nth < 0) {
    int64_t thursday = to - 1 - (iso_weekday(to - 1) - 4 + 7) % 7;
    return thursday - 3;
  }
  return from + (4 - iso_weekday(from) + 7) % 7 - 3 + 7 * (nth - 1);
}

static bool week_of_month(dt_context *c, const expr *x, dt_value *v) {
  dt_value in = {0};
  int nth = geti(x, F_nth, 1);
  if (!x->child[C_base] || !dt_resolve_period(c, x->child[C_base], &in)) return false;
  int64_t past = nth_week(in.past[0] / DAY_SECONDS, in.past[1] / DAY_SECONDS, nth);
  int64_t future = nth_week(in.future[0] / DAY_SECONDS, in.future[1] / DAY_SECONDS, nth);
  dt_set_range(v, GRAIN_WEEK, past, past + 7, future, future + 7);
  if (in.grain == GRAIN_YEAR)
    dt_week_timex(v, past, "");
  else
    snprintf(v->timex, DT_TIMEX, "%.40s-W%02d", in.timex, nth < 0 ? 5 : nth);
  return true;
}

/* The first or second half of this month, cut after the 15th, or of this week, cut after Wednesday. */
static bool half_of_period(dt_context *c, int unit, int half, dt_value *v) {
  char length[DT_TIMEX];
  int64_t monday = iso_monday(c->today), month = first_of(c->ref.year, c->ref.month);
  int64_t begin = unit == K_week ? monday : month,
          end = unit == K_week ? monday + 7 : first_of(c->ref.year, c->ref.month + 1);
  int64_t cut = unit == K_week ? monday + 3 : month + 15;
  int64_t from = half == 1 ? begin : cut, to = half == 1 ? cut : end;
  dt_set_range(v, GRAIN_DAY, from, to, from, to);
  snprintf(length, sizeof length, "P%dD", (int)(to - from));
  span_timex(v->timex, from, to, length);
  return true;
}

/* Quarters and halves without a year have both readings. */
static bool parts_of_year(dt_context *c, const expr *x, dt_value *v, int nth, int months, const char *length) {
  int64_t year = year_of(c, x), month = 1 + (nth - 1) * months;
  if (year >= 0) return months_range(v, year, month, months, length);
  int64_t last = c->ref.year - (month >= c->ref.month), next = last + 1;
  int64_t end = month + months;
  snprintf(v->timex, DT_TIMEX, "(XXXX-%02d-01,XXXX-%02d-01,%s)", (int)month, (int)((end - 1) % 12 + 1), length);
  dt_set_range(v, GRAIN_MONTH, first_of(last, month), first_of(last, end), first_of(next, month), first_of(next, end));
  return true;
}

static bool season_range(dt_context *c, const expr *x, dt_value *v) {
  static const char *const names[] = {"", "SP", "SU", "FA", "WI"};
  int64_t year = year_of(c, x);
  v->type = DT_DATERANGE;
  v->unresolved = true;
  if (year >= 0)
    snprintf(v->timex, DT_TIMEX, "%04d-%s", (int)year, names[geti(x, F_season, 1)]);
  else
    snprintf(v->timex, DT_TIMEX, "%s", names[geti(x, F_season, 1)]);
  return true;
}

static bool decade_range(dt_context *c, const expr *x, dt_value *v) {
  if (has(x, F_decade) || has(x, F_century)) {
    int64_t year = has(x, F_century) ? geti(x, F_century, 19) * 100 + geti(x, F_yy, 0) : geti(x, F_decade, 0);
    return year % 10 == 0 && months_range(v, year, 1, 120, "P10Y");
  }
  int yy = geti(x, F_yy, 90);
  if (yy % 10) return false;
  int64_t past = c->ref.year / 100 * 100 + yy;
  if (past > c->ref.year) past -= 100;
  snprintf(v->timex, DT_TIMEX, "(XX%02d-01-01,XX%02d-01-01,P10Y)", yy, (yy + 10) % 100);
  dt_set_range(v, GRAIN_YEAR, first_of(past, 1), first_of(past + 10, 1), first_of(past + 100, 1),
               first_of(past + 110, 1));
  return true;
}

static bool named_year(dt_context *c, const expr *x, dt_value *v, const char *prefix) {
  int64_t year = year_of(c, x);
  v->type = DT_DATERANGE;
  v->unresolved = true;
  if (year >= 0)
    snprintf(v->timex, DT_TIMEX, "%s%04d", prefix, (int)year);
  else
    snprintf(v->timex, DT_TIMEX, "%sXXXX", prefix);
  return true;
}

static bool resolve_whole(dt_context *c, const expr *x, dt_value *v) {
  switch (geti(x, F_kind, 0)) {
  case K_month_range: return month_range(c, x, v);
  case K_year_range: return year_range(year_of(c, x), v);
  case K_relative_period: return relative_period(c, x, v);
  case K_that_period: return that_period(c, x, v);
  case K_week_number: return week_number(c, x, v);
  case K_week_of_month: return week_of_month(c, x, v);
  case K_quarter_range: return parts_of_year(c, x, v, geti(x, F_quarter, 1), 3, "P3M");
  case K_half_range:
    if (has(x, F_dunit)) return half_of_period(c, geti(x, F_dunit, K_month), geti(x, F_half, 1), v);
    return parts_of_year(c, x, v, geti(x, F_half, 1), 6, "P6M");
  case K_season_range: return season_range(c, x, v);
  case K_decade_range: return decade_range(c, x, v);
  case K_century_range: return months_range(v, (geti(x, F_century, 21) - 1) * 100, 1, 1200, "P100Y");
  case K_fiscal_year: return named_year(c, x, v, "FY");
  case K_school_year: return named_year(c, x, v, "SY");
  default: return false;
  }
}

/* ---------------------------------------------------------------- parts */

/* Start, middle and end of a period as the original cuts them: months at the 10th, 16th and 21st, named
 * years in thirds, years counted from now in halves, weeks after Wednesday. */
static void cut(int64_t r[2], const dt_value *v, int part, bool relative) {
  int64_t from = r[0] / DAY_SECONDS, year;
  int32_t m, d;
  civil_from_days(from, &year, &m, &d);
  bool first = part == K_start || part == K_early, last = part == K_end || part == K_late;
  int64_t a = r[0] / DAY_SECONDS, b = r[1] / DAY_SECONDS;
  if (v->grain == GRAIN_MONTH && b - a <= 31) {
    if (first)
      b = a + 15;
    else if (last)
      a += 15;
    else
      a += 9, b = from + 20;
  } else if (v->grain == GRAIN_YEAR) {
    if (first)
      b = first_of(year, relative ? 7 : 5);
    else if (last)
      a = first_of(year, relative ? 7 : 9);
    else
      a = first_of(year, 5), b = first_of(year, 9);
  } else if (v->grain == GRAIN_WEEK) {
    if (first)
      b = a + 3;
    else if (last)
      a += 3;
    else
      a += 2, b = from + 4;
  } else {
    int64_t third = (b - a) / 3;
    if (first)
      b = a + third;
    else if (last)
      a = b - third;
    else
      a += third, b = from + 2 * third;
  }
  r[0] = a * DAY_SECONDS;
  r[1] = b * DAY_SECONDS;
}

bool dt_resolve_period(dt_context *c, const expr *x, dt_value *v) {
  if (!resolve_whole(c, x, v)) return false;
  int part = geti(x, F_part, 0);
  if (!part || v->unresolved) return true;
  if (part == K_elapsed) { /* "year to date" */
    v->past[1] = v->future[1] = c->today * DAY_SECONDS;
    return v->past[0] <= v->past[1];
  }
  bool relative = geti(x, F_kind, 0) == K_relative_period;
  bool around_now = relative && geti(x, F_shift, 0) == 0 && v->past[0] <= c->now && c->now < v->past[1];
  cut(v->past, v, part, relative);
  cut(v->future, v, part, relative);
  int64_t today = c->today * DAY_SECONDS;
  if (around_now && part == K_early && today > v->past[0]) v->past[1] = v->future[1] = MIN_OF(v->past[1], today);
  if (around_now && part == K_late) v->past[0] = v->future[0] = MAX_OF(v->past[0], today);
  if (part == K_start) strcpy(v->mod, "start");
  if (part == K_mid) strcpy(v->mod, "mid");
  if (part == K_end) strcpy(v->mod, "end");
  return true;
}
