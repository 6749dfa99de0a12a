/* Resources made, changed, deleted, restored and purged while the service runs; their keys. */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/timeutil.h"
#include "service/accounts.h"
#include "service/project_resources.h"
#include "service/tokens.h"

static const account_id west = {STR("s1"), STR("g"), STR("west")};
static const account_id local_id = {STR("00000000-0000-0000-0000-000000000000"), STR("dragoman"), LOCAL};
#define LANGUAGE "{\"kind\":\"TextAnalytics\",\"location\":\"West US 2\",\"sku\":{\"name\":\"S\"}}"

/* What the last call said beside its error. */
static account_fault fault;

static err_code put(fixture *f, const account_id *id, const char *body, account_view *out, bool *created, err *e) {
  jdoc *doc;
  assert_int_equal(jn_parse(str_of(body), &doc, e), ERR_OK);
  jnode root = jn_root(doc);
  err_code rc = account_put(f->s, id, &root, &f->a, out, created, &fault, e);
  jn_free(doc);
  return rc;
}

static err_code patch(fixture *f, const account_id *id, const char *body, account_view *out, err *e) {
  jdoc *doc;
  assert_int_equal(jn_parse(str_of(body), &doc, e), ERR_OK);
  jnode root = jn_root(doc);
  err_code rc = account_patch(f->s, id, &root, &f->a, out, &fault, e);
  jn_free(doc);
  return rc;
}

static account_view make(fixture *f, const account_id *id) {
  account_view v;
  bool created = false;
  assert_ok(put(f, id, LANGUAGE, &v, &created, e));
  assert_true(created);
  return v;
}

static void delete_account(fixture *f, const account_id *id) {
  bool existed = false;
  assert_ok(account_delete(f->s, id, &existed, &fault, e));
  assert_true(existed);
}

static void purge(fixture *f, const account_id *id) {
  delete_account(f, id);
  assert_ok(account_purge(f->s, id, &fault, e));
}

static resource_view keys_of(fixture *f, const account_id *id) {
  resource_view v;
  assert_ok(account_keys(f->s, id, 0, &f->a, &v, &fault, e));
  return v;
}

/* The name of the resource that a key opens; "" none. */
static str opened_by(fixture *f, const char *key) {
  resource_ref ref;
  return resource_of_key(f->s, str_of(key), &ref) ? ref.name : STR("");
}

static size_t count(fixture *f, const account_id *id, bool deleted) {
  account_view *list;
  size_t n;
  assert_ok(account_list(f->s, id, deleted, &f->a, &list, &n, &fault, e));
  return n;
}

#define assert_fault(word, code, call)                                                                                 \
  do {                                                                                                                 \
    assert_err(code, call);                                                                                            \
    assert_non_null(fault);                                                                                            \
    assert_string_equal(fault, word);                                                                                  \
  } while (0)

/* ---- making and changing --------------------------------------------------------------------------- */

static void test_make_and_change(void **state) {
  fixture *f = *state;
  account_view v = make(f, &west), again;
  bool created = true;
  assert_str_equal(v.id, STR("/subscriptions/s1/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/west"));
  assert_str_equal(v.region, STR("westus2"));
  assert_str_equal(v.location, STR("West US 2"));
  assert_str_equal(v.kind, STR("TextAnalytics"));
  resource_view keys = keys_of(f, &west);
  assert_str_equal(opened_by(f, keys.key1), STR("west"));
  const account_id loud = {STR("S1"), STR("G"), STR("WEST")};
  assert_ok(put(f, &loud, "{\"tags\":{\"a\":\"b\"}}", &again, &created, e));
  assert_false(created);
  assert_str_equal(again.id, v.id);
  assert_str_equal(again.tags, STR("{\"a\":\"b\"}"));
  assert_true(again.modified_us > v.modified_us);
  assert_string_equal(keys_of(f, &west).key1, keys.key1);
  assert_ok(patch(f, &west, "{\"properties\":{\"customSubDomainName\":\"w-1\"}}", &again, e));
  assert_str_equal(again.custom_domain, STR("w-1"));
  assert_str_equal(again.tags, STR("{\"a\":\"b\"}"));
  assert_int_equal(again.created_us, v.created_us);
}

