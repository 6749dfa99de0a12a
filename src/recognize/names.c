/* Names by gazetteer, capitals and neighbours.
 *
 *   tokens --gaz_scan--> phrases --one rule set a kind--> candidates at each token --choice--> names
 *
 * From left to right: at each token every kind proposes its best candidate; the longest wins, then
 * the better founded, then the order of name_kind; the search goes on behind it. A rule looks only a
 * few tokens ahead, so time is linear. */
#include "recognize/names.h"

#include "recognize/gazetteer.h"

enum {
  PLACES = GAZ_REGION | GAZ_CITY | GAZ_LANDMARK,
  PERSON_PARTS = GAZ_GIVEN | GAZ_SURNAME,
  MAX_PERSON_PARTS = 3, /* after the first */
  MAX_CAPITALS = 4,     /* of one guessed name */
  MAX_MODIFIERS = 3,    /* before the word of an event */
  MAX_STREET_WORDS = 4
};

/* How well founded a candidate is. */
enum { RANK_NONE, RANK_GUESS, RANK_CAPITALS, RANK_KNOWN, RANK_CONTEXT };

typedef struct candidate {
  uint32_t end; /* token after it; 0: none */
  int rank;
} candidate;

typedef struct finder {
  const token *v;
  uint32_t n;
  gaz_scan s;
  bool cased; /* capitals tell names from other words */
} finder;

static const candidate none = {0, RANK_NONE};

/* ---- tokens ---- */

static bool is_text(const finder *f, uint32_t i, str what) {
  return i < f->n && str_eq(f->v[i].bare, what);
}

static bool has_kind(const finder *f, uint32_t i, uint32_t kinds) {
  return gaz_at(&f->s, i, kinds) != NULL;
}

static bool is_stop(const finder *f, uint32_t i) {
  const gaz_hit *h = gaz_at(&f->s, i, GAZ_STOP);
  return h && h->end == i + 1;
}

static bool is_word(const finder *f, uint32_t i) {
  return i < f->n && (f->v[i].kind == TOKEN_WORD || f->v[i].kind == TOKEN_SPACELESS) &&
         !(f->v[i].shape & TOKEN_SHAPE_HAS_DIGIT);
}

static bool is_number(const finder *f, uint32_t i) {
  return i < f->n && f->v[i].kind != TOKEN_PUNCT && f->v[i].shape & TOKEN_SHAPE_HAS_DIGIT;
}

static bool begins_sentence(const finder *f, uint32_t i) {
  if (!i) return true;
  const token *before = &f->v[i - 1];
  return before->kind == TOKEN_PUNCT && !str_eq(before->bare, STR(",")) && !str_eq(before->bare, STR("-")) &&
         !str_eq(before->bare, STR("'")) && !str_eq(before->bare, STR("&"));
}

/* Written with a capital that the place in the sentence does not explain. */
static bool is_capital(const finder *f, uint32_t i) {
  return f->cased && i < f->n && f->v[i].shape & TOKEN_SHAPE_INITIAL_UPPER && !begins_sentence(f, i);
}

/* A word in capitals that may be part of a guessed name. */
static bool is_capital_name(const finder *f, uint32_t i) {
  return is_word(f, i) && is_capital(f, i) && !is_stop(f, i);
}

/* Inside an e-mail address, a URL or a handle. */
static bool is_glued(const finder *f, uint32_t begin, uint32_t end) {
  const token *before = begin ? &f->v[begin - 1] : NULL, *after = end < f->n ? &f->v[end] : NULL;
  if (before && !f->v[begin].space_before && before->kind == TOKEN_PUNCT && before->bare.n == 1 &&
      strchr("@._/#$%=+", before->bare.p[0]))
    return true;
  if (!after || after->space_before || after->kind != TOKEN_PUNCT || after->bare.n != 1) return false;
  if (strchr("@_=/", after->bare.p[0])) return true;
  return after->bare.p[0] == '.' && end + 1 < f->n && !f->v[end + 1].space_before;
}

