/* dt_text.c -- days and clock times as TIMEX. */
#include "recognize/dt.h"
#include <stdio.h>

void dt_date_text(int64_t days, char out[DT_TIMEX]) {
  int64_t y;
  int32_t m, d;
  civil_from_days(days, &y, &m, &d);
  snprintf(out, DT_TIMEX, "%04d-%02d-%02d", (int)y, m, d);
}

void dt_clock_timex(int32_t clock, int32_t precision, char out[DT_TIMEX]) {
  int h = clock / 3600, m = clock / 60 % 60, s = clock % 60;
  if (precision == 1)
    snprintf(out, DT_TIMEX, "T%02d", h);
  else if (precision == 2)
    snprintf(out, DT_TIMEX, "T%02d:%02d", h, m);
  else
    snprintf(out, DT_TIMEX, "T%02d:%02d:%02d", h, m, s);
}
