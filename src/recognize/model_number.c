/* model_number.c -- numbers, ordinals, percentages and number ranges from the chart. */
#include "recognize/models.h"
#include <math.h>

static const char *subtype_of(const expr *x, double v) {
  switch (geti(x, F_sub, 0)) {
  case K_fraction: return "fraction";
  case K_power: return "power";
  case K_integer: return "integer";
  case K_decimal: return "decimal";
  default: return v == floor(v) ? "integer" : "decimal";
  }
}

/* "the one" is no number, but gives way to "the one hundred". */
static bool gives_way(const chart *ch, const edge *skip) {
  for (uint32_t id = ch->first[skip->end - 1]; id != NO_EDGE; id = ch->edges[id].next)
    if (ch->edges[id].symbol == S_number && ch->edges[id].end > skip->end) return true;
  return false;
}

static bool is_number(const chart *ch, const edge *e, void *context) {
  (void)context;
  return e->symbol == S_number_skip ? !gives_way(ch, e) : !isnan(e->value);
}

void find_numbers(const chart *ch, const recognize_options *o, found *out) {
  static const uint16_t symbols[] = {S_number_skip, S_number};
  (void)o;
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), is_number, NULL, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol == S_number_skip) continue;
    recognized *r = found_add_edge(out, ch, RECOGNIZE_NUMBER, "number", e);
    attr_add_str(ch->a, &r->resolution, "subtype", str_of(subtype_of(expr_of(ch, e), e->value)));
    attr_add_str(ch->a, &r->resolution, "value", format_value(ch, e->value));
  }
}

/* Payload of a relative ordinal: "offset;relativeTo". */
static void add_relative(const chart *ch, recognized *r, const expr *x) {
  str s = str_of(ch->c->payloads[geti(x, F_rel, 0)]);
  size_t cut = str_find_byte(s, ';');
  str offset = str_make(s.p, cut), to = str_skip(s, cut + 1);
  attr_add_str(ch->a, &r->resolution, "offset", offset);
  attr_add_str(ch->a, &r->resolution, "relativeTo", to);
  const char *sign = offset.p[0] == '-' ? "" : "+";
  attr_add_str(ch->a, &r->resolution, "value",
               arena_printf(ch->a, STR_FMT "%s" STR_FMT, STR_ARG(to), sign, STR_ARG(offset)));
}

void find_ordinals(const chart *ch, const recognize_options *o, found *out) {
  static const uint16_t symbols[] = {S_ordinal_skip, S_ordinal, S_ordinal_relative};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), NULL, NULL, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol == S_ordinal_relative && !(o->variant & RECOGNIZE_NO_RELATIVE)) {
      recognized *r = found_add_edge(out, ch, RECOGNIZE_ORDINAL, "ordinal.relative", e);
      add_relative(ch, r, expr_of(ch, e));
    } else if (e->symbol == S_ordinal) {
      recognized *r = found_add_edge(out, ch, RECOGNIZE_ORDINAL, "ordinal", e);
      str v = format_number(ch->a, e->value);
      attr_add_str(ch->a, &r->resolution, "offset", v);
      attr_add_str(ch->a, &r->resolution, "relativeTo", STR("start"));
      attr_add_str(ch->a, &r->resolution, "value", v);
    }
  }
}

void find_percentages(const chart *ch, const recognize_options *o, found *out) {
  static const uint16_t symbols[] = {S_percentage_skip, S_percentage};
  (void)o;
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), NULL, NULL, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol == S_percentage_skip) continue;
    recognized *r = found_add_edge(out, ch, RECOGNIZE_PERCENT, "percentage", e);
    const expr *x = expr_of(ch, e);
    if (has(x, F_n))
      attr_add_str(ch->a, &r->resolution, "value",
                   arena_printf(ch->a, STR_FMT "%%", STR_ARG(format_value(ch, x->f[F_n]))));
    else
      attr_add_str(ch->a, &r->resolution, "value", STR("null"));
  }
}

/* A range must not be empty, and one written with a bare dash must stand free: "+1-222-2222" is none. */
static bool is_range(const chart *ch, const edge *e, void *context) {
  (void)context;
  if (e->symbol == S_numberrange_skip) return true;
  const expr *x = expr_of(ch, e);
  if (isnan(get(x, F_lo, 0)) || isnan(get(x, F_hi, 0)) || isnan(get(x, F_eq, 0))) return false;
  if (has(x, F_lo) && has(x, F_hi)) {
    if (x->f[F_lo] > x->f[F_hi]) return false;
    if (x->f[F_lo] == x->f[F_hi] && !(geti(x, F_lo_in, 0) && geti(x, F_hi_in, 0))) return false;
  }
  str all = ch->f->text;
  uint32_t b = ch->toks[e->start].begin, n = ch->toks[e->end - 1].end;
  if (b && strchr("+-/", all.p[b - 1])) return false;
  return n >= all.n || !strchr("-/", all.p[n]) || all.p[n] == 0;
}

void find_number_ranges(const chart *ch, const recognize_options *o, found *out) {
  static const uint16_t symbols[] = {S_numberrange_skip, S_numberrange};
  (void)o;
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), is_range, NULL, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol == S_numberrange_skip) continue;
    const expr *x = expr_of(ch, e);
    recognized *r = found_add_edge(out, ch, RECOGNIZE_NUMBER_RANGE, "numberrange", e);
    gr_field low = has(x, F_eq) ? F_eq : F_lo, high = has(x, F_eq) ? F_eq : F_hi;
    bool exact = has(x, F_eq);
    str lo = has(x, low) ? format_number(ch->a, x->f[low]) : STR("");
    str hi = has(x, high) ? format_number(ch->a, x->f[high]) : STR("");
    str v = arena_printf(ch->a, "%c" STR_FMT "," STR_FMT "%c", exact || geti(x, F_lo_in, 0) ? '[' : '(', STR_ARG(lo),
                         STR_ARG(hi), exact || geti(x, F_hi_in, 0) ? ']' : ')');
    attr_add_str(ch->a, &r->resolution, "value", v);
  }
}
