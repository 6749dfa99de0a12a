/* Patterns against a matcher that tries everything, on random patterns and utterances; syntax and slots; patterns
 * that are made to hurt. */
#include "base/rng.h"
#include "model/luis_match.h"
#include "project/luis_json.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

static const char app_json[] =
    "{\"luis_schema_version\":\"7.0.0\",\"name\":\"P\",\"culture\":\"en-us\",\"intents\":[{\"name\":\"None\"}],"
    "\"entities\":[{\"name\":\"E\",\"roles\":[\"r\"]}],\"hierarchicals\":[{\"name\":\"H\",\"children\":[\"x\",\"y\"]}],"
    "\"patternAnyEntities\":[{\"name\":\"T\",\"roles\":[],\"explicitList\":[\"b a\"]}],\"utterances\":[]}";

typedef struct fixture {
  arena a;
  luis_app app;
  string_table strings;
  luis_schema schema;
  uint32_t e, t, hx, hy;
} fixture;

static int setup(void **state) {
  fixture *f = mem_zalloc(1, sizeof *f);
  arena_init(&f->a, 0);
  err e;
  if (luis_read(str_of(app_json), &f->a, &f->app, &e)) fail_msg("%s", e.message);
  string_table_init(&f->strings);
  luis_schema_init(&f->schema, &f->app, &f->strings);
  f->e = luis_schema_entity(&f->schema, STR("E"));
  f->t = luis_schema_entity(&f->schema, STR("T"));
  f->hx = luis_schema_entity(&f->schema, STR("H::x"));
  f->hy = luis_schema_entity(&f->schema, STR("H::y"));
  *state = f;
  return 0;
}

static int teardown(void **state) {
  fixture *f = *state;
  luis_schema_free(&f->schema);
  string_table_free(&f->strings);
  arena_fini(&f->a);
  free(f);
  return 0;
}

/* An utterance with what was found in it. */
typedef struct subject {
  str text;
  tokens t;
  luis_spans spans;
  luis_marks marks;
} subject;

static void read_subject(const fixture *f, str text, arena *a, subject *s) {
  *s = (subject){.text = text, .spans = {.a = a}, .marks = {.a = a}};
  tokenize(text, a, &s->t);
  for (uint32_t i = 0; i + 1 < s->t.n; i++)
    if (str_eq(s->t.v[i].norm, STR("b")) && str_eq(s->t.v[i + 1].norm, STR("a")))
      luis_marks_add(&s->marks,
                     (luis_mark){.signal = f->t, .first_token = i, .token_count = 2, .kind = PHRASE_EXPLICIT});
}

static void add_span(subject *s, uint32_t node, uint32_t first, uint32_t count) {
  luis_spans_add(&s->spans, (luis_span){.node = node,
                                        .role = LUIS_NONE,
                                        .first_token = first,
                                        .token_count = count,
                                        .begin_bytes = s->t.v[first].begin_bytes,
                                        .end_bytes = s->t.v[first + count - 1].end_bytes});
}

static luis_match match(const fixture *f, const char *pattern, subject *s, arena *a) {
  luis_steps steps = {0};
  uint32_t anchors;
  err e;
  luis_subject u;
  luis_match out = {0};
  if (luis_pattern_compile(&f->schema, str_of(pattern), 0, &steps, &anchors, &e))
    fail_msg("%s: %s", pattern, e.message);
  assert_true(luis_steps_check(steps.p, (uint32_t)steps.n, f->schema.entities, (uint32_t)f->schema.roles.n));
  luis_spans_sort(&s->spans);
  luis_subject_init(&u, &s->t, &s->spans, &s->marks, a);
  if (luis_pattern_possible(steps.p, (uint32_t)steps.n, &u)) {
    uint64_t *table = arena_alloc(a, steps.n * (u.n + 1) * sizeof *table);
    luis_pattern_match(steps.p, (uint32_t)steps.n, anchors, &u, table, a, &out);
  }
  VEC_FREE(&steps);
  return out;
}

