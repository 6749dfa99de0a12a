#include "project/lu_line.h"

#include "base/vec.h"

/* One pass over the line writes the text without markup and keeps a stack of open labels. Slots ({Entity} without a
 * value) make the line a pattern; so do, when there is no label, [optional] parts and (alternative|groups). */

enum { MAX_DEPTH = 8 };

typedef struct scanner {
  str line;
  size_t at;
  char *text; /* as long as the line at most */
  size_t text_n;
  lu_span *spans;
  size_t span_count;
  int open[MAX_DEPTH], depth; /* spans not closed yet */
  size_t slots, first_slot;
} scanner;

static err_code bad(const char *sentence, err *e) {
  return err_set(e, ERR_INVALID_ARGUMENT, "%s", sentence);
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* "@Name:role" to its parts. */
static err_code split_name(str s, str *name, str *role, err *e) {
  s = str_trim(s);
  if (s.n && s.p[0] == '@') s = str_trim(str_skip(s, 1));
  size_t colon = str_find_byte(s, ':');
  *name = str_trim(str_make(s.p, colon));
  *role = colon < s.n ? str_trim(str_skip(s, colon + 1)) : STR_NONE;
  if (!name->n) return bad("the entity has no name", e);
  return role->p && !role->n ? bad("the role has no name", e) : ERR_OK;
}

static err_code open_brace(scanner *c, err *e) {
  str rest = str_skip(c->line, c->at + 1);
  size_t n = 0;
  while (n < rest.n && !strchr("={}", rest.p[n])) n++;
  if (n == rest.n) return bad("'{' is not closed", e);
  if (rest.p[n] == '{') return bad("'{' within the name of an entity", e);
  str name, role;
  err_code rc = split_name(str_make(rest.p, n), &name, &role, e);
  if (rc != ERR_OK) return rc;
  if (rest.p[n] == '}') {
    if (!c->slots++) c->first_slot = c->at;
    c->at += n + 2;
    return ERR_OK;
  }
  if (c->depth == MAX_DEPTH) return bad("labels are nested too deep", e);
  int parent = c->depth ? c->open[c->depth - 1] : -1;
  c->open[c->depth++] = (int)c->span_count;
  c->spans[c->span_count++] = (lu_span){
      .name = name, .role = role, .begin_bytes = (uint32_t)c->text_n, .at_bytes = (uint32_t)c->at, .parent = parent};
  c->at += n + 2;
  while (c->at < c->line.n && is_blank(c->line.p[c->at])) c->at++; /* a value is trimmed */
  return ERR_OK;
}

static err_code close_brace(scanner *c, err *e) {
  if (!c->depth) {
    c->text[c->text_n++] = '}';
    c->at++;
    return ERR_OK;
  }
  lu_span *s = &c->spans[c->open[--c->depth]];
  while (c->text_n > s->begin_bytes && is_blank(c->text[c->text_n - 1])) c->text_n--;
  s->end_bytes = (uint32_t)c->text_n;
  if (s->end_bytes == s->begin_bytes) return bad("the label has no value", e);
  c->at++;
  return ERR_OK;
}

/* A backslash before a bracket goes; two backslashes stay two, one before anything else stays. */
static void backslash(scanner *c) {
  char next = c->at + 1 < c->line.n ? c->line.p[c->at + 1] : '\0';
  bool escape = next && strchr("{}[]()", next);
  if (!escape) c->text[c->text_n++] = '\\';
  if (escape || next == '\\') {
    c->text[c->text_n++] = next;
    c->at++;
  }
  c->at++;
}

static err_code scan(scanner *c, err *e) {
  while (c->at < c->line.n) {
    err_code rc = ERR_OK;
    switch (c->line.p[c->at]) {
    case '{': rc = open_brace(c, e); break;
    case '}': rc = close_brace(c, e); break;
    case '\\': backslash(c); break;
    default: c->text[c->text_n++] = c->line.p[c->at++]; break;
    }
    if (rc != ERR_OK) return rc;
  }
  if (c->depth) {
    c->at = c->spans[c->open[c->depth - 1]].at_bytes;
    return bad("the label is not closed", e);
  }
  if (!c->slots || !c->span_count) return ERR_OK;
  c->at = c->first_slot;
  return bad("the line has entities with a value and without one", e);
}

/* [..], or (..|..): a group with a bar at its own level. Unclosed brackets stand for themselves. The deepest level with
 * a bar is enough to know: brackets close from within. */
static bool has_groups(str s) {
  size_t depth = 0, barred = 0;
  bool optional = false;
  for (size_t i = 0; i < s.n; i++) {
    switch (s.p[i]) {
    case '\\': i++; break;
    case '[': optional = true; break;
    case ']':
      if (optional) return true;
      break;
    case '(': depth++; break;
    case ')':
      if (depth && depth == barred) return true;
      depth -= depth > 0;
      break;
    case '|': barred = MAX_OF(barred, depth); break;
    default: break;
    }
  }
  return false;
}

/* Where the bracket at s.p[at] is closed, s.n when it is not. */
static size_t closing(str s, size_t at, char open, char close) {
  int depth = 0;
  for (size_t i = at; i < s.n; i++) {
    if (s.p[i] == '\\')
      i++;
    else if (s.p[i] == open)
      depth++;
    else if (s.p[i] == close && --depth == 0)
      return i;
  }
  return s.n;
}

/* "[any text](./other.lu#Intent)", the whole line. */
static bool is_reference(str s) {
  if (s.n < 4 || s.p[0] != '[' || s.p[s.n - 1] != ')') return false;
  size_t end = closing(s, 0, '[', ']');
  if (end + 1 >= s.n || s.p[end + 1] != '(') return false;
  return closing(s, end + 1, '(', ')') == s.n - 1;
}

/* The '@' of slots off. */
static str pattern_text(str line, arena *a) {
  char *p = arena_cstr(a, line);
  size_t n = 0;
  for (size_t i = 0; i < line.n; i++) {
    if (line.p[i] == '\\' && i + 1 < line.n) {
      p[n++] = line.p[i++];
      p[n++] = line.p[i];
      continue;
    }
    p[n++] = line.p[i];
    if (line.p[i] != '{') continue;
    while (i + 1 < line.n && (is_blank(line.p[i + 1]) || line.p[i + 1] == '@')) i++;
  }
  return str_make(p, n);
}

err_code lu__line_read(str line, arena *a, lu_line *out, size_t *at_bytes, err *e) {
  *out = (lu_line){.text = line};
  if (is_reference(line)) {
    out->kind = LU_REFERENCE;
    return ERR_OK;
  }
  size_t braces = 0;
  for (size_t i = 0; i < line.n; i++) braces += line.p[i] == '{';
  scanner c = {.line = line, .text = arena_alloc(a, line.n + 1), .spans = ARENA_ARRAY(a, lu_span, braces)};
  err_code rc = scan(&c, e);
  *at_bytes = MIN_OF(c.at, line.n);
  if (rc != ERR_OK) return rc;
  out->spans = c.spans;
  out->span_count = c.span_count;
  if (c.slots || (!c.span_count && has_groups(line))) {
    out->kind = LU_PATTERN;
    out->text = pattern_text(line, a);
  } else {
    out->text = str_make(c.text, c.text_n);
  }
  return ERR_OK;
}
