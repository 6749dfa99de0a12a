#include "text/sentiment.h"

#include <math.h>

#include "text/sentiment_int.h"
#include "text/tokens.h"

/* In the manner of VADER (Hutto and Gilbert 2014), with lists of our own:
 *
 *   sum   = Σ weight × turned × stronger        over the words of the text
 *   score = 1/2 + 1/2 · sum / √(sum² + SPREAD)
 */
static const double SPREAD = 15, TURNED = -0.75, STRONGER = 1.4, WEAKER = 0.6, BEFORE_BUT = 0.5, EXCLAIMED = 1.1;
static const double WISH = 3, LIKE = 2; /* weights */
static const double POSITIVE_FROM = 0.65, NEGATIVE_TO = 0.35;

/* How many words a negation and a strengthening word reach; the shortest beginning in the lists. */
enum { NOT_REACH = 3, MORE_REACH = 2, ASK_REACH = 2, WHO_REACH = 3, EXCLAMATIONS = 3, SHORTEST = 2 };

/* ---- look-up ---- */

static const sentiment_words *words_of(str language) {
  str code = str_make(language.p, str_find_byte(language, '-'));
  for (size_t i = 0; i < sentiment__language_count; i++)
    if (str_eq_nocase(code, str_of(sentiment__languages[i].language))) return &sentiment__languages[i];
  return NULL;
}

static const sentiment_word *find(const sentiment_words *w, str text, bool begins) {
  size_t lo = 0, hi = w->n;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    int order = str_cmp(w->v[mid].text, text);
    if (!order) order = (int)w->v[mid].begins - (int)begins;
    if (!order) return &w->v[mid];
    if (order < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return NULL;
}

/* The word itself, else its longest beginning. */
static const sentiment_word *look_up(const sentiment_words *w, str text) {
  const sentiment_word *found = find(w, text, false);
  for (size_t n = MIN_OF(text.n, 24); !found && n >= SHORTEST; n--) found = find(w, str_make(text.p, n), true);
  return found;
}

/* ---- the text ---- */

typedef struct reader {
  double sum;
  double last;                             /* what the last word with a weight gave; 0: the clause has none */
  double factor;                           /* of the words before */
  int not_for, more_for, ask_for, who_for; /* how many words on */
} reader;

static void end_clause(reader *r) {
  r->last = 0;
  r->not_for = r->more_for = r->ask_for = r->who_for = 0;
}

static void add_weight(reader *r, double weight) {
  if (r->not_for) weight *= TURNED;
  if (r->more_for) weight *= r->factor;
  r->last = weight;
  r->sum += weight;
}

static void step(reader *r) {
  r->not_for -= r->not_for > 0;
  r->more_for -= r->more_for > 0;
  r->ask_for -= r->ask_for > 0;
  r->who_for -= r->who_for > 0;
}

static void strengthen(reader *r, double factor) {
  r->factor = factor;
  r->more_for = MORE_REACH;
}

/* ends_clause: "gefällt mir nicht." turns the word before it. */
static void read_word(reader *r, const sentiment_word *w, bool ends_clause) {
  step(r);
  if (!w) return;
  switch (w->kind) {
  case SENTIMENT_WEIGHT: add_weight(r, w->weight); break;
  case SENTIMENT_WISH:
    if (!r->ask_for) add_weight(r, WISH);
    break;
  case SENTIMENT_LIKE:
    if (!r->ask_for && r->who_for) add_weight(r, LIKE);
    break;
  case SENTIMENT_NOT:
    if (ends_clause && r->last > 0) r->sum += r->last * (TURNED - 1);
    r->not_for = NOT_REACH;
    break;
  case SENTIMENT_MORE: strengthen(r, STRONGER); break;
  case SENTIMENT_LESS: strengthen(r, WEAKER); break;
  case SENTIMENT_BUT:
    r->sum *= BEFORE_BUT;
    end_clause(r);
    break;
  case SENTIMENT_ASK: r->ask_for = ASK_REACH; break;
  case SENTIMENT_WHO: r->who_for = WHO_REACH; break;
  }
}

static bool is_word(const token *t) {
  return t->kind != TOKEN_PUNCT;
}
static bool is_apostrophe(const token *t) {
  return str_eq(t->norm, STR("'")) || str_eq(t->norm, STR("’"));
}

/* "don't", "won't": the t says it. */
static bool is_contracted_not(const tokens *t, size_t i) {
  return i + 2 < t->n && is_apostrophe(&t->v[i + 1]) && !t->v[i + 1].space_before && str_eq(t->v[i + 2].bare, STR("t"));
}

static bool ends_clause(const tokens *t, size_t i) {
  return i + 1 == t->n || (!is_word(&t->v[i + 1]) && !is_apostrophe(&t->v[i + 1]));
}

static sentiment judge(double sum, int exclamations) {
  for (int i = 0; i < MIN_OF(exclamations, EXCLAMATIONS); i++) sum *= EXCLAIMED;
  double score = 0.5 + 0.5 * sum / sqrt(sum * sum + SPREAD);
  return (sentiment){score, score >= POSITIVE_FROM ? SENTIMENT_POSITIVE
                            : score <= NEGATIVE_TO ? SENTIMENT_NEGATIVE
                                                   : SENTIMENT_NEUTRAL};
}

sentiment sentiment_of(str text, str language, arena *a) {
  static const sentiment_word contracted = {.kind = SENTIMENT_NOT};
  const sentiment_words *words = words_of(language);
  if (!words) return judge(0, 0);
  tokens t;
  reader r = {0};
  int exclamations = 0;
  tokenize(text, a, &t);
  for (size_t i = 0; i < t.n; i++) {
    const token *at = &t.v[i];
    if (is_word(at)) {
      bool contraction = is_contracted_not(&t, i);
      read_word(&r, contraction ? &contracted : look_up(words, at->bare), !contraction && ends_clause(&t, i));
      if (contraction) i += 2;
    } else if (!is_apostrophe(at)) {
      exclamations += str_eq(at->norm, STR("!"));
      end_clause(&r);
    }
  }
  return judge(r.sum, exclamations);
}

const char *sentiment_label_name(sentiment_label l) {
  static const char *const names[] = {"negative", "neutral", "positive"};
  return names[l];
}