/* "T=b c;E:r=a" */
static str slots_text(const fixture *f, const subject *s, const luis_match *m, arena *a) {
  str out = STR("");
  for (size_t i = 0; i < m->slot_count; i++) {
    const luis_filled *x = &m->slots[i];
    const token *first = &s->t.v[x->first_token], *last = first + x->token_count - 1;
    const char *name = x->node == f->e ? "E" : x->node == f->t ? "T" : x->node == f->hx ? "H::x" : "H::y";
    out = arena_printf(a, STR_FMT "%s%s%s=%.*s", STR_ARG(out), i ? ";" : "", name, x->role != LUIS_NONE ? ":r" : "",
                       (int)(last->end_bytes - first->begin_bytes), s->text.p + first->begin_bytes);
  }
  return out;
}

static void test_examples(void **state) {
  const fixture *f = *state;
  static const struct {
    const char *pattern, *text, *slots; /* slots NULL: no match */
  } cases[] = {
      {"where is {T}[?]", "where is the key?", "T=the key"},
      {"where is {T}[?]", "tell me WHERE is it now", "T=it now"},
      {"where is {T}?", "where is it", NULL},
      {"^where is {T}^", "so where is it", NULL},
      {"a (b|c) d", "x a c d y", ""},
      {"a (b|c) d", "a d", NULL},
      {"a [b [c]] d", "a b d", ""},
      {"a [b [c]] d", "a c d", NULL},
      {"^a^", "a", ""},
      {"^a^", "a b", NULL},
      {"a^", "b a", ""},
      {"\\{a\\} \\^ b", "{a} ^ b", ""},
      {"x | y", "x | y", ""},
      {"\\\\[a] b", "\\\\ b", ""}, /* two backslashes, then an optional part */
      {"{T}", "anything", NULL},   /* nothing of its own */
      {"mail {T} [from {T}]", "mail c c from d", "T=c c;T=d"},
      {"mail {T} [from {T}]", "mail b a from d", "T=b a;T=d"},
      {"mail {T} [a {T}]", "mail b a from d", "T=b a"}, /* the explicit value whole */
      {"[x]", "y", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    arena a;
    arena_init(&a, 0);
    subject s;
    read_subject(f, str_of(cases[i].text), &a, &s);
    luis_match m = match(f, cases[i].pattern, &s, &a);
    if (!cases[i].slots != !m.score) fail_msg("%s on %s: %d", cases[i].pattern, cases[i].text, m.score != 0);
    if (m.score) assert_str_equal(slots_text(f, &s, &m, &a), str_of(cases[i].slots));
    arena_fini(&a);
  }
}

static void test_slots(void **state) {
  const fixture *f = *state;
  arena a;
  arena_init(&a, 0);
  subject s;
  read_subject(f, STR("send new york to rome"), &a, &s);
  add_span(&s, f->e, 1, 2);
  add_span(&s, f->e, 4, 1);
  add_span(&s, f->hy, 4, 1);
  luis_match m = match(f, "send {E:r} to {E}", &s, &a);
  assert_str_equal(slots_text(f, &s, &m, &a), STR("E:r=new york;E=rome"));
  m = match(f, "to {H}", &s, &a);
  assert_str_equal(slots_text(f, &s, &m, &a), STR("H::y=rome"));
  m = match(f, "send {r} to {T}", &s, &a); /* the entity that has the role */
  assert_str_equal(slots_text(f, &s, &m, &a), STR("E:r=new york;T=rome"));
  m = match(f, "send {E} rome", &s, &a);
  assert_true(m.score == 0);
  arena_fini(&a);
}

static void test_refused(void **state) {
  const fixture *f = *state;
  static const char *const bad[] = {"{Nobody} a", "{E:nothing}", "a (b", "[[[a]]]", "{", "a (b|c|d|e)", ""};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    luis_steps steps = {0};
    uint32_t anchors;
    err e = {0};
    assert_int_equal(luis_pattern_compile(&f->schema, str_of(bad[i]), 0, &steps, &anchors, &e), ERR_INVALID_ARGUMENT);
    assert_true(e.message[0] != 0);
    VEC_FREE(&steps);
  }
}

/* ---- Brute force ---- */

/* A pattern as all the sequences that it stands for: words "a", slots "E" and "T". */
typedef struct sequences {
  char v[512][32];
  size_t n;
} sequences;

typedef struct piece {
  char text[200];  /* the pattern */
  sequences means; /* its sequences */
} piece;