static void test_what_is_refused(void **state) {
  fixture *f = *state;
  account_view v;
  bool created;
  static const struct {
    const char *body, *fault;
    err_code code;
  } cases[] = {
      {"{\"location\":\"eastus\",\"sku\":{\"name\":\"S\"}}", "InvalidApiSetId", ERR_INVALID_ARGUMENT},
      {"{\"kind\":\"Tea\",\"location\":\"eastus\",\"sku\":{\"name\":\"S\"}}", "InvalidApiSetId", ERR_INVALID_ARGUMENT},
      {"{\"kind\":\"LUIS\",\"sku\":{\"name\":\"S0\"}}", "LocationRequired", ERR_INVALID_ARGUMENT},
      {"{\"kind\":\"LUIS\",\"location\":\"moon\",\"sku\":{\"name\":\"S0\"}}", "LocationNotAvailableForResourceType",
       ERR_INVALID_ARGUMENT},
      {"{\"kind\":\"LUIS\",\"location\":\" \",\"sku\":{\"name\":\"S0\"}}", "LocationNotAvailableForResourceType",
       ERR_INVALID_ARGUMENT},
      {"{\"kind\":\"LUIS\",\"location\":\"eastus\"}", "InvalidSkuId", ERR_INVALID_ARGUMENT},
      {"{\"kind\":\"LUIS\",\"location\":\"eastus\",\"sku\":{\"name\":\"P9\"}}", "InvalidSkuId", ERR_INVALID_ARGUMENT},
      {"{\"kind\":\"LUIS\",\"location\":\"eastus\",\"sku\":{\"name\":\"S0\"},"
       "\"properties\":{\"customSubDomainName\":\"a.b\"}}",
       "InvalidRequestContent", ERR_INVALID_ARGUMENT},
      {"{\"kind\":\"LUIS\",\"location\":\"eastus\",\"sku\":{\"name\":\"S0\"},"
       "\"properties\":{\"customSubDomainName\":\"LOCAL\"}}",
       "CustomDomainInUse", ERR_CONFLICT},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++)
    assert_fault(cases[i].fault, cases[i].code, put(f, &west, cases[i].body, &v, &created, e));
  static const account_id misnamed[] = {{STR("s1"), STR("g"), STR("a")}, {STR("s1"), STR("g"), STR("-ab")}};
  for (size_t i = 0; i < ARRAY_LEN(misnamed); i++)
    assert_fault("InvalidResourceName", ERR_INVALID_ARGUMENT, put(f, &misnamed[i], LANGUAGE, &v, &created, e));
  char group[91];
  memset(group, 'g', sizeof group);
  const account_id far = {STR("s1"), str_make(group, sizeof group), STR("west")};
  assert_fault("InvalidResourceName", ERR_INVALID_ARGUMENT, put(f, &far, LANGUAGE, &v, &created, e));
  assert_fault("InvalidResourceName", ERR_INVALID_ARGUMENT,
               account_group_put(f->s, far.subscription, far.group, STR("eastus"), &f->a, &created, &fault, e));
  assert_int_equal(count(f, &(account_id){.name = STR_NONE}, false), 1); /* local */

  make(f, &west);
  assert_fault("InvalidApiSetId", ERR_CONFLICT, patch(f, &west, "{\"kind\":\"LUIS\"}", &v, e));
  assert_fault("InvalidResourceLocation", ERR_CONFLICT, patch(f, &west, "{\"location\":\"eastus\"}", &v, e));
  assert_fault("InvalidSkuId", ERR_INVALID_ARGUMENT, patch(f, &west, "{\"sku\":{\"name\":\"P9\"}}", &v, e));
  const account_id elsewhere = {STR("s2"), STR("h"), STR("WEST")};
  assert_fault("Conflict", ERR_CONFLICT, put(f, &elsewhere, LANGUAGE, &v, &created, e));
}

