/* model_unit.c -- ages, currencies, dimensions and temperatures from the chart.
 *
 * A unit is a payload string, "Name" or "Name;detail": the detail is the ISO 4217 code of a currency
 * or the subtype of a dimension. */
#include "recognize/models.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static str unit_name(const chart *ch, const expr *x, str *detail) {
  str s = str_of(ch->c->payloads[geti(x, F_unit, 0)]);
  size_t cut = str_find_byte(s, ';');
  *detail = str_skip(s, cut + 1);
  return str_make(s.p, cut);
}

/* Doubles are written with up to 16 or 17 digits where the sum of two units needs them. */
static str format_amount(const chart *ch, const expr *x) {
  double v = get(x, F_n, 0);
  if (!has(x, F_n2)) return format_value(ch, v);
  v += x->f[F_n2];
  str s = format_value(ch, v);
  if (s.n < 16 || ch->c->value_mark != '.') return s;
  char b[40];
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(b, sizeof b, "%.*g", digits, v);
    if (strtod(b, NULL) == v) break;
  }
  return arena_str(ch->a, str_of(b));
}

static void add_amount(const chart *ch, recognized *r, const expr *x) {
  if (has(x, F_n))
    attr_add_str(ch->a, &r->resolution, "value", format_amount(ch, x));
  else
    attr_add_null(ch->a, &r->resolution, "value");
}

static bool has_amount(const chart *ch, const edge *e, void *context) {
  (void)ch;
  (void)context;
  return e->accept == TERMINAL || !isnan(get(expr_of(ch, e), F_n, 0));
}

void find_ages(const chart *ch, found *out) {
  static const uint16_t symbols[] = {S_age_skip, S_age};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), has_amount, NULL, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol != S_age) continue;
    const expr *x = expr_of(ch, e);
    str detail;
    recognized *r = found_add_edge(out, ch, RECOGNIZE_AGE, "age", e);
    add_amount(ch, r, x);
    attr_add_str(ch->a, &r->resolution, "unit", unit_name(ch, x, &detail));
  }
}

void find_currencies(const chart *ch, found *out) {
  static const uint16_t symbols[] = {S_currency_skip, S_currency};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), has_amount, NULL, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol != S_currency) continue;
    const expr *x = expr_of(ch, e);
    str iso, unit = unit_name(ch, x, &iso);
    recognized *r = found_add_edge(out, ch, RECOGNIZE_CURRENCY, "currency", e);
    add_amount(ch, r, x);
    attr_add_str(ch->a, &r->resolution, "unit", unit);
    if (iso.n) attr_add_str(ch->a, &r->resolution, "isoCurrency", iso);
  }
}

static bool chart_has(const chart *ch, uint16_t symbol) {
  for (uint32_t i = 0; i < ch->tok_count; i++) {
    if (!(ch->bloom[i] >> (symbol & 63) & 1)) continue;
    for (uint32_t id = ch->first[i]; id != NO_EDGE; id = ch->edges[id].next)
      if (ch->edges[id].symbol == symbol) return true;
  }
  return false;
}

/* "90 degrees" is an angle only where the text speaks of turning, "32 F" a temperature only where it
 * speaks of heat: such rules set rel to 1. A temperature with rel 2 is one unless the text speaks of turning. */
void find_dimensions(const chart *ch, found *out) {
  static const uint16_t symbols[] = {S_dimension_skip, S_dimension};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), has_amount, NULL, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol != S_dimension) continue;
    const expr *x = expr_of(ch, e);
    if (has(x, F_rel) && !chart_has(ch, S_angle_context)) continue;
    str subtype, unit = unit_name(ch, x, &subtype);
    recognized *r = found_add_edge(out, ch, RECOGNIZE_DIMENSION, "dimension", e);
    add_amount(ch, r, x);
    attr_add_str(ch->a, &r->resolution, "unit", unit);
    if (subtype.n) attr_add_str(ch->a, &r->resolution, "subtype", subtype);
  }
}

void find_temperatures(const chart *ch, found *out) {
  static const uint16_t symbols[] = {S_temperature_skip, S_temperature};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), has_amount, NULL, &ids);
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (e->symbol != S_temperature) continue;
    const expr *x = expr_of(ch, e);
    if (geti(x, F_rel, 0) == 1 && !chart_has(ch, S_temperature_context)) continue;
    if (geti(x, F_rel, 0) == 2 && chart_has(ch, S_angle_context)) continue;
    str detail;
    recognized *r = found_add_edge(out, ch, RECOGNIZE_TEMPERATURE, "temperature", e);
    add_amount(ch, r, x);
    attr_add_str(ch->a, &r->resolution, "unit", unit_name(ch, x, &detail));
  }
}
