/* bench_recognize -- CPU time of all 16 base models at once over the English cases, worst inputs, size.
 *
 *   bench_recognize [CASES.jsonl]   one JSON object with "input" a line; default: built-in sentences */
#include "base/json_in.h"
#include "base/timeutil.h"
#include "recognize/grammar.h"
#include "recognize/recognize.h"
#include <stdio.h>
#include <time.h>

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

/* A text of 500 characters made of one piece again and again: each piece strains another part. */
static void worst(arena *a) {
  static const char *const pieces[] = {"1", "1 ", "1/", "1.", "1,", "one ", "one hundred ", "next ", "from 1 to ", "monday ", "may 1 ", "5 pm ", "@", "a@", "a.", "http://", "1-", "(1", "the first of ", "between 1 and ", "a and ", "$1 ", "2 days and ", "every ", ":", "1:1", "in 2 ", "the ", "一", "二十", "今天", "01 ", "1 to 1 - 1 from may "};
  size_t count;
  const culture *const *all = culture_all(&count);
  uint64_t top = 0;
  const char *which = "";
  for (size_t c = 0; c < count; c++)
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
      char text[2048];
      size_t n = 0, len = strlen(pieces[i]);
      while (n + len <= 500) memcpy(text + n, pieces[i], len), n += len;
      once(all[c], str_make(text, n), a);
      uint64_t t = once(all[c], str_make(text, n), a);
      if (t > top) top = t, which = pieces[i];
    }
  printf("worst of %zu built inputs of 500 bytes: %.0f us (\"%s\")\n", count * ARRAY_LEN(pieces), (double)top / 1e3, which);
}

int main(int argc, char **argv) {
  text_vec texts = {0};
  time_vec times = {0};
  FILE *f = argc > 1 ? fopen(argv[1], "r") : stdin;
  if (!f) return 1;
  read_inputs(f, &texts);
  if (!texts.n) return 1;
  arena a;
  arena_init(&a, 1 << 20);
  const culture *c = culture_find("en-us", 5);
  uint64_t sum = 0;
  for (int round = 0; round < 3; round++) {
    times.n = 0;
    sum = 0;
    for (size_t i = 0; i < texts.n; i++) {
      uint64_t t = once(c, str_of(texts.p[i]), &a);
      sum += t;
      VEC_PUSH(&times, t);
    }
  }
  qsort(times.p, times.n, sizeof times.p[0], by_value);
  printf("utterances %zu  mean %.1f us  median %.1f us  p99 %.1f us  max %.1f us\n", times.n, (double)sum / 1e3 / (double)times.n,
         (double)times.p[times.n / 2] / 1e3, (double)times.p[times.n * 99 / 100] / 1e3, (double)times.p[times.n - 1] / 1e3);
  worst(&a);
  arena_fini(&a);
  for (size_t i = 0; i < texts.n; i++) free(texts.p[i]);
  VEC_FREE(&texts);
  VEC_FREE(&times);
  return 0;
}