static void test_groups_and_lists(void **state) {
  fixture *f = *state;
  account_view v, *list;
  size_t n;
  bool created = false;
  assert_fault("ResourceGroupNotFound", ERR_NOT_FOUND, account_get(f->s, &west, &f->a, &v, &fault, e));
  assert_fault("ResourceGroupNotFound", ERR_NOT_FOUND,
               account_list(f->s, &(account_id){STR("s1"), STR("g"), STR_NONE}, false, &f->a, &list, &n, &fault, e));
  assert_fault("ResourceGroupNotFound", ERR_NOT_FOUND, account_delete(f->s, &west, &created, &fault, e));
  assert_ok(account_group_put(f->s, STR("s1"), STR("G"), STR("eastus"), &f->a, &created, &fault, e));
  assert_true(created);
  assert_ok(account_group_put(f->s, STR("S1"), STR("g"), STR("westus"), &f->a, &created, &fault, e));
  assert_false(created);
  assert_fault("ResourceNotFound", ERR_NOT_FOUND, account_get(f->s, &west, &f->a, &v, &fault, e));
  assert_int_equal(count(f, &(account_id){STR("s1"), STR("g"), STR_NONE}, false), 0);
  make(f, &west);
  make(f, &(account_id){STR("s1"), STR("g2"), STR("second")});
  make(f, &(account_id){STR("s12"), STR("g"), STR("third")});
  assert_int_equal(count(f, &(account_id){STR("S1"), STR("G"), STR_NONE}, false), 1);
  assert_int_equal(count(f, &(account_id){STR("s1"), STR_NONE, STR_NONE}, false), 2);
  assert_int_equal(count(f, &(account_id){STR_NONE, STR_NONE, STR_NONE}, false), 4);
  created = true;
  assert_ok(account_delete(f->s, &(account_id){STR("s1"), STR("g"), STR("nobody")}, &created, &fault, e));
  assert_false(created);
}

static void test_domains(void **state) {
  fixture *f = *state;
  account_view v;
  bool is_free, created;
  assert_ok(account_domain_is_free(f->s, STR("Local"), &is_free, e));
  assert_false(is_free);
  assert_ok(account_domain_is_free(f->s, STR("w-1"), &is_free, e));
  assert_true(is_free);
  assert_ok(account_domain_is_free(f->s, STR("no.label"), &is_free, e));
  assert_false(is_free);
  make(f, &west);
  assert_ok(patch(f, &west, "{\"properties\":{\"customSubDomainName\":\"w-1\"}}", &v, e));
  assert_ok(put(f, &west, "{\"properties\":{\"customSubDomainName\":\"w-1\"}}", &v, &created, e)); /* its own */
  delete_account(f, &west);
  assert_ok(account_domain_is_free(f->s, STR("w-1"), &is_free, e));
  assert_false(is_free);
  assert_ok(account_purge(f->s, &west, &fault, e));
  assert_ok(account_domain_is_free(f->s, STR("w-1"), &is_free, e));
  assert_true(is_free);
}

/* ---- keys ------------------------------------------------------------------------------------------- */

static void test_rotation(void **state) {
  fixture *f = *state;
  make(f, &west);
  resource_view now = keys_of(f, &west), mine = keys_of(f, &local_id);
  char old[10][RESOURCE_KEY_LEN + 1];
  for (int i = 0; i < 10; i++) {
    resource_view next;
    int which = 1 + i % 2;
    memcpy(old[i], which == 1 ? now.key1 : now.key2, sizeof old[i]);
    assert_ok(account_keys(f->s, &west, which, &f->a, &next, &fault, e));
    assert_string_equal(which == 1 ? next.key2 : next.key1, which == 1 ? now.key2 : now.key1);
    assert_str_equal(opened_by(f, next.key1), STR("west"));
    assert_str_equal(opened_by(f, next.key2), STR("west"));
    for (int k = 0; k <= i; k++) assert_str_equal(opened_by(f, old[k]), STR(""));
    now = next;
  }
  assert_str_equal(opened_by(f, mine.key1), LOCAL);
  assert_fault("ResourceGroupNotFound", ERR_NOT_FOUND,
               account_keys(f->s, &(account_id){STR("x"), STR("x"), STR("xx")}, 1, &f->a, &now, &fault, e));
}

