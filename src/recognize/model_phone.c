/* model_phone.c -- telephone numbers: groups of digits with the signs people put between them, in a
 * shape that some country writes and that is not one of something else; scored as the original does. */
#include "recognize/models.h"
#include "recognize/sequence.h"
#include <math.h>

enum { MAX_RUN = 48, MIN_DIGITS = 7, MAX_DIGITS = 16, MAX_PARTS = 12 };

/* Groups of digits from begin; ends[k] is the end of the first k + 1 groups with a closing bracket. */
typedef struct phone {
  size_t begin;
  size_t ends[MAX_PARTS];
  uint8_t len[MAX_PARTS];
  char sign[MAX_PARTS]; /* last sign before the group but blank, or ' ', or 0 when brackets alone part them */
  uint32_t value[MAX_PARTS];
  uint32_t parts;
  bool plus, bracket;
} phone;

static bool between(char c) {
  return c && strchr(" -/.()", c);
}

/* Reads the signs before a group; false when they cannot stand inside a number. */
static bool read_signs(str s, size_t *at, char *sign, bool first) {
  size_t i = *at;
  int blanks = 0, marks = 0, brackets = 0;
  *sign = 0;
  for (; i - *at < MAX_RUN && (between(seq_at(s, i)) || (seq_at(s, i) == '+' && first)); i++) {
    char c = s.p[i];
    if (c == ' ') {
      if (++blanks > 3 || seq_at(s, i + 1) == ' ') return false;
      if (!*sign) *sign = ' ';
    } else if (c == '(' || c == ')' || c == '+') {
      if (++brackets > 4) return false;
    } else {
      if (++marks > 1) return false;
      *sign = c;
    }
  }
  *at = i;
  return true;
}

static bool read_group(str s, size_t *at, phone *p) {
  size_t i = *at;
  uint32_t v = 0;
  while (seq_digit(seq_at(s, i)) && i - *at < 20) v = v * 10 + (uint32_t)(s.p[i++] - '0');
  if (i == *at) return false;
  p->len[p->parts] = (uint8_t)(i - *at);
  p->value[p->parts] = v;
  size_t close = i;
  while (seq_at(s, close) == ' ' && close < i + 1) close++;
  p->ends[p->parts++] = seq_at(s, close) == ')' ? close + 1 : i;
  *at = i;
  return true;
}

static void read_phone(str s, size_t begin, phone *p) {
  *p = (phone){.begin = begin};
  size_t at = begin;
  while (p->parts < MAX_PARTS && at - begin < MAX_RUN) {
    size_t from = at;
    if (!read_signs(s, &at, &p->sign[p->parts], p->parts == 0)) return;
    if (p->parts && at == from) return;
    for (size_t i = from; i < at; i++) {
      p->plus |= s.p[i] == '+';
      p->bracket |= s.p[i] == '(';
    }
    if (!read_group(s, &at, p)) return;
  }
}

static uint32_t digits_of(const phone *p, uint32_t parts) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < parts; i++) n += p->len[i];
  return n;
}

static bool is_date(const phone *p, uint32_t parts) {
  if (parts == 2 && p->len[0] == 4 && p->len[1] == 4 && p->sign[1] == '/') return true; /* 2009/2010 */
  if (parts != 3 || p->sign[1] != p->sign[2] || p->sign[1] == ' ') return false;
  const uint8_t *l = p->len;
  const uint32_t *v = p->value;
  if (l[2] == 4 && l[0] <= 2 && l[1] <= 2) return v[0] <= 31 && v[1] <= 31 && (v[0] <= 12 || v[1] <= 12);
  return l[0] == 4 && l[1] <= 2 && l[2] <= 2 && v[1] <= 12 && v[2] <= 31;
}

static bool is_security_number(const phone *p, uint32_t parts) {
  return parts == 3 && p->len[0] == 3 && p->len[1] == 2 && p->len[2] == 4 && p->sign[1] == '-';
}

static bool is_card(const phone *p, uint32_t parts) {
  return parts >= 4 && p->len[0] == 4 && p->len[1] == 4 && p->len[2] == 4 && !p->plus && p->value[0] >= 1000;
}

static bool is_dotted(const phone *p, uint32_t parts) { /* decimal, IP address, version */
  for (uint32_t i = 1; i < parts; i++)
    if (p->sign[i] != '.') return false;
  return parts > 1 && !(parts == 3 && p->len[1] == 3 && p->len[2] >= 3) && !p->bracket;
}

/* Groups of one digit only stand after a country code or in "3333/2/6666". */
static bool is_special(const phone *p, uint32_t parts) {
  return parts == 3 && p->len[0] >= 3 && p->len[0] <= 4 && p->len[2] >= 3 && p->len[2] <= 4 &&
         (p->sign[1] == '/' || p->sign[1] == '-');
}

