/* What phrase lists and features do, required ones, determinism, what is refused, and that an app which a CLU project
 * could hold is the same model. */
#include "tests/model/luis_case.h"
#include "tests/model/small_project.h"

#include "model/model_internal.h"
#include "project/luis_convert.h"

#include <stdlib.h>

#define HEAD "> !# @app.culture = en-us\n> !# @app.name = T\n"

static float score_of(const model *m, str text, const char *wanted, arena *a) {
  luis_prediction p;
  luis_predict(m, text, NULL, a, &p);
  luis_case_check(m, text, &p);
  for (size_t i = 0; i < p.intent_count; i++)
    if (str_eq(model_intent_name(m, p.intents[i].intent), str_of(wanted))) return p.intents[i].score;
  fail_msg("no intent %s", wanted);
  return 0;
}

static str entities_of(const model *m, str text, arena *a) {
  luis_prediction p;
  buf out = {0};
  luis_predict(m, text, NULL, a, &p);
  for (size_t i = 0; i < p.entity_count; i++) {
    if (i) buf_add_byte(&out, ' ');
    luis_case_entity(&p.entities[i], text, &out);
  }
  str s = arena_str(a, buf_str(&out));
  buf_free(&out);
  return s;
}

static luis_app lu_app(str text, arena *a) {
  luis_app app;
  err e;
  if (lu_read(text, a, &app, NULL, &e)) fail_msg("%s", e.message);
  return app;
}

/* Fruits and tools: the words of the queries stand in no utterance, only in the lists. */
#define SHOP                                                                                                           \
  "# None\n- hello\n- good morning\n# Eat\n- i have an apple\n- give me a {@Thing=banana}\n- an {@Thing=apple} for "   \
  "her\n- she has a {@Thing=cherry}\n- a {@Thing=banana} for me\n- we have a {@Thing=cherry}\n# Build\n- i have a "    \
  "hammer\n- give me a {@Thing=wrench}\n- a {@Thing=hammer} for her\n- she has a {@Thing=chisel}\n- a "                \
  "{@Thing=wrench} for me\n- we have a {@Thing=chisel}\n@ ml Thing\n"
#define LISTS(flag)                                                                                                    \
  "@ phraselist Fruits(interchangeable) " flag " =\n  - apple, banana, cherry, quince, papaya\n@ phraselist "          \
  "Tools(interchangeable) " flag " =\n  - hammer, wrench, chisel, pincers, rasp\n"

static void test_phrase_lists(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  model *without = luis_case_train(STR(HEAD SHOP), &a);
  model *global = luis_case_train(STR(HEAD SHOP LISTS("enabledForAllModels")), &a);
  model *related =
      luis_case_train(STR(HEAD SHOP LISTS("disabledForAllModels") "@ intent Eat usesFeature Fruits\n@ intent Build "
                                                                  "usesFeature Tools\n"),
                      &a);
  model *unrelated = luis_case_train(STR(HEAD SHOP LISTS("disabledForAllModels")), &a);
  str text = STR("a papaya for me"), other = STR("we have pincers");
  assert_true(score_of(global, text, "Eat", &a) > score_of(without, text, "Eat", &a) + 0.1f);
  assert_true(score_of(related, text, "Eat", &a) > score_of(without, text, "Eat", &a) + 0.1f);
  assert_true(score_of(global, other, "Build", &a) > score_of(without, other, "Build", &a) + 0.1f);
  assert_float_equal(score_of(unrelated, text, "Eat", &a), score_of(without, text, "Eat", &a), 1e-6);
  model *all[] = {without, global, related, unrelated};
  for (size_t i = 0; i < ARRAY_LEN(all); i++) model_close(all[i]);
  arena_fini(&a);
}

/* What comes out of a list is seen by the tagger where the list is a feature, and asked for where it is required. */
#define SEND                                                                                                           \
  "# None\n- hello\n- good morning\n# Send\n- send it to {@Who=anna}\n- {@Who=bert} gets it\n- give this to "          \
  "{@Who=anna} now\n- mail {@Who=carl} the file\n- the file goes to {@Who=bert}\n- tell {@Who=carl} to come\n- "       \
  "let {@Who=anna} know\n- send the letter to {@Who=carl}\n"
#define NAMES "@ list Names =\n  - Anna:\n  - Bert:\n  - Carl:\n  - Dora:\n  - Erik:\n"

