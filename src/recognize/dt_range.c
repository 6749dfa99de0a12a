/* dt_range.c -- ranges told by a day or a length: the week of a day, the next n, what is left of a period. */
#include "recognize/dt.h"
#include <stdio.h>

/* ---------------------------------------------------------------- weeks around a day */

static bool resolve_week_of_date(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0};
  if (!x->child[C_a] || !dt_resolve_date(c, x->child[C_a], &day) || day.unresolved) return false;
  int64_t past = iso_monday(day.past[0] / DAY_SECONDS), future = iso_monday(day.future[0] / DAY_SECONDS);
  dt_set_range(v, GRAIN_WEEK, past, past + 7, future, future + 7);
  if (c->variant & RECOGNIZE_CALENDAR) {
    dt_week_timex(v, future, "");
    strcpy(v->timex_future, v->timex);
    dt_week_timex(v, past, "");
  } else {
    strcpy(v->timex, day.timex);
  }
  return true;
}

/* The days off around a holiday: the weekend, and the days that join it to the holiday. */
static void weekend_of(int64_t day, int64_t *from, int64_t *to) {
  int weekday = iso_weekday(day);
  int64_t monday = iso_monday(day);
  if (weekday <= 2)
    *from = monday - 2, *to = day + 1;
  else
    *from = MIN_OF(day, monday + 5), *to = monday + 7;
}

static bool resolve_holiday_weekend(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0};
  expr holiday = *x->child[C_a];
  if (has(x, F_year)) set(&holiday, F_year, x->f[F_year]);
  if (!dt_resolve_date(c, &holiday, &day)) return false;
  int64_t from, to, from2, to2;
  weekend_of(day.past[0] / DAY_SECONDS, &from, &to);
  weekend_of(day.future[0] / DAY_SECONDS, &from2, &to2);
  dt_set_range(v, GRAIN_DAY, from, to, from2, to2);
  dt_week_timex(v, from2, "-WE");
  strcpy(v->timex_future, v->timex);
  dt_week_timex(v, from, "-WE");
  return true;
}

/* ---------------------------------------------------------------- the next n */

static void set_computed(dt_value *v, int64_t from, int64_t to, bool timed, const char *length) {
  char a[2 * DT_TIMEX], b[2 * DT_TIMEX], t[DT_TIMEX];
  v->type = timed ? DT_DATETIMERANGE : DT_DATERANGE;
  v->grain = timed ? GRAIN_SECOND : GRAIN_DAY;
  v->past[0] = v->future[0] = from;
  v->past[1] = v->future[1] = to;
  dt_date_text(from / DAY_SECONDS, a);
  dt_date_text(to / DAY_SECONDS, b);
  if (timed) {
    dt_clock_timex((int32_t)(from % DAY_SECONDS), 3, t);
    strcat(a, t);
    dt_clock_timex((int32_t)(to % DAY_SECONDS), 3, t);
    strcat(b, t);
  }
  snprintf(v->timex, DT_TIMEX, "(%.34s,%.34s,%.22s)", a, b, length);
}

static bool in_calendar(int64_t from, int64_t to) {
  return civil_from_seconds(from).year >= 1 && civil_from_seconds(to).year <= 9999 && from < to;
}

/* The days from..to that are no weekend, comma-separated. */
static char *business_days(dt_context *c, int64_t from, int64_t to) {
  enum { MAX_LISTED = 366, DATE = 11 };
  char *out = arena_alloc(c->a, MAX_LISTED * DATE + 1), day[DT_TIMEX];
  size_t n = 0;
  int count = 0;
  for (int64_t t = from; t < to && count < MAX_LISTED; t += DAY_SECONDS) {
    if (iso_weekday(t / DAY_SECONDS) > 5) continue;
    dt_date_text(t / DAY_SECONDS, day);
    n += (size_t)snprintf(out + n, DATE + 1, "%s%.10s", count++ ? "," : "", day);
  }
  out[n] = 0;
  return out;
}

static bool next_quarters(dt_context *c, const dt_amount *a, int shift, dt_value *v) {
  civil_time start = {c->ref.year, (c->ref.month - 1) / 3 * 3 + 1, 1, 0, 0, 0};
  civil_time from = shift > 0 ? add_months(start, 3) : add_months(start, -(int64_t)a->months);
  civil_time to = shift > 0 ? add_months(from, (int64_t)a->months) : start;
  char length[DT_TIMEX];
  dt_amount_timex(a, length);
  set_computed(v, seconds_from_civil(&from), seconds_from_civil(&to), false, length);
  return in_calendar(v->past[0], v->past[1]);
}

