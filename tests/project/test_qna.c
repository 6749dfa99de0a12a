#include "base/file.h"
#include "project/qna_json.h"
#include "project/qna_table.h"
#include "tests/test.h"
#include "tests/with_arena.h"

static err_code read_text(const char *json, knowledge_base *kb, err *e) {
  jdoc *doc;
  assert_int_equal(jn_parse(str_of(json), &doc, e), ERR_OK);
  jnode root = jn_root(doc);
  err_code rc = qna_read(&root, &a, kb, e);
  jn_free(doc);
  return rc;
}

static knowledge_base base_of(const char *json) {
  knowledge_base kb;
  err e = {0};
  if (read_text(json, &kb, &e) != ERR_OK) fail_msg("%s %s", e.target, e.message);
  return kb;
}

static str written(const knowledge_base *kb) {
  buf b = {0};
  qna_write(kb, &b);
  str s = arena_str(&a, buf_str(&b));
  buf_free(&b);
  return s;
}

static str table_of(const knowledge_base *kb) {
  buf b = {0};
  qna_table_write(kb, &b);
  str s = arena_str(&a, buf_str(&b));
  buf_free(&b);
  return s;
}

static const char shop[] =
    "{\"metadata\":{\"language\":\"en\",\"description\":\"Shop\",\"settings\":{\"defaultAnswer\":\"Sorry?\"}},"
    "\"assets\":{\"synonyms\":[{\"alterations\":[\"shop\",\"store\"]}],"
    "\"qnas\":[{\"id\":2,\"answer\":\"Closed.\\nAlways.\",\"questions\":[\"Sunday?\"],\"source\":\"faq.tsv\","
    "\"dialog\":{\"isContextOnly\":true,\"prompts\":[]}},"
    "{\"id\":1,\"answer\":\"9 to 6\",\"questions\":[\"Hours?\",\"Opening times\"],\"metadata\":{\"Site\":\"Lyon\"},"
    "\"dialog\":{\"isContextOnly\":false,\"prompts\":[{\"displayOrder\":0,\"qnaId\":2,\"displayText\":\"Sunday\"}]},"
    "\"activeLearningSuggestions\":[{\"clusterHead\":\"when open\",\"suggestedQuestions\":[{\"question\":\"u open "
    "when\","
    "\"userSuggestedCount\":2,\"autoSuggestedCount\":1}]}]}]}}";

static void test_reads_a_file(void **state) {
  (void)state;
  knowledge_base kb = base_of(shop);
  assert_int_equal(kb.pair_count, 2);
  const qna_pair *p = qna_find_pair(&kb, 1);
  assert_non_null(p);
  assert_ptr_equal(p, &kb.pairs[0]);
  assert_int_equal(p->question_count, 2);
  assert_str_equal(p->source, STR("Editorial"));
  assert_str_equal(p->tags[0].key, STR("site"));
  assert_str_equal(p->tags[0].value, STR("lyon"));
  assert_int_equal(p->prompts[0].qna_id, 2);
  assert_int_equal(p->clusters[0].v[0].by_users, 2);
  assert_true(kb.pairs[1].context_only);
  assert_int_equal(kb.source_count, 1);
  assert_str_equal(kb.sources[0].source, STR("faq.tsv"));
  assert_str_equal(qna_default_answer(&kb), STR("Sorry?"));
  assert_null(qna_find_pair(&kb, 3));
}

static void test_round_trips(void **state) {
  (void)state;
  knowledge_base kb = base_of(shop);
  str json = written(&kb);
  knowledge_base again = base_of(json.p);
  assert_str_equal(written(&again), json);

  knowledge_base from_table = again;
  err e = {0};
  str table = table_of(&kb);
  if (qna_table_read(table, &a, &from_table, &e) != ERR_OK) fail_msg("%s", e.message);
  assert_str_equal(table_of(&from_table), table);
  assert_int_equal(from_table.pair_count, 2);
  assert_str_equal(from_table.pairs[1].answer, STR("Closed.\nAlways."));
  assert_int_equal(from_table.pairs[0].question_count, 2);
}

static void test_names_in_any_case(void **state) {
  (void)state;
  knowledge_base kb =
      base_of("{\"Metadata\":{\"ProjectName\":\"x\",\"Language\":\"FR\",\"DefaultAnswer\":\"Non\",\"created\":7},"
              "\"Assets\":{\"Qnas\":[{\"Id\":\"7\",\"Answer\":\"oui\",\"Questions\":[\"q\"],\"Extra\":1}]}}");
  assert_str_equal(kb.language, STR("fr"));
  assert_str_equal(qna_default_answer(&kb), STR("Non"));
  assert_int_equal(kb.pairs[0].id, 7);
}

