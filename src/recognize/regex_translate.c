#include "recognize/regex_translate.h"

/* One pass over the source: everything is copied but what the two dialects read differently.
 * What only PCRE2 knows is refused, so that a pattern means here what it means in .NET. */

typedef struct scanner {
  str s;
  size_t i; /* next byte */
  bool in_class;
  size_t class_begin; /* first byte that may close the class */
  regex_translation *t;
} scanner;

static bool refuse(scanner *c, size_t at, const char *why) {
  c->t->fault = why;
  c->t->fault_bytes = at;
  return false;
}

static void emit(scanner *c, size_t from, const char *p, size_t n) {
  buf_add(&c->t->out, p, n);
  for (size_t k = 0; k < n; k++) VEC_PUSH(&c->t->from, (uint32_t)from);
}

static void emit_codepoint(scanner *c, size_t from, uint32_t cp) {
  buf text = {0};
  buf_printf(&text, "\\x{%x}", cp);
  emit(c, from, text.p, text.n);
  buf_free(&text);
}

/* Copies n source bytes as they are. */
static void copy(scanner *c, size_t n) {
  for (size_t k = 0; k < n; k++, c->i++) emit(c, c->i, c->s.p + c->i, 1);
}

static char at(const scanner *c, size_t i) {
  return i < c->s.n ? c->s.p[i] : '\0';
}

/* Value of exactly digits hex digits at byte i. */
static bool hex(const scanner *c, size_t i, size_t digits, uint32_t *out) {
  uint32_t v = 0;
  for (size_t k = 0; k < digits; k++) {
    char d = at(c, i + k);
    uint32_t digit;
    if (d >= '0' && d <= '9')
      digit = (uint32_t)(d - '0');
    else if ((d | 32) >= 'a' && (d | 32) <= 'f')
      digit = (uint32_t)((d | 32) - 'a' + 10);
    else
      return false;
    v = v << 4 | digit;
  }
  *out = v;
  return true;
}

/* \uHHHH; .NET matches UTF-16, so a character above U+FFFF is written as two of them. */
static bool unicode_escape(scanner *c) {
  size_t from = c->i;
  uint32_t unit, low;
  if (!hex(c, from + 2, 4, &unit)) return refuse(c, from, "\\u needs four hexadecimal digits");
  c->i += 6;
  if (unit >= 0xd800 && unit < 0xdc00) {
    bool pair = at(c, c->i) == '\\' && at(c, c->i + 1) == 'u' && hex(c, c->i + 2, 4, &low);
    if (!pair || low < 0xdc00 || low > 0xdfff) return refuse(c, from, "a high surrogate needs its low surrogate");
    c->i += 6;
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  } else if (unit >= 0xdc00 && unit < 0xe000) {
    return refuse(c, from, "a low surrogate needs its high surrogate");
  }
  emit_codepoint(c, from, unit);
  return true;
}

/* Named blocks in common use; PCRE2 knows scripts and categories only. */
static const struct {
  const char *name;
  uint32_t first, last;
} BLOCKS[] = {
    {"IsBasicLatin", 0x0000, 0x007f},
    {"IsLatin-1Supplement", 0x0080, 0x00ff},
    {"IsLatinExtended-A", 0x0100, 0x017f},
    {"IsLatinExtended-B", 0x0180, 0x024f},
    {"IsGreek", 0x0370, 0x03ff},
    {"IsGreekandCoptic", 0x0370, 0x03ff},
    {"IsCyrillic", 0x0400, 0x04ff},
    {"IsArmenian", 0x0530, 0x058f},
    {"IsHebrew", 0x0590, 0x05ff},
    {"IsArabic", 0x0600, 0x06ff},
    {"IsDevanagari", 0x0900, 0x097f},
    {"IsThai", 0x0e00, 0x0e7f},
    {"IsGeneralPunctuation", 0x2000, 0x206f},
    {"IsCurrencySymbols", 0x20a0, 0x20cf},
    {"IsHiragana", 0x3040, 0x309f},
    {"IsKatakana", 0x30a0, 0x30ff},
    {"IsCJKUnifiedIdeographs", 0x4e00, 0x9fff},
    {"IsHangulSyllables", 0xac00, 0xd7af},
};

static void emit_block(scanner *c, size_t from, size_t block, bool negated) {
  if (!c->in_class) emit(c, from, negated ? "[^" : "[", negated ? 2 : 1);
  emit_codepoint(c, from, BLOCKS[block].first);
  emit(c, from, "-", 1);
  emit_codepoint(c, from, BLOCKS[block].last);
  if (!c->in_class) emit(c, from, "]", 1);
}

