/* model_sequence.c -- email, URL, hashtag, mention, GUID, IP address, quoted text: one scan each over
 * the folded text, anchored on the sign that makes the kind, bounded look around it. */
#include "recognize/models.h"
#include "recognize/sequence.h"

enum { MAX_LOCAL = 128, MAX_HOST = 255 };

static recognized *add(found *out, recognize_model m, const char *type, size_t begin, size_t end) {
  recognized *r = found_add(out, m, type, (uint32_t)begin, (uint32_t)end);
  attr_add_str(out->a, &r->resolution, "value", r->text);
  return r;
}

/* ---------------------------------------------------------------- host names */

static bool host_char(char c) {
  return seq_alnum(c) || c == '-' || c == '.';
}

/* Longest host name at s[at..): labels of letters, digits and inner hyphens joined by dots. Returns
 * its end, or at. *last: begin of the last label. */
static size_t scan_host(str s, size_t at, size_t *last) {
  size_t i = at, label = at;
  while (i < s.n && i - at < MAX_HOST && host_char(s.p[i])) {
    if (s.p[i] == '.') {
      if (i == label || !seq_alnum(seq_at(s, i + 1))) break;
      label = i + 1;
    }
    i++;
  }
  *last = label;
  return i;
}

/* Shortens [at, end) until its last label is a known top-level domain; at when none is. */
static size_t trim_to_domain(str s, size_t at, size_t end, size_t last) {
  for (;;) {
    if (last <= at) return at;
    size_t tld = last;
    while (tld < end && seq_alpha(s.p[tld])) tld++;
    if (tld == end && is_top_level_domain(str_make(s.p + last, end - last))) return end;
    end = last - 1;
    for (last = end; last > at && s.p[last - 1] != '.'; last--) {
    }
  }
}

/* ---------------------------------------------------------------- email */

static bool local_char(char c) {
  return seq_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static size_t local_begin(str s, size_t sign, size_t floor) {
  size_t b = sign;
  while (b > floor && sign - b < MAX_LOCAL && local_char(s.p[b - 1])) b--;
  while (b < sign && !seq_alnum(s.p[b]) && s.p[b] != '_') b++;
  return b;
}

static size_t email_end(str s, size_t at) {
  size_t last, end = scan_host(s, at, &last);
  if (last == at || end - last < 2) return at;
  for (size_t i = last; i < end; i++)
    if (!seq_alpha(s.p[i])) return at;
  return end;
}

void find_emails(const folded_text *f, found *out) {
  str s = f->text;
  size_t floor = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] != '@') continue;
    size_t b = local_begin(s, i, floor), e = email_end(s, i + 1);
    if (b == i || s.p[i - 1] == '.' || e == i + 1) continue;
    add(out, RECOGNIZE_EMAIL, "email", b, e);
    floor = i = e;
    i--;
  }
}

/* ---------------------------------------------------------------- URL */

static const char *const schemes[] = {"http://", "https://", "ftp://", "ftps://"};

static size_t scheme_at(str s, size_t at) {
  for (size_t k = 0; k < ARRAY_LEN(schemes); k++)
    if (str_starts(str_skip(s, at), str_of(schemes[k]))) return strlen(schemes[k]);
  return 0;
}

static bool path_char(char c) {
  return seq_alnum(c) || (c && strchr("-._~:/?#[]@!$&'()*+,;=%", c));
}

/* Port, path, query and fragment; signs that end a sentence are left outside. */
static size_t scan_url_tail(str s, size_t at) {
  size_t i = at;
  if (seq_at(s, i) == ':' && seq_digit(seq_at(s, i + 1)))
    for (i++; seq_digit(seq_at(s, i));) i++;
  if (!seq_at(s, i) || !strchr("/?#", s.p[i])) return i;
  while (i < s.n && path_char(s.p[i])) i++;
  while (i > at && strchr(".,;:!?'()[]", s.p[i - 1])) i--;
  return i;
}

static size_t scan_ipv4(str s, size_t at) {
  size_t i = at;
  for (int part = 0; part < 4; part++) {
    size_t b = i;
    int v = 0;
    while (seq_digit(seq_at(s, i)) && i - b < 3) v = v * 10 + (s.p[i++] - '0');
    if (i == b || v > 255 || seq_digit(seq_at(s, i))) return at;
    if (part < 3 && seq_at(s, i++) != '.') return at;
  }
  return i;
}

static size_t url_end(str s, size_t host, bool has_scheme) {
  size_t last, end = scan_host(s, host, &last);
  size_t stop = trim_to_domain(s, host, end, last);
  if (stop == host && has_scheme) stop = scan_ipv4(s, host);
  if (stop == host && has_scheme && str_eq(str_make(s.p + host, end - host), STR("localhost"))) stop = end;
  if (stop == host) return host;
  if (stop < end && s.p[stop] != '.') return host;
  return scan_url_tail(s, stop);
}

/* "7.am" reads as a time. */
static bool looks_like_time(str s, size_t b, size_t e) {
  size_t i = b;
  while (i < e && seq_digit(s.p[i])) i++;
  str rest = str_make(s.p + i, e - i);
  return i > b && (str_eq(rest, STR(".am")) || str_eq(rest, STR(".pm")));
}

