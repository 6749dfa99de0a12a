/* lexer.c -- mirrors tokens_of() in tools/gen_culture.py: both must cut a phrase alike. */
#include "recognize/lexer.h"
#include "text/utf8.h"
#include <math.h>
#include <utf8proc.h>

static bool is_space(uint32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13);
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  return k == UTF8PROC_CATEGORY_ZS || k == UTF8PROC_CATEGORY_ZL || k == UTF8PROC_CATEGORY_ZP;
}

static bool is_spaceless(uint32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/* Punctuation and symbols: 。「」 are signs like those of other scripts. */
static bool is_mark(uint32_t c) {
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  return k >= UTF8PROC_CATEGORY_PC && k <= UTF8PROC_CATEGORY_SO;
}

static bool is_letter(uint32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z';
  if (is_spaceless(c)) return false;
  utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
  return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_ME;
}

static bool is_digit(uint32_t c) {
  return c >= '0' && c <= '9';
}

/* Word id + 1, or 0. */
static uint32_t word_id(const culture *c, const char *p, size_t n) {
  for (uint32_t at = gr_hash(p, n) & c->word_mask; c->word_slots[at]; at = (at + 1) & c->word_mask) {
    const gr_word *w = &c->words[c->word_slots[at] - 1];
    if (w->length == n && memcmp(c->text + w->text, p, n) == 0) return c->word_slots[at];
  }
  return 0;
}

enum { GLUE_MAX_BYTES = 96, GLUE_MAX_PARTS = 24 };

/* Splits p[0..n) wholly into glue parts, longest first with one step back per position; lengths to
 * parts. Positions known to fail are not tried again, so the work is O(n * parts of the culture). */
static uint32_t split_glued(const culture *c, const char *p, uint32_t n, uint8_t *parts) {
  bool dead[GLUE_MAX_BYTES + 1] = {false};
  uint32_t at = 0, count = 0;
  uint32_t choice[GLUE_MAX_PARTS + 1] = {0};
  if (n > GLUE_MAX_BYTES) return 0;
  while (at < n) {
    const char *g = NULL;
    if (!dead[at] && count < GLUE_MAX_PARTS)
      for (; (g = c->glue[choice[count]]); choice[count]++) {
        size_t len = strlen(g);
        if (len <= n - at && memcmp(g, p + at, len) == 0 && !dead[at + len]) break;
      }
    if (g) {
      parts[count] = (uint8_t)strlen(g);
      at += parts[count];
      choice[count++]++;
      choice[count] = 0;
    } else {
      dead[at] = true;
      if (!count) return 0;
      at -= parts[--count];
    }
  }
  return count;
}

typedef struct scan {
  const chart *ch;
  const char *at, *end;
  bool space;
  tok *toks; /* as many as bytes of the text at most */
  uint32_t tok_count;
} scan;

static void push_token(scan *s, const char *b, const char *e, tok_kind kind) {
  const chart *ch = s->ch;
  uint32_t begin = (uint32_t)(b - ch->f->text.p), n = (uint32_t)(e - b);
  tok t = {.begin = begin, .end = begin + n, .kind = (uint8_t)kind, .space_before = s->space};
  t.word = word_id(ch->c, b, n);
  uint8_t parts[GLUE_MAX_PARTS];
  uint32_t count = kind == TOK_WORD && !t.word && ch->c->glue[0] ? split_glued(ch->c, b, n, parts) : 0;
  s->space = false;
  if (!count) {
    s->toks[s->tok_count++] = t;
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    t.end = t.begin + parts[i];
    t.word = word_id(ch->c, ch->f->text.p + t.begin, parts[i]);
    s->toks[s->tok_count++] = t;
    t.begin = t.end;
    t.space_before = false;
  }
}

static void next_token(scan *s) {
  const char *b = s->at;
  uint32_t c = utf8_next(&s->at);
  if (is_space(c)) {
    s->space = true;
    return;
  }
  tok_kind kind = TOK_SIGN;
  if (is_digit(c)) {
    kind = TOK_DIGITS;
    while (s->at < s->end && is_digit((uint8_t)*s->at)) s->at++;
  } else if (is_letter(c)) {
    kind = TOK_WORD;
    while (s->at < s->end) {
      const char *p = s->at;
      if (!is_letter(utf8_next(&p))) break;
      s->at = p;
    }
  } else if (is_spaceless(c) && !is_mark(c)) {
    kind = TOK_CHAR;
  }
  push_token(s, b, s->at, kind);
}

/* ---------------------------------------------------------------- terminals */

static bool spelled_exactly(const chart *ch, const gr_term *t, uint32_t start, uint32_t end) {
  if (!t->exact) return true;
  str want = str_of(ch->c->text + t->exact);
  uint32_t b = folded_byte(ch->f, ch->toks[start].begin), e = folded_byte(ch->f, ch->toks[end - 1].end);
  return e - b == want.n && memcmp(ch->f->original.p + b, want.p, want.n) == 0;
}

static uint32_t lex_child(const culture *c, const gr_lexnode *n, uint32_t key) {
  uint32_t lo = n->first_child, hi = lo + n->child_count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (c->lex_children[mid].key == key) return c->lex_children[mid].node;
    if (c->lex_children[mid].key < key)
      lo = mid + 1;
    else
      hi = mid;
  }
  return UINT32_MAX;
}

