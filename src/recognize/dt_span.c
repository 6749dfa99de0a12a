/* dt_span.c -- from A to B, before and after: what is built on expressions of any kind, and therefore the way into all
 * of them. */
#include "recognize/dt.h"
#include <stdio.h>
#include <stdlib.h>

/* ---------------------------------------------------------------- from A to B */

/* One end of a span: the point, and how it is written. */
typedef struct span_end {
  int64_t past, future;
  char timex[DT_TIMEX];
  dt_grain grain;
  bool fixed;      /* one reading */
  bool weekday;    /* a bare weekday: the next one after the begin */
  bool now;        /* the present */
  bool unresolved; /* a day that the calendar lacks */
} span_end;

/* Day TIMEX of a period's begin: "2014" -> "2014-01-01", "XXXX-05" -> "XXXX-05-01". */
static void begin_timex(const dt_value *v, int64_t day, char out[DT_TIMEX]) {
  dt_date_text(day, out);
  if (strncmp(v->timex, "XXXX", 4) == 0 || strncmp(v->timex, "(XXXX", 5) == 0) memcpy(out, "XXXX", 4);
}

static void period_end(const dt_value *v, int part, bool is_end, bool inclusive, span_end *e) {
  int64_t p = v->past[0], f = v->future[0];
  if (part == K_mid) {
    p += (v->past[1] - v->past[0]) / DAY_SECONDS / 2 * DAY_SECONDS;
    f += (v->future[1] - v->future[0]) / DAY_SECONDS / 2 * DAY_SECONDS;
  } else if (part == K_end || (is_end && inclusive)) {
    p = v->past[1];
    f = v->future[1];
  }
  e->past = p;
  e->future = f;
  begin_timex(v, f / DAY_SECONDS, e->timex);
  e->grain = v->grain;
  if (part && v->grain == GRAIN_YEAR) e->grain = GRAIN_MONTH;
}

static bool resolve_end(dt_context *c, const expr *x, const expr *outer, bool is_end, span_end *e) {
  dt_value v = {0};
  expr whole = *x;
  int kind = geti(x, F_kind, 0), part = geti(x, F_part, 0);
  whole.has[F_part / 64] &= ~(UINT64_C(1) << (F_part % 64));
  if (has(outer, F_year) && !has(x, F_year) && !has(x, F_yy) && (kind == K_ymd || kind == K_month_range))
    set(&whole, F_year, outer->f[F_year]);
  if (!dt_resolve(c, &whole, &v) || (v.unresolved && v.type != DT_DATE) || v.open_begin || v.open_end) return false;
  e->unresolved = v.unresolved;
  bool inclusive = (c->variant & RECOGNIZE_EXPERIMENTAL) != 0;
  e->weekday = kind == K_weekday && !has(x, F_shift);
  e->now = kind == K_now && v.type == DT_DATETIME && !has(x, F_inner);
  if (v.type == DT_DATERANGE) {
    period_end(&v, part, is_end, inclusive, e);
  } else if (v.type == DT_DATE) {
    int64_t more = is_end && inclusive ? DAY_SECONDS : 0;
    e->past = v.past[0] + more;
    e->future = v.future[0] + more;
    strcpy(e->timex, v.timex);
    if (more) begin_timex(&v, e->future / DAY_SECONDS, e->timex);
    e->grain = GRAIN_DAY;
  } else if (v.type == DT_DATETIME) {
    e->past = v.past[0];
    e->future = v.future[0];
    strcpy(e->timex, v.timex);
    e->grain = GRAIN_SECOND;
    if (kind == K_now && has(x, F_inner)) e->grain = GRAIN_DAY;
  } else {
    return false;
  }
  e->fixed = e->past == e->future;
  return true;
}