/* What stays open does so at every moment of a change. */
typedef struct reader {
  service *s;
  char key[RESOURCE_KEY_LEN + 1], token[TOKEN_LEN + 1];
  atomic_bool stop;
  _Atomic unsigned asked, refused;
} reader;

static void *reader_main(void *arg) {
  reader *r = arg;
  while (!atomic_load(&r->stop)) {
    resource_ref ref;
    token_grant g;
    bool ok = resource_of_key(r->s, str_of(r->key), &ref) && str_eq(ref.name, STR("west")) &&
              token_opens(r->s, str_of(r->token), &g) && str_eq(g.resource.name, STR("west"));
    atomic_fetch_add(&r->asked, 1);
    if (!ok) atomic_fetch_add(&r->refused, 1);
  }
  return NULL;
}

static void test_changes_under_readers(void **state) {
  fixture *f = *state;
  make(f, &west);
  reader r = {.s = f->s};
  token_view v;
  resource_view keys = keys_of(f, &west);
  pthread_t threads[2];
  const token_request request = {.role = TOKEN_READER, .resource = STR("west"), .lifetime_s = 1000};
  memcpy(r.key, keys.key2, sizeof r.key);
  assert_ok(token_create(f->s, &request, r.token, &f->a, &v, e));
  for (size_t i = 0; i < ARRAY_LEN(threads); i++) pthread_create(&threads[i], NULL, reader_main, &r);
  for (int i = 0; i < 30 || !atomic_load(&r.asked); i++) {
    char other[TOKEN_LEN + 1];
    assert_ok(account_keys(f->s, &west, 1, &f->a, &keys, &fault, e));
    assert_ok(token_create(f->s, &request, other, &f->a, &v, e));
    assert_ok(token_revoke(f->s, v.id, e));
  }
  atomic_store(&r.stop, true);
  for (size_t i = 0; i < ARRAY_LEN(threads); i++) pthread_join(threads[i], NULL);
  assert_int_equal(r.refused, 0);
}

static void test_keys_off(void **state) {
  fixture *f = *state;
  account_view v;
  bool created;
  make(f, &west);
  resource_view keys = keys_of(f, &west);
  assert_ok(patch(f, &west, "{\"properties\":{\"disableLocalAuth\":true}}", &v, e));
  assert_true(v.keys_off);
  assert_str_equal(opened_by(f, keys.key1), STR(""));
  assert_ok(patch(f, &west, "{\"tags\":{}}", &v, e));
  assert_str_equal(opened_by(f, keys.key1), STR(""));
  assert_ok(put(f, &west, LANGUAGE, &v, &created, e));
  assert_false(v.keys_off);
  assert_str_equal(opened_by(f, keys.key2), STR("west"));
}

/* ---- deleting --------------------------------------------------------------------------------------- */

static void add_project(fixture *f, const char *name) {
  jdoc *doc;
  project_view v;
  bool created;
  assert_ok(jn_parse(STR("{\"projectKind\":\"Conversation\",\"language\":\"en\"}"), &doc, e));
  jnode root = jn_root(doc);
  assert_ok(authoring_patch(f->s, STR("west"), str_of(name), &root, &f->a, &created, &v, e));
  jn_free(doc);
}

