#include "service/spelling_choice.h"

#include "text/utf8.h"

/* A weighted edit distance with swaps of neighbours (Damerau 1964). A letter doubled or not is the cheapest slip; the
 * first letter is seldom wrong. */
static const double DOUBLED = 0.3, APOSTROPHE = 0.1, SWAPPED = 0.5, MISSING = 0.7, EXTRA = 0.9, ALIKE = 0.7,
                    VOWEL = 1.0, OTHER = 1.3, FIRST = 0.7;
static const double REACH = 2.0, REACH_PER_LETTER = 0.4;

typedef struct letters {
  uint32_t v[SPELLING_LETTERS];
  size_t n;
} letters;

static bool read_letters(str s, letters *out) {
  const char *p = s.p, *end = s.p + s.n;
  for (out->n = 0; p < end; out->n++) {
    if (out->n == SPELLING_LETTERS) return false;
    out->v[out->n] = utf8_next(&p);
  }
  return true;
}

static bool is_vowel(uint32_t cp) {
  return cp >= 0xdf || (cp && cp < 0x80 && strchr("aeiouy", (int)cp));
}

/* Consonants that sound alike. */
static bool is_alike(uint32_t a, uint32_t b) {
  static const char pairs[] = "ckcsszbpdtgjvwfvmn";
  for (size_t i = 0; pairs[i]; i += 2)
    if ((a == (uint32_t)pairs[i] && b == (uint32_t)pairs[i + 1]) ||
        (b == (uint32_t)pairs[i] && a == (uint32_t)pairs[i + 1]))
      return true;
  return false;
}

static double insertion(const letters *meant, size_t i) {
  if (meant->v[i] == '\'') return APOSTROPHE;
  if (i && meant->v[i] == meant->v[i - 1]) return DOUBLED;
  return MISSING + (i ? 0 : FIRST);
}

static double deletion(const letters *typed, size_t i) {
  if (i && typed->v[i] == typed->v[i - 1]) return DOUBLED;
  return EXTRA + (i ? 0 : FIRST);
}

static double substitution(uint32_t typed, uint32_t meant, bool first) {
  if (typed == meant) return 0;
  double slip = is_vowel(typed) && is_vowel(meant) ? VOWEL : is_alike(typed, meant) ? ALIKE : OTHER;
  return slip + (first ? FIRST : 0);
}

double spelling_distance(str typed, str meant, double limit) {
  letters t, m;
  if (!read_letters(typed, &t) || !read_letters(meant, &m)) return SPELLING_FAR;
  size_t longer = MAX_OF(t.n, m.n), shorter = MIN_OF(t.n, m.n);
  if ((double)(longer - shorter) * APOSTROPHE > limit) return SPELLING_FAR;
  double rows[3][SPELLING_LETTERS + 1]; /* of the letters typed: before last, last, this */
  double *before = rows[0], *last = rows[1], *now = rows[2];
  last[0] = 0;
  for (size_t j = 0; j < m.n; j++) last[j + 1] = last[j] + insertion(&m, j);
  for (size_t i = 0; i < t.n; i++) {
    now[0] = last[0] + deletion(&t, i);
    double least = now[0];
    for (size_t j = 0; j < m.n; j++) {
      double best = last[j] + substitution(t.v[i], m.v[j], i == 0 && j == 0);
      best = MIN_OF(best, last[j + 1] + deletion(&t, i));
      best = MIN_OF(best, now[j] + insertion(&m, j));
      if (i && j && t.v[i] == m.v[j - 1] && t.v[i - 1] == m.v[j] && t.v[i] != t.v[i - 1])
        best = MIN_OF(best, before[j - 1] + SWAPPED);
      now[j + 1] = best;
      least = MIN_OF(least, best);
    }
    if (least > limit) return SPELLING_FAR;
    double *free_row = before;
    before = last;
    last = now;
    now = free_row;
  }
  return last[m.n];
}

double spelling_reach(size_t letters_typed) {
  return MIN_OF(REACH, REACH_PER_LETTER * (double)letters_typed);
}