/* A clock time as an end takes the day of the other end. */
static bool resolve_clock_end(dt_context *c, const expr *x, const span_end *other, bool is_end, span_end *e) {
  dt_value v = {0};
  if (!dt_resolve_time(c, x, &v) || v.type != DT_TIME) return false;
  int64_t past = other->past / DAY_SECONDS * DAY_SECONDS, future = other->future / DAY_SECONDS * DAY_SECONDS;
  if (!is_end) past = future = c->today * DAY_SECONDS;
  e->past = past + v.clock;
  e->future = future + v.clock;
  if (is_end && e->future < other->future && c->ambiguous) { /* "between now and eight": the one to come */
    e->past += DAY_SECONDS / 2;
    e->future += DAY_SECONDS / 2;
  }
  char day[DT_TIMEX], clock[DT_TIMEX];
  dt_date_text(e->future / DAY_SECONDS, day);
  dt_clock_timex((int32_t)(e->future % DAY_SECONDS), v.precision, clock);
  snprintf(e->timex, DT_TIMEX, "%.30s%.20s", day, clock);
  e->grain = GRAIN_SECOND;
  e->fixed = true;
  return true;
}

static bool is_clock(const expr *x) {
  return geti(x, F_kind, 0) == K_clock;
}

static void day_as_timex(span_end *e, int64_t t) {
  char clock[DT_TIMEX] = "";
  if (e->timex[0] != 'P' && strchr(e->timex, 'T')) snprintf(clock, sizeof clock, "%.30s", strchr(e->timex, 'T'));
  dt_date_text(t / DAY_SECONDS, e->timex);
  snprintf(e->timex + strlen(e->timex), DT_TIMEX - strlen(e->timex), "%.30s", clock);
  e->past = e->future = t;
  e->fixed = true;
}

/* Chooses the readings so that each begin comes before its end. */
static void align(span_end *a, span_end *b, bool tasks) {
  if (b->weekday && a->fixed) {
    int64_t weekday = iso_weekday(b->future / DAY_SECONDS), from = iso_weekday(a->future / DAY_SECONDS);
    day_as_timex(b, (a->future / DAY_SECONDS + (weekday - from + 7) % 7) * DAY_SECONDS);
  }
  if (b->now && !a->fixed)
    a->past = a->future = a->future <= b->future ? a->future : a->past;
  else if (b->fixed && !a->fixed)
    day_as_timex(a, a->future <= b->future ? a->future : a->past);
  else if (a->fixed && !b->fixed)
    b->past = b->future = b->past >= a->past ? b->past : b->future;
  if (a->future > b->future) a->future = a->past;
  if (b->past < a->past && tasks && !a->fixed && !b->fixed) {
    civil_time year_before = add_months(civil_from_seconds(a->past), -12);
    a->past = seconds_from_civil(&year_before);
  }
  if (b->past < a->past) b->past = b->future;
  while (!a->fixed && !b->fixed && b->past - a->past >= 365 * (int64_t)DAY_SECONDS) {
    civil_time year_before = add_months(civil_from_seconds(b->past), -12);
    b->past = seconds_from_civil(&year_before);
  }
}

static void months_between(int64_t from, int64_t to, bool years, char out[DT_TIMEX]) {
  civil_time a = civil_from_seconds(from), b = civil_from_seconds(to);
  int months = (b.year - a.year) * 12 + b.month - a.month;
  if (years && months % 12 == 0)
    snprintf(out, DT_TIMEX, "P%dY", months / 12);
  else
    snprintf(out, DT_TIMEX, "P%dM", months);
}

static void length_timex(const span_end *a, const span_end *b, int64_t seconds, char out[DT_TIMEX]) {
  int64_t days = seconds / DAY_SECONDS;
  if (a->grain == GRAIN_YEAR && b->grain == GRAIN_YEAR)
    months_between(a->future, b->future, true, out);
  else if (a->grain >= GRAIN_MONTH && b->grain >= GRAIN_MONTH)
    months_between(a->future, b->future, false, out);
  else if (a->grain == GRAIN_WEEK && b->grain == GRAIN_WEEK)
    snprintf(out, DT_TIMEX, "P%dW", (int)(days / 7));
  else if (a->grain >= GRAIN_DAY || b->grain >= GRAIN_DAY)
    snprintf(out, DT_TIMEX, "P%dD", (int)days);
  else
    dt_seconds_timex(seconds, out);
}

