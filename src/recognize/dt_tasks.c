/* dt_tasks.c -- task wording: a time said alone is the next one to come, a set says when it begins. */
#include "recognize/dt.h"
#include <stdio.h>

int32_t dt_task_hour(int pod) {
  switch (pod) {
  case K_morning: return 6 * 3600;
  case K_midday:
  case K_afternoon: return 12 * 3600;
  case K_evening: return 18 * 3600;
  case K_night:
  case K_nighttime:
  case K_dinner: return 21 * 3600;
  default: return -1;
  }
}

static void join_day(char timex[DT_TIMEX], const char *day) {
  char old[DT_TIMEX];
  snprintf(old, sizeof old, "%s", timex);
  char from[32], to[32], length[32];
  if (sscanf(old, "(%31[^,],%31[^,],%31[^)])", from, to, length) == 3)
    snprintf(timex, DT_TIMEX, "(%.10s%.20s,%.10s%.20s,%.20s)", day, from, day, to, length);
  else
    snprintf(timex, DT_TIMEX, "%.10s%.60s", day, old);
}

void dt_task_time(const dt_context *c, dt_value *v) {
  int64_t passed = c->now - c->today * DAY_SECONDS;
  if ((v->type != DT_TIME && v->type != DT_TIMERANGE) || v->open_begin || v->open_end || v->past[0] >= passed) return;
  char day[DT_TIMEX];
  dt_date_text(c->today + 1, day);
  join_day(v->timex, day);
  v->type = v->type == DT_TIME ? DT_DATETIME : DT_DATETIMERANGE;
  for (int i = 0; i < 2; i++) {
    v->past[i] += (c->today + 1) * DAY_SECONDS;
    v->future[i] = v->past[i];
  }
}

/* Length of one step of a set as TIMEX, from "P2W" or what was said to repeat. */
static void step_of(const expr *x, const dt_value *v, char out[DT_TIMEX]) {
  bool weekday = has(x, F_wday) && !has(x, F_inner) && !has(x, F_dunit);
  if (weekday)
    snprintf(out, DT_TIMEX, "P%dW", geti(x, F_num, 1));
  else if (has(x, F_month) || has(x, F_holiday))
    snprintf(out, DT_TIMEX, "P1Y");
  else if (v->timex[0] == 'P')
    snprintf(out, DT_TIMEX, "%s", v->timex);
  else
    snprintf(out, DT_TIMEX, "P1D");
}

static int64_t first_day(const dt_context *c, const expr *x) {
  if (!has(x, F_wday)) return c->today;
  return c->today + (geti(x, F_wday, 1) - iso_weekday(c->today) + 7) % 7;
}

void dt_task_set(const dt_context *c, const expr *x, int64_t clock, dt_value *v) {
  char step[DT_TIMEX], said[DT_TIMEX];
  double size = 1;
  char unit[8] = "D";
  step_of(x, v, step);
  snprintf(said, sizeof said, "%s", v->timex[0] == 'P' ? "" : v->timex);
  snprintf(v->timex, DT_TIMEX, "%.60s%.30s", said, step);
  if (sscanf(step, "P%lf%7s", &size, unit) < 2 && sscanf(step, "PT%lf%7s", &size, unit) < 2) return;
  v->set_size = size;
  snprintf(v->set_unit, sizeof v->set_unit, "%s", unit);
  v->set_type = clock >= 0 ? DT_DATETIME : DT_DATE;
  v->unresolved = false;
  v->past[0] = v->future[0] = first_day(c, x) * DAY_SECONDS + (clock > 0 ? clock : 0);
}