static bool follows(const finder *f, uint32_t i, uint32_t kinds) {
  return f->s.ends_with[i] & kinds;
}

/* Is the phrase a name of these kinds here? A doubtful one needs capitals or the context. */
static int hit_rank(const finder *f, const gaz_hit *h, uint32_t kinds, bool context) {
  if (h->sure & kinds) return context ? RANK_CONTEXT : RANK_KNOWN;
  if (context) return RANK_CONTEXT;
  return is_capital(f, h->begin) && is_capital(f, h->end - 1) ? RANK_CAPITALS : RANK_NONE;
}

/* End of up to `most` words in capitals from i on; i itself when there is none. */
static uint32_t skip_capitals(const finder *f, uint32_t i, uint32_t most) {
  uint32_t end = i;
  while (end < i + most && is_capital_name(f, end)) end++;
  return end;
}

static bool is_possessive(const finder *f, uint32_t i) {
  return (is_text(f, i, STR("'")) || is_text(f, i, STR("’"))) && is_text(f, i + 1, STR("s"));
}

/* ---- people ---- */

/* "s." of "mary s.", "k" of "john k smith" and at the end of a text. */
static bool is_initial(const finder *f, uint32_t i) {
  if (!is_word(f, i) || f->v[i].bare.n != 1 || is_stop(f, i)) return false;
  bool point = is_text(f, i + 1, STR("."));
  return point || i + 1 == f->n || has_kind(f, i + 1, GAZ_SURNAME);
}

/* Further given names, surnames, initials and unknown words in capitals. */
static uint32_t extend_person(const finder *f, uint32_t end) {
  for (int parts = 0; parts < MAX_PERSON_PARTS && end < f->n; parts++) {
    const gaz_hit *h = gaz_at(&f->s, end, PERSON_PARTS);
    if (h && !is_stop(f, end) && (h->sure & PERSON_PARTS || h->maybe & GAZ_SURNAME)) {
      end = h->end;
    } else if (is_initial(f, end)) {
      end += 1 + is_text(f, end + 1, STR("."));
    } else if (is_capital_name(f, end) && !has_kind(f, end, PLACES | GAZ_ORGANIZATION | GAZ_EVENT_NOUN)) {
      end++;
    } else {
      break;
    }
  }
  return end;
}

/* "Dr. Smith", "mr richards": a sure title names whatever follows, a doubtful one only what looks
 * like a name. */
static candidate titled_person(const finder *f, uint32_t i) {
  const gaz_hit *title = gaz_at(&f->s, i, GAZ_TITLE);
  if (!title) return none;
  uint32_t at = title->end + is_text(f, title->end, STR("."));
  if (!is_word(f, at) || is_stop(f, at)) return none;
  const gaz_hit *name = gaz_at(&f->s, at, PERSON_PARTS | GAZ_PERSON);
  bool known = name && (name->sure & (PERSON_PARTS | GAZ_PERSON) || is_capital(f, at));
  bool capital = f->v[at].shape & TOKEN_SHAPE_INITIAL_UPPER && f->cased;
  bool sure = title->sure & GAZ_TITLE;
  if (!known && !(sure && (capital || !f->cased))) return none;
  return (candidate){extend_person(f, name ? name->end : at + 1), sure ? RANK_CONTEXT : RANK_KNOWN};
}

/* 王小明先生, 田中さん. */
static candidate honoured_person(const finder *f, uint32_t i) {
  enum { GIVEN_CHARACTERS = 2 };
  const gaz_hit *h = gaz_at(&f->s, i, PERSON_PARTS);
  if (!h) return none;
  for (uint32_t end = h->end; end <= h->end + GIVEN_CHARACTERS && end < f->n; end++) {
    const gaz_hit *after = gaz_at(&f->s, end, GAZ_TITLE_AFTER);
    if (after && f->v[after->begin].kind == TOKEN_SPACELESS) return (candidate){after->end, RANK_CONTEXT};
    if (f->v[end].kind != TOKEN_SPACELESS) break;
  }
  return none;
}

