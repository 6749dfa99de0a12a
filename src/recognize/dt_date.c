/* dt_date.c -- single days. */
#include "recognize/dt.h"
#include <math.h>
#include <stdio.h>

void dt_set_day(dt_value *v, int64_t past, int64_t future, const char *timex) {
  v->type = DT_DATE;
  v->grain = GRAIN_DAY;
  v->past[0] = past * DAY_SECONDS;
  v->future[0] = future * DAY_SECONDS;
  v->past[1] = v->past[0] + DAY_SECONDS;
  v->future[1] = v->future[0] + DAY_SECONDS;
  if (timex)
    snprintf(v->timex, DT_TIMEX, "%s", timex);
  else
    dt_date_text(past, v->timex);
}

static void set_one_day(dt_value *v, int64_t days) {
  dt_set_day(v, days, days, NULL);
}

/* ---------------------------------------------------------------- day of a month */

/* Nearest years in which the day exists, going by step from year. */
static bool find_year(int64_t year, int step, int month, int day, int64_t *days) {
  for (int tries = 0; tries < 9; tries++, year += step)
    if (is_valid_date(year, month, day)) {
      *days = days_from_civil(year, month, day);
      return true;
    }
  return false;
}

/* The last day that counts as past: at midnight, and in task wording, the reference day is still to come. */
static int64_t last_past_day(const dt_context *c) {
  return (c->variant & RECOGNIZE_TASKS) || c->now == c->today * DAY_SECONDS ? c->today - 1 : c->today;
}

/* A date without a year. */
static void set_open_year(dt_context *c, dt_value *v, int month, int day) {
  int64_t past = 0, future = 0;
  char timex[DT_TIMEX];
  snprintf(timex, sizeof timex, "XXXX-%02d-%02d", month, day);
  int64_t last_past = last_past_day(c);
  bool found = find_year(c->ref.year, -1, month, day, &past);
  if (found && past > last_past) found = find_year(c->ref.year - 1, -1, month, day, &past);
  found = found && find_year(c->ref.year, 1, month, day, &future);
  if (found && future <= last_past) found = find_year(c->ref.year + 1, 1, month, day, &future);
  dt_set_day(v, past, future, timex);
  v->unresolved = !found;
}

static void set_year(dt_value *v, int64_t year, int month, int day) {
  v->type = DT_DATE;
  v->grain = GRAIN_DAY;
  if (is_valid_date(year, month, day)) {
    set_one_day(v, days_from_civil(year, month, day));
  } else {
    snprintf(v->timex, DT_TIMEX, "%04d-%02d-%02d", (int)year, month, day);
    v->unresolved = true;
  }
}

/* Two digits of a year: 00-29 are of this century, 40-99 of the last, between them it is open. */
static bool resolve_short_year(dt_value *v, int yy, int month, int day) {
  if (yy < 30 || yy >= 40) {
    set_year(v, yy + (yy < 30 ? 2000 : 1900), month, day);
    return true;
  }
  if (!is_valid_date(1900 + yy, month, day) || !is_valid_date(2000 + yy, month, day)) return false;
  char timex[DT_TIMEX];
  snprintf(timex, sizeof timex, "XX%02d-%02d-%02d", yy, month, day);
  dt_set_day(v, days_from_civil(1900 + yy, month, day), days_from_civil(2000 + yy, month, day), timex);
  return true;
}

/* "Monday 12-4" is a date only where that day is a Monday; else it speaks of hours. */
static bool weekday_fits(const dt_context *c, const expr *x, const dt_value *v) {
  int weekday = geti(x, F_wday, 0);
  if (geti(x, F_inner, 0) != 2 || !weekday) return true;
  int64_t past = v->past[0] / DAY_SECONDS;
  return iso_weekday(v->future[0] / DAY_SECONDS) == weekday || (past == c->today && iso_weekday(past) == weekday);
}

