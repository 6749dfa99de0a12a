/* LUIS apps and versions: what is kept, what is refused, what training and publishing make of them, and who may
 * ask. */
#include "fixture.h"

#include "base/timeutil.h"
#include "project/luis_json.h"
#include "service/deployment_history.h"
#include "service/luis_apps.h"
#include "service/luis_slots.h"
#include "service/luis_training.h"
#include "service/luis_versions.h"
#include "service/project_resources.h"
#include "service/resources.h"

#define WEST_ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/west"

static const char shop[] =
    "{\"luis_schema_version\":\"7.0.0\",\"versionId\":\"0.1\",\"name\":\"Shop\",\"culture\":\"en-us\","
    "\"intents\":[{\"name\":\"Buy\"},{\"name\":\"Greet\"},{\"name\":\"None\"}],"
    "\"entities\":[{\"name\":\"Thing\",\"roles\":[\"main\"]}],"
    "\"utterances\":["
    "{\"text\":\"buy a lamp\",\"intent\":\"Buy\",\"entities\":[{\"entity\":\"Thing\",\"startPos\":6,\"endPos\":9}]},"
    "{\"text\":\"buy two chairs now\",\"intent\":\"Buy\"},{\"text\":\"i want to buy that\",\"intent\":\"Buy\"},"
    "{\"text\":\"hello there\",\"intent\":\"Greet\"},{\"text\":\"good morning to you\",\"intent\":\"Greet\"},"
    "{\"text\":\"hello my friend\",\"intent\":\"Greet\"}]}";

typedef struct app_id {
  char text[ID_UUID_LEN + 1];
} app_id;

static str id_of(const app_id *id) {
  return str_of(id->text);
}

static luis_app parsed(fixture *f, const char *json) {
  luis_app app;
  assert_ok(luis_read(str_of(json), &f->a, &app, e));
  return app;
}

static app_id import_shop(fixture *f, const char *name) {
  app_id id;
  luis_app app = parsed(f, shop);
  assert_ok(luis_apps_import(f->s, LOCAL, str_of(name), &app, id.text, e));
  return id;
}

static luis_version_view version_of(fixture *f, const app_id *id, const char *version) {
  luis_version_view v;
  assert_ok(luis_version_get(f->s, LOCAL, id_of(id), str_of(version), &f->a, &v, e));
  return v;
}

static luis_app_view app_of(fixture *f, const app_id *id) {
  luis_app_view v;
  assert_ok(luis_apps_get(f->s, LOCAL, id_of(id), &f->a, &v, e));
  return v;
}

static void start_training(fixture *f, const app_id *id, const char *version, luis_model_status want) {
  luis_model_status status;
  assert_ok(luis_training_start(f->s, LOCAL, id_of(id), str_of(version), TRAINING_STANDARD, &status, e));
  assert_int_equal(status, want);
}

/* Until no row is under way; *n rows. */
static luis_model_training *training_rows(fixture *f, const app_id *id, const char *version, size_t *n) {
  for (;;) {
    luis_model_training *v;
    bool busy = false;
    assert_ok(luis_training_rows(f->s, LOCAL, id_of(id), str_of(version), &f->a, &v, n, e));
    for (size_t i = 0; i < *n; i++) busy = busy || v[i].status == LUIS_QUEUED || v[i].status == LUIS_RUNNING;
    if (!busy) return v;
  }
}

static void train_version(fixture *f, const app_id *id, const char *version) {
  size_t n;
  start_training(f, id, version, LUIS_QUEUED);
  const luis_model_training *v = training_rows(f, id, version, &n);
  for (size_t i = 0; i < n; i++) assert_int_equal(v[i].status, LUIS_SUCCESS);
  assert_int_equal(version_of(f, id, version).training, LUIS_TRAINED);
}

static err_code publish(fixture *f, const app_id *id, const char *version, bool staging, bool direct,
                        luis_endpoint *out, err *e) {
  luis_names failed;
  err_code rc = luis_publish(f->s, LOCAL, id_of(id), &(luis_publish_request){str_of(version), staging, direct}, &f->a,
                             out, &failed, e);
  if (rc == ERR_OK) assert_int_equal(failed.n, 0);
  return rc;
}

