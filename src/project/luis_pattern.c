#include "project/luis_pattern.h"

#include "project/luis.h"
#include "text/utf8.h"

enum { MAX_OPTIONAL = 2, MAX_GROUPS = 2, MAX_LEVELS = 3, MAX_BARS = 2 };

typedef struct checker {
  str pattern;
  size_t at;
  struct {
    char close;
    int bars;
    size_t begin;
  } open[MAX_LEVELS]; /* [levels] brackets not closed yet */
  int levels, optionals, groups;
  luis_slot *slots; /* room for every '{' */
  size_t slot_count;
} checker;

static err_code open_bracket(checker *c, char bracket, err *e) {
  bool optional = bracket == '[';
  int *nested = optional ? &c->optionals : &c->groups;
  if (*nested == (optional ? MAX_OPTIONAL : MAX_GROUPS))
    return err_set(e, ERR_INVALID_ARGUMENT, "%s are nested more than twice", optional ? "optional parts" : "groups");
  if (c->levels == MAX_LEVELS)
    return err_set(e, ERR_INVALID_ARGUMENT, "groups and optional parts are nested more than %d levels", MAX_LEVELS);
  (*nested)++;
  c->open[c->levels].close = optional ? ']' : ')';
  c->open[c->levels].bars = 0;
  c->open[c->levels++].begin = c->at;
  return ERR_OK;
}

static err_code close_bracket(checker *c, char bracket, err *e) {
  if (!c->levels || c->open[c->levels - 1].close != bracket)
    return err_set(e, ERR_INVALID_ARGUMENT, "'%c' closes nothing", bracket);
  c->levels--;
  if (bracket == ']')
    c->optionals--;
  else
    c->groups--;
  return ERR_OK;
}

static err_code bar(checker *c, err *e) {
  if (!c->levels || c->open[c->levels - 1].close != ')') return ERR_OK;
  if (++c->open[c->levels - 1].bars > MAX_BARS)
    return err_set(e, ERR_INVALID_ARGUMENT, "a group has more than %d alternatives", MAX_BARS + 1);
  return ERR_OK;
}

/* c->at is on the '{'; leaves it on the '}'. */
static err_code slot(checker *c, err *e) {
  str rest = str_skip(c->pattern, c->at + 1);
  size_t end = str_find_byte(rest, '}');
  if (end == rest.n) return err_set(e, ERR_INVALID_ARGUMENT, "'{' is not closed");
  str inner = str_trim(str_make(rest.p, end));
  if (inner.n && inner.p[0] == '@') inner = str_trim(str_skip(inner, 1));
  size_t colon = str_find_byte(inner, ':');
  luis_slot *s = &c->slots[c->slot_count++];
  *s = (luis_slot){.entity = str_trim(str_make(inner.p, colon)), .offset_bytes = c->at};
  if (colon < inner.n) s->role = str_trim(str_skip(inner, colon + 1));
  err why;
  err_code rc = luis_name_check(s->entity, "name of the entity", &why);
  if (rc == ERR_OK && colon < inner.n) rc = luis_name_check(s->role, "name of the role", &why);
  if (rc != ERR_OK) return err_set(e, rc, "%s", why.message);
  c->at += end + 1;
  return ERR_OK;
}

static err_code step(checker *c, err *e) {
  switch (c->pattern.p[c->at]) {
  case '\\': c->at++; return ERR_OK;
  case '{': return slot(c, e);
  case '}': return err_set(e, ERR_INVALID_ARGUMENT, "'}' closes nothing");
  case '[': return open_bracket(c, '[', e);
  case '(': return open_bracket(c, '(', e);
  case ']': return close_bracket(c, ']', e);
  case ')': return close_bracket(c, ')', e);
  case '|': return bar(c, e);
  default: return ERR_OK;
  }
}

static err_code run(checker *c, err *e) {
  size_t chars = utf8_codepoints(c->pattern);
  if (chars < 1 || chars > LUIS_LIMIT_PATTERN_CHARS)
    return err_set(e, ERR_INVALID_ARGUMENT, "a pattern must have 1 to %d characters", LUIS_LIMIT_PATTERN_CHARS);
  for (; c->at < c->pattern.n; c->at++) {
    err_code rc = step(c, e);
    if (rc != ERR_OK) return rc;
  }
  if (!c->levels) return ERR_OK;
  c->at = c->open[c->levels - 1].begin;
  return err_set(e, ERR_INVALID_ARGUMENT, "'%c' is not closed", c->pattern.p[c->at]);
}

err_code luis_pattern_check(str pattern, arena *a, luis_slot **slots, size_t *n, size_t *at_bytes, err *e) {
  size_t braces = 0;
  for (size_t i = 0; i < pattern.n; i++) braces += pattern.p[i] == '{';
  checker c = {.pattern = pattern, .slots = ARENA_ARRAY(a, luis_slot, braces)};
  err_code rc = run(&c, e);
  if (rc != ERR_OK) {
    if (at_bytes) *at_bytes = MIN_OF(c.at, pattern.n);
    return rc;
  }
  *slots = c.slots;
  *n = c.slot_count;
  return ERR_OK;
}
