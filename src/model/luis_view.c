#include "model/luis_view.h"

bool luis_signals_have(const uint32_t *signals, luis_range r, uint32_t signal) {
  uint32_t low = r.first, high = r.first + r.count;
  while (low < high) {
    uint32_t mid = (low + high) / 2;
    if (signals[mid] < signal)
      low = mid + 1;
    else
      high = mid;
  }
  return low < r.first + r.count && signals[low] == signal;
}

static bool is_seen(const luis_view *w, const luis_mark *m) {
  if (m->kind == PHRASE_LIST) return true;
  if (m->kind == PHRASE_EXPLICIT) return false;
  if (m->kind != PHRASE_VALUE) return luis_signals_have(w->signals, w->range, m->signal);
  return m->signal < w->x->node_count && w->x->nodes[m->signal].found_by == w->layer &&
         !(w->left_out && w->left_out(w->ctx, m->value));
}

void luis_hits(const luis_view *w, const luis_marks *m, uint32_t first, uint32_t count, arena *a, gazetteer_hit **hits,
               size_t *n) {
  size_t from = luis_marks_at(m, first), to = luis_marks_at(m, first + count);
  *n = 0;
  *hits = arena_alloc(a, (to - from + 1) * sizeof **hits);
  for (size_t i = from; i < to; i++) {
    const luis_mark *x = &m->v[i];
    if (x->first_token + x->token_count > first + count || !is_seen(w, x)) continue;
    (*hits)[(*n)++] =
        (gazetteer_hit){.entity = x->signal, .first_token = x->first_token - first, .token_count = x->token_count};
  }
}

enum { EXTRA_SIGNAL, EXTRA_PHRASE };

/* A learned entity is a feature of the intents where one of its known values stands: its tagger runs later and looks
 * at the intent itself. The phrases of a list that is not interchangeable (it has keys) are features one by one, too.
 */
void luis_extras(const luis_view *w, const luis_marks *m, arena *a, intent_extras *out) {
  uint64_t *keys = w->range.count ? arena_alloc(a, (2 * m->n + 1) * sizeof *keys) : NULL;
  *out = (intent_extras){.keys = keys};
  for (size_t i = 0; i < m->n && keys; i++) {
    const luis_mark *x = &m->v[i];
    if (x->kind == PHRASE_EXPLICIT || !luis_signals_have(w->signals, w->range, x->signal)) continue;
    if (x->kind == PHRASE_VALUE && w->left_out && w->left_out(w->ctx, x->value)) continue;
    keys[out->n++] = intent_extra_key(EXTRA_SIGNAL, x->signal);
    if (x->kind == PHRASE_FEATURE && w->x->values[x->value].key)
      keys[out->n++] = intent_extra_key(EXTRA_PHRASE, x->value);
  }
}
