#include "recognize/clu_resolution.h"

#include "recognize/models.h"

#include <float.h>

/* ---- units ---- */

typedef struct unit_row {
  const char *kind, *unit, *names;
} unit_row;

static const unit_row units[] = {
#define CLU_UNIT(kind, unit, names) {kind, unit, names},
#include "recognize/clu_units.def"
};

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool word_ends(str s) {
  return !s.n || s.p[0] == ' ';
}

/* Skips an s at the end of a word. */
static str skip_plural(str s) {
  return s.n && lower(s.p[0]) == 's' && word_ends(str_skip(s, 1)) ? str_skip(s, 1) : s;
}

static bool same_unit(str a, str b) {
  for (;;) {
    a = skip_plural(a);
    b = skip_plural(b);
    if (!a.n || !b.n) return a.n == b.n;
    if (lower(a.p[0]) != lower(b.p[0])) return false;
    a = str_skip(a, 1);
    b = str_skip(b, 1);
  }
}

bool clu_unit_find(str name, const char **kind, const char **unit) {
  for (size_t i = 0; i < ARRAY_LEN(units); i++)
    for (str rest = str_of(units[i].names); rest.n;) {
      size_t cut = str_find_byte(rest, '|');
      if (same_unit(name, str_make(rest.p, cut))) {
        *kind = units[i].kind;
        *unit = units[i].unit;
        return true;
      }
      rest = str_skip(rest, cut + 1);
    }
  return false;
}

/* ---- writing resolutions ---- */

typedef struct resolution_writer {
  arena *a;
  attr_list *v; /* room for one a candidate */
  size_t n;
} resolution_writer;

static attr_list *begin(resolution_writer *w, const char *kind) {
  attr_list *l = &w->v[w->n++];
  attr_add_str(w->a, l, "resolutionKind", str_of(kind));
  return l;
}

static void add_text(resolution_writer *w, attr_list *l, const char *key, const char *text) {
  attr_add_str(w->a, l, key, str_of(text));
}

static void add_if(resolution_writer *w, attr_list *l, const char *key, str text) {
  if (text.n) attr_add_str(w->a, l, key, text);
}

/* "fraction" -> "Fraction". */
static str capitalised(arena *a, str s) {
  char *p = arena_cstr(a, s);
  if (s.n && p[0] >= 'a' && p[0] <= 'z') p[0] = (char)(p[0] - 32);
  return str_make(p, s.n);
}

static void resolve_number(resolution_writer *w, const recognized *r) {
  double v;
  if (!attr_number(attr_text(&r->resolution, "value"), &v)) return;
  str subtype = attr_text(&r->resolution, "subtype");
  attr_list *l = begin(w, "NumberResolution");
  if (r->model == RECOGNIZE_PERCENT)
    add_text(w, l, "numberKind", "Percent");
  else if (subtype.n)
    attr_add_str(w->a, l, "numberKind", capitalised(w->a, subtype));
  else
    add_text(w, l, "numberKind", "Unspecified");
  attr_add_num(w->a, l, "value", v);
}

static void resolve_ordinal(resolution_writer *w, const recognized *r) {
  attr_list *l = begin(w, "OrdinalResolution");
  attr_add_str(w->a, l, "offset", attr_text(&r->resolution, "offset"));
  attr_add_str(w->a, l, "relativeTo", capitalised(w->a, attr_text(&r->resolution, "relativeTo")));
  attr_add_str(w->a, l, "value", attr_text(&r->resolution, "value"));
}

/* "[20,35)", "[10,)". Both bounds are required: an open side is the end of what a double holds. */
static void resolve_number_range(resolution_writer *w, const recognized *r) {
  str interval = attr_text(&r->resolution, "value");
  if (interval.n < 3) return;
  str inside = str_make(interval.p + 1, interval.n - 2);
  size_t cut = str_find_byte(inside, ',');
  double minimum = -DBL_MAX, maximum = DBL_MAX;
  bool has_minimum = attr_number(str_make(inside.p, cut), &minimum);
  bool has_maximum = attr_number(str_skip(inside, cut + 1), &maximum);
  if (!has_minimum) minimum = -DBL_MAX;
  if (!has_maximum) maximum = DBL_MAX;
  attr_list *l = begin(w, "NumericRangeResolution");
  add_text(w, l, "rangeKind", "Number");
  attr_add_num(w->a, l, "minimum", minimum);
  attr_add_num(w->a, l, "maximum", maximum);
}

/* kind: of the resolution when the unit is in no enum; NULL: then there is no resolution. */
static void resolve_unit(resolution_writer *w, const recognized *r, str kind) {
  double v;
  if (!attr_number(attr_text(&r->resolution, "value"), &v)) return;
  const char *unit_kind, *unit = "Unspecified";
  if (clu_unit_find(attr_text(&r->resolution, "unit"), &unit_kind, &unit)) kind = str_of(unit_kind);
  static const char *const kinds[] = {"Age",         "Temperature", "Length", "Area",
                                      "Information", "Speed",       "Volume", "Weight"};
  size_t i = 0;
  while (i < ARRAY_LEN(kinds) && !str_eq(kind, str_of(kinds[i]))) i++;
  if (i == ARRAY_LEN(kinds)) return; /* an angle, a frequency */
  attr_list *l = begin(w, "");
  l->v[0].text = arena_printf(w->a, "%sResolution", kinds[i]);
  attr_add_num(w->a, l, "value", v);
  add_text(w, l, "unit", unit);
}