/* "00 49 ...", "0049 ..." */
static bool has_exit_code(const phone *p) {
  uint32_t below = 1;
  for (int i = 2; i < p->len[0] && i < 6; i++) below *= 10;
  return p->len[0] >= 2 && p->len[0] <= 5 && p->value[0] < below;
}

static bool all_pairs(const phone *p, uint32_t parts) { /* 12 34 56 78 */
  for (uint32_t i = 0; i < parts; i++)
    if (p->len[i] != 2 || (i && p->sign[i] != ' ')) return false;
  return parts == 4;
}

static bool shape_allows(const phone *p, uint32_t parts) {
  uint32_t n = digits_of(p, parts);
  bool international = p->plus || has_exit_code(p) || p->len[0] >= 11;
  if (n < MIN_DIGITS || n > (p->plus ? MAX_DIGITS : MAX_DIGITS - 1)) return false;
  if (is_date(p, parts) || is_security_number(p, parts) || is_card(p, parts) || is_dotted(p, parts)) return false;
  if (parts == 1) return n >= 8;
  if (p->plus && parts >= 5 && p->sign[1] == '-' && p->len[1] == 2 && !p->bracket) return false;
  if (international || p->bracket) return true;
  if (parts == 2 && p->len[1] < 3) return false;
  if (p->len[0] == 1 && p->value[0] != 1 && parts > 2) return false;
  if (is_special(p, parts)) return true;
  if (n <= 8 && all_pairs(p, parts)) return true;
  if (n <= 8) return parts <= 3 && p->len[parts - 1] >= 3 && p->len[0] >= 2;
  for (uint32_t i = 1; i < parts; i++)
    if (p->len[i] == 1) return false;
  return true;
}

/* 123-456-7890 with or without 1 before it: what follows after a blank is something else. */
static uint32_t american_parts(const phone *p) {
  uint32_t at = p->len[0] == 1 && p->value[0] == 1 ? 1 : 0;
  bool fits = p->parts > at + 2 && p->len[at] == 3 && p->len[at + 1] == 3 && p->len[at + 2] == 4;
  return fits ? at + 3 : 0;
}

static uint32_t accepted_parts(const phone *p) {
  uint32_t american = american_parts(p);
  if (american && (p->parts == american || p->sign[american] == ' ')) return american;
  for (uint32_t n = p->parts; n > 0; n--)
    if (shape_allows(p, n)) return n == p->parts || p->sign[n] == ' ' ? n : 0;
  return 0;
}

/* What stands right before and after may not make the digits part of something else. */
static bool before_allows(str s, size_t b, bool formatted) {
  if (!b) return true;
  char c = s.p[b - 1];
  if (seq_digit(c) || (c && strchr(",%./*=+)_$", c))) return false;
  if (seq_alpha(c)) return s.p[b] == '+' || s.p[b] == '(';
  char gap = b > 1 ? s.p[b - 2] : 0;
  if (c == '-') return formatted && gap && !seq_digit(gap) && gap != ' ';
  if (c == '(' && (gap == '+' || seq_digit(gap))) return false;
  if (c == ':') return seq_alpha(gap) || (uint8_t)gap >= 0x80;
  return true;
}

static bool after_allows(str s, size_t e) {
  char c = seq_at(s, e), next = seq_at(s, e + 1);
  if (seq_alnum(c) || c == '=' || c == '_' || c == '%') return false;
  return !(c && strchr(":.,-/", c) && (seq_digit(next)));
}

/* Words of the culture that announce another kind of number. */
static bool is_announced_otherwise(const culture *c, str s, size_t b) {
  str before = str_make(s.p, b);
  while (before.n && before.p[before.n - 1] == ' ') before.n--;
  for (const char *const *word = c->not_phone; *word; word++)
    if (str_ends(before, str_of(*word))) return true;
  return false;
}

/* " x123", "ext 123": returns the new end. */
static size_t extension_end(str s, size_t e) {
  size_t i = e + (seq_at(s, e) == ' ');
  if (str_starts(str_skip(s, i), STR("ext")))
    i += 3;
  else if (seq_at(s, i) == 'x')
    i++;
  else
    return e;
  if (seq_at(s, i) == '.') i++;
  if (seq_at(s, i) == ' ') i++;
  size_t b = i;
  while (seq_digit(seq_at(s, i))) i++;
  return i - b >= 3 && i - b <= 5 ? i : e;
}

/* ---------------------------------------------------------------- score */

