/* A pattern, and behind the first line break a text: refused, or compiled to legal steps and matched; slots lie in the
 * text, in order and without overlap. */
#include "fuzz/fuzz.h"
#include "model/luis_match.h"
#include "project/lu.h"
#include "text/utf8.h"

static const char app_lu[] =
    "# A\n- hi\n@ ml E hasRoles r\n@ list L =\n  - b :\n@ patternany T\n@ patternany U hasRoles u\n";

static void check_match(const luis_match *m, const luis_subject *u) {
  size_t at = 0;
  for (size_t i = 0; i < m->slot_count; i++) {
    FUZZ_CHECK(m->slots[i].first_token >= at && m->slots[i].token_count > 0);
    at = m->slots[i].first_token + m->slots[i].token_count;
    FUZZ_CHECK(at <= u->n);
  }
  FUZZ_CHECK(m->score || !m->slot_count);
}

static void run(const luis_schema *s, str pattern, str text, arena *a) {
  luis_steps steps = {0};
  luis_spans spans = {.a = a};
  luis_marks marks = {.a = a};
  luis_words w;
  luis_subject u;
  luis_match m;
  uint32_t anchors;
  if (luis_pattern_compile(s, pattern, LUIS_DIACRITICS, &steps, &anchors, NULL) == ERR_OK) {
    FUZZ_CHECK(luis_steps_check(steps.p, (uint32_t)steps.n, s->entities, (uint32_t)s->roles.n));
    luis_words_of(text, LUIS_DIACRITICS, STR("en-us"), a, &w);
    for (uint32_t i = 0; i < w.exact.n; i++) { /* every other token is an entity, every third an explicit value */
      uint32_t begin = w.exact.v[i].begin_bytes, end = w.exact.v[i].end_bytes;
      luis_span span = {.node = i % 2, .begin_bytes = begin, .end_bytes = end, .first_token = i, .token_count = 1};
      luis_spans_add(&spans, span);
      if (i % 3 == 0)
        luis_marks_add(&marks, (luis_mark){.signal = 2, .first_token = i, .token_count = 1, .kind = PHRASE_EXPLICIT});
    }
    luis_subject_init(&u, &w.exact, &spans, &marks, a);
    if (luis_pattern_possible(steps.p, (uint32_t)steps.n, &u)) {
      uint64_t *table = arena_alloc(a, steps.n * (u.n + 1) * sizeof *table);
      luis_pattern_match(steps.p, (uint32_t)steps.n, anchors, &u, table, a, &m);
      check_match(&m, &u);
    }
  }
  VEC_FREE(&steps);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  str all = {(const char *)data, n};
  size_t line = str_find_byte(all, '\n');
  if (!utf8_valid(all, NULL)) return 0;
  arena a;
  arena_init(&a, 0);
  luis_app app;
  luis_schema schema;
  string_table strings;
  FUZZ_CHECK(lu_read(str_of(app_lu), &a, &app, NULL, NULL) == ERR_OK);
  string_table_init(&strings);
  luis_schema_init(&schema, &app, &strings);
  run(&schema, str_make(all.p, line), str_skip(all, line + 1), &a);
  luis_schema_free(&schema);
  string_table_free(&strings);
  arena_fini(&a);
  return 0;
}
