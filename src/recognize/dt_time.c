/* dt_time.c -- clock times, parts of the day, and both together with a day. */
#include "recognize/dt.h"
#include <stdio.h>

/* ---------------------------------------------------------------- parts of the day */

typedef struct pod_hours {
  const char *timex;
  int8_t from, to; /* hours; 24 ends at 23:59:59 */
} pod_hours;

static const pod_hours pods[] = {
    [K_morning] = {"TMO", 8, 12},  [K_midday] = {"TMI", 11, 13},        [K_afternoon] = {"TAF", 12, 16},
    [K_evening] = {"TEV", 16, 20}, [K_night] = {"TNI", 20, 24},         [K_daytime] = {"TDT", 8, 18},
    [K_nighttime] = {"TNT", 0, 8}, [K_business_hours] = {"TBH", 8, 18}, [K_breakfast] = {"TMEB", 8, 12},
    [K_brunch] = {"TMER", 8, 12},  [K_lunch] = {"TMEL", 11, 13},        [K_dinner] = {"TMED", 16, 20},
    [K_dawn] = {"TDA", 4, 8},
};

static int64_t pod_end(const pod_hours *p) {
  return p->to == 24 ? DAY_SECONDS - 1 : p->to * 3600;
}

const char *dt_pod_timex(int pod) {
  return pods[pod].timex;
}

static int pod_of(const expr *x) {
  int pod = geti(x, F_pod, 0);
  if (!pod && has(x, F_ampm)) pod = geti(x, F_ampm, 0) == K_am ? K_morning : K_afternoon;
  return pod > 0 && pod < (int)ARRAY_LEN(pods) ? pod : 0;
}

/* Hours of the part, narrowed to two at its start or end by early and late. */
static void pod_range(const dt_context *c, const expr *x, dt_value *v, int64_t *from, int64_t *to) {
  const pod_hours *p = &pods[pod_of(x)];
  int32_t point = c->variant & RECOGNIZE_TASKS ? dt_task_hour(pod_of(x)) : -1;
  *from = point < 0 ? p->from * 3600 : point;
  *to = point < 0 ? pod_end(p) : point;
  if (geti(x, F_part, 0) == K_start) {
    *to = *from + 2 * 3600;
    strcpy(v->mod, "start");
  } else if (geti(x, F_part, 0) == K_end) {
    *from += 2 * 3600;
    strcpy(v->mod, "end");
  }
}

static bool part_of_day(const dt_context *c, const expr *x, dt_value *v) {
  if (!pod_of(x)) return false;
  int64_t from, to;
  pod_range(c, x, v, &from, &to);
  v->type = DT_TIMERANGE;
  v->grain = GRAIN_SECOND;
  v->past[0] = v->future[0] = from;
  v->past[1] = v->future[1] = to;
  strcpy(v->timex, pods[pod_of(x)].timex);
  return true;
}

/* ---------------------------------------------------------------- clocks */

static bool is_afternoon(int pod) {
  return pod == K_afternoon || pod == K_evening || pod == K_night || pod == K_dinner || pod == K_lunch;
}

/* Hour on the 24-hour clock; *open when neither am nor pm was said. */
static int full_hour(const expr *x, int hour, bool *open) {
  int ampm = geti(x, F_ampm, 0), pod = geti(x, F_pod, 0);
  *open = false;
  if (hour > 12) return hour;
  if (ampm == K_am) return hour == 12 ? 0 : hour;
  if (ampm == K_pm) return hour == 12 ? 12 : hour + 12;
  if (pod && ampm != K_ampm) {
    if (pod == K_night && hour <= 3) return hour; /* "3 at night" is after midnight */
    if (is_afternoon(pod)) return hour == 12 ? (pod == K_night || pod == K_evening ? 0 : 12) : hour + 12;
    return hour == 12 && pod == K_morning ? 0 : hour;
  }
  *open = hour > 0;
  return hour;
}

static bool read_clock(const expr *x, int *hour, int *minute, int *second, int *precision) {
  *hour = geti(x, F_hour, 0);
  *minute = geti(x, F_minute, 0);
  *second = geti(x, F_second, 0);
  *precision = has(x, F_second) ? 3 : has(x, F_minute) ? 2 : 1;
  if (has(x, F_hhmm)) {
    *hour = geti(x, F_hhmm, 0) / 100;
    *minute = geti(x, F_hhmm, 0) % 100;
    *precision = 2;
  }
  if (has(x, F_past_minutes)) {
    *minute = geti(x, F_past_minutes, 0);
    *precision = 2;
    if (*minute < 0) {
      *minute += 60;
      *hour = *hour <= 1 ? *hour + 11 : *hour - 1;
    }
  }
  return *hour <= 24 && *minute < 60 && *second < 60 && !(*hour == 24 && (*minute || *second));
}

