#include "model/luis_match.h"

/* table[step][token]: the best score of a match of the rest of the pattern from that step on against the tokens from
 * that one on; 0 when there is none. Scores add up along a match; DONE is in each, so that an empty rest counts. */
#define DONE     (UINT64_C(1) << 62)
#define EXPLICIT (UINT64_C(1) << 48) /* a value of an explicit list */
#define FIXED    (UINT64_C(1) << 24) /* a token that a word or an entity of the pattern took */
#define COVERED  UINT64_C(1)         /* any token of the match */
#define NO_FIXED (FIXED - 1)

static bool set_has(const luis_subject *u, uint64_t word) {
  size_t at = (word >> 20) & u->set_mask;
  while (u->set[at] && u->set[at] != word) at = (at + 1) & u->set_mask;
  return u->set[at] != 0;
}

static void set_add(luis_subject *u, uint64_t word) {
  size_t at = (word >> 20) & u->set_mask;
  while (u->set[at] && u->set[at] != word) at = (at + 1) & u->set_mask;
  u->set[at] = word;
}

void luis_subject_init(luis_subject *u, const tokens *t, const luis_spans *spans, const luis_marks *marks, arena *a) {
  *u = (luis_subject){.n = t->n, .spans = spans, .marks = marks};
  size_t size = 16;
  while (size < 2 * t->n) size *= 2;
  u->set_mask = size - 1;
  u->set = ARENA_ARRAY(a, uint64_t, size);
  u->words = ARENA_ARRAY(a, uint64_t, t->n + 1);
  u->first = ARENA_ARRAY(a, uint32_t, t->n + 1);
  u->first_mark = ARENA_ARRAY(a, uint32_t, t->n + 1);
  uint32_t span = 0, mark = 0;
  for (uint32_t i = 0; i <= t->n; i++) {
    while (span < spans->n && spans->v[span].first_token < i) span++;
    while (mark < marks->n && marks->v[mark].first_token < i) mark++;
    u->first[i] = span;
    u->first_mark[i] = mark;
    if (i == t->n) break;
    u->words[i] = luis_word_hash(t->v[i].norm);
    set_add(u, u->words[i]);
  }
}

typedef struct matcher {
  const luis_step *steps;
  const luis_subject *u;
  uint32_t anchors;
  uint64_t *table;
  size_t width; /* tokens + 1 */
} matcher;

static uint64_t *row(const matcher *m, uint32_t step) {
  return m->table + step * m->width;
}

/* The first span at the token that fills the slot with the best rest; *span says which. */
static uint64_t best_span(const matcher *m, uint32_t step, size_t at, uint32_t *span) {
  const uint64_t *rest = row(m, step + 1);
  uint64_t best = 0;
  if (at >= m->u->n) return 0;
  for (uint32_t i = m->u->first[at]; i < m->u->first[at + 1]; i++) {
    const luis_span *s = &m->u->spans->v[i];
    if (s->node != m->steps[step].target || !s->token_count || at + s->token_count > m->u->n) continue;
    uint64_t after = rest[at + s->token_count], score = after + s->token_count * (FIXED + COVERED);
    if (after && score > best) {
      best = score;
      *span = i;
    }
  }
  return best;
}

/* The same of the explicit values of a pattern.any; *count says how long. */
static uint64_t best_explicit(const matcher *m, uint32_t step, size_t at, uint32_t *count) {
  const uint64_t *rest = row(m, step + 1);
  uint64_t best = 0;
  if (at >= m->u->n) return 0;
  for (uint32_t i = m->u->first_mark[at]; i < m->u->first_mark[at + 1]; i++) {
    const luis_mark *x = &m->u->marks->v[i];
    if (x->kind != PHRASE_EXPLICIT || x->signal != m->steps[step].target || at + x->token_count > m->u->n) continue;
    uint64_t after = rest[at + x->token_count], score = after + EXPLICIT + x->token_count * COVERED;
    if (after && score > best) {
      best = score;
      *count = x->token_count;
    }
  }
  return best;
}

/* A pattern.any takes the token and ends, or takes it and goes on. The running value is kept one token behind. */
static void fill_any(const matcher *m, uint32_t step, uint64_t *out) {
  const uint64_t *rest = row(m, step + 1);
  uint64_t run = 0; /* best from the next token on, within the value */
  uint32_t count;
  out[m->u->n] = 0;
  for (size_t at = m->u->n; at-- > 0;) {
    uint64_t after = MAX_OF(rest[at + 1], run), explicit_value = best_explicit(m, step, at, &count);
    run = after ? after + COVERED : 0;
    out[at] = MAX_OF(run, explicit_value);
  }
}