static void test_missing_ids_are_given(void **state) {
  (void)state;
  knowledge_base kb = base_of("{\"assets\":{\"qnas\":[{\"answer\":\"a\",\"questions\":[\"x\"]},"
                              "{\"id\":5,\"answer\":\"b\",\"questions\":[\"y\"]}]}}");
  assert_int_equal(kb.pairs[0].id, 5);
  assert_int_equal(kb.pairs[1].id, 6);
}

static void test_errors_name_their_place(void **state) {
  (void)state;
  static const struct {
    const char *json, *target;
  } cases[] = {
      {"{\"assets\":{\"qnas\":[{\"questions\":[\"x\"]}]}}", "assets.qnas[0].answer"},
      {"{\"assets\":{\"qnas\":[{\"answer\":\"a\",\"questions\":[]}]}}", "assets.qnas[0].questions"},
      {"{\"assets\":{\"qnas\":[{\"answer\":\"a\",\"questions\":[\"\"]}]}}", "assets.qnas[0].questions[0]"},
      {"{\"assets\":{\"qnas\":[{\"answer\":\"a\",\"questions\":[7]}]}}", "assets.qnas[0].questions[0]"},
      {"{\"assets\":{\"qnas\":[{\"id\":-1,\"answer\":\"a\",\"questions\":[\"x\"]}]}}", "assets.qnas[0].id"},
      {"{\"assets\":{\"qnas\":[{\"answer\":\"a\",\"questions\":[\"x\"],\"metadata\":{\"k\":\"a|b\"}}]}}",
       "assets.qnas[0].metadata.k"},
      {"{\"assets\":{\"qnas\":[{\"answer\":\"a\",\"questions\":[\"x\"],\"metadata\":{\"k-k\":\"a\"}}]}}",
       "assets.qnas[0].metadata.k-k"},
      {"{\"assets\":{\"synonyms\":[{\"alterations\":[\"a.b\"]}]}}", "assets.synonyms[0].alterations[0]"},
      {"{\"assets\":7}", "assets"},
      {"{\"assets\":{\"qnas\":[{\"id\":1,\"answer\":\"a\",\"questions\":[\"x\"]},{\"id\":1,\"answer\":\"a\","
       "\"questions\":[\"x\"]}]}}",
       "qnas"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    knowledge_base kb = {.pair_count = 77};
    err e = {0};
    assert_int_equal(read_text(cases[i].json, &kb, &e), ERR_INVALID_ARGUMENT);
    assert_string_equal(e.target, cases[i].target);
    assert_int_equal(kb.pair_count, 77);
  }
}

static err_code patch(knowledge_base *kb, const char *ops, err *e) {
  jdoc *doc;
  assert_int_equal(jn_parse(str_of(ops), &doc, e), ERR_OK);
  jnode root = jn_root(doc);
  err_code rc = qna_pairs_patch(kb, &root, 1000000, &a, kb, e);
  jn_free(doc);
  return rc;
}

static void test_pairs_patch(void **state) {
  (void)state;
  knowledge_base kb = base_of(shop);
  err e = {0};
  assert_int_equal(
      patch(&kb,
            "[{\"op\":\"add\",\"value\":{\"questions\":[\"Deliver?\"],\"answer\":\"Yes\",\"dialog\":{\"prompts\":["
            "{\"displayOrder\":0,\"displayText\":\"Cost\",\"qna\":{\"questions\":[\"Cost?\"],\"answer\":\"5\"}}]}}},"
            "{\"op\":\"replace\",\"value\":{\"id\":1,\"questions\":[\"When?\"],\"answer\":\"Now\"}},"
            "{\"op\":\"delete\",\"value\":{\"id\":2}}]",
            &e),
      ERR_OK);
  assert_int_equal(kb.pair_count, 3);
  assert_str_equal(kb.pairs[0].answer, STR("Now"));
  assert_int_equal(kb.pairs[1].id, 3);
  assert_int_equal(kb.pairs[1].prompts[0].qna_id, 4);
  assert_str_equal(kb.pairs[2].answer, STR("5"));
  assert_int_equal(kb.pairs[2].updated_us, 1000000);

  static const char *const bad[] = {
      "[{\"op\":\"replace\",\"value\":{\"id\":9,\"questions\":[\"x\"],\"answer\":\"y\"}}]",
      "[{\"op\":\"add\",\"value\":{\"id\":1,\"questions\":[\"x\"],\"answer\":\"y\"}}]",
      "[{\"op\":\"add\",\"value\":{\"questions\":[\"x\"],\"answer\":\"y\",\"source\":\"nowhere\"}}]",
      "[{\"op\":\"add\",\"value\":{\"questions\":[\"x\"],\"answer\":\"y\",\"dialog\":{\"prompts\":[{}]}}}]",
      "[{\"op\":\"move\",\"value\":{\"id\":1}}]",
      "[{\"op\":\"delete\",\"value\":{}}]",
      "{}",
  };
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    assert_int_equal(patch(&kb, bad[i], &e), ERR_INVALID_ARGUMENT);
    assert_int_equal(kb.pair_count, 3);
  }
}