static uint32_t index_of(fixture *f, const char *resource) {
  resource_view v;
  resource_ref ref;
  assert_ok(resource_get(f->s, str_of(resource), &f->a, &v, e));
  assert_true(resource_of_key(f->s, str_of(v.key1), &ref));
  return ref.index;
}

/* Does the key of the resource find the slot? *sentiment may be NULL. */
static bool answers(fixture *f, const char *resource, const app_id *id, const char *slot, bool *sentiment) {
  uint32_t index = index_of(f, resource);
  live_enter();
  const live_model *lm = live_find(f->s, index, id_of(id), str_of(slot));
  if (lm && sentiment) *sentiment = live_adds_sentiment(lm);
  live_leave();
  return lm != NULL;
}

static void add_west(fixture *f) {
  fixture_close(f);
  store *st = fixture_store(f);
  store_tx *tx;
  assert_ok(store_begin_write(st, &tx, e));
  assert_ok(store_resource_put(tx,
                               &(store_resource){.name = STR("west"),
                                                 .region = STR("westus2"),
                                                 .azure_resource_id = STR(WEST_ID),
                                                 .custom_domain = STR("west"),
                                                 .key1_generation = 1,
                                                 .key2_generation = 1,
                                                 .kind = STR("LUIS"),
                                                 .created_us = time_now_us()},
                               e));
  assert_ok(store_commit(tx, e));
  store_close(st);
  fixture_open(f);
}

/* ---- apps -------------------------------------------------------------------------------------- */

static void test_apps(void **state) {
  fixture *f = *state;
  app_id one = import_shop(f, ""), two;
  luis_app_settings m = {.name = STR("Two"), .culture = STR("DE-de"), .description = STR("d")};
  assert_ok(luis_apps_create(f->s, LOCAL, &m, STR(""), two.text, e));
  luis_app_view *v;
  size_t n;
  assert_ok(luis_apps_list(f->s, LOCAL, (page){0, 10}, &f->a, &v, &n, e));
  assert_int_equal(n, 2);
  assert_str_equal(v[0].settings.name, STR("Shop"));
  assert_str_equal(v[1].settings.culture, STR("de-de"));
  assert_str_equal(v[1].settings.active_version, STR("0.1"));
  assert_int_equal(v[1].version_count, 1);
  assert_int_equal(v[1].endpoint_count, 0);
  assert_ok(luis_apps_list(f->s, LOCAL, (page){1, 10}, &f->a, &v, &n, e));
  assert_int_equal(n, 1);
  assert_ok(luis_apps_list(f->s, LOCAL, (page){5, 10}, &f->a, &v, &n, e));
  assert_int_equal(n, 0);
  /* Ids in any letter case. */
  for (char *c = one.text; *c; c++)
    if (*c >= 'a' && *c <= 'f') *c = (char)(*c - 'a' + 'A');
  assert_str_equal(app_of(f, &one).settings.name, STR("Shop"));

  assert_ok(luis_apps_rename(f->s, LOCAL, id_of(&two), STR("Three"), STR_NONE, e));
  assert_str_equal(app_of(f, &two).settings.description, STR("d"));
  assert_err(ERR_INVALID_ARGUMENT, luis_apps_rename(f->s, LOCAL, id_of(&two), STR("SHOP"), STR_NONE, e));
  assert_ok(luis_apps_rename(f->s, LOCAL, id_of(&two), STR("THREE"), STR_NONE, e));
  assert_ok(luis_apps_delete(f->s, LOCAL, id_of(&two), e));
  assert_err(ERR_NOT_FOUND, luis_apps_delete(f->s, LOCAL, id_of(&two), e));
  assert_err(ERR_NOT_FOUND, luis_apps_delete(f->s, STR("other"), id_of(&one), e));
}