static void test_required(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  model *plain = luis_case_train(STR(HEAD SEND "@ ml Who\n"), &a);
  model *list = luis_case_train(STR(HEAD SEND "@ ml Who usesFeature Names\n" NAMES), &a);
  assert_str_equal(entities_of(plain, STR("send it to zork"), &a), STR("Who[zork]"));
  assert_str_equal(entities_of(list, STR("send it to dora"), &a), STR("Who[dora] Names[dora]=Dora"));
  /* The same as a required feature. */
  luis_app app = lu_app(STR(HEAD SEND "@ ml Who usesFeature Names\n" NAMES), &a);
  luis_entity who = app.entities[LUIS_ENTITY].v[0];
  luis_feature feature = {.name = STR("Names"), .is_required = true};
  who.features = (luis_features){&feature, 1};
  app.entities[LUIS_ENTITY].v = &who;
  buf json = {0};
  luis_write(&app, &json);
  model *required = luis_case_train(buf_str(&json), &a);
  assert_str_equal(entities_of(required, STR("send it to zork"), &a), STR(""));
  assert_str_equal(entities_of(required, STR("send it to dora"), &a), STR("Who[dora] Names[dora]=Dora"));
  buf_free(&json);
  model *all[] = {plain, list, required};
  for (size_t i = 0; i < ARRAY_LEN(all); i++) model_close(all[i]);
  arena_fini(&a);
}

/* ---- The same bytes ---- */

static str everything(arena *a) {
  static const char *const lines[] = {
      HEAD SEND NAMES "@ ml Who hasRoles first, last usesFeature Names\n",
      "# Trip\n- go {@Trip={@Place=here} to {@Place=there}}\n- from {@Trip={@Place=rome} to {@Place=oslo}} please\n",
      "- take {@Names:to=anna} to {@Trip={@Place=rome} and {@Place=oslo}}\n- take {Names:to} to {Any} [now]\n",
      "@ ml Trip\n    - @ ml Place\n@ Names hasRole to\n@ patternany Any\n@ prebuilt number\n",
      "@ regex Code = /x[0-9]+/\n@ composite Pair = [Who, number]\n@ phraselist Some =\n  - a, b c, d\n"};
  str out = STR("");
  for (size_t i = 0; i < ARRAY_LEN(lines); i++) out = arena_printf(a, STR_FMT "%s", STR_ARG(out), lines[i]);
  return out;
}

static str file_of(const luis_app *app, int threads, uint64_t seed, arena *a) {
  char path[64], *data;
  size_t n;
  err e;
  train_options o = luis_case_options;
  o.threads = threads;
  o.seed = seed;
  luis_case_name(path, "bytes");
  if (luis_train(app, STR("id"), &o, NULL, path, &e)) fail_msg("%s", e.message);
  assert_int_equal(file_read(path, 1 << 26, &data, &n, &e), ERR_OK);
  unlink(path);
  str s = arena_str(a, str_make(data, n));
  free(data);
  return s;
}

static void test_same_bytes(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  luis_app app = lu_app(everything(&a), &a);
  str one = file_of(&app, 1, 3, &a);
  assert_true(str_eq(one, file_of(&app, 2, 3, &a)));
  assert_true(str_eq(one, file_of(&app, 1, 3, &a)));
  assert_false(str_eq(one, file_of(&app, 1, 4, &a)));
  arena_fini(&a);
}

/* ---- Roles, settings, refusals ---- */

static void test_describe(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  model *m =
      luis_case_train(STR(HEAD "> !# @app.settings.NormalizeDiacritics = true\n> !# @app.settings.Other = false\n"
                               "# Hi\n- hello\n- hi there\n@ ml Who\n@ prebuilt number\n"),
                      &a);
  const model_info *i = model_describe(m);
  assert_int_equal(i->kind, PROJECT_LUIS);
  assert_str_equal(i->project_name, STR("case"));
  assert_int_equal(i->intent_count, 2); /* None was added */
  assert_int_equal(i->entity_count, 2);
  assert_str_equal(luis_model_culture(m), STR("en-us"));
  assert_true(luis_model_setting(m, STR("NormalizeDiacritics")));
  assert_false(luis_model_setting(m, STR("Other")));
  assert_false(luis_model_setting(m, STR("NormalizePunctuation")));
  model_close(m);
  arena_fini(&a);
}

static void test_roles_of_training(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  err e;
  model *m;
  char path[64];
  luis_case_name(path, "roles");
  luis_app app = lu_app(STR(HEAD "# A\n- one\n- two\n- three\n# B\n- four\n- five\n"), &a);
  const utterance_role roles[] = {ROLE_TRAIN, ROLE_TEST, ROLE_TRAIN, ROLE_TRAIN, ROLE_UNUSED};
  train_options o = luis_case_options;
  o.split = SPLIT_MANUAL;
  assert_int_equal(luis_train(&app, STR("x"), &o, roles, path, &e), ERR_OK);
  assert_int_equal(model_open(path, true, &m, &e), ERR_OK);
  assert_int_equal(model_describe(m)->utterance_count, 3);
  model_close(m);
  unlink(path);
  arena_fini(&a);
}