static bool has_country_code(str t) {
  size_t i = 0;
  bool bracket = seq_at(t, 0) == '(';
  if (bracket) i++;
  while (seq_at(t, i) == ' ') i++;
  if (seq_at(t, i) == '+')
    i++;
  else if (seq_at(t, i) == '0' && seq_at(t, i + 1) == '0')
    i += 2;
  else
    return false;
  while (seq_at(t, i) == ' ') i++;
  size_t b = i;
  while (seq_digit(seq_at(t, i)) && i - b < 3) i++;
  if (i == b) return false;
  while (bracket && seq_at(t, i) == ' ') i++;
  return !bracket || seq_at(t, i) == ')';
}

static bool is_format_sign(char c) {
  return c == ' ' || c == '-' || c == '/' || c == '.';
}

static double format_score(str t) {
  int count = 0, longest = 0;
  for (size_t i = 0; i < t.n;) {
    size_t b = i;
    while (i < t.n && is_format_sign(t.p[i])) i++;
    if (i > b)
      count++, longest = MAX_OF(longest, (int)(i - b));
    else
      i++;
  }
  double score = 0.2 * MIN_OF(count, 3) - (longest > 1 ? 0.2 : 0);
  bool open = memchr(t.p, '(', t.n), close = memchr(t.p, ')', t.n);
  return count && open != close ? score - 0.2 : score;
}

/* Base 0.3; country code 0.4 or area code 0.3; 0.2 a group of signs to three, 0.1 a digit over eight to
 * three; less for equal digits at the end, bare digits over eleven, and long runs of digits. */
static double phone_score(str t) {
  double score = 0.3 + (has_country_code(t) ? 0.4 : memchr(t.p, '(', t.n) ? 0.3 : 0) + format_score(t);
  uint32_t digits = 0, runs = 0, run = 0, same = 0;
  for (size_t i = 0; i < t.n; i++) {
    bool d = seq_digit(t.p[i]);
    digits += d;
    run = d ? run + 1 : 0;
    runs += run == 5;
    same = d && i && t.p[i] == t.p[i - 1] ? same + 1 : d;
  }
  score += 0.1 * MIN_OF((int)digits - 8, 3);
  if (same >= 3) score -= 0.1 * (same - 2);
  if (digits == t.n && digits > 11) score -= 0.1 * (digits - 11);
  if (runs > 1) score -= 0.1 * (runs - 1);
  score = round(score * 1e9) / 1e9;
  return MAX_OF(0, MIN_OF(1, score));
}

/* ---------------------------------------------------------------- finding */

static bool may_begin(str s, size_t i) {
  char c = s.p[i];
  if (seq_digit(c)) return !i || !seq_digit(s.p[i - 1]);
  return (c == '+' || c == '(') && (seq_digit(seq_at(s, i + 1)) || (seq_at(s, i + 1) && strchr(" +(", s.p[i + 1])));
}

/* "(456 (4)) 345" is no way to write a number. */
static bool is_misbracketed(str t) {
  int depth = 0;
  for (size_t i = 0; i < t.n; i++) {
    depth += (t.p[i] == '(') - (t.p[i] == ')' && depth > 0);
    if (depth > 1) return true;
  }
  return false;
}

static size_t try_phone(const folded_text *f, const culture *c, size_t i, found *out) {
  str s = f->text;
  phone p;
  read_phone(s, i, &p);
  uint32_t n = p.parts ? accepted_parts(&p) : 0;
  if (!n) return is_card(&p, p.parts) ? p.ends[p.parts - 1] : 0;
  size_t b = i, e = extension_end(s, p.ends[n - 1]);
  if (s.p[b] == '(' && !memchr(s.p + b, ')', e - b)) return 0;
  if (is_misbracketed(str_make(s.p + b, e - b))) return e;
  if (is_announced_otherwise(c, s, b)) return p.ends[p.parts - 1];
  if (!before_allows(s, b, n > 1) || !after_allows(s, e)) return 0;
  recognized *r = found_add(out, RECOGNIZE_PHONE, "phonenumber", (uint32_t)b, (uint32_t)e);
  attr_add_str(out->a, &r->resolution, "value", r->text);
  attr_add_num(out->a, &r->resolution, "score", phone_score(r->text));
  return e;
}

/* Past the run of digits and signs at i: a number does not begin inside one that was refused. */
static size_t skip_run(str s, size_t i) {
  size_t b = i;
  while (i < s.n && (seq_digit(s.p[i]) || (s.p[i] && strchr("-/.+*=,:", s.p[i])))) i++;
  return i > b ? i : i + 1;
}

void find_phones(const folded_text *f, const culture *c, found *out) {
  for (size_t i = 0; i < f->text.n;) {
    if (!may_begin(f->text, i)) {
      i++;
      continue;
    }
    size_t e = try_phone(f, c, i, out);
    i = e ? e : f->text.p[i] == '(' || f->text.p[i] == '+' ? i + 1 : skip_run(f->text, i);
  }
}
