/* Bearer tokens: made, compared, ended; nothing but hashes kept. */
#include "fixture.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/timeutil.h"
#include "service/accounts.h"
#include "service/tokens.h"

static const token_request reader_of_local = {.role = TOKEN_READER, .resource = LOCAL, .lifetime_s = 3600};

static token_view create(fixture *f, const token_request *r, char text[TOKEN_LEN + 1]) {
  token_view v;
  assert_ok(token_create(f->s, r, text, &f->a, &v, e));
  assert_int_equal(strlen(text), TOKEN_LEN);
  return v;
}

static void admin_of(fixture *f, char text[TOKEN_LEN + 1]) {
  char *database = backend_database(f->dir);
  str endpoint;
  assert_ok(
      token_admin_offline(&(service_config){.data_dir = f->dir, .database = database}, text, &f->a, &endpoint, e));
  free(database);
}

static void test_roles(void **state) {
  (void)state;
  token_role role;
  static const char *const names[] = {"Reader", "Writer", "Owner", "Admin"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    assert_true(token_role_parse(str_of(names[i]), &role));
    assert_int_equal(role, i);
    assert_string_equal(token_role_name(role), names[i]);
  }
  assert_true(token_role_parse(STR("oWNER"), &role));
  assert_int_equal(role, TOKEN_OWNER);
  assert_false(token_role_parse(STR(""), &role));
  assert_false(token_role_parse(STR("Own"), &role));
}

static void test_what_a_token_opens(void **state) {
  fixture *f = *state;
  char text[TOKEN_LEN + 1];
  token_grant g;
  for (token_role role = TOKEN_READER; role <= TOKEN_OWNER; role++) {
    create(f, &(token_request){.role = role, .resource = LOCAL, .lifetime_s = 1000}, text);
    assert_true(token_opens(f->s, str_of(text), &g));
    assert_int_equal(g.role, role);
    assert_str_equal(g.resource.name, LOCAL);
    assert_int_equal(g.resource.index, 0);
  }
  create(f, &(token_request){.role = TOKEN_ADMIN, .lifetime_s = 1000}, text);
  assert_true(token_opens(f->s, str_of(text), &g));
  assert_int_equal(g.role, TOKEN_ADMIN);
  assert_int_equal(g.resource.name.n, 0);
}

static void test_what_is_no_token(void **state) {
  fixture *f = *state;
  char text[TOKEN_LEN + 1], wrong[TOKEN_LEN + 2];
  token_grant g;
  create(f, &reader_of_local, text);
  for (size_t i = 0; i < TOKEN_LEN; i++) {
    memcpy(wrong, text, sizeof text);
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    assert_false(token_opens(f->s, str_of(wrong), &g));
  }
  assert_false(token_opens(f->s, STR(""), &g));
  assert_false(token_opens(f->s, str_make(text, TOKEN_LEN - 1), &g));
  snprintf(wrong, sizeof wrong, "%s0", text);
  assert_false(token_opens(f->s, str_of(wrong), &g));
  resource_view v;
  assert_ok(resource_get(f->s, LOCAL, &f->a, &v, e));
  assert_false(token_opens(f->s, str_of(v.key1), &g));
}

/* Whoever reads the database has no token. */
static void test_only_hashes_are_kept(void **state) {
  fixture *f = *state;
  char text[TOKEN_LEN + 1], hash[SHA256_HEX + 1];
  create(f, &reader_of_local, text);
  sha256_hex(text, TOKEN_LEN, hash);
  const char *sql = "SELECT count(*) FROM tokens WHERE hash = '%s'";
  assert_int_equal(backend_sql(f->dir, arena_printf(&f->a, sql, hash).p), 1);
  const char *bare = text + sizeof TOKEN_PREFIX - 1;
  sql = "SELECT count(*) FROM tokens WHERE id LIKE '%%%s%%' OR hash LIKE '%%%s%%' OR description LIKE '%%%s%%'";
  assert_int_equal(backend_sql(f->dir, arena_printf(&f->a, sql, bare, bare, bare).p), 0);
}

static void test_requests_that_are_refused(void **state) {
  fixture *f = *state;
  char text[TOKEN_LEN + 1], long_text[TOKEN_DESCRIPTION_MAX + 1];
  token_view v;
  memset(long_text, 'x', sizeof long_text);
  const token_request bad[] = {
      {.role = TOKEN_READER, .lifetime_s = 1},
      {.role = TOKEN_ADMIN, .resource = LOCAL, .lifetime_s = 1},
      {.role = TOKEN_READER, .resource = LOCAL, .lifetime_s = 0},
      {.role = TOKEN_READER, .resource = LOCAL, .lifetime_s = TOKEN_LIFETIME_MAX_S + 1},
      {.role = TOKEN_READER, .resource = LOCAL, .lifetime_s = 1, .description = str_make(long_text, sizeof long_text)}};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++)
    assert_err(ERR_INVALID_ARGUMENT, token_create(f->s, &bad[i], text, &f->a, &v, e));
  const token_request of_nobody = {.role = TOKEN_READER, .resource = STR("nobody"), .lifetime_s = 1};
  assert_err(ERR_NOT_FOUND, token_create(f->s, &of_nobody, text, &f->a, &v, e));
  backend_sql(f->dir, arena_printf(&f->a,
                                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
                                   " INSERT INTO tokens SELECT 'id' || i, 'hash' || i, 'Reader', 'local', '', 1,"
                                   " 9000000000000000 FROM n",
                                   TOKEN_MAX)
                          .p);
  assert_err(ERR_QUOTA_EXCEEDED, token_create(f->s, &reader_of_local, text, &f->a, &v, e));
  backend_sql(f->dir, "UPDATE tokens SET expires_us = 1 WHERE id = 'id1'");
  create(f, &reader_of_local, text); /* what has expired makes room */
}

