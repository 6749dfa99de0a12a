#include "service/spelling.h"

#include <dirent.h>
#include <hunspell/hunspell.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/timeutil.h"
#include "base/vec.h"
#include "service/spelling_choice.h"
#include "text/stopwords.h"
#include "text/tokens.h"
#include "text/utf8.h"

enum { NAME_MAX_BYTES = 32, SPELLERS_MAX = 8 /* of one dictionary */, SHORTEST_WORD = 3 };

typedef struct dictionary {
  char name[NAME_MAX_BYTES]; /* "en_US" */
  speller *idle;
  size_t loaded;
  bool unusable; /* it was tried */
} dictionary;

struct speller {
  Hunhandle *hunspell;
  dictionary *of;
  speller *next; /* idle */
};

struct spelling_pool {
  char *dir;
  pthread_mutex_t lock; /* guards the dictionaries; held for a few instructions */
  dictionary *v;        /* [n] by name */
  size_t n;
};

/* ---- which dictionaries there are -------------------------------------------------------------- */

static char *path_of(const spelling_pool *sp, const char *name, const char *ending) {
  buf b = {0};
  size_t n;
  buf_printf(&b, "%s/%s%s", sp->dir, name, ending);
  return buf_take(&b, &n);
}

static bool has_words(const spelling_pool *sp, const char *name) {
  char *path = path_of(sp, name, ".dic");
  FILE *f = fopen(path, "re");
  free(path);
  if (!f) return false;
  fclose(f);
  return true;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const dictionary *)a)->name, ((const dictionary *)b)->name);
}

static void find_dictionaries(spelling_pool *sp) {
  static const str ending = STR(".aff");
  VEC(dictionary) found = {0};
  DIR *d = opendir(sp->dir);
  for (struct dirent *entry; d && (entry = readdir(d));) {
    str file = str_of(entry->d_name);
    dictionary x = {.loaded = 0};
    if (!str_ends(file, ending) || !str_copy_to(str_make(file.p, file.n - ending.n), x.name, sizeof x.name)) continue;
    if (has_words(sp, x.name)) VEC_PUSH(&found, x);
  }
  if (d) closedir(d);
  if (found.n) qsort(found.p, found.n, sizeof *found.p, by_name);
  sp->v = found.p;
  sp->n = found.n;
}

spelling_pool *spelling_new(const char *dir) {
  spelling_pool *sp = mem_zalloc(1, sizeof *sp);
  sp->dir = mem_strdup(dir);
  pthread_mutex_init(&sp->lock, NULL);
  find_dictionaries(sp);
  return sp;
}

static void speller_free(speller *x) {
  Hunspell_destroy(x->hunspell);
  free(x);
}

void spelling_free(spelling_pool *sp) {
  if (!sp) return;
  for (size_t i = 0; i < sp->n; i++)
    while (sp->v[i].idle) {
      speller *x = sp->v[i].idle;
      sp->v[i].idle = x->next;
      speller_free(x);
    }
  pthread_mutex_destroy(&sp->lock);
  free(sp->v);
  free(sp->dir);
  free(sp);
}

/* 3: the culture itself, 2: its language, 1: its language elsewhere; 0: another language. */
static int fits(const dictionary *x, str culture) {
  str name = str_of(x->name), language = str_make(culture.p, str_find_byte(culture, '-'));
  size_t end = str_find_byte(name, '_');
  if (!language.n || !str_eq_nocase(str_make(name.p, end), language)) return 0;
  if (end == name.n) return culture.n == language.n ? 3 : 2;
  return str_eq_nocase(str_skip(name, end + 1), str_skip(culture, language.n + 1)) ? 3 : 1;
}

static dictionary *dictionary_of(spelling_pool *sp, str culture) {
  dictionary *best = NULL;
  int best_fit = 0;
  for (size_t i = 0; i < sp->n; i++) {
    int fit = fits(&sp->v[i], culture);
    if (fit > best_fit && !sp->v[i].unusable) {
      best = &sp->v[i];
      best_fit = fit;
    }
  }
  return best;
}

/* ---- the pool ---------------------------------------------------------------------------------- */

static speller *load(const spelling_pool *sp, dictionary *d) {
  char *rules = path_of(sp, d->name, ".aff"), *words = path_of(sp, d->name, ".dic");
  speller *x = mem_zalloc(1, sizeof *x);
  x->hunspell = Hunspell_create(rules, words);
  x->of = d;
  bool utf8 = x->hunspell && str_eq_nocase(str_of(Hunspell_get_dic_encoding(x->hunspell)), STR("UTF-8"));
  if (!utf8) {
    log_error("the dictionary %s is not used: it is not in UTF-8", words);
    if (x->hunspell) Hunspell_destroy(x->hunspell);
    free(x);
    x = NULL;
  }
  free(rules);
  free(words);
  return x;
}

