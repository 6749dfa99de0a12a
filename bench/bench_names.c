/* bench_names -- the prebuilts without a grammar (people, organisations, places, events) against the
 * labels of a project that mean the same.
 *
 *   bench_names [--train] [--list] [FILE]      default: $DRAGOMAN_SHARED/data/nlu/hwu64/fold01.json.gz
 *
 * Test utterances, or with --train those to develop on. Precision, recall and F1 of spans that agree
 * exactly (but for a possessive "'s") and of spans that overlap. --list shows what disagrees. A person
 * whom the project labels as an artist counts as wrong; the last column gives the precision without
 * the spans that bear a label of another category. */
#include "base/file.h"
#include "base/timeutil.h"
#include "project/clu_json.h"
#include "recognize/names.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct category {
  const char *label;
  name_kind kind;
  size_t labelled, found, exact, overlap_labelled, overlap_found, otherwise;
} category;

static category categories[] = {
    {"person", NAME_PERSON, 0, 0, 0, 0, 0, 0},
    {"business_name", NAME_ORGANIZATION, 0, 0, 0, 0, 0, 0},
    {"place_name", NAME_LOCATION, 0, 0, 0, 0, 0, 0},
    {"event_name", NAME_EVENT, 0, 0, 0, 0, 0, 0},
};

typedef struct span {
  uint32_t begin, end;
  bool hit;
} span;

static uint32_t without_possessive(str text, uint32_t begin, uint32_t end) {
  str s = str_make(text.p + begin, end - begin);
  return str_ends(s, STR("'s")) ? end - 2 : end;
}

static void list_misses(const char *what, const category *c, str text, const span *v, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!v[i].hit)
      printf("%s %s [%.*s] %.*s\n", what, c->label, (int)(v[i].end - v[i].begin), text.p + v[i].begin, STR_ARG(text));
}

static void compare(category *c, str text, span *want, size_t wants, span *got, size_t gots, bool list) {
  for (size_t i = 0; i < wants; i++) {
    bool overlaps = false;
    for (size_t k = 0; k < gots; k++) {
      overlaps |= want[i].begin < got[k].end && got[k].begin < want[i].end;
      if (want[i].begin == got[k].begin && want[i].end == got[k].end) want[i].hit = got[k].hit = true;
    }
    c->overlap_labelled += overlaps;
    c->exact += want[i].hit;
  }
  for (size_t k = 0; k < gots; k++) {
    bool overlaps = false;
    for (size_t i = 0; i < wants; i++) overlaps |= want[i].begin < got[k].end && got[k].begin < want[i].end;
    c->overlap_found += overlaps;
  }
  c->labelled += wants;
  c->found += gots;
  if (!list) return;
  list_misses("missed", c, text, want, wants);
  list_misses("wrong ", c, text, got, gots);
}

static bool labelled_otherwise(const project *p, const utterance *u, const name_match *m, const char *wanted) {
  bool same = false, other = false;
  for (uint32_t i = 0; i < u->label_count; i++) {
    const label *l = &u->labels[i];
    if (m->begin_bytes >= l->offset_bytes + l->length_bytes || l->offset_bytes >= m->end_bytes) continue;
    bool is_same = str_eq(p->entities[l->entity].category, str_of(wanted));
    same |= is_same;
    other |= !is_same;
  }
  return other && !same;
}

static void run_utterance(const project *p, const utterance *u, arena *a, bool list, int64_t *cpu_us) {
  enum { MOST = 64 };
  tokens t;
  tokenize(u->text, a, &t);
  name_match *found;
  size_t n;
  names_request q = {.kinds = (1u << NAME_KINDS) - 1};
  int64_t from = time_thread_cpu_us();
  names_find(&t, &q, a, &found, &n);
  *cpu_us += time_thread_cpu_us() - from;
  for (size_t c = 0; c < ARRAY_LEN(categories); c++) {
    span want[MOST], got[MOST];
    size_t wants = 0, gots = 0;
    for (uint32_t i = 0; i < u->label_count && wants < MOST; i++) {
      const label *l = &u->labels[i];
      if (!str_eq(p->entities[l->entity].category, str_of(categories[c].label))) continue;
      uint32_t end = l->offset_bytes + l->length_bytes;
      want[wants++] = (span){l->offset_bytes, without_possessive(u->text, l->offset_bytes, end), false};
    }
    for (size_t i = 0; i < n && gots < MOST; i++)
      if (found[i].kind == categories[c].kind) {
        categories[c].otherwise += labelled_otherwise(p, u, &found[i], categories[c].label);
        got[gots++] =
            (span){found[i].begin_bytes, without_possessive(u->text, found[i].begin_bytes, found[i].end_bytes), false};
      }
    compare(&categories[c], u->text, want, wants, got, gots, list);
  }
}

static double share(size_t part, size_t whole) {
  return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void report(size_t utterances, int64_t cpu_us) {
  printf("%-14s %8s %6s | %9s %6s %6s | %9s %6s | %9s\n", "category", "labelled", "found", "precision", "recall", "F1",
         "precision", "recall", "precision");
  for (size_t i = 0; i < ARRAY_LEN(categories); i++) {
    const category *c = &categories[i];
    double precision = share(c->exact, c->found), recall = share(c->exact, c->labelled);
    double f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    printf("%-14s %8zu %6zu | %9.1f %6.1f %6.1f | %9.1f %6.1f | %9.1f\n", c->label, c->labelled, c->found, precision,
           recall, f1, share(c->overlap_found, c->found), share(c->overlap_labelled, c->labelled),
           share(c->exact, c->found - c->otherwise));
  }
  printf("%zu utterances, %.2f us each (exact spans | overlapping | exact, without other labels)\n", utterances,
         utterances ? (double)cpu_us / (double)utterances : 0);
}

int main(int argc, char **argv) {
  bool train = false, list = false;
  const char *shared = getenv("DRAGOMAN_SHARED"), *file = NULL;
  for (int i = 1; i < argc; i++) {
    if (str_eq(str_of(argv[i]), STR("--train")))
      train = true;
    else if (str_eq(str_of(argv[i]), STR("--list")))
      list = true;
    else
      file = argv[i];
  }
  char path[512];
  snprintf(path, sizeof path, "%s/data/nlu/hwu64/fold01.json.gz", shared ? shared : "../shared");
  char *json;
  size_t bytes;
  err e = {0};
  arena a, memory;
  arena_init(&a, 0);
  arena_init(&memory, 0);
  project p;
  if (file_read_maybe_gz(file ? file : path, (size_t)1 << 30, &json, &bytes, &e) ||
      clu_read(str_make(json, bytes), &(clu_read_options){0}, &memory, &p, &e)) {
    fprintf(stderr, "bench_names: %s\n", e.message);
    return 1;
  }
  size_t utterances = 0;
  int64_t cpu_us = 0;
  for (size_t i = 0; i < p.utterance_count; i++) {
    const utterance *u = &p.utterances[i];
    if (utterance_dataset(u) != (train ? DATASET_TRAIN : DATASET_TEST)) continue;
    run_utterance(&p, u, &a, list, &cpu_us);
    arena_reset(&a);
    utterances++;
  }
  report(utterances, cpu_us);
  arena_fini(&a);
  arena_fini(&memory);
  free(json);
  return 0;
}