/* \p{...} and \P{...} */
static bool property_escape(scanner *c) {
  size_t from = c->i;
  str rest = str_skip(c->s, from + 3);
  size_t n = str_find_byte(rest, '}');
  if (at(c, from + 2) != '{' || n == rest.n) return refuse(c, from, "\\p needs a name in braces");
  str name = str_make(rest.p, n);
  bool negated = at(c, from + 1) == 'P';
  if (!str_starts(name, STR("Is"))) {
    copy(c, n + 4);
    return true;
  }
  if (negated && c->in_class) return refuse(c, from, "a negated block name inside a character class is not supported");
  for (size_t k = 0; k < ARRAY_LEN(BLOCKS); k++)
    if (str_eq(name, str_of(BLOCKS[k].name))) {
      emit_block(c, from, k, negated);
      c->i += n + 4;
      return true;
    }
  return refuse(c, from, "this block name is not supported");
}

static bool escape(scanner *c) {
  size_t from = c->i;
  if (from + 1 >= c->s.n) return refuse(c, from, "the pattern ends with a backslash");
  char k = at(c, from + 1);
  uint32_t unused;
  switch (k) {
  case 'u': return unicode_escape(c);
  case 'p':
  case 'P': return property_escape(c);
  case 'v': /* vertical tab; in PCRE2 any vertical space */
    emit(c, from, "\\x0b", 4);
    c->i += 2;
    return true;
  case 'x':
    if (!hex(c, from + 2, 2, &unused)) return refuse(c, from, "\\x needs two hexadecimal digits");
    break;
  default:
    if (((k >= 'a' && k <= 'z') || (k >= 'A' && k <= 'Z')) && !strchr("abBAcdDefGknrsStwWzZ", k))
      return refuse(c, from, "this escape sequence is not known");
    break;
  }
  copy(c, 2);
  return true;
}

/* The character after "(?<" or "(?'" begins a group name; refused when it balances groups. */
static bool group_name(scanner *c, char close) {
  str rest = str_skip(c->s, c->i + 3);
  str name = str_make(rest.p, str_find_byte(rest, close));
  if (str_find_byte(name, '-') != name.n) return refuse(c, c->i, "balancing groups are not supported");
  copy(c, 3);
  return true;
}

static bool group(scanner *c) {
  if (at(c, c->i + 1) == '*') return refuse(c, c->i + 1, "a quantifier follows nothing");
  if (at(c, c->i + 1) != '?') {
    copy(c, 1);
    return true;
  }
  char k = at(c, c->i + 2), next = at(c, c->i + 3);
  if (k == '#') { /* a comment may hold anything but ')' */
    copy(c, 3 + str_find_byte(str_skip(c->s, c->i + 3), ')'));
    return true;
  }
  if (k == '\'') return group_name(c, '\'');
  if (k == '<' && next != '=' && next != '!') return group_name(c, '>');
  if (k == '\0' || !strchr(":=!><(imnsx-", k)) return refuse(c, c->i, "this group construct is not known");
  copy(c, k == '(' ? 2 : 3); /* the condition of (?(...)...) is scanned as a group of its own */
  return true;
}

static void open_class(scanner *c) {
  c->in_class = true;
  copy(c, at(c, c->i + 1) == '^' ? 2 : 1);
  c->class_begin = c->i + 1; /* a ] in the first place is literal */
}

static bool in_class(scanner *c, char k) {
  if (k == '-' && at(c, c->i + 1) == '[') return refuse(c, c->i, "character class subtraction is not supported");
  if (k == '[') { /* literal; PCRE2 would look for [:posix:] */
    emit(c, c->i++, "\\[", 2);
    return true;
  }
  if (k == ']' && c->i >= c->class_begin) c->in_class = false;
  copy(c, 1);
  return true;
}

bool regex__translate(str source, regex_translation *t) {
  *t = (regex_translation){0};
  scanner c = {.s = source, .t = t};
  while (c.i < c.s.n) {
    char k = c.s.p[c.i];
    bool ok = true;
    if (k == '\\')
      ok = escape(&c);
    else if (c.in_class)
      ok = in_class(&c, k);
    else if (k == '(')
      ok = group(&c);
    else if (k == '[')
      open_class(&c);
    else
      copy(&c, 1);
    if (!ok) return false;
  }
  return true;
}

void regex__translation_free(regex_translation *t) {
  buf_free(&t->out);
  VEC_FREE(&t->from);
}
