#include "base/hash.h"
#include "model/luis_match.h"
#include "project/clu_fields.h"
#include "project/luis_pattern.h"

#include <stdlib.h>

/* text --words--> WORD …; {slot} --> SLOT or ANY; [x] --> FORK x; (x|y) --> FORK x JUMP y
 *
 * The syntax was checked before (luis_pattern_check), so brackets match and are few levels deep. */

enum { DEEPEST = 8 };

typedef struct compiler {
  const luis_schema *s;
  unsigned settings;
  arena scratch;
  buf text; /* literal characters not compiled yet */
  luis_steps *steps;
  size_t base; /* first step of this pattern */
  struct {
    char close;
    uint32_t fork; /* to be led behind this alternative */
    u32_vec jumps; /* to be led behind the group */
  } open[DEEPEST];
  size_t levels;
  const luis_slot *slot; /* the next one */
} compiler;

uint64_t luis_word_hash(str norm) {
  uint64_t h = hash64(norm.p, norm.n, 0x9a77e2);
  return h | (h == 0); /* 0 is an empty place of a set */
}

static uint32_t add_step(compiler *c, luis_op op, uint32_t target, uint64_t word) {
  VEC_PUSH(c->steps, ((luis_step){.op = (uint32_t)op, .target = target, .word = word}));
  return (uint32_t)(c->steps->n - 1 - c->base);
}

static uint32_t here(const compiler *c) {
  return (uint32_t)(c->steps->n - c->base);
}

static void lead(compiler *c, uint32_t step) {
  c->steps->p[c->base + step].target = here(c);
}

static void flush_text(compiler *c) {
  if (!c->text.n) return;
  arena_reset(&c->scratch);
  luis_words w;
  luis_words_of(buf_str(&c->text), c->settings & ~(unsigned)LUIS_WORD_FORM, STR(""), &c->scratch, &w);
  for (size_t i = 0; i < w.exact.n; i++) add_step(c, LUIS_OP_WORD, c->levels == 0, luis_word_hash(w.exact.v[i].norm));
  c->text.n = 0;
}

static void open_bracket(compiler *c, char close) {
  flush_text(c);
  c->open[c->levels].close = close;
  c->open[c->levels].fork = add_step(c, LUIS_OP_FORK, 0, 0);
  c->open[c->levels].jumps = (u32_vec){0};
  c->levels++;
}

static void next_alternative(compiler *c) {
  flush_text(c);
  uint32_t jump = add_step(c, LUIS_OP_JUMP, 0, 0), fork = c->open[c->levels - 1].fork;
  VEC_PUSH(&c->open[c->levels - 1].jumps, jump);
  lead(c, fork);
  c->open[c->levels - 1].fork = add_step(c, LUIS_OP_FORK, 0, 0);
}

/* The last alternative of a group has nothing to fork to: its fork leads to the next step, as not forking does. */
static void close_bracket(compiler *c) {
  flush_text(c);
  c->levels--;
  uint32_t fork = c->open[c->levels].fork;
  if (c->open[c->levels].close == ']')
    lead(c, fork);
  else
    c->steps->p[c->base + fork].target = fork + 1;
  u32_vec *jumps = &c->open[c->levels].jumps;
  for (size_t i = 0; i < jumps->n; i++) lead(c, jumps->p[i]);
  VEC_FREE(jumps);
}

static void add_slot_step(compiler *c, uint32_t node, uint32_t role) {
  bool any = c->s->nodes.p[node].kind == LUIS_PATTERN_ANY;
  add_step(c, any ? LUIS_OP_ANY : LUIS_OP_SLOT, node, role);
}

/* The name of a hierarchical entity stands for each of its children, as a group does. */
static void add_slot_steps(compiler *c, luis_range nodes, str role) {
  u32_vec jumps = {0};
  for (uint32_t i = 0; i < nodes.count; i++) {
    uint32_t node = nodes.first + i, fork = i + 1 < nodes.count ? add_step(c, LUIS_OP_FORK, 0, 0) : LUIS_NONE;
    add_slot_step(c, node, role.p ? luis_schema_role(c->s, node, role) : LUIS_NONE);
    if (fork == LUIS_NONE) continue;
    VEC_PUSH(&jumps, add_step(c, LUIS_OP_JUMP, 0, 0));
    lead(c, fork);
  }
  for (size_t i = 0; i < jumps.n; i++) lead(c, jumps.p[i]);
  VEC_FREE(&jumps);
}

