/* bench_recognize -- CPU time of all 16 base models at once.
 *
 *   bench_recognize [CASES.jsonl]   English, one JSON object with "input" a line (default: standard input)
 *   bench_recognize --worst         searches every culture for the slowest text of 500 characters
 *   bench_recognize --memory        resident memory before and after texts of all cultures */
#include "base/json_in.h"
#include "base/timeutil.h"
#include "recognize/grammar.h"
#include "recognize/recognize.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static uint64_t cpu_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

typedef VEC(char *) text_vec;
typedef VEC(uint64_t) time_vec;

static void read_inputs(FILE *f, text_vec *out) {
  char *line = NULL;
  size_t cap = 0;
  ssize_t n;
  while ((n = getline(&line, &cap, f)) > 0) {
    jdoc *d;
    if (jn_parse(str_make(line, (size_t)n), &d, NULL)) continue;
    jnode root = jn_root(d), input = jn_get(&root, "input");
    if (jn_typeof(&input) == JN_STR) {
      str s = jn_str(&input);
      char *copy = mem_alloc(s.n + 1);
      memcpy(copy, s.p, s.n);
      copy[s.n] = 0;
      VEC_PUSH(out, copy);
    }
    jn_free(d);
  }
  free(line);
}

static const recognize_options base_models = {
    .models = RECOGNIZE_ALL_MODELS & ~(RECOGNIZE_BIT(RECOGNIZE_GUID) | RECOGNIZE_BIT(RECOGNIZE_QUOTED)),
    .reference = {2016, 11, 7, 16, 12, 0}};

static uint64_t once(const culture *c, str text, arena *a) {
  recognized *found;
  size_t n;
  uint64_t from = cpu_ns();
  if (recognize(c, text, &base_models, a, &found, &n, NULL)) return 0;
  uint64_t t = cpu_ns() - from;
  arena_reset(a);
  return t;
}

/* ---------------------------------------------------------------- worst inputs
 *
 * A text of 500 characters is made of one piece again and again. Pieces are those below and random ones of the
 * culture's own words; the slowest are then varied word by word. Seeded: every run tries the same pieces. */

enum { CHARS = 500, TEXT = CHARS * 4 + 64, PIECE_WORDS = 5, RANDOM_PIECES = 1500, BEST = 6, VARIATIONS = 150 };

typedef struct piece {
  char text[256];
  uint64_t ns;
} piece;

typedef struct search {
  const culture *c;
  arena *a;
  uint64_t random;
  piece best[BEST]; /* slowest first */
} search;

static uint32_t pick(search *s, uint32_t n) { /* splitmix64 */
  uint64_t z = s->random += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return (uint32_t)((z ^ (z >> 31)) % n);
}

static size_t repeat(const char *p, char text[TEXT]) {
  size_t n = 0, len = strlen(p), chars = 0;
  for (size_t i = 0; chars < CHARS && n + 4 < TEXT; i = (i + 1) % len) {
    if (((unsigned char)p[i] & 0xC0) != 0x80) chars++;
    text[n++] = p[i];
  }
  while (((unsigned char)text[n - 1] & 0xC0) == 0x80) n--; /* no half character at the end */
  return n - ((unsigned char)text[n - 1] >= 0xC0 ? 1 : 0);
}

static uint64_t cost_of(search *s, const char *p) {
  char text[TEXT];
  size_t n = repeat(p, text);
  uint64_t least = UINT64_MAX;
  for (int i = 0; i < 4; i++) { /* the others were disturbed */
    uint64_t t = once(s->c, str_make(text, n), s->a);
    least = MIN_OF(least, t);
  }
  return least;
}

static void try_piece(search *s, const char *p) {
  piece x = {.ns = 0};
  if (!*p) return;
  snprintf(x.text, sizeof x.text, "%s", p);
  x.ns = cost_of(s, x.text);
  for (int i = 0; i < BEST; i++) {
    if (strcmp(s->best[i].text, x.text) == 0) return;
    if (x.ns <= s->best[i].ns) continue;
    piece down = s->best[i];
    s->best[i] = x;
    x = down;
  }
}

static const char *random_word(search *s) {
  static const char *const marks[] = {"1", "2", "10", "12", "2016", "31",    ":",   "/",  "-",
                                      ".", ",", "$",  "%",  "1.5",  "1,000", "1/2", "5pm"};
  if (pick(s, 3) == 0) return marks[pick(s, ARRAY_LEN(marks))];
  return s->c->text + s->c->words[pick(s, s->c->word_count)].text;
}

static void random_piece(search *s, char out[256]) {
  uint32_t words = 1 + pick(s, PIECE_WORDS), n = 0;
  out[0] = 0;
  for (uint32_t i = 0; i < words; i++) {
    const char *w = random_word(s);
    size_t len = strlen(w);
    if (n + len + 2 >= 200) break;
    n += (uint32_t)sprintf(out + n, "%s%s", w, s->c->spaceless || pick(s, 8) == 0 ? "" : " ");
  }
}

/* The piece with one more word, or one less at its begin or end. */
static void vary(search *s, const char *p, char out[256]) {
  const char *cut = strchr(p, ' ');
  uint32_t how = pick(s, 4);
  if (how == 0 && cut && cut[1])
    snprintf(out, 256, "%s", cut + 1);
  else if (how == 1)
    snprintf(out, 256, "%.120s%s ", p, random_word(s));
  else if (how == 2)
    snprintf(out, 256, "%.120s %.120s", random_word(s), p);
  else if (cut && cut[1])
    snprintf(out, 256, "%.120s %.120s", random_word(s), cut + 1);
  else
    snprintf(out, 256, "%.120s %.120s", p, random_word(s));
}