static void span_timex(const span_end *a, const span_end *b, int64_t seconds, char out[DT_TIMEX]) {
  char length[DT_TIMEX];
  length_timex(a, b, seconds, length);
  snprintf(out, DT_TIMEX, "(%.34s,%.34s,%.20s)", a->timex, b->timex, length);
}

/* "Nov-Feb 2017", "10/1-11/2/2017": the year said once belongs to the end; the begin may fall into the year before. */
static void share_year(const expr *a, const expr *b, expr *out) {
  *out = *a;
  int ka = geti(a, F_kind, 0), kb = geti(b, F_kind, 0);
  bool dated = (ka == K_ymd || ka == K_month_range) && (kb == K_ymd || kb == K_month_range);
  if (!dated || has(a, F_year) || has(a, F_yy) || has(a, F_ymd8) || !has(b, F_year)) return;
  int begin = geti(a, F_month, 1) * 40 + geti(a, F_day, 1), end = geti(b, F_month, 1) * 40 + geti(b, F_day, 1);
  set(out, F_year, b->f[F_year] - (begin > end));
}

/* Both ends; one that is a clock time takes its day from the other. */
static bool resolve_ends(dt_context *c, const expr *x, span_end *a, span_end *b) {
  expr first, last = *x->child[C_b];
  if (has(x, F_year) && !has(&last, F_year)) set(&last, F_year, x->f[F_year]);
  share_year(x->child[C_a], &last, &first);
  if (geti(&first, F_kind, 0) == K_ymd && geti(&last, F_kind, 0) == K_ymd && has(&first, F_year) &&
      !has(&last, F_year) && !has(&last, F_yy))
    set(&last, F_year, first.f[F_year]);
  if (is_clock(&first)) {
    if (!resolve_end(c, &last, x, true, b) || !resolve_clock_end(c, &first, b, false, a)) return false;
  } else {
    if (!resolve_end(c, &first, x, false, a)) return false;
    if (is_clock(&last) ? !resolve_clock_end(c, &last, a, true, b) : !resolve_end(c, &last, x, true, b)) return false;
  }
  bool clock = is_clock(&first) || is_clock(&last);
  if (clock && !a->unresolved && !b->unresolved) c->ambiguous = false; /* the other end has settled it */
  return true;
}

/* With a day at one end the span is of whole days. */
static void widen_to_days(span_end *a, span_end *b) {
  if (a->grain == GRAIN_SECOND && b->grain == GRAIN_SECOND) return;
  if (a->grain == GRAIN_SECOND) day_as_timex(a, a->future / DAY_SECONDS * DAY_SECONDS), a->grain = GRAIN_DAY;
  if (b->grain == GRAIN_SECOND) day_as_timex(b, b->future / DAY_SECONDS * DAY_SECONDS), b->grain = GRAIN_DAY;
  if (strcmp(b->timex, "PRESENT_REF") == 0) day_as_timex(b, b->future / DAY_SECONDS * DAY_SECONDS);
}

static bool resolve_span(dt_context *c, const expr *x, dt_value *v) {
  span_end a = {0}, b = {0};
  if (!x->child[C_a] || !x->child[C_b] || !resolve_ends(c, x, &a, &b)) return false;
  if (a.unresolved || b.unresolved) {
    v->type = DT_DATERANGE;
    v->unresolved = true;
    snprintf(v->timex, DT_TIMEX, "(%.34s,%.34s,PXD)", a.timex, b.timex);
    return true;
  }
  align(&a, &b, (c->variant & RECOGNIZE_TASKS) != 0);
  if (b.future <= a.future) return false;
  widen_to_days(&a, &b);
  bool timed = a.grain == GRAIN_SECOND && b.grain == GRAIN_SECOND;
  v->type = timed ? DT_DATETIMERANGE : DT_DATERANGE;
  v->grain = MIN_OF(a.grain, b.grain);
  v->past[0] = a.past;
  v->past[1] = b.past;
  v->future[0] = a.future;
  v->future[1] = b.future;
  if (geti(x, F_dir, 0) > 0) { /* only the one to come */
    v->past[0] = a.future;
    v->past[1] = b.future;
    c->ambiguous = false;
  }
  span_timex(&a, &b, b.future - a.future, v->timex);
  if (v->past[1] - v->past[0] != b.future - a.future && !timed) { /* over a leap day */
    strcpy(v->timex_future, v->timex);
    span_timex(&a, &b, v->past[1] - v->past[0], v->timex);
  }
  return true;
}

