/* model_datetime.c -- picks date and time edges from the chart and writes their values. */
#include "recognize/dt.h"
#include "recognize/models.h"
#include <stdio.h>

static const char *const type_names[] = {[DT_DATE] = "date",           [DT_TIME] = "time",
                                         [DT_DATETIME] = "datetime",   [DT_DATERANGE] = "daterange",
                                         [DT_TIMERANGE] = "timerange", [DT_DATETIMERANGE] = "datetimerange",
                                         [DT_DURATION] = "duration",   [DT_SET] = "set",
                                         [DT_TIMEZONE] = "timezone"};
static const char *const full_names[] = {
    [DT_DATE] = "datetimeV2.date",           [DT_TIME] = "datetimeV2.time",
    [DT_DATETIME] = "datetimeV2.datetime",   [DT_DATERANGE] = "datetimeV2.daterange",
    [DT_TIMERANGE] = "datetimeV2.timerange", [DT_DATETIMERANGE] = "datetimeV2.datetimerange",
    [DT_DURATION] = "datetimeV2.duration",   [DT_SET] = "datetimeV2.set",
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

static bool is_range(dt_type t) {
  return t == DT_DATERANGE || t == DT_TIMERANGE || t == DT_DATETIMERANGE;
}

static dt_type value_type(const dt_value *v) {
  if (!v->approximate) return v->type;
  return v->type == DT_DATE ? DT_DATERANGE : v->type == DT_TIME ? DT_TIMERANGE : DT_DATETIMERANGE;
}

/* Ambiguous names of time zones, as the original writes their distance. */
enum { ZONE_UNKNOWN = -10000 };

/* The time zone said anywhere in an expression, NULL when none. */
static const expr *zone_of(const expr *x) {
  if (x->child[C_zone]) return x->child[C_zone];
  for (int i = 0; i < C_COUNT; i++) {
    const expr *zone = x->child[i] ? zone_of(x->child[i]) : NULL;
    if (zone) return zone;
  }
  return NULL;
}

static void add_zone_minutes(arena *a, const expr *zone, const char *key, attr_list *out) {
  int minutes = geti(zone, F_n, 0), size = minutes < 0 ? -minutes : minutes;
  if (minutes == ZONE_UNKNOWN)
    attr_add_str(a, out, key, STR("UTC+XX:XX"));
  else
    attr_add_str(a, out, key, arena_printf(a, "UTC%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60));
}

static void add_zone(const chart *ch, const expr *zone, attr_list *out) {
  add_zone_minutes(ch->a, zone, "timezone", out);
  attr_add_str(ch->a, out, "timezoneText", chart_text(ch, zone->start, zone->end));
  attr_add_str(ch->a, out, "utcOffsetMins", arena_printf(ch->a, "%d", geti(zone, F_n, 0)));
}

static void add_set_step(arena *a, const dt_value *v, attr_list *out) {
  attr_add_str(a, out, "setTypename", str_of(type_names[v->set_type]));
  attr_add_str(a, out, "value", time_text(a, v->set_type, v->past[0]));
  attr_add_str(a, out, "intervalSize", format_number(a, v->set_size));
  attr_add_str(a, out, "intervalType", arena_str(a, str_of(v->set_unit)));
}

static void write_value(const chart *ch, const dt_value *v, const expr *zone, const int64_t t[2], bool future,
                        attr_list *out) {
  arena *a = ch->a;
  const char *timex = future && v->timex_future[0] ? v->timex_future : v->timex;
  attr_add_str(a, out, "timex", arena_str(a, str_of(timex)));
  if (v->mod[0]) attr_add_str(a, out, "Mod", arena_str(a, str_of(v->mod)));
  if (zone) add_zone(ch, zone, out);
  if (v->lunar) attr_add_str(a, out, "isLunar", STR("True"));
  attr_add_str(a, out, "type", str_of(type_names[value_type(v)]));
  if (v->source) attr_add_str(a, out, "sourceEntity", str_of(v->source));
  if (v->type == DT_SET && v->set_unit[0]) {
    add_set_step(a, v, out);
  } else if (v->unresolved) {
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

static void write_zone_alone(arena *a, const expr *zone, attr_list *out) {
  attr_add_str(a, out, "type", STR("timezone"));
  add_zone_minutes(a, zone, "value", out);
  attr_add_str(a, out, "utcOffsetMins", arena_printf(a, "%d", geti(zone, F_n, 0)));
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
static size_t add_readings(const chart *ch, const dt_value *v, const expr *zone, attr_list *out) {
  write_value(ch, v, zone, v->past, false, &out[0]);
  int last = is_range(v->type) ? 1 : 0;
  bool same = true;
  for (int i = 0; i <= last; i++) {
    if ((i == 0 && v->open_begin && is_range(v->type)) || (i == 1 && v->open_end)) continue;
    same = same && v->past[i] == v->future[i];
  }
  if (same || v->unresolved) return 1;
  write_value(ch, v, zone, v->future, true, &out[1]);
  return 2;
}

static dt_context context_of(const chart *ch, const recognize_options *o) {
  dt_context c = {.ch = ch, .a = ch->a, .ref = o->reference, .variant = o->variant};
  c.now = seconds_from_civil(&o->reference);
  c.today = days_from_civil(o->reference.year, o->reference.month, o->reference.day);
  return c;
}

/* One reading of an expression (pm: of its open clock times); false when it has none. */
static bool resolve_reading(dt_context *c, const expr *x, dt_value *v) {
  *v = (dt_value){0};
  if (!dt_resolve(c, x, v) || !in_calendar(v)) return false;
  if (c->variant & RECOGNIZE_TASKS) dt_task_time(c, v);
  return true;
}

/* All values of an expression; 0 when it has none. *first is its first reading. */
static size_t resolve_all(const chart *ch, const recognize_options *o, const expr *x, attr_list values[MAX_VALUES],
                          dt_value *first) {
  dt_context c = context_of(ch, o);
  const expr *zone = zone_of(x);
  *first = (dt_value){.type = DT_TIMEZONE};
  if (geti(x, F_kind, 0) == K_zone_only) {
    write_zone_alone(ch->a, zone, &values[0]);
    return 1;
  }
  if (!resolve_reading(&c, x, first)) return 0;
  size_t n = add_readings(ch, first, zone, values);
  if (!c.ambiguous) return n;
  dt_value afternoon;
  c.pm = true;
  if (resolve_reading(&c, x, &afternoon)) n += add_readings(ch, &afternoon, zone, values + n);
  return n;
}

/* Dates and times within an edge, without overlap. */
static uint32_t count_parts(const chart *ch, const edge *e) {
  uint32_t count = 0, best = 0;
  for (uint32_t start = e->start; start < e->end; start = MAX_OF(best, start + 1)) {
    best = 0;
    for (uint32_t id = ch->first[start]; id != NO_EDGE; id = ch->edges[id].next) {
      const edge *part = &ch->edges[id];
      bool smaller = part->end <= e->end && part->end - part->start < e->end - e->start;
      if (smaller && (part->symbol == S_date || part->symbol == S_time)) best = MAX_OF(best, part->end);
    }
    count += best != 0;
  }
  return count;
}

/* With dates and times apart, what is made of several of them is left to them. */
static bool is_left_to_parts(const chart *ch, const edge *e, const expr *x) {
  if (e->symbol == S_date || e->symbol == S_time) return false;
  int kind = geti(x, F_kind, 0);
  if (kind == K_span) return true;
  uint32_t least = kind == K_time_span || kind == K_time_for || kind == K_bounded ? 1 : 2;
  return count_parts(ch, e) >= least;
}

static bool has_meaning(const chart *ch, const edge *e, void *context) {
  const recognize_options *o = context;
  if (e->symbol == S_datetime_skip || e->symbol == S_timezone) return true;
  const expr *x = expr_of(ch, e);
  if ((o->variant & RECOGNIZE_SPLIT_DATE_TIME) && is_left_to_parts(ch, e, x)) return false;
  dt_context c = context_of(ch, o);
  dt_value v;
  return resolve_reading(&c, x, &v);
}

static recognized *add_entity(const chart *ch, const recognize_options *o, const edge *e, const expr *x, found *out) {
  attr_list *values = ARENA_ARRAY(ch->a, attr_list, MAX_VALUES);
  dt_value v;
  size_t n = resolve_all(ch, o, x, values, &v);
  if (!n) return NULL;
  recognized *r = found_add_edge(out, ch, RECOGNIZE_DATETIME, full_names[v.type], e);
  r->values = values;
  r->value_count = n;
  return r;
}

/* How many of the n edges from the first on are alternatives of each other. */
static size_t alternatives_from(const chart *ch, const recognize_options *o, const uint32_t *ids, uint32_t n) {
  size_t count = 1;
  dt_value last, next;
  attr_list values[MAX_VALUES] = {0};
  while (count < n) {
    const edge *a = &ch->edges[ids[count - 1]], *b = &ch->edges[ids[count]];
    if (b->symbol == S_datetime_skip || chart_find(ch, S_alternative_join, a->end, b->start) == NO_EDGE) break;
    const expr *xa = expr_of(ch, a), *xb = expr_of(ch, b);
    if (!resolve_all(ch, o, xa, values, &last)) break;
    memset(values, 0, sizeof values);
    if (!resolve_all(ch, o, xb, values, &next) || !dt_are_alternatives(xa, &last, xb, &next)) break;
    memset(values, 0, sizeof values);
    count++;
  }
  return count;
}

/* Days among alternatives are those to come. */
static void keep_future_day(recognized *r) {
  if (strcmp(r->type, full_names[DT_DATE]) != 0 || r->value_count < 2) return;
  r->values += r->value_count - 1;
  r->value_count = 1;
}

static void add_alternatives(const chart *ch, const recognize_options *o, const uint32_t *ids, size_t n, found *out) {
  expr *x = arena_alloc(ch->a, n * sizeof *x);
  bool strong = false;
  for (size_t i = 0; i < n; i++) {
    x[i] = *expr_of(ch, &ch->edges[ids[i]]);
    strong = strong || !has(&x[i], F_weak);
  }
  if (!strong) return;
  dt_share(ch->a, x, n);
  str whole = chart_text(ch, ch->edges[ids[0]].start, ch->edges[ids[n - 1]].end);
  for (size_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    recognized *r = add_entity(ch, o, e, &x[i], out);
    if (!r) r = add_entity(ch, o, e, expr_of(ch, e), out); /* what was lent made no sense */
    if (!r) continue;
    keep_future_day(r);
    r->type = "datetimeV2.datetimealt";
    r->parent_text = whole;
  }
}

void find_datetimes(const chart *ch, const recognize_options *o, found *out) {
  static const uint16_t symbols[] = {S_datetime_skip, S_set,       S_date, S_datetime, S_datetimerange,
                                     S_daterange,     S_timerange, S_time, S_duration, S_timezone};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), has_meaning, (void *)(uintptr_t)o, &ids);
  for (uint32_t i = 0; i < n;) {
    const edge *e = &ch->edges[ids[i]];
    size_t group =
        o->variant & RECOGNIZE_EXTENDED && e->symbol != S_datetime_skip ? alternatives_from(ch, o, ids + i, n - i) : 1;
    const expr *x = expr_of(ch, e);
    if (group > 1)
      add_alternatives(ch, o, ids + i, group, out);
    else if (e->symbol != S_datetime_skip && !has(x, F_weak))
      add_entity(ch, o, e, x, out); /* weak: only among alternatives */
    i += (uint32_t)group;
  }
}