static bool clock(dt_context *c, const expr *x, dt_value *v) {
  int hour, minute, second, precision;
  bool open;
  if (!read_clock(x, &hour, &minute, &second, &precision)) return false;
  hour = full_hour(x, hour, &open);
  if (open) {
    c->ambiguous = true;
    if (c->pm) hour = (hour + 12) % 24;
  }
  v->type = DT_TIME;
  v->grain = GRAIN_SECOND;
  v->clock = (hour % 24) * 3600 + minute * 60 + second;
  v->precision = precision;
  v->past[0] = v->future[0] = v->clock;
  dt_clock_timex(v->clock, precision, v->timex);
  return true;
}

/* ---------------------------------------------------------------- with a day */

/* The day of an expression that has one: a subtree, an offset from today, or an nth weekday. */
static bool day_of(dt_context *c, const expr *x, dt_value *v) {
  const expr *a = x->child[C_a];
  if (geti(x, F_inner, 0) == 7) {
    expr day = *x;
    set(&day, F_kind, K_nth_weekday);
    return dt_resolve_date(c, &day, v);
  }
  if (a && geti(a, F_kind, 0) == K_date_part_of_day) return day_of(c, a, v);
  if (a) return dt_resolve_date(c, a, v) && v->type == DT_DATE;
  if (!has(x, F_days)) return false;
  dt_set_day(v, c->today + geti(x, F_days, 0), c->today + geti(x, F_days, 0), NULL);
  return true;
}

/* The time of a day takes the part of the day said with the day ("tonight at 7"). */
static expr time_in_day(const expr *time, const expr *x) {
  expr t = *time;
  const expr *a = x->child[C_a];
  const expr *with_pod = has(x, F_pod) ? x : a && has(a, F_pod) ? a : NULL;
  if (with_pod && !has(&t, F_pod) && !has(&t, F_ampm)) set(&t, F_pod, with_pod->f[F_pod]);
  return t;
}

static void join(dt_value *v, const dt_value *day, int32_t clock_seconds, int32_t precision) {
  char t[DT_TIMEX];
  dt_clock_timex(clock_seconds, precision, t);
  v->type = DT_DATETIME;
  v->grain = GRAIN_SECOND;
  v->past[0] = day->past[0] + clock_seconds;
  v->future[0] = day->future[0] + clock_seconds;
  v->unresolved = day->unresolved;
  v->lunar = day->lunar;
  v->clock = clock_seconds;
  v->precision = precision;
  snprintf(v->date_timex, sizeof v->date_timex, "%.39s", day->timex);
  snprintf(v->timex, DT_TIMEX, "%.39s%.30s", day->timex, t);
}

static bool date_time(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0}, time = {0};
  expr a = x->child[C_a] ? *x->child[C_a] : *x;
  if (has(x, F_year) && x->child[C_a]) set(&a, F_year, x->f[F_year]);
  expr whole = *x;
  if (x->child[C_a]) whole.child[C_a] = &a;
  if (!x->child[C_b] || !day_of(c, &whole, &day)) return false;
  expr t = time_in_day(x->child[C_b], x);
  if (!clock(c, &t, &time)) return false;
  join(v, &day, time.clock, time.precision);
  return true;
}

static bool now(dt_context *c, const expr *x, dt_value *v) {
  static const char *const timex[] = {"PAST_REF", "PRESENT_REF", "FUTURE_REF"};
  v->type = DT_DATETIME;
  v->grain = GRAIN_SECOND;
  v->past[0] = v->future[0] = c->now;
  strcpy(v->timex, timex[geti(x, F_shift, 0) + 1]);
  return true;
}

static bool end_of_day(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0};
  if (!x->child[C_a])
    dt_set_day(&day, c->today, c->today, NULL);
  else if (!dt_resolve_date(c, x->child[C_a], &day))
    return false;
  join(v, &day, DAY_SECONDS - 1, 3);
  return true;
}