static bool resolve_ymd(dt_context *c, const expr *x, dt_value *v) {
  int month = geti(x, F_month, 1), day = geti(x, F_day, 1);
  if (has(x, F_ymd8)) {
    int n = geti(x, F_ymd8, 0);
    if (!is_valid_date(n / 10000, n / 100 % 100, n % 100)) return false;
    set_year(v, n / 10000, n / 100 % 100, n % 100);
  } else if (has(x, F_year)) {
    set_year(v, geti(x, F_year, 0), month, day);
  } else if (has(x, F_yy)) {
    return resolve_short_year(v, geti(x, F_yy, 0), month, day);
  } else if (has(x, F_shift)) {
    set_year(v, c->ref.year + geti(x, F_shift, 0), month, day);
    if (!has(x, F_dunit)) snprintf(v->timex, DT_TIMEX, "XXXX-%02d-%02d", month, day); /* else "of last year" */
  } else {
    set_open_year(c, v, month, day);
  }
  v->lunar = has(x, F_lunar);
  return day <= (month == 2 ? 30 : 31) && weekday_fits(c, x, v);
}

/* Month by month from the reference month: the nearest days with that number. */
static bool find_month_day(dt_context *c, int step, int skip, int day, int64_t *days) {
  for (int i = skip; i < 4; i++) {
    civil_time t = add_months((civil_time){c->ref.year, c->ref.month, 1, 0, 0, 0}, (int64_t)step * i);
    if (!is_valid_date(t.year, t.month, day)) continue;
    *days = days_from_civil(t.year, t.month, day);
    return true;
  }
  return false;
}

static bool resolve_day_of_month(dt_context *c, const expr *x, dt_value *v) {
  int day = geti(x, F_day, 1);
  int64_t past, future;
  if (has(x, F_shift)) {
    civil_time t = add_months((civil_time){c->ref.year, c->ref.month, 1, 0, 0, 0}, geti(x, F_shift, 0));
    set_year(v, t.year, t.month, day);
    return true;
  }
  char timex[DT_TIMEX];
  snprintf(timex, sizeof timex, "XXXX-XX-%02d", day);
  bool to_come = c->today - c->ref.day + day > last_past_day(c);
  if (!find_month_day(c, -1, to_come ? 1 : 0, day, &past)) return false;
  if (!find_month_day(c, 1, to_come ? 0 : 1, day, &future)) return false;
  dt_set_day(v, past, future, timex);
  return true;
}

/* "Monday 21": the months around in which that day is that weekday. */
static bool find_weekday_day(dt_context *c, int step, int weekday, int day, int64_t *days) {
  for (int i = 0; i < 400; i++) {
    civil_time t = add_months((civil_time){c->ref.year, c->ref.month, 1, 0, 0, 0}, (int64_t)step * i);
    if (!is_valid_date(t.year, t.month, day)) continue;
    *days = days_from_civil(t.year, t.month, day);
    if (iso_weekday(*days) == weekday && (step > 0 ? *days >= c->today : *days < c->today)) return true;
  }
  return false;
}

static bool resolve_weekday_day(dt_context *c, const expr *x, dt_value *v) {
  int weekday = geti(x, F_wday, 1), day = geti(x, F_day, 1);
  int64_t past, future;
  if (!find_weekday_day(c, -1, weekday, day, &past) || !find_weekday_day(c, 1, weekday, day, &future)) return false;
  int64_t this_month = c->today - c->ref.day + day;
  bool in_month = (past == this_month || future == this_month) && has(x, F_inner);
  if (future == c->today || in_month) {
    set_one_day(v, in_month ? this_month : future);
    return true;
  }
  char timex[DT_TIMEX];
  snprintf(timex, sizeof timex, "XXXX-WXX-%d", weekday);
  dt_set_day(v, past, future, timex);
  return true;
}

/* ---------------------------------------------------------------- weekdays */

static bool resolve_weekday(dt_context *c, const expr *x, dt_value *v) {
  int weekday = geti(x, F_wday, 1);
  if (has(x, F_shift)) {
    set_one_day(v, iso_monday(c->today) + 7 * geti(x, F_shift, 0) + weekday - 1);
    return true;
  }
  char timex[DT_TIMEX];
  snprintf(timex, sizeof timex, "XXXX-WXX-%d", weekday);
  int64_t future = c->today + (weekday - iso_weekday(c->today) + 7) % 7;
  dt_set_day(v, future - 7, future, timex);
  return true;
}