static void test_apps_are_refused(void **state) {
  fixture *f = *state;
  app_id id;
  luis_app app = parsed(f, shop);
  const luis_app_settings bad[] = {
      {.name = STR("  "), .culture = STR("en-us")},
      {.name = STR("a\nb"), .culture = STR("en-us")},
      {.name = STR("123456789012345678901234567890123456789012345678901"), .culture = STR("en-us")},
      {.name = STR("x"), .culture = STR("xx-yy")}};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    assert_err(ERR_INVALID_ARGUMENT, luis_apps_create(f->s, LOCAL, &bad[i], STR("0.1"), id.text, e));
  assert_err(ERR_INVALID_ARGUMENT,
             luis_apps_create(f->s, LOCAL, &(luis_app_settings){.name = STR("x"), .culture = STR("en-us")}, STR("a/b"),
                              id.text, e));
  import_shop(f, "");
  assert_err(ERR_INVALID_ARGUMENT, luis_apps_import(f->s, LOCAL, STR("shop"), &app, id.text, e));
  luis_app_view *v;
  size_t n;
  assert_ok(luis_apps_list(f->s, LOCAL, (page){0, 10}, &f->a, &v, &n, e));
  assert_int_equal(n, 1);
}

static void test_clu_sees_no_apps(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  import_small(f, "clu");
  project_view *v;
  size_t n, total;
  bool exists;
  assert_ok(authoring_list(f->s, LOCAL, (page){0, 10}, &f->a, &v, &n, &total, e));
  assert_int_equal(total, 1);
  assert_ok(luis_apps_exists(f->s, LOCAL, id_of(&id), &exists, e));
  assert_true(exists);
  assert_ok(luis_apps_exists(f->s, LOCAL, STR("clu"), &exists, e));
  assert_false(exists);
  luis_app_view a;
  assert_err(ERR_NOT_FOUND, luis_apps_get(f->s, LOCAL, STR("clu"), &f->a, &a, e));
}

static void test_emails(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  str some[] = {STR("a@x"), STR("b@x")};
  assert_ok(luis_apps_set_emails(f->s, LOCAL, id_of(&id), LUIS_EMAILS_ADD, (luis_names){some, 2}, e));
  assert_ok(luis_apps_set_emails(f->s, LOCAL, id_of(&id), LUIS_EMAILS_ADD, (luis_names){(str[]){STR("A@x")}, 1}, e));
  assert_int_equal(app_of(f, &id).settings.emails.n, 2);
  assert_ok(luis_apps_set_emails(f->s, LOCAL, id_of(&id), LUIS_EMAILS_REMOVE, (luis_names){some, 1}, e));
  assert_int_equal(app_of(f, &id).settings.emails.n, 1);
  assert_ok(luis_apps_set_emails(f->s, LOCAL, id_of(&id), LUIS_EMAILS_REPLACE, (luis_names){0}, e));
  assert_int_equal(app_of(f, &id).settings.emails.n, 0);
}

/* ---- versions ---------------------------------------------------------------------------------- */

static err_code set_a_setting(luis_draft *d, void *arg, arena *a, err *e) {
  (void)a, (void)e;
  luis_draft_set_setting(d, STR("NormalizePunctuation"), *(str *)arg);
  return ERR_OK;
}

static err_code set_and_fail(luis_draft *d, void *arg, arena *a, err *e) {
  (void)arg, (void)a;
  luis_draft_set_setting(d, STR("NormalizePunctuation"), STR("true"));
  return err_set(e, ERR_INVALID_ARGUMENT, "no");
}

static size_t setting_count(fixture *f, const app_id *id, const char *version) {
  luis_app app;
  assert_ok(luis_version_export(f->s, LOCAL, id_of(id), str_of(version), &f->a, &app, e));
  return app.setting_count;
}