static void check_refused(const luis_app *app, const train_options *o, err_code wanted, const char *said) {
  err e = {0};
  char path[64];
  luis_case_name(path, "refused");
  assert_int_equal(luis_train(app, STR("x"), o, NULL, path, &e), wanted);
  if (!strstr(e.message, said)) fail_msg("\"%s\" does not say \"%s\"", e.message, said);
  assert_int_not_equal(access(path, F_OK), 0);
}

static void test_refused(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  luis_app app = lu_app(everything(&a), &a);
  luis_pattern p = {.pattern = STR("to {Nobody}"), .intent = 0};
  luis_app bad = app;
  bad.patterns = &p;
  bad.pattern_count = 1;
  check_refused(&bad, &luis_case_options, ERR_INVALID_ARGUMENT, "Nobody");
  luis_entity regex = {.name = STR("Code"), .regex_pattern = STR("x(")};
  bad = app;
  bad.entities[LUIS_REGEX] = (luis_entities){&regex, 1};
  check_refused(&bad, &luis_case_options, ERR_INVALID_ARGUMENT, "Code");
  bad = app;
  bad.utterance_count = bad.pattern_count = 0;
  check_refused(&bad, &luis_case_options, ERR_INVALID_ARGUMENT, "no utterance");
  atomic_bool cancelled = true;
  train_options o = luis_case_options;
  o.cancel = &cancelled;
  check_refused(&app, &o, ERR_CANCELLED, "cancelled");
  arena_fini(&a);
}

/* ---- The engine of CLU projects ---- */

static void check_same_prediction(const model *one, const model *other, str text, arena *a) {
  prediction x, y;
  predict_options o = {.threshold = 0};
  model_predict(one, text, &o, a, &x);
  model_predict(other, text, &o, a, &y);
  assert_int_equal(x.intent_count, y.intent_count);
  for (size_t k = 0; k < x.intent_count; k++) {
    assert_int_equal(x.intents[k].intent, y.intents[k].intent);
    assert_float_equal(x.intents[k].score, y.intents[k].score, 0);
  }
  assert_int_equal(x.entity_count, y.entity_count);
  for (size_t k = 0; k < x.entity_count; k++) {
    assert_int_equal(x.entities[k].begin_bytes, y.entities[k].begin_bytes);
    assert_int_equal(x.entities[k].end_bytes, y.entities[k].end_bytes);
    assert_float_equal(x.entities[k].score, y.entities[k].score, 0);
  }
}

static void test_same_as_clu(void **state) {
  (void)state;
  arena a;
  arena_init(&a, 0);
  project p;
  small_project_read(&a, &p);
  /* What both can hold: learned entities in one language. */
  entity city = {.category = p.entities[0].category};
  utterance *u = arena_copy(&a, p.utterances, p.utterance_count * sizeof *u);
  size_t n = 0;
  for (size_t i = 0; i < p.utterance_count; i++) {
    bool learned = utterance_dataset(&u[i]) == DATASET_TRAIN;
    for (uint32_t k = 0; k < u[i].label_count; k++) learned &= u[i].labels[k].entity == 0;
    if (learned) u[n++] = u[i];
  }
  p.entities = &city;
  p.entity_count = 1;
  p.utterances = u;
  p.utterance_count = n;
  p.metadata.multilingual = OPT_FALSE;
  p.metadata.settings = (project_settings){.normalize_casing = OPT_FALSE, .augment_diacritics = OPT_FALSE};
  luis_app app;
  err e;
  if (clu_to_luis(&p, &a, &app, NULL, &e)) fail_msg("%s", e.message);
  utterance_role *roles = ARENA_ARRAY(&a, utterance_role, n);
  model *clu, *luis;
  char path[64];
  luis_case_name(path, "same");
  if (model_train(&p, &luis_case_options, roles, path, &e) || model_open(path, true, &clu, &e))
    fail_msg("%s", e.message);
  if (luis_train(&app, STR("x"), &luis_case_options, NULL, path, &e) || model_open(path, true, &luis, &e))
    fail_msg("%s", e.message);
  unlink(path);
  static const char *const texts[] = {"book a flight to Madrid", "is it sunny in New York", "hello", "fly to Zork"};
  for (size_t k = 0; k < ARRAY_LEN(texts); k++) check_same_prediction(clu, luis, str_of(texts[k]), &a);
  model_close(clu);
  model_close(luis);
  arena_fini(&a);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_phrase_lists),      cmocka_unit_test(test_required),
                                     cmocka_unit_test(test_same_bytes),        cmocka_unit_test(test_describe),
                                     cmocka_unit_test(test_roles_of_training), cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_same_as_clu)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