static candidate named_person(const finder *f, uint32_t i) {
  const gaz_hit *h = gaz_at(&f->s, i, GAZ_GIVEN);
  bool context = follows(f, i, GAZ_PERSON_CONTEXT);
  if (h) {
    context |= is_possessive(f, h->end);
    uint32_t end = extend_person(f, h->end);
    const gaz_hit *next = gaz_at(&f->s, h->end, GAZ_SURNAME);
    int rank = hit_rank(f, h, GAZ_GIVEN, context || (next && next->sure & GAZ_SURNAME));
    if (rank == RANK_CAPITALS && end == h->end && begins_sentence(f, i)) return none;
    return rank ? (candidate){end, rank} : none;
  }
  h = gaz_at(&f->s, i, GAZ_SURNAME);
  if (h && h->sure & GAZ_SURNAME && context) return (candidate){extend_person(f, h->end), RANK_CONTEXT};
  const gaz_hit *next = is_capital_name(f, i) ? gaz_at(&f->s, i + 1, GAZ_SURNAME) : NULL;
  if (next && next->sure & GAZ_SURNAME && is_capital(f, i + 1)) return (candidate){next->end, RANK_CAPITALS};
  return none;
}

static candidate better(candidate a, candidate b) {
  if (a.end != b.end) return a.end > b.end ? a : b;
  return a.rank >= b.rank ? a : b;
}

static candidate find_person(const finder *f, uint32_t i) {
  candidate best = better(titled_person(f, i), better(honoured_person(f, i), named_person(f, i)));
  const gaz_hit *known = gaz_at(&f->s, i, GAZ_PERSON);
  int rank = known ? hit_rank(f, known, GAZ_PERSON, false) : RANK_NONE;
  return rank ? better(best, (candidate){known->end, rank}) : best;
}

/* ---- organisations ---- */

/* "inc.", "university": doubtful ones only in capitals. */
static const gaz_hit *suffix_at(const finder *f, uint32_t i) {
  const gaz_hit *h = gaz_at(&f->s, i, GAZ_ORGANIZATION_SUFFIX);
  return h && hit_rank(f, h, GAZ_ORGANIZATION_SUFFIX, false) ? h : NULL;
}

static uint32_t skip_suffixes(const finder *f, uint32_t end) {
  for (const gaz_hit *h; (h = suffix_at(f, end));) end = h->end;
  return end;
}

/* "University of Chicago", "Ministry of Agriculture". */
static candidate headed_organization(const finder *f, uint32_t i) {
  const gaz_hit *head = gaz_at(&f->s, i, GAZ_ORGANIZATION_HEAD);
  if (!head) return none;
  uint32_t at = head->end + is_text(f, head->end, STR("the"));
  uint32_t end = skip_capitals(f, at, MAX_CAPITALS);
  const gaz_hit *place = gaz_at(&f->s, at, PLACES);
  if (place) end = MAX_OF(end, place->end);
  return end > at ? (candidate){end, RANK_KNOWN} : none;
}

/* "Hooli Inc.", "boston university". */
static candidate suffixed_organization(const finder *f, uint32_t i) {
  const gaz_hit *place = gaz_at(&f->s, i, PLACES | GAZ_GIVEN | GAZ_SURNAME);
  uint32_t at = place && place->sure & (PLACES | GAZ_GIVEN | GAZ_SURNAME) ? place->end : i;
  if (at > i && suffix_at(f, at)) return (candidate){skip_suffixes(f, at), RANK_KNOWN};
  bool capital = f->cased && is_word(f, i) && f->v[i].shape & TOKEN_SHAPE_INITIAL_UPPER && !is_stop(f, i);
  if (!capital) return none;
  for (at = i + 1; at <= i + MAX_CAPITALS && at < f->n; at++) {
    if (suffix_at(f, at) && is_capital(f, at)) return (candidate){skip_suffixes(f, at), RANK_KNOWN};
    if (!is_capital_name(f, at)) break;
  }
  return none;
}

