/* dt_alternatives.c -- "next week on Tuesday or Thursday": neighbours joined as alternatives share what is
 * said once: the week, the month, the half of the day, the day or the time. */
#include "recognize/dt.h"

static int kind_of(const expr *x) {
  return geti(x, F_kind, 0);
}

static bool says_day_and_more(const expr *x) {
  int kind = kind_of(x);
  bool within = kind == K_bounded && geti(x, F_inner, 0) == 1;
  return x->child[C_a] && (kind == K_date_time || kind == K_date_time_span || kind == K_date_part_of_day || within);
}

/* The part of x that is a day: x itself or what stands before its time. */
static const expr *day_of(const expr *x) {
  return says_day_and_more(x) ? x->child[C_a] : x;
}

static bool is_bare_weekday(const expr *x) {
  return kind_of(x) == K_weekday && !has(x, F_shift);
}

/* Days named in one style: "Tuesday" takes the week of "next week on Monday"; backwards only a week that was
 * named as one ("Thursday or Friday this week"), not "next Friday". */
static bool lends_week(const expr *donor, bool before) {
  return kind_of(donor) == K_weekday && has(donor, F_shift) && (before || has(donor, F_week));
}

static void copy_field(expr *to, const expr *from, gr_field f) {
  if (has(from, f)) set(to, f, from->f[f]);
}

static bool share_time(expr *x, const expr *donor, bool before) {
  int kind = kind_of(donor);
  if (before || !is_bare_weekday(x) || (kind != K_date_time && kind != K_date_time_span)) return false;
  expr day = *x;
  *x = *donor;
  x->child[C_a] = NULL; /* set by the caller, who owns memory for it */
  x->start = day.start;
  return true;
}

static bool share_week(arena *a, expr *x, const expr *donor, bool before) {
  const expr *from = day_of(donor), *own = day_of(x);
  bool same_shape = says_day_and_more(x) == says_day_and_more(donor) || (says_day_and_more(donor) && own == x);
  if (!is_bare_weekday(own) || !lends_week(from, before) || !same_shape) return false;
  expr *day = own == x ? x : ARENA_NEW(a, expr);
  if (day != x) *day = *own, x->child[C_a] = day;
  copy_field(day, from, F_shift);
  return true;
}

static bool share_month(expr *x, const expr *donor) {
  if (kind_of(x) != K_day_of_month || has(x, F_shift)) return false;
  if (kind_of(donor) == K_day_of_month && has(donor, F_shift)) {
    copy_field(x, donor, F_shift);
    return true;
  }
  if (kind_of(donor) != K_ymd || !has(donor, F_month)) return false;
  set(x, F_kind, K_ymd);
  copy_field(x, donor, F_month);
  copy_field(x, donor, F_year);
  copy_field(x, donor, F_yy);
  return true;
}

static bool share_half_of_day(expr *x, const expr *donor) {
  if (kind_of(x) != K_clock || has(x, F_ampm) || has(x, F_pod)) return false;
  if (kind_of(donor) != K_clock || !(has(donor, F_ampm) || has(donor, F_pod))) return false;
  copy_field(x, donor, F_ampm);
  copy_field(x, donor, F_pod);
  return true;
}

/* "Monday 8-9 am or 9-10 am", "Monday at 9 am or 10 am". */
static bool share_day(arena *a, expr *x, const expr *donor, bool before) {
  bool span = kind_of(x) == K_time_span && kind_of(donor) == K_date_time_span;
  bool point = kind_of(x) == K_clock && kind_of(donor) == K_date_time;
  if (!before || !donor->child[C_a] || !(span || point)) return false;
  expr *time = ARENA_NEW(a, expr);
  *time = *x;
  *x = (expr){.start = x->start, .end = x->end};
  set(x, F_kind, kind_of(donor));
  x->child[C_a] = donor->child[C_a];
  x->child[C_b] = time;
  return true;
}

/* "Friday this week or next week", "the first Monday of September or December". */
static bool share_weekday(arena *a, expr *x, const expr *donor, bool before) {
  if (!before) return false;
  if (kind_of(x) == K_relative_period && geti(x, F_dunit, 0) == K_week && lends_week(donor, false)) {
    set(x, F_kind, K_weekday);
    copy_field(x, donor, F_wday);
    return true;
  }
  if (kind_of(x) != K_month_range || kind_of(donor) != K_nth_weekday) return false;
  expr *month = ARENA_NEW(a, expr);
  *month = *x;
  *x = *donor;
  x->child[C_base] = month;
  return true;
}

static bool share(arena *a, expr *x, const expr *donor, bool before) {
  expr *day = NULL;
  if (is_bare_weekday(x)) {
    day = ARENA_NEW(a, expr);
    *day = *x;
  }
  if (share_time(x, donor, before)) {
    x->child[C_a] = day;
    return true;
  }
  return share_week(a, x, donor, before) || share_month(x, donor) || share_half_of_day(x, donor) ||
         share_day(a, x, donor, before) || share_weekday(a, x, donor, before);
}

void dt_share(arena *a, expr *x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    bool done = false;
    for (size_t k = i; k-- > 0 && !done;) done = share(a, &x[i], &x[k], true);
    for (size_t k = i + 1; k < n && !done; k++) done = share(a, &x[i], &x[k], false);
  }
}

static bool is_day_type(dt_type t) {
  return t == DT_DATE || t == DT_DATETIME || t == DT_DATETIMERANGE;
}

static bool may_be_alternative(const expr *x, const dt_value *v) {
  int kind = kind_of(x);
  if (v->type == DT_DURATION || v->type == DT_SET || v->type == DT_TIMEZONE || v->unresolved) return false;
  if (kind == K_bounded) return geti(x, F_inner, 0) == 1;
  return kind != K_span && kind != K_day_span && kind != K_now && kind != K_next_n && kind != K_within_n &&
         kind != K_to_date;
}

bool dt_are_alternatives(const expr *a, const dt_value *va, const expr *b, const dt_value *vb) {
  if (!may_be_alternative(a, va) || !may_be_alternative(b, vb)) return false;
  if (va->type == vb->type || (is_day_type(va->type) && is_day_type(vb->type))) return true;
  if (va->type == DT_DATETIME) return vb->type == DT_TIME;
  if (va->type == DT_DATETIMERANGE) return vb->type == DT_TIMERANGE && kind_of(b) == K_time_span;
  return va->type == DT_DATE && (kind_of(a) == K_nth_weekday ? kind_of(b) == K_month_range
                                                             : lends_week(a, false) && kind_of(b) == K_relative_period);
}