speller *spelling_take(spelling_pool *sp, str culture) {
  pthread_mutex_lock(&sp->lock);
  dictionary *d = dictionary_of(sp, culture);
  speller *x = d ? d->idle : NULL;
  if (x) d->idle = x->next;
  bool may_load = d && !x && d->loaded < SPELLERS_MAX;
  if (may_load) d->loaded++;
  pthread_mutex_unlock(&sp->lock);
  if (!may_load) return x;
  x = load(sp, d);
  if (x) return x;
  pthread_mutex_lock(&sp->lock);
  d->loaded--;
  d->unusable = true;
  pthread_mutex_unlock(&sp->lock);
  return NULL;
}

void spelling_give(spelling_pool *sp, speller *x) {
  if (!x) return;
  pthread_mutex_lock(&sp->lock);
  x->next = x->of->idle;
  x->of->idle = x;
  pthread_mutex_unlock(&sp->lock);
}

/* ---- one word ---------------------------------------------------------------------------------- */

static bool is_known(const spelling_words *known, str norm) {
  size_t lo = 0, hi = known->n;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    int order = str_cmp(known->v[mid], norm);
    if (!order) return true;
    if (order < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return false;
}

typedef struct choice {
  str word;
  double distance;
} choice;

static void consider(choice *best, str typed, str word) {
  double distance = spelling_distance(typed, word, best->distance);
  if (distance < best->distance) *best = (choice){word, distance};
}

/* The words of the app with the same first letter. */
static void consider_known(choice *best, str typed, const spelling_words *known) {
  size_t lo = 0, hi = known->n;
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (known->v[mid].n && (unsigned char)known->v[mid].p[0] >= (unsigned char)typed.p[0])
      hi = mid;
    else
      lo = mid + 1;
  }
  for (; lo < known->n && known->v[lo].p[0] == typed.p[0]; lo++) consider(best, typed, known->v[lo]);
}

/* The stop words; of a contraction ("I'm") they have the rest, too, which is no word. */
static bool is_common(const speller *x, str word) {
  size_t n;
  if (word.n == 1 && !strchr("aeiouy", word.p[0])) return false;
  str name = str_of(x->of->name);
  const char *const *v = stopwords(str_make(name.p, str_find_byte(name, '_')), &n);
  for (size_t i = 0; i < n; i++)
    if (str_eq(word, str_of(v[i]))) return true;
  return false;
}

/* How far a suggestion is beyond the slips that make it: less when it is a word of every day. SPELLING_FAR: two words
 * of which the first is none ("a lot" is likelier than "cold play"), or with a hyphen. */
static double remoteness(const speller *x, str lower, int rank) {
  static const double per_rank = 0.03, not_of_the_app = 0.4, common = 0.3;
  size_t blank = str_find_byte(lower, ' ');
  bool split = blank < lower.n;
  bool is_everyday = is_common(x, str_make(lower.p, blank));
  if ((split && !is_everyday) || str_find_byte(lower, '-') < lower.n) return SPELLING_FAR;
  return not_of_the_app + per_rank * rank - (is_everyday ? common : 0);
}

/* hunspell's suggestions; false: typed differs from one by letter case alone. */
static bool consider_suggestions(choice *best, speller *x, const char *word, str typed, arena *a) {
  char **list = NULL;
  bool wrong = true;
  int n = Hunspell_suggest(x->hunspell, &list, word);
  for (int i = 0; wrong && i < n; i++) {
    str suggested = arena_str(a, str_of(list[i]));
    if (!utf8_valid(suggested, NULL)) continue;
    str lower = text_normalize(suggested, a);
    if (str_eq(lower, typed)) wrong = false;
    double distance = spelling_distance(typed, lower, SPELLING_FAR) + remoteness(x, lower, i);
    if (distance < best->distance) *best = (choice){suggested, distance};
  }
  if (n > 0) Hunspell_free_list(x->hunspell, &list, n);
  return wrong;
}

static str first_letter(str s) {
  const char *p = s.p;
  if (s.n) utf8_next(&p);
  return str_make(s.p, (size_t)(p - s.p));
}

/* The words of the app are in lower case: a capital that was typed stays. */
static str with_capital_of(str typed, str word, arena *a) {
  str first = first_letter(typed), lower = first_letter(word);
  if (str_eq(first, lower) || !str_eq(text_normalize(first, a), lower)) return word;
  return arena_printf(a, STR_FMT STR_FMT, STR_ARG(first), STR_ARG(str_skip(word, lower.n)));
}

/* What was meant by a word that the dictionary does not have; .n 0: it is right all the same, or nobody knows. */
static str correct_word(speller *x, const char *text, const spelling_words *known, arena *a) {
  str word = str_of(text);
  str typed = text_normalize(word, a);
  choice best = {.distance = spelling_reach(utf8_codepoints(typed))};
  consider_known(&best, typed, known);
  if (!consider_suggestions(&best, x, text, typed, a)) return STR_NONE;
  return with_capital_of(word, best.word, a);
}

/* ---- the text ---------------------------------------------------------------------------------- */

static bool is_apostrophe(const token *t) {
  return str_eq(t->norm, STR("'")) || str_eq(t->norm, STR("’"));
}

/* Signs that stand beside words; others (@ / . inside) make addresses and codes of what they touch. */
static bool is_mark(str text, const token *t) {
  static const char marks[] = ".,;:!?()\"-";
  return t->end_bytes - t->begin_bytes == 1 ? strchr(marks, text.p[t->begin_bytes]) != NULL : true;
}

