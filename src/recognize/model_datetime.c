/* model_datetime.c -- picks date and time edges from the chart and writes their values. */
#include "recognize/dt.h"
#include "recognize/models.h"
#include <stdio.h>

static const char *const type_names[] = {
    [DT_DATE] = "date", [DT_TIME] = "time", [DT_DATETIME] = "datetime", [DT_DATERANGE] = "daterange", [DT_TIMERANGE] = "timerange",
    [DT_DATETIMERANGE] = "datetimerange", [DT_DURATION] = "duration", [DT_SET] = "set", [DT_TIMEZONE] = "timezone"};
static const char *const full_names[] = {
    [DT_DATE] = "datetimeV2.date", [DT_TIME] = "datetimeV2.time", [DT_DATETIME] = "datetimeV2.datetime",
    [DT_DATERANGE] = "datetimeV2.daterange", [DT_TIMERANGE] = "datetimeV2.timerange",
    [DT_DATETIMERANGE] = "datetimeV2.datetimerange", [DT_DURATION] = "datetimeV2.duration", [DT_SET] = "datetimeV2.set",
    [DT_TIMEZONE] = "datetimeV2.timezone"};

/* "2016-11-07", "08:30:00", "2016-11-07 08:30:00" by the type's unit. */
static str time_text(arena *a, dt_type type, int64_t t) {
  civil_time c = civil_from_seconds(t);
  switch (type) {
  case DT_DATE:
  case DT_DATERANGE: return arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
  case DT_TIME:
  case DT_TIMERANGE: return arena_printf(a, "%02d:%02d:%02d", c.hour, c.minute, c.second);
  default: return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
  }
}

static bool is_range(dt_type t) { return t == DT_DATERANGE || t == DT_TIMERANGE || t == DT_DATETIMERANGE; }

static dt_type value_type(const dt_value *v) {
  if (!v->approximate) return v->type;
  return v->type == DT_DATE ? DT_DATERANGE : v->type == DT_TIME ? DT_TIMERANGE : DT_DATETIMERANGE;
}

static void write_value(arena *a, const dt_value *v, const int64_t t[2], bool future, attr_list *out) {
  const char *timex = future && v->timex_future[0] ? v->timex_future : v->timex;
  attr_add_str(a, out, "timex", arena_str(a, str_of(timex)));
  if (v->mod[0]) attr_add_str(a, out, "Mod", arena_str(a, str_of(v->mod)));
  attr_add_str(a, out, "type", str_of(type_names[value_type(v)]));
  if (v->source) attr_add_str(a, out, "sourceEntity", str_of(v->source));
  if (v->unresolved) {
    attr_add_str(a, out, "value", STR("not resolved"));
  } else if (v->type == DT_DURATION) {
    attr_add_str(a, out, "value", format_number(a, v->amount_seconds));
  } else if (is_range(v->type)) {
    if (v->list) attr_add_str(a, out, "list", str_of(v->list));
    if (!v->open_begin) attr_add_str(a, out, "start", time_text(a, v->type, t[0]));
    if (!v->open_end) attr_add_str(a, out, "end", time_text(a, v->type, t[1]));
  } else {
    attr_add_str(a, out, "value", time_text(a, v->type, t[0]));
  }
}

enum { MAX_VALUES = 4 };

static bool in_calendar(const dt_value *v) {
  for (int i = 0; i < 2; i++) {
    int32_t p = civil_from_seconds(v->past[i]).year, f = civil_from_seconds(v->future[i]).year;
    if (p < 1 || p > 9999 || f < 1 || f > 9999) return false;
  }
  return true;
}

/* Past, then future where it differs. */
static size_t add_readings(arena *a, const dt_value *v, attr_list *out) {
  write_value(a, v, v->past, false, &out[0]);
  int last = is_range(v->type) ? 1 : 0;
  bool same = true;
  for (int i = 0; i <= last; i++) {
    if ((i == 0 && v->open_begin && is_range(v->type)) || (i == 1 && v->open_end)) continue;
    same = same && v->past[i] == v->future[i];
  }
  if (same || v->unresolved) return 1;
  write_value(a, v, v->future, true, &out[1]);
  return 2;
}

static dt_context context_of(const chart *ch, const recognize_options *o) {
  dt_context c = {.ch = ch, .a = ch->a, .ref = o->reference, .variant = o->variant};
  c.now = seconds_from_civil(&o->reference);
  c.today = days_from_civil(o->reference.year, o->reference.month, o->reference.day);
  return c;
}

/* All values of an edge; 0 when it has none. *type is that of the first. */
static size_t resolve_edge(const chart *ch, const recognize_options *o, const edge *e, attr_list values[MAX_VALUES], dt_type *type) {
  const expr *x = expr_of(ch, e);
  dt_context c = context_of(ch, o);
  dt_value v = {0};
  if (!dt_resolve(&c, x, &v) || !in_calendar(&v)) return 0;
  *type = v.type;
  size_t n = add_readings(ch->a, &v, values);
  if (!c.ambiguous) return n;
  dt_value afternoon = {0};
  c.pm = true;
  if (dt_resolve(&c, x, &afternoon) && in_calendar(&afternoon)) n += add_readings(ch->a, &afternoon, values + n);
  return n;
}

static bool has_meaning(const chart *ch, const edge *e, void *context) {
  attr_list values[MAX_VALUES] = {0};
  dt_type type;
  if (e->symbol == S_datetime_skip) return true;
  return resolve_edge(ch, context, e, values, &type) > 0;
}

static void add_entity(const chart *ch, const recognize_options *o, const edge *e, found *out) {
  attr_list *values = ARENA_ARRAY(ch->a, attr_list, MAX_VALUES);
  dt_type type = DT_DATE;
  size_t n = resolve_edge(ch, o, e, values, &type);
  recognized *r = found_add_edge(out, ch, RECOGNIZE_DATETIME, full_names[type], e);
  r->values = values;
  r->value_count = n;
}

void find_datetimes(const chart *ch, const recognize_options *o, found *out) {
  static const uint16_t symbols[] = {S_datetime_skip, S_set, S_date, S_datetime, S_datetimerange, S_daterange, S_timerange, S_time, S_duration};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), has_meaning, (void *)(uintptr_t)o, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol != S_datetime_skip) add_entity(ch, o, e, out);
  }
}