static void test_deleting_a_source_deletes_its_pairs(void **state) {
  (void)state;
  knowledge_base kb = base_of(shop);
  err e = {0};
  jdoc *doc;
  str ops = STR("[{\"op\":\"delete\",\"value\":{\"source\":\"faq.tsv\"}},"
                "{\"op\":\"add\",\"value\":{\"source\":\"b\",\"sourceUri\":\"http://b\",\"sourceKind\":\"url\"}}]");
  assert_int_equal(jn_parse(ops, &doc, &e), ERR_OK);
  jnode root = jn_root(doc);
  assert_int_equal(qna_sources_patch(&kb, &root, 1, &a, &kb, &e), ERR_OK);
  jn_free(doc);
  assert_int_equal(kb.pair_count, 1);
  assert_int_equal(kb.source_count, 1);
  assert_str_equal(kb.sources[0].source, STR("b"));
}

static void test_tables(void **state) {
  (void)state;
  knowledge_base kb = {.language = STR("en")};
  err e = {0};
  /* A plain data file: alternates are rows with the same answer. */
  assert_int_equal(
      qna_table_read(STR("\xEF\xBB\xBF"
                         "question\tANSWER\tother\r\nHours?\t9 to 6\tx\r\n\r\nOpen?\t9 to 6\t\r\nWhere?\tLyon\r\n"),
                     &a, &kb, &e),
      ERR_OK);
  assert_int_equal(kb.pair_count, 2);
  assert_int_equal(kb.pairs[0].question_count, 2);
  assert_int_equal(
      qna_table_read(STR("Question\tAnswer\tMetadata\tQnaId\na\tb\tSite : Lyon | kind:x\t4\n"), &a, &kb, &e), ERR_OK);
  assert_int_equal(kb.pairs[0].tag_count, 2);
  assert_str_equal(kb.pairs[0].tags[0].value, STR("lyon"));

  static const struct {
    const char *text, *target;
  } bad[] = {{"Question\tText\na\tb\n", "row 1, Answer"},
             {"Question\tAnswer\na\tb\n\t\n\tc\n", "row 4, Question"},
             {"Question\tAnswer\tQnaId\na\tb\tx\n", "row 2, QnaId"},
             {"Question\tAnswer\tPrompts\na\tb\t[\n", "row 2, Prompts"},
             {"Question\tAnswer\tMetadata\na\tb\tno key\n", "row 2, Metadata"}};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    assert_int_equal(qna_table_read(str_of(bad[i].text), &a, &kb, &e), ERR_INVALID_ARGUMENT);
    assert_string_equal(e.target, bad[i].target);
    assert_int_equal(kb.pair_count, 1);
  }
}

static void test_synonym_tables(void **state) {
  (void)state;
  knowledge_base kb = {.language = STR("en")};
  err e = {0};
  assert_int_equal(qna_synonyms_table_read(STR("Synonyms\n\"tv\",\"television set\"\n\npc, computer\n"), &a, &kb, &e),
                   ERR_OK);
  assert_int_equal(kb.synonyms_count, 2);
  assert_str_equal(kb.synonyms[0].v[1], STR("television set"));
  buf b = {0};
  qna_synonyms_table_write(&kb, &b);
  assert_str_equal(buf_str(&b), STR("Synonyms\n\"tv\",\"television set\"\n\"pc\",\"computer\"\n"));
  buf_free(&b);
}

static void test_project_names(void **state) {
  (void)state;
  err e;
  static const char *const good[] = {"a", "Shop-2", "7"}, *const bad[] = {"",    "-a",  "a-",
                                                                          "a_b", "a b", "Deletion-Jobs"};
  for (size_t i = 0; i < ARRAY_LEN(good); i++)
    assert_int_equal(qna_project_name_check(str_of(good[i]), "p", &e), ERR_OK);
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    assert_int_equal(qna_project_name_check(str_of(bad[i]), "p", &e), ERR_INVALID_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reads_a_file),
      cmocka_unit_test(test_round_trips),
      cmocka_unit_test(test_names_in_any_case),
      cmocka_unit_test(test_missing_ids_are_given),
      cmocka_unit_test(test_errors_name_their_place),
      cmocka_unit_test(test_pairs_patch),
      cmocka_unit_test(test_deleting_a_source_deletes_its_pairs),
      cmocka_unit_test(test_tables),
      cmocka_unit_test(test_synonym_tables),
      cmocka_unit_test(test_project_names),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