/* "from the 27th to the 3rd of April": the begin is in no month said. Only rules with inner 1 read so. */
static bool resolve_from_day(dt_context *c, double day, const expr *end, dt_value *v) {
  expr begin = {0}, span = {0};
  set(&begin, F_kind, K_day_of_month);
  set(&begin, F_day, day);
  span.child[C_a] = &begin;
  span.child[C_b] = end;
  return resolve_span(c, &span, v);
}

/* November 19-20 */
static bool resolve_day_span(dt_context *c, const expr *x, dt_value *v) {
  dt_value from = {0}, to = {0};
  expr a = *x, b = *x;
  const expr *base = x->child[C_base];
  int kind = has(x, F_month) ? K_ymd : K_day_of_month;
  for (int f = 0; base && f < F_COUNT; f++)
    if (has(base, (gr_field)f) && f != F_kind) set(&a, (gr_field)f, base->f[f]), set(&b, (gr_field)f, base->f[f]);
  if (base && has(base, F_month)) kind = K_ymd;
  set(&a, F_kind, kind);
  set(&b, F_kind, kind);
  set(&b, F_day, get(x, F_day2, 1));
  if (kind == K_ymd && has(&a, F_shift) && !has(&a, F_year)) {
    set(&a, F_year, c->ref.year + a.f[F_shift]);
    set(&b, F_year, a.f[F_year]);
  }
  if (!dt_resolve_date(c, &a, &from) || !dt_resolve_date(c, &b, &to) || from.unresolved || to.unresolved) return false;
  int64_t n = (int64_t)(get(x, F_day2, 1) - get(x, F_day, 1));
  if (n <= 0) return kind == K_ymd && has(x, F_inner) && resolve_from_day(c, get(x, F_day, 1), &b, v);
  v->type = DT_DATERANGE;
  v->grain = GRAIN_DAY;
  v->past[0] = from.past[0];
  v->past[1] = from.past[0] + n * DAY_SECONDS;
  v->future[0] = from.future[0];
  v->future[1] = from.future[0] + n * DAY_SECONDS;
  snprintf(v->timex, DT_TIMEX, "(%.34s,%.34s,P%dD)", from.timex, to.timex, (int)n);
  return true;
}

/* ---------------------------------------------------------------- bounds */

static bool resolve_to_date(dt_context *c, const expr *x, dt_value *v) {
  if (has(x, F_dunit)) { /* "year to date" */
    expr period = *x;
    set(&period, F_kind, K_relative_period);
    if (!dt_resolve_period(c, &period, v)) return false;
    v->past[1] = v->future[1] = c->today * DAY_SECONDS;
    return v->past[0] < v->past[1];
  }
  v->type = DT_DATERANGE;
  strcpy(v->timex, "PRESENT_REF");
  strcpy(v->mod, "before");
  v->past[1] = v->future[1] = c->today * DAY_SECONDS;
  v->open_begin = true;
  return true;
}

static bool resolve_more_shifted(dt_context *c, const expr *x, dt_value *v) {
  dt_value day = {0};
  expr shifted = *x;
  set(&shifted, F_kind, K_shifted);
  if (!dt_resolve_date(c, &shifted, &day) || day.type != DT_DATE) return false;
  *v = day;
  v->type = DT_DATERANGE;
  bool before = geti(x, F_mod, K_before) == K_before;
  strcpy(v->mod, before ? "before" : "after");
  if (before) v->past[1] = v->past[0], v->future[1] = v->future[0];
  v->open_begin = before;
  v->open_end = !before;
  return true;
}