static bool resolve_nearest(dt_context *c, const expr *x, dt_value *v) {
  int gap = (geti(x, F_wday, 1) - iso_weekday(c->today) + 7) % 7; /* to the coming one */
  if (geti(x, F_dir, 1) > 0)
    set_one_day(v, c->today + (gap ? gap : 7));
  else
    set_one_day(v, c->today + gap - 7);
  return true;
}

/* "Two Sundays from now": the day of this week counts while it is still to come (weeks from Sunday). */
static bool resolve_weekday_count(dt_context *c, const expr *x, dt_value *v) {
  int weekday = geti(x, F_wday, 1), n = geti(x, F_num, 1);
  if (n < 1 || n > 1000) return false;
  if (iso_weekday(c->today) % 7 > weekday % 7) n--;
  set_one_day(v, iso_monday(c->today) + 7 * (int64_t)n + weekday - 1);
  return true;
}

static int64_t nth_in_month(int64_t first, int weekday, int nth) {
  int64_t y;
  int32_t m, d;
  civil_from_days(first, &y, &m, &d);
  if (nth < 0) {
    int64_t last = first + days_in_month(y, m) - 1;
    return last - (iso_weekday(last) - weekday + 7) % 7;
  }
  return first + (weekday - iso_weekday(first) + 7) % 7 + 7 * (nth - 1);
}

static bool resolve_nth_weekday(dt_context *c, const expr *x, dt_value *v) {
  dt_value month = {0};
  int weekday = geti(x, F_wday, 1), nth = geti(x, F_nth, 1);
  if (!x->child[C_base] || !dt_resolve_period(c, x->child[C_base], &month)) return false;
  int64_t past = nth_in_month(month.past[0] / DAY_SECONDS, weekday, nth);
  int64_t future = nth_in_month(month.future[0] / DAY_SECONDS, weekday, nth);
  int64_t y;
  int32_t m, d;
  if (past != future) { /* the readings of the month are those of the day */
    civil_from_days(future, &y, &m, &d);
    int64_t last = nth_in_month(days_from_civil(y - 1, m, 1), weekday, nth);
    int64_t next = nth_in_month(days_from_civil(y + 1, m, 1), weekday, nth);
    if (future < c->today)
      past = future, future = next;
    else
      past = last;
  }
  civil_from_days(future, &y, &m, &d);
  char timex[DT_TIMEX], year[8];
  snprintf(year, sizeof year, has(x->child[C_base], F_year) ? "%04d" : "XXXX", (int)y);
  snprintf(timex, sizeof timex, "%s-%02d-WXX-%d-#%d", year, m, weekday, nth < 0 ? 5 : nth);
  dt_set_day(v, past, future, timex);
  return true;
}

static bool resolve_last_day(dt_context *c, const expr *x, dt_value *v) {
  dt_value month = {0};
  expr period = *x;
  set(&period, F_kind, has(x, F_month) ? K_month_range : K_relative_period);
  if (!dt_resolve_period(c, &period, &month)) return false;
  dt_set_day(v, month.past[1] / DAY_SECONDS - 1, month.future[1] / DAY_SECONDS - 1, NULL);
  return true;
}

static bool resolve_first_day(dt_context *c, const expr *x, dt_value *v) {
  dt_value in = {0};
  expr period = *x;
  set(&period, F_kind, K_relative_period);
  if (!dt_resolve_period(c, &period, &in)) return false;
  set_one_day(v, in.past[0] / DAY_SECONDS);
  return true;
}

/* ---------------------------------------------------------------- moved days */

