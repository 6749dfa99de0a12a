/* expr.h -- meaning of an edge: fields and subtrees gathered from the rules that built it. */
#ifndef DRAGOMAN_RECOGNIZE_EXPR_H
#define DRAGOMAN_RECOGNIZE_EXPR_H

#include "recognize/chart.h"

typedef struct expr {
  uint64_t has[(F_COUNT + 63) / 64]; /* bit of each field that is set */
  double f[F_COUNT];
  const struct expr *child[C_COUNT]; /* NULL when absent */
  uint32_t start, end;               /* tokens */
} expr;

/* Evaluates the tree below an edge. Children are taken in order: a field capture takes the child's
 * value, a merge all fields and subtrees of the child, a child capture its expression; then the
 * rule's constants. Lives in the chart's arena. */
const expr *expr_of(const chart *ch, const edge *e);

static inline bool has(const expr *x, gr_field f) {
  return x->has[f / 64] >> (f % 64) & 1;
}
static inline double get(const expr *x, gr_field f, double otherwise) {
  return has(x, f) ? x->f[f] : otherwise;
}
static inline int geti(const expr *x, gr_field f, int otherwise) {
  return has(x, f) ? (int)x->f[f] : otherwise;
}
static inline void set(expr *x, gr_field f, double v) {
  x->has[f / 64] |= UINT64_C(1) << (f % 64);
  x->f[f] = v;
}

#endif
