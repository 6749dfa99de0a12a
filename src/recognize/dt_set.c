/* dt_set.c -- sets: "every Monday at 4pm". */
#include "recognize/dt.h"
#include <stdio.h>

bool dt_resolve_set(dt_context *c, const expr *x, dt_value *v) {
  char clock[DT_TIMEX] = "";
  int64_t at = -1;
  v->type = DT_SET;
  v->unresolved = true;
  if (x->child[C_b]) {
    dt_value t = {0};
    expr in_day = *x->child[C_b];
    if (has(x, F_pod) && !has(&in_day, F_pod)) set(&in_day, F_pod, x->f[F_pod]);
    bool open = c->ambiguous;
    if (!dt_resolve_time(c, &in_day, &t)) return false;
    c->ambiguous = open; /* the time of a set is read as it stands */
    dt_clock_timex(t.clock, t.precision, clock);
    at = t.clock;
  } else if (has(x, F_pod)) {
    strcpy(clock, dt_pod_timex(geti(x, F_pod, 0)));
    at = dt_task_hour(geti(x, F_pod, 0));
  }
  if (has(x, F_wday)) {
    snprintf(v->timex, DT_TIMEX, "XXXX-WXX-%d%.60s", geti(x, F_wday, 1), clock);
  } else if (has(x, F_holiday)) {
    const char *rule = c->ch->c->payloads[geti(x, F_holiday, 0)];
    int64_t day;
    if (!dt_holiday_day(rule, c->ref.year, &day)) return false;
    dt_holiday_timex(rule, day, v->timex);
  } else if (has(x, F_month)) {
    snprintf(v->timex, DT_TIMEX, "XXXX-%02d", geti(x, F_month, 1));
  } else if (clock[0]) {
    strcpy(v->timex, clock);
  } else if (has(x, F_inner)) {
    snprintf(v->timex, DT_TIMEX, "%s", c->ch->c->payloads[geti(x, F_times, 0)]);
  } else {
    dt_amount a;
    dt_amount_of(x, &a);
    dt_amount_timex(&a, v->timex);
  }
  if (c->variant & RECOGNIZE_TASKS) dt_task_set(c, x, at, v);
  return true;
}