static void test_delete_and_restore(void **state) {
  fixture *f = *state;
  account_view v, before = make(f, &west);
  bool created, existed;
  size_t n, limit;
  add_project(f, "p");
  resource_view keys = keys_of(f, &west);
  delete_account(f, &west);
  assert_ok(account_delete(f->s, &west, &existed, &fault, e));
  assert_false(existed);
  assert_str_equal(opened_by(f, keys.key1), STR(""));
  assert_fault("ResourceNotFound", ERR_NOT_FOUND, account_get(f->s, &west, &f->a, &v, &fault, e));
  assert_fault("ResourceNotFound", ERR_NOT_FOUND, account_keys(f->s, &west, 1, &f->a, &keys, &fault, e));
  assert_fault("ResourceNotFound", ERR_NOT_FOUND, patch(f, &west, "{}", &v, e));
  assert_ok(account_get_deleted(f->s, &west, &f->a, &v, &fault, e));
  assert_true(v.deleted_us > 0);
  assert_int_equal(count(f, &(account_id){STR("s1"), STR_NONE, STR_NONE}, true), 1);
  assert_fault("FlagMustBeSetForRestore", ERR_CONFLICT, put(f, &west, LANGUAGE, &v, &created, e));
  fixture_close(f);
  fixture_open(f); /* a deleted one stays so */
  assert_str_equal(opened_by(f, keys.key1), STR(""));
  assert_ok(put(f, &west, "{\"properties\":{\"restore\":true}}", &v, &created, e));
  assert_true(created);
  assert_int_equal(v.created_us, before.created_us);
  assert_str_equal(opened_by(f, keys.key1), STR("west"));
  assert_ok(account_projects(f->s, STR("west"), &n, &limit, e));
  assert_int_equal(n, 1);
  assert_true(limit > 1);
}

static void test_purge(void **state) {
  fixture *f = *state;
  size_t n, limit;
  make(f, &west);
  add_project(f, "p");
  assert_fault("ResourceNotFound", ERR_NOT_FOUND, account_purge(f->s, &west, &fault, e)); /* it lives */
  resource_view old = keys_of(f, &west);
  purge(f, &west);
  assert_fault("ResourceNotFound", ERR_NOT_FOUND, account_purge(f->s, &west, &fault, e));
  assert_int_equal(count(f, &(account_id){STR("s1"), STR_NONE, STR_NONE}, true), 0);
  for (int i = 0; i < 3; i++) { /* namesakes have keys of their own, and nothing of before */
    make(f, &west);
    resource_view now = keys_of(f, &west);
    assert_string_not_equal(now.key1, old.key1);
    assert_string_not_equal(now.key2, old.key2);
    assert_str_equal(opened_by(f, old.key1), STR(""));
    assert_str_equal(opened_by(f, now.key1), STR("west"));
    assert_ok(account_projects(f->s, STR("west"), &n, &limit, e));
    assert_int_equal(n, 0);
    old = now;
    purge(f, &west);
  }
}

static void test_the_last_one_may_go(void **state) {
  fixture *f = *state;
  resource_view keys = keys_of(f, &local_id);
  purge(f, &local_id);
  fixture_close(f);
  fixture_open(f); /* the start does not make it again: its old keys would come back */
  assert_str_equal(opened_by(f, keys.key1), STR(""));
  assert_int_equal(count(f, &(account_id){STR_NONE, STR_NONE, STR_NONE}, false), 0);
}

/* Two days after, housekeeping purges it; it runs at the start. */
static void test_expiry(void **state) {
  fixture *f = *state;
  make(f, &west);
  make(f, &(account_id){STR("s1"), STR("g"), STR("young")});
  delete_account(f, &west);
  delete_account(f, &(account_id){STR("s1"), STR("g"), STR("young")});
  fixture_close(f);
  const char *sql = "UPDATE resources SET deleted_us = deleted_us - %lld WHERE name = 'west'";
  backend_sql(f->dir, arena_printf(&f->a, sql, (long long)ACCOUNT_KEPT_US).p);
  fixture_open(f);
  int64_t until = time_mono_us() + (int64_t)30 * 1000000;
  while (count(f, &(account_id){STR("s1"), STR_NONE, STR_NONE}, true) == 2) assert_true(time_mono_us() < until);
  account_view v;
  assert_ok(account_get_deleted(f->s, &(account_id){STR("s1"), STR("g"), STR("young")}, &f->a, &v, &fault, e));
}