static void cross(const sequences *x, const sequences *y, sequences *out) {
  out->n = 0;
  for (size_t i = 0; i < x->n; i++)
    for (size_t k = 0; k < y->n && out->n < ARRAY_LEN(out->v); k++)
      snprintf(out->v[out->n++], sizeof out->v[0], "%.15s%.15s", x->v[i], y->v[k]);
}

static void make_piece(rng *r, int depth, piece *out);

static void make_item(rng *r, int depth, piece *out) {
  static const char *const leaves[] = {"a", "b", "c", "E", "T"};
  uint32_t kind = rng_below(r, depth ? 9 : 5);
  if (kind < 5) {
    snprintf(out->text, sizeof out->text, kind < 3 ? "%s " : "{%s} ", leaves[kind]);
    out->means.n = 1;
    snprintf(out->means.v[0], sizeof out->means.v[0], "%s", leaves[kind]);
    return;
  }
  piece *inner = mem_zalloc(2, sizeof *inner);
  make_piece(r, depth - 1, &inner[0]);
  out->means = inner[0].means;
  if (kind < 7) {
    snprintf(out->text, sizeof out->text, "[%.190s]", inner[0].text);
    out->means.v[out->means.n++][0] = 0;
  } else {
    make_piece(r, depth - 1, &inner[1]);
    snprintf(out->text, sizeof out->text, "(%.95s|%.95s)", inner[0].text, inner[1].text);
    for (size_t i = 0; i < inner[1].means.n; i++)
      memcpy(out->means.v[out->means.n++], inner[1].means.v[i], sizeof out->means.v[0]);
  }
  free(inner);
}

/* One to three items, small enough that nothing above is cut. */
static void make_piece(rng *r, int depth, piece *out) {
  uint32_t n = 1 + rng_below(r, depth ? 2 : 3);
  out->text[0] = 0;
  out->means.n = 1;
  out->means.v[0][0] = 0;
  piece *item = mem_zalloc(1, sizeof *item);
  sequences *joined = mem_zalloc(1, sizeof *joined);
  for (uint32_t i = 0; i < n; i++) {
    make_item(r, depth, item);
    snprintf(out->text + strlen(out->text), sizeof out->text - strlen(out->text), "%s", item->text);
    cross(&out->means, &item->means, joined);
    out->means = *joined;
  }
  free(joined);
  free(item);
}

typedef struct search {
  const fixture *f;
  const subject *s;
  bool end_anchor;
  size_t start;
  uint64_t best;       /* explicit values, fixed tokens, covered tokens, as the matcher weighs them */
  char slots[64];      /* of the path at hand */
  char best_slots[64]; /* of the first best */
  const char *wanted;  /* slots that the matcher gave */
  bool seen;           /* with the best score */
} search;

static void try_all(search *x, const char *sequence, size_t at, uint64_t explicit_values, uint64_t fixed) {
  size_t n = x->s->t.n, had = strlen(x->slots);
  if (!*sequence) {
    if (!fixed && !explicit_values) return;
    if (x->end_anchor && at != n) return;
    uint64_t score = explicit_values << 48 | fixed << 24 | (at - x->start);
    if (score > x->best) x->seen = false;
    x->best = MAX_OF(x->best, score);
    if (score == x->best && strcmp(x->slots, x->wanted) == 0) x->seen = true;
    return;
  }
  if (*sequence >= 'a') {
    if (at < n && x->s->text.p[x->s->t.v[at].begin_bytes] == *sequence)
      try_all(x, sequence + 1, at + 1, explicit_values, fixed + 1);
    return;
  }
  for (size_t count = 1; at + count <= n; count++) {
    snprintf(x->slots + had, sizeof x->slots - had, "%c%zu+%zu ", *sequence, at, count);
    if (*sequence == 'T') try_all(x, sequence + 1, at + count, explicit_values, fixed);
    for (size_t i = 0; i < x->s->marks.n && *sequence == 'T'; i++)
      if (x->s->marks.v[i].first_token == at && x->s->marks.v[i].token_count == count)
        try_all(x, sequence + 1, at + count, explicit_values + 1, fixed);
    for (size_t i = 0; i < x->s->spans.n && *sequence == 'E'; i++)
      if (x->s->spans.v[i].first_token == at && x->s->spans.v[i].token_count == count)
        try_all(x, sequence + 1, at + count, explicit_values, fixed + count);
    x->slots[had] = 0;
  }
}