/* {Role} is the entity that has it. */
static err_code add_slot(compiler *c, err *e) {
  const luis_slot *slot = c->slot++;
  luis_range nodes = luis_schema_nodes(c->s, slot->entity);
  str role = slot->role;
  for (uint32_t i = 0; i < c->s->roles.n && !nodes.count && !role.p; i++) {
    uint32_t found = luis_schema_role(c->s, c->s->roles.p[i].node, slot->entity);
    if (found != i) continue;
    nodes = (luis_range){c->s->roles.p[i].node, 1};
    role = slot->entity;
  }
  if (!nodes.count)
    return err_set(e, ERR_INVALID_ARGUMENT, "the app has no entity \"" STR_FMT "\"", STR_ARG(slot->entity));
  if (role.p && luis_schema_role(c->s, nodes.first, role) == LUIS_NONE)
    return err_set(e, ERR_INVALID_ARGUMENT, "the entity \"" STR_FMT "\" has no role \"" STR_FMT "\"",
                   STR_ARG(slot->entity), STR_ARG(role));
  flush_text(c);
  add_slot_steps(c, nodes, role);
  return ERR_OK;
}

/* The character at *at, which moves on. */
static err_code compile_at(compiler *c, str pattern, size_t *at, err *e) {
  char ch = pattern.p[(*at)++];
  switch (ch) {
  case '\\': /* of another character it stays, and that one, too (luis_pattern.h) */
    if (*at == pattern.n) break;
    if (!strchr("{}[]()|^", pattern.p[*at])) buf_add_byte(&c->text, ch);
    ch = pattern.p[(*at)++];
    break;
  case '{': *at += str_find_byte(str_skip(pattern, *at), '}') + 1; return add_slot(c, e);
  case '[': open_bracket(c, ']'); return ERR_OK;
  case '(': open_bracket(c, ')'); return ERR_OK;
  case ']':
  case ')': close_bracket(c); return ERR_OK;
  case '|':
    if (!c->levels || c->open[c->levels - 1].close != ')') break;
    next_alternative(c);
    return ERR_OK;
  default: break;
  }
  buf_add_byte(&c->text, ch);
  return ERR_OK;
}

static bool is_escaped(str s, size_t at) {
  size_t n = 0;
  while (n < at && s.p[at - 1 - n] == '\\') n++;
  return n % 2;
}

str luis_pattern_body(str pattern, uint32_t *anchors) {
  str s = str_trim(pattern);
  *anchors = 0;
  if (s.n && s.p[0] == '^') {
    *anchors |= LUIS_ANCHOR_BEGIN;
    s = str_skip(s, 1);
  }
  if (s.n && s.p[s.n - 1] == '^' && !is_escaped(s, s.n - 1)) {
    *anchors |= LUIS_ANCHOR_END;
    s.n--;
  }
  return s;
}

static err_code compile(compiler *c, str pattern, uint32_t *anchors, err *e) {
  str s = luis_pattern_body(pattern, anchors);
  for (size_t at = 0; at < s.n;) TRY(compile_at(c, s, &at, e));
  flush_text(c);
  add_step(c, LUIS_OP_END, 0, 0);
  return ERR_OK;
}

err_code luis_pattern_compile(const luis_schema *s, str pattern, unsigned settings, luis_steps *steps,
                              uint32_t *anchors, err *e) {
  compiler c = {.s = s, .settings = settings, .steps = steps, .base = steps->n};
  arena slots;
  arena_init(&slots, 0);
  arena_init(&c.scratch, 0);
  luis_slot *found;
  size_t n;
  err_code rc = luis_pattern_check(pattern, &slots, &found, &n, NULL, e);
  if (rc == ERR_OK) {
    c.slot = found;
    rc = compile(&c, pattern, anchors, e);
  }
  for (size_t i = 0; i < c.levels; i++) VEC_FREE(&c.open[i].jumps);
  buf_free(&c.text);
  arena_fini(&c.scratch);
  arena_fini(&slots);
  return rc;
}

bool luis_steps_check(const luis_step *steps, uint32_t count, uint32_t nodes, uint32_t roles) {
  for (uint32_t i = 0; i < count; i++) {
    const luis_step *s = &steps[i];
    if ((s->op == LUIS_OP_END) != (i + 1 == count)) return false;
    switch (s->op) {
    case LUIS_OP_WORD:
    case LUIS_OP_END: break;
    case LUIS_OP_SLOT:
    case LUIS_OP_ANY:
      if (s->target >= nodes || (s->word != LUIS_NONE && s->word >= roles)) return false;
      break;
    case LUIS_OP_FORK:
    case LUIS_OP_JUMP:
      if (s->target <= i || s->target >= count) return false;
      break;
    default: return false;
    }
  }
  return count > 0;
}