static bool date_part_of_day(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0};
  if (!pod_of(x) || !day_of(c, x, &day)) return false;
  int64_t from, to;
  pod_range(c, x, v, &from, &to);
  v->type = DT_DATETIMERANGE;
  v->grain = GRAIN_SECOND;
  v->unresolved = day.unresolved;
  v->past[0] = day.past[0] + from;
  v->past[1] = day.past[0] + to;
  v->future[0] = day.future[0] + from;
  v->future[1] = day.future[0] + to;
  snprintf(v->timex, DT_TIMEX, "%.40s%s", day.timex, pods[pod_of(x)].timex);
  return true;
}

static bool later_day(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0};
  if (!day_of(c, x, &day)) return false;
  v->type = DT_DATETIMERANGE;
  int part = geti(x, F_part, K_end);
  bool late = part == K_end, mid = part == K_mid;
  strcpy(v->mod, late ? "end" : mid ? "mid" : "start");
  strcpy(v->timex, day.timex);
  v->past[0] = v->future[0] = day.future[0] + (late ? DAY_SECONDS / 2 : mid ? 10 * 3600 : 0);
  v->past[1] = v->future[1] = day.future[0] + (late ? DAY_SECONDS : mid ? 14 * 3600 : DAY_SECONDS / 2);
  return true;
}

/* ---------------------------------------------------------------- from time to time */

static int clock_mark(const expr *t) { /* what was said of its half of the day */
  if (has(t, F_ampm)) return geti(t, F_ampm, 0);
  if (has(t, F_pod)) return is_afternoon(geti(t, F_pod, 0)) ? K_pm : K_am;
  return 0;
}

/* Seconds of both ends; the end may lie on the next day. Where only one end says am or pm the other
 * follows it; where none does both are open together. */
static bool span_clocks(dt_context *c, expr *a, expr *b, int32_t from_to[2], int32_t precision[2]) {
  int ha, hb, ma, mb, sa, sb, pa, pb;
  bool open_a, open_b;
  if (!read_clock(a, &ha, &ma, &sa, &pa) || !read_clock(b, &hb, &mb, &sb, &pb)) return false;
  int mark_a = clock_mark(a), mark_b = clock_mark(b);
  ha = full_hour(a, ha, &open_a);
  hb = full_hour(b, hb, &open_b);
  int32_t x = ha * 3600 + ma * 60 + sa, y = hb * 3600 + mb * 60 + sb;
  if (geti(b, F_pod, 0) == K_morning && y < 3600 && x > y) y += DAY_SECONDS / 2; /* "in the morning from 10 to 12" */
  const int32_t half = DAY_SECONDS / 2;
  if (open_a && open_b) {
    c->ambiguous = true;
    x %= half;
    y %= half;
    if (y <= x) y += half;
    if (c->pm) x += half, y += half;
  } else if (open_a && mark_b) {
    if (x >= half) x -= half; /* 12 */
    if (mark_b == K_pm && x + half <= y)
      x += half;
    else if (x >= y)
      x += half;
    if (x > y) y += DAY_SECONDS;
  } else if (open_b && mark_a) {
    y %= half;
    while (y <= x) y += half;
  } else if (open_a || open_b) {
    if (y <= x) y += y + half > x && open_b ? half : DAY_SECONDS;
  } else if (y < x) {
    y += DAY_SECONDS;
  }
  from_to[0] = x;
  from_to[1] = y;
  precision[0] = pa;
  precision[1] = pb;
  return true;
}

/* Clock part of a span: [from, to) in seconds of the first day, and how each end is written. */
static bool span_parts(dt_context *c, const expr *x, const expr *day, int32_t from_to[2], int32_t precision[2],
                       char length[DT_TIMEX]) {
  if (!x->child[C_b]) return false;
  if (x->child[C_base]) { /* from a time for a while */
    dt_value t = {0};
    dt_amount amount;
    expr time = time_in_day(x->child[C_a] && geti(x, F_kind, 0) == K_time_for ? x->child[C_a] : x->child[C_b], day);
    if (!clock(c, &time, &t)) return false;
    dt_amount_of(x->child[C_base], &amount);
    double s = dt_amount_seconds(&amount);
    if (s > DAY_SECONDS * 30.0) return false;
    from_to[0] = t.clock;
    from_to[1] = t.clock + (int32_t)s;
    precision[0] = t.precision;
    precision[1] = 3;
  } else {
    expr a = time_in_day(x->child[C_a], day), b = time_in_day(x->child[C_b], day);
    if (!span_clocks(c, &a, &b, from_to, precision)) return false;
    /* With dir "from 11 to 4" has no second reading past midnight. */
    if (c->pm && has(x, F_dir) && from_to[1] > DAY_SECONDS) return false;
  }
  dt_seconds_timex(from_to[1] - from_to[0], length);
  return from_to[1] > from_to[0];
}

