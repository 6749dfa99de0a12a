/* model_choice.c -- yes or no: the one best answer of a text. */
#include "recognize/models.h"

static bool begins_run(const chart *ch, uint32_t i) {
  return !i || i == ch->tok_count || ch->toks[i].space_before || ch->toks[i - 1].kind != TOK_CHAR ||
         ch->toks[i].kind != TOK_CHAR;
}

/* A word, an emoji or its skin tone; other signs are none. In spaceless writing a run of characters is a word and
 * nothing else is. */
static bool is_word(const chart *ch, uint32_t i) {
  if (ch->c->spaceless && ch->toks[i].kind != TOK_SIGN) return ch->toks[i].kind == TOK_CHAR && begins_run(ch, i);
  return ch->toks[i].kind != TOK_SIGN || (uint8_t)ch->f->text.p[ch->toks[i].begin] >= 0xF0 ||
         (ch->toks[i].end - ch->toks[i].begin == 3 && ch->toks[i].word);
}

static uint32_t word_count(const chart *ch, uint32_t start, uint32_t end) {
  uint32_t n = 0;
  for (uint32_t i = start; i < end; i++) n += is_word(ch, i);
  return n;
}

static bool is_whole(const chart *ch, const edge *e, void *context) {
  (void)context;
  return !ch->c->spaceless || (begins_run(ch, e->start) && begins_run(ch, e->end));
}

/* The original scores a match by the share of the text's words that it covers: 0.4 + 0.6 * share. */
void find_booleans(const chart *ch, found *out) {
  static const uint16_t symbols[] = {S_boolean};
  uint32_t *ids, n = select_edges(ch, symbols, ARRAY_LEN(symbols), is_whole, NULL, &ids);
  const edge *best = NULL;
  for (uint32_t i = 0; i < n; i++) {
    const edge *e = &ch->edges[ids[i]];
    if (!best || word_count(ch, e->start, e->end) > word_count(ch, best->start, best->end)) best = e;
  }
  if (!best) return;
  uint32_t all = word_count(ch, 0, ch->tok_count);
  recognized *r = found_add_edge(out, ch, RECOGNIZE_BOOLEAN, "boolean", best);
  r->text = str_make(ch->f->original.p + r->begin_bytes, r->end_bytes - r->begin_bytes);
  attr_add_bool(ch->a, &r->resolution, "value", geti(expr_of(ch, best), F_yes, 0) != 0);
  attr_add_num(ch->a, &r->resolution, "score", 0.4 + 0.6 * word_count(ch, best->start, best->end) / (all ? all : 1));
}