/* A Han or kana character ends at i: three bytes, U+2E80 to U+9FFF, which need no blank after them. */
static bool after_han(str s, size_t i) {
  return i >= 3 && (uint8_t)s.p[i - 3] >= 0xE2 && (uint8_t)s.p[i - 3] <= 0xE9;
}

static bool url_may_begin(str s, size_t i) {
  if (!i) return true;
  char c = s.p[i - 1];
  if ((uint8_t)c >= 0x80) return after_han(s, i);
  return !(seq_alnum(c) || (c && strchr("@-_./", c)));
}

void find_urls(const folded_text *f, found *out) {
  str s = f->text;
  for (size_t i = 0; i < s.n; i++) {
    size_t scheme = s.p[i] == 'h' || s.p[i] == 'f' ? scheme_at(s, i) : 0;
    if (!scheme && (!seq_alnum(s.p[i]) || !url_may_begin(s, i))) continue;
    size_t host = i + scheme, end = url_end(s, host, scheme != 0);
    bool good = end > host && (scheme || !looks_like_time(s, host, end)) && seq_at(s, end) != '@';
    if (good) add(out, RECOGNIZE_URL, "url", i, end);
    if (good)
      i = end - 1;
    else
      while (seq_alnum(seq_at(s, i + 1)) && !scheme_at(s, i + 1)) i++;
  }
}

/* ---------------------------------------------------------------- hashtag, mention */

static bool word_byte(char c) {
  return seq_alnum(c) || c == '_' || (uint8_t)c >= 0x80;
}

static void find_tagged(const folded_text *f, char sign, recognize_model m, const char *type, found *out) {
  str s = f->text;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] != sign || (i && (word_byte(s.p[i - 1]) || strchr(".-", s.p[i - 1])))) continue;
    size_t e = i + 1;
    while (e < s.n && (sign == '#' ? word_byte(s.p[e]) : seq_alnum(s.p[e]) || s.p[e] == '_')) e++;
    if (e == i + 1) continue;
    add(out, m, type, i, e);
    i = e - 1;
  }
}

void find_hashtags(const folded_text *f, found *out) {
  find_tagged(f, '#', RECOGNIZE_HASHTAG, "hashtag", out);
}
void find_mentions(const folded_text *f, found *out) {
  find_tagged(f, '@', RECOGNIZE_MENTION, "mention", out);
}

/* ---------------------------------------------------------------- GUID */

/* 32 hex digits, with hyphens after 8, 12, 16 and 20 of them when hyphens is set. Returns the end or 0. */
static size_t scan_guid(str s, size_t at, bool *hyphens, bool *pure) {
  size_t i = at, digits = 0;
  *hyphens = seq_at(s, at + 8) == '-';
  *pure = true;
  for (; digits < 32; i++) {
    char c = seq_at(s, i);
    if (*hyphens && c == '-' && digits >= 8 && digits <= 20 && digits % 4 == 0 && s.p[i - 1] != '-') continue;
    if (!seq_hex(c)) return 0;
    if (*hyphens && digits >= 8 && digits <= 20 && digits % 4 == 0 && s.p[i - 1] != '-') return 0;
    if (!seq_digit(c)) *pure = false;
    digits++;
  }
  return i;
}

typedef struct guid_wrap {
  const char *open, *close;
} guid_wrap;

static const guid_wrap wraps[] = {{"urn:uuid:", ""}, {"%7b", "%7d"}, {"x'", "'"}, {"{", "}"}, {"(", ")"}};

/* Score of the original: less for no wrapping, no hyphens, digits alone. */
void find_guids(const folded_text *f, found *out) {
  str s = f->text;
  for (size_t i = 0; i + 32 <= s.n; i++) {
    bool hyphens, pure;
    if (!seq_hex(s.p[i])) continue;
    size_t b = i, e = scan_guid(s, i, &hyphens, &pure);
    if (!e) continue;
    double score = 1.0;
    bool wrapped = false;
    for (size_t k = 0; k < ARRAY_LEN(wraps) && !wrapped; k++) {
      str open = str_of(wraps[k].open), close = str_of(wraps[k].close);
      wrapped = str_ends(str_make(s.p, i), open) && str_starts(str_skip(s, e), close);
      if (wrapped) b = i - open.n, e += close.n;
    }
    if (!wrapped && ((b && word_byte(s.p[b - 1])) || word_byte(seq_at(s, e)))) continue;
    if (!wrapped) score -= 0.1;
    if (!hyphens) score -= 0.1;
    if (pure) score -= 0.15;
    recognized *r = add(out, RECOGNIZE_GUID, "guid", b, e);
    attr_add_num(out->a, &r->resolution, "score", score);
    i = e - 1;
  }
}

/* ---------------------------------------------------------------- IP */

/* Up to 8 groups of hex digits with at most one "::"; the last two may be written as version 4. Returns the end or at.
 */