/* "jason's deli". */
static candidate eating_place(const finder *f, uint32_t i) {
  const gaz_hit *owner = gaz_at(&f->s, i, PERSON_PARTS);
  if (!owner || !is_possessive(f, owner->end)) return none;
  const gaz_hit *eatery = gaz_at(&f->s, owner->end + 2, GAZ_EATERY);
  return eatery ? (candidate){eatery->end, RANK_KNOWN} : none;
}

static candidate find_organization(const finder *f, uint32_t i) {
  candidate best = better(headed_organization(f, i), better(suffixed_organization(f, i), eating_place(f, i)));
  const gaz_hit *h = gaz_at(&f->s, i, GAZ_ORGANIZATION);
  if (!h) return best;
  uint32_t after = h->end + (is_possessive(f, h->end) ? 2 : 0);
  bool context = has_kind(f, after, GAZ_ORGANIZATION_CONTEXT) || follows(f, i, GAZ_ORGANIZATION_BEFORE) ||
                 (i > 1 && is_stop(f, i - 1) && follows(f, i - 1, GAZ_ORGANIZATION_CONTEXT)); /* "stock of apple" */
  int rank = hit_rank(f, h, GAZ_ORGANIZATION, context);
  return rank ? better(best, (candidate){skip_suffixes(f, h->end), rank}) : best;
}

/* ---- places ---- */

/* "miami florida", "Springfield, IL", "boston airport". */
static uint32_t extend_place(const finder *f, const gaz_hit *place) {
  uint32_t end = place->end;
  const gaz_hit *noun = gaz_at(&f->s, end, GAZ_PLACE_NOUN);
  if (noun && noun->sure & GAZ_PLACE_NOUN) return noun->end;
  if (!((place->sure | place->maybe) & GAZ_CITY)) return end;
  uint32_t at = end + is_text(f, end, STR(","));
  const gaz_hit *region = gaz_at(&f->s, at, GAZ_REGION | GAZ_ABBREVIATION);
  if (!region) return end;
  bool sure = region->sure & (GAZ_REGION | GAZ_ABBREVIATION);
  bool upper = f->cased && f->v[at].shape & TOKEN_SHAPE_INITIAL_UPPER;
  return sure || upper ? region->end : end;
}

/* A preposition of place makes a known one surer; a doubtful one needs one that nothing else follows. */
static candidate known_place(const finder *f, uint32_t i) {
  const gaz_hit *modifier = gaz_at(&f->s, i, GAZ_PLACE_MODIFIER);
  const gaz_hit *h = gaz_at(&f->s, modifier ? modifier->end : i, PLACES);
  if (!h) return none;
  bool sure = h->sure & PLACES;
  uint32_t end = extend_place(f, h);
  bool context = follows(f, i, sure ? GAZ_PLACE_CONTEXT : GAZ_PLACE_ONLY) || end > h->end;
  int rank = hit_rank(f, h, PLACES, context);
  return rank ? (candidate){end, rank} : none;
}

/* "on sunset boulevard", "on mission dolores street". */
static candidate street_place(const finder *f, uint32_t i) {
  enum { WORDS = 2 };
  if (!follows(f, i, GAZ_STREET_CONTEXT)) return none;
  for (uint32_t at = i; at <= i + WORDS; at++) {
    const gaz_hit *street = at > i ? gaz_at(&f->s, at, GAZ_STREET) : NULL;
    if (street) return (candidate){street->end, RANK_CONTEXT};
    if (!is_word(f, at) || is_stop(f, at)) return none;
  }
  return none;
}