static bool training_runs(fixture *f) {
  service_counters c;
  service_counters_read(f->s, &c);
  return c.trainings_running > 0;
}

/* A training of a resource that is purged meanwhile ends without a trace. */
static void test_purge_under_a_job(void **state) {
  fixture *f = *state;
  char id[ID_JOB_LEN + 1];
  job_view job;
  err why;
  import_small(f, "p");
  training_request r = request_of("m");
  child_plays("wait");
  assert_ok(training_start(f->s, LOCAL, STR("p"), &r, id, e));
  wait_running(f, JOB_TRAIN, id);
  purge(f, &local_id);
  assert_int_equal(job_get(f->s, LOCAL, JOB_TRAIN, STR_NONE, STR_NONE, str_of(id), &f->a, &job, &why),
                   ERR_OPERATION_NOT_FOUND);
  child_plays(NULL);
  int64_t until = time_mono_us() + (int64_t)30 * 1000000;
  while (training_runs(f)) assert_true(time_mono_us() < until);
  make(f, &(account_id){STR("s1"), STR("g"), LOCAL});
  import_small(f, "p");
  train(f, "p", "m");
}

static bool serves(fixture *f, uint32_t resource_index) {
  live_enter();
  bool found = live_find(f->s, resource_index, STR("p"), STR("d")) != NULL;
  live_leave();
  return found;
}

/* Project p of `local`, deployed on `west` too; the index of the latter. */
static uint32_t deploy_on_west(fixture *f) {
  account_view v = make(f, &west);
  char id[ID_JOB_LEN + 1];
  import_small(f, "p");
  train(f, "p", "m");
  assert_ok(
      project_resources_assign(f->s, LOCAL, STR("p"), &(resource_claim){v.id, STR("w"), STR("westus2")}, 1, id, e));
  wait_job(f, JOB_ASSIGN, id, "succeeded");
  assert_ok(deployments_put_on(f->s, LOCAL, STR("p"), STR("d"), STR("m"), &v.id, 1, id, e));
  wait_job(f, JOB_DEPLOY, id, "succeeded");
  resource_ref ref;
  assert_true(resource_of_key(f->s, str_of(keys_of(f, &west).key1), &ref));
  assert_true(serves(f, ref.index));
  return ref.index;
}

/* What others deployed on a resource is not there when a namesake comes. */
static void test_purge_leaves_deployments_of_others(void **state) {
  fixture *f = *state;
  resource_ref ref;
  uint32_t index = deploy_on_west(f);
  delete_account(f, &west);
  assert_false(serves(f, index));
  assert_ok(account_purge(f->s, &west, &fault, e));
  make(f, &west);
  assert_true(resource_of_key(f->s, str_of(keys_of(f, &west).key1), &ref));
  assert_false(serves(f, ref.index));
}

/* On other resources the deployments of a deleted owner go on until it is purged. */
static void test_the_owner_of_deployments_goes(void **state) {
  fixture *f = *state;
  uint32_t index = deploy_on_west(f);
  delete_account(f, &local_id);
  assert_false(serves(f, 0));
  assert_true(serves(f, index));
  assert_ok(account_purge(f->s, &local_id, &fault, e));
  assert_false(serves(f, index));
}

static int tests_main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      T(test_make_and_change),
      T(test_what_is_refused),
      T(test_groups_and_lists),
      T(test_domains),
      T(test_rotation),
      T(test_changes_under_readers),
      T(test_keys_off),
      T(test_delete_and_restore),
      T(test_purge),
      T(test_the_last_one_may_go),
      T(test_expiry),
      T(test_purge_under_a_job),
      T(test_purge_leaves_deployments_of_others),
      T(test_the_owner_of_deployments_goes),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv) {
  return fixture_main(argc, argv, tests_main);
}
