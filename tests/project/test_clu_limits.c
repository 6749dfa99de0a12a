/* Files at a service limit and one over it. */
#include "project/clu_json.h"
#include "project/limits.h"
#include "tests/test.h"

static void begin(buf *b, const char *kind) {
  buf_printf(b,
             "{\"projectFileVersion\":\"2023-04-01\",\"stringIndexType\":\"Utf16CodeUnit\","
             "\"metadata\":{\"projectKind\":\"%s\",\"language\":\"en\"},\"assets\":{\"projectKind\":\"%s\",",
             kind, kind);
}

static err_code finish_and_read(buf *b, err *e) {
  buf_add_str(b, STR("}}"));
  arena a;
  arena_init(&a, 0);
  project p;
  *e = (err){0};
  err_code rc = clu_read(buf_str(b), NULL, &a, &p, e);
  arena_fini(&a);
  buf_free(b);
  return rc;
}

static void add_categories(buf *b, const char *key, size_t n) {
  buf_printf(b, "\"%s\":[", key);
  for (size_t i = 0; i < n; i++) buf_printf(b, "%s{\"category\":\"c%zu\"}", i ? "," : "", i);
  buf_add_str(b, STR("]"));
}

static void test_intents(void **state) {
  (void)state;
  err e;
  buf b = {0};
  begin(&b, "Conversation");
  add_categories(&b, "intents", LIMIT_INTENTS - 1); /* None is added */
  assert_int_equal(finish_and_read(&b, &e), ERR_OK);
  begin(&b, "Conversation");
  add_categories(&b, "intents", LIMIT_INTENTS);
  assert_int_equal(finish_and_read(&b, &e), ERR_QUOTA_EXCEEDED);
  assert_string_equal(e.target, "assets.intents");
}

static void test_entities(void **state) {
  (void)state;
  err e;
  buf b = {0};
  begin(&b, "Conversation");
  add_categories(&b, "entities", LIMIT_ENTITIES);
  assert_int_equal(finish_and_read(&b, &e), ERR_OK);
  begin(&b, "Conversation");
  add_categories(&b, "entities", LIMIT_ENTITIES + 1);
  assert_int_equal(finish_and_read(&b, &e), ERR_QUOTA_EXCEEDED);
  assert_string_equal(e.target, "assets.entities");
}

static void add_utterances(buf *b, size_t n) {
  buf_add_str(b, STR("\"utterances\":["));
  for (size_t i = 0; i < n; i++) buf_printf(b, "%s{\"text\":\"say %zu\",\"intent\":\"None\"}", i ? "," : "", i);
  buf_add_str(b, STR("]"));
}

static void test_utterances(void **state) {
  (void)state;
  static const struct {
    const char *kind;
    size_t limit;
  } kinds[] = {{"Conversation", LIMIT_UTTERANCES}, {"Orchestration", LIMIT_UTTERANCES_ORCHESTRATION}};
  err e;
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
    buf b = {0};
    begin(&b, kinds[i].kind);
    add_utterances(&b, kinds[i].limit);
    assert_int_equal(finish_and_read(&b, &e), ERR_OK);
    begin(&b, kinds[i].kind);
    add_utterances(&b, kinds[i].limit + 1);
    assert_int_equal(finish_and_read(&b, &e), ERR_QUOTA_EXCEEDED);
    assert_string_equal(e.target, "assets.utterances");
  }
}

static err_code read_text_of(size_t chars, const char *character, err *e) {
  buf b = {0};
  begin(&b, "Conversation");
  buf_add_str(&b, STR("\"utterances\":[{\"intent\":\"None\",\"text\":\""));
  for (size_t i = 0; i < chars; i++) buf_add_str(&b, str_of(character));
  buf_add_str(&b, STR("\"}]"));
  return finish_and_read(&b, e);
}

static void test_text_length_counts_characters(void **state) {
  (void)state;
  err e;
  assert_int_equal(read_text_of(LIMIT_UTTERANCE_CHARS, "a", &e), ERR_OK);
  assert_int_equal(read_text_of(LIMIT_UTTERANCE_CHARS, "\xf0\x9f\x91\x8d", &e), ERR_OK);
  assert_int_equal(read_text_of(LIMIT_UTTERANCE_CHARS + 1, "a", &e), ERR_INVALID_ARGUMENT);
  assert_string_equal(e.target, "assets.utterances[0].text");
}

/* entities lists with synonyms values each. */
static err_code read_synonyms_of(size_t entities, size_t synonyms, err *e) {
  buf b = {0};
  begin(&b, "Conversation");
  buf_add_str(&b, STR("\"entities\":["));
  for (size_t i = 0; i < entities; i++) {
    buf_printf(&b, "%s{\"category\":\"e%zu\",\"list\":{\"sublists\":[{\"synonyms\":[{\"values\":[", i ? "," : "", i);
    for (size_t k = 0; k < synonyms; k++) buf_add_str(&b, k ? STR(",\"x\"") : STR("\"x\""));
    buf_add_str(&b, STR("]}]}]}}"));
  }
  buf_add_str(&b, STR("]"));
  return finish_and_read(&b, e);
}

static void test_synonyms(void **state) {
  (void)state;
  err e;
  assert_int_equal(read_synonyms_of(1, LIMIT_SYNONYMS_PER_ENTITY, &e), ERR_OK);
  assert_int_equal(read_synonyms_of(1, LIMIT_SYNONYMS_PER_ENTITY + 1, &e), ERR_QUOTA_EXCEEDED);
  assert_string_equal(e.target, "assets.entities[0].list.sublists");
  enum { FULL = LIMIT_SYNONYMS_PER_PROJECT / LIMIT_SYNONYMS_PER_ENTITY };
  assert_int_equal(read_synonyms_of(FULL, LIMIT_SYNONYMS_PER_ENTITY, &e), ERR_OK);
  assert_int_equal(read_synonyms_of(FULL + 1, LIMIT_SYNONYMS_PER_ENTITY, &e), ERR_QUOTA_EXCEEDED);
}

static err_code read_regexes_of(size_t entities, size_t each, err *e) {
  buf b = {0};
  begin(&b, "Conversation");
  buf_add_str(&b, STR("\"entities\":["));
  for (size_t i = 0; i < entities; i++) {
    buf_printf(&b, "%s{\"category\":\"e%zu\",\"regex\":{\"expressions\":[", i ? "," : "", i);
    for (size_t k = 0; k < each; k++)
      buf_add_str(&b, k ? STR(",{\"regexPattern\":\"x\"}") : STR("{\"regexPattern\":\"x\"}"));
    buf_add_str(&b, STR("]}}"));
  }
  buf_add_str(&b, STR("]"));
  return finish_and_read(&b, e);
}

static void test_regexes_count_over_the_project(void **state) {
  (void)state;
  err e;
  assert_int_equal(read_regexes_of(4, 5, &e), ERR_OK);
  assert_int_equal(read_regexes_of(7, 3, &e), ERR_QUOTA_EXCEEDED);
  assert_string_equal(e.target, "assets.entities[6].regex.expressions");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_intents),    cmocka_unit_test(test_entities),
      cmocka_unit_test(test_utterances), cmocka_unit_test(test_text_length_counts_characters),
      cmocka_unit_test(test_synonyms),   cmocka_unit_test(test_regexes_count_over_the_project)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