static void fill(const matcher *m, uint32_t step) {
  const luis_step *s = &m->steps[step];
  uint64_t *out = row(m, step);
  size_t n = m->u->n;
  uint32_t span;
  switch (s->op) {
  case LUIS_OP_END:
    for (size_t at = 0; at <= n; at++) out[at] = !(m->anchors & LUIS_ANCHOR_END) || at == n ? DONE : 0;
    break;
  case LUIS_OP_WORD: {
    const uint64_t *rest = row(m, step + 1);
    out[n] = 0;
    for (size_t at = 0; at < n; at++)
      out[at] = m->u->words[at] == s->word && rest[at + 1] ? rest[at + 1] + FIXED + COVERED : 0;
    break;
  }
  case LUIS_OP_SLOT:
    for (size_t at = 0; at <= n; at++) out[at] = best_span(m, step, at, &span);
    break;
  case LUIS_OP_ANY: fill_any(m, step, out); break;
  default: { /* FORK and JUMP */
    const uint64_t *next = s->op == LUIS_OP_FORK ? row(m, step + 1) : NULL, *target = row(m, s->target);
    for (size_t at = 0; at <= n; at++) out[at] = next ? MAX_OF(next[at], target[at]) : target[at];
  }
  }
}

/* How many tokens the pattern.any takes in a best match from the token on. */
static uint32_t length_of_any(const matcher *m, uint32_t step, size_t at) {
  const uint64_t *rest = row(m, step + 1);
  uint64_t best = row(m, step)[at];
  uint32_t count;
  if (best_explicit(m, step, at, &count) == best) return count;
  for (uint32_t n = 1; at + n <= m->u->n; n++)
    if (rest[at + n] && rest[at + n] + n * COVERED == best) return n;
  return 1; /* not reached: best is one of these */
}

static void trace(const matcher *m, size_t at, luis_match *out, luis_filled *slots) {
  for (uint32_t step = 0; m->steps[step].op != LUIS_OP_END;) {
    const luis_step *s = &m->steps[step];
    luis_filled f = {.node = s->target, .role = (uint32_t)s->word, .span = LUIS_NONE, .first_token = (uint32_t)at};
    switch (s->op) {
    case LUIS_OP_FORK: step = row(m, step + 1)[at] >= row(m, s->target)[at] ? step + 1 : s->target; continue;
    case LUIS_OP_JUMP: step = s->target; continue;
    case LUIS_OP_WORD: at++; break;
    case LUIS_OP_SLOT:
      (void)best_span(m, step, at, &f.span);
      f.token_count = m->u->spans->v[f.span].token_count;
      break;
    default: f.token_count = length_of_any(m, step, at); break;
    }
    if (f.token_count) slots[out->slot_count++] = f;
    at += f.token_count;
    step++;
  }
}

/* Words that each match has are there at all. */
bool luis_pattern_possible(const luis_step *steps, uint32_t count, const luis_subject *u) {
  if (!u->n || u->n > LUIS_MATCH_MAX_TOKENS) return false;
  for (uint32_t i = 0; i < count; i++)
    if (steps[i].op == LUIS_OP_WORD && steps[i].target && !set_has(u, steps[i].word)) return false;
  return true;
}

void luis_pattern_match(const luis_step *steps, uint32_t count, uint32_t anchors, const luis_subject *u,
                        uint64_t *table, arena *a, luis_match *out) {
  *out = (luis_match){0};
  matcher m = {.steps = steps, .u = u, .anchors = anchors, .table = table, .width = u->n + 1};
  for (uint32_t step = count; step-- > 0;) fill(&m, step);
  const uint64_t *whole = row(&m, 0);
  size_t best = 0;
  for (size_t at = 1; at < u->n && !(anchors & LUIS_ANCHOR_BEGIN); at++)
    if (whole[at] > whole[best]) best = at;
  /* A match without a word or entity of the pattern says nothing: it would match any text. */
  if (!(whole[best] & ~DONE & ~NO_FIXED)) return;
  out->score = whole[best];
  luis_filled *slots = arena_alloc(a, count * sizeof *slots);
  out->slots = slots;
  trace(&m, best, out, slots);
}