/* "Lake Balaton", "san mateo". */
static candidate headed_place(const finder *f, uint32_t i) {
  const gaz_hit *head = gaz_at(&f->s, i, GAZ_PLACE_HEAD);
  if (!head) return none;
  uint32_t end = skip_capitals(f, head->end, 2);
  if (end > head->end && f->v[i].shape & TOKEN_SHAPE_INITIAL_UPPER) return (candidate){end, RANK_CAPITALS};
  const gaz_hit *name = gaz_at(&f->s, head->end, PLACES | GAZ_GIVEN);
  bool known = name && name->sure & (PLACES | GAZ_GIVEN) && head->sure & GAZ_PLACE_HEAD;
  return known ? (candidate){name->end, RANK_KNOWN} : none;
}

/* "Hyde Park", "Ohio River". */
static candidate suffixed_place(const finder *f, uint32_t i) {
  bool capital = f->cased && is_word(f, i) && f->v[i].shape & TOKEN_SHAPE_INITIAL_UPPER && !is_stop(f, i);
  if (!capital) return none;
  for (uint32_t at = i + 1; at <= i + MAX_CAPITALS && at < f->n; at++) {
    const gaz_hit *noun = gaz_at(&f->s, at, GAZ_PLACE_NOUN);
    if (noun && is_capital(f, noun->end - 1)) return (candidate){noun->end, RANK_KNOWN};
    if (!is_capital_name(f, at)) break;
  }
  return none;
}

static candidate find_place(const finder *f, uint32_t i) {
  candidate best =
      better(better(headed_place(f, i), suffixed_place(f, i)), better(known_place(f, i), street_place(f, i)));
  bool unknown = !has_kind(f, i, PERSON_PARTS | GAZ_PERSON | GAZ_ORGANIZATION | GAZ_EVENT | GAZ_EVENT_NOUN);
  if (best.end || !unknown || !follows(f, i, GAZ_PLACE_ONLY)) return best;
  uint32_t end = skip_capitals(f, i, 2);
  return end > i ? (candidate){end, RANK_GUESS} : none;
}

/* ---- events ---- */

/* Words before the word of an event: "dentist", "john's", "Boston". */
static uint32_t skip_modifier(const finder *f, uint32_t i) {
  const gaz_hit *h = gaz_at(&f->s, i, GAZ_EVENT_MODIFIER | GAZ_EVENT | GAZ_ORGANIZATION | PLACES);
  if (h && (h->sure & (GAZ_EVENT_MODIFIER | GAZ_EVENT | GAZ_ORGANIZATION | PLACES) || is_capital(f, i))) return h->end;
  return is_capital_name(f, i) ? i + 1 : i;
}

static candidate find_event(const finder *f, uint32_t i) {
  const gaz_hit *known = gaz_at(&f->s, i, GAZ_EVENT);
  int rank = known ? hit_rank(f, known, GAZ_EVENT, false) : RANK_NONE;
  candidate best = rank ? (candidate){known->end, rank} : none;
  uint32_t at = i;
  for (int modifiers = 0; modifiers <= MAX_MODIFIERS && at < f->n; modifiers++) {
    for (const gaz_hit *noun; (noun = gaz_at(&f->s, at, GAZ_EVENT_NOUN)); at = noun->end)
      if (noun->sure & GAZ_EVENT_NOUN || at > i)
        best = better(best, (candidate){noun->end, RANK_KNOWN});
      else
        break;
    uint32_t next = skip_modifier(f, at);
    if (next == at) break;
    at = next;
  }
  return best;
}

/* ---- postal addresses ---- */

/* "12 Main Street". */
static uint32_t number_first(const finder *f, uint32_t i) {
  if (!is_number(f, i)) return 0;
  for (uint32_t at = i + 1; at <= i + 1 + MAX_STREET_WORDS && at < f->n; at++) {
    const gaz_hit *street = gaz_at(&f->s, at, GAZ_STREET_AFTER);
    if (street && at > i + 1) return street->end;
    const gaz_hit *before = at == i + 1 ? gaz_at(&f->s, at, GAZ_STREET_BEFORE) : NULL;
    if (before && is_word(f, before->end)) /* "12 rue Monge" */
      return MAX_OF(before->end + 1, skip_capitals(f, before->end, MAX_STREET_WORDS));
    bool ordinal = is_number(f, at) && at == i + 1; /* "350 5th Avenue" */
    if (!ordinal && (!is_word(f, at) || is_stop(f, at))) return 0;
  }
  return 0;
}