static void test_edits(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  str on = STR("true");
  luis_version_view before = version_of(f, &id, "0.1");
  assert_int_equal(before.intent_count, 3);
  assert_int_equal(before.entity_count, 1);
  assert_err(ERR_INVALID_ARGUMENT,
             luis_version_edit(f->s, LOCAL, id_of(&id), STR("0.1"), set_and_fail, NULL, &f->a, e));
  assert_int_equal(setting_count(f, &id, "0.1"), 0);
  assert_err(ERR_NOT_FOUND, luis_version_edit(f->s, LOCAL, id_of(&id), STR("9"), set_a_setting, &on, &f->a, e));
  assert_ok(luis_version_edit(f->s, LOCAL, id_of(&id), STR("0.1"), set_a_setting, &on, &f->a, e));
  assert_int_equal(setting_count(f, &id, "0.1"), 1);
  assert_true(version_of(f, &id, "0.1").modified_us > before.modified_us);
}

static void test_versions(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  luis_app app = parsed(f, shop);
  str made;
  assert_ok(luis_version_clone(f->s, LOCAL, id_of(&id), STR("0.1"), STR("0.2"), &f->a, e));
  assert_ok(luis_version_import(f->s, LOCAL, id_of(&id), STR("0.3"), &app, &f->a, &made, e));
  assert_str_equal(made, STR("0.3"));
  assert_err(ERR_INVALID_ARGUMENT, luis_version_import(f->s, LOCAL, id_of(&id), STR(""), &app, &f->a, &made, e));
  assert_err(ERR_INVALID_ARGUMENT, luis_version_clone(f->s, LOCAL, id_of(&id), STR("0.1"), STR("0.2"), &f->a, e));
  assert_err(ERR_INVALID_ARGUMENT, luis_version_clone(f->s, LOCAL, id_of(&id), STR("0.1"), STR("no?"), &f->a, e));
  luis_version_view *v;
  size_t n;
  assert_ok(luis_version_list(f->s, LOCAL, id_of(&id), (page){0, 10}, &f->a, &v, &n, e));
  assert_int_equal(n, 3);
  assert_str_equal(v[0].id, STR("0.3"));
  assert_str_equal(v[2].id, STR("0.1"));
  assert_str_equal(app_of(f, &id).settings.active_version, STR("0.3"));
  assert_ok(luis_version_rename(f->s, LOCAL, id_of(&id), STR("0.3"), STR("new"), &f->a, e));
  assert_str_equal(app_of(f, &id).settings.active_version, STR("new"));
  assert_err(ERR_INVALID_ARGUMENT, luis_version_rename(f->s, LOCAL, id_of(&id), STR("new"), STR("0.1"), &f->a, e));
  assert_ok(luis_version_delete(f->s, LOCAL, id_of(&id), STR("new"), &f->a, e));
  assert_str_equal(app_of(f, &id).settings.active_version, STR("0.2"));
  assert_ok(luis_version_delete(f->s, LOCAL, id_of(&id), STR("0.1"), &f->a, e));
  assert_err(ERR_INVALID_ARGUMENT, luis_version_delete(f->s, LOCAL, id_of(&id), STR("0.2"), &f->a, e));
}

static void test_version_limit(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  for (int i = 1; i < LUIS_LIMIT_VERSIONS; i++)
    assert_ok(luis_version_clone(f->s, LOCAL, id_of(&id), STR("0.1"), arena_printf(&f->a, "c%d", i), &f->a, e));
  assert_err(ERR_QUOTA_EXCEEDED, luis_version_clone(f->s, LOCAL, id_of(&id), STR("0.1"), STR("x"), &f->a, e));
}

static void test_other_culture_is_refused(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  luis_app app = parsed(f, shop);
  str made;
  app.culture = STR("fr-fr");
  assert_err(ERR_INVALID_ARGUMENT, luis_version_import(f->s, LOCAL, id_of(&id), STR("0.3"), &app, &f->a, &made, e));
  app.culture = STR("EN-US");
  app.tokenizer_version = STR("9.9.9");
  assert_err(ERR_INVALID_ARGUMENT, luis_version_import(f->s, LOCAL, id_of(&id), STR("0.3"), &app, &f->a, &made, e));
}