static bool time_span(dt_context *c, const expr *x, dt_value *v) {
  int32_t t[2], precision[2];
  char length[DT_TIMEX], from[DT_TIMEX], to[DT_TIMEX];
  expr whole = *x;
  if (geti(x, F_kind, 0) == K_time_for) whole.child[C_b] = x->child[C_a];
  bool open = c->ambiguous;
  if (!span_parts(c, &whole, x, t, precision, length)) return false;
  if (geti(x, F_kind, 0) == K_time_for) c->ambiguous = open; /* "from 9 for 2 hours" is read as it stands */
  dt_clock_timex(t[0] % DAY_SECONDS, precision[0], from);
  dt_clock_timex(t[1] % DAY_SECONDS, precision[1], to);
  v->type = DT_TIMERANGE;
  v->grain = GRAIN_SECOND;
  v->past[0] = v->future[0] = t[0] % DAY_SECONDS;
  v->past[1] = v->future[1] = t[1] % DAY_SECONDS;
  snprintf(v->timex, DT_TIMEX, "(%.20s,%.20s,%.30s)", from, to, length);
  return true;
}

/* TIMEX of the day after, for ends past midnight. */
static void next_day_timex(const dt_value *day, char out[DT_TIMEX]) {
  int weekday;
  if (sscanf(day->timex, "XXXX-WXX-%d", &weekday) == 1) {
    snprintf(out, DT_TIMEX, "XXXX-WXX-%d", weekday % 7 + 1);
    return;
  }
  dt_date_text(day->future[0] / DAY_SECONDS + 1, out);
  if (strncmp(day->timex, "XXXX", 4) == 0) memcpy(out, "XXXX", 4);
  if (strncmp(day->timex + 4, "-XX", 3) == 0) memcpy(out + 5, "XX", 2);
}

static bool date_time_span(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0};
  if (!day_of(c, x, &day)) return false;
  const expr *span = x->child[C_b];
  if (!span) return false;
  int32_t t[2], precision[2];
  char length[DT_TIMEX], from[DT_TIMEX], to[DT_TIMEX], to_day[DT_TIMEX];
  expr whole = *span, context = *x;
  if (has(span, F_pod)) set(&context, F_pod, span->f[F_pod]);
  if (x->child[C_base] && geti(x, F_inner, 0) != 7) { /* a day, a time and a length */
    whole = *x;
    whole.child[C_a] = NULL;
  } else if (geti(span, F_kind, 0) == K_time_for) {
    whole.child[C_b] = span->child[C_a];
  }
  if (!span_parts(c, &whole, &context, t, precision, length)) return false;
  dt_clock_timex(t[0] % DAY_SECONDS, precision[0], from);
  dt_clock_timex(t[1] % DAY_SECONDS, precision[1], to);
  if (t[1] >= DAY_SECONDS)
    next_day_timex(&day, to_day);
  else
    strcpy(to_day, day.timex);
  if (t[0] >= DAY_SECONDS) return false;
  v->type = DT_DATETIMERANGE;
  v->grain = GRAIN_SECOND;
  v->unresolved = day.unresolved;
  for (int i = 0; i < 2; i++) {
    v->past[i] = day.past[0] + t[i];
    v->future[i] = day.future[0] + t[i];
  }
  snprintf(v->timex, DT_TIMEX, "(%.30s%.10s,%.30s%.10s,%.10s)", day.timex, from, to_day, to, length);
  return true;
}

bool dt_resolve_time(dt_context *c, const expr *x, dt_value *v) {
  switch (geti(x, F_kind, 0)) {
  case K_clock: return clock(c, x, v);
  case K_now: return now(c, x, v);
  case K_end_of_day: return end_of_day(c, x, v);
  case K_date_time: return date_time(c, x, v);
  case K_part_of_day: return part_of_day(c, x, v);
  case K_date_part_of_day: return date_part_of_day(c, x, v);
  case K_time_span:
  case K_time_for: return time_span(c, x, v);
  case K_date_time_span: return date_time_span(c, x, v);
  case K_later_day: return later_day(c, x, v);
  default: return false;
  }
}