static void random_subject(const fixture *f, rng *r, arena *a, subject *s) {
  char text[32];
  size_t n = rng_below(r, 8);
  for (size_t i = 0; i < n; i++) {
    text[2 * i] = (char)('a' + rng_below(r, 3));
    text[2 * i + 1] = ' ';
  }
  read_subject(f, arena_str(a, str_make(text, 2 * n)), a, s);
  for (uint32_t i = 0; i < n; i++)
    if (rng_below(r, 3) == 0) add_span(s, f->e, i, 1 + rng_below(r, MIN_OF(2, (uint32_t)n - i)));
}

static void test_brute_force(void **state) {
  const fixture *f = *state;
  rng r;
  rng_seed(&r, 11);
  arena a;
  arena_init(&a, 0);
  piece *p = mem_zalloc(1, sizeof *p);
  size_t matched = 0;
  for (int round = 0; round < 4000; round++) {
    arena_reset(&a);
    make_piece(&r, (int)rng_below(&r, 3), p);
    bool begin = rng_below(&r, 3) == 0, end = rng_below(&r, 3) == 0;
    char pattern[220];
    snprintf(pattern, sizeof pattern, "%s%s%s", begin ? "^" : "", p->text, end ? "^" : "");
    subject s;
    random_subject(f, &r, &a, &s);
    luis_match m = match(f, pattern, &s, &a);
    char wanted[64] = "";
    for (size_t i = 0; i < m.slot_count; i++)
      snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "%c%u+%u ", m.slots[i].node == f->e ? 'E' : 'T',
               m.slots[i].first_token, m.slots[i].token_count);
    search x = {.f = f, .s = &s, .end_anchor = end, .wanted = wanted};
    for (x.start = 0; x.start < MAX_OF(s.t.n, 1) && !(begin && x.start); x.start++)
      for (size_t i = 0; i < p->means.n; i++) try_all(&x, p->means.v[i], x.start, 0, 0);
    uint64_t score = m.score & ((UINT64_C(1) << 62) - 1);
    if (score != x.best || (score && !x.seen))
      fail_msg("%s on \"%.*s\": %llx, tried %llx; slots %s", pattern, STR_ARG(s.text), (unsigned long long)score,
               (unsigned long long)x.best, wanted);
    matched += score != 0;
  }
  assert_true(matched > 500);
  free(p);
  arena_fini(&a);
}

/* The steps of a pattern are never many more than its characters, so the table is never larger than both together. */
static void test_hostile(void **state) {
  const fixture *f = *state;
  static const char *const units[] = {"[a]", "[a [b]]", "(a|b|c)", "{T} ", "a ", "[{T}]", "({E}|{T})"};
  arena a;
  arena_init(&a, 0);
  for (size_t k = 0; k < ARRAY_LEN(units); k++) {
    char pattern[512] = "";
    while (strlen(pattern) + strlen(units[k]) < 400) strcat(pattern, units[k]);
    luis_steps steps = {0};
    uint32_t anchors;
    err e;
    if (luis_pattern_compile(&f->schema, str_of(pattern), 0, &steps, &anchors, &e)) fail_msg("%s", e.message);
    assert_true(steps.n <= 2 * strlen(pattern) + 1);
    VEC_FREE(&steps);
    char *text = mem_alloc(2 * 2000 + 1);
    for (size_t i = 0; i < 2000; i++) memcpy(text + 2 * i, i % 2 ? "a " : "b ", 2);
    subject s;
    read_subject(f, str_make(text, 4000), &a, &s);
    (void)match(f, pattern, &s, &a);
    free(text);
    arena_reset(&a);
  }
  luis_steps steps = {0};
  uint32_t anchors;
  char nested[64];
  snprintf(nested, sizeof nested, "%.*sa%.*s", 30, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 30,
           "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
  assert_int_equal(luis_pattern_compile(&f->schema, str_of(nested), 0, &steps, &anchors, NULL), ERR_INVALID_ARGUMENT);
  VEC_FREE(&steps);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples), cmocka_unit_test(test_slots),
                                     cmocka_unit_test(test_refused), cmocka_unit_test(test_brute_force),
                                     cmocka_unit_test(test_hostile)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