/* ---- training ---------------------------------------------------------------------------------- */

static void test_training(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  size_t n;
  str on = STR("true");
  training_rows(f, &id, "0.1", &n);
  assert_int_equal(n, 0); /* there was none */
  assert_int_equal(version_of(f, &id, "0.1").training, LUIS_NEEDS_TRAINING);
  train_version(f, &id, "0.1");
  const luis_model_training *v = training_rows(f, &id, "0.1", &n);
  assert_int_equal(n, 4); /* three intents and an entity */
  assert_int_equal(v[0].example_count, 3);
  assert_true(v[0].trained_us > 0);
  start_training(f, &id, "0.1", LUIS_UP_TO_DATE);
  /* An edit that changes nothing leaves it trained. */
  assert_ok(luis_version_edit(f->s, LOCAL, id_of(&id), STR("0.1"), set_a_setting, &on, &f->a, e));
  assert_int_equal(version_of(f, &id, "0.1").training, LUIS_NEEDS_TRAINING);
  train_version(f, &id, "0.1");
  assert_ok(luis_version_edit(f->s, LOCAL, id_of(&id), STR("0.1"), set_a_setting, &on, &f->a, e));
  assert_int_equal(version_of(f, &id, "0.1").training, LUIS_TRAINED);
  /* It knows so after a restart, too. */
  fixture_close(f);
  fixture_open(f);
  start_training(f, &id, "0.1", LUIS_UP_TO_DATE);
}

static void test_few_labels(void **state) {
  fixture *f = *state;
  app_id id;
  luis_app app = parsed(f, "{\"luis_schema_version\":\"7.0.0\",\"name\":\"Few\",\"culture\":\"en-us\",\"intents\":["
                           "{\"name\":\"None\"},{\"name\":\"Full\"},{\"name\":\"Empty\"}],"
                           "\"utterances\":[{\"text\":\"one\",\"intent\":\"Full\"}]}");
  luis_endpoint p;
  size_t n;
  assert_ok(luis_apps_import(f->s, LOCAL, STR(""), &app, id.text, e));
  start_training(f, &id, "0.1", LUIS_QUEUED);
  const luis_model_training *v = training_rows(f, &id, "0.1", &n);
  assert_int_equal(n, 3);
  for (size_t i = 0; i < n; i++) assert_int_equal(v[i].status, LUIS_FAIL);
  assert_str_equal(v[2].failure_reason, STR("FewLabels"));
  assert_int_equal(version_of(f, &id, "0.1").training, LUIS_NEEDS_TRAINING);
  assert_err(ERR_INVALID_ARGUMENT, publish(f, &id, "0.1", false, false, &p, e));
}

static void test_training_that_fails(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  size_t n;
  child_plays("mute");
  start_training(f, &id, "0.1", LUIS_QUEUED);
  const luis_model_training *v = training_rows(f, &id, "0.1", &n);
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(v[i].status, LUIS_FAIL);
    assert_true(v[i].failure_reason.n > 0);
  }
  assert_int_equal(version_of(f, &id, "0.1").training, LUIS_NEEDS_TRAINING);
  child_plays(NULL);
  train_version(f, &id, "0.1");
}

/* While it trains: edits go on, a rename waits for better times, a delete ends it. */
static void test_training_under_way(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  luis_version_view v;
  str on = STR("true");
  child_plays("wait");
  start_training(f, &id, "0.1", LUIS_QUEUED);
  start_training(f, &id, "0.1", LUIS_QUEUED); /* the same one */
  assert_int_equal(version_of(f, &id, "0.1").training, LUIS_IN_PROGRESS);
  assert_err(ERR_CONFLICT, luis_version_rename(f->s, LOCAL, id_of(&id), STR("0.1"), STR("x"), &f->a, e));
  assert_ok(luis_version_clone(f->s, LOCAL, id_of(&id), STR("0.1"), STR("0.2"), &f->a, e));
  assert_ok(luis_version_edit(f->s, LOCAL, id_of(&id), STR("0.1"), set_a_setting, &on, &f->a, e));
  assert_ok(luis_version_delete(f->s, LOCAL, id_of(&id), STR("0.1"), &f->a, e));
  assert_err(ERR_NOT_FOUND, luis_version_get(f->s, LOCAL, id_of(&id), STR("0.1"), &f->a, &v, e));
  child_plays(NULL);
  train_version(f, &id, "0.2");
  child_plays("wait");
  assert_ok(luis_version_edit(f->s, LOCAL, id_of(&id), STR("0.2"), set_a_setting, &on, &f->a, e));
  assert_ok(luis_apps_delete(f->s, LOCAL, id_of(&id), e));
}