static bool resolve_shifted(dt_context *c, const expr *x, dt_value *v) {
  dt_amount a;
  dt_value anchor = {0};
  dt_amount_of(x->child[C_base], &a);
  int64_t from = dt_amount_has_time(&a) ? c->now : c->today * DAY_SECONDS;
  const expr *base = x->child[C_a];
  if (base && geti(base, F_kind, 0) != K_now) {
    if (!dt_resolve_date(c, base, &anchor) && !dt_resolve_period(c, base, &anchor)) return false;
    if (anchor.unresolved) return false;
    from = anchor.future[0];
  }
  int64_t t = dt_amount_add(from, &a, geti(x, F_dir, 1));
  civil_time civil = civil_from_seconds(t);
  if (civil.year < 1 || civil.year > 9999) return false;
  if (!dt_amount_has_time(&a)) {
    set_one_day(v, t / DAY_SECONDS);
    return true;
  }
  v->type = DT_DATETIME;
  v->grain = GRAIN_SECOND;
  v->past[0] = v->future[0] = t;
  dt_date_text(t / DAY_SECONDS, v->timex);
  snprintf(v->date_timex, sizeof v->date_timex, "%.39s", v->timex);
  v->clock = civil.hour * 3600 + civil.minute * 60 + civil.second;
  v->precision = 3;
  if (has(x, F_inner)) return true; /* some cultures' originals name the day alone */
  char clock[DT_TIMEX];
  dt_clock_timex(v->clock, 3, clock);
  snprintf(v->timex, DT_TIMEX, "%.39s%.40s", v->date_timex, clock);
  return true;
}

/* "Monday two weeks from now": in the week (Sunday first) reached; after months or years the next one. */
static bool resolve_weekday_after(dt_context *c, const expr *x, dt_value *v) {
  dt_value base = {0};
  dt_amount a;
  if (!resolve_shifted(c, x->child[C_base], &base) || base.type != DT_DATE) return false;
  dt_amount_of(x->child[C_base]->child[C_base], &a);
  int64_t day = base.future[0] / DAY_SECONDS;
  int weekday = geti(x, F_wday, 1);
  if (a.months != 0 || a.years != 0)
    set_one_day(v, day + (weekday - iso_weekday(day) + 7) % 7);
  else
    set_one_day(v, day - iso_weekday(day) % 7 + weekday % 7);
  return true;
}

/* ---------------------------------------------------------------- holidays */

static bool resolve_holiday(dt_context *c, const expr *x, dt_value *v) {
  const char *rule = c->ch->c->payloads[geti(x, F_holiday, 0)];
  int64_t past = 0, future = 0, year = c->ref.year;
  if (has(x, F_year)) {
    if (!dt_holiday_day(rule, geti(x, F_year, 0), &past)) return false;
    set_one_day(v, past);
    return true;
  }
  bool found = dt_holiday_day(rule, year, &past);
  if (found && past > c->today) found = dt_holiday_day(rule, year - 1, &past);
  found = found && dt_holiday_day(rule, year, &future);
  if (found && future <= c->today) found = dt_holiday_day(rule, year + 1, &future);
  if (!found) return false;
  if (has(x, F_shift)) {
    int shift = geti(x, F_shift, 0);
    int64_t day = shift > 0 ? future : past;
    bool year_said = has(x, F_dunit); /* "of last year", not "last Easter" */
    if ((shift == 0 || year_said) && !dt_holiday_day(rule, year + (year_said ? shift : 0), &day)) return false;
    set_one_day(v, day);
    return true;
  }
  char timex[DT_TIMEX];
  dt_holiday_timex(rule, past, timex);
  dt_set_day(v, past, future, timex);
  return true;
}

bool dt_resolve_date(dt_context *c, const expr *x, dt_value *v) {
  switch (geti(x, F_kind, 0)) {
  case K_ymd: return resolve_ymd(c, x, v);
  case K_relative_day: set_one_day(v, c->today + geti(x, F_days, 0)); return true;
  case K_weekday: return resolve_weekday(c, x, v);
  case K_weekday_nearest: return resolve_nearest(c, x, v);
  case K_weekday_day: return resolve_weekday_day(c, x, v);
  case K_day_of_month: return resolve_day_of_month(c, x, v);
  case K_nth_weekday: return resolve_nth_weekday(c, x, v);
  case K_weekday_after: return resolve_weekday_after(c, x, v);
  case K_shifted: return resolve_shifted(c, x, v);
  case K_holiday_date: return resolve_holiday(c, x, v);
  case K_last_day: return resolve_last_day(c, x, v);
  case K_weekday_count: return resolve_weekday_count(c, x, v);
  case K_first_day: return resolve_first_day(c, x, v);
  default: return false;
  }
}