static bool resolve_next_n(dt_context *c, const expr *x, dt_value *v) {
  dt_amount a;
  const expr *amount = x->child[C_base] ? x->child[C_base] : x;
  char length[DT_TIMEX];
  int shift = geti(x, F_shift, 1);
  dt_amount_of(amount, &a);
  dt_amount_timex(&a, length);
  if (geti(amount, F_dunit, 0) == K_quarter) return next_quarters(c, &a, shift, v);
  if (dt_amount_has_time(&a)) {
    int64_t other = dt_amount_add(c->now, &a, shift > 0 ? 1 : -1);
    set_computed(v, MIN_OF(c->now, other), MAX_OF(c->now, other), true, length);
    return in_calendar(v->past[0], v->past[1]);
  }
  int64_t today = c->today * DAY_SECONDS;
  int64_t from = shift > 0 ? today + DAY_SECONDS : dt_amount_add(today, &a, -1);
  int64_t to = shift > 0 ? dt_amount_add(from, &a, 1) : today;
  if (a.business_days > 0 && shift > 0) {
    while (iso_weekday(from / DAY_SECONDS) > 5) from += DAY_SECONDS;
    to = dt_amount_add(from - DAY_SECONDS, &a, 1) + DAY_SECONDS;
  }
  set_computed(v, from, to, false, length);
  if (!in_calendar(from, to)) return false;
  if (a.business_days > 0) v->list = business_days(c, from, to);
  return true;
}

static bool resolve_within(dt_context *c, const expr *x, dt_value *v) {
  dt_amount a;
  char length[DT_TIMEX];
  expr chain = *x;
  chain.child[C_c] = x->child[C_base]; /* "the next day and 5 hours" */
  dt_amount_of(has(x, F_dunit) ? &chain : x->child[C_base], &a);
  dt_amount_timex(&a, length);
  bool timed = dt_amount_has_time(&a);
  int64_t from = timed ? c->now : c->today * DAY_SECONDS, to = dt_amount_add(from, &a, 1);
  set_computed(v, from, to, timed, length);
  return in_calendar(from, to);
}

/* "2 weeks starting May 20th": the day of this year. */
static bool resolve_duration_from(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0};
  dt_amount a;
  char length[DT_TIMEX];
  expr start = *x->child[C_a];
  if (geti(&start, F_kind, 0) == K_ymd && !has(&start, F_year) && !has(&start, F_yy) && !has(&start, F_ymd8))
    set(&start, F_year, c->ref.year);
  if (!dt_resolve_date(c, &start, &day) || day.unresolved) return false;
  dt_amount_of(x->child[C_base], &a);
  dt_amount_timex(&a, length);
  int64_t to = dt_amount_add(day.future[0], &a, 1);
  set_computed(v, day.future[0], to, false, length);
  return in_calendar(day.future[0], to);
}

/* "the last 3 weeks of this year" */
static bool resolve_last_n_of(dt_context *c, const expr *x, dt_value *v) {
  dt_value in = {0};
  dt_amount a;
  char length[DT_TIMEX];
  if (!dt_resolve_period(c, x->child[C_a], &in) || in.unresolved) return false;
  dt_amount_of(x->child[C_base], &a);
  dt_amount_timex(&a, length);
  int64_t from = in.past[0], to = in.past[1];
  if (a.weeks > 0) { /* whole weeks, from Monday */
    from += ((8 - iso_weekday(from / DAY_SECONDS)) % 7) * DAY_SECONDS;
    to -= (iso_weekday(to / DAY_SECONDS) - 1) * DAY_SECONDS;
  }
  if (geti(x, F_shift, -1) < 0)
    from = dt_amount_add(to, &a, -1);
  else
    to = dt_amount_add(from, &a, 1);
  set_computed(v, from, to, false, length);
  return in_calendar(from, to);
}

/* From today to the last day of the period. */
static bool resolve_rest(dt_context *c, const expr *x, dt_value *v) {
  dt_value in = {0};
  expr period = *x;
  char length[DT_TIMEX];
  set(&period, F_kind, K_relative_period);
  if (!dt_resolve_period(c, &period, &in)) return false;
  int64_t from = c->today * DAY_SECONDS, to = in.past[1] - DAY_SECONDS;
  snprintf(length, sizeof length, "P%dD", (int)((to - from) / DAY_SECONDS));
  set_computed(v, from, to, false, length);
  return from <= to;
}

bool dt_resolve_range(dt_context *c, const expr *x, dt_value *v) {
  switch (geti(x, F_kind, 0)) {
  case K_week_of_date: return resolve_week_of_date(c, x, v);
  case K_holiday_weekend: return resolve_holiday_weekend(c, x, v);
  case K_next_n: return resolve_next_n(c, x, v);
  case K_within_n: return resolve_within(c, x, v);
  case K_duration_from: return resolve_duration_from(c, x, v);
  case K_last_n_of: return resolve_last_n_of(c, x, v);
  case K_rest_of: return resolve_rest(c, x, v);
  default: return false;
  }
}