static const char *const fixed_pieces[] = {"1",
                                           "1 ",
                                           "1/",
                                           "1.",
                                           "1,",
                                           "one ",
                                           "one hundred ",
                                           "next ",
                                           "from 1 to ",
                                           "monday ",
                                           "may 1 ",
                                           "5 pm ",
                                           "@",
                                           "a@",
                                           "a.",
                                           "http://",
                                           "1-",
                                           "(1",
                                           "the first of ",
                                           "between 1 and ",
                                           "a and ",
                                           "$1 ",
                                           "2 days and ",
                                           "every ",
                                           ":",
                                           "1:1",
                                           "in 2 ",
                                           "the ",
                                           "01 ",
                                           "1 to 1 - 1 from may ",
                                           "1/1/1",
                                           "a:",
                                           "::",
                                           "1:",
                                           "ab:",
                                           "www.",
                                           "+1 (1",
                                           "#",
                                           "#a",
                                           "\"",
                                           "'",
                                           "[",
                                           "a-",
                                           "-",
                                           "1 1/",
                                           "1^",
                                           "-1",
                                           "uno ",
                                           "deux ",
                                           "zwei ",
                                           "ein",
                                           "und",
                                           "vierundzwanzig",
                                           "hundert",
                                           "eine million ",
                                           "montag ",
                                           "lundi ",
                                           "lunes ",
                                           "segunda ",
                                           "luned\xC3\xAC ",
                                           "\xE4\xB8\x80",
                                           "\xE4\xBA\x8C\xE5\x8D\x81",
                                           "\xE4\xBB\x8A\xE5\xA4\xA9",
                                           "\xE5\xB9\xB4\xE6\x9C\x88",
                                           "\xE4\xB8\x89\xE6\x97\xA5",
                                           "\xF0\x9F\x98\x80",
                                           "a\xCC\x81",
                                           "\xD7\x90"};

static uint64_t worst_of(const culture *c, arena *a) {
  search s = {.c = c, .a = a, .random = 20240229};
  char p[256];
  for (size_t i = 0; i < ARRAY_LEN(fixed_pieces); i++) try_piece(&s, fixed_pieces[i]);
  for (int i = 0; i < RANDOM_PIECES; i++) {
    random_piece(&s, p);
    try_piece(&s, p);
  }
  for (int i = 0; i < VARIATIONS; i++)
    for (int k = 0; k < BEST; k++) {
      char from[256];
      snprintf(from, sizeof from, "%s", s.best[k].text);
      vary(&s, from, p);
      try_piece(&s, p);
    }
  printf("%-6s worst of %zu texts of %d characters: %5.0f us  \"%s\"\n", c->name,
         ARRAY_LEN(fixed_pieces) + RANDOM_PIECES + VARIATIONS * (size_t)BEST, CHARS, (double)s.best[0].ns / 1e3,
         s.best[0].text);
  return s.best[0].ns;
}

static void worst(arena *a) {
  size_t count;
  const culture *const *all = culture_all(&count);
  uint64_t top = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t t = worst_of(all[i], a);
    top = MAX_OF(top, t);
  }
  printf("worst of all cultures: %.0f us\n", (double)top / 1e3);
}

static double resident_mib(void) {
  long pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%*d %ld", &pages) != 1) pages = 0;
  if (f) fclose(f);
  return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* Texts of a culture's own words touch its tables; the arena that they are answered in counts too. */
static void memory(arena *a) {
  size_t count;
  const culture *const *all = culture_all(&count);
  double before = resident_mib();
  for (size_t i = 0; i < count; i++) {
    search s = {.c = all[i], .a = a, .random = 20240229};
    for (int k = 0; k < RANDOM_PIECES; k++) {
      char p[256];
      random_piece(&s, p);
      (void)once(s.c, str_of(p), a);
    }
  }
  double after = resident_mib();
  printf("cultures %zu  resident before %.1f MiB  after %.1f MiB  more %.1f MiB\n", count, before, after,
         after - before);
}

static void measure_utterances(FILE *f, arena *a) {
  text_vec texts = {0};
  time_vec times = {0};
  read_inputs(f, &texts);
  const culture *c = culture_find("en-us", 5);
  uint64_t sum = 0;
  for (int round = 0; round < 3; round++) {
    times.n = 0;
    sum = 0;
    for (size_t i = 0; i < texts.n; i++) {
      uint64_t t = once(c, str_of(texts.p[i]), a);
      sum += t;
      VEC_PUSH(&times, t);
    }
  }
  if (times.n) {
    qsort(times.p, times.n, sizeof times.p[0], by_value);
    printf("utterances %zu  mean %.1f us  median %.1f us  p99 %.1f us  max %.1f us\n", times.n,
           (double)sum / 1e3 / (double)times.n, (double)times.p[times.n / 2] / 1e3,
           (double)times.p[times.n * 99 / 100] / 1e3, (double)times.p[times.n - 1] / 1e3);
  }
  for (size_t i = 0; i < texts.n; i++) free(texts.p[i]);
  VEC_FREE(&texts);
  VEC_FREE(&times);
}

int main(int argc, char **argv) {
  arena a;
  arena_init(&a, 1 << 20);
  if (argc > 1 && strcmp(argv[1], "--worst") == 0) {
    worst(&a);
  } else if (argc > 1 && strcmp(argv[1], "--memory") == 0) {
    memory(&a);
  } else {
    FILE *f = argc > 1 ? fopen(argv[1], "r") : stdin;
    if (!f) {
      perror(argv[1]);
      return 1;
    }
    measure_utterances(f, &a);
    if (f != stdin) fclose(f);
  }
  arena_fini(&a);
  return 0;
}