static const char *const mod_names[] = {
    [K_before] = "before", [K_after] = "after", [K_since] = "since", [K_until] = "until"};

/* Writes the bound over a value: a point bounds by itself; a period by its far side for after and until,
 * but a part of a period ("the end of 1989") by the side that the part names. */
static void bound(dt_value *v, int mod, bool approx, const dt_value *of) {
  bool range = of->type == DT_DATERANGE || of->type == DT_TIMERANGE || of->type == DT_DATETIMERANGE;
  bool part = of->mod[0] != 0 && strcmp(of->mod, "approx") != 0;
  int far = range ? 1 : 0;
  int side = mod == K_after || mod == K_until ? far : 0;
  if (part && mod == K_after) side = strcmp(of->mod, "start") == 0 ? 0 : 1;
  if (part && mod == K_before) side = strcmp(of->mod, "end") == 0 ? 1 : 0;
  int64_t p = of->past[side], f = of->future[side];
  const char *of_what = part ? of->mod : approx ? "approx" : "";
  snprintf(v->mod, sizeof v->mod, "%s%s%.10s", mod_names[mod], *of_what ? "-" : "", of_what);
  v->source = range ? "datetimerange" : "datetimepoint";
  if (mod == K_before || mod == K_until)
    v->past[1] = p, v->future[1] = f, v->open_begin = true;
  else
    v->past[0] = p, v->future[0] = f, v->open_end = true;
}

static dt_type bounded_type(dt_type of) {
  if (of == DT_TIME || of == DT_TIMERANGE) return DT_TIMERANGE;
  return of == DT_DATETIME || of == DT_DATETIMERANGE ? DT_DATETIMERANGE : DT_DATERANGE;
}

static bool resolve_bounded(dt_context *c, const expr *x, dt_value *v) {
  dt_value of = {0};
  expr inner = *x;
  bool within = geti(x, F_inner, 0) == 1; /* "Wednesday later than 10", "after dinner" */
  if (within && x->child[C_b])
    set(&inner, F_kind, K_date_time);
  else if (within && x->child[C_a])
    set(&inner, F_kind, K_date_part_of_day);
  else if (within)
    set(&inner, F_kind, K_part_of_day);
  const expr *target = within ? &inner : x->child[C_a];
  if (!target || !dt_resolve(c, target, &of)) return false;
  if (of.unresolved) return false;
  *v = of;
  v->type = bounded_type(of.type);
  v->mod[0] = 0;
  bound(v, geti(x, F_mod, K_before), has(x, F_approx), &of);
  if (within || geti(x, F_inner, 0) == 2) v->source = NULL;
  return true;
}

static bool resolve_spanning(dt_context *c, const expr *x, dt_value *v) {
  switch (geti(x, F_kind, 0)) {
  case K_span: return resolve_span(c, x, v);
  case K_day_span: return resolve_day_span(c, x, v);
  case K_to_date: return resolve_to_date(c, x, v);
  case K_more_shifted: return resolve_more_shifted(c, x, v);
  case K_bounded: return resolve_bounded(c, x, v);
  default: return false;
  }
}

bool dt_resolve(dt_context *c, const expr *x, dt_value *v) {
  int kind = geti(x, F_kind, 0);
  bool ok;
  if (kind == K_amount)
    ok = dt_resolve_duration(x, v);
  else if (kind == K_repeat)
    ok = dt_resolve_set(c, x, v);
  else
    ok = dt_resolve_date(c, x, v) || dt_resolve_period(c, x, v) || dt_resolve_time(c, x, v) ||
         dt_resolve_range(c, x, v) || resolve_spanning(c, x, v);
  if (ok && has(x, F_approx) && !v->mod[0]) {
    strcpy(v->mod, "approx");
    v->approximate = v->type == DT_DATE || v->type == DT_TIME || v->type == DT_DATETIME;
  }
  return ok;
}