static size_t scan_ipv6(str s, size_t at) {
  size_t i = at, groups = 0;
  bool gap = false;
  if (seq_at(s, i) == ':' && seq_at(s, i + 1) == ':')
    gap = true, i += 2;
  else if (!seq_hex(seq_at(s, i)))
    return at;
  while (seq_hex(seq_at(s, i))) {
    size_t b = i, tail = i > at ? scan_ipv4(s, i) : i;
    if (tail > i) {
      i = tail;
      groups += 2;
      break;
    }
    while (seq_hex(seq_at(s, i))) i++;
    if (i - b > 4) return at;
    groups++;
    if (seq_at(s, i) != ':') break;
    if (seq_at(s, i + 1) == ':') {
      if (gap) return at;
      gap = true;
      i += 2;
    } else if (seq_hex(seq_at(s, i + 1))) {
      i++;
    } else {
      return at;
    }
  }
  if (seq_at(s, i) == ':') return at;
  return gap ? (groups <= 7 ? i : at) : (groups == 8 ? i : at);
}

/* Without the leading zeros of each part, in the letter case of the original. */
static str ip_value(const folded_text *f, arena *a, size_t b, size_t e) {
  char *p = arena_alloc(a, e - b + 1);
  size_t n = 0;
  for (size_t i = b; i < e; i++) {
    bool first = i == b || f->text.p[i - 1] == '.' || f->text.p[i - 1] == ':';
    if (f->text.p[i] == '0' && (first || (n && p[n - 1] == '0' && (n < 2 || strchr(".:", p[n - 2]))))) {
      if (first) p[n++] = '0';
      continue;
    }
    char c = f->original.p[folded_byte(f, (uint32_t)i)];
    if (n && p[n - 1] == '0' && (n < 2 || strchr(".:", p[n - 2])) && seq_hex(c)) n--;
    p[n++] = c;
  }
  return str_make(p, n);
}

static void add_ip(const folded_text *f, found *out, size_t b, size_t e, const char *kind) {
  recognized *r = found_add(out, RECOGNIZE_IP, "ip", (uint32_t)b, (uint32_t)e);
  r->text = str_make(f->original.p + r->begin_bytes, r->end_bytes - r->begin_bytes);
  attr_add_str(out->a, &r->resolution, "type", str_of(kind));
  attr_add_str(out->a, &r->resolution, "value", ip_value(f, out->a, b, e));
}

static bool ip_boundary(char c) {
  return !(seq_alnum(c) || c == '_' || c == ':' || c == '-');
}

void find_ips(const folded_text *f, found *out) {
  str s = f->text;
  for (size_t i = 0; i < s.n; i++) {
    if (!(seq_hex(s.p[i]) || s.p[i] == ':')) continue;
    size_t run = i;
    while (run < s.n && (seq_hex(s.p[run]) || s.p[run] == ':' || s.p[run] == '.')) run++;
    bool begins = !i || (ip_boundary(s.p[i - 1]) && s.p[i - 1] != '.');
    size_t e = begins ? scan_ipv4(s, i) : i;
    if (e > i && ip_boundary(seq_at(s, e)) && !(seq_at(s, e) == '.' && seq_digit(seq_at(s, e + 1)))) {
      add_ip(f, out, i, e, "ipv4");
    } else if (begins && (e = scan_ipv6(s, i)) > i && ip_boundary(seq_at(s, e))) {
      add_ip(f, out, i, e, "ipv6");
    }
    i = (e > i && e < run ? e : run) - 1;
  }
}

/* ---------------------------------------------------------------- quoted text */

typedef struct quote_pair {
  const char *open, *close;
} quote_pair;

static const quote_pair quotes[] = {{"“", "”"},   {"‘", "’"},   {"\"", "\""}, {"`", "`"},   {"«", "»"}, {"‹", "›"},
                                    {"「", "」"}, {"『", "』"}, {"《", "》"}, {"＂", "＂"}, {"'", "'"}, {"„", "“"}};

static size_t find_close(str s, size_t at, str close) {
  for (size_t i = at; i + close.n <= s.n; i++)
    if (memcmp(s.p + i, close.p, close.n) == 0) return i;
  return s.n;
}

/* Quotes of another pair may stand inside. */
void find_quoted(const folded_text *f, found *out) {
  str s = f->text;
  size_t busy[ARRAY_LEN(quotes)] = {0}; /* end of the last text of each pair */
  uint32_t hopeless = 0;                /* pairs whose closing sign no longer comes */
  for (size_t i = 0; i < s.n; i++) {
    for (size_t k = 0; k < ARRAY_LEN(quotes); k++) {
      str open = str_of(quotes[k].open), close = str_of(quotes[k].close);
      if (i < busy[k] || (hopeless >> k & 1) || !str_starts(str_skip(s, i), open)) continue;
      if (open.p[0] == '\'' && i && word_byte(s.p[i - 1])) continue;
      size_t e = find_close(s, i + open.n, close);
      if (e == s.n) {
        hopeless |= 1u << k;
        continue;
      }
      if (e == i + open.n) continue;
      add(out, RECOGNIZE_QUOTED, "quotedText", i, e + close.n);
      busy[k] = e + close.n;
      break;
    }
  }
}