/* Phrases that go on from a node of the lexicon, whose words end at token end. */
static void add_phrases(chart *ch, uint32_t start, uint32_t node, uint32_t end) {
  const gr_lexnode *n = &ch->c->lex[node];
  for (uint32_t i = 0; i < n->term_count; i++) {
    const gr_term *t = &ch->c->terms[n->first_term + i];
    if (!spelled_exactly(ch, t, start, end)) continue;
    /* An exact spelling overrules the general one. */
    uint32_t old = t->exact ? chart_find(ch, t->symbol, start, end) : NO_EDGE;
    if (old != NO_EDGE)
      ch->edges[old].value = t->value;
    else
      chart_add_terminal(ch, t->symbol, start, end, t->value);
  }
  if (!n->child_count || end == ch->tok_count || !ch->toks[end].word) return;
  uint32_t key = (ch->toks[end].word - 1) * 2;
  uint32_t loose = lex_child(ch->c, n, key),
           glued = ch->toks[end].space_before ? UINT32_MAX : lex_child(ch->c, n, key + 1);
  if (loose != UINT32_MAX) add_phrases(ch, start, loose, end + 1);
  if (glued != UINT32_MAX) add_phrases(ch, start, glued, end + 1);
}

static void add_digits(chart *ch, uint32_t i) {
  uint32_t n = ch->toks[i].end - ch->toks[i].begin;
  double v = 0;
  for (uint32_t k = ch->toks[i].begin; k < ch->toks[i].end; k++) v = v * 10 + (ch->f->text.p[k] - '0');
  chart_add_terminal(ch, S_digits, i, i + 1, v);
  if (n <= 2) chart_add_terminal(ch, S_dd, i, i + 1, v);
  if (n == 1) chart_add_terminal(ch, S_d1, i, i + 1, v);
  if (n == 2) chart_add_terminal(ch, S_d2, i, i + 1, v);
  if (n == 3) chart_add_terminal(ch, S_d3, i, i + 1, v);
  if (n == 4) chart_add_terminal(ch, S_d4, i, i + 1, v);
  if (n == 6) chart_add_terminal(ch, S_d6, i, i + 1, v);
  if (n == 8) chart_add_terminal(ch, S_d8, i, i + 1, v);
}

static uint32_t tok_len(const chart *ch, uint32_t i) {
  return ch->toks[i].end - ch->toks[i].begin;
}
static char tok_char(const chart *ch, uint32_t i) {
  return tok_len(ch, i) == 1 ? ch->f->text.p[ch->toks[i].begin] : 0;
}
static bool glued_digits(const chart *ch, uint32_t i) {
  return i < ch->tok_count && ch->toks[i].kind == TOK_DIGITS && !ch->toks[i].space_before;
}

enum { NUMERAL_MAX_GROUPS = 16 };

/* Every group after the first has three digits, or two but for the last one (lakh grouping). */
static bool grouped(const uint8_t *len, uint32_t n) {
  if (len[0] > 3) return false;
  bool western = true, indian = len[0] <= 2;
  for (uint32_t i = 1; i < n; i++) {
    if (len[i] != 3) western = false;
    if (len[i] != (i + 1 == n ? 3 : 2)) indian = false;
  }
  return western || indian;
}