/* ---- publishing -------------------------------------------------------------------------------- */

static void test_publish(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  luis_endpoint p;
  bool sentiment = true;
  const bool yes = true;
  assert_err(ERR_INVALID_ARGUMENT, publish(f, &id, "0.1", false, false, &p, e));
  train_version(f, &id, "0.1");
  assert_ok(publish(f, &id, "0.1", false, false, &p, e));
  assert_str_equal(p.slot, STR("production"));
  assert_str_equal(p.version_id, STR("0.1"));
  assert_int_equal(p.regions.n, 1);
  assert_str_equal(p.regions.v[0], STR("eastus2"));
  assert_true(answers(f, "local", &id, "production", &sentiment));
  assert_false(sentiment);
  assert_false(answers(f, "local", &id, "staging", NULL));
  assert_true(version_of(f, &id, "0.1").published_us > 0);
  /* Publish settings count from the next publishing on. */
  assert_ok(luis_apps_set_publishing(f->s, LOCAL, id_of(&id), &yes, NULL, NULL, e));
  assert_true(answers(f, "local", &id, "production", &sentiment));
  assert_false(sentiment);
  assert_ok(publish(f, &id, "0.1", true, false, &p, e));
  assert_true(answers(f, "local", &id, "staging", &sentiment));
  assert_true(sentiment);
  assert_ok(publish(f, &id, "0.1", false, true, &p, e));
  assert_int_equal(p.slot.n, 0);
  assert_true(answers(f, "local", &id, "version-0.1", NULL));
  luis_app_view v = app_of(f, &id);
  assert_int_equal(v.endpoint_count, 3);
  fixture_close(f);
  fixture_open(f);
  assert_true(answers(f, "local", &id, "staging", &sentiment));
  assert_true(sentiment);
  assert_ok(luis_apps_delete(f->s, LOCAL, id_of(&id), e));
  assert_false(answers(f, "local", &id, "production", NULL));
}

/* A published version that is renamed goes on answering, under its new id; one that is deleted leaves the slots. */
static void test_rename_and_delete_published(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  luis_endpoint p;
  train_version(f, &id, "0.1");
  assert_ok(publish(f, &id, "0.1", false, false, &p, e));
  assert_ok(publish(f, &id, "0.1", false, true, &p, e));
  assert_ok(luis_version_rename(f->s, LOCAL, id_of(&id), STR("0.1"), STR("b"), &f->a, e));
  assert_true(answers(f, "local", &id, "production", NULL));
  assert_true(answers(f, "local", &id, "version-b", NULL));
  assert_false(answers(f, "local", &id, "version-0.1", NULL));
  luis_app_view v = app_of(f, &id);
  for (size_t i = 0; i < v.endpoint_count; i++) assert_str_equal(v.endpoints[i].version_id, STR("b"));
  assert_int_equal(version_of(f, &id, "b").training, LUIS_TRAINED);
  assert_ok(luis_version_clone(f->s, LOCAL, id_of(&id), STR("b"), STR("c"), &f->a, e));
  assert_ok(luis_version_delete(f->s, LOCAL, id_of(&id), STR("b"), &f->a, e));
  assert_true(answers(f, "local", &id, "production", NULL));
  assert_false(answers(f, "local", &id, "version-b", NULL));
}