/* "Hauptstraße 12", "calle Mayor 5", "via Roma, 7". */
static uint32_t number_last(const finder *f, uint32_t i) {
  static const char *const ends[] = {"strasse", "str", "weg", "platz", "allee", "gasse"};
  const gaz_hit *before = gaz_at(&f->s, i, GAZ_STREET_BEFORE);
  uint32_t at = before ? before->end : i;
  if (!is_word(f, at) || is_stop(f, at)) return 0;
  if (before) {
    while (at < before->end + MAX_STREET_WORDS && is_word(f, at) && !is_number(f, at)) at++;
  } else {
    size_t e = 0;
    while (e < ARRAY_LEN(ends) && !(str_ends(f->v[i].bare, str_of(ends[e])) && f->v[i].bare.n > strlen(ends[e]))) e++;
    if (e == ARRAY_LEN(ends)) return 0;
    at = i + 1 + is_text(f, i + 1, STR("."));
  }
  at += is_text(f, at, STR(","));
  return is_number(f, at) ? at + 1 : 0;
}

static candidate find_address(const finder *f, uint32_t i) {
  uint32_t end = MAX_OF(number_first(f, i), number_last(f, i));
  if (!end) return none;
  uint32_t at = end + is_text(f, end, STR(","));
  if (is_number(f, at)) at++; /* a postal code */
  const gaz_hit *city = gaz_at(&f->s, at, PLACES);
  if (city && city->sure & PLACES) end = extend_place(f, city);
  return (candidate){end, RANK_CONTEXT};
}

/* ---- all together ---- */

static candidate find_kind(const finder *f, name_kind kind, uint32_t i) {
  switch (kind) {
  case NAME_PERSON: return find_person(f, i);
  case NAME_ORGANIZATION: return find_organization(f, i);
  case NAME_LOCATION: return find_place(f, i);
  case NAME_EVENT: return find_event(f, i);
  case NAME_ADDRESS: return find_address(f, i);
  case NAME_KINDS: break;
  }
  return none;
}

/* The text has capitals, but does not consist of them. */
static bool capitals_tell(const tokens *t) {
  bool lower = false;
  for (size_t i = 0; i < t->n; i++)
    lower |= t->v[i].kind == TOKEN_WORD && !(t->v[i].shape & (TOKEN_SHAPE_INITIAL_UPPER | TOKEN_SHAPE_HAS_DIGIT));
  return lower;
}

void names_find(const tokens *t, const names_request *q, arena *a, name_match **out, size_t *n) {
  finder f = {.v = t->v, .n = (uint32_t)t->n, .cased = !q->nouns_capitalised && capitals_tell(t)};
  gaz_scan_tokens(t, a, &f.s);
  *out = arena_alloc(a, (t->n + 1) * sizeof **out);
  *n = 0;
  for (uint32_t i = 0; i < f.n;) {
    candidate best = none;
    name_kind kind = NAME_PERSON;
    for (int k = 0; k < NAME_KINDS; k++) {
      candidate c = find_kind(&f, (name_kind)k, i);
      if (!c.end || c.end < best.end || (c.end == best.end && c.rank <= best.rank)) continue;
      best = c;
      kind = (name_kind)k;
    }
    if (!best.end || is_glued(&f, i, best.end)) {
      i++;
      continue;
    }
    if (q->kinds & NAME_BIT(kind))
      (*out)[(*n)++] = (name_match){kind, t->v[i].begin_bytes, t->v[best.end - 1].end_bytes};
    i = best.end;
  }
}
