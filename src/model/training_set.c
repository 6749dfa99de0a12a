#include "model/training_set.h"

#include <stdlib.h>

/* The same tokens as a writer without accents would give; false when that is the same text. */
static bool without_accents(const tokens *t, arena *a, tokens *out) {
  bool changed = false;
  for (size_t i = 0; i < t->n && !changed; i++) changed = t->v[i].bare.p != t->v[i].norm.p;
  if (!changed) return false;
  out->n = t->n;
  out->v = arena_copy(a, t->v, t->n * sizeof *t->v);
  for (size_t i = 0; i < t->n; i++) out->v[i].norm = out->v[i].bare;
  return true;
}

void training_set_init(training_set *s, const project *p, const utterance_role *roles) {
  *s = (training_set){.p = p};
  arena_init(&s->a, 1 << 20);
  bool augment = p->metadata.settings.augment_diacritics == OPT_TRUE;
  s->rows = mem_zalloc(p->utterance_count * (augment ? 2 : 1) + 1, sizeof *s->rows);
  for (uint32_t u = 0; u < p->utterance_count; u++) {
    if (roles[u] != ROLE_TRAIN) continue;
    training_row *r = &s->rows[s->n];
    *r = (training_row){.utterance = u, .original = (uint32_t)s->n};
    tokenize(p->utterances[u].text, &s->a, &r->t);
    s->n++;
  }
  s->originals = s->n;
  for (uint32_t i = 0; augment && i < s->originals; i++) {
    training_row copy = {.utterance = s->rows[i].utterance, .original = i};
    if (without_accents(&s->rows[i].t, &s->a, &copy.t)) s->rows[s->n++] = copy;
  }
}

void training_set_free(training_set *s) {
  free(s->rows);
  arena_fini(&s->a);
  *s = (training_set){0};
}

bool label_tokens(const tokens *t, const label *l, size_t *first, size_t *last) {
  uint32_t begin = l->offset_bytes, end = l->offset_bytes + l->length_bytes;
  size_t i = 0;
  while (i < t->n && t->v[i].end_bytes <= begin) i++;
  *first = i;
  while (i < t->n && t->v[i].begin_bytes < end) i++;
  *last = i;
  return *last > *first;
}
