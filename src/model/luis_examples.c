#include "model/luis_training.h"

/* A walk over the pattern that writes what it passes, unless a bracket around it is closed to this variant. */

enum { DEEPEST = 8 };

typedef struct writer {
  const luis_training *t;
  uint32_t variant;
  buf out;
  struct {
    char close;
    size_t begin;         /* in out */
    uint32_t alternative; /* the one that stands here now */
    bool shut;            /* it is left out */
  } open[DEEPEST];
  size_t levels;
} writer;

static bool is_open(const writer *w) {
  for (size_t i = 0; i < w->levels; i++)
    if (w->open[i].shut) return false;
  return true;
}

/* The variant-th text that is labelled as the node, counting round. */
static str labelled_value(const luis_training *t, uint32_t node, uint32_t variant) {
  str first = STR("");
  uint32_t n = 0;
  for (size_t r = 0; r < t->utterances; r++)
    for (size_t i = 0; i < t->rows[r].gold_count; i++) {
      const luis_gold *g = &t->rows[r].gold[i];
      if (g->node != node) continue;
      str text = str_make(t->rows[r].text.p + g->begin_bytes, g->end_bytes - g->begin_bytes);
      if (n++ == variant) return text;
      if (n == 1) first = text;
    }
  return first;
}

static str value_of(const luis_training *t, str name, uint32_t variant) {
  luis_ref ref;
  luis_range nodes = luis_schema_nodes(&t->schema, name);
  if (!nodes.count) return STR("");
  if (!luis_index_entity(&t->schema.index, name, &ref)) return labelled_value(t, nodes.first, variant);
  const luis_entity *en = luis_entity_at(t->app, ref);
  if (ref.kind == LUIS_CLOSED_LIST && en->sublists.n) return en->sublists.v[variant % en->sublists.n].canonical_form;
  if (ref.kind == LUIS_PATTERN_ANY && en->explicit_list.n) return en->explicit_list.v[variant % en->explicit_list.n];
  return labelled_value(t, nodes.first, variant);
}

/* at is behind the '{'; returns where it goes on. */
static size_t write_slot(writer *w, str pattern, size_t at) {
  size_t end = at + str_find_byte(str_skip(pattern, at), '}');
  str inner = str_trim(str_make(pattern.p + at, end - at));
  if (inner.n && inner.p[0] == '@') inner = str_trim(str_skip(inner, 1));
  inner = str_trim(str_make(inner.p, str_find_byte(inner, ':')));
  if (is_open(w)) buf_add_str(&w->out, value_of(w->t, inner, w->variant));
  return end + 1;
}

static void open_bracket(writer *w, char close) {
  if (w->levels == DEEPEST) return; /* not reached: patterns are checked */
  w->open[w->levels].close = close;
  w->open[w->levels].begin = w->out.n;
  w->open[w->levels].alternative = 0;
  w->open[w->levels].shut = close == ']' && w->variant == 1;
  w->levels++;
}

/* The variant-th alternative stays, or the last one: each takes the place of the one before. */
static void next_alternative(writer *w) {
  size_t l = w->levels - 1;
  w->open[l].shut = ++w->open[l].alternative > w->variant;
  if (!w->open[l].shut) w->out.n = w->open[l].begin;
}

str luis_pattern_example(const luis_training *t, str pattern, uint32_t variant, arena *a) {
  writer w = {.t = t, .variant = variant};
  uint32_t anchors;
  str s = luis_pattern_body(pattern, &anchors);
  for (size_t at = 0; at < s.n;) {
    char c = s.p[at++];
    if (c == '\\' && at < s.n) {
      if (is_open(&w) && !strchr("{}[]()|^", s.p[at])) buf_add_byte(&w.out, c);
      c = s.p[at++];
    } else if (c == '{') {
      at = write_slot(&w, s, at);
      continue;
    } else if (c == '[' || c == '(') {
      open_bracket(&w, c == '[' ? ']' : ')');
      continue;
    } else if ((c == ']' || c == ')') && w.levels) {
      w.levels--;
      continue;
    } else if (c == '|' && w.levels && w.open[w.levels - 1].close == ')') {
      next_alternative(&w);
      continue;
    }
    if (is_open(&w)) buf_add_byte(&w.out, c);
  }
  str out = arena_str(a, str_trim(buf_str(&w.out)));
  buf_free(&w.out);
  return out;
}
