#include "recognize/values.h"
#include <math.h>

enum { MAX_ATOMS = 64 };

/* A number word as the sequence algorithms see it. */
typedef struct atom {
  double value;
  bool round;      /* hundred, thousand, ...: multiplies what stands before it */
  bool and_before; /* set apart by "and" */
} atom;

typedef struct atoms {
  atom v[MAX_ATOMS];
  uint32_t n;
} atoms;

/* Counts in arithmetic: captured as n or merged. */
static bool is_operand(const chart *ch, const gr_accept *r, uint32_t position) {
  for (uint32_t i = 0; i < r->capture_count; i++) {
    const gr_capture *cap = &ch->c->captures[r->first_capture + i];
    if (cap->position == position) return cap->what == CAP_MERGE || (cap->what == CAP_FIELD && cap->index == F_n);
  }
  return false;
}

static bool is_captured(const chart *ch, const gr_accept *r, uint32_t position) {
  for (uint32_t i = 0; i < r->capture_count; i++)
    if (ch->c->captures[r->first_capture + i].position == position) return true;
  return false;
}

static void collect_atoms(const chart *ch, const gr_accept *r, const uint32_t *children, uint32_t n, atoms *out);

static void collect_edge(const chart *ch, uint32_t id, atoms *out) {
  const edge *e = &ch->edges[id];
  if (e->accept != TERMINAL) {
    const gr_accept *r = &ch->c->accepts[e->accept];
    if (r->valop == V_seq || (r->valop == V_first && e->child_count == 1)) {
      collect_atoms(ch, r, ch->children + e->first_child, e->child_count, out);
      return;
    }
  }
  if (out->n == MAX_ATOMS) return;
  bool round =
      e->symbol == S_round || e->symbol == S_round_ordinal || e->symbol == S_round_part || e->symbol == S_big_round;
  out->v[out->n++] = (atom){.value = e->value, .round = round};
}

static void collect_atoms(const chart *ch, const gr_accept *r, const uint32_t *children, uint32_t n, atoms *out) {
  bool apart = false;
  for (uint32_t i = 0; i < n; i++) {
    if (!is_captured(ch, r, i)) {
      apart = true;
      continue;
    }
    uint32_t at = out->n;
    collect_edge(ch, children[i], out);
    if (at < out->n && apart) out->v[at].and_before = true;
    apart = false;
  }
}

/* Sum of groups; a round number multiplies the groups below it: 2 100 2 1000 -> (200 + 2) * 1000. */
static double sequence_value(const atom *v, uint32_t n) {
  double group[MAX_ATOMS], sum = 0;
  uint32_t count = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (!v[i].round) {
      group[count++] = v[i].value;
      continue;
    }
    double below = 0;
    bool any = false;
    while (count && group[count - 1] < v[i].value) below += group[--count], any = true;
    group[count++] = (any ? below : 1) * v[i].value;
  }
  for (uint32_t i = 0; i < count; i++) sum += group[i];
  return sum;
}

static bool composable(double big, double small) {
  double base = small > 10 ? 100 : 10;
  return fmod(big, base) == 0 && big / base >= 1;
}

/* From where the first word is reached without a break: the numerator takes everything up to a
 * round word that a small one follows at once. */
static uint32_t split_from_start(const atoms *a) {
  uint32_t at = 1;
  for (; at + 2 <= a->n; at++)
    if (a->v[at].value >= 100 && !a->v[at + 1].and_before && a->v[at + 1].value < 100) return at + 1;
  return at;
}

/* Where the denominator of "ninety-five hundred fifths" or "one hundred one thousand fifths" begins.
 * Walks back from the ordinal while the words before it compose with it. */
static uint32_t split_fraction(const atoms *a) {
  double current = a->v[a->n - 1].value, round = 1;
  for (uint32_t i = a->n - 1; i-- > 0;) {
    double previous = current;
    current = a->v[i].value;
    bool grows = previous >= 100 && previous > current;
    if (!grows && !(previous < 100 && composable(current, previous))) return i + 1;
    if (previous < 100 && current < round) return i + 1;
    if (previous < 100) round = current;
    if (i == 0) return split_from_start(a);
  }
  return a->n - 1;
}