/* How the first n groups, joined by sign[1..n), read: 0 not a number, 1 integer, 2 the last sign is
 * the decimal mark. */
static int reading(const culture *c, const uint8_t *len, const char *sign, uint32_t n) {
  if (n == 1) return 1;
  char last = sign[n - 1];
  for (uint32_t i = 2; i < n - 1; i++)
    if (sign[i] != sign[1]) return 0;
  bool alike = n == 2 || last == sign[1];
  if (last == ' ') return alike && grouped(len, n) ? 1 : 0;
  if (!alike) return grouped(len, n - 1) ? 2 : 0;
  if (last == c->group_mark && grouped(len, n)) return 1;
  if (n == 2) return last == c->decimal_mark || c->both_marks ? 2 : 0;
  return c->both_marks && grouped(len, n) ? 1 : 0;
}

/* The value as the original's arithmetic gives it: decimals are added one by one, so that the
 * rounding, and with it integer or decimal, comes out alike. */
static double numeral_value(const chart *ch, uint32_t start, uint32_t groups, bool decimal, bool spaced) {
  double v = 0, scale = 1;
  for (uint32_t g = 0; g < groups; g++) {
    const tok *t = &ch->toks[start + (spaced && !(decimal && g + 1 == groups) ? g : 2 * g)];
    if (spaced && decimal && g + 1 == groups) t = &ch->toks[start + groups];
    for (uint32_t k = t->begin; k < t->end; k++) {
      int d = ch->f->text.p[k] - '0';
      if (decimal && g + 1 == groups)
        scale *= 0.1, v += scale * d;
      else
        v = v * 10 + d;
    }
  }
  return v;
}

/* 1,234.5  1.234,5  12,34,567 */
static void add_marked_numeral(chart *ch, uint32_t start) {
  uint8_t len[NUMERAL_MAX_GROUPS];
  char sign[NUMERAL_MAX_GROUPS] = {0};
  uint32_t n = 1, at = start + 1;
  len[0] = (uint8_t)MIN_OF(tok_len(ch, start), 200u);
  if (ch->f->text.p[ch->toks[start].begin] == '0') len[0] = 200; /* 0,683 has no groups */
  while (n < NUMERAL_MAX_GROUPS && at + 1 < ch->tok_count && !ch->toks[at].space_before && glued_digits(ch, at + 1)) {
    char c = tok_char(ch, at);
    if (c != '.' && c != ',') break;
    sign[n] = c;
    len[n++] = (uint8_t)MIN_OF(tok_len(ch, at + 1), 200u);
    at += 2;
  }
  for (; n > 1; n--) {
    int r = reading(ch->c, len, sign, n);
    if (!r) continue;
    chart_add_terminal(ch, r == 2 ? S_decimal : S_numeral, start, start + 2 * n - 1,
                       numeral_value(ch, start, n, r == 2, false));
    return;
  }
}

/* 1 234 567 and 1 234 567.89 */
static void add_spaced_numeral(chart *ch, uint32_t start) {
  if (start && ch->toks[start - 1].kind == TOK_DIGITS) return;
  uint32_t n = 1;
  while (n < NUMERAL_MAX_GROUPS && start + n < ch->tok_count) {
    const tok *t = &ch->toks[start + n];
    if (t->kind != TOK_DIGITS || tok_len(ch, start + n) != 3 || !t->space_before ||
        t->begin - ch->toks[start + n - 1].end > 3)
      break;
    n++;
  }
  uint32_t end = start + n;
  if (n < 2 || tok_len(ch, start) > 3) return;
  if (end < ch->tok_count && ch->toks[end].kind == TOK_DIGITS) return;
  bool decimal = end + 1 < ch->tok_count && !ch->toks[end].space_before && tok_char(ch, end) == ch->c->decimal_mark &&
                 glued_digits(ch, end + 1);
  if (decimal)
    chart_add_terminal(ch, S_decimal, start, end + 2, numeral_value(ch, start, n + 1, true, true));
  else
    chart_add_terminal(ch, S_numeral, start, end, numeral_value(ch, start, n, false, true));
}

static bool joined_to_number(const chart *ch, uint32_t i) {
  if (!i || ch->toks[i].space_before) return false;
  char c = tok_char(ch, i - 1);
  return (c == '.' || c == ',') && i >= 2 && ch->toks[i - 2].kind == TOK_DIGITS && !ch->toks[i - 1].space_before;
}

