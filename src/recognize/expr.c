#include "recognize/expr.h"

static void merge(expr *into, const expr *from) {
  for (int f = 0; f < F_COUNT; f++)
    if (has(from, (gr_field)f)) set(into, (gr_field)f, from->f[f]);
  for (int c = 0; c < C_COUNT; c++)
    if (from->child[c]) into->child[c] = from->child[c];
}

const expr *expr_of(const chart *ch, const edge *e) {
  expr *x = ARENA_NEW(ch->a, expr);
  x->start = e->start;
  x->end = e->end;
  if (e->accept == TERMINAL) {
    set(x, F_n, e->value);
    return x;
  }
  const gr_accept *r = &ch->c->accepts[e->accept];
  for (uint32_t i = 0; i < r->capture_count; i++) {
    const gr_capture *cap = &ch->c->captures[r->first_capture + i];
    const edge *child = chart_child(ch, e, cap->position);
    if (cap->what == CAP_FIELD)
      set(x, (gr_field)cap->index, child->value);
    else if (cap->what == CAP_CHILD)
      x->child[cap->index] = expr_of(ch, child);
    else
      merge(x, expr_of(ch, child));
  }
  if (r->valop != V_first && r->valop != V_const) set(x, F_n, e->value);
  for (uint32_t i = 0; i < r->set_count; i++) {
    const gr_set *s = &ch->c->sets[r->first_set + i];
    set(x, (gr_field)s->field, s->value);
  }
  return x;
}
