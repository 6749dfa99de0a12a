/* The prebuilt components of CLU: tests/cases/recognize/clu_resolutions.txt, and unit names. */
#include "recognize/clu_resolution.h"
#include "recognize/prebuilt_match.h"
#include "tests/case_file.h"

static uint32_t categories_of(str list) {
  uint32_t bits = 0;
  while (list.n) {
    size_t cut = str_find_byte(list, ',');
    const prebuilt_category *c = prebuilt_find(str_make(list.p, cut));
    if (!c) fail_msg("unknown category %.*s", STR_ARG(list));
    bits |= PREBUILT_BIT(prebuilt_id_of(c));
    list = str_skip(list, cut + 1);
  }
  return bits;
}

static void write_match(buf *out, str text, const prebuilt_match *m) {
  buf_printf(out, "%s|%.*s|", m->subtype, (int)(m->end_bytes - m->begin_bytes), text.p + m->begin_bytes);
  jw w;
  jw_init(&w, out);
  jw_arr(&w);
  for (size_t i = 0; i < m->resolution_count; i++) attr_list_write_json(&w, &m->resolutions[i]);
  jw_end(&w);
}

static void run_case(const case_block *b, void *user) {
  arena *a = user;
  str head = b->lines[0], text = b->lines[1];
  size_t cut = str_find_byte(head, ' ');
  prebuilt_request q = {.language = str_make(head.p, cut),
                        .categories = categories_of(str_skip(head, cut + 1)),
                        .reference = {2026, 3, 6, 16, 30, 0}};
  tokens t;
  tokenize(text, a, &t);
  prebuilt_match *found;
  size_t n;
  prebuilt_match_all(text, &t, &q, a, &found, &n);
  for (size_t i = 0; i < MAX_OF(n, b->n - 2); i++) {
    buf got = {0};
    if (i < n) write_match(&got, text, &found[i]);
    str want = i + 2 < b->n ? b->lines[i + 2] : STR("");
    if (!str_eq(buf_str(&got), want))
      fail_msg("line %zu: %.*s\nnot %.*s", b->line_number, STR_ARG(buf_str(&got)), STR_ARG(want));
    buf_free(&got);
  }
  arena_reset(a);
}

static void test_cases(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  assert_true(case_file_run("tests/cases/recognize/clu_resolutions.txt", run_case, &a) > 15);
  arena_fini(&a);
}

/* Units as the recognisers of the cultures name them (reference prebuilt-entities §6). */
static void test_units(void **state) {
  (void)state;
  static const char *const rows[][3] = {
      {"Kilometer", "Length", "Kilometer"},
      {"Kilomètres", "Length", "Kilometer"},
      {"Square meter", "Area", "SquareMeter"},
      {"Metro cuadrado", "Area", "SquareMeter"},
      {"Año", "Age", "Year"},
      {"Ans", "Age", "Year"},
      {"Mois", "Age", "Month"},
      {"Mês", "Age", "Month"},
      {"Milla por hora", "Speed", "MilesPerHour"},
      {"Miles par heure", "Speed", "MilesPerHour"},
      {"Miglia all'ora", "Speed", "MilesPerHour"},
      {"Pieds cube", "Volume", "CubicFoot"},
      {"Pé cúbico", "Volume", "CubicFoot"},
      {"Galón", "Weight", "Gallon"},
      {"Libbra", "Weight", "Pound"},
      {"Tonelada métrica", "Weight", "MetricTon"},
      {"Grau Celsius", "Temperature", "Celsius"},
      {"C", "Temperature", "Celsius"},
      {"bit", "Information", "Bit"},
      {"Long ton (British)", "Weight", "LongTonBritish"},
      {"Pollice", "Length", "Inch"},
      {"Yard per minute", "Speed", "YardsPerMinute"},
  };
  const char *kind, *unit;
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    if (!clu_unit_find(str_of(rows[i][0]), &kind, &unit)) fail_msg("%s", rows[i][0]);
    assert_string_equal(kind, rows[i][1]);
    assert_string_equal(unit, rows[i][2]);
  }
  static const char *const unknown[] = {"", "Degree", "Radian", "Liang", "Megahertz", "Kilo", "s"};
  for (size_t i = 0; i < ARRAY_LEN(unknown); i++) assert_false(clu_unit_find(str_of(unknown[i]), &kind, &unit));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_units)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