/* More versions than a project may have deployments or models. */
static void test_many_direct_versions(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  luis_endpoint p;
  for (int i = 1; i < 12; i++) {
    str version = arena_printf(&f->a, "1.%d", i);
    assert_ok(luis_version_clone(f->s, LOCAL, id_of(&id), STR("0.1"), version, &f->a, e));
    train_version(f, &id, version.p);
    assert_ok(publish(f, &id, version.p, false, true, &p, e));
  }
  assert_int_equal(app_of(f, &id).endpoint_count, 11);
}

static void test_history_of_a_slot(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  luis_endpoint p;
  train_version(f, &id, "0.1");
  assert_ok(publish(f, &id, "0.1", false, false, &p, e));
  assert_ok(luis_version_clone(f->s, LOCAL, id_of(&id), STR("0.1"), STR("0.2"), &f->a, e));
  train_version(f, &id, "0.2");
  assert_ok(publish(f, &id, "0.2", false, false, &p, e));
  history_view *rows;
  size_t n, total;
  assert_ok(history_list(f->s, LOCAL, id_of(&id), STR("production"), (page){0, 10}, &f->a, &rows, &n, &total, e));
  assert_int_equal(total, 2);
}

static void test_packages(void **state) {
  fixture *f = *state;
  app_id id = import_shop(f, "");
  luis_endpoint p;
  buf slot = {0}, version = {0}, none = {0};
  assert_err(ERR_NOT_FOUND, luis_package_of_version(f->s, LOCAL, id_of(&id), STR("0.1"), &f->a, &none, e));
  train_version(f, &id, "0.1");
  assert_ok(publish(f, &id, "0.1", false, false, &p, e));
  assert_ok(luis_package_of_version(f->s, LOCAL, id_of(&id), STR("0.1"), &f->a, &version, e));
  assert_ok(luis_package_of_deployment(f->s, LOCAL, id_of(&id), STR("production"), &f->a, &slot, e));
  assert_err(ERR_NOT_FOUND, luis_package_of_deployment(f->s, LOCAL, id_of(&id), STR("staging"), &f->a, &none, e));
  assert_true(slot.n > 100 && version.n > 100);
  assert_memory_equal(slot.p, "\x1f\x8b", 2);
  buf_free(&slot);
  buf_free(&version);
  buf_free(&none);
}

/* ---- who may ask ------------------------------------------------------------------------------- */

static void test_accounts(void **state) {
  fixture *f = *state;
  add_west(f);
  app_id id = import_shop(f, "");
  const luis_account west = {STR("S"), STR("g"), STR("West")}, unknown = {STR("s"), STR("g"), STR("east")};
  luis_account *v;
  luis_names regions;
  luis_endpoint p;
  size_t n;
  train_version(f, &id, "0.1");
  assert_err(ERR_INVALID_ARGUMENT, luis_account_assign(f->s, LOCAL, id_of(&id), &unknown, e));
  assert_err(ERR_INVALID_ARGUMENT, luis_account_unassign(f->s, LOCAL, id_of(&id), &west, e));
  assert_ok(luis_account_assign(f->s, LOCAL, id_of(&id), &west, e));
  assert_ok(luis_account_assign(f->s, LOCAL, id_of(&id), &west, e)); /* again: nothing new */
  assert_ok(luis_accounts_assigned(f->s, LOCAL, id_of(&id), &f->a, &v, &n, e));
  assert_int_equal(n, 1);
  assert_str_equal(v[0].subscription, STR("s"));
  assert_str_equal(v[0].group, STR("g"));
  assert_str_equal(v[0].name, STR("west"));
  assert_ok(luis_regions(f->s, LOCAL, id_of(&id), &f->a, &regions, e));
  assert_int_equal(regions.n, 1);
  assert_str_equal(regions.v[0], STR("westus2"));
  assert_false(answers(f, "west", &id, "production", NULL));
  assert_ok(publish(f, &id, "0.1", false, false, &p, e));
  assert_str_equal(p.regions.v[0], STR("westus2"));
  assert_true(answers(f, "west", &id, "production", NULL));
  assert_true(answers(f, "local", &id, "production", NULL));
  foreign_project *foreign;
  size_t total;
  assert_ok(project_resources_foreign(f->s, STR("west"), (page){0, 10}, &f->a, &foreign, &n, &total, e));
  assert_int_equal(total, 0); /* no project of CLU */
  assert_ok(luis_account_unassign(f->s, LOCAL, id_of(&id), &west, e));
  assert_false(answers(f, "west", &id, "production", NULL));
  assert_true(answers(f, "local", &id, "production", NULL));
}