static void add_numerals(chart *ch, uint32_t i) {
  const tok *t = &ch->toks[i];
  if (t->kind == TOK_DIGITS) {
    add_digits(ch, i);
    chart_add_terminal(ch, S_numeral, i, i + 1, ch->edges[chart_find(ch, S_digits, i, i + 1)].value);
    if (joined_to_number(ch, i)) return;
    add_marked_numeral(ch, i);
    add_spaced_numeral(ch, i);
  } else if (tok_char(ch, i) == ch->c->decimal_mark && glued_digits(ch, i + 1)) {
    if (i && !t->space_before && ch->toks[i - 1].kind != TOK_SIGN && ch->toks[i - 1].kind != TOK_CHAR) return;
    double v = 0, scale = 1;
    for (uint32_t k = ch->toks[i + 1].begin; k < ch->toks[i + 1].end; k++)
      scale *= 0.1, v += scale * (ch->f->text.p[k] - '0');
    chart_add_terminal(ch, S_decimal, i, i + 2, v);
  }
}

/* A dash that can be a minus: nothing it could join stands before it. */
static void add_minus(chart *ch, uint32_t i) {
  str s = chart_text(ch, i, i + 1);
  if (!str_eq(s, STR("-")) && !str_eq(s, STR("−")) && !str_eq(s, STR("–"))) return;
  if (i) {
    const tok *before = &ch->toks[i - 1];
    if (before->kind == TOK_DIGITS || (before->kind == TOK_WORD && !ch->toks[i].space_before)) return;
  }
  chart_add_terminal(ch, S_minus, i, i + 1, -1);
}

/* "SCP2-173m", "2:00 pm": what follows the sign is no number of its own. */
static void add_joiner(chart *ch, uint32_t i) {
  if (!i || ch->toks[i].space_before || !glued_digits(ch, i + 1)) return;
  const tok *before = &ch->toks[i - 1];
  char c = tok_char(ch, i);
  if (before->kind == TOK_DIGITS && c == '-') chart_add_terminal(ch, S_digit_dash, i, i + 1, NAN);
  if (before->kind == TOK_DIGITS && c && strchr(".,:/", c)) chart_add_terminal(ch, S_inner_mark, i, i + 1, NAN);
  bool code = c == '-' && (before->kind == TOK_WORD || (i >= 2 && before->kind == TOK_DIGITS && !before->space_before));
  if (code || (c == ':' && before->kind == TOK_DIGITS)) chart_add_terminal(ch, S_joiner, i, i + 1, NAN);
}

static void add_terminals(chart *ch, uint32_t i) {
  const tok *t = &ch->toks[i];
  if (t->word) add_phrases(ch, i, t->word - 1, i + 1);
  if (t->kind == TOK_SIGN) add_minus(ch, i), add_joiner(ch, i);
  if (t->kind == TOK_DIGITS || t->kind == TOK_SIGN) add_numerals(ch, i);
  if (t->kind == TOK_SIGN) return;
  /* Neighbours that some rules forbid. */
  bool glued_after = i + 1 < ch->tok_count && !ch->toks[i + 1].space_before;
  if (t->kind == TOK_WORD && glued_after && ch->toks[i + 1].kind == TOK_DIGITS)
    chart_add_terminal(ch, S_joiner, i, i + 1, NAN);
  if (t->kind == TOK_WORD && glued_after) chart_add_terminal(ch, S_glued_word, i, i + 1, NAN);
  if (t->kind == TOK_WORD && !t->space_before && i) chart_add_terminal(ch, S_word_joined, i, i + 1, NAN);
  if (t->kind == TOK_DIGITS && !t->space_before && i) chart_add_terminal(ch, S_digits_joined, i, i + 1, NAN);
}

void lexer_run(chart *ch) {
  size_t n = ch->f->text.n;
  scan s = {.ch = ch, .at = ch->f->text.p, .end = ch->f->text.p + n};
  s.toks = arena_alloc(ch->a, (n + 1) * sizeof(tok));
  while (s.at < s.end) next_token(&s);
  chart_set_tokens(ch, s.toks, s.tok_count);
  for (uint32_t i = 0; i < ch->tok_count; i++) add_terminals(ch, i);
}