static void test_list_expiry_and_revoking(void **state) {
  fixture *f = *state;
  char first[TOKEN_LEN + 1], second[TOKEN_LEN + 1];
  token_view a = create(f, &reader_of_local, first), *list;
  token_request r = reader_of_local;
  r.description = STR("for the kiosk");
  token_view b = create(f, &r, second);
  token_grant g;
  size_t n;
  assert_ok(token_list(f->s, &f->a, &list, &n, e));
  assert_int_equal(n, 2);
  assert_str_equal(list[1].id, b.id);
  assert_str_equal(list[1].description, STR("for the kiosk"));
  assert_str_equal(list[1].role, STR("Reader"));
  assert_ok(token_revoke(f->s, a.id, e));
  assert_false(token_opens(f->s, str_of(first), &g));
  assert_true(token_opens(f->s, str_of(second), &g));
  assert_err(ERR_NOT_FOUND, token_revoke(f->s, a.id, e));
  fixture_close(f);
  backend_sql(f->dir, "UPDATE tokens SET expires_us = 1");
  fixture_open(f);
  assert_false(token_opens(f->s, str_of(second), &g));
  assert_ok(token_list(f->s, &f->a, &list, &n, e));
  assert_int_equal(n, 0);
}

static void test_a_restart_changes_nothing(void **state) {
  fixture *f = *state;
  char text[TOKEN_LEN + 1], admin[TOKEN_LEN + 1];
  token_grant g;
  create(f, &reader_of_local, text);
  admin_of(f, admin);
  fixture_close(f);
  fixture_open(f);
  assert_true(token_opens(f->s, str_of(text), &g));
  assert_true(token_opens(f->s, str_of(admin), &g));
}

/* HMAC-SHA256 over 00 "admin" 00 "1" with the secret 00 01 … 1f, from Python's hmac. */
static void test_admin_vector(void **state) {
  fixture *f = *state;
  if (backend_is_postgres()) return; /* the database knows its secret, and takes no other */
  fixture_close(f);
  uint8_t secret[32];
  char text[TOKEN_LEN + 1];
  for (int i = 0; i < 32; i++) secret[i] = (uint8_t)i;
  const char *path = arena_printf(&f->a, "%s/secret", f->dir).p;
  assert_ok(file_write_atomic(path, str_make((char *)secret, sizeof secret), 0600, e));
  fixture_open(f);
  admin_of(f, text);
  assert_string_equal(text, "dragoman_40ba107289c13b2bd5cdb02156f1bf34dcb1af046fe75ce030f507acc4b18d21");
}

static void test_admin(void **state) {
  fixture *f = *state;
  char first[TOKEN_LEN + 1], second[TOKEN_LEN + 1], read[TOKEN_LEN + 1];
  token_grant g;
  admin_of(f, first);
  assert_true(token_opens(f->s, str_of(first), &g));
  assert_int_equal(g.role, TOKEN_ADMIN);
  assert_ok(token_admin_regenerate(f->s, second, e));
  assert_false(token_opens(f->s, str_of(first), &g));
  assert_true(token_opens(f->s, str_of(second), &g));
  admin_of(f, read);
  assert_string_equal(read, second);
}

/* Of a resource that is deleted they open nothing; they come back with it, and are gone when it is purged. */
static void test_with_their_resource(void **state) {
  fixture *f = *state;
  const account_id id = {STR("00000000-0000-0000-0000-000000000000"), STR("dragoman"), LOCAL};
  char text[TOKEN_LEN + 1];
  account_fault why;
  account_view v;
  token_grant g;
  token_view *list;
  size_t n;
  bool flag;
  jdoc *doc;
  create(f, &reader_of_local, text);
  assert_ok(account_delete(f->s, &id, &flag, &why, e));
  assert_false(token_opens(f->s, str_of(text), &g));
  assert_ok(jn_parse(STR("{\"properties\":{\"restore\":true}}"), &doc, e));
  jnode root = jn_root(doc);
  assert_ok(account_put(f->s, &id, &root, &f->a, &v, &flag, &why, e));
  jn_free(doc);
  assert_true(token_opens(f->s, str_of(text), &g));
  assert_ok(account_delete(f->s, &id, &flag, &why, e));
  assert_ok(account_purge(f->s, &id, &why, e));
  assert_false(token_opens(f->s, str_of(text), &g));
  assert_ok(token_list(f->s, &f->a, &list, &n, e));
  assert_int_equal(n, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
      cmocka_unit_test(test_roles),
      T(test_what_a_token_opens),
      T(test_what_is_no_token),
      T(test_only_hashes_are_kept),
      T(test_requests_that_are_refused),
      T(test_list_expiry_and_revoking),
      T(test_a_restart_changes_nothing),
      T(test_admin),
      T(test_admin_vector),
      T(test_with_their_resource),
#undef T
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
