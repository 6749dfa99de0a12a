/* model_choice.c -- yes or no: the one best answer of a text. */
#include "recognize/models.h"

/* A word, an emoji or its skin tone; other signs are none. */
static bool is_word(const chart *ch, uint32_t i) {
  return ch->toks[i].kind != TOK_SIGN || (uint8_t)ch->f->text.p[ch->toks[i].begin] >= 0xF0 ||
         (ch->toks[i].end - ch->toks[i].begin == 3 && ch->toks[i].word);
}

static uint32_t word_count(const chart *ch, uint32_t start, uint32_t end) {
  uint32_t n = 0;
  for (uint32_t i = start; i < end; i++) n += is_word(ch, i);
  return n;
}

/* The original scores a match by the share of the text's words that it covers: 0.4 + 0.6 * share. */
void find_booleans(const chart *ch, found *out) {
  static const uint16_t symbols[] = {S_boolean};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), NULL, NULL, &ids);
  const edge *best = NULL;
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (!best || e->end - e->start > best->end - best->start) best = e;
  }
  if (!best) return;
  uint32_t all = word_count(ch, 0, ch->tok_count);
  recognized *r = found_add_edge(out, ch, RECOGNIZE_BOOLEAN, "boolean", best);
  r->text = str_make(ch->f->original.p + r->begin_bytes, r->end_bytes - r->begin_bytes);
  attr_add_bool(ch->a, &r->resolution, "value", geti(expr_of(ch, best), F_yes, 0) != 0);
  attr_add_num(ch->a, &r->resolution, "score", 0.4 + 0.6 * word_count(ch, best->start, best->end) / (all ? all : 1));
}