static void test_public(void **state) {
  fixture *f = *state;
  add_west(f);
  app_id id = import_shop(f, "");
  luis_endpoint p;
  train_version(f, &id, "0.1");
  assert_ok(publish(f, &id, "0.1", false, false, &p, e));
  assert_false(answers(f, "west", &id, "production", NULL));
  assert_ok(luis_apps_set_public(f->s, LOCAL, id_of(&id), true, e));
  assert_true(answers(f, "west", &id, "production", NULL));
  assert_false(answers(f, "west", &id, "staging", NULL));
  assert_ok(publish(f, &id, "0.1", true, false, &p, e));
  assert_true(answers(f, "west", &id, "staging", NULL));
  assert_ok(luis_apps_set_public(f->s, LOCAL, id_of(&id), false, e));
  assert_false(answers(f, "west", &id, "production", NULL));
  assert_true(answers(f, "local", &id, "production", NULL));
}

static void test_prediction_resource(void **state) {
  fixture *f = *state;
  resource_view v;
  resource_ref ref;
  add_west(f);
  assert_ok(resource_get(f->s, STR("west"), &f->a, &v, e));
  assert_true(resource_of_key(f->s, str_of(v.key2), &ref));
  assert_true(ref.predicts_only);
  assert_ok(resource_get(f->s, LOCAL, &f->a, &v, e));
  assert_true(resource_of_key(f->s, str_of(v.key1), &ref));
  assert_false(ref.predicts_only);
}

/* What one node has answered for, the other does, too. */
static void test_two_nodes(void **state) {
  fixture *f = *state;
  if (!backend_is_postgres()) return;
  add_west(f);
  service *b = fixture_second(f, SERVICE_PREDICTION, NULL), *a = f->s;
  app_id id = import_shop(f, "");
  luis_endpoint p;
  train_version(f, &id, "0.1");
  assert_ok(publish(f, &id, "0.1", false, false, &p, e));
  assert_ok(publish(f, &id, "0.1", false, true, &p, e));
  f->s = b;
  assert_true(answers(f, "local", &id, "production", NULL));
  assert_false(answers(f, "west", &id, "production", NULL));
  f->s = a;
  assert_ok(luis_apps_set_public(f->s, LOCAL, id_of(&id), true, e));
  assert_ok(luis_version_rename(f->s, LOCAL, id_of(&id), STR("0.1"), STR("b"), &f->a, e));
  f->s = b;
  assert_true(answers(f, "west", &id, "production", NULL));
  assert_true(answers(f, "local", &id, "version-b", NULL));
  assert_false(answers(f, "local", &id, "version-0.1", NULL));
  f->s = a;
  assert_ok(luis_apps_delete(f->s, LOCAL, id_of(&id), e));
  f->s = b;
  assert_false(answers(f, "local", &id, "production", NULL));
  f->s = a;
  service_close(b);
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_apps),
      T(test_apps_are_refused),
      T(test_clu_sees_no_apps),
      T(test_emails),
      T(test_edits),
      T(test_versions),
      T(test_version_limit),
      T(test_other_culture_is_refused),
      T(test_training),
      T(test_few_labels),
      T(test_training_that_fails),
      T(test_training_under_way),
      T(test_publish),
      T(test_rename_and_delete_published),
      T(test_many_direct_versions),
      T(test_history_of_a_slot),
      T(test_packages),
      T(test_accounts),
      T(test_public),
      T(test_prediction_resource),
      T(test_two_nodes),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