/* The tokens [i, end) that are written together as one word: "isn't". */
static size_t word_end(const tokens *t, size_t i) {
  size_t end = i + 1;
  while (end + 1 < t->n && is_apostrophe(&t->v[end]) && !t->v[end].space_before && !t->v[end + 1].space_before &&
         t->v[end + 1].kind == TOKEN_WORD)
    end += 2;
  return end;
}

/* Text goes on behind the sign without a blank: "example.org". */
static bool touches_address(str text, const tokens *t, size_t begin, size_t end) {
  if (begin && !t->v[begin].space_before) {
    const token *sign = &t->v[begin - 1];
    if (!is_mark(text, sign) || (text.p[sign->begin_bytes] == '.' && begin > 1 && !sign->space_before)) return true;
  }
  if (end < t->n && !t->v[end].space_before) {
    const token *sign = &t->v[end];
    if (!is_mark(text, sign)) return true;
    if (text.p[sign->begin_bytes] == '.' && end + 1 < t->n && !t->v[end + 1].space_before) return true;
  }
  return false;
}

/* German writes all nouns so. */
static bool capital_is_name(const speller *x) {
  return !str_starts(str_of(x->of->name), STR("de"));
}

static bool is_corrigible(const speller *x, str text, const tokens *t, size_t begin, size_t end,
                          const spelling_words *known) {
  const token *w = &t->v[begin];
  size_t bytes = t->v[end - 1].end_bytes - w->begin_bytes;
  if (w->kind != TOKEN_WORD || bytes < SHORTEST_WORD || bytes > 4 * SPELLING_LETTERS) return false;
  if (w->shape & (TOKEN_SHAPE_ALL_UPPER | TOKEN_SHAPE_HAS_DIGIT)) return false;
  if (begin && w->shape & TOKEN_SHAPE_INITIAL_UPPER && capital_is_name(x)) return false;
  return !is_known(known, w->norm) && !touches_address(text, t, begin, end);
}

static void add_edit(buf *out, size_t *copied, str text, spelling_edit *edit, str word) {
  buf_add(out, text.p + *copied, edit->begin_bytes - *copied);
  edit->new_begin_bytes = (uint32_t)out->n;
  buf_add_str(out, word);
  edit->new_end_bytes = (uint32_t)out->n;
  *copied = edit->end_bytes;
}

void spelling_correct(speller *x, str text, const spelling_words *known, arena *a, spelling_result *out) {
  tokens t;
  buf corrected = {0};
  size_t copied = 0, looked_at = 0;
  int64_t until = time_thread_cpu_us() + SPELLING_LIMIT_US;
  spelling_edit *edits = ARENA_ARRAY(a, spelling_edit, SPELLING_CORRECTIONS);
  *out = (spelling_result){.text = text, .edits = edits};
  tokenize(text, a, &t);
  for (size_t i = 0, end; i < t.n && looked_at < SPELLING_CORRECTIONS; i = end) {
    end = word_end(&t, i);
    if (!is_corrigible(x, text, &t, i, end, known)) continue;
    spelling_edit edit = {.begin_bytes = t.v[i].begin_bytes, .end_bytes = t.v[end - 1].end_bytes};
    const char *word = arena_cstr(a, str_make(text.p + edit.begin_bytes, edit.end_bytes - edit.begin_bytes));
    if (Hunspell_spell(x->hunspell, word)) continue;
    if (time_thread_cpu_us() > until) break;
    looked_at++;
    str meant = correct_word(x, word, known, a);
    if (!meant.n) continue;
    add_edit(&corrected, &copied, text, &edit, meant);
    edits[out->edit_count++] = edit;
  }
  if (out->edit_count) {
    buf_add(&corrected, text.p + copied, text.n - copied);
    out->text = arena_str(a, buf_str(&corrected));
  }
  buf_free(&corrected);
}

/* ---- places ------------------------------------------------------------------------------------ */

typedef struct stretch {
  uint32_t begin, end;
} stretch;

/* before: at is a place in the corrected text, else in the one given. */
static uint32_t place(const spelling_result *r, uint32_t at, bool is_end, bool before) {
  int64_t shift = 0;
  for (size_t i = 0; i < r->edit_count; i++) {
    const spelling_edit *x = &r->edits[i];
    stretch given = {x->begin_bytes, x->end_bytes}, made = {x->new_begin_bytes, x->new_end_bytes};
    stretch from = before ? made : given, to = before ? given : made;
    if (at <= from.begin) break;
    if (at < from.end || (at == from.end && is_end)) return is_end ? to.end : to.begin;
    shift = (int64_t)to.end - from.end;
  }
  return (uint32_t)(at + shift);
}

uint32_t spelling_place_before(const spelling_result *r, uint32_t at_bytes, bool is_end) {
  return place(r, at_bytes, is_end, true);
}
uint32_t spelling_place_after(const spelling_result *r, uint32_t at_bytes, bool is_end) {
  return place(r, at_bytes, is_end, false);
}