static double fraction_value(const atoms *a) {
  if (a->n < 2) return NAN;
  uint32_t split = split_fraction(a);
  if (split == 0 || split >= a->n) split = a->n - 1;
  double below = sequence_value(a->v + split, a->n - split);
  return below == 0 ? NAN : sequence_value(a->v, split) / below;
}

/* The first child is the whole part, the last one the digits read out after the point: each small
 * number is one or more decimals ("zero three", "seventy-one"). */
static double point_value(const chart *ch, const uint32_t *children, uint32_t n) {
  double v = ch->edges[children[0]].value, scale = 1;
  atoms a = {.n = 0};
  collect_edge(ch, children[n - 1], &a);
  for (uint32_t i = 0; i < a.n; i++) {
    double d = a.v[i].value;
    if (d >= 20 && fmod(d, 10) == 0 && i + 1 < a.n && a.v[i + 1].value < 10) d += a.v[++i].value;
    scale *= d < 10 ? 0.1 : d < 100 ? 0.01 : 0.001;
    v += scale * d;
  }
  return v;
}

/* "nine million and five ninths": the part counts in units of the round number that stands last. */
static double tail_value(const chart *ch, const uint32_t *children, const double *v) {
  const edge *e = &ch->edges[children[0]];
  uint32_t id = chart_find(ch, S_big_round, e->end - 1, e->end);
  return v[0] + v[1] * (id == NO_EDGE ? 1 : ch->edges[id].value);
}

/* 512 read after the decimal mark: 0.512 */
static double decimals_of(double v) {
  double scale = 10;
  while (scale <= v) scale *= 10;
  return v / scale;
}

static double fold_values(uint8_t op, const double *v, uint32_t n) {
  double x = v[0];
  for (uint32_t i = 1; i < n; i++) switch (op) {
    case V_add: x += v[i]; break;
    case V_mul: x *= v[i]; break;
    case V_div: x = v[i] == 0 ? NAN : x / v[i]; break;
    case V_pow: x = pow(x, v[i]); break;
    case V_sci: x *= pow(10, v[i]); break;
    case V_seq_year: x = x * 100 + v[i]; break;
    case V_part_of: x = x == 0 ? NAN : v[i] / x; break;
    case V_ratio: x = x < v[i] ? x / v[i] : NAN; break;
    default: break;
    }
  return x;
}

double value_of_rule(const chart *ch, const gr_accept *r, const uint32_t *children, uint32_t n) {
  if (r->valop == V_const) return r->constant;
  if (r->valop == V_point) return point_value(ch, children, n);
  if (r->valop == V_seq || r->valop == V_fraction) {
    atoms a = {.n = 0};
    collect_atoms(ch, r, children, n, &a);
    if (!a.n) return NAN;
    return r->valop == V_fraction ? fraction_value(&a) : sequence_value(a.v, a.n);
  }
  double v[CHART_MAX_CHILDREN];
  uint32_t count = 0;
  for (uint32_t i = 0; i < n; i++)
    if (r->valop == V_first ? is_captured(ch, r, i) : is_operand(ch, r, i)) v[count++] = ch->edges[children[i]].value;
  if (!count) return n == 1 ? ch->edges[children[0]].value : NAN;
  if (r->valop == V_first) return v[0];
  if (r->valop == V_neg) return -v[0];
  if (r->valop == V_after_point) return decimals_of(v[0]);
  if (r->valop == V_half_more) return v[0] + 0.5;
  if (r->valop == V_times) return v[0] * r->constant;
  if (r->valop == V_mul_tail) return tail_value(ch, children, v);
  if (r->valop == V_neg_pow && count == 3) return -pow(v[1], v[2]);
  return fold_values(r->valop, v, count);
}