/* A bare "Dollar" has no code, nor have units with a code made up by the recognisers ("_IM"). */
static void resolve_currency(resolution_writer *w, const recognized *r) {
  double v;
  if (!attr_number(attr_text(&r->resolution, "value"), &v)) return;
  str code = attr_text(&r->resolution, "isoCurrency");
  attr_list *l = begin(w, "CurrencyResolution");
  attr_add_str(w->a, l, "ISO4217", code.n == 3 && code.p[0] != '_' ? code : STR(""));
  attr_add_num(w->a, l, "value", v);
  attr_add_str(w->a, l, "unit", attr_text(&r->resolution, "unit"));
}

static void resolve_boolean(resolution_writer *w, const recognized *r) {
  const attr *value = attr_find(&r->resolution, "value");
  if (!value) return;
  attr_add_bool(w->a, begin(w, "BooleanResolution"), "value", value->number != 0);
}

/* ---- dates and times ---- */

/* The recognisers' Mod and the enum of CLU; those that it lacks give the nearest. */
static const char *modifier_of(str mod) {
  static const char *const names[][2] = {
      {"before", "Before"},
      {"after", "After"},
      {"since", "Since"},
      {"until", "Until"},
      {"start", "Start"},
      {"mid", "Mid"},
      {"end", "End"},
      {"less", "Less"},
      {"more", "More"},
      {"approx", "Approx"},
      {"ref_undef", "ReferenceUndefined"},
      {"since-end", "SinceEnd"},
      {"after-mid", "AfterMid"},
      {"before-start", "BeforeStart"},
      {"before-end", "BeforeEnd"},
      {"after-start", "AfterStart"},
      {"after-end", "After"},
      {"before-approx", "BeforeApprox"},
      {"after-approx", "AfterApprox"},
      {"since-mid", "Since"},
      {"before-mid", "Before"},
      {"since-approx", "Since"},
  };
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_eq(mod, str_of(names[i][0]))) return names[i][1];
  return NULL;
}

static void add_modifier(resolution_writer *w, attr_list *l, const attr_list *value) {
  const char *modifier = modifier_of(attr_text(value, "Mod"));
  if (modifier) add_text(w, l, "modifier", modifier);
}

/* Duration in a timex "(begin,end,duration)"; empty when it is no such triplet. */
static str duration_of(str timex) {
  if (timex.n < 2 || timex.p[0] != '(' || timex.p[timex.n - 1] != ')') return STR_NONE;
  str rest = str_make(timex.p + 1, timex.n - 2);
  for (int part = 0; part < 2; part++) rest = str_skip(rest, str_find_byte(rest, ',') + 1);
  return rest;
}

static void resolve_span(resolution_writer *w, const attr_list *value) {
  str timex = attr_text(value, "timex"), begins = attr_text(value, "start"), ends = attr_text(value, "end");
  attr_list *l = begin(w, "TemporalSpanResolution");
  add_if(w, l, "timex", timex);
  if (begins.n && ends.n) add_if(w, l, "duration", duration_of(timex));
  add_if(w, l, "begin", begins);
  add_if(w, l, "end", ends);
  add_modifier(w, l, value);
}

static void resolve_point(resolution_writer *w, const attr_list *value, const char *kind) {
  attr_list *l = begin(w, "DateTimeResolution");
  add_text(w, l, "dateTimeSubKind", kind);
  attr_add_str(w->a, l, "timex", attr_text(value, "timex"));
  attr_add_str(w->a, l, "value", attr_text(value, "value"));
  add_modifier(w, l, value);
}

static void resolve_datetime(resolution_writer *w, const recognized *r) {
  static const char *const points[][2] = {
      {"date", "Date"}, {"time", "Time"}, {"datetime", "DateTime"}, {"duration", "Duration"}, {"set", "Set"}};
  for (size_t i = 0; i < r->value_count; i++) {
    const attr_list *value = &r->values[i];
    str type = attr_text(value, "type");
    size_t k = 0;
    while (k < ARRAY_LEN(points) && !str_eq(type, str_of(points[k][0]))) k++;
    if (k < ARRAY_LEN(points))
      resolve_point(w, value, points[k][1]);
    else
      resolve_span(w, value);
  }
}

void clu_resolutions(const recognized *r, arena *a, attr_list **out, size_t *n) {
  resolution_writer w = {.a = a, .v = ARENA_ARRAY(a, attr_list, MAX_OF(r->value_count, (size_t)1))};
  switch (r->model) {
  case RECOGNIZE_NUMBER:
  case RECOGNIZE_PERCENT: resolve_number(&w, r); break;
  case RECOGNIZE_ORDINAL: resolve_ordinal(&w, r); break;
  case RECOGNIZE_NUMBER_RANGE: resolve_number_range(&w, r); break;
  case RECOGNIZE_AGE: resolve_unit(&w, r, STR("Age")); break;
  case RECOGNIZE_TEMPERATURE: resolve_unit(&w, r, STR("Temperature")); break;
  case RECOGNIZE_DIMENSION: resolve_unit(&w, r, attr_text(&r->resolution, "subtype")); break;
  case RECOGNIZE_CURRENCY: resolve_currency(&w, r); break;
  case RECOGNIZE_BOOLEAN: resolve_boolean(&w, r); break;
  case RECOGNIZE_DATETIME: resolve_datetime(&w, r); break;
  default: break; /* sequences have no resolution */
  }
  *out = w.v;
  *n = w.n;
}
